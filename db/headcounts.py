"""How many have signed up for a session, wait, or have come: derived from the rows of sign-ups, so
that neither a door nor a form of ten thousand lines need count them.
"""

import sqlite3
from collections import Counter

from sqlmodel import Field, SQLModel

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


def _figures(key: Key, row: Row | None) -> Counter[tuple[str, str, str]]:
    """What a row adds to the headcounts: by event, session and column."""
    found: Counter[tuple[str, str, str]] = Counter()
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


def follow(raw: sqlite3.Connection, changes: list[Change]) -> None:
    differ: Counter[tuple[str, str, str]] = Counter()
    for change in changes:
        differ.update(_figures(change.key, change.new))
        differ.subtract(_figures(change.key, change.old))
    for (event, session, column), more in sorted(differ.items()):
        if more:
            raw.execute(
                "INSERT OR IGNORE INTO headcount VALUES (?, ?, 0, 0, 0, 0)", (event, session)
            )
            raw.execute(
                f"UPDATE headcount SET {column} = {column} + ? WHERE event = ? AND session = ?",
                (more, event, session),
            )


def empty(raw: sqlite3.Connection) -> None:
    raw.execute("DELETE FROM headcount")


_COUNTED = f"""
SELECT event, session, sum(expected), sum(waiting), sum(came), sum(inside) FROM (
    SELECT event, session, (status = '{IN}') * places AS expected,
        (status = '{WAITING}') * places AS waiting, 0 AS came, 0 AS inside FROM signup
    UNION ALL SELECT event, session, 0, 0, came, inside FROM presence
) GROUP BY event, session
"""


def check(raw: sqlite3.Connection) -> list[str]:
    """The events whose headcounts are not those of their rows."""
    held = {line for line in raw.execute("SELECT * FROM headcount") if any(line[2:])}
    counted = {line for line in raw.execute(_COUNTED) if any(line[2:])}
    return sorted({line[0] for line in held ^ counted})
