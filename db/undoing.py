"""What somebody did last at this desk, and has not undone."""

import json
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import Connection

from db.facts import COLUMNS, Fact
from db.requests import COUNTS
from db.store import driver

LOOK_BACK = 5000
"""lines of the ledger: what was pulled meanwhile stands between a person's own"""
LAST_ENTRIES = 50
"""requests of a desk among which somebody's last one is looked for"""


def last_act(connection: Connection, desk: str, actor: str, since: str) -> list[Fact]:
    """The facts of somebody's newest act at a desk that is neither undone nor an undoing, in their
    order; none if there is none since then. To look at something is no act.
    """
    lines = driver(connection).execute(
        f"SELECT {', '.join(COLUMNS)} FROM fact WHERE n > (SELECT max(n) FROM fact) - ? "
        "AND actor = ? AND desk = ? AND at >= ? AND subject NOT LIKE 'look:%' ORDER BY n DESC",
        (LOOK_BACK, actor, desk, since),
    )
    undone: set[str] = set()
    for _, group in groupby((Fact(*line) for line in lines), key=lambda fact: fact.act):
        facts = list(group)[::-1]
        undoes = [json.loads(each.data).get("undoes") for each in facts]
        if all(undoes):
            undone.update(undoes)
        elif facts[0].id not in undone:
            return facts
    return []


class Last(NamedTuple):
    """What somebody's last entry was."""

    kind: str
    channel: str
    question: str | None


def last_logged(connection: Connection, desk: str, actor: str, since: str) -> Last | None:
    """The request that somebody logged last at a desk, if that was after a moment and stands."""
    line = (
        driver(connection)
        .execute(
            "SELECT kind, channel, question FROM (SELECT * FROM request WHERE desk = ? "
            "ORDER BY year DESC, number DESC LIMIT ?) AS request WHERE logged_at > ? "
            f"AND {COUNTS} AND EXISTS (SELECT 1 FROM fact "
            "WHERE fact.subject = request.subject AND fact.kind = 'request.logged' AND actor = ?) "
            "ORDER BY logged_at DESC, subject DESC LIMIT 1",
            (desk, LAST_ENTRIES, since, actor),
        )
        .fetchone()
    )
    return Last(*line) if line else None
