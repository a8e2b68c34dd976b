"""Two desks that exchange now and then: whatever they do apart, they end up with the same."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run

from db.folding import facts_of
from db.store import driver
from deskapp import clashes, endings, erasures, handovers, requests
from deskapp.desk import Desk
from deskapp.request_lists import record
from deskapp.requests import Question
from tests.library import Library, correct_first, differs_from_ledger, outcome_of, reader_of, stored
from tests.machines import SMALL
from tests.test_request_states import ENDINGS

CODES = ("2F", "3F")
at_desk = st.sampled_from(CODES)
people = st.sampled_from(("li", "zheng", "chen", "lead", "lead"))
which = st.integers(0, 2)


class Apart(RuleBasedStateMachine):
    """Acts at either desk, in any order, with exchanges between them that may be long in coming."""

    founded: ClassVar[Library]
    counted: ClassVar[dict[str, int]]

    def __init__(self) -> None:
        super().__init__()
        self.place = TemporaryDirectory()
        self.library = self.founded.copy(Path(self.place.name))
        self.ids: list[str] = []

    def teardown(self) -> None:
        for code in (*CODES, *CODES):
            self.library.exchange(code)
        one, other = (stored(self.library.desks[code]) for code in CODES)
        assert one == other
        self.counted["clashes"] += len(one["clash"])
        self.counted["settled"] += sum(clash[-1] is not None for clash in one["clash"])
        for code in CODES:
            desk = self.library.desks[code]
            assert differs_from_ledger(desk) == []
            assert list(desk.ledger.rebuild())
            assert stored(desk) == one
            holds(desk)
        self.library.close()
        self.place.cleanup()

    def done(self, act: Callable[[Desk, str], object], code: str, who: str, n: int) -> bool:
        """Try an act. Rules are looked at elsewhere; here it matters what two of them add up to."""
        if not self.ids:
            return False
        desk, id = self.library.at(who, code), self.ids[n % len(self.ids)]
        done = outcome_of(lambda: act(desk, id)) is None
        holds(self.library.desks[code])
        return done

    @initialize()
    def first(self) -> None:
        self.log("2F", "li", patron=True)
        self.exchange("2F")
        self.exchange("3F")

    @precondition(lambda self: len(self.ids) < 3)
    @rule(code=at_desk, who=people, patron=st.booleans())
    def log(self, code: str, who: str, patron: bool) -> None:
        reader = reader_of(self.library.at(who, code), "00417") if patron else None
        question = Question("欧阳老师问", patron=reader.id if reader else None)
        self.ids.append(requests.log(self.library.at(who, code), question).id)

    @rule(code=at_desk)
    def exchange(self, code: str) -> None:
        self.library.exchange(code)
        holds(self.library.desks[code])

    @rule(code=at_desk, who=people, to=people, n=which)
    def hand_over(self, code: str, who: str, to: str, n: int) -> None:
        taker = self.library.id(to)
        before = self._responsible(code, n)
        self.done(
            lambda desk, id: handovers.hand_over(desk, id, to=taker, reason="duty"), code, who, n
        )
        assert self._responsible(code, n) == before

    def _responsible(self, code: str, n: int) -> list[object]:
        with self.library.desks[code].reading() as connection:
            found = driver(connection).execute(
                "SELECT responsible FROM request WHERE subject = ?", (self.ids[n % len(self.ids)],)
            )
            return found.fetchall()

    @rule(code=at_desk, who=people, n=which)
    def accept(self, code: str, who: str, n: int) -> None:
        self.done(handovers.accept, code, who, n)

    @rule(code=at_desk, who=people, taker=people, n=which)
    def accept_by_phone(self, code: str, who: str, taker: str, n: int) -> None:
        id = self.library.id(taker)
        self.done(lambda desk, of: handovers.accept_by_phone(desk, of, id), code, who, n)

    @rule(code=at_desk, who=people, n=which, act=st.sampled_from(("confirm", "send", "take")))
    def end_offer(self, code: str, who: str, n: int, act: str) -> None:
        acts: dict[str, Callable[[Desk, str], object]] = {
            "confirm": handovers.confirm,
            "send": partial(handovers.send_back, reason="退"),
            "take": handovers.take_back,
        }
        self.done(acts[act], code, who, n)

    @rule(code=at_desk, who=people, n=which, how=st.sampled_from(("done", "referred", "agreed no")))
    def close(self, code: str, who: str, n: int, how: str) -> None:
        self.done(lambda desk, id: endings.close(desk, id, ENDINGS[how]), code, who, n)

    @rule(code=at_desk, who=people, n=which)
    def reopen(self, code: str, who: str, n: int) -> None:
        self.done(lambda desk, id: endings.reopen(desk, id, "再办"), code, who, n)

    @rule(code=at_desk, to=people, n=which)
    def correct(self, code: str, to: str, n: int) -> None:
        who = self.library.id(to)
        self.done(
            lambda desk, id: correct_first(desk, id, who),
            code,
            "lead",
            n,
        )

    @rule(hours=st.integers(1, 30), code=at_desk)
    def wait(self, hours: int, code: str) -> None:
        self.library.clock.move(hours=hours)
        handovers.lapse(self.library.desks[code])
        holds(self.library.desks[code])

    @rule(code=at_desk)
    def erase(self, code: str) -> None:
        lead = self.library.at("lead", code)
        reader = reader_of(lead, "00417")
        if reader is not None:
            erasures.erase_reader(lead, reader.id)

    @rule(code=at_desk, to=people, n=which)
    def cross(self, code: str, to: str, n: int) -> None:
        """An acceptance at one desk while the offer comes back at the other."""
        other = CODES[code == CODES[0]]
        self.hand_over(code, "lead", to, n)
        self.exchange(code)
        self.exchange(other)
        self.accept(other, to, n)
        self.wait(30, code)

    @rule(code=at_desk, n=st.integers(0, 5))
    def settle(self, code: str, n: int) -> None:
        """A person decides over a clash, and it comes to what was promised."""
        lead = self.library.at("lead", code)
        waiting = clashes.ClashList(lead).after(None, 100)
        if not waiting:
            return
        clash = clashes.clash(lead, waiting[n % len(waiting)].pair)
        promised = clash.outcomes[n % 3]
        clashes.settle(lead, clash.pair, promised.keep)
        now = record(lead, clash.subject)
        for name in ("status", "responsible_id", "result", "answer", "due", "offered_to_id"):
            assert getattr(now, name) == getattr(promised.record, name)
        holds(self.library.desks[code])


def holds(desk: Desk) -> None:
    """What no desk may ever show, however little of the rest it knows."""
    with desk.reading() as connection:
        raw = driver(connection)
        found = raw.execute("SELECT subject FROM request").fetchall()
        facts = facts_of(raw, [subject for (subject,) in found])
        staff = {subject for (subject,) in raw.execute("SELECT subject FROM staff")}
        rows = raw.execute(
            "SELECT subject, status, first_responder, responsible, result, offer, answer, "
            "alternative, patron FROM request"
        )
        clashing = {subject for (subject,) in raw.execute("SELECT subject FROM clash")}
        erased = {person for (person,) in raw.execute("SELECT person FROM erased")}
        for subject, status, first, responsible, result, offer, answer, other, patron in rows:
            said = [(fact.kind, json.loads(fact.data)) for fact in facts[subject]]
            logged = next(data for kind, data in said if kind == "request.logged")
            accepted = [data["by"] for kind, data in said if kind == "request.accepted"]
            takers = set(accepted)
            named = {d["first_responder"] for k, d in said if k == "request.first_corrected"}
            assert responsible in staff
            assert responsible in {logged["responsible"], *takers}
            if takers and subject not in clashing:  # an acceptance holds, whatever it crossed
                assert responsible == accepted[-1]
            assert first in {logged["first_responder"], *named}
            assert (status == "closed") == (result is not None)
            if status == "closed":
                assert offer is None
                assert answer or other or patron in erased
        assert not raw.execute("SELECT 1 FROM fault").fetchall()


def test_whatever_two_desks_do_apart(founded_twice: Library) -> None:
    Apart.founded = founded_twice
    Apart.counted = {"clashes": 0, "settled": 0}
    run(Apart, settings=settings(SMALL, max_examples=8, stateful_step_count=30))
    assert Apart.counted["clashes"], "nothing clashed: this run shows little"
