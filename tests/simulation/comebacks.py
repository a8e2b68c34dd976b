"""Machines that come anew to a library at work: joined at the centre, or from a second copy."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from unittest.mock import patch

import db.copy
import db.joining
import db.restore
from db import twins
from db.copy import Copy
from db.doctor import examine
from db.ledger import found
from db.refusal import Refusal
from db.store import Store, driver
from tests.simulation import programs
from tests.simulation.clock import SimulatedClock
from tests.simulation.course import CODES, KEY, Course
from tests.simulation.desk import Desk, Wrong
from tests.simulation.resting import left_to_the_centre
from tests.simulation.troubles import Aside, Crash, Cut, Wire
from tests.simulation.world import MOST

EXPECTED = ("ClockBehind", "FactFault", "KeptFile", "Twin")
"""What the doctor may say: clocks jump, rogues are at work, a restore keeps what was there."""


@contextmanager
def new_stores(course: Course, program: int) -> Iterator[None]:
    """Stores that are made here are of this version, and have the tables of its world."""

    class Prepared(Store):
        @classmethod
        def create(cls, path: Path) -> Store:
            course.empty(program).rename(path)
            return Store(path)

    with (
        programs.running(program),
        patch.object(db.joining, "Store", Prepared),
        patch.object(db.copy, "Store", Prepared),
    ):
        yield


def join(course: Course, desk: Desk) -> None:
    """A machine joins: under a code of its own, in place of another, or beside one."""
    free = [code for code in CODES if all(each.code != code for each in course.desks)]
    code = course.rng.choice([desk.code, *free[:2]])
    if code == desk.code and course.rng.random() < 0.6 and not desk.busy:
        course.desks.remove(desk)
        desk.ledger.store.close()
        course.note("machines replaced", desk.path.stem)
    elif len(course.desks) >= 8:
        return
    program = programs.NEWEST if course.newest else course.rng.randint(0, programs.NEWEST)
    path, clock = course.name(code), SimulatedClock(course.hours, course.rng)
    has = _attempt(course, code, path, program, cut=True)
    while has is None:
        if course.desks:
            course.step()
        has = _attempt(course, code, path, program, cut=course.rng.random() < 0.5)
    new = not path.exists()
    if new:  # the centre has no library yet: this is a first desk
        course.empty(program).rename(path)
    ledger = course.ledger(path, clock, program)
    if new:
        found(ledger.store, code, KEY)
    with ledger.store.writing() as connection:
        twins.begin(driver(connection), clock.new_id())
    course.desks.append(Desk(code, path, clock, ledger, program, has))
    course.note("machines joined", f"{path.stem}: {len(has)}")


def _attempt(course: Course, code: str, path: Path, program: int, *, cut: bool) -> set[str] | None:
    """What the centre had when all of it had come; None where the line was cut, or the centre was
    set back meanwhile.
    """
    has: set[str] = set()

    def trouble(place: str) -> None:
        if cut and course.rng.random() < 4 * course.roughness:
            course.note(f"joining cut {place}", code)
            raise Cut

    wire = Wire(
        lambda: course.house.centre,
        trouble,
        lambda _: None,
        lambda _: None,
        lambda: has.update(course.centre_has),
    )
    with (
        new_stores(course, program),
        patch.object(db.joining, "PAGE", 2 * MOST),
        patch.object(db.joining, "ThreadPoolExecutor", lambda _: Aside(course.rng)),
    ):
        try:
            joined = db.joining.join(path, code, course.books(program), wire)
        except Cut:
            return None
        except Refusal as refusal:
            course.note("joining refused", refusal.code)
            if refusal.code == "CentreEmpty":
                return has
            if refusal.code != "OrderDiffers":
                raise
            return None
    course.counts["joined under a used code"] += bool(joined.own)
    course.counts["joinings resumed"] += bool(joined.resumed)
    return has


def follow(course: Course, desk: Desk) -> None:
    """The second copy catches up."""
    with new_stores(course, desk.program):
        if desk.second is None:
            desk.second = course.name("second")
            Copy(desk.ledger, desk.second).begin()
        else:
            try:
                Copy(desk.ledger, desk.second).catch_up()
            except Refusal as refusal:
                if refusal.code != "CopyForked":
                    raise
                course.note("second copies begun anew", desk.path.stem)
                Copy(desk.ledger, desk.second).begin_anew().unlink()
    desk.second_has = set(desk.has)
    course.note("second copies", desk.path.stem)


def follow_all(course: Course) -> None:
    for desk in course.desks:
        if desk.second is not None:
            follow(course, desk)


def check_copied(course: Course) -> None:
    """What the doctor says of a desk and its second copy, once everybody has heard everything."""
    follow_all(course)
    for desk in course.desks:
        if desk.second is None:
            continue
        with programs.running(desk.program):
            found = examine(desk.ledger, desk.second)
        wrong = [
            each
            for each in found
            if each.code not in EXPECTED and not _confided(course, each.facts.get("id"))
        ]
        if wrong:
            raise Wrong(f"{desk.path.stem}: the doctor finds {wrong}")


def _confided(course: Course, id: object) -> bool:
    """What the centre lost of that, or adopted without: see `_check_kept`."""
    return isinstance(id, str) and id in course.said and course.said[id].scope is not None


def come_back(course: Course, desk: Desk) -> None:
    """A desk goes on from its second copy: its disk died, or its store is not to be trusted."""
    if desk.second is None or desk.busy:
        return
    dead, left = course.rng.random() < 0.6, left_to_the_centre(desk)
    desk.ledger.store.close()
    if dead:
        course.counts["facts put at risk"] += len(desk.has - desk.second_has)
        for end in ("", "-wal", "-shm"):
            Path(f"{desk.path}{end}").unlink(missing_ok=True)
    again = partial(db.restore.restore, desk.second, desk.path)
    with programs.running(desk.program):
        try:
            again(course.books(desk.program), desk.clock)
        except Crash:
            course.note("crash in a restore", f"of {desk.path.stem}")
            roughness, course.roughness = course.roughness, 0.0
            again(course.books(desk.program), desk.clock)
            course.roughness = roughness
    desk.ledger = course.opened(desk)
    desk.has = desk.second_has | (set() if dead else desk.has - course.rogue - left)
    course.note("come back from a second copy", f"{desk.path.stem}{' alone' * dead}")
