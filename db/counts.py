"""Daily counts: a number a day of what a desk only counts. A later number replaces the earlier one;
the ledger keeps both.
"""

import json

from sqlalchemy import Connection, Index
from sqlmodel import Field, SQLModel, col, select

from db.facts import Book, Draft, Fact, Rows, Stub, put
from db.queries import every


class DayCount(SQLModel, table=True):
    """One number of one desk and day. `what` is a code of the profile, `day` as `2026-11-22`."""

    __tablename__ = "day_count"
    __table_args__ = (Index("count_day", "day", "what"),)
    subject: str = Field(primary_key=True)
    desk: str
    day: str
    what: str
    number: int
    entered_by: str | None = None
    entered_at: str


def _clashes(one: Stub, other: Stub) -> bool:
    """A desk and its copy counted differently."""
    first, second = json.loads(one.data), json.loads(other.data)
    return bool(first["number"] != second["number"])


_TABLES: tuple[type[SQLModel], ...] = (DayCount,)
COUNTS = Book("count", _TABLES, clashes=_clashes)


def draft(desk: str, day: str, what: str, number: int) -> Draft:
    said = {"desk": desk, "day": day, "what": what, "number": number}
    return Draft("count.entered", f"count:{desk}-{day}-{what}", said)


@COUNTS.fold("count.entered")
def _entered(rows: Rows, fact: Fact) -> Rows:
    """`{desk, day, what, number}`."""
    return put(rows, "day_count", **fact.says(), entered_by=fact.actor, entered_at=fact.at)


def of_days(connection: Connection, first: str, last: str) -> list[DayCount]:
    """Every number from one day to another, both in it, by day, what and desk."""
    statement = select(DayCount).where(DayCount.day >= first, DayCount.day <= last)
    return every(
        connection, statement.order_by(col(DayCount.day), col(DayCount.what), col(DayCount.desk))
    )


def of_what(connection: Connection, day: str, what: str) -> list[DayCount]:
    """What each desk counted of one thing on a day."""
    return every(connection, select(DayCount).where(DayCount.day == day, DayCount.what == what))
