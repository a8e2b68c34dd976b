"""More time: an extension asked for with a reason (申请延期), a complex matter, another office.

Before the time is up whoever is responsible may ask; later only a shift lead can agree, and it
counts as overdue.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.clock import stamp
from db.requests import Request
from deskapp import endings, matter, staff
from deskapp.desk import Desk, Refusal, Role
from deskapp.stages import rule_of


@dataclass(frozen=True, slots=True)
class Extended:
    """The due time has moved. `late`: asked for when the time was already up."""

    id: str
    number: str
    due: datetime
    late: bool = False


@dataclass(frozen=True, slots=True)
class Ways:
    """What more time an open request may get."""

    due: datetime
    """by an extension"""
    needs_lead: bool
    """a shift lead must agree to that: it is late, or the library wants it so"""
    complex_matter: bool
    """the operator may find it complex"""
    departments: tuple[str, ...]
    """that may still join"""


def ways(desk: Desk, id: str) -> Ways:
    """The ways to more time. Refuses RequestUnknown, RequestClosed."""
    with desk.reading() as connection:
        request = matter.still_open(connection, desk, id)
    late = desk.local(request.due_at) < desk.now()
    rule, there = rule_of(desk, request), (request.department, *involved(request))
    return Ways(
        extended_due(desk, request),
        (late or desk.profile.limits.extension_needs_lead) and not desk.may(Role.SHIFT_LEAD),
        desk.may(Role.SHIFT_LEAD) and rule.complex_days is not None and not request.found_complex,
        tuple(each for each in desk.profile.departments if each not in there)
        if request.scope is None
        else (),
    )


def extended_due(desk: Desk, request: Request) -> datetime:
    """When a request would be due: the kind's own term once more, at least a workday."""
    due, now = desk.local(request.due_at), desk.now()
    calendar = desk.calendar(endings.undertaking(desk, request))
    days = max(1, rule_of(desk, request).term())
    return calendar.end_after(now, days) if due < now else calendar.extend(due, days)


def extend(
    desk: Desk,
    id: str,
    reason: str | None,
    note: str = "",
    *,
    lead: str | None = None,
    lead_pin: str | None = None,
) -> Extended:
    """Ask for more time, for one of the profile's reasons or in words; `lead` (a badge and its PIN:
    0.2 s, never on the UI thread) agrees where one must.

    Refuses ReasonMissing, CodeUnknown, RequestClosed, NotResponsible, RequestWaiting, ExtensionLate
    (the time is up: a shift lead must agree), LeadMissing, LeadUnknown, and as `staff.verify`.
    """
    operator = desk.require(Role.LIBRARIAN)
    if reason is not None:
        matter.known(reason, desk.profile.delays)
    elif not note.strip():
        raise Refusal("ReasonMissing")
    agreed = _agreed(desk, lead, lead_pin)
    now = desk.now()
    with desk.act() as act:
        request = matter.still_open(act.connection, desk, id)
        matter.refuse_others(desk, operator, request)
        number = matter.label(desk, request)
        if request.waits is not None:
            raise Refusal("RequestWaiting", number=number)
        late = desk.local(request.due_at) < now
        if agreed is None and late:
            raise Refusal("ExtensionLate", number=number)
        needed = late or desk.profile.limits.extension_needs_lead
        if agreed is None and needed:
            raise Refusal("LeadMissing")
        due = extended_due(desk, request)
        who, how = agreed if agreed and needed else (None, None)
        said = {"due_at": stamp(due), "late": int(late), "lead": who, "lead_how": how}
        said["reason"] = reason
        matter.record(act, request, "request.extended", said, matter.note(note))
    return Extended(id, number, due, late)


def _agreed(desk: Desk, lead: str | None, pin: str | None) -> tuple[str, str] | None:
    if desk.may(Role.SHIFT_LEAD):
        return desk.whoever().id, "self"
    if not lead or not pin:
        return None
    found = staff.verify(desk, lead, pin)
    if not found.role.reaches(Role.SHIFT_LEAD):
        raise Refusal("LeadUnknown", badge=lead)
    return found.id, "face"


def involved(request: Request) -> list[str]:
    """The departments that have joined the undertaking one."""
    return list(json.loads(request.involved or "[]"))


def find_complex(desk: Desk, id: str, note: str = "") -> Extended:
    """A shift lead finds a matter complex: its longer term counts, from receipt.

    Refuses RoleTooLow, RequestClosed, NotComplex (the rule knows no such term, or it counts
    already).
    """
    desk.require(Role.SHIFT_LEAD)

    def said(request: Request) -> dict[str, Any]:
        rule = rule_of(desk, request)
        if rule.complex_days is None or request.found_complex:
            raise Refusal("NotComplex", number=matter.label(desk, request))
        return {"due_at": _reckoned(desk, request, len(involved(request)), complex_matter=True)}

    return _change(desk, id, "request.found_complex", said, note)


def join(desk: Desk, id: str, department: str) -> Extended:
    """A further department takes part (会办); the term for several counts, from receipt.

    Refuses CodeUnknown, RequestClosed, NotResponsible, JoinedAlready, ConfidentialStays.
    """
    desk.require(Role.LIBRARIAN)
    matter.known(department, desk.profile.departments)

    def said(request: Request) -> dict[str, Any]:
        number = matter.label(desk, request)
        if request.scope is not None:
            raise Refusal("ConfidentialStays", number=number)
        joined = involved(request)
        if department in (request.department, *joined):
            raise Refusal("JoinedAlready", number=number)
        complex_matter = bool(request.found_complex)
        due = _reckoned(desk, request, len(joined) + 1, complex_matter=complex_matter)
        return {"department": department, "due_at": due}

    return _change(desk, id, "request.joined", said, "")


def _reckoned(desk: Desk, request: Request, further: int, *, complex_matter: bool) -> str:
    """The due time by the rule, from receipt; never earlier than what holds."""
    calendar = desk.calendar(endings.undertaking(desk, request))
    received, rule = desk.local(request.received_at), rule_of(desk, request)
    due = calendar.due(received, rule, departments=1 + further, complex_matter=complex_matter)
    return max(stamp(due), request.due_at)


def _change(
    desk: Desk, id: str, kind: str, said: Callable[[Request], dict[str, Any]], note: str
) -> Extended:
    with desk.act() as act:
        request = matter.still_open(act.connection, desk, id)
        matter.refuse_others(desk, desk.whoever(), request)
        content = said(request)
        matter.record(act, request, kind, content, matter.note(note))
    return Extended(id, matter.label(desk, request), desk.local(content["due_at"]))
