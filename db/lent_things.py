"""Things lent at the desk (便民物品): who has what, until when."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Index
from sqlmodel import Field, SQLModel, col, select

from db.facts import Book, Draft, Fact, Row, Rows, drafted, put
from db.queries import every, one
from db.rows import chunks, marks
from db.store import driver

OUT, BACK, MISSING = "out", "back", "missing"


class LentThing(SQLModel, table=True):
    """One thing lent to one person. Moments are UTC stamps."""

    __tablename__ = "lent_thing"
    __table_args__ = (
        Index("lent_status", "status", "due_at"),
        Index("lent_stock", "desk", "thing", "status"),
        Index("lent_patron", "patron", "status"),
        Index("lent_at", "lent_at"),
    )
    subject: str = Field(primary_key=True)
    desk: str
    thing: str
    """a code of the profile"""
    item: str | None = None
    """which of them, where they are numbered"""
    patron: str | None = None
    name: str | None = None
    """of whoever is no reader"""
    lent_at: str
    due_at: str
    status: str
    ended_at: str | None = None
    ended_by: str | None = None


_TABLES: tuple[type[SQLModel], ...] = (LentThing,)
LENT = Book("lent", _TABLES, closed=lambda rows: rows["lent_thing",]["status"] != OUT)


def draft(
    kind: str,
    subject: str,
    said: Mapping[str, Any] | None = None,
    private: Mapping[str, Any] | None = None,
) -> Draft:
    """A lent thing's fact; the name of whoever is no reader is the subject's own."""
    return drafted(kind, subject, said, private, person=subject)


def _row(rows: Rows) -> Row:
    return rows["lent_thing",]


@LENT.fold("lent.lent")
def _lent(rows: Rows, fact: Fact) -> Rows:
    """`{thing, item, patron, lent_at, due_at}`; private: name. Imported twice, it is one."""
    if ("lent_thing",) in rows:
        return rows
    told = {"name": None} | fact.says() | fact.confides()
    return put(rows, "lent_thing", **told, desk=fact.desk, status=OUT, ended_at=None, ended_by=None)


def _ended(rows: Rows, fact: Fact, status: str) -> Rows:
    at = fact.says().get("ended_at") or fact.at
    return put(rows, "lent_thing", status=status, ended_at=at, ended_by=fact.actor)


@LENT.fold("lent.returned")
def _returned(rows: Rows, fact: Fact) -> Rows:
    """By an import `{ended_at}`. What was given up and comes back has come back."""
    return rows if _row(rows)["status"] == BACK else _ended(rows, fact, BACK)


@LENT.fold("lent.missing")
def _missing(rows: Rows, fact: Fact) -> Rows:
    """Nobody expects it back any more."""
    return rows if _row(rows)["status"] != OUT else _ended(rows, fact, MISSING)


# queries


def by_subject(connection: Connection, subject: str) -> LentThing | None:
    return one(connection, select(LentThing).where(LentThing.subject == subject))


def count_late(connection: Connection, now: str) -> int:
    """Things that should have come back."""
    sql = f"SELECT count(*) FROM lent_thing WHERE status = '{OUT}' AND due_at < ?"
    return int(driver(connection).execute(sql, (now,)).fetchone()[0])


def out(connection: Connection, limit: int) -> list[LentThing]:
    """Everything that is out, what is due first, first."""
    order = (col(LentThing.due_at), col(LentThing.subject))
    statement = select(LentThing).where(LentThing.status == OUT)
    return every(connection, statement.order_by(*order).limit(limit))


def of_person(connection: Connection, person: Sequence[str]) -> list[LentThing]:
    """What a reader has, under each of their numbers, what is due first, first."""
    statement = select(LentThing).where(col(LentThing.patron).in_(person), LentThing.status == OUT)
    return every(connection, statement.order_by(col(LentThing.due_at), col(LentThing.subject)))


def count_out(connection: Connection, desk: str) -> dict[str, int]:
    """How many of each thing a desk has out."""
    sql = f"SELECT thing, count(*) FROM lent_thing WHERE desk = ? AND status = '{OUT}' GROUP BY 1"
    return dict(driver(connection).execute(sql, (desk,)).fetchall())


def between(connection: Connection, since: str, until: str) -> list[LentThing]:
    """Lent from one moment to another, oldest first."""
    statement = select(LentThing).where(LentThing.lent_at >= since, LentThing.lent_at < until)
    return every(connection, statement.order_by(col(LentThing.lent_at), col(LentThing.subject)))


def known(connection: Connection, subjects: Sequence[str]) -> set[str]:
    """Which of these are on record."""
    found: set[str] = set()
    for chunk in chunks(subjects):
        sql = f"SELECT subject FROM lent_thing WHERE subject IN {marks(len(chunk))}"
        found.update(subject for (subject,) in driver(connection).execute(sql, chunk))
    return found
