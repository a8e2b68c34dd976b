"""One's last act on awards undone (撤销): put on a roll, taken off it, handed over, printed, handed
out. What was issued is never undone, only revoked: its paper may be anywhere.
"""

from collections.abc import Sequence

from db import awards as stored
from db import undoing
from db.facts import Fact
from db.ledger import Act
from deskapp import rolls, serials
from deskapp.desk import Desk, Refusal

GRANTED = "award.granted"
STEPS = {
    *(GRANTED, "award.withdrawn", "award.prize_handed"),
    *("certificate.printed", "certificate.handed_out"),
}


def undo(act: Act, _: Desk, facts: Sequence[Fact]) -> str:
    """Undo the facts of an act on awards of one roll, and give what people call the thing: the
    certificate by its number, else the roll.

    Refuses CannotUndo (something was issued or revoked by it), ActFollowed.
    """
    for fact in facts:
        if fact.kind not in STEPS:
            raise Refusal("CannotUndo", what=fact.kind)
    name = _name(act, facts)
    for subject in {fact.subject for fact in facts}:
        if undoing.standing(act.raw, subject)[-1].act != facts[0].act:
            raise Refusal("ActFollowed", number=name)
    for fact in reversed(facts):
        # What began a subject does not vanish by an undoing.
        kind = "award.withdrawn" if fact.kind == GRANTED else "award.undone"
        act.record(kind, fact.subject, {"undoes": fact.id, "by": act.actor})
    return name


def _name(act: Act, facts: Sequence[Fact]) -> str:
    numbers = {str(fact.says().get("serial", "")) for fact in facts}
    if len(numbers) == 1 and (number := numbers.pop()):
        return serials.spaced(number)
    return rolls.name_of(rolls.row_of(act.connection, stored.roll_of(facts[0].subject)))
