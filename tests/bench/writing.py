"""A request logged: how much more than SQLite's own commit, and whether a full ledger slows it."""

import sqlite3
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import event

from db.store import connect, driver
from deskapp import demo, requests
from deskapp.desk import Desk
from deskapp.requests import Question
from tests.bench import stores
from tests.bench.measure import Figure, in_turn, processor, seconds, share

WORDS = "请问考研座位插座没有电怎么办，能换一个吗"
ROUNDS = 400


class Floor:
    """One table, one row a commit, the same pragmas, as many bytes as a request's fact has."""

    def __init__(self, folder: Path, *, hurried: bool = False) -> None:
        path = folder / "floor.db"
        path.unlink(missing_ok=True)
        self.raw = connect(path, create=True)
        if hurried:
            _hurry(self.raw)
        self.raw.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, words TEXT)")
        self.words = WORDS * 20

    def write(self) -> None:
        self.raw.execute("BEGIN IMMEDIATE")
        self.raw.execute("INSERT INTO note (words) VALUES (?)", (self.words,))
        self.raw.execute("COMMIT")


def _hurry(raw: sqlite3.Connection, *record: object) -> None:
    raw.execute("PRAGMA synchronous = OFF")


def hurried(desk: Desk) -> None:
    event.listen(desk.ledger.store._engine, "connect", _hurry)
    desk.close()


def _log(desk: Desk) -> None:
    requests.log(desk, Question(WORDS))


def _demo(folder: Path) -> Figure:
    """A demo from nothing, beside its finished file written once more by SQLite."""
    with TemporaryDirectory(dir=folder) as place:
        made: list[Desk] = []
        ours = processor(lambda: made.append(demo.open_demo(Path(place))))
        raw = connect(made[0].ledger.store.path)
        floor = processor(lambda: raw.execute("VACUUM INTO ?", (str(Path(place) / "floor.db"),)))
        raw.close()
        made[0].close()
    return Figure("a demo made, processor", ours, floor, "s", "3 s", ours <= 3)


def figures(folder: Path) -> Iterator[Figure]:
    yield _demo(folder)
    small, full = stores.desk(folder, "small"), stores.desk(folder, "facts")
    much = f"{stores.facts(full):,}"
    floor = Floor(folder)
    raw, ours, large = _medians(floor, small, full, seconds)
    yield Figure("a request logged, durable", ours, raw, "ms", "floor + 1 ms", ours <= raw + 1)
    yield _slowed(f"the same with {much} facts", large, ours)
    floor.raw.close()

    hurried(small)
    hurried(full)
    floor = Floor(folder, hurried=True)
    raw, ours, large = _medians(floor, small, full, processor)
    yield Figure("processor a request, synchronous=OFF", ours, raw, "ms", "1.0 ms", ours <= 1)
    yield _slowed(f"the same with {much} facts", large, ours)
    with small.reading() as connection:
        assert driver(connection).execute("PRAGMA synchronous").fetchone() == (0,)
    floor.raw.close()
    small.close()
    full.close()


def _medians(
    floor: Floor, small: Desk, full: Desk, clock: Callable[[Callable[[], object]], float]
) -> list[float]:
    """Milliseconds of each: SQLite alone, a store of ten thousand facts, and one of a million."""
    sides: list[Callable[[], object]] = [floor.write, partial(_log, small), partial(_log, full)]
    return [share(times, 0.5) * 1000 for times in in_turn(sides, ROUNDS, clock)]


def _slowed(name: str, large: float, small: float) -> Figure:
    return Figure(name, large, small, "ms", "1.2 × ten thousand", large <= 1.2 * small)
