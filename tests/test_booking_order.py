"""Any order of booking, waiting, coming, staying, leaving, taking back, by any clock: a room is
never two people's at once, nobody has two rooms at once, and who is noted did not come.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from itertools import combinations, count

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from db import room_pages
from db.refusal import Refusal
from db.rooms import OVER, WAITING, Booking
from db.store import driver
from deskapp import bookings, rooms, undo
from deskapp.booking_rules import Wish
from deskapp.desk import Desk
from tests.library import ZONE, Library, differs_from_ledger

NUMBERS = ("2023101234", "2023101235", "00417")
ROOMS = ("s201", "s202")
Step = tuple[str, int, int, int]
"""what, and up to three numbers: a half hour, how many of them, who or which"""
BOOKED = st.tuples(
    st.sampled_from(["book", "walk in", "wait"]),
    st.integers(0, 5), st.integers(1, 3), st.integers(0, 5),
)  # fmt: skip
DONE = st.tuples(
    st.sampled_from(["cancel", "arrive", "open", "end", "extend"]),
    st.integers(0, 5), st.integers(0, 2), st.just(0),
)  # fmt: skip
OTHERS = st.tuples(
    st.sampled_from(["sweep", "undo", "clock"]), st.integers(-20, 45), st.just(0), st.just(0)
)
STEPS = st.lists(st.one_of(BOOKED, BOOKED, DONE, OTHERS), min_size=4, max_size=14)


@pytest.fixture
def played(library: Library) -> Iterator[Callable[[list[Step]], None]]:
    """Plays steps, each time on a day of its own."""
    readers, days = [library.reader(each) for each in NUMBERS], count(1)

    def play(steps: list[Step]) -> None:
        day = date(2026, 11, 22) + timedelta(days=next(days))
        library.clock.at = datetime.combine(day, time(9), ZONE)
        for place, step in enumerate(steps):
            with suppress(Refusal):
                _do(library, readers, day, step, ("li", "zheng")[place % 2])
            _holds(library.desk, day)

    yield play
    assert differs_from_ledger(library.desk) == []


def _do(library: Library, readers: list[str], day: date, step: Step, who: str) -> None:
    what, first, second, third = step
    desk, there = library.at(who), _rows(library.desk, day)
    id = there[first % len(there)].id if there else ""
    begin = datetime.combine(day, time(9), ZONE) + first * rooms.HALF_HOUR
    wish = Wish(ROOMS[third // 3], begin, begin + second * rooms.HALF_HOUR, 3, readers[third % 3])
    acts: dict[str, Callable[[], object]] = {
        "book": lambda: bookings.book(desk, wish),
        "walk in": lambda: bookings.book(desk, wish, here=True),
        "wait": lambda: bookings.wait(desk, wish),
        "cancel": lambda: bookings.cancel(desk, id),
        "arrive": lambda: bookings.arrive(desk, id, readers[second]),
        "open": lambda: bookings.open_(desk, id),
        "end": lambda: bookings.end(desk, id),
        "extend": lambda: bookings.extend(desk, id),
        "sweep": lambda: bookings.sweep(desk),
        "undo": lambda: undo.undo(desk),
        "clock": lambda: library.clock.move(minutes=first),
    }
    acts[what]()


def _rows(desk: Desk, day: date) -> list[Booking]:
    with desk.reading() as connection:
        return room_pages.of_day(connection, day.isoformat())


def _holds(desk: Desk, day: date) -> None:
    rows = _rows(desk, day)
    taken = [row for row in rows if row.status not in (WAITING, OVER)]
    for one, other in combinations(taken, 2):
        if one.from_ < other.until and other.from_ < one.until:
            assert one.room != other.room, (one, other)
            assert one.patron != other.patron, (one, other)
    with desk.reading() as connection:
        sql = "SELECT subject FROM violation"
        noted = {line[0].split(":")[1] for line in driver(connection).execute(sql)}
    absent = {row.id for row in rows if row.how == "no_show"}
    assert noted.intersection(row.id for row in rows) == absent
    assert all(row.arrived == "[]" for row in rows if row.id in absent)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
@example([("book", 0, 2, 0), ("wait", 0, 2, 1), ("book", 0, 2, 4), ("cancel", 0, 0, 0)])
@example([("book", 0, 2, 0), ("cancel", 0, 0, 0), ("book", 0, 2, 3), ("undo", 0, 0, 0)])
@example([("book", 0, 2, 0), ("arrive", 0, 0, 0), ("clock", 20, 0, 0), ("sweep", 0, 0, 0)])
def test_no_room_is_two_peoples_and_nobody_has_two(
    played: Callable[[list[Step]], None], steps: list[Step]
) -> None:
    played(steps)
