"""A hall of two seats for three readers, its queue, its rules and who breaks them."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import cache, partial
from random import Random
from unittest.mock import patch

from sqlalchemy import Connection

from db import clash_pages, seat_pages
from db.books import BOOKS
from db.clashes import Pair
from db.facts import Book, Stub
from db.ledger import Ledger
from db.seats import OPEN
from db.store import driver
from deskapp import (
    bans,
    calls,
    clashes,
    conduct,
    exemptions,
    numbers,
    places,
    plans,
    queues,
    reservations,
    rounds,
    seats,
    sweeps,
    undo,
)
from deskapp.desk import Desk, Refusal
from deskapp.profile import Profile
from deskapp.space_entries import SeatRules, Zone
from tests.simulation import broken_rules, sittings, words
from tests.simulation.counter import at_counter, last_hands, subjects
from tests.simulation.desk import Wrong
from tests.simulation.requests import NUMBERS, STAFF, Requests, enter, library, word
from tests.simulation.world import MOST

HALL, RULES = "hall", "quick"
LABELS = ("A-1", "A-2")
NAMES = ("reader", "place", "seat", "violation", "ban", "exemption", "queue")
PLANS = ("A ..", "A .")
UNDO = 120
"""minutes in which an act is undone: others have heard of it, and gone on from it apart"""
QUEUE = 2
"""who wait at once, at most: all may be called in one act"""


@cache
def quick() -> Profile:
    """What takes hours in a library takes minutes: a course has some hours."""
    profile, _ = library()
    name = {"zh": "大厅", "en": "Hall"}
    rules = {
        "sign_in_before": 5, "sign_in_after": 6, "away": 6, "longest": 60, "ahead": 1, "a_day": 9,
        "call": 6, "counts": ("no_show", "too_long", "disorder"), "most": 2, "bar": 1,
    }  # fmt: skip
    where = {"building": "main", "floor": 1, "hours": "opening", "rules": RULES}
    hall = {**name, **where, "plan": PLANS[:1]}
    return profile.model_copy(
        update={
            "limits": profile.limits.model_copy(update={"undo_minutes": UNDO}),
            "zones": {HALL: Zone.model_validate({**hall, "code": HALL})},
            "seat_rules": {RULES: SeatRules.model_validate({**name, **rules, "code": RULES})},
        }
    )


class Halls:
    """What a desk does must leave a seat to one and a reader on one, as far as it knows."""

    books: Sequence[Book] = tuple(book for book in BOOKS if book.name in NAMES)
    persons: Sequence[str] = Requests.persons

    def prepare(self, raw: sqlite3.Connection) -> None:
        Requests().prepare(raw)

    def act(self, rng: Random, ledger: Ledger) -> None:
        """Some acts at once; a refusal of one stops no other."""
        never_met = seat_pages.never_met

        def some(connection: Connection, desk: str) -> list[tuple[str, Pair]]:
            return never_met(connection, desk)[:MOST]

        with patch.object(sweeps, "AT_ONCE", 1), patch.object(seat_pages, "never_met", some):
            for _ in range(rng.randint(1, 5)):
                with suppress(Refusal):
                    self._act(rng, ledger)

    def _act(self, rng: Random, ledger: Ledger) -> None:
        begun = at_counter(rng, ledger, new=0.06, house=quick)
        if begun is None:
            return
        desk, readers = begun
        if len(readers) < len(NUMBERS) and rng.random() < 0.3:
            with ledger.act(STAFF[0].id) as act:
                enter(rng, act)
            return
        with desk.reading() as connection:
            raw = driver(connection)
            if not subjects(raw, "SELECT subject FROM seat"):
                _lay_out(desk)
            before = sittings.doubled(raw)
        twice = (_hand_on, _time, _judge, _mistaken, _look_after)
        one = rng.choice((*(_sit,) * 6, *twice, *twice, _wait))
        merges = one(rng, desk, rng.choice(readers))
        with desk.reading() as connection:
            if not merges and (new := sittings.doubled(driver(connection)) - before):
                raise Wrong(f"{desk.code} by its own acts alone: {sorted(new)}")

    def invariants(self, connection: Connection) -> list[str]:
        raw = driver(connection)
        return [*words.wrong(raw), *sittings.wrong(connection)]

    def at_rest(self, connection: Connection) -> list[str]:
        return broken_rules.without_cause(driver(connection))

    def clash(self, one: Stub, other: Stub) -> bool:
        return sittings.clash(one, other)

    def words(self, private: str) -> list[str]:
        return words.of(private)


def _lay_out(desk: Desk, plan: str = PLANS[0]) -> None:
    """As a library that is founded does, or that has moved its tables."""
    with desk.act() as act:
        places.lay(act, {HALL: plans.seats((plan,))}, whole=True)


Act = Callable[[Desk, str], object]


def _sit(rng: Random, desk: Desk, reader: str) -> bool:
    seat = f"{HALL}/{rng.choice(LABELS)}"
    later = desk.now() + timedelta(minutes=rng.choice((0, 4, 20, 50)))
    sql = f"SELECT status FROM sitting WHERE patron = '{reader}' AND ended_at IS NULL ORDER BY id"
    there = {"seated", "away"}.intersection(_all(desk, sql))
    acts: tuple[Act, ...] = (
        partial(seats.take, zone=HALL),
        partial(seats.take, seat=seat),
        partial(seats.take, seat=seat),
        partial(reservations.reserve, seat=seat, begins=later),
        partial(reservations.reserve, zone=HALL, begins=later),
    )
    if there and rng.random() < 0.9:
        back = (seats.come_back,) * 3 if "away" in there else (seats.step_away,) * 3
        acts = (*back, seats.leave, seats.extend, partial(seats.move, seat=seat))
    reserved = _all(desk, f"SELECT id FROM sitting WHERE {OPEN} AND patron = '{reader}'")
    if reserved and not there:
        acts = (*acts, partial(reservations.cancel, sitting=rng.choice(reserved)))
    rng.choice(acts)(desk, reader)
    if rng.random() < 0.1:
        undo.undo(desk)
    return False


def _mistaken(rng: Random, desk: Desk, reader: str) -> bool:
    """Who sat somebody down takes back what they did here last, whatever others know of it."""
    whose = last_hands(desk, "seat.taken")
    if whose:
        undo.undo(desk.signed_in(rng.choice(whose)))
    return False


def _wait(rng: Random, desk: Desk, reader: str) -> bool:
    """For a full hall, or no longer."""
    waiting = _all(desk, "SELECT subject FROM queueing WHERE ended_at IS NULL ORDER BY 1")
    if len(waiting) < QUEUE and rng.random() < 0.7:
        _fill(desk, reader)
    elif waiting:
        queues.leave(desk, rng.choice(waiting))
    return False


def _hand_on(rng: Random, desk: Desk, reader: str) -> bool:
    """A seat of the full hall goes to whoever waits for it here; at a desk apart to another."""
    with suppress(Refusal):
        _fill(desk, reader)
    sql = "SELECT patron FROM sitting WHERE status IN ('seated', 'away') ORDER BY seat, id"
    if there := [each for each in _all(desk, sql) if each != reader]:
        seats.leave(desk, there[0])
    return False


def _fill(desk: Desk, reader: str) -> None:
    """Who is not there yet sits down, and the last one waits."""
    for other in _all(desk, "SELECT subject FROM reader WHERE number IS NOT NULL ORDER BY 1"):
        if other != reader:
            with suppress(Refusal):
                seats.take(desk, other, zone=HALL)
    queues.join(desk, reader, HALL)


def _time(rng: Random, desk: Desk, reader: str) -> bool:
    """What the clock does."""
    while sweeps.sweep(desk):
        pass
    sweeps.settle(desk)
    calls.go_on(desk)
    bans.settle(desk)
    return False


def _judge(rng: Random, desk: Desk, reader: str) -> bool:
    lead = desk.signed_in(STAFF[0])
    known = _all(desk, "SELECT subject FROM violation WHERE status <> 'lifted' ORDER BY status, 1")
    windows = _all(desk, "SELECT subject FROM exemption WHERE withdrawn_at IS NULL ORDER BY 1")
    barred = _all(desk, "SELECT subject FROM ban WHERE lifted_at IS NULL ORDER BY 1")
    match rng.choice(("note", "judge", "judge", "window", "window", "shut", "ban", "lift")):
        case "note":
            conduct.note(desk, reader, "disorder", HALL, rng.choice(LABELS), word(rng))
        case "judge" if known:
            acts: tuple[Act, ...] = (
                conduct.confirm,
                partial(conduct.appeal, words=word(rng)),
                conduct.uphold,
                partial(conduct.lift, reason="mistaken"),
            )
            for act in rng.sample(acts, 4):  # the first that may be
                with suppress(Refusal):
                    act(lead, rng.choice(known[:3]))
                    break
        case "window" if len(windows) < 3:
            begun = desk.now() - timedelta(minutes=rng.choice((0, 30, 120)))
            zones = rng.choice(((), (HALL,)))
            exemptions.declare(desk, "drill", zones, begun, begun + timedelta(minutes=40))
        case "shut" if windows:
            at = desk.now() - timedelta(minutes=rng.choice((0, 20)))
            acts = (partial(exemptions.end, at=at), exemptions.end, exemptions.withdraw)
            rng.choice(acts)(lead, rng.choice(windows))
        case "ban" if rng.random() < 0.2:
            bans.impose(lead, reader, "disorder", 1)
        case "lift" if barred:
            bans.lift(lead, rng.choice(barred), "excused")
    return False


def _look_after(rng: Random, desk: Desk, reader: str) -> bool:
    """Seats out of order, things on them; two numbers of one reader, one reader in two places."""
    lead, seat = desk.signed_in(STAFF[0]), f"{HALL}/{rng.choice(LABELS)}"
    with desk.reading() as connection:
        crossing = [p for p in clash_pages.page(connection, None, 9) if p.patron is not None]
    if crossing:
        pair = (crossing[0].first, crossing[0].second)
        clashes.settle(lead, pair, rng.choice((*pair, clashes.BOTH)))
        return True
    match rng.choice(("close", "open", "mark", "release", "clear", "plan", "merge", "part")):
        case "close" if rng.random() < 0.5:
            places.close(desk, seat)
        case "open":
            _mend(desk)
        case "clear":
            places.clear_note(desk, seat)
        case "plan" if rng.random() < 0.2:
            _lay_out(desk, rng.choice(PLANS))
        case "mark":
            rounds.mark(desk, seat.partition("/")[2], HALL)
        case "release":
            rounds.release(desk, seat)
        case "merge":
            others = _all(desk, "SELECT subject FROM reader WHERE number IS NOT NULL ORDER BY 1")
            numbers.merge(desk, reader, rng.choice(others))
            return True
        case "part":
            numbers.part(desk, reader)
            return True
    return False


def _mend(desk: Desk) -> None:
    for each in _all(desk, "SELECT subject FROM seat WHERE closed IS NOT NULL ORDER BY 1"):
        places.put_right(desk, each.partition(":")[2])


def _all(desk: Desk, sql: str) -> list[str]:
    with desk.reading() as connection:
        return subjects(driver(connection), sql)
