"""What every act on a request needs: the request itself, its name, and who may touch it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from db import request_pages as pages
from db import staff as stored_staff
from db.clock import stamp
from db.facts import Fact
from db.ledger import Act
from db.requests import CLOSED, Request, draft
from deskapp import whose
from deskapp.cells import without_identity
from deskapp.desk import Desk, Operator, Refusal, Role
from deskapp.entries import Kind

ENDS = ("request.waiting", "request.closed")
"""facts that name no due time and end what runs"""


_CALLED = re.compile(r"(?:([0-9A-Za-z]{1,8})-)??(?:(20\d\d)-)?(\d{1,8})")


def number_of(desk: Desk, of: str, number: int, year: int | None = None) -> str:
    """What people call a request: `0231` at the desk that logged it, `3F-0231` elsewhere; of
    another year than this, if it is given, `2026-0231`.
    """
    parts = [] if of == desk.code else [of]
    if year not in (None, desk.now().year):
        parts.append(str(year))
    return "-".join([*parts, f"{number:04d}"])


@dataclass(frozen=True, slots=True)
class Called:
    """A number as people write it: of which desk, of which year, if they say so."""

    of: str | None
    year: int | None
    number: int
    digits: int


def called(text: str) -> Called | None:
    """What is called by this, if it is such a number."""
    found = _CALLED.fullmatch(text.strip())
    if found is None:
        return None
    of, year, digits = found.groups()
    return Called(of.upper() if of else None, int(year) if year else None, int(digits), len(digits))


def lines_called(connection: Connection, desk: Desk, called: Called) -> list[pages.Line]:
    """The requests of that number, newest first: of the desk that is named; else of this one; where
    it has none, of all others.
    """
    own = called.of or desk.code
    found = pages.by_number(connection, own, called.number, called.year)
    if not found and called.of is None:
        for other in pages.desks(connection):
            found += pages.by_number(connection, other, called.number, called.year)
    return sorted(found, key=lambda line: line.received_at, reverse=True)


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
    found = pages.by_subject(connection, id)
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
    """One more fact of a request; its words are `patron`'s, if not of whoever it has now. One that
    moves or ends the time says whether that was up (`late`); one that says a `scope` is in it.
    """
    if "due_at" in said or kind in ENDS:
        ended = said.get("closed_at") or stamp(act.at)
        said = {**said, "late": int(time_is_up(request, ended))}
    scope = said.get("scope", request.scope)
    person = words = None
    if private is not None:
        words = kept(private)
        person = whose.words(act, request.subject, None if scope else patron or request.patron)
    return act.record_all([draft(kind, request.subject, said, words, person=person, scope=scope)])[
        0
    ]


def kept(words: Mapping[str, Any]) -> dict[str, Any]:
    """What people said as it is kept: citizens' identity numbers never are."""
    return {name: without_identity(said) for name, said in words.items()}


def note(words: str) -> dict[str, str] | None:
    """What somebody wrote beside an act, if anything."""
    return {"note": words.strip()} if words.strip() else None


def kind_of(desk: Desk, request: Request) -> Kind:
    """The kind of a request; the usual one where the library's profile has dropped its code."""
    kinds = desk.profile.kinds
    return kinds.get(request.kind) or kinds[desk.profile.usual.kind]


def undertaking(desk: Desk, request: Request, department: str | None = None) -> str:
    """The department whose working time counts: the request's own (or the one that is to have it),
    or where the library's profile has dropped that code, the one that its kind goes to.
    """
    own = department or request.department
    return own if own in desk.profile.departments else kind_of(desk, request).department


def guessed(desk: Desk, id: str, moment: datetime) -> int | None:
    """The year of a time limit just set, if its holidays are not published and count for whoever
    must keep it. Refuses RequestUnknown.
    """
    with desk.reading() as connection:
        request = find(connection, id)
    code = request.offer_department or ""
    known = desk.profile.departments
    calendar = desk.calendar(code if code in known else undertaking(desk, request))
    return None if calendar.known(moment.year) else moment.year


def involved(request: Request) -> list[str]:
    """The departments that have joined the undertaking one."""
    return list(json.loads(request.involved or "[]"))


def time_is_up(request: Request, at: str) -> bool:
    """Whether a request is overdue (逾期) at that stamp; at the due moment itself it is in time.

    While the clock stands what counts is when it was stopped; of a closed request, whether its
    reader should have been told by then.
    """
    if request.status == CLOSED:
        return request.tell_by is not None and request.tell_by < at
    return request.due_at < (request.waits_since or at)


def label(desk: Desk, request: Request) -> str:
    """What people call a request here."""
    return number_of(desk, request.desk, request.number, request.year)


def told(request: Request) -> tuple[str, ...]:
    """What the reader was told to bring: codes of the kind's list."""
    return tuple(json.loads(request.told)) if request.told else ()


def confided(operator: Operator, request: Request | pages.Line) -> bool:
    """Whether they may know what was said: of a confidential request (仅承办人可见) whoever is
    responsible, and whose department handles it. Whoever was asked first ceases to be when the
    department has it.
    """
    if request.scope is None:
        return True
    return operator.id == request.responsible or request.scope in operator.departments


def stands_in(operator: Operator, request: Request) -> bool:
    """Whether they may do what whoever is responsible may: a shift lead, where they may know."""
    return operator.role.reaches(Role.SHIFT_LEAD) and confided(operator, request)


def materials(request: Request) -> tuple[str, ...]:
    """What of it was received (收到材料), and what else an old register tells."""
    return tuple(json.loads(request.materials)) if request.materials else ()


def refuse_others(desk: Desk, operator: Operator, request: Request) -> None:
    """Only whoever is responsible may do this, or a shift lead who may know what was said."""
    if request.responsible != operator.id and not stands_in(operator, request):
        raise Refusal("NotResponsible", number=label(desk, request))


def refuse_to_move(desk: Desk, operator: Operator, request: Request) -> None:
    """Only whoever is responsible hands a request on, or any shift lead: nothing of it is read."""
    if request.responsible != operator.id and not operator.role.reaches(Role.SHIFT_LEAD):
        raise Refusal("NotResponsible", number=label(desk, request))
