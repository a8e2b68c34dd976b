"""The key line: as many keys as fit, and none that the line one writes in would take as text."""

from collections.abc import Iterable
from typing import NamedTuple

from rich.text import Text
from textual.widget import Widget
from textual.widgets import Input

TEXT = ("1-9", "A-Z")
"""keys that are text wherever one writes"""


class Hint(NamedTuple):
    """A key of a screen: its word in the key line, its sentence under F1."""

    key: str
    word: str
    sentence: str


def key_line(hints: Iterable[Hint], room: int, focused: Widget | None, first: str) -> Text:
    """As many hints as fit into so many cells, the key `first` always among them."""
    line, writes = Text(), isinstance(focused, Input)
    for hint in sorted(hints, key=lambda hint: hint.key != first):
        if hint.word and not (writes and hint.key in TEXT):
            apart = " " if hint.word.isascii() else ""
            part = Text.assemble(" ", (hint.key, "bold"), apart, hint.word)
            if line.cell_len + part.cell_len > room:
                break
            line.append_text(part)
    return line
