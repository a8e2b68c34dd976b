"""Rounds through a hall (巡座): seats that things hold while nobody is there are marked and get a
slip; those that are still held when the time on it is up are released.

A mark is a note on the seat (遗留物品), so that every screen shows it. The time on the slip is what
the rules of the zone allow for stepping away then. Whoever was seen since (came back, sat down,
stepped away in order) keeps the seat.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from db import conduct as stored_conduct
from db import places as stored_places
from db import readers as stored_readers
from db import seat_pages
from db import seats as stored_seats
from db.clock import stamp
from db.facts import Draft
from db.ledger import Act
from db.places import Place
from db.seat_pages import Stay
from db.seats import AWAY, RESERVED
from deskapp import calls, found_things, places, readers, seats, spaces
from deskapp.calls import Called
from deskapp.desk import Desk, Refusal
from deskapp.found_things import LogIt
from deskapp.places import Noted
from deskapp.readers import Found

ROUNDS = seats.SEATING
"""who may go on rounds"""
HOLDING = "holding"
"""the kind of violation, where the profile knows it: it waits to be confirmed"""
WAITING, DUE, BACK = "waiting", "due", "back"


@dataclass(frozen=True, slots=True)
class Marked:
    """A seat that somebody holds with things. `state`: waiting until `due`, then due; back: its
    reader has been there since. `reader`: who has the seat; nobody, where they never signed in.
    """

    seat: str
    label: str
    reader: Found | None
    since: datetime
    due: datetime
    state: str


@dataclass(frozen=True, slots=True)
class Released:
    """A seat is free again. `violation`: what waits to be confirmed; `thing`: the number under
    which what lay there is in lost and found; `called`: who is called to a seat now.
    """

    seat: str
    reader: str | None
    violation: str | None
    thing: str | None
    called: tuple[Called, ...]


def mark(desk: Desk, label: str, zone: str | None = None) -> Marked:
    """Nobody is at a seat, but things are: typed by its label. Marked again it stays as it is,
    unless its reader was there in between: then the time begins anew.

    Refuses RoleTooLow, SeatUnknown, SeatAmbiguous, SteppedAway(seat, until): in order, so far.
    """
    with seats.seating(desk) as act:
        place = places.sought(act.connection, label, zone)
        stay = _stay(act.connection, place, stamp(act.at))
        if stay is not None and stay.status == AWAY:
            until = stored_conduct.runs_out(
                act.connection, stay.zone, stay.away_since or "", stay.away_until or ""
            )
            if until > stamp(act.at):
                raise Refusal("SteppedAway", seat=place.label, until=desk.local(until))
        if not _is_marked(place) or _seen_since(stay, place.noted_at or ""):
            said = {"what": Noted.THINGS_LEFT.value}
            act.record_all([stored_places.draft("place.noted", place.seat, said)])
            place = places.sought(act.connection, place.seat)
        return _marked(desk, act.connection, place, stay)


def marked(desk: Desk, zone: str) -> list[Marked]:
    """The marked seats of a zone as they lie in the room. Refuses RoleTooLow, ZoneUnknown."""
    desk.require(ROUNDS)
    found = [place for place in places.seats(desk, zone) if _is_marked(place)]
    with desk.reading() as connection:
        now = stamp(desk.now())
        stays = {
            each.seat: each
            for each in seat_pages.in_zone(connection, zone)
            if each.status != RESERVED and each.until > now
        }
        return [_marked(desk, connection, place, stays.get(place.seat)) for place in found]


def _is_marked(place: Place) -> bool:
    return place.noted == Noted.THINGS_LEFT


def _stay(connection: Connection, place: Place, now: str) -> Stay | None:
    """Whoever has a seat now."""
    found = seat_pages.on_seat(connection, place.seat)
    return next((each for each in found if each.status != RESERVED and each.until > now), None)


def _seen_since(stay: Stay | None, at: str) -> bool:
    """Whether whoever has a seat has been there after a moment, as far as anybody noted it."""
    times = (stay.since, stay.present_since, stay.away_since) if stay is not None else ()
    return any(each is not None and each > at for each in times)


def _marked(desk: Desk, connection: Connection, place: Place, stay: Stay | None) -> Marked:
    since = desk.local(place.noted_at or "")
    due = _due(desk, connection, place.zone, since)
    state = DUE if due <= desk.now() else WAITING
    reader = None
    if stay is not None:
        row = stored_readers.by_subject(connection, stay.patron)
        reader = readers.shown(row) if row is not None and row.number is not None else None
        if _seen_since(stay, place.noted_at or ""):
            state = BACK
    return Marked(place.seat, place.label, reader, since, due, state)


def _due(desk: Desk, connection: Connection, zone: str, since: datetime) -> datetime:
    """When a seat that was marked then may be released."""
    until = _allowed(desk, zone, since)
    return desk.local(stored_conduct.runs_out(connection, zone, stamp(since), stamp(until)))


def _allowed(desk: Desk, zone: str, since: datetime) -> datetime:
    known = spaces.zone(desk, zone)
    terms = spaces.terms(desk, known, spaces.day_of(desk, known, since))
    return spaces.away_until(terms, since)


def came_back(desk: Desk, seat: str) -> None:
    """Its reader is there: the mark goes. Refuses RoleTooLow, SeatUnknown, NothingNoted."""
    desk.require(ROUNDS)
    places.clear_note(desk, seat)


def release(desk: Desk, seat: str, things: str = "", kept: str = "") -> Released:
    """Release a marked seat whose time is up; `things` that lay there go to lost and found, `kept`
    where they lie now. Its reader, if it had one, is noted for holding it, to be confirmed; they
    were there until it was marked.

    Refuses RoleTooLow, SeatUnknown, NotMarked(seat), BackSince(seat), ReleaseEarly(seat, due).
    """
    thing = None
    with seats.seating(desk) as act:
        place = places.sought(act.connection, seat)
        if not _is_marked(place):
            raise Refusal("NotMarked", seat=place.label)
        stay = _stay(act.connection, place, stamp(act.at))
        known = _marked(desk, act.connection, place, stay)
        if known.state == BACK:
            raise Refusal("BackSince", seat=place.label)
        if known.state != DUE:
            raise Refusal("ReleaseEarly", seat=place.label, due=known.due)
        drafts = _ending(desk, act, known, stay) if stay is not None else []
        drafts.append(stored_places.draft("place.note_cleared", place.seat))
        act.record_all(drafts)
        if things.strip():
            zone = spaces.zone(desk, place.zone)
            where = f"{zone.zh} {place.label}"
            owner = known.reader.id if known.reader else None
            thing = found_things.record(act, desk, LogIt(things, where, "", kept, owner)).number
    noted = next((each.subject for each in drafts if each.kind == "violation.noted"), None)
    called = tuple(calls.go_on(desk))
    return Released(place.seat, stay.patron if stay else None, noted, thing, called)


def _ending(desk: Desk, act: Act, known: Marked, stay: Stay) -> list[Draft]:
    marked_at = stamp(known.since)
    said = {"sitting": stay.id, "why": "round", "ended_at": marked_at}
    drafts = [stored_seats.draft("seat.released", stay.subject, said)]
    if HOLDING in desk.profile.violations:
        noted = {
            "patron": stay.patron,
            "kind": HOLDING,
            "zone": stay.zone,
            "seat": known.label,
            "since": marked_at,
            "due": stamp(_allowed(desk, stay.zone, known.since)),
            "at": stamp(act.at),
            "confirmed": False,
        }
        subject = f"violation:{stay.id}:{HOLDING}"
        drafts.append(stored_conduct.draft("violation.noted", subject, noted))
    return drafts
