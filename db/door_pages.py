"""What a door asks of an event and of who stands before it: by hand-written SQL, for they wait."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from db.facts import COLUMNS, Fact
from db.rows import chunks, marks
from db.store import driver

PHONE = 11
"""digits of a telephone number"""


class Meeting(NamedTuple):
    """A session of an event as its door needs it. Moments are UTC stamps."""

    event: str
    session: str
    title: str
    place: str
    begins: str
    until: str
    capacity: int | None
    """people"""
    allowed: int
    """so many a person has said may come"""
    cancelled: bool
    """it, or the whole event"""
    apart: bool
    walk_ins: bool
    questions: str
    shows: str
    exits: bool
    sessions: int
    """of the event"""


_MEETING = """
SELECT e.subject, s.id, e.title, s.place, s.begins, s.until,
    coalesce(s.capacity, e.capacity), coalesce(s.allowed, 0),
    e.status = 'cancelled' OR s.status = 'cancelled',
    e.apart, e.walk_ins, e.questions, e.shows, e.exits,
    (SELECT count(*) FROM session WHERE subject = e.subject)
FROM event e JOIN session s ON s.subject = e.subject WHERE e.subject = ? {}
"""
_ONE = _MEETING.format("AND s.id = ?")
_ALL = _MEETING.format("ORDER BY s.begins, s.id")


def meeting(connection: Connection, event: str, session: str) -> Meeting | None:
    line = driver(connection).execute(_ONE, (event, session)).fetchone()
    return Meeting(*line) if line else None


def meetings(connection: Connection, event: str) -> list[Meeting]:
    """All sessions of an event, by time."""
    return [Meeting(*line) for line in driver(connection).execute(_ALL, (event,))]


class Guest(NamedTuple):
    """A sign-up as a door sees it; `came` and the rest are of the session that is asked about."""

    subject: str
    session: str
    patron: str | None
    name: str | None
    number: str | None
    college: str | None
    places: int
    status: str
    answers: str | None
    asked_at: str
    came: int
    inside: int
    first_at: str | None
    first_door: str | None


_GUEST = """
SELECT s.subject, s.session, s.patron, coalesce(r.name, s.name, k.name),
    coalesce(r.number, s.number), r.college, s.places, s.status,
    iif(k.answered IS NULL, s.answers, json_patch(k.answered, coalesce(s.answers, '{}'))),
    s.asked_at, coalesce(p.came, 0), coalesce(p.inside, 0), p.first_at, p.first_door
FROM signup s LEFT JOIN presence p ON p.subject = s.subject AND p.session = ?
LEFT JOIN reader r ON r.subject = s.patron LEFT JOIN pass k ON k.subject = s.subject WHERE """


def of_subjects(connection: Connection, session: str, subjects: Iterable[str]) -> list[Guest]:
    """All sign-ups of these people at their event, as a session's door sees them."""
    found: list[Guest] = []
    for some in chunks(subjects):
        sql = f"{_GUEST} s.subject IN {marks(len(some))} ORDER BY s.subject, s.session"
        found += [Guest(*line) for line in driver(connection).execute(sql, (session, *some))]
    return found


def of_patrons(connection: Connection, event: str, patrons: Sequence[str]) -> list[str]:
    """What readers have to do with an event: subjects."""
    found: list[str] = []
    for some in chunks(patrons):
        sql = (
            f"SELECT DISTINCT subject FROM signup WHERE patron IN {marks(len(some))} AND event = ?"
        )
        found += [subject for (subject,) in driver(connection).execute(sql, (*some, event))]
    return found


_PHONED = """
SELECT s.subject FROM signup s WHERE s.event = ?1 AND substr(s.phone, -4) = substr(?2, -4)
AND (length(?2) = 4 OR s.phone = ?2)
UNION SELECT s.subject FROM reader_term t CROSS JOIN reader r ON r.serial = t.reader
CROSS JOIN signup s ON s.patron IN (r.subject, r.merged_into) AND s.event = ?1
WHERE t.term >= ?3 AND t.term < ?3 || ':'
"""
_NUMBERED = """
UNION SELECT s.subject FROM reader r
CROSS JOIN signup s ON s.patron IN (r.subject, r.merged_into) AND s.event = ?1
WHERE substr(r.number, -4) = ?2
"""


def ending(connection: Connection, event: str, digits: str) -> list[str]:
    """Whose telephone or number ends in these four digits, or whose telephone it is: subjects of
    those who have signed up for an event.
    """
    sql = _PHONED + (_NUMBERED if len(digits) == 4 else "")
    lines = driver(connection).execute(sql, (event, digits, "<" + digits[::-1]))
    return [subject for (subject,) in lines]


class Known(NamedTuple):
    """What is known here of a ticket."""

    subject: str
    session: str
    serial: str
    revoked_at: str | None
    replaced: bool


_KNOWN = (
    "SELECT subject, session, serial, revoked_at, replaced_by IS NOT NULL FROM ticket WHERE {} "
    "ORDER BY revoked_at IS NOT NULL, issued_at DESC LIMIT 1"
)
_SERIAL, _CODE = (
    _KNOWN.format("serial = ?2 AND event = ?1"),
    _KNOWN.format("event = ? AND code = ?"),
)


def ticket(connection: Connection, event: str, serial: str) -> Known | None:
    line = driver(connection).execute(_SERIAL, (event, serial)).fetchone()
    return Known(*line) if line else None


def coded(connection: Connection, event: str, code: str) -> Known | None:
    """The ticket of a short code; one that is good before one that is not."""
    line = driver(connection).execute(_CODE, (event, code)).fetchone()
    return Known(*line) if line else None


class Counts(NamedTuple):
    """People of a session."""

    expected: int
    waiting: int
    came: int
    inside: int


_COUNTS = """
SELECT coalesce(sum(expected), 0), coalesce(sum(waiting), 0), coalesce(sum(came), 0),
    coalesce(sum(inside), 0)
FROM headcount WHERE event = ? AND session IN (?, '')
"""


def counts(connection: Connection, event: str, session: str) -> Counts:
    """Of a session, with those who signed up for the event as a whole."""
    return Counts(*driver(connection).execute(_COUNTS, (event, session)).fetchone())


_MISSING = """s.event = ? AND s.session IN (?, '') AND s.status = 'in' AND coalesce(p.came, 0) = 0
AND NOT EXISTS (
    SELECT 1 FROM double d JOIN presence t ON t.subject IN (d.first_subject, d.second_subject)
    WHERE d.what = 'ticket' AND (d.first_subject = s.subject OR d.second_subject = s.subject)
    AND t.session = ? AND t.came > 0
)"""
"""whoever came by their ticket, to a door that had not heard of them, is not missing"""
_AT = "(s.session, s.asked_at, s.subject)"
Place = tuple[str, str, str]


def missing(
    connection: Connection,
    event: str,
    session: str,
    beside: Place | None,
    limit: int,
    skip: int = 0,
    *,
    backwards: bool = False,
) -> list[Guest]:
    """Who has signed up and not come, behind one of them (or before), as they signed up."""
    way, more = (" DESC", "<") if backwards else ("", ">")
    where = _MISSING + (f" AND {_AT} {more} (?, ?, ?)" if beside else "")
    order = f"s.session{way}, s.asked_at{way}, s.subject{way}"
    sql = f"{_GUEST} {where} ORDER BY {order} LIMIT ? OFFSET ?"
    values = (session, event, session, session, *(beside or ()), limit, skip)
    found = [Guest(*line) for line in driver(connection).execute(sql, values)]
    return found[::-1] if backwards else found


def missing_count(
    connection: Connection, event: str, session: str, before: Place | None = None
) -> int:
    """How many sign-ups those are, or stand before one of them."""
    where = _MISSING + (f" AND {_AT} < (?, ?, ?)" if before else "")
    sql = (
        "SELECT count(*) FROM signup s LEFT JOIN presence p ON p.subject = s.subject "
        f"AND p.session = ? WHERE {where}"
    )
    values = (session, event, session, session, *(before or ()))
    return int(driver(connection).execute(sql, values).fetchone()[0])


def is_missing(connection: Connection, event: str, session: str, at: Place) -> bool:
    """Whether a sign-up is one of those."""
    sql = (
        "SELECT EXISTS (SELECT 1 FROM signup s LEFT JOIN presence p ON p.subject = s.subject "
        f"AND p.session = ? WHERE {_MISSING} AND {_AT} = (?, ?, ?))"
    )
    found = driver(connection).execute(sql, (session, event, session, session, *at)).fetchone()
    return bool(found[0])


def last_act(
    connection: Connection, event: str, session: str, desk: str, door: str, since: str
) -> list[Fact]:
    """The facts of what was done last at a door and is not undone, in their order; none since then.
    A scan that is undone has no row any more.
    """
    raw = driver(connection)
    found = raw.execute(
        "SELECT fact.act, fact.subject FROM admission JOIN fact ON fact.id = admission.id "
        "WHERE event = ? AND session = ? AND admission.at >= ? AND door = ? AND admission.desk = ? "
        "ORDER BY admission.id DESC LIMIT 1",
        (event, session, since, door, desk),
    ).fetchone()
    if found is None:
        return []
    sql = f"SELECT {', '.join(COLUMNS)} FROM fact WHERE subject = ? AND act = ? ORDER BY id"
    return [Fact(*line) for line in raw.execute(sql, (found[1], found[0]))]


def is_first(connection: Connection, fact: Fact) -> bool:
    """Whether a fact began its subject."""
    sql = "SELECT min(id) FROM fact WHERE subject = ?"
    (first,) = driver(connection).execute(sql, (fact.subject,)).fetchone()
    return bool(first == fact.id)
