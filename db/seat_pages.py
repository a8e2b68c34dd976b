"""What is asked of seats: by hand-written SQL, for a card at the desk waits for the answer."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from db.clashes import Pair
from db.rows import marks
from db.seats import OPEN
from db.store import driver


class Stay(NamedTuple):
    """A row of `Sitting`."""

    subject: str
    id: str
    desk: str
    seat: str
    zone: str
    day: str
    patron: str
    queue: str | None
    status: str
    reserved_from: str | None
    hold_until: str | None
    since: str | None
    until: str
    away_since: str | None
    away_until: str | None
    present_since: str | None
    spans: str
    due_at: str | None
    ended_at: str | None
    how: str | None

    def there(self) -> list[tuple[str, str]]:
        """From when to when its reader was there, while that is over."""
        return [(since, to) for since, to in json.loads(self.spans)]


_ASK = f"SELECT {', '.join(Stay._fields)} FROM sitting WHERE "
# Left to itself SQLite would look at every open row and not only at the index that has the time.
_DUE = _ASK.replace("WHERE", "INDEXED BY sitting_seat WHERE") + (
    f"due_at <= ? AND {OPEN} ORDER BY due_at, id"
)


def _stays(connection: Connection, where: str, *values: Any) -> list[Stay]:
    return [Stay(*line) for line in driver(connection).execute(_ASK + where, values)]


def of_readers(connection: Connection, patrons: Sequence[str]) -> list[Stay]:
    """Where these readers sit, and what is reserved for them."""
    return _stays(connection, f"patron IN {marks(len(patrons))} AND {OPEN} ORDER BY id", *patrons)


def on_seat(connection: Connection, seat: str) -> list[Stay]:
    """Who holds a seat (`exam/C-37`), now or later."""
    return _stays(connection, f"seat = ? AND {OPEN} ORDER BY id", seat)


def in_zone(connection: Connection, zone: str) -> list[Stay]:
    """All who hold a seat of a zone, now or later."""
    return _stays(connection, f"seat > ? AND seat < ? AND {OPEN}", f"{zone}/", f"{zone}0")


def due(connection: Connection, now: str) -> list[Stay]:
    """Those whose time is up, the first first."""
    return [Stay(*line) for line in driver(connection).execute(_DUE, (now,))]


def of_day(connection: Connection, patrons: Sequence[str], day: str) -> list[Stay]:
    """All of these readers on a library day, what is over too, in the order in which it began."""
    where = f"patron IN {marks(len(patrons))} AND day = ? ORDER BY id"
    return _stays(connection, where, *patrons, day)


def of_days(connection: Connection, patrons: Sequence[str], first: str, last: str) -> list[Stay]:
    """All of these readers from one library day to another, both in it."""
    where = f"patron IN {marks(len(patrons))} AND day BETWEEN ? AND ? ORDER BY day, id"
    return _stays(connection, where, *patrons, first, last)


def lately(connection: Connection, patrons: Sequence[str], limit: int) -> list[str]:
    """The seats where these readers sat last, the newest first; an index has all of it."""
    where = f"patron IN {marks(len(patrons))} AND since IS NOT NULL ORDER BY day DESC, since DESC"
    lines = driver(connection).execute(
        f"SELECT seat FROM sitting WHERE {where} LIMIT ?", (*patrons, limit)
    )
    return [seat for (seat,) in lines]


def sitting(connection: Connection, subject: str, id: str) -> Stay | None:
    """One of a seat's sittings on a day."""
    found = _stays(connection, "subject = ? AND id = ?", subject, id)
    return found[0] if found else None


def of_subject(connection: Connection, subject: str) -> list[Stay]:
    """All who had a seat on a library day, as they came."""
    return _stays(connection, "subject = ? ORDER BY id", subject)


def between(connection: Connection, first: str, last: str) -> Iterator[Stay]:
    """All sittings from one library day to another, both in it, day by day."""
    where = f"{_ASK}subject >= ? AND subject < ? ORDER BY subject, id"
    for line in driver(connection).execute(where, (f"seat:{first}:", f"seat:{last};")):
        yield Stay(*line)


class Spot(NamedTuple):
    """Where a seat stands."""

    seat: str
    row: int
    col: int


_FREE = """
SELECT seat FROM seat WHERE zone = ?1 AND NOT removed AND closed IS NULL {more}
AND NOT EXISTS (
    SELECT 1 FROM sitting WHERE sitting.seat = seat.seat AND ended_at IS NULL
    AND coalesce(since, reserved_from) < ?3 AND until > ?2
)
AND NOT EXISTS (
    SELECT 1 FROM draw JOIN application ON draw = draw.subject AND place = seat.label
    WHERE draw.zone = ?1 AND last >= ?4 AND first <= ?4 AND thing = 'seat' AND status = 'confirmed'
)
"""
_LAST = _FREE.format(more="AND seat = ?5")
_NEXT = _FREE.format(more="{}") + "ORDER BY rank LIMIT 1"
_LONGEST = (
    _FREE.format(more="")
    + """ORDER BY (
    SELECT min(reserved_from) FROM sitting WHERE sitting.seat = seat.seat AND ended_at IS NULL
    AND reserved_from >= ?3
) DESC, accessible, rank LIMIT 1"""
)
_LIKED = (
    "SELECT max(socket), max(window), max(accessible) FROM seat "
    "WHERE seat IN (SELECT value FROM json_each(?))"
)


def next_free(
    connection: Connection, zone: str, since: str, until: str, day: str, lately: Sequence[str]
) -> str | None:
    """A seat of a zone that nobody holds between two moments, and that is nobody's own: the last
    of a reader's seats if that is free, else the first that has what one of them had, else the
    first. One made for a wheelchair only to who had such a one, or where there is no other.
    """
    raw, span = driver(connection), (zone, since, until, day)
    for seat in lately:
        if seat.startswith(f"{zone}/") and raw.execute(_LAST, (*span, seat)).fetchone():
            return seat
    liked: list[str] = []
    if lately:
        had = raw.execute(_LIKED, (json.dumps(lately),)).fetchone()
        liked = [n for n, has in zip(("socket", "window", "accessible"), had, strict=True) if has]
    usual = "" if "accessible" in liked else "AND NOT accessible "
    wanted = [f"AND ({' OR '.join(liked)}) {usual}"] if liked else []
    for more in (*wanted, usual, ""):
        if found := raw.execute(_NEXT.format(more), span).fetchone():
            return str(found[0])
    return None


def longest_free(connection: Connection, zone: str, since: str, until: str, day: str) -> str | None:
    """Of the seats that nobody holds between two moments the one that is reserved last."""
    found = driver(connection).execute(_LONGEST, (zone, since, until, day)).fetchone()
    return str(found[0]) if found else None


def all_free(connection: Connection, zone: str, since: str, until: str, day: str) -> list[Spot]:
    """Every such seat of a zone as it stands in the hall, row by row."""
    sql = "SELECT seat, row, col FROM seat WHERE seat IN (" + _FREE.format(more="")
    lines = driver(connection).execute(sql + ") ORDER BY row, col", (zone, since, until, day))
    return [Spot(*line) for line in lines]


_OF = (
    "CASE WHEN {0}.kind = 'seat.extended' AND {0}.data <> '' "
    "THEN json_extract({0}.data, '$.sitting') ELSE {0}.id END"
)
"""the sitting that a fact began or made longer"""
_BOTH = f"({_OF.format('fact')}, {_OF.format('behind')})"
_APART = f"""
SELECT clash.subject, first, second FROM clash
JOIN fact ON fact.id = first JOIN fact behind ON behind.id = second
JOIN sitting one ON one.subject = clash.subject AND one.id IN {_BOTH}
JOIN sitting other ON other.subject = clash.subject AND other.id IN {_BOTH}
WHERE settled_by IS NULL AND clash.subject >= 'seat:' AND clash.subject < 'seat;'
AND one.id <> other.id AND other.desk = ?
AND (one.how = 'void' OR one.ended_at <= coalesce(other.since, other.reserved_from))
GROUP BY clash.subject, first, second
"""


def never_met(connection: Connection, desk: str) -> list[tuple[str, Pair]]:
    """Clashes of two who had one seat one after the other, though neither desk knew: subject and
    pair; those of which a desk saw the second last.
    """
    lines = driver(connection).execute(_APART, (desk,))
    return [(subject, (first, second)) for subject, first, second in lines]
