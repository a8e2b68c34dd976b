"""Lost and found (失物招领): what was found, where it is kept, and who came for it."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Index
from sqlmodel import Field, SQLModel, col, or_, select

from db.facts import Book, Fact, Row, Rows, Stub, drafted, put
from db.queries import every, one
from db.rows import chunks, marks
from db.store import driver

KEPT, COLLECTED, PASSED_ON, DISPOSED = "kept", "collected", "passed_on", "disposed"
WITHDRAWN = "withdrawn"
"""logged by mistake"""
ENDINGS = ("found.collected", "found.passed_on", "found.disposed", "found.withdrawn")


class FoundThing(SQLModel, table=True):
    """One thing that somebody found. Moments are UTC stamps, `until` is a day."""

    __tablename__ = "found_thing"
    __table_args__ = (
        Index("found_status", "status", "until"),
        Index("found_number", "desk", "year", "number"),
        Index("found_patron", "patron"),
    )
    serial: int | None = Field(default=None, primary_key=True)
    subject: str = Field(unique=True)
    desk: str
    year: int
    number: int
    """with desk and year: what people call it"""
    found_at: str
    logged_at: str
    what: str | None = None
    place: str | None = None
    finder: str | None = None
    kept: str | None = None
    """where it lies"""
    patron: str | None = None
    """its owner, where a card says who that is"""
    until: str
    """the last day on which it is kept here"""
    status: str
    told_at: str | None = None
    ended_at: str | None = None
    ended_by: str | None = None
    taker: str | None = None
    taker_patron: str | None = None
    checked: str | None = None
    """how it was seen that it is the taker's: card, name, lead"""
    passed_to: str | None = None


def _clashes(one: Stub, other: Stub) -> bool:
    """Two desks gave the same thing away, or one did what the other took back."""
    kinds = {one.kind, other.kind}
    if not kinds & {*ENDINGS} or not kinds <= {*ENDINGS, "found.put_back"}:
        return False
    if len(kinds) > 1:
        return True
    first, second = json.loads(one.data), json.loads(other.data)
    who = first.get("patron")
    return first != second or ("checked" in first and who is None)


_TABLES: tuple[type[SQLModel], ...] = (FoundThing,)
FOUND = Book(
    "found",
    _TABLES,
    clashes=_clashes,
    closed=lambda rows: rows["found_thing",]["status"] != KEPT,
)

NO_ENDING = dict.fromkeys(("ended_at", "ended_by", "taker", "taker_patron", "checked", "passed_to"))


draft = drafted


def _row(rows: Rows) -> Row:
    return rows["found_thing",]


@FOUND.fold("found.logged")
def _logged(rows: Rows, fact: Fact) -> Rows:
    """`{year, number, found_at, place, kept, patron, until}`; private: what, finder. Two desks that
    import the same register log the same thing: the first stands.
    """
    if ("found_thing",) in rows:
        return rows
    told = {"what": None, "finder": None} | fact.says() | fact.confides()
    return put(
        rows,
        "found_thing",
        **NO_ENDING,
        **told,
        desk=fact.desk,
        logged_at=fact.at,
        status=KEPT,
        told_at=None,
    )


@FOUND.fold("found.told")
def _told(rows: Rows, fact: Fact) -> Rows:
    """The owner was told."""
    return put(rows, "found_thing", told_at=_row(rows)["told_at"] or fact.at)


def _ended(rows: Rows, fact: Fact, status: str, **more: Any) -> Rows:
    """The first ending stands."""
    if _row(rows)["status"] != KEPT:
        return rows
    at = fact.says().get("ended_at") or fact.at
    return put(rows, "found_thing", status=status, ended_at=at, ended_by=fact.actor, **more)


@FOUND.fold("found.collected")
def _collected(rows: Rows, fact: Fact) -> Rows:
    """`{patron, checked}`, by an import `{ended_at}` too; private: taker."""
    said = fact.says()
    return _ended(
        rows,
        fact,
        COLLECTED,
        taker=fact.confides().get("taker"),
        taker_patron=said["patron"],
        checked=said["checked"],
    )


@FOUND.fold("found.passed_on")
def _passed_on(rows: Rows, fact: Fact) -> Rows:
    """`{to}`, by an import `{ended_at}` too."""
    return _ended(rows, fact, PASSED_ON, passed_to=fact.says()["to"])


@FOUND.fold("found.disposed")
def _disposed(rows: Rows, fact: Fact) -> Rows:
    """Nobody came for it, and nobody takes it."""
    return _ended(rows, fact, DISPOSED)


@FOUND.fold("found.withdrawn")
def _withdrawn(rows: Rows, fact: Fact) -> Rows:
    """`{undoes, by}`. It was logged by mistake: nothing was found."""
    return _ended(rows, fact, WITHDRAWN)


@FOUND.fold("found.put_back")
def _put_back(rows: Rows, fact: Fact) -> Rows:
    """The ending was entered by mistake: it is still here."""
    if _row(rows)["status"] == KEPT:
        return rows
    return put(rows, "found_thing", **NO_ENDING, status=KEPT)


# queries

_NEWEST = (col(FoundThing.found_at).desc(), col(FoundThing.serial).desc())


def by_subject(connection: Connection, subject: str) -> FoundThing | None:
    return one(connection, select(FoundThing).where(FoundThing.subject == subject))


def kept(connection: Connection, limit: int) -> list[FoundThing]:
    """What is here, newest first."""
    statement = select(FoundThing).where(FoundThing.status == KEPT)
    return every(connection, statement.order_by(*_NEWEST).limit(limit))


def due(connection: Connection, day: str, limit: int) -> list[FoundThing]:
    """What is here and has been kept long enough before a day, oldest first."""
    statement = select(FoundThing).where(FoundThing.status == KEPT, FoundThing.until < day)
    order = (col(FoundThing.until), col(FoundThing.serial))
    return every(connection, statement.order_by(*order).limit(limit))


def count_due(connection: Connection, day: str) -> int:
    raw = driver(connection)
    sql = f"SELECT count(*) FROM found_thing WHERE status = '{KEPT}' AND until < ?"
    return int(raw.execute(sql, (day,)).fetchone()[0])


def of_person(connection: Connection, person: Sequence[str]) -> list[FoundThing]:
    """A reader's things, under each of their numbers, newest first."""
    statement = select(FoundThing).where(col(FoundThing.patron).in_(person))
    return every(connection, statement.order_by(*_NEWEST))


def search(connection: Connection, words: str, limit: int) -> list[FoundThing]:
    """All whose number it is, or whose words contain it, newest first: a register is short."""
    sought = words.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    names = (FoundThing.what, FoundThing.place, FoundThing.kept)
    fits: list[ColumnElement[bool]] = [col(name).like(f"%{sought}%", escape="\\") for name in names]
    if words.isascii() and words.isdecimal() and len(words) <= 6:
        fits.append(col(FoundThing.number) == int(words))
    statement = select(FoundThing).where(or_(*fits))
    return every(connection, statement.order_by(*_NEWEST).limit(limit))


def between(connection: Connection, since: str, until: str) -> list[FoundThing]:
    """Found from one moment to another, oldest first; not what was logged by mistake."""
    statement = select(FoundThing).where(
        FoundThing.found_at >= since, FoundThing.found_at < until, FoundThing.status != WITHDRAWN
    )
    return every(connection, statement.order_by(col(FoundThing.found_at), col(FoundThing.serial)))


def numbered(
    connection: Connection, desk: str, year: int, number: int
) -> list[tuple[str, str, str | None]]:
    """The things of a number, when they were found and what they are."""
    where = "desk = ? AND year = ? AND number = ?"
    sql = f"SELECT subject, found_at, what FROM found_thing WHERE {where}"
    return driver(connection).execute(sql, (desk, year, number)).fetchall()


def known(connection: Connection, subjects: Sequence[str]) -> set[str]:
    """Which of these are on record."""
    found: set[str] = set()
    for chunk in chunks(subjects):
        sql = f"SELECT subject FROM found_thing WHERE subject IN {marks(len(chunk))}"
        found.update(subject for (subject,) in driver(connection).execute(sql, chunk))
    return found
