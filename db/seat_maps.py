"""How every numbered seat of a zone stands, in one look: for a map that is read at each change."""

from collections.abc import Iterable
from operator import itemgetter
from typing import NamedTuple

from sqlalchemy import Connection

from db.store import driver

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
    closed: bool = False
    """it is out of order, whoever sits there still"""
    patron: str | None = None
    """of a seat that is somebody's own for the term, and they are not there: whose"""
    since: str | None = None
    until: str | None = None
    """when the time away ends, the reservation lapses, the sitting ends, or a free seat is somebody
    else's
    """
    sitting: str | None = None


# One row a seat, all in SQL: Python must not touch each of a thousand for every change of one. Of
# two who hold a seat whoever is meant comes last.
_SPOTS = """
SELECT seat.label, seat.row, seat.col,
    CASE held.status
        WHEN 'away' THEN CASE WHEN held.away_until <= :now THEN 'over' ELSE 'away' END
        WHEN 'seated' THEN 'seated' WHEN 'reserved' THEN 'reserved'
        ELSE CASE WHEN seat.closed IS NULL THEN 'free' ELSE 'closed' END END,
    seat.socket, seat.window, seat.lamp, seat.accessible, seat.noted IS NOT NULL,
    seat.closed IS NOT NULL, held.patron,
    CASE held.status WHEN 'away' THEN held.away_since WHEN 'reserved' THEN held.reserved_from
        WHEN 'seated' THEN held.since ELSE seat.closed_at END,
    CASE held.status WHEN 'away' THEN held.away_until WHEN 'reserved' THEN held.hold_until
        ELSE held.until END,
    held.id
FROM seat LEFT JOIN sitting AS held ON held.seat = seat.seat AND held.ended_at IS NULL
    AND (held.status <> 'reserved' OR held.reserved_from <= :soon)
WHERE seat.zone = :zone AND NOT seat.removed
ORDER BY seat.row, seat.col, held.status = 'reserved' DESC, held.id DESC
"""
_COMING = """
SELECT seat, min(reserved_from) FROM sitting
WHERE zone = ? AND status = 'reserved' AND ended_at IS NULL AND reserved_from > ? AND day = ?
GROUP BY seat
"""
_SEATED = """
SELECT (SELECT count(DISTINCT seat) FROM sitting WHERE ended_at IS NULL AND status = 'seated'),
    (SELECT count(*) FROM seat WHERE NOT removed)
"""


def spots(connection: Connection, zone: str, now: str, soon: str) -> dict[str, Spot]:
    """The seats of a zone by label, as the room lies. A reservation counts that begins by `soon`.

    Of two who hold one seat the first; whoever is there before whoever has reserved it.
    """
    lines = driver(connection).execute(_SPOTS, {"zone": zone, "now": now, "soon": soon})
    return by_label(map(Spot._make, lines))


def by_label(spots: Iterable[Spot]) -> dict[str, Spot]:
    """The same by their labels; of two of one label the last."""
    some = list(spots)
    return dict(zip(map(itemgetter(0), some), some, strict=True))


def coming(connection: Connection, zone: str, soon: str, day: str) -> dict[str, str]:
    """The seats (`zone/label`) that are reserved for later on a library day, and from when."""
    return dict(driver(connection).execute(_COMING, (zone, soon, day)))


def seated(connection: Connection) -> tuple[int, int]:
    """How many numbered seats of the library are sat on, and how many there are."""
    line = driver(connection).execute(_SEATED).fetchone()
    return int(line[0]), int(line[1])
