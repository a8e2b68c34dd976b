"""The relational copy at a server, folded now and then: it says what the desks say."""

from db.facts import Book
from tests.copied import of_copy, of_desk
from tests.simulation import programs
from tests.simulation.course import Course
from tests.simulation.desk import Desk, Wrong
from tests.simulation.houses import Served

FOLDED = "reports folded"


def _books(course: Course) -> list[Book]:
    return [*course.world.books, *programs.BOOKS[programs.NEWEST]]


def fold_reports(course: Course, desk: Desk) -> None:
    if isinstance(course.house, Served):
        course.house.fold(_books(course))
        course.note(FOLDED)


def check_reports(course: Course) -> None:
    if not course.counts[FOLDED] or not isinstance(course.house, Served):
        return
    books = _books(course)
    here = of_copy(course.house.fold(books), books)
    there = of_desk(course.desks[0].path, books, course.folder)
    for said in (here, there):
        # Desks know a claim of another's id by its position, the reports where they see both.
        said["fault"] = [
            (subject, *rest)
            for subject, *rest in said["fault"]
            if not course.rogue & {*rest} and not subject.endswith(":rogue")
        ]
    for name, rows in here.items():
        if wrong := sorted({*rows} ^ {*there[name]}, key=repr)[:4]:
            raise Wrong(f"the reports say of {name} what desks do not: {wrong}")
