"""The queue (候位) for a full zone: who waits, in the order of coming, and which seat they were
called to.
"""

import json
from collections.abc import Sequence

from sqlalchemy import Connection, Index, and_, or_, text
from sqlmodel import Field, SQLModel, col, select

from db import clock
from db.facts import Book, Fact, Row, Rows, Stub, drafted, put
from db.queries import every, one
from db.store import driver

WAITING, CALLED, OVER = "waiting", "called", "over"
_OPEN = "ended_at IS NULL"


class Queueing(SQLModel, table=True):
    """One reader's place in the queue of a zone on a library day. Moments are UTC stamps."""

    __table_args__ = (
        Index("queueing_zone", "zone", "day", "joined_at", sqlite_where=text(_OPEN)),
        Index("queueing_patron", "patron", sqlite_where=text(_OPEN)),
    )
    subject: str = Field(primary_key=True)
    desk: str
    patron: str
    zone: str
    day: str
    joined_at: str
    status: str
    called_at: str | None = None
    called_by: str | None = None
    """the desk that called, and holds the seat"""
    seat: str | None = None
    """zone/label"""
    sitting: str | None = None
    """the reservation that the call made"""
    until: str | None = None
    """by when to come"""
    ended_at: str | None = None
    how: str | None = None
    """served, left, missed, elsewhere (they sit), unfit (they may not), closed, given_away (their
    seat, by whoever settled a clash: they wait on in a new line)
    """


def _clashes(one: Stub, other: Stub) -> bool:
    """Called twice, to different seats."""
    if one.kind != other.kind or one.kind != "queue.called":
        return False
    return bool(json.loads(one.data)["seat"] != json.loads(other.data)["seat"])


_TABLES: tuple[type[SQLModel], ...] = (Queueing,)
QUEUES = Book(
    "queue", _TABLES, clashes=_clashes, closed=lambda rows: rows["queueing",]["status"] == OVER
)


draft = drafted


def _row(rows: Rows) -> Row:
    return rows["queueing",]


@QUEUES.fold("queue.joined")
def _joined(rows: Rows, fact: Fact) -> Rows:
    """`{patron, zone, day}`; of who waits on, since when: `{since}`."""
    said = fact.says()
    times = {"joined_at": said.pop("since", fact.at), "day": clock.day(said.pop("day"))}
    return put(rows, "queueing", **said, desk=fact.desk, status=WAITING, **times)


@QUEUES.fold("queue.called")
def _called(rows: Rows, fact: Fact) -> Rows:
    """`{seat, sitting, until}`. The first call holds."""
    if _row(rows)["status"] != WAITING:
        return rows
    called = {"called_at": fact.at, "called_by": fact.desk, "status": CALLED}
    return put(rows, "queueing", **fact.says(), **called)


def _over(rows: Rows, fact: Fact, how: str) -> Rows:
    if _row(rows)["status"] == OVER:
        return rows
    return put(rows, "queueing", status=OVER, ended_at=fact.at, how=how)


@QUEUES.fold("queue.left")
def _left(rows: Rows, fact: Fact) -> Rows:
    """`{why}`: see `Queueing.how`; of who joined by mistake `{undoes, by}`."""
    return _over(rows, fact, str(fact.says().get("why", "left")))


@QUEUES.fold("queue.served")
def _served(rows: Rows, fact: Fact) -> Rows:
    """They came and sat down."""
    return _over(rows, fact, "served")


# queries

_ORDER = (col(Queueing.joined_at), col(Queueing.subject))


def by_subject(connection: Connection, subject: str) -> Queueing | None:
    return one(connection, select(Queueing).where(Queueing.subject == subject))


def queue(connection: Connection, zone: str, day: str) -> list[Queueing]:
    """Whoever waits for a zone, or was called and has not come, in the order of coming."""
    where = (col(Queueing.ended_at).is_(None), Queueing.zone == zone, Queueing.day == day)
    return every(connection, select(Queueing).where(*where).order_by(*_ORDER))


def ahead(connection: Connection, zone: str, day: str, of: Queueing | None = None) -> int:
    """How many wait for a zone: before somebody's place, or before whoever comes now."""
    where = f"{_OPEN} AND zone = ? AND day = ? AND status = ?"
    values = [zone, day, WAITING]
    if of is not None:
        where += " AND (joined_at, subject) < (?, ?)"
        values += [of.joined_at, of.subject]
    sql = f"SELECT count(*) FROM queueing WHERE {where}"
    return int(driver(connection).execute(sql, values).fetchone()[0])


def of_readers(connection: Connection, patrons: Sequence[str], day: str) -> Queueing | None:
    """The place of a reader, under any of their numbers, in a queue from that day on."""
    open_ = col(Queueing.ended_at).is_(None)
    where = (open_, col(Queueing.patron).in_(patrons), Queueing.day >= day)
    return one(connection, select(Queueing).where(*where).order_by(*_ORDER))


def at_desk(connection: Connection, desk: str) -> list[Queueing]:
    """Whoever waits where they joined at a desk, or was called by it, in the order of coming."""
    sql = f"SELECT 1 FROM queueing WHERE {_OPEN} LIMIT 1"
    if driver(connection).execute(sql).fetchone() is None:
        return []  # nearly always, and asked after every scan
    mine = or_(
        and_(col(Queueing.status) == WAITING, col(Queueing.desk) == desk),
        and_(col(Queueing.status) == CALLED, col(Queueing.called_by) == desk),
    )
    where = (col(Queueing.ended_at).is_(None), mine)
    return every(connection, select(Queueing).where(*where).order_by(*_ORDER))


def waiting(connection: Connection) -> list[tuple[str, str, int]]:
    """How many wait, by zone and day."""
    sql = (
        f"SELECT zone, day, count(*) FROM queueing WHERE {_OPEN} AND status = '{WAITING}' "
        "GROUP BY zone, day ORDER BY zone, day"
    )
    return driver(connection).execute(sql).fetchall()
