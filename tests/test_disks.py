"""Disks that are full, read-only or gone: a refusal, no half act, and then work goes on."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from db import store as store_module
from db.clock import SystemClock
from db.doctor import examine
from db.ledger import Ledger, found
from db.refusal import Refusal
from db.store import Store, connect, driver
from db.upgrade import APPLICATION_ID
from tests.outside import posix
from tests.shelf import (
    KEY,
    child,
    desk,
    mount,
    mounted,
    name,
    outcome,
    rows,
    spoil,
    switch,
)
from tests.toys import LAMPS


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
    monkeypatch.setattr(store_module, "PATIENCE", 0.02)
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
