"""The lines of the ledger as they are told from a second time: in order, and those in force."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from db.clashes import SETTLED
from db.dormant import ELSEWHERE
from tests.simulation.order import Place, in_order

LOGGED, UNDONE = "request.logged", ".undone"
BEGINNINGS = (LOGGED, "shift.opened", "found.logged", "lent.lent", "staff.entered")
"""what every other fact of a subject speaks of"""


@dataclass(slots=True)
class Line:
    """A fact as it is told from."""

    id: str
    kind: str
    at: str
    pos: int | None
    base: int
    timeline: int
    beyond: str
    said: dict[str, Any]
    private: dict[str, Any]
    scope: str | None
    actor: str | None
    desk: str


def resting(raw: sqlite3.Connection) -> set[str]:
    """The subjects of which only the rows are here."""
    return {subject for (subject,) in raw.execute(ELSEWHERE[1:-1])}


def in_force(lines: Sequence[Line]) -> list[Line]:
    """Without settlements and what they set aside: the last decision over a pair counts. Without
    what was undone, as if it had never been.
    """
    aside: set[str] = set()
    decided = []
    for line in reversed(lines):
        if line.kind == SETTLED and line.id not in aside:
            pair, keep = sorted(line.said["pair"]), line.said["keep"]
            if pair not in decided:
                decided.append(pair)
                aside |= set(pair) - {keep} if keep in pair else set()
    left = [line for line in lines if line.id not in aside and line.kind != SETTLED]
    undone = {line.said["undoes"] for line in left if line.kind.endswith(UNDONE)}
    return [line for line in left if not line.kind.endswith(UNDONE) and line.id not in undone]


def lines_of(raw: sqlite3.Connection, book: str) -> dict[str, list[Line]]:
    """Each subject's facts in their order; what is said before its beginning waits for it."""
    found: dict[str, dict[str, Line]] = defaultdict(dict)
    for subject, id, kind, at, pos, base, timeline, beyond, data, private, *rest in raw.execute(
        "SELECT subject, id, kind, at, pos, base, timeline, beyond, data, private, scope, actor, "
        "desk FROM fact WHERE subject LIKE ? AND actor IS NOT 'rogue' "
        f"AND subject NOT IN {ELSEWHERE}",
        (f"{book}:%",),
    ):
        said, confided = json.loads(data), json.loads(private) if private else {}
        line = Line(id, kind, at, pos, base, timeline, beyond, said, confided, *rest)
        found[subject][id] = line
    ordered = {}
    for subject, lines in found.items():
        order = in_order({line.id: Place(line.pos, line.beyond) for line in lines.values()})
        ordered[subject] = sorted(
            (lines[id] for id in order), key=lambda each: each.kind not in BEGINNINGS
        )
    return ordered
