"""Rows of folded tables in bulk: load a subject's rows, find what a fold changed, write it."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from math import isfinite
from typing import Any, NamedTuple, TypeVar

from sqlmodel import SQLModel

from db.facts import Book, Change, Key, Row, Rows

T = TypeVar("T")
LOCAL = "serial"
"""A column of this name is this store's own numbering of rows; no fold knows it."""


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
    upsert: str
    delete: str


@cache
def shape(model: type[SQLModel]) -> Shape:
    """The shape of a table, read off its SQLModel class: `subject` and `info={"key": True}`."""
    table = SQLModel.metadata.tables[str(model.__tablename__)]
    columns = [column for column in table.columns if column.name != LOCAL]
    keys = tuple(c.name for c in columns if c.name != "subject" and c.info.get("key"))
    values = tuple(c.name for c in columns if c.name != "subject" and c.name not in keys)
    names = ("subject", *keys, *values)
    marks = ", ".join("?" * len(names))
    key = ", ".join(("subject", *keys))
    sets = ", ".join(f"{name} = excluded.{name}" for name in values)
    where = " AND ".join(f"{name} = ?" for name in ("subject", *keys))
    return Shape(
        table.name,
        keys,
        values,
        dict.fromkeys(values),
        tuple(c.name for c in columns if c.name in values and not c.nullable),
        {c.name: str if (t := c.type.python_type) is object else t for c in columns},
        f"SELECT {LOCAL} FROM {table.name} WHERE {where}" if LOCAL in table.columns else None,
        f"SELECT {', '.join(names)} FROM {table.name} WHERE subject IN ",
        f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks}) "
        f"ON CONFLICT ({key}) DO " + (f"UPDATE SET {sets}" if sets else "NOTHING"),
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


def whole(book: Book, key: Key, row: Row) -> Row:
    """The row with every column of its table; ValueError or LookupError if it cannot be stored."""
    form = shapes(book.tables)[key[0]]
    complete = {**form.empty, **row}
    if len(key) != 1 + len(form.keys) or len(complete) != len(form.empty):
        raise ValueError(f"{key}: {sorted(row.keys() - form.empty.keys())}")
    for name, value in row.items():
        if value is not None:
            _fitting(form.types[name], value)
    for name, value in zip(form.keys, key[1:], strict=True):
        _fitting(form.types[name], value)
    if any(complete[name] is None for name in form.required):
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
    gone: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    kept: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for change in changes:
        table, *rest = change.key
        if change.new is None:
            gone[table].append((change.subject, *rest))
            if local := forms[table].local:
                found = raw.execute(local, (change.subject, *rest)).fetchone()
                change.serial = found[0] if found else None
        else:
            values = change.new
            kept[table].append(
                (change.subject, *rest, *(values[name] for name in forms[table].values))
            )
    # Parents before children when rows come, after them when rows go.
    for model in reversed(book.tables):
        if rows := gone.get(shape(model).name):
            raw.executemany(shape(model).delete, rows)
    for model in book.tables:
        if rows := kept.get(shape(model).name):
            raw.executemany(shape(model).upsert, rows)
    if book.follow is not None:
        book.follow(raw, changes)
