"""Stages of long kinds: a purchase suggestion is answered, ordered, and its reader told (荐购).

A stage has a due time of its own, or waits outside: then the clock stands.
"""

from dataclasses import dataclass
from datetime import datetime

from db.clock import stamp
from db.requests import Request
from deskapp import matter, waiting
from deskapp.desk import Desk, Refusal, Role
from deskapp.entries import DueRule, Stage


@dataclass(frozen=True, slots=True)
class Begun:
    """A stage has begun. `until`: its due time, or when to ask outside again."""

    id: str
    number: str
    stage: str
    until: datetime
    outside: bool


def stage_of(desk: Desk, request: Request) -> Stage | None:
    """The stage at which a request stands; None if its kind has none."""
    stages = matter.kind_of(desk, request).stages
    return stages.get(request.stage or "") or next(iter(stages.values()), None)


def _ahead(desk: Desk, request: Request) -> list[Stage]:
    stages = list(matter.kind_of(desk, request).stages.values())
    now = stage_of(desk, request)
    return stages[stages.index(now) + 1 :] if now is not None else []


def next_of(desk: Desk, request: Request) -> Stage | None:
    """The stage behind that one."""
    return next(iter(_ahead(desk, request)), None)


def owes_message(desk: Desk, request: Request) -> bool:
    """Whether its reader was promised to hear of a stage that is still ahead (到馆通知)."""
    return any(stage.message is not None for stage in _ahead(desk, request))


def tells_result(desk: Desk, request: Request) -> bool:
    """Whether what its reader hears at this stage is the result."""
    stage = stage_of(desk, request)
    return stage is not None and stage.message is not None


def rule_of(desk: Desk, request: Request) -> DueRule:
    """The due rule that holds: the stage's own, else the kind's."""
    stage = stage_of(desk, request)
    own = stage.due if stage else None
    return desk.profile.due[own or matter.kind_of(desk, request).due]


def go_on(desk: Desk, id: str, note: str = "") -> Begun:
    """To the next stage; what was waited for outside has come.

    Refuses RequestClosed, NotResponsible, LastStage, RequestWaiting (for the reader).
    """
    operator = desk.require(Role.LIBRARIAN)
    with desk.act() as act:
        request = matter.still_open(act.connection, desk, id)
        matter.refuse_others(desk, operator, request)
        stage = next_of(desk, request)
        if stage is None:
            raise Refusal("LastStage", number=matter.label(desk, request))
        if request.waits == "reader":
            raise Refusal("RequestWaiting", number=matter.label(desk, request))
        if stage.due is None:
            until = waiting.chase_on(desk, request.department)
        else:
            until = _due(desk, request, desk.profile.due[stage.due], stage.from_receipt)
        said = {
            "stage": stage.code,
            "due_at": None if stage.due is None else stamp(until),
            "chase_at": stamp(until) if stage.due is None else None,
        }
        matter.record(act, request, "request.staged", said, matter.note(note))
    return Begun(id, matter.label(desk, request), stage.code, until, stage.due is None)


def _due(desk: Desk, request: Request, rule: DueRule, from_receipt: bool) -> datetime:
    """When a stage that begins now is due. One that counts from receipt keeps the working time that
    the stage before was given beyond its rule (an extension, waiting).
    """
    calendar = desk.calendar(matter.undertaking(desk, request))
    if not from_receipt:
        return calendar.due(desk.now(), rule)
    received = desk.local(request.received_at)
    before = calendar.due(received, rule_of(desk, request))
    given = calendar.minutes(before, desk.local(request.due_at))
    return calendar.later(calendar.due(received, rule), given)
