"""Stores with toy lamps in them, for tests of what guards the ledger."""

import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection

import pytest

from db import file_centre as centre_module
from db import store as store_module
from db import upgrade
from db.clock import Clock, SystemClock
from db.exchange import exchange
from db.file_centre import FileCentre
from db.findings import Finding
from db.ledger import Ledger, found
from db.place import mark_of
from db.store import Store, driver
from tests.outside import no_right, root_on_linux
from tests.toys import LAMPS, SCHEMA

KEY = b"k" * 32
MARK = mark_of(KEY)
LAST = 9000
"""The version of a store with lamps in it."""


def with_lamps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every store made from now on, copies too, have a table of lamps."""
    steps = upgrade.migrations()
    monkeypatch.setattr(upgrade, "migrations", lambda: [*steps, (LAST, SCHEMA + ";")])


def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stores that do not wait for the disk, where a test makes hundreds."""
    real = store_module.connect

    def connect(path: Path, *, create: bool = False, read_only: bool = False) -> Connection:
        raw = real(path, create=create, read_only=read_only)
        if not read_only:
            raw.execute("PRAGMA synchronous = OFF")
        return raw

    for module in (store_module, centre_module):
        monkeypatch.setattr(module, "connect", connect)


def desk(path: Path, code: str = "A", clock: Clock | None = None) -> Ledger:
    """A desk with lamps, in a store of its own."""
    store = Store.create(path)
    found(store, code, KEY)
    with store.writing() as connection:
        driver(connection).execute(SCHEMA)
    return Ledger(store, [LAMPS], clock or SystemClock())


def switch(ledger: Ledger, *lamps: int, to: str = "on") -> list[str]:
    """One act over some lamps; the ids of its facts."""
    with ledger.act("somebody") as act:
        return [act.record("lamp.switched", f"lamp:{lamp}", {"to": to}).id for lamp in lamps]


def name(ledger: Ledger, lamp: int, person: str, text: str) -> str:
    with ledger.act("somebody") as act:
        private = {"name": text}
        return act.record("lamp.named", f"lamp:{lamp}", person=person, private=private).id


def erase(ledger: Ledger, person: str) -> str:
    with ledger.act("somebody") as act:
        return act.record("person.erased", f"person:{person}", person=person).id


def meet(folder: Path, *ledgers: Ledger) -> None:
    """Everybody exchanges with one centre, twice, so that all know all."""
    centre = FileCentre(folder / "centre.db", ledgers[0].clock)
    for _ in range(2):
        for ledger in ledgers:
            exchange(ledger, centre)
    centre.close()


def rows(ledger: Ledger, sql: str) -> list[tuple[object, ...]]:
    with ledger.store.reading() as connection:
        return driver(connection).execute(sql).fetchall()


def spoil(ledger: Ledger, sql: str, *values: object) -> int:
    """Write behind the ledger's back; how many rows that changed."""
    with ledger.store.writing() as connection:
        return driver(connection).execute(sql, values).rowcount


def codes(findings: Sequence[Finding]) -> set[str]:
    return {finding.code for finding in findings}


def bytes_of(path: Path) -> bytes:
    """All that is on the disk of a store: the file and its log."""
    return b"".join(file.read_bytes() for file in (path, Path(f"{path}-wal")) if file.exists())


def mount(*arguments: str) -> None:
    """Mount something, where that is for us to do."""
    root_on_linux("mounts file systems")
    done = subprocess.run(["mount", *arguments], capture_output=True, check=False, text=True)
    if done.returncode:
        no_right(f"mount: {done.stderr.strip()}")  # a container may forbid it to its root too


@contextmanager
def mounted(point: Path, *arguments: str) -> Iterator[Path]:
    """A folder with something mounted on it, for a while."""
    point.mkdir()
    mount(*arguments, str(point))
    try:
        yield point
    finally:
        for _ in range(3):
            subprocess.run(["umount", "-l", str(point)], capture_output=True, check=False)


def child(work: Callable[[], None]) -> int:
    """Do something in a process of its own, forked from this one; its process id."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        work()
        status = 0
    finally:
        os._exit(status)


def outcome(pid: int) -> int:
    """Wait for a child: its exit status, or minus the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
