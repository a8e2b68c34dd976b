"""The store: files, backups, threads and processes."""

import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import event

from db import store as store_module
from db import upgrade
from db.doctor import examine
from db.ledger import Ledger
from db.refusal import Refusal
from db.store import Store, connect, driver
from tests.library import Library
from tests.outside import posix
from tests.shelf import (
    bytes_of,
    child,
    desk,
    name,
    outcome,
    rows,
    switch,
)
from tests.simulation.troubles import quick_disk
from tests.toys import LAMPS


def count(ledger: Ledger) -> int:
    return int(str(rows(ledger, "SELECT count(*) FROM fact")[0][0]))


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
    steps = upgrade.migrations()
    bad = (steps[-1][0] + 1, "INSERT INTO nowhere VALUES (1);")
    monkeypatch.setattr(upgrade, "migrations", lambda: [*steps, bad])
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


def test_an_erased_text_stays_in_no_page(ledger: Ledger) -> None:
    for lamp in range(9):
        name(ledger, lamp, f"p{lamp}", f"telephone {lamp:05}")
    # A page that was split keeps what moved out of it, whatever secure_delete says; it takes
    # hundreds of rows to see that, so here is an erasure that cleans nothing at all.
    raw = connect(ledger.store.path)
    raw.execute("PRAGMA secure_delete = OFF")
    raw.execute("UPDATE fact SET private = NULL, salt = NULL")
    raw.execute("UPDATE lamp SET name = NULL")
    raw.close()
    assert ledger.store.checkpoint()
    assert b"telephone" in bytes_of(ledger.store.path)
    assert ledger.store.scour()
    assert b"telephone" not in bytes_of(ledger.store.path)
    assert count(ledger) == 2 + 9


def test_a_log_that_somebody_still_reads_is_not_called_empty(ledger: Ledger) -> None:
    with ledger.store.reading() as reader:
        driver(reader).execute("SELECT count(*) FROM fact").fetchone()
        switch(ledger, 1)
        raw = connect(ledger.store.path)
        raw.execute("PRAGMA busy_timeout = 10")
        assert not store_module.emptied(raw)
        raw.close()
    assert ledger.store.checkpoint()


@pytest.mark.parametrize("way", ["reading", "writing", "giving_way"])
def test_ctrl_c_in_a_statement_is_told_as_that(ledger: Ledger, way: str) -> None:
    """SQLAlchemy closes the connection then; whoever comes next has another."""
    switch(ledger, 1)
    store, before = ledger.store, count(ledger)

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    event.listen(store._engine, "after_cursor_execute", stopped)
    with pytest.raises(KeyboardInterrupt), getattr(store, way)() as connection:
        connection.exec_driver_sql("SELECT 1" if way == "reading" else "DELETE FROM fact")
    event.remove(store._engine, "after_cursor_execute", stopped)
    assert count(ledger) == before
    switch(ledger, 2)
    assert count(ledger) == before + 1


def test_what_need_not_be_durable_leaves_the_next_durable(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "a.db")
    for fails in (False, True):
        with suppress(ZeroDivisionError), store.writing(durable=False) as connection:
            raw = driver(connection)
            assert raw.execute("PRAGMA synchronous").fetchone() == (1,)
            raw.execute("INSERT OR REPLACE INTO setting VALUES ('a', 'b')")
            if fails:
                raise ZeroDivisionError
        with store.writing() as connection:
            assert driver(connection).execute("PRAGMA synchronous").fetchone() == (2,)
    store.close()


def test_where_no_disk_is_waited_for_no_act_waits(tmp_path: Path, library: Library) -> None:
    """Or most tests wait for it thousands of times."""
    with quick_disk():
        quick = Store.create(tmp_path / "a.db")
        for store in (quick, library.desk.ledger.store):
            for durable in (True, False, True):
                with store.writing(durable=durable) as connection:
                    assert driver(connection).execute("PRAGMA synchronous").fetchone() == (0,)
        quick.close()
