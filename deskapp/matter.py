"""What every act on a request needs: the request itself, its name, and who may touch it."""

import json
from collections.abc import Mapping

from sqlalchemy import Connection
from sqlmodel import select

from db import readers as stored_readers
from db import staff as stored_staff
from db.ledger import Act
from db.queries import one
from db.requests import CLOSED, Request
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


def whose_words(act: Act, request: Request) -> str:
    """Whose words a private part holds: the reader's, or where none is known the request's own."""
    patron = request.patron
    if patron is None or stored_readers.is_erased(act.connection, patron):
        return request.subject
    return patron


def label(desk: Desk, request: Request) -> str:
    """What people call a request here."""
    return number_of(desk, request.desk, request.number)


def refuse_others(desk: Desk, operator: Operator, request: Request) -> None:
    """Only whoever is responsible may do this, or a shift lead."""
    if request.responsible != operator.id and not operator.role.reaches(Role.SHIFT_LEAD):
        raise Refusal("NotResponsible", number=label(desk, request))
