"""Packs in a simulation: laptops with one event on them, copied, set back, pushing by themselves,
brought home by their makers in any order and as often as one likes.
"""

import shutil
from collections.abc import Callable, Mapping
from datetime import timedelta
from unittest.mock import patch

from argon2 import PasswordHasher

from db import packs as stored
from db.clock import moment
from db.place import clock_offset, desk_code
from db.refusal import Refusal
from db.store import Store, driver
from deskapp import desk as atdesk
from deskapp import packs, staff
from deskapp.desk import STORE
from tests.simulation import programs
from tests.simulation.clock import SimulatedClock
from tests.simulation.course import Course
from tests.simulation.desk import Copy, Desk, Laptop, Wrong
from tests.simulation.gatherings import quick
from tests.simulation.programs import NEWEST
from tests.simulation.requests import STAFF, Requests
from tests.simulation.tables import contents
from tests.simulation.troubles import put_back
from tests.simulation.words import found_in

MOST = 4
QUICK = PasswordHasher(1, 32, 1)
WRONG = (0, 0, 0, -3, -0.1, 0.1, 3, 30)
"""hours by which a laptop's clock may be wrong"""


def at_desk(desk: Desk) -> atdesk.Desk:
    """A lead at a desk."""
    return atdesk.Desk(desk.ledger, quick(), desk.code, desk.code).signed_in(STAFF[0])


def pack(course: Course, desk: Desk) -> None:
    """An event goes along on a laptop."""
    with desk.ledger.store.reading() as connection:
        lines = driver(connection).execute(
            "SELECT subject FROM event WHERE status = 'planned' ORDER BY 1"
        )
        events = [event for (event,) in lines]
    if not events or len(course.laptops) >= MOST:
        return
    event, folder = course.rng.choice(events), course.name("pack")
    there = at_desk(desk)

    def make() -> None:
        with programs.running(NEWEST), patch.object(staff, "_HASHER", QUICK):
            packs.pack(there, event, folder)

    course.doing(desk, make, "packs made")
    if not (folder / STORE).exists():
        return
    with programs.running(NEWEST):
        store = Store(folder / STORE)
    with store.writing() as connection:
        Requests().prepare(driver(connection))
        made, code = stored.maker(connection), desk_code(connection)
    store.close()
    assert made is not None
    assert code is not None
    clock = SimulatedClock(course.hours, course.rng)
    clock.offset = desk.clock.offset + timedelta(hours=course.rng.choice(WRONG))
    ledger = course.ledger(folder / STORE, clock, NEWEST)
    laptop = Laptop(code, folder / STORE, clock, ledger, NEWEST)
    laptop.event, laptop.maker = made.event, made.desk
    course.laptops.append(laptop)
    check(course, laptop)


def _any(course: Course) -> Laptop | None:
    return course.rng.choice(course.laptops) if course.laptops else None


def at_the_door(course: Course, desk: Desk) -> None:
    if laptop := _any(course):
        course.act(laptop)
        course.counts["acts at packs"] += 1


def push(course: Course, desk: Desk) -> None:
    if laptop := _any(course):
        _push(course, laptop)


def _push(course: Course, laptop: Laptop) -> bool:
    """A laptop that has a network tells the centre itself; whether it has told all."""
    try:
        summary = course.exchange(laptop)
    except Refusal as refusal:
        if refusal.code != "CentreEmpty":
            raise
        course.note("packs refused by an empty centre")
        return False
    measured = course.clock.now() - laptop.clock.now()
    _told(course, laptop, round(measured / timedelta(milliseconds=1)))
    if summary is not None and summary.pushed:
        course.note("packs pushed by themselves", f"{laptop.path.parent.name}: {summary.pushed}")
    return summary is not None


def copy(course: Course, desk: Desk) -> None:
    """A laptop's folder is copied to another, whose clock is another."""
    laptop = _any(course)
    if laptop is None or len(course.laptops) >= MOST:
        return
    path = course.name("pack") / STORE
    path.parent.mkdir()
    laptop.ledger.store.backup(path)
    clock = SimulatedClock(course.hours, course.rng)
    clock.offset = laptop.clock.offset + timedelta(hours=course.rng.choice(WRONG))
    ledger = course.ledger(path, clock, laptop.program)
    twin = Laptop(laptop.code, path, clock, ledger, laptop.program, set(laptop.has))
    twin.event, twin.maker = laptop.event, laptop.maker
    course.laptops.append(twin)
    course.note("packs copied", f"{path.parent.name} of {laptop.path.parent.name}")


def set_back(course: Course, desk: Desk) -> None:
    """A backup of a laptop is kept, or one put in its place, by hand."""
    laptop = _any(course)
    if laptop is None:
        return
    if not laptop.copies or course.rng.random() < 0.5:
        path = course.name("backup")
        laptop.ledger.store.backup(path)
        laptop.copies.append(Copy(path, set(laptop.has)))
        return
    kept = course.rng.choice(laptop.copies)
    laptop.ledger.store.close()
    aside = laptop.path.with_suffix(".new")
    shutil.copyfile(kept.path, aside)
    put_back(aside, laptop.path)
    laptop.ledger = course.opened(laptop)
    laptop.has = set(kept.has)
    course.note("packs set back", laptop.path.parent.name)


def _told(course: Course, laptop: Laptop, behind: int) -> None:
    """So far off was its clock, it says, when it did what it has done until now."""
    with laptop.ledger.store.reading() as connection:
        own = "SELECT id FROM fact WHERE desk = (SELECT desk FROM place)"
        for (id,) in driver(connection).execute(own):
            course.skews[id].add(behind)


def come_home(course: Course, desk: Desk) -> None:
    """Brought to any desk: only its maker takes it in."""
    if laptop := _any(course):
        bring_home(course, desk, laptop)


def bring_home(course: Course, desk: Desk, laptop: Laptop) -> bool:
    expected = _behind(course, desk, laptop)
    home: list[packs.Home] = []

    def take() -> None:
        with programs.running(NEWEST):
            home.append(packs.bring_home(at_desk(desk), laptop.path.parent))

    laptop.ledger.store.checkpoint()
    _told(course, laptop, expected)
    course.doing(desk, take, "packs brought", f"{laptop.path.parent.name}")
    if not home:
        return False
    if desk.code != laptop.maker:
        raise Wrong(f"{desk.code} took in a pack of {laptop.maker}")
    if home[0].strange:
        raise Wrong(f"strange in {laptop.path.parent.name}: {home}")
    desk.has |= laptop.has
    course.note("packs home again" if not home[0].facts else "packs home", f"{home[0]}")
    return True


def _behind(course: Course, desk: Desk, laptop: Laptop) -> int:
    """Milliseconds: as it measured last, or as much as it must have been."""
    with laptop.ledger.store.reading() as connection:
        raw = driver(connection)
        known, made = clock_offset(connection), stored.maker(connection)
        times = [at for (at,) in raw.execute("SELECT at FROM fact WHERE desk = ?", (laptop.code,))]
    with desk.ledger.store.reading() as connection:
        ours = timedelta(milliseconds=clock_offset(connection) or 0)
    if known is not None or not times or made is None:
        return known or 0
    least = moment(made.at) + ours - moment(min(times))
    most = desk.clock.now() + ours - moment(max(times))
    behind = max(least, min(most, timedelta()))
    return round(behind / timedelta(milliseconds=1))


def all_home(course: Course) -> None:
    """At the end each comes home twice, in some order; whose maker is gone pushes by itself."""
    order = 2 * course.laptops
    course.rng.shuffle(order)
    for laptop in order:
        check(course, laptop)
        makers = [desk for desk in course.desks if desk.code == laptop.maker]
        if makers:
            told = bring_home(course, course.rng.choice(makers), laptop)
        else:
            told = _push(course, laptop) or _push(course, laptop)
        if not told:
            raise Wrong(f"{laptop.path.parent.name} was not let in")


def check(course: Course, laptop: Laptop) -> None:
    """It agrees with itself, has all that was told to it, and knows nobody but its event's."""
    name, people = laptop.path.parent.name, laptop.event.replace("event:", "signup:", 1)
    with laptop.ledger.store.reading() as connection:
        raw, before = driver(connection), contents(driver(connection), laptop)
        held = {id for (id,) in raw.execute("SELECT id FROM fact")}
        if lost := sorted(laptop.has - held):
            raise Wrong(f"{name} lost {lost}")
        if broken := course.world.invariants(connection):
            raise Wrong(f"{name}: {broken}")
        others = raw.execute(
            "SELECT subject, desk, private FROM fact WHERE NOT (subject = ?1 OR "
            "subject LIKE ?2 || ':%' OR subject LIKE 'scan:%' AND desk = ?3) "
            "OR desk <> ?3 AND private IS NOT NULL",
            (laptop.event, people, laptop.code),
        ).fetchall()
        if others or raw.execute("SELECT 1 FROM reader").fetchone():
            raise Wrong(f"{name} knows {others[:3]}")
        own = {id for (id,) in raw.execute("SELECT id FROM fact WHERE desk = ?", (laptop.code,))}
    for _ in laptop.ledger.rebuild():
        pass
    with laptop.ledger.store.reading() as connection:
        after = contents(driver(connection), laptop)
    if wrong := [table for table in after if after[table] != before[table]]:
        raise Wrong(f"{name}: {wrong} are not what a rebuild gives")
    said = {True: set[str](), False: set[str]()}
    for id, fact in course.said.items():
        if fact.private:
            said[id in own] |= set(course.world.words(fact.private))
    theirs = {word.encode() for word in said[False] - said[True]}
    if found := found_in(theirs, *laptop.files()):
        raise Wrong(f"{name} has words of others: {found[:3]}")


def check_skews(course: Course) -> None:
    """Each fact of a pack is as much too early as its laptop's clock was behind, of all that it was
    brought by.
    """
    codes = {laptop.code for laptop in course.laptops}
    for id, desk, skew in course.house.rows("SELECT id, desk, skew FROM ledger"):
        if desk in codes and id in course.skews and skew not in course.skews[id]:
            raise Wrong(f"{id} of {desk} is {skew} behind, not {sorted(course.skews[id])}")
        course.counts["facts of packs"] += desk in codes
        course.counts["offsets of packs"] += desk in codes and bool(skew)


def bereft(course: Course, id: str) -> bool:
    """Whether whoever said this knew what died with a desk before it was pushed: a pack knows of
    sign-ups that nobody has any more, and its maker takes in none but what was done at its door.
    """
    there = {known for (known,) in course.house.rows("SELECT id FROM ledger")}
    laptops = {laptop.code for laptop in course.laptops}
    return course.said[id].desk in laptops and bool(course.said[id].knew - there)


LAPTOPS: Mapping[Callable[[Course, Desk], object], float] = {
    pack: 4,
    at_the_door: 20,
    push: 2,
    copy: 1.5,
    set_back: 1.5,
    come_home: 6,
}
