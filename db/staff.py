"""Staff: who may act, under which badge, in which departments and posts, with which PIN."""

import json
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, bindparam
from sqlmodel import Field, SQLModel, col, select

from db.facts import Book, Fact, Rows, Stub, canonical, put
from db.queries import every, one
from db.readers import capitals
from db.store import driver


class Staff(SQLModel, table=True):
    """One member of staff. Departments, posts and committees are JSON lists of profile codes."""

    subject: str = Field(primary_key=True)
    badge: str = Field(index=True)
    name: str
    role: str
    departments: str
    posts: str
    committees: str
    active: int
    pin: str | None = None
    """argon2id over a keyed digest of the PIN; None until one is set"""


class PinTrial(SQLModel, table=True):
    """Wrong PINs in a row at this desk; kept here and in no ledger, so that a restart forgets
    none.
    """

    __tablename__ = "pin_trial"
    staff: str = Field(primary_key=True)
    failures: int
    until: str
    """no further try before this moment"""


EARLY = 100_000
"""positions of a centre's order, in which a library has entered its staff"""
LISTS = ("departments", "posts", "committees")


def _clashes(one: Stub, other: Stub) -> bool:
    """Two changes made apart are for a person to look at; a PIN simply is the later one. Whoever
    changed an entry had it, whatever a centre that was set back says of that.
    """
    return {one.kind, other.kind} <= {"staff.changed", "staff.left"}


STAFF = Book("staff", (Staff,), clashes=_clashes)


def _values(said: dict[str, Any]) -> dict[str, Any]:
    lists = {name: canonical(list(said[name])) for name in LISTS if name in said}
    badge = {"badge": capitals(said["badge"])} if "badge" in said else {}
    return {**said, **lists, **badge}


@STAFF.fold("staff.entered")
def _entered(rows: Rows, fact: Fact) -> Rows:
    """`{badge, name, role, departments, posts, committees}`"""
    return put(rows, "staff", active=1, **_values(fact.says()))


@STAFF.fold("staff.changed")
def _changed(rows: Rows, fact: Fact) -> Rows:
    """Any of what `staff.entered` says."""
    return put(rows, "staff", **_values(fact.says()))


@STAFF.fold("staff.left")
def _left(rows: Rows, fact: Fact) -> Rows:
    return put(rows, "staff", active=0, pin=None)


@STAFF.fold("staff.pin_set")
def _pin_set(rows: Rows, fact: Fact) -> Rows:
    return put(rows, "staff", pin=fact.confides().get("hash"))


_BY_SUBJECT = select(Staff).where(Staff.subject == bindparam("subject"))
_BY_BADGE = (
    select(Staff)
    .where(Staff.badge == bindparam("badge"), Staff.active == 1)
    .order_by(col(Staff.subject))
)
_ALL = select(Staff)
_ACTIVE = select(Staff).where(Staff.active == 1).order_by(col(Staff.badge))


def by_subject(connection: Connection, subject: str) -> Staff | None:
    return one(connection, _BY_SUBJECT, subject=subject)


def holders(connection: Connection, post: str) -> set[str]:
    """Who holds a post now."""
    return {each.subject for each in everybody(connection) if post in json.loads(each.posts)}


def by_badge(connection: Connection, badge: str) -> Staff | None:
    """The active member of staff with this badge, its letters in any case; the oldest entry if a
    clash made two.
    """
    return one(connection, _BY_BADGE, badge=capitals(badge))


def everybody(connection: Connection) -> list[Staff]:
    """All active staff, by badge."""
    return every(connection, _ACTIVE)


def departed(connection: Connection) -> list[str]:
    """The ids of those who are no more on the list."""
    lines = driver(connection).execute("SELECT subject FROM staff WHERE active = 0")
    return [str(subject) for (subject,) in lines]


def all_ever(connection: Connection) -> list[Staff]:
    """Everybody who was ever on the list: old records go on naming them."""
    return every(connection, _ALL)


def role_of(connection: Connection, subject: str) -> str | None:
    """What somebody may do now; None if they are not, or no more, on the list."""
    row = driver(connection).execute(
        "SELECT role FROM staff WHERE subject = ? AND active = 1", (subject,)
    )
    found = row.fetchone()
    return str(found[0]) if found else None


_TRIAL = select(PinTrial).where(PinTrial.staff == bindparam("staff"))


def trial(connection: Connection, staff: str) -> PinTrial | None:
    """The wrong PINs in a row, if there are any."""
    return one(connection, _TRIAL, staff=staff)


def note_trial(connection: Connection, staff: str, failures: int, until: str) -> None:
    """Remember a wrong PIN, or with 0 failures forget them."""
    raw = driver(connection)
    if failures:
        raw.execute("INSERT OR REPLACE INTO pin_trial VALUES (?, ?, ?)", (staff, failures, until))
    else:
        raw.execute("DELETE FROM pin_trial WHERE staff = ?", (staff,))


def departments_in(said: Iterable[str]) -> set[str]:
    """The departments that facts of the staff speak of, by their `data`, which may be anything."""
    found: set[str] = set()
    for data in said:
        with suppress(ValueError, TypeError, AttributeError):
            found.update(map(str, json.loads(data).get("departments", ())))
    return found
