"""Few cards and few readers, so that desks meet: bound, verified, lost; numbers joined, parted."""

import json
import sqlite3
from collections.abc import Sequence
from random import Random

from sqlalchemy import Connection

from db import cards as stored
from db.cards import CARDS
from db.facts import Book, Stub
from db.ledger import Ledger
from db.place import library_key
from db.readers import READERS
from db.store import driver
from deskapp import cards, numbers, rankings
from deskapp.desk import Desk
from tests.simulation import words
from tests.simulation.counter import at_counter, subjects
from tests.simulation.requests import Requests

CODES = tuple(f"K{n:03}" for n in range(5))
"""what goes from hand to hand: too short to be looked for as somebody's word"""


class Cards:
    """Three readers who come, go and come back, and five cards among them."""

    books: Sequence[Book] = (READERS, CARDS)
    persons: Sequence[str] = Requests.persons

    def prepare(self, raw: sqlite3.Connection) -> None:
        Requests().prepare(raw)

    def act(self, rng: Random, ledger: Ledger) -> None:
        begun = at_counter(rng, ledger, new=0.15)
        if begun is not None:
            desk, readers = begun
            with desk.reading() as connection:
                known = subjects(driver(connection), "SELECT subject FROM card ORDER BY 1")
            _one(rng, desk, readers, known)

    def invariants(self, connection: Connection) -> list[str]:
        raw = driver(connection)
        kept = raw.execute(
            "SELECT c.subject FROM card c JOIN erased e ON e.person = c.reader "
            "WHERE c.value IS NOT NULL"
        )
        return [
            *words.wrong(raw),
            *(f"{subject} is an erased reader's" for (subject,) in kept),
        ]

    def at_rest(self, connection: Connection) -> list[str]:
        # Before that, what comes may have been stripped already and its reader not be erased yet.
        lost = driver(connection).execute(
            "SELECT subject FROM card WHERE value IS NULL AND reader IN "
            "(SELECT subject FROM reader WHERE number IS NOT NULL)"
        )
        return [f"{subject} has lost its code" for (subject,) in lost]

    def clash(self, one: Stub, other: Stub) -> bool:
        """Two owners of one card; right and wrong of one binding; two fates of one number."""
        kinds = {one.kind.partition(".")[2], other.kind.partition(".")[2]}
        same = json.loads(one.data) == json.loads(other.data)
        if one.kind.startswith("card."):
            return (kinds in ({"bound"}, {"bound", "lost"}) and not same) or (
                kinds == {"verified", "released"}
            )
        return kinds == {"merged", "parted"} or (kinds == {"merged"} and not same)

    def words(self, private: str) -> list[str]:
        return words.of(private)


def _one(rng: Random, desk: Desk, readers: list[str], known: list[str]) -> None:
    reader = rng.choice(readers)
    match rng.choice(("bind", "bind", "judge", "lose", "recover", "merge", "part", "rank")):
        case "bind":
            cards.bind(desk, rng.choice(CODES), reader)
        case "judge" if known:
            rng.choice((cards.verify, cards.release))(desk, rng.choice(known))
        case "merge" if len(readers) > 1:
            numbers.merge(desk, reader, rng.choice(readers))
        case "part":
            numbers.part(desk, reader)
        case "rank":
            rankings.opt_out(desk, reader)
        case "lose" | "recover" as fate:
            with desk.reading() as connection:
                theirs = stored.of_readers(connection, [reader])
            if theirs:
                card = stored.id_of(_key(desk), rng.choice(theirs).value)
                (cards.lose if fate == "lose" else cards.recover)(desk, reader, card)


def _key(desk: Desk) -> bytes:
    with desk.reading() as connection:
        return library_key(connection)
