"""Telling the reader (回告读者), and what is known afterwards: effort, satisfaction."""

from dataclasses import dataclass

from db.requests import OPEN, Request
from deskapp import matter, staff, stages
from deskapp.desk import Desk, Operator, Refusal, Role

EFFORTS = range(1, 7)
"""the READ scale"""
SATISFACTIONS = range(1, 4)
"""not satisfied, partly, satisfied"""


@dataclass(frozen=True, slots=True)
class Told:
    id: str
    number: str
    channel: str


@dataclass(frozen=True, slots=True)
class Rated:
    id: str
    number: str


def concerns(operator: Operator, request: Request) -> bool:
    """Whoever was asked, is responsible, or belongs to the department or one that joined it, or
    leads the shift; of a confidential one whoever may know of it.
    """
    return matter.confided(operator, request) and (
        request.scope is not None
        or operator.id in (request.first_responder, request.responsible)
        or not set(operator.departments).isdisjoint((request.department, *matter.involved(request)))
        or operator.role.reaches(Role.SHIFT_LEAD)
    )


def refuse_strangers(desk: Desk, request: Request) -> None:
    if not concerns(staff.as_now(desk), request):
        raise Refusal("NotResponsible", number=matter.label(desk, request))


def tell(desk: Desk, id: str, channel: str) -> Told:
    """The reader has been told: how it stands, or once it is closed or has come to what they were
    promised to hear of, the result.

    Told late counts as overdue. Refuses CodeUnknown, NotResponsible, NobodyToTell, ToldAlready.
    """
    desk.require(Role.LIBRARIAN)
    matter.known(channel, desk.profile.channels)
    with desk.act() as act:
        request = matter.find(act.connection, id)
        number = matter.label(desk, request)
        refuse_strangers(desk, request)
        if request.patron is None and request.contact is None:
            raise Refusal("NobodyToTell", number=number)
        if request.told_at is not None:
            raise Refusal("ToldAlready", number=number)
        said: dict[str, object] = {"channel": channel}
        if request.status == OPEN:  # whoever closes it meanwhile still owes its result
            said["result"] = int(stages.tells_result(desk, request))
        matter.record(act, request, "request.told_reader", said)
    return Told(id, number, channel)


def rate(
    desk: Desk,
    id: str,
    *,
    minutes: int | None = None,
    effort: int | None = None,
    satisfaction: int | None = None,
) -> Rated:
    """Add to a closed request what nobody asks for at entry. `effort`: READ 1 to 6;
    `satisfaction`: 1 to 3.

    Refuses RequestOpen, NotResponsible, RatingWrong (nothing said, or out of range).
    """
    desk.require(Role.LIBRARIAN)
    said = {"minutes": minutes, "effort": effort, "satisfaction": satisfaction}
    known = (
        (minutes is None or 0 <= minutes < 10_000)
        and (effort is None or effort in EFFORTS)
        and (satisfaction is None or satisfaction in SATISFACTIONS)
    )
    if not known or not any(value is not None for value in said.values()):
        raise Refusal("RatingWrong")
    with desk.act() as act:
        request = matter.find(act.connection, id)
        refuse_strangers(desk, request)
        if request.status == OPEN:
            raise Refusal("RequestOpen", number=matter.label(desk, request))
        matter.record(act, request, "request.rated", said)
    return Rated(id, matter.label(desk, request))
