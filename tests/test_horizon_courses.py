"""Desks that let go of old matters tell the same as one that never does, whatever happens."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db import horizon
from db.confided import clear_away
from db.doctor import examine
from db.exchange import exchange
from db.file_centre import FileCentre
from db.ledger import Ledger
from db.refusal import Refusal
from tests.horizons import ELSEWHERE, EVERYTHING, HORIZON, WORDS, rest
from tests.library import outcome_of
from tests.meeting import CLASHES, LAMP, keep, same, set_back
from tests.refusals import refused
from tests.shelf import bytes_of, desk, erase, name, rows, switch
from tests.toys import ToyClock

pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that few facts are many pages, milestones and calls."""
    for limit, size in {"PAGE": 3, "SLICE": 2, "NEAR": 1}.items():
        monkeypatch.setattr(horizon, limit, size)


def test_a_centre_set_back_behind_the_horizon_is_refused(
    centre: FileCentre, a: Ledger, clock: ToyClock, tmp_path: Path
) -> None:
    switch(a, 1)
    exchange(a, centre)
    keep(centre, tmp_path / "centre.kept")
    switch(a, 1, to="off")
    exchange(a, centre)
    clock.move(days=401)
    keep(centre, tmp_path / "centre.young")
    assert rest(a) == 1
    set_back(centre, tmp_path / "centre.kept")
    centre.restored()
    before = rows(a, EVERYTHING)
    found = refused("CentreBeforeHorizon", exchange, a, centre)
    assert (found.facts["fork"], found.facts["pos"]) == (1, 2)
    assert rows(a, EVERYTHING) == before
    set_back(centre, tmp_path / "centre.young")
    exchange(a, centre)
    assert horizon.fetch(a, centre, ["lamp:1"]) == 1


def test_a_fork_that_is_said_too_low_costs_work_and_bars_no_desk(
    centre: FileCentre, a: Ledger, b: Ledger, clock: ToyClock, tmp_path: Path
) -> None:
    """A desk that has pulled nothing yet says that it and the centre agree up to 0."""
    switch(a, 1)
    exchange(a, centre)
    exchange(b, centre)
    switch(b, 1, to="off")
    exchange(b, centre)
    clock.move(days=401)
    exchange(a, centre)
    assert rest(a) == 1
    keep(centre, tmp_path / "centre.kept")
    switch(b, 2)
    for ledger in (b, a):
        exchange(ledger, centre)
    set_back(centre, tmp_path / "centre.kept")
    centre.restored(0)
    assert exchange(a, centre).set_back == 3
    assert rows(a, ELSEWHERE) == []
    for ledger in (b, a):
        exchange(ledger, centre)
    same(a, b)
    assert rows(a, CLASHES) != [], "nobody can tell any more who knew of whom"
    assert examine(a) == examine(b) == []


def test_a_set_back_centre_is_asked_by_its_own_order(
    centre: FileCentre, a: Ledger, b: Ledger, clock: ToyClock, tmp_path: Path
) -> None:
    """A milestone above the fork is one no more."""
    switch(a, 1, to="off")
    exchange(a, centre)
    keep(centre, tmp_path / "centre.kept")
    switch(a, 2)
    switch(a, 3)
    exchange(a, centre)
    clock.move(days=401)
    assert rest(a) == 1
    set_back(centre, tmp_path / "centre.kept")
    switch(b, 4, to="off")
    exchange(b, centre)
    centre.restored(1)
    exchange(a, centre)
    exchange(b, centre)
    clock.move(days=401)
    exchange(a, centre)
    rest(a)
    assert horizon.fetch(a, centre, ["lamp:1", "lamp:4"]) == 2
    assert examine(a) == []


def test_a_centre_set_back_while_a_desk_lets_go(
    centre: FileCentre, a: Ledger, b: Ledger, clock: ToyClock, tmp_path: Path
) -> None:
    """What was read before is no milestone of the order that is heard of meanwhile."""
    switch(b, 1)
    keep(centre, tmp_path / "centre.kept")
    switch(a, 2, 3, 4)
    switch(a, 5, 6, 7, 8, to="off")
    exchange(a, centre)
    clock.move(days=401)

    def hear(what: str, done: int) -> None:
        if not done:
            set_back(centre, tmp_path / "centre.kept")
            centre.restored(0)
            for ledger in (b, a):
                exchange(ledger, centre)

    horizon.put_to_rest(a, clock.now(), HORIZON, hear)
    rest(a)
    assert horizon.fetch(a, centre, [f"lamp:{lamp}" for lamp in range(5, 9)]) == 4
    assert examine(a) == []


@pytest.mark.parametrize("heard", [True, False])
def test_words_of_a_department_that_is_no_longer_the_desks_leave_what_rests(
    centre: FileCentre, a: Ledger, b: Ledger, clock: ToyClock, *, heard: bool
) -> None:
    """Also where nobody else handles them yet: with its course they would not come again."""
    centre.handles("B", ["reading"])
    with a.act("somebody") as act:
        private = {"name": WORDS}
        act.record("lamp.named", "lamp:1", person="p1", private=private, scope="reading")
    switch(a, 1, to="off")
    exchange(a, centre)
    exchange(b, centre)
    clock.move(days=401)
    assert rest(b) == 1
    assert rows(b, LAMP)[0][4] == WORDS
    centre.handles("B", [])
    if heard:
        assert exchange(b, centre).fetched == 1
    else:  # somebody opens it before
        assert horizon.fetch(b, centre, ["lamp:1"]) == 1
    assert rows(b, LAMP)[0][4] is None
    clear_away(b)
    assert WORDS.encode() not in bytes_of(b.store.path)
    assert examine(b) == []
    assert rows(a, LAMP)[0][4] == WORDS, "nobody else is said to handle it"


def _switched(ledger: Ledger, centre: FileCentre, lamp: int) -> None:
    to, dormant = "off" if lamp % 2 else "on", (f"lamp:{lamp}",) in rows(ledger, ELSEWHERE)
    assert outcome_of(lambda: switch(ledger, lamp, to=to)) == (
        "CourseAtCentre" if dormant else None
    )


def _named(ledger: Ledger, centre: FileCentre, lamp: int) -> None:
    with suppress(Refusal):
        name(ledger, lamp, f"p{lamp}", f"{WORDS} {lamp}")


def _erased(ledger: Ledger, centre: FileCentre, lamp: int) -> None:
    erase(ledger, f"p{lamp}")
    assert not rows(ledger, f"SELECT 1 FROM lamp WHERE subject = 'lamp:{lamp}' AND name > ''")


STEPS: dict[str, Callable[[Ledger, FileCentre, int], object]] = {
    "switch": _switched,
    "off": lambda ledger, centre, lamp: outcome_of(lambda: switch(ledger, lamp, to="off")),
    "name": _named,
    "erase": _erased,
    "exchange": lambda ledger, centre, lamp: exchange(ledger, centre),
    "rest": lambda ledger, centre, lamp: rest(ledger),
    "fetch": lambda ledger, centre, lamp: horizon.fetch(ledger, centre, [f"lamp:{lamp}"]),
    "rebuild": lambda ledger, centre, lamp: list(ledger.rebuild()),
    "wait": lambda ledger, centre, lamp: cast(ToyClock, ledger.clock).move(days=250),
}
LIFE = ("name", "off", "exchange", "wait", "wait", "rest")
"""so that every course has something dormant in it"""


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(list(STEPS)), st.integers(0, 1), st.integers(1, 3)), max_size=25
    )
)
def test_a_desk_that_rests_tells_the_same_as_one_that_never_does(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, int]]
) -> None:
    folder, clock = tmp_path_factory.mktemp("horizon"), ToyClock()
    centre = FileCentre(folder / "centre.db", clock)
    resting = [desk(folder / f"{code}.db", code, clock) for code in "AB"]
    never = desk(folder / "c.db", "C", clock)
    for what, place, lamp in [*((step, 0, 1) for step in LIFE), *steps]:
        STEPS[what](resting[place], centre, lamp)
    for ledger in (*resting, never, *resting):
        exchange(ledger, centre)
    for sql in (LAMP, CLASHES):
        assert rows(resting[0], sql) == rows(resting[1], sql) == rows(never, sql)
    for ledger in (*resting, never):
        assert examine(ledger) == []
        ledger.store.close()
    centre.close()
