"""Two seminar rooms, three readers who book them, wait for them, come or do not come."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache, partial
from random import Random
from typing import Any
from unittest.mock import patch

from sqlalchemy import Connection

from db import clash_pages, room_pages
from db.books import BOOKS
from db.facts import Book, Stub
from db.ledger import Ledger
from db.store import driver
from deskapp import bans, bookings, clashes, exemptions, numbers, undo
from deskapp.booking_rules import Wish
from deskapp.desk import Desk, Refusal
from deskapp.profile import Profile
from tests.simulation import broken_rules, reserved, sittings, words
from tests.simulation.counter import at_counter, last_hands, subjects
from tests.simulation.desk import Wrong
from tests.simulation.requests import STAFF, Requests, library, word

ROOMS = ("s201", "s202")
NAMES = ("reader", "room", "violation", "ban", "exemption")
UNDO = 120
"""minutes in which an act is undone: others have heard of it, and gone on from it apart"""
STEP = timedelta(minutes=10)


@cache
def quick() -> Profile:
    """Rooms by the ten minutes, more than one a day, for a group of two."""
    profile, _ = library()
    less = {"step": 10, "shortest": 10, "longest": 60, "ahead": 1, "a_day": 9, "sign_in": 6}
    rules = profile.room_rules["seminar"].model_copy(update=less)
    rooms = {code: profile.rooms[code].model_copy(update={"least": 2}) for code in ROOMS}
    limits = profile.limits.model_copy(update={"undo_minutes": UNDO})
    return profile.model_copy(
        update={
            "limits": limits,
            "rooms": rooms,
            "room_rules": {**profile.room_rules, "seminar": rules},
        }
    )


class Rooms:
    """What a desk does must leave a room to one and a reader with one, as far as it knows."""

    books: Sequence[Book] = tuple(book for book in BOOKS if book.name in NAMES)
    persons: Sequence[str] = Requests.persons

    def prepare(self, raw: sqlite3.Connection) -> None:
        Requests().prepare(raw)

    def act(self, rng: Random, ledger: Ledger) -> None:
        """Some acts at once; a refusal of one stops no other. A sweep ends one after the other."""
        lapsed = room_pages.lapsed

        def first(connection: Connection, now: str) -> list[Any]:
            mine = "(SELECT desk FROM place)"
            code = driver(connection).execute(f"SELECT {mine}").fetchone()[0]
            rows = lapsed(connection, now)
            return sorted(rows, key=lambda row: row.desk != code)[:1]

        with patch.object(room_pages, "lapsed", first):
            for _ in range(rng.randint(1, 5)):
                with suppress(Refusal):
                    self._act(rng, ledger)

    def _act(self, rng: Random, ledger: Ledger) -> None:
        begun = at_counter(rng, ledger, new=0.06, house=quick)
        if begun is None:
            return
        desk, readers = begun
        with desk.reading() as connection:
            before = sittings.doubled(driver(connection))
        few = (_time, _look_after, _mistaken, _wait)
        one = rng.choice((_book, _book, _book, _use, _use, _use, *few))
        merges = one(rng, desk, rng.choice(readers))
        with desk.reading() as connection:
            if not merges and (new := sittings.doubled(driver(connection)) - before):
                raise Wrong(f"{desk.code} by its own acts alone: {sorted(new)}")

    def invariants(self, connection: Connection) -> list[str]:
        raw = driver(connection)
        return [*words.wrong(raw), *reserved.wrong(raw)]

    def at_rest(self, connection: Connection) -> list[str]:
        return broken_rules.without_cause(driver(connection))

    def clash(self, one: Stub, other: Stub) -> bool:
        if one.kind.startswith("room."):
            return reserved.clash(one, other)
        return sittings.clash(one, other)

    def words(self, private: str) -> list[str]:
        return words.of(private)


def _book(rng: Random, desk: Desk, reader: str) -> bool:
    begin = _round(desk.now()) + rng.choice((0, 0, 1, 2, 6)) * STEP
    until = begin + rng.randint(1, 4) * STEP
    said = word(rng) if rng.random() < 0.3 else ""
    wish = Wish(rng.choice(ROOMS), begin, until, 3, reader, words=said)
    acts: tuple[Callable[[Desk, Wish], object], ...] = (
        bookings.book,
        bookings.book,
        partial(bookings.book, here=True),
        bookings.wait,
        partial(bookings.repeat, last=(begin + timedelta(days=7)).date()),
    )
    rng.choice(acts)(desk, wish)
    if rng.random() < 0.1:
        undo.undo(desk)
    return False


def _round(now: datetime) -> datetime:
    """The last ten minutes that a clock on the wall showed."""
    return now.replace(minute=now.minute // 10 * 10, second=0, microsecond=0)


def _use(rng: Random, desk: Desk, reader: str) -> bool:
    sql = "SELECT id FROM booking WHERE status <> 'over' ORDER BY from_, id LIMIT 4"
    with desk.reading() as connection:
        known = subjects(driver(connection), sql)
    if known:
        acts: tuple[Callable[[Desk, str], object], ...] = (
            partial(bookings.arrive, reader=reader),
            partial(bookings.arrive, reader=reader),
            bookings.open_,
            bookings.extend,
            bookings.end,
            bookings.cancel,
        )
        rng.choice(acts)(desk, rng.choice(known))
        if rng.random() < 0.15:
            undo.undo(desk)
    return False


def _wait(rng: Random, desk: Desk, reader: str) -> bool:
    """For a room of another; who has it gives it back now and then."""
    sql = "SELECT id, room, from_, until FROM booking WHERE status = 'booked' ORDER BY from_, id"
    with desk.reading() as connection:
        booked = driver(connection).execute(sql).fetchall()
    if booked:
        id, room, begin, until = rng.choice(booked)
        with suppress(Refusal):
            bookings.wait(desk, Wish(room, desk.local(begin), desk.local(until), 3, reader))
        if rng.random() < 0.5:
            bookings.cancel(desk, id)
    return False


def _mistaken(rng: Random, desk: Desk, reader: str) -> bool:
    """Who did something to a room here takes back what they did last, whatever others know."""
    whose = last_hands(desk, "room.%")
    if whose:
        undo.undo(desk.signed_in(rng.choice(whose)))
    return False


def _time(rng: Random, desk: Desk, reader: str) -> bool:
    """What the clock does."""
    while bookings.sweep(desk):
        pass
    bans.settle(desk)
    if rng.random() < 0.1:
        begun = desk.now() - timedelta(minutes=rng.choice((0, 30)))
        exemptions.declare(desk, "power", (), begun, begun + timedelta(minutes=40))
    return False


def _look_after(rng: Random, desk: Desk, reader: str) -> bool:
    """Two numbers of one reader, one reader in two rooms."""
    lead = desk.signed_in(STAFF[0])
    with desk.reading() as connection:
        crossing = [p for p in clash_pages.page(connection, None, 9) if p.patron is not None]
        others = subjects(driver(connection), "SELECT subject FROM reader WHERE number NOTNULL")
    if crossing:
        pair = (crossing[0].first, crossing[0].second)
        clashes.settle(lead, pair, rng.choice((*pair, clashes.BOTH)))
    elif rng.random() < 0.2:
        numbers.merge(desk, reader, rng.choice(sorted(others)))
    else:
        numbers.part(desk, reader)
    return True
