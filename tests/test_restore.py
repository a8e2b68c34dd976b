"""Restoring: whole or not at all, nobody erased comes back, no place is used twice."""

import os
import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from db import restore as restore_module
from db import upgrade
from db.copy import Copy
from db.doctor import examine
from db.exchange import exchange
from db.file_centre import FileCentre
from db.ledger import Ledger
from db.refusal import Refusal
from db.restore import Restored, restore
from db.store import Store, connect, driver
from tests.outside import posix
from tests.shelf import (
    bytes_of,
    child,
    desk,
    erase,
    meet,
    name,
    outcome,
    rows,
    spoil,
    switch,
    unhurried,
    with_lamps,
)
from tests.toys import LAMPS

LAMP = "SELECT * FROM lamp ORDER BY subject"


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    """A desk that met another, with an unsent tail."""
    with_lamps(monkeypatch)
    unhurried(monkeypatch)
    ours, theirs = desk(tmp_path / "desk.db"), desk(tmp_path / "b.db", "B")
    for lamp in range(3):
        switch(ours, lamp)
        name(theirs, lamp, f"p{lamp}", f"telephone {lamp}")
    meet(tmp_path, ours, theirs)
    theirs.store.close()
    for lamp in range(3):
        name(ours, lamp, f"p{lamp}", f"mobile {lamp}")
    yield ours
    ours.store.close()


@pytest.fixture
def backup(ledger: Ledger, tmp_path: Path) -> Path:
    ledger.store.backup(tmp_path / "backup.db")
    return tmp_path / "backup.db"


def back(source: Path, ledger: Ledger) -> Restored:
    ledger.store.close()
    return restore(source, ledger.store.path, [LAMPS], ledger.clock)


def others(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()} - {"centre.db", "b.db", "backup.db"}


def test_no_desk_takes_the_place_of_another(ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        back(tmp_path / "b.db", ledger)
    assert refused.value.code == "BackupOfAnother"
    assert (refused.value.facts["desk"], refused.value.facts["here"]) == ("B", "A")
    assert rows(ledger, "SELECT desk FROM place") == [("A",)]
    assert not [each for each in others(tmp_path) if "before-restore" in each]
    ledger.store.close()
    elsewhere = tmp_path / "elsewhere.db"  # a machine in place of one that broke
    restore(tmp_path / "b.db", elsewhere, [LAMPS], ledger.clock)
    assert elsewhere.exists()


def test_a_backup_in_place(ledger: Ledger, backup: Path, tmp_path: Path) -> None:
    switch(ledger, 7, 8, 9)  # neither pushed nor in the backup: taken along, or it would be lost
    lamps = rows(ledger, LAMP)
    last = rows(ledger, "SELECT max(id) FROM fact")
    restored = back(backup, ledger)
    assert restored == Restored(
        ledger.store.path, tmp_path / "desk.db.before-restore", 2, False, 0, []
    )
    assert rows(ledger, LAMP) == lamps
    assert rows(ledger, "SELECT epoch FROM place") == [(2,)]
    assert rows(ledger, "SELECT DISTINCT epoch FROM fact WHERE desk='A' AND pos IS NULL") == [(2,)]
    assert examine(ledger) == []
    assert ledger.store.path.stat().st_mode & 0o077 == 0 or os.name != "posix"
    assert restored.aside is not None
    kept = Ledger(Store(restored.aside), [LAMPS], ledger.clock)
    assert rows(kept, "SELECT max(id) FROM fact") == last
    kept.store.close()
    ledger.store.close()
    assert others(tmp_path) == {"desk.db", "desk.db.before-restore"}
    assert back(backup, ledger).aside == tmp_path / "desk.db.before-restore.2"
    assert rows(ledger, "SELECT epoch FROM place") == [(3,)], "above every epoch used since"


def test_it_goes_on_with_the_centre(ledger: Ledger, backup: Path, tmp_path: Path) -> None:
    switch(ledger, 5)
    meet(tmp_path, ledger)
    switch(ledger, 6)  # neither pushed nor in the backup
    back(backup, ledger)
    switch(ledger, 7)
    centre = FileCentre(tmp_path / "centre.db", ledger.clock)
    exchange(ledger, centre)
    centre.close()
    turned = {subject for (subject,) in rows(ledger, "SELECT subject FROM lamp")}
    assert {"lamp:5", "lamp:6", "lamp:7"} <= turned
    assert examine(ledger) == []


def test_onto_a_new_disk(ledger: Ledger, backup: Path, tmp_path: Path) -> None:
    target = tmp_path / "new.db"
    restored = restore(backup, target, [LAMPS], ledger.clock)
    assert (restored.aside, restored.erasures) == (None, 0)
    fresh = Ledger(Store(target), [LAMPS], ledger.clock)
    assert rows(fresh, LAMP) == rows(ledger, LAMP)
    assert examine(fresh) == []
    fresh.store.close()


def test_the_erased_stay_erased(ledger: Ledger, tmp_path: Path) -> None:
    chance = random.Random(5)
    for lamp in range(400):
        name(ledger, lamp % 9, "p1", f"telephone 1 {lamp}" * chance.choice((1, 1, 3)))
    with ledger.store.writing() as connection:  # pages split, and leave traces
        driver(connection).executemany(
            "UPDATE fact SET chain = CAST(chain || ? AS BLOB) WHERE n = ?",
            [(chance.randbytes(chance.choice((40, 1000))), n) for n in range(1, 410)],
        )
        driver(connection).execute("UPDATE fact SET chain = substr(chain, 1, 32)")
    backup = tmp_path / "backup.db"
    ledger.store.backup(backup)
    erase(ledger, "p1")
    restored = back(backup, ledger)
    assert restored.erasures == 1
    assert examine(ledger) == []
    content = bytes_of(ledger.store.path)
    assert b"telephone 1" not in content
    assert b"mobile 1" not in content
    assert b"mobile 2" in content
    assert rows(ledger, "SELECT person FROM erased") == [("p1",)]
    assert rows(ledger, "SELECT name FROM lamp WHERE subject = 'lamp:1'") == [(None,)]
    centre = FileCentre(tmp_path / "centre.db", ledger.clock)
    exchange(ledger, centre)
    centre.close()
    assert b"telephone 1" not in bytes_of(tmp_path / "centre.db")
    assert rows(ledger, "SELECT count(*) FROM fact WHERE kind = 'person.erased'") == [(1,)]
    assert examine(ledger) == []


def test_an_erasure_that_came_from_elsewhere_and_back_is_one(
    ledger: Ledger, backup: Path, tmp_path: Path
) -> None:
    other = desk(tmp_path / "c.db", "C")
    erase(other, "p2")
    meet(tmp_path, other, ledger)
    back(backup, ledger)
    assert b"telephone 2" not in bytes_of(ledger.store.path)
    meet(tmp_path, other, ledger)
    assert rows(ledger, "SELECT count(*) FROM fact WHERE kind = 'person.erased'") == [(1,)]
    assert rows(ledger, LAMP) == rows(other, LAMP)
    assert examine(ledger) == []
    other.store.close()


def test_a_dead_store_is_no_obstacle_and_its_erasures_are_said_to_be_unknown(
    ledger: Ledger, backup: Path, tmp_path: Path
) -> None:
    ledger.store.close()
    ledger.store.path.write_bytes(b"\0" * 4096 + os.urandom(8192))
    Path(f"{ledger.store.path}-wal").write_bytes(b"left over")
    restored = back(backup, ledger)
    assert restored.erasures is None
    assert examine(ledger) == []
    ledger.store.close()
    aside = "desk.db.before-restore"
    assert others(tmp_path) - {f"{aside}-shm"} == {"desk.db", aside, f"{aside}-wal"}


def test_the_second_copy_is_folded(ledger: Ledger, tmp_path: Path) -> None:
    copy = Copy(ledger, tmp_path / "copy.db")
    copy.begin()
    erase(ledger, "p0")
    switch(ledger, 1)
    meet(tmp_path, ledger)
    name(ledger, 2, "p2", "never pushed")
    copy.catch_up()
    lamps, ids = rows(ledger, LAMP), rows(ledger, "SELECT id, pos FROM fact ORDER BY n")
    where = "SELECT cursor, cursor_link FROM place"
    stood = rows(ledger, where)
    ledger.store.close()
    ledger.store.path.unlink()
    restored = back(copy.path, ledger)
    assert (restored.rebuilt, restored.findings) == (True, [])
    assert rows(ledger, LAMP) == lamps
    assert rows(ledger, "SELECT id, pos FROM fact ORDER BY n") == ids
    assert rows(ledger, where) == stood
    assert examine(ledger) == []
    with pytest.raises(Refusal, match="CopyForeign"):
        Copy(ledger, ledger.store.path).catch_up()  # it is a desk's store again
    meet(tmp_path, ledger)
    assert examine(ledger) == []


def test_a_copy_that_was_still_behind(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Taken between two pages, when it knows some positions and not those before them."""
    from db import copy as copy_module

    copy = Copy(ledger, tmp_path / "copy.db")
    copy.begin()
    other = desk(tmp_path / "c.db", "C")
    for lamp in range(6):
        switch(other, lamp)
    meet(tmp_path, other, ledger, other)
    monkeypatch.setattr(copy_module, "PAGE", 4)
    monkeypatch.setattr(copy_module, "_learn_positions", lambda raw: False)
    copy.catch_up()
    back(copy.path, ledger)
    assert examine(ledger) == []
    meet(tmp_path, ledger, other)
    assert examine(ledger) == []
    assert rows(ledger, LAMP) == rows(other, LAMP)
    other.store.close()


def test_rows_that_are_wrong_are_folded_again(ledger: Ledger, backup: Path) -> None:
    lamps = rows(ledger, LAMP)
    raw = connect(backup)
    raw.execute("UPDATE lamp SET state = 'broken'")
    raw.close()
    restored = back(backup, ledger)
    assert restored.rebuilt
    assert restored.findings == []  # it is mended
    assert rows(ledger, LAMP) == lamps


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("UPDATE fact SET data = '{}' WHERE n = 2", "DigestWrong"),
        ("UPDATE fact SET private = 'x' WHERE private IS NOT NULL", "SealWrong"),
        ("DELETE FROM fact WHERE n = 3", "LineMissing"),
        ("UPDATE fact SET chain = zeroblob(32) WHERE seq = 2", "ChainWrong"),
        ("UPDATE fact SET pos = pos + 100 WHERE pos = 3", "PositionMissing"),
    ],
)
def test_a_damaged_backup_changes_nothing(
    ledger: Ledger, backup: Path, tmp_path: Path, sql: str, code: str
) -> None:
    raw = connect(backup)
    raw.execute(sql)
    raw.execute("PRAGMA journal_mode = DELETE")
    raw.close()
    before = rows(ledger, "SELECT * FROM fact")
    with pytest.raises(Refusal) as refused:
        back(backup, ledger)
    assert refused.value.code == "BackupDamaged"
    findings = refused.value.facts["findings"]
    assert isinstance(findings, list)
    assert code in {each.code for each in findings}
    ledger.store.close()
    assert others(tmp_path) == {"desk.db"}
    assert rows(ledger, "SELECT * FROM fact") == before
    switch(ledger, 1)
    assert examine(ledger) == []


def test_what_is_no_backup_is_refused(
    ledger: Ledger, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other.db"
    raw = sqlite3.connect(other)
    raw.execute("CREATE TABLE a (b)")
    raw.close()
    steps = upgrade.migrations()
    with monkeypatch.context() as patch:
        patch.setattr(upgrade, "migrations", lambda: [*steps, (9999, "CREATE TABLE x (y);")])
        newer = Store.create(tmp_path / "newer.db")
        newer.close()
    for source, code in (
        (other, "StoreForeign"),
        (tmp_path / "newer.db", "StoreTooNew"),
        (tmp_path / "nowhere.db", "StoreGone"),
        (ledger.store.path, "FileExists"),
    ):
        with pytest.raises(Refusal) as refused:
            back(source, ledger)
        assert refused.value.code == code
        assert refused.value.facts["file"] == str(source)
    assert examine(ledger) == []


def test_nobody_may_work_in_it_meanwhile(ledger: Ledger, backup: Path, tmp_path: Path) -> None:
    rows(ledger, LAMP)  # an open connection
    with pytest.raises(Refusal, match="DeskOpen"):
        restore(backup, ledger.store.path, [LAMPS], ledger.clock)
    switch(ledger, 1)
    assert examine(ledger) == []


def test_nobody_gets_in_while_it_is_restored(
    ledger: Ledger, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, tried = restore_module._prepare, []

    def meanwhile(*given: Any) -> Restored:
        late = sqlite3.connect(ledger.store.path, timeout=0.01)
        try:
            late.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            tried.append(str(error))
        late.close()
        return real(*given)

    monkeypatch.setattr(restore_module, "_prepare", meanwhile)
    back(backup, ledger)
    assert tried == ["database is locked"]


def test_an_older_backup_is_brought_up_to_date(
    ledger: Ledger, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = upgrade.migrations()
    monkeypatch.setattr(
        upgrade, "migrations", lambda: [*steps, (steps[-1][0] + 1, "CREATE TABLE more (a);")]
    )
    before = backup.read_bytes()
    back(backup, ledger)
    assert rows(ledger, "SELECT count(*) FROM more") == [(0,)]
    assert backup.read_bytes() == before
    assert examine(ledger) == []


@posix
@pytest.mark.parametrize("step", ["_fetch", "_prepare", "_exchange_files", "settle", "end"])
def test_a_kill_on_the_way_leaves_one_or_the_other(
    ledger: Ledger, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    switch(ledger, 7)
    ledger.store.close()

    def dying() -> None:
        name = "settle" if step == "end" else step
        real = getattr(restore_module, name)

        def die(*given: object, **more: object) -> object:
            done = real(*given, **more) if step == "end" else None
            os.kill(os.getpid(), 9)
            return done

        monkeypatch.setattr(restore_module, name, die)
        restore(backup, ledger.store.path, [LAMPS], ledger.clock)

    assert outcome(child(dying)) == -9
    (epoch,) = rows(ledger, "SELECT epoch FROM place")
    assert epoch == ((2,) if step == "end" else (1,))
    assert examine(ledger) == []
    back(backup, ledger)
    assert examine(ledger) == []
    assert rows(ledger, "SELECT 1 FROM lamp WHERE subject = 'lamp:7'")


def test_a_backup_of_a_store_with_a_hole_that_the_centre_fills(
    ledger: Ledger, tmp_path: Path
) -> None:
    """The last line was cut off; the centre has it, and the desk went on behind the hole."""
    switch(ledger, 5)
    centre = FileCentre(tmp_path / "centre.db", ledger.clock)
    from db.exchange import Summary, push
    from db.progress import nothing

    push(ledger, centre, Summary(), nothing)
    spoil(ledger, "DELETE FROM fact WHERE n = (SELECT max(n) FROM fact)")
    switch(ledger, 6)
    ledger.store.backup(tmp_path / "hole.db")
    restored = back(tmp_path / "hole.db", ledger)
    assert "AcknowledgedMissing" in {each.code for each in restored.findings}
    exchange(ledger, centre)
    centre.close()
    assert {("lamp:5",), ("lamp:6",)} <= set(rows(ledger, "SELECT subject FROM lamp"))
    assert examine(ledger) == []
