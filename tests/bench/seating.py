"""A card laid on the reader, to a durable seat: how much more than SQLite's own commit, and whether
ten million sittings slow it.
"""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

from db.store import driver
from deskapp import cards, seats
from deskapp.desk import Desk
from tests.bench import seated
from tests.bench.measure import Figure, in_turn, seconds, share
from tests.bench.writing import Floor

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
    times = in_turn([floor.write, small.scan, full.scan], ROUNDS, seconds)
    raw, ours, large = (share(each, 0.5) * 1000 for each in times)
    yield Figure("a card to a durable seat", ours, raw, "ms", "floor + 1.2 ms", ours <= raw + 1.2)
    much = f"{DAYS['full'] * seated.SEATS * seated.TURNS:,}"
    met = large <= 1.2 * ours
    yield Figure(f"the same behind {much} sittings", large, ours, "ms", "1.2 × few", met)
    floor.raw.close()
    small.desk.close()
    full.desk.close()
