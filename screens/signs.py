"""Signs that a terminal may draw two cells wide though the tables say one, and what to draw then.

Terminals set up for Chinese (code page 936) draw quotes, dashes, arrows and lines twice as wide as
a program counts: what stands behind them on the line is pushed aside. Whether this one does is
measured: it draws some, and says where its cursor is then.
"""

from rich.segment import Segment
from textual import events
from textual.app import App
from textual.color import Color
from textual.filter import LineFilter, NoColor

SIGNS = {
    '"': "“”″",
    "'": "‘’′",
    ".": "…·•‧",
    "-": "–—―‐─━┄┅",
    "<": "←",
    ">": "→",
    "^": "↑▲△",
    "v": "↓▼▽",
    "*": "●◆■★※",
    "o": "○◎◇□☆°",
    "x": "×",
    "/": "÷",
    "+": "±√┌┐└┘├┤┬┴┼╭╮╯╰",
    "|": "│┃┆┇",
    "=": "═",
    " ": "▁▂▃▄▅▆▇",
}
"""ASCII → what it stands for; letters (Greek, Cyrillic) are left as they are"""
ASCII = {ord(sign): plain for plain, signs in SIGNS.items() for sign in signs}
MEASURED = "“…—→●─"
ASK = f"\x1b7\x1b[H{MEASURED}\x1b[6n\x1b[H\x1b[K\x1b8"
"""draws them in the corner, asks where the cursor is, and wipes them away"""


class Ascii(LineFilter):
    """Draws ASCII in place of such signs, each in its one cell."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            segment
            if segment.text.isascii()
            else Segment(segment.text.translate(ASCII), segment.style, segment.control)
            for segment in segments
        ]


class MeasuredApp(App[None]):
    """An application that draws what its terminal can; `signs` is one of `config.SIGNS`.

    With NO_COLOR not one colour is sent (Textual alone sends shades of grey): bold and reverse are.
    """

    signs = "auto"
    ascii_only = False
    """whether the terminal draws such signs too wide, or is said to"""

    def on_mount(self) -> None:
        if self.no_color:
            self._filters.append(NoColor())
        if self.signs == "ascii":
            self._draw_ascii()
        elif self.signs == "auto" and self._driver is not None:
            self._driver.write(ASK)

    def on_cursor_position(self, event: events.CursorPosition) -> None:
        """The terminal's answer, whenever it comes; one that never does has said nothing."""
        if self.signs == "auto" and event.x > len(MEASURED):
            self._draw_ascii()

    def _draw_ascii(self) -> None:
        self.ascii_only = True
        self._filters.append(Ascii())
        for screen in self.screen_stack:
            for each in screen.walk_children(with_self=True):
                each.refresh()
