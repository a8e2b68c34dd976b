"""What is asked of draws: whose seat is whose, who stands where on a list."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection
from sqlmodel import col, select

from db.clashes import undoes
from db.draws import APPLIED, LISTED, WAITING, WON, Draw
from db.folding import facts_of
from db.queries import every, one
from db.rows import chunks, marks
from db.store import driver

_OWN = "(patron = ?1 OR patron IN (SELECT subject FROM reader WHERE merged_into = ?1))"
_NOW = "status = 'confirmed' AND thing = 'seat' AND zone = ?2 AND first <= ?3 AND last >= ?3"
_JOINED = "application CROSS JOIN draw ON draw.subject = application.draw"
"""in this order: a reader has few applications, a zone's draw has thousands"""


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
    confirmed_at: str | None
    college: str | None
    name: str | None
    """as its reader is called now, with their number; None once erased"""
    reader: str | None


_OF = """FROM application
LEFT JOIN draw_line ON draw_line.subject = draw AND draw_line.patron = application.patron
"""
_LINES = f"""
SELECT application.subject, application.patron, draw_line.number, rank, draw_line.place, status,
application.place, until, why, confirmed_at, application.college, reader.name, reader.number
{_OF}LEFT JOIN reader ON reader.subject = application.patron
"""
_COLUMNS = (
    "rank IS NULL",
    "coalesce(rank, 0)",
    "draw_line.number IS NULL",
    "coalesce(draw_line.number, '')",
    "applied_at",
    "application.subject",
)
"""what applications stand in order of"""
_PLACE = f"({', '.join(_COLUMNS)})"
_ORDER = f"ORDER BY {', '.join(_COLUMNS)}"
_BACK = f"ORDER BY {', '.join(f'{each} DESC' for each in _COLUMNS)}"
_THERE = f"(SELECT {', '.join(_COLUMNS)} {_OF} WHERE application.subject = ?)"
_STATE = f"""CASE WHEN status <> '{APPLIED}' THEN status
    WHEN rank IS NULL THEN CASE WHEN draw_line.number IS NULL THEN '{APPLIED}' ELSE '{LISTED}' END
    WHEN draw_line.place IS NULL THEN '{WAITING}' ELSE '{WON}' END"""


def lines(connection: Connection, draw: str) -> list[Line]:
    """All applications of a draw: as drawn, then as listed, then as they came."""
    sql = f"{_LINES} WHERE draw = ? {_ORDER}"
    return [Line(*line) for line in driver(connection).execute(sql, (draw,))]


def counts(connection: Connection, draw: str) -> dict[str, int]:
    """How many of a draw's applications stand how."""
    sql = f"SELECT {_STATE}, count(*) {_OF} WHERE draw = ? GROUP BY 1"
    return dict(driver(connection).execute(sql, (draw,)).fetchall())


def page(
    connection: Connection,
    draw: str,
    state: str,
    beside: str | None,
    limit: int,
    skip: int = 0,
    *,
    backwards: bool = False,
) -> list[Line]:
    """Some of a draw's applications, in their order: those behind one of them, or before it, that
    stand so ("": all).
    """
    where, values = _such(draw, state)
    if beside is not None:
        where += f" AND {_PLACE} {'<' if backwards else '>'} {_THERE}"
        values.append(beside)
    sql = f"{_LINES} WHERE {where} {_BACK if backwards else _ORDER} LIMIT ? OFFSET ?"
    found = [Line(*line) for line in driver(connection).execute(sql, (*values, limit, skip))]
    return found[::-1] if backwards else found


def place(connection: Connection, draw: str, state: str, subject: str) -> int | None:
    """How many stand before an application; None if it is none of those."""
    where, values = _such(draw, state)
    sql = f"SELECT 1 {_OF} WHERE {where} AND application.subject = ?"
    raw = driver(connection)
    if raw.execute(sql, (*values, subject)).fetchone() is None:
        return None
    sql = f"SELECT count(*) {_OF} WHERE {where} AND {_PLACE} < {_THERE}"
    return int(raw.execute(sql, (*values, subject)).fetchone()[0])


def _such(draw: str, state: str) -> tuple[str, list[str]]:
    return (f"draw = ? AND {_STATE} = ?", [draw, state]) if state else ("draw = ?", [draw])


def line(connection: Connection, subject: str) -> Line | None:
    """One application."""
    sql = f"{_LINES} WHERE application.subject = ?"
    found = driver(connection).execute(sql, (subject,)).fetchone()
    return Line(*found) if found else None


def of_place(connection: Connection, draw: str, place: str) -> list[Line]:
    """The applications that were given a place, or drew it."""
    given = "SELECT subject FROM application WHERE draw = ?1 AND place = ?2"
    drew = (
        "SELECT 'application:' || substr(subject, 6) || ':' || patron FROM draw_line "
        "WHERE subject = ?1 AND place = ?2"
    )
    sql = f"{_LINES} WHERE application.subject IN ({given} UNION {drew})"
    return [Line(*line) for line in driver(connection).execute(sql, (draw, place))]


def of_reader(connection: Connection, person: Sequence[str], draw: str | None = None) -> list[Line]:
    """A reader's applications, under each of their numbers, of one draw or of all, the newest
    first.
    """
    where = f"application.patron IN {marks(len(person))} AND coalesce(?, draw) = draw"
    sql = f"{_LINES} WHERE {where} ORDER BY applied_at DESC, 1"
    return [Line(*line) for line in driver(connection).execute(sql, (*person, draw))]


def lots(connection: Connection, draw: str) -> list[tuple[int, str, str | None]]:
    """What the lot gave: rank, number, and the place that the first ranks have."""
    sql = "SELECT rank, number, place FROM draw_line WHERE subject = ? ORDER BY rank"
    return driver(connection).execute(sql, (draw,)).fetchall()


def begun(connection: Connection, draw: str) -> bool:
    """Whether anything came of a draw yet: confirmed, given up, passed down."""
    sql = "SELECT EXISTS (SELECT 1 FROM application WHERE draw = ? AND status IN {})"
    states = "('confirmed', 'offered', 'forfeited')"
    return bool(driver(connection).execute(sql.format(states), (draw,)).fetchone()[0])


def known(connection: Connection, subjects: Sequence[str]) -> set[str]:
    """Which of these applications are on record."""
    found: set[str] = set()
    for chunk in chunks(subjects):
        sql = f"SELECT subject FROM application WHERE subject IN {marks(len(chunk))}"
        found.update(subject for (subject,) in driver(connection).execute(sql, chunk))
    return found


def last_used(connection: Connection, person: Sequence[str], zone: str) -> str | None:
    """The last library day on which a reader sat in a zone."""
    sql = (
        f"SELECT max(day) FROM sitting WHERE patron IN {marks(len(person))} AND zone = ? "
        "AND since IS NOT NULL AND how IS NOT 'void'"
    )
    found = driver(connection).execute(sql, (*person, zone)).fetchone()
    return str(found[0]) if found[0] else None


def late(connection: Connection, desk: str, day: str, since: str, now: str) -> int:
    """How many places of a desk's draws that are not over were not confirmed in time: what was
    passed down at any time, and what was drawn if its time has ended since a moment.
    """
    of = "drawn_desk = ?1 AND last >= ?2"
    offered = (
        "SELECT count(*) FROM application CROSS JOIN draw ON draw.subject = application.draw "
        f"WHERE status = 'offered' AND until < ?4 AND {of}"
    )
    won = (
        "SELECT count(*) FROM draw CROSS JOIN draw_line ON draw_line.subject = draw.subject "
        "AND draw_line.place IS NOT NULL CROSS JOIN application ON application.subject = "
        "'application:' || substr(draw.subject, 6) || ':' || draw_line.patron "
        f"WHERE {of} AND confirm_until >= ?3 AND confirm_until < ?4 AND status = 'applied'"
    )
    sql = f"SELECT ({offered}) + ({won})"
    return int(driver(connection).execute(sql, (desk, day, since, now)).fetchone()[0])


def listing(connection: Connection, draw: str) -> str | None:
    """The fact by which the list that stands was published."""
    facts = facts_of(driver(connection), [draw]).get(draw, [])
    gone = {undoes(fact) for fact in facts}
    ids = [f.id for f in facts if f.kind == "draw.published" and f.id not in gone]
    return ids[0] if ids else None


def draw(connection: Connection, subject: str) -> Draw | None:
    return one(connection, select(Draw).where(Draw.subject == subject))


def draws(connection: Connection) -> list[Draw]:
    """All draws, the newest first."""
    return every(connection, select(Draw).order_by(col(Draw.opened_at).desc(), col(Draw.subject)))
