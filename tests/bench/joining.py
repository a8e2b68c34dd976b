"""A desk joins a library of a million facts, as `deskapp init --join` does it."""

import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from db.books import BOOKS
from db.centre import linked
from db.exchange import Summary, push
from db.facts import GENESIS
from db.joining import PAGE, join
from db.postgres import PostgresCentre
from deskapp.desk import STORE, open_desk
from tests.bench import stores
from tests.bench.centres import roles, unpushed
from tests.bench.measure import Figure, seconds
from tests.postgres import running

MOST = 120
"""seconds that a library of a million facts may take"""


def figures(folder: Path) -> Iterator[Figure]:
    stores.desk(folder, "facts").close()
    with TemporaryDirectory(dir=folder) as own, running(folder) as server:
        place = Path(own)
        shutil.copy(stores.place(folder, "facts") / STORE, place / STORE)
        first = open_desk(place)
        unpushed(first)
        centre = roles(server, first.code, "C", "D")
        push(first.ledger, centre, Summary(), lambda *_: None)
        count = stores.facts(first)
        first.close()
        least = seconds(lambda: _pulled(centre.centres["D"]))
        steps: list[tuple[str, float]] = [("pull", perf_counter())]

        def progress(what: str, *_: int) -> None:
            if what != steps[-1][0]:
                steps.append((what, perf_counter()))

        joined = join(place / "joined.db", "C", BOOKS, centre, progress)
        steps.append(("", perf_counter()))
        assert joined.facts == count
        centre.close()
    for (what, begun), (_, ended) in pairwise(steps):
        yield Figure(f"joining: {what}", ended - begun, None, "s", "", True)
    ours = steps[-1][1] - steps[0][1]
    name = f"{count:,} facts joined (floor: only pulled)"
    yield Figure(name, ours, least, "s", f"{MOST} s", ours < MOST * count / 1_000_000)


def _pulled(centre: PostgresCentre) -> None:
    cursor, link = 0, GENESIS
    while facts := centre.pull("D", cursor, link, PAGE)[0]:
        for fact in facts:
            link = linked(link, fact.id, fact.digest)
        cursor = facts[-1].pos or cursor
