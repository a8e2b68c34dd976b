"""Text in columns, for a terminal that draws some characters two cells wide."""

from collections.abc import Sequence
from unicodedata import east_asian_width


def breadth(text: str) -> int:
    """How many cells a terminal needs for it."""
    return sum(1 + (east_asian_width(character) in "WF") for character in text)


def lined_up(rows: Sequence[Sequence[str]]) -> list[str]:
    """A line each row, its columns one below the other."""
    widths = [max(map(breadth, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = (cell + " " * (w - breadth(cell)) for cell, w in zip(row, widths, strict=True))
        lines.append("  ".join(cells).rstrip())
    return lines
