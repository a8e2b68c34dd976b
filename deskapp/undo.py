"""Undoing one's last act (撤销): a fact that makes up for it. Nothing is deleted; both are kept."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from db import cards, clashes, draw_pages, found_things, incomplete, lent_things
from db import undoing as stored
from db.clock import stamp
from db.facts import Fact
from db.ledger import Act
from deskapp import (
    allotment,
    award_undo,
    drafts,
    event_undo,
    helper_undo,
    matter,
    responsibility,
    room_undo,
    seat_undo,
    signup_undo,
)
from deskapp.desk import Desk, Refusal, Role
from deskapp.readers import masked_number, who

UNDOING = Role.STUDENT_ASSISTANT
"""who may undo their own"""

UNDONE = "request.undone"
COMPLETED = "incomplete.completed"
BARRED = "ban.imposed"
PLAIN = (
    *("found", "lent", "place", "violation", "ban", "exemption"),
    *("draw", "application", "segment"),
)
"""books whose facts are undone one by one, and leave no draft"""
SAID = ("put_aside", "both_right", "undone")
SETTLING = {
    clashes.SETTLED,
    *(f"{book}.{said}" for book in ("seat", "room") for said in SAID),
}
"""what a person says of a clash"""
ROUND = {"seat.released", "violation.noted", "place.note_cleared", "found.logged"}
"""what a round does in one act when it releases a seat"""
ALONG = ("request.told_reader", "request.first_corrected")
"""what goes along with a closing, a correction"""
STEPS = frozenset(
    (
        *(
            f"request.{step}"
            for step in (
                "offered", "accepted", "sent_back", "taken_back", "closed", "reopened",
                "told_reader", "extended", "waiting", "chased", "resumed", "staged",
                "found_complex", "joined", "corrected", "first_corrected", "agreement_signed",
                "rated",
            )
        ),
        *(COMPLETED, "found.told", "lent.returned", "lent.missing"),
        *("place.closed", "place.opened", "place.noted", "place.note_cleared"),
        *("violation.confirmed", "violation.appealed", "violation.upheld", "violation.lifted"),
        *("ban.lifted", "exemption.ended", "exemption.withdrawn"),
        *("draw.published", "draw.drawn", "application.struck", "application.confirmed"),
        *("application.moved", "application.forfeited", "segment.left"),
    )
)  # fmt: skip
"""what is undone by folding its subject without it"""
OPPOSITES = {
    "card.bound": "card.released",
    "card.lost": "card.recovered",
    "lent.lent": "lent.returned",
    "found.logged": "found.withdrawn",
    "found.collected": "found.put_back",
    "found.passed_on": "found.put_back",
    "found.disposed": "found.put_back",
    "violation.noted": "violation.lifted",
    "ban.imposed": "ban.lifted",
    "exemption.declared": "exemption.withdrawn",
    "queue.joined": "queue.left",
    "segment.entered": "segment.left",
}
"""what is undone by the act that makes up for it"""
Undoing = Callable[[Act, Desk, Sequence[Fact]], str]
OWN: Mapping[str, Undoing] = {
    "room": room_undo.undo,
    "event": event_undo.undo,
    "series": event_undo.undo,
    "signup": signup_undo.undo,
    **dict.fromkeys(("roll", "award"), award_undo.undo),
    **dict.fromkeys(("helper", "result", "ranking", "feedback"), helper_undo.undo),
}
"""books whose facts are undone in a way of their own, which gives what people call the thing"""


@dataclass(frozen=True, slots=True)
class Undone:
    """An act was undone. `what`: counted, logged, completed, a step of a request, or the kind of
    what was done to something else.

    `name` is the number of the request or the found thing, the card masked, the seat (`it/C-7`, a
    group's with blanks between), or the code of what was counted, lent or violated. What was logged
    or completed is put aside as a draft, to be mended.
    """

    what: str
    name: str
    request: str | None = None


def undo(desk: Desk) -> Undone:
    """Undo the operator's newest act at this desk, within the minutes of the profile.

    Refuses NothingToUndo, CannotUndo(what: the kind of an act that has no opposite), ActFollowed
    (somebody went on from it), ResponsibleGone (whose it would be again has left), AlreadySeated
    (whoever left a seat sits elsewhere), PlaceHeld (what somebody gave up was passed down),
    EventFull (the place that somebody gave up is taken).
    """
    operator = desk.require(UNDOING)
    minutes = desk.profile.limits.undo_minutes
    since = stamp(desk.now() - timedelta(minutes=minutes))
    with desk.act() as act:
        facts = stored.last_act(act.connection, desk.code, operator.id, since)
        if not facts:
            raise Refusal("NothingToUndo", minutes=minutes)
        # A ban that was drawn falls with what filled it.
        facts = [fact for fact in facts if fact.kind != BARRED] or facts
        match facts[0].kind:
            case _ if SETTLING & {fact.kind for fact in facts}:
                pass  # whoever heard of it has gone on from it
            case "tally.counted":
                what = facts[0].says()["what"]
                said = {"what": what, "undoes": facts[0].id}
                act.record("tally.taken_back", facts[0].subject, said)
                return Undone("counted", what)
            case "request.logged" if _of_one(facts):
                return _withdraw(act, desk, facts)
            case _ if facts[0].book == "seat" and {f.book for f in facts} <= {"seat", "violation"}:
                return _undo_seats(act, desk, facts)
            case _ if _of_one(facts) and {fact.kind for fact in facts} <= STEPS:
                return _undo(act, desk, facts)
            case kind if (own := OWN.get(facts[0].book)) and _of_books(facts, own):
                return Undone(kind, own(act, desk, facts))
            case kind if kind in OPPOSITES and len(facts) == 1:
                return _make_up(act, desk, facts[0])
            case _ if {fact.kind for fact in facts} <= ROUND:
                return _undo_round(act, desk, facts)
    others = [fact for fact in facts if fact.book != "request"]
    raise Refusal("CannotUndo", what=(others or facts)[0].kind)


def _of_books(facts: Iterable[Fact], own: Undoing) -> bool:
    """Whether all facts of an act are undone in one way; who moved up by it waits again."""
    return all(OWN.get(fact.book) is own or fact.kind == signup_undo.PROMOTED for fact in facts)


def _of_one(facts: Iterable[Fact]) -> bool:
    """Whether an act was about one thing; a request and its note 稍后补全 have one id."""
    return len({fact.subject.partition(":")[2] for fact in facts}) == 1


def _named(act: Act, desk: Desk, facts: Sequence[Fact]) -> str:
    """What people call the thing of an act. Refuses ActFollowed: something came behind the act, and
    was not undone.
    """
    name = _name(act, desk, facts[0])
    for subject in {fact.subject for fact in facts}:
        if stored.standing(act.raw, subject)[-1].act != facts[0].act:
            raise Refusal("ActFollowed", number=name)
    if facts[0].kind == "draw.drawn" and draw_pages.begun(act.connection, facts[0].subject):
        raise Refusal("ActFollowed", number=name)
    return name


def _name(act: Act, desk: Desk, fact: Fact) -> str:
    match fact.book:
        case "card":
            card = cards.by_subject(act.connection, fact.subject)
            return masked_number((card.value if card else None) or "")
        case "lent":
            loan = lent_things.by_subject(act.connection, fact.subject)
            return loan.thing if loan else ""
        case "place":
            return fact.subject.partition(":")[2]
        case "found":
            thing = found_things.by_subject(act.connection, fact.subject)
            return matter.number_of(desk, thing.desk, thing.number, thing.year) if thing else ""
        case "violation":
            return fact.subject.rpartition(":")[2]
        case "ban" | "exemption" | "queue":
            return ""
        case "draw":
            draw = draw_pages.draw(act.connection, fact.subject)
            return draw.name if draw else ""
        case "segment":
            return who(act.connection, f"reader:{fact.subject.rpartition(':')[2]}")
        case "application":
            line = draw_pages.line(act.connection, fact.subject)
            return (line.number if line else None) or ""
    return matter.label(desk, matter.find(act.connection, _request(fact)))


def _request(fact: Fact) -> str:
    return f"request:{fact.subject.partition(':')[2]}"


def _said(act: Act, fact: Fact, **more: Any) -> dict[str, Any]:
    return {"undoes": fact.id, "by": act.actor, **more}


def _withdraw(act: Act, desk: Desk, facts: Sequence[Fact]) -> Undone:
    """What was logged is put aside as it was written."""
    number, request = _named(act, desk, facts), matter.find(act.connection, facts[0].subject)
    hurried = any(fact.book == incomplete.INCOMPLETE.name for fact in facts)
    written = replace(drafts.written(desk, request), withdrawn=request.subject)
    if hurried:
        written.result = drafts.HURRIED
    matter.record(act, request, "request.withdrawn", _said(act, facts[0]))
    drafts.Slip(desk).keep(act, written)
    return Undone("logged", number, request.subject)


def _undo(act: Act, desk: Desk, facts: Sequence[Fact]) -> Undone:
    """Of several facts of one act, each; what they came to has its name from the last. What was
    completed is put aside as it was written, and is to be completed again.
    """
    first = facts[0]
    if first.book in PLAIN:
        return _undo_plain(act, desk, first)
    name = _named(act, desk, facts)
    kinds = [fact.kind for fact in facts]
    last = ([kind for kind in kinds if kind not in ALONG] or kinds)[-1]
    what = (COMPLETED if COMPLETED in kinds else last).partition(".")[2]
    request = matter.find(act.connection, _request(first))
    if COMPLETED in kinds:
        again = replace(drafts.written(desk, request), completes=request.subject)
        drafts.Slip(desk).keep(act, again)
    for fact in facts:
        if fact.book == "request":
            matter.record(act, request, UNDONE, _said(act, fact, what=what))
        else:
            act.record(f"{fact.book}.undone", fact.subject, _said(act, fact))
    responsibility.refuse_gone(act.connection, request.subject)
    return Undone(what, name, request.subject)


def _undo_seats(act: Act, desk: Desk, facts: Sequence[Fact]) -> Undone:
    """What was noted of who came late falls with it."""
    sat = [fact for fact in facts if fact.book == "seat"]
    seat, last = seat_undo.undo(act, desk, sat), sat[-1]
    for fact in facts:
        if fact.book != "seat":
            _make_up(act, desk, fact)
    cancelled = last.says().get("how") == "cancelled"
    return Undone("seat.cancelled" if cancelled else last.kind, seat)


def _undo_round(act: Act, desk: Desk, facts: Sequence[Fact]) -> Undone:
    """The seat is its reader's again, and marked; nothing was noted, nothing found."""
    sat = [fact for fact in facts if fact.book == "seat"]
    rest = [fact for fact in facts if fact.book != "seat"]
    seat = next(_name(act, desk, fact) for fact in rest if fact.book == "place")
    if sat:
        seat_undo.undo(act, desk, sat)
    for fact in rest:
        (_make_up if fact.kind in OPPOSITES else _undo_plain)(act, desk, fact)
    return Undone("round", seat)


def _undo_plain(act: Act, desk: Desk, fact: Fact) -> Undone:
    name = _named(act, desk, [fact])
    act.record(f"{fact.book}.undone", fact.subject, _said(act, fact))
    if fact.book == "application":
        allotment.refuse_doubled(act.connection, fact.subject)
    return Undone(fact.kind, name)


def _make_up(act: Act, desk: Desk, fact: Fact) -> Undone:
    """By the opposite act."""
    name = _named(act, desk, [fact])
    act.record(OPPOSITES[fact.kind], fact.subject, _said(act, fact))
    return Undone(fact.kind, name)
