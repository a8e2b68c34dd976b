"""Time, waiting, stages, corrections and telling in any order, by anybody, over holidays, against a
model of the rules.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

from hypothesis import seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from db.clock import moment, stamp
from db.store import driver
from deskapp import corrections, endings, extensions, handovers, requests, stages, telling, waiting
from deskapp.corrections import Correction
from deskapp.desk import Desk, Role
from deskapp.endings import Ending
from deskapp.request_lists import RequestList, record
from deskapp.requests import Question
from tests.library import PEOPLE, Library, differs_from_ledger, outcome_of, stored
from tests.test_request_states import SMALL, Reasons, reaches

CAST = ("li", "zheng", "chen", "technology", "lead", "assistant")
KINDS = ("consultation", "fault", "complaint", "purchase", "purchase")
STARTS = ("2026-02-11 09:00", "2026-09-29 16:00", "2026-12-30 10:00", "2026-11-20 23:30")
"""before Spring Festival, National Day, a year's end; at night before a weekend"""
STEPS = (
    *("extended", "waiting", "chased", "resumed", "staged", "found_complex", "joined"),
    *("corrected", "told_reader", "rated", "closed", "reopened", "accepted"),
)
hands = st.sampled_from((*CAST, *["lead"] * 4, *["whoever may"] * 12))
which = st.integers(0, 5)


@dataclass
class Matter:
    """What must be true of a request."""

    id: str
    kind: str
    first: str
    responsible: str
    department: str
    due: datetime
    contact: bool
    received: datetime
    stage: int = 0
    waits: str | None = None
    since: datetime | None = None
    chase: datetime | None = None
    involved: set[str] = field(default_factory=set)
    found_complex: bool = False
    extended: int = 0
    late: bool = False
    closed: bool = False
    tell_by: datetime | None = None
    told: bool = False
    rated: bool = False


class Steps(RuleBasedStateMachine):
    """One desk, exactly as the model says after every act."""

    founded: ClassVar[Library]
    done: ClassVar[Counter[str]]

    def __init__(self) -> None:
        super().__init__()
        self.place = TemporaryDirectory()
        self.library = self.founded.copy(Path(self.place.name))
        self.matters: list[Matter] = []

    def teardown(self) -> None:
        desk = self.library.desk
        with desk.reading() as connection:
            kinds = driver(connection).execute("SELECT kind FROM fact")
            self.done.update(kind for (kind,) in kinds)
        before = stored(desk)
        assert list(desk.ledger.rebuild())
        assert stored(desk) == before
        self.library.close()
        self.place.cleanup()

    # what the rules know

    @property
    def now(self) -> datetime:
        return self.library.desk.now()

    def calendar(self, department: str) -> Any:
        return self.library.desk.calendar(department)

    def kind(self, matter: Matter) -> Any:
        return self.library.desk.profile.kinds[matter.kind]

    def stages(self, matter: Matter) -> list[Any]:
        return list(self.kind(matter).stages.values())

    def rule_of(self, matter: Matter) -> Any:
        steps = self.stages(matter)
        own = steps[matter.stage].due if steps else None
        return self.library.desk.profile.due[own or self.kind(matter).due]

    def usual_chase(self, department: str) -> datetime:
        """The morning of the fifth workday on."""
        calendar = self.calendar(department)
        end = calendar.end_after(self.now, 5)
        mornings = [start for start, _ in calendar.windows(end.date())]
        return datetime.fromisoformat(min(mornings).isoformat())

    # who acts on what

    def picked(self, n: int, fit: Callable[[Matter], object]) -> Matter:
        fitting = [matter for matter in self.matters if n < 4 and fit(matter)]
        some = fitting or self.matters
        return some[n % len(some)]

    def hand(self, who: str, matter: Matter) -> tuple[str, Desk]:
        name = who if who in PEOPLE else matter.responsible
        return name, self.library.at(name)

    def tried(self, reasons: Reasons, act: Callable[[], object]) -> bool:
        code = outcome_of(act)
        assert (code in reasons.codes) if reasons.codes else (code is None), (code, reasons.codes)
        return code is None

    def ours(self, matter: Matter, who: str) -> Reasons:
        reasons = Reasons().role(who, Role.LIBRARIAN).when(matter.closed, "RequestClosed")
        lead = reaches(who, Role.SHIFT_LEAD)
        return reasons.when(matter.responsible != who and not lead, "NotResponsible")

    def concerned(self, matter: Matter, who: str) -> Reasons:
        theirs = who in (matter.first, matter.responsible) or reaches(who, Role.SHIFT_LEAD)
        theirs = theirs or matter.department in PEOPLE[who].departments
        return Reasons().role(who, Role.LIBRARIAN).when(not theirs, "NotResponsible")

    # acts

    @initialize(start=st.sampled_from(STARTS), kind=st.sampled_from(KINDS))
    def first(self, start: str, kind: str) -> None:
        self.library.clock.put(start)
        self.log("li", kind, contact=True)

    @precondition(lambda self: len(self.matters) < 3)
    @rule(
        who=st.sampled_from(["li", "zheng", "chen"]),
        kind=st.sampled_from(KINDS),
        contact=st.booleans(),
    )
    def log(self, who: str, kind: str, contact: bool) -> None:
        desk = self.library.at(who)
        question = Question("问", kind=kind, contact="8805" if contact else "")
        id, entry = requests.log(desk, question).id, desk.profile.kinds[kind]
        due = self.calendar(entry.department).due(self.now, desk.profile.due[entry.due])
        self.matters.append(Matter(id, kind, who, who, entry.department, due, contact, self.now))

    @rule(hours=st.sampled_from([1, 3, 7, 20, 50, 200]))
    def later(self, hours: int) -> None:
        self.library.clock.move(hours=hours)

    @rule(n=which, who=hands, reason=st.sampled_from(["parts", "parts", "nonsense", None]))
    def extend(self, n: int, who: str, reason: str | None) -> None:
        matter = self.picked(n, lambda m: not m.closed and m.waits is None)
        who, desk = self.hand(who, matter)
        late = matter.due < self.now
        reasons = self.ours(matter, who).when(reason is None, "ReasonMissing")
        reasons.when(reason == "nonsense", "CodeUnknown")
        reasons.when(matter.waits is not None, "RequestWaiting")
        reasons.when(late and not reaches(who, Role.SHIFT_LEAD), "ExtensionLate")
        if self.tried(reasons, lambda: extensions.extend(desk, matter.id, reason)):
            calendar, days = self.calendar(matter.department), self.rule_of(matter).days or 1
            end = self.now if late else matter.due - timedelta.resolution
            matter.due = calendar.end_after(end, days)
            matter.extended, matter.late = matter.extended + 1, matter.late or late

    @rule(n=which, who=hands, outside=st.booleans())
    def wait(self, n: int, who: str, outside: bool) -> None:
        matter = self.picked(n, lambda m: not m.closed and m.waits is None)
        who, desk = self.hand(who, matter)
        reasons = self.ours(matter, who).when(matter.waits is not None, "RequestWaiting")
        act = waiting.wait_outside if outside else waiting.wait_for_reader
        if self.tried(reasons, lambda: act(desk, matter.id)):
            matter.waits, matter.since = "outside" if outside else "reader", self.now
            matter.chase = self.usual_chase(matter.department) if outside else None

    @precondition(lambda self: any(m.waits for m in self.matters))
    @rule(n=which, who=hands)
    def chase(self, n: int, who: str) -> None:
        matter = self.picked(n, lambda m: m.waits == "outside")
        who, desk = self.hand(who, matter)
        reasons = self.ours(matter, who).when(matter.waits != "outside", "NotWaiting")
        if self.tried(reasons, lambda: waiting.chase(desk, matter.id)):
            matter.chase = self.usual_chase(matter.department)

    @precondition(lambda self: any(m.waits for m in self.matters))
    @rule(n=which, who=hands)
    def resume(self, n: int, who: str) -> None:
        matter = self.picked(n, lambda m: m.waits)
        who, desk = self.hand(who, matter)
        reasons = self.ours(matter, who).when(matter.waits is None, "NotWaiting")
        if self.tried(reasons, lambda: waiting.resume(desk, matter.id)):
            assert matter.since is not None
            if matter.since < matter.due:
                calendar = self.calendar(matter.department)
                left = calendar.minutes(matter.since, matter.due)  # all moments are whole minutes
                matter.due = calendar.later(self.now, left)
            matter.waits = matter.since = matter.chase = None

    @rule(n=which, who=hands)
    def go_on(self, n: int, who: str) -> None:
        matter = self.picked(
            n, lambda m: not m.closed and m.kind == "purchase" and m.waits != "reader"
        )
        who, desk = self.hand(who, matter)
        last = matter.stage + 1 >= len(self.stages(matter))
        reasons = self.ours(matter, who).when(last, "LastStage")
        reasons.when(matter.waits == "reader", "RequestWaiting")
        if self.tried(reasons, lambda: stages.go_on(desk, matter.id)):
            matter.stage += 1
            matter.waits = matter.since = matter.chase = None
            if self.stages(matter)[matter.stage].outside:
                matter.waits, matter.since = "outside", self.now
                matter.chase = self.usual_chase(matter.department)
            else:
                matter.due = self.calendar(matter.department).end_after(self.now, 1)

    def _reckon(self, matter: Matter) -> None:
        due = self.calendar(matter.department).due(
            matter.received,
            self.rule_of(matter),
            departments=1 + len(matter.involved),
            complex_matter=matter.found_complex,
        )
        matter.due = max(due, matter.due)

    @rule(n=which, who=st.sampled_from(["lead", "lead", "li"]))
    def find_complex(self, n: int, who: str) -> None:
        matter = self.picked(n, lambda m: not m.closed and m.kind == "complaint")
        reasons = self.ours(matter, who).role(who, Role.SHIFT_LEAD)
        fits = self.rule_of(matter).complex_days is not None and not matter.found_complex
        reasons.when(not fits, "NotComplex")
        if self.tried(reasons, lambda: extensions.find_complex(self.library.at(who), matter.id)):
            matter.found_complex = True
            self._reckon(matter)

    @rule(n=which, who=hands, department=st.sampled_from(["office", "technology", "information"]))
    def join(self, n: int, who: str, department: str) -> None:
        matter = self.picked(n, lambda m: not m.closed)
        who, desk = self.hand(who, matter)
        there = department in (matter.department, *matter.involved)
        reasons = self.ours(matter, who).when(there, "JoinedAlready")
        if self.tried(reasons, lambda: extensions.join(desk, matter.id, department)):
            matter.involved.add(department)
            self._reckon(matter)

    @rule(
        n=which,
        who=hands,
        kind=st.sampled_from(KINDS),
        reason=st.sampled_from(["误选", "误选", " "]),
    )
    def correct(self, n: int, who: str, kind: str, reason: str) -> None:
        matter = self.picked(n, lambda m: not m.closed)
        who, desk = self.hand(who, matter)
        reasons = self.concerned(matter, who).when(reason == " ", "ReasonMissing")
        reasons.when(kind == matter.kind, "NothingCorrected")
        right = Correction(kind=kind)
        if self.tried(reasons, lambda: corrections.correct(desk, matter.id, right, reason)):
            matter.kind, matter.stage = kind, 0
            if not matter.closed:
                rule = desk.profile.due[self.kind(matter).due]
                matter.due = self.calendar(matter.department).due(matter.received, rule)

    @rule(n=which, who=hands)
    def tell(self, n: int, who: str) -> None:
        matter = self.picked(n, lambda m: m.closed and m.contact and not m.told)
        who, desk = self.hand(who, matter)
        reasons = self.concerned(matter, who).when(not matter.contact, "NobodyToTell")
        reasons.when(matter.told, "ToldAlready")
        if self.tried(reasons, lambda: telling.tell(desk, matter.id, "phone")) and matter.closed:
            matter.told = True
            matter.late = matter.late or (matter.tell_by is not None and self.now > matter.tell_by)
            matter.tell_by = None

    @rule(n=which, who=hands)
    def close(self, n: int, who: str) -> None:
        matter = self.picked(n, lambda m: not m.closed)
        who, desk = self.hand(who, matter)
        ending = Ending("done", "好")
        if self.tried(self.ours(matter, who), lambda: endings.close(desk, matter.id, ending)):
            matter.closed = True
            matter.waits = matter.since = matter.chase = None
            if matter.contact:
                matter.tell_by = self.calendar(matter.department).end_after(self.now, 1)

    @precondition(lambda self: any(m.closed for m in self.matters))
    @rule(n=which, who=hands)
    def reopen(self, n: int, who: str) -> None:
        matter = self.picked(n, lambda m: m.closed)
        who, desk = self.hand(who, matter)
        reasons = Reasons().role(who, Role.LIBRARIAN).when(not matter.closed, "RequestOpen")
        if self.tried(reasons, lambda: endings.reopen(desk, matter.id, "再办")):
            rule = desk.profile.due[self.kind(matter).due]
            matter.due = self.calendar(matter.department).due(self.now, rule)
            matter.closed = matter.told = False
            matter.tell_by = None

    @rule(n=which, who=hands, effort=st.sampled_from([3, 3, 9]))
    def rate(self, n: int, who: str, effort: int) -> None:
        matter = self.picked(n, lambda m: m.closed)
        who, desk = self.hand(who, matter)
        reasons = self.concerned(matter, who).when(effort == 9, "RatingWrong")
        reasons.when(not matter.closed, "RequestOpen")
        if self.tried(reasons, lambda: telling.rate(desk, matter.id, effort=effort)):
            matter.rated = True

    @rule(n=which, to=st.sampled_from(["li", "chen", "technology", "lead"]))
    def hand_over(self, n: int, to: str) -> None:
        """Offered and accepted: the acts themselves are in test_request_states."""
        matter = self.picked(n, lambda m: not m.closed and m.responsible != to)
        if matter.closed or matter.responsible == to:
            return
        giver = self.library.at(matter.responsible)
        handovers.hand_over(giver, matter.id, to=self.library.id(to), reason="duty")
        handovers.accept(self.library.at(to), matter.id)
        matter.responsible, matter.department = to, PEOPLE[to].departments[0]

    # what holds after each

    @invariant()
    def rows_are_as_the_model_says(self) -> None:
        for matter in self.matters:
            row = self.library.row(matter.id)
            steps = self.stages(matter)
            seen = record(self.library.at("lead"), matter.id)
            assert row["responsible"] == self.library.id(matter.responsible)
            assert moment(row["due_at"]) == matter.due
            assert (row["waits"], row["chase_at"]) == (
                matter.waits,
                stamp(matter.chase) if matter.chase else None,
            )
            assert (row["extended"], row["late"]) == (matter.extended, int(matter.late))
            assert row["tell_by"] == (stamp(matter.tell_by) if matter.tell_by else None)
            assert (row["told_at"] is not None) == matter.told
            assert (row["effort"] is not None) == matter.rated
            assert seen.stage == (steps[matter.stage].code if steps else "")
            assert (seen.found_complex, set(seen.involved)) == (
                matter.found_complex,
                matter.involved,
            )
            assert seen.overdue == self._overdue(matter)
        assert differs_from_ledger(self.library.desk) == []

    def _overdue(self, matter: Matter) -> bool:
        if matter.closed:
            return matter.tell_by is not None and matter.tell_by < self.now
        return matter.waits is None and matter.due < self.now

    @invariant()
    def lists_are_as_the_model_says(self) -> None:
        wanted = {
            "overdue": [not m.closed and self._overdue(m) for m in self.matters],
            "to_chase": [
                m.chase is not None
                and m.chase <= self.now
                and (m.responsible == "li" or m.department == "reader_services")
                for m in self.matters
            ],
            "to_tell": [
                m.tell_by is not None
                and (m.responsible == "li" or m.department == "reader_services")
                for m in self.matters
            ],
        }
        for which, those in wanted.items():
            assert RequestList(self.library.at("li"), which).count() == sum(those), which


def test_any_steps_in_any_order(founded: Library) -> None:
    """Three rounds, and more where those show less than every step."""
    Steps.founded, Steps.done = founded, Counter()
    for round_ in range(9):
        missing = [step for step in STEPS if not Steps.done[f"request.{step}"]]
        if round_ >= 3 and not missing:
            return
        run_state_machine_as_test(seed(round_)(Steps), settings=settings(SMALL, max_examples=12))
    assert missing == []
