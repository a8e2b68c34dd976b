"""Undoing one's last act (撤销): a fact that makes up for it. Nothing is deleted; both are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from db import cards, lent_things
from db import undoing as stored
from db.clock import stamp
from db.facts import Fact
from db.folding import facts_of
from db.ledger import Act
from db.requests import Request
from deskapp import drafts, matter
from deskapp.desk import Desk, Refusal, Role
from deskapp.readers import masked_number

UNDOING = Role.STUDENT_ASSISTANT
"""who may undo their own"""

UNDONE = "request.undone"
TOLD = "request.told_reader"
"""what goes along with a closing"""
STEPS = frozenset(
    f"request.{step}"
    for step in (
        "offered", "accepted", "sent_back", "taken_back", "closed", "told_reader", "extended",
        "waiting", "chased", "resumed", "staged", "found_complex", "joined", "corrected", "rated",
    )
)  # fmt: skip
"""what is undone by folding the request without it"""
OPPOSITES = {
    "card.bound": "card.released",
    "card.lost": "card.recovered",
    "lent.lent": "lent.returned",
}
"""what is undone by the act that makes up for it"""


@dataclass(frozen=True, slots=True)
class Undone:
    """An act was undone. `what`: counted, logged, a step of a request, or a kind of `OPPOSITES`.

    `name` is the request's number, the card masked, or the code of what was counted or lent. What
    was logged is put aside as a draft, to be mended.
    """

    what: str
    name: str
    request: str | None = None


def undo(desk: Desk) -> Undone:
    """Undo the operator's newest act at this desk, within the minutes of the profile.

    Refuses NothingToUndo, CannotUndo(what: the kind of an act that has no opposite), ActFollowed
    (somebody went on from it).
    """
    operator = desk.require(UNDOING)
    minutes = desk.profile.limits.undo_minutes
    since = stamp(desk.now() - timedelta(minutes=minutes))
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
                drafts.Slip(desk).keep(act, _written(request))
                return undone
            case kind if kind in STEPS and len({fact.subject for fact in facts}) == 1:
                return _undo(act, desk, facts)
            case kind if kind in OPPOSITES and len(facts) == 1:
                return _make_up(act, facts[0])
    others = [fact for fact in facts if fact.book != "request"]
    raise Refusal("CannotUndo", what=(others or facts)[0].kind)


def _alone(act: Act, desk: Desk, facts: Sequence[Fact]) -> Request:
    """The request of an act, if nothing came behind it."""
    request = matter.find(act.connection, facts[0].subject)
    if facts_of(act.raw, [request.subject])[request.subject][-1].act != facts[0].act:
        raise Refusal("ActFollowed", number=matter.label(desk, request))
    return request


def _said(act: Act, fact: Fact) -> dict[str, Any]:
    return {"undoes": fact.id, "by": act.actor}


def _undo(act: Act, desk: Desk, facts: Sequence[Fact]) -> Undone:
    """Of several facts of one act, each; what they came to has its name from the last."""
    request = _alone(act, desk, facts)
    kinds = [fact.kind for fact in facts]
    what = ([kind for kind in kinds if kind != TOLD] or kinds)[-1].removeprefix("request.")
    for fact in facts:
        matter.record(act, request, UNDONE, _said(act, fact) | {"what": what})
    return Undone(what, matter.label(desk, request), request.subject)


def _make_up(act: Act, fact: Fact) -> Undone:
    """By the opposite act, if nothing came behind it."""
    if fact.book == "card":
        card = cards.by_subject(act.connection, fact.subject)
        name = masked_number((card.value if card else None) or "")
    else:
        loan = lent_things.by_subject(act.connection, fact.subject)
        name = loan.thing if loan else ""
    if facts_of(act.raw, [fact.subject])[fact.subject][-1].act != fact.act:
        raise Refusal("ActFollowed", number=name)
    act.record(OPPOSITES[fact.kind], fact.subject, _said(act, fact))
    return Undone(fact.kind, name)


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
