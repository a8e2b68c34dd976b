"""A zone as its map draws it: every seat where it stands in the room, and how it stands now."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import NamedTuple

from sqlalchemy import Connection

from db import conduct, draw_pages, places, seat_pages
from db.clock import stamp
from db.places import Place
from db.seat_pages import Stay
from deskapp import readers, sofas, spaces
from deskapp.desk import Desk, Role
from deskapp.readers import Found
from deskapp.sofas import Seen
from deskapp.space_entries import Zone, ZoneKind

__all__ = ["AWAY", "CLOSED", "FREE", "OVER", "RESERVED", "SEATED", "STATES", "Spot", "ZoneMap"]

SEEING = Role.STUDENT_ASSISTANT
"""who may see who sits where, masked"""

FREE, SEATED, AWAY, OVER, RESERVED, CLOSED = STATES = (
    "free",
    "seated",
    "away",
    "over",
    "reserved",
    "closed",
)
"""how a seat stands; over: away for longer than one may be"""


class Spot(NamedTuple):
    """One seat of a map. row, col: places in the room, an aisle takes one too; moments as stored.

    The reader, by id, is whoever sits there, is away or has it reserved.
    """

    label: str
    row: int
    col: int
    state: str = FREE
    socket: bool = False
    window: bool = False
    lamp: bool = False
    accessible: bool = False
    noted: bool = False
    """something is noted of the seat: things left there, damage"""
    patron: str | None = None
    """of a seat that is somebody's own for the term, and they are not there: whose"""
    since: str | None = None
    until: str | None = None
    """when the time away ends, the reservation lapses, the sitting ends, or a free seat is somebody
    else's
    """
    sitting: str | None = None


@dataclass(frozen=True)
class ZoneMap:
    """The numbered seats of a zone, in the order of the room."""

    zone: str
    spots: tuple[Spot, ...]

    @cached_property
    def counts(self) -> Counter[str]:
        """How many seats stand how."""
        return Counter(spot.state for spot in self.spots)

    @cached_property
    def by_label(self) -> dict[str, Spot]:
        return {spot.label: spot for spot in self.spots}


def zone_map(desk: Desk, code: str) -> ZoneMap:
    """The seats of a zone as they stand now. Refuses RoleTooLow, ZoneUnknown."""
    desk.require(SEEING)
    now = desk.now()
    zone = spaces.zone(desk, code)
    day = spaces.day_of(desk, zone, now)
    early = timedelta(minutes=spaces.terms(desk, zone, day).sign_in_before)
    soon, today = stamp(now + early), day.isoformat()
    with desk.reading() as connection:
        held: dict[str, Stay] = {}
        coming: dict[str, str] = {}
        for stay in seat_pages.in_zone(connection, code):
            begins = stay.reserved_from or ""
            if stay.status != RESERVED:
                held[stay.seat] = stay
            elif begins <= soon:
                held.setdefault(stay.seat, stay)
            elif stay.day == today:
                coming[stay.seat] = min(begins, coming.get(stay.seat, begins))
        owners = draw_pages.owners(connection, code, today)
        spots = []
        for place in places.in_zone(connection, code):
            seat = place.seat
            whose = (held.get(seat), owners.get(seat), coming.get(seat))
            spots.append(_spot(connection, place, *whose, now=stamp(now)))
    return ZoneMap(code, tuple(sorted(spots, key=lambda spot: (spot.row, spot.col))))


def _spot(
    connection: Connection,
    place: Place,
    stay: Stay | None,
    owner: str | None,
    coming: str | None,
    *,
    now: str,
) -> Spot:
    """coming: when somebody has reserved it, later than that it could not be given out now."""
    laid = (place.label, place.row, place.col)
    has = (bool(place.socket), bool(place.window), bool(place.lamp), bool(place.accessible))
    noted = place.noted is not None
    if stay is None:
        if place.closed is not None:
            return Spot(*laid, CLOSED, *has, noted, since=place.closed_at)
        if owner is not None:
            return Spot(*laid, RESERVED, *has, noted, owner)
        return Spot(*laid, FREE, *has, noted, until=coming)
    state, since, until = stay.status, stay.since, stay.until
    if stay.status == AWAY and stay.away_since and stay.away_until:
        since, until = stay.away_since, stay.away_until
        if until <= now:  # its clock may have stood
            until = conduct.runs_out(connection, stay.zone, since, until)
            state = OVER if until <= now else AWAY
    elif stay.status == RESERVED:
        since, until = stay.reserved_from, stay.hold_until or stay.until
    return Spot(*laid, state, *has, noted, stay.patron, since, until, stay.id)


def holder(desk: Desk, spot: Spot) -> Found | None:
    """Whoever sits there, is away or has it reserved; None where nobody is, or they were erased."""
    desk.require(SEEING)
    return readers.by_id(desk, spot.patron) if spot.patron else None


@dataclass(frozen=True, slots=True)
class Occupancy:
    """How full a zone is. Of places that are only counted: as last seen, None if nobody looked."""

    zone: Zone
    places: int
    counts: Counter[str]
    seen: Seen | None = None

    @property
    def seated(self) -> int | None:
        """How many sit there."""
        if self.zone.kind is ZoneKind.COUNTED:
            return self.seen.number if self.seen else None
        return self.counts[SEATED]

    @property
    def share(self) -> float | None:
        """Which part of it is in use, by who has stepped away too."""
        used = (self.seated or 0) + self.counts[AWAY] + self.counts[OVER]
        return None if self.seated is None or not self.places else used / self.places


def floors(desk: Desk) -> list[Occupancy]:
    """Every zone as it stands now, from the lowest floor up. Refuses RoleTooLow."""
    found = []
    for zone in sorted(spaces.zones(desk), key=lambda zone: zone.floor):
        if zone.kind is ZoneKind.COUNTED:
            found.append(Occupancy(zone, zone.places, Counter(), sofas.seen(desk, zone.code)))
        else:
            drawn = zone_map(desk, zone.code)
            found.append(Occupancy(zone, len(drawn.spots), drawn.counts))
    return found
