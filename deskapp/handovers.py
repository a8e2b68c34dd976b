"""Handing a request over (转办): nothing moves until the taker has accepted (签收).

A handover that nobody accepts within the library's limit comes back by itself. Acceptance is one
of: in the program; face to face, with the taker's PIN on the giver's screen; by telephone, with a
name, signed later: who is named may deny it, and what they have not signed by the end of their
next workday comes back too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from db import incomplete
from db import request_pages as pages
from db.clock import stamp
from db.ledger import Act
from db.requests import CLOSED, Request
from db.undoing import standing
from deskapp import extensions, hearing, matter, posts, responsibility, staff
from deskapp.desk import Desk, Operator, Refusal, Role
from deskapp.undo import UNDONE

SIGNING = Role.LIBRARIAN
"""who may accept a request, or send it back"""


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
    giver: str
    """who gave it, and is to hear of it"""


def takers(desk: Desk, id: str) -> list[Operator]:
    """To whom a request may be offered, by badge; nobody while it is offered, or closed.

    Refuses RequestUnknown.
    """
    with desk.reading() as connection:
        request = matter.find(connection, id)
        if request.status == CLOSED or request.offer is not None:
            return []
        return [
            each
            for each in staff.everybody(desk)
            if each.role.reaches(Role.LIBRARIAN)
            and each.id != request.responsible
            and _may_take(desk, each, request)
            and posts.holds(connection, desk, each, request)
        ]


def departments(desk: Desk, id: str) -> list[str]:
    """The departments to which a request may be offered, always in the library's own order.

    Refuses RequestUnknown.
    """
    with desk.reading() as connection:
        request = matter.find(connection, id)
    return [code for code in desk.profile.departments if _may_go_to(code, request)]


def _theirs(desk: Desk, taker: Operator, request: Request) -> str:
    """For which of a taker's departments they take it, as far as the profile still has them."""
    theirs = [code for code in taker.departments if code in desk.profile.departments]
    if request.scope in theirs:
        return request.scope
    return theirs[0] if theirs else matter.undertaking(desk, request)


def department_of(desk: Desk, taker: Operator, request: Request) -> str:
    """For which department somebody takes a request. Refuses ConfidentialStays."""
    if not _may_take(desk, taker, request):
        raise Refusal("ConfidentialStays", number=matter.label(desk, request))
    return _theirs(desk, taker, request)


def _may_take(desk: Desk, taker: Operator, request: Request) -> bool:
    return matter.confided(taker, request) and _may_go_to(_theirs(desk, taker, request), request)


def _may_go_to(department: str, request: Request) -> bool:
    return request.scope in (None, department)


def signers(desk: Desk, id: str) -> list[Operator]:
    """Who may accept a request that is offered, by badge; nobody if it is not.

    Refuses RequestUnknown.
    """
    with desk.reading() as connection:
        request = matter.find(connection, id)
    if request.status == CLOSED or request.offer is None:
        return []
    return [
        each
        for each in staff.everybody(desk)
        if each.role.reaches(Role.LIBRARIAN) and _is_offered_to(each, request)
    ]


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
    OfferedAlready, OfferToOneself, StaffUnknown, CodeUnknown, TakerMissing, ConfidentialStays (its
    department keeps it), EntryIncomplete (but for a lead: its writer has gone).
    """
    operator = desk.require(Role.LIBRARIAN)
    matter.known(reason, desk.profile.reasons)
    with desk.act() as act:
        request = matter.still_open(act.connection, desk, id)
        matter.refuse_to_move(desk, operator, request)
        if request.offer is not None:
            raise Refusal("OfferedAlready", number=matter.label(desk, request))
        if request.responsible == operator.id and incomplete.is_open(act.connection, id):
            raise Refusal("EntryIncomplete", number=matter.label(desk, request))
        taker = None
        if to is not None:
            taker = matter.active(act.connection, to, Role.LIBRARIAN)
            if taker.id == request.responsible:
                raise Refusal("OfferToOneself")
            theirs = department_of(desk, taker, request)
            department = department or theirs
        if department is None:
            raise Refusal("TakerMissing")
        matter.known(department, desk.profile.departments)
        if not _may_go_to(department, request):
            raise Refusal("ConfidentialStays", number=matter.label(desk, request))
        limit = desk.profile.limits.handover_minutes
        until = desk.calendar(department).later(desk.now(), limit)
        matter.record(
            act,
            request,
            "request.offered",
            {
                "to": taker.id if taker else None,
                "department": department,
                "by": request.responsible,
                "until": stamp(until),
                "reason": reason,
            },
            matter.note(note),
        )
    name = taker.name if taker else department
    return Offered(id, matter.label(desk, request), name, until)


def _offered(connection: Connection, desk: Desk, id: str) -> Request:
    request = matter.still_open(connection, desk, id)
    if request.offer is None:
        raise Refusal("NotOffered", number=matter.label(desk, request))
    return request


def _is_offered_to(taker: Operator, request: Request) -> bool:
    to_them = request.offer_to == taker.id
    to_theirs = request.offer_to is None and request.offer_department in taker.departments
    may = taker.id != request.responsible and matter.confided(taker, request)
    return may and (to_them or to_theirs)


def _refuse_not_offered_to(desk: Desk, taker: Operator, request: Request) -> None:
    if not _is_offered_to(taker, request):
        raise Refusal("NotOfferedToYou", number=matter.label(desk, request))


def accept(desk: Desk, id: str) -> Accepted:
    """Accept what is offered to oneself or one's department, in the program.

    Refuses RequestClosed, NotOffered, NotOfferedToYou, PostMissing.
    """
    operator = desk.require(Role.LIBRARIAN)
    with desk.act() as act:
        request = _offered(act.connection, desk, id)
        taker = matter.active(act.connection, operator.id, Role.LIBRARIAN)
        _refuse_not_offered_to(desk, taker, request)
        _accept(act, desk, request, taker, "system")
    return Accepted(id, matter.label(desk, request), taker.name)


def accept_face_to_face(desk: Desk, id: str, badge: str, pin: str) -> Accepted:
    """The taker signs on the giver's screen with their badge and PIN.

    0.2 s of hashing: never on the UI thread. Refuses as `accept`, `staff.verify`, RoleTooLow.
    """
    desk.require(Role.LIBRARIAN)
    verified = staff.verify(desk, badge, pin)
    with desk.act() as act:
        request = _offered(act.connection, desk, id)
        taker = matter.active(act.connection, verified.id, Role.LIBRARIAN)
        _refuse_not_offered_to(desk, taker, request)
        _accept(act, desk, request, taker, "face")
    return Accepted(id, matter.label(desk, request), taker.name)


def accept_by_phone(desk: Desk, id: str, taker: str) -> Accepted:
    """The giver records who accepted by telephone or message; that person confirms it later.

    Refuses as `accept`, NotResponsible, StaffUnknown.
    """
    operator = desk.require(Role.LIBRARIAN)
    with desk.act() as act:
        request = _offered(act.connection, desk, id)
        matter.refuse_to_move(desk, operator, request)
        who = matter.active(act.connection, taker, Role.LIBRARIAN)
        _refuse_not_offered_to(desk, who, request)
        _accept(act, desk, request, who, "phone")
    return Accepted(id, matter.label(desk, request), who.name)


def confirm(desk: Desk, id: str) -> Accepted:
    """Sign what one accepted by telephone. Refuses NotResponsible, NothingToConfirm."""
    taker = desk.require(Role.LIBRARIAN)
    with desk.act() as act:
        request = _unsigned(act.connection, desk, id, taker)
        matter.record(
            act,
            request,
            "request.accepted",
            {
                "offer": request.taken,
                "by": taker.id,
                "department": request.department,
                "how": "system",
            },
        )
    return Accepted(id, matter.label(desk, request), taker.name)


def _unsigned(connection: Connection, desk: Desk, id: str, taker: Operator) -> Request:
    request = matter.still_open(connection, desk, id)
    if request.responsible != taker.id:
        raise Refusal("NotResponsible", number=matter.label(desk, request))
    if request.confirmed:
        raise Refusal("NothingToConfirm", number=matter.label(desk, request))
    return request


def deny(desk: Desk, id: str, reason: str) -> Returned:
    """Say that one never accepted it by telephone (未曾签收): it goes back to the giver.

    Refuses RequestClosed, NotResponsible, NothingToConfirm, ReasonMissing, OfferedAlready,
    ResponsibleGone (the giver has left meanwhile).
    """
    taker = desk.require(Role.LIBRARIAN)
    if not reason.strip():
        raise Refusal("ReasonMissing")
    with desk.act() as act:
        request = _unsigned(act.connection, desk, id, taker)
        if request.offer is not None:
            raise Refusal("OfferedAlready", number=matter.label(desk, request))
        said, why = {"by": taker.id}, {"reason": reason.strip()}
        giver = _void(act, request, "request.sent_back", said, why)
        responsibility.refuse_gone(act.connection, id)
    return Returned(id, matter.label(desk, request), "sent_back", giver)


def _void(
    act: Act,
    request: Request,
    how: str,
    said: Mapping[str, Any],
    why: Mapping[str, Any] | None = None,
) -> str:
    """What was accepted by telephone was not: everything is as before, and the offer comes back to
    the giver.
    """
    accepted = next(
        fact
        for fact in standing(act.raw, request.subject)
        if fact.kind == "request.accepted"
        and fact.says()["offer"] == request.taken
        and fact.says()["by"] == request.responsible
    )
    offer = {"offer": request.taken, **said}
    matter.record(act, request, UNDONE, {"undoes": accepted.id, "what": "unsigned", **offer})
    matter.record(act, request, how, offer, why)
    return responsibility.giver(act.connection, request)


def _accept(act: Act, desk: Desk, request: Request, taker: Operator, how: str) -> None:
    posts.refuse_others(act.connection, desk, taker, request)
    department = str(request.offer_department)
    calendar = desk.calendar(matter.undertaking(desk, request, department))
    signs = stamp(calendar.end_after(desk.now(), 1)) if how == "phone" else None
    said = {"offer": request.offer, "by": taker.id, "how": how, "sign_until": signs}
    matter.record(act, request, "request.accepted", said | undertaken(desk, request, department))


def undertaken(desk: Desk, request: Request, department: str) -> dict[str, str]:
    """What an acceptance says of the department: it undertakes the request from now on. Due times
    follow its own calendar, from receipt; never earlier than the giver's, and not once that is up.
    """
    said = {"department": department}
    if not matter.time_is_up(request, stamp(desk.now())):
        due = extensions.reckoned(desk, request, matter.undertaking(desk, request, department))
        if due > request.due_at:
            said["due_at"] = due
    return said


def send_back(desk: Desk, id: str, reason: str) -> Returned:
    """Send back what is offered to oneself, and say why. Refuses ReasonMissing, and as `accept`."""
    operator = desk.require(Role.LIBRARIAN)
    if not reason.strip():
        raise Refusal("ReasonMissing")
    with desk.act() as act:
        request = _offered(act.connection, desk, id)
        taker = matter.active(act.connection, operator.id, Role.LIBRARIAN)
        _refuse_not_offered_to(desk, taker, request)
        matter.record(
            act,
            request,
            "request.sent_back",
            {"offer": request.offer, "by": taker.id},
            {"reason": reason.strip()},
        )
    return Returned(id, matter.label(desk, request), "sent_back", str(request.offer_by))


def take_back(desk: Desk, id: str) -> Returned:
    """Withdraw one's offer before anybody has accepted it. Refuses NotOffered, NotResponsible."""
    operator = desk.require(Role.LIBRARIAN)
    with desk.act() as act:
        request = _offered(act.connection, desk, id)
        matter.refuse_to_move(desk, operator, request)
        offer = {"offer": request.offer, "by": operator.id}
        matter.record(act, request, "request.taken_back", offer)
    return Returned(id, matter.label(desk, request), "taken_back", str(request.offer_by))


def lapse(desk: Desk) -> list[Returned]:
    """Bring back what this desk offered and nobody accepted in time (see `hearing`), or signed for.
    Only the giver's desk writes the return, in nobody's name: the limit was the giver's word.
    """
    with desk.reading() as connection:
        if not pages.lapsed(connection, desk.code, stamp(desk.now())):
            return []
    hearing.hear(desk)
    returned = []
    with desk.ledger.act(None) as act:
        for request in _lapsed(act.connection, desk):
            try:
                giver = _lapse(act, request)
            except Refusal as refusal:
                if refusal.code != "SubjectTooNew":  # read-only until the upgrade; the rest goes on
                    raise
            else:
                number = matter.label(desk, request)
                returned.append(Returned(request.subject, number, "lapsed", giver))
    return returned


def _lapsed(connection: Connection, desk: Desk) -> list[Request]:
    """Whose time is over, but for what would go back to somebody who has gone."""
    late = pages.lapsed(connection, desk.code, stamp(desk.now()))
    found = [matter.find(connection, subject) for subject in late]
    back = [each for each in found if each.offer or responsibility.may_return(connection, each)]
    return hearing.over(desk, connection, back)


def _lapse(act: Act, request: Request) -> str:
    if request.offer is None:
        return _void(act, request, "request.lapsed", {})
    matter.record(act, request, "request.lapsed", {"offer": request.offer})
    return str(request.offer_by)
