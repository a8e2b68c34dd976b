"""Calling whoever waits for a full zone (候位): when a seat comes free, the next reader has it kept
for a few minutes; who does not come loses their turn, and is not reproached for it.

A desk calls those who joined there, so that desks apart do not call one reader twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from db import queues as stored
from db import seat_pages
from db import seats as stored_seats
from db.clock import stamp
from db.ledger import Act
from db.queues import CALLED, WAITING, Queueing
from db.seats import RESERVED, VOID
from deskapp import seat_claims, spaces, wall_clock
from deskapp.desk import Desk, Refusal
from deskapp.seat_claims import Claim, Person
from deskapp.space_entries import Zone

GIVEN_AWAY = "given_away"
"""how a place in a queue ends whose seat, as somebody settled it, is another's: they wait on"""


@dataclass(frozen=True, slots=True)
class Called:
    """A reader is to come: the seat is theirs until then."""

    id: str
    reader: str
    seat: str
    until: datetime


def go_on(desk: Desk) -> list[Called]:
    """Bring the queues up to now: who came, who did not, whose zone is shut, and who is next.

    In nobody's name; nothing while the clock cannot be right.
    """
    with desk.reading() as connection:
        rows = stored.at_desk(connection, desk.code)
        if not rows or not _due(desk, connection, rows):
            return []
    if wall_clock.doubt(desk) is not None:
        return []
    called: list[Called] = []
    with desk.ledger.act(None) as act:
        for row in stored.at_desk(act.connection, desk.code):
            why = _over(desk, act.connection, row)
            if why is not None:
                _end(act, row, why)
            elif row.status == WAITING:
                called += _call(act, desk, row)
    return called


def _due(desk: Desk, connection: Connection, rows: list[Queueing]) -> bool:
    """Whether anything is to be done."""
    if any(_over(desk, connection, row) is not None for row in rows):
        return True
    zones = {row.zone for row in rows if row.status == WAITING}
    return any(_free(desk, connection, zone) for zone in zones)


def _free(desk: Desk, connection: Connection, zone: str) -> bool:
    try:
        return is_free(desk, connection, zone, desk.now())
    except Refusal:
        return False  # shut now: there is nothing to sit on


def is_free(desk: Desk, connection: Connection, zone: str, now: datetime) -> bool:
    """Whether a zone has a free seat. Refuses ZoneUnknown, ZoneShut, ZoneClosed."""
    found = spaces.zone(desk, zone)
    hours = seat_claims.hours(desk, found, now)
    until = seat_claims.latest(hours.terms, now, hours.closes)
    times = (stamp(now), stamp(until), hours.day.isoformat())
    if seat_pages.next_free(connection, zone, *times, []) is not None:
        return True
    return seat_claims.free_for_a_while(connection, found, hours, now) is not None


def _over(desk: Desk, connection: Connection, row: Queueing) -> str | None:
    """How a place in a queue has ended, if it has."""
    zone = desk.profile.zones.get(row.zone)
    windows = spaces.window(desk, zone, date.fromisoformat(row.day)) if zone else []
    if zone is None or not windows or windows[-1][1] <= desk.now():
        return "closed"
    if row.status == CALLED:
        subject = stored_seats.subject_of(row.day, row.seat or "")
        stay = seat_pages.sitting(connection, subject, row.sitting or "")
        if stay is None:
            return GIVEN_AWAY
        if stay.how == VOID or (stay.since is None and stay.status != RESERVED):
            return "missed"
        return "served" if stay.since is not None else None
    try:
        person = seat_claims.person(connection, row.patron)
        if person.there(desk.now()) is not None:
            return "elsewhere"
        seat_claims.refuse_unfit(desk, connection, person, zone, desk.now())
    except Refusal:
        return "unfit"
    return None


def _end(act: Act, row: Queueing, why: str) -> None:
    if why == "served":
        act.record_all([stored.draft("queue.served", row.subject)])
        return
    act.record_all([stored.draft("queue.left", row.subject, {"why": why})])
    if why == GIVEN_AWAY:
        said = {"patron": row.patron, "zone": row.zone, "day": row.day, "since": row.joined_at}
        act.record_all([stored.draft("queue.joined", act.new_subject("queue"), said)])


def _call(act: Act, desk: Desk, row: Queueing) -> Iterator[Called]:
    """Keep the next free seat for whoever waits there, if there is one."""
    now, zone = act.at.astimezone(desk.zone), spaces.zone(desk, row.zone)
    person = seat_claims.person(act.connection, row.patron)
    claim = _next(desk, act.connection, person, zone, now)
    if claim is None:
        return
    terms = spaces.terms(desk, zone, spaces.day_of(desk, zone, now))
    until = now + timedelta(minutes=terms.call)
    said: dict[str, Any] = {
        "patron": person.id,
        "from": stamp(now),
        "until": claim.until,
        "hold_until": stamp(until),
        "queue": row.subject,
    }
    said |= seat_claims.beside(act.connection, person, claim.day, said)
    subject = stored_seats.subject_of(claim.day, claim.seat)
    (kept,) = act.record_all([stored_seats.draft("seat.reserved", subject, said)])
    call = {"seat": claim.seat, "sitting": kept.id, "until": stamp(until)}
    act.record_all([stored.draft("queue.called", row.subject, call)])
    yield Called(row.subject, person.id, claim.seat, until)


def _next(
    desk: Desk, connection: Connection, person: Person, zone: Zone, now: datetime
) -> Claim | None:
    """The seat to which whoever waits is to be called now."""
    try:
        claim = seat_claims.chosen(desk, connection, person, zone, now)
    except Refusal:
        return None  # full, or shut
    return claim if claim.reservation is None else None  # they have one, and know it


def refuse_first(desk: Desk, connection: Connection, zone: str, now: datetime) -> None:
    """A seat that has come free is not given out past the queue. Refuses QueueFirst(zone): somebody
    who joined at this desk is to be called before (`sweeps.in_time` does it, and tries again).
    """
    waiting = [row for row in stored.at_desk(connection, desk.code) if row.status == WAITING]
    here = [row for row in waiting if row.zone == zone]
    if not here or not _free(desk, connection, zone) or wall_clock.doubt(desk) is not None:
        return
    for row in here:
        if _over(desk, connection, row) is None:
            person = seat_claims.person(connection, row.patron)
            if _next(desk, connection, person, spaces.zone(desk, zone), now) is not None:
                raise Refusal("QueueFirst", zone=zone)
