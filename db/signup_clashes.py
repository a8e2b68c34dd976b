"""What two desks or doors may do apart about one person at one event, and which of it a person must
look at.
"""

import json

from db.facts import Stub, pairs

TABLE = """
signup.made       p
signup.promoted   .  .
signup.cancelled  c  .  .
signup.withdrawn  .  .  .  .
signup.changed    .  .  .  .  p
signup.identified .  .  .  .  .  i
signup.told       .  .  .  .  .  .  .
ticket.issued     .  .  .  .  .  .  .  .
ticket.revoked    .  .  .  .  .  .  .  .  .
door.admitted     .  .  c  c  .  .  .  .  t  a
door.left         .  .  .  .  .  .  .  .  .  .  .
door.undone       .  .  .  .  .  .  .  .  .  .  .  .
"""
"""Every pair of kinds, neither author knowing the other; the columns are the rows in their order.

.  they commute
a  the same sign-up was let in twice, at more doors than it has people for
c  of one session, or of the event as a whole: one gave up what the other used
i  two readers
p  so many people, and so many
t  the ticket that was revoked was used
"""
PAIRS = pairs(TABLE)


def clash(one: Stub, other: Stub) -> bool:
    """Whether two facts, neither of which knew the other, need a person. LookupError of a kind that
    the table does not have.
    """
    how = PAIRS[frozenset((one.kind, other.kind))]
    if how == ".":
        return False
    first, second = json.loads(one.data), json.loads(other.data)
    if how == "t":
        return bool(first.get("serial") == second.get("serial"))
    here, there = first["session"], second["session"]
    if how == "i":
        return bool(here == there and first["patron"] != second["patron"])
    if how == "p":
        return bool(here == there and first.get("places") != second.get("places"))
    if how == "c":
        return here == there or "" in (here, there)
    heads = int(first.get("heads", 1)) + int(second.get("heads", 1))
    return bool(here == there and heads > int(first.get("places", 1)))
