"""Correcting an entry (更正) without loss: the course keeps what was written before."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from db import readers as stored_readers
from db.clock import stamp
from db.ledger import Act
from db.requests import OPEN, Request
from deskapp import endings, matter
from deskapp.desk import Desk, Refusal, Role
from deskapp.telling import concerns

NOBODY = ""
"""for a patron: it was nobody who is known"""


@dataclass(frozen=True, slots=True)
class Correction:
    """What is right; None where nothing was wrong."""

    words: str | None = None
    kind: str | None = None
    department: str | None = None
    channel: str | None = None
    patron: str | None = None
    contact: str | None = None
    first_responder: str | None = None
    """only a shift lead corrects who was asked first"""


@dataclass(frozen=True, slots=True)
class Rectified:
    """An entry is corrected."""

    id: str
    number: str
    due: datetime


def correct(desk: Desk, id: str, correction: Correction, reason: str) -> Rectified:
    """Correct a request. The due time follows kind and department; the words of a wrong reader
    become the right one's, a contact does not: it was the wrong one's.

    Refuses ReasonMissing, NotResponsible, QuestionMissing, CodeUnknown, PatronUnknown,
    ConfidentialStays (a kind cannot become confidential, or cease to be, afterwards), RoleTooLow,
    StaffUnknown, NothingCorrected.
    """
    operator = desk.require(Role.LIBRARIAN)
    if not reason.strip():
        raise Refusal("ReasonMissing")
    with desk.act() as act:
        request = matter.find(act.connection, id)
        if not concerns(operator, request):
            raise Refusal("NotResponsible", number=matter.label(desk, request))
        first = _first(act.connection, desk, request, correction)
        right = _right(act.connection, desk, request, correction)
        if not right and first is None:
            raise Refusal("NothingCorrected", number=matter.label(desk, request))
        why = {"reason": reason.strip()}
        if right:
            _record(act, desk, request, right, why)
        if first is not None:
            named = {"first_responder": first}
            matter.record(act, request, "request.first_corrected", named, why)
        due = desk.local(matter.find(act.connection, id).due_at)
    return Rectified(id, matter.label(desk, request), due)


def _first(
    connection: Connection, desk: Desk, request: Request, correction: Correction
) -> str | None:
    if correction.first_responder in (None, request.first_responder):
        return None
    desk.require(Role.SHIFT_LEAD)
    return matter.active(connection, str(correction.first_responder), Role.LIBRARIAN).id


def _right(
    connection: Connection, desk: Desk, request: Request, correction: Correction
) -> dict[str, Any]:
    """What differs from what is written."""
    profile, right = desk.profile, {}
    words = request.question if correction.words is None else correction.words.strip()
    if correction.words is not None and not words:
        raise Refusal("QuestionMissing")
    if words != request.question:
        right["question"] = words
    for name, value, table in (
        ("kind", correction.kind, profile.kinds),
        ("department", correction.department, profile.departments),
        ("channel", correction.channel, profile.channels),
    ):
        if value is not None and value != getattr(request, name):
            right[name] = matter.known(value, table)
    _refuse_confidential(desk, request, right)
    contact = None if correction.contact is None else correction.contact.strip() or None
    if correction.patron is not None and (correction.patron or None) != request.patron:
        patron, kind = _patron(connection, correction.patron)
        right |= {"patron": patron, "patron_type": kind, "question": words, "contact": contact}
    elif correction.contact is not None and contact != request.contact:
        right["contact"] = contact
    return right


def _refuse_confidential(desk: Desk, request: Request, right: dict[str, Any]) -> None:
    kind = desk.profile.kinds.get(right.get("kind", request.kind))
    scope = kind.department if kind and kind.confidential else None
    moved = request.scope is not None and "department" in right
    if ("kind" in right and scope != request.scope) or moved:
        raise Refusal("ConfidentialStays", number=matter.label(desk, request))


def _patron(connection: Connection, patron: str) -> tuple[str | None, str | None]:
    if patron == NOBODY:
        return None, None
    reader = stored_readers.by_subject(connection, patron)
    if reader is None or reader.number is None:
        raise Refusal("PatronUnknown")
    return patron, reader.type


def _record(
    act: Act, desk: Desk, request: Request, right: dict[str, Any], why: dict[str, str]
) -> None:
    words = ("question", "contact")
    private: dict[str, Any] = {name: right.pop(name) for name in words if name in right}
    said = {"changed": sorted((*right, *private)), **right}
    if request.status == OPEN and not right.keys().isdisjoint(("kind", "department")):
        said["due_at"] = stamp(_due(desk, request, right))
    whose = right.get("patron", request.patron)
    matter.record(
        act, request, "request.corrected", said, {**private, **why}, patron=whose or request.subject
    )


def _due(desk: Desk, request: Request, right: dict[str, Any]) -> datetime:
    kind = desk.profile.kinds.get(right.get("kind", request.kind)) or endings.kind_of(desk, request)
    department = right.get("department", endings.undertaking(desk, request))
    received = desk.local(request.received_at)
    return desk.calendar(department).due(received, desk.profile.due[kind.due])
