"""Numbered seats of the library's zones: where each stands, what it has, whether it is in order."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, Index
from sqlmodel import Field, SQLModel

from db.facts import Book, Draft, Fact, Row, Rows, Stub, put
from db.store import driver


class Seat(SQLModel, table=True):
    """One numbered seat. Moments are UTC stamps."""

    __table_args__ = (
        Index(
            "seat_next",  # has all that is asked of a seat before it is given out
            *("zone", "rank", "seat", "label", "accessible", "socket", "window", "removed"),
            "closed",
        ),
    )
    subject: str = Field(primary_key=True)
    seat: str = Field(unique=True)
    """zone/label: `exam/C-37`"""
    zone: str
    label: str
    row: int
    col: int
    """as the hall is drawn, from 1"""
    rank: int
    """seats are offered in this order"""
    socket: bool = False
    window: bool = False
    lamp: bool = False
    accessible: bool = False
    closed: str | None = None
    """out of order: why, as a code of the profile, or "" where nobody said"""
    closed_at: str | None = None
    removed: bool = False
    """it is not there any more"""
    noted: str | None = None
    """what is noted on it: things_left, damage, other"""
    noted_at: str | None = None
    note: str | None = None
    """in words"""


class Place(NamedTuple):
    """A numbered seat that is there, as queries give it."""

    seat: str
    zone: str
    label: str
    row: int
    col: int
    rank: int
    socket: bool
    window: bool
    lamp: bool
    accessible: bool
    closed: str | None
    closed_at: str | None
    noted: str | None
    noted_at: str | None
    note: str | None


LAID = ("row", "col", "rank", "socket", "window", "lamp", "accessible")
"""what is said of a seat that is laid out"""
LINE = 1000
"""rows, and places of a row, are fewer"""
_NOTHING = dict.fromkeys(("closed", "closed_at", "noted", "noted_at", "note"))
_AGAINST = (
    {"place.closed", "place.opened"},
    {"place.laid", "place.removed"},
)


def _clashes(one: Stub, other: Stub) -> bool:
    """One took it out of order and one put it right, or they laid it out otherwise."""
    if one.kind == other.kind == "place.laid":
        return bool(json.loads(one.data) != json.loads(other.data))
    return {one.kind, other.kind} in _AGAINST


_TABLES: tuple[type[SQLModel], ...] = (Seat,)
PLACES = Book("place", _TABLES, clashes=_clashes)


def subject_of(seat: str) -> str:
    """The subject of a seat `zone/label`."""
    return f"place:{seat}"


def draft(
    kind: str,
    seat: str,
    said: Mapping[str, Any] | None = None,
    private: Mapping[str, Any] | None = None,
    *,
    person: str | None = None,
) -> Draft:
    """A seat's fact; `person`: whose words the private part holds."""
    words = person if private is not None else None
    return Draft(kind, subject_of(seat), said or {}, words, private)


def _row(rows: Rows) -> Row:
    return rows["seat",]


@PLACES.fold("place.laid")
def _laid(rows: Rows, fact: Fact) -> Rows:
    """`LAID`. Again: it stands elsewhere or has something else, and is there again."""
    seat = fact.subject.partition(":")[2]
    zone, _, label = seat.partition("/")
    said = fact.says()
    laid = {name: said[name] for name in LAID}
    if not 0 < min(said["row"], said["col"]) <= max(said["row"], said["col"]) < LINE:
        raise ValueError("no hall is so large: to draw it would take all memory")
    return put(rows, "seat", **laid, seat=seat, zone=zone, label=label, removed=False)


@PLACES.fold("place.removed")
def _removed(rows: Rows, fact: Fact) -> Rows:
    """It is not there any more, and with it went what was wrong with it."""
    return put(rows, "seat", **(_row(rows) | _NOTHING | {"removed": True}))


@PLACES.fold("place.closed")
def _closed(rows: Rows, fact: Fact) -> Rows:
    """`{why}`: out of order."""
    since = _row(rows).get("closed_at") or fact.at
    return put(rows, "seat", closed=fact.says()["why"], closed_at=since)


@PLACES.fold("place.opened")
def _opened(rows: Rows, fact: Fact) -> Rows:
    """In order again."""
    return put(rows, "seat", **(_row(rows) | {"closed": None, "closed_at": None}))


@PLACES.fold("place.noted")
def _noted(rows: Rows, fact: Fact) -> Rows:
    """`{what}`; private: words. The last note stands."""
    words = fact.confides().get("words")
    noted = {"noted": fact.says()["what"], "noted_at": fact.at, "note": words}
    return put(rows, "seat", **(_row(rows) | noted))


@PLACES.fold("place.note_cleared")
def _note_cleared(rows: Rows, fact: Fact) -> Rows:
    """What was noted is seen to."""
    none = dict.fromkeys(("noted", "noted_at", "note"))
    return put(rows, "seat", **(_row(rows) | none))


# queries

_FIELDS = ", ".join(Place._fields)
_PLACE = f"SELECT {_FIELDS} FROM seat WHERE NOT removed AND "


def _places(lines: Iterable[tuple[Any, ...]]) -> list[Place]:
    """Truths are numbers in SQLite: 0 and 1 do."""
    return [Place(*line) for line in lines]


def by_seat(connection: Connection, seat: str) -> Place | None:
    """A seat `zone/label` that is there."""
    line = driver(connection).execute(_PLACE + "seat = ?", (seat,)).fetchone()
    return Place(*line) if line else None


def in_zone(connection: Connection, zone: str) -> list[Place]:
    """The seats of a zone, in the order in which they are offered."""
    raw = driver(connection)
    return _places(raw.execute(_PLACE + "zone = ? ORDER BY rank, label", (zone,)))


def everything(connection: Connection) -> list[Place]:
    """Every seat that is there."""
    return _places(driver(connection).execute(_PLACE + "1 ORDER BY zone, rank, label"))


def labels(connection: Connection) -> list[tuple[str, str]]:
    """Zone and label of every seat that is there."""
    sql = "SELECT zone, label FROM seat WHERE NOT removed ORDER BY zone, rank"
    return driver(connection).execute(sql).fetchall()


def zones_laid(connection: Connection) -> set[str]:
    """The zones that ever had a seat."""
    return {zone for (zone,) in driver(connection).execute("SELECT DISTINCT zone FROM seat")}
