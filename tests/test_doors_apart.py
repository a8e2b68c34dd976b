"""Doors of one event that hear of each other late, by wrong clocks, in any order, cut, twice, by a
stick: one state, one list of clashes, and the earliest by the corrected clock counts.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some

from db import doubles, stick
from db.clock import stamp
from db.exchange import exchange
from db.file_centre import FileCentre
from db.ledger import Ledger, found
from db.rows import load
from db.scans import SCANS
from db.scans import draft as scan
from db.signups import SIGNUPS, draft, event_key, of_ticket, subject_of
from db.store import Store, driver
from tests.clashing import open_clashes
from tests.meeting import keep, set_back
from tests.shelf import KEY
from tests.simulation.troubles import Cut, Wire, quick_disk
from tests.toys import ToyClock

DOORS = ("east", "west", "south")
OFFSETS = (0, 7, -40, 400, -32_400)
"""seconds by which a door's clock is ahead"""
PEOPLE = ((1, "card"), (1, "ticket"), (3, "group"))
"""how many they are, and how they are called"""
PLACES = ("hello before", "hello after", "push before", "push after", "pull before", "pull after")


class WrongClock(ToyClock):
    """The true time, and how far this one is from it."""

    def __init__(self, true: ToyClock) -> None:
        super().__init__()
        self._true = true
        self.ahead = 0

    def now(self) -> datetime:
        return self._true.now() + timedelta(seconds=self.ahead)

    def new_id(self) -> str:
        self.at = self.now()
        return super().new_id()


class Scanned(NamedTuple):
    """What was shown as done at a door: kept here by the test itself, at the true time."""

    at: datetime
    id: str
    door: str
    heads: int


class Apart:
    """Three doors and their centre; every play is an event of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.true = ToyClock()
        self.clocks = {door: WrongClock(self.true) for door in DOORS}
        self.centre = FileCentre(folder / "centre.db", self.true)
        self.doors: dict[str, Ledger] = {}
        for door in DOORS:
            store = Store.create(folder / f"{door}.db")
            found(store, door, KEY)
            self.doors[door] = Ledger(store, [SIGNUPS, SCANS], self.clocks[door])
        self.numbers = count(1)
        self.subjects: list[str] = []
        self.scans: dict[str, Scanned] = {}
        self.by_ticket = False
        self.cut_at: tuple[str, int] | None = None

    def begin(self, offsets: tuple[int, int, int]) -> None:
        """An event for which three have signed up; every door has heard of it."""
        event = f"event:e{next(self.numbers)}"
        key = event_key(KEY, event)
        self.subjects = [subject_of(key, event, name) for _, name in PEOPLE]
        self.scans.clear()
        self.by_ticket = False
        for door, ahead in zip(DOORS, offsets, strict=True):
            self.clocks[door].ahead = ahead
        with self.doors["east"].act("li") as act:
            for subject, (places, name) in zip(self.subjects, PEOPLE, strict=True):
                said = {"session": "s", "places": places, "source": "desk"}
                words = {"answers": {"size": f"secret of {name} {event}"}}
                act.record_all([draft("signup.made", subject, said, words, person=subject)])
            ticket = {"session": "s", "serial": "a" * 16, "code": "1"}
            act.record_all([draft("ticket.issued", self.subjects[1], ticket)])
        self.meet()
        keep(self.centre, self.folder / "kept.db")

    def wire(self) -> Wire:
        def trouble(place: str) -> None:
            if self.cut_at is None or place != self.cut_at[0]:
                return
            left = self.cut_at[1] - 1
            self.cut_at = (place, left) if left else None
            if not left:
                raise Cut

        return Wire(lambda: self.centre, trouble, lambda _: None, lambda _: None, lambda: None)

    def meet(self) -> None:
        """Until nobody has anything new."""
        self.cut_at = None
        for _ in range(9):
            done = [exchange(self.doors[door], self.wire()) for door in DOORS]
            if not any(each.pushed or each.pulled or each.epochs for each in done):
                return
        raise AssertionError("they never come to rest")

    def known(self, door: str, who: int) -> dict[Any, Any]:
        """The rows of one of the people, as a door has them."""
        ledger = self.doors[door]
        with ledger.store.reading() as connection:
            return load(driver(connection), SIGNUPS, [self.subjects[who]])[self.subjects[who]]

    def record(self, at: str, kind: str, who: int, **said: Any) -> str:
        with self.doors[at].act("li") as act:
            return act.record(kind, self.subjects[who], {"session": "s", **said}).id

    # what happens

    def admit(self, door: str, who: int, number: int) -> None:
        """As the rule has it: whoever is known to be in is not let in again."""
        places, name = PEOPLE[who]
        came = self.known(door, who).get(("presence", "s"), {"came": 0})["came"]
        heads = min(number, places - came)
        if heads <= 0:
            with self.doors[door].act("li") as act:
                event = "event:" + self.subjects[who].split(":")[1]
                where = (event, "s", door, "already", "**1")
                act.record_all([scan(act.new_subject("scan"), *where, signup=self.subjects[who])])
            return
        more = {"serial": "a" * 16} if name == "ticket" else {}
        said = {"door": door, "heads": heads, "places": places, "how": name, **more}
        id = self.record(door, "door.admitted", who, **said)
        self.scans[id] = Scanned(self.true.at, id, door, heads)

    def unheard(self, door: str, who: int, number: int) -> None:
        """The ticket, at a door that has not heard whose it is."""
        event = "event:" + self.subjects[0].split(":")[1]
        subject = of_ticket(event, "a" * 16)
        with self.doors[door].store.reading() as connection:
            if load(driver(connection), SIGNUPS, [subject])[subject]:
                return
        here = {"session": "s", "places": 1}
        with self.doors[door].act("li") as act:
            made = draft("signup.made", subject, {**here, "patron": None, "source": "ticket"})
            said = {**here, "door": door, "heads": 1, "serial": "a" * 16}
            act.record_all([made, draft("door.admitted", subject, said)])
        self.by_ticket = True

    def undo(self, door: str, who: int, number: int) -> None:
        """Of any scan that this door has heard of, its own or another's."""
        there = sorted(key[1] for key in self.known(door, who) if key[0] == "admission")
        if there:
            id = there[number % len(there)]
            self.record(door, "door.undone", who, undoes=id, by="li")
            self.scans.pop(id, None)

    def cancel(self, door: str, who: int, number: int) -> None:
        if self.known(door, who)["signup", "s"]["status"] == "in":
            self.record(door, "signup.cancelled", who, why="reader")

    def revoke(self, door: str, who: int, number: int) -> None:
        if ("ticket", "a" * 16) in self.known(door, who):
            self.record(door, "ticket.revoked", who, serial="a" * 16)

    def told(self, door: str, who: int, number: int) -> None:
        exchange(self.doors[door], self.wire())

    def cut(self, door: str, who: int, number: int) -> None:
        self.cut_at = (PLACES[(who + 3 * number) % len(PLACES)], 1)
        with suppress(Cut):
            exchange(self.doors[door], self.wire())
        self.cut_at = None

    def carry(self, door: str, who: int, number: int) -> None:
        """By a stick that the next door reads, as often as it likes."""
        folder = self.folder / "stick"
        shutil.rmtree(folder, ignore_errors=True)
        stick.write(self.doors[door], folder)
        for _ in range(2):
            stick.read(self.doors[DOORS[(DOORS.index(door) + number) % len(DOORS)]], folder)

    def restore(self, door: str, who: int, number: int) -> None:
        """The centre is what it was before the first scan, and says so."""
        set_back(self.centre, self.folder / "kept.db")
        self.centre.restored()

    # what must hold

    def hold(self) -> None:
        states = [self.state(door) for door in DOORS]
        assert states[0] == states[1] == states[2]
        with self.doors["west"].store.reading() as connection:
            raw = driver(connection)
            assert raw.execute("SELECT count(*) FROM fault").fetchone() == (0,)
            assert doubles.check(raw) == []
            event = "event:" + self.subjects[0].split(":")[1]
            counted = dict(raw.execute("SELECT event, came FROM headcount"))
            kept = dict(raw.execute("SELECT id, skew FROM fact WHERE kind = 'door.admitted'"))
            clashes = {(a, b) for _, a, b in open_clashes(connection)}
        people = [sum(s.heads for s in self.scans.values() if self.of(s.id) == w) for w in range(3)]
        people[1] += self.by_ticket
        once = sum(min(n, places) for n, (places, _) in zip(people, PEOPLE, strict=True))
        assert counted.get(event, 0) == once
        for who, (places, _) in enumerate(PEOPLE):
            rows = self.known("west", who)
            there = {key[1]: row for key, row in rows.items() if key[0] == "admission"}
            scans = sorted(each for id, each in self.scans.items() if self.of(id) == who)
            assert sorted(there) == sorted(each.id for each in scans)
            assert all(there[id]["corrected"] == stamp(at) for at, id, *_ in scans)
            assert all(there[id]["skew"] == kept[id] for id in there)
            if not scans:
                assert ("presence", "s") not in rows
                continue
            came = rows["presence", "s"]
            heads = sum(each.heads for each in scans)
            assert (came["came"], came["inside"]) == (min(places, heads),) * 2
            assert (came["first"], came["first_door"]) == (scans[0].id, scans[0].door)
            if heads > places:
                ids = {each.id for each in scans}
                assert any({one, other} <= ids for one, other in clashes)

    def of(self, id: str) -> int:
        with self.doors["west"].store.reading() as connection:
            sql = "SELECT subject FROM fact WHERE id = ?"
            (subject,) = driver(connection).execute(sql, (id,)).fetchone()
        return self.subjects.index(subject)

    def state(self, door: str) -> dict[str, list[Any]]:
        with self.doors[door].store.reading() as connection:
            raw = driver(connection)
            tables = (
                "signup",
                "ticket",
                "admission",
                "presence",
                "headcount",
                "scan",
                "clash",
                "double",
            )
            return {
                table: sorted(raw.execute(f"SELECT * FROM {table}"), key=repr) for table in tables
            }

    def rebuilt(self) -> None:
        """Rows, clashes and headcounts are what the ledger says."""
        for door, ledger in self.doors.items():
            before = self.state(door)
            assert list(ledger.rebuild())
            assert self.state(door) == before

    def close(self) -> None:
        for ledger in self.doors.values():
            ledger.store.close()
        self.centre.close()


@pytest.fixture
def apart(tmp_path: Path) -> Iterator[Apart]:
    with quick_disk():
        made = Apart(tmp_path)
        yield made
        made.rebuilt()
        made.close()


Step = tuple[str, str, int, int]
DONE = (
    "admit",
    "admit",
    "admit",
    "admit",
    "unheard",
    "undo",
    "cancel",
    "revoke",
    "told",
    "cut",
    "carry",
)
STEPS = some.lists(
    some.tuples(
        some.sampled_from((*DONE, "restore")),
        some.sampled_from(DOORS),
        some.integers(0, 2),
        some.integers(1, 2),
    ),
    min_size=3,
    max_size=16,
)
OFFSET = some.sampled_from(OFFSETS)


def play(apart: Apart, offsets: tuple[int, int, int], steps: list[Step]) -> None:
    apart.begin(offsets)
    for what, door, who, number in steps:
        apart.true.move(seconds=11)
        act: Callable[[str, int, int], None] = getattr(apart, what)
        act(door, who, number)
    apart.meet()
    apart.hold()


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some.tuples(OFFSET, OFFSET, OFFSET), STEPS)
# Whoever came first is heard of last.
@example((0, 0, 0), [("admit", "west", 0, 1), ("admit", "east", 0, 1)])
def test_one_state_and_the_earliest_counts(
    apart: Apart, offsets: tuple[int, int, int], steps: list[Step]
) -> None:
    play(apart, offsets, steps)


def test_a_group_at_three_doors(apart: Apart) -> None:
    """No two of them let in more than they are, all three did."""
    steps = [("admit", "east", 2, 1), ("admit", "west", 2, 1), ("admit", "south", 2, 2)]
    play(apart, (0, 7, -40), steps)
