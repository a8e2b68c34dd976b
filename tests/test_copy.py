"""The second copy: it follows, forgets with the store, and never stops the desk."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from db import copy as copy_module
from db.arrivals import new_epoch, new_timeline
from db.copy import MARK, Copy
from db.doctor import examine
from db.facts import COLUMNS
from db.ledger import Ledger
from db.place import COPY, UNCLEAN, set_setting
from db.refusal import Refusal
from db.restore import restore
from db.store import Store, connect, driver
from tests.shelf import (
    bytes_of,
    codes,
    desk,
    erase,
    meet,
    mounted,
    name,
    rows,
    spoil,
    switch,
    unhurried,
    with_lamps,
)
from tests.toys import LAMPS

EVERYTHING = f"SELECT n, {', '.join(COLUMNS)} FROM fact ORDER BY n"


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    unhurried(monkeypatch)
    ledger = desk(tmp_path / "desk.db")
    for lamp in range(5):
        switch(ledger, lamp, lamp + 1)
        name(ledger, lamp, f"p{lamp % 2}", f"telephone {lamp}")
    yield ledger
    ledger.store.close()


@pytest.fixture
def copy(ledger: Ledger, tmp_path: Path) -> Copy:
    copy = Copy(ledger, tmp_path / "disk" / "copy.db")
    assert copy.begin() == 15
    return copy


def held(copy: Copy, sql: str = EVERYTHING) -> list[tuple[object, ...]]:
    raw = connect(copy.path)
    try:
        return raw.execute(sql).fetchall()
    finally:
        raw.close()


def follows(copy: Copy, ledger: Ledger) -> None:
    assert held(copy) == rows(ledger, EVERYTHING)
    where = "SELECT desk, library_key, epoch, timeline, forks, cursor FROM place"
    assert held(copy, where) == rows(ledger, where)
    assert examine(ledger, copy.path) == []


def test_it_holds_the_facts_and_no_rows(copy: Copy, ledger: Ledger) -> None:
    follows(copy, ledger)
    assert held(copy, "SELECT count(*) FROM erased") == [(0,)]
    assert held(copy, "SELECT value FROM setting WHERE name = '" + MARK + "'") == [("A",)]
    with pytest.raises(Refusal, match="StoreExists"):
        copy.begin()
    follows(copy, ledger)


def test_it_catches_up_page_by_page(
    copy: Copy, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copy_module, "PAGE", 7)
    for lamp in range(9):
        switch(ledger, lamp, lamp + 1)
    assert codes(examine(ledger, copy.path)) == {"CopyBehind"}
    assert copy.catch_up() == 18
    follows(copy, ledger)
    assert copy.catch_up() == 0


def test_nothing_to_do_touches_nothing(
    copy: Copy, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy.catch_up()
    monkeypatch.setattr(copy_module, "connect", None)
    assert copy.catch_up() == 0
    switch(ledger, 1)
    with pytest.raises(TypeError):
        copy.catch_up()


def test_it_follows_positions_epochs_and_timelines(
    copy: Copy, ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copy_module, "PAGE", 5)
    other = desk(tmp_path / "other.db", "B")
    for lamp in range(4):
        switch(other, lamp)
        switch(ledger, lamp)
    copy.catch_up()
    meet(tmp_path, ledger, other)
    assert copy.catch_up() == 4
    follows(copy, ledger)
    switch(ledger, 1, 2)
    copy.catch_up()
    with ledger.store.writing() as connection:
        new_epoch(driver(connection))
    copy.catch_up()
    follows(copy, ledger)
    with ledger.store.writing() as connection:
        new_timeline(driver(connection), ledger.books, 2, [[2, 6]])
    switch(ledger, 3)
    copy.catch_up()
    follows(copy, ledger)
    assert held(copy, "SELECT max(pos) FROM fact") == [(6,)]
    # The centre gave two of them each other's positions after that.
    spoil(ledger, "UPDATE fact SET pos = -pos WHERE pos IN (1, 2)")
    spoil(ledger, "UPDATE fact SET pos = pos + 3 WHERE pos < 0")
    spoil(ledger, "UPDATE place SET timeline = 3")
    copy.catch_up()
    assert held(copy) == rows(ledger, EVERYTHING)
    other.store.close()


def test_it_forgets_whom_the_store_forgets(copy: Copy, ledger: Ledger) -> None:
    # What moved between pages must go too.
    raw = connect(copy.path)
    raw.execute("UPDATE fact SET chain = CAST(chain || randomblob(900) AS BLOB)")
    raw.execute("UPDATE fact SET chain = substr(chain, 1, 32)")
    raw.close()
    assert bytes_of(copy.path).count(b"telephone 2")
    erase(ledger, "p0")
    assert codes(examine(ledger, copy.path)) == {"CopyBehind", "CopyRemains"}
    copy.catch_up()
    for lamp in range(5):
        kept = bytes_of(copy.path).count(f"telephone {lamp}".encode())
        assert bool(kept) == (lamp % 2 == 1)
    follows(copy, ledger)
    assert held(copy, "SELECT * FROM setting WHERE name = 'purge'") == []


def test_a_cleaning_that_was_cut_short_is_done_next_time(
    copy: Copy, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    erase(ledger, "p0")
    with monkeypatch.context() as patch:
        patch.setattr(copy_module, "scour", lambda raw: False)
        copy.catch_up()
    assert held(copy, "SELECT * FROM setting WHERE name = 'purge'")
    switch(ledger, 1)
    copy.catch_up()
    assert held(copy, "SELECT * FROM setting WHERE name = 'purge'") == []
    follows(copy, ledger)


def test_confidences_that_the_store_let_go_are_wiped_with_it(copy: Copy, ledger: Ledger) -> None:
    with ledger.act("somebody") as act:
        private = {"name": "secret-words" * 200}
        act.record("lamp.named", "lamp:1", person="p1", private=private, scope="reading")
    with ledger.store.writing() as connection:
        set_setting(connection, COPY, str(copy.path))
        set_setting(connection, "purge", "tonight")
    copy.catch_up()
    spoil(ledger, "UPDATE fact SET private = NULL, salt = NULL WHERE scope = 'reading'")
    copy.catch_up()
    due = "SELECT value FROM setting WHERE name = 'purge'"
    assert held(copy, due) == [("tonight",)]
    ledger.purge()
    copy.catch_up()
    assert held(copy, due) == rows(ledger, f"SELECT 1 FROM setting WHERE name = '{UNCLEAN}'") == []
    assert b"secret-words" not in bytes_of(copy.path)


def test_it_carries_the_settings_but_the_local_ones(copy: Copy, ledger: Ledger) -> None:
    with ledger.store.writing() as connection:
        set_setting(connection, "profile", "generic")
        set_setting(connection, "copy", "elsewhere")
    copy.catch_up()
    settings = set(held(copy, "SELECT name, value FROM setting"))
    assert settings == {("profile", "generic"), (MARK, "A")}
    with ledger.store.writing() as connection:
        driver(connection).execute("DELETE FROM setting WHERE name = 'profile'")
    copy.catch_up()
    assert held(copy, "SELECT name FROM setting") == [(MARK,)]


def test_a_copy_that_holds_more_than_the_store_is_not_touched(copy: Copy, ledger: Ledger) -> None:
    before = held(copy)
    spoil(ledger, "DELETE FROM fact WHERE n = 15")
    with pytest.raises(Refusal, match="CopyForked"):
        copy.catch_up()
    switch(ledger, 1)  # another fact in the place of the lost one
    with pytest.raises(Refusal, match="CopyForked"):
        copy.catch_up()
    assert held(copy) == before
    assert "CopyAhead" in codes(examine(ledger, copy.path))
    aside = copy.begin_anew()
    assert held(Copy(ledger, aside)) == before
    assert held(copy) == rows(ledger, EVERYTHING)


def test_a_store_that_has_the_same_in_another_order_is_not_followed(
    copy: Copy, ledger: Ledger, tmp_path: Path
) -> None:
    """A restore takes along what the backup lacks by its time, not as it had come."""
    ledger.store.backup(tmp_path / "backup.db")
    other = desk(tmp_path / "other.db", "B")
    early = switch(other, 7)
    late = switch(ledger, 8)
    meet(tmp_path, other, ledger)
    last = switch(ledger, 9)
    other.store.close()
    assert copy.catch_up() == 3
    ids = "SELECT id FROM fact WHERE n > 15 ORDER BY n"
    assert [id for (id,) in held(copy, ids)] == [*late, *early, *last]
    before = held(copy)
    ledger.store.close()
    restore(tmp_path / "backup.db", ledger.store.path, [LAMPS], ledger.clock)
    again = Ledger(Store(ledger.store.path), [LAMPS], ledger.clock)
    assert [id for (id,) in rows(again, ids)] == [*early, *late, *last]
    for of in (Copy(again, copy.path), copy):  # after a start, and while it goes on
        with pytest.raises(Refusal, match="CopyForked"):
            of.catch_up()
    assert held(copy) == before
    again.store.close()


def test_it_takes_the_centres_word_for_what_a_stick_had_brought(copy: Copy, ledger: Ledger) -> None:
    told = rows(ledger, "SELECT data, digest FROM fact WHERE n = 15")[0]
    spoil(ledger, "UPDATE fact SET data = '{}', digest = x'00' WHERE n = 15")
    wrong = Copy(ledger, copy.path.with_name("wrong"))
    wrong.begin()
    spoil(ledger, "UPDATE fact SET data = ?, digest = ? WHERE n = 15", *told)
    spoil(ledger, "UPDATE fact SET pos = n, skew = 0")
    spoil(ledger, "UPDATE place SET cursor = 15")
    wrong.catch_up()
    assert held(wrong) == rows(ledger, EVERYTHING)


def test_another_desks_copy_is_not_touched(copy: Copy, ledger: Ledger, tmp_path: Path) -> None:
    other = desk(tmp_path / "b.db", "B")
    before = held(copy)
    with pytest.raises(Refusal, match="CopyForeign"):
        Copy(other, copy.path).catch_up()
    with pytest.raises(Refusal, match="CopyForeign"):
        Copy(ledger, other.store.path).catch_up()
    assert held(copy) == before
    other.store.close()


def test_a_missing_disk_is_refused_and_not_made_up_for(copy: Copy, ledger: Ledger) -> None:
    away = copy.path.with_name("away")
    copy.path.rename(away)
    switch(ledger, 1)
    with pytest.raises(Refusal, match="CopyGone"):
        copy.catch_up()
    assert codes(examine(ledger, copy.path)) == {"CopyUnreadable"}
    assert not copy.path.exists()
    away.rename(copy.path)
    assert copy.catch_up() == 1
    follows(copy, ledger)


def test_the_background_goes_on_after_trouble(
    copy: Copy, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = copy.path.with_name("away")
    copy.path.rename(away)
    switch(ledger, 1)
    tried = threading.Event()
    real = copy.catch_up

    def watched() -> int:
        try:
            return real()
        finally:
            tried.set()

    monkeypatch.setattr(copy, "catch_up", watched)
    copy.follow(0.01)
    assert tried.wait(5)
    for _ in range(20):
        switch(ledger, 1)  # the desk goes on meanwhile
    assert str(copy.trouble).startswith("CopyGone")
    away.rename(copy.path)
    copy.stop()
    assert not copy.trouble
    follows(copy, ledger)
    copy.stop()


def test_it_keeps_up_with_a_busy_desk(copy: Copy, ledger: Ledger) -> None:
    copy.follow(0)
    for lamp in range(150):
        switch(ledger, lamp % 5)
        if lamp == 70:
            erase(ledger, "p1")
    copy.stop()
    assert copy.trouble is None
    follows(copy, ledger)


def test_a_full_disk_is_refused_and_caught_up_on(ledger: Ledger, tmp_path: Path) -> None:
    with mounted(tmp_path / "small", "-t", "tmpfs", "-o", "size=4m", "tmpfs") as disk:
        copy = Copy(ledger, disk / "copy.db")
        copy.begin()
        ballast = disk / "ballast"
        name(ledger, 1, "p", "long" * 50_000)
        free = os.statvfs(disk)
        ballast.write_bytes(b"x" * (free.f_bavail * free.f_bsize - 150_000))
        with pytest.raises(Refusal) as refused:
            copy.catch_up()
        assert refused.value.code == "DiskFull"
        assert refused.value.facts["file"] == str(copy.path)
        ballast.unlink()
        assert copy.catch_up() == 1
        follows(copy, ledger)


def test_it_is_no_store_of_another_version(
    copy: Copy, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    from db import upgrade

    steps = upgrade.migrations()
    monkeypatch.setattr(upgrade, "migrations", lambda: [*steps, (99, "CREATE TABLE more (a);")])
    Store(ledger.store.path).close()
    switch(ledger, 1)
    assert copy.catch_up() == 1
    assert held(copy, "PRAGMA user_version") == [(99,)]
    follows(copy, ledger)


def test_a_store_comes_back_from_it_with_what_arrived_altered(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_lamps(monkeypatch)
    meet(tmp_path, ledger)
    centre = connect(tmp_path / "centre.db")
    centre.execute("UPDATE ledger SET actor = 'nobody' WHERE pos = 3")
    centre.close()
    other = desk(tmp_path / "b.db", "B")
    meet(tmp_path, other)
    altered = rows(other, "SELECT id, reason FROM fault")
    assert len(altered) == 1
    of_other = Copy(other, tmp_path / "disk" / "b.db")
    of_other.begin()
    restore(of_other.path, tmp_path / "back.db", [LAMPS], ledger.clock)
    back = Ledger(Store(tmp_path / "back.db"), [LAMPS], ledger.clock)
    assert rows(back, "SELECT id, reason FROM fault") == altered
    lamps = "SELECT * FROM lamp ORDER BY subject"
    assert rows(back, lamps) == rows(other, lamps)
    back.store.close()
    other.store.close()
