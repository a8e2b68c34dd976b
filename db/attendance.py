"""Who came to which sessions of some events: what attendance is awarded by."""

from typing import NamedTuple

from sqlalchemy import Connection

from db.signup_rows import IN
from db.store import driver


class Came(NamedTuple):
    """Somebody came to a session: `signup` is theirs, `fact` the admission that counts."""

    patron: str | None
    name: str | None
    """of who is no reader, or not known to be one"""
    signup: str
    session: str
    event: str
    at: str | None
    fact: str | None


_CAME = f"""SELECT patron, name, presence.subject, presence.session, presence.event, first_at, first
FROM presence JOIN signup
    ON signup.subject = presence.subject AND signup.session IN (presence.session, '')
WHERE came > 0 AND status = '{IN}' AND presence.event IN
    (SELECT subject FROM event WHERE subject = ?1 OR series = ?1)
ORDER BY first_at, presence.subject"""


def came(connection: Connection, of: str) -> list[Came]:
    """Everybody who came to an event, or to those of a series, a line a session, in order of time;
    whose sign-up was cancelled or put aside did not.
    """
    return [Came(*line) for line in driver(connection).execute(_CAME, (of,))]
