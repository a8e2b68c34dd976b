"""What two desks may do to one request apart, and which of it a person must look at."""

import json
from typing import Any

from db.facts import Stub, pairs

RETURNS = ("request.sent_back", "request.taken_back", "request.lapsed")

TABLE = """
logged            1
offered           .  x
accepted          .  x  s
returned          .  .  1  -
closed            .  x  x  -  s
reopened          .  x  x  -  x  s
withdrawn         .  x  x  -  x  x  -
undone            .  x  o  .  x  x  x  .
extended          .  .  t  .  -  t  -  .  s
waiting           .  .  t  .  -  t  -  .  t  s
chased            .  .  .  .  1  1  1  .  .  1  -
resumed           .  .  t  .  -  t  -  .  t  t  1  -
staged            .  .  t  .  -  t  -  .  t  t  1  t  s
found_complex     .  .  t  .  -  t  -  .  t  t  .  t  t  -
joined            .  .  t  .  -  t  -  .  t  t  .  t  t  t  s
corrected         .  c  c  .  -  c  -  .  c  c  .  c  c  c  c  c
first_corrected   .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  s
told_reader       .  .  .  .  .  -  -  .  .  .  .  .  .  .  .  c  .  -
rated             .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  -
agreement_signed  .  .  .  .  .  1  1  .  .  .  .  .  .  .  .  .  .  .  .  .
"""
"""Every pair of kinds, neither author knowing the other; the columns are the rows in their order.

.  they commute                1  one holds in either order, the other has no effect
-  the order decides, but never whose it is, whether it is open, how it ended, to whom it is offered
x  they clash                  s  unless they say the same (AGREE_ON)
o  unless of one offer: what was accepted by telephone and came back unsigned, while it was signed,
   is accepted                 t  where both set a due time: neither reckoned with the other
c  where what is corrected matters to the other (`_corrects`)

An acceptance that crosses a return holds everywhere (签收与退回交叉，以签收为准). Only what
facts say openly counts: an erasure, and words that stay in their department, change no clash.
"""

AGREE_ON = {
    "accepted": "by",
    "closed": "result",
    "reopened": "responsible",
    "first_corrected": "first_responder",
    "extended": "due_at",
    "waiting": "for",
    "staged": "stage",
    "joined": "department",
}
"""two of a kind agree that say the same of this"""

PAIRS = pairs(TABLE)


def called(kind: str) -> str:
    """What the table calls a kind."""
    return "returned" if kind in RETURNS else kind.removeprefix("request.")


def clash(one: Stub, other: Stub) -> bool:
    """Whether two facts, neither of which knew the other, need a person. LookupError of a kind that
    the table does not have.
    """
    kinds = called(one.kind), called(other.kind)
    how = PAIRS[frozenset(kinds)]
    if how in ".1-x":
        return how == "x"
    first, second = json.loads(one.data), json.loads(other.data)
    match how:
        case "s":
            name = AGREE_ON[kinds[0]]
            return bool(first.get(name) != second.get(name))
        case "o":
            return bool(first.get("offer") != second.get("offer"))
        case "t":
            return _reckon(first, second)
    if kinds[0] != "corrected":
        return _corrects(second, kinds[0], first)
    return _corrects(first, kinds[1], second)


def _reckon(first: dict[str, Any], second: dict[str, Any]) -> bool:
    """Whether both set a due time; a wait stops the clock instead."""
    return all(not said.keys().isdisjoint(("due_at", "chase_at")) for said in (first, second))


def _corrects(right: dict[str, Any], kind: str, said: dict[str, Any]) -> bool:
    """Whether a correction matters to what was done meanwhile: another said otherwise of the same;
    both reckoned a due time; it went on to a department that is wrong, or may not know; whoever was
    told is not the reader.
    """
    changed = set(right["changed"])
    match kind:
        case "corrected":
            return not changed.isdisjoint(said["changed"])
        case "told_reader":
            return not changed.isdisjoint(("patron", "contact"))
        case "offered":
            return right.get("scope") not in (None, said["department"])
        case "accepted" | "joined":
            department = right.get("scope") or right.get("department")
            if department not in (None, said["department"]):
                return True
    return _reckon(right, said)
