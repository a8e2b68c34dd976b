"""The centres that are measured: PostgreSQL as it comes, each commit on the disk, desks by role."""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from db.centre import Greeting
from db.clock import SystemClock
from db.facts import COLUMNS, GENESIS, Fact, chained
from db.place import library_key, mark_of
from db.store import driver
from deskapp import demo
from deskapp.desk import STORE, Desk, open_desk
from tests.bench import stores
from tests.postgres import Roles, Server
from tests.proxy import Line, broken_line

BATCH = 5000
MARK = mark_of(demo.KEY)


def roles(server: Server, *desks: str) -> Roles:
    """A new centre of the demo's library, with these desks."""
    centre = Roles(server, SystemClock(), desks)
    centre.hello(Greeting(desks[0], 1, MARK, key=demo.KEY))
    return centre


@contextmanager
def busy_desk(folder: Path, place: Path) -> Iterator[Desk]:
    """A desk that has a hundred thousand facts, and has pushed none of them: a copy in `place`."""
    stores.desk(folder, "hundred").close()
    place.mkdir()
    shutil.copy(stores.place(folder, "hundred") / STORE, place / STORE)
    desk = open_desk(place)
    with desk.reading() as connection:
        assert library_key(connection) == demo.KEY
    yield desk
    desk.close()


def unpushed(desk: Desk) -> None:
    """As if nothing had ever been acknowledged."""
    with desk.ledger.store.writing() as connection:
        driver(connection).execute("UPDATE place SET acked_seq = 0, acked_chain = NULL")


def facts(desk: Desk) -> list[Fact]:
    """All facts, in the order of the desk's chain."""
    with desk.reading() as connection:
        lines = driver(connection).execute(f"SELECT {', '.join(COLUMNS)} FROM fact ORDER BY seq")
        return [Fact(*values) for values in lines]


def batches(some: list[Fact]) -> list[tuple[bytes, list[Fact]]]:
    """What a desk pushes: the chain before each batch, and its facts."""
    before = GENESIS
    parts = []
    for begin in range(0, len(some), BATCH):
        part = some[begin : begin + BATCH]
        parts.append((before, part))
        before = part[-1].chain or before
    return parts


def restamped(some: Iterable[Fact], desk: str, epoch: int = 1) -> list[Fact]:
    """The same facts in another chain, from its beginning."""
    chain, theirs = GENESIS, []
    for seq, fact in enumerate(some, 1):
        chain = chained(chain, desk, epoch, seq, fact.digest)
        theirs.append(replace(fact, desk=desk, epoch=epoch, seq=seq, chain=chain))
    return theirs


@contextmanager
def wire(address: str) -> Iterator[tuple[Line, str]]:
    """A line on loopback that counts, to the server of this address; the address through it."""
    parts = conninfo_to_dict(address)
    with broken_line(f"{parts['host']}/.s.PGSQL.{parts.get('port') or 5432}") as line:
        yield line, make_conninfo(address, host="127.0.0.1", port=line.port, sslmode="disable")
