"""Requests under first-responder accountability (首问责任制).

Whoever is asked first owns the matter until it is closed or another has accepted it. An open
request has exactly one person responsible, always; nobody is told "no"; every handover is
written. The rules are those of Chinese libraries' 首问责任制 regulations.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from sqlmodel import select

from db import readers as stored_readers
from db import request_pages as pages
from db import staff as stored_staff
from db.clock import stamp
from db.ledger import Act
from db.queries import one
from db.requests import CLOSED, OPEN, Request
from deskapp import staff
from deskapp.desk import Desk, Operator, Refusal, Role
from deskapp.entries import Outcome


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
class Offered:
    """A handover waits for acceptance; until then the giver stays responsible."""

    id: str
    number: str
    to: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Accepted:
    id: str
    number: str
    by: str


@dataclass(frozen=True, slots=True)
class Returned:
    """An offer ended without acceptance. `how`: sent_back, taken_back, lapsed."""

    id: str
    number: str
    how: str


@dataclass(frozen=True, slots=True)
class Closed:
    id: str
    number: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Reopened:
    id: str
    number: str
    due: datetime


@dataclass(frozen=True, slots=True)
class Corrected:
    id: str
    number: str
    first_responder: str


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


@dataclass(frozen=True, slots=True)
class Ending:
    """How a request ends. What else is needed follows from the result's outcome."""

    result: str
    answer: str = ""
    unit: str = ""
    place: str = ""
    telephone: str = ""
    alternative: str = ""
    lead: str | None = None
    """badge of the shift lead who agrees, where the operator is none"""
    lead_pin: str | None = None
    """their PIN, entered here; None: agreed by telephone, to be signed the next workday"""


def number_of(desk: Desk, of: str, number: int) -> str:
    """What people call a request: `0231` at the desk that logged it, `3F-0231` elsewhere."""
    return f"{number:04d}" if of == desk.code else f"{of}-{number:04d}"


def log(desk: Desk, question: Question, ending: Ending | None = None) -> Logged:
    """Put on record what was asked, and if it was answered on the spot, how.

    Refuses QuestionMissing, CodeUnknown, StaffUnknown, FirstResponderMissing (a student assistant
    logs for the librarian in charge), ReceivedLater, PatronUnknown, and as `close`.
    """
    operator = desk.require(Role.STUDENT_ASSISTANT)
    words = question.words.strip()
    if not words:
        raise Refusal("QuestionMissing")
    profile = desk.profile
    kind = _known(question.kind or profile.usual.kind, profile.kinds)
    entry = profile.kinds[kind]
    department = _known(question.department or entry.department, profile.departments)
    channel = _known(question.channel or profile.usual.channel, profile.channels)
    agreed = _agreed(desk, ending) if ending else None
    now = desk.now()
    received = (question.received or now).astimezone(desk.zone)
    if received > now:
        raise Refusal("ReceivedLater")
    calendar = desk.calendar(department)
    due = calendar.due(received, profile.due[entry.due])
    with desk.act() as act:
        first = _first_responder(act.connection, operator, question.first_responder)
        patron_type = None
        if question.patron is not None:
            reader = stored_readers.by_subject(act.connection, question.patron)
            if reader is None or reader.number is None:
                raise Refusal("PatronUnknown")
            patron_type = reader.type
        subject = act.new_subject("request")
        number = pages.next_number(act.connection, desk.code, received.year)
        act.record(
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
                "confidential": int(entry.confidential),
                "patron": question.patron,
                "patron_type": patron_type,
                "first_responder": first,
                "responsible": first,
                "due_at": stamp(due),
            },
            person=question.patron or subject,
            private={"question": words, "contact": question.contact.strip() or None},
        )
        if ending is not None:
            _close(act, desk, _found(act.connection, subject), ending, agreed)
    known = calendar.known(due.year)
    label = number_of(desk, desk.code, number)
    return Logged(subject, label, due, known, closed=ending is not None)


def _known(code: str, table: object) -> str:
    codes = list(table) if hasattr(table, "__iter__") else []
    if code not in codes:
        raise Refusal("CodeUnknown", value=code, known=" ".join(codes))
    return code


def _first_responder(connection: Connection, operator: Operator, named: str | None) -> str:
    if named is None:
        if not operator.role.reaches(Role.LIBRARIAN):
            raise Refusal("FirstResponderMissing")
        return operator.id
    return _active(connection, named, Role.LIBRARIAN).id


def _active(connection: Connection, id: str, least: Role) -> Operator:
    found = stored_staff.by_subject(connection, id)
    if found is None or not found.active:
        raise Refusal("StaffUnknown")
    role = Role(found.role)
    if not role.reaches(least):
        raise Refusal("RoleTooLow", role=role.value, least=least.value)
    return Operator(id, found.badge, found.name, role, tuple(json.loads(found.departments)))


def _found(connection: Connection, id: str) -> Request:
    found = one(connection, select(Request).where(Request.subject == id))
    if found is None:
        raise Refusal("RequestUnknown")
    return found


def _open(connection: Connection, desk: Desk, id: str) -> Request:
    found = _found(connection, id)
    if found.status == CLOSED:
        raise Refusal("RequestClosed", number=_label(desk, found))
    return found


def _person(act: Act, request: Request) -> str:
    """Whose words a private part holds: the reader's, or where none is known the request's own."""
    patron = request.patron
    if patron is None or stored_readers.is_erased(act.connection, patron):
        return request.subject
    return patron


def _label(desk: Desk, request: Request) -> str:
    return number_of(desk, request.desk, request.number)


def _refuse_others(desk: Desk, operator: Operator, request: Request) -> None:
    """Only whoever is responsible may do this, or a shift lead."""
    if request.responsible != operator.id and not operator.role.reaches(Role.SHIFT_LEAD):
        raise Refusal("NotResponsible", number=_label(desk, request))


def hand_over(
    desk: Desk,
    id: str,
    *,
    to: str | None = None,
    department: str | None = None,
    reason: str,
    note: str = "",
) -> Offered:
    """Offer a request to a person, or to a department (whoever of it signs first).

    The giver stays responsible until it is accepted; if nobody does within the library's limit of
    the taker's working time, it comes back by itself. Refuses RequestClosed, NotResponsible,
    OfferedAlready, OfferToOneself, StaffUnknown, CodeUnknown, TakerMissing.
    """
    operator = desk.require(Role.LIBRARIAN)
    _known(reason, desk.profile.reasons)
    with desk.act() as act:
        request = _open(act.connection, desk, id)
        _refuse_others(desk, operator, request)
        if request.offer is not None:
            raise Refusal("OfferedAlready", number=_label(desk, request))
        taker = None
        if to is not None:
            taker = _active(act.connection, to, Role.LIBRARIAN)
            if taker.id == request.responsible:
                raise Refusal("OfferToOneself")
            if department is None:
                department = taker.departments[0] if taker.departments else request.department
        if department is None:
            raise Refusal("TakerMissing")
        _known(department, desk.profile.departments)
        limit = desk.profile.limits.handover_minutes
        until = desk.calendar(department).later(desk.now(), limit)
        act.record(
            "request.offered",
            id,
            {
                "to": taker.id if taker else None,
                "department": department,
                "by": request.responsible,
                "until": stamp(until),
                "reason": reason,
            },
            person=_person(act, request) if note.strip() else None,
            private={"note": note.strip()} if note.strip() else None,
        )
    name = taker.name if taker else department
    return Offered(id, _label(desk, request), name, until)


def _offered(connection: Connection, desk: Desk, id: str) -> Request:
    request = _open(connection, desk, id)
    if request.offer is None:
        raise Refusal("NotOffered", number=_label(desk, request))
    return request


def _refuse_not_offered_to(desk: Desk, taker: Operator, request: Request) -> None:
    to_them = request.offer_to == taker.id
    to_theirs = request.offer_to is None and request.offer_department in taker.departments
    if not (to_them or to_theirs) or taker.id == request.responsible:
        raise Refusal("NotOfferedToYou", number=_label(desk, request))


def accept(desk: Desk, id: str) -> Accepted:
    """Accept what is offered to oneself or one's department, in the program.

    Refuses RequestClosed, NotOffered, NotOfferedToYou.
    """
    taker = desk.require(Role.LIBRARIAN)
    with desk.act() as act:
        request = _offered(act.connection, desk, id)
        _refuse_not_offered_to(desk, taker, request)
        _accept(act, request, taker, "system")
    return Accepted(id, _label(desk, request), taker.name)


def accept_face_to_face(desk: Desk, id: str, badge: str, pin: str) -> Accepted:
    """The taker signs on the giver's screen with their badge and PIN.

    0.2 s of hashing: never on the UI thread. Refuses as `accept` and `staff.verify`.
    """
    desk.require(Role.LIBRARIAN)
    taker = staff.verify(desk, badge, pin)
    with desk.act() as act:
        request = _offered(act.connection, desk, id)
        _refuse_not_offered_to(desk, taker, request)
        _accept(act, request, taker, "face")
    return Accepted(id, _label(desk, request), taker.name)


def accept_by_phone(desk: Desk, id: str, taker: str) -> Accepted:
    """The giver records who accepted by telephone or message; that person confirms it later.

    Refuses as `accept`, NotResponsible, StaffUnknown.
    """
    operator = desk.require(Role.LIBRARIAN)
    with desk.act() as act:
        request = _offered(act.connection, desk, id)
        _refuse_others(desk, operator, request)
        who = _active(act.connection, taker, Role.LIBRARIAN)
        _refuse_not_offered_to(desk, who, request)
        _accept(act, request, who, "phone")
    return Accepted(id, _label(desk, request), who.name)


def confirm(desk: Desk, id: str) -> Accepted:
    """Sign what one accepted by telephone. Refuses NotResponsible, NothingToConfirm."""
    taker = desk.require(Role.LIBRARIAN)
    with desk.act() as act:
        request = _open(act.connection, desk, id)
        if request.responsible != taker.id:
            raise Refusal("NotResponsible", number=_label(desk, request))
        if request.confirmed:
            raise Refusal("NothingToConfirm", number=_label(desk, request))
        act.record(
            "request.accepted",
            id,
            {
                "offer": request.taken,
                "by": taker.id,
                "department": request.department,
                "how": "system",
            },
        )
    return Accepted(id, _label(desk, request), taker.name)


def _accept(act: Act, request: Request, taker: Operator, how: str) -> None:
    act.record(
        "request.accepted",
        request.subject,
        {
            "offer": request.offer,
            "by": taker.id,
            "department": request.offer_department,
            "how": how,
        },
    )


def send_back(desk: Desk, id: str, reason: str = "") -> Returned:
    """Send back what is offered to oneself. Refuses as `accept`."""
    taker = desk.require(Role.LIBRARIAN)
    with desk.act() as act:
        request = _offered(act.connection, desk, id)
        _refuse_not_offered_to(desk, taker, request)
        act.record(
            "request.sent_back",
            id,
            {"offer": request.offer, "by": taker.id},
            person=_person(act, request) if reason.strip() else None,
            private={"reason": reason.strip()} if reason.strip() else None,
        )
    return Returned(id, _label(desk, request), "sent_back")


def take_back(desk: Desk, id: str) -> Returned:
    """Withdraw one's offer before anybody has accepted it. Refuses NotOffered, NotResponsible."""
    operator = desk.require(Role.LIBRARIAN)
    with desk.act() as act:
        request = _offered(act.connection, desk, id)
        _refuse_others(desk, operator, request)
        act.record("request.taken_back", id, {"offer": request.offer, "by": operator.id})
    return Returned(id, _label(desk, request), "taken_back")


def lapse(desk: Desk) -> list[Returned]:
    """Bring back the offers of this desk that nobody accepted in time.

    Only the giver's desk writes the return. It acts in nobody's name: the limit was the giver's
    word.
    """
    now = stamp(desk.now())
    with desk.reading() as connection:
        if not pages.lapsed(connection, desk.code, now):
            return []
    returned = []
    with desk.ledger.act(None) as act:
        for id, offer, _giver in pages.lapsed(act.connection, desk.code, now):
            act.record("request.lapsed", id, {"offer": offer})
            request = _found(act.connection, id)
            returned.append(Returned(id, _label(desk, request), "lapsed"))
    return returned


def close(desk: Desk, id: str, ending: Ending) -> Closed:
    """Close a request with a result: done, referred outside, or not possible here.

    Nobody may answer "no": referred outside needs unit, place and telephone told; not possible
    needs an alternative offered and a shift lead's agreement, by PIN here (0.2 s: never on the UI
    thread) or by telephone. Refuses RequestClosed, NotResponsible, AnswerMissing, PlaceMissing,
    AlternativeMissing, LeadMissing, LeadUnknown, and as `staff.verify`.
    """
    operator = desk.require(Role.LIBRARIAN)
    agreed = _agreed(desk, ending)
    with desk.act() as act:
        request = _open(act.connection, desk, id)
        _refuse_others(desk, operator, request)
        outcome = _close(act, desk, request, ending, agreed)
    return Closed(id, _label(desk, request), outcome)


def _agreed(desk: Desk, ending: Ending) -> tuple[str, str] | None:
    """Check an ending; the lead who agrees and how, where one is needed."""
    _known(ending.result, desk.profile.results)
    result = desk.profile.results[ending.result]
    if not ending.answer.strip() and not ending.alternative.strip():
        raise Refusal("AnswerMissing")
    if result.needs_place and not (
        ending.unit.strip() and ending.place.strip() and ending.telephone.strip()
    ):
        raise Refusal("PlaceMissing")
    if not result.needs_lead:
        return None
    if not ending.alternative.strip():
        raise Refusal("AlternativeMissing")
    operator = desk.whoever()
    if operator.role.reaches(Role.SHIFT_LEAD):
        return operator.id, "self"
    if ending.lead is None:
        raise Refusal("LeadMissing")
    if ending.lead_pin is not None:
        lead = staff.verify(desk, ending.lead, ending.lead_pin)
    else:
        with desk.reading() as connection:
            found = stored_staff.by_badge(connection, ending.lead)
            if found is None:
                raise Refusal("LeadUnknown", badge=ending.lead)
            lead = _active(connection, found.subject, Role.VOLUNTEER)
    if not lead.role.reaches(Role.SHIFT_LEAD):
        raise Refusal("LeadUnknown", badge=ending.lead)
    return lead.id, "phone" if ending.lead_pin is None else "face"


def _close(
    act: Act, desk: Desk, request: Request, ending: Ending, agreed: tuple[str, str] | None
) -> Outcome:
    outcome = desk.profile.results[ending.result].outcome
    lead, how = agreed or (None, None)
    told = [ending.unit.strip(), ending.place.strip(), ending.telephone.strip()]
    act.record(
        "request.closed",
        request.subject,
        {
            "result": ending.result,
            "outcome": outcome.value,
            "by": act.actor,
            "referred_to": json.dumps(told, ensure_ascii=False) if any(told) else None,
            "lead": lead,
            "lead_how": how,
        },
        person=_person(act, request),
        private={
            "answer": ending.answer.strip() or None,
            "alternative": ending.alternative.strip() or None,
        },
    )
    return outcome


def reopen(desk: Desk, id: str, reason: str) -> Reopened:
    """Open a closed request again; whoever was responsible is so again. The old result stays on
    record. Refuses RequestOpen, ReasonMissing."""
    desk.require(Role.LIBRARIAN)
    if not reason.strip():
        raise Refusal("ReasonMissing")
    now = desk.now()
    with desk.act() as act:
        request = _found(act.connection, id)
        if request.status == OPEN:
            raise Refusal("RequestOpen", number=_label(desk, request))
        rule = desk.profile.due[desk.profile.kinds[request.kind].due]
        due = desk.calendar(request.department).due(now, rule)
        act.record(
            "request.reopened",
            id,
            {"due_at": stamp(due)},
            person=_person(act, request),
            private={"reason": reason.strip()},
        )
    return Reopened(id, _label(desk, request), due)


def correct_first_responder(desk: Desk, id: str, who: str, reason: str) -> Corrected:
    """A shift lead corrects a wrongly entered first responder; the ledger keeps both.

    Refuses RoleTooLow, StaffUnknown, ReasonMissing.
    """
    desk.require(Role.SHIFT_LEAD)
    if not reason.strip():
        raise Refusal("ReasonMissing")
    with desk.act() as act:
        request = _found(act.connection, id)
        person = _active(act.connection, who, Role.LIBRARIAN)
        act.record(
            "request.first_corrected",
            id,
            {"first_responder": person.id, "reason": reason.strip()},
        )
    return Corrected(id, _label(desk, request), person.name)
