"""What happened at one desk between two moments, found without walking the ledger."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam
from sqlmodel import col, select

from db.clock import first_id, stamp
from db.facts import Fact
from db.folding import facts_of
from db.queries import every
from db.request_pages import Line
from db.requests import COUNTS, OPEN
from db.shifts import Shift
from db.store import driver

LONGEST = timedelta(days=2)
"""no shift is looked for that was opened so long before"""
SLACK = timedelta(days=1)
"""So far an id may be before the time that its fact says: the clock was put right in between. How
far behind nobody knows: no id is below the ledger's greatest, and that may be of a clock far ahead.
"""

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


class Entered(NamedTuple):
    """A request, when it was put on record, and whether that was afterwards (补录)."""

    line: Line
    at: str
    backdated: bool


_WRITTEN = (
    "subject IN (SELECT subject FROM fact WHERE id >= ? AND desk = ? "
    "AND at >= ? AND at < ? AND kind = ?)"
)
_ENTERED = f"SELECT {', '.join(Line._fields)}, logged_at, backdated FROM request WHERE "


def _written(desk: str, since: datetime, until: datetime, kind: str) -> tuple[str, ...]:
    return (first_id(since - SLACK), desk, stamp(since), stamp(until), kind)


def _entered(lines: Iterable[tuple[Any, ...]]) -> list[Entered]:
    return [Entered(Line(*values), at, bool(back)) for *values, at, back in lines]


def logged(
    connection: Connection, desk: str, since: datetime, until: datetime, limit: int
) -> tuple[int, int, list[Entered]]:
    """How many requests a desk put on record then, how many of those afterwards (补录), and so many
    of them all, in order; none that was logged by mistake.
    """
    raw, where = driver(connection), f"{_WRITTEN} AND {COUNTS}"
    values = _written(desk, since, until, "request.logged")
    counted = f"SELECT count(*), coalesce(sum(backdated), 0) FROM request WHERE {where}"
    count, afterwards = raw.execute(counted, values).fetchone()
    lines = raw.execute(f"{_ENTERED} {where} ORDER BY logged_at, serial LIMIT ?", (*values, limit))
    return int(count), int(afterwards), _entered(lines)


def closed_older(
    connection: Connection, desk: str, since: datetime, until: datetime, limit: int
) -> list[Entered]:
    """Requests that had been on record before and were closed at a desk then."""
    lines = driver(connection).execute(
        f"{_ENTERED} {_WRITTEN} AND {COUNTS} AND logged_at < ? AND closed_at IS NOT NULL "
        "ORDER BY closed_at, serial LIMIT ?",
        (*_written(desk, since, until, "request.closed"), stamp(since), limit),
    )
    return _entered(lines)


def carried(
    connection: Connection, desk: str, before: datetime, limit: int
) -> tuple[int, list[Entered]]:
    """How many requests a desk put on record before and are open still, and so many of them, what
    is due first, first.
    """
    raw, where = driver(connection), f"status = '{OPEN}' AND desk = ? AND logged_at < ?"
    values = (desk, stamp(before))
    (count,) = raw.execute(f"SELECT count(*) FROM request WHERE {where}", values).fetchone()
    lines = raw.execute(f"{_ENTERED} {where} ORDER BY due_at, serial LIMIT ?", (*values, limit))
    return int(count), _entered(lines)


def done(connection: Connection, desk: str, since: datetime, until: datetime) -> dict[str, int]:
    """How many facts of each kind a desk wrote then; not what was undone and the undoings, or of a
    request that was logged by mistake.
    """
    lines = driver(connection).execute(
        "WITH done AS (SELECT id, kind, subject, "
        "CASE WHEN json_valid(data) THEN json_extract(data, '$.undoes') END AS undoes FROM fact "
        "WHERE id >= ? AND desk = ? AND at >= ? AND at < ?) "
        "SELECT kind, count(*) FROM done WHERE undoes IS NULL "
        "AND id NOT IN (SELECT undoes FROM done WHERE undoes IS NOT NULL) "
        "AND NOT EXISTS (SELECT 1 FROM request WHERE request.subject = done.subject "
        f"AND NOT {COUNTS}) GROUP BY kind",
        (first_id(since - SLACK), desk, stamp(since), stamp(until)),
    )
    return {str(kind): int(count) for kind, count in lines}
