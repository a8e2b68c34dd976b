"""Looking at requests: lists and search. Nothing here changes any."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection

from db import fulltext, shifts
from db import request_pages as pages
from db.clock import stamp
from db.request_pages import Line, Wanted
from deskapp import matter, staff
from deskapp.desk import Desk, Role
from deskapp.record import Course, Record, Step, may_see, record

__all__ = [
    "LISTS",
    "Course",
    "Line",
    "Record",
    "RequestList",
    "Step",
    "may_see",
    "record",
    "search",
]

LISTS = (
    "mine",
    "offered",
    "department",
    "first_asked",
    "overdue",
    "all",
    "to_chase",
    "to_tell",
    "to_sign",
    "to_complete",
)


NOBODY = ""
"""whose lists of what is to be signed and completed are empty: whoever may do neither"""
NUMBER = 6
"""digits that a request's number may have"""


def _wanted(desk: Desk, which: str) -> Wanted:
    operator, now = staff.as_now(desk), stamp(desk.now())
    me, ours = operator.id, operator.departments
    able = me if operator.role.reaches(Role.LIBRARIAN) else NOBODY
    lists = {
        "mine": partial(pages.mine, me),
        "offered": partial(pages.offered, able, ours if able else ()),
        "department": partial(pages.of_departments, ours),
        "absent": partial(_left_behind, desk),
        "first_asked": partial(pages.first_asked, me),
        "overdue": partial(pages.overdue, now),
        "to_chase": partial(pages.to_chase, now, me, ours),
        "to_tell": partial(pages.to_tell, me, ours),
        "to_sign": partial(pages.to_sign, me, now if desk.may(Role.SHIFT_LEAD) else ""),
        "to_complete": partial(pages.to_complete, able),
    }
    return lists.get(which, pages.every)()


def _left_behind(desk: Desk) -> Wanted:
    with desk.reading() as connection:
        return left_behind(desk, connection)


def left_behind(desk: Desk, connection: Connection) -> Wanted:
    """What must be done today, and belongs to people who have gone from this desk; of those for
    whom somebody stood in all that is theirs.
    """
    midnight = desk.midnight()
    since, until = stamp(midnight), stamp(midnight + timedelta(days=1))
    return shifts.left_behind(connection, desk.code, desk.whoever().id, since, until)


class RequestList:
    """A list of requests as a long list's source: by due time, `all` newest first.

    A confidential request shows its words to those who handle it and to nobody else.
    """

    def __init__(self, desk: Desk, which: str) -> None:
        desk.whoever()
        self.desk = desk
        self.which = which

    @property
    def _wanted(self) -> Wanted:
        """As it is now: somebody's departments may change while they are signed in."""
        return _wanted(self.desk, self.which)

    def count(self) -> int:
        with self.desk.reading() as connection:
            return pages.count(connection, self._wanted)

    def key(self, row: Line) -> tuple[Any, ...]:
        return pages.key(self._wanted, row)

    def after(self, key: Any, limit: int, skip: int = 0) -> Sequence[Line]:
        with self.desk.reading() as connection:
            return masked(self.desk, pages.page(connection, self._wanted, key, limit, skip))

    def before(self, key: Any, limit: int, skip: int = 0) -> Sequence[Line]:
        with self.desk.reading() as connection:
            lines = pages.page(connection, self._wanted, key, limit, skip, backwards=True)
            return masked(self.desk, lines)

    def place(self, row: Line) -> int | None:
        with self.desk.reading() as connection:
            return pages.place(connection, self._wanted, row.subject)


def masked(desk: Desk, lines: Iterable[Line]) -> list[Line]:
    """Lines as the operator may see them, in the departments that they have by now."""
    operator = staff.as_now(desk)
    return [
        line if may_see(operator, line) else line._replace(question=None, patron=None)
        for line in lines
    ]


def search(desk: Desk, text: str, limit: int = 50, before: int | None = None) -> list[Line]:
    """Requests by their number first, those of former years too, then by their words; each newest
    first, of the words a page behind a serial.
    """
    numbered: list[Line] = []
    called = matter.called(text) if before is None else None
    with desk.reading() as connection:
        if called is not None and called.digits <= NUMBER:
            numbered = matter.lines_called(connection, desk, called)
        worded = pages.by_text(connection, text, limit, before)
    known = {line.subject for line in numbered}
    found = [*numbered, *(line for line in worded if line.subject not in known)]
    return masked(desk, found[:limit])


def searchable(text: str) -> bool:
    """Whether there is a word, a number or a character in it; signs are looked for nowhere."""
    return bool(fulltext.query(text))
