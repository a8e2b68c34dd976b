"""What is asked of events: which there are, their sessions, and how many are expected there."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection
from sqlmodel import col, select

from db.events import Event, Series, Session
from db.paging import Paged
from db.queries import every, one
from db.rows import chunks, marks
from db.store import driver

WITHDRAWN = "event.status = 'cancelled' AND event.why IS NULL"
"""announced by mistake: what was called off has its reason"""


class Heads(NamedTuple):
    """People of a session: signed up, on the waiting list, seen at a door, still inside."""

    expected: int = 0
    waiting: int = 0
    came: int = 0
    inside: int = 0


class Line(NamedTuple):
    """A session as a list shows it."""

    event: str
    session: str
    begins: str
    until: str
    place: str
    capacity: int | None
    """of the session, else the event's, and what somebody has allowed"""
    status: str
    """planned where neither it nor the event is cancelled"""
    moved: bool
    desk: str
    number: int
    title: str
    kind: str
    series: str | None
    department: str
    expected: int
    waiting: int
    came: int


class Wanted(NamedTuple):
    """Which sessions are listed: from a moment on, up to one, of a kind, a department, a series, an
    event; a part of its title, or its name (2F-7).
    """

    since: str = ""
    until: str = ""
    kind: str = ""
    department: str = ""
    series: str = ""
    event: str = ""
    words: str = ""
    unreported: bool = False
    """the last of each event of which nobody has said yet what was learnt"""


_STATUS = "iif(event.status = 'cancelled', 'cancelled', session.status)"
_MOST = (
    "iif(coalesce(session.capacity, event.capacity) IS NULL, NULL, "
    "max(coalesce(session.capacity, event.capacity), coalesce(allowed, 0)))"
)
_OF = """FROM session JOIN event ON event.subject = session.subject
LEFT JOIN headcount own ON own.event = session.subject AND own.session = session.id
LEFT JOIN headcount whole ON whole.event = session.subject AND whole.session = ''
    AND NOT event.apart
"""


def _heads(name: str) -> str:
    return f"coalesce(own.{name}, 0) + coalesce(whole.{name}, 0)"


_LINE = (
    "session.subject, session.id, begins, session.until, place, "
    f"{_MOST}, {_STATUS}, was IS NOT NULL, desk, number, title, kind, series, department, "
    f"{_heads('expected')}, {_heads('waiting')}, {_heads('came')}"
)
_LIST = Paged(_LINE, _OF, ("begins", "session.subject", "session.id"))
_LAST = (
    "(SELECT max(begins) FROM session AS other WHERE other.subject = session.subject "
    "AND other.status = 'planned')"
)


def event(connection: Connection, subject: str) -> Event | None:
    return one(connection, select(Event).where(Event.subject == subject))


def by_subjects(connection: Connection, subjects: Collection[str]) -> dict[str, Event]:
    found: dict[str, Event] = {}
    for some in chunks(subjects):
        rows = every(connection, select(Event).where(col(Event.subject).in_(some)))
        found.update((row.subject, row) for row in rows)
    return found


def numbered(connection: Connection, desk: str, number: int) -> list[Event]:
    """What a desk's number stands for; two where two machines were one desk."""
    return every(
        connection,
        select(Event)
        .where(Event.desk == desk, Event.number == number)
        .order_by(col(Event.announced_at)),
    )


def titled(connection: Connection, part: str) -> list[tuple[str, str, str]]:
    """Events whose title has that part, in whatever case: subject, title, end of their last session
    ("": none), those that were announced last first.
    """
    sql = (
        "SELECT subject, title, coalesce((SELECT max(until) FROM session "
        "WHERE session.subject = event.subject), '') FROM event "
        f"WHERE instr(lower(title), lower(?)) AND NOT ({WITHDRAWN}) "
        "ORDER BY announced_at DESC, subject DESC"
    )
    return driver(connection).execute(sql, (part,)).fetchall()


def sessions(connection: Connection, subjects: Collection[str]) -> dict[str, list[Session]]:
    """The sessions of events, each event's by time."""
    found: dict[str, list[Session]] = defaultdict(list)
    for some in chunks(subjects):
        statement = select(Session).where(col(Session.subject).in_(some))
        for row in every(connection, statement.order_by(Session.begins, Session.id)):
            found[row.subject].append(row)
    return found


def session(connection: Connection, id: str) -> Session | None:
    return one(connection, select(Session).where(Session.id == id))


def heads(connection: Connection, subjects: Collection[str]) -> dict[str, dict[str, Heads]]:
    """How many are expected, wait, and came, by event and session; "" for an event as a whole."""
    found: dict[str, dict[str, Heads]] = defaultdict(dict)
    for some in chunks(subjects):
        sql = (
            "SELECT event, session, expected, waiting, came, inside FROM headcount "
            f"WHERE event IN {marks(len(some))}"
        )
        for event, session, *figures in driver(connection).execute(sql, some):
            found[event][session] = Heads(*figures)
    return found


# lists


def _such(wanted: Wanted) -> tuple[str, list[Any]]:
    where, values = f"NOT ({WITHDRAWN})", []
    conditions = {
        "session.until > ?": wanted.since,
        "begins < ?": wanted.until,
        "kind = ?": wanted.kind,
        "department = ?": wanted.department,
        "series = ?": wanted.series,
        "session.subject = ?": wanted.event,
        "instr(lower(title || ' ' || desk || '-' || number), lower(?))": wanted.words,
    }
    for condition, value in conditions.items():
        if value:
            where += f" AND {condition}"
            values.append(value)
    if wanted.unreported:
        where += f" AND reported_at IS NULL AND {_STATUS} = 'planned' AND begins = {_LAST}"
    return where, values


def count(connection: Connection, wanted: Wanted) -> int:
    return _LIST.count(connection, *_such(wanted))


def page(
    connection: Connection,
    wanted: Wanted,
    beside: tuple[str, str, str] | None = None,
    limit: int = -1,
    skip: int = 0,
    *,
    backwards: bool = False,
) -> list[Line]:
    """Some of the sessions that are wanted, by time: those behind one (begins, event, session), or
    before it.
    """
    found = _LIST.page(connection, *_such(wanted), beside, limit, skip, backwards=backwards)
    return [Line(*line) for line in found]


def place(connection: Connection, wanted: Wanted, at: tuple[str, str, str]) -> int | None:
    """How many stand before a session; None if it is none of those."""
    return _LIST.place(connection, *_such(wanted), at)


def in_place(connection: Connection, place: str, begins: str, until: str) -> list[Line]:
    """What is planned between two moments at a place, or ("") anywhere."""
    where = f"begins < ?1 AND session.until > ?2 AND {_STATUS} = 'planned' AND ?3 IN ('', place)"
    return [Line(*line) for line in _LIST.page(connection, where, (until, begins, place))]


# what hangs on an event


def signed_up(connection: Connection, event: str, session: str | None = None) -> bool:
    """Whether anybody ever signed up for an event, or for one session of it by itself."""
    where = "event = ?" + (" AND session = ?" if session is not None else "")
    values = [event, *([session] if session is not None else [])]
    sql = f"SELECT EXISTS (SELECT 1 FROM signup WHERE {where})"
    return bool(driver(connection).execute(sql, values).fetchone()[0])


def told_since(connection: Connection, event: str, moment: str) -> bool:
    """Whether anybody was told of a change that was made then or later."""
    sql = "SELECT EXISTS (SELECT 1 FROM signup WHERE event = ? AND told_change >= ?)"
    return bool(driver(connection).execute(sql, (event, moment)).fetchone()[0])


# series


def series(connection: Connection, subject: str) -> Series | None:
    return one(connection, select(Series).where(Series.subject == subject))


def all_series(connection: Connection) -> list[Series]:
    """The newest first."""
    return every(connection, select(Series).order_by(col(Series.first).desc(), Series.subject))


def counted(connection: Connection, subjects: Sequence[str]) -> dict[str, tuple[int, int]]:
    """How many events and sessions belong to each series, as far as they are held."""
    sql = (
        "SELECT series, count(DISTINCT event.subject), count(session.id) FROM event "
        "LEFT JOIN session ON session.subject = event.subject AND session.status = 'planned' "
        f"WHERE series IN {marks(len(subjects))} AND event.status = 'planned' GROUP BY series"
    )
    lines = driver(connection).execute(sql, subjects)
    return {series: (events, sessions) for series, events, sessions in lines}
