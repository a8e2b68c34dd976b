"""What can happen at any moment of a simulation, and how often."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import Connection

import db.restore
from db.ledger import found
from db.store import Store, driver
from tests.simulation import programs
from tests.simulation.adoption import adopt_backup
from tests.simulation.clock import SimulatedClock
from tests.simulation.comebacks import come_back, follow, join
from tests.simulation.confidences import entrust
from tests.simulation.course import KEY, Course
from tests.simulation.desk import Copy, Desk
from tests.simulation.programs import tell_news, upgrade
from tests.simulation.reckoning import check_desk
from tests.simulation.reports import fold_reports
from tests.simulation.resting import left_to_the_centre, night, open_old, put_to_rest
from tests.simulation.rogue import push_what_no_desk_would
from tests.simulation.setbacks import announce, back_up_centre, set_back
from tests.simulation.sticks import read_stick, write_anothers, write_stick
from tests.simulation.troubles import Crash, put_back


def back_up(course: Course, desk: Desk) -> None:
    path = course.name("backup")
    desk.ledger.store.backup(path)
    desk.copies.append(Copy(path, set(desk.has)))
    course.note("backups")


def restore(course: Course, desk: Desk) -> None:
    """Put an earlier backup in place, by the command or by hand."""
    if not desk.copies:
        return
    copy = course.rng.choice(desk.copies)
    if course.rng.random() < 0.4:
        course.note("restores by hand", f"of {desk.path.stem}")
        _replace(course, desk, copy.path, copy.has)
        return
    left = left_to_the_centre(desk)
    desk.ledger.store.close()
    try:
        with programs.running(desk.program):
            books = course.books(desk.program)
            db.restore.restore(copy.path, desk.path, books, desk.clock)
    except Crash:
        course.note("crash in a restore", f"of {desk.path.stem}")
        desk.ledger = course.opened(desk)
        return
    course.note("restores", f"of {desk.path.stem}")
    desk.ledger = course.opened(desk)
    # The command takes along all that the present store knows, but what nobody can have signed.
    desk.has = copy.has | (desk.has - course.rogue - left)


def lose_disk(course: Course, desk: Desk) -> None:
    """The disk dies and there is no backup: the desk is set up anew under its code."""
    course.note("disks lost", f"of {desk.path.stem}")
    _replace(course, desk, course.empty(desk.program), set())
    desk.copies.clear()
    found(desk.ledger.store, desk.code, KEY)


def _replace(course: Course, desk: Desk, source: Path, has: set[str]) -> None:
    lost = desk.has - has
    course.counts["facts put at risk"] += len(lost)
    desk.ledger.store.close()
    aside = desk.path.with_suffix(".new")
    shutil.copyfile(source, aside)
    put_back(aside, desk.path)
    desk.ledger = course.opened(desk)
    desk.has = set(has)


def clone(course: Course, desk: Desk) -> None:
    """The file is copied to a second machine, and both go on under one code."""
    if len(course.desks) >= 8:
        return
    path = course.name(desk.code)
    desk.ledger.store.backup(path)
    clock = SimulatedClock(course.hours, course.rng)
    clock.offset = desk.clock.offset
    ledger = course.ledger(path, clock, desk.program)
    twin = Desk(desk.code, path, clock, ledger, desk.program, set(desk.has), list(desk.copies))
    course.desks.append(twin)
    course.note("clones", f"{twin.path.stem} of {desk.path.stem}")
    if course.rng.random() < 0.3:  # and both exchange at one time
        for each in (desk, twin):
            course.act(each)
        course.crossing = twin
        course.exchange(desk)
        course.crossing = None


def go_for_good(course: Course, desk: Desk) -> None:
    """A desk is given up: what it alone had is gone, what others have of it is stranded."""
    if len(course.desks) <= 3 or desk.busy:
        return
    course.desks.remove(desk)
    desk.ledger.store.close()
    course.attic += [desk.path, *(copy.path for copy in desk.copies)]
    course.note("desks given up", desk.path.stem)
    if all(each.code != desk.code for each in course.desks):
        course.scopes[desk.code] = frozenset()
        course.house.handles(desk.code, [])


def jump(course: Course, desk: Desk) -> None:
    """A clock is set wrong, or right again."""
    hours = course.rng.choice((-8766, -30, -3, -0.1, 0, 0, 0.1, 3, 30, 8766))
    clock = course.rng.choice((desk.clock, desk.clock, course.clock))
    clock.offset = timedelta(hours=hours) if hours else timedelta()
    course.note("clock jumps")


def hurry(course: Course, desk: Desk) -> None:
    """An exchange while people are at work: what it has folded gives way, and is folded again."""
    there = Store.giving_way

    @contextmanager
    def giving_way(store: Store) -> Iterator[Connection]:
        with there(store) as connection:
            if course.rng.random() < 0.3:
                driver(connection).execute("SELECT cursor FROM place").fetchone()
                with store.writing() as at_work:
                    driver(at_work).execute("UPDATE place SET cursor = cursor")
                course.note("made way")
            yield connection

    with patch.object(Store, "giving_way", giving_way):
        course.exchange(desk)


def look(course: Course, desk: Desk) -> None:
    """In the middle of everything: a store agrees with itself."""
    check_desk(course, desk)
    course.counts["looks"] += 1


EVENTS: dict[Callable[[Course, Desk], object], float] = {
    Course.act: 40,
    Course.exchange: 20,
    Course.erase: 3,
    back_up: 2.5,
    restore: 3,
    lose_disk: 0.5,
    clone: 1,
    write_stick: 5,
    read_stick: 5,
    write_anothers: 0.7,
    jump: 2,
    put_to_rest: 3,
    open_old: 1.5,
    back_up_centre: 2,
    set_back: 1.2,
    announce: 2,
    go_for_good: 0.7,
    entrust: 2,
    upgrade: 2,
    tell_news: 3,
    push_what_no_desk_would: 2,
    look: 1,
}

WIDE = EVENTS | {
    join: 1.5,
    follow: 5,
    come_back: 1.5,
    hurry: 5,
    fold_reports: 3,
    adopt_backup: 2,
    night: 10,
}
"""The same and what is rarer: the everyday suite plays a little of it, `--wide` the rest."""
