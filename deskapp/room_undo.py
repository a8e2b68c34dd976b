"""One's last act on rooms undone: what began a booking is cancelled, all else is as if it had not
been, and the room is whose it was.
"""

from collections.abc import Sequence

from db import undoing
from db.facts import Fact
from db.ledger import Act
from deskapp import booking_rules, rooms
from deskapp.desk import Desk, Refusal

BEGUN = ("room.booked", "room.awaited")
GIVEN_UP = ("room.cancelled", "room.ended")


def undo(act: Act, desk: Desk, facts: Sequence[Fact]) -> str:
    """Undo the facts of an act, and give what people call the room. Refuses ActFollowed (somebody
    went on from it), RoomTaken, ReaderHasRoom (somebody else has it by now, or they another one).
    """
    found = rooms.find(act.connection, _booking(facts[0])).room
    known = desk.profile.rooms.get(found)
    name = known.zh if known else found
    mine = {_booking(fact) for fact in facts}
    for subject in {fact.subject for fact in facts}:
        behind = [f for f in undoing.standing(act.raw, subject) if f.id > facts[-1].id]
        if any(_booking(fact) in mine for fact in behind):
            raise Refusal("ActFollowed", number=name)
    for fact in reversed(facts):
        said = {"undoes": fact.id, "by": act.actor, "booking": _booking(fact)}
        if fact.kind in BEGUN:
            act.record("room.cancelled", fact.subject, said)
        elif fact.kind in GIVEN_UP:
            row = rooms.find(act.connection, _booking(fact))
            times = row.from_, row.until
            booking_rules.refuse_taken(desk, act.connection, fact.subject, *times, but=row.id)
            whose = row.patron, row.day
            booking_rules.refuse_elsewhere(
                desk, act.connection, *whose, *times, but=row.id, past=True
            )
            back = {"from": times[0], "until": times[1]}
            act.record("room.undone", fact.subject, {**said, **back})
        elif not {_booking(each) for each in facts if each.kind in BEGUN} & {_booking(fact)}:
            act.record("room.undone", fact.subject, said)
    return name


def _booking(fact: Fact) -> str:
    return str(fact.says().get("booking", fact.id))
