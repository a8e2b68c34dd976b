"""The queue (候位) for a full zone: joining it, leaving it, and who is to be told to come."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from db import queues as stored
from db import readers as stored_readers
from db import seats as stored_seats
from db.ledger import Act
from db.queues import CALLED, WAITING, Queueing
from deskapp import calls, readers, seat_claims, seats, spaces, sweeps
from deskapp.calls import Called
from deskapp.desk import Desk, Refusal
from deskapp.readers import Found
from deskapp.seats import SEATING

__all__ = ["CALLED", "SEATING", "WAITING", "Called", "InQueue", "Joined", "join", "leave", "queue"]


@dataclass(frozen=True, slots=True)
class Joined:
    """A reader waits for a zone, so many before them."""

    id: str
    reader: str
    zone: str
    ahead: int


@dataclass(frozen=True, slots=True)
class InQueue:
    """A place in a queue as a list shows it. `seat`, `until`: to which they were called."""

    id: str
    reader: Found | None
    joined: datetime
    status: str
    seat: str
    until: datetime | None
    here: bool
    """whether this desk calls them"""


@sweeps.in_time
def join(desk: Desk, reader: str, zone: str) -> Joined:
    """A reader waits for a full zone.

    Refuses RoleTooLow, PatronUnknown, ZoneUnknown, ZoneShut, ZoneClosed, NotEligible, Banned,
    AlreadySeated, QueuedAlready(zone), ZoneNotFull(zone): nobody waits, and a seat is free.
    """
    with seats.seating(desk) as act:
        now, person = seats.who(desk, act, reader)
        seats.refuse_seated(person, now)
        wanted = spaces.zone(desk, zone)
        seat_claims.refuse_unfit(desk, act.connection, person, wanted, now)
        day = seat_claims.hours(desk, wanted, now).day.isoformat()
        known = stored.of_readers(act.connection, person.ids, day)
        if known is not None:
            raise Refusal("QueuedAlready", zone=known.zone)
        ahead = stored.ahead(act.connection, zone, day)
        if not ahead and calls.is_free(desk, act.connection, zone, now):
            raise Refusal("ZoneNotFull", zone=zone)
        subject = act.new_subject("queue")
        said = {"patron": person.id, "zone": zone, "day": day}
        act.record_all([stored.draft("queue.joined", subject, said)])
    return Joined(subject, person.id, zone, ahead)


def leave(desk: Desk, id: str) -> list[Called]:
    """They wait no longer; what was kept for them is free, and whoever is called for it is given.

    Refuses RoleTooLow, QueueOver.
    """
    with seats.seating(desk) as act:
        row = _open(act, id)
        drafts = [stored.draft("queue.left", id, {"why": "left"})]
        if row.status == CALLED:
            subject = stored_seats.subject_of(row.day, row.seat or "")
            said = {"sitting": row.sitting, "how": "cancelled"}
            drafts.append(stored_seats.draft("seat.left", subject, said))
        act.record_all(drafts)
    return calls.go_on(desk)


def _open(act: Act, id: str) -> Queueing:
    row = stored.by_subject(act.connection, id)
    if row is None or row.ended_at is not None:
        raise Refusal("QueueOver")
    return row


def queue(desk: Desk, zone: str) -> list[InQueue]:
    """Who waits for a zone today or was called and has not come, in the order of coming.

    Refuses RoleTooLow, ZoneUnknown.
    """
    desk.require(SEATING)
    day = spaces.day_of(desk, spaces.zone(desk, zone), desk.now()).isoformat()
    with desk.reading() as connection:
        return _shown(desk, connection, stored.queue(connection, zone, day))


def of_reader(desk: Desk, reader: str) -> InQueue | None:
    """A reader's place in a queue, and to which seat they were called."""
    desk.require(SEATING)
    with desk.reading() as connection:
        today = desk.now().date().isoformat()
        row = stored.of_readers(connection, stored_readers.one_person(connection, reader), today)
        return _shown(desk, connection, [row])[0] if row is not None else None


def ahead(desk: Desk, reader: str) -> int:
    """How many wait before a reader for the same zone; none where they wait nowhere."""
    desk.require(SEATING)
    with desk.reading() as connection:
        today = desk.now().date().isoformat()
        row = stored.of_readers(connection, stored_readers.one_person(connection, reader), today)
        return stored.ahead(connection, row.zone, row.day, row) if row is not None else 0


def waiting(desk: Desk) -> dict[str, int]:
    """How many wait today, by zone, where anybody does."""
    with desk.reading() as connection:
        found = stored.waiting(connection)
    zones, now = desk.profile.zones, desk.now()
    return {
        zone: count
        for zone, day, count in found
        if zone in zones and spaces.day_of(desk, zones[zone], now).isoformat() == day
    }


def _shown(desk: Desk, connection: Connection, rows: list[Queueing]) -> list[InQueue]:
    known = stored_readers.by_subjects(connection, [row.patron for row in rows])
    return [
        InQueue(
            row.subject,
            readers.shown(known[row.patron]) if row.patron in known else None,
            desk.local(row.joined_at),
            row.status,
            row.seat or "",
            desk.local(row.until) if row.until else None,
            desk.code == (row.called_by or row.desk),
        )
        for row in rows
    ]
