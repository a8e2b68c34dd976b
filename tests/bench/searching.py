"""Chinese full text over a million requests: the newest page of what contains a word."""

import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from db import fulltext
from db.store import driver
from deskapp import request_lists
from deskapp.desk import Desk
from tests.bench import stores
from tests.bench.measure import Figure, in_turn, share

ASKED = 400
PAGE = 50
SAMPLE = 2_000
"""requests whose words are asked for"""


def figures(folder: Path) -> Iterator[Figure]:
    desk = stores.desk(folder, "requests")
    count = stores.requests(desk)
    for length in (1, 2, 3, 4):
        yield _found(desk, count, length)
    yield _found(desk, count, 2, words=2)
    desk.close()


def _found(desk: Desk, count: int, length: int, words: int = 1) -> Figure:
    """Any so many characters of any request, whole words or not, beside SQLite's own rows; of
    several, what has them all.
    """
    chance = random.Random(length)
    serials = [chance.randint(1, count) for _ in range(SAMPLE)]
    raw = sqlite3.connect(desk.ledger.store.path)
    each = [_words(desk, serials, length, chance) for _ in range(words)]
    asked = [" ".join(several) for several in zip(*each, strict=True)]
    here, there = iter(asked * 2), iter(asked * 2)

    def floor() -> None:
        raw.execute(
            "SELECT rowid FROM request_text WHERE request_text MATCH ? ORDER BY rowid DESC LIMIT ?",
            (fulltext.query(next(here)), PAGE),
        ).fetchall()

    def ours() -> None:
        request_lists.search(desk, next(there), PAGE)

    least, times = (share(t, 0.99) * 1000 for t in in_turn([floor, ours], ASKED))
    raw.close()
    several_of = f"{words} × " if words > 1 else ""
    name = f"full text of {count:,} requests, {several_of}{length} characters, p99"
    return Figure(name, times, least, "ms", "20 ms", times <= 20)


def _words(desk: Desk, serials: list[int], length: int, chance: random.Random) -> list[str]:
    with desk.reading() as connection:
        found = driver(connection).execute(
            f"SELECT question FROM request WHERE serial IN ({','.join(map(str, serials))})"
        )
        texts = ["".join(fulltext.tokens(text)) for (text,) in found if text]
    long = [text for text in texts if len(text) >= length]
    picked = [chance.choice(long) for _ in range(ASKED)]
    places = [chance.randint(0, len(text) - length) for text in picked]
    return [text[at : at + length] for text, at in zip(picked, places, strict=True)]
