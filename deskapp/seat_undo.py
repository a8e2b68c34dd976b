"""Undoing what was done to a seat (撤销): who left sits there again, who sat down never did."""

from collections.abc import Sequence

from db import undoing
from db.clock import stamp
from db.facts import Draft, Fact
from db.ledger import Act
from db.seat_pages import Stay, sitting
from db.seats import draft, seat_of
from deskapp import seat_claims
from deskapp.desk import Desk, Refusal


def undo(act: Act, desk: Desk, facts: Sequence[Fact]) -> str:
    """Undo an act on seats; the seat that it was about.

    Refuses ActFollowed (somebody went on from it), AlreadySeated (whoever left sits elsewhere).
    """
    seat = seat_of(facts[-1].subject)[1]
    for subject in {fact.subject for fact in facts}:
        if undoing.standing(act.raw, subject)[-1].act != facts[0].act:
            raise Refusal("ActFollowed", number=seat)
    begun = {fact.id for fact in facts if "sitting" not in fact.says()}
    act.record_all([_undoing(act, desk, fact, begun) for fact in reversed(facts)])
    return seat


def _undoing(act: Act, desk: Desk, fact: Fact, begun: set[str]) -> Draft:
    """What began a sitting does not vanish: it is withdrawn. Anything else is as if it never was;
    whoever left holds the seat again.
    """
    named = fact.says().get("sitting", fact.id)
    said = {"undoes": fact.id, "by": act.actor, "sitting": named}
    if fact.id in begun:
        return draft("seat.withdrawn", fact.subject, said)
    said["what"] = fact.kind.partition(".")[2]
    stay = sitting(act.connection, fact.subject, named)
    if said["what"] == "left" and stay is not None:
        _refuse_elsewhere(act, desk, stay, begun)
        said |= {"patron": stay.patron, "from": stamp(act.at), "until": stay.until}
    return draft("seat.undone", fact.subject, said)


def _refuse_elsewhere(act: Act, desk: Desk, stay: Stay, begun: set[str]) -> None:
    person = seat_claims.person(act.connection, stay.patron)
    since = max(act.at, desk.local(seat_claims.begins(stay)))
    for other in person.stays:
        if other.id not in begun and seat_claims.overlaps(other, since, desk.local(stay.until)):
            raise Refusal("AlreadySeated", seat=other.seat)
