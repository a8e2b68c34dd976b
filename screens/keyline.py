"""The key line: as many keys as fit, and none that the line one writes in would take as text."""

from collections.abc import Iterable
from typing import NamedTuple

from rich.cells import cell_len
from textual.widget import Widget
from textual.widgets import Input

TEXT = ("1-9", "A-Z")
"""keys that are text wherever one writes"""


class Hint(NamedTuple):
    """A key of a screen: its word in the key line, its sentence under F1."""

    key: str
    word: str
    sentence: str


def key_line(hints: Iterable[Hint], room: int, focused: Widget | None) -> str:
    """As many hints as fit into so many cells, F1 always among them."""
    line, writes = "", isinstance(focused, Input)
    for hint in sorted(hints, key=lambda hint: hint.key != "F1"):
        if hint.word and not (writes and hint.key in TEXT):
            part = f" {hint.key}{' ' if hint.word.isascii() else ''}{hint.word}"
            if cell_len(line + part) > room:
                break
            line += part
    return line
