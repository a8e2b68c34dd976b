"""Lines that are only read: a label, and words that go on under themselves where they are long."""

from collections.abc import Iterable

from rich.cells import cell_len, chop_cells
from rich.table import Column, Table
from rich.text import Text

from screens.choice import LABEL

MOST = 4
"""lines of one thing, where others must be seen beside it"""


def folded(words: str, room: int) -> list[str]:
    """The words on lines that are full, as Chinese is written: broken anywhere, at no blank."""
    return [part for line in words.splitlines() for part in chop_cells(line, room) or [""]]


def beginning(words: str, width: int) -> str:
    """As much of it as a `grid` in a window of that width shows in a few lines."""
    lines = folded(words, width - LABEL - 3)
    return words if len(lines) <= MOST else "\n".join(lines[:MOST])


def flowing(words: Iterable[str], width: int) -> str:
    """The words on as many lines as they need, none of them broken: they may have blanks."""
    lines = [""]
    for each in words:
        if lines[-1] and cell_len(f"{lines[-1]}  {each}") > width:
            lines.append("")
        lines[-1] += f"  {each}" if lines[-1] else f" {each}"
    return "\n".join(lines)


def grid(lines: Iterable[tuple[str, str]]) -> Table:
    """Label and words of each line that has any."""
    table = Table.grid(Column(width=LABEL + 1, no_wrap=True), Column(overflow="fold"))
    for label, words in lines:
        if words:
            table.add_row(Text(f" {label}"), Text(words))
    return table
