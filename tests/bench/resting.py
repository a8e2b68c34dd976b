"""Old matters that leave their course to the centre: room, and time both ways."""

from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from db import horizon
from db.store import Store, driver
from deskapp import endings, handovers, telling
from deskapp.endings import Ending
from tests.bench.measure import Figure, seconds
from tests.library import Library, found_library
from tests.shelf import rows

MATTERS = 1500
FETCHED = 50
ROOM = (
    "SELECT sum(pgsize) FROM dbstat WHERE name IN "
    "(SELECT name FROM sqlite_master WHERE tbl_name = 'fact')"
)


def figures(folder: Path) -> Iterator[Figure]:
    with (
        TemporaryDirectory(dir=folder) as place,
        closing(found_library(Path(place), more="3F")) as library,
    ):
        ledger = library.desk.ledger
        for _ in range(MATTERS):
            _matter(library)
        library.exchange("2F")
        library.clock.move(days=401)
        facts = int(str(rows(ledger, "SELECT count(*) FROM fact")[0][0]))
        before = _room(ledger.store) / facts
        taken = seconds(partial(horizon.put_to_rest, ledger, ledger.clock.now(), 400))
        after = _room(ledger.store) / facts
        yield Figure(
            "bytes of a fact at the desk, past the horizon", after, before, "B", "≤ 0.5 ×",
            after <= before / 2,
        )  # fmt: skip
        rate = MATTERS * 5 / taken
        yield Figure("facts put to rest", rate, None, "/s", "≥ 1,000", rate >= 1000)
        some = [str(s) for (s,) in rows(ledger, f"SELECT subject FROM dormant LIMIT {FETCHED}")]
        centre = library.centre
        assert centre is not None
        times = [seconds(partial(horizon.fetch, ledger, centre, [each])) for each in some]
        found = median(times) * 1000
        yield Figure("one course fetched again", found, None, "ms", "≤ 50", found <= 50)


def _matter(library: Library) -> None:
    """One request of five facts."""
    li, chen = library.at("li"), library.at("chen")
    id = library.log(
        "li",
        "想找一本讲古籍修复的书，请代为查找馆藏",
        patron=library.reader("00417"),
    ).id
    handovers.hand_over(li, id, department="information", reason="duty")
    handovers.accept(chen, id)
    endings.close(chen, id, Ending("done", answer="已在三层古籍阅览室找到，请持证阅览"))
    telling.tell(chen, id, "phone")
    library.clock.move(minutes=1)


def _room(store: Store) -> int:
    store.scour()
    with store.reading() as connection:
        return int(driver(connection).execute(ROOM).fetchone()[0])
