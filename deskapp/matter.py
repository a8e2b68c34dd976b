"""What every act on a request needs: the request itself, its name, and who may touch it."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection
from sqlmodel import select

from db import staff as stored_staff
from db.facts import Fact
from db.ledger import Act
from db.people import is_erased
from db.queries import one
from db.requests import CLOSED, Request, draft
from deskapp.desk import Desk, Operator, Refusal, Role


def number_of(desk: Desk, of: str, number: int) -> str:
    """What people call a request: `0231` at the desk that logged it, `3F-0231` elsewhere."""
    return f"{number:04d}" if of == desk.code else f"{of}-{number:04d}"


def known(code: str, table: Mapping[str, object]) -> str:
    """The code, if the profile's table has it; refuses CodeUnknown."""
    if code not in table:
        raise Refusal("CodeUnknown", value=code, known=" ".join(table))
    return code


def active(connection: Connection, id: str, least: Role) -> Operator:
    """Somebody on the staff list whose role reaches that far; refuses StaffUnknown, RoleTooLow."""
    found = stored_staff.by_subject(connection, id)
    if found is None or not found.active:
        raise Refusal("StaffUnknown")
    role = Role(found.role)
    if not role.reaches(least):
        raise Refusal("RoleTooLow", role=role.value, least=least.value)
    return Operator(id, found.badge, found.name, role, tuple(json.loads(found.departments)))


def find(connection: Connection, id: str) -> Request:
    """The request; refuses RequestUnknown."""
    found = one(connection, select(Request).where(Request.subject == id))
    if found is None:
        raise Refusal("RequestUnknown")
    return found


def still_open(connection: Connection, desk: Desk, id: str) -> Request:
    """The request, if it is not closed; refuses RequestUnknown, RequestClosed."""
    request = find(connection, id)
    if request.status == CLOSED:
        raise Refusal("RequestClosed", number=label(desk, request))
    return request


def record(
    act: Act,
    request: Request,
    kind: str,
    said: Mapping[str, Any],
    private: Mapping[str, Any] | None = None,
    *,
    patron: str | None = None,
) -> Fact:
    """One more fact of a request; its words are `patron`'s, if not of whoever it has now."""
    patron = patron or request.patron
    person = _whose_words(act, request, patron) if private is not None else None
    return act.record_all(
        [draft(kind, request.subject, said, private, person=person, scope=request.scope)]
    )[0]


def _whose_words(act: Act, request: Request, patron: str | None) -> str:
    """Words are the reader's, so that they go with the reader; where none is known or may be told,
    the request's own; behind an erasure what is still said of it stands for itself.
    """
    for person in (None if request.scope else patron, request.subject):
        if person is not None and not is_erased(act.connection, person):
            return person
    return f"{request.subject}+{act.id}"


def note(words: str) -> dict[str, str] | None:
    """What somebody wrote beside an act, if anything."""
    return {"note": words.strip()} if words.strip() else None


def label(desk: Desk, request: Request) -> str:
    """What people call a request here."""
    return number_of(desk, request.desk, request.number)


def refuse_others(desk: Desk, operator: Operator, request: Request) -> None:
    """Only whoever is responsible may do this, or a shift lead."""
    if request.responsible != operator.id and not operator.role.reaches(Role.SHIFT_LEAD):
        raise Refusal("NotResponsible", number=label(desk, request))
