"""What two desks or doors may do apart about one person at one event, and which of it a person must
look at.
"""

import json
from collections.abc import Sequence
from contextlib import suppress

from db.clashes import UNREADABLE
from db.facts import Stub, StubPair, pairs

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
signup.put_aside  .  .  .  .  .  .  .  .  .  c  .  .  .
signup.both_right .  .  .  .  .  .  .  .  .  .  .  .  .  .
signup.undone     .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
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
WAYS = {"door.admitted": 1, "door.left": -1}


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
        said = "places" in first and "places" in second
        return bool(said and here == there and first["places"] != second["places"])
    if how == "c":
        return here == there or "" in (here, there)
    if first.get("sheet") and second.get("sheet"):
        return False  # as in `together`
    heads = int(first.get("heads", 1)) + int(second.get("heads", 1))
    places = min(int(each.get("places", 1)) for each in (first, second))
    return bool(here == there and heads > places)


def together(facts: Sequence[Stub], apart: Sequence[StubPair]) -> list[StubPair]:
    """The admissions of a group, apart, that are no more than it has people for two by two, but are
    with all others.
    """
    heads: dict[str, int] = {}
    places: dict[str, int] = {}
    where: dict[str, str] = {}
    listed: set[str] = set()
    for fact in facts:
        way = WAYS.get(fact.kind)
        if way is None:
            continue
        with suppress(*UNREADABLE):  # malformed: kept, without effect
            said = json.loads(fact.data)
            session, most = str(said["session"]), int(said.get("places", 1))
            if said.get("sheet"):  # one sheet, brought in at two desks
                if session in listed:
                    continue
                listed.add(session)
            heads[session] = heads.get(session, 0) + way * int(said.get("heads", 1))
            if way > 0:
                places[session] = min(most, places.get(session, most))
                where[fact.id] = session
    full = {session for session, most in places.items() if heads[session] > most}
    return [
        (one, other)
        for one, other in apart
        if where.get(one.id) in full and where.get(one.id) == where.get(other.id)
    ]
