"""What only another desk's store or a stick still holds comes back into the centre."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from db.adoption import Adopted, Adoption, ServerTaker
from db.doctor import examine
from db.exchange import exchange
from db.file_central import FileCentral
from db.ledger import Ledger
from db.stick import read, write
from deskapp.desk import STORE
from tests.commanding import FIXTURES, Run
from tests.meeting import ORDER, same
from tests.postgres import Roles, Server
from tests.refusals import refused
from tests.shelf import desk, erase, name, rows, spoil, switch
from tests.toys import ToyClock

pytestmark = pytest.mark.usefixtures("quick")
_, _, run, _ = FIXTURES


@pytest.fixture
def house(server: Server) -> Iterator[Roles]:
    house = Roles(server, ToyClock(), desks=("A", "B", "C"))
    yield house
    house.close()


@pytest.fixture
def c(tmp_path: Path, clock: ToyClock) -> Ledger:
    return desk(tmp_path / "c.db", "C", clock)


def adopted(house: Roles, source: Path, *, wordless: bool = False) -> Adopted:
    """Twice, to see that the second time does nothing."""
    taker = ServerTaker(house.central.connection)
    first, again = (Adoption(taker, wordless=wordless) for _ in range(2))
    for adoption in (first, again):
        if source.is_dir():
            adoption.stick(source)
        else:
            adoption.store(source)
    assert (again.done.facts, again.done.worded) == ({}, 0)
    return first.done


@pytest.mark.parametrize("by", ["store", "stick"])
def test_what_a_desk_that_died_had_given_to_others_is_not_lost(
    house: Roles, a: Ledger, b: Ledger, c: Ledger, tmp_path: Path, by: str
) -> None:
    switch(a, 1, 2)
    name(a, 3, "reader:1", "somebody")
    write(a, tmp_path / "stick")
    read(b, tmp_path / "stick")
    switch(b, 1, to="off")  # knows of A's, and stands behind it
    for ledger in (b, c):
        exchange(ledger, house)
    assert rows(c, "SELECT count(*) FROM fact") == [(1,)]
    done = adopted(house, b.store.path if by == "store" else tmp_path / "stick")
    assert done == Adopted(facts=done.facts)
    assert done.facts == {"A": 3}
    for ledger in (b, c):
        exchange(ledger, house)
    same(b, c)
    assert rows(c, "SELECT state, by FROM lamp WHERE subject = 'lamp:1'") == [("off", "B")]
    assert rows(c, "SELECT name FROM lamp WHERE subject = 'lamp:3'") == [("somebody",)]
    # and should it come back to life, nothing is there twice
    switch(a, 4)
    for ledger in (a, b, c):
        exchange(ledger, house)
    same(a, b, c)
    assert rows(a, "SELECT count(*), max(pos) FROM fact") == [(5, 5)]


def test_what_the_centre_lost_and_its_desk_too(
    house: Roles, a: Ledger, b: Ledger, c: Ledger, tmp_path: Path
) -> None:
    switch(a, 1)
    exchange(a, house)
    ids = switch(a, 2, 3)
    exchange(a, house)
    exchange(b, house)
    house.set_back(1)
    house.restored()
    exchange(b, house)
    stranded = rows(b, "SELECT id FROM fact WHERE pos IS NULL ORDER BY id")
    assert stranded == [(id,) for id in ids]
    assert adopted(house, b.store.path).facts == {"A": 2}
    for ledger in (b, c):
        exchange(ledger, house)
    same(b, c)
    assert [id for _, id in rows(c, ORDER)][1:] == ids


def test_only_what_was_signed_and_only_of_this_library(
    house: Roles, a: Ledger, b: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused("CentreEmpty", Adoption(ServerTaker(house.central.connection)).store, a.store.path)
    exchange(b, house)
    switch(a, 1)
    switch(a, 2)
    spoil(a, """UPDATE fact SET data = '{"to":"off"}' WHERE n = 1""")
    done = adopted(house, a.store.path)
    assert (done.facts, done.unsound) == ({"A": 1}, 1)
    spoil(b, "UPDATE place SET library_key = ?", b"another" * 4)
    refused("CentreOfAnother", Adoption(ServerTaker(house.central.connection)).store, b.store.path)
    (tmp_path / "stick").mkdir()
    (tmp_path / "stick" / "x.facts").write_bytes(b"no facts")
    assert adopted(house, tmp_path / "stick").broken == ["x.facts"]


def test_confidences_wait_for_whoever_has_their_words(
    house: Roles, a: Ledger, b: Ledger, c: Ledger, tmp_path: Path
) -> None:
    for lamp, word in (("lamp:1", "x"), ("lamp:2", "y")):
        with a.act("somebody") as act:
            private = {"name": word}
            act.record("lamp.named", lamp, person=lamp, private=private, scope="reading")
    write(a, tmp_path / "stick")
    read(b, tmp_path / "stick")
    erase(b, "lamp:2")
    exchange(b, house)
    done = adopted(house, b.store.path)
    assert (done.facts, done.wordless) == ({"A": 1}, 1)  # the erased one has none anywhere
    assert adopted(house, tmp_path / "stick").facts == {"A": 1}
    house.handles("C", ["reading"])
    exchange(c, house)
    assert rows(c, "SELECT name FROM lamp ORDER BY subject") == [("x",), (None,)]
    assert rows(b, "SELECT count(*) FROM fact WHERE private IS NOT NULL") == [(0,)]


@pytest.mark.parametrize("kind", ["file", "postgres"])
def test_words_that_only_a_handling_desk_still_has(
    a: Ledger, b: Ledger, c: Ledger, tmp_path: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    """Whoever entered them has dropped them when the centre is set back, and pushes none again."""
    file = FileCentral(tmp_path / "centre.db", a.clock)
    centre: Any = file if kind == "file" else request.getfixturevalue("house")
    centre.handles("C", ["reading"])
    for lamp, word in (("lamp:1", "x"), ("lamp:2", "y")):
        with a.act("somebody") as act:
            private = {"name": word}
            act.record("lamp.named", lamp, person=lamp, private=private, scope="reading")
    for ledger in (a, c, c, a):
        exchange(ledger, centre)
    kept = "SELECT count(*) FROM fact WHERE private IS NOT NULL"
    assert (rows(a, kept), rows(c, kept)) == ([(0,)], [(2,)])
    backup = tmp_path / "c.backup"
    c.store.backup(backup)
    if kind == "file":
        file._raw.execute("DELETE FROM ledger")
        file._raw.execute("DELETE FROM receipt")
    else:
        centre.set_back(0)
    centre.restored()
    erase(b, "lamp:2")
    centre.handles("B", ["reading"])
    for ledger in (b, a, b):
        exchange(ledger, centre)
    assert rows(b, "SELECT name FROM lamp") == [(None,), (None,)]
    taker = file if kind == "file" else ServerTaker(centre.central.connection)
    adoption, again = Adoption(taker), Adoption(taker)
    adoption.store(backup)
    again.store(backup)
    assert (adoption.done.worded, again.done.worded, adoption.done.facts) == (1, 0, {})
    for departments in ([], ["reading"]):
        centre.handles("B", departments)
        exchange(b, centre)
    assert rows(b, "SELECT subject, name FROM lamp ORDER BY 1") == [
        ("lamp:1", "x"),
        ("lamp:2", None),
    ]
    assert examine(b) == []
    file.close()


def test_the_command_says_what_it_put_in(
    house: Roles, a: Ledger, b: Ledger, run: Run, tmp_path: Path
) -> None:
    exchange(b, house)
    switch(a, 1, 2)
    write(a, tmp_path / "stick")
    (tmp_path / "desk").mkdir()
    a.store.backup(tmp_path / "desk" / STORE)
    given = ("--lang", "en", "central", "adopt", house.address)
    said = run(*given)
    assert (said.status, said.out, said.err) == (0, "2 facts of desk A were put in\n", "")
    assert "the centre has all" in run(*given, "--stick", tmp_path / "stick").out
    switch(a, 3)
    write(a, tmp_path / "stick")
    assert run(*given, "--stick", tmp_path / "stick", "--json").facts["facts"] == {"A": 1}
    assert run(*given, "--stick", tmp_path / "none").status == 3
