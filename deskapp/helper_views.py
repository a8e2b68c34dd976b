"""Volunteers' shifts as lists show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from db import event_pages
from db import helpers as stored
from db import readers as stored_readers
from db import staff as stored_staff
from db.clock import stamp
from db.helpers import Stint
from db.readers import Reader
from deskapp import helper_hours, readers
from deskapp.desk import Desk, Refusal, Role
from deskapp.helper_hours import State
from deskapp.readers import Found

PLANNING = Role.LIBRARIAN
"""who may plan shifts, take down leave, complete a sign-out"""
SIGNING = Role.STUDENT_ASSISTANT
"""who may sign volunteers in and out, and see the list"""


@dataclass(frozen=True, slots=True)
class Shift:
    """What is planned: from when until when, where, and what they do."""

    begin: datetime
    until: datetime
    place: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Duty:
    """A shift as a list shows it. `completed`: a librarian said when they left, `by` and `why`;
    `minutes` are certified. Words are for librarians.
    """

    id: str
    event: str
    title: str
    reader: Found | None
    shift: Shift
    state: State
    came: datetime | None
    left: datetime | None
    completed: bool
    by: str
    why: str
    excused: bool
    minutes: int


def of_event(desk: Desk, event: str) -> list[Duty]:
    """The shifts of an event, the first first. Refuses RoleTooLow."""
    desk.require(SIGNING)
    with desk.reading() as connection:
        return shown(desk, connection, stored.of_event(connection, event))


def of_reader(desk: Desk, reader: str) -> list[Duty]:
    """A reader's shifts at whatever events, the last first. Refuses RoleTooLow."""
    desk.require(SIGNING)
    with desk.reading() as connection:
        person = stored_readers.one_person(connection, reader)
        return shown(desk, connection, stored.of_readers(connection, person))[::-1]


def duty(desk: Desk, id: str) -> Duty:
    """One shift. Refuses RoleTooLow, ShiftUnknown."""
    desk.require(SIGNING)
    with desk.reading() as connection:
        return shown(desk, connection, [find(connection, id)])[0]


def between(desk: Desk, since: datetime, until: datetime) -> list[Duty]:
    """The shifts that begin in a time, the first first. Refuses RoleTooLow."""
    desk.require(SIGNING)
    with desk.reading() as connection:
        return shown(desk, connection, stored.between(connection, stamp(since), stamp(until)))


def shift_of(desk: Desk, row: Stint) -> Shift:
    """What was planned."""
    return Shift(desk.local(row.begins), desk.local(row.until), row.place, row.role)


class People(NamedTuple):
    """Whose shifts some are: of each reader the number that serves, who that is, and the minutes
    that are certified of each of their shifts, those at other events too.
    """

    heads: dict[str, str]
    known: dict[str, Reader]
    minutes: dict[str, int]


def people_of(desk: Desk, connection: Connection, rows: Sequence[Stint]) -> People:
    """The people of these shifts."""
    heads = stored_readers.heads(connection, {row.patron for row in rows})
    people = {head: stored_readers.one_person(connection, head) for head in set(heads.values())}
    served = {each: head for head, one in people.items() for each in one}
    theirs = stored.of_readers(connection, list(served))
    minutes = helper_hours.by_person(theirs, served, desk.profile.volunteers, desk.now())
    return People(heads, stored_readers.by_subjects(connection, list(people)), minutes)


def shown(desk: Desk, connection: Connection, rows: Sequence[Stint]) -> list[Duty]:
    """Shifts as lists have them."""
    librarian, now = desk.may(PLANNING), desk.now()
    heads, known, counted = people_of(desk, connection, rows)
    names = {each.subject: each.name for each in stored_staff.all_ever(connection)}
    events = event_pages.by_subjects(connection, {row.event for row in rows})
    found = []
    for row in rows:
        head, out = heads[row.patron], helper_hours.out_of(row)
        completed = row.left_at is None and row.out_at is not None
        by, why = (row.out_by, row.out_why) if completed else (row.excused_by, row.excused_why)
        found.append(
            Duty(
                row.id,
                row.event,
                events[row.event].title if row.event in events else "",
                readers.shown(known[head]) if head in known else None,
                shift_of(desk, row),
                helper_hours.state(row, now),
                desk.local(row.in_at) if row.in_at else None,
                desk.local(out) if out else None,
                completed,
                names.get(by or "", ""),
                (why or row.leave_why or "") if librarian else "",
                row.excused_at is not None,
                counted.get(row.id, 0),
            )
        )
    return found


def find(connection: Connection, id: str) -> Stint:
    """A shift that is planned. Refuses ShiftUnknown."""
    row = stored.stint(connection, id)
    if row is None or row.dropped_at is not None:
        raise Refusal("ShiftUnknown")
    return row
