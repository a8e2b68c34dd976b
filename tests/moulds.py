"""What is made once in a process of tests, where each store would make its own."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import Engine, NullPool, create_engine

import db.store
from db import upgrade


@contextmanager
def stores_cast() -> Iterator[None]:
    """A new store is a copy of what the migrations, if they are the same, made of the first."""
    moulds: dict[tuple[tuple[int, str], ...], bytes] = {}

    def migrate(
        raw: sqlite3.Connection, path: Path, keep: Callable[[Path], None] | None = None
    ) -> None:
        if raw.execute("SELECT count(*) FROM sqlite_master").fetchone() != (0,):
            upgrade.migrate(raw, path, keep)
            return
        steps = tuple(upgrade.migrations())
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as mould:
            if steps in moulds:
                mould.deserialize(moulds[steps])
            else:
                mould.execute(f"PRAGMA application_id = {upgrade.APPLICATION_ID}")
                upgrade.migrate(mould, path)
                moulds[steps] = mould.serialize()
            mould.backup(raw)

    with patch.object(db.store, "migrate", migrate):
        yield


@contextmanager
def statements_shared() -> Iterator[None]:
    """What SQLAlchemy has compiled for one store is not compiled again for the next."""

    @cache
    def first() -> Engine:
        engine = create_engine("sqlite://", poolclass=NullPool, query_cache_size=2000)
        engine.connect().close()  # the dialect has seen what it speaks to
        return engine

    def create(url: str, **more: Any) -> Engine:
        engine = create_engine(url, **more)
        engine.dialect = engine.pool._dialect = first().dialect
        engine._compiled_cache = first()._compiled_cache
        return engine

    with patch.object(db.store, "create_engine", create):
        yield
