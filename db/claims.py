"""An id belongs to whoever wrote under it, and anybody who has a desk's password can claim it.

The claim stops nobody: of two facts under one id the centre's first one has it, the other is kept
under a name of its own. So it is altered: shown, and never folded.
"""

import sqlite3
from collections.abc import Sequence

from db.centre import ID
from db.facts import Fact
from db.folding import ALTERED
from db.rows import chunks, marks


def tell_apart(raw: sqlite3.Connection, facts: Sequence[Fact]) -> set[str]:
    """Give each fact that comes with a position the name under which it is kept here, and put aside
    what this desk wrote under an id that another's fact had at the centre before; the subjects to
    fold anew.
    """
    placed = [fact for fact in facts if fact.pos is not None]
    known, subjects = _known(raw, placed), set[str]()
    for fact in placed:
        pos, digest = known.get(fact.id, (fact.pos, fact.digest))
        if pos not in (None, fact.pos) or (len(fact.id) > ID and fact.id not in known):
            fact.id = _name(raw, fact, known)
        elif pos is None and digest != fact.digest:
            subjects |= _put_aside(raw, fact)
        known[fact.id] = fact.pos, fact.digest
    return subjects


def _known(raw: sqlite3.Connection, facts: Sequence[Fact]) -> dict[str, tuple[int | None, bytes]]:
    known: dict[str, tuple[int | None, bytes]] = {}
    for chunk in chunks(fact.id for fact in facts):
        lines = raw.execute(
            f"SELECT id, pos, digest FROM fact WHERE id IN {marks(len(chunk))}", chunk
        )
        known |= {id: (pos, digest) for id, pos, digest in lines}
    return known


def _name(raw: sqlite3.Connection, fact: Fact, known: dict[str, tuple[int | None, bytes]]) -> str:
    """Id and position; what had a name here and lost its position keeps it."""
    id = fact.id[:ID]
    lines = raw.execute(
        "SELECT id FROM fact WHERE id > ? AND id < ? AND digest = ? AND pos IS NULL ORDER BY id",
        (f"{id}+", f"{id},", fact.digest),
    )
    free = (name for (name,) in lines if known.get(name, (None,))[0] is None)
    return next(free, f"{id}+{fact.pos}")


def _put_aside(raw: sqlite3.Connection, claim: Fact) -> set[str]:
    """What is our own; what a stick has brought, the centre corrects."""
    lines = raw.execute(
        "UPDATE fact SET id = id || '+' || desk WHERE id = ? AND desk = (SELECT desk FROM place) "
        "AND desk <> ? RETURNING id, subject",
        (claim.id, claim.desk),
    ).fetchall()
    raw.executemany(f"INSERT INTO fault VALUES (?, ?, '{ALTERED}')", lines)
    return {subject for _, subject in lines}
