"""Waiting while the clock stands: for the reader (待读者), for somebody outside (待馆外回复)."""

from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import Connection

from db.clock import stamp
from db.requests import Request
from deskapp import matter
from deskapp.desk import Desk, Refusal, Role

READER, OUTSIDE = "reader", "outside"


@dataclass(frozen=True, slots=True)
class Waiting:
    """The clock stands for whoever is waited for. `chase`: when to ask again."""

    id: str
    number: str
    whom: str
    chase: datetime


@dataclass(frozen=True, slots=True)
class Resumed:
    id: str
    number: str
    due: datetime
    brought: bool = False
    """what the reader had been told to bring counts as received"""


def chase_on(desk: Desk, department: str, day: date | None = None, whom: str = OUTSIDE) -> datetime:
    """When to ask again: from the first hour of a working day on, that one, or the one after the
    library's limit. Refuses ChasePast.
    """
    now = desk.now()
    code = department if department in desk.profile.departments else ""
    calendar = desk.calendar(code or next(iter(desk.profile.departments)))
    if day is not None and day < now.date():
        raise Refusal("ChasePast")
    if day is None:
        limits = desk.profile.limits
        days = limits.reader_days if whom == READER else limits.chase_days
        end = calendar.end_after(now, days)
    else:
        end = calendar.end_after(max(now, datetime.combine(day, time(), desk.zone)), 0)
    return next((start for start, last in calendar.windows(end.date()) if last <= end), end)


def wait_for_reader(desk: Desk, id: str, note: str = "") -> Waiting:
    """Stop the clock until the reader has brought or said what is missing; after the library's
    limit they are asked again.

    Refuses RequestClosed, NotResponsible, RequestWaiting.
    """
    return _wait(desk, id, READER, note, None)


def wait_outside(desk: Desk, id: str, note: str = "", day: date | None = None) -> Waiting:
    """Stop the clock until somebody outside has answered; `day`: when to ask again.

    Refuses as `wait_for_reader`, ChasePast.
    """
    return _wait(desk, id, OUTSIDE, note, day)


def _wait(desk: Desk, id: str, whom: str, note: str, day: date | None) -> Waiting:
    operator = desk.require(Role.LIBRARIAN)
    with desk.act() as act:
        request = matter.still_open(act.connection, desk, id)
        matter.refuse_others(desk, operator, request)
        if request.waits is not None:
            raise Refusal("RequestWaiting", number=matter.label(desk, request))
        department = matter.undertaking(desk, request)
        chase = chase_on(desk, department, day, whom)
        said = {"for": whom, "chase_at": stamp(chase)}
        matter.record(act, request, "request.waiting", said, matter.note(note))
    return Waiting(id, matter.label(desk, request), whom, chase)


def _waits(connection: Connection, desk: Desk, id: str) -> Request:
    request = matter.still_open(connection, desk, id)
    matter.refuse_others(desk, desk.whoever(), request)
    if request.waits is None:
        raise Refusal("NotWaiting", number=matter.label(desk, request))
    return request


def chase(desk: Desk, id: str, note: str = "", day: date | None = None) -> Waiting:
    """Asked again; the clock still stands, and there is a next date to do so.

    Refuses RequestClosed, NotResponsible, NotWaiting, ChasePast.
    """
    desk.require(Role.LIBRARIAN)
    with desk.act() as act:
        request = _waits(act.connection, desk, id)
        whom = str(request.waits)
        again = chase_on(desk, matter.undertaking(desk, request), day, whom)
        said = {"waiting": request.waiting, "chase_at": stamp(again)}
        matter.record(act, request, "request.chased", said, matter.note(note))
    return Waiting(id, matter.label(desk, request), whom, again)


def resume(desk: Desk, id: str) -> Resumed:
    """The answer is there: the clock runs again, with the working time that was left. A reader who
    was waited for has brought what they were told to; what is missing is corrected.

    Refuses RequestClosed, NotResponsible, NotWaiting.
    """
    desk.require(Role.LIBRARIAN)
    now = desk.now()
    with desk.act() as act:
        request = _waits(act.connection, desk, id)
        due = desk.local(request.due_at)
        if request.waits_since is not None:
            calendar = desk.calendar(matter.undertaking(desk, request))
            due = calendar.due_after_pause(due, desk.local(request.waits_since), now)
        said = {"waiting": request.waiting, "due_at": stamp(due)}
        told = matter.told(request) if request.waits == READER else ()
        brought = list(dict.fromkeys((*matter.materials(request), *told))) if told else None
        private = {"materials": brought} if brought else None
        matter.record(act, request, "request.resumed", said, private)
    return Resumed(id, matter.label(desk, request), due, bool(brought))
