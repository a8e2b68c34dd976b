"""Where the centre of a course stands: in a file, or at a PostgreSQL. It can be looked into, copied
and set back to a copy.
"""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, LiteralString, Protocol
from unittest.mock import patch

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

import db.central
from db.adoption import Adoption, ServerTaker
from db.central import Central
from db.centre import Centre, Greeting, Hello, Receipt
from db.clock import Clock
from db.facts import Book, Fact
from db.file_central import FileCentral
from db.file_centre import FileCentre
from db.postgres import PostgresCentre
from db.relations import Relations
from db.stretch import Read, Stretch, whole
from tests.postgres import Roles, Server
from tests.simulation.troubles import ShakyCentre, put_back

Trouble = Callable[[str], None]


class House(Protocol):
    """Where the centre stands, for whoever looks after it."""

    knows_every_id: bool
    """or only those that the same desk pushed before: the others are for the desks to tell apart"""

    @property
    def centre(self) -> Centre: ...

    def rows(self, question: LiteralString) -> list[tuple[Any, ...]]: ...

    def standing(self) -> dict[str, int]:
        """How far each desk has pulled."""
        ...

    def copy(self, name: str) -> None:
        """Keep a copy under a name."""
        ...

    def set_back(self, name: str) -> None:
        """Put that copy in place of the centre."""
        ...

    def handles(self, desk: str, departments: Sequence[str]) -> None: ...

    def restored(self, fork: int) -> int: ...

    def adopt(self, store: Path, *, wordless: bool) -> dict[str, int]:
        """Take in what only this store has; how many facts of each desk."""
        ...

    def files(self) -> list[Path]:
        """What may hold words on this machine; none where the server looks after that."""
        ...

    def close(self) -> None: ...


class Filed:
    """A centre in a file, which can fail in the middle of a push."""

    knows_every_id = True

    def __init__(self, folder: Path, clock: Clock, trouble: Trouble) -> None:
        self._path, self._clock, self._trouble = folder / "centre.db", clock, trouble
        self.centre: FileCentre = self._open()

    def _open(self) -> ShakyCentre:
        return ShakyCentre(self._path, self._clock, self._trouble)

    def rows(self, question: LiteralString) -> list[tuple[Any, ...]]:
        return self.centre._raw.execute(question).fetchall()

    def standing(self) -> dict[str, int]:
        return dict(self.rows("SELECT desk, pos FROM standing"))

    def copy(self, name: str) -> None:
        self.centre.close()
        shutil.copyfile(self._path, self._path.with_name(name))
        self.centre = self._open()

    def set_back(self, name: str) -> None:
        self.centre.close()
        aside = self._path.with_suffix(".new")
        shutil.copyfile(self._path.with_name(name), aside)
        put_back(aside, self._path)
        self.centre = self._open()

    def handles(self, desk: str, departments: Sequence[str]) -> None:
        self.centre.handles(desk, departments)

    def restored(self, fork: int) -> int:
        return self.centre.restored(fork)

    def adopt(self, store: Path, *, wordless: bool) -> dict[str, int]:
        central = FileCentral(self._path, self._clock)
        adoption = Adoption(central, wordless=wordless)
        adoption.store(store)
        central.close()
        return adoption.done.facts

    def files(self) -> list[Path]:
        return [self._path, self._path.with_name("centre.db-wal")]

    def close(self) -> None:
        self.centre.close()


class Estate:
    """A PostgreSQL with an empty centre in it, of which each course is given a copy."""

    def __init__(self, server: Server, clock: Clock, desks: Sequence[str]) -> None:
        # Every table is a file to copy, and of a centre's many parts a course fills one.
        with patch.multiple(db.central, PARTS=2, DRAWERS=2):
            roles = Roles(server, clock, desks)
        roles.close()
        self._address = roles.address
        self._empty = str(conninfo_to_dict(roles.address)["dbname"])
        self._users = {
            desk: str(conninfo_to_dict(centre._address)["user"])
            for desk, centre in roles.centres.items()
        }
        self._raw = psycopg.connect(server.address, autocommit=True)
        self._made = 0

    def copy(self, name: str | None = None) -> str:
        """A copy of a database that nobody is connected to; its name."""
        self._made += 1
        copy = f"course{self._made}"
        self._say("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", copy, name or self._empty)
        return copy

    def drop(self, name: str) -> None:
        self._say("DROP DATABASE {} WITH (FORCE)", name)

    def _say(self, words: str, *names: str) -> None:
        self._raw.execute(sql.SQL(words).format(*map(sql.Identifier, names)))

    def central(self, name: str, clock: Clock) -> Central:
        return Central(self.address(name), clock)

    def address(self, name: str) -> str:
        return make_conninfo(self._address, dbname=name)

    def centres(self, name: str) -> dict[str, PostgresCentre]:
        return {
            desk: PostgresCentre(make_conninfo(self._address, dbname=name, user=user))
            for desk, user in self._users.items()
        }

    def build(self, folder: Path, clock: Clock, trouble: Trouble) -> "Served":
        return Served(self, clock)

    def close(self) -> None:
        self._raw.close()


class Served:
    """A centre at a PostgreSQL, which each desk reaches as its own role. Its time is the course's:
    what it says must not depend on when it is played.
    """

    knows_every_id = False

    def __init__(self, estate: Estate, clock: Clock) -> None:
        self._estate, self._clock = estate, clock
        self._copies: dict[str, str] = {}
        self._enter(estate.copy())

    @property
    def centre(self) -> Centre:
        return self

    def _enter(self, database: str) -> None:
        self._database = database
        self._central = self._estate.central(database, self._clock)
        self._desks = self._estate.centres(database)

    def _leave(self) -> None:
        for desk in self._desks.values():
            desk.close()
        self._central.close()

    def hello(self, said: Greeting) -> Hello:
        return replace(self._desks[said.desk].hello(said), now=self._clock.now())

    def push(
        self, desk: str, epoch: int, previous: bytes, facts: Sequence[Fact], skew: int
    ) -> list[Receipt]:
        return self._desks[desk].push(desk, epoch, previous, facts, skew)

    def packed(self, epoch: int, last: int, read: Read) -> Stretch:
        return whole(epoch, last, read)

    def pull(self, desk: str, cursor: int, link: bytes, limit: int) -> tuple[list[Fact], int]:
        return self._desks[desk].pull(desk, cursor, link, limit)

    def rows(self, question: LiteralString) -> list[tuple[Any, ...]]:
        with self._central._whole() as raw:
            return raw.execute(question).fetchall()

    def standing(self) -> dict[str, int]:
        return dict(self.rows("SELECT code, pulled FROM desk"))

    def copy(self, name: str) -> None:
        self._leave()
        self._copies[name] = self._estate.copy(self._database)
        self._enter(self._database)

    def set_back(self, name: str) -> None:
        self._leave()
        self._estate.drop(self._database)
        self._enter(self._estate.copy(self._copies[name]))

    def handles(self, desk: str, departments: Sequence[str]) -> None:
        with self._central._whole() as raw:
            raw.execute("DELETE FROM scope WHERE desk = %s", (desk,))
            for each in departments:
                raw.execute("INSERT INTO scope VALUES (%s, %s)", (desk, each))

    def restored(self, fork: int) -> int:
        return self._central.restored(fork)

    def adopt(self, store: Path, *, wordless: bool) -> dict[str, int]:
        adoption = Adoption(ServerTaker(self._central.connection), wordless=wordless)
        adoption.store(store)
        return adoption.done.facts

    def fold(self, books: Sequence[Book]) -> str:
        """Bring the relational copy up to date; where it is."""
        Relations(self._central.connection, books, 1).fold()
        return self._estate.address(self._database)

    def files(self) -> list[Path]:
        return []

    def close(self) -> None:
        self._leave()
        for database in (self._database, *self._copies.values()):
            self._estate.drop(database)
