"""The ledger: a chain without gaps, ids that grow, rows that equal the ledger folded anew."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.arrivals import take_in
from db.clock import SystemClock
from db.doctor import examine
from db.facts import COLUMNS, Draft, Fact, digest_of
from db.folding import FACT
from db.ledger import ACT_LIMIT, Ledger
from db.refusal import Refusal
from db.store import driver
from tests.shelf import desk, erase, meet, name, rows, spoil, switch, unhurried
from tests.toys import LAMPS, ToyClock, made_id

LAMP = "SELECT * FROM lamp ORDER BY subject"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    unhurried(monkeypatch)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = desk(tmp_path / "desk.db")
    yield ledger
    ledger.store.close()


class JumpingClock(ToyClock):
    """Ids by its own time, of which many fall into one millisecond with all bits set."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._chance = random.Random(seed)

    def now(self) -> datetime:
        self.at += timedelta(
            milliseconds=self._chance.choice((0, 1, -5000, 86_400_000, -86_400_000))
        )
        return self.at

    def new_id(self) -> str:
        milliseconds = int(self.at.timestamp() * 1000)
        low = self._chance.choice((0, (1 << 62) - 1))
        high = self._chance.choice((0, 0xFFF))
        return made_id(milliseconds, high, low)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10**6))
def test_ids_grow_whatever_the_clock_does(tmp_path_factory: Any, seed: int) -> None:
    ledger = desk(tmp_path_factory.mktemp("clock") / "desk.db", clock=JumpingClock(seed))
    acted = [id for lamp in range(30) for id in switch(ledger, lamp % 4, lamp % 3 + 5)]
    assert acted == sorted(set(acted))
    assert [(id,) for id in acted] == rows(ledger, "SELECT id FROM fact ORDER BY n")
    assert rows(ledger, "SELECT count(*) FROM fact WHERE act >= id") == [(0,)]
    assert {each.code for each in examine(ledger)} <= {"ClockBehind"}
    ledger.store.close()


def test_an_id_is_above_what_came_from_a_desk_in_the_future(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead = ToyClock(datetime(2040, 1, 1, tzinfo=UTC))
    monkeypatch.setattr(ahead, "new_id", lambda: "01ffffff-ffff-7fff-bfff-ffffffffffff")
    ours, theirs = desk(tmp_path / "a.db"), desk(tmp_path / "b.db", "B", ahead)
    (future,) = switch(theirs, 1)
    switch(ours, 1)
    meet(tmp_path, theirs, ours)
    assert switch(ours, 1)[0] > future
    for each in (ours, theirs):
        each.store.close()


def test_an_act_is_whole_or_not_at_all(ledger: Ledger) -> None:
    switch(ledger, 1)
    before = rows(ledger, "SELECT * FROM fact"), rows(ledger, LAMP)

    def half_way() -> None:
        with ledger.act("somebody") as act:
            act.record("lamp.switched", "lamp:1", {"to": "off"})
            act.record("lamp.switched", "lamp:2", {"to": "off"})
            raise Refusal("Locked")

    with pytest.raises(Refusal, match="Locked"):
        half_way()
    assert (rows(ledger, "SELECT * FROM fact"), rows(ledger, LAMP)) == before
    switch(ledger, 2)
    assert rows(ledger, "SELECT seq FROM fact ORDER BY n") == [(1,), (2,)]
    assert examine(ledger) == []


def test_what_a_fact_says_of_its_act(ledger: Ledger) -> None:
    with ledger.act("王敏") as act:
        one = act.record("lamp.switched", "lamp:1", {"to": "开"})
        two = act.record("lamp.named", "lamp:1", person="p", private={"name": "灯"})
    assert (one.act, one.actor, one.desk) == (act.id, "王敏", "A")
    assert (one.base, one.beyond) == (0, "[]")
    assert two.beyond == f'["{one.id}"]'
    assert one.says() == {"to": "开"}
    assert two.confides() == {"name": "灯"}
    assert (one.private, one.salt, one.seal) == (None, None, None)
    assert two.salt is not None
    assert len(two.salt) == 16
    subject = rows(ledger, LAMP)
    assert subject == [("lamp:1", "开", "A", 1, "灯")]


def test_salts_differ(ledger: Ledger) -> None:
    name(ledger, 1, "p", "the same")
    name(ledger, 1, "p", "the same")
    assert rows(ledger, "SELECT count(DISTINCT salt), count(DISTINCT seal) FROM fact") == [(2, 2)]


def test_a_base_is_what_was_pulled(tmp_path: Path) -> None:
    ours, theirs = desk(tmp_path / "a.db"), desk(tmp_path / "b.db", "B")
    switch(theirs, 1, 2)
    meet(tmp_path, theirs, ours)
    (id,) = switch(ours, 2)
    assert rows(ours, f"SELECT base, beyond FROM fact WHERE id = '{id}'") == [(2, "[]")]
    for each in (ours, theirs):
        each.store.close()


def mistakes() -> list[tuple[str, Callable[[Ledger], object]]]:
    def act(*drafts: Draft) -> Callable[[Ledger], object]:
        def work(ledger: Ledger) -> None:
            with ledger.act("somebody") as act:
                act.record_all(list(drafts))

        return work

    switched = Draft("lamp.switched", "lamp:1", {"to": "on"})
    return [
        ("nobody", act(Draft("lamp.named", "lamp:1", private={"name": "x"}))),
        ("could not read", act(switched, Draft("lamp.switched", "lamp:1", {}))),
        ("could not read", act(switched, Draft("lamp.dropped", "lamp:1"))),
        ("could not read", act(switched, Draft("lamp.switched", "lamp:1", {"to": ["on"]}))),
        (f"{ACT_LIMIT + 1} facts", act(*[switched] * (ACT_LIMIT + 1))),
        ("JSON", act(Draft("lamp.switched", "lamp:1", {"to": float("inf")}))),
    ]


@pytest.mark.parametrize(("says", "mistake"), mistakes())
def test_mistakes_of_the_program_leave_nothing(
    ledger: Ledger, says: str, mistake: Callable[[Ledger], object]
) -> None:
    switch(ledger, 1)
    with pytest.raises(ValueError, match=says):
        mistake(ledger)
    assert rows(ledger, "SELECT count(*) FROM fact") == [(1,)]
    assert examine(ledger) == []


def test_nothing_private_is_recorded_of_the_erased(ledger: Ledger) -> None:
    name(ledger, 1, "p", "x")
    erase(ledger, "p")
    assert rows(ledger, LAMP) == [("lamp:1", None, None, None, None)]
    with pytest.raises(Refusal, match="PersonErased"):
        name(ledger, 2, "p", "y")
    with ledger.act("somebody") as act:
        act.record("lamp.switched", "lamp:2", {"to": "on"}, person="p")
    assert examine(ledger) == []


def facts(ledger: Ledger, which: str) -> list[Fact]:
    with ledger.store.reading() as connection:
        return [Fact(*line) for line in driver(connection).execute(FACT + which)]


def foreign(ledger: Ledger, fact: Fact, **changed: Any) -> Fact:
    """A fact of another desk, which a newer version might have written."""
    new = replace(fact, id=ledger.clock.new_id(), desk="B", pos=None, **changed)
    new.digest = digest_of(new)
    return new


def test_a_kind_from_the_future_makes_its_subject_read_only(ledger: Ledger) -> None:
    switch(ledger, 1, 2)
    (fact, *_) = facts(ledger, "WHERE subject = 'lamp:1'")
    with ledger.store.writing() as connection:
        take_in(
            driver(connection),
            ledger.books,
            [
                foreign(ledger, fact, kind="lamp.painted"),
                foreign(ledger, fact, version=2),
                foreign(ledger, fact, subject="tree:1"),
            ],
        )
    for lamps in ([1], [2, 1]):
        with pytest.raises(Refusal) as refused:
            switch(ledger, *lamps)
        assert (refused.value.code, refused.value.facts) == ("SubjectTooNew", {"subject": "lamp:1"})
    switch(ledger, 2)
    assert {each.facts["reason"] for each in examine(ledger)} == {"unknown"}
    assert len(examine(ledger)) == 3


steps = st.lists(
    st.tuples(
        st.sampled_from(("switch", "switch", "many", "name", "erase", "rebuild")),
        st.integers(0, 3),
        st.sampled_from(("on", "off")),
    ),
    max_size=12,
)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(course=steps)
def test_the_tables_equal_a_rebuild(
    tmp_path_factory: Any, course: list[tuple[str, int, str]]
) -> None:
    ledger = desk(tmp_path_factory.mktemp("course") / "desk.db")
    model: dict[int, tuple[str | None, int | None, str | None]] = {}
    gone: set[int] = set()
    for what, lamp, to in course:
        state, turns, called = model.get(lamp, (None, None, None))
        if what == "switch":
            switch(ledger, lamp, to=to)
            model[lamp] = (to, (turns or 0) + 1, called)
        elif what == "many":
            switch(ledger, *[lamp] * 3, to=to)
            model[lamp] = (to, (turns or 0) + 3, called)
        elif what == "name" and lamp not in gone:
            name(ledger, lamp, f"p{lamp}", to)
            model[lamp] = (state, turns, to)
        elif what == "erase":
            erase(ledger, f"p{lamp}")
            gone.add(lamp)
            if lamp in model:
                model[lamp] = (state, turns, None)
        elif what == "rebuild":
            list(ledger.rebuild())
    before = rows(ledger, LAMP)
    assert before == [
        (f"lamp:{lamp}", state, "A" if turns else None, turns, called)
        for lamp, (state, turns, called) in sorted(model.items())
    ]
    assert examine(ledger) == []
    list(ledger.rebuild())
    assert rows(ledger, LAMP) == before
    ledger.store.close()


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_order_facts_arrive_in_the_rows_are_the_same(
    tmp_path_factory: Any, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("orders")
    theirs, more = desk(folder / "b.db", "B"), desk(folder / "c.db", "C")
    for lamp in range(3):
        switch(theirs, lamp, lamp + 1)
        switch(more, lamp, to="off")
        name(more, lamp, f"p{lamp}", "x")
    erase(theirs, "p1")
    meet(folder, theirs, more)
    known = facts(theirs, "ORDER BY pos")
    ours = desk(folder / "a.db")
    order = data.draw(st.permutations(known))
    width = data.draw(st.integers(1, 6))
    for first in range(0, len(order), width):
        with ours.store.writing() as connection:
            take_in(driver(connection), ours.books, order[first : first + width])
    assert rows(ours, LAMP) == rows(theirs, LAMP)
    shown = "SELECT * FROM clash ORDER BY first, second"
    assert rows(ours, shown) == rows(theirs, shown) != []
    spoil(
        ours,
        "UPDATE place SET (cursor, cursor_link) = (?, ?)",
        *rows(theirs, "SELECT cursor, cursor_link FROM place")[0],
    )
    assert [e for e in examine(ours) if e.code != "LineMissing"] == []
    for each in (ours, theirs, more):
        each.store.close()


def test_two_ledgers_over_one_store_share_one_chain(ledger: Ledger) -> None:
    other = Ledger(ledger.store, [LAMPS], SystemClock())
    for lamp in range(6):
        switch((ledger, other)[lamp % 2], lamp)
    seqs = rows(ledger, "SELECT seq FROM fact ORDER BY n")
    assert seqs == [(n,) for n in range(1, 7)]
    assert examine(ledger) == []
    assert len(rows(ledger, f"SELECT {', '.join(COLUMNS)} FROM fact")) == 6
