"""A desk's day: shifts, tallies, looks at readers' pages, found and lent things."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from random import Random

from sqlalchemy import Connection

from db import shifts as stored
from db.cards import CARDS
from db.facts import Book, Stub
from db.found_things import FOUND
from db.ledger import Ledger
from db.lent_things import LENT
from db.looks import LOOKS
from db.readers import READERS
from db.shifts import SHIFTS
from db.store import driver
from db.tallies import TALLIES
from deskapp import found_things, leaving, lent_things, reader_page, shifts, tallies, undo
from deskapp.desk import Desk, Refusal
from deskapp.found_things import LogIt
from deskapp.leaving import Leaving
from tests.simulation import registers, words
from tests.simulation.counter import at_counter, subjects
from tests.simulation.requests import NUMBERS, STAFF, Requests, word

WAITING = 3
"""handovers that wait for a signature, at most: an act signs for all"""


class Days:
    """Few things and few people, so that desks meet; a shift is its desk's, and of its clones."""

    books: Sequence[Book] = (READERS, CARDS, SHIFTS, TALLIES, LOOKS, FOUND, LENT)
    persons: Sequence[str] = Requests.persons

    def prepare(self, raw: sqlite3.Connection) -> None:
        Requests().prepare(raw)

    def act(self, rng: Random, ledger: Ledger) -> None:
        """Some acts at once; a refusal of one stops no other."""
        for _ in range(rng.randint(1, 5)):
            with suppress(Refusal):
                self._act(rng, ledger)

    def _act(self, rng: Random, ledger: Ledger) -> None:
        begun = at_counter(rng, ledger, new=0.1)
        if begun is not None:
            one = rng.choice((_shift, _shift, _count, _look, _found, _found, _lent))
            one(rng, *begun)

    def invariants(self, connection: Connection) -> list[str]:
        raw = driver(connection)
        return [*words.wrong(raw), *registers.wrong(raw)]

    def at_rest(self, connection: Connection) -> list[str]:
        return []

    def clash(self, one: Stub, other: Stub) -> bool:
        return registers.clash(one, other)

    def words(self, private: str) -> list[str]:
        return words.of(private)


def _one(rng: Random, desk: Desk, sql: str) -> str | None:
    with desk.reading() as connection:
        found = subjects(driver(connection), sql)
    return rng.choice(found) if found else None


def _shift(rng: Random, desk: Desk, readers: Sequence[str]) -> None:
    with desk.reading() as connection:
        left = len(stored.unsigned(connection, desk.code))
        people = [each.staff for each in stored.attending(connection, desk.code)]
    if people and rng.random() < 0.7:
        here = rng.choice(people)
        desk = desk.signed_in(next(each for each in STAFF if each.id == here))
    going = Leaving(
        note=word(rng) if rng.random() < 0.3 else "",
        things=("keys",) if rng.random() < 0.5 and left < WAITING else (),
        other=word(rng) if rng.random() < 0.3 and left < WAITING else "",
    )
    acts: list[Callable[[Desk], object]] = [partial(shifts.note, words=word(rng)), shifts.sign]
    if left <= WAITING:
        acts += [shifts.open_shift, shifts.open_shift, shifts.take_over]
    if len(people) < 2:
        acts += [shifts.join]
    if left < WAITING:
        acts += [partial(leaving.leave, leaving=going), partial(leaving.close, leaving=going)]
    rng.choice(acts)(desk)


def _count(rng: Random, desk: Desk, readers: Sequence[str]) -> None:
    tallies.count(desk, rng.choice(("toilet", "printing")))
    _mistaken(rng, desk)


def _mistaken(rng: Random, desk: Desk) -> None:
    if rng.random() < 0.3:
        undo.undo(desk)


def _look(rng: Random, desk: Desk, readers: Sequence[str]) -> None:
    rng.choice((reader_page.open_page, reader_page.telephone))(desk, rng.choice(readers))


def _found(rng: Random, desk: Desk, readers: Sequence[str]) -> None:
    id = _one(rng, desk, "SELECT subject FROM found_thing ORDER BY 1")
    if id is None or rng.random() < 0.2:
        owner = rng.choice((None, rng.choice(readers)))
        found = desk.now() - timedelta(days=rng.choice((0, 40)))
        thing = LogIt(word(rng), finder=word(rng), owner=owner, found=found)
        found_things.log(desk, thing)
        _mistaken(rng, desk)
        return
    whose = rng.choice((rng.choice(NUMBERS), word(rng)))
    acts: tuple[Callable[[Desk, str], object], ...] = (
        found_things.tell,
        partial(found_things.collect, code=whose),
        partial(found_things.collect, code=whose),
        partial(found_things.pass_on, to=rng.choice(("guard", "office"))),
        found_things.dispose,
        found_things.put_back,
    )
    desk = desk.signed_in(rng.choice((desk.operator, STAFF[0])))
    rng.choice(acts)(desk, id)
    _mistaken(rng, desk)


def _lent(rng: Random, desk: Desk, readers: Sequence[str]) -> None:
    id = _one(rng, desk, "SELECT subject FROM lent_thing ORDER BY 1")
    if id is None or rng.random() < 0.3:
        reader = rng.choice((None, rng.choice(readers)))
        name = "" if reader else word(rng)
        lent_things.lend(desk, rng.choice(("umbrella", "cable")), reader=reader, name=name)
    else:
        desk = desk.signed_in(rng.choice((desk.operator, STAFF[0])))
        rng.choice((lent_things.give_back, lent_things.give_up))(desk, id)
    _mistaken(rng, desk)
