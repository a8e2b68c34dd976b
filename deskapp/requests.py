"""Requests under first-responder accountability (首问责任制).

Whoever is asked first owns the matter until it is closed or another has accepted it. An open
request has exactly one person responsible, always; nobody is told "no"; every handover is
written. The rules are those of Chinese libraries' 首问责任制 regulations.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from db import incomplete
from db import readers as stored_readers
from db.clock import stamp
from db.numbering import next_number
from db.requests import draft
from deskapp import endings, matter, shifts
from deskapp.desk import Desk, Refusal, Role
from deskapp.drafts import Slip
from deskapp.endings import Ending

LOGGING = Role.STUDENT_ASSISTANT
"""who may put a request on record"""


@dataclass(frozen=True, slots=True)
class Logged:
    """A request is on record."""

    id: str
    number: str
    due: datetime
    due_known: bool
    """False where the due time rests on holidays that are not published yet"""
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What is logged. All but the words has a usual value."""

    words: str
    kind: str | None = None
    department: str | None = None
    channel: str | None = None
    patron: str | None = None
    contact: str = ""
    received: datetime | None = None
    """when it was asked, if that was not now"""
    first_responder: str | None = None
    """whoever was asked first, if not the operator; if two were asked, the senior"""
    urgent: bool = False
    confidential: bool = False
    """as of a confidential kind (仅承办人可见), because whoever asks wants it so"""
    incomplete: bool = False
    """logged in a hurry, to be completed before the shift is handed over"""
    told: tuple[str, ...] = ()
    """what the reader was told to bring, of the kind's list (一次性告知)"""


def may_close(desk: Desk, kind: str) -> bool:
    """Whether the operator may close a request of this kind as it is logged."""
    return desk.may(Role.LIBRARIAN) or desk.profile.kinds[kind].assistants


def log(
    desk: Desk, question: Question, ending: Ending | None = None, slip: Slip | None = None
) -> Logged:
    """Put on record what was asked, and if it was answered on the spot, how. The `slip` on which it
    was written goes with the same act.

    Refuses QuestionMissing, CodeUnknown, StaffUnknown, FirstResponderMissing (a student assistant
    logs for the librarian in charge), FirstResponderAway (who is not on duty here is named only in
    a back-dated entry of a librarian's, or by a shift lead), ReceivedLater, PatronUnknown,
    RoleTooLow (a student assistant closes only what the profile lets assistants close), and as
    `close`.
    """
    operator = desk.require(LOGGING)
    words = question.words.strip()
    if not words:
        raise Refusal("QuestionMissing")
    profile = desk.profile
    kind = matter.known(question.kind or profile.usual.kind, profile.kinds)
    entry = profile.kinds[kind]
    department = matter.known(question.department or entry.department, profile.departments)
    if entry.confidential and department != entry.department:
        raise Refusal("ConfidentialStays", number="")
    scope = department if entry.confidential or question.confidential else None
    channel = matter.known(question.channel or profile.usual.channel, profile.channels)
    told = [matter.known(each, entry.told) for each in question.told]
    if ending and not may_close(desk, kind):
        desk.require(Role.LIBRARIAN)
    agreed = endings.agreed_by(desk, ending) if ending else None
    now = desk.now()
    received = (question.received or now).astimezone(desk.zone)
    if received > now:
        raise Refusal("ReceivedLater")
    calendar = desk.calendar(department)
    due = calendar.due(received, profile.due[entry.due])
    with desk.act() as act:
        first = _first_responder(act.connection, desk, question)
        patron_type = None
        if question.patron is not None:
            reader = stored_readers.by_subject(act.connection, question.patron)
            if reader is None or reader.number is None:
                raise Refusal("PatronUnknown")
            patron_type = reader.type
        subject = act.new_subject("request")
        number = next_number(act.connection, "request", desk.code, received.year)
        logged = draft(
            "request.logged",
            subject,
            {
                "year": received.year,
                "number": number,
                "received_at": stamp(received),
                "backdated": int(question.received is not None),
                "channel": channel,
                "kind": kind,
                "department": department,
                "patron": question.patron,
                "patron_type": patron_type,
                "first_responder": first,
                "responsible": first,
                "due_at": stamp(due),
                "told": told,
                **({"urgent": 1} if question.urgent else {}),
            },
            matter.kept({"question": words, "contact": question.contact.strip() or None}),
            person=None if scope else question.patron,
            scope=scope,
        )
        hurried = [incomplete.noted(subject, operator.id)] if question.incomplete else []
        act.record_all([logged, *hurried])
        if ending is not None:
            on_record = matter.find(act.connection, subject)
            endings.end(act, desk, on_record, ending, agreed, at=question.received and received)
        if slip is not None:
            slip.take_away(act)
    known = calendar.known(due.year)
    label = matter.number_of(desk, desk.code, number, received.year)
    return Logged(subject, label, due, known, closed=ending is not None)


def _first_responder(connection: Connection, desk: Desk, question: Question) -> str:
    """The operator, or for a student assistant the librarian in charge of the shift; whoever else
    is named was there: on duty while a shift runs.
    """
    named = question.first_responder
    if named is None:
        if desk.may(Role.LIBRARIAN):
            return desk.whoever().id
        in_charge = shifts.in_charge_by(desk, connection)
        if in_charge is None:
            raise Refusal("FirstResponderMissing")
        return in_charge.id
    person = matter.active(connection, named, Role.LIBRARIAN)
    backdated = question.received is not None and desk.may(Role.LIBRARIAN)
    if not backdated and not shifts.may_be_named_by(desk, connection, person.id):
        raise Refusal("FirstResponderAway", name=person.name)
    return person.id
