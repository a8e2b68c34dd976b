"""Rooms (研讨间): what each is like on a library day, which are free, what a reader has."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection

from db import event_pages
from db import readers as stored_readers
from db import room_pages as pages
from db.clock import stamp
from db.rooms import BOOKED, IN_USE, LEFT, OVER, TIME_UP, WAITING, Booking, arrived, needs
from deskapp import spaces
from deskapp.calendar import Moments
from deskapp.desk import Desk, Refusal, Role
from deskapp.readers import masked
from deskapp.space_entries import Room, RoomRules

__all__ = ["Room", "RoomRules"]

SEATING = Role.STUDENT_ASSISTANT
"""who may look into the rooms, book them and scan people in"""
HALF_HOUR = timedelta(minutes=30)


class State(StrEnum):
    """How a booking stands at a moment."""

    WAITING = "waiting"
    BOOKED = "booked"
    DUE = "due"
    """the group may sign in now, and has not"""
    IN_USE = "in_use"
    OVER = "over"
    EVENT = "event"
    """no booking: a session of an event is held there"""


@dataclass(frozen=True, slots=True)
class Held:
    """A booking as a screen shows it, `until` when it really ended. `who`: masked, or the words of
    a library's own; of a `secret` one nothing but that the room is taken (占用). Of a session `id`
    is its event's, and `who` the title.
    """

    id: str
    room: str
    day: date
    begin: datetime
    until: datetime
    state: State
    who: str
    patron: str | None
    heads: int
    least: int
    arrived: int
    what: str | None
    words: str
    secret: bool
    needs: tuple[str, ...]
    series: str | None
    hold_until: datetime | None
    how: str | None


@dataclass(frozen=True, slots=True)
class RoomDay:
    """One room on one library day: its hours, who has it (what is on there behind them), who waits;
    each by begin.
    """

    room: Room
    hours: tuple[Moments, ...]
    held: tuple[Held, ...]
    waiting: tuple[Held, ...] = ()

    def at(self, begin: datetime, until: datetime) -> Held | None:
        """Whose the room is at some moment between two."""
        return next((each for each in self.held if each.begin < until and begin < each.until), None)

    def is_open(self, begin: datetime, until: datetime) -> bool:
        return any(first <= begin and until <= last for first, last in self.hours)


@dataclass(frozen=True, slots=True)
class Occupancy:
    """Rooms that readers may book, at this moment: in other hands, and free."""

    taken: int
    free: int


def room(desk: Desk, code: str) -> Room:
    """A room by its code. Refuses RoomUnknown."""
    found = desk.profile.rooms.get(code)
    if found is None:
        raise Refusal("RoomUnknown", room=code)
    return found


def rules(desk: Desk, room: Room) -> RoomRules:
    return desk.profile.room_rules[room.rules]


def hours(desk: Desk, room: Room, day: date) -> tuple[Moments, ...]:
    """When a room is open on a library day; the last window may pass midnight."""
    return tuple(desk.calendars[room.hours].windows(day))


def _all_hours(desk: Desk, day: date) -> dict[str, tuple[Moments, ...]]:
    """The same by calendar: rooms share them."""
    calendars = {each.hours for each in desk.profile.rooms.values()}
    return {code: tuple(desk.calendars[code].windows(day)) for code in calendars}


def day_of(desk: Desk, room: Room, at: datetime) -> date:
    """The library day of a moment: the one whose hours hold it, else its date."""
    return desk.calendars[room.hours].day_of(at)


def today(desk: Desk) -> date:
    """The library day that it is, by the hours of the first room."""
    first = next(iter(desk.profile.rooms.values()), None)
    return day_of(desk, first, desk.now()) if first else desk.now().date()


def opens(desk: Desk, room: Room, begin: datetime) -> datetime:
    """From when on those who have a room from then may sign in."""
    return begin - timedelta(minutes=rules(desk, room).sign_in)


def days_rooms(desk: Desk, day: date) -> list[RoomDay]:
    """Every room of the profile on a library day, in its order. Refuses RoleTooLow."""
    desk.require(SEATING)
    with desk.reading() as connection:
        rows = pages.of_day(connection, day.isoformat())
        found = shown(desk, connection, rows)
        hours = _all_hours(desk, day)
        found += _events(desk, connection, day, hours)
    held: dict[str, list[Held]] = defaultdict(list)
    waiting: dict[str, list[Held]] = defaultdict(list)
    for each in found:
        if each.state is State.WAITING:
            waiting[each.room].append(each)
        elif each.state is not State.OVER or each.how in (LEFT, TIME_UP):
            held[each.room].append(each)
    return [
        RoomDay(each, hours[each.hours], tuple(held[code]), tuple(waiting[code]))
        for code, each in desk.profile.rooms.items()
    ]


def _events(
    desk: Desk, connection: Connection, day: date, hours: dict[str, tuple[Moments, ...]]
) -> list[Held]:
    """The sessions that are held in rooms while these are open on a library day."""
    found = []
    for code, each in desk.profile.rooms.items():
        if windows := hours[each.hours]:
            span = stamp(windows[0][0]), stamp(windows[-1][1])
            lines = event_pages.in_place(connection, code, *span)
            found += [_event(desk, line, day) for line in lines]
    return found


def _event(desk: Desk, line: event_pages.Line, day: date) -> Held:
    return Held(
        line.event,
        line.place,
        day,
        desk.local(line.begins),
        desk.local(line.until),
        State.EVENT,
        line.title,
        None,
        heads=line.expected,
        least=0,
        arrived=0,
        what=None,
        words=line.title,
        secret=False,
        needs=(),
        series=None,
        hold_until=None,
        how=None,
    )


def free(
    desk: Desk,
    day: date,
    begin: datetime,
    until: datetime,
    heads: int | None = None,
    equipment: Collection[str] = (),
    reader: str | None = None,
) -> list[Room]:
    """Rooms that so many can have then, with that equipment, the smallest first; with a reader
    those that they may book. Refuses RoleTooLow.
    """
    desk.require(SEATING)
    with desk.reading() as connection:
        taken = pages.taken(connection, day.isoformat(), stamp(begin), stamp(until))
        fitting = [
            each
            for code, each in desk.profile.rooms.items()
            if code not in taken
            and (heads is None or each.least <= heads <= each.capacity)
            and set(equipment) <= set(each.equipment)
            and _may(desk, connection, each, reader)
        ]
    hours = _all_hours(desk, day)
    found = [
        each
        for each in fitting
        if any(first <= begin and until <= last for first, last in hours[each.hours])
    ]
    return sorted(found, key=lambda each: each.capacity)


def _may(desk: Desk, connection: Connection, room: Room, reader: str | None) -> bool:
    by = rules(desk, room)
    if by.by_staff and not desk.may(Role.LIBRARIAN):
        return False
    return reader is None or spaces.belongs(desk, connection, by.segments, reader)


def occupancy(desk: Desk) -> Occupancy:
    """How many of the rooms that readers may book are taken now, and how many free."""
    now, day = desk.now(), today(desk)
    with desk.reading() as connection:
        taken = pages.taken(
            connection, day.isoformat(), stamp(now), stamp(now + timedelta.resolution)
        )
    hours = _all_hours(desk, day)
    there = [
        code
        for code, each in desk.profile.rooms.items()
        if not rules(desk, each).by_staff
        and any(first <= now < last for first, last in hours[each.hours])
    ]
    many = len(taken.intersection(there))
    return Occupancy(many, len(there) - many)


def of_reader(desk: Desk, reader: str) -> list[Held]:
    """What a reader has or waits for, from today on, by time. Refuses RoleTooLow."""
    desk.require(SEATING)
    with desk.reading() as connection:
        person = stored_readers.one_person(connection, reader)
        return shown(desk, connection, pages.of_person(connection, person, today(desk).isoformat()))


def beside(desk: Desk, connection: Connection, place: str, begin: str, until: str) -> list[Held]:
    """Who has a room between two stamps; nobody of a place that is no room."""
    if place not in desk.profile.rooms:
        return []
    first, last = (desk.local(each).date() for each in (begin, until))
    rows = pages.between(connection, (first - timedelta(days=1)).isoformat(), last.isoformat())
    taking = (
        row
        for row in rows
        if row.room == place
        and row.status in (BOOKED, IN_USE)
        and row.from_ < until
        and begin < row.until
    )
    return shown(desk, connection, taking)


def held(desk: Desk, id: str) -> Held:
    """One booking. Refuses RoleTooLow, BookingUnknown."""
    desk.require(SEATING)
    with desk.reading() as connection:
        return shown(desk, connection, [find(connection, id)])[0]


def find(connection: Connection, id: str) -> Booking:
    """Refuses BookingUnknown."""
    row = pages.by_id(connection, id)
    if row is None:
        raise Refusal("BookingUnknown")
    return row


def shown(desk: Desk, connection: Connection, rows: Iterable[Booking]) -> list[Held]:
    """Bookings as a screen shows them to whoever is signed in."""
    rows, now = list(rows), desk.now()
    there = {row.patron for row in rows if row.patron is not None}
    known = stored_readers.by_subjects(connection, sorted(there))
    mine = desk.operator.departments if desk.operator else ()
    found = []
    for row in rows:
        secret = row.scope is not None and row.scope not in mine
        reader = known.get(row.patron or "")
        words = "" if secret else row.words or ""
        who = words
        if reader is not None:
            who = masked(reader)
        found.append(
            Held(
                row.id,
                row.room,
                date.fromisoformat(row.day),
                desk.local(row.from_),
                desk.local(row.ended_at if row.status == OVER and row.ended_at else row.until),
                _state(desk, row, now),
                who,
                row.patron,
                row.heads,
                row.least,
                len(arrived(row)),
                None if secret else row.what,
                words,
                secret,
                tuple(needs(row)),
                row.series,
                desk.local(row.hold_until) if row.hold_until else None,
                row.how,
            )
        )
    return found


def _state(desk: Desk, row: Booking, now: datetime) -> State:
    if row.status == BOOKED and row.hold_until is not None and row.room in desk.profile.rooms:
        begun = opens(desk, desk.profile.rooms[row.room], desk.local(row.from_)) <= now
        return State.DUE if begun else State.BOOKED
    return {WAITING: State.WAITING, BOOKED: State.BOOKED, IN_USE: State.IN_USE}.get(
        row.status, State.OVER
    )
