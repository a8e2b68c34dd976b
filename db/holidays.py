"""The library's school calendar: holidays, make-up workdays, closed days, vacations and seasons
that its notices give, the same at every desk.
"""

from datetime import date

from sqlalchemy import Connection, Index
from sqlmodel import Field, SQLModel, col, select

from db.facts import Book, Draft, Fact, Rows, Stub, put, without
from db.queries import every
from db.store import Store


class Holiday(SQLModel, table=True):
    """A date that is not like others of its weekday, or a vacation. Dates as `2026-11-22`."""

    __tablename__ = "holiday"
    __table_args__ = (Index("holiday_first", "first"),)
    subject: str = Field(primary_key=True)
    what: str
    """rest, work, closed, or a code of the profile's vacations or seasons"""
    first: str
    last: str
    name: str | None = None
    hours: str | None = None
    """of a vacation, if not the profile's: as a profile writes them, or `closed`"""
    entered_by: str | None = None
    entered_at: str


def _clashes(one: Stub, other: Stub) -> bool:
    """Two desks were told differently of the same days."""
    return (one.kind, one.data) != (other.kind, other.data)


_TABLES: tuple[type[SQLModel], ...] = (Holiday,)
HOLIDAYS = Book("holiday", _TABLES, clashes=_clashes)


def day_subject(day: str) -> str:
    """What is said of one date."""
    return f"holiday:{day}"


def vacation_subject(code: str, year: int) -> str:
    """What is said of the vacation that ends in a year: its dates may move, it stays the same."""
    return f"holiday:{code}-{year}"


def season_subject(code: str, last: date) -> str:
    """What is said of the season that ends in a month: a year has several exam weeks."""
    return f"holiday:{code}-{last:%Y-%m}"


def said(
    subject: str, what: str, first: str, last: str, name: str | None, hours: str | None
) -> Draft:
    content = {"what": what, "first": first, "last": last, "name": name, "hours": hours}
    return Draft("holiday.entered", subject, content)


def withdrawn(subject: str) -> Draft:
    return Draft("holiday.withdrawn", subject)


@HOLIDAYS.fold("holiday.entered")
def _entered(rows: Rows, fact: Fact) -> Rows:
    """`{what, first, last, name, hours}`. ValueError where its days are none."""
    content = fact.says()
    if date.fromisoformat(content["last"]) < date.fromisoformat(content["first"]):
        raise ValueError(content["last"])
    return put(rows, "holiday", **content, entered_by=fact.actor, entered_at=fact.at)


@HOLIDAYS.fold("holiday.withdrawn")
def _withdrawn(rows: Rows, fact: Fact) -> Rows:
    """Nothing is said of those days any more."""
    return without(rows, "holiday")


def everything(connection: Connection) -> list[Holiday]:
    """The whole table, by date."""
    return every(connection, select(Holiday).order_by(col(Holiday.first), col(Holiday.subject)))


def lines(store: Store) -> tuple[tuple[str, str, str, str | None, str | None], ...]:
    """The whole table, as it is asked for at every due time: what, first, last, name, hours."""
    sql = "SELECT what, first, last, name, hours FROM holiday ORDER BY first, subject"
    return tuple(store.glance(sql))
