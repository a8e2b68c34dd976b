"""Migrations: the schema of the models, whole or not at all, and never without a backup."""

import os
import pkgutil
import sqlite3
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import create_engine
from sqlmodel import SQLModel

import db
from db import upgrade
from db.clock import SystemClock
from db.ledger import Ledger
from db.refusal import Refusal
from db.store import Store, connect, driver
from db.upgrade import migrations, statements
from tests.outside import posix
from tests.shelf import (
    child,
    desk,
    name,
    outcome,
    rows,
    switch,
)
from tests.toys import LAMPS


class Table(NamedTuple):
    columns: list[tuple[object, ...]]
    indexes: list[str]
    references: set[tuple[object, ...]]


def described(raw: sqlite3.Connection, table: str) -> Table:
    """What a table is, apart from the names of its indexes."""
    indexes = []
    for _, index, unique, _, partial in raw.execute(f"PRAGMA index_list({table})").fetchall():
        columns = raw.execute(f"PRAGMA index_xinfo({index})").fetchall()
        sql = raw.execute("SELECT sql FROM sqlite_master WHERE name = ?", (index,)).fetchone()
        where = " ".join(sql[0].partition(" WHERE ")[2].split()) if sql and sql[0] else ""
        indexes.append(repr((unique, partial, where, [(c[2], c[3]) for c in columns if c[5]])))
    return Table(
        [(*line[1:4], line[5]) for line in raw.execute(f"PRAGMA table_info({table})")],
        sorted(indexes),
        {tuple(line[2:]) for line in raw.execute(f"PRAGMA foreign_key_list({table})")},
    )


def test_migrations_make_the_schema_of_the_models(tmp_path: Path) -> None:
    for module in pkgutil.iter_modules(db.__path__):
        import_module(f"db.{module.name}")
    ours = {
        mapper.class_.__table__.name
        for mapper in SQLModel._sa_registry.mappers
        if mapper.class_.__module__.startswith("db.")
    }
    assert {"fact", "place", "erased"} <= ours
    engine = create_engine("sqlite://")
    Store.create(tmp_path / "migrated.db").close()
    raw = connect(tmp_path / "migrated.db")
    with engine.connect() as connection:
        SQLModel.metadata.create_all(connection)
        for table in sorted(ours):
            assert described(raw, table) == described(driver(connection), table), table
    engine.dispose()
    raw.close()


def test_no_two_have_one_number() -> None:
    """A store that has one of them would never get the other."""
    assert [number for number, _ in migrations()] == list(range(1, len(migrations()) + 1))


@pytest.fixture
def older(tmp_path: Path) -> Iterator[Path]:
    """A store in use, of a version before the newest; its last act still only in the log."""
    ledger = desk(tmp_path / "desk.db")
    switch(ledger, 1)
    ledger.store.close()
    reader = connect(ledger.store.path)
    name(ledger, 2, "p", "in the log")
    assert b"in the log" in Path(f"{ledger.store.path}-wal").read_bytes()
    yield ledger.store.path
    reader.close()
    ledger.store.close()


def newer(monkeypatch: pytest.MonkeyPatch, *scripts: str) -> None:
    steps = migrations()
    more = [(steps[-1][0] + n, script) for n, script in enumerate(scripts, 1)]
    monkeypatch.setattr(upgrade, "migrations", lambda: [*steps, *more])


def beside(path: Path) -> list[Path]:
    return sorted(each for each in path.parent.iterdir() if ".before-" in each.name)


def test_an_upgrade_is_whole_and_keeps_a_backup(
    older: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = migrations()[-1][0]
    newer(monkeypatch, "CREATE TABLE one (a);\nCREATE TABLE two (b);", "INSERT INTO one VALUES(1);")
    store = Store(older)
    ledger = Ledger(store, [LAMPS], SystemClock())
    assert rows(ledger, "SELECT * FROM one") == [(1,)]
    assert rows(ledger, "PRAGMA user_version") == [(version + 2,)]
    (kept,) = beside(older)
    assert kept.stat().st_mode & 0o077 == 0
    raw = sqlite3.connect(kept)
    assert raw.execute("PRAGMA user_version").fetchone() == (version,)
    assert raw.execute("SELECT count(*) FROM fact WHERE private LIKE '%in the log%'").fetchone()[0]
    assert raw.execute("SELECT count(*) FROM sqlite_master WHERE name = 'one'").fetchone() == (0,)
    raw.close()
    store.close()
    Store(older).close()
    assert beside(older) == [kept]


def test_an_upgrade_that_fails_changes_nothing(
    older: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer(
        monkeypatch, "CREATE TABLE one (a);", "CREATE TABLE two (b);\nINSERT INTO three SELECT 1;"
    )
    before = dump(older)
    with pytest.raises(sqlite3.OperationalError, match="three"):
        Store(older)
    assert dump(older) == before
    assert beside(older) == []


def dump(path: Path) -> list[str]:
    raw = connect(path)
    try:
        return [str(raw.execute("PRAGMA user_version").fetchone()), *raw.iterdump()]
    finally:
        raw.close()


@posix
def test_a_kill_in_the_middle_of_an_upgrade(older: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    newer(monkeypatch, *(f"CREATE TABLE t{n} (a);" for n in range(3)))
    before = dump(older)
    calls = 0

    def dying(script: str) -> Iterator[str]:
        nonlocal calls
        for statement in statements(script):
            calls += 1
            if calls == 3:
                os.kill(os.getpid(), 9)
            yield statement

    with monkeypatch.context() as patch:
        patch.setattr(upgrade, "statements", dying)
        assert outcome(child(lambda: Store(older).close())) == -9
    assert dump(older) == before
    (kept,) = beside(older)
    Store(older).close()
    assert len(dump(older)) == len(before) + 3
    assert len(beside(older)) == 2  # the first one is nobody's to overwrite
    assert kept in beside(older)


@posix
def test_two_programs_started_at_once_upgrade_once(
    older: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer(monkeypatch, "CREATE TABLE one (a);", "INSERT INTO one VALUES (1);")

    def slowly(script: str) -> Iterator[str]:
        for statement in statements(script):
            time.sleep(0.1)
            yield statement

    monkeypatch.setattr(upgrade, "statements", slowly)
    children = [child(lambda: Store(older).close()) for _ in range(4)]
    assert [outcome(pid) for pid in children] == [0] * 4
    raw = connect(older)
    assert raw.execute("SELECT * FROM one").fetchall() == [(1,)]
    raw.close()
    (kept,) = beside(older)
    raw = sqlite3.connect(kept)
    assert not raw.execute("SELECT 1 FROM sqlite_master WHERE name = 'one'").fetchone()
    raw.close()


def test_a_newer_store_is_refused(older: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        newer(patch, "CREATE TABLE one (a);")
        Store(older).close()
    known = migrations()[-1][0]
    with pytest.raises(Refusal) as refused:
        Store(older)
    assert refused.value.code == "StoreTooNew"
    assert refused.value.facts == {"file": str(older), "version": known + 1, "known": known}


def test_a_statement_without_an_end_is_no_migration() -> None:
    with pytest.raises(ValueError, match="without an end"):
        list(statements("CREATE TABLE a (b);\nCREATE TABLE c (d)"))
