"""What goes wrong on the way: the line is cut, the power fails, something happens meanwhile."""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from random import Random
from sqlite3 import Connection
from typing import Any, NamedTuple, Self
from unittest.mock import patch

import db.arrivals
import db.exchange
import db.file_centre
import db.folding
import db.stick
import db.store
from db.centre import Centre, Greeting, Hello, Receipt
from db.clock import Clock
from db.facts import Fact
from db.file_centre import FileCentre
from db.refusal import Refusal
from db.stretch import Read, Stretch
from tests.simulation.world import MOST

BESIDE = ("", "-wal")


class Cut(Exception):
    """The line is gone; nobody knows whether the last word was heard."""


class Crash(Exception):
    """The machine is gone; what was not committed is lost."""


class ShakyCentre(FileCentre):
    """The centre, which can fail in the middle of a push."""

    def __init__(self, path: Path, clock: Clock, trouble: Callable[[str], None]) -> None:
        super().__init__(path, clock)
        self._trouble = trouble

    def _append(self, *values: Any) -> int:
        pos = super()._append(*values)
        self._trouble("append")
        return pos


class Wire:
    """The line between a desk and the centre. `trouble` is asked before and after each call."""

    def __init__(
        self,
        centre: Callable[[], Centre],
        trouble: Callable[[str], None],
        pushed: Callable[[Sequence[Fact]], None],
        refused: Callable[[Refusal], None],
        heard_all: Callable[[], None],
    ) -> None:
        self._centre = centre
        self._trouble = trouble
        self._pushed = pushed
        self._refused = refused
        self._heard_all = heard_all

    def hello(self, said: Greeting) -> Hello:
        self._trouble("hello before")
        hello = self._centre().hello(said)
        self._trouble("hello after")
        return hello

    def push(
        self, desk: str, epoch: int, previous: bytes, facts: Sequence[Fact], skew: int
    ) -> list[Receipt]:
        self._trouble("push before")
        try:
            receipts = self._centre().push(desk, epoch, previous, facts, skew)
        except Refusal as refusal:
            self._refused(refusal)
            raise
        self._pushed(facts)
        self._trouble("push after")
        return receipts

    def packed(self, epoch: int, last: int, read: Read) -> Stretch:
        return self._centre().packed(epoch, last, read)

    def pull(self, desk: str, cursor: int, link: bytes, limit: int) -> tuple[list[Fact], int]:
        self._trouble("pull before")
        facts, target = self._centre().pull(desk, cursor, link, limit)
        if not facts:
            self._heard_all()
        self._trouble("pull after")
        return facts, target


def keep(path: Path, aside: Path) -> None:
    """The file as the disk has it at this moment: what a power cut would leave."""
    for end in BESIDE:
        if (there := Path(f"{path}{end}")).exists():
            shutil.copyfile(there, f"{aside}{end}")


def put_back(aside: Path, path: Path) -> None:
    """Put a kept file in place of a closed one."""
    for end in (*BESIDE, "-shm"):
        Path(f"{path}{end}").unlink(missing_ok=True)
        if (there := Path(f"{aside}{end}")).exists():
            there.replace(f"{path}{end}")


@contextmanager
def quick_disk() -> Iterator[None]:
    """Nothing waits for the disk: for what does not ask whether a power cut would be survived."""
    connect = db.store.connect

    def quick(path: Path, *, create: bool = False, read_only: bool = False) -> Connection:
        raw = connect(path, create=create, read_only=read_only)
        if not read_only:
            raw.execute("PRAGMA synchronous = OFF")
        return raw

    with (
        patch.object(db.store, "connect", quick),
        patch.object(db.file_centre, "connect", quick),
        patch.object(os, "fsync", lambda _: None),
    ):
        yield


@contextmanager
def at_once() -> Iterator[None]:
    """The other way round: nothing is cut any more, and much goes in one piece."""
    with patch.multiple(db.exchange, PAGE=1000, LONG=1000, SLICE=999):
        yield


class Aside:
    """In place of a thread that reads ahead: it does so at once or at the last moment."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def submit(self, read: Callable[..., Any], *given: Any) -> "Coming":
        if self._rng.random() < 0.5:
            return Coming(partial(read, *given))
        now = read(*given)
        return Coming(lambda: now)


class Coming(NamedTuple):
    """What is being read aside."""

    result: Callable[[], Any]


@contextmanager
def in_pieces(folded: Callable[[], None], rng: Random) -> Iterator[None]:
    """Small batches, pages and slices: few facts make many steps. A disk that never waits."""
    refold = db.folding.refold

    def counted(raw: Connection, books: Any, subjects: Any) -> None:
        subjects = set(subjects)
        if subjects:
            folded()
        refold(raw, books, subjects)

    with quick_disk(), ExitStack() as stack:
        for module, name, value in (
            (db.arrivals, "refold", counted),
            (db.exchange, "ACT_LIMIT", MOST + 1),
            (db.exchange, "PAGE", 2 * MOST),
            (db.exchange, "LONG", 3),
            (db.exchange, "SLICE", 2),
            (db.exchange, "sleep", lambda _: None),
            (db.exchange, "ThreadPoolExecutor", lambda _: Aside(rng)),
            (db.stick, "MOST", 2 * MOST),
        ):
            stack.enter_context(patch.object(module, name, value))
        yield
