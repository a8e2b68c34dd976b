"""More time: an extension asked for with a reason (申请延期), a complex matter, another office.

Before the time is up whoever is responsible may ask, once; later, and for more than once, only a
shift lead can agree. At the due moment itself the time is not up; what is asked for behind it
counts as overdue.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.clock import stamp
from db.requests import Request
from deskapp import matter, staff
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
    """a shift lead must agree to that: it is late, or not the first, or the library wants it so"""
    complex_due: datetime | None
    """once it is found complex; None where the operator may not find it so"""
    departments: tuple[str, ...]
    """that may still join"""
    joined_due: datetime
    """once one of them has"""


def ways(desk: Desk, id: str) -> Ways:
    """The ways to more time. Refuses RequestUnknown, RequestClosed."""
    with desk.reading() as connection:
        request = matter.still_open(connection, desk, id)
    lead = desk.may(Role.SHIFT_LEAD)
    joins = request.scope is None and (lead or not _is_late(desk, request))
    rule, there = rule_of(desk, request), (request.department, *matter.involved(request))
    may_be_complex = lead and rule.complex_days is not None and not request.found_complex
    complex_due = reckoned(desk, request, complex_matter=True) if may_be_complex else None
    return Ways(
        extended_due(desk, request),
        _needs_lead(desk, request) and not lead,
        desk.local(complex_due) if complex_due else None,
        tuple(each for each in desk.profile.departments if joins and each not in there),
        desk.local(reckoned(desk, request, more=1)),
    )


def _is_late(desk: Desk, request: Request) -> bool:
    return matter.time_is_up(request, stamp(desk.now()))


def _needs_lead(desk: Desk, request: Request) -> bool:
    """A shift lead agrees to an extension that is late, to a second one, and where the library
    wants it, to each.
    """
    limits = desk.profile.limits
    return _is_late(desk, request) or request.extended > 0 or limits.extension_needs_lead


def extended_due(desk: Desk, request: Request) -> datetime:
    """When a request would be due: the kind's own term once more, at least a workday."""
    due, now = desk.local(request.due_at), desk.now()
    calendar = desk.calendar(matter.undertaking(desk, request))
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
    (the time is up: a shift lead must agree), LeadMissing (or it is not the first), LeadUnknown,
    and as `staff.verify`.
    """
    operator = desk.require(Role.LIBRARIAN)
    if reason is not None:
        matter.known(reason, desk.profile.delays)
    elif not note.strip():
        raise Refusal("ReasonMissing")
    agreed = _agreed(desk, lead, lead_pin)
    with desk.act() as act:
        request = matter.still_open(act.connection, desk, id)
        matter.refuse_others(desk, operator, request)
        number = matter.label(desk, request)
        if request.waits is not None:
            raise Refusal("RequestWaiting", number=number)
        late, needed = _is_late(desk, request), _needs_lead(desk, request)
        if agreed is None and late:
            raise Refusal("ExtensionLate", number=number)
        if agreed is None and needed:
            raise Refusal("LeadMissing")
        due = extended_due(desk, request)
        who, how = agreed if agreed and needed else (None, None)
        said = {"due_at": stamp(due), "lead": who, "lead_how": how, "reason": reason}
        matter.record(act, request, "request.extended", said, matter.note(note))
    return Extended(id, number, due, late)


def _agreed(desk: Desk, lead: str | None, pin: str | None) -> tuple[str, str] | None:
    if desk.may(Role.SHIFT_LEAD):
        return desk.whoever().id, "self"
    if not lead or not pin:
        return None
    return staff.lead(desk, lead, pin).id, "face"


def find_complex(desk: Desk, id: str, note: str) -> Extended:
    """A shift lead finds a matter complex, and says why: its longer term counts, from receipt.

    Refuses RoleTooLow, ReasonMissing, RequestClosed, NotComplex (the rule knows no such term, or
    it counts already).
    """
    desk.require(Role.SHIFT_LEAD)
    if not note.strip():
        raise Refusal("ReasonMissing")

    def said(request: Request) -> dict[str, Any]:
        rule = rule_of(desk, request)
        if rule.complex_days is None or request.found_complex:
            raise Refusal("NotComplex", number=matter.label(desk, request))
        return {"due_at": reckoned(desk, request, complex_matter=True)}

    return _change(desk, id, "request.found_complex", said, note)


def join(desk: Desk, id: str, department: str) -> Extended:
    """A further department takes part (会办); the term for several counts, from receipt.

    Refuses CodeUnknown, RequestClosed, NotResponsible, JoinedAlready, ConfidentialStays,
    ExtensionLate (the time is up: only a shift lead may).
    """
    desk.require(Role.LIBRARIAN)
    matter.known(department, desk.profile.departments)

    def said(request: Request) -> dict[str, Any]:
        number = matter.label(desk, request)
        if request.scope is not None:
            raise Refusal("ConfidentialStays", number=number)
        if department in (request.department, *matter.involved(request)):
            raise Refusal("JoinedAlready", number=number)
        if _is_late(desk, request) and not desk.may(Role.SHIFT_LEAD):
            raise Refusal("ExtensionLate", number=number)
        return {"department": department, "due_at": reckoned(desk, request, more=1)}

    return _change(desk, id, "request.joined", said, "")


def reckoned(
    desk: Desk,
    request: Request,
    department: str | None = None,
    *,
    more: int = 0,
    complex_matter: bool = False,
) -> str:
    """The due time by the rule, from receipt, in a department's calendar, with so many `more` of
    them; never earlier than what holds.
    """
    calendar = desk.calendar(department or matter.undertaking(desk, request))
    due = calendar.due(
        desk.local(request.received_at),
        rule_of(desk, request),
        departments=1 + len(matter.involved(request)) + more,
        complex_matter=complex_matter or bool(request.found_complex),
    )
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
