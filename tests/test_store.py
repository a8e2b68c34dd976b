"""The store: schema, migrations, backups, and disks that are full, read-only or gone."""

import os
import pkgutil
import random
import shutil
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

import db
from db import store as store_module
from db import upgrade
from db.clock import SystemClock
from db.doctor import examine
from db.ledger import Ledger, found
from db.refusal import Refusal
from db.store import Store, connect, driver
from db.upgrade import APPLICATION_ID, migrations, statements
from tests.shelf import (
    KEY,
    bytes_of,
    child,
    desk,
    mount,
    mounted,
    name,
    outcome,
    rows,
    spoil,
    switch,
    unhurried,
)
from tests.toys import LAMPS

posix = pytest.mark.skipif(os.name != "posix", reason="forks, mounts, other users")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = desk(tmp_path / "desk.db")
    switch(ledger, 1, 2)
    yield ledger
    ledger.store.close()


# The schema


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


# Migrations


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


# Files


def test_what_is_no_store_of_ours_is_left_as_it_is(tmp_path: Path) -> None:
    text, other = tmp_path / "text", tmp_path / "other.db"
    text.write_text("no database at all, but long enough to be taken for the header of one" * 9)
    raw = sqlite3.connect(other)
    raw.execute("CREATE TABLE a (b)")
    raw.close()
    for path in (text, other):
        before = path.read_bytes()
        with pytest.raises(Refusal, match="StoreForeign"):
            Store(path)
        assert path.read_bytes() == before
    with pytest.raises(Refusal, match="StoreGone"):
        Store(tmp_path / "nowhere.db")
    assert sorted(tmp_path.iterdir()) == [other, text]


@posix
def test_a_new_store_is_for_this_user_alone_and_over_nobody(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "desk.db"
    ledger = desk(path)
    switch(ledger, 1)
    for file in path.parent.iterdir():
        assert file.stat().st_mode & 0o077 == 0, file
    with pytest.raises(Refusal, match="StoreExists"):
        Store.create(path)
    ledger.store.close()
    assert list(path.parent.iterdir()) == [path]


@posix
def test_a_store_is_there_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer(monkeypatch, "INSERT INTO nowhere VALUES (1);")
    with pytest.raises(sqlite3.OperationalError):
        Store.create(tmp_path / "desk.db")
    assert list(tmp_path.iterdir()) == []


def test_a_backup_is_one_moment_while_others_act(ledger: Ledger, tmp_path: Path) -> None:
    stop = threading.Event()

    def act() -> None:
        while not stop.is_set():
            switch(ledger, 1, 2, 3)

    thread = threading.Thread(target=act)
    thread.start()
    target = tmp_path / "backup.db"
    try:
        time.sleep(0.1)
        ledger.store.backup(target)
    finally:
        stop.set()
        thread.join()
    with pytest.raises(Refusal, match="FileExists"):
        ledger.store.backup(target)
    assert not [each for each in tmp_path.iterdir() if each.name.endswith(".part")]
    copy = Ledger(Store(target), [LAMPS], ledger.clock)
    assert examine(copy) == []
    assert rows(copy, "SELECT count(*) % 3 FROM fact") == [(2,)]
    copy.store.close()


def test_many_threads_act_and_read_at_once(ledger: Ledger) -> None:
    def work(_: int) -> None:
        for _ in range(15):
            switch(ledger, 1)
            with ledger.store.reading() as outer, ledger.store.reading() as inner:
                assert driver(outer) is not driver(inner)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert rows(ledger, "SELECT count(*) FROM fact") == [(2 + 8 * 15,)]
    assert examine(ledger) == []


def test_the_version_changes_when_anybody_commits(ledger: Ledger) -> None:
    seen = {ledger.store.version()}
    assert ledger.store.version() in seen
    switch(ledger, 1)
    assert ledger.store.version() not in seen
    seen.add(ledger.store.version())
    other = Ledger(Store(ledger.store.path), [LAMPS], ledger.clock)
    switch(other, 1)
    other.store.close()
    assert ledger.store.version() not in seen


@posix
def test_a_screen_and_a_command_on_one_store(ledger: Ledger) -> None:
    path = ledger.store.path
    ledger.store.close()

    def work() -> None:
        mine = Ledger(Store(path), [LAMPS], ledger.clock)
        for lamp in range(500):
            switch(mine, lamp % 7)
        mine.store.close()

    children = [child(work), child(work)]
    assert [outcome(pid) for pid in children] == [0, 0]
    assert rows(ledger, "SELECT count(*), max(seq) FROM fact") == [(1002, 1002)]
    assert examine(ledger) == []


def test_an_erased_text_stays_in_no_page(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger.store.close()
    unhurried(monkeypatch)
    chance = random.Random(5)
    for lamp in range(400):
        name(ledger, lamp % 9, f"p{lamp % 7}", f"telephone {lamp:05}" * chance.choice((1, 1, 3)))
    # Facts that learn their place grow, pages split, and what moved stays where it was.
    with ledger.store.writing() as connection:
        driver(connection).executemany(
            "UPDATE fact SET chain = ? WHERE n = ?",
            [(chance.randbytes(chance.choice((40, 1000))), n) for n in range(1, 400)],
        )
        driver(connection).execute("UPDATE fact SET private = NULL, salt = NULL")
        driver(connection).execute("DELETE FROM lamp")
    assert ledger.store.checkpoint()
    assert b"telephone" in bytes_of(ledger.store.path), "secure_delete alone would do"
    assert ledger.store.scour()
    assert b"telephone" not in bytes_of(ledger.store.path)
    assert count(ledger) == 2 + 400


def test_a_log_that_somebody_still_reads_is_not_called_empty(ledger: Ledger) -> None:
    with ledger.store.reading() as reader:
        driver(reader).execute("SELECT count(*) FROM fact").fetchone()
        switch(ledger, 1)
        raw = connect(ledger.store.path)
        raw.execute("PRAGMA busy_timeout = 10")
        assert not store_module.emptied(raw)
        raw.close()
    assert ledger.store.checkpoint()


# Disks


def refused(code: str, work: Callable[[], object]) -> None:
    with pytest.raises(Refusal) as refusal:
        work()
    assert refusal.value.code == code
    assert refusal.value.facts["file"]


def standing(ledger: Ledger) -> list[tuple[object, ...]]:
    return rows(ledger, "SELECT count(*), max(seq), (SELECT sum(turns) FROM lamp) FROM fact")


def count(ledger: Ledger) -> int:
    return int(str(rows(ledger, "SELECT count(*) FROM fact")[0][0]))


def test_a_full_store_refuses_and_goes_on(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite's own limit of pages: the same answer as a full disk, wherever this runs."""
    before = standing(ledger)
    ledger.store.close()
    real = connect

    def narrow(path: Path) -> sqlite3.Connection:
        raw = real(path)
        raw.execute("PRAGMA max_page_count = 1")
        return raw

    with monkeypatch.context() as patch:
        patch.setattr(store_module, "connect", narrow)
        refused("DiskFull", lambda: [name(ledger, n, "p", "long" * 3000) for n in range(9)])
        assert count(ledger) < 2 + 9
        assert examine(ledger) == []
    ledger.store.close()
    switch(ledger, 1)
    assert standing(ledger) != before
    assert examine(ledger) == []


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    with mounted(tmp_path / "small", "-t", "tmpfs", "-o", "size=3m", "tmpfs") as disk:
        yield disk


@pytest.fixture
def bound(tmp_path: Path) -> Iterator[Path]:
    """A disk that is a folder, `real`, seen from elsewhere."""
    (tmp_path / "real").mkdir()
    with mounted(tmp_path / "bound", "--bind", str(tmp_path / "real")) as disk:
        yield disk


def test_a_full_disk_refuses_and_goes_on(small: Path) -> None:
    ledger = desk(small / "desk.db")
    switch(ledger, 1)
    ballast = small / "ballast"
    full: list[str] = []
    for spare in (0, 1, 3, 9):
        with suppress(OSError), ballast.open("wb", buffering=0) as file:
            while file.write(b"x" * 4096):
                pass
        os.truncate(ballast, ballast.stat().st_size - spare * 4096)
        before, confirmed = count(ledger), 0
        try:
            for _ in range(10_000):
                switch(ledger, *range(50))
                confirmed += 1
        except Refusal as refusal:
            full.append(refusal.code)
        refused("DiskFull", lambda: ledger.store.backup(small / "backup.db"))
        assert count(ledger) == before + confirmed * 50
        assert examine(ledger) == []
        ballast.unlink()
        switch(ledger, 1)
        assert examine(ledger) == []
    assert full == ["DiskFull"] * 4
    assert sorted(each.name for each in small.iterdir() if "part" in each.name) == []
    ledger.store.close()


@pytest.mark.parametrize("log", [True, False], ids=["after a crash", "after a clean end"])
def test_a_read_only_disk(bound: Path, tmp_path: Path, log: bool) -> None:
    ledger = desk(tmp_path / "open" / "desk.db")
    switch(ledger, 1)
    if log:
        shutil.copytree(tmp_path / "open", tmp_path / "real", dirs_exist_ok=True)
    ledger.store.close()
    if not log:
        shutil.copytree(tmp_path / "open", tmp_path / "real", dirs_exist_ok=True)
    ledger = Ledger(Store(bound / "desk.db"), [LAMPS], SystemClock())
    before = standing(ledger)
    ledger.store.close()
    mount("-o", "remount,ro,bind", str(bound))
    refused("StoreReadOnly", lambda: Store(bound / "desk.db"))
    refused("StoreReadOnly", lambda: switch(ledger, 1))
    refused("FileUnwritable", lambda: Store.create(bound / "other.db"))
    mount("-o", "remount,rw,bind", str(bound))
    assert standing(ledger) == before
    switch(ledger, 1)
    assert examine(ledger) == []
    ledger.store.close()


@posix
@pytest.mark.parametrize(("file", "folder"), [(0o400, 0o700), (0o600, 0o500), (0o400, 0o500)])
def test_a_file_or_folder_that_may_not_be_written(
    tmp_path_factory: pytest.TempPathFactory, file: int, folder: int
) -> None:
    """In a process of another user where this one is root, who may write everything."""
    base = tmp_path_factory.mktemp("modes") / "desk"
    ledger = desk(base / "desk.db")
    switch(ledger, 1)
    ledger.store.close()
    ledger.store.path.chmod(file)
    base.chmod(folder)

    def work() -> None:
        if os.geteuid() == 0:
            os.chown(ledger.store.path, 65534, 65534)
            os.chown(base, 65534, 65534)
            os.chdir(base)
            os.setgid(65534)
            os.setuid(65534)
            os.chdir(".")
        path = Path("desk.db") if os.getuid() == 65534 else ledger.store.path
        with pytest.raises(Refusal, match="StoreReadOnly"):
            Store(path)
        if folder == 0o500:
            with pytest.raises(Refusal, match="FileUnwritable"):
                Store.create(path.with_name("new.db"))

    try:
        assert outcome(child(work)) == 0
    finally:
        base.chmod(0o700)
        ledger.store.path.chmod(0o600)
    switch(ledger, 1)
    assert examine(ledger) == []
    ledger.store.close()


@posix
def test_a_file_that_was_moved_away(ledger: Ledger, tmp_path: Path) -> None:
    before = standing(ledger)
    away = tmp_path / "away.db"
    ledger.store.path.rename(away)
    refused("StoreGone", lambda: switch(ledger, 1))
    refused("StoreGone", lambda: standing(ledger))
    refused("StoreGone", ledger.store.version)
    refused("StoreGone", lambda: ledger.store.backup(tmp_path / "backup.db"))
    away.rename(ledger.store.path)
    assert standing(ledger) == before
    switch(ledger, 1)
    assert examine(ledger) == []


@posix
@pytest.mark.parametrize("held", [True, False], ids=["while it is read", "while nobody looks"])
def test_another_store_in_its_place_is_opened_anew(
    ledger: Ledger, tmp_path: Path, held: bool
) -> None:
    before, version = standing(ledger), ledger.store.version()
    ledger.store.backup(tmp_path / "backup.db")
    switch(ledger, 1, 2, 3)
    ledger.store.checkpoint()
    with ledger.store.reading() if held else nullcontext():
        for suffix in ("", "-wal", "-shm"):
            Path(f"{ledger.store.path}{suffix}").unlink()
        (tmp_path / "backup.db").rename(ledger.store.path)
        assert standing(ledger) == before
    assert ledger.store.version() != version
    switch(ledger, 1)
    assert examine(ledger) == []


def test_a_mount_that_is_gone(bound: Path, tmp_path: Path) -> None:
    ledger = desk(bound / "desk.db")
    switch(ledger, 1)
    subprocess.run(["umount", "-l", str(bound)], check=True)
    refused("StoreGone", lambda: switch(ledger, 1))
    mount("--bind", str(tmp_path / "real"), str(bound))
    switch(ledger, 1)
    assert rows(ledger, "SELECT count(*) FROM fact") == [(2,)]
    assert examine(ledger) == []
    ledger.store.close()


def test_a_store_that_is_busy_refuses(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    real = connect

    def hasty(path: Path) -> sqlite3.Connection:
        raw = real(path)
        raw.execute("PRAGMA busy_timeout = 20")
        return raw

    ledger.store.close()
    monkeypatch.setattr(store_module, "connect", hasty)
    with ledger.store.writing():
        refused("StoreBusy", lambda: switch(ledger, 1))
    switch(ledger, 1)
    assert examine(ledger) == []


def test_nobody_inherits_an_open_transaction(ledger: Ledger) -> None:
    with suppress(ZeroDivisionError), ledger.act("somebody") as act:
        act.record("lamp.switched", "lamp:1", {"to": "on"})
        assert 1 / 0
    with pytest.raises(sqlite3.OperationalError), ledger.store.writing() as connection:
        driver(connection).execute("INSERT INTO nowhere VALUES (1)")
    spoil(ledger, "CREATE TABLE child (of REFERENCES lamp (subject) DEFERRABLE INITIALLY DEFERRED)")
    with pytest.raises(DBAPIError, match="FOREIGN KEY"):  # only COMMIT itself finds out
        spoil(ledger, "INSERT INTO child VALUES ('nobody')")
    switch(ledger, 1)
    assert rows(ledger, "SELECT count(*) FROM fact") == [(3,)]
    assert examine(ledger) == []


def test_a_store_is_known_by_its_number(ledger: Ledger) -> None:
    assert rows(ledger, "PRAGMA application_id") == [(APPLICATION_ID,)]
    with pytest.raises(sqlite3.IntegrityError):
        found(ledger.store, "B", KEY)  # it is a desk's already
