"""Whether somebody is let in (签到): decided within one act, and written in it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from db import door_pages, scans
from db.clock import stamp
from db.door_pages import Counts, Guest, Meeting
from db.facts import Draft
from db.ledger import Act
from db.signup_rows import LIVE
from db.signups import CANCELLED, IN, INWARD, OUTWARD, WHOLE, draft, subject_of
from deskapp import event_views, signup_rules, whose
from deskapp.desk import Desk, Refusal
from deskapp.door_codes import Keys, Scanned
from deskapp.readers import masked_number
from deskapp.signup_rules import DOOR, Outsider, Wish
from deskapp.verdicts import Asked, Case, Verdict, open_question, shown

ALLOWED = "event.allowed"
"""of a door it says what `was` before"""
TICKET = "ticket"
"""where the sign-up of who came with a true ticket is from that nobody here had heard of"""


@dataclass(frozen=True, slots=True)
class Doorway:
    """Where it is decided: a door of a session, and who stands there."""

    desk: Desk
    keys: Keys
    meeting: Meeting
    name: str
    volunteer: str

    def judge(self, act: Act, case: Case, *, fresh: bool) -> Verdict:
        """What is said to a case, and written; what is asked is written of a `fresh` one only."""
        return _Judgement(self, act, case, act.at.astimezone(self.desk.zone), fresh).judge()

    def refuse(self, act: Act, why: str, read: Scanned, signup: str | None = None) -> None:
        """Write that a scan let nobody in, and why."""
        meeting, code = self.meeting, masked_code(read)
        where = (meeting.event, meeting.session, self.name)
        subject = act.new_subject("scan")
        act.record_all([scans.draft(subject, *where, why, code, signup=signup)])

    def again(self, act: Act, read: Scanned) -> Verdict:
        """The same code as just now: nothing but whose it is."""
        meeting, subject = self.meeting, next(iter(read.subjects), None)
        self.refuse(act, "twice", read, subject)
        name = read.reader.name if read.reader else ""
        if len(read.subjects) == 1:
            found = door_pages.of_subjects(act.connection, meeting.session, read.subjects)
            name = next((each.name for each in found if each.name), name)
        name = shown(meeting, name)
        code = "" if name else masked_code(read)
        return Verdict("twice", act.at.astimezone(self.desk.zone), name, code)


def masked_code(read: Scanned) -> str:
    """What was read, as far as one may see it; the end of a ticket."""
    return masked_number(read.code) if len(read.code) <= 20 else f"*{read.code[-4:]}"


def free(meeting: Meeting, counts: Counts, now: str) -> int | None:
    """Places that are nobody's; None without a limit. From its beginning on a session has those
    again of who has not come.
    """
    if meeting.capacity is None:
        return None
    there = counts.inside if meeting.exits else counts.came
    return meeting.capacity - (there if now >= meeting.begins else counts.expected)


@dataclass(slots=True)
class _Judgement:
    way: Doorway
    act: Act
    case: Case
    now: datetime
    fresh: bool

    @property
    def _meeting(self) -> Meeting:
        return self.way.meeting

    def judge(self) -> Verdict:
        case, read = self.case, self.case.scanned
        if self._meeting.cancelled:
            return self._no(
                "cancelled", refusal=Refusal("EventCancelled", event=self._meeting.title)
            )
        if read.why:
            said = replace(self._no(read.why), since=read.moment, refusal=read.refusal)
            return replace(said, replaced=read.replaced)
        by_subject = self._guests(read.subjects)
        if len(read.subjects) > 1:
            some = [s for s in read.subjects if self._here(by_subject.get(s, []), LIVE)]
            some = some or list(read.subjects)
            if len(some) > 1:
                names = tuple(self._told(by_subject.get(each, [])) for each in some)
                return self._ask(Asked("who", options=names, keys=tuple(some)))
            case.scanned = read = read.of(some[0])
        rows = by_subject.get(read.subjects[0], []) if read.subjects else []
        guest = self._here(rows, LIVE)
        if guest is None:
            return self._without(rows)
        return self._with(guest)

    def _guests(self, subjects: tuple[str, ...]) -> dict[str, list[Guest]]:
        found: dict[str, list[Guest]] = {}
        if subjects:
            connection = self.act.connection
            for each in door_pages.of_subjects(connection, self._meeting.session, subjects):
                found.setdefault(each.subject, []).append(each)
        return found

    def _here(self, rows: list[Guest], statuses: tuple[str, ...]) -> Guest | None:
        """The sign-up that counts at this door: one with a place before one that waits."""
        ours = [
            each
            for each in rows
            if each.session in (self._meeting.session, WHOLE) and each.status in statuses
        ]
        return min(ours, key=lambda each: statuses.index(each.status), default=None)

    def _told(self, rows: list[Guest]) -> str:
        """Whom a volunteer asks for, where several fit."""
        if not rows:
            return "*"
        name, number = shown(self._meeting, rows[0].name), masked_number(rows[0].number or "")
        return "  ".join(filter(None, (name, rows[0].college, number)))

    # who has not signed up for this

    def _without(self, rows: list[Guest]) -> Verdict:
        read = self.case.scanned
        if read.places and not rows:
            return self._with_ticket(read)
        if self.case.walk_in:
            return self._walk_in(rows)
        other = next((each for each in rows if each.status in LIVE), None)
        given_up = self._here(rows, (CANCELLED,))
        if other is not None:
            theirs = door_pages.meeting(self.act.connection, self._meeting.event, other.session)
            since = self.way.desk.local(theirs.begins) if theirs else None
            return self._no("other_session", other, since=since)
        if given_up is not None:
            return self._no("cancelled", given_up)
        reader = read.reader
        name = shown(self._meeting, reader.name) if reader else ""
        college = reader.college if reader else ""
        return self._no("unknown", name=name, college=college)

    def _with_ticket(self, read: Scanned) -> Verdict:
        """A true ticket of a sign-up that has not arrived here: it says all that is needed."""
        subject = read.subjects[0]
        said = {"session": self._meeting.session, "patron": None, "places": read.places}
        made = draft("signup.made", subject, {**said, "waiting": False, "source": TICKET})
        return self._pass(self._new(subject, None, "", read.places), [made])

    def _new(self, subject: str, patron: str | None, name: str, places: int = 1) -> Guest:
        """A sign-up that is about to be made."""
        reader = self.case.scanned.reader
        college = reader.college if reader else None
        who = (patron, name, None, college, places, IN, None)
        return Guest(subject, self._meeting.session, *who, stamp(self.act.at), 0, 0, None, None)

    def _walk_in(self, rows: list[Guest]) -> Verdict:
        """Sign up whoever has not, and let them in."""
        read, meeting, case = self.case.scanned, self._meeting, self.case
        if read.reader is None and not read.number and case.stranger is None:
            return self._no("unknown")
        if not meeting.walk_ins:
            return self._no("full", refusal=Refusal("WalkInsClosed"))
        if not self._fits(1):
            return self._no("full")
        try:
            subject, patron, words = self._who()
        except Refusal as refusal:
            return self._no("refused", refusal=refusal)
        if not rows and (known := self._guests((subject,)).get(subject)):
            guest = self._here(known, LIVE)
            if guest is not None:
                return self._with(guest)
        name = read.reader.name if read.reader else words.get("name") or ""
        guest = self._new(subject, patron, name)
        asked = open_question(meeting, case.answers, None)
        if asked is not None:
            return self._ask(asked, guest)
        if case.answers:
            words["answers"] = dict(case.answers)
        said = {"session": meeting.session, "patron": patron, "places": 1, "waiting": False}
        about = whose.words(self.act, subject, patron)
        made = draft("signup.made", subject, {**said, "source": DOOR}, words, person=about)
        return self._pass(guest, [made, *self._allowed(1)], how="walk_in")

    def _allowed(self, places: int) -> list[Draft]:
        """Whoever has the place of who has not come: with those there are more than places, and in
        whose name the door stands may allow it.
        """
        meeting, heads = self._meeting, self._counts().expected + places
        if meeting.capacity is None or heads <= max(meeting.capacity, meeting.allowed):
            return []
        said = {"session": meeting.session, "heads": heads, "was": meeting.allowed}
        return [Draft(ALLOWED, meeting.event, said)]

    def _who(self) -> tuple[str, str | None, dict[str, Any]]:
        """Whom a sign-up is made for: its subject, the reader, what is confided of who is none."""
        read, meeting = self.case.scanned, self._meeting
        if read.reader is not None:
            wish = Wish(meeting.event, reader=read.reader.id, session=meeting.session, source=DOOR)
        elif self.case.stranger is not None:
            name, phone = self.case.stranger
            who = Outsider(name, phone)
            wish = Wish(meeting.event, outsider=who, session=meeting.session, source=DOOR)
        else:
            subject = subject_of(self.way.keys.event, meeting.event, read.number)
            return subject, None, {"number": read.number}
        event = event_views.row_of(self.act.connection, meeting.event)
        person = signup_rules.person(self.act, wish)
        signup_rules.refuse_uninvited(self.way.desk, self.act.connection, event, person.patron)
        if person.patron is not None:
            return person.subject, person.patron, {}
        return person.subject, None, {"name": person.name, "phone": person.phone or None}

    # who has

    def _with(self, guest: Guest) -> Verdict:
        if guest.status == IN:
            return self._pass(guest, [])
        fits = self._fits(guest.places)
        if not self.case.walk_in:
            return self._no("waiting", guest, walk_in=fits)
        if not fits:
            return self._no("full", guest)
        promoted = draft("signup.promoted", guest.subject, {"session": guest.session})
        return self._pass(guest, [promoted, *self._allowed(guest.places)], how="walk_in")

    def _pass(self, guest: Guest, before: list[Draft], how: str = "") -> Verdict:
        """In or out, once all that has to be asked is answered."""
        meeting, case = self._meeting, self.case
        there = guest.inside if meeting.exits else guest.came
        rest, kind = guest.places - there, INWARD
        if meeting.exits and there:
            if rest > 0 and not case.way:
                return self._ask(Asked("way", keys=(INWARD, OUTWARD), options=("in", "out")), guest)
            kind = case.way or OUTWARD
        elif rest <= 0:
            since = self.way.desk.local(guest.first_at) if guest.first_at else None
            return self._no("already", guest, since=since, door=guest.first_door or "")
        if kind == INWARD:
            asked = open_question(meeting, case.answers, guest.answers)
            if asked is not None:
                return self._ask(asked, guest)
        many = rest if kind == INWARD else there
        if many > 1 and case.heads is None:
            return self._ask(Asked("heads", most=many), guest)
        heads = min(case.heads or 1, many)
        if case.answers and not any(each.kind == "signup.made" for each in before):
            before = [*before, self._answered(guest)]
        self.act.record_all([*before, self._passed(guest, kind, heads, how)])
        counts = self._counts()
        return Verdict(
            "admitted" if kind == INWARD else "out",
            self.now,
            shown(meeting, guest.name),
            college=guest.college or "",
            ordinal=counts.came,
            heads=heads,
            rest=many - heads,
            counts=counts,
        )

    def _answered(self, guest: Guest) -> Draft:
        words = {"added": dict(self.case.answers)}
        about = whose.words(self.act, guest.subject, guest.patron)
        said = {"session": guest.session}
        return draft("signup.changed", guest.subject, said, words, person=about)

    def _passed(self, guest: Guest, kind: str, heads: int, how: str) -> Draft:
        read = self.case.scanned
        said: dict[str, Any] = {"session": self._meeting.session, "door": self.way.name}
        said |= {"heads": heads, "places": guest.places, "how": how or read.how}
        if read.serial:
            said["serial"] = read.serial
        if self.way.volunteer:
            said["volunteer"] = self.way.volunteer
        return draft("door.admitted" if kind == INWARD else "door.left", guest.subject, said)

    # what is said

    def _counts(self) -> Counts:
        meeting = self._meeting
        return door_pages.counts(self.act.connection, meeting.event, meeting.session)

    def _fits(self, places: int) -> bool:
        left = free(self._meeting, self._counts(), stamp(self.act.at))
        return left is None or places <= left

    def _ask(self, asked: Asked, guest: Guest | None = None) -> Verdict:
        if self.fresh:
            signup = guest.subject if guest else None
            self.way.refuse(self.act, "ask", self.case.scanned, signup)
        name = shown(self._meeting, guest.name) if guest else ""
        college = (guest.college or "") if guest else ""
        return Verdict("ask", self.now, name, college=college, asked=asked, counts=self._counts())

    def _no(self, what: str, guest: Guest | None = None, **more: Any) -> Verdict:
        signup = guest.subject if guest else None
        self.way.refuse(self.act, what, self.case.scanned, signup)
        if guest is not None:
            more |= {"name": shown(self._meeting, guest.name), "college": guest.college or ""}
        read = self.case.scanned
        if what in ("unknown", "cancelled", "other_session") and not self.case.walk_in:
            known = read.reader is not None or bool(read.number)
            more["walk_in"] = known and bool(self._meeting.walk_ins) and self._fits(1)
        if not more.get("name"):
            more["code"] = masked_code(read)
        return Verdict(what, self.now, counts=self._counts(), **more)
