"""The doctor names what is wrong, and says nothing of a sound store."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.arrivals import new_epoch
from db.clock import SystemClock
from db.copy import Copy
from db.doctor import examine
from db.facts import COLUMNS, Book, Fact, Rows
from db.files import free
from db.findings import MOST, Finding
from db.ledger import Ledger
from db.refusal import Refusal
from db.store import Store, driver
from tests.shelf import codes, desk, erase, meet, name, rows, spoil, switch, unhurried
from tests.toys import LAMPS, Lamp, ToyClock

EVERYTHING = f"SELECT n, {', '.join(COLUMNS)} FROM fact"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    unhurried(monkeypatch)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """Two desks that met twice, and an unsent tail; as the first of them sees it."""
    ours, theirs = desk(tmp_path / "a.db"), desk(tmp_path / "b.db", "B")
    for lamp in range(4):
        switch(ours, lamp, lamp + 1)
        name(theirs, lamp, f"p{lamp}", f"name {lamp}")
        switch(theirs, lamp, to="off")
    erase(theirs, "p1")
    meet(tmp_path, ours, theirs)
    for lamp in range(3):
        switch(ours, lamp)
        name(ours, lamp, "p2", "again")
    theirs.store.close()
    yield ours
    ours.store.close()


def test_a_sound_store_has_no_findings(ledger: Ledger) -> None:
    assert rows(ledger, "SELECT count(*) FROM clash") != [(0,)]
    seen: list[str] = []
    assert examine(ledger, progress=lambda what, done: seen.append(what)) == []
    assert seen


class Spoilt(NamedTuple):
    """Ours, with its second copy, to be spoilt again and again."""

    store: Path
    copy: Path


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> Spoilt:
    folder = tmp_path_factory.mktemp("spoilt")
    ours, theirs = desk(folder / "a.db"), desk(folder / "b.db", "B")
    for lamp in range(3):
        name(theirs, lamp, "p1", f"name {lamp}")
        switch(ours, lamp, lamp + 1)
    erase(theirs, "p0")
    meet(folder, ours, theirs)
    switch(ours, 1)
    name(ours, 2, "p2", "again")
    copy = Copy(ours, folder / "copy.db")
    copy.begin()
    assert examine(ours, copy.path) == []
    for each in (ours, theirs):
        each.store.close()
    return Spoilt(folder / "a.db", copy.path)


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_one_changed_byte_of_a_fact_is_named(
    spoilt: Spoilt, tmp_path: Path, data: st.DataObject
) -> None:
    path = free(tmp_path / "changed.db")
    shutil.copy(spoilt.store, path)
    ledger = Ledger(Store(path), [LAMPS], SystemClock())
    try:
        line = data.draw(st.sampled_from(rows(ledger, f"{EVERYTHING} ORDER BY n")))
        column = data.draw(st.sampled_from(("n", *COLUMNS)))
        old = line[("n", *COLUMNS).index(column)]
        new = data.draw(changed(old))
        value = "CAST(? AS TEXT)" if isinstance(old, str) else "?"
        look = f"SELECT typeof({column}), hex({column}) FROM fact WHERE n = {line[0]}"
        before = rows(ledger, look)
        try:
            spoil(ledger, f"UPDATE fact SET {column} = {value} WHERE n = ?", new, line[0])
        except sqlite3.IntegrityError:
            return  # SQLite itself would not have it
        if rows(ledger, look) == before:
            return  # 1 for "1" in a column of numbers
        # Nobody signs the clock's difference: only the copy can tell.
        found = examine(ledger, spoilt.copy if column == "skew" else None)
        assert names(found, line, column), found
    finally:
        ledger.store.close()


def changed(old: object) -> st.SearchStrategy[object]:
    """The value with one byte or bit changed; something in place of nothing, and the other way."""
    if old is None:
        return st.sampled_from([0, 7, "x", b"x"])
    if isinstance(old, int):
        return st.integers(0, 40).map(lambda bit: old ^ (1 << bit)) | st.just(None)
    assert isinstance(old, str | bytes)
    content = old.encode() if isinstance(old, str) else old
    if not content:
        return st.just(b"x")
    return st.tuples(st.integers(0, len(content) - 1), st.integers(1, 255)).map(
        lambda at: content[: at[0]] + bytes([content[at[0]] ^ at[1]]) + content[at[0] + 1 :]
    )


def names(found: list[Finding], line: tuple[object, ...], column: str) -> bool:
    """Whether a finding points at this line: by its number, its id or its place."""
    n, id = line[:2]
    fact = dict(zip(COLUMNS, line[1:], strict=True))
    ranges = {
        "LineMissing": n,
        "PlaceMissing": fact["seq"],
        "AcknowledgedMissing": fact["seq"],
        "PositionMissing": fact["pos"],
    }
    for each in found:
        at = ranges.get(each.code)
        if isinstance(at, int) and each.facts["first"] <= at <= each.facts["last"]:
            return True
        if each.facts.get("id") == id or each.facts.get("n") == n:
            return True
        if column == "id" and each.code == "DigestWrong":
            return True  # its name itself is what changed
    return False


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(place=st.floats(0, 1, exclude_max=True), bits=st.integers(1, 255))
def test_a_changed_byte_of_the_file_stops_no_doctor(
    spoilt: Spoilt, tmp_path: Path, place: float, bits: int
) -> None:
    path = free(tmp_path / "changed.db")
    content = bytearray(spoilt.store.read_bytes())
    content[int(place * len(content))] ^= bits
    path.write_bytes(content)
    try:
        ledger = Ledger(Store(path), [LAMPS], SystemClock())
    except Refusal:
        return
    with suppress(Refusal):
        examine(ledger, spoilt.copy)
    ledger.store.close()


def test_a_row_out_of_the_middle_is_named(ledger: Ledger) -> None:
    for n, id, desk_, epoch, seq, pos in rows(
        ledger, "SELECT n, id, desk, epoch, seq, pos FROM fact WHERE pos IS NOT NULL AND n % 4 = 2"
    ):
        held = rows(ledger, f"{EVERYTHING} WHERE n = {n}")[0]
        spoil(ledger, "DELETE FROM fact WHERE n = ?", n)
        found = {each.code: each.facts for each in examine(ledger)}
        assert found["LineMissing"] == {"first": n, "last": n}, id
        assert found["PositionMissing"] == {"first": pos, "last": pos}
        place = {"desk": desk_, "epoch": epoch, "first": seq, "last": seq}
        assert found["AcknowledgedMissing" if desk_ == "A" else "PlaceMissing"] == place
        marks = ",".join("?" * len(held))
        spoil(ledger, f"INSERT INTO fact (n, {', '.join(COLUMNS)}) VALUES ({marks})", *held)
    assert examine(ledger) == []
    (n, seq), *_ = rows(ledger, "SELECT n, seq FROM fact WHERE pos IS NULL ORDER BY n")
    spoil(ledger, "DELETE FROM fact WHERE n = ?", n)
    assert {"LineMissing", "PlaceMissing"} <= codes(examine(ledger))


def test_the_last_row_cut_off_is_found_once_anybody_knows_of_it(
    ledger: Ledger, tmp_path: Path
) -> None:
    copy = Copy(ledger, tmp_path / "copy.db")
    copy.begin()
    ((id, lamp),) = rows(ledger, "SELECT id, subject FROM fact ORDER BY n DESC LIMIT 1")
    (acked,) = rows(ledger, f"SELECT desk, epoch, seq, chain FROM fact WHERE id = '{id}'")
    spoil(ledger, "DELETE FROM fact WHERE id = ?", id)
    # Its row may still tell; a cutter who knows the tables leaves nothing.
    spoil(ledger, "DELETE FROM lamp WHERE subject = ?", lamp)
    for _ in ledger.rebuild():
        pass
    assert examine(ledger) == []
    assert [each.facts["id"] for each in examine(ledger, copy.path)] == [id]
    assert codes(examine(ledger, copy.path)) == {"CopyAhead"}
    spoil(ledger, "UPDATE place SET acked_seq = ?, acked_chain = ?", acked[2], acked[3])
    (found,) = examine(ledger)
    assert found.code == "AcknowledgedMissing"
    assert found.facts == {"desk": "A", "epoch": 1, "first": acked[2], "last": acked[2]}
    switch(ledger, 1)  # goes on behind the hole, which stays to be seen
    assert "AcknowledgedMissing" in codes(examine(ledger))


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("UPDATE fact SET private = replace(private, 'n', 'm') WHERE person='p3'", "SealWrong"),
        ("UPDATE fact SET salt = zeroblob(16) WHERE person = 'p3'", "SealWrong"),
        ("UPDATE fact SET salt = NULL WHERE person = 'p3'", "SealWrong"),
        ("UPDATE fact SET salt = zeroblob(16) WHERE person IS NULL", "SealWrong"),
        ("UPDATE fact SET private = '{}' WHERE person IS NULL", "SealWrong"),
        ("UPDATE fact SET skew = NULL WHERE pos = 2", "PlaceWrong"),
        ("UPDATE fact SET chain = NULL WHERE pos = 2", "PlaceWrong"),
        ("UPDATE fact SET chain = zeroblob(32) WHERE pos = 2", "ChainWrong"),
        ("UPDATE fact SET seq = seq + 9 WHERE desk = 'B' AND seq > 3", "PlaceWrong"),
        ("UPDATE fact SET at = 7 || at WHERE pos = 2", "DigestWrong"),
        ("UPDATE fact SET base = 'x' WHERE pos = 2", "TypeWrong"),
        ("UPDATE place SET cursor_link = zeroblob(32)", "OrderWrong"),
        ("DELETE FROM fact WHERE pos = (SELECT cursor FROM place)", "PositionMissing"),
    ],
)
def test_what_is_wrong_with_a_fact_is_called_so(ledger: Ledger, sql: str, code: str) -> None:
    assert spoil(ledger, sql)
    assert code in codes(examine(ledger))


def test_two_positions_changed_about(ledger: Ledger) -> None:
    spoil(ledger, "UPDATE fact SET pos = -pos WHERE pos IN (1, 2)")
    spoil(ledger, "UPDATE fact SET pos = pos + 3 WHERE pos < 0")
    assert "OrderWrong" in codes(examine(ledger))


def test_a_fact_of_a_later_epoch_that_went_astray(tmp_path: Path) -> None:
    ours, theirs = desk(tmp_path / "a.db"), desk(tmp_path / "b.db", "B")
    switch(theirs, 1)
    meet(tmp_path, theirs)
    with theirs.store.writing() as connection:
        new_epoch(driver(connection))
    last = [switch(theirs, lamp)[0] for lamp in range(3)][-1]
    meet(tmp_path, theirs, ours)
    assert examine(ours) == []
    for place in ("epoch = 3", "epoch = 6, seq = 1", "seq = 5"):
        assert spoil(ours, f"UPDATE fact SET {place} WHERE id = ?", last)
        assert {each.facts["id"] for each in examine(ours)} == {last}, place
        spoil(ours, "UPDATE fact SET epoch = 2, seq = 3 WHERE id = ?", last)
    for each in (ours, theirs):
        each.store.close()


def test_an_earlier_epoch_of_our_own_may_be_parted(ledger: Ledger) -> None:
    """A clone wrote in it too, or somebody altered the link: that cannot be told apart here."""
    with ledger.store.writing() as connection:
        new_epoch(driver(connection))
    assert examine(ledger) == []
    spoil(ledger, "UPDATE fact SET chain = zeroblob(32) WHERE desk='A' AND epoch=1 AND seq=3")
    assert codes(examine(ledger)) == {"Parted"}


def test_a_gap_is_no_fault_where_an_epoch_began(tmp_path: Path) -> None:
    """A restored desk pushed again what its clone then had the centre take for known."""
    ours, theirs = desk(tmp_path / "a.db"), desk(tmp_path / "b.db", "B")
    switch(theirs, 1)
    theirs.store.backup(tmp_path / "clone.db")
    clone = Ledger(Store(tmp_path / "clone.db"), [LAMPS], theirs.clock)
    with clone.store.writing() as connection:
        new_epoch(driver(connection))
    meet(tmp_path, clone)
    switch(theirs, 2)
    meet(tmp_path, theirs, ours)
    where = "SELECT epoch, seq FROM fact WHERE desk = 'B' ORDER BY epoch"
    assert rows(ours, where) == [(1, 2), (2, 1)]
    assert examine(ours) == []
    for each in (ours, theirs, clone):
        each.store.close()


def test_another_chain_than_the_centre_acknowledged(ledger: Ledger) -> None:
    spoil(ledger, "UPDATE place SET acked_chain = zeroblob(32)")
    assert codes(examine(ledger)) == {"Forked"}


@pytest.mark.parametrize("column", ["state", "by", "turns", "name"])
def test_a_changed_byte_of_a_row_is_named(ledger: Ledger, column: str) -> None:
    spoil(ledger, f"UPDATE lamp SET {column} = coalesce({column}, 0) || 1 WHERE subject='lamp:2'")
    (found,) = examine(ledger)
    assert found.code == "RowWrong"
    assert found.facts == {"table": "lamp", "subject": "lamp:2", "key": (), "column": column}


@pytest.mark.parametrize(
    ("sql", "code", "table", "subject"),
    [
        ("DELETE FROM lamp WHERE subject = 'lamp:0'", "RowMissing", "lamp", "lamp:0"),
        ("DELETE FROM lamp WHERE subject = 'lamp:4'", "RowMissing", "lamp", "lamp:4"),
        ("INSERT INTO lamp (subject) VALUES ('a')", "RowExtra", "lamp", "a"),
        ("INSERT INTO lamp (subject) VALUES ('lamp:11')", "RowExtra", "lamp", "lamp:11"),
        ("INSERT INTO lamp (subject) VALUES ('z')", "RowExtra", "lamp", "z"),
        ("DELETE FROM erased", "RowMissing", "erased", "person:p1"),
        ("UPDATE erased SET at = 'x'", "RowWrong", "erased", "person:p1"),
        ("INSERT INTO fault VALUES ('f', 'lamp:3', 'x')", "FaultExtra", "fault", "lamp:3"),
        ("INSERT INTO clash VALUES ('lamp:9', 'a', 'b', 'c')", "ClashExtra", "clash", "lamp:9"),
        ("INSERT INTO fault VALUES ('f', 'z', 'x')", "FaultExtra", "fault", "z"),
        ("INSERT INTO clash VALUES ('z', 'a', 'b', NULL)", "ClashExtra", "clash", "z"),
        ("DELETE FROM clash WHERE subject = 'lamp:2'", "ClashMissing", "clash", "lamp:2"),
        ("UPDATE clash SET settled_by='x' WHERE subject='lamp:2'", "ClashWrong", "clash", "lamp:2"),
    ],
)
def test_every_kind_of_difference_is_named(
    ledger: Ledger, sql: str, code: str, table: str, subject: str
) -> None:
    assert spoil(ledger, sql)
    found = [each for each in examine(ledger) if each.code != "FactFault"]
    assert codes(found) == {code}
    assert {(each.facts["table"], each.facts["subject"]) for each in found} == {(table, subject)}


def test_what_cannot_be_folded_is_named(ledger: Ledger) -> None:
    too_new = Ledger(ledger.store, [NEWER], ledger.clock)
    with too_new.act("somebody") as act:
        id = act.record("lamp.painted", "lamp:2", {"colour": "red"}).id
    assert codes(examine(too_new)) == set()
    found = examine(ledger)
    assert "FaultMissing" in codes(found)  # it was no fault for the newer version
    for _ in ledger.rebuild():
        pass
    (only,) = examine(ledger)
    assert (only.code, only.facts["id"], only.facts["reason"]) == ("FactFault", id, "unknown")


NEWER = Book("lamp", (Lamp,), clashes=LAMPS.clashes, folds=dict(LAMPS.folds))


@NEWER.fold("lamp.painted")
def _painted(rows: Rows, _fact: Fact) -> Rows:
    return rows


def test_private_parts_are_there_but_those_of_the_erased(ledger: Ledger) -> None:
    (held,) = rows(ledger, "SELECT id, private, salt FROM fact WHERE person = 'p3'")
    spoil(ledger, "UPDATE fact SET private = NULL, salt = NULL WHERE id = ?", held[0])
    assert codes(examine(ledger)) == {"PrivateMissing", "RowWrong"}
    spoil(ledger, "UPDATE fact SET private = ?, salt = ? WHERE id = ?", held[1], held[2], held[0])
    erase(ledger, "p3")
    assert examine(ledger) == []
    spoil(ledger, "UPDATE fact SET private = ?, salt = ? WHERE id = ?", held[1], held[2], held[0])
    assert codes(examine(ledger)) == {"ErasedRemains", "RowWrong"}


def test_a_clock_before_the_last_fact(tmp_path: Path) -> None:
    clock = ToyClock()
    ledger = desk(tmp_path / "a.db", clock=clock)
    id = switch(ledger, 1)[0]
    clock.move(seconds=-1)
    (found,) = examine(ledger)
    assert (found.code, found.facts["id"]) == ("ClockBehind", id)
    clock.move(seconds=1)
    assert examine(ledger) == []
    ledger.store.close()


def test_what_is_derived_is_asked_of_its_book(ledger: Ledger) -> None:
    book = replace(LAMPS, check=lambda raw: ["lamp:7"])
    (found,) = examine(Ledger(ledger.store, [book], ledger.clock))
    assert found == Finding("DerivedWrong", {"book": "lamp", "subject": "lamp:7"})


def test_a_store_in_ruins_is_reported_in_short(ledger: Ledger) -> None:
    for _ in range(MOST):
        switch(ledger, 1, 2)
    spoil(ledger, "UPDATE fact SET digest = zeroblob(32)")
    found = examine(ledger)
    assert len([each for each in found if each.code == "DigestWrong"]) == MOST
    more = [each.facts for each in found if each.code == "More"]
    count = rows(ledger, "SELECT count(*) FROM fact")[0][0]
    assert {"of": "DigestWrong", "count": int(str(count)) - MOST} in more
    names = [each.code for each in found]  # "more of the same" stands behind what it means
    assert names[names.index("DigestWrong") :][: MOST + 1] == ["DigestWrong"] * MOST + ["More"]
