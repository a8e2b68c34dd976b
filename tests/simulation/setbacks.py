"""The centre is restored from a backup; whoever did it says so now, late, or only when asked."""

from typing import TYPE_CHECKING

from db.refusal import Refusal
from tests.simulation.desk import Desk

if TYPE_CHECKING:
    from tests.simulation.course import Course


class SetBacks:
    """The backups of a centre, and what the desks were told of the restores from them."""

    def __init__(self) -> None:
        self.copies: list[tuple[str, set[str], int, int]] = []
        """each with what it has, its last position, and how much of what was said late"""
        self.late: list[int] = []
        self.forks: list[int] = []
        """of all restores that were announced"""
        self.unannounced: int | None = None
        self.done = 0
        self.oldest = 0
        """the last position that any desk has left to the centre alone"""

    def ever(self) -> set[str]:
        """What any backup has."""
        return set().union(*(has for _, has, *_ in self.copies))


def back_up_centre(course: "Course", desk: Desk) -> None:
    backs = course.set_backs
    name = f"centre{len(backs.copies)}"
    course.house.copy(name)
    top = len(course.centre_has)
    if backs.unannounced is not None:
        top = min(top, backs.unannounced)
    backs.copies.append((name, set(course.centre_has), top, len(backs.late)))
    course.note("centre backups", str(len(course.centre_has)))


def set_back(course: "Course", desk: Desk) -> None:
    backs = course.set_backs
    if not backs.copies:
        return
    name, has, top, heard = course.rng.choice(backs.copies)
    # See FileCentre.restored: what was said late and is lost with this backup is said again.
    top = min([top, *backs.late[heard:]])
    if min([top, *backs.forks]) < backs.oldest:
        return  # from before the horizon: nobody keeps it so long
    course.hours.pass_by(course.rng.uniform(60, 600))
    course.house.set_back(name)
    course.entrust_again()
    course.centre_has = set(has)
    backs.done += 1
    # Two restores before anybody speaks: the lower one is what all agree on.
    backs.unannounced = top if backs.unannounced is None else min(top, backs.unannounced)
    course.note("centre set back", f"to {top}")
    if course.rng.random() < 0.5:
        announce(course, desk, late=course.depth > 0)


def announce(course: "Course", desk: Desk, late: bool = True) -> None:
    backs = course.set_backs
    if backs.unannounced is None:
        return
    course.note("set back announced", str(backs.unannounced))
    course.house.restored(backs.unannounced)
    backs.forks.append(backs.unannounced)
    if late:
        backs.late.append(backs.unannounced)
    backs.unannounced = None


def hear(course: "Course", refusal: Refusal) -> None:
    """Whoever looks after the centre hears from a desk, and says up to where it is right."""
    backs, fork = course.set_backs, refusal.facts["agreed"]
    assert isinstance(fork, int)
    course.note("set back announced on hearing", str(fork))
    course.house.restored(fork)
    backs.forks.append(fork)
    backs.late.append(fork)
    if backs.unannounced is not None and fork <= backs.unannounced:
        backs.unannounced = None
