"""The script's own book of the shift: what must stand in the store, kept with pencil and paper."""

import json
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from db.store import driver
from deskapp.desk import open_desk
from tests.library import stored
from tests.terminal import ROOT


@dataclass(slots=True)
class Matter:
    """A request as it must stand. People by badge, readers by number."""

    number: str
    words: str
    reader: str | None
    kind: str
    department: str
    channel: str
    first: str
    responsible: str
    urgent: bool = False
    outcome: str | None = None
    """None: open"""
    offered: str | None = None
    back: str | None = None
    answer: str | None = None
    to_complete: bool = False


@dataclass(slots=True)
class Book:
    """Everything that was confirmed on the screen, and nothing else."""

    matters: dict[str, Matter] = field(default_factory=dict)
    tallies: Counter[str] = field(default_factory=Counter)
    bound: Counter[str] = field(default_factory=Counter)
    """cards bound at the desk, by the number of the reader"""
    drafts: Counter[str] = field(default_factory=Counter)
    """what is left half-written, by badge"""
    duty: list[tuple[str, str]] = field(default_factory=list)
    """who came and went, by badge"""

    def enter(self, matter: Matter) -> None:
        assert matter.number not in self.matters, f"{matter.number} was given out twice"
        self.matters[matter.number] = matter

    def open_of(self, badge: str) -> list[Matter]:
        """What is somebody's to do."""
        return [m for m in self.matters.values() if m.outcome is None and m.responsible == badge]


DUTY = ("shift.opened", "shift.joined", "shift.left", "shift.closed")


def read(store: Path) -> Book:
    """The same book, as the store has it."""
    desk = open_desk(store)
    try:
        with desk.reading() as connection:
            raw = driver(connection)
            staff = dict(raw.execute("SELECT subject, badge FROM staff"))
            book = Book()
            for matter in _matters(raw, staff):
                book.enter(matter)
            book.tallies.update(
                dict(raw.execute("SELECT what, sum(count) FROM tally GROUP BY what"))
            )
            bound = "SELECT r.number FROM card JOIN reader r ON r.subject = reader WHERE since > ''"
            book.bound.update(number for (number,) in raw.execute(bound))
            drafts = raw.execute("SELECT staff, count(*) FROM draft GROUP BY staff")
            book.drafts.update({staff[who]: count for who, count in drafts})
            said = f"SELECT kind, data FROM fact WHERE kind IN {DUTY} ORDER BY n"
            for kind, data in raw.execute(said):
                who = staff.get(json.loads(data).get("staff", ""), "")
                book.duty.append((kind.removeprefix("shift."), who))
    finally:
        desk.close()
    return book


def _matters(raw: sqlite3.Connection, staff: dict[str, str]) -> Iterator[Matter]:
    for line in raw.execute(
        "SELECT printf('%04d', request.number), question, reader.number, kind, department, "
        "channel, first_responder, responsible, urgent, outcome, offer_to, back, answer, "
        "request.subject IN (SELECT request FROM incomplete WHERE done_at IS NULL) "
        "FROM request LEFT JOIN reader ON reader.subject = patron"
    ):
        number, words, reader, kind, department, channel, first, responsible, *rest = line
        urgent, outcome, offered, back, answer, hurried = rest
        yield Matter(
            number,
            words,
            reader,
            kind,
            department,
            channel,
            staff[first],
            staff[responsible],
            bool(urgent),
            outcome,
            staff[offered] if offered else None,
            back,
            answer,
            bool(hurried),
        )


def differences(book: Book, found: Book) -> list[str]:
    """How what was found differs from the book."""
    told = []
    for number in sorted(found.matters.keys() | book.matters.keys()):
        mine, theirs = book.matters.get(number), found.matters.get(number)
        if mine is None or theirs is None:
            told.append(f"{number}: expected {mine}, found {theirs}")
            continue
        there = asdict(theirs)
        told += [
            f"{number} {name}: expected {value!r}, found {there[name]!r}"
            for name, value in asdict(mine).items()
            if there[name] != value
        ]
    for name in ("tallies", "bound", "drafts", "duty"):
        expected, there_is = getattr(book, name), getattr(found, name)
        if isinstance(expected, Counter):
            expected, there_is = +expected, +there_is
        if expected != there_is:
            told.append(f"{name}: expected {expected}, found {there_is}")
    return told


def examine(book: Book, store: Path) -> None:
    """The store against the book; the doctor finds nothing; folded anew the tables are the same."""
    told = differences(book, read(store))
    assert not told, "\n".join(told)
    tables = _tables(store)
    for more in ([], ["--rebuild"]):
        argv = [sys.executable, "-m", "deskapp", "doctor", "--data", str(store), *more]
        done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    assert _tables(store) == tables, "folded anew the tables are others"


def _tables(store: Path) -> object:
    desk = open_desk(store)
    try:
        return stored(desk)
    finally:
        desk.close()
