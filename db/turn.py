"""One at a time on this machine: a lock that the system lets go of when its process dies.

It is SQLite's own on an empty file, so that it is the same on every system.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from db.disk import explained
from db.refusal import Refusal

PATIENCE = 1.0
"""seconds: whoever looks whether it is taken holds it for a moment"""


@contextmanager
def turn(file: Path) -> Iterator[None]:
    """Whoever is in here is alone. Refuses TurnTaken at once, and what the disk refuses."""
    with explained(file), closing(_open(file, PATIENCE)) as raw:
        try:
            raw.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if not _busy(error):
                raise
            raise Refusal("TurnTaken") from error
        yield


def taken(file: Path) -> bool:
    """Whether somebody is in there now."""
    if not file.exists():
        return False
    with explained(file), closing(_open(file, 0)) as raw:
        try:
            raw.execute("SELECT 1 FROM sqlite_master").fetchall()
        except sqlite3.OperationalError as error:
            if not _busy(error):
                raise
            return True
    return False


def _open(file: Path, patience: float) -> sqlite3.Connection:
    address = f"file:{quote(str(file))}?mode=rwc"
    return sqlite3.connect(address, uri=True, timeout=patience, isolation_level=None)


def _busy(error: sqlite3.OperationalError) -> bool:
    return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
