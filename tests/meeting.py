"""Desks that meet: what tests of exchange and sticks do to whole stores."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection

from db.facts import Fact
from db.file_centre import FileCentre
from db.folding import FACT
from db.ledger import Ledger
from db.store import Store, driver
from tests.shelf import rows
from tests.toys import LAMPS

LAMP = "SELECT subject, state, by, turns, name FROM lamp ORDER BY subject"
CLASHES = "SELECT subject, first, second, settled_by FROM clash ORDER BY first, second"
ORDER = "SELECT pos, id FROM fact ORDER BY pos"


def reopened(ledger: Ledger, source: Path | None = None) -> Ledger:
    """The store again, after another file was put in its place."""
    ledger.store.close()
    if source is not None:
        shutil.copyfile(source, ledger.store.path)
    return Ledger(Store(ledger.store.path), [LAMPS], ledger.clock)


def copied(ledger: Ledger, path: Path) -> Ledger:
    ledger.store.backup(path)
    return Ledger(Store(path), [LAMPS], ledger.clock)


def same(*ledgers: Ledger) -> None:
    """All desks say the same, and what a rebuild says."""
    for sql in (LAMP, CLASHES, ORDER):
        first, *others = [rows(ledger, sql) for ledger in ledgers]
        assert all(other == first for other in others), sql
    for ledger in ledgers:
        before = rows(ledger, LAMP), rows(ledger, CLASHES)
        assert list(ledger.rebuild()) is not None
        assert (rows(ledger, LAMP), rows(ledger, CLASHES)) == before


def keep(centre: FileCentre, path: Path) -> None:
    with closing(sqlite3.connect(path)) as copy:
        centre._raw.backup(copy)


def set_back(centre: FileCentre, path: Path) -> None:
    with closing(sqlite3.connect(path)) as copy:
        copy.backup(centre._raw)


def facts_in(connection: Connection) -> list[Fact]:
    lines = driver(connection).execute(FACT + "ORDER BY n")
    return [Fact(*line) for line in lines]
