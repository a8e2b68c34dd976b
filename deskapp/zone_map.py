"""A zone as its map draws it: every seat where it stands in the room, and how it stands now."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

__all__ = ["AWAY", "CLOSED", "FREE", "OVER", "RESERVED", "SEATED", "STATES", "Spot", "ZoneMap"]

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
    since: str | None = None
    until: str | None = None
    """when the time away ends, the reservation lapses, or the sitting does"""
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
