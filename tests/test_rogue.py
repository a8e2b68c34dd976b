"""Whoever has a desk's password says what they like to the centre: it stops nobody."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from db import stick
from db.centre import Centre
from db.clock import SystemClock
from db.copy import Copy
from db.doctor import examine
from db.exchange import exchange
from db.facts import GENESIS, Fact, chained, digest_of
from db.file_centre import FileCentre
from db.postgres import PUSH, SENT
from tests.meeting import LAMP, facts_in, same
from tests.postgres import Roles, Server
from tests.shelf import desk, rows, switch, with_lamps

pytestmark = pytest.mark.usefixtures("quick", "lamps")

SEEN = "SELECT subject, state, turns FROM lamp ORDER BY subject"


@pytest.fixture
def lamps(monkeypatch: pytest.MonkeyPatch) -> None:
    with_lamps(monkeypatch)  # in second copies too


@pytest.fixture
def roles(server: Server) -> Iterator[Roles]:
    roles = Roles(server, SystemClock())
    yield roles
    roles.close()


def test_anothers_id_is_told_apart(tmp_path: Path, roles: Roles) -> None:
    """`B` claims what `A` has pushed, by the bare call, twice in one push: everybody goes on."""
    a, b = desk(tmp_path / "a.db", "A"), desk(tmp_path / "b.db", "B")
    switch(a, 1)
    exchange(a, roles)
    (claimed,), _ = roles.pull("B", 0, GENESIS, 1)
    claimed.desk, claimed.data = "B", '{"to":"off"}'
    claimed.digest = digest_of(claimed)
    chain = chained(GENESIS, "B", 1, 1, claimed.digest)
    chain = chained(chain, "B", 1, 2, claimed.digest)
    columns = [[getattr(claimed, name)] * 2 for name in SENT]
    ((positions,),) = roles.centres["B"]._ask(PUSH, "B", 1, 1, GENESIS, 0, *columns, chain)
    assert positions == [2, 3]
    switch(a, 2)
    for ledger in (a, b, a):
        exchange(ledger, roles)
    late = desk(tmp_path / "late.db", "B")
    exchange(late, roles)
    id = claimed.id
    for ledger in (a, b, late):
        assert rows(ledger, "SELECT id, pos FROM fact WHERE pos < 4 ORDER BY pos") == [
            (id, 1),
            (f"{id}+2", 2),
            (f"{id}+3", 3),
        ]
        assert rows(ledger, SEEN) == [("lamp:1", "off", 3), ("lamp:2", "on", 1)]
        assert examine(ledger) == []


def claims(centre: Centre, facts: list[Fact], *ids: str) -> None:
    """`B` pushes the first fact as its own, under these ids."""
    chain, pushed = GENESIS, []
    for seq, id in enumerate(ids, 1):
        fact = Fact(**{name: getattr(facts[0], name) for name in Fact.__slots__})
        fact.desk, fact.id, fact.data, fact.seq = "B", id, '{"to":"off"}', seq
        fact.digest = digest_of(fact)
        chain = fact.chain = chained(chain, "B", 1, seq, fact.digest)
        pushed.append(fact)
    centre.push("B", 1, GENESIS, pushed, 0)


@pytest.mark.parametrize("kind", ["file", "postgres"])
def test_an_id_that_is_claimed_before_its_desk_comes(
    tmp_path: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    """From a stick `B` knows what `A` has written and not pushed."""
    centre = FileCentre(tmp_path / "centre.db", SystemClock())
    places: Centre = centre if kind == "file" else request.getfixturevalue("roles")
    a, b = desk(tmp_path / "a.db", "A"), desk(tmp_path / "b.db", "B")
    c = desk(tmp_path / "c.db", "B")  # another that joins late, in the rogue's place
    switch(a, 1)
    switch(a, 2)
    stick.write(a, tmp_path / "stick")
    stick.read(b, tmp_path / "stick")
    with b.store.reading() as connection:
        facts = facts_in(connection)
    claims(places, facts, facts[0].id)
    copy = Copy(a, tmp_path / "copy.db")
    copy.begin()
    for ledger in (a, b, a, c, b):
        exchange(ledger, places)
        copy.catch_up()
    for ledger in (a, b, c):
        assert rows(ledger, SEEN) == [("lamp:1", "on", 2), ("lamp:2", "on", 1)]
        assert examine(ledger, copy.path if ledger is a else None) == []
    assert (exchange(a, places).pushed, rows(a, "SELECT epoch FROM place")) == (0, [(1,)])
    same(a, b, c)
    switch(a, 3)
    for ledger in (a, b, c):
        exchange(ledger, places)
    assert [rows(ledger, LAMP) for ledger in (b, c)] == [rows(a, LAMP)] * 2
    centre.close()


def test_the_name_under_which_a_claim_will_be_kept_is_claimed(tmp_path: Path, roles: Roles) -> None:
    a, b = desk(tmp_path / "a.db", "A"), desk(tmp_path / "b.db", "B")
    (id,) = switch(a, 1)
    exchange(a, roles)
    facts, _ = roles.pull("B", 0, GENESIS, 1)
    claims(roles, facts, f"{id}+3", id, f"{id}+2", f"{id}+9")
    for ledger in (a, b, a):
        exchange(ledger, roles)
    same(a, b)
    assert rows(a, SEEN) == [("lamp:1", "off", 5)]
    assert examine(b) == []


@pytest.mark.parametrize("fork", [0, 1, 2, 3])
def test_claims_stop_nobody_when_the_centre_is_set_back(
    tmp_path: Path, roles: Roles, fork: int
) -> None:
    a, b = desk(tmp_path / "a.db", "A"), desk(tmp_path / "b.db", "B")
    switch(a, 1)
    switch(a, 2)
    with a.store.reading() as connection:
        facts = facts_in(connection)
    claims(roles, facts, facts[0].id, facts[0].id)
    copy = Copy(a, tmp_path / "copy.db")
    copy.begin()
    for ledger in (a, b):
        exchange(ledger, roles)
    copy.catch_up()
    roles.set_back(fork)
    roles.restored()
    for ledger in (a, b, a, b):
        exchange(ledger, roles)
    switch(a, 3)
    for ledger in (a, b, a, b):
        exchange(ledger, roles)
    copy.catch_up()
    same(a, b)
    assert rows(a, "SELECT subject, turns FROM lamp ORDER BY 1") == [
        ("lamp:1", 3),
        ("lamp:2", 1),
        ("lamp:3", 1),
    ]
    assert examine(a, copy.path) == examine(b) == []
