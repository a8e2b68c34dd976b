"""An event's sign-ups as lists have them, and who is to be told what. Moments are texts, as in
their rows.
"""

from typing import Any, NamedTuple

from sqlalchemy import Connection

from db import names
from db.paging import Paged
from db.readers import capitals
from db.signup_rows import CANCELLED, CROWDED, IN, LISTED, WAITING
from db.store import driver

_LIVE = f"status IN ('{IN}', '{WAITING}')"
CAME, MISSING = "came", "missing"
"""how the sign-ups that have a place are listed, beside by their status"""


class Wanted(NamedTuple):
    """Which of an event's sign-ups: of a session ("": of all), that stand so ("": that have a place
    or wait), and a part of a name, a number or its last four digits, those of a telephone.
    """

    event: str
    session: str = ""
    state: str = ""
    words: str = ""


class Line(NamedTuple):
    """A sign-up as a list shows it."""

    subject: str
    session: str
    event: str
    patron: str | None
    name: str | None
    """of a reader as they are called now; None once erased"""
    number: str | None
    phone: str | None
    college: str | None
    places: int
    status: str
    asked_at: str
    source: str
    answers: str | None
    promoted_at: str | None
    told_place_at: str | None
    told_change: str | None
    ended_at: str | None
    why: str | None
    came: int
    came_at: str | None
    listed: int | None
    """whether that is off a sheet, put on record afterwards"""


_HERE = "presence.subject = signup.subject AND ?1 IN ('', presence.session)"
_CAME = f"EXISTS (SELECT 1 FROM presence WHERE {_HERE} AND came > 0)"
_COLUMNS = (
    "signup.subject, signup.session, event, patron, coalesce(reader.name, signup.name), "
    "coalesce(reader.number, signup.number), coalesce(reader.phone, signup.phone), college, "
    "places, status, asked_at, source, answers, promoted_at, told_place_at, told_change, ended_at, "
    f"why, coalesce((SELECT max(came) FROM presence WHERE {_HERE}), 0), "
    f"(SELECT min(first_at) FROM presence WHERE {_HERE}), "
    f"(SELECT min(how = '{LISTED}') FROM presence JOIN admission "
    f"ON admission.subject = presence.subject AND admission.id = first WHERE {_HERE})"
)
_FROM = "FROM signup LEFT JOIN reader ON reader.subject = patron"
_STATES = {
    "": f"signup.{_LIVE}",
    IN: f"status = '{IN}'",
    WAITING: f"status = '{WAITING}'",
    CAME: f"status = '{IN}' AND {_CAME}",
    MISSING: f"status = '{IN}' AND NOT {_CAME}",
    CANCELLED: f"status NOT IN ('{IN}', '{WAITING}')",
}
_LIST = Paged(_COLUMNS, _FROM, ("asked_at", "signup.subject", "signup.session"))


def _such(wanted: Wanted) -> tuple[str, list[Any]]:
    values: list[Any] = [wanted.session, wanted.event]
    where = f"event = ?2 AND {_STATES[wanted.state]}"
    if wanted.session:
        where += " AND signup.session IN ('', ?1)"
    if wanted.words:
        form = names.query(wanted.words)
        values += [wanted.words, wanted.words[-4:], capitals(wanted.words), form]
        where += (
            " AND (instr(coalesce(reader.name, signup.name), ?3) "
            "OR (length(?3) = 4 AND substr(coalesce(reader.number, signup.number), -4) = ?4) "
            "OR substr(reader.number, 1, length(?5)) = ?5 "
            "OR (length(?3) = 4 AND substr(coalesce(reader.phone, signup.phone), -4) = ?4) "
            "OR coalesce(reader.phone, signup.phone) = ?3 OR reader.serial IN "
            "(SELECT reader FROM reader_term WHERE term >= ?6 AND term < ?6 || char(1114111)))"
        )
    return where, values


def page(
    connection: Connection,
    wanted: Wanted,
    beside: tuple[str, str, str] | None = None,
    limit: int = -1,
    skip: int = 0,
    *,
    backwards: bool = False,
) -> list[Line]:
    """Some of an event's sign-ups in the order asked: those behind one (asked, subject, session),
    or before it.
    """
    found = _LIST.page(connection, *_such(wanted), beside, limit, skip, backwards=backwards)
    return [Line(*line) for line in found]


def place(connection: Connection, wanted: Wanted, at: tuple[str, str, str]) -> int | None:
    """How many stand before a sign-up; None if it is none of those."""
    return _LIST.place(connection, *_such(wanted), at)


def counts(connection: Connection, wanted: Wanted) -> dict[str, int]:
    """How many sign-ups stand how, each way in which they are listed, whatever `state` is said."""
    every = {state: _such(wanted._replace(state=state)) for state in _STATES}
    return {state: _LIST.count(connection, *such) for state, such in every.items()}


def line(connection: Connection, subject: str, session: str) -> Line | None:
    """One sign-up."""
    sql = f"SELECT {_COLUMNS} {_FROM} WHERE signup.subject = ?2 AND signup.session = ?1"
    found = driver(connection).execute(sql, (session, subject)).fetchone()
    return Line(*found) if found else None


def name(connection: Connection, subject: str) -> str:
    """Who has signed up; "" of whom nothing is known but a ticket."""
    sql = f"SELECT max(coalesce(reader.name, signup.name)) {_FROM} WHERE signup.subject = ?"
    (found,) = driver(connection).execute(sql, (subject,)).fetchone()
    return found or ""


# whom to tell


class Untold(NamedTuple):
    """Somebody who moved up and does not know it, or does not know how a session changed, or that
    they have no place any more.
    """

    subject: str
    session: str
    event: str
    patron: str | None
    name: str | None
    number: str | None
    phone: str | None
    promoted: str | None
    """when they moved up, where they have not been told"""
    changed: str | None
    """when the session did, where they have not been told"""
    cancelled: str | None
    """when the event was called off, where they have not been told"""
    taken_back: str | None
    """when their place was, where they have not been told"""
    about: str
    """the session that it is about"""
    places: int


_KNOWN = "max(asked_at, coalesce(told_change, ''))"
_MOVED_UP = (
    f"(signup.status = '{IN}' AND promoted_at > coalesce(told_place_at, '') "
    "AND session.status = 'planned' AND event.status = 'planned')"
)
# Of a session that was dropped and is on again who never heard of it need be told nothing. Who
# signed up for several at once may have done so in between: they are told.
_AS_BEFORE = (
    "(told_change IS NULL AND was IS NULL AND session.status = 'planned' AND "
    "event.status = 'planned' AND (signup.session <> '' OR NOT EXISTS (SELECT 1 FROM session other "
    "WHERE other.subject = session.subject AND other.id <> session.id)))"
)
_CHANGED = f"(signup.{_LIVE} AND changed_at > {_KNOWN} AND NOT {_AS_BEFORE})"
_CALLED_OFF = f"(signup.{_LIVE} AND cancelled_at > {_KNOWN})"
_TAKEN_BACK = (
    f"(signup.status = '{CANCELLED}' AND signup.why = '{CROWDED}' "
    "AND ended_at > coalesce(told_place_at, ''))"
)
_ITS_SIGNUPS = (
    "session JOIN event ON event.subject = session.subject "
    "CROSS JOIN signup ON signup.event = session.subject AND signup.session IN ('', session.id) "
    "LEFT JOIN reader ON reader.subject = patron"
)
_TO_COME = (
    "session.until > ?1 AND ?2 IN ('', session.subject) "
    "AND coalesce(reader.name, signup.name) IS NOT NULL"
)


def untold(
    connection: Connection, now: str, event: str | None = None, subject: str | None = None
) -> list[Untold]:
    """Who is to be told what of sessions that would not be over, of one event, one person or of
    all: a line a session that it is about, by time.
    """
    sql = (
        "SELECT signup.subject, signup.session, signup.event, patron, "
        "coalesce(reader.name, signup.name), coalesce(reader.number, signup.number), "
        f"coalesce(reader.phone, signup.phone), iif({_MOVED_UP}, promoted_at, NULL), "
        f"iif({_CHANGED}, changed_at, NULL), iif({_CALLED_OFF}, cancelled_at, NULL), "
        f"iif({_TAKEN_BACK}, ended_at, NULL), session.id, places "
        f"FROM {_ITS_SIGNUPS} WHERE {_TO_COME} AND ?3 IN ('', signup.subject) "
        f"AND ({_MOVED_UP} OR {_CHANGED} OR {_CALLED_OFF} OR {_TAKEN_BACK}) "
        "ORDER BY begins, asked_at, signup.subject, session.id"
    )
    lines = driver(connection).execute(sql, (now, event or "", subject or ""))
    return [Untold(*line) for line in lines]


def count_untold(connection: Connection, now: str, event: str | None = None) -> int:
    """How many sign-ups `untold` has. It is asked all day long: only sign-ups that ever moved up or
    were cancelled, and those of what was changed, are looked at.
    """
    columns = "SELECT signup.subject, signup.session FROM"
    sql = (
        f"SELECT count(*) FROM ({columns} signup JOIN session ON session.subject = signup.event "
        "AND signup.session IN ('', session.id) JOIN event ON event.subject = session.subject "
        f"LEFT JOIN reader ON reader.subject = patron WHERE {_TO_COME} "
        f"AND promoted_at IS NOT NULL AND {_MOVED_UP} UNION {columns} {_ITS_SIGNUPS} "
        f"WHERE {_TO_COME} AND coalesce(changed_at, cancelled_at) IS NOT NULL "
        f"AND ({_CHANGED} OR {_CALLED_OFF}) "
        f"UNION {columns} {_ITS_SIGNUPS} WHERE {_TO_COME} AND {_TAKEN_BACK})"
    )
    return int(driver(connection).execute(sql, (now, event or "")).fetchone()[0])
