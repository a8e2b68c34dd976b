"""A door (入场): whoever's ticket, card or number is scanned is let in, or told why not.

Every scan is a fact, one that lets nobody in too, and its verdict is told when that is on the disk.
A volunteer decides nothing: what is to be asked is asked by the program, and answered by digits.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from db import door_pages, undoing
from db.clock import stamp
from db.door_pages import Counts, Meeting
from db.facts import Draft, Fact
from db.ledger import Act
from db.signups import draft
from deskapp import door_codes, event_views, exchanges
from deskapp.admissions import ALLOWED, Doorway, free
from deskapp.desk import Desk, Refusal, Role
from deskapp.door_codes import Scanned
from deskapp.verdicts import Case, Verdict, shown

__all__ = ["ADMITTING", "Counts", "Door", "Meeting", "Verdict", "chosen", "meetings"]

ADMITTING = Role.STUDENT_ASSISTANT
"""in whose name people may be let in"""
TWICE = timedelta(seconds=5)
"""in which the same code again is the same scan"""
LATELY = timedelta(minutes=1)
"""for which those are counted whom a door has let in"""
SOON = timedelta(hours=1)
"""before a session begins, when its door may open by itself"""


def meetings(desk: Desk, event: str) -> list[Meeting]:
    """The sessions of an event (`event:<id>`), by time."""
    with desk.reading() as connection:
        return door_pages.meetings(connection, event)


def chosen(desk: Desk, event: str, session: str | None = None) -> Meeting:
    """The session of a door: by its id, or its number among all of the event; else the one that is
    on, or begins within the hour.

    Refuses EventUnknown, SessionNotThere(known), EventCancelled, NoSessionNow(next).
    """
    known = meetings(desk, event)
    if not known:
        raise Refusal("EventUnknown", event=event.partition(":")[2])
    if session is not None:
        numbered = {str(number): each for number, each in enumerate(known, 1)}
        found = next((each for each in known if each.session == session), numbered.get(session))
        if found is None:
            raise event_views.not_there(desk.local(each.begins) for each in known)
    else:
        held = [each for each in known if not each.cancelled]
        if not held:
            raise Refusal("EventCancelled", event=known[0].title)
        now, soon = stamp(desk.now()), stamp(desk.now() + SOON)
        found = next((each for each in held if each.begins <= soon and each.until > now), None)
        if found is None:
            later = [desk.local(each.begins) for each in held if each.begins > now]
            raise Refusal("NoSessionNow", next=f"{later[0]:%m-%d %H:%M}" if later else "—")
    if found.cancelled:
        raise Refusal("EventCancelled", event=known[0].title)
    return found


class Door:
    """One door of one session, between two scans. People never mix: an answer is of whoever was
    asked last, and of nobody once another code was read.

    `name` is the desk's place where none is said; `volunteer` the id of who stands there. Refuses
    RoleTooLow, and as `chosen`.
    """

    def __init__(
        self,
        desk: Desk,
        event: str,
        session: str | None = None,
        name: str = "",
        volunteer: str = "",
    ) -> None:
        desk.require(ADMITTING)
        self._desk, meeting = desk, chosen(desk, event, session)
        keys = door_codes.keys(desk, event)
        self.way = Doorway(desk, keys, meeting, name or desk.place, volunteer)
        self._lately: dict[str, datetime] = {}
        self._passed: deque[tuple[datetime, int]] = deque()
        self._case: Case | None = None

    @property
    def meeting(self) -> Meeting:
        return self.way.meeting

    @property
    def name(self) -> str:
        return self.way.name

    def on_duty(self, volunteer: str) -> None:
        """Somebody else stands here now."""
        self.way = replace(self.way, volunteer=volunteer)

    # what is scanned, answered, chosen

    def scan(self, code: str, *, scanned: bool = True, heads: int | None = None) -> Verdict:
        """Let in whoever's it is, or say why not. `heads`: so many of a group, where that need not
        be asked. The same code within `TWICE` changes nothing: `twice`, but for a group of whom
        some have come in and some have not.
        """
        return self._decided(Case(self._read(code, scanned), heads), fresh=True)

    def answer(self, text: str) -> Verdict | None:
        """An answer to what was asked last; None where nothing was, or it is no answer to that."""
        case = self._case
        if case is None or not case.answer(text):
            return None
        return self._decided(case)

    def walk_in(
        self, code: str = "", *, scanned: bool = True, name: str = "", phone: str = ""
    ) -> Verdict:
        """Let in somebody who has not signed up, or waits, while there are places (现场报名): whose
        code this is; or who is no reader, by name and telephone; or else whoever stands here, of
        whom the last verdict said that they could be. Refuses ScanFirst.
        """
        case = self._case
        if code:
            case = Case(self._read(code, scanned))
        elif name or phone:
            case = Case(Scanned(f"{name} {phone}".strip(), "walk_in"), stranger=(name, phone))
        elif case is None:
            raise Refusal("ScanFirst")
        case.walk_in = True
        return self._decided(case)

    def _read(self, code: str, scanned: bool) -> Scanned:
        way = self.way
        return door_codes.read(self._desk, way.keys, way.meeting, code.strip(), scanned)

    def _decided(self, case: Case, *, fresh: bool = False) -> Verdict:
        """In one act: what is said is on the disk, and was true when it was written."""
        lately = dict(self._lately)
        with self._desk.act() as act:
            verdict = self._judged(act, case, lately, self._unanswered(), fresh=fresh)
        self._heard(case, verdict, lately)
        return verdict

    def scan_all(self, codes: Sequence[str]) -> list[Verdict]:
        """Codes that came faster than one can be written, in their order, each as by `scan`: all
        are on the disk at once. Where something keeps that from being, each is tried by itself.
        """
        lately = dict(self._lately)
        told: list[tuple[Case, Verdict]] = []
        open_ = self._unanswered()
        try:
            cases = [Case(self._read(code, scanned=True)) for code in codes]
            with self._desk.act() as act:
                for case in cases:
                    act.another()
                    verdict = self._judged(act, case, lately, open_, fresh=True)
                    told.append((case, verdict))
                    if verdict.what != "twice":
                        open_ = case if verdict.asked else None
        except Refusal:
            return [self._alone(code) for code in codes]
        for case, verdict in told:
            self._heard(case, verdict, lately)
        return [verdict for _, verdict in told]

    def _alone(self, code: str) -> Verdict:
        try:
            return self.scan(code)
        except Refusal as refusal:
            return Verdict("refused", self._desk.now(), refusal=refusal)

    def _unanswered(self) -> Case | None:
        """Whoever was asked something last, and has not answered."""
        return self._case if self._case is not None and self._case.asked is not None else None

    def _judged(
        self,
        act: Act,
        case: Case,
        lately: dict[str, datetime],
        open_: Case | None,
        *,
        fresh: bool,
    ) -> Verdict:
        """`open_`: whoever is passed over by a fresh code is asked again by their own."""
        subjects = case.scanned.subjects
        # A code that lets nobody in says nothing of the next one of the same person: who is told
        # that another ticket was given out shows that one.
        known = len(subjects) == 1 and not case.scanned.why
        key = subjects[0] if known else case.scanned.code
        now = act.at.astimezone(self._desk.zone)
        meeting = door_pages.meeting(act.connection, self.meeting.event, self.meeting.session)
        if meeting is not None and meeting != self.meeting:
            self.way = replace(self.way, meeting=meeting)
        if fresh:
            twice = _is_twice(lately, key, now)
            lately.pop(key, None)
            lately[key] = now
            if twice:
                return self.way.again(act, case.scanned)
            if open_ is not None:
                _forget(lately, open_)
        verdict = self.way.judge(act, case, fresh=fresh)
        if verdict.rest:  # of a group: the others come with the same code, and right away
            _forget(lately, case)
        return verdict

    def _heard(self, case: Case, verdict: Verdict, lately: dict[str, datetime]) -> None:
        """What was written is remembered until the next code."""
        self._lately = lately
        if verdict.what == "admitted":
            self._passed.append((verdict.at, verdict.heads))
        if verdict.what != "twice":
            case.asked = verdict.asked
            self._case = case if verdict.asked or verdict.walk_in else None

    # undone

    def undo(self) -> Verdict:
        """As if the last one whom this door let in or out had not come; a sign-up that was made for
        it is withdrawn. Refuses NothingToUndo(minutes).
        """
        minutes = self._desk.profile.limits.undo_minutes
        with self._desk.act() as act:
            now = act.at.astimezone(self._desk.zone)
            where = (self.meeting.event, self.meeting.session, self._desk.code, self.name)
            since = stamp(now - timedelta(minutes=minutes))
            facts = door_pages.last_act(act.connection, *where, since)
            if not facts:
                raise Refusal("NothingToUndo", minutes=minutes)
            began = door_pages.is_first(act.connection, facts[0])
            act.record_all([_undoing(each, act.actor, began) for each in reversed(facts)])
            act.record_all(_no_more_allowed(act, self.meeting.event, self.meeting.session))
            found = door_pages.of_subjects(act.connection, self.meeting.session, [facts[0].subject])
        self._lately.clear()
        if self._passed and facts[-1].kind == "door.admitted":
            self._passed.pop()
        self._case = None
        name = shown(self.meeting, found[0].name) if found else ""
        return Verdict("undone", now, name, counts=self.counts())

    # how it stands

    def counts(self) -> Counts:
        """People of the session: expected, waiting, come, inside."""
        with self._desk.reading() as connection:
            return door_pages.counts(connection, self.meeting.event, self.meeting.session)

    def places(self, counts: Counts) -> tuple[int, datetime | None] | None:
        """How many places walk-ins may have, and where there is none the moment from which they
        have those of who has not come; None where they have none ever, or as many come as want to.
        """
        meeting, now = self.meeting, self._desk.now()
        left = free(meeting, counts, stamp(now)) if meeting.walk_ins else None
        if left is None:
            return None
        begins = self._desk.local(meeting.begins)
        return max(0, left), begins if left <= 0 and now < begins else None

    def lately(self) -> int:
        """How many it has let in in the last minute, since it was opened."""
        now = self._desk.now()
        while self._passed and abs(now - self._passed[0][0]) > LATELY:
            self._passed.popleft()
        return sum(heads for _, heads in self._passed)

    def known(self) -> datetime | None:
        """Up to when what other desks did is known here; None at a desk that is alone. A pack is
        told nothing after it was made.
        """
        if self._desk.pack is not None:
            return self._desk.local(self._desk.pack.at)
        with self._desk.reading() as connection:
            success = exchanges.read(connection).success
        return self._desk.local(success) if success else None


def _forget(lately: dict[str, datetime], case: Case) -> None:
    """Their code, read once more, is no repetition."""
    for each in (case.scanned.code, *case.scanned.subjects):
        lately.pop(each, None)


def _is_twice(lately: dict[str, datetime], key: str, now: datetime) -> bool:
    """One that lies on the reader is read again and again."""
    while lately and abs(now - next(iter(lately.values()))) >= TWICE:
        del lately[next(iter(lately))]
    return key in lately


def _undoing(fact: Fact, actor: str | None, began: bool) -> Draft:
    """What began a sign-up does not vanish: it is withdrawn."""
    kind = "signup.withdrawn" if began and fact.kind == "signup.made" else "door.undone"
    said = {"session": fact.says()["session"], "undoes": fact.id, "by": actor}
    return draft(kind, fact.subject, said)


def _no_more_allowed(act: Act, event: str, session: str) -> list[Draft]:
    """What doors have allowed beyond the places comes down to whoever is left, in whatever order
    they undo; what a person has allowed stays.
    """
    meeting = door_pages.meeting(act.connection, event, session)
    if meeting is None or meeting.capacity is None:
        return []
    heads = door_pages.counts(act.connection, event, session).expected
    needed = [heads] if heads > meeting.capacity else []
    said = (each.says() for each in undoing.standing(act.raw, event) if each.kind == ALLOWED)
    by_people = [each["heads"] for each in said if each["session"] == session and "was" not in each]
    left = max([0, *needed, *by_people])
    if left >= meeting.allowed:
        return []
    back = {"session": session, "heads": left, "was": meeting.allowed}
    return [Draft(ALLOWED, event, {**back, "instead": meeting.allowed})]
