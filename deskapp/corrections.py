"""Correcting an entry (更正) without loss: the course keeps what was written before."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from db import readers as stored_readers
from db.clock import stamp
from db.ledger import Act
from db.requests import HIDDEN, OPEN, Request
from deskapp import matter
from deskapp.desk import Desk, Refusal, Role
from deskapp.stages import rule_of
from deskapp.telling import refuse_strangers

NOBODY = ""
"""for a patron: it was nobody who is known"""
WORDS = ("question", "contact", "answer", "alternative", "materials")
"""what a request holds of what was said"""


@dataclass(frozen=True, slots=True)
class Correction:
    """What is right; None where nothing was wrong."""

    words: str | None = None
    kind: str | None = None
    department: str | None = None
    channel: str | None = None
    patron: str | None = None
    contact: str | None = None
    told: tuple[str, ...] | None = None
    """what the reader was told to bring, of the kind's list"""
    materials: tuple[str, ...] | None = None
    """what of it was received (收到材料)"""
    confidential: bool | None = None
    """whether only its department may see it (仅承办人可见); a confidential kind always is so"""
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
    ConfidentialStays (its department keeps what is confidential; what several have joined cannot
    become so), OfferedAlready (nor what another is offered), RoleTooLow, StaffUnknown,
    ExtensionLate (the time is up: only a shift lead moves it), NothingCorrected.
    """
    with desk.act() as act:
        before = matter.find(act.connection, id)
        request = rectified(act, desk, before, correction, reason)
        if request is before:
            raise Refusal("NothingCorrected", number=matter.label(desk, request))
    return Rectified(id, matter.label(desk, request), desk.local(request.due_at))


def rectified(
    act: Act, desk: Desk, request: Request, correction: Correction, reason: str
) -> Request:
    """The request as it is right, within an act; itself where nothing was wrong. Refuses as
    `correct`.
    """
    desk.require(Role.LIBRARIAN)
    if not reason.strip():
        raise Refusal("ReasonMissing")
    refuse_strangers(desk, request)
    first = _first(act.connection, desk, request, correction)
    right = _right(act.connection, desk, request, correction)
    why = {"reason": reason.strip()}
    if right:
        _record(act, desk, request, dict(right), why)
    if first is not None:
        named = {"first_responder": first}
        matter.record(act, request, "request.first_corrected", named, why)
    return matter.find(act.connection, request.subject) if right or first else request


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
    profile = desk.profile
    right: dict[str, Any] = {}
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
    kind = profile.kinds.get(right.get("kind", "")) or matter.kind_of(desk, request)
    for name, listed, before in (
        ("told", correction.told, matter.told(request)),
        ("materials", correction.materials, matter.materials(request)),
    ):
        codes = None if listed is None else [matter.known(each, kind.told) for each in listed]
        if codes is not None and codes != list(before):
            right[name] = codes
    contact = None if correction.contact is None else correction.contact.strip() or None
    if correction.patron is not None and (correction.patron or None) != request.patron:
        patron, of_type = _patron(connection, correction.patron)
        right |= {"patron": patron, "patron_type": of_type, "question": words, "contact": contact}
    elif correction.contact is not None and contact != request.contact:
        right["contact"] = contact
    scope = _scope(desk, request, correction, right)
    if scope != request.scope:
        said = {name: getattr(request, name) for name in (*HIDDEN, *WORDS)}
        said["materials"] = list(matter.materials(request))
        right = {name: value for name, value in said.items() if value} | right | {"scope": scope}
    return right


def _scope(
    desk: Desk, request: Request, correction: Correction, right: dict[str, Any]
) -> str | None:
    """The department in whose confidence it is, once it is right. What was said before is said
    again there; the old facts stay as they were, where they had come, and no screen shows them.
    """
    kind = desk.profile.kinds.get(right.get("kind", request.kind))
    own = kind.department if kind and kind.confidential else None
    before, asked = request.scope is not None, correction.confidential
    if own is None and not (before if asked is None else asked):
        return None
    scope: str = right.get("department", request.scope or request.department)
    strays = request.scope not in (None, scope) or ("kind" in right and own not in (None, scope))
    if strays or (not before and matter.involved(request)):
        raise Refusal("ConfidentialStays", number=matter.label(desk, request))
    if not before and request.offer_department not in (None, scope):
        raise Refusal("OfferedAlready", number=matter.label(desk, request))
    return scope


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
    private: dict[str, Any] = {name: right.pop(name) for name in WORDS if name in right}
    said = {"changed": sorted((*right, *private)), **right}
    if request.status == OPEN and not right.keys().isdisjoint(("kind", "department")):
        said["due_at"] = stamp(_due(desk, request, right))
        _refuse_late(desk, request, said["due_at"])
    whose = right.get("patron", request.patron)
    matter.record(
        act, request, "request.corrected", said, {**private, **why}, patron=whose or request.subject
    )


def _refuse_late(desk: Desk, request: Request, due_at: str) -> None:
    """Once the time is up, only a shift lead gives more by a correction."""
    late = matter.time_is_up(request, stamp(desk.now()))
    if late and due_at > request.due_at and not desk.may(Role.SHIFT_LEAD):
        raise Refusal("ExtensionLate", number=matter.label(desk, request))


def _due(desk: Desk, request: Request, right: dict[str, Any]) -> datetime:
    """By the rule of what is right, from receipt. Working time that the wrong entry had been given
    beyond its own rule (an extension, waiting) is given to the right one too.
    """
    kind = desk.profile.kinds.get(right.get("kind", request.kind)) or matter.kind_of(desk, request)
    rules = rule_of(desk, request), desk.profile.due[kind.due]
    before = matter.undertaking(desk, request)
    calendars = [desk.calendar(each) for each in (before, right.get("department", before))]
    received, joined = desk.local(request.received_at), matter.involved(request)
    counts = 1 + len(joined), 1 + len({*joined} - {right.get("department")})
    was, due = (
        calendar.due(received, rule, departments=count, complex_matter=bool(request.found_complex))
        for calendar, rule, count in zip(calendars, rules, counts, strict=True)
    )
    return calendars[1].later(due, calendars[0].minutes(was, desk.local(request.due_at)))
