"""What people do at the desks of a simulation: a world of subjects, which can be another one."""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Protocol

from sqlalchemy import Connection

from db.clashes import SETTLED
from db.facts import Book
from db.ledger import Act, Ledger, open_clashes
from db.store import driver
from tests.toys import LAMPS, SCHEMA

STAFF = ("staff:1", "staff:2", "staff:3")
MOST = 5
"""Facts in an act: the simulation pushes no more than six at once, so that everything is in pieces."""


class World(Protocol):
    """A library's matters. `persons` are those whom the simulation erases now and then."""

    books: Sequence[Book]
    persons: Sequence[str]

    def prepare(self, raw: sqlite3.Connection) -> None:
        """Make the tables that no migration makes, in a store just made."""
        ...

    def act(self, rng: Random, ledger: Ledger) -> None:
        """One act (or none) at a desk, of at most MOST facts; a Refusal is an answer.

        What is random comes from `rng`, ids and time from the ledger's clock.
        """
        ...

    def invariants(self, connection: Connection) -> list[str]:
        """What does not hold in a store, at any moment."""
        ...


class Lamps:
    """Few lamps and many hands, so that desks meet; every lamp has one state, some have a name."""

    books: Sequence[Book] = (replace(LAMPS),)
    persons = tuple(f"reader:{number}" for number in range(5))

    def __init__(self, lamps: int = 8) -> None:
        self._lamps = [f"lamp:{number}" for number in range(lamps)]

    def prepare(self, raw: sqlite3.Connection) -> None:
        raw.execute(SCHEMA)

    def act(self, rng: Random, ledger: Ledger) -> None:
        with ledger.act(rng.choice(STAFF)) as act:
            waiting = open_clashes(act.connection)
            if waiting and rng.random() < 0.3:
                settle(rng, act, waiting)
                return
            for _ in range(rng.choice((1, 1, 1, 2, MOST))):
                self._touch(rng, act)

    def _touch(self, rng: Random, act: Act) -> None:
        lamp = rng.choice(self._lamps)
        if rng.random() < 0.6:
            act.record("lamp.switched", lamp, {"to": rng.choice(("on", "off"))})
            return
        # Erased persons are refused: their own facts go on without a private part.
        person, name = rng.choice(self.persons), f"name-{rng.getrandbits(64):016x}" * 2
        gone = driver(act.connection).execute("SELECT 1 FROM erased WHERE person = ?", (person,))
        private = None if gone.fetchone() else {"name": name}
        act.record("lamp.named", lamp, person=person, private=private)

    def invariants(self, connection: Connection) -> list[str]:
        lines = driver(connection).execute(
            "SELECT subject FROM lamp WHERE state NOT IN ('on', 'off') OR turns < 1"
        )
        return [f"lamp {subject} stands wrong" for (subject,) in lines]


def settle(rng: Random, act: Act, waiting: Sequence[tuple[str, str, str]]) -> None:
    """Decide an open clash: one of the two stands, or both."""
    subject, first, second = rng.choice(waiting)
    keep = rng.choice((first, second, "both"))
    act.record(SETTLED, subject, {"pair": [first, second], "keep": keep})
