"""What two desks may do to one seat on one library day apart, and which of it a person must look
at.
"""

import json
from typing import Any

from db.facts import Stub, pairs

TABLE = """
reserved    h
taken       h  h
away        .  .  .
back        .  .  .  .
left        .  e  .  .  .
released    .  r  .  r  r  .
extended    h  h  .  .  .  .  -
withdrawn   .  g  g  g  g  g  g  .
undone      h  h  u  u  u  r  u  g  .
put_aside   .  .  .  .  .  .  .  .  .  .
both_right  .  .  .  .  .  .  .  .  .  .  .
"""
"""Every pair of kinds, neither author knowing the other; the columns are the rows in their order.

.  they commute, or the first of them stands     -  the order decides how long, never whose
h  two hold the seat: other readers, times that overlap
r  one sitting, released though its reader was there (or had left in time); a closing is no reproach
e  one sitting, ended or given up at one desk and sat down to at the other
g  one sitting, which one of them says never was
u  one sitting, of which one says that it was not taken: the other went on from that

Which of one reader's sittings stands is said in two subjects: `db.crossings` sees where that
disagrees.
"""

PAIRS = pairs(TABLE)

CLOSED = "closed"
"""why a sitting was released, and how it ended: the library closed"""


def called(kind: str) -> str:
    """What the table calls a kind."""
    return kind.removeprefix("seat.")


def clash(one: Stub, other: Stub) -> bool:
    """Whether two facts, neither of which knew the other, need a person. LookupError of a kind that
    the table does not have.
    """
    kinds = called(one.kind), called(other.kind)
    how = PAIRS[frozenset(kinds)]
    if how in ".-":
        return False
    first, second = json.loads(one.data), json.loads(other.data)
    if how == "h":
        return _both_hold(first, second)
    if _sitting(one, first) != _sitting(other, second):
        return False
    match how:
        case "r":
            released, witness = (second, first) if kinds[1] == "released" else (first, second)
            return bool(released["why"] != CLOSED and witness.get("what") != "taken")
        case "u":
            undone = second if kinds[1] == "undone" else first
            return bool(undone["what"] == "taken")
    return True


def _both_hold(first: dict[str, Any], second: dict[str, Any]) -> bool:
    """Who undoes an ending, or lengthens a sitting, says again who holds the seat and when."""
    if "patron" not in first or "patron" not in second or first["patron"] == second["patron"]:
        return False
    return bool(max(first["from"], second["from"]) < min(first["until"], second["until"]))


def _sitting(stub: Stub, said: dict[str, Any]) -> object:
    """The sitting that a fact is about: it began it, or names it."""
    return said.get("sitting", stub.id)
