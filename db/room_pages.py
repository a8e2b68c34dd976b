"""What is asked of the rooms' bookings. Days and moments are texts, as in their rows."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Connection
from sqlmodel import col, select

from db.clock import moment, stamp
from db.queries import every, one
from db.rooms import BOOKED, IN_USE, WAITING, Booking
from db.store import driver

_TAKES = f"status IN ('{BOOKED}', '{IN_USE}')"
_ORDER = (col(Booking.from_), col(Booking.id))


def by_id(connection: Connection, id: str) -> Booking | None:
    return one(connection, select(Booking).where(Booking.id == id))


def of_day(connection: Connection, day: str) -> list[Booking]:
    """All of a library day, waits and what is over too, by room and begin."""
    statement = select(Booking).where(Booking.day == day)
    return every(connection, statement.order_by(col(Booking.room), *_ORDER))


def of_room(connection: Connection, subject: str) -> list[Booking]:
    """All of one room on one day."""
    return every(connection, select(Booking).where(Booking.subject == subject).order_by(*_ORDER))


def taken(connection: Connection, day: str, begin: str, until: str) -> set[str]:
    """The rooms that somebody has or will have at some time between two moments of a day, and the
    places of what is on then.
    """
    sql = (
        f"SELECT room FROM booking WHERE day = ?1 AND {_TAKES} AND from_ < ?2 AND until > ?3 "
        "UNION SELECT place FROM session JOIN event ON event.subject = session.subject "
        "WHERE begins < ?2 AND session.until > ?3 "
        "AND session.status = 'planned' AND event.status = 'planned'"
    )
    return {room for (room,) in driver(connection).execute(sql, (day, until, begin))}


def of_person(connection: Connection, person: Sequence[str], since: str) -> list[Booking]:
    """What a reader has, or waits for, from a day on, under each of their numbers."""
    statement = select(Booking).where(
        col(Booking.patron).in_(person), Booking.day >= since, col(Booking.ended_at).is_(None)
    )
    return every(connection, statement.order_by(col(Booking.day), *_ORDER))


def used_on(connection: Connection, person: Sequence[str], day: str) -> list[Booking]:
    """What a reader has or had on a day; nothing that was taken back, and no wait."""
    statement = select(Booking).where(
        col(Booking.patron).in_(person),
        Booking.day == day,
        Booking.status != WAITING,
        col(Booking.how).is_(None)
        | col(Booking.how).in_(("left", "time_up", "no_show", "too_few")),
    )
    return every(connection, statement.order_by(*_ORDER))


def lapsed(connection: Connection, now: str) -> list[Booking]:
    """What is open and should not be: its time is up, or nobody came in time. What has begun is
    over within a day, so that what is to come is not looked at.
    """
    next_day = stamp(moment(now) + timedelta(days=1))
    late = (col(Booking.status) == BOOKED) & (col(Booking.hold_until) < now)
    statement = select(Booking).where(
        col(Booking.ended_at).is_(None),
        Booking.until <= next_day,
        (col(Booking.until) <= now) | late,
    )
    return every(connection, statement.order_by(col(Booking.until), col(Booking.id)))


def worded(connection: Connection, limit: int) -> list[Booking]:
    """What names no reader and says something, however it ended: the last first."""
    told = col(Booking.scope).is_not(None) & col(Booking.what).is_not(None)
    said = col(Booking.words).is_not(None) | told
    statement = select(Booking).where(col(Booking.patron).is_(None), said)
    order = (col(Booking.day).desc(), col(Booking.from_).desc(), col(Booking.id))
    return every(connection, statement.order_by(*order).limit(limit))


def of_series(connection: Connection, series: str, since: str) -> list[Booking]:
    """What is left of what repeats, from a moment on."""
    statement = select(Booking).where(
        Booking.series == series, Booking.from_ >= since, col(Booking.ended_at).is_(None)
    )
    return every(connection, statement.order_by(*_ORDER))


def between(connection: Connection, first: str, last: str) -> list[Booking]:
    """Bookings of some days, both in it, by time; no waits, nothing entered by mistake."""
    statement = select(Booking).where(
        Booking.day >= first,
        Booking.day <= last,
        Booking.status != WAITING,
        col(Booking.how).is_(None) | ~col(Booking.how).in_(("withdrawn", "unserved")),
    )
    return every(connection, statement.order_by(col(Booking.day), *_ORDER))


def known(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Which of these are on record."""
    raw, sql = driver(connection), "SELECT 1 FROM booking WHERE id = ?"
    return {id for id in ids if raw.execute(sql, (id,)).fetchone()}
