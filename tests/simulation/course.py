"""One course of events: a seed drives desks, clocks, sticks and the centre, by the real code."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from sqlite3 import Connection
from tempfile import TemporaryDirectory
from typing import TypeVar
from unittest.mock import patch

from db.arrivals import standing
from db.clock import Clock
from db.exchange import Summary, exchange
from db.facts import Book, Change, Fact
from db.ledger import Ledger, found
from db.people import ERASED
from db.refusal import Refusal
from db.store import Store, driver
from tests.simulation import programs, setbacks
from tests.simulation.clock import Hours, SimulatedClock
from tests.simulation.confidences import DEPARTMENTS
from tests.simulation.desk import Desk, Laptop, Said, Wrong
from tests.simulation.houses import Filed, House, Trouble
from tests.simulation.setbacks import IDS, SetBacks
from tests.simulation.troubles import Crash, Cut, Wire, in_pieces, keep, put_back
from tests.simulation.world import World

Done = TypeVar("Done")
Build = Callable[[Path, Clock, Trouble], House]
CODES = ("A", "B", "C", "D", "E", "F", "G", "H")
KEY = bytes(32)


@cache
def _empty(world: type[World], program: int) -> bytes:
    """The bytes of it: a process plays thousands of courses."""
    with TemporaryDirectory() as folder, programs.running(program):
        store = Store.create(Path(folder) / "empty.db")
        with store.writing() as connection:
            world().prepare(driver(connection))
        store.checkpoint()
        store.close()
        return store.path.read_bytes()


class Course:
    """The simulation of one seed. `run` plays it; Wrong says what was found."""

    def __init__(
        self,
        seed: int,
        folder: Path,
        world: World,
        events: Mapping[Callable[["Course", Desk], object], float],
        desks: int | None = None,
        steps: int = 60,
        build: Build = Filed,
    ) -> None:
        self.rng = Random(seed)
        self.seed = seed
        self.folder = folder
        self.world = world
        self.events = events
        self.steps = steps
        self.counts: Counter[str] = Counter()
        self._wiped = Store.scour
        self.trail: list[str] = []
        self.hours = Hours()
        self.calm = False
        self.depth = 0
        self.said: dict[str, Said] = {}
        self.sticks: dict[Path, set[str]] = {}
        self.attic: list[Path] = []
        self.rogue: set[str] = set()
        self.centre_has: set[str] = set()
        self.set_backs = SetBacks()
        self.laptops: list[Laptop] = []
        self.skews: dict[str, set[int]] = defaultdict(set)
        self._names = 0
        self.fuse = 0
        self.crossing: Desk | None = None
        self.roughness = self.rng.choice((0.0, 0.01, 0.03, 0.08))
        # Every seed has its own temper: one has many restores, another none.
        self.weights = [weight * self.rng.choice((0.2, 1, 4)) for weight in events.values()]
        self.divided, self.newest = self.rng.random() < 0.5, self.rng.random() < 0.5
        self.in_small = self.rng.random() < 0.3
        self.clock = SimulatedClock(self.hours, self.rng)
        self.house = build(folder, self.clock, self._centre_trouble)
        self.scopes = dict.fromkeys(CODES, frozenset(DEPARTMENTS))
        if self.divided:
            self.scopes = {code: self._some_departments() for code in CODES}
        self.ever_given = dict(self.scopes)
        self.entrust_again()
        self.desks = [self._new_desk(code) for code in CODES[: desks or self.rng.randint(3, 6)]]
        for number in range(2):
            (folder / f"stick{number}").mkdir()

    # The plant

    def name(self, what: str) -> Path:
        self._names += 1
        return self.folder / f"{what}{self._names}.db"

    def _some_departments(self) -> frozenset[str]:
        return frozenset(each for each in DEPARTMENTS if self.rng.random() < 0.4)

    def entrust_again(self) -> None:
        """Say to the centre, as it stands now, who is given whose confidences."""
        for code, given in self.scopes.items():
            self.house.handles(code, sorted(given))

    def empty(self, program: int) -> Path:
        """A store that nobody has used, as this version makes it."""
        path = self.name("empty")
        path.write_bytes(_empty(type(self.world), program))
        return path

    def _new_desk(self, code: str) -> Desk:
        path = self.name(code)
        clock = SimulatedClock(self.hours, self.rng)
        program = programs.NEWEST if self.newest else self.rng.randint(0, programs.NEWEST)
        self.empty(program).rename(path)
        ledger = self.ledger(path, clock, program)
        found(ledger.store, code, KEY)
        return Desk(code, path, clock, ledger, program)

    def ledger(self, path: Path, clock: Clock, program: int) -> Ledger:
        with programs.running(program):
            ledger = Ledger(Store(path), self.books(program), clock)
        ledger.learn(program)
        return ledger

    def opened(self, desk: Desk) -> Ledger:
        return self.ledger(desk.path, desk.clock, desk.program)

    def books(self, program: int) -> list[Book]:
        """Of this version."""
        books = (*self.world.books, *programs.BOOKS[program])
        return [replace(book, follow=self._shaken(book.follow)) for book in books]

    def _shaken(
        self, follow: Callable[[Connection, list[Change]], None] | None
    ) -> Callable[[Connection, list[Change]], None]:
        """A power cut in the middle of a transaction, while rows are being written."""

        def shaken(raw: Connection, changes: list[Change]) -> None:
            if follow is not None:
                follow(raw, changes)
            if self.fuse:
                self.fuse -= 1
                if not self.fuse:
                    path = Path(raw.execute("PRAGMA database_list").fetchone()[2])
                    keep(path, path.with_suffix(".crash"))
                    raise Crash

        return shaken

    def close(self) -> None:
        for desk in (*self.desks, *self.laptops):
            desk.ledger.store.close()
        self.house.close()

    def note(self, what: str, detail: str = "") -> None:
        self.counts[what] += 1
        self.trail.append(f"{self.depth * '  '}{what} {detail}")

    # What people do

    def run(self, settle_down: Callable[["Course"], None]) -> Counter[str]:
        """Play the course; Wrong where anything is not as it must be."""

        def scour(store: Store) -> bool:
            return self._scour(store)

        with in_pieces(self._refolded, self.rng), patch.object(Store, "scour", scour):
            try:
                for _ in range(self.steps):
                    self.step()
                settle_down(self)
            finally:
                self.close()
        return self.counts

    def _refolded(self) -> None:
        self.counts["refolds"] += 1

    def step(self) -> None:
        self.hours.pass_by(self.rng.expovariate(1 / 300))
        (event,) = self.rng.choices(list(self.events), self.weights)
        desk = self.rng.choice(self.desks)
        event(self, desk)

    def act(self, desk: Desk) -> None:
        """A person acts; the power may fail before it is confirmed."""
        self.doing(desk, lambda: self.world.act(self.rng, desk.ledger), "act")

    def erase(self, desk: Desk, person: str | None = None) -> None:
        # Of whom words lie on a stick: they arrive late.
        lie = {self.said[id].person for ids in self.sticks.values() for id in ids}
        late = [each for each in self.world.persons if each in lie]
        who = person or self.rng.choice(
            (late if self.rng.random() < 0.5 else ()) or self.world.persons
        )

        def strike_out() -> None:
            with desk.ledger.act("staff:1") as act:
                act.record(ERASED, f"person:{who}", person=who)

        self.doing(desk, strike_out, "erasure", who)

    def doing(self, desk: Desk, do: Callable[[], None], what: str, detail: str = "") -> None:
        before = self._last(desk)
        if not self.calm and self.rng.random() < self.roughness:
            self.fuse = self.rng.randint(1, 3)
        try:
            do()
        except Refusal as refusal:
            self.note("refusals", refusal.code)
        except Crash:
            self.note("crash in an act", f"at {desk.path.stem}")
            self.reopen(desk)
            self._write_down(desk, before)
            return
        finally:
            self.fuse = 0
        self.note(what, f"at {desk.path.stem} {detail}")
        desk.has |= self._write_down(desk, before)

    def _last(self, desk: Desk) -> int:
        with desk.ledger.store.reading() as connection:
            last = driver(connection).execute("SELECT max(n) FROM fact").fetchone()[0]
            return last or 0

    def _write_down(self, desk: Desk, since: int) -> set[str]:
        """What the desk has recorded since: the simulation's own memory of it."""
        new = set()
        with desk.ledger.store.reading() as connection:
            lines = driver(connection).execute(
                "SELECT id, act, subject, digest, person, private, kind, desk, scope, "
                "(SELECT group_concat(o.id) FROM fact o WHERE o.subject = f.subject AND o.n < f.n) "
                "FROM fact f WHERE n > ? AND desk = (SELECT desk FROM place)",
                (since,),
            )
            for id, act, subject, digest, person, private, kind, author, scope, knew in lines:
                if id in self.said:
                    raise Wrong(f"{desk.path.stem} gave the id {id} a second time")
                before = frozenset(knew.split(",")) if knew else frozenset()
                self.said[id] = Said(
                    act, subject, before, digest, person, private, kind == ERASED, author, scope
                )
                new.add(id)
        return new

    def reopen(self, desk: Desk) -> None:
        """The machine starts again on what its disk had: nothing of the open transaction."""
        aside = desk.path.with_suffix(".crash")
        if not aside.exists():
            keep(desk.path, aside)
        desk.ledger.store.close()
        put_back(aside, desk.path)
        desk.ledger = self.opened(desk)
        if desk.ledger.purge_due():
            self.note("wiped at the start")
            roughness, self.roughness = self.roughness, 0.0
            desk.ledger.purge()
            self.roughness = roughness

    # The exchange

    def exchange(self, desk: Desk) -> Summary | None:
        """One exchange, which may be cut anywhere."""
        ledger, done = desk.ledger, self.set_backs.done
        summary = self.online(
            desk, lambda wire: exchange(ledger, wire, lambda *_: self.between(desk, ledger))
        )
        if summary is None:
            return None
        self.note("exchanges", f"of {desk.path.stem} {summary}")
        if done == self.set_backs.done:
            self.in_step(desk)
        self.counts["epochs"] += summary.epochs
        self.counts["lines missed"] += summary.missing
        self.counts["old matters fetched when due"] += summary.fetched
        return summary

    def online(self, desk: Desk, do: Callable[[Wire], Done]) -> Done | None:
        """What a desk does by the line to the centre; None where it was cut or refused."""
        if desk.busy > 1:
            return None
        desk.busy += 1
        self.depth += 1
        ledger, done = desk.ledger, self.set_backs.done
        try:
            return do(self._wire(desk))
        except Cut:
            return None
        except Crash:
            if desk.ledger is ledger:
                self.reopen(desk)
            return None
        except Refusal as refusal:
            if refusal.code == "CentreSetBack" and self.set_backs.done:
                self.note("set back noticed", f"by {desk.path.stem}: {refusal.facts}")
                if self.set_backs.done == done and self.depth == 1:
                    setbacks.hear(self, refusal)
                return None
            if refusal.code in ("ForkedAgain", "CentresTwo") and not self.calm:
                self.note("forked again")
                return None
            raise
        finally:
            self.fuse = 0
            desk.busy -= 1
            self.depth -= 1

    def _wire(self, desk: Desk) -> Wire:
        def trouble(place: str) -> None:
            self._trouble(place, desk)

        return Wire(
            lambda: self.house.centre,
            trouble,
            self._pushed,
            self._refused,
            lambda: desk.has.update(self.centre_has),
        )

    def _pushed(self, facts: Sequence[Fact]) -> None:
        gone = {person for (person,) in self.house.rows("SELECT person FROM erased")}
        late = [f for f in facts if f.private and f.person in gone]
        self.counts["erasures late at the centre"] += len(late)
        # A claim of another's id that a restored centre is told again has a name of the desk's.
        self.centre_has |= {fact.id for fact in facts} & self.said.keys()

    def _refused(self, refusal: Refusal) -> None:
        self.note(f"refused {refusal.code}")

    def in_step(self, desk: Desk) -> None:
        """As far as a desk has heard the centre, both have one order, from the first on."""
        if not self.agrees(desk):
            raise Wrong(f"{desk.path.stem} has another order than the centre, and was not told")

    def agrees(self, desk: Desk) -> bool:
        with desk.ledger.store.reading() as connection:
            raw = driver(connection)
            ours = raw.execute(IDS.format("fact")).fetchall()
            cursor, _ = standing(raw)
        return bool(ours[:cursor] == setbacks.order(self)[:cursor])

    def between(self, desk: Desk, ledger: Ledger) -> None:
        """Between two slices: the screen of the same desk goes on, the line or the power fails."""
        if desk.ledger is not ledger:
            raise Crash
        self._trouble("slice", desk)

    def _centre_trouble(self, place: str) -> None:
        if not self.calm and self.rng.random() < self.roughness:
            self.note(f"cut {place}")
            raise Cut

    def _trouble(self, place: str, desk: Desk) -> None:
        if self.calm:
            return
        chance = self.rng.random() / max(self.roughness, 1e-9)
        ledger = desk.ledger
        if place == "push before" and self.crossing is not None:
            twin, self.crossing = self.crossing, None
            self.exchange(twin)
        elif chance < 1:
            self.note(f"cut {place}")
            raise Cut
        elif chance < 1.5:
            self.note(f"crash {place}", f"of {desk.path.stem}")
            raise Crash
        elif chance < 2.5:
            self.fuse = self.rng.randint(1, 6)  # the power fails within some later fold
        elif chance < 4.5:
            self.note("acts between")
            self.act(desk)
        elif chance < 5.5 and self.depth < 3:
            self.note("exchanges crossed")
            twins = [each for each in self.desks if each.code == desk.code and each is not desk]
            self.exchange(self.rng.choice(twins or self.desks))
        elif chance < 5.8:
            self.note("centre set back meanwhile")
            setbacks.set_back(self, desk)
        if desk.ledger is not ledger:
            raise Crash  # the machine failed meanwhile, and this exchange with it

    def _scour(self, store: Store) -> bool:
        """The power fails just before an erasure's traces are wiped."""
        if not self.calm and self.rng.random() < 2 * self.roughness:
            keep(store.path, store.path.with_suffix(".crash"))
            self.note("crash before wiping")
            raise Crash
        return self._wiped(store)
