"""A card laid on the reader, to a durable seat: how much more than SQLite's own commit, and whether
ten million sittings slow it.
"""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

from db.store import driver
from deskapp import cards, seats
from deskapp.desk import Desk
from tests.bench import seated
from tests.bench.measure import Figure, in_turn, processor, seconds, share
from tests.bench.writing import Floor, hurried

ROUNDS = 300
BEFORE = 250
"""who sit there already"""
DAYS = {"small": 3, "full": 3_334}
"""on which the hall was full: nine thousand sittings, ten million"""


class Door:
    """One card after the other, all seated."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        with desk.ledger.store.writing() as connection:
            raw = driver(connection)
            raw.execute("DELETE FROM sitting WHERE ended_at IS NULL")  # of the last run
        self._cards = map(seated.card, count())
        for _ in range(BEFORE):
            self.scan()

    def scan(self) -> None:
        (reader,) = cards.whose(self.desk, next(self._cards), scanned=True)
        standing = seats.standing(self.desk, reader.id, seated.ZONE)
        seats.take(self.desk, reader.id, standing.seat)


def figures(folder: Path) -> Iterator[Figure]:
    small, full = (Door(seated.desk(folder, days)) for days in DAYS.values())
    floor = Floor(folder)
    raw, ours, large = _medians(floor, small, full, seconds)
    yield Figure("a card to a durable seat", ours, raw, "ms", "floor + 1.2 ms", ours <= raw + 1.2)
    yield _slowed(large, ours)
    floor.raw.close()

    hurried(small.desk)
    hurried(full.desk)
    floor = Floor(folder, hurried=True)
    small, full = Door(small.desk), Door(full.desk)
    raw, ours, large = _medians(floor, small, full, processor)
    name = "processor a card, synchronous=OFF"
    yield Figure(name, ours, raw, "ms", "floor + 1.2 ms", ours <= raw + 1.2)
    yield _slowed(large, ours)
    floor.raw.close()
    small.desk.close()
    full.desk.close()


def _medians(
    floor: Floor, small: Door, full: Door, clock: Callable[[Callable[[], object]], float]
) -> list[float]:
    """Milliseconds of each: SQLite alone, a library that opened this week, one of ten years."""
    times = in_turn([floor.write, small.scan, full.scan], ROUNDS, clock)
    return [share(each, 0.5) * 1000 for each in times]


def _slowed(large: float, small: float) -> Figure:
    name = f"the same behind {DAYS['full'] * seated.SEATS * seated.TURNS:,} sittings"
    return Figure(name, large, small, "ms", "1.2 × few", large <= 1.2 * small)
