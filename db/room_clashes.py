"""What two desks may do apart to one room on one day, and which of it a person must look at."""

import json
from typing import Any

from db.facts import Stub, pairs

TABLE = """
booked     o
awaited    .  .
promoted   o  .  o
extended   o  .  o  o
undone     o  .  o  o  o
arrived    .  .  .  .  .  .
opened     .  .  .  .  .  .  .
ended      .  .  .  b  .  .  .  .
cancelled  .  .  .  b  .  b  b  .  .
released   .  .  .  b  .  b  b  .  .  .
put_aside  .  .  .  .  .  .  .  .  .  .  .
both_right .  .  .  .  .  .  .  .  .  .  .  .
"""
"""Every pair of kinds, neither author knowing the other; the columns are the rows in their order.

.  they commute, or the order decides and nobody loses a room by it: the first ending stands
o  two bookings that want the room at the same time; an undoing wants what it gives back
b  of one booking: one gave up what the other held to or lengthened
"""

PAIRS = pairs(TABLE)


def called(kind: str) -> str:
    """What the table calls a kind."""
    return kind.removeprefix("room.")


def clash(one: Stub, other: Stub) -> bool:
    """Whether two facts, neither of which knew the other, need a person. LookupError of a kind that
    the table does not have.
    """
    how = PAIRS[frozenset((called(one.kind), called(other.kind)))]
    if how == ".":
        return False
    first, second = json.loads(one.data), json.loads(other.data)
    same = _booking(one, first) == _booking(other, second)
    return same if how == "b" else not same and _overlap(first, second)


def _booking(fact: Stub, said: dict[str, Any]) -> str:
    return str(said.get("booking", fact.id))


def _overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether both want a moment; an undoing that gives nothing back wants none."""
    if not ("from" in one and "from" in other):
        return False
    return bool(max(one["from"], other["from"]) < min(one["until"], other["until"]))
