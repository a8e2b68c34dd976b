"""Volunteers (志愿者): who helps when at which event, in and out by card, leave.

A volunteer is a reader too: at an event where they have a shift, their card means duty. What a
shift comes to is said in `deskapp.helper_hours`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from db import helpers as stored
from db import readers as stored_readers
from db.clock import moment, stamp
from db.helpers import Stint, draft, subject_of
from db.ledger import Act
from deskapp import cards, event_plans, event_views, helper_hours, readers, whose
from deskapp.cells import reason, without_identity
from deskapp.desk import Desk, Refusal, Role
from deskapp.helper_hours import State, Term, clock, hours, term_named, term_of
from deskapp.helper_views import (
    PLANNING,
    SIGNING,
    Duty,
    Shift,
    between,
    duty,
    find,
    of_event,
    of_reader,
    shift_of,
    shown,
)
from deskapp.readers import Found

__all__ = [
    "PLANNING",
    "SIGNING",
    "Duty",
    "Shift",
    "State",
    "Term",
    "between",
    "clock",
    "duty",
    "hours",
    "of_event",
    "of_reader",
    "term_named",
    "term_of",
]

EXCUSING = Role.SHIFT_LEAD
"""who may say that somebody was not absent all the same"""


@dataclass(frozen=True, slots=True)
class Planned:
    id: str
    reader: Found


@dataclass(frozen=True, slots=True)
class Signed:
    """A card was a volunteer's. `way`: in, out, or again: out a second time, later; `state` of the
    shift then, and the `minutes` that it comes to.
    """

    id: str
    reader: Found
    way: str
    state: State
    shift: Shift
    minutes: int


@dataclass(frozen=True, slots=True)
class Leave:
    """Leave was asked; `in_time`: as many `hours` before as the library wants."""

    id: str
    in_time: bool
    hours: int


# planning


def plan(desk: Desk, event: str, reader: str, shift: Shift) -> Planned:
    """Plan a shift of a reader. Where nothing is said of the place it is the session's.

    Refuses RoleTooLow, EventUnknown, EventCancelled, PatronUnknown, ShiftTimesWrong, ShiftOverlaps
    (they are to be somewhere else then).
    """
    desk.require(PLANNING)
    with desk.act() as act:
        row = event_views.known(desk, act.connection, event)
        if row.cancelled:
            raise Refusal("EventCancelled", event=row.title)
        person = _person(act.connection, reader)
        _refuse_wrong(act.connection, person, shift)
        at = next((s.place for s in row.planned if s.begin < shift.until > s.begin), "")
        said = _said(desk, shift, shift.place or at)
        rules = desk.profile.volunteers
        subject = subject_of(event, person[0])
        more = {"grace": rules.grace_minutes}
        (fact,) = act.record_all([draft("helper.planned", subject, {**said, **more})])
        return Planned(fact.id, _shown(act.connection, person[0]))


def change(desk: Desk, id: str, shift: Shift) -> Planned:
    """Another time, place or role. Refuses RoleTooLow, ShiftUnknown, ShiftTimesWrong,
    ShiftOverlaps.
    """
    desk.require(PLANNING)
    with desk.act() as act:
        row = find(act.connection, id)
        person = _person(act.connection, row.patron)
        _refuse_wrong(act.connection, person, shift, but=id)
        said = {"stint": id, **_said(desk, shift, shift.place)}
        act.record_all([draft("helper.changed", row.subject, said)])
        return Planned(id, _shown(act.connection, person[0]))


def drop(desk: Desk, id: str) -> None:
    """They need not come. Refuses RoleTooLow, ShiftUnknown, ShiftBegun (they have signed in)."""
    desk.require(PLANNING)
    with desk.act() as act:
        row = find(act.connection, id)
        if row.in_at is not None:
            raise Refusal("ShiftBegun")
        act.record_all([draft("helper.dropped", row.subject, {"stint": id})])


def _said(desk: Desk, shift: Shift, place: str) -> dict[str, Any]:
    where = event_plans.place_of(desk, place) if place.strip() else ""
    words = {"role": str(without_identity(shift.role.strip())), "place": where}
    return {**words, "begins": stamp(shift.begin), "until": stamp(shift.until)}


def _person(connection: Connection, reader: str) -> list[str]:
    """All numbers of a reader, the serving one first. Refuses PatronUnknown."""
    ids = stored_readers.one_person(connection, reader)
    if not stored_readers.is_known(connection, ids[0]):
        raise Refusal("PatronUnknown")
    return ids


def _refuse_wrong(
    connection: Connection, person: Sequence[str], shift: Shift, but: str = ""
) -> None:
    if not timedelta() < shift.until - shift.begin <= timedelta(days=1):
        raise Refusal("ShiftTimesWrong")
    begin, until = stamp(shift.begin), stamp(shift.until)
    for row in stored.of_readers(connection, person):
        if row.id != but and row.begins < until and begin < row.until and row.leave_at is None:
            raise Refusal("ShiftOverlaps", name=readers.who(connection, row.patron))


def _shown(connection: Connection, reader: str) -> Found:
    return readers.shown(stored_readers.by_subjects(connection, [reader])[reader])


# in and out


def sign_card(desk: Desk, event: str, code: str, scanned: bool = False) -> Signed:
    """The same as `sign` of whose card or number it is. Refuses PatronUnknown, CardAmbiguous,
    CardLost too.
    """
    known = cards.whose(desk, code, scanned)
    if len(known) != 1:
        raise Refusal("CardAmbiguous" if known else "PatronUnknown")
    return sign(desk, event, known[0].id)


def sign(desk: Desk, event: str, reader: str) -> Signed:
    """A volunteer's card: in, or out where they are in.

    Refuses RoleTooLow, PatronUnknown, NoShiftToday (no shift of theirs today), SignedJustNow(name,
    since).
    """
    desk.require(SIGNING)
    with desk.act() as act:
        person = _person(act.connection, reader)
        row = on_duty(desk, act.connection, event, person)
        if row is None:
            raise Refusal("NoShiftToday", name=readers.who(act.connection, person[0]))
        last = row.left_at or row.in_at
        if last is not None:
            since = moment(last)
            again = timedelta(minutes=desk.profile.volunteers.again_minutes)
            if abs(desk.now() - since) < again:
                name, at = readers.who(act.connection, person[0]), desk.local(last)
                raise Refusal("SignedJustNow", name=name, since=at)
        way = "in" if row.in_at is None else "out" if row.left_at is None else "again"
        kind = "helper.came" if way == "in" else "helper.left"
        act.record_all([draft(kind, row.subject, {"stint": row.id})])
        return _signed(desk, act, row.id, person, way)


def _signed(desk: Desk, act: Act, id: str, person: Sequence[str], way: str) -> Signed:
    row, now = find(act.connection, id), desk.now()
    rows = stored.of_readers(act.connection, person)
    counted = helper_hours.certified(rows, desk.profile.volunteers, now)
    state, minutes = helper_hours.state(row, now), counted.get(id, 0)
    return Signed(id, _shown(act.connection, person[0]), way, state, shift_of(desk, row), minutes)


def expected(desk: Desk, event: str, reader: str) -> bool:
    """Whether a card means duty at an event now."""
    with desk.reading() as connection:
        person = stored_readers.one_person(connection, reader)
        return on_duty(desk, connection, event, person) is not None


def on_duty(desk: Desk, connection: Connection, event: str, person: Sequence[str]) -> Stint | None:
    """Which shift a volunteer's card means at an event now: the one they are in, else the first of
    today's that is not over, else the last they have left, as long as that is not over.
    """
    now, today = desk.now(), desk.now().date()
    rows = [row for row in stored.of_readers(connection, person) if row.event == event]
    rows = [row for row in rows if _near(desk, row, today)]
    there = [row for row in rows if row.in_at and helper_hours.out_of(row) is None]
    if there:
        return there[-1]
    running = [row for row in rows if row.until > stamp(now)]
    to_come = [row for row in running if row.in_at is None]
    return next(iter(to_come), running[-1] if running else None)


def _near(desk: Desk, row: Stint, today: date) -> bool:
    """Whether a shift is today's: one past midnight may be of two days."""
    return desk.local(row.begins).date() <= today <= desk.local(row.until).date()


def complete(desk: Desk, id: str, out: datetime, why: str) -> Duty:
    """They forgot to sign out, and left then: marked, with who says so and why.

    Refuses RoleTooLow, ShiftUnknown, NotSignedIn, SignedOut (by card), ShiftTimesWrong (before they
    came, or not yet), ReasonMissing.
    """
    desk.require(PLANNING)
    with desk.act() as act:
        row = find(act.connection, id)
        if row.in_at is None:
            raise Refusal("NotSignedIn")
        if row.left_at is not None:
            raise Refusal("SignedOut", at=desk.local(row.left_at))
        if not moment(row.in_at) <= out <= desk.now():
            raise Refusal("ShiftTimesWrong")
        said = {"stint": id, "out": stamp(out)}
        act.record_all([_worded(act, "helper.completed", row, said, reason(why))])
        return shown(desk, act.connection, [find(act.connection, id)])[0]


# leave


def ask_leave(desk: Desk, id: str, why: str = "") -> Leave:
    """Take down that somebody asks for leave: in time it is leave, else a lead decides.

    Refuses RoleTooLow, ShiftUnknown, ShiftBegun, LeaveAsked.
    """
    desk.require(PLANNING)
    with desk.act() as act:
        row = find(act.connection, id)
        if row.in_at is not None or desk.now() >= moment(row.until):
            raise Refusal("ShiftBegun")
        if row.leave_at is not None:
            raise Refusal("LeaveAsked")
        before = desk.profile.volunteers.leave_hours
        in_time = desk.now() + timedelta(hours=before) <= moment(row.begins)
        said = {"stint": id, "in_time": in_time}
        act.record_all([_worded(act, "helper.leave_asked", row, said, why.strip())])
        return Leave(id, in_time, before)


def excuse(desk: Desk, id: str, why: str) -> Duty:
    """They were not absent all the same: leave that was asked late, or being late, is forgiven.

    Refuses RoleTooLow, ShiftUnknown, ShiftNotMissed, ReasonMissing.
    """
    desk.require(EXCUSING)
    with desk.act() as act:
        row = find(act.connection, id)
        state = helper_hours.state(row, desk.now())
        if state not in (*helper_hours.ABSENCES, State.LEAVE_LATE):
            raise Refusal("ShiftNotMissed")
        act.record_all([_worded(act, "helper.excused", row, {"stint": id}, reason(why))])
        return shown(desk, act.connection, [find(act.connection, id)])[0]


def _worded(act: Act, kind: str, row: Stint, said: Mapping[str, Any], why: str) -> Any:
    private = {"why": str(without_identity(why))} if why else None
    person = whose.words(act, row.subject, row.patron)
    return draft(kind, row.subject, said, private, person=person)
