"""Characters many rows high, for whoever stands two metres away."""

from collections.abc import Sequence
from functools import cache
from importlib import resources

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from screens.signs import MeasuredApp

HIGH = 16
"""points of a character; two of them, one above the other, are drawn in one cell"""
ROWS = HIGH // 2
HALVES = {("0", "0"): " ", ("1", "0"): "▀", ("0", "1"): "▄", ("1", "1"): "█"}
FULL = str.maketrans("▀▄█", "###")


@cache
def points() -> dict[str, list[str]]:
    """Of each character its lines of points, as `0` and `1`."""
    text = (resources.files("assets") / "bigtext.txt").read_text("utf-8")
    found = {" ": ["0" * (HIGH // 2)] * HIGH}
    for line in text.partition("\n\n")[2].splitlines():
        character, _, drawn = line.partition(" ")
        digits = len(drawn) // HIGH
        rows = (drawn[at : at + digits] for at in range(0, len(drawn), digits))
        found[character] = [f"{int(row, 16):0{4 * digits}b}" for row in rows]
    return found


def big(text: str, scale: int = 1) -> list[str]:
    """A line of big characters, `ROWS * scale` rows high; none if one of them is not known."""
    known = points()
    if not set(text) <= known.keys():
        return []
    rows = ["".join(known[character][y] for character in text) for y in range(HIGH)]
    rows = ["".join(point * scale for point in row) for row in rows for _ in range(scale)]
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return ["".join(map(HALVES.__getitem__, zip(*pair, strict=True))) for pair in pairs]


class BigText(Widget):
    """Lines of big characters, in the middle and as large as there is room for. What cannot be
    drawn, as there is no room or the terminal draws half blocks too wide, are words like any other.
    """

    _lines: Sequence[str] = ()
    _drawn: Sequence[str] = ()
    _for: tuple[object, ...] = ()

    def show(self, lines: Sequence[str], kind: str = "") -> None:
        """Show these, in the colours of a kind of answer (a class of the style sheet)."""
        self.set_classes(kind)
        self._lines = lines
        self.refresh()

    def _draw(self, ascii_only: bool) -> list[str]:
        high, wide = self.size.height, self.size.width
        widest = max((len(big(line)[0]) for line in self._lines if big(line)), default=1)
        scale = min(high // (ROWS * max(1, len(self._lines))), wide // max(1, widest))
        found = []
        for text in self._lines:
            drawn = big(text, scale) if scale and (text.isascii() or not ascii_only) else []
            if ascii_only:
                drawn = [line.translate(FULL) for line in drawn]
            found += drawn or [text, ""]
        return [""] * max(0, (high - len(found)) // 2) + found

    def render_line(self, y: int) -> Strip:
        ascii_only = isinstance(self.app, MeasuredApp) and self.app.ascii_only
        now = (tuple(self._lines), self.size, ascii_only)
        if now != self._for:
            self._for, self._drawn = now, self._draw(ascii_only)
        text = self._drawn[y] if y < len(self._drawn) else ""
        left = max(0, (self.size.width - cell_len(text)) // 2)
        style = self.rich_style
        strip = Strip([Segment(" " * left, style), Segment(text, style + Style(bold=True))])
        return strip.adjust_cell_length(self.size.width, style)
