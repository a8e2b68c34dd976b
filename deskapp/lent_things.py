"""Things lent at the desk (便民物品): lent by card, given back by card, and who has what.

Which things there are, how many a desk has and when they are due back says the library's profile.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from db import lent_things as stored
from db import readers as stored_readers
from db.clock import stamp
from db.ledger import Act
from db.lent_things import BACK, MISSING, OUT, LentThing
from deskapp import matter
from deskapp.cells import without_identity
from deskapp.desk import Desk, Refusal, Role
from deskapp.readers import masked

LENDING = Role.STUDENT_ASSISTANT
"""who may lend and take back"""
MOST = 500
"""loans that a list shows"""


@dataclass(frozen=True, slots=True)
class Stock:
    """How many of a thing are at this desk, of how many."""

    thing: str
    left: int
    count: int


@dataclass(frozen=True, slots=True)
class Loan:
    """A thing that somebody has. `who`: masked; the name alone of whoever is no reader."""

    id: str
    thing: str
    item: str
    who: str
    lent: datetime
    due: datetime
    overdue: bool
    status: str


@dataclass(frozen=True, slots=True)
class Lent:
    """A thing went out, came back (in time or not), or is given up."""

    id: str
    thing: str
    due: datetime
    late: bool


def stock(desk: Desk) -> list[Stock]:
    """The things of the profile, in its order."""
    with desk.reading() as connection:
        gone = stored.count_out(connection, desk.code)
    return [
        Stock(code, max(0, each.count - gone.get(code, 0)), each.count)
        for code, each in desk.profile.lent.items()
    ]


def lend(
    desk: Desk,
    thing: str,
    *,
    reader: str | None = None,
    name: str = "",
    item: str = "",
    again: bool = False,
) -> Lent:
    """Lend one to a reader, or to whoever gives a name; `again`: also to who has one already.

    Refuses RoleTooLow, CodeUnknown, BorrowerMissing, PatronUnknown, NoneLeft, HasOneAlready.
    """
    desk.require(LENDING)
    matter.known(thing, desk.profile.lent)
    name = name.strip()
    if reader is None and not name:
        raise Refusal("BorrowerMissing")
    now = desk.now()
    due = due_back(desk, thing, now)
    with desk.act() as act:
        if reader is not None:
            borrower = stored_readers.by_subject(act.connection, reader)
            if borrower is None or borrower.number is None:
                raise Refusal("PatronUnknown")
            person = stored_readers.one_person(act.connection, reader)
            theirs = stored.of_person(act.connection, person)
            has = sum(each.thing == thing for each in theirs)
            if has >= desk.profile.lent[thing].each and not again:
                raise Refusal("HasOneAlready", count=has)
        count = desk.profile.lent[thing].count
        if stored.count_out(act.connection, desk.code).get(thing, 0) >= count:
            raise Refusal("NoneLeft", count=count)
        subject = act.new_subject("lent")
        said = {
            "thing": thing,
            "item": item.strip() or None,
            "patron": reader,
            "lent_at": stamp(now),
            "due_at": stamp(due),
        }
        private = {"name": str(without_identity(name))} if reader is None else None
        act.record_all([stored.draft("lent.lent", subject, said, private)])
    return Lent(subject, thing, due, late=False)


def due_back(desk: Desk, thing: str, lent: datetime) -> datetime:
    """When a thing lent then is due back: by its rule, in the opening hours."""
    rule = desk.profile.due[desk.profile.lent[thing].due]
    return desk.calendars[desk.profile.opening].due(lent, rule)


def give_back(desk: Desk, id: str) -> Lent:
    """Take a thing back. Refuses RoleTooLow, LoanUnknown, LoanOver."""
    return _end(desk, id, LENDING, "lent.returned", {OUT, MISSING})


def give_up(desk: Desk, id: str) -> Lent:
    """Nobody expects it back any more. Refuses RoleTooLow, LoanUnknown, LoanOver."""
    return _end(desk, id, Role.SHIFT_LEAD, "lent.missing", {OUT})


def _end(desk: Desk, id: str, least: Role, kind: str, statuses: set[str]) -> Lent:
    desk.require(least)
    with desk.act() as act:
        row = _find(act, id)
        if row.status not in statuses:
            raise Refusal("LoanOver")
        act.record_all([stored.draft(kind, id)])
    due = desk.local(row.due_at)
    return Lent(id, row.thing, due, late=desk.now() > due)


def _find(act: Act, id: str) -> LentThing:
    row = stored.by_subject(act.connection, id)
    if row is None:
        raise Refusal("LoanUnknown")
    return row


# looking


def loans(desk: Desk, reader: str | None = None) -> list[Loan]:
    """What is out, what is due first, first; of a reader, or all. Refuses RoleTooLow."""
    desk.require(LENDING)
    with desk.reading() as connection:
        if reader is None:
            return _shown(desk, connection, stored.out(connection, MOST))
        person = stored_readers.one_person(connection, reader)
        return _shown(desk, connection, stored.of_person(connection, person))


def _shown(desk: Desk, connection: Connection, rows: Iterable[LentThing]) -> list[Loan]:
    rows, now = list(rows), stamp(desk.now())
    readers = stored_readers.by_subjects(connection, [row.patron for row in rows if row.patron])
    found = []
    for row in rows:
        reader = readers.get(row.patron or "")
        who = row.name or ""
        if reader is not None:
            who = masked(reader)
        found.append(
            Loan(
                row.subject,
                row.thing,
                row.item or "",
                who,
                desk.local(row.lent_at),
                desk.local(row.due_at),
                row.status == OUT and row.due_at < now,
                row.status,
            )
        )
    return found


__all__ = ["BACK", "LENDING", "MISSING", "OUT", "Lent", "Loan", "Stock", "lend", "loans", "stock"]
