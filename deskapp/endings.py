"""Closing a request with a result, and opening it again. Nobody may answer "no"."""

import json
from dataclasses import dataclass
from datetime import datetime

from db import staff as stored_staff
from db.clock import stamp
from db.ledger import Act
from db.requests import OPEN, Request
from deskapp import matter, staff
from deskapp.desk import Desk, Refusal, Role
from deskapp.entries import Outcome


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


def close(desk: Desk, id: str, ending: Ending) -> Closed:
    """Close a request with a result: done, referred outside, or not possible here.

    Nobody may answer "no": referred outside needs unit, place and telephone told; not possible
    needs an alternative offered and a shift lead's agreement, by PIN here (0.2 s: never on the UI
    thread) or by telephone. Refuses RequestClosed, NotResponsible, AnswerMissing, PlaceMissing,
    AlternativeMissing, LeadMissing, LeadUnknown, and as `staff.verify`.
    """
    operator = desk.require(Role.LIBRARIAN)
    agreed = agreed_by(desk, ending)
    with desk.act() as act:
        request = matter.still_open(act.connection, desk, id)
        matter.refuse_others(desk, operator, request)
        outcome = end(act, desk, request, ending, agreed)
    return Closed(id, matter.label(desk, request), outcome)


def agreed_by(desk: Desk, ending: Ending) -> tuple[str, str] | None:
    """Check an ending; the lead who agrees and how, where one is needed."""
    matter.known(ending.result, desk.profile.results)
    result = desk.profile.results[ending.result]
    if not ending.answer.strip() and not ending.alternative.strip():
        raise Refusal("AlternativeMissing" if result.needs_lead else "AnswerMissing")
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
            lead = matter.active(connection, found.subject, Role.VOLUNTEER)
    if not lead.role.reaches(Role.SHIFT_LEAD):
        raise Refusal("LeadUnknown", badge=ending.lead)
    return lead.id, "phone" if ending.lead_pin is None else "face"


def end(
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
        person=matter.whose_words(act, request),
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
        request = matter.find(act.connection, id)
        if request.status == OPEN:
            raise Refusal("RequestOpen", number=matter.label(desk, request))
        rule = desk.profile.due[desk.profile.kinds[request.kind].due]
        due = desk.calendar(request.department).due(now, rule)
        act.record(
            "request.reopened",
            id,
            {"due_at": stamp(due)},
            person=matter.whose_words(act, request),
            private={"reason": reason.strip()},
        )
    return Reopened(id, matter.label(desk, request), due)
