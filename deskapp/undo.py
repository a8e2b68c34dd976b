"""Undoing one's last act (撤销): a fact that makes up for it. Nothing is deleted; both are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from db import undoing as stored
from db.clock import stamp
from db.facts import Fact
from db.folding import facts_of
from db.ledger import Act
from db.request_undo import OFFER
from db.requests import Request
from deskapp import drafts, matter
from deskapp.desk import Desk, Refusal, Role

UNDOING = Role.STUDENT_ASSISTANT
"""who may undo their own"""

RETURNED, UNDONE = "request.sent_back", "request.undone"


@dataclass(frozen=True, slots=True)
class Undone:
    """An act was undone. `what`: counted, logged, offered, accepted, sent_back, closed.

    `name` is the request's number, or the code of what was counted. What was logged is put aside
    as a draft, to be mended.
    """

    what: str
    name: str
    request: str | None = None


def undo(desk: Desk) -> Undone:
    """Undo the operator's newest act at this desk, within the minutes of the profile.

    Refuses NothingToUndo, CannotUndo (an act of another kind), ActFollowed (somebody went on from
    it).
    """
    operator = desk.require(UNDOING)
    minutes = desk.profile.limits.undo_minutes
    since = stamp(desk.now() - timedelta(minutes=minutes))
    draft = None
    with desk.act() as act:
        facts = stored.last_act(act.connection, desk.code, operator.id, since)
        if not facts:
            raise Refusal("NothingToUndo", minutes=minutes)
        match facts[0].kind:
            case "tally.counted":
                what = facts[0].says()["what"]
                said = {"what": what, "undoes": facts[0].id}
                act.record("tally.taken_back", facts[0].subject, said)
                return Undone("counted", what)
            case "request.logged" if len({f.subject for f in facts if f.book == "request"}) == 1:
                request = _alone(act, desk, facts)
                matter.record(act, request, "request.withdrawn", _said(act, facts[0]))
                undone = Undone("logged", matter.label(desk, request), request.subject)
                draft = _written(request)
            case "request.offered" | "request.accepted" | "request.closed" | "request.sent_back":
                undone = _undo(act, desk, facts)
            case _:
                raise Refusal("CannotUndo")
    if draft is not None:
        slip = drafts.Slip(desk)
        slip.put(draft)
        slip.write()
    return undone


def _alone(act: Act, desk: Desk, facts: Sequence[Fact]) -> Request:
    """The request of an act, if nothing came behind it."""
    request = matter.find(act.connection, facts[0].subject)
    if facts_of(act.raw, [request.subject])[request.subject][-1].act != facts[0].act:
        raise Refusal("ActFollowed", number=matter.label(desk, request))
    return request


def _said(act: Act, fact: Fact) -> dict[str, Any]:
    return {"undoes": fact.id, "by": act.actor}


def _undo(act: Act, desk: Desk, facts: Sequence[Fact]) -> Undone:
    if len(facts) > 1:
        raise Refusal("CannotUndo")
    (fact,) = facts
    request = _alone(act, desk, facts)
    what = fact.kind.removeprefix("request.")
    said = _said(act, fact) | {"what": what}
    if what in ("accepted", "sent_back"):
        said |= _before(act, fact)
    matter.record(act, request, "request.undone", said)
    return Undone(what, matter.label(desk, request), request.subject)


def _before(act: Act, fact: Fact) -> dict[str, Any]:
    """How a request stood before an acceptance or a return: the offer, and whose it was."""
    course = facts_of(act.raw, [fact.subject])[fact.subject]
    id = fact.says()["offer"]
    offered = next((each for each in course if each.id == id), None)
    undone = {fact.id, *(each.says()["undoes"] for each in course if each.kind == UNDONE)}
    taken = [
        each.says() for each in course if each.kind == "request.accepted" and each.id not in undone
    ]
    if offered is None or any(each["offer"] == id for each in taken):
        raise Refusal("CannotUndo")  # signed again what had been accepted by telephone
    told = {"offer": id, "at": offered.at} | offered.says()
    said: dict[str, Any] = {"offer": {name: told[name] for name in OFFER}}
    if fact.kind == RETURNED:
        return said
    last = max(taken, key=lambda each: str(each["offer"]), default=None)
    logged = course[0].says()
    said["responsible"] = offered.says()["by"]
    said["department"] = last["department"] if last else logged["department"]
    said["taken"] = last["offer"] if last else None
    return said


def _written(request: Request) -> drafts.Draft:
    """What was logged, to be written anew."""
    return drafts.Draft(
        words=request.question or "",
        patron=request.patron,
        kind=request.kind,
        department=request.department,
        channel=request.channel,
        contact=request.contact or "",
        first_responder=request.first_responder,
    )
