"""A ledger of a million facts folded anew, as `doctor --rebuild` does it."""

from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from db.facts import COLUMNS
from db.store import driver
from tests.bench import stores
from tests.bench.measure import Figure


def figures(folder: Path) -> Iterator[Figure]:
    desk = stores.desk(folder, "facts")
    count = stores.facts(desk)
    with desk.reading() as connection:
        begun = perf_counter()
        lines = driver(connection).execute(
            f"SELECT {', '.join(COLUMNS)} FROM fact ORDER BY subject, pos, id"
        )
        assert sum(1 for _ in lines) == count
        read = count / (perf_counter() - begun)
    begun = perf_counter()
    for _ in desk.ledger.rebuild():
        pass
    ours = count / (perf_counter() - begun)
    yield Figure(
        f"{count:,} facts folded anew (floor: only read)",
        ours,
        read,
        "/s",
        "15,000 /s",
        ours >= 15000,
    )
    desk.close()
