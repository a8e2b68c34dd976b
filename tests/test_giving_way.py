"""An exchange at a desk at which somebody works."""

import errno
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from time import sleep
from typing import Any

import pytest
from sqlalchemy import Connection

from db import arrivals, store
from db import exchange as exchanges
from db.arrivals import take_in
from db.exchange import exchange
from db.facts import Book, Fact
from db.file_centre import FileCentre
from db.ledger import Ledger
from db.refusal import Refusal
from db.store import Store, driver
from tests.meeting import same
from tests.shelf import switch

pytestmark = pytest.mark.usefixtures("quick")


@pytest.mark.parametrize("phase", ["_stubs", "keep"])
def test_an_act_goes_before_a_long_slice(
    centre: FileCentre, a: Ledger, b: Ledger, phase: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a slice is read nobody waits for it; while it is written, whoever waits has it undone.
    Behind the act the slices begin small, and grow.
    """
    monkeypatch.setattr(exchanges, "LONG", 8)
    monkeypatch.setattr(exchanges, "SLICE", 2)
    monkeypatch.setattr(store, "STEPS", 1)
    for lamp in range(30):
        switch(a, lamp)
    exchange(a, centre)
    begun: list[str] = []
    sizes: list[int] = []
    acts: list[Future[list[str]]] = []
    there = getattr(arrivals, phase)

    def disturbed(*given: Any) -> Any:
        begun.append(phase)
        if len(begun) == 2:
            before = b.store.path.stat().st_mtime_ns
            acts.append(screen.submit(switch, b, 99))
            while b.store.path.stat().st_mtime_ns == before and not acts[0].done():
                sleep(0.001)
            assert acts[0].done() == (phase == "_stubs")
        return there(*given)

    def counted(raw: sqlite3.Connection, books: Mapping[str, Book], some: Sequence[Fact]) -> int:
        sizes.append(len(some))
        return take_in(raw, books, some)

    monkeypatch.setattr(arrivals, phase, disturbed)
    monkeypatch.setattr(exchanges, "sleep", lambda _: acts[0].result())
    monkeypatch.setattr(exchanges, "take_in", counted)
    with ThreadPoolExecutor(1) as screen:
        assert exchange(b, centre).pulled == 30
        assert acts[0].result()
    assert sizes[:5] == [8, 8, 2, 4, 8]
    exchange(b, centre)
    exchange(a, centre)
    same(a, b)


def test_whoever_writes_without_a_break_holds_up_no_exchange(
    centre: FileCentre, a: Ledger, b: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchanges, "LONG", 8)
    monkeypatch.setattr(exchanges, "SLICE", 2)
    for lamp in range(30):
        switch(a, lamp)
    exchange(a, centre)
    giving_way, tries = Store.giving_way, list[Store]()

    @contextmanager
    def late(store: Store) -> Iterator[Connection]:
        with giving_way(store) as connection:
            driver(connection).execute("SELECT 1 FROM place").fetchone()
            switch(b, 99)
            tries.append(store)
            assert len(tries) < 30
            yield connection

    monkeypatch.setattr(Store, "giving_way", late)
    assert exchange(b, centre).pulled == 30


def test_what_is_folded_goes_to_the_disk_aside(
    centre: FileCentre, a: Ledger, b: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind the first slice, and while others are folded; not once for each of them."""
    monkeypatch.setattr(exchanges, "LONG", 4)
    for lamp in range(30):
        switch(a, lamp)
    exchange(a, centre)
    log = Path(f"{b.store.path}-wal")
    folded, flushed = Event(), list[bool]()

    def slow(file: int) -> None:
        if log.exists() and os.path.samestat(os.fstat(file), log.stat()):
            flushed.append(folded.wait(10))

    def progress(_: str, done: int) -> None:
        if done == 30:
            folded.set()

    monkeypatch.setattr(os, "fsync", slow)
    assert exchange(b, centre, progress).pulled == 30
    assert flushed == [True]


def test_a_disk_that_fails_behind_an_exchange_is_told(
    centre: FileCentre, a: Ledger, b: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system tells it once: not to SQLite, which may not have been the one to ask."""
    switch(a, 1)
    exchange(a, centre)

    def broken(_: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(Refusal, match="DiskBroken"):
        exchange(b, centre)
    monkeypatch.undo()
    exchange(b, centre)
    same(a, b)
