"""What is asked of sign-ups: whose they are, who waits, what was said of them. Moments
are texts, as in their rows.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import Connection
from sqlmodel import col, select

from db.events import Session
from db.queries import every, one
from db.rows import chunks, marks
from db.signup_rows import IN, WAITING, Signup
from db.store import driver

_LIVE = f"status IN ('{IN}', '{WAITING}')"
PAGE = 500


def row(connection: Connection, subject: str, session: str) -> Signup | None:
    statement = select(Signup).where(Signup.subject == subject, Signup.session == session)
    return one(connection, statement)


def _rows(connection: Connection, keys: Iterable[Sequence[str]]) -> list[Signup]:
    """The sign-ups of these keys (subject, session), in their order."""
    wanted = [(subject, session) for subject, session in keys]
    known = of_subjects(connection, list(dict.fromkeys(subject for subject, _ in wanted)))
    rows = {(row.subject, row.session): row for some in known.values() for row in some}
    return [rows[key] for key in wanted]


def by_subject(connection: Connection, subject: str) -> list[Signup]:
    """All that one person has signed up for at one event, given up too."""
    statement = select(Signup).where(Signup.subject == subject)
    return every(connection, statement.order_by(col(Signup.session)))


def of_person_at(connection: Connection, event: str, person: Sequence[str]) -> list[Signup]:
    """What a reader has signed up for at an event, under each of their numbers, given up too."""
    statement = select(Signup).where(col(Signup.patron).in_(person), Signup.event == event)
    return every(connection, statement.order_by(col(Signup.subject), col(Signup.session)))


def by_phone(connection: Connection, event: str, phone: str) -> list[Signup]:
    """What somebody who is no reader has signed up for at an event under a telephone number."""
    sql = (
        "SELECT subject, session FROM signup WHERE event = ?1 AND substr(phone, -4) = "
        "substr(?2, -4) AND phone = ?2 ORDER BY subject, session"
    )
    return _rows(connection, driver(connection).execute(sql, (event, phone)))


def of_reader(connection: Connection, person: Sequence[str], now: str) -> list[Signup]:
    """What a reader has or waits for that is not over, under each of their numbers, by time."""
    sql = (
        "SELECT signup.subject, signup.session, max(session.until) AS last FROM signup "
        "JOIN session ON session.subject = event AND signup.session IN ('', session.id) "
        f"WHERE patron IN {marks(len(person))} AND signup.{_LIVE} "
        "GROUP BY signup.subject, signup.session HAVING last > ? ORDER BY min(begins), 1, 2"
    )
    found = driver(connection).execute(sql, (*person, now))
    return _rows(connection, (key for *key, _ in found))


class Waiter(NamedTuple):
    """Somebody on a waiting list."""

    subject: str
    places: int


def waiting(connection: Connection, event: str, session: str) -> Iterator[Waiter]:
    """Who waits for a session, or for an event as a whole, in the order asked; page by page."""
    place = ("", "")
    sql = (
        f"SELECT subject, places, asked_at FROM signup WHERE event = ? AND session = ? "
        f"AND status = '{WAITING}' AND (asked_at, subject) > (?, ?) "
        "ORDER BY asked_at, subject LIMIT ?"
    )
    while True:
        page = driver(connection).execute(sql, (event, session, *place, PAGE)).fetchall()
        for subject, places, asked_at in page:
            yield Waiter(subject, places)
            place = (asked_at, subject)
        if len(page) < PAGE:
            return


def waited_for(connection: Connection, event: str) -> list[str]:
    """The sessions of an event that somebody waits for."""
    sql = "SELECT session FROM headcount WHERE event = ? AND waiting > 0 ORDER BY session"
    return [session for (session,) in driver(connection).execute(sql, (event,))]


def ahead(connection: Connection, signup: Signup) -> int:
    """How many sign-ups stand before one on its waiting list."""
    sql = (
        f"SELECT count(*) FROM signup WHERE event = ? AND session = ? AND status = '{WAITING}' "
        "AND (asked_at, subject) < (?, ?)"
    )
    values = (signup.event, signup.session, signup.asked_at, signup.subject)
    return int(driver(connection).execute(sql, values).fetchone()[0])


def came(connection: Connection, subject: str, session: str) -> int:
    """How many people of a sign-up were let in to a session, or to any."""
    sql = "SELECT coalesce(max(came), 0) FROM presence WHERE subject = ? AND ? IN ('', session)"
    return int(driver(connection).execute(sql, (subject, session)).fetchone()[0])


def counting(connection: Connection, subject: str) -> set[str]:
    """The admissions of a sign-up that count now: of each session the first, by its fact."""
    sql = "SELECT first FROM presence WHERE subject = ? AND first IS NOT NULL"
    return {first for (first,) in driver(connection).execute(sql, (subject,))}


def of_patron(connection: Connection, patron: str) -> list[str]:
    """All that a reader ever signed up for, under one of their numbers: subjects."""
    sql = "SELECT DISTINCT subject FROM signup WHERE patron = ? ORDER BY subject"
    return [subject for (subject,) in driver(connection).execute(sql, (patron,))]


def unidentified(connection: Connection) -> list[tuple[str, str, str]]:
    """Who walked in where no reader is known: subject, session, and the number that they told."""
    return (
        driver(connection)
        .execute(
            "SELECT subject, session, number FROM signup INDEXED BY signup_patron "
            "WHERE patron IS NULL AND number IS NOT NULL ORDER BY subject, session"
        )
        .fetchall()
    )


class Elsewhere(NamedTuple):
    """A time of another event for which somebody has signed up."""

    event: str
    session: str
    title: str
    begins: str
    until: str


def elsewhere(connection: Connection, person: Sequence[str], but: Session) -> list[Elsewhere]:
    """Where a reader is expected, or waits to be, at the time of a session, at other events or in
    another session.
    """
    sql = (
        "SELECT event, session.id, title, begins, until FROM signup "
        "JOIN session ON session.subject = signup.event AND signup.session IN ('', session.id) "
        "JOIN event ON event.subject = signup.event "
        f"WHERE patron IN {marks(len(person))} AND signup.{_LIVE} AND event.status = 'planned' "
        "AND session.status = 'planned' AND NOT (session.subject = ? AND session.id = ?) "
        "AND begins < ? AND until > ? "
        "ORDER BY begins, session.id"
    )
    values = (*person, but.subject, but.id, but.until, but.begins)
    lines = driver(connection).execute(sql, values)
    return [Elsewhere(*line) for line in lines]


class Told(NamedTuple):
    """What a fact says that somebody signed up with."""

    submitted: str | None
    """by a file: when they handed their form in"""
    at: str
    source: str
    places: int | None
    words: dict[str, object]


def told(connection: Connection, subjects: Sequence[str]) -> dict[tuple[str, str], list[Told]]:
    """What was said of sign-ups, by subject and session, in the order of arrival."""
    found: dict[tuple[str, str], list[Told]] = defaultdict(list)
    for chunk in chunks(subjects):
        sql = (
            f"SELECT subject, at, data, private FROM fact WHERE subject IN {marks(len(chunk))} "
            "AND kind IN ('signup.made', 'signup.changed') ORDER BY n"
        )
        for subject, at, data, private in driver(connection).execute(sql, chunk):
            said, words = json.loads(data), json.loads(private) if private else {}
            source = str(said.get("source", ""))
            line = Told(said.get("submitted"), at, source, said.get("places"), words)
            found[subject, str(said["session"])].append(line)
    return found


def of_subjects(connection: Connection, subjects: Sequence[str]) -> dict[str, list[Signup]]:
    """All that these people have signed up for at one event, given up too."""
    found: dict[str, list[Signup]] = defaultdict(list)
    for chunk in chunks(subjects):
        statement = select(Signup).where(col(Signup.subject).in_(chunk))
        for row in every(connection, statement.order_by(col(Signup.session))):
            found[row.subject].append(row)
    return found


class Somebody(NamedTuple):
    """Who has signed up: a reader, or name and telephone of who is none."""

    subject: str
    patron: str | None
    name: str | None
    phone: str | None


def everybody(connection: Connection, event: str) -> list[Somebody]:
    """Whoever has signed up at an event, given up too."""
    sql = "SELECT DISTINCT subject, patron, name, phone FROM signup WHERE event = ? ORDER BY 1"
    return [Somebody(*line) for line in driver(connection).execute(sql, (event,))]


def latest(connection: Connection, event: str, session: str, limit: int) -> list[Signup]:
    """Who has a place in a session and has not come to it, who asked last first."""
    sql = (
        "SELECT s.subject, s.session FROM signup s LEFT JOIN presence p "
        "ON p.subject = s.subject AND p.session = ?2 WHERE s.event = ?1 "
        f"AND s.session IN (?2, '') AND s.status = '{IN}' AND coalesce(p.came, 0) = 0 "
        "ORDER BY s.asked_at DESC, s.subject DESC LIMIT ?3"
    )
    return _rows(connection, driver(connection).execute(sql, (event, session, limit)))
