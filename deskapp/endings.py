"""Closing a request with a result, and opening it again. Nobody may answer "no"."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from db import staff as stored_staff
from db.clock import stamp
from db.ledger import Act
from db.requests import CLOSED, OPEN, WITHDRAWN, Request
from deskapp import matter, responsibility, staff, stages, telling
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
    told: str = ""
    """the channel by which the reader has been told already"""


@dataclass(frozen=True, slots=True)
class Closed:
    id: str
    number: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Signed:
    """A shift lead has signed for an agreement by telephone."""

    id: str
    number: str


@dataclass(frozen=True, slots=True)
class Reopened:
    id: str
    number: str
    due: datetime


def needs(desk: Desk, result: str) -> tuple[str, ...]:
    """What the operator must say to end a request so: fields of `Ending`, in the order asked.

    Nobody may answer "no": referred outside needs unit, place and telephone told; not possible
    here needs an alternative offered and the agreement of a shift lead, who needs nobody's.
    Refuses CodeUnknown.
    """
    entry = desk.profile.results[matter.known(result, desk.profile.results)]
    needed = ["alternative" if entry.needs_lead else "answer"]
    if entry.needs_place:
        needed += ["unit", "place", "telephone"]
    if entry.needs_lead and not desk.whoever().role.reaches(Role.SHIFT_LEAD):
        needed.append("lead")
    return tuple(needed)


def missing(desk: Desk, ending: Ending) -> str | None:
    """The first field that the ending needs and does not have. Refuses CodeUnknown."""
    for field in needs(desk, ending.result):
        if not (getattr(ending, field) or "").strip():
            return field
    return None


def refuse_missing(field: str) -> NoReturn:
    """Say what is missing: AnswerMissing, PlaceMissing, AlternativeMissing, LeadMissing."""
    match field:
        case "answer":
            raise Refusal("AnswerMissing")
        case "alternative":
            raise Refusal("AlternativeMissing")
        case "lead":
            raise Refusal("LeadMissing")
    raise Refusal("PlaceMissing")


def close(desk: Desk, id: str, ending: Ending) -> Closed:
    """Close a request with a result: done, referred outside, or not possible here.

    What each must say, `needs` tells. A shift lead agrees by PIN here (0.2 s: never on the UI
    thread) or by telephone. Refuses RequestClosed, NotResponsible, LeadUnknown, and as `needs`,
    `refuse_missing` and `staff.verify`.
    """
    desk.require(Role.LIBRARIAN)
    agreed = agreed_by(desk, ending)
    with desk.act() as act:
        request = matter.find(act.connection, id)
        outcome = end_open(act, desk, request, ending, agreed)
        if ending.told:
            channel = matter.known(ending.told, desk.profile.channels)
            matter.record(act, request, "request.told_reader", {"channel": channel})
    return Closed(id, matter.label(desk, request), outcome)


def end_open(
    act: Act, desk: Desk, request: Request, ending: Ending, agreed: tuple[str, str] | None
) -> Outcome:
    """Close a request within an act; its reader is to be told in time. Refuses RequestClosed,
    NotResponsible, StageAhead (it is not done before its reader can be told what was promised).
    """
    if request.status == CLOSED:
        raise Refusal("RequestClosed", number=matter.label(desk, request))
    matter.refuse_others(desk, desk.whoever(), request)
    done = desk.profile.results[ending.result].outcome is Outcome.DONE
    if done and stages.owes_message(desk, request):
        raise Refusal("StageAhead", number=matter.label(desk, request))
    return end(act, desk, request, ending, agreed, _tell_by(desk, request))


def _tell_by(desk: Desk, request: Request) -> datetime | None:
    """When the reader must have been told the result; None where there is nobody to tell."""
    if request.patron is None and request.contact is None:
        return None
    calendar = desk.calendar(matter.undertaking(desk, request))
    return calendar.end_after(desk.now(), desk.profile.limits.tell_days)


def agreed_by(desk: Desk, ending: Ending) -> tuple[str, str] | None:
    """Check an ending; the lead who agrees and how, where one is needed."""
    if (field := missing(desk, ending)) is not None:
        refuse_missing(field)
    if not desk.profile.results[ending.result].needs_lead:
        return None
    if "lead" not in needs(desk, ending.result) or ending.lead is None:
        return desk.whoever().id, "self"
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
    act: Act,
    desk: Desk,
    request: Request,
    ending: Ending,
    agreed: tuple[str, str] | None,
    tell_by: datetime | None = None,
    *,
    at: datetime | None = None,
) -> Outcome:
    """Record the end. Without `tell_by` the reader knows, or nobody can be told. `at`: when that
    was, of an entry made later.
    """
    outcome = desk.profile.results[ending.result].outcome
    lead, how = agreed or (None, None)
    told = [ending.unit.strip(), ending.place.strip(), ending.telephone.strip()]
    matter.record(
        act,
        request,
        "request.closed",
        {
            "result": ending.result,
            "outcome": outcome.value,
            "by": act.actor,
            "referred_to": json.dumps(told, ensure_ascii=False) if any(told) else None,
            "lead": lead,
            "lead_how": how,
            "sign_until": _sign_until(desk, request) if how == "phone" else None,
            "tell_by": stamp(tell_by) if tell_by else None,
            **({"closed_at": stamp(at)} if at else {}),
        },
        {
            "answer": ending.answer.strip() or None,
            "alternative": ending.alternative.strip() or None,
        },
    )
    return outcome


def _sign_until(desk: Desk, request: Request) -> str:
    """The end of the next workday."""
    return stamp(desk.calendar(matter.undertaking(desk, request)).end_after(desk.now(), 1))


def sign_agreement(desk: Desk, id: str) -> Signed:
    """A shift lead signs what they, or once that is late another lead, agreed to by telephone.
    Refuses RoleTooLow, NoAgreement.
    """
    desk.require(Role.SHIFT_LEAD)
    with desk.act() as act:
        request = matter.find(act.connection, id)
        if not may_sign(desk, request):
            raise Refusal("NoAgreement", number=matter.label(desk, request))
        said = {"lead": request.sign_by, "lead_how": request.lead_how}
        matter.record(act, request, "request.agreement_signed", said)
    return Signed(id, matter.label(desk, request))


def may_sign(desk: Desk, request: Request) -> bool:
    """Whether the operator may sign an agreement by telephone: the lead who gave it, and when that
    lead has not done so in time, any.
    """
    if request.sign_by is None or not desk.may(Role.SHIFT_LEAD):
        return False
    late = (request.sign_until or "") < stamp(desk.now())
    return late or request.sign_by == desk.whoever().id


def reopen(desk: Desk, id: str, reason: str) -> Reopened:
    """Open a closed request again; whose it is, see `responsibility.again`. The old result stays on
    record. It goes on at its stage, or where that waited for somebody outside, at the first; the
    term is a new one, as long as the matter's nature and the departments that joined want it.

    Refuses RequestOpen, ReasonMissing, NotResponsible, RequestWithdrawn (it was no request),
    PostMissing.
    """
    operator = desk.require(responsibility.LEAST)
    if not reason.strip():
        raise Refusal("ReasonMissing")
    with desk.act() as act:
        request = matter.find(act.connection, id)
        number = matter.label(desk, request)
        if request.status == OPEN:
            raise Refusal("RequestOpen", number=number)
        if request.outcome == WITHDRAWN:
            raise Refusal("RequestWithdrawn", number=number)
        telling.refuse_strangers(desk, request)
        stage = stages.stage_of(desk, request)
        due = desk.calendar(matter.undertaking(desk, request)).due(
            desk.now(),
            stages.rule_of(desk, request),
            departments=1 + len(matter.involved(request)),
            complex_matter=bool(request.found_complex),
        )
        said = {"due_at": stamp(due), "stage": request.stage if stage and stage.due else None}
        whose = responsibility.again(act.connection, desk, operator, request)
        if whose != request.responsible:
            said["responsible"] = whose
        matter.record(act, request, "request.reopened", said, {"reason": reason.strip()})
    return Reopened(id, number, due)
