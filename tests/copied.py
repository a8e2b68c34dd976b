"""What the relational copy at a centre says, and what a desk says, held against each other."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, TypeAlias

import psycopg

from db import relations
from db.facts import Book
from db.ledger import Ledger
from db.rows import shape
from db.store import Store, driver
from db.upgrade import migrations
from tests.postgres import Roles
from tests.shelf import spoil
from tests.toys import LAMPS, ToyClock

Raw: TypeAlias = psycopg.Connection[tuple[Any, ...]]
Tables: TypeAlias = dict[str, list[tuple[Any, ...]]]


def ask(raw: Raw, question: str) -> list[tuple[Any, ...]]:
    return raw.execute(question).fetchall()


def of_copy(address: str, books: Sequence[Book]) -> Tables:
    """What the copy's tables say."""
    with psycopg.connect(address) as raw:
        return _said(books, lambda question: ask(raw, question), "reports.")


def of_desk(path: Path, books: Sequence[Book], folder: Path) -> Tables:
    """What a desk's tables say where it never had anybody's private words."""
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(folder / "x.db")) as own:
        source.backup(own)
        own.execute(f"PRAGMA user_version = {migrations()[-1][0]}")  # may be of another version
    store = Store(folder / "x.db")
    ledger = Ledger(store, books, ToyClock())
    spoil(ledger, "UPDATE fact SET private = NULL, salt = NULL")
    assert list(ledger.rebuild()) is not None
    with store.reading() as connection:
        raw = driver(connection)
        said = _said(books, lambda question: raw.execute(question).fetchall(), "")
    store.close()
    (folder / "x.db").unlink()
    return said


def _said(books: Sequence[Book], answer: Callable[[str], Any], schema: str) -> Tables:
    found = {}
    for model in (*relations.ALL, *(table for book in books for table in book.tables)):
        form = shape(model)
        names = ", ".join(f'"{name}"' for name in ("subject", *form.keys, *form.values))
        found[form.name] = sorted(answer(f'SELECT {names} FROM {schema}"{form.name}"'), key=repr)
    return found


def same(roles: Roles, ledger: Ledger, folder: Path) -> Tables:
    """The copy and the desk say the same; what that is."""
    said = of_copy(roles.address, [LAMPS])
    assert said == of_desk(ledger.store.path, [LAMPS], folder)
    return said
