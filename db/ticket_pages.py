"""What is asked of tickets: who has one, who is still without, what is known of it."""

from typing import NamedTuple

from sqlalchemy import Connection
from sqlmodel import col, select

from db.queries import every, one
from db.signup_rows import IN, Ticket
from db.store import driver


class Holder(NamedTuple):
    """A ticket that is good, and whose it is."""

    subject: str
    session: str
    serial: str
    code: str
    issued_at: str
    places: int
    status: str
    name: str | None
    """of a reader, or of who is none"""
    patron: str | None


_HOLDERS = """
SELECT ticket.subject, ticket.session, ticket.serial, code, issued_at, places, signup.status,
    coalesce(reader.name, signup.name), patron
FROM ticket JOIN signup ON signup.subject = ticket.subject AND signup.session = ticket.session
LEFT JOIN reader ON reader.subject = patron
WHERE revoked_at IS NULL AND {}
"""
_IN_ORDER = f"""signup.status = '{IN}' AND ticket.event = ?1 {{}}
ORDER BY ticket.session, asked_at, ticket.subject, ticket.serial"""


def holders(connection: Connection, event: str, session: str | None = None) -> list[Holder]:
    """The good tickets of those who have their place at an event, or in one session of it (and
    those for all of them), in the order in which they signed up.
    """
    some = "" if session is None else "AND ticket.session IN (?2, '')"
    values = (event,) if session is None else (event, session)
    sql = _HOLDERS.format(_IN_ORDER.format(some))
    return [Holder(*line) for line in driver(connection).execute(sql, values)]


def holder(connection: Connection, subject: str, session: str) -> Holder:
    """Whoever has a ticket that is good, with the latest of them."""
    where = "ticket.subject = ? AND ticket.session = ? ORDER BY issued_at DESC LIMIT 1"
    sql = _HOLDERS.format(where)
    return Holder(*driver(connection).execute(sql, (subject, session)).fetchone())


def good(connection: Connection, subject: str, session: str) -> list[Ticket]:
    """Somebody's tickets that were not revoked, the first first: one, or of two desks apart two."""
    statement = select(Ticket).where(
        Ticket.subject == subject, Ticket.session == session, col(Ticket.revoked_at).is_(None)
    )
    return every(connection, statement.order_by(col(Ticket.issued_at), col(Ticket.serial)))


def by_serial(connection: Connection, serial: str) -> Ticket | None:
    """What is known here of a ticket: nothing, where its sign-up has not been heard of."""
    return one(connection, select(Ticket).where(Ticket.serial == serial))


def codes(connection: Connection, event: str) -> set[str]:
    """The short codes that are given out for an event."""
    lines = driver(connection).execute("SELECT code FROM ticket WHERE event = ?", (event,))
    return {code for (code,) in lines}


_WITHOUT = f"""
SELECT subject, session FROM signup WHERE event = ?1 AND status = '{IN}' {{}}
AND NOT EXISTS (SELECT 1 FROM ticket WHERE ticket.subject = signup.subject
    AND ticket.session = signup.session)
ORDER BY asked_at, subject, session LIMIT ?2
"""


def without(
    connection: Connection, event: str, limit: int, *, readers: bool = False
) -> list[tuple[str, str]]:
    """Sign-ups that never had a ticket, as (subject, session): of those who are no readers, or of
    everybody.
    """
    sql = _WITHOUT.format("" if readers else "AND patron IS NULL")
    return driver(connection).execute(sql, (event, limit)).fetchall()
