"""What all who stand at a simulated desk begin with."""

import sqlite3
from collections.abc import Callable
from random import Random

from db.ledger import Ledger
from db.store import driver
from deskapp.desk import Desk, Operator
from deskapp.profile import Profile
from tests.clashing import open_clashes
from tests.simulation.requests import STAFF, enter, library
from tests.simulation.world import settle


def at_counter(
    rng: Random, ledger: Ledger, new: float, house: Callable[[], Profile] | None = None
) -> tuple[Desk, list[str]] | None:
    """A desk in somebody's hands, and the readers that there are; None where a reader was entered
    (in `new` of all cases) or a clash settled instead.
    """
    with ledger.store.reading() as connection:
        raw = driver(connection)
        (code,) = raw.execute("SELECT desk FROM place").fetchone()
        waiting = open_clashes(connection)
        readers = subjects(raw, "SELECT subject FROM reader WHERE number IS NOT NULL ORDER BY 1")
    profile, calendars = library()
    operator = rng.choice(STAFF)
    if not readers or rng.random() < new:
        with ledger.act(operator.id) as act:
            enter(rng, act)
        return None
    if waiting and rng.random() < 0.15:
        with ledger.act(operator.id) as act:
            settle(rng, act, waiting)
        return None
    desk = Desk(ledger, house() if house else profile, code, code, calendars=calendars)
    return desk.signed_in(operator), readers


def last_hands(desk: Desk, kinds: str) -> list[Operator]:
    """Whose the last two acts of a kind at this desk are."""
    sql = (
        f"SELECT actor FROM fact WHERE desk = '{desk.code}' AND kind LIKE '{kinds}' "
        "AND actor LIKE 'staff:%' ORDER BY n DESC LIMIT 2"
    )
    with desk.reading() as connection:
        last = subjects(driver(connection), sql)
    return [each for each in STAFF if each.id in last]


def subjects(raw: sqlite3.Connection, sql: str) -> list[str]:
    """The first column."""
    return [str(subject) for (subject,) in raw.execute(sql)]
