"""Plans of numbered seats, drawn in a library's profile as the hall lies: a line a row.

`A  ..w. .s.. x`: the row's name, then one character a place; a blank is an aisle, a line of `-` a
gangway between rows. A seat is called by its row and its number along the row: A-3.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

GANGWAY = re.compile(r"-+")
_ROW = re.compile(r"([^\W_]{1,6}) +([.swblax][.swblax ]*)")
HAS = ("socket", "window", "lamp", "accessible")
"""what a seat may have"""
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


def drawn(seats: Iterable[Seat]) -> list[str]:
    """Seats drawn as `seats` reads them, a line a row, one `-` where there are rows without any. A
    row is called by what the labels of its seats begin with, else by its number; a seat that has
    several things shows the first of them.
    """
    grid: dict[int, dict[int, Seat]] = {}
    for seat in seats:
        grid.setdefault(seat.row, {})[seat.column] = seat
    if not grid:
        return []
    names = {row: _name(row, some.values()) for row, some in grid.items()}
    margin = max(map(len, names.values())) + 1
    lines: list[str] = []
    for row, some in sorted(grid.items()):
        if lines and row - 1 not in grid:
            lines.append("-")
        places = "".join(_shown(some.get(at)) for at in range(1, max(some) + 1))
        lines.append(f"{names[row]:<{margin}}{places}")
    return lines


def _name(row: int, seats: Iterable[Seat]) -> str:
    found = {re.sub(r"[\W_]*\d+$", "", seat.label) for seat in seats}
    name = found.pop() if len(found) == 1 else ""
    return name if re.fullmatch(r"[^\W_]{1,6}", name) else str(row)


def _shown(seat: Seat | None) -> str:
    if seat is None:
        return " "
    if seat.closed is not None:
        return CLOSED
    has = tuple(name for name in HAS if getattr(seat, name))
    signs = {names: sign for sign, names in AT.items()}
    return signs.get(has[:2]) or signs.get(has[:1], ".")
