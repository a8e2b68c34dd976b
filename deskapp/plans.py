"""Plans of numbered seats, drawn in a library's profile as the hall lies: a line a row.

`A  ..w. .s.. x`: the row's name, then one character a place; a blank is an aisle, a line of `-` a
gangway between rows. A seat is called by its row and its number along the row: A-3.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

GANGWAY = re.compile(r"-+")
_ROW = re.compile(r"([^\W_]{1,6}) +([.swblax][.swblax ]*)")
AT = {"s": ("socket",), "w": ("window",), "b": ("socket", "window")} | {
    "l": ("lamp",),
    "a": ("accessible",),
}
"""What a seat has that is drawn by another character than `.`."""
CLOSED = "x"


class Seat(NamedTuple):
    """One numbered seat; row and column are counted from 1 as the hall is drawn."""

    label: str
    row: int
    column: int
    socket: bool = False
    window: bool = False
    lamp: bool = False
    accessible: bool = False
    closed: str | None = None
    """out of order: why, as a code of the profile, or "" where nobody said"""


def rows(plan: Iterable[str]) -> list[tuple[str, str]]:
    """Each line's name and what it draws, in columns; a gangway is ("", "").

    Raises ValueError with the line that is no row, or whose name another has.
    """
    lines = [line.strip() for line in plan]
    found = [("", "") if GANGWAY.fullmatch(line) else _row(line) for line in lines]
    names = [name for name, _ in found if name]
    margin = max(map(len, names), default=0) + 1
    for line, (name, _) in zip(lines, found, strict=True):
        if name and (line[len(name) : margin].strip() or names.count(name) > 1):
            raise ValueError(line)
    return [
        (name, line[margin:] if name else "") for line, (name, _) in zip(lines, found, strict=True)
    ]


def _row(line: str) -> tuple[str, str]:
    match = _ROW.fullmatch(line)
    if match is None:
        raise ValueError(line)
    return match[1], match[2]


def seats(plan: Iterable[str]) -> Iterator[Seat]:
    """The seats that a plan draws, row by row. Raises as `rows`."""
    for row, (name, places) in enumerate(rows(plan), 1):
        number = 0
        for column, place in enumerate(places, 1):
            if place != " ":
                number += 1
                has = dict.fromkeys(AT.get(place, ()), True)
                closed = "" if place == CLOSED else None
                yield Seat(f"{name}-{number}", row, column, closed=closed, **has)
