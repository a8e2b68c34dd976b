"""Time, waiting, stages, corrections and telling in any order, by anybody, over holidays, against a
model of the rules.
"""

from collections import Counter
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from db.clock import moment, stamp
from deskapp import corrections, endings, extensions, handovers, requests, stages, telling, waiting
from deskapp.corrections import Correction
from deskapp.desk import Desk, Role
from deskapp.endings import Ending
from deskapp.request_lists import RequestList, record
from deskapp.requests import Question
from tests.library import PEOPLE, Library, differs_from_ledger
from tests.machines import Reasons, reaches, run_until_shown
from tests.reckoned import SECRET, Matter, Reckoned

CAST = ("li", "zheng", "chen", "technology", "sun", "lead", "assistant")
KINDS = ("consultation", "fault", "complaint", "purchase", "purchase", SECRET)
STARTS = (
    *("2026-02-11 09:00", "2026-09-29 16:00", "2026-12-30 10:00", "2026-11-20 23:30"),
    *("2026-09-18 11:00", "2026-10-09 17:00", "2026-07-10 15:00"),
)
"""before Spring Festival, National Day, a year's end; at night before a weekend; before weekends at
which one makes up for holidays; before the summer vacation
"""
STEPS = (
    *("extended", "waiting", "chased", "resumed", "staged", "found_complex", "joined"),
    *("corrected", "told_reader", "rated", "closed", "reopened", "accepted", "withdrawn"),
)
SITUATIONS = (
    "confided",
    *(
        "extended late",
        "extended in time, late before",
        "told late, never before",
        "told in time, late before",
    ),
    *("corrected, moved before", "undone closed", "joined, then undertakes"),
)
hands = st.sampled_from((*CAST, *["lead"] * 6, *["whoever may"] * 16))
which = st.integers(0, 5)


class Steps(Reckoned):
    """Time and what goes by it."""

    # who acts on what

    def hand(self, who: str, matter: Matter) -> tuple[str, Desk]:
        name = who if who in PEOPLE else matter.responsible
        return name, self.library.at(name)

    def ours(self, matter: Matter, who: str) -> Reasons:
        reasons = Reasons().role(who, Role.LIBRARIAN).when(matter.closed, "RequestClosed")
        lead = reaches(who, Role.SHIFT_LEAD) and self.confided(matter, who)
        return reasons.when(matter.responsible != who and not lead, "NotResponsible")

    def confided(self, matter: Matter, who: str) -> bool:
        """Whether they may know what was said."""
        theirs = who == matter.responsible or matter.department in PEOPLE[who].departments
        return theirs or not matter.secret

    def concerned(self, matter: Matter, who: str) -> Reasons:
        theirs = who in (matter.first, matter.responsible) or reaches(who, Role.SHIFT_LEAD)
        own = {matter.department, *matter.involved}
        theirs = theirs or not own.isdisjoint(PEOPLE[who].departments)
        theirs = theirs and self.confided(matter, who)
        return Reasons().role(who, Role.LIBRARIAN).when(not theirs, "NotResponsible")

    # acts

    @initialize(start=st.sampled_from(STARTS), kind=st.sampled_from(KINDS))
    def first(self, start: str, kind: str) -> None:
        self.library.clock.put(start)
        self.log("li", kind, contact=True)

    @precondition(lambda self: len(self.matters) < 3)
    @rule(
        who=st.sampled_from(["li", "zheng", "chen", "sun"]),
        kind=st.sampled_from(KINDS),
        contact=st.booleans(),
    )
    def log(self, who: str, kind: str, contact: bool) -> None:
        desk = self.library.at(who)
        question = Question("问", kind=kind, contact="8805" if contact else "")
        id, entry = requests.log(desk, question).id, desk.profile.kinds[kind]
        due = self.calendar(entry.department).due(self.now, desk.profile.due[entry.due])
        matter = Matter(id, kind, who, who, entry.department, due, contact, self.now)
        matter.scope = matter.department if entry.confidential else None
        self.matters.append(matter)
        self.did(who, "logged", self.matters[-1])

    @rule(hours=st.sampled_from([1, 3, 7, 20, 50, 200]))
    def later(self, hours: int) -> None:
        self.library.clock.move(hours=hours)

    @rule(n=which, minutes=st.sampled_from([-1, 1, 1]))
    def until_due(self, n: int, minutes: int) -> None:
        """A minute before or behind the moment that somebody must keep."""
        matter = self.picked(n, lambda m: not m.closed and m.waits is None)
        self.library.clock.at = max(self.now, matter.due + timedelta(minutes=minutes))

    @precondition(lambda self: all(act.what != "extended" for act in self.acts[-3:]))
    @rule(n=st.integers(0, 3))
    def extend_late_and_again(self, n: int) -> None:
        self.until_due(n, 1)
        for _ in range(2):
            self.extend(n, "lead", "parts")  # of what is confidential, in vain
            self.how_they_stand_is_remembered()

    @precondition(lambda self: any(m.tell_by and not m.told for m in self.matters))
    @rule(minutes=st.sampled_from([-1, 1]))
    def tell_at_the_last_moment(self, minutes: int) -> None:
        matter = next(m for m in self.matters if m.tell_by and not m.told)
        assert matter.tell_by is not None
        self.library.clock.at = max(self.now, matter.tell_by + timedelta(minutes=minutes))
        self.tell(0, "whoever may")

    @rule(n=which, who=hands, reason=st.sampled_from([*["parts"] * 6, "nonsense", None]))
    def extend(self, n: int, who: str, reason: str | None) -> None:
        matter = self.picked(n, lambda m: not m.closed and m.waits is None)
        who, desk = self.hand(who, matter)
        late, lead = self.time_is_up(matter), reaches(who, Role.SHIFT_LEAD)
        reasons = self.ours(matter, who).when(reason is None, "ReasonMissing")
        reasons.when(reason == "nonsense", "CodeUnknown")
        reasons.when(matter.waits is not None, "RequestWaiting")
        reasons.when(late and not lead, "ExtensionLate")
        reasons.when(matter.extended > 0 and not lead, "LeadMissing")
        if self.tried(reasons, lambda: extensions.extend(desk, matter.id, reason)):
            calendar, days = self.calendar(matter.department), self.rule_of(matter).days or 1
            end = self.now if late else matter.due - timedelta.resolution
            matter.due = calendar.end_after(end, days)
            if matter.late or late:
                self.done["extended late" if late else "extended in time, late before"] += 1
            matter.extended, matter.late = matter.extended + 1, matter.late or late
            self.did(who, "extended", matter)

    @rule(n=which, who=hands, outside=st.booleans())
    def wait(self, n: int, who: str, outside: bool) -> None:
        matter = self.picked(n, lambda m: not m.closed and m.waits is None)
        who, desk = self.hand(who, matter)
        reasons = self.ours(matter, who).when(matter.waits is not None, "RequestWaiting")
        act = waiting.wait_outside if outside else waiting.wait_for_reader
        if self.tried(reasons, lambda: act(desk, matter.id)):
            matter.late = matter.late or self.time_is_up(matter)
            matter.waits, matter.since = "outside" if outside else "reader", self.now
            matter.chase = self.usual_chase(matter)
            self.did(who, "waiting", matter)

    @precondition(lambda self: any(m.waits for m in self.matters))
    @rule(n=which, who=hands)
    def chase(self, n: int, who: str) -> None:
        matter = self.picked(n, lambda m: m.waits)
        who, desk = self.hand(who, matter)
        reasons = self.ours(matter, who).when(matter.waits is None, "NotWaiting")
        if self.tried(reasons, lambda: waiting.chase(desk, matter.id)):
            matter.chase = self.usual_chase(matter)
            self.did(who, "chased", matter)

    @precondition(lambda self: any(m.waits for m in self.matters))
    @rule(n=which, who=hands)
    def resume(self, n: int, who: str) -> None:
        matter = self.picked(n, lambda m: m.waits)
        who, desk = self.hand(who, matter)
        reasons = self.ours(matter, who).when(matter.waits is None, "NotWaiting")
        if self.tried(reasons, lambda: waiting.resume(desk, matter.id)):
            assert matter.since is not None
            matter.late = matter.late or self.time_is_up(matter)
            if matter.since < min(matter.due, self.now):
                calendar = self.calendar(matter.department)
                left = calendar.minutes(matter.since, matter.due)  # all moments are whole minutes
                matter.due = calendar.later(self.now, left)
            matter.waits = matter.since = matter.chase = None
            self.did(who, "resumed", matter)

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
            matter.late = matter.late or self.time_is_up(matter)
            matter.stage += 1
            matter.waits = matter.since = matter.chase = None
            if self.stages(matter)[matter.stage].outside:
                matter.waits, matter.since = "outside", self.now
                matter.chase = self.usual_chase(matter)
            else:
                matter.due = self.calendar(matter.department).end_after(self.now, 1)
            self.did(who, "staged", matter)

    @rule(n=which, who=st.sampled_from(["lead", "lead", "li"]))
    def find_complex(self, n: int, who: str) -> None:
        matter = self.picked(n, lambda m: not m.closed and m.kind == "complaint")
        reasons = self.ours(matter, who).role(who, Role.SHIFT_LEAD)
        fits = self.rule_of(matter).complex_days is not None and not matter.found_complex
        reasons.when(not fits, "NotComplex")
        lead = self.library.at(who)
        if self.tried(reasons, lambda: extensions.find_complex(lead, matter.id, "涉及多人")):
            matter.late = matter.late or self.time_is_up(matter)
            matter.found_complex = True
            matter.due = max(matter.due, self.by_rule(matter))
            self.did(who, "found_complex", matter)

    @rule(n=which, who=hands, department=st.sampled_from(["office", "technology", "information"]))
    def join(self, n: int, who: str, department: str) -> None:
        matter = self.picked(n, lambda m: not m.closed)
        who, desk = self.hand(who, matter)
        there = department in (matter.department, *matter.involved)
        reasons = self.ours(matter, who).when(there, "JoinedAlready")
        reasons.when(matter.secret, "ConfidentialStays")
        lead = reaches(who, Role.SHIFT_LEAD)
        reasons.when(self.time_is_up(matter) and not lead, "ExtensionLate")
        if self.tried(reasons, lambda: extensions.join(desk, matter.id, department)):
            matter.late = matter.late or self.time_is_up(matter)
            matter.involved.add(department)
            matter.due = max(matter.due, self.by_rule(matter))
            self.did(who, "joined", matter)

    @rule(
        n=which,
        who=hands,
        kind=st.sampled_from(KINDS),
        mark=st.sampled_from([None, None, True, False]),
        reason=st.sampled_from([*["误选"] * 6, " "]),
    )
    def correct(self, n: int, who: str, kind: str, mark: bool | None, reason: str) -> None:
        matter = self.picked(n, lambda m: not m.closed)
        who, desk = self.hand(who, matter)
        reasons = self.concerned(matter, who).when(reason == " ", "ReasonMissing")
        other, secret = kind != matter.kind, matter.secret if mark is None else mark
        scope = (matter.scope or matter.department) if secret or kind == SECRET else None
        reasons.when(not other and scope == matter.scope, "NothingCorrected")
        strays = other and kind == SECRET and scope != "reading"
        strays |= scope is not None and not matter.secret and bool(matter.involved)
        reasons.when(strays, "ConfidentialStays")
        due, more = self.by_right_kind(matter, kind) if other else (matter.due, 0)
        late, lead = self.time_is_up(matter), reaches(who, Role.SHIFT_LEAD)
        given = not matter.closed and late and due > matter.due
        reasons.when(given and not lead, "ExtensionLate")
        right = Correction(kind=kind, confidential=mark)
        if self.tried(reasons, lambda: corrections.correct(desk, matter.id, right, reason)):
            self.done["confided"] += scope is not None and not matter.secret
            self.done["told openly"] += scope is None and matter.secret
            matter.scope = scope
            if other:
                matter.kind, matter.stage = kind, 0
            if other and not matter.closed:
                matter.due, matter.late = due, matter.late or late
                self.done["corrected, moved before"] += more > 0
            self.did(who, "corrected", matter)

    @precondition(lambda self: self.acts[-1].what != "told_reader")
    @rule(n=which, who=hands)
    def tell(self, n: int, who: str) -> None:
        matter = self.picked(n, lambda m: m.closed and m.contact and not m.told)
        who, desk = self.hand(who, matter)
        reasons = self.concerned(matter, who).when(not matter.contact, "NobodyToTell")
        reasons.when(matter.told, "ToldAlready")
        if not self.tried(reasons, lambda: telling.tell(desk, matter.id, "phone")):
            return
        if matter.closed or self.arrived(matter):
            late = matter.tell_by is not None and self.now > matter.tell_by
            self.done["told late, never before"] += late and not matter.late
            self.done["told in time, late before"] += matter.late and not late
            matter.told, matter.tell_by, matter.late = True, None, matter.late or late
        self.did(who, "told_reader", matter)

    @rule(n=which, who=hands)
    def close(self, n: int, who: str) -> None:
        matter = self.picked(n, lambda m: not m.closed)
        who, desk = self.hand(who, matter)
        ending, ahead = Ending("done", "好"), matter.kind == "purchase" and not self.arrived(matter)
        reasons = self.ours(matter, who).when(ahead, "StageAhead")
        if self.tried(reasons, lambda: endings.close(desk, matter.id, ending)):
            matter.late = matter.late or self.time_is_up(matter)
            matter.closed = True
            matter.waits = matter.since = matter.chase = None
            if matter.contact and not matter.told:
                matter.tell_by = self.calendar(matter.department).end_after(self.now, 1)
            self.did(who, "closed", matter)

    @precondition(lambda self: any(m.closed for m in self.matters))
    @rule(n=which, who=hands)
    def reopen(self, n: int, who: str) -> None:
        matter = self.picked(n, lambda m: m.closed)
        who, desk = self.hand(who, matter)
        reasons = self.concerned(matter, who).when(not matter.closed, "RequestOpen")
        reasons.when(matter.withdrawn, "RequestWithdrawn")
        if self.tried(reasons, lambda: endings.reopen(desk, matter.id, "再办")):
            matter.late = matter.late or self.time_is_up(matter)
            if matter.stage and not self.stages(matter)[matter.stage].due:
                matter.stage = 0
            matter.due, matter.extended = self.by_rule(matter, self.now), 0
            matter.closed = matter.told = matter.withdrawn = False
            matter.tell_by = None
            self.did(who, "reopened", matter)

    @rule(n=which, who=hands, effort=st.sampled_from([3, 3, 9]))
    def rate(self, n: int, who: str, effort: int) -> None:
        matter = self.picked(n, lambda m: m.closed)
        who, desk = self.hand(who, matter)
        reasons = self.concerned(matter, who).when(effort == 9, "RatingWrong")
        reasons.when(not matter.closed, "RequestOpen")
        if self.tried(reasons, lambda: telling.rate(desk, matter.id, effort=effort)):
            matter.rated = True
            self.did(who, "rated", matter)

    @precondition(lambda self: self.acts[-1].what != "handed over")
    @rule(n=which, to=st.sampled_from(["li", "chen", "technology", "lead", "sun"]))
    def hand_over(self, n: int, to: str) -> None:
        """Offered and accepted: the acts themselves are in test_request_states."""
        matter = self.picked(n, lambda m: not m.closed and m.responsible != to)
        if matter.closed or matter.responsible == to:
            return
        giver, taker = self.library.at(matter.responsible), self.library.id(to)
        strays = matter.scope not in (None, PEOPLE[to].departments[0])
        reasons = Reasons().when(strays, "ConfidentialStays")

        def offer() -> object:
            return handovers.hand_over(giver, matter.id, to=taker, reason="duty")

        if self.tried(reasons, offer):
            handovers.accept(self.library.at(to), matter.id)
            late = self.time_is_up(matter)
            self.undertakes(matter, PEOPLE[to].departments[0])
            matter.responsible = to
            if not late:
                matter.due = max(matter.due, self.by_rule(matter))
            self.did(to, "handed over", matter)
            self.library.clock.move(minutes=11)  # nobody undoes it

    # what holds after each

    @invariant()
    def rows_are_as_the_model_says(self) -> None:
        for matter in self.matters:
            row = self.library.row(matter.id)
            steps = self.stages(matter)
            seen = record(self.library.at("lead"), matter.id)
            assert row["responsible"] == self.library.id(matter.responsible)
            assert row["scope"] == matter.scope
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
            assert seen.overdue == self.time_is_up(matter)
        assert differs_from_ledger(self.library.desk) == []

    @invariant()
    def lists_are_as_the_model_says(self) -> None:
        wanted = {
            "overdue": [not m.closed and self.time_is_up(m) for m in self.matters],
            "to_chase": [
                m.chase is not None
                and m.chase <= self.now
                and (m.responsible == "li" or "reader_services" in (m.department, *m.involved))
                for m in self.matters
            ],
            "to_tell": [
                m.tell_by is not None
                and (m.responsible == "li" or "reader_services" in (m.department, *m.involved))
                for m in self.matters
            ],
        }
        for which, those in wanted.items():
            assert RequestList(self.library.at("li"), which).count() == sum(those), which


def test_any_steps_in_any_order(founded: Library) -> None:
    Steps.founded, Steps.done = founded, Counter()
    wanted = (*(f"request.{step}" for step in STEPS), *SITUATIONS)
    run_until_shown(Steps, wanted, examples=10, seeds=(4, 17))
