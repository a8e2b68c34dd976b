"""What is asked of draws: whose seat is whose, who stands where on a list."""

from typing import NamedTuple

from sqlalchemy import Connection
from sqlmodel import col, select

from db.draws import Application, Draw
from db.queries import every, one
from db.store import driver

_OWN = "(patron = ?1 OR patron IN (SELECT subject FROM reader WHERE merged_into = ?1))"
_NOW = "status = 'confirmed' AND thing = 'seat' AND zone = ?2 AND first <= ?3 AND last >= ?3"
_JOINED = "application JOIN draw ON draw.subject = application.draw"


def allotted(connection: Connection, patron: str, zone: str, day: str) -> str | None:
    """The seat (`zone/label`) that is a reader's own in a zone on a day. The reader by the number
    that serves now.
    """
    sql = f"SELECT place FROM {_JOINED} WHERE {_OWN} AND {_NOW} ORDER BY confirmed_at LIMIT 1"
    line = driver(connection).execute(sql, (patron, zone, day)).fetchone()
    return f"{zone}/{line[0]}" if line else None


def owners(connection: Connection, zone: str, day: str) -> dict[str, str]:
    """The seats of a zone that are somebody's own on a day, each with whose (readers' ids)."""
    sql = (
        "SELECT ?1 || '/' || place, patron FROM draw JOIN application "
        "ON application.draw = draw.subject WHERE zone = ?1 AND last >= ?2 AND first <= ?2 "
        "AND thing = 'seat' AND status = 'confirmed' ORDER BY confirmed_at DESC"
    )
    return dict(driver(connection).execute(sql, (zone, day)).fetchall())


def owner(connection: Connection, seat: str, day: str) -> str | None:
    """Whose own a seat (`zone/label`) is on a day: a reader's id."""
    zone, _, label = seat.partition("/")
    sql = (
        "SELECT patron FROM draw JOIN application ON application.draw = draw.subject "
        "AND place = ?2 WHERE zone = ?1 AND last >= ?3 AND first <= ?3 "
        "AND thing = 'seat' AND status = 'confirmed' ORDER BY confirmed_at LIMIT 1"
    )
    line = driver(connection).execute(sql, (zone, label, day)).fetchone()
    return str(line[0]) if line else None


class Line(NamedTuple):
    """An application as a list shows it; number, rank and lot as far as it was listed and drawn."""

    subject: str
    patron: str
    number: str | None
    rank: int | None
    lot: str | None
    """the place that the lot gave"""
    status: str
    place: str | None
    until: str | None
    why: str | None
    name: str | None
    college: str | None
    confirmed_at: str | None


_LINES = (
    "SELECT application.subject, application.patron, number, rank, draw_line.place, status, "
    "application.place, until, why, name, college, confirmed_at FROM application "
    "LEFT JOIN draw_line ON draw_line.subject = application.draw "
    "AND draw_line.patron = application.patron WHERE draw = ? "
)


def lines(connection: Connection, draw: str) -> list[Line]:
    """All applications of a draw: as drawn, then as listed, then as they came."""
    sql = _LINES + "ORDER BY rank IS NULL, rank, number IS NULL, number, application.subject"
    return [Line(*line) for line in driver(connection).execute(sql, (draw,))]


def of_patron(connection: Connection, patron: str) -> list[Application]:
    """A reader's applications, the newest first; by the number that serves now."""
    sql = f"SELECT subject FROM application WHERE {_OWN} ORDER BY applied_at DESC"
    subjects = [line[0] for line in driver(connection).execute(sql, (patron,))]
    found = every(connection, select(Application).where(col(Application.subject).in_(subjects)))
    return sorted(found, key=lambda each: subjects.index(each.subject))


def draw(connection: Connection, subject: str) -> Draw | None:
    return one(connection, select(Draw).where(Draw.subject == subject))


def draws(connection: Connection) -> list[Draw]:
    """All draws, the newest first."""
    return every(connection, select(Draw).order_by(col(Draw.last).desc(), col(Draw.subject)))
