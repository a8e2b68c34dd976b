"""What a room may be booked for, by whom, for how long: the profile's rules, as refusals."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from db import conduct, crossings, event_pages
from db import readers as stored_readers
from db import room_pages as pages
from db.clock import stamp
from db.facts import Draft
from db.rooms import LEFT, OVER, TIME_UP, WAITING, Booking
from db.store import driver
from deskapp import rooms, spaces
from deskapp.desk import Desk, Refusal, Role
from deskapp.rooms import SEATING, Room, RoomRules

FARTHEST = 366
"""days ahead for which the library itself books"""


@dataclass(frozen=True, slots=True)
class Wish:
    """A room for a time. `reader` is an id; without one the library itself has it, and `words` say
    who or what for. `what` is a purpose of the profile, `needs` equipment.
    """

    room: str
    begin: datetime
    until: datetime
    heads: int
    reader: str | None = None
    what: str | None = None
    words: str = ""
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the rules say of a wish. Of a confidential one (`scope`) no reader is kept."""

    room: Room
    rules: RoomRules
    day: date
    patron: str | None
    scope: str | None

    @property
    def least(self) -> int:
        """So many must come; nobody is counted where the library has the room."""
        return self.room.least if self.patron is not None else 1


def allow(desk: Desk, connection: Connection, wish: Wish, *, ahead: bool = True) -> Allowed:
    """Whether these rules let somebody have a room then, be it free or not. `ahead`: whether the
    days ahead count.

    Refuses RoleTooLow, RoomUnknown, CodeUnknown, BookingUnnamed, PatronUnknown, RoomNotForReader,
    Banned, RoomLacks, RoomTooSmall, GroupTooSmall, BookingPast, BookingTooFar, RoomShut, RoomStep,
    BookingLength.
    """
    room = rooms.room(desk, wish.room)
    by = rooms.rules(desk, room)
    scope = _scope(desk, wish.what)
    own = wish.reader is None or scope is not None
    desk.require(Role.LIBRARIAN if own or by.by_staff else SEATING)
    if wish.reader is None and scope is None and not wish.words.strip():
        raise Refusal("BookingUnnamed")
    patron = None if own else _reader(desk, connection, wish, by)
    day = rooms.day_of(desk, room, wish.begin)
    _fits(wish, room, own=own)
    _in_time(desk, wish, by, day, FARTHEST if own or not ahead else by.ahead)
    if not any(a <= wish.begin and wish.until <= b for a, b in rooms.hours(desk, room, day)):
        raise Refusal("RoomShut", hours=hours_words(desk, room, day))
    return Allowed(room, by, day, patron, scope)


def _scope(desk: Desk, what: str | None) -> str | None:
    """The department that alone knows what a room is for."""
    if what is None:
        return None
    if what not in desk.profile.purposes:
        known = " / ".join(each.zh for each in desk.profile.purposes.values())
        raise Refusal("CodeUnknown", value=what, known=known)
    kind = desk.profile.kinds.get(desk.profile.purposes[what].kind or "")
    return kind.department if kind is not None and kind.confidential else None


def _reader(desk: Desk, connection: Connection, wish: Wish, by: RoomRules) -> str:
    patron = head_of(connection, wish.reader or "")
    if not spaces.belongs(desk, connection, by.segments, patron):
        raise Refusal("RoomNotForReader")
    if until := conduct.banned(connection, patron, wish.room, stamp(desk.now())):
        raise Refusal("Banned", until=desk.local(until))
    return patron


def _fits(wish: Wish, room: Room, *, own: bool) -> None:
    if lacking := [each for each in wish.needs if each not in room.equipment]:
        raise Refusal("RoomLacks", what=" ".join(lacking))
    if wish.heads > room.capacity:
        raise Refusal("RoomTooSmall", capacity=room.capacity)
    least = 1 if own else room.least
    if wish.heads < least:
        raise Refusal("GroupTooSmall", least=least)


def _in_time(desk: Desk, wish: Wish, by: RoomRules, day: date, ahead: int) -> None:
    step, now = timedelta(minutes=by.step), desk.now()
    if wish.until <= now or wish.begin <= now - step:
        raise Refusal("BookingPast")
    if (day - rooms.today(desk)).days > ahead:
        raise Refusal("BookingTooFar", days=ahead)
    for moment in (wish.begin, wish.until):
        if (moment.hour * 60 + moment.minute) % by.step or moment.second or moment.microsecond:
            raise Refusal("RoomStep", minutes=by.step)
    length_allowed(wish.begin, wish.until, by)


def length_allowed(begin: datetime, until: datetime, by: RoomRules) -> None:
    """Refuses BookingLength."""
    if not by.shortest <= (until - begin) / timedelta(minutes=1) <= by.longest:
        raise Refusal("BookingLength", shortest=by.shortest, longest=by.longest)


def hours_words(desk: Desk, room: Room, day: date) -> str:
    """`08:00-12:00 13:00-22:00`; `-` where it is shut all day."""
    hours = rooms.hours(desk, room, day)
    return " ".join(f"{first:%H:%M}-{last:%H:%M}" for first, last in hours) or "-"


def refuse_taken(
    desk: Desk, connection: Connection, subject: str, begin: str, until: str, but: str = ""
) -> None:
    """Refuses RoomTaken(time): somebody else has the room then; and as `refuse_event`. Stamps."""
    refuse_event(desk, connection, subject, begin, until)
    for row in pages.of_room(connection, subject):
        if row.id != but and _overlaps(row, begin, until):
            time = f"{desk.local(row.from_):%H:%M}-{desk.local(row.until):%H:%M}"
            raise Refusal("RoomTaken", time=time)


def refuse_event(desk: Desk, connection: Connection, subject: str, begin: str, until: str) -> None:
    """Refuses RoomHasEvent(event, time): a session is held there then. Stamps."""
    _, _, room = subject.split(":", 2)
    for line in event_pages.in_place(connection, room, begin, until):
        time = f"{desk.local(line.begins):%H:%M}-{desk.local(line.until):%H:%M}"
        raise Refusal("RoomHasEvent", event=line.title, time=time)


def refuse_theirs(
    desk: Desk, connection: Connection, subject: str, patron: str | None, begin: str, until: str
) -> None:
    """Refuses RoomTheirs(time): who would wait for the room has it themselves then; RoomHasEvent:
    nobody waits for that. Stamps.
    """
    refuse_event(desk, connection, subject, begin, until)
    if patron is None:
        return
    person = stored_readers.one_person(connection, patron)
    for row in pages.of_room(connection, subject):
        if row.patron in person and _overlaps(row, begin, until):
            time = f"{desk.local(row.from_):%H:%M}-{desk.local(row.until):%H:%M}"
            raise Refusal("RoomTheirs", time=time)


def refuse_more(desk: Desk, connection: Connection, allowed: Allowed, wish: Wish) -> None:
    """Refuses ReaderHasRoom(room, time): they have another one then; BookingsADay(most)."""
    if allowed.patron is None:
        return
    day, times = allowed.day.isoformat(), (stamp(wish.begin), stamp(wish.until))
    rows = refuse_elsewhere(desk, connection, allowed.patron, day, *times)
    known = desk.profile.rooms
    alike = [r for r in rows if r.room in known and known[r.room].rules == allowed.rules.code]
    if len(alike) >= allowed.rules.a_day:
        raise Refusal("BookingsADay", most=allowed.rules.a_day)


def refuse_elsewhere(
    desk: Desk,
    connection: Connection,
    patron: str | None,
    day: str,
    begin: str,
    until: str,
    but: str = "",
    *,
    past: bool = False,
) -> list[Booking]:
    """Refuses ReaderHasRoom(time): they have another one then, or (`past`) had one; else all that
    they have that day. Stamps.
    """
    if patron is None:
        return []
    rows = pages.used_on(connection, stored_readers.one_person(connection, patron), day)
    for row in rows:
        had = past and row.how in (LEFT, TIME_UP) and row.from_ < until and begin < _end(row)
        if row.id != but and (had or _overlaps(row, begin, until)):
            time = f"{desk.local(row.from_):%H:%M}-{desk.local(_end(row)):%H:%M}"
            raise Refusal("ReaderHasRoom", time=time)
    return rows


def _end(row: Booking) -> str:
    return min(row.ended_at or row.until, row.until)


def beside(
    connection: Connection, patron: str | None, day: str, begin: str, until: str
) -> dict[str, object]:
    """What is over and, by a clock that was set back, yet to come: no crossing."""
    if patron is None:
        return {}
    person = stored_readers.one_person(connection, patron)
    raw = driver(connection)
    known = crossings.beside(raw, crossings.BOOKING, person, day, begin, until)
    return {"beside": known} if known else {}


def _overlaps(row: Booking, begin: str, until: str) -> bool:
    return row.status not in (WAITING, OVER) and row.from_ < until and begin < row.until


def head_of(connection: Connection, reader: str) -> str:
    """The number that serves for a reader. Refuses PatronUnknown."""
    (patron,) = stored_readers.heads(connection, [reader]).values()
    found = stored_readers.by_subject(connection, patron)
    if found is None or found.number is None:
        raise Refusal("PatronUnknown")
    return patron


# What a clock decides


def held_until(connection: Connection, row: Booking) -> str:
    """When the smallest group must be there, less the windows in which clocks stood (免责时段)."""
    return conduct.runs_out(connection, row.room, row.from_, row.hold_until or row.until)


def violations(desk: Desk, row: Booking, at: str) -> list[Draft]:
    """What is noted of whoever booked a room that was released: nothing, where the rules do not
    name it, or one of the group came.
    """
    room = desk.profile.rooms.get(row.room)
    kind = rooms.rules(desk, room).violation if room else None
    if kind is None or row.patron is None or row.arrived != "[]":
        return []
    due = row.hold_until or row.until
    return [conduct.ran_out(kind, row.id, row.patron, row.room, "", row.from_, due, at)]
