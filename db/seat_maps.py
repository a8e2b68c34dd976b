"""How every numbered seat of a zone stands, in one look: for a map that is read at each change."""

from collections.abc import Collection, Iterable
from operator import itemgetter
from typing import NamedTuple

from sqlalchemy import Connection

from db.seats import subject_of
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
    twice: bool = False
    """two hold it, by desks that did not know of each other, and nobody has settled whose it is"""


class Mark(NamedTuple):
    """Up to where a map was read: the ledger's last line, and where the centre's order stood."""

    line: int | None
    fact: str | None
    place: tuple[int, int, int]


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
    held.id, 0
FROM seat LEFT JOIN sitting AS held ON held.seat = seat.seat AND held.ended_at IS NULL
    AND (held.status <> 'reserved' OR held.reserved_from <= :soon)
WHERE seat.zone = :zone AND NOT seat.removed{only}
ORDER BY seat.row, seat.col, held.status = 'reserved' DESC, held.id DESC
"""
_COMING = """
SELECT seat, min(reserved_from) FROM sitting
WHERE seat > :zone || '/' AND seat < :zone || '0' AND status = 'reserved' AND ended_at IS NULL
AND reserved_from > :soon AND day = :day{only} GROUP BY seat
"""
_TWICE = """
SELECT sitting.seat FROM clash JOIN sitting ON sitting.subject = clash.subject
WHERE settled_by IS NULL AND clash.subject > ?1 || '/' AND clash.subject < ?1 || '0'
AND ended_at IS NULL AND (status <> 'reserved' OR reserved_from <= ?2)
GROUP BY sitting.seat HAVING count(DISTINCT sitting.id) > 1
"""
_MARK = """
SELECT n, id, cursor, place.timeline, place.epoch
FROM place LEFT JOIN fact ON n = (SELECT max(n) FROM fact)
"""
FEW = 100
"""seats that are read by themselves: for more of them all are"""
APART = {"queue", "violation", "ban", "request"}
"""books beside those of seats that say nothing of how a seat stands"""
_SEATED = """
SELECT (SELECT count(DISTINCT seat) FROM sitting WHERE ended_at IS NULL AND status = 'seated'),
    (SELECT count(*) FROM seat WHERE NOT removed)
"""


def mark(connection: Connection) -> Mark:
    """Where the store stands."""
    line, fact, *place = driver(connection).execute(_MARK).fetchone()
    return Mark(line, fact, (place[0], place[1], place[2]))


def touched(connection: Connection, before: Mark, now: Mark) -> set[str] | None:
    """The seats (`zone/label`) of which anything was said between two marks. None: many, or what
    was said, or learnt from the centre, may concern any seat.
    """
    raw = driver(connection)
    last = raw.execute("SELECT id FROM fact WHERE n = ?", (before.line,)).fetchone()
    if before.place != now.place or last != (before.fact,):
        return None
    sql = "SELECT DISTINCT subject FROM fact WHERE n > ? LIMIT ?"
    seats: set[str] = set()
    for (subject,) in raw.execute(sql, (before.line, FEW + 1)).fetchall():
        book, _, rest = subject.partition(":")
        if book in ("seat", "place"):
            seats.add(rest.partition(":")[2] if book == "seat" else rest)
        elif book not in APART:
            return None
    return seats if len(seats) <= FEW else None


def spots(
    connection: Connection, zone: str, now: str, soon: str, only: Collection[str] | None = None
) -> dict[str, Spot]:
    """The seats of a zone by label, as the room lies; `only` some (`zone/label`). A reservation
    counts that begins by `soon`.

    Of two who hold one seat the first; whoever is there before whoever has reserved it.
    """
    sql, values = _of(_SPOTS, "seat.seat", only)
    lines = driver(connection).execute(sql, {"zone": zone, "now": now, "soon": soon, **values})
    return by_label(map(Spot._make, lines))


def _of(sql: str, column: str, only: Collection[str] | None) -> tuple[str, dict[str, str]]:
    if only is None:
        return sql.format(only=""), {}
    values = {f"only{n}": seat for n, seat in enumerate(only)}
    names = ", ".join(f":{name}" for name in values)
    return sql.format(only=f" AND {column} IN ({names})"), values


def by_label(spots: Iterable[Spot]) -> dict[str, Spot]:
    """The same by their labels; of two of one label the last."""
    some = list(spots)
    return dict(zip(map(itemgetter(0), some), some, strict=True))


def coming(
    connection: Connection, zone: str, soon: str, day: str, only: Collection[str] | None = None
) -> dict[str, str]:
    """The seats (`zone/label`) that are reserved for later on a library day, and from when."""
    sql, values = _of(_COMING, "seat", only)
    return dict(driver(connection).execute(sql, {"zone": zone, "soon": soon, "day": day, **values}))


def twice(connection: Connection, zone: str, soon: str, day: str) -> list[str]:
    """The seats (`zone/label`) that two hold on a library day while nobody has settled whose they
    are.
    """
    lines = driver(connection).execute(_TWICE, (subject_of(day, zone), soon))
    return [seat for (seat,) in lines]


def seated(connection: Connection) -> tuple[int, int]:
    """How many numbered seats of the library are sat on, and how many there are."""
    line = driver(connection).execute(_SEATED).fetchone()
    return int(line[0]), int(line[1])
