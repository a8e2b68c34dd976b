"""Handing a request over (转办): nothing moves until the taker has accepted (签收).

A handover that nobody accepts within the library's limit comes back by itself. Acceptance is one
of: in the program; face to face, with the taker's PIN on the giver's screen; by telephone, with a
name, confirmed later.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from db import request_pages as pages
from db.clock import stamp
from db.ledger import Act
from db.requests import CLOSED, Request
from deskapp import endings, matter, staff
from deskapp.desk import Desk, Operator, Refusal, Role


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
        and _may_go_to(_theirs(desk, each, request), request)
    ]


def departments(desk: Desk, id: str) -> list[str]:
    """The departments to which a request may be offered, always in the library's own order: a
    digit must not mean another department for another request. Refuses RequestUnknown.
    """
    with desk.reading() as connection:
        request = matter.find(connection, id)
    return [code for code in desk.profile.departments if _may_go_to(code, request)]


def _theirs(desk: Desk, taker: Operator, request: Request) -> str:
    """For which of a taker's departments they take it, as far as the profile still has them."""
    theirs = [code for code in taker.departments if code in desk.profile.departments]
    if request.scope in theirs:
        return request.scope
    return theirs[0] if theirs else endings.undertaking(desk, request)


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
    words may not leave the department that handles the kind).
    """
    operator = desk.require(Role.LIBRARIAN)
    matter.known(reason, desk.profile.reasons)
    with desk.act() as act:
        request = matter.still_open(act.connection, desk, id)
        matter.refuse_others(desk, operator, request)
        if request.offer is not None:
            raise Refusal("OfferedAlready", number=matter.label(desk, request))
        taker = None
        if to is not None:
            taker = matter.active(act.connection, to, Role.LIBRARIAN)
            if taker.id == request.responsible:
                raise Refusal("OfferToOneself")
            if department is None:
                department = _theirs(desk, taker, request)
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
    return (to_them or to_theirs) and taker.id != request.responsible


def _refuse_not_offered_to(desk: Desk, taker: Operator, request: Request) -> None:
    if not _is_offered_to(taker, request):
        raise Refusal("NotOfferedToYou", number=matter.label(desk, request))


def accept(desk: Desk, id: str) -> Accepted:
    """Accept what is offered to oneself or one's department, in the program.

    Refuses RequestClosed, NotOffered, NotOfferedToYou.
    """
    operator = desk.require(Role.LIBRARIAN)
    with desk.act() as act:
        request = _offered(act.connection, desk, id)
        taker = matter.active(act.connection, operator.id, Role.LIBRARIAN)
        _refuse_not_offered_to(desk, taker, request)
        _accept(act, request, taker, "system")
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
        _accept(act, request, taker, "face")
    return Accepted(id, matter.label(desk, request), taker.name)


def accept_by_phone(desk: Desk, id: str, taker: str) -> Accepted:
    """The giver records who accepted by telephone or message; that person confirms it later.

    Refuses as `accept`, NotResponsible, StaffUnknown.
    """
    operator = desk.require(Role.LIBRARIAN)
    with desk.act() as act:
        request = _offered(act.connection, desk, id)
        matter.refuse_others(desk, operator, request)
        who = matter.active(act.connection, taker, Role.LIBRARIAN)
        _refuse_not_offered_to(desk, who, request)
        _accept(act, request, who, "phone")
    return Accepted(id, matter.label(desk, request), who.name)


def confirm(desk: Desk, id: str) -> Accepted:
    """Sign what one accepted by telephone. Refuses NotResponsible, NothingToConfirm."""
    taker = desk.require(Role.LIBRARIAN)
    with desk.act() as act:
        request = matter.still_open(act.connection, desk, id)
        if request.responsible != taker.id:
            raise Refusal("NotResponsible", number=matter.label(desk, request))
        if request.confirmed:
            raise Refusal("NothingToConfirm", number=matter.label(desk, request))
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


def _accept(act: Act, request: Request, taker: Operator, how: str) -> None:
    matter.record(
        act,
        request,
        "request.accepted",
        {
            "offer": request.offer,
            "by": taker.id,
            "department": request.offer_department,
            "how": how,
        },
    )


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
    return Returned(id, matter.label(desk, request), "sent_back")


def take_back(desk: Desk, id: str) -> Returned:
    """Withdraw one's offer before anybody has accepted it. Refuses NotOffered, NotResponsible."""
    operator = desk.require(Role.LIBRARIAN)
    with desk.act() as act:
        request = _offered(act.connection, desk, id)
        matter.refuse_others(desk, operator, request)
        offer = {"offer": request.offer, "by": operator.id}
        matter.record(act, request, "request.taken_back", offer)
    return Returned(id, matter.label(desk, request), "taken_back")


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
            request = matter.find(act.connection, id)
            try:
                matter.record(act, request, "request.lapsed", {"offer": offer})
            except Refusal as refusal:
                if refusal.code != "SubjectTooNew":  # read-only until the upgrade; the rest goes on
                    raise
            else:
                returned.append(Returned(id, matter.label(desk, request), "lapsed"))
    return returned
