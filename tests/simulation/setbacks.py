"""The centre is restored from a backup; whoever did it says so now, late, or only when asked."""

from typing import TYPE_CHECKING, Any, NamedTuple

from db.facts import ID
from db.refusal import Refusal
from tests.simulation.desk import Desk

if TYPE_CHECKING:
    from tests.simulation.course import Course


IDS = f"SELECT substr(id, 1, {ID}) FROM {{}} WHERE pos > 0 ORDER BY pos"


def order(course: "Course") -> list[tuple[Any, ...]]:
    """The ids that the centre has, in its order."""
    return course.house.rows(IDS.format("ledger"))


class Copy(NamedTuple):
    """A backup: what it has, in which order, up to where, and how much had been said late."""

    name: str
    has: set[str]
    order: list[tuple[Any, ...]]
    top: int
    heard: int


class SetBacks:
    """The backups of a centre, and what the desks were told of the restores from them."""

    def __init__(self) -> None:
        self.copies: list[Copy] = []
        self.late: list[int] = []
        self.unannounced: int | None = None
        self.done = 0
        self.oldest = 0
        """the last position that any desk has left to the centre alone"""

    def ever(self) -> set[str]:
        """What any backup has."""
        return set().union(*(copy.has for copy in self.copies))


def back_up_centre(course: "Course", desk: Desk) -> None:
    backs = course.set_backs
    name = f"centre{len(backs.copies)}"
    course.house.copy(name)
    top = len(course.centre_has)
    if backs.unannounced is not None:
        top = min(top, backs.unannounced)
    backs.copies.append(Copy(name, set(course.centre_has), order(course), top, len(backs.late)))
    course.note("centre backups", str(len(course.centre_has)))


def set_back(course: "Course", desk: Desk) -> None:
    backs = course.set_backs
    if not backs.copies:
        return
    copy = course.rng.choice(backs.copies)
    # See FileCentre.restored: what was said late and is lost with this backup is said again.
    top = min([copy.top, *backs.late[copy.heard :]])
    if copy.order[: backs.oldest] != order(course)[: backs.oldest]:
        return  # from before the horizon: nobody keeps it so long
    course.hours.pass_by(course.rng.uniform(60, 600))
    course.house.set_back(copy.name)
    course.entrust_again()
    course.centre_has = set(copy.has)
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
    if backs.unannounced < backs.oldest:
        course.note("forks said too low for what rests")
    course.house.restored(backs.unannounced)
    if late:
        backs.late.append(backs.unannounced)
    backs.unannounced = None


def hear(course: "Course", refusal: Refusal) -> None:
    """Whoever looks after the centre hears from a desk, and says up to where it is right."""
    backs, fork = course.set_backs, refusal.facts["agreed"]
    assert isinstance(fork, int)
    course.note("set back announced on hearing", str(fork))
    if fork < backs.oldest:
        course.note("forks said too low for what rests")
    course.house.restored(fork)
    backs.late.append(fork)
    if backs.unannounced is not None and fork <= backs.unannounced:
        backs.unannounced = None
