"""Fifty thousand readers: taken in from the university's file, and found as one types."""

import random
import sqlite3
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from unicodedata import normalize

from pypinyin.constants import PINYIN_DICT

from db import names
from db.clock import SystemClock
from db.store import connect, driver
from deskapp import demo, readers, staff
from deskapp.desk import Desk, found_desk
from deskapp.sheets import open_sheet
from tests import readerfiles
from tests.bench.measure import Figure, in_turn, seconds, share
from tests.readerfiles import write_csv
from tests.refusals import spoken

COUNT = 50_000
ASKED = 1_500


def figures(folder: Path) -> Iterator[Figure]:
    with TemporaryDirectory(dir=folder) as place:
        desk = found_desk(Path(place) / "desk", "ncst", "2F", "", demo.KEY, SystemClock())
        first = staff.enter(desk, staff.Entry("1001", "王敏"))
        desk = desk.signed_in(staff.find(desk, first.id))
        file = write_csv(Path(place) / "readers.csv", COUNT, messy=True)
        floor = seconds(lambda: _copy(file, Path(place) / "floor.db"))
        ours = seconds(lambda: readers.load(desk, file, spoken))
        with desk.reading() as connection:
            got = driver(connection).execute("SELECT count(*) FROM reader").fetchone()
        assert got == (COUNT,)
        yield Figure(f"{COUNT:,} readers imported", ours, floor, "s", "15 s", ours <= 15)
        again = seconds(lambda: readers.load(desk, file, spoken))
        yield Figure("the same file once more", again, floor, "s", "15 s", again <= 15)
        yield from _searches(desk)
        desk.close()
    yield _indexed()


def _indexed() -> Figure:
    """A name's terms, beside the one look at each of its characters that they need."""
    people = list(readerfiles.names(5_000, seed=1))

    def floor() -> None:
        for name in people:
            for character in normalize("NFKC", name):
                PINYIN_DICT.get(ord(character))

    def ours() -> None:
        for name in people:
            names.terms(name)

    least, times = (share(t, 0.5) / len(people) * 1e6 for t in in_turn([floor, ours], 9))
    return Figure("terms of a reader's name", times, least, "µs", "100 µs", times <= 100)


def _copy(file: Path, target: Path) -> None:
    """The file read and its cells put into one table, in one commit."""
    sheet = open_sheet(file)
    width = len(sheet.headers)
    raw = connect(target, create=True)
    raw.execute(f"CREATE TABLE reader ({', '.join(f'c{n}' for n in range(width))})")
    raw.execute("BEGIN")
    raw.executemany(
        f"INSERT INTO reader VALUES ({', '.join('?' * width)})",
        ([str(cell) for cell in row.cells[:width]] for row in sheet.rows),
    )
    raw.execute("COMMIT")
    raw.close()


def _searches(desk: Desk) -> Iterator[Figure]:
    chance = random.Random(1)
    with desk.reading() as connection:
        people = driver(connection).execute("SELECT number, name FROM reader").fetchall()
    asked = [chance.choice(people) for _ in range(ASKED)]
    kinds: dict[str, Callable[[str, str], str]] = {
        "number": lambda number, name: number,
        "name": lambda number, name: name,
        "pinyin": lambda number, name: _latin(name, max),
        "initials": lambda number, name: _latin(name, min),
    }
    for kind, words in kinds.items():
        # Everything that stands in the box while one types it, from the first character on.
        typed = [whole[: chance.randint(1, len(whole))] for whole in (words(*who) for who in asked)]
        raw = sqlite3.connect(desk.ledger.store.path)
        wanted = iter(asked * 2)

        def floor(
            raw: sqlite3.Connection = raw, wanted: Iterator[tuple[str, str]] = wanted
        ) -> None:
            raw.execute("SELECT * FROM reader WHERE number = ?", (next(wanted)[0],)).fetchall()

        texts = iter(typed * 2)

        def ours(texts: Iterator[str] = texts) -> None:
            readers.search(desk, next(texts))

        sides: list[Callable[[], None]] = [floor, ours]
        least, times = (share(t, 0.99) * 1000 for t in in_turn(sides, ASKED))
        raw.close()
        yield Figure(f"reader by {kind}, p99", times, least, "ms", "5 ms", times <= 5)


def _latin(name: str, which: Callable[..., str]) -> str:
    """The longest (pinyin) or shortest (initials) term of a name in Latin letters."""
    terms = [term for term in islice(sorted(names.terms(name)), 50) if term.isascii()]
    return which(terms, key=len) if terms else name
