"""Who is given what was said in confidence, and that nobody else ever had it."""

import sqlite3
from typing import TYPE_CHECKING

from db.store import driver
from tests.simulation.desk import Desk, Wrong
from tests.simulation.words import found_in

if TYPE_CHECKING:
    from tests.simulation.course import Course

DEPARTMENTS = ("reading", "counsel")


def entrust(course: "Course", desk: Desk) -> None:
    """Another department's confidences are given to a desk, or its own are taken from it."""
    if not course.divided:
        return
    given = frozenset(each for each in DEPARTMENTS if course.rng.random() < 0.4)
    before = course.scopes[desk.code]
    course.scopes[desk.code] = given
    course.ever_given[desk.code] |= given
    course.house.handles(desk.code, sorted(given))
    for what, some in (("granted", given - before), ("withdrawn", before - given)):
        if some:
            course.note(f"confidences {what}", f"{desk.code} {sorted(some)}")


def check_never_told(course: "Course") -> None:
    """Not a byte of what was said in confidence in the file of a desk that was never told it, or
    has dropped it.
    """
    words = {
        id: {word.encode() for word in course.world.words(said.private)}
        for id, said in course.said.items()
        if said.private
    }
    secret = {id for id in words if course.said[id].scope is not None}
    # A person's id is told to everybody.
    ids = {word for some in words.values() for word in some if _within_id(course, word)}
    open_ = ids.union(*(words[id] for id in words.keys() - secret))
    for desk in course.desks:
        with desk.ledger.store.reading() as connection:
            raw = driver(connection)
            held = private_of(raw) & secret
            # What was undone is half-written again, by whoever entered it.
            drafts = {request for (request,) in raw.execute("SELECT request FROM draft")}
        drafted = {id for id in secret if course.said[id].subject in drafts}
        course.counts["confidences half-written"] += len(drafted - held)
        told = {id for id in held if _may_hold(course, desk, id)} | drafted
        untold = set[bytes]().union(*(words[id] for id in secret - told))
        untold -= open_.union(*(words[id] for id in told))
        course.counts["confidences looked for"] += len(untold)
        for file in desk.files():
            if left := found_in(untold, file):
                raise Wrong(f"{file.name} is not to have {left[:3]}")


def _may_hold(course: "Course", desk: Desk, id: str) -> bool:
    """What was its own, or was given to it, until it is said to be another's to handle."""
    said = course.said[id]
    return said.desk == desk.code or said.scope in course.ever_given[desk.code]


def _within_id(course: "Course", word: bytes) -> bool:
    return any(word in person.encode() for person in course.world.persons)


def check_given(course: "Course") -> None:
    """Every desk has the words that it is given; who wrote them and is not, has dropped them once
    another handles them.
    """
    at = "SELECT id, pos, scope, desk FROM ledger WHERE scope IS NOT NULL AND private IS "
    held = {id: line for id, *line in course.house.rows(at + "NOT NULL")}
    everything = {id: line for id, *line in course.house.rows(at + "NULL")} | held
    _check_kept(course, everything.keys() - held.keys())
    standing = course.house.standing()
    for desk in course.desks:
        with desk.ledger.store.reading() as connection:
            ours = private_of(driver(connection))
        others = [code for code in course.scopes if code != desk.code]
        handled = {
            each: max(standing.get(code, 0) for code in others if each in course.scopes[code])
            for each in set().union(*(course.scopes[code] for code in others))
        }
        for id, (pos, scope, author) in everything.items():
            if scope in course.scopes[desk.code]:
                if id in held and id not in ours:
                    raise Wrong(f"{desk.path.stem} was not told {id}")
            elif pos <= handled.get(scope, 0):
                if id in ours:
                    raise Wrong(f"{desk.path.stem} keeps {id}, which is not its own to handle")
                course.counts["confidences dropped"] += author == desk.code


def _check_kept(course: "Course", wordless: set[str]) -> None:
    """The centre has the words of everybody who is not erased, but for what it lost by a restore
    after their author had dropped them, or what came home on another's stick to a new disk.
    """
    gone = {said.person for said in course.said.values() if said.erases}
    lost = [
        id
        for id in sorted(wordless - course.rogue)
        if course.said[id].private and course.said[id].person not in gone
    ]
    course.counts["confidences that only desks have"] += len(lost)
    risks = ("restores", "restores by hand", "disks lost", "clones", "desks given up")
    if lost and not course.set_backs.done and not any(course.counts[each] for each in risks):
        raise Wrong(f"words lost: {lost}")


def private_of(raw: sqlite3.Connection) -> frozenset[str]:
    """The facts of which this store has the words that were said in confidence."""
    lines = raw.execute("SELECT id FROM fact WHERE scope IS NOT NULL AND private IS NOT NULL")
    return frozenset(id for (id,) in lines)
