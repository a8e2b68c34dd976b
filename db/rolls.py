"""Rolls (表彰名单): what is awarded, on what it rests, and what its paper says.

A subject is one roll, `roll:<id>`. Nothing here is about a person: who is on it says `db.awards`.
People call a roll by its desk and number: 2F-A3.
"""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Index
from sqlmodel import Field, SQLModel, select

from db.facts import Book, Draft, Fact, Rows, Stub, canonical, pairs, put
from db.queries import one


class Roll(SQLModel, table=True):
    """One roll. Moments are UTC stamps, days the library's; lists and the basis are JSON."""

    __table_args__ = (Index("roll_number", "desk", "number"), Index("roll_opened", "opened_at"))
    subject: str = Field(primary_key=True)
    desk: str
    number: int
    title: str
    """what is awarded, as the paper says it"""
    basis: str
    """`{of: results | attendance | hours | loans | presence | list, …}`"""
    template: str
    lang: str
    """zh_CN, en, or both"""
    issuers: str
    """a list of names, the library's first"""
    signatory: str
    """the title and name that sign it; may be empty"""
    day: str
    """the date on the paper"""
    words: str
    """the text, with `{title}` and such in it; empty: the template's own"""
    seal: str | None = None
    """the name of the one whose picture is printed; none: a blank for the stamp"""
    department: str
    opened_at: str
    opened_by: str | None = None
    closed_at: str | None = None
    asked_at: str | None = None
    """when the use of the seal was applied for last (用印申请单)"""
    asked_by: str | None = None
    asked_for: int | None = None
    """and for how many papers"""


FIELDS = (
    *("title", "basis", "template", "lang", "issuers", "signatory", "day", "words", "seal"),
    "department",
)
"""what may be changed"""
WRITTEN = ("basis", "issuers")

TABLE = """
opened     .
changed    .  f
closed     .  .  .
reopened   .  .  .  .
seal_asked .  .  .  .  .
undone     .  .  .  .  .  .
"""
"""Every pair of kinds, neither author knowing the other; the columns are the rows in their order.

.  they commute
f  the same field, and not the same said of it
"""
PAIRS = pairs(TABLE)


def _clash(one: Stub, other: Stub) -> bool:
    """Whether two facts, neither of which knew the other, need a person. LookupError of a kind that
    the table does not have.
    """
    if PAIRS[frozenset(each.kind.removeprefix("roll.") for each in (one, other))] == ".":
        return False
    first, second = json.loads(one.data), json.loads(other.data)
    return any(first[each] != second[each] for each in first.keys() & second.keys())


_TABLES: tuple[type[SQLModel], ...] = (Roll,)
ROLLS = Book("roll", _TABLES, clashes=_clash)


def draft(kind: str, subject: str, said: Mapping[str, Any] | None = None) -> Draft:
    return Draft(kind, subject, said or {})


def _written(said: Mapping[str, Any]) -> dict[str, Any]:
    known = {name: value for name, value in said.items() if name in FIELDS}
    return {name: canonical(v) if name in WRITTEN else v for name, v in known.items()}


@ROLLS.fold("roll.opened")
def _opened(rows: Rows, fact: Fact) -> Rows:
    """`{number, title, basis, …}` as `Roll` has them."""
    said = fact.says()
    made = {"desk": fact.desk, "opened_at": fact.at, "opened_by": fact.actor}
    return put(rows, "roll", **_written(said), **made, number=int(said["number"]))


@ROLLS.fold("roll.changed")
def _changed(rows: Rows, fact: Fact) -> Rows:
    """What is said of it now, by field of `FIELDS`."""
    return put(rows, "roll", **_written(fact.says())) if rows["roll",] else rows


@ROLLS.fold("roll.closed")
def _closed(rows: Rows, fact: Fact) -> Rows:
    """Nobody is put on it any more."""
    return put(rows, "roll", closed_at=rows["roll",]["closed_at"] or fact.at)


@ROLLS.fold("roll.reopened")
def _reopened(rows: Rows, fact: Fact) -> Rows:
    return put(rows, "roll", closed_at=None) if rows["roll",] else rows


@ROLLS.fold("roll.seal_asked")
def _seal_asked(rows: Rows, fact: Fact) -> Rows:
    """`{count, serials: [first, last]}`: the application was printed."""
    asked = {"asked_at": fact.at, "asked_by": fact.actor, "asked_for": int(fact.says()["count"])}
    return put(rows, "roll", **asked) if rows["roll",] else rows


@ROLLS.fold("roll.undone")
def _undone(rows: Rows, fact: Fact) -> Rows:
    """`{undoes, by}`: the ledger folds as if that had never been."""
    return rows


def roll(connection: Connection, subject: str) -> Roll | None:
    return one(connection, select(Roll).where(Roll.subject == subject))
