"""Undoing what was done to a seat (撤销): who left sits there again, who sat down never did."""

from collections.abc import Sequence

from db import crossings, undoing
from db.clock import stamp
from db.facts import Draft, Fact
from db.ledger import Act
from db.seat_pages import Stay, of_day, sitting
from db.seats import draft, seat_of
from deskapp import seat_claims
from deskapp.desk import Desk, Refusal
from deskapp.seat_claims import begins


def undo(act: Act, desk: Desk, facts: Sequence[Fact]) -> str:
    """Undo an act on seats; the seat that it was about, all with blanks between of a group's.

    Refuses ActFollowed (somebody went on from it), AlreadySeated (whoever left sits elsewhere).
    """
    seat = seat_of(facts[-1].subject)[1]
    if {fact.kind for fact in facts} == {"seat.taken"}:
        seat = " ".join(seat_of(fact.subject)[1] for fact in facts)
    for subject in {fact.subject for fact in facts}:
        if undoing.standing(act.raw, subject)[-1].act != facts[0].act:
            raise Refusal("ActFollowed", number=seat)
    ours = {_sitting(fact) for fact in facts}
    act.record_all([_undoing(act, desk, fact, ours) for fact in reversed(facts)])
    return seat


def _sitting(fact: Fact) -> str:
    return str(fact.says().get("sitting", fact.id))


def _undoing(act: Act, desk: Desk, fact: Fact, ours: set[str]) -> Draft:
    """What began a sitting does not vanish: it is withdrawn. Anything else is as if it never was;
    whoever left holds the seat again. `ours`: the sittings that the act was about.
    """
    named = _sitting(fact)
    said = {"undoes": fact.id, "by": act.actor, "sitting": named}
    if named == fact.id:
        return draft("seat.withdrawn", fact.subject, said)
    said["what"] = fact.kind.partition(".")[2]
    stay = sitting(act.connection, fact.subject, named)
    if said["what"] == "left" and stay is not None:
        _refuse_elsewhere(act, desk, stay, ours)
        said |= {"patron": stay.patron, "from": stamp(act.at), "until": stay.until}
    return draft("seat.undone", fact.subject, said)


def _refuse_elsewhere(act: Act, desk: Desk, stay: Stay, ours: set[str]) -> None:
    """Where they sit by now, or sat since."""
    person = seat_claims.person(act.connection, stay.patron)
    since = max(act.at, desk.local(seat_claims.begins(stay)))
    for other in person.stays:
        if other.id not in ours and seat_claims.overlaps(other, since, desk.local(stay.until)):
            raise Refusal("AlreadySeated", seat=other.seat)
    begun = (act.raw, crossings.SITTING, person.ids, stay.day, begins(stay))
    since_then = {*crossings.beside(*begun, stay.until)}
    since_then -= {*ours, *crossings.beside(*begun, stay.ended_at or stay.until)}
    for other in of_day(act.connection, person.ids, stay.day):
        if other.id in since_then:
            raise Refusal("AlreadySeated", seat=other.seat)
