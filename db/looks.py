"""Looks at readers' pages: who saw whose, and when. What was seen is not kept."""

from collections.abc import Sequence

from sqlalchemy import Connection, Index
from sqlmodel import Field, SQLModel, col, select

from db.facts import Book, Draft, Fact, Rows, put
from db.queries import every


class Look(SQLModel, table=True):
    """One look at one reader's page."""

    __table_args__ = (Index("look_patron", "patron", "at"),)
    subject: str = Field(primary_key=True)
    patron: str
    what: str
    """page; or telephone, which the page masks"""
    by: str
    at: str
    desk: str


_TABLES: tuple[type[SQLModel], ...] = (Look,)
LOOKS = Book("look", _TABLES)


def draft(subject: str, patron: str, what: str) -> Draft:
    return Draft("reader.looked_at", subject, {"patron": patron, "what": what})


@LOOKS.fold("reader.looked_at")
def _looked_at(rows: Rows, fact: Fact) -> Rows:
    """`{patron, what}`. The actor looked; each look is a subject of its own."""
    return put(rows, "look", **fact.says(), by=fact.actor or "", at=fact.at, desk=fact.desk)


def last(connection: Connection, person: Sequence[str], limit: int) -> list[Look]:
    """The last looks at a reader's page, under each of their numbers, newest first."""
    newest = (col(Look.at).desc(), col(Look.subject).desc())
    statement = select(Look).where(col(Look.patron).in_(person))
    return every(connection, statement.order_by(*newest).limit(limit))
