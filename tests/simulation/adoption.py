"""What only a store still has: whoever looks after the centre takes it in for whom it was."""

import shutil

from db.refusal import Refusal
from tests.simulation import programs
from tests.simulation.course import Course
from tests.simulation.desk import Desk


def adopt(course: Course) -> None:
    """At the end: of desks that are gone, first from whoever has the words that go with it."""
    for wordless in (False, True):
        for desk in course.desks:
            with programs.running(desk.program):
                _count(course, course.house.adopt(desk.path, wordless=wordless))
    _note_new(course)


def adopt_backup(course: Course, desk: Desk) -> None:
    """In the middle of everything: a backup of a desk that is gone, or only thought to be."""
    stores = [copy.path for each in course.desks for copy in each.copies] + course.attic
    if not stores or not course.centre_has:
        return
    aside = course.name("adopted")
    shutil.copyfile(course.rng.choice(stores), aside)
    try:
        with programs.running(programs.NEWEST):
            done = course.house.adopt(aside, wordless=course.rng.random() < 0.3)
    except Refusal as refusal:
        if refusal.code != "CentreEmpty":
            raise
        # Set back to before its library, between a desk's hello and its push.
        course.note("adoptions before there is a library", "")
        return
    finally:
        aside.unlink()
    _count(course, done)
    _note_new(course)
    course.note("backups adopted", f"{done}")


def _count(course: Course, done: dict[str, int]) -> None:
    course.counts["stranded facts adopted"] += sum(done.values())


def _note_new(course: Course) -> None:
    ids = {id for (id,) in course.house.rows("SELECT id FROM ledger")}
    course.centre_has |= ids & course.said.keys()  # but for what claims another's id
