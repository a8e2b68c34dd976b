"""How many have signed up for a session, wait, or have come: derived from the rows of sign-ups, so
that neither a door nor a form of ten thousand lines need count them.
"""

import sqlite3
from collections import Counter
from typing import TypeAlias

from sqlmodel import Field, SQLModel

from db import crowds
from db.facts import Change, Key, Row
from db.signup_rows import IN, WAITING


class Headcount(SQLModel, table=True):
    """People of one session, or of an event as a whole: derived, so that a door need not count."""

    __table_args__ = {"sqlite_with_rowid": False}
    event: str = Field(primary_key=True)
    session: str = Field(primary_key=True)
    expected: int
    waiting: int
    came: int
    inside: int


Figures: TypeAlias = Counter[tuple[str, str, str]]
"""people by event, session and column"""


def _figures(key: Key, row: Row | None) -> Figures:
    """What a row adds to the headcounts."""
    found: Figures = Counter()
    if row is None:
        return found
    if key[0] == "signup":
        column = {IN: "expected", WAITING: "waiting"}.get(row["status"])
        if column is not None:
            found[row["event"], key[1], column] = row["places"]
    elif key[0] == "presence":
        found[row["event"], key[1], "came"] = row["came"]
        found[row["event"], key[1], "inside"] = row["inside"]
    return found


_EMPTIED = (
    "DELETE FROM headcount WHERE event = ? AND session = ? "
    "AND NOT (expected OR waiting OR came OR inside)"
)


def follow(raw: sqlite3.Connection, changes: list[Change]) -> None:
    differ: Figures = Counter()
    for change in changes:
        differ.update(_figures(change.key, change.new))
        differ.subtract(_figures(change.key, change.old))
    add(raw, differ)


def add(raw: sqlite3.Connection, differ: Figures) -> None:
    """So many more, or fewer."""
    for (event, session, column), more in sorted(differ.items()):
        if more:
            raw.execute(
                "INSERT OR IGNORE INTO headcount VALUES (?, ?, 0, 0, 0, 0)", (event, session)
            )
            raw.execute(
                f"UPDATE headcount SET {column} = {column} + ? WHERE event = ? AND session = ?",
                (more, event, session),
            )
    raw.executemany(_EMPTIED, sorted({where[:2] for where, more in differ.items() if more}))
    crowds.refresh(
        raw, {where[0] for where, more in differ.items() if more and where[2] == "expected"}
    )


def empty(raw: sqlite3.Connection) -> None:
    raw.execute("DELETE FROM headcount")


_COUNTED = f"""
SELECT event, session, sum(expected), sum(waiting), sum(came), sum(inside) FROM (
    SELECT event, session, (status = '{IN}') * places AS expected,
        (status = '{WAITING}') * places AS waiting, 0 AS came, 0 AS inside FROM signup
    UNION ALL SELECT event, session, 0, 0, came, inside FROM presence
    UNION ALL SELECT event, session, -expected, 0, -came, -inside FROM double
) GROUP BY event, session
"""


def check(raw: sqlite3.Connection) -> list[str]:
    """The events whose headcounts are not those of their rows."""
    held = set(raw.execute("SELECT * FROM headcount"))
    counted = {line for line in raw.execute(_COUNTED) if any(line[2:])}
    return sorted({line[0] for line in held ^ counted})
