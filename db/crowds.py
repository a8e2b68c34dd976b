"""Sessions for which more have signed up, all desks together, than they have places (超员), and
nobody has said that so many may come: derived from headcounts and sessions.
"""

import sqlite3
from collections.abc import Iterable

from sqlalchemy import Connection
from sqlmodel import Field, SQLModel, select

from db.facts import Change
from db.queries import one
from db.rows import chunks, marks


class Crowd(SQLModel, table=True):
    """One session that is over its capacity: it waits for a person."""

    __table_args__ = {"sqlite_with_rowid": False}
    event: str = Field(primary_key=True)
    session: str = Field(primary_key=True)
    heads: int
    """who have a place"""
    places: int
    """what there is"""
    at: str
    """when it begins"""


_CROWDED = """
SELECT * FROM (
    SELECT s.subject, s.id,
        (SELECT coalesce(sum(expected), 0) FROM headcount
        WHERE event = s.subject AND session IN (s.id, '')) AS heads,
        max(coalesce(s.capacity, e.capacity), coalesce(s.allowed, 0)) AS places, s.begins
    FROM session s JOIN event e ON e.subject = s.subject
    WHERE e.status = 'planned' AND s.status = 'planned' {}
) WHERE heads > places
"""


def refresh(raw: sqlite3.Connection, events: Iterable[str]) -> None:
    """Say anew which sessions of these events are crowded."""
    for some in chunks(sorted(events)):
        raw.execute(f"DELETE FROM crowd WHERE event IN {marks(len(some))}", some)
        where = _CROWDED.format(f"AND s.subject IN {marks(len(some))}")
        raw.execute(f"INSERT INTO crowd {where}", some)


def follow(raw: sqlite3.Connection, changes: list[Change]) -> None:
    refresh(raw, {change.subject for change in changes})


def empty(raw: sqlite3.Connection) -> None:
    raw.execute("DELETE FROM crowd")


def check(raw: sqlite3.Connection) -> list[str]:
    """The events of which the list does not say what their rows say."""
    held = set(raw.execute("SELECT * FROM crowd"))
    return sorted({line[0] for line in held ^ set(raw.execute(_CROWDED.format("")))})


def find(connection: Connection, event: str, session: str) -> Crowd | None:
    """One that is over its capacity."""
    statement = select(Crowd).where(Crowd.event == event, Crowd.session == session)
    return one(connection, statement)
