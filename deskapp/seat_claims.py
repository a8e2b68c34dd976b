"""Who may have which seat, and until when: what taking, moving and reserving ask alike.

Nothing here writes. Times are moments; a claim's day is the zone's library day.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from db import conduct as stored_conduct
from db import crossings, draw_pages, places, seat_pages
from db import readers as stored_readers
from db.clock import moment, stamp
from db.places import Place
from db.seat_pages import Spot, Stay
from db.seats import AWAY, RESERVED, SEATED
from db.store import driver
from deskapp import spaces
from deskapp.desk import Desk, Refusal
from deskapp.space_entries import Terms, Zone

LOOK_AHEAD = 14
"""days in which the next opening is looked for"""
ROW = 4
"""places by which the next row is further away than a neighbour"""
WORTH = timedelta(minutes=30)
"""for which a seat must be free that is offered"""
LATE = "late"
"""the kind of violation of who comes late for what was reserved, where a zone's rules know it"""
LAST_SEATS = 3
"""of a reader, by which it is seen what they like"""


@dataclass(frozen=True, slots=True)
class Person:
    """A reader by the number that serves, under all their numbers, with what they hold."""

    id: str
    ids: Sequence[str]
    stays: Sequence[Stay]

    def there(self, now: datetime) -> Stay | None:
        """Where they sit, or stepped away from. What should be over by now is nobody's."""
        return next(iter(self.sits(now)), None)

    def sits(self, now: datetime) -> list[Stay]:
        """The same of all, where desks apart have seated them more than once."""
        sits = (each for each in self.stays if each.status in (SEATED, AWAY))
        return [each for each in sits if each.until > stamp(now)]

    def reservations(self, now: datetime) -> list[Stay]:
        """What is reserved for them, the first to begin first."""
        found = [each for each in self.stays if each.status == RESERVED and each.until > stamp(now)]
        return sorted(found, key=begins)


@dataclass(frozen=True, slots=True)
class Hours:
    """The opening of a zone that holds a moment, on its library day."""

    day: date
    opens: datetime
    closes: datetime
    terms: Terms
    """of that day"""


@dataclass(frozen=True, slots=True)
class Claim:
    """A seat that somebody may have from now on, and until when."""

    seat: str
    day: str
    until: str
    reservation: Stay | None = None
    """theirs, which this fulfils"""
    due: str | None = None
    """by when they should have come, if they are late and that is a violation"""


def begins(stay: Stay) -> str:
    return stay.since or stay.reserved_from or ""


def person(connection: Connection, reader: str) -> Person:
    """Refuses PatronUnknown: nobody, or erased."""
    ids = stored_readers.one_person(connection, reader)
    if not stored_readers.is_known(connection, ids[0]):
        raise Refusal("PatronUnknown")
    return Person(ids[0], ids, seat_pages.of_readers(connection, ids))


def hours(desk: Desk, zone: Zone, now: datetime) -> Hours:
    """When a zone is open now. Whoever stands there when it opens is let in a little before (the
    minutes of its rules). Refuses ZoneShut(zone, opens), ZoneClosed(zone): not in the next days.
    """
    calendar, rules = desk.calendars[zone.hours], desk.profile.seat_rules[zone.rules]
    today, coming = calendar.day_of(now), None
    for ahead in range(LOOK_AHEAD):
        day = today + timedelta(days=ahead)
        terms = rules.in_season(calendar.season(day))
        early = timedelta(minutes=terms.sign_in_before)
        for opens, closes in calendar.windows(day):
            if opens - early <= now < closes:
                return Hours(day, opens, closes, terms)
            if opens > now:
                coming = coming or opens
        if coming is not None:
            break
    if coming is None:
        raise Refusal("ZoneClosed", zone=zone.code)
    raise Refusal("ZoneShut", zone=zone.code, opens=coming)


def latest(terms: Terms, since: datetime, closes: datetime) -> datetime:
    """How long a sitting may last that begins then."""
    if not terms.longest:
        return closes
    return min(closes, since + timedelta(minutes=terms.longest))


def overlaps(stay: Stay, since: datetime, until: datetime) -> bool:
    """Whether somebody holds a seat at some time between two moments."""
    return begins(stay) < stamp(until) and stay.until > stamp(since)


def refuse_unfit(
    desk: Desk, connection: Connection, reader: Person, zone: Zone, now: datetime
) -> None:
    """Refuses NotEligible(zone, whose: codes of segments), Banned(until)."""
    if not spaces.eligible(desk, connection, zone, reader.id):
        raise Refusal("NotEligible", zone=zone.code, whose="/".join(zone.segments))
    until = stored_conduct.banned(connection, reader.id, zone.code, stamp(now))
    if until is not None:
        raise Refusal("Banned", until=desk.local(until))


def usable(connection: Connection, reader: Person, seat: str, day: date) -> Place:
    """A seat that is in order and nobody else's own. Refuses SeatUnknown, SeatClosed,
    SeatAllotted.
    """
    place = places.by_seat(connection, seat)
    if place is None:
        raise Refusal("SeatUnknown", seat=seat)
    if place.closed is not None:
        raise Refusal("SeatClosed", seat=seat)
    owner = draw_pages.owner(connection, seat, day.isoformat())
    if owner is not None and owner not in reader.ids:
        raise Refusal("SeatAllotted", seat=seat)
    return place


def claim(desk: Desk, connection: Connection, reader: Person, seat: str, now: datetime) -> Claim:
    """A certain seat, from now until its zone closes, its rules end, or somebody has reserved it,
    or the reader another.

    Refuses SeatUnknown, SeatClosed, SeatAllotted, SeatTaken(seat, until), ZoneShut, NotEligible,
    Banned, and of what is reserved for them TooEarly(seat, opens), ReservationOver(seat).
    """
    zone = zone_of(desk, seat)
    open_ = hours(desk, zone, now)
    usable(connection, reader, seat, open_.day)
    refuse_unfit(desk, connection, reader, zone, now)
    early = timedelta(minutes=open_.terms.sign_in_before)
    day = open_.day.isoformat()
    theirs = (each for each in reader.reservations(now) if (each.seat, each.day) == (seat, day))
    mine = next(theirs, None)
    if mine is not None:
        opens = desk.local(begins(mine)) - early
        if now < opens:
            raise Refusal("TooEarly", seat=seat, opens=opens)
        if _held_until(connection, mine) <= stamp(now):
            raise Refusal("ReservationOver", seat=seat)
    until = desk.local(mine.until) if mine else latest(open_.terms, now, open_.closes)
    for stay in seat_pages.on_seat(connection, seat):
        if stay.patron in reader.ids or not overlaps(stay, now, until):
            continue
        if _lapsed(desk, connection, stay, now):
            continue
        begun = desk.local(begins(stay))
        if stay.status != RESERVED or begun - early <= now:
            raise Refusal("SeatTaken", seat=seat, until=desk.local(stay.until))
        until = begun
    due = _late(connection, open_.terms, mine, now) if mine else None
    return Claim(seat, day, limited(reader, stamp(until), now, mine), mine, due)


def _late(connection: Connection, terms: Terms, mine: Stay, now: datetime) -> str | None:
    """By when they should have come for what was reserved; None if they did, or nobody minds."""
    if LATE not in terms.counts or mine.queue is not None:
        return None
    due = stamp(moment(begins(mine)) + timedelta(minutes=terms.late))
    ran_out = stored_conduct.runs_out(connection, mine.zone, begins(mine), due)
    return due if ran_out < stamp(now) else None


def _lapsed(desk: Desk, connection: Connection, stay: Stay, now: datetime) -> bool:
    """Whether a reservation is over that another desk has, which may not be heard of for hours."""
    if stay.status != RESERVED or stay.desk == desk.code:
        return False
    return _held_until(connection, stay) <= stamp(now)


def _held_until(connection: Connection, stay: Stay) -> str:
    """When a reservation is over that nobody takes."""
    return stored_conduct.runs_out(connection, stay.zone, begins(stay), stay.hold_until or "")


def chosen(desk: Desk, connection: Connection, reader: Person, zone: Zone, now: datetime) -> Claim:
    """The seat that a reader most likely wants in a zone now: reserved for them, their own for the
    term, where they sat last, else the first that is free, with a socket or by the window if one
    of their last seats was.

    Refuses ZoneFull(zone), and as `claim`.
    """
    open_ = hours(desk, zone, now)
    day, at = open_.day.isoformat(), stamp(now)
    soon = stamp(now + timedelta(minutes=open_.terms.sign_in_before))
    for each in reader.reservations(now):
        if each.zone == zone.code and begins(each) <= soon and _held_until(connection, each) > at:
            with suppress(Refusal):  # it is out of order, or taken at another desk: another one
                return claim(desk, connection, reader, each.seat, now)
    own = draw_pages.allotted(connection, reader.id, zone.code, day)
    if own is not None:
        try:
            return claim(desk, connection, reader, own, now)
        except Refusal as no:  # out of order: another one, until it is mended
            if no.code != "SeatClosed":
                raise
    refuse_unfit(desk, connection, reader, zone, now)
    until = stamp(latest(open_.terms, now, open_.closes))
    lately = seat_pages.lately(connection, reader.ids, LAST_SEATS)
    seat = seat_pages.next_free(connection, zone.code, at, until, day, lately)
    if seat is not None:
        return Claim(seat, day, limited(reader, until, now))
    seat = free_for_a_while(connection, zone, open_, now)
    if seat is None:
        raise Refusal("ZoneFull", zone=zone.code)
    return claim(desk, connection, reader, seat, now)


def free_for_a_while(connection: Connection, zone: Zone, open_: Hours, now: datetime) -> str | None:
    """Where no seat is free to the end, the one that is reserved last, if that is worth it."""
    times = (stamp(now), _worth(open_, now), open_.day.isoformat())
    return seat_pages.longest_free(connection, zone.code, *times)


def _worth(open_: Hours, now: datetime) -> str:
    """Until when a seat must be free at least."""
    early = timedelta(minutes=open_.terms.sign_in_before, microseconds=1)
    return stamp(now + max(WORTH, early))


def together(
    desk: Desk, connection: Connection, people: Sequence[Person], zone: Zone, now: datetime
) -> list[Claim]:
    """Seats for a group, those that stand nearest to each other, if there are enough of them that
    are free to the end. Refuses as `chosen`.
    """
    open_ = hours(desk, zone, now)
    for each in people:
        refuse_unfit(desk, connection, each, zone, now)
    day, at = open_.day.isoformat(), stamp(now)
    runs: list[list[Spot]] = []
    for until in (stamp(latest(open_.terms, now, open_.closes)), _worth(open_, now)):
        free = seat_pages.all_free(connection, zone.code, at, until, day)
        runs = runs or [free[n : n + len(people)] for n in range(len(free) - len(people) + 1)]
    if not people or not runs:
        raise Refusal("ZoneFull", zone=zone.code)
    best = min(runs, key=_apart)
    return [
        claim(desk, connection, each, spot.seat, now)
        for each, spot in zip(people, best, strict=True)
    ]


def _apart(spots: Sequence[Spot]) -> int:
    """How far seats stand from the first of them; another row is further than a neighbour."""
    first = spots[0]
    return sum(ROW * abs(s.row - first.row) + abs(s.col - first.col) for s in spots)


def extended(desk: Desk, connection: Connection, reader: Person, there: Stay, now: datetime) -> str:
    """Until when a sitting may go on from now on."""
    zone = zone_of(desk, there.seat)
    open_ = hours(desk, zone, now)
    until = stamp(latest(open_.terms, now, open_.closes))
    others = (s for s in seat_pages.on_seat(connection, there.seat) if s.patron not in reader.ids)
    behind = (begins(each) for each in others if begins(each) > stamp(now))
    return limited(reader, min([until, *behind]), now)


def limited(reader: Person, until: str, now: datetime, taken: Stay | None = None) -> str:
    """A sitting ends where its reader has reserved something else."""
    others = (each for each in reader.reservations(now) if each is not taken)
    return min([until, *(begins(each) for each in others if begins(each) > stamp(now))])


def beside(
    connection: Connection,
    reader: Person,
    day: str,
    said: Mapping[str, Any],
    mine: Collection[object] = (),
) -> dict[str, list[str]]:
    """What else a reader has between `from` and `until`, and is let have: times that were before,
    by a clock that was set back. `mine`: what this takes the place of.
    """
    times = (day, said["from"], said["until"])
    known = crossings.beside(driver(connection), crossings.SITTING, reader.ids, *times)
    others = [id for id in known if id not in mine]
    return {"beside": others} if others else {}


def zone_of(desk: Desk, seat: str) -> Zone:
    """The zone of a seat `exam/C-37`. Refuses SeatUnknown."""
    zone = desk.profile.zones.get(seat.partition("/")[0])
    if zone is None:
        raise Refusal("SeatUnknown", seat=seat)
    return zone
