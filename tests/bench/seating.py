"""A card laid on the reader, to a durable seat: how much more than SQLite's own commit, and whether
ten million sittings slow it.
"""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

from db.store import driver
from deskapp import cards, seats
from deskapp.desk import Desk
from deskapp.kiosk import Kiosk
from tests.bench import seated
from tests.bench.measure import Figure, in_turn, processor, seconds, share
from tests.bench.writing import Floor, hurried

ROUNDS = 240
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
        self._kiosk = Kiosk(desk, seated.ZONE)
        for _ in range(BEFORE):
            self.scan()

    def kiosk(self) -> None:
        """At a kiosk the scan itself seats."""
        assert self._kiosk.scan(next(self._cards)).what == "seated"

    def scan(self) -> None:
        """At the desk it is seen how the reader stands, and Enter seats them."""
        (reader,) = cards.whose(self.desk, next(self._cards), scanned=True)
        standing = seats.standing(self.desk, reader.id, seated.ZONE)
        seats.take(self.desk, reader.id, standing.seat)


def figures(folder: Path) -> Iterator[Figure]:
    small, full = (Door(seated.desk(folder, days)) for days in DAYS.values())
    floor = Floor(folder)
    raw, ours, large, kiosk = _medians(floor, small, full, seconds)
    yield Figure("a card at a kiosk", kiosk, raw, "ms", "floor + 1.2 ms", kiosk <= raw + 1.2)
    yield Figure(
        "a card and Enter at the desk", ours, raw, "ms", "floor + 1.2 ms", ours <= raw + 1.2
    )
    yield _slowed(large, ours)
    floor.raw.close()

    hurried(small.desk)
    hurried(full.desk)
    floor = Floor(folder, hurried=True)
    small, full = Door(small.desk), Door(full.desk)
    raw, ours, large, _ = _medians(floor, small, full, processor)
    name = "processor a card, synchronous=OFF"
    yield Figure(name, ours, raw, "ms", "floor + 1.2 ms", ours <= raw + 1.2)
    yield _slowed(large, ours)
    floor.raw.close()
    small.desk.close()
    full.desk.close()


def _medians(
    floor: Floor, small: Door, full: Door, clock: Callable[[Callable[[], object]], float]
) -> list[float]:
    """Milliseconds of each: SQLite alone, the desk of a library that opened this week, that of one
    of ten years, and its kiosk.
    """
    times = in_turn([floor.write, small.scan, full.scan, full.kiosk], ROUNDS, clock)
    return [share(each, 0.5) * 1000 for each in times]


def _slowed(large: float, small: float) -> Figure:
    name = f"the same behind {DAYS['full'] * seated.SEATS * seated.TURNS:,} sittings"
    return Figure(name, large, small, "ms", "1.2 × few", large <= 1.2 * small)
