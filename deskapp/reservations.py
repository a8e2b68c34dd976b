"""Reserving a seat (预约), today or ahead, as the rules of its zone and season let one."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from db import seat_pages
from db import seats as stored
from db.clock import stamp
from db.seat_pages import Stay
from db.seats import VOID
from deskapp import calls, seat_claims, seats, spaces, sweeps
from deskapp.calendar import Moments
from deskapp.desk import Desk, Refusal
from deskapp.seat_claims import Person
from deskapp.space_entries import Terms, Zone


@dataclass(frozen=True, slots=True)
class Reserved:
    """A seat waits for a reader: to be taken between these two moments."""

    reader: str
    seat: str
    sitting: str
    begins: datetime
    until: datetime
    sign_in_from: datetime
    sign_in_until: datetime


@dataclass(frozen=True, slots=True)
class Cancelled:
    reader: str
    seat: str


def days(desk: Desk, reader: str, zone: str) -> list[date]:
    """The library days for which a reader may still reserve in a zone, at some time.

    Refuses RoleTooLow, PatronUnknown, ZoneUnknown, NotEligible, Banned, and where there is no such
    day NotReservable(zone) or ReservedEnough(count).
    """
    desk.require(seats.SEATING)
    where, now = spaces.zone(desk, zone), desk.now()
    today = desk.calendars[where.hours].day_of(now)
    most = max(each.ahead for each in desk.profile.seat_rules[where.rules].all_terms())
    found, refusal = [], Refusal("NotReservable", zone=zone)
    with desk.reading() as connection:
        person = seat_claims.person(connection, reader)
        seat_claims.refuse_unfit(desk, connection, person, where, now)
        for ahead in range(most + 1):
            on = today + timedelta(ahead)
            terms = spaces.terms(desk, where, on)
            if terms.ahead < ahead:
                continue
            try:
                _refuse_more(connection, person, on, terms)
                found.append(on)
            except Refusal as no:
                refusal = no
    if not found:
        raise refusal
    return found


@sweeps.in_time
def reserve(
    desk: Desk,
    reader: str,
    seat: str | None = None,
    zone: str | None = None,
    day: date | None = None,
    begins: datetime | None = None,
) -> Reserved:
    """Reserve a seat, or in a zone the one that they most likely want, from then (now, or when the
    zone opens that day) until it closes or the rules' longest stay is over.

    Refuses RoleTooLow, PatronUnknown, SeatUnknown, SeatClosed, SeatAllotted, ZoneUnknown,
    NotEligible, Banned, NotReservable(zone), TooFarAhead(days), ZoneShut, RoomShut(hours: behind
    the last of them), ZoneClosed, ReservedEnough(count), SeatTaken, ZoneFull, QueueFirst,
    AlreadySeated(seat: they have another at that time).
    """
    with seats.seating(desk) as act:
        connection, (now, person) = act.connection, seats.who(desk, act, reader)
        where = seat_claims.zone_of(desk, seat) if seat else spaces.zone(desk, zone or "")
        seat_claims.refuse_unfit(desk, connection, person, where, now)
        on, (since, until) = _when(desk, where, now, day, begins)
        terms = spaces.terms(desk, where, on)
        _refuse_more(connection, person, on, terms)
        until = seat_claims.latest(terms, since, until)
        for stay in person.stays:
            if seat_claims.overlaps(stay, since, until):
                raise Refusal("AlreadySeated", seat=stay.seat)
        if seat is None:
            seat = _free(connection, person, where, since, until, on)
        else:
            seat_claims.usable(connection, person, seat, on)
            _refuse_taken(desk, connection, seat, since, until)
        early = timedelta(minutes=terms.sign_in_before)
        if since <= now + early:
            calls.refuse_first(desk, connection, where.code, now)
        hold = min(until, since + timedelta(minutes=terms.sign_in_after))
        times = {"from": stamp(since), "until": stamp(until), "hold_until": stamp(hold)}
        said = times | seat_claims.beside(connection, person, on.isoformat(), times)
        subject = stored.subject_of(on.isoformat(), seat)
        fact = act.record("seat.reserved", subject, {"patron": person.id, **said})
        return Reserved(person.id, seat, fact.id, since, until, max(now, since - early), hold)


def _when(
    desk: Desk, zone: Zone, now: datetime, day: date | None, begins: datetime | None
) -> tuple[date, Moments]:
    """The library day, and from when until when the zone is open on it."""
    calendar = desk.calendars[zone.hours]
    today = calendar.day_of(now)
    on = day or calendar.day_of(begins or now)
    ahead = spaces.terms(desk, zone, on).ahead
    if ahead < 0:
        raise Refusal("NotReservable", zone=zone.code)
    if on > today + timedelta(days=ahead):
        raise Refusal("TooFarAhead", days=ahead)
    wanted = max(now, begins or now)
    for opens, closes in calendar.windows(on):
        if max(wanted, opens) < closes and (begins is None or opens <= begins):
            return on, (max(wanted, opens), closes)
    coming = next((opens for opens, _ in calendar.windows(on) if opens > wanted), None)
    if coming is not None:
        raise Refusal("ZoneShut", zone=zone.code, opens=coming)
    if windows := calendar.windows(on):
        hours = " ".join(f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in windows)
        raise Refusal("RoomShut", hours=hours)
    raise Refusal("ZoneClosed", zone=zone.code)


def _refuse_more(connection: Connection, person: Person, on: date, terms: Terms) -> None:
    """What was cancelled counts, too: seats are not to be tried on."""
    today = seat_pages.of_day(connection, person.ids, on.isoformat())
    made = [each for each in today if each.reserved_from and not each.queue and each.how != VOID]
    if len(made) >= terms.a_day:
        raise Refusal("ReservedEnough", count=terms.a_day)


def _free(
    connection: Connection,
    person: Person,
    zone: Zone,
    since: datetime,
    until: datetime,
    on: date,
) -> str:
    lately = seat_pages.lately(connection, person.ids, seat_claims.LAST_SEATS)
    spans = (stamp(since), stamp(until), on.isoformat())
    seat = seat_pages.next_free(connection, zone.code, *spans, lately)
    if seat is None:
        raise Refusal("ZoneFull", zone=zone.code)
    return seat


def _refuse_taken(
    desk: Desk,
    connection: Connection,
    seat: str,
    since: datetime,
    until: datetime,
) -> None:
    for stay in seat_pages.on_seat(connection, seat):
        if seat_claims.overlaps(stay, since, until):
            raise Refusal("SeatTaken", seat=seat, until=desk.local(stay.until))


@sweeps.in_time
def cancel(desk: Desk, reader: str, sitting: str) -> Cancelled:
    """A reservation is given up. Refuses RoleTooLow, PatronUnknown, ReservationUnknown (over, or
    somebody else's).
    """
    with seats.seating(desk) as act:
        now, person = seats.who(desk, act, reader)
        stay = _theirs(person, sitting, now)
        said = {"sitting": stay.id, "how": "cancelled"}
        act.record("seat.left", stay.subject, said)
    calls.go_on(desk)
    return Cancelled(person.id, stay.seat)


def _theirs(person: Person, sitting: str, now: datetime) -> Stay:
    for stay in person.reservations(now):
        if stay.id == sitting:
            return stay
    raise Refusal("ReservationUnknown")
