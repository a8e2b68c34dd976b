"""Another machine that writes under this desk's code: a copy of its data, or the one it replaced.

Both go on, and nothing is lost; but both give the same numbers, and people must be told.
"""

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from db.clock import moment
from db.facts import Fact
from db.numbering import NUMBERED
from db.place import setting
from db.store import driver

SINCE, ABOVE = "alone_since", "alone_above"
"""The settings that say from which id on, and above which position of the centre, this machine
alone should write under its code: it was restored, joined, or found to be a copy. What is before is
what it had lost, or what was adopted."""
SEEN = "twin"
"""the setting that says when, by its clock, another was last seen to write"""
RECENT = timedelta(days=7)
"""for which people are told of it"""


def begin(raw: sqlite3.Connection, id: str) -> None:
    """From now on, and from the next hello on, what another machine writes is a twin's."""
    raw.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (SINCE, id))
    raw.execute("DELETE FROM setting WHERE name IN (?, ?)", (ABOVE, SEEN))


def greeted(raw: sqlite3.Connection, top: int) -> None:
    """The centre has said how far it is."""
    raw.execute(
        "INSERT INTO setting SELECT ?, ? FROM setting WHERE name = ? ON CONFLICT DO NOTHING",
        (ABOVE, top, SINCE),
    )


def notice(raw: sqlite3.Connection, come: Sequence[Fact]) -> None:
    """Facts of this desk have come that were not here."""
    if not come:
        return
    names = (SINCE, ABOVE, SEEN)
    known = dict(raw.execute("SELECT * FROM setting WHERE name IN (?, ?, ?)", names).fetchall())
    since, above = known.get(SINCE, ""), int(known.get(ABOVE, 0))
    written = [fact.at for fact in come if fact.id > since and (fact.pos or 0) > above]
    if written:
        last = max(*written, known.get(SEEN, ""))
        raw.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (SEEN, last))


def seen(connection: Connection, now: datetime) -> datetime | None:
    """When another machine last wrote under this code, if that is not long ago."""
    known = setting(connection, SEEN)
    if known is None or now - moment(known) > RECENT:
        return None
    return moment(known)


def doubled(connection: Connection, year: int) -> list[int]:
    """Numbers of a year that this desk's code has given to two things."""
    raw = driver(connection)
    return sorted(
        number
        for table in NUMBERED
        for (number,) in raw.execute(
            f"SELECT number FROM {table} WHERE desk = (SELECT desk FROM place) AND year = ? "
            "GROUP BY number HAVING count(*) > 1",
            (year,),
        )
    )
