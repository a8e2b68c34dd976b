"""Entries to be completed (稍后补全): two words while twenty people wait, the rest afterwards."""

from sqlalchemy import Connection, Index, text
from sqlmodel import Field, SQLModel

from db.facts import Book, Draft, Fact, Rows, put
from db.requests import COUNTS
from db.store import driver


class Incomplete(SQLModel, table=True):
    """A request that was logged in a hurry."""

    __table_args__ = (Index("incomplete_open", "by", sqlite_where=text("done_at IS NULL")),)
    subject: str = Field(primary_key=True)
    request: str = Field(index=True)
    by: str
    noted_at: str
    done_at: str | None = None


_TABLES: tuple[type[SQLModel], ...] = (Incomplete,)
INCOMPLETE = Book("incomplete", _TABLES)


def subject_of(request: str) -> str:
    return f"incomplete:{request.partition(':')[2]}"


def noted(request: str, by: str) -> Draft:
    """The fact that says so, beside the one that logs the request."""
    return Draft("incomplete.noted", subject_of(request), {"request": request, "by": by})


@INCOMPLETE.fold("incomplete.noted")
def _noted(rows: Rows, fact: Fact) -> Rows:
    """`{request, by}`"""
    return put(rows, "incomplete", noted_at=fact.at, **fact.says())


@INCOMPLETE.fold("incomplete.completed")
def _completed(rows: Rows, fact: Fact) -> Rows:
    """`{by}`. Twice, or by two who did not know of each other: the first counts."""
    if rows["incomplete",]["done_at"] is not None:
        return rows
    return put(rows, "incomplete", done_at=fact.at)


def open_of(connection: Connection, staff: str) -> list[str]:
    """The requests that somebody is to complete, the oldest first: those they noted, and those that
    others noted for them. What was withdrawn needs nothing.
    """
    found = driver(connection).execute(
        "SELECT request FROM incomplete JOIN request ON request.subject = incomplete.request "
        "WHERE done_at IS NULL AND (by = ?1 OR responsible = ?1) "
        f"AND {COUNTS} ORDER BY noted_at, request",
        (staff,),
    )
    return [str(request) for (request,) in found]


def is_open(connection: Connection, request: str) -> bool:
    found = driver(connection).execute(
        "SELECT 1 FROM incomplete WHERE subject = ? AND done_at IS NULL", (subject_of(request),)
    )
    return found.fetchone() is not None
