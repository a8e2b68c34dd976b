"""Desks and a centre of different versions, one apart in either direction: kept, said, learnt."""

from dataclasses import replace
from pathlib import Path

import pytest

from db.centre import FORM, Greeting, Hello
from db.doctor import examine
from db.exchange import exchange
from db.facts import Book
from db.file_centre import FileCentre
from db.joining import join
from db.ledger import Ledger
from db.refusal import Refusal
from db.store import Store
from deskapp.desk import open_desk
from tests.library import Library, stored
from tests.meeting import LAMP, same
from tests.postgres import Roles, Server
from tests.refusals import refused
from tests.shelf import desk, name, rows, switch, with_lamps
from tests.toys import LAMPS, ToyClock

pytestmark = pytest.mark.usefixtures("quick")
OLD = replace(LAMPS, folds={k: f for k, f in LAMPS.folds.items() if k[0] != "lamp.named"})
"""lamps as the version before knew them: without names"""


def of_version(ledger: Ledger, *books: Book) -> Ledger:
    """The same store, opened by a program that knows these books."""
    ledger.store.close()
    other = Ledger(Store(ledger.store.path), books, ledger.clock)
    other.learn(1)
    return other


def test_a_kind_that_a_desk_does_not_know_waits_for_its_upgrade(
    centre: FileCentre, a: Ledger, b: Ledger
) -> None:
    b = of_version(b, OLD)
    switch(b, 1, 2)
    exchange(b, centre)
    exchange(a, centre)
    name(a, 1, "reader:1", "reading lamp")
    switch(a, 2, to="off")
    for ledger in (a, b):
        exchange(ledger, centre)
    # kept, the rest goes on; what cannot be read here cannot be acted upon
    assert rows(b, "SELECT subject, reason FROM fault") == [("lamp:1", "unknown")]
    assert [row[1] for row in rows(b, LAMP)] == ["on", "off"]
    with b.act("somebody") as act:
        refused("SubjectTooNew", act.record, "lamp.switched", "lamp:1", {"to": "off"})
    switch(b, 2, to="on")
    exchange(b, centre)
    # it passes through the old desk whole, to whoever can read it
    again, _ = Ledger(Store(b.store.path), [OLD], b.clock), exchange(a, centre)
    assert rows(again, "SELECT private FROM fact WHERE private IS NOT NULL") == [
        ('{"name":"reading lamp"}',)
    ]
    b = of_version(b, LAMPS)
    assert rows(b, "SELECT * FROM fault") == []
    assert rows(b, LAMP)[0][4] == "reading lamp"
    same(a, b)
    switch(b, 1, to="off")
    assert examine(b) == []


def test_a_new_desk_among_old_ones_is_understood_as_far_as_they_can(
    centre: FileCentre, a: Ledger, b: Ledger, clock: ToyClock, tmp_path: Path
) -> None:
    """The newer one has a whole book more. Two old ones and their clash are not held up by it."""
    (old, other) = (of_version(a), of_version(b))
    new = desk(tmp_path / "c.db", "C", clock)
    switch(new, 1)
    exchange(new, centre)
    for ledger in (old, other):
        exchange(ledger, centre)
        assert rows(ledger, "SELECT reason FROM fault") == [("unknown",)]
        assert rows(ledger, LAMP) == []
    for ledger in (old, other):
        learnt = of_version(ledger, LAMPS)
        assert rows(learnt, LAMP) == rows(new, LAMP)


def test_a_real_desk_one_feature_behind(two_desks: Library) -> None:
    """3F has no book of requests yet; upgraded, it has every row that 2F has."""
    logged = two_desks.log()
    two_desks.exchange("2F")
    behind = two_desks.desks["3F"]
    before = behind.ledger.books.pop("request")
    two_desks.exchange("3F")
    assert rows(behind.ledger, "SELECT reason FROM fault") == [("unknown",)]
    with behind.ledger.act("somebody") as act:
        refused("SubjectTooNew", act.record, "request.told", logged.id)
    behind.ledger.books["request"] = before
    behind.close()
    upgraded = open_desk(two_desks.folder / "3F", two_desks.clock)
    two_desks.desks["3F"] = upgraded
    assert stored(upgraded) == stored(two_desks.desk)


class Other(FileCentre):
    """A centre of another form."""

    form = FORM

    def hello(self, said: Greeting) -> Hello:
        return replace(super().hello(said), form=self.form)


@pytest.mark.parametrize(
    ("form", "code"), [(FORM - 1, "CentreOlder"), (FORM + 1, None), (FORM + 2, "CentreNewer")]
)
def test_a_centre_speaks_its_own_form_and_the_one_before(
    a: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: int, code: str | None
) -> None:
    with_lamps(monkeypatch)
    centre = Other(tmp_path / "centre.db", a.clock)
    exchange(a, centre)
    centre.form = form
    switch(a, 1)
    if code is None:
        assert exchange(a, centre).pushed == 1
        assert join(tmp_path / "c.db", "C", [LAMPS], centre).facts == 1
        return
    before = rows(a, "SELECT * FROM fact"), rows(a, "SELECT * FROM place")
    assert refused(code, exchange, a, centre).facts == {"form": form, "known": FORM}
    assert (rows(a, "SELECT * FROM fact"), rows(a, "SELECT * FROM place")) == before
    refused(code, join, tmp_path / "c.db", "C", [LAMPS], centre)
    assert not (tmp_path / "c.db").exists()
    switch(a, 2)  # work goes on, and goes up when the two are of one form again
    centre.form = FORM
    assert exchange(a, centre).pushed == 2


def test_a_server_whose_functions_are_older_says_so_and_is_upgraded(
    server: Server, a: Ledger
) -> None:
    house = Roles(server, ToyClock())
    exchange(a, house)
    raw = house.central.connection
    raw.execute("ALTER FUNCTION deskapp.hello RENAME TO greet")  # as if it had taken less
    switch(a, 1)
    refused("CentreNotReady", exchange, a, house)
    house.central.init()
    assert exchange(a, house).pushed == 1
    raw.execute("INSERT INTO deskapp.form VALUES (9999)")
    refused("CentreTooNew", house.central.standing)
    switch(a, 2)
    with pytest.raises(Refusal, match="CentreTooNew"):
        house.central.init()
    assert exchange(a, house).pushed == 1  # desks go on with the centre as it is
    house.close()
