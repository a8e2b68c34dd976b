"""Text in cells of a table: measured as the terminal draws it, cut between characters only."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any, Generic, TypeVar

from rich.cells import get_character_cell_size
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

T = TypeVar("T")

CUT = ".."  # not an ellipsis: its width is two cells in many Chinese terminals
GAP = 1  # cells between two columns
MARK = (" ", ">")  # before the first column; the cursor is to be seen without colours too


@dataclass(frozen=True)
class Column(Generic[T]):
    """One column: what is in it and how wide it is, in cells.

    width 0 shares what is left, by `share`, but is at least `least` wide, and at most `most` if
    that is not 0. The column is left out of a list narrower than `shown_from`, and of
    one of `shown_to` cells or more if that is not 0.
    """

    title: str
    cell: Callable[[T], str | Text]
    width: int = 0
    share: int = 1
    least: int = 4
    most: int = 0
    right: bool = False
    shown_from: int = 0
    shown_to: int = 0

    def is_shown(self, room: int) -> bool:
        """Whether a list so many cells wide has it."""
        return self.shown_from <= room and not 0 < self.shown_to <= room


def plain(text: str) -> str:
    """The text on one line, without what would steer a terminal or take no room of its own."""
    if text.isascii() and text.isprintable():
        return text
    kept = []
    for c in text:
        kind = unicodedata.category(c)
        if kind in ("Cc", "Zl", "Zp"):
            kept.append(" ")
        elif kind not in ("Cf", "Cs") and not "\ufe00" <= c <= "\ufe0f":
            kept.append(c)
    return "".join(kept)


def _cut(text: str, width: int) -> int:
    """How many characters of a plain text fit into `width` cells."""
    room = width
    for place, c in enumerate(text):
        room -= get_character_cell_size(c)
        if room < 0:
            return place
    return len(text)


@lru_cache(maxsize=8192)
def parts(text: str, width: int, right: bool) -> tuple[int, str, str, int]:
    """A plain text in `width` cells: blanks before, what is kept, the mark of a cut, blanks."""
    size = len(text) if text.isascii() else sum(map(get_character_cell_size, text))
    kept, mark = text, ""
    if size > width:
        mark = CUT if width > 3 else ""
        kept = text[: _cut(text, width - len(mark))]
        size = sum(map(get_character_cell_size, kept)) + len(mark)
    blank = width - size
    return (blank, kept, mark, 0) if right else (0, kept, mark, blank)


def fit(text: str, width: int, right: bool = False) -> str:
    """The text in exactly `width` cells: filled up, or cut between characters and marked so."""
    lead, kept, mark, trail = parts(plain(text), width, right)
    return " " * lead + kept + mark + " " * trail


def fit_text(text: Text, width: int, right: bool = False, no_colour: bool = False) -> list[Segment]:
    """The same for a Text with its styles, which a text that `plain` must change loses.

    no_colour: bold and the like stay (Textual would turn a red into an unreadable dark grey).
    """
    body = plain(text.plain)
    lead, kept, mark, trail = parts(body, width, right)
    base = text.style if isinstance(text.style, Style) else Style.parse(text.style)
    styles = [base] * len(kept)
    for span in text.spans if body == text.plain else []:
        style = span.style if isinstance(span.style, Style) else Style.parse(span.style)
        for at in range(max(0, span.start), min(span.end, len(kept))):
            styles[at] += style
    if no_colour:
        styles = [style.without_color for style in styles]
    runs = groupby(zip(kept, styles, strict=True), itemgetter(1))
    return [
        Segment(" " * lead),
        *(Segment("".join(c for c, _ in run), style) for style, run in runs),
        Segment(mark + " " * trail),
    ]


def widths(columns: Sequence[Column[Any]], room: int) -> list[int]:
    """Cells for each column of a list `room` cells wide; 0 for one that is left out."""
    shown = [c for c in columns if c.is_shown(room)]
    left = room - len(MARK[0]) - GAP * max(0, len(shown) - 1)
    left = max(0, left - sum(c.width or c.least for c in shown))
    shares = sum(c.share for c in shown if not c.width)
    result = [(c.width or c.least) if c in shown else 0 for c in columns]
    sharing = [at for at, c in enumerate(columns) if c in shown and not c.width]
    # First those that may be full: what they do not need is for the others.
    for at in sorted(sharing, key=lambda at: not columns[at].most):
        c = columns[at]
        part = left * c.share // shares
        if c.most:
            part = min(part, max(0, c.most - c.least))
        result[at] += part
        left, shares = left - part, shares - c.share
    return result
