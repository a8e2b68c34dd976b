"""Rooms (研讨间): who has which room from when to when, who came, and who waits for it.

A subject is one room on one library day, `room:2026-11-23:s201`: what cannot be had twice. Bookings
are its rows, each by the id of the fact that began it, or by one made of what an import says.
"""

import json
from collections.abc import Sequence

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from db import clock, crossings
from db.facts import Book, Fact, Row, Rows, canonical, drafted, put
from db.room_clashes import clash

WAITING, BOOKED, IN_USE, OVER = "waiting", "booked", "in_use", "over"
LEFT, TIME_UP, CANCELLED, WITHDRAWN = "left", "time_up", "cancelled", "withdrawn"
NO_SHOW, TOO_FEW, UNSERVED = "no_show", "too_few", "unserved"
VOID = "void"
"""how it ended: as it should; taken back by its reader, or entered by mistake; nobody came, or
fewer than the smallest group; a wait for which no room came free; put aside for another
"""
OPEN = "ended_at IS NULL"


class Booking(SQLModel, table=True):
    """One booking, or one wait for a room and time. Moments are UTC stamps."""

    __table_args__ = (
        Index("booking_day", "day", "room"),
        Index("booking_patron", "patron", "day"),
        Index("booking_open", "until", sqlite_where=text(OPEN)),
        Index("booking_series", "series", sqlite_where=text("series IS NOT NULL")),
    )
    subject: str = Field(primary_key=True)
    id: str = Field(primary_key=True, index=True, sa_column_kwargs={"info": {"key": True}})
    desk: str
    room: str
    day: str
    patron: str | None = None
    """nobody's where the library itself has it, or it is confidential"""
    from_: str
    until: str
    heads: int
    least: int
    """so many must come"""
    what: str | None = None
    """a code of the profile"""
    words: str | None = None
    scope: str | None = None
    """of a confidential one the department that knows what it is for; others see 占用"""
    needs: str
    """equipment that was asked for: codes, a JSON list"""
    series: str | None = None
    """what repeats has one name"""
    status: str
    hold_until: str | None = None
    """when the smallest group must be there; nothing where nobody signs in"""
    arrived: str
    """readers who were scanned in: a JSON list"""
    made_at: str
    made_by: str | None = None
    opened_at: str | None = None
    ended_at: str | None = None
    ended_by: str | None = None
    how: str | None = None
    stands: str | None = None
    """bookings of the same reader at the same time beside which it is right, and those for which it
    was put aside: JSON, ids each with the fact that says so
    """
    aside: str | None = None


def _over(rows: Rows) -> bool:
    return all(row["status"] == OVER for row in rows.values())


_TABLES: tuple[type[SQLModel], ...] = (Booking,)
ROOMS = Book(
    "room",
    _TABLES,
    clashes=clash,
    closed=_over,
    follow=crossings.following(crossings.BOOKING),
    empty=crossings.emptying(crossings.BOOKING),
    check=crossings.checking(crossings.BOOKING),
)


draft = drafted


def subject_of(day: str, room: str) -> str:
    """One room on one library day."""
    return f"room:{day}:{room}"


def _row(rows: Rows, booking: str) -> Row:
    """LookupError (and so a fault) while the fact that began it has not arrived."""
    return rows["booking", booking]


def _begun(rows: Rows, fact: Fact, status: str) -> Rows:
    said = {"what": None, "series": None, "hold_until": None, **fact.says()}
    id = said.pop("booking", fact.id)
    if ("booking", id) in rows:
        return rows
    _, day, room = fact.subject.split(":", 2)
    words = {"words": None, **fact.confides()}
    begins, needs, known = said.pop("from"), said.pop("needs", []), said.pop("beside", ())
    return put(
        rows,
        "booking",
        id,
        **{**said, **words},
        from_=begins,
        needs=canonical([*map(str, needs)]),
        desk=fact.desk,
        room=room,
        day=clock.day(day),
        scope=fact.scope,
        status=status,
        arrived="[]",
        made_at=fact.at,
        made_by=fact.actor,
        opened_at=None,
        ended_at=None,
        ended_by=None,
        how=None,
        stands=canonical(dict.fromkeys(known, fact.id)) if known else None,
    )


@ROOMS.fold("room.booked")
def _booked(rows: Rows, fact: Fact) -> Rows:
    """`{patron, from, until, heads, least, what, needs, series, hold_until}`, by an import
    `booking` too; private: words, and of a confidential one what it is for. `{beside}`: what else
    the reader had then, see `db.crossings`. Imported twice, it is one.
    """
    return _begun(rows, fact, BOOKED)


@ROOMS.fold("room.awaited")
def _awaited(rows: Rows, fact: Fact) -> Rows:
    """The same, but for `hold_until`: somebody waits for the room (候补)."""
    return _begun(rows, fact, WAITING)


@ROOMS.fold("room.promoted")
def _promoted(rows: Rows, fact: Fact) -> Rows:
    """`{booking, from, until, hold_until}`, `{beside}` as there. Whoever waited has the room."""
    said = fact.says()
    row = _row(rows, said["booking"])
    if row["status"] != WAITING:
        return rows
    known = dict.fromkeys(said.get("beside", ()), fact.id) | json.loads(row["stands"] or "{}")
    return put(
        rows,
        "booking",
        said["booking"],
        status=BOOKED,
        from_=said["from"],
        hold_until=said["hold_until"],
        stands=canonical(known) if known else None,
    )


@ROOMS.fold("room.arrived")
def _arrived(rows: Rows, fact: Fact) -> Rows:
    """`{booking, patron}`. With the last of the smallest group the room is in use, wherever the
    others were scanned.
    """
    said = fact.says()
    row = _row(rows, said["booking"])
    there = sorted({*json.loads(row["arrived"]), said["patron"]})
    rows = put(rows, "booking", said["booking"], arrived=canonical(there))
    return _open(rows, fact, said["booking"]) if len(there) >= row["least"] else rows


@ROOMS.fold("room.opened")
def _opened(rows: Rows, fact: Fact) -> Rows:
    """`{booking}`. Somebody saw that they are there."""
    return _open(rows, fact, fact.says()["booking"])


def _open(rows: Rows, fact: Fact, booking: str) -> Rows:
    if _row(rows, booking)["status"] != BOOKED:
        return rows
    return put(rows, "booking", booking, status=IN_USE, opened_at=fact.at)


@ROOMS.fold("room.extended")
def _extended(rows: Rows, fact: Fact) -> Rows:
    """`{booking, from, until}`: from where it ended before. Twice, the later end stands."""
    said = fact.says()
    row = _row(rows, said["booking"])
    if row["status"] == OVER:
        return rows
    return put(rows, "booking", said["booking"], until=max(row["until"], said["until"]))


def _ended(rows: Rows, fact: Fact, how: str) -> Rows:
    """The first ending stands."""
    said = fact.says()
    row = _row(rows, said["booking"])
    if row["status"] == OVER:
        return rows
    at = said.get("ended_at") or fact.at
    ended = {"ended_at": at, "ended_by": fact.actor, "how": how}
    return put(rows, "booking", said["booking"], status=OVER, **ended)


@ROOMS.fold("room.ended")
def _left(rows: Rows, fact: Fact) -> Rows:
    """`{booking, how, ended_at}`: left, or the time was up; a wait: nothing came free."""
    return _ended(rows, fact, fact.says()["how"])


@ROOMS.fold("room.cancelled")
def _cancelled(rows: Rows, fact: Fact) -> Rows:
    """`{booking}`; with `{undoes, by}` it was entered by mistake."""
    return _ended(rows, fact, WITHDRAWN if "undoes" in fact.says() else CANCELLED)


@ROOMS.fold("room.released")
def _released(rows: Rows, fact: Fact) -> Rows:
    """`{booking, why, ended_at}`: too few came in time."""
    return _ended(rows, fact, fact.says()["why"])


@ROOMS.fold("room.put_aside")
def _put_aside(rows: Rows, fact: Fact) -> Rows:
    """`{booking, for}`. Its reader had another room then. What it lasted stays on record."""
    said = fact.says()
    row = _row(rows, said["booking"])
    ended = {"ended_at": row["ended_at"] or fact.at, "ended_by": row["ended_by"] or fact.actor}
    rows = put(rows, "booking", said["booking"], **ended, status=OVER, how=VOID)
    return _besides(rows, fact, "aside", said["for"])


@ROOMS.fold("room.both_right")
def _both_right(rows: Rows, fact: Fact) -> Rows:
    """`{booking, other}`. It stands beside another of the same reader at that time."""
    return _besides(rows, fact, "stands", fact.says()["other"])


def _besides(rows: Rows, fact: Fact, name: str, other: str) -> Rows:
    id = fact.says()["booking"]
    said = {other: fact.id, **json.loads(_row(rows, id)[name] or "{}")}
    return put(rows, "booking", id, **{name: canonical(said)})


def arrived(booking: Booking) -> Sequence[str]:
    """Who was scanned in."""
    return tuple(json.loads(booking.arrived))


def needs(booking: Booking) -> Sequence[str]:
    """The equipment that was asked for."""
    return tuple(json.loads(booking.needs))
