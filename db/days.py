"""What happened at one desk between two moments, found without walking the ledger."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam
from sqlmodel import col, select

from db.clock import stamp
from db.facts import Fact
from db.folding import facts_of
from db.queries import every
from db.request_pages import Line
from db.shifts import Shift
from db.store import driver

LONGEST = timedelta(days=2)
"""no shift is looked for that was opened so long before"""
SLACK = timedelta(days=1)
"""so far an id may be from the time that its fact says: the clock was put right in between"""

_SHIFTS = (
    select(Shift)
    .where(
        Shift.desk == bindparam("desk"),
        col(Shift.opened_at) >= bindparam("earliest"),
        col(Shift.opened_at) < bindparam("until"),
    )
    .order_by(col(Shift.opened_at), col(Shift.subject))
)


def shifts(connection: Connection, desk: str, since: datetime, until: datetime) -> list[Shift]:
    """The desk's shifts that ran then, in order."""
    found = every(
        connection, _SHIFTS, desk=desk, earliest=stamp(since - LONGEST), until=stamp(until)
    )
    return [each for each in found if each.closed_at is None or each.closed_at >= stamp(since)]


def course(connection: Connection, subject: str) -> list[Fact]:
    """The facts of a shift, in their order."""
    return facts_of(driver(connection), [subject]).get(subject, [])


def logged(
    connection: Connection, desk: str, since: datetime, until: datetime, limit: int
) -> list[Line]:
    """Requests first asked at a desk then, less what was entered afterwards, in order."""
    lines = driver(connection).execute(
        f"SELECT {', '.join(Line._fields)} FROM request WHERE desk = ? AND logged_at >= ? "
        "AND logged_at < ? AND backdated = 0 ORDER BY logged_at, serial LIMIT ?",
        (desk, stamp(since), stamp(until), limit),
    )
    return [Line(*line) for line in lines]


def done(connection: Connection, desk: str, since: datetime, until: datetime) -> dict[str, int]:
    """How many facts of each kind a desk wrote then."""
    lines = driver(connection).execute(
        "SELECT kind, count(*) FROM fact WHERE id >= ? AND id < ? AND desk = ? "
        "AND at >= ? AND at < ? GROUP BY kind",
        (_id(since - SLACK), _id(until + SLACK), desk, stamp(since), stamp(until)),
    )
    return {str(kind): int(count) for kind, count in lines}


def _id(moment: datetime) -> str:
    """Where the UUIDv7 of a moment begin (RFC 9562: 48 bits of milliseconds)."""
    text = f"{int(moment.timestamp() * 1000):012x}"
    return f"{text[:8]}-{text[8:]}"
