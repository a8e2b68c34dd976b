"""Lines that are only read: a label, and words that go on under themselves where they are long."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from rich.cells import cell_len
from rich.table import Column, Table
from rich.text import Text

from screens.choice import LABEL

ENDS = "，。、；：！？”’）》】…,.;:!?)"
MOST = 4
"""lines of one thing, where others must be seen beside it"""


def folded(words: str, room: int) -> list[str]:
    """The words on lines that are full, as Chinese is written: broken anywhere, at no blank; but no
    line begins with a mark that ends a sentence or a part of one.
    """
    return [part for line in words.splitlines() for part in _broken(line, room)]


def _broken(line: str, room: int) -> Iterator[str]:
    start = width = 0
    for place, character in enumerate(line):
        width += cell_len(character)
        if width > room and place > start:
            cut = place
            while cut > start + 1 and line[cut] in ENDS:
                cut -= 1
            yield line[start:cut]
            start, width = cut, cell_len(line[cut : place + 1])
    yield line[start:]


def from_home(file: Path) -> str:
    """A path as people write it: `~` for the folder that is theirs."""
    home = Path.home()
    return f"~/{file.relative_to(home).as_posix()}" if file.is_relative_to(home) else str(file)


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
