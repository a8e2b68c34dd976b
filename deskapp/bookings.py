"""Booking rooms: for a reader or the library itself, once or every week; waiting for one; coming,
staying longer, leaving. At one desk two bookings never overlap; between desks they clash.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from db import room_pages as pages
from db import rooms as stored
from db.clock import stamp
from db.facts import Draft
from db.ledger import Act
from db.rooms import BOOKED, IN_USE, OVER, WAITING, Booking, subject_of
from deskapp import booking_rules, rooms, whose
from deskapp.booking_rules import Allowed, Wish
from deskapp.desk import Desk, Refusal, Role
from deskapp.rooms import SEATING, Held

WEEK = timedelta(days=7)
MOST = 60
"""weeks for which something repeats"""


@dataclass(frozen=True, slots=True)
class Booked:
    """A room is somebody's for a time. `hold_until`: when the smallest group must be there."""

    id: str
    room: str
    begin: datetime
    until: datetime
    hold_until: datetime | None
    in_use: bool = False


@dataclass(frozen=True, slots=True)
class Repeated:
    """What was booked of something weekly, and why single days were not."""

    booked: tuple[Booked, ...]
    refused: tuple[tuple[date, Refusal], ...]


@dataclass(frozen=True, slots=True)
class Waits:
    """Somebody waits for a room; so many wait for that time before them."""

    id: str
    room: str
    before: int


@dataclass(frozen=True, slots=True)
class Arrived:
    """So many of the smallest group are there; with the last of them the room is in use."""

    id: str
    room: str
    count: int
    least: int
    in_use: bool


@dataclass(frozen=True, slots=True)
class Extended:
    id: str
    room: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Freed:
    """A room came free, and who waited has it now: they are to be told."""

    id: str
    room: str
    how: str
    promoted: tuple[Held, ...] = ()


def book(desk: Desk, wish: Wish, *, here: bool = False) -> Booked:
    """A room for a time; `here`: the group stands at the desk, and has it at once.

    Refuses as `booking_rules.allow`, RoomTaken, RoomHasEvent, ReaderHasRoom, BookingsADay.
    """
    desk.require(SEATING)
    with desk.act() as act:
        allowed = booking_rules.allow(desk, act.connection, wish)
        return _book(act, desk, wish, allowed, here=here)


def check(desk: Desk, wish: Wish) -> None:
    """Whether a reader may have a room then, be it free or not: before more is asked of them.

    Refuses as `booking_rules.allow`, ReaderHasRoom, BookingsADay.
    """
    desk.require(SEATING)
    with desk.reading() as connection:
        allowed = booking_rules.allow(desk, connection, wish)
        booking_rules.refuse_more(desk, connection, allowed, wish)


def repeat(desk: Desk, wish: Wish, last: date) -> Repeated:
    """The same every week until a day, that day in it; single days that cannot be are named. How
    far ahead readers may book does not bind the librarian who answers for it.

    Refuses RoleTooLow, RepeatWrong, and where no day at all can be booked what the first says.
    """
    desk.require(Role.LIBRARIAN)
    booked: list[Booked] = []
    refused: list[tuple[date, Refusal]] = []
    weeks = (last - wish.begin.date()) // WEEK
    if not 0 < weeks < MOST:
        raise Refusal("RepeatWrong", most=MOST)
    with desk.act() as act:
        for week in range(weeks + 1):
            begin, until = (_later(desk, moment, week) for moment in (wish.begin, wish.until))
            each = replace(wish, begin=begin, until=until)
            try:
                allowed = booking_rules.allow(desk, act.connection, each, ahead=False)
                booked.append(_book(act, desk, each, allowed, series=act.id))
            except Refusal as refusal:
                refused.append((begin.date(), refusal))
        if not booked:
            raise refused[0][1]
    return Repeated(tuple(booked), tuple(refused))


def _later(desk: Desk, moment: datetime, weeks: int) -> datetime:
    """The same time on the wall."""
    wall = moment.astimezone(desk.zone).replace(tzinfo=None) + weeks * WEEK
    return wall.replace(tzinfo=desk.zone)


def wait(desk: Desk, wish: Wish) -> Waits:
    """Wait for a room that is taken (候补): whoever waits first has it once it comes free.

    Refuses as `booking_rules.allow` and `refuse_theirs`, RoomFree (nobody has it), WaitsAlready.
    """
    desk.require(SEATING)
    with desk.act() as act:
        allowed = booking_rules.allow(desk, act.connection, wish)
        subject = subject_of(allowed.day.isoformat(), wish.room)
        begin, until = stamp(wish.begin), stamp(wish.until)
        booking_rules.refuse_theirs(desk, act.connection, subject, allowed.patron, begin, until)
        try:
            booking_rules.refuse_taken(desk, act.connection, subject, begin, until)
        except Refusal:
            pass
        else:
            raise Refusal("RoomFree")
        rows = [
            row
            for row in pages.of_room(act.connection, subject)
            if row.status == WAITING and row.from_ < until and begin < row.until
        ]
        if allowed.patron is not None and allowed.patron in {row.patron for row in rows}:
            raise Refusal("WaitsAlready")
        said, words = _said(wish, allowed)
        draft = _draft(act, "room.awaited", subject, said, words, allowed)
        (fact,) = act.record_all([draft])
    return Waits(fact.id, wish.room, len(rows))


def _book(
    act: Act,
    desk: Desk,
    wish: Wish,
    allowed: Allowed,
    *,
    here: bool = False,
    series: str | None = None,
) -> Booked:
    subject = subject_of(allowed.day.isoformat(), wish.room)
    times = stamp(wish.begin), stamp(wish.until)
    booking_rules.refuse_taken(desk, act.connection, subject, *times)
    booking_rules.refuse_more(desk, act.connection, allowed, wish)
    hold = None if here else hold_until(desk, allowed, wish.begin)
    said, words = _said(wish, allowed)
    said |= {"series": series, "hold_until": stamp(hold) if hold else None}
    day = allowed.day.isoformat()
    said |= booking_rules.beside(act.connection, allowed.patron, day, *times)
    (fact,) = act.record_all([_draft(act, "room.booked", subject, said, words, allowed)])
    if here:
        act.record("room.opened", subject, {"booking": fact.id})
    return Booked(fact.id, wish.room, wish.begin, wish.until, hold, here)


def hold_until(desk: Desk, allowed: Allowed, begin: datetime) -> datetime | None:
    """When the smallest group must be there: so many minutes after the begin, or from now."""
    if allowed.patron is None or not allowed.rules.sign_in:
        return None
    return max(begin, desk.now()) + timedelta(minutes=allowed.rules.sign_in)


def _said(wish: Wish, allowed: Allowed) -> tuple[dict[str, object], dict[str, str]]:
    """What a booking says openly, and what it confides."""
    said: dict[str, object] = {
        "patron": allowed.patron,
        "from": stamp(wish.begin),
        "until": stamp(wish.until),
        "heads": wish.heads,
        "least": allowed.least,
        "needs": list(wish.needs),
    }
    words = {"words": wish.words.strip()} if wish.words.strip() else {}
    if wish.what is not None:
        (words if allowed.scope is not None else said)["what"] = wish.what
    return said, words


def _draft(
    act: Act,
    kind: str,
    subject: str,
    said: dict[str, object],
    words: dict[str, str],
    allowed: Allowed,
) -> Draft:
    person = whose.words(act, f"{subject}+{act.id}", allowed.patron)
    return stored.draft(kind, subject, said, words, person=person, scope=allowed.scope)


# Coming, staying, leaving


def arrive(desk: Desk, id: str, reader: str) -> Arrived:
    """One of the group is scanned in at the door.

    Refuses as `open_`, PatronUnknown, CameAlready; not RoomInUse.
    """
    desk.require(SEATING)
    with desk.act() as act:
        row = _open(act, id)
        patron = booking_rules.head_of(act.connection, reader)
        known = rooms.room(desk, row.room)
        if desk.now() < (opens := rooms.opens(desk, known, desk.local(row.from_))):
            raise Refusal("RoomTooEarly", time=f"{opens:%H:%M}")
        if patron in stored.arrived(row):
            raise Refusal("CameAlready", count=len(stored.arrived(row)), least=row.least)
        act.record("room.arrived", row.subject, {"booking": id, "patron": patron})
        now = rooms.find(act.connection, id)
    return Arrived(id, row.room, len(stored.arrived(now)), row.least, now.status == IN_USE)


def open_(desk: Desk, id: str) -> Booked:
    """Somebody saw that they are there.

    Refuses RoleTooLow, BookingUnknown, BookingOver, BookingWaits (that is cancelled, and nothing
    else), RoomInUse, RoomTooEarly.
    """
    desk.require(SEATING)
    with desk.act() as act:
        row = _open(act, id)
        if row.status == IN_USE:
            raise Refusal("RoomInUse")
        begin = desk.local(row.from_)
        if desk.now() < (opens := rooms.opens(desk, rooms.room(desk, row.room), begin)):
            raise Refusal("RoomTooEarly", time=f"{opens:%H:%M}")
        act.record("room.opened", row.subject, {"booking": id})
    return Booked(id, row.room, begin, desk.local(row.until), None, in_use=True)


def extend(desk: Desk, id: str, minutes: int | None = None) -> Extended:
    """Longer, by a step of the room's rules, if nobody has it then.

    Refuses RoleTooLow, BookingUnknown, BookingOver, BookingWaits, RoomTaken, RoomHasEvent,
    RoomShut, BookingLength.
    """
    desk.require(SEATING)
    with desk.act() as act:
        row = _open(act, id)
        room = rooms.room(desk, row.room)
        by, day = rooms.rules(desk, room), date.fromisoformat(row.day)
        before = desk.local(row.until)
        until = before + timedelta(minutes=by.step if minutes is None else minutes)
        booking_rules.length_allowed(desk.local(row.from_), until, by)
        if not any(first < until <= last for first, last in rooms.hours(desk, room, day)):
            raise Refusal("RoomShut", hours=booking_rules.hours_words(desk, room, day))
        times = row.until, stamp(until)
        booking_rules.refuse_taken(desk, act.connection, row.subject, *times, but=id)
        mine = row.patron, row.day
        booking_rules.refuse_elsewhere(desk, act.connection, *mine, *times, but=id, past=True)
        said = {"booking": id, "from": times[0], "until": times[1]}
        act.record("room.extended", row.subject, said)
    return Extended(id, row.room, until)


def end(desk: Desk, id: str) -> Freed:
    """They have left.

    Refuses RoleTooLow, BookingUnknown, BookingOver, BookingWaits, RoomNotInUse.
    """
    desk.require(SEATING)
    with desk.act() as act:
        row = _open(act, id)
        if row.status != IN_USE:
            raise Refusal("RoomNotInUse")
        act.record("room.ended", row.subject, {"booking": id, "how": stored.LEFT})
        return Freed(id, row.room, stored.LEFT, promote(act, desk, row.subject))


def cancel(desk: Desk, id: str, *, rest: bool = False) -> list[Freed]:
    """Take a booking or a wait back; with `rest` also what is left of what repeats.

    Refuses RoleTooLow, BookingUnknown, BookingOver, RoomInUse (they are there: let them leave).
    """
    desk.require(SEATING)
    with desk.act() as act:
        row = _open(act, id, wait=True)
        if row.status == IN_USE:
            raise Refusal("RoomInUse")
        rows = [row]
        if rest and row.series is not None:
            left = pages.of_series(act.connection, row.series, row.from_)
            rows = [each for each in left if each.status == BOOKED]
        found = []
        for each in rows:
            act.record("room.cancelled", each.subject, {"booking": each.id})
            promoted = promote(act, desk, each.subject) if each.status == BOOKED else ()
            found.append(Freed(each.id, each.room, stored.CANCELLED, promoted))
        return found


def _open(act: Act, id: str, *, wait: bool = False) -> Booking:
    """Refuses BookingUnknown, BookingOver, and unless a `wait` will do BookingWaits."""
    row = rooms.find(act.connection, id)
    if row.status == OVER:
        raise Refusal("BookingOver")
    if row.status == WAITING and not wait:
        raise Refusal("BookingWaits")
    return row


def promote(act: Act, desk: Desk, subject: str) -> tuple[Held, ...]:
    """Who waits for a room on a day has it, the first first, as far as it is free now."""
    now, found = stamp(act.at), []
    rows = pages.of_room(act.connection, subject)
    for row in sorted((r for r in rows if r.status == WAITING), key=lambda r: (r.made_at, r.id)):
        begin = max(row.from_, now)
        room = desk.profile.rooms.get(row.room)
        if room is None or row.until <= begin:
            continue
        by = rooms.rules(desk, room)
        try:
            booking_rules.refuse_taken(desk, act.connection, subject, begin, row.until)
            span = row.patron, row.day, begin, row.until
            booking_rules.refuse_elsewhere(desk, act.connection, *span)
        except Refusal:
            continue
        hold = None
        if row.patron is not None and by.sign_in:
            hold = stamp(desk.local(begin) + timedelta(minutes=by.sign_in))
        said = {"booking": row.id, "from": begin, "until": row.until, "hold_until": hold}
        act.record("room.promoted", subject, said | booking_rules.beside(act.connection, *span))
        found.append(rooms.find(act.connection, row.id))
    return tuple(rooms.shown(desk, act.connection, found))


def sweep(desk: Desk) -> list[Freed]:
    """What a clock ends, in nobody's name: rooms where too few came in time are released, with a
    violation where the rules name one; what is over is ended; whoever waits moves up.

    Only the desk that made a booking, and once its day is over any.
    """
    today, now = rooms.today(desk).isoformat(), stamp(desk.now())

    def due(connection: Connection) -> list[Booking]:
        rows = pages.lapsed(connection, now)
        return [row for row in rows if row.desk == desk.code or row.day < today]

    with desk.reading() as connection:
        if not due(connection):
            return []
    with desk.ledger.act(None) as act:
        return [
            Freed(row.id, row.room, how, promote(act, desk, row.subject))
            for row in due(act.connection)
            if (how := _lapse(act, desk, row, now)) is not None
        ]


def _lapse(act: Act, desk: Desk, row: Booking, now: str) -> str | None:
    """How it ended; None where the clocks stood meanwhile, and it goes on."""
    if row.status == BOOKED and row.hold_until is not None:
        at = booking_rules.held_until(act.connection, row)
        if at < now:
            why = stored.TOO_FEW if stored.arrived(row) else stored.NO_SHOW
            said = {"booking": row.id, "why": why, "ended_at": min(at, row.until)}
            act.record("room.released", row.subject, said)
            act.record_all(booking_rules.violations(desk, row, at))
            return why
        if row.until > now:
            return None
    how = stored.UNSERVED if row.status == WAITING else stored.TIME_UP
    said = {"booking": row.id, "how": how, "ended_at": row.until}
    act.record("room.ended", row.subject, said)
    return how
