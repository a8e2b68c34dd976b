"""The store: one SQLite file, its pragmas, transactions, migrations and backups."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from os import utime
from pathlib import Path
from time import sleep
from typing import Any, cast
from urllib.parse import quote

from sqlalchemy import Connection, NullPool, create_engine
from sqlalchemy.exc import DBAPIError

from db.clock import SystemClock
from db.disk import explained
from db.files import identity, partial, settle
from db.refusal import Refusal
from db.upgrade import APPLICATION_ID, identify, migrate

PATIENCE = 5
"""seconds for which whoever wants to write waits for others"""
MOMENT = 0.0002
"""seconds between two looks whether they have done: an exchange leaves half a millisecond free"""
STEPS = 5000
"""of SQLite's machine, some half a millisecond: then long work looks whether somebody waits"""


class GaveWay(Exception):
    """Somebody waited to write: long work is undone, and to be done again."""


def connect(path: Path, *, create: bool = False, read_only: bool = False) -> sqlite3.Connection:
    """A connection with the pragmas of the house; never makes a file by accident.

    WAL lets a screen and a command work on one store at once; FULL has every commit on the disk
    before it is confirmed; secure_delete overwrites what an erasure frees.
    """
    mode = "ro" if read_only else "rwc" if create else "rw"
    raw = sqlite3.connect(
        f"file:{quote(str(path))}?mode={mode}",
        uri=True,
        timeout=PATIENCE,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=512,
    )
    try:
        raw.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000}")
        raw.execute("PRAGMA foreign_keys = ON")
        if not read_only:
            raw.execute("PRAGMA journal_mode = WAL")
            raw.execute("PRAGMA synchronous = FULL")
            raw.execute("PRAGMA secure_delete = ON")
            raw.execute("PRAGMA temp_store = MEMORY")
            # An import writes many pages a slice: let many slices share a checkpoint.
            raw.execute("PRAGMA wal_autocheckpoint = 8000")
            raw.execute("PRAGMA cache_size = -16000")
    except UnicodeDecodeError as error:  # SQLite complains of a schema whose very names are damaged
        raw.close()
        raise Refusal("StoreDamaged", file=str(path)) from error
    except BaseException:
        raw.close()
        raise
    return raw


def driver(connection: Connection) -> sqlite3.Connection:
    """The sqlite3 connection under a SQLAlchemy one, in the same transaction: for hot paths."""
    return cast(sqlite3.Connection, connection.connection.driver_connection)


def backup(raw: sqlite3.Connection, target: Path) -> None:
    """A whole copy of an open store, online, on the disk and under its name only when complete.

    Refusals: FileExists, FileUnwritable, DiskFull.
    """
    with partial(target) as part:
        # One view from first page to last: without it every act at the desk would begin it again.
        raw.execute("BEGIN")
        try:
            raw.execute("SELECT 1 FROM sqlite_master").fetchone()
            with explained(target):
                copy = sqlite3.connect(part)
                try:
                    raw.backup(copy, pages=4096, sleep=0)
                    copy.execute("PRAGMA journal_mode = DELETE")
                finally:
                    copy.close()
        finally:
            raw.execute("ROLLBACK")
        settle(part, target, fresh=True)


class Store:
    """An open store.

    Refusals: StoreGone, StoreForeign, StoreTooNew, StoreDamaged, StoreReadOnly, StoreBusy,
    DiskFull, DiskBroken.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._opened = 0
        self._idle: list[Connection] = []
        self._watch: sqlite3.Connection | None = None
        self._identity = self._open()
        self._engine = create_engine(
            "sqlite://",
            creator=lambda: connect(path),
            poolclass=NullPool,
            pool_reset_on_return=None,
            query_cache_size=512,
            hide_parameters=True,  # an error's text may reach a log: nobody's telephone with it
        )

    def _open(self) -> tuple[int, int]:
        """Which file it is, once it is known to be a store of this version."""
        with explained(self.path):
            found = identity(self.path)
            if found is None:
                raise Refusal("StoreGone", file=str(self.path))
            raw = connect(self.path, read_only=True)  # to write would turn any SQLite file to WAL
            try:
                identify(raw, self.path)
            finally:
                raw.close()
            raw = connect(self.path)
            try:
                migrate(raw, self.path, self._keep)
            finally:
                raw.close()
            return found

    def _keep(self, target: Path) -> None:
        reader = connect(self.path)  # a connection that writes cannot be copied
        try:
            backup(reader, target)
        finally:
            reader.close()

    def _look(self) -> None:
        """See that the path still leads to our file; one that was put in its place is opened anew.

        SQLite would go on reading and writing a file that no name leads to any more.
        """
        found = identity(self.path)
        if found is None:
            raise Refusal("StoreGone", file=str(self.path))
        if found != self._identity:
            self._identity = self._open()
            self._opened += 1
            self.close()

    @classmethod
    def create(cls, path: Path) -> "Store":
        """A new, empty store; StoreExists if there is one."""
        if path.exists():
            raise Refusal("StoreExists", file=str(path))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Refusal("FileUnwritable", file=str(path)) from error
        # Whole under its name or not there, and from its first byte for this user alone.
        with partial(path) as part:
            with explained(path):
                raw = connect(part, create=True)
                try:
                    raw.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                    migrate(raw, path)
                    # All into the file: what is left in the log when it closes is left unsaid.
                    raw.execute("PRAGMA journal_mode = DELETE")
                finally:
                    raw.close()
            try:
                settle(part, path, fresh=True)
            except Refusal as refusal:
                if refusal.code == "FileExists":
                    raise Refusal("StoreExists", file=str(path)) from refusal
                raise
        return cls(path)

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        """A connection that nobody else has meanwhile; a pool that can do more takes longer."""
        idle = self._idle
        try:
            connection = idle.pop()
        except IndexError:
            connection = self._engine.connect()
        try:
            yield connection
        finally:
            if idle is self._idle and not connection.invalidated:
                idle.append(connection)
            else:
                connection.close()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One unchanging view of the store."""
        with explained(self.path):
            self._look()
            with self._connected() as connection, _undone(connection):
                driver(connection).execute("BEGIN")
                yield connection

    @contextmanager
    def writing(self, *, durable: bool = True) -> Iterator[Connection]:
        """BEGIN IMMEDIATE: whoever is in here is alone, what they read stays true to the commit.

        Not `durable`: a power cut may undo the last of these, whole ones, up to the next that is.
        """
        with self._written(durable=durable) as connection:
            _begin(driver(connection), self.path)
            yield connection

    @contextmanager
    def giving_way(self) -> Iterator[Connection]:
        """As `writing`, not durable, for what takes longer than an act may wait: it reads first and
        writes last. GaveWay, and undone, where others have written meanwhile or wait to.
        """
        before, waited = _touched(self.path), False

        def look() -> bool:
            nonlocal waited
            waited = waited or _touched(self.path) != before
            return waited

        with self._written(durable=False) as connection:
            raw = driver(connection)
            raw.execute("PRAGMA busy_timeout = 0")
            raw.set_progress_handler(look, STEPS)
            try:
                raw.execute("BEGIN")
                yield connection
            except sqlite3.OperationalError as error:
                # Busy: somebody has written, or does so now, and what was read is old.
                if waited or error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                    raise GaveWay from error
                raise
            finally:
                if not connection.invalidated:
                    raw.set_progress_handler(None, 0)
                    raw.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000}")

    @contextmanager
    def _written(self, *, durable: bool) -> Iterator[Connection]:
        with explained(self.path):
            self._look()
            with (
                self._connected() as connection,
                nullcontext() if durable else _unsynced(connection),
                _undone(connection),
            ):
                connection.begin()
                yield connection
                connection.commit()

    def version(self) -> int:
        """A number that changes when anybody has committed, here or in another process."""
        ((data,),) = self.glance("PRAGMA data_version")
        return (self._opened << 32) + int(data)

    def glance(self, sql: str) -> list[tuple[Any, ...]]:
        """What one statement finds as the store stands now; a view would cost three times that."""
        with explained(self.path):
            self._look()
            if self._watch is None:
                self._watch = connect(self.path)
            return self._watch.execute(sql).fetchall()

    def backup(self, target: Path) -> None:
        """A whole copy, made while the store is in use."""
        if target.exists():
            raise Refusal("FileExists", file=str(target))
        with explained(self.path):
            self._look()
            with self._connected() as connection:
                backup(driver(connection), target)

    def checkpoint(self) -> bool:
        """Empty the write-ahead log into the store, so that nothing erased lingers in it.

        False if somebody still reads an older view: it has to be done again.
        """
        with explained(self.path):
            self._look()
            with self._connected() as connection:
                return emptied(driver(connection))

    def scour(self) -> bool:
        """Write every page anew, and empty the log: False if that has to be done again.

        `secure_delete` leaves what a page held before it was split: without this a telephone number
        stays in the file. Takes seconds for a million facts, while nobody can write.
        """
        with explained(self.path):
            self._look()
            with closing(connect(self.path)) as raw:
                return scour(raw)

    def close(self) -> None:
        idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()
        if self._watch is not None:
            self._watch.close()
            self._watch = None


@contextmanager
def _unsynced(connection: Connection) -> Iterator[None]:
    """What is committed meanwhile is on the disk with the next that is committed otherwise."""
    raw = driver(connection)
    (usual,) = raw.execute("PRAGMA synchronous").fetchone()
    raw.execute(f"PRAGMA synchronous = {min(usual, 1)}")  # NORMAL
    try:
        yield
    finally:
        if not connection.invalidated:
            raw.execute(f"PRAGMA synchronous = {usual}")


def _touched(path: Path) -> int:
    """Another number as soon as somebody waits to write, or a checkpoint writes the store."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0  # gone: whoever opens it next says so


def _begin(raw: sqlite3.Connection, path: Path) -> None:
    """BEGIN IMMEDIATE, as soon as whoever writes lets go: they see that the store was touched.

    SQLite itself sleeps longer and longer, up to a tenth of a second, and misses the moment between
    two slices of an exchange: an act waited for seconds.
    """
    clock = SystemClock()
    until = clock.ticks() + PATIENCE
    raw.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                raw.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
                if not busy or clock.ticks() > until:
                    raise
            with suppress(OSError):
                utime(path)
            sleep(MOMENT)
    finally:
        raw.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000}")


@contextmanager
def _undone(connection: Connection) -> Iterator[None]:
    """However it ends, nobody gets this connection next with a transaction still open in it."""
    raw = driver(connection)
    try:
        yield
    finally:
        # Where COMMIT fails, on a full disk, SQLAlchemy says it is over and SQLite that it is not.
        if connection.get_transaction() is not None:
            with suppress(DBAPIError):
                connection.rollback()
        # Ctrl+C within a statement: SQLAlchemy has closed it.
        if not connection.invalidated and raw.in_transaction:
            with suppress(sqlite3.Error):
                raw.rollback()
        if not connection.invalidated and raw.in_transaction:
            connection.invalidate()


def emptied(raw: sqlite3.Connection) -> bool:
    return not raw.execute("PRAGMA main.wal_checkpoint(TRUNCATE)").fetchone()[0]


def scour(raw: sqlite3.Connection) -> bool:
    """See `Store.scour`."""
    raw.execute("PRAGMA temp_store = FILE")  # a whole store does not fit in memory
    raw.execute("VACUUM")
    return emptied(raw)
