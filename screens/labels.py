"""Lines that are only read: a label, and words that go on under themselves where they are long."""

from collections.abc import Iterable

from rich.table import Column, Table
from rich.text import Text

from screens.choice import LABEL


def grid(lines: Iterable[tuple[str, str]]) -> Table:
    """Label and words of each line that has any."""
    table = Table.grid(Column(width=LABEL + 1, no_wrap=True), Column(overflow="fold"))
    for label, words in lines:
        if words:
            table.add_row(Text(f" {label}"), Text(words))
    return table
