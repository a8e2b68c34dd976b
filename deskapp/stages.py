"""Stages of long kinds: a purchase suggestion is answered, ordered, and its reader told (荐购).

A stage has a due time of its own, or waits outside: then the clock stands.
"""

from dataclasses import dataclass
from datetime import datetime

from db.clock import stamp
from db.requests import Request
from deskapp import endings, matter, waiting
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
    stages = endings.kind_of(desk, request).stages
    return stages.get(request.stage or "") or next(iter(stages.values()), None)


def next_of(desk: Desk, request: Request) -> Stage | None:
    """The stage behind that one."""
    stages = list(endings.kind_of(desk, request).stages.values())
    now = stage_of(desk, request)
    later = stages[stages.index(now) + 1 :] if now is not None else []
    return later[0] if later else None


def rule_of(desk: Desk, request: Request) -> DueRule:
    """The due rule that holds: the stage's own, else the kind's."""
    stage = stage_of(desk, request)
    own = stage.due if stage else None
    return desk.profile.due[own or endings.kind_of(desk, request).due]


def go_on(desk: Desk, id: str, note: str = "") -> Begun:
    """To the next stage; what was waited for outside has come.

    Refuses RequestClosed, NotResponsible, LastStage, RequestWaiting (for the reader).
    """
    operator = desk.require(Role.LIBRARIAN)
    now = desk.now()
    with desk.act() as act:
        request = matter.still_open(act.connection, desk, id)
        matter.refuse_others(desk, operator, request)
        stage = next_of(desk, request)
        if stage is None:
            raise Refusal("LastStage", number=matter.label(desk, request))
        if request.waits == "reader":
            raise Refusal("RequestWaiting", number=matter.label(desk, request))
        calendar = desk.calendar(endings.undertaking(desk, request))
        if stage.due is None:
            until = waiting.chase_on(desk, request.department)
        else:
            until = calendar.due(now, desk.profile.due[stage.due])
        said = {
            "stage": stage.code,
            "due_at": None if stage.due is None else stamp(until),
            "chase_at": stamp(until) if stage.due is None else None,
        }
        matter.record(act, request, "request.staged", said, matter.note(note))
    return Begun(id, matter.label(desk, request), stage.code, until, stage.due is None)
