"""Events (活动): announced, changed, moved, called off, reported. Whatever makes places free
moves the waiting list up.

What may be said of an event is in `deskapp.event_plans`, how one is found and shown in
`deskapp.event_views`, lists in `deskapp.event_lists`, years and what repeats in
`deskapp.programme`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from db import event_pages as pages
from db import events as stored
from db import signup_lists as lists
from db.clock import stamp
from db.event_pages import Heads
from db.events import CANCELLED, FIELDS, LISTS, draft
from db.ledger import Act
from db.numbering import next_number
from db.signup_rows import WHOLE
from deskapp import event_plans, rooms, waiting_list
from deskapp.cells import reason
from deskapp.desk import Desk, Refusal, Role
from deskapp.event_lists import LOOKING, EventList, Held, Wanted, held
from deskapp.event_plans import Plan, Question, Time, place_name, place_of, usual_questions
from deskapp.event_views import Event, Session, Stage, event, find, known, name_of, row_of, shown

__all__ = [
    "LOOKING",
    "WHOLE",
    "Event",
    "EventList",
    "Heads",
    "Held",
    "Plan",
    "Question",
    "Session",
    "Stage",
    "Time",
    "Wanted",
    "event",
    "find",
    "known",
    "name_of",
    "place_name",
    "place_of",
    "row_of",
    "shown",
    "usual_questions",
]

ANNOUNCING = Role.LIBRARIAN
"""who may announce an event, change it, call it off, and report on it"""
ALLOWING = Role.SHIFT_LEAD
"""who may let more come than there are places"""


@dataclass(frozen=True, slots=True)
class Announced:
    """`beside`: what else is planned at the same place at the same time; `booked`: who has the room
    then, which is theirs until somebody has spoken with them.
    """

    id: str
    name: str
    beside: tuple[Held, ...] = ()
    booked: tuple[rooms.Held, ...] = ()


@dataclass(frozen=True, slots=True)
class Changed:
    """What of an event is another now, by field."""

    id: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scheduled:
    """`sessions`: the new ones, or the one that was moved. `beside`, `booked` as of `Announced`."""

    id: str
    sessions: tuple[str, ...]
    beside: tuple[Held, ...] = ()
    booked: tuple[rooms.Held, ...] = ()


@dataclass(frozen=True, slots=True)
class CalledOff:
    """An event, or one session of it, is off, or on again. `to_tell`: somebody has to be told."""

    id: str
    session: str
    to_tell: bool


def announce(desk: Desk, plan: Plan) -> Announced:
    """Put an event on the library's programme, with all of its sessions, under the next number of
    the desk.

    Refuses RoleTooLow, DepartmentMissing, SessionMissing, SessionTimesWrong, SessionsTooMany,
    SessionPlaceMissing, and as `event_plans.stored`.
    """
    return announce_all(desk, [plan])[0]


def announce_all(desk: Desk, plans: Sequence[Plan]) -> list[Announced]:
    """A whole programme at once, or nothing of it. Refuses as `announce`."""
    operator = desk.require(ANNOUNCING)
    usual = next(iter(operator.departments), None)
    with desk.act() as act:
        return [_announce(desk, act, plan, plan.department or usual) for plan in plans]


def _announce(desk: Desk, act: Act, plan: Plan, department: str | None) -> Announced:
    if department is None:
        raise Refusal("DepartmentMissing")
    plan = replace(plan, department=department)
    fields = {name: getattr(plan, name) for name in FIELDS if name != "learnt"}
    said = event_plans.stored(desk, act.connection, fields)
    sessions = event_plans.sessions(desk, plan.sessions)
    if not sessions:
        raise Refusal("SessionMissing")
    beside = _beside(desk, act.connection, sessions)
    subject = act.new_subject("event")
    number = next_number(act.connection, "event", desk.code)
    more = {"number": number, "sessions": sessions, "repeats": plan.repeats}
    act.record_all([draft("event.announced", subject, {**said, **more})])
    return Announced(subject, f"{desk.code}-{number}", *beside)


def change(desk: Desk, id: str, **fields: Any) -> Changed:
    """Say something else of an event, by the fields of a `Plan` that are others now.

    Refuses RoleTooLow, EventUnknown, EventCancelled, and as `event_plans.stored`.
    """
    desk.require(ANNOUNCING)
    with desk.act() as act:
        row = _open(act, id)
        before = {name: getattr(row, name) for name in FIELDS}
        before |= {name: json.loads(before[name]) for name in LISTS}
        said = event_plans.stored(desk, act.connection, _other_series(row, fields))
        said = {name: value for name, value in said.items() if value != before[name]}
        opens, closes = ({**before, **said}[name] for name in event_plans.MOMENTS)
        if opens and closes and closes < opens:
            raise Refusal("SignupTimesWrong")
        if said:
            act.record_all([draft("event.changed", id, said)])
            waiting_list.go_on(act, id)
    return Changed(id, tuple(said))


def _other_series(row: stored.Event, fields: dict[str, Any]) -> dict[str, Any]:
    """A series that was closed since holds what is in it."""
    same = fields.get("series") == row.series
    return {name: value for name, value in fields.items() if name != "series" or not same}


def schedule(desk: Desk, id: str, times: Sequence[Time]) -> Scheduled:
    """More sessions of an event.

    Refuses RoleTooLow, EventUnknown, EventCancelled, SessionMissing, SessionTimesWrong,
    SessionsTooMany, SessionPlaceMissing, CapacityWrong.
    """
    desk.require(ANNOUNCING)
    with desk.act() as act:
        _open(act, id)
        if not times:
            raise Refusal("SessionMissing")
        sessions = event_plans.sessions(desk, times)
        beside = _beside(desk, act.connection, sessions)
        for each in sessions:
            said = {"session": each["id"], **{k: v for k, v in each.items() if k != "id"}}
            act.record_all([draft("event.scheduled", id, said)])
    return Scheduled(id, tuple(each["id"] for each in sessions), *beside)


def move(desk: Desk, id: str, session: str, time: Time) -> Scheduled:
    """A session to another time, place or number of places; those who signed up are to be told of
    the first two.

    Refuses RoleTooLow, EventUnknown, EventCancelled, SessionUnknown, SessionDropped,
    SessionTimesWrong, SessionPlaceMissing, CapacityWrong.
    """
    desk.require(ANNOUNCING)
    with desk.act() as act:
        _open(act, id)
        row = _session_of(act, id, session)
        if row.status == CANCELLED:
            raise Refusal("SessionDropped")
        said = event_plans.session(desk, session, time)
        beside = _beside(desk, act.connection, [said])
        if any(getattr(row, name) != said[name] for name in said if name != "id"):
            del said["id"]
            act.record_all([draft("event.moved", id, {"session": session, **said})])
            waiting_list.go_on(act, id)
    return Scheduled(id, (session,), *beside)


def drop(desk: Desk, id: str, session: str, why: str) -> CalledOff:
    """One session is not held. Refuses RoleTooLow, EventUnknown, EventCancelled, SessionUnknown,
    SessionDropped, ReasonMissing.
    """
    desk.require(ANNOUNCING)
    with desk.act() as act:
        _open(act, id)
        if _session_of(act, id, session).status == CANCELLED:
            raise Refusal("SessionDropped")
        act.record_all([draft("event.dropped", id, {"session": session, "why": reason(why)})])
        waiting_list.go_on(act, id)
        return CalledOff(id, session, _signed_up(act, id, session))


def cancel(desk: Desk, id: str, why: str) -> CalledOff:
    """All of it is called off. Refuses RoleTooLow, EventUnknown, EventCancelled, ReasonMissing."""
    desk.require(ANNOUNCING)
    with desk.act() as act:
        _open(act, id)
        act.record_all([draft("event.cancelled", id, {"why": reason(why)})])
        return CalledOff(id, WHOLE, pages.signed_up(act.connection, id))


def restore(desk: Desk, id: str, session: str = WHOLE) -> CalledOff:
    """It is held after all: an event, or one session of it. Refuses RoleTooLow, EventUnknown,
    EventCancelled (it is: restore that first), SessionUnknown, NotCalledOff.
    """
    desk.require(ANNOUNCING)
    with desk.act() as act:
        if session == WHOLE:
            if row_of(act.connection, id).status != CANCELLED:
                raise Refusal("NotCalledOff")
            act.record_all([draft("event.restored", id)])
        else:
            _open(act, id)
            if _session_of(act, id, session).status != CANCELLED:
                raise Refusal("NotCalledOff")
            act.record_all([draft("event.restored", id, {"session": session})])
        waiting_list.go_on(act, id)
        to_tell = lists.count_untold(act.connection, stamp(act.at), id) > 0
        return CalledOff(id, session, to_tell)


def report(desk: Desk, id: str, learnt: str) -> Changed:
    """What those who held it would do otherwise. Refuses RoleTooLow, EventUnknown, EventToCome
    (nothing of it has begun), ReportEmpty.
    """
    desk.require(ANNOUNCING)
    words = learnt.strip()
    if not words:
        raise Refusal("ReportEmpty")
    with desk.act() as act:
        if known(desk, act.connection, id).stage(desk.now()) is Stage.TO_COME:
            raise Refusal("EventToCome")
        act.record_all([draft("event.reported", id, {"learnt": words})])
    return Changed(id, ("learnt",))


def allow(desk: Desk, id: str, session: str, heads: int) -> Changed:
    """So many may come to a session, though it has fewer places. Refuses RoleTooLow, EventUnknown,
    SessionUnknown, CapacityWrong (it has as many, or that was allowed).
    """
    desk.require(ALLOWING)
    with desk.act() as act:
        most = known(desk, act.connection, id).session(session).most
        if most is None or heads <= most:
            raise Refusal("CapacityWrong", count=heads)
        act.record_all([draft("event.allowed", id, {"session": session, "heads": heads})])
        waiting_list.go_on(act, id)
    return Changed(id, ("allowed",))


def _open(act: Act, id: str) -> stored.Event:
    """Refuses EventUnknown, EventCancelled."""
    row = row_of(act.connection, id)
    if row.status == CANCELLED:
        raise Refusal("EventCancelled", event=row.title)
    return row


def _session_of(act: Act, id: str, session: str) -> stored.Session:
    """Refuses SessionUnknown."""
    row = pages.session(act.connection, session)
    if row is None or row.subject != id:
        raise Refusal("SessionUnknown")
    return row


def _signed_up(act: Act, id: str, session: str) -> bool:
    """Whether anybody is concerned by one session, or by all of them."""
    if session == WHOLE:
        return pages.signed_up(act.connection, id)
    return any(pages.signed_up(act.connection, id, each) for each in (session, WHOLE))


def _beside(
    desk: Desk, connection: Connection, sessions: Sequence[dict[str, Any]]
) -> tuple[tuple[Held, ...], tuple[rooms.Held, ...]]:
    """What else is planned where and when these are, and who has booked that room."""
    ours = {each["id"] for each in sessions}
    found = {
        line.session: held(desk, line)
        for each in sessions
        for line in pages.in_place(connection, each["place"], each["begins"], each["until"])
        if line.session not in ours
    }
    booked = {
        each.id: each
        for said in sessions
        for each in rooms.beside(desk, connection, said["place"], said["begins"], said["until"])
    }
    return tuple(found.values()), tuple(booked.values())
