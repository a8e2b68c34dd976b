"""Rooms of seats as the JSON of seat reservation systems lays them out, read as a table.

The usual form is a room with its `rows`, `cols` and cells: a list of them with `row` and `col`, a
list of lists, or an object whose keys are row × 1000 + column. A cell is a seat or not by its
`type`, which is used up with that; what else it says becomes a column under its own name, so that
it is matched like any table. Where no cell has a name, seats are numbered.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deskapp import headers
from deskapp.cells import Cell, Row, alike
from deskapp.desk import Refusal
from deskapp.register_fields import SEATS as FIELDS

SUFFIX = ".json"
WRAPPED = ("data", "result", "room", "content")
"""What answers of web services put around a room."""
ROOMS = ("rooms", "areas", "zones", "list")
CELLS = ("layout", "cells", "seats", "seatlist", "items", "grid")
NAMES = ("zone", "name", "roomname", "room", "area", "title", "区域", "名称")
"""of a room"""
ROW = ("row", "rowindex", "r", "排", "行")
COLUMN = ("col", "column", "colindex", "c", "列")
TYPE = ("type", "kind", "celltype", "类型")
SEATS = frozenset(map(alike, ("seat", "座位", "chair", "normal", "1")))
OTHERS = frozenset(
    map(
        alike,
        (
            *("empty", "aisle", "wall", "door", "window", "pillar", "column", "space", "blank"),
            *("none", "null", "word", "text", "label", "corridor", "stairs", "table", "desk", "0"),
            *("空", "过道", "走廊", "通道", "墙", "门", "窗", "柱", "柱子", "楼梯", "书架", "桌子"),
        ),
    )
)
"""what stands in a room and is no seat"""
BY_THOUSANDS = 1000
DIGITS = 9
"""of a row, a column or a key; more is something else"""

Object = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Layout:
    """The seats of a file as a table; `line` of a row is the number of its cell in the file."""

    headers: list[str]
    rows: list[Row]


def read(path: Path) -> Layout:
    """The seats that a file lays out.

    Refuses FileMissing, FileUnreadable, FileEncoding, FileBroken (no JSON), FileEmpty (no seats).
    """
    try:
        said = json.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        raise Refusal("FileMissing", file=str(path)) from None
    except OSError as error:
        raise Refusal("FileUnreadable", file=str(path), why=error.strerror) from error
    except UnicodeDecodeError as error:
        raise Refusal("FileEncoding", file=path.name) from error
    except (ValueError, RecursionError) as error:
        raise Refusal("FileBroken", file=path.name, why=str(error)) from error
    seats: list[tuple[int, dict[str, Any]]] = []
    number = 0
    for room in _rooms(said):
        cells = list(_cells(room))
        name = _named(room, NAMES)
        for cell in _from_one(cells):
            number += 1
            if _is_seat(cell):
                zone = {} if name is None or _named(cell, ("zone", "区域")) else {"zone": name}
                rest = {key: value for key, value in cell.items() if alike(key) not in TYPE}
                seats.append((number, {**zone, **rest}))
    if not seats:
        raise Refusal("FileEmpty", file=path.name)
    if "label" not in headers.match(_headers(seats), FIELDS).columns:
        _number(seat for _, seat in seats)
    keys = _headers(seats)
    return Layout(
        list(map(_text, keys)),
        [Row(at, tuple(_cell(seat.get(key)) for key in keys)) for at, seat in seats],
    )


def _headers(seats: Iterable[tuple[int, Object]]) -> list[str]:
    return list(dict.fromkeys(key for _, seat in seats for key in seat))


def _number(seats: Iterable[dict[str, Any]]) -> None:
    """Seats without a name are called as in a plan: by their row and their number along it."""
    rows: dict[tuple[object, int], dict[int, dict[str, Any]]] = {}
    for seat in seats:
        row, column = _whole(_named(seat, ROW)), _whole(_named(seat, COLUMN))
        if row is not None and column is not None:
            rows.setdefault((_named(seat, ("zone", "区域")), row), {})[column] = seat
    for (_, row), places in rows.items():
        for number, (_, seat) in enumerate(sorted(places.items()), 1):
            seat["seat"] = f"{_letters(row)}-{number}"


def _letters(row: int) -> str:
    """A is the first, AA the 27th."""
    before, last = divmod(row - 1, 26)
    return (_letters(before) if before else "") + chr(ord("A") + last)


def _rooms(said: object) -> Iterator[Object]:
    """Every room in what a file says; a list of seats is a room too."""
    if isinstance(said, list):
        if any(_inside(each, CELLS) is not None for each in said):
            for each in said:
                yield from _rooms(each)
        else:
            yield {"cells": said}
    elif isinstance(said, dict):
        if _inside(said, CELLS) is not None:
            yield said
            return
        for name in (*WRAPPED, *ROOMS):
            if (inner := _inside(said, (name,))) is not None:
                yield from _rooms(inner)
                return


def _inside(said: object, names: Iterable[str]) -> list[Any] | dict[str, Any] | None:
    """A list or an object under one of these names."""
    found = _named(said, names) if isinstance(said, dict) else None
    return found if isinstance(found, list | dict) else None


def _named(said: Object, names: Iterable[str]) -> Any:
    keys = {alike(key): key for key in said}
    return next((said[keys[name]] for name in names if name in keys), None)


def _cells(room: Object) -> Iterator[dict[str, Any]]:
    """Every cell of a room with its `row` and `col`, as far as they are said."""
    cells = _inside(room, CELLS)
    if isinstance(cells, dict):
        columns = _whole(_named(room, ("cols", "columns", "列数"))) or BY_THOUSANDS
        numbers = [_whole(key) for key in cells]
        if max((n or 0 for n in numbers), default=0) >= BY_THOUSANDS:
            columns = BY_THOUSANDS
        for number, cell in zip(numbers, cells.values(), strict=True):
            if isinstance(cell, dict):
                place = () if number is None else divmod(number, columns)
                yield {**dict(zip(("row", "col"), place, strict=False)), **cell}
        return
    for at, cell in enumerate(cells or (), 1):
        if isinstance(cell, list):
            for column, each in enumerate(cell, 1):
                if isinstance(each, dict | str):
                    kind = each if isinstance(each, dict) else {"type": each}
                    yield {"row": at, "col": column, **kind}
        elif isinstance(cell, dict):
            yield cell


def _from_one(cells: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The cells with rows and columns counted from 1, also where the file counts from 0."""
    less = {
        name: any(_whole(_named(cell, names)) == 0 for cell in cells)
        for name, names in (("row", ROW), ("col", COLUMN))
    }
    for cell in cells:
        found = dict(cell)
        for name, names in (("row", ROW), ("col", COLUMN)):
            number = _whole(_named(cell, names))
            if number is not None:
                key = next(key for key in cell if alike(key) in names)
                del found[key]
                found[name] = number + less[name]
        yield found


def _is_seat(cell: Object) -> bool:
    """By its type, else by whether it has a name; a type that nobody knows is looked at as one."""
    kind = _named(cell, TYPE)
    if kind is None:
        return len(cell.keys() - {"row", "col"}) > 0
    return alike(str(kind)) in SEATS or alike(str(kind)) not in OTHERS


def _whole(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    short = isinstance(value, str) and value.isdecimal() and len(value) <= DIGITS
    return int(str(value)) if short else None


def _cell(value: object) -> Cell:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, int | float) else _text(value)


def _text(value: object) -> str:
    """Half a surrogate pair is no text, though JSON may say it."""
    return value.encode(errors="replace").decode() if isinstance(value, str) else ""
