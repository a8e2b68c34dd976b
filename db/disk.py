"""What the disk or SQLite refuses, as a refusal with the file's name."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from db.files import identity
from db.refusal import Refusal

REASONS = {
    sqlite3.SQLITE_FULL: "DiskFull",
    sqlite3.SQLITE_IOERR_SHMSIZE: "DiskFull",
    sqlite3.SQLITE_READONLY: "StoreReadOnly",
    sqlite3.SQLITE_PERM: "StoreReadOnly",
    sqlite3.SQLITE_CANTOPEN: "StoreGone",
    sqlite3.SQLITE_IOERR: "DiskBroken",
    sqlite3.SQLITE_BUSY: "StoreBusy",
    sqlite3.SQLITE_LOCKED: "StoreBusy",
    sqlite3.SQLITE_PROTOCOL: "StoreBusy",
    sqlite3.SQLITE_CORRUPT: "StoreDamaged",
    sqlite3.SQLITE_NOTADB: "StoreForeign",
}


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """What the disk or SQLite refuses becomes a refusal with the file's name."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        number = getattr(cause, "sqlite_errorcode", 0)
        code = REASONS.get(number, REASONS.get(number & 0xFF))
        if code == "StoreGone" and identity(path) is not None:
            code = "StoreReadOnly"  # it is there, and may not be opened as we must
        if undecodable(cause):
            code = "StoreDamaged"
        if code is None:
            raise
        raise Refusal(code, file=str(path)) from error


def undecodable(error: BaseException | None) -> bool:
    """Whether Python found text in a store that is not UTF-8: SQLite itself does not look."""
    return isinstance(error, sqlite3.OperationalError) and str(error).startswith("Could not decode")
