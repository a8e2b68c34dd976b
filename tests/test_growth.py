"""A centre that has grown to its end; and much that is pushed."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
import pytest

from db import central
from db import exchange as exchanging
from db.centre import Greeting, Hello, Receipt
from db.exchange import exchange
from db.facts import GENESIS, Fact
from db.postgres import PostgresCentre
from db.refusal import Refusal
from db.stretch import Read, Stretch
from tests.postgres import Roles, Server
from tests.shelf import MARK, desk, switch
from tests.toys import ToyClock


def test_a_full_centre_refuses_and_is_given_more_room(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(central, "POSITIONS", 4)
    monkeypatch.setattr(central, "PARTS", 1)
    monkeypatch.setattr(central, "DRAWERS", 1)
    roles = Roles(server, ToyClock())
    ledger = desk(tmp_path / "a.db", "A", ToyClock())
    switch(ledger, 1, 2)
    exchange(ledger, roles)
    assert (roles.central.standing().facts, roles.central.standing().room) == (2, 1)
    switch(ledger, 3, 4)
    with pytest.raises(Refusal) as refused:
        exchange(ledger, roles)
    assert refused.value.code == "CentreFull"
    assert roles.central.standing().facts == 2
    monkeypatch.setattr(central, "PARTS", 2)
    roles.central.init()
    assert exchange(ledger, roles).pushed == 2
    assert (roles.central.standing().facts, roles.central.standing().room) == (4, 3)
    roles.central.init()
    assert roles.central.standing().room == 7
    roles.close()


class Stingy:
    """A centre whose receipts show all of a batch but its last fact; it notes where each began."""

    def __init__(self, centre: Roles) -> None:
        self.centre = centre
        self.begun: list[int] = []

    def hello(self, said: Greeting) -> Hello:
        return self.centre.hello(said)

    def packed(self, epoch: int, last: int, read: Read) -> Stretch:
        return self.centre.packed(epoch, last, read)

    def pull(self, desk: str, cursor: int, link: bytes, limit: int) -> tuple[list[Fact], int]:
        return self.centre.pull(desk, cursor, link, limit)

    def push(
        self, desk: str, epoch: int, previous: bytes, facts: Sequence[Fact], skew: int
    ) -> list[Receipt]:
        self.begun.append(facts[0].seq or 0)
        receipts = self.centre.push(desk, epoch, previous, facts, skew)
        return receipts[:-1] if len(facts) > 1 else receipts


@pytest.mark.parametrize("stingy", [False, True])
def test_the_next_batch_is_what_the_receipts_did_not_show(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stingy: bool
) -> None:
    monkeypatch.setattr(exchanging, "ACT_LIMIT", 4)
    roles = Roles(server, ToyClock())
    ledger = desk(tmp_path / "a.db", "A", ToyClock())
    for lamp in range(10):
        switch(ledger, lamp)
    centre = Stingy(roles)
    exchange(ledger, centre if stingy else roles)
    begun = [1, 4, 7, 10] if stingy else []
    assert centre.begun == begun
    assert [f.seq for f in roles.pull("A", 0, GENESIS, 20)[0]] == list(range(1, 11))
    roles.close()


class Counted(PostgresCentre):
    """Knows how many bytes its last question had."""

    sent = 0

    def _ask(self, question: str, *said: object) -> list[tuple[Any, ...]]:
        self.sent = sum(len(each) for each in said if isinstance(each, bytes))
        return super()._ask(question, *said)


def test_what_the_centre_has_goes_there_again_without_its_words(
    server: Server, tmp_path: Path
) -> None:
    roles = Roles(server, ToyClock())
    ledger = desk(tmp_path / "a.db", "A", ToyClock())
    switch(ledger, *range(200))
    exchange(ledger, roles)
    facts = roles.pull("A", 0, GENESIS, 200)[0]
    sent: list[int] = []
    centre = Counted(roles.addresses["A"])
    for greeted in (False, True):
        if greeted:
            centre.hello(Greeting("A", 1, MARK))
        receipts = centre.push("A", 1, GENESIS, facts, 0)
        assert [(r.seq, r.id, r.pos) for r in receipts] == [(f.seq, f.id, f.pos) for f in facts]
        sent.append(centre.sent)
    assert sent[1] < sent[0] / 3
    with psycopg.connect(roles.address) as raw:  # and it is set back, after its hello
        raw.execute("DELETE FROM deskapp.receipt")
        raw.execute("DELETE FROM deskapp.ledger")
    with pytest.raises(Refusal) as refused:
        centre.push("A", 1, GENESIS, facts, 0)
    assert refused.value.code == "CentreAway"
    centre.close()
    roles.close()
