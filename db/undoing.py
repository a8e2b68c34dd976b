"""What somebody did last at this desk, and has not undone."""

import sqlite3
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import Connection

from db.clashes import undoes
from db.facts import COLUMNS, Fact
from db.folding import facts_of
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
    gone: set[str] = set()
    for _, group in groupby((Fact(*line) for line in lines), key=lambda fact: fact.act):
        facts = list(group)[::-1]
        undone = [undoes(each) for each in facts]
        if all(undone):
            gone.update(undone)
        elif facts[0].id not in gone and not _is_undone(connection, facts[0]):
            return facts
    return []


def _is_undone(connection: Connection, fact: Fact) -> bool:
    """Also by what came before it: a new disk hears both in the centre's order."""
    facts = facts_of(driver(connection), [fact.subject])[fact.subject]
    return any(undoes(each) == fact.id for each in facts)


def standing(raw: sqlite3.Connection, subject: str) -> list[Fact]:
    """The facts of a subject in its order, less what was undone and the undoings."""
    facts = facts_of(raw, [subject])[subject]
    gone = {undoes(fact) for fact in facts}
    return [fact for fact in facts if fact.id not in gone and not undoes(fact)]


class Last(NamedTuple):
    """What somebody's last entry was."""

    kind: str
    channel: str
    question: str | None


def last_logged(connection: Connection, desk: str, actor: str, since: str) -> Last | None:
    """The request that somebody logged last at a desk, if that was after a moment and stands: its
    kind and channel as they were logged, whatever has been corrected or completed since.
    """
    line = (
        driver(connection)
        .execute(
            "SELECT json_extract(fact.data, '$.kind'), "
            "json_extract(fact.data, '$.channel'), question FROM "
            "(SELECT * FROM request WHERE desk = ? ORDER BY year DESC, number DESC LIMIT ?) "
            "AS request JOIN fact ON fact.subject = request.subject "
            "AND fact.kind = 'request.logged' AND actor = ? "
            f"WHERE logged_at > ? AND {COUNTS} "
            "ORDER BY logged_at DESC, request.subject DESC LIMIT 1",
            (desk, LAST_ENTRIES, actor, since),
        )
        .fetchone()
    )
    return Last(*line) if line else None
