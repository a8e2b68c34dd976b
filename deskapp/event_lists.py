"""Sessions of events by time, a page at a time: a library has a thousand of them a year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from db import event_pages as pages
from db.clock import stamp
from db.event_pages import Line, Wanted
from db.events import CANCELLED
from deskapp.desk import Desk, Role

__all__ = ["LISTS", "EventList", "Held", "Wanted", "between", "held", "wanted"]

LOOKING = Role.STUDENT_ASSISTANT
"""who may look at what is on"""
LISTS = ("to_come", "today", "ours", "unreported", "all")
"""from today on; today; the same of the operator's department; the last of each event that nobody
has reported on; every one
"""


@dataclass(frozen=True, slots=True)
class Held:
    """A session as a list shows it: `name` is the event's (2F-7), `capacity` none where as many may
    come as want to.
    """

    event: str
    session: str
    name: str
    title: str
    kind: str
    department: str
    series: str | None
    begin: datetime
    until: datetime
    place: str
    capacity: int | None
    cancelled: bool
    moved: bool
    expected: int
    waiting: int
    came: int

    @property
    def full(self) -> bool:
        return self.capacity is not None and self.expected >= self.capacity


def wanted(desk: Desk, which: str, words: str = "") -> Wanted:
    """What one of `LISTS` has, of those whose title or name has these words."""
    midnight = stamp(desk.midnight())
    found = Wanted(words=words)
    match which:
        case "to_come":
            return found._replace(since=midnight)
        case "today":
            tomorrow = desk.midnight(desk.now().date() + timedelta(days=1))
            return found._replace(since=midnight, until=stamp(tomorrow))
        case "ours":
            ours = next(iter(desk.whoever().departments), "")
            return found._replace(since=midnight, department=ours)
        case "unreported":
            return found._replace(until=stamp(desk.now()), unreported=True)
    return found


def held(desk: Desk, line: Line) -> Held:
    """A line as a screen has it."""
    return Held(
        line.event,
        line.session,
        f"{line.desk}-{line.number}",
        line.title,
        line.kind,
        line.department,
        line.series,
        desk.local(line.begins),
        desk.local(line.until),
        line.place,
        line.capacity,
        line.status == CANCELLED,
        bool(line.moved),
        line.expected,
        line.waiting,
        line.came,
    )


def between(desk: Desk, first: datetime, last: datetime, event: str = "") -> list[Held]:
    """Sessions that are not over at one moment and have begun by another, cancelled ones too."""
    with desk.reading() as connection:
        wanted = Wanted(since=stamp(first), until=stamp(last), event=event)
        return [held(desk, line) for line in pages.page(connection, wanted)]


class EventList:
    """Sessions as a long list's source, by time. Refuses RoleTooLow."""

    def __init__(self, desk: Desk, wanted: Wanted | None = None) -> None:
        desk.require(LOOKING)
        self.desk, self.wanted = desk, Wanted() if wanted is None else wanted

    def count(self) -> int:
        with self.desk.reading() as connection:
            return pages.count(connection, self.wanted)

    def key(self, row: Held) -> tuple[str, str, str]:
        return stamp(row.begin), row.event, row.session

    def after(self, key: tuple[str, str, str] | None, limit: int, skip: int = 0) -> Sequence[Held]:
        return self._page(key, limit, skip, backwards=False)

    def before(self, key: tuple[str, str, str] | None, limit: int, skip: int = 0) -> Sequence[Held]:
        return self._page(key, limit, skip, backwards=True)

    def _page(
        self, key: tuple[str, str, str] | None, limit: int, skip: int, *, backwards: bool
    ) -> list[Held]:
        with self.desk.reading() as connection:
            lines = pages.page(connection, self.wanted, key, limit, skip, backwards=backwards)
        return [held(self.desk, line) for line in lines]

    def past(self) -> int:
        """How many have begun: where those that are to come stand."""
        with self.desk.reading() as connection:
            now = stamp(self.desk.now())
            return pages.count(connection, self.wanted._replace(until=now))

    def place(self, row: Held) -> int | None:
        with self.desk.reading() as connection:
            return pages.place(connection, self.wanted, self.key(row))
