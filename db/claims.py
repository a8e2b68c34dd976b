"""An id belongs to whoever wrote under it, and anybody who has a desk's password can claim it.

The claim stops nobody and takes nothing away: of two facts under one id the centre's first one has
it, at every desk; the other is known by id and position. Digests are of the id alone.
"""

import sqlite3
from collections.abc import Sequence

from db.facts import ID, Fact
from db.rows import chunks, marks


def tell_apart(raw: sqlite3.Connection, facts: Sequence[Fact]) -> set[str]:
    """Give each fact that comes with a position the name under which it is known, and what has it
    wrongly here another; the subjects to fold anew.
    """
    placed = [fact for fact in facts if fact.pos is not None]
    known, subjects = _known(raw, placed), set[str]()
    for fact in placed:
        pos, digest = known.get(fact.id, (None, fact.digest))
        if pos == fact.pos:
            continue
        if pos is not None or len(fact.id) > ID:
            fact.id = f"{fact.id[:ID]}+{fact.pos}"
            subjects |= _found_again(raw, fact)
        elif digest != fact.digest:
            subjects |= _given_way(raw, fact)
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


def _found_again(raw: sqlite3.Connection, fact: Fact) -> set[str]:
    """What is here under another name, without a position, gets its right one."""
    id = fact.id[:ID]
    lines = raw.execute(
        "UPDATE fact SET id = ? WHERE n = (SELECT n FROM fact WHERE id > ? AND id < ? "
        "AND digest = ? AND pos IS NULL ORDER BY n) RETURNING subject",
        (fact.id, f"{id}+", f"{id},", fact.digest),
    )
    return {subject for (subject,) in lines.fetchall()}


def _given_way(raw: sqlite3.Connection, claim: Fact) -> set[str]:
    """Our own waits for its position under a name of ours; what a stick has brought, the centre
    corrects.
    """
    lines = raw.execute(
        "UPDATE fact SET id = id || '+' || desk WHERE id = ? AND desk = (SELECT desk FROM place) "
        "AND desk <> ? RETURNING subject",
        (claim.id, claim.desk),
    )
    return {subject for (subject,) in lines.fetchall()}
