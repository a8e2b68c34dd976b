"""One's last act on rolls and awards undone (撤销): opened, granted, withdrawn, handed over,
printed, handed out. What was issued is never undone, only revoked: its paper may be anywhere.
"""

from collections.abc import Sequence

from db import awards as stored
from db import undoing
from db.facts import Fact
from db.ledger import Act
from deskapp import rolls, serials
from deskapp.desk import Desk, Refusal

OPPOSITES = {"award.granted": "award.withdrawn", "roll.opened": "roll.closed"}
"""what began a subject does not vanish by an undoing"""
STEPS = {
    *OPPOSITES,
    *("roll.changed", "roll.closed", "roll.reopened"),
    *("award.withdrawn", "award.prize_handed"),
    *("certificate.printed", "certificate.handed_out"),
}


def undo(act: Act, _: Desk, facts: Sequence[Fact]) -> str:
    """Undo the facts of an act on a roll, or on awards of one, and give what people call the thing:
    the certificate by its number, else the roll.

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
        kind = OPPOSITES.get(fact.kind, f"{fact.book}.undone")
        act.record(kind, fact.subject, {"undoes": fact.id, "by": act.actor})
    return name


def _name(act: Act, facts: Sequence[Fact]) -> str:
    numbers = {str(fact.says().get("serial", "")) for fact in facts}
    if len(numbers) == 1 and (number := numbers.pop()):
        return serials.spaced(number)
    subject = facts[0].subject
    roll = subject if facts[0].book == "roll" else stored.roll_of(subject)
    return rolls.name_of(rolls.row_of(act.connection, roll))
