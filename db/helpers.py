"""Volunteers (志愿者) at events: their shifts, when they came and went by their cards, their leave.

A subject is one reader at one event, `helper:<event>:<reader>`: whatever is said of their shifts
there is said of the same thing. Of several scans the first in and the last out count, by the
clock corrected as of admissions. What the hours come to is reckoned from the rows.
"""

import json
from collections.abc import Sequence

from sqlalchemy import Connection, Index
from sqlmodel import Field, SQLModel, col, select

from db.facts import Book, Fact, Row, Rows, Stub, always, drafted, pairs, put
from db.queries import every
from db.rows import chunks
from db.signups import corrected


class Stint(SQLModel, table=True):
    """One shift of one volunteer. Moments are UTC stamps."""

    __table_args__ = (
        Index("stint_event", "event", "begins"),
        Index("stint_patron", "patron", "begins"),
        Index("stint_begins", "begins"),
    )
    subject: str = Field(primary_key=True)
    id: str = Field(primary_key=True, sa_column_kwargs={"info": {"key": True}})
    event: str
    patron: str
    role: str
    """what they do there, in words"""
    place: str
    begins: str
    until: str
    grace: int
    """minutes that they may come late or leave early"""
    planned_at: str
    planned_by: str | None = None
    dropped_at: str | None = None
    in_at: str | None = None
    """by card"""
    left_at: str | None = None
    """by card"""
    out_at: str | None = None
    """as a librarian completed it, who has no card's"""
    out_by: str | None = None
    out_why: str | None = None
    leave_at: str | None = None
    """when leave was asked"""
    leave_in_time: bool | None = None
    """whether that was as long before as the library wants"""
    leave_why: str | None = None
    excused_at: str | None = None
    """a person said that they were not absent all the same"""
    excused_by: str | None = None
    excused_why: str | None = None


TABLE = """
planned      o
changed      o  f
dropped      .  d  .
came         .  .  d  .
left         .  .  .  .  .
completed    .  .  d  .  .  f
leave_asked  .  .  .  .  .  .  .
excused      .  .  .  .  .  .  .  .
undone       .  .  .  .  .  .  .  .  .
"""
"""Every pair of kinds, neither author knowing the other; the columns are the rows in their order.

.  they commute
d  of one shift: it was dropped, and it was changed or done
f  of one shift: not the same said of it
o  the volunteer is to be in two places at one time; of one shift as f
"""
PAIRS = pairs(TABLE)


def _clash(one: Stub, other: Stub) -> bool:
    """Whether two facts, neither of which knew the other, need a person. LookupError of a kind that
    the table does not have.
    """
    how = PAIRS[frozenset(each.kind.removeprefix("helper.") for each in (one, other))]
    if how == ".":
        return False
    first, second = json.loads(one.data), json.loads(other.data)
    same = first.get("stint", one.id) == second.get("stint", other.id)
    if how == "o" and not same:
        return bool(first["begins"] < second["until"] and second["begins"] < first["until"])
    return same and (how == "d" or bool(first != second))


draft = drafted
_TABLES: tuple[type[SQLModel], ...] = (Stint,)
HELPERS = Book("helper", _TABLES, clashes=_clash, closed=always, clocked=True)


def subject_of(event: str, reader: str) -> str:
    """One volunteer at an event (`event:<id>`, `reader:<hash>`)."""
    return f"helper:{event.partition(':')[2]}:{reader.partition(':')[2]}"


# folds


def _stint(rows: Rows, fact: Fact) -> tuple[str, Row]:
    """LookupError (and so a fault) while the shift has not arrived."""
    id = str(fact.says()["stint"])
    return id, rows["stint", id]


SAID = ("role", "place", "begins", "until")


@HELPERS.fold("helper.planned")
def _planned(rows: Rows, fact: Fact) -> Rows:
    """`{role, place, begins, until, grace}`; the shift goes by the fact's id."""
    said = fact.says()
    _, event, reader = fact.subject.split(":")
    row = {name: said[name] for name in SAID} | {"grace": int(said["grace"])}
    who = {"event": f"event:{event}", "patron": f"reader:{reader}"}
    return put(rows, "stint", fact.id, **row, **who, planned_at=fact.at, planned_by=fact.actor)


@HELPERS.fold("helper.changed")
def _changed(rows: Rows, fact: Fact) -> Rows:
    """`{stint, role, place, begins, until}`."""
    id, _ = _stint(rows, fact)
    said = fact.says()
    return put(rows, "stint", id, **{name: said[name] for name in SAID})


@HELPERS.fold("helper.dropped")
def _dropped(rows: Rows, fact: Fact) -> Rows:
    """`{stint}`: they need not come."""
    id, row = _stint(rows, fact)
    return put(rows, "stint", id, dropped_at=row["dropped_at"] or fact.at)


@HELPERS.fold("helper.came")
def _came(rows: Rows, fact: Fact) -> Rows:
    """`{stint}`; the time is the fact's own."""
    id, row = _stint(rows, fact)
    at = corrected(fact)
    return put(rows, "stint", id, in_at=min(row["in_at"] or at, at))


@HELPERS.fold("helper.left")
def _left(rows: Rows, fact: Fact) -> Rows:
    """`{stint}`; the time is the fact's own."""
    id, row = _stint(rows, fact)
    return put(rows, "stint", id, left_at=max(row["left_at"] or "", corrected(fact)))


@HELPERS.fold("helper.completed")
def _completed(rows: Rows, fact: Fact) -> Rows:
    """`{stint, out}`: they forgot to sign out, and left then; private: why."""
    id, _ = _stint(rows, fact)
    why = fact.confides().get("why")
    out = str(fact.says()["out"])
    return put(rows, "stint", id, out_at=out, out_by=fact.actor, out_why=why)


@HELPERS.fold("helper.leave_asked")
def _leave_asked(rows: Rows, fact: Fact) -> Rows:
    """`{stint, in_time}`; private: why. The first time it was asked stands."""
    id, row = _stint(rows, fact)
    if row["leave_at"] is not None:
        return rows
    said = {"leave_at": fact.at, "leave_in_time": bool(fact.says()["in_time"])}
    return put(rows, "stint", id, **said, leave_why=fact.confides().get("why"))


@HELPERS.fold("helper.excused")
def _excused(rows: Rows, fact: Fact) -> Rows:
    """`{stint}`; private: why."""
    id, _ = _stint(rows, fact)
    why = fact.confides().get("why")
    return put(rows, "stint", id, excused_at=fact.at, excused_by=fact.actor, excused_why=why)


# queries

_STANDS = col(Stint.dropped_at).is_(None)
_ORDER = (col(Stint.begins), col(Stint.id))


def stint(connection: Connection, id: str) -> Stint | None:
    found = every(connection, select(Stint).where(Stint.id == id))
    return found[0] if found else None


def of_event(connection: Connection, event: str) -> list[Stint]:
    """The shifts of an event, the first first."""
    return every(connection, select(Stint).where(Stint.event == event, _STANDS).order_by(*_ORDER))


def of_readers(connection: Connection, patrons: Sequence[str]) -> list[Stint]:
    """The shifts of readers at whatever events, the first first."""
    found: list[Stint] = []
    for some in chunks(patrons):
        found += every(connection, select(Stint).where(col(Stint.patron).in_(some), _STANDS))
    return sorted(found, key=lambda each: (each.begins, each.id))


def between(connection: Connection, since: str, until: str) -> list[Stint]:
    """The shifts that begin in a time, the first first."""
    when = (Stint.begins >= since, Stint.begins < until)
    return every(connection, select(Stint).where(*when, _STANDS).order_by(*_ORDER))
