"""Events (活动): why one is held, for whom, by whom, its sessions, and what was learnt.

A subject is one event with all of its sessions, `event:<id>`: whoever moves a session and whoever
changes the event speak of the same thing. A series (系列活动, a festival) is a subject by itself.
Nothing here is about a person. People call an event by its desk and number: 2F-7.
"""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from db import crowds
from db.facts import Book, Fact, Row, Rows, Stub, canonical, drafted, pairs, put

PLANNED, CANCELLED = "planned", "cancelled"


class Series(SQLModel, table=True):
    """What events belong to together. Days are the library's."""

    subject: str = Field(primary_key=True)
    title: str
    first: str
    last: str
    department: str
    desk: str
    opened_at: str
    closed_at: str | None = None


class Event(SQLModel, table=True):
    """One event. Moments are UTC stamps; lists and questions are JSON."""

    __table_args__ = (Index("event_series", "series"), Index("event_number", "desk", "number"))
    subject: str = Field(primary_key=True)
    desk: str
    number: int
    title: str
    kind: str
    """a code of the profile"""
    series: str | None = None
    department: str
    """which holds it"""
    need: str | None = None
    """which need it answers"""
    evidence: str | None = None
    """what shows that need"""
    for_: str | None = None
    """for whom it is, in words"""
    partners: str
    """who holds it along with the library"""
    audience: str
    """codes of segments that may sign up; nobody named: everybody"""
    opens_at: str | None = None
    closes_at: str | None = None
    """sign-ups"""
    capacity: int | None = None
    """people a session; none: as many as come"""
    apart: bool
    """whether one signs up for each session by itself"""
    queues: bool
    """whether there is a waiting list (候补)"""
    walk_ins: bool
    """whether who has not signed up is let in while there are places (现场报名)"""
    questions: str
    """asked at sign-up: `{code, text, choices, must}`"""
    shows: str
    """what a door shows of a name: name, masked, surname"""
    exits: bool
    """whether those who leave are scanned too"""
    helpers: int | None = None
    """volunteers wanted"""
    repeats: str | None = None
    """weekly, daily: as it was announced"""
    status: str
    announced_at: str
    announced_by: str | None = None
    cancelled_at: str | None = None
    why: str | None = None
    learnt: str | None = None
    reported_at: str | None = None


class Session(SQLModel, table=True):
    """One time of an event. Moments are UTC stamps."""

    __table_args__ = (Index("session_begins", "begins"),)
    subject: str = Field(primary_key=True)
    id: str = Field(primary_key=True, index=True, sa_column_kwargs={"info": {"key": True}})
    begins: str
    until: str
    place: str
    """a room's or zone's code, or words"""
    capacity: int | None = None
    """of this one, else the event's"""
    status: str
    why: str | None = None
    was: str | None = None
    """`{begins, until, place}` before it was moved, JSON"""
    changed_at: str | None = None
    """since when there is somebody to be told: it was moved, dropped, restored, or the event was"""
    allowed: int | None = None
    """so many, more than its capacity, a person has said may come"""


FIELDS = (
    *("title", "kind", "series", "department", "need", "evidence", "for_", "partners", "audience"),
    *("opens_at", "closes_at", "capacity", "apart", "queues", "walk_ins", "questions", "shows"),
    *("exits", "helpers", "learnt"),
)
"""what may be changed"""
LISTS = ("partners", "audience", "questions")
USUAL = {"shows": "masked", "apart": False, "queues": True, "walk_ins": True, "exits": False}
"""where it is not said otherwise"""

TABLE = """
announced  .
changed    .  f
scheduled  .  .  .
moved      .  .  .  s
dropped    .  .  .  x  .
restored   .  .  .  .  x  .
cancelled  .  .  .  x  .  x  .
reported   .  .  .  .  .  .  .  f
allowed    .  .  .  .  .  .  .  .  .
undone     .  .  .  .  .  .  .  .  .  .
"""
"""Every pair of kinds, neither author knowing the other; the columns are the rows in their order.

f  the same field, and not the same said of it
s  one session to two times or places
x  of one session: one gave up what the other held to; of the event as a whole: likewise
"""
PAIRS = pairs(TABLE)


def _clash(one: Stub, other: Stub) -> bool:
    """Whether two facts, neither of which knew the other, need a person. LookupError of a kind that
    the table does not have.
    """
    kinds = [fact.kind.removeprefix("event.") for fact in (one, other)]
    how = PAIRS[frozenset(kinds)]
    if how == ".":
        return False
    first, second = json.loads(one.data), json.loads(other.data)
    if how == "f":
        return any(first[each] != second[each] for each in first.keys() & second.keys())
    here, there = first.get("session"), second.get("session")
    if how == "s":
        return bool(here == there and first != second)
    return here is None or there is None or bool(here == there)


draft = drafted
_TABLES: tuple[type[SQLModel], ...] = (Event, Session)
EVENTS = Book(
    "event",
    _TABLES,
    clashes=_clash,
    follow=crowds.follow,
    empty=crowds.empty,
    check=crowds.check,
)
_SERIES: tuple[type[SQLModel], ...] = (Series,)
SERIES = Book("series", _SERIES)


def event_of(subject: str) -> str:
    """The event of what one has to do with it: of a sign-up, a result, a list, a feedback."""
    return "event:" + subject.split(":")[1]


def _written(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: canonical(value) if name in LISTS else value for name, value in said.items()}


def _event(rows: Rows) -> Row:
    """LookupError (and so a fault) while the event has not arrived."""
    return rows["event",]


@EVENTS.fold("event.announced")
def _announced(rows: Rows, fact: Fact) -> Rows:
    """`{number, title, kind, department, ...}` as `Event` has them; `sessions`: its times, a list
    of `{id, begins, until, place, capacity}`.
    """
    said = fact.says()
    sessions = said.pop("sessions")
    lists: dict[str, Any] = {name: [] for name in LISTS}
    row = _written({**lists, **USUAL, **said})
    made = {"announced_at": fact.at, "announced_by": fact.actor, "desk": fact.desk}
    rows = put(rows, "event", **row, **made, status=PLANNED)
    for session in sessions:
        rows = _scheduled_in(rows, session)
    return rows


def _scheduled_in(rows: Rows, session: Mapping[str, Any]) -> Rows:
    if ("session", session["id"]) in rows:
        return rows
    said = {name: session[name] for name in ("begins", "until", "place")}
    capacity = session.get("capacity")
    return put(rows, "session", session["id"], **said, capacity=capacity, status=PLANNED)


@EVENTS.fold("event.changed")
def _changed(rows: Rows, fact: Fact) -> Rows:
    """What is said of it now, by field of `FIELDS`."""
    said = {name: value for name, value in fact.says().items() if name in FIELDS}
    return put(rows, "event", **_written(said)) if _event(rows) else rows


@EVENTS.fold("event.scheduled")
def _scheduled(rows: Rows, fact: Fact) -> Rows:
    """`{session: its id, begins, until, place, capacity}`: one time more."""
    said = fact.says()
    return _scheduled_in(rows, {**said, "id": said["session"]}) if _event(rows) else rows


def _session(rows: Rows, fact: Fact) -> tuple[str, Row]:
    id = str(fact.says()["session"])
    return id, rows["session", id]


@EVENTS.fold("event.moved")
def _moved(rows: Rows, fact: Fact) -> Rows:
    """`{session, begins, until, place, capacity}`. Of places alone nobody need be told."""
    said = fact.says()
    id, row = _session(rows, fact)
    names = ("begins", "until", "place")
    before, now = ({name: each[name] for name in names} for each in (row, said))
    rows = put(rows, "session", id, capacity=said.get("capacity", row["capacity"]))
    if before == now:
        return rows
    was = row.get("was") or canonical(before)
    return put(rows, "session", id, **now, was=was, changed_at=fact.at)


@EVENTS.fold("event.dropped")
def _dropped(rows: Rows, fact: Fact) -> Rows:
    """`{session, why}`: that one time is cancelled."""
    id, _ = _session(rows, fact)
    why = fact.says().get("why")
    return put(rows, "session", id, status=CANCELLED, why=why, changed_at=fact.at)


@EVENTS.fold("event.restored")
def _restored(rows: Rows, fact: Fact) -> Rows:
    """`{session}`, or the event as a whole: it is held after all."""
    id = fact.says().get("session")
    if id is None:
        rows = put(rows, "event", status=PLANNED, cancelled_at=None, why=None)
        return _changed_to_come(rows, fact)
    _session(rows, fact)
    return put(rows, "session", id, status=PLANNED, why=None, changed_at=fact.at)


@EVENTS.fold("event.cancelled")
def _cancelled(rows: Rows, fact: Fact) -> Rows:
    """`{why}`: all of it."""
    if _event(rows)["status"] == CANCELLED:
        return rows
    ended = {"cancelled_at": fact.at, "why": fact.says().get("why")}
    return _changed_to_come(put(rows, "event", status=CANCELLED, **ended), fact)


def _changed_to_come(rows: Rows, fact: Fact) -> Rows:
    """Of what is over nobody need be told."""
    for key, row in list(rows.items()):
        if key[0] == "session" and row["status"] == PLANNED and row["until"] > fact.at:
            rows = put(rows, "session", *key[1:], changed_at=fact.at)
    return rows


@EVENTS.fold("event.reported")
def _reported(rows: Rows, fact: Fact) -> Rows:
    """`{learnt}`: what those who held it would do otherwise."""
    _event(rows)
    return put(rows, "event", learnt=fact.says()["learnt"], reported_at=fact.at)


@EVENTS.fold("event.allowed")
def _allowed(rows: Rows, fact: Fact) -> Rows:
    """`{session, heads}`: more have signed up than it has places for, and so many may come;
    `instead`: of so many, unless more have been allowed since. A door says what `was` before.
    """
    id, row = _session(rows, fact)
    said, allowed = fact.says(), row["allowed"] or 0
    heads = int(said["heads"])
    if said.get("instead") == allowed:
        return put(rows, "session", id, allowed=heads or None)
    return put(rows, "session", id, allowed=max(allowed, heads) or None)


@SERIES.fold("series.opened")
def _opened(rows: Rows, fact: Fact) -> Rows:
    """`{title, first, last, department}`."""
    return put(rows, "series", **fact.says(), desk=fact.desk, opened_at=fact.at)


@SERIES.fold("series.closed")
def _closed(rows: Rows, fact: Fact) -> Rows:
    return put(rows, "series", closed_at=fact.at) if rows["series",] else rows
