"""One course of events: a seed drives desks, clocks, sticks and the centre through the real code."""

import json
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from unittest.mock import patch

from sqlalchemy import Connection

from db import stick
from db.arrivals import new_epoch, standing
from db.exchange import Summary, exchange
from db.facts import Book, Change, Fact
from db.ledger import Ledger, found
from db.people import ERASED
from db.refusal import Refusal
from db.rows import chunks
from db.store import Store, driver
from db.centre import Receipt
from tests.simulation.clock import Hours, SimulatedClock
from tests.simulation.troubles import (
    Crash,
    Cut,
    ShakyCentre,
    Wire,
    in_pieces,
    keep,
    put_back,
)
from tests.simulation.world import World

CODES = ("A", "B", "C", "D", "E", "F", "G", "H")
KEY = bytes(32)


class Wrong(AssertionError):
    """The simulation found something that must not be."""


@dataclass(slots=True)
class Said:
    """A recorded fact, as its author had it then, and what they knew of its subject."""

    act: str
    subject: str
    knew: frozenset[str]
    digest: bytes
    person: str | None
    private: str | None
    erases: bool


@dataclass(slots=True)
class Copy:
    """A backup, and the facts that must be in it."""

    path: Path
    has: set[str]


@dataclass(slots=True)
class Desk:
    """A store and the machine under it. `has` are the facts that it must hold, come what may."""

    code: str
    path: Path
    clock: SimulatedClock
    ledger: Ledger
    has: set[str] = field(default_factory=set)
    copies: list[Copy] = field(default_factory=list)
    busy: int = 0
    """exchanges under way on this store"""


class Course:
    """The simulation of one seed. `run` plays it; Wrong says what was found."""

    def __init__(
        self, seed: int, folder: Path, world: World, desks: int | None = None, steps: int = 60
    ) -> None:
        self.rng = Random(seed)
        self.seed = seed
        self.folder = folder
        self.world = world
        self.steps = steps
        self.counts: Counter[str] = Counter()
        self._wiped = Store.scour
        self.trail: list[str] = []
        self.hours = Hours()
        self.calm = False
        self.depth = 0
        self.said: dict[str, Said] = {}
        self.sticks: dict[Path, set[str]] = {}
        self.centre_has: set[str] = set()
        self.centre_copies: list[tuple[Copy, int]] = []
        self.unannounced: int | None = None
        self.set_backs = 0
        self._names = 0
        self._fuse = 0
        self._books: Sequence[Book] = [
            replace(book, follow=self._shaken(book.follow)) for book in world.books
        ]
        self.roughness = self.rng.choice((0.0, 0.01, 0.03, 0.08))
        # Every seed has its own temper: one has many restores, another none.
        self.weights = [weight * self.rng.choice((0.2, 1, 4)) for weight in EVENTS.values()]
        self.clock = SimulatedClock(self.hours, self.rng)
        self.centre_path = folder / "centre.db"
        self.centre = self._open_centre()
        self.template = self._make_template()
        self.desks = [
            self._new_desk(code) for code in CODES[: desks or self.rng.randint(3, 6)]
        ]
        for number in range(2):
            (folder / f"stick{number}").mkdir()

    # The plant

    def _name(self, what: str) -> Path:
        self._names += 1
        return self.folder / f"{what}{self._names}.db"

    def _open_centre(self) -> ShakyCentre:
        return ShakyCentre(self.centre_path, self.clock, self._centre_trouble)

    def _make_template(self) -> Path:
        path = self.folder / "template.db"
        store = Store.create(path)
        with store.writing() as connection:
            self.world.prepare(driver(connection))
        store.close()
        return path

    def _new_desk(self, code: str) -> Desk:
        path = self._name(code)
        shutil.copyfile(self.template, path)
        clock = SimulatedClock(self.hours, self.rng)
        desk = Desk(code, path, clock, self._ledger(path, clock))
        found(desk.ledger.store, code, KEY)
        return desk

    def _ledger(self, path: Path, clock: SimulatedClock) -> Ledger:
        return Ledger(Store(path), self._books, clock)

    def _shaken(
        self, follow: Callable[[Connection, list[Change]], None] | None
    ) -> Callable[[Connection, list[Change]], None]:
        """A power cut in the middle of a transaction, while rows are being written."""

        def shaken(raw: Connection, changes: list[Change]) -> None:
            if follow is not None:
                follow(raw, changes)
            if self._fuse:
                self._fuse -= 1
                if not self._fuse:
                    path = Path(raw.execute("PRAGMA database_list").fetchone()[2])
                    keep(path, path.with_suffix(".crash"))
                    raise Crash

        return shaken

    def close(self) -> None:
        for desk in self.desks:
            desk.ledger.store.close()
        self.centre.close()

    def note(self, what: str, detail: str = "") -> None:
        self.counts[what] += 1
        self.trail.append(f"{self.depth * '  '}{what} {detail}")

    # What people do

    def run(self) -> Counter[str]:
        """Play the course; Wrong where anything is not as it must be."""
        from tests.simulation.reckoning import settle_down

        with in_pieces(self._refolded), patch.object(Store, "scour", lambda store: self._scour(store)):
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
        (event,) = self.rng.choices(list(EVENTS), self.weights)
        desk = self.rng.choice(self.desks)
        event(self, desk)

    def act(self, desk: Desk) -> None:
        """A person acts; the power may fail before it is confirmed."""
        self.doing(desk, lambda: self.world.act(self.rng, desk.ledger), "act")

    def erase(self, desk: Desk, person: str | None = None) -> None:
        who = person or self.rng.choice(self.world.persons)

        def strike_out() -> None:
            with desk.ledger.act("staff:1") as act:
                act.record(ERASED, f"person:{who}", person=who)

        self.doing(desk, strike_out, "erasure", who)

    def doing(self, desk: Desk, do: Callable[[], None], what: str, detail: str = "") -> None:
        before = self._last(desk)
        if not self.calm and self.rng.random() < self.roughness:
            self._fuse = self.rng.randint(1, 3)
        try:
            do()
        except Refusal as refusal:
            self.note("refusals", refusal.code)
        except Crash:
            self.note("crash in an act", f"at {desk.path.stem}")
            self._reopen(desk)
            self._write_down(desk, before)
            return
        finally:
            self._fuse = 0
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
                "SELECT id, act, subject, digest, person, private, kind, "
                "(SELECT group_concat(o.id) FROM fact o WHERE o.subject = f.subject AND o.n < f.n) "
                "FROM fact f WHERE n > ?",
                (since,),
            )
            for id, act, subject, digest, person, private, kind, knew in lines:
                if id in self.said:
                    raise Wrong(f"{desk.path.stem} gave the id {id} a second time")
                before = frozenset(knew.split(",")) if knew else frozenset()
                self.said[id] = Said(
                    act, subject, before, digest, person, private, kind == ERASED
                )
                new.add(id)
        return new

    def _reopen(self, desk: Desk) -> None:
        """The machine starts again on what its disk had: nothing of the open transaction."""
        aside = desk.path.with_suffix(".crash")
        if not aside.exists():
            keep(desk.path, aside)
        desk.ledger.store.close()
        put_back(aside, desk.path)
        desk.ledger = self._ledger(desk.path, desk.clock)
        if desk.ledger.purge_due():
            self.note("wiped at the start")
            roughness, self.roughness = self.roughness, 0.0
            desk.ledger.purge()
            self.roughness = roughness

    # The exchange

    def exchange(self, desk: Desk) -> Summary | None:
        """One exchange, which may be cut anywhere."""
        if desk.busy > 1:
            return None
        desk.busy += 1
        self.depth += 1
        ledger, set_backs = desk.ledger, self.set_backs
        try:
            summary = exchange(ledger, self._wire(desk), lambda *_: self._between(desk, ledger))
        except Cut:
            return None
        except Crash:
            if desk.ledger is ledger:
                self._reopen(desk)
            return None
        except Refusal as refusal:
            if refusal.code == "CentreSetBack" and self.set_backs:
                self.note("set back noticed", f"by {desk.path.stem}: {refusal.facts}")
                if self.set_backs == set_backs and self.depth == 1:
                    self._tell(refusal)
                return None
            if refusal.code == "ForkedAgain" and not self.calm:
                self.note("forked again")
                return None
            raise
        finally:
            self._fuse = 0
            desk.busy -= 1
            self.depth -= 1
        self.note("exchanges", f"of {desk.path.stem} {summary}")
        self.counts["epochs"] += summary.epochs
        self.counts["lines missed"] += summary.missing
        return summary

    def _wire(self, desk: Desk) -> Wire:
        def trouble(place: str) -> None:
            self._trouble(place, desk)

        return Wire(
            lambda: self.centre, trouble, self._pushed, self._refused, lambda *at: self._in_step(desk, *at)
        )

    def _pushed(self, facts: Sequence[Fact], receipts: Sequence[Receipt]) -> None:
        self.centre_has.update(fact.id for fact in facts)
        self.counts["facts pushed"] += len(facts)

    def _refused(self, refusal: Refusal) -> None:
        self.note(f"refused {refusal.code}")

    def _in_step(self, desk: Desk, cursor: int, link: bytes) -> None:
        """The centre had nothing more for this desk: both have one order, from the first on."""
        desk.has |= self.centre_has
        with desk.ledger.store.reading() as connection:
            raw = driver(connection)
            ours = raw.execute("SELECT id FROM fact WHERE pos > 0 ORDER BY pos").fetchall()
            now = standing(raw)
        theirs = self.centre._raw.execute("SELECT id FROM ledger ORDER BY pos").fetchall()
        if now == (cursor, link) and ours != theirs:
            raise Wrong(f"{desk.path.stem} has another order than the centre, and was not told")

    def _between(self, desk: Desk, ledger: Ledger) -> None:
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
        if chance < 1:
            self.note(f"cut {place}")
            raise Cut
        if chance < 1.5:
            self.note(f"crash {place}", f"of {desk.path.stem}")
            raise Crash
        if chance < 2.5:
            self._fuse = self.rng.randint(1, 6)  # the power fails within some later fold
        elif chance < 4.5:
            self.note("acts between")
            self.act(desk)
        elif chance < 5.5 and self.depth < 3:
            self.note("exchanges crossed")
            self.exchange(self.rng.choice(self.desks))
        elif chance < 5.8:
            self.note("centre set back meanwhile")
            self.set_back(desk)
        if desk.ledger is not ledger:
            raise Crash  # the machine failed meanwhile, and this exchange with it

    # Backups, restores, clones

    def back_up(self, desk: Desk) -> None:
        path = self._name("backup")
        desk.ledger.store.backup(path)
        desk.copies.append(Copy(path, set(desk.has)))
        self.note("backups")

    def restore(self, desk: Desk) -> None:
        """Put an earlier backup in place, as `restore` does or by hand."""
        if not desk.copies:
            return
        copy = self.rng.choice(desk.copies)
        self._replace(desk, copy.path, copy.has)
        if self.rng.random() < 0.3:
            self.note("restores by hand", f"of {desk.path.stem}")
        else:
            self.note("restores", f"of {desk.path.stem}")
            with desk.ledger.store.writing() as connection:
                new_epoch(driver(connection))

    def _scour(self, store: Store) -> bool:
        """The power fails just before an erasure's traces are wiped."""
        if not self.calm and self.rng.random() < 2 * self.roughness:
            keep(store.path, store.path.with_suffix(".crash"))
            self.note("crash before wiping")
            raise Crash
        return self._wiped(store)

    def lose_disk(self, desk: Desk) -> None:
        """The disk dies and there is no backup: the desk is set up anew under its code."""
        self.note("disks lost", f"of {desk.path.stem}")
        self._replace(desk, self.template, set())
        desk.copies.clear()
        found(desk.ledger.store, desk.code, KEY)

    def _replace(self, desk: Desk, source: Path, has: set[str]) -> None:
        lost = desk.has - has
        self.counts["facts put at risk"] += len(lost)
        desk.ledger.store.close()
        aside = desk.path.with_suffix(".new")
        shutil.copyfile(source, aside)
        put_back(aside, desk.path)
        desk.ledger = self._ledger(desk.path, desk.clock)
        desk.has = set(has)

    def clone(self, desk: Desk) -> None:
        """The file is copied to a second machine, and both go on under one code."""
        if len(self.desks) >= 8:
            return
        path = self._name(desk.code)
        desk.ledger.store.backup(path)
        clock = SimulatedClock(self.hours, self.rng)
        clock.offset = desk.clock.offset
        twin = Desk(desk.code, path, clock, self._ledger(path, clock), set(desk.has))
        twin.copies = list(desk.copies)
        self.desks.append(twin)
        self.note("clones", f"{twin.path.stem} of {desk.path.stem}")

    # Sticks

    def write_stick(self, desk: Desk) -> None:
        folder = self.folder / f"stick{self.rng.randrange(2)}"
        written = stick.write(desk.ledger, folder)
        for path in written.files:
            lines = path.read_text("utf-8").split("\n")[:-1]
            self.sticks[path] = {json.loads(line)["id"] for line in lines}
        names = set().union(*(self.sticks[path] for path in written.files))
        ever = self.centre_has.union(*(copy.has for copy, _ in self.centre_copies))
        if written.files and self.rng.random() < 0.15:
            # Pulled out half way: the last file is not what was written.
            path = written.files[-1]
            kept = path.read_bytes()
            path.write_bytes(kept[: self.rng.randrange(len(kept))])
            self.note("sticks pulled out")
            del self.sticks[path]
        elif unsaid := desk.has - ever - names - self._placed(desk):
            raise Wrong(f"{desk.path.stem} left {sorted(unsaid)} off the stick")
        elif names:
            self.note("sticks written", f"{folder.name} by {desk.path.stem}: {len(names)}")

    def _placed(self, desk: Desk) -> set[str]:
        with desk.ledger.store.reading() as connection:
            lines = driver(connection).execute("SELECT id FROM fact WHERE pos IS NOT NULL")
            return {id for (id,) in lines}

    def read_stick(self, desk: Desk, folder: Path | None = None) -> None:
        place = folder or self.folder / f"stick{self.rng.randrange(2)}"
        if not self.calm and self.rng.random() < self.roughness:
            self._fuse = self.rng.randint(1, 4)
        try:
            read = stick.read(desk.ledger, place)
        except Crash:
            self.note("crash at a stick")
            self._reopen(desk)
            return
        finally:
            self._fuse = 0
        if read.altered:
            raise Wrong(f"altered on {place.name}: {read.altered}")
        self.counts["broken files named"] += len(read.broken)
        if read.facts:
            self.note("sticks read", f"{place.name} by {desk.path.stem}: {read.facts}")

    # Time

    def jump(self, desk: Desk) -> None:
        """A clock is set wrong, or right again."""
        hours = self.rng.choice((-8766, -30, -3, -0.1, 0, 0, 0.1, 3, 30, 8766))
        clock = self.rng.choice((desk.clock, desk.clock, self.clock))
        clock.offset = timedelta(hours=hours) if hours else timedelta()
        self.note("clock jumps")

    # The centre

    def back_up_centre(self, desk: Desk) -> None:
        path = self._name("centre")
        self.centre.close()
        shutil.copyfile(self.centre_path, path)
        self.centre = self._open_centre()
        copy = Copy(path, set(self.centre_has))
        top = len(self.centre_has)
        if self.unannounced is not None:
            top = min(top, self.unannounced)
        self.centre_copies.append((copy, top))
        self.note("centre backups", str(len(self.centre_has)))

    def set_back(self, desk: Desk) -> None:
        """The centre is restored from a backup; whoever did it says so now, or only when asked."""
        if not self.centre_copies:
            return
        copy, top = self.rng.choice(self.centre_copies)
        self.hours.pass_by(self.rng.uniform(60, 600))
        self.centre.close()
        aside = self.centre_path.with_suffix(".new")
        shutil.copyfile(copy.path, aside)
        put_back(aside, self.centre_path)
        self.centre = self._open_centre()
        self.centre_has = set(copy.has)
        self.set_backs += 1
        # Two restores before anybody speaks: the lower one is what all agree on.
        self.unannounced = top if self.unannounced is None else min(top, self.unannounced)
        self.note("centre set back", f"to {top}")
        if self.rng.random() < 0.5:
            self.announce(desk)

    def announce(self, desk: Desk) -> None:
        if self.unannounced is None:
            return
        self.note("set back announced", str(self.unannounced))
        self.centre.restored(self.unannounced)
        self.unannounced = None

    def _tell(self, refusal: Refusal) -> None:
        """Whoever looks after the centre has heard from a desk, and says up to where it is right."""
        fork = refusal.facts["agreed"]
        assert isinstance(fork, int)
        self.note("set back announced on hearing", str(fork))
        self.centre.restored(fork)
        if self.unannounced is not None and fork <= self.unannounced:
            self.unannounced = None

    def look(self, desk: Desk) -> None:
        """In the middle of everything: a store agrees with itself."""
        from tests.simulation.reckoning import check_desk

        check_desk(self, desk)
        self.counts["looks"] += 1


EVENTS: dict[Callable[[Course, Desk], object], float] = {
    Course.act: 40,
    Course.exchange: 20,
    Course.erase: 3,
    Course.back_up: 2.5,
    Course.restore: 3,
    Course.lose_disk: 0.5,
    Course.clone: 1,
    Course.write_stick: 5,
    Course.read_stick: 5,
    Course.jump: 2,
    Course.back_up_centre: 2,
    Course.set_back: 1.2,
    Course.announce: 2,
    Course.look: 1,
}
