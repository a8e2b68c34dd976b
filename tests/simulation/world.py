"""What people do at the desks of a simulation: a world of subjects, which can be another one."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any, Protocol

from sqlalchemy import Connection

from db.clashes import SETTLED
from db.dormant import ELSEWHERE
from db.facts import Book, Stub
from db.ledger import Act, Ledger
from db.store import driver
from tests.clashing import open_clashes
from tests.simulation.confidences import DEPARTMENTS
from tests.simulation.lines import resting
from tests.simulation.order import Place, in_order
from tests.toys import LAMPS, SCHEMA

STAFF = ("staff:1", "staff:2", "staff:3")
MOST = 5
"""Facts in an act. The simulation pushes six at once at most, so that everything is in pieces."""


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

    def at_rest(self, connection: Connection) -> list[str]:
        """What does not hold once everybody has heard everything."""
        ...

    def clash(self, one: Stub, other: Stub) -> bool:
        """Whether two facts of people who did not know of each other are for a third to settle.

        Said here once more, and not asked of the books.
        """
        ...

    def words(self, private: str) -> list[str]:
        """The words of a private part that no file may hold once the person is erased."""
        ...


class Lamps:
    """Few lamps and many hands, so that desks meet; every lamp has one state, some have a name."""

    books: Sequence[Book] = (replace(LAMPS),)
    persons: Sequence[str] = tuple(f"reader:{number}" for number in range(12))

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
        # Some names are for one department alone.
        scope = rng.choice((None, None, None, *DEPARTMENTS))
        act.record("lamp.named", lamp, person=person, private=private, scope=scope)

    def invariants(self, connection: Connection) -> list[str]:
        raw = driver(connection)
        rows = {
            subject: tuple(rest)
            for subject, *rest in raw.execute("SELECT subject, state, by, turns, name FROM lamp")
        }
        lines: dict[str, dict[str, Any]] = defaultdict(dict)
        for subject, id, pos, beyond, *line in raw.execute(
            "SELECT subject, id, pos, beyond, kind, desk, data, private FROM fact "
            f"WHERE subject LIKE 'lamp:%' AND actor IS NOT 'rogue' AND subject NOT IN {ELSEWHERE}"
        ):
            lines[subject][id] = (Place(pos, beyond), (id, *line))
        should = {}
        for subject, facts in lines.items():
            order = in_order({id: place for id, (place, _) in facts.items()})
            should[subject] = _lamp([facts[id][1] for id in order])
        should = {subject: lamp for subject, lamp in should.items() if lamp}
        return [
            f"{subject} is {rows.get(subject)}, not {should.get(subject)}"
            for subject in sorted((rows.keys() | should.keys()) - resting(raw))
            if rows.get(subject) != should.get(subject)
        ]

    def at_rest(self, connection: Connection) -> list[str]:
        return []

    def clash(self, one: Stub, other: Stub) -> bool:
        return {one.kind, other.kind} == {"lamp.switched"}

    def words(self, private: str) -> list[str]:
        return [each for each in json.loads(private).values() if isinstance(each, str)]


def _lamp(facts: list[Any]) -> tuple[Any, ...] | None:
    """How a lamp stands, told a second time and plainly."""
    aside: set[str] = set()
    decided = []
    for id, kind, _, data, _ in reversed(facts):
        if kind == SETTLED and id not in aside:
            pair, keep = sorted(json.loads(data)["pair"]), json.loads(data)["keep"]
            if pair not in decided:
                decided.append(pair)
                aside |= set(pair) - {keep} if keep in pair else set()
    state, by, turns, name, any_left = None, None, None, None, False
    for id, kind, desk, data, private in facts:
        if id in aside or kind == SETTLED:
            continue
        any_left = True
        if kind == "lamp.switched":
            state, by, turns = json.loads(data)["to"], desk, (turns or 0) + 1
        else:
            name = json.loads(private)["name"] if private else None
    return (state, by, turns, name) if any_left else None


def settle(rng: Random, act: Act, waiting: Sequence[tuple[str, str, str]]) -> None:
    """Decide an open clash: one of the two stands, or both."""
    subject, first, second = rng.choice(waiting)
    keep = rng.choice((first, second, "both"))
    act.record(SETTLED, subject, {"pair": [first, second], "keep": keep})
