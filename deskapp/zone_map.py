"""A zone as its map draws it: every seat where it stands in the room, and how it stands now."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from operator import itemgetter

from sqlalchemy import Connection

from db import conduct, draw_pages, seat_maps
from db.clock import stamp
from db.seat_maps import AWAY, CLOSED, FREE, OVER, RESERVED, SEATED, STATES, Mark, Spot
from deskapp import readers, sofas, spaces
from deskapp.desk import Desk, Role
from deskapp.readers import Found
from deskapp.sofas import Seen
from deskapp.space_entries import Zone, ZoneKind

__all__ = ["AWAY", "CLOSED", "FREE", "OVER", "RESERVED", "SEATED", "STATES", "Spot", "ZoneMap"]

SEEING = Role.STUDENT_ASSISTANT
"""who may see who sits where, masked"""
LASTS = timedelta(seconds=10)
"""for how long a map is brought up to now by what has been written: then time alone changes seats
"""


@dataclass(frozen=True)
class ZoneMap:
    """The numbered seats of a zone, in the order of the room."""

    zone: str
    spots: tuple[Spot, ...]
    at: datetime | None = field(default=None, compare=False)
    """when all of it was read"""
    mark: Mark | None = field(default=None, compare=False)
    """up to where"""

    @cached_property
    def counts(self) -> Counter[str]:
        """How many seats stand how."""
        return Counter(map(itemgetter(3), self.spots))

    @cached_property
    def noted(self) -> int:
        """How many that are free have something noted of them: that is their sign."""
        return sum(spot.noted for spot in self.spots if spot.state == FREE)

    @cached_property
    def twice(self) -> int:
        """How many two hold."""
        return sum(map(itemgetter(14), self.spots))

    @cached_property
    def by_label(self) -> dict[str, Spot]:
        return seat_maps.by_label(self.spots)


def zone_map(desk: Desk, code: str, before: ZoneMap | None = None) -> ZoneMap:
    """The seats of a zone as they stand now. Of the map `before`, of moments ago, those are read
    again of which anything has been written since. Refuses RoleTooLow, ZoneUnknown.
    """
    desk.require(SEEING)
    now = desk.now()
    zone = spaces.zone(desk, code)
    day = spaces.day_of(desk, zone, now)
    early = timedelta(minutes=spaces.terms(desk, zone, day).sign_in_before)
    times = stamp(now), stamp(now + early), day.isoformat()
    with desk.reading() as connection:
        mark = seat_maps.mark(connection)
        only = _touched(connection, code, before, mark, now)
        spots = _spots(connection, code, *times, only)
        if only is None or before is None:
            return ZoneMap(code, tuple(spots.values()), now, mark)
        known = before.by_label
        if len(spots) == len(only) and not any(_moved(known, spot) for spot in spots.values()):
            return ZoneMap(code, tuple((known | spots).values()), before.at, mark)
        spots = _spots(connection, code, *times, None)  # the room itself is another
        return ZoneMap(code, tuple(spots.values()), now, mark)


def _spots(
    connection: Connection, code: str, at: str, soon: str, today: str, only: list[str] | None
) -> dict[str, Spot]:
    """The seats of a zone by label; `only` some. Moments are stamps."""
    spots = seat_maps.spots(connection, code, at, soon, only)
    for seat, owner in _owners(connection, code, today, only).items():
        if (spot := _at(spots, seat)) and spot.state == FREE:
            spots[spot.label] = spot._replace(state=RESERVED, patron=owner)
    for seat, begins in seat_maps.coming(connection, code, soon, today, only).items():
        if (spot := _at(spots, seat)) and spot.state == FREE:
            spots[spot.label] = spot._replace(until=begins)
    for seat in seat_maps.twice(connection, code, soon, today):
        if spot := _at(spots, seat):
            spots[spot.label] = spot._replace(twice=True)
    for spot in [spot for spot in spots.values() if spot.state == OVER]:
        # Its clock may have stood for a while.
        until = conduct.runs_out(connection, code, spot.since or at, spot.until or at)
        state = OVER if until <= at else AWAY
        spots[spot.label] = spot._replace(state=state, until=until)
    return spots


def _touched(
    connection: Connection, code: str, before: ZoneMap | None, mark: Mark, now: datetime
) -> list[str] | None:
    """The seats that are to be read again; None: all."""
    if before is None or before.zone != code or before.at is None or before.mark is None:
        return None
    if not before.at <= now < before.at + LASTS:
        return None
    seats = seat_maps.touched(connection, before.mark, mark)
    return None if seats is None else [seat for seat in seats if seat.startswith(f"{code}/")]


def _moved(known: Mapping[str, Spot], spot: Spot) -> bool:
    """Whether it does not stand where it stood."""
    return spot.label not in known or known[spot.label][:3] != spot[:3]


def _owners(
    connection: Connection, code: str, day: str, only: Collection[str] | None
) -> dict[str, str]:
    if only is None:
        return draw_pages.owners(connection, code, day)
    found = {seat: draw_pages.owner(connection, seat, day) for seat in only}
    return {seat: owner for seat, owner in found.items() if owner is not None}


def _at(spots: dict[str, Spot], seat: str) -> Spot | None:
    return spots.get(seat.partition("/")[2])


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
