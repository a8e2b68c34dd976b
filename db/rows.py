"""Rows of folded tables in bulk: load a subject's rows, find what a fold changed, write it."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import compress, islice
from math import isfinite
from operator import is_not
from typing import Any, NamedTuple, TypeVar

from sqlmodel import SQLModel

from db.facts import Book, Change, Key, Row, Rows

T = TypeVar("T")
NOTHING: Row = {}
LOCAL = "serial"
"""A column of this name, where it is no key, is this store's own numbering of rows; no fold knows
it.
"""


class Shape(NamedTuple):
    """A folded table as SQL needs it. Its key is `subject` and, where it has more, the rest."""

    name: str
    keys: tuple[str, ...]
    values: tuple[str, ...]
    empty: Row
    required: tuple[str, ...]
    types: dict[str, type]
    local: str | None
    """asks for this store's own number of a row, where its table has one"""
    select: str
    insert: str
    where: str
    delete: str


@cache
def shape(model: type[SQLModel]) -> Shape:
    """The shape of a table, read off its SQLModel class: `subject` and `info={"key": True}`."""
    table = SQLModel.metadata.tables[str(model.__tablename__)]
    own = LOCAL in table.columns and not table.columns[LOCAL].info.get("key")
    columns = [column for column in table.columns if not (own and column.name == LOCAL)]
    keys = tuple(c.name for c in columns if c.name != "subject" and c.info.get("key"))
    values = tuple(c.name for c in columns if c.name != "subject" and c.name not in keys)
    names = ("subject", *keys, *values)
    marks = ", ".join("?" * len(names))
    where = " AND ".join(f"{name} = ?" for name in ("subject", *keys))
    return Shape(
        table.name,
        keys,
        values,
        dict.fromkeys(values),
        tuple(c.name for c in columns if c.name in values and not c.nullable),
        {c.name: str if (t := c.type.python_type) is object else t for c in columns},
        f"SELECT {LOCAL} FROM {table.name} WHERE {where}" if own else None,
        f"SELECT {', '.join(names)} FROM {table.name} WHERE subject IN ",
        f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})",
        where,
        f"DELETE FROM {table.name} WHERE {where}",
    )


def chunks(items: Iterable[T], size: int = 500) -> Iterator[list[T]]:
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk


def marks(count: int) -> str:
    """`(?,?,?)`"""
    return "(" + ",".join("?" * count) + ")"


def load(raw: sqlite3.Connection, book: Book, subjects: Sequence[str]) -> dict[str, Rows]:
    """The rows of each subject, empty where there are none."""
    found: dict[str, Rows] = {subject: {} for subject in subjects}
    for model in book.tables:
        form = shape(model)
        width = 1 + len(form.keys)
        for chunk in chunks(subjects):
            for values in raw.execute(form.select + marks(len(chunk)), chunk):
                key: Key = (form.name, *values[1:width])
                found[values[0]][key] = dict(zip(form.values, values[width:], strict=True))
    return found


@cache
def shapes(tables: tuple[type[SQLModel], ...]) -> dict[str, Shape]:
    return {shape(model).name: shape(model) for model in tables}


def whole(book: Book, key: Key, row: Row, before: Row = NOTHING) -> Row:
    """The row with every column of its table; ValueError or LookupError if it cannot be stored.

    `before` is the whole row that it was made from: what is the same there has been looked at.
    """
    form = shapes(book.tables)[key[0]]
    # Whole rows have their columns in one order.
    complete = row if tuple(row) == form.values else {**form.empty, **row}
    if len(key) != 1 + len(form.keys) or len(complete) != len(form.empty):
        raise ValueError(f"{key}: {sorted(row.keys() - form.empty.keys())}")
    new = map(is_not, complete.values(), (before or form.empty).values())
    types, emptied = form.types, not before
    for name, value in compress(complete.items(), new):
        if value is None:
            emptied = True
        # Nearly all is plain text, and has no need to be looked at twice.
        elif type(value) is not str or types[name] is not str or not value.isascii():
            _fitting(types[name], value)
    for name, value in zip(form.keys, key[1:], strict=True):
        _fitting(form.types[name], value)
    if emptied and None in map(complete.__getitem__, form.required):
        raise ValueError(f"{key}: one of {form.required} is missing")
    return complete


def _fitting(wanted: type, value: Any) -> None:
    """ValueError where a column cannot hold the value as it is: SQLite would change it, or fail."""
    given = type(value)
    if given is not wanted and not (given is bool and wanted is int):
        raise ValueError(value)
    if given is str:
        if not value.isascii():
            value.encode()  # half a surrogate pair is no text
    elif (given is int and abs(value) >> 63) or (given is float and not isfinite(value)):
        raise ValueError(value)


def differences(subject: str, old: Rows, new: Rows) -> Iterator[Change]:
    """What became of a subject's rows, both of them whole."""
    for key, row in new.items():
        before = old.get(key)
        if before is not row and before != row:
            yield Change(subject, key, before, row)
    for key, row in old.items():
        if key not in new:
            yield Change(subject, key, row, None)


def write(raw: sqlite3.Connection, book: Book, changes: list[Change]) -> None:
    """Write the differences, then whatever follows from them."""
    if not changes:
        return
    forms = shapes(book.tables)
    # Parents before children when rows come, after them when rows go.
    if any(c.new is None for c in changes):
        for name in reversed(forms):
            _take_out(raw, forms[name], [c for c in changes if c.new is None and c.key[0] == name])
    if any(c.old is None for c in changes):
        for name in forms:
            _put_in(raw, forms[name], [c for c in changes if c.old is None and c.key[0] == name])
    _change(raw, forms, [c for c in changes if c.old is not None and c.new is not None])
    if book.follow is not None:
        book.follow(raw, changes)


def _take_out(raw: sqlite3.Connection, form: Shape, changes: list[Change]) -> None:
    if form.local:
        for change in changes:
            found = raw.execute(form.local, (change.subject, *change.key[1:])).fetchone()
            change.serial = found[0] if found else None
    raw.executemany(form.delete, [(c.subject, *c.key[1:]) for c in changes])


def _put_in(raw: sqlite3.Connection, form: Shape, changes: list[Change]) -> None:
    lines = [(c.subject, *c.key[1:], *map((c.new or {}).get, form.values)) for c in changes]
    if lines:
        raw.executemany(form.insert, lines)


def _change(raw: sqlite3.Connection, forms: dict[str, Shape], changes: list[Change]) -> None:
    """By the columns that differ: SQLite writes every index anew whose column an UPDATE names."""
    alike: dict[tuple[str, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for change in changes:
        table, *rest = change.key
        old, new = change.old or {}, change.new or {}
        values = {name: v for name, v in new.items() if v is not old[name] and v != old[name]}
        alike[table, *values].append((*values.values(), change.subject, *rest))
    for (table, *names), lines in alike.items():
        sets = ", ".join(f"{name} = ?" for name in names)
        raw.executemany(f"UPDATE {table} SET {sets} WHERE {forms[table].where}", lines)
