"""Seats taken and reserved (座位): who sat where on a library day, and how long they were there."""

import json
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from db import clock, crossings
from db.facts import Book, Fact, Row, Rows, canonical, drafted, put
from db.seat_clashes import CLOSED, clash

RESERVED, SEATED, AWAY, OVER = "reserved", "seated", "away", "over"
VOID = "void"
"""how a sitting ended that never was: undone, or put aside"""
OPEN = "ended_at IS NULL"


class Sitting(SQLModel, table=True):
    """One reader on one seat, from reserving or taking it to the end. Moments are UTC stamps."""

    __table_args__ = (
        Index(
            "sitting_seat",  # has all that is asked of a seat: a card waits for the next free one
            *("seat", "since", "reserved_from", "until", "ended_at", "due_at"),
            sqlite_where=text(OPEN),
        ),
        Index("sitting_reader", "patron", sqlite_where=text(OPEN)),
        Index("sitting_day", "patron", "day", "since", "seat"),
    )
    subject: str = Field(primary_key=True)
    id: str = Field(primary_key=True, sa_column_kwargs={"info": {"key": True}})
    """that of the fact that began it"""
    desk: str
    """where its reader was seen last: it ends what is over by the clock"""
    seat: str
    """`exam/C-37`"""
    zone: str
    day: str
    """the library day"""
    patron: str
    queue: str | None = None
    """whom it was kept for when they were called from a queue"""
    status: str
    """reserved, seated, away, over"""
    reserved_from: str | None = None
    hold_until: str | None = None
    """when a reservation that nobody takes is over"""
    since: str | None = None
    """when it was taken"""
    until: str
    """how long it may last"""
    away_since: str | None = None
    away_until: str | None = None
    present_since: str | None = None
    spans: str = "[]"
    """from when to when its reader was there, while that is over: JSON list of pairs"""
    due_at: str | None = None
    """when something is to be done about it if nobody does anything"""
    ended_at: str | None = None
    how: str | None = None
    """left, moved, cancelled, closed, away, no_show, round, void"""
    stands: str | None = None
    """sittings of the same reader at the same time beside which it is right, and those for which it
    was put aside: JSON, ids each with the fact that says so
    """
    aside: str | None = None


def subject_of(day: str, seat: str) -> str:
    """A seat (`exam/C-37`) on one library day."""
    return f"seat:{day}:{seat}"


def seat_of(subject: str) -> tuple[str, str]:
    """The library day and the seat of a subject."""
    _, day, seat = subject.split(":", 2)
    return day, seat


draft = drafted


SEATS = Book(
    "seat",
    (Sitting,),
    clashes=clash,
    closed=lambda rows: all(row["status"] == OVER for row in rows.values()),
    follow=crossings.following(crossings.SITTING),
    empty=crossings.emptying(crossings.SITTING),
    check=crossings.checking(crossings.SITTING),
)


def _begun(rows: Rows, fact: Fact, **values: Any) -> Rows:
    """A sitting that did not exist before."""
    said = fact.says()
    day, seat = seat_of(fact.subject)
    zone, _, _ = seat.partition("/")
    return put(
        rows,
        "sitting",
        fact.id,
        **{"desk": fact.desk, "seat": seat, "zone": zone, "day": clock.day(day)}
        | {"patron": said["patron"], "until": said["until"], "queue": said.get("queue")}
        | {"spans": "[]"}
        | _known(fact)
        | values,
    )


def _known(fact: Fact, before: str | None = None) -> Row:
    """What its reader had beside it when it began, and whoever let it begin knew of."""
    known = dict.fromkeys(fact.says().get("beside", ()), fact.id)
    return {"stands": canonical({**known, **json.loads(before or "{}")})} if known else {}


def _changed(rows: Rows, fact: Fact, row: Row, **values: Any) -> Rows:
    """What became of the sitting that a fact names, and when that is due to end."""
    new = {**row, **values}
    due = new["until"]
    match new["status"]:
        case "reserved":
            due = new["hold_until"]
        case "away":
            due = min(due, new["away_until"])
        case "over":
            due = None
    return put(rows, "sitting", fact.says()["sitting"], **values, due_at=due)


def _named(rows: Rows, fact: Fact) -> Row:
    """The sitting that a fact names; LookupError while the fact that began it has not arrived, or
    where that was set aside.
    """
    return rows["sitting", fact.says()["sitting"]]


def _came(row: Row, at: str) -> Row:
    """Its reader is there from now on; of one that a closing has ended, until that."""
    if row["status"] != OVER:
        return {"status": SEATED, "present_since": at, "away_since": None, "away_until": None}
    spans = json.loads(row["spans"])
    return {"spans": canonical([*spans, [at, max(at, row["ended_at"])]])}


def _went(row: Row, at: str) -> Row:
    """Its reader is there no more. What a closing made too long ends here."""
    spans = json.loads(row["spans"])
    if row["status"] == OVER:
        spans = [[since, min(to, max(since, at))] for since, to in spans]
    if row["present_since"] is not None:
        spans.append([row["present_since"], max(row["present_since"], at)])
    return {"spans": canonical(spans), "present_since": None}


def _ended(row: Row, at: str, how: str) -> Row:
    away = {"away_since": None, "away_until": None}
    return {**_went(row, at), **away, "status": OVER, "ended_at": at, "how": how}


def _open(row: Row, at: str) -> bool:
    """Whether a sitting goes on at a moment, as far as whoever was there says: a closing ends what
    nobody knows better.
    """
    return bool(row["status"] != OVER or (row["how"] == CLOSED and at < row["ended_at"]))


@SEATS.fold("seat.reserved")
def _reserved(rows: Rows, fact: Fact) -> Rows:
    """`{patron, from, until, hold_until}`, for one called from a queue `{queue}`; `{beside}`: what
    else the reader had then, see `db.crossings`.
    """
    said = fact.says()
    return _begun(
        rows,
        fact,
        status=RESERVED,
        reserved_from=said["from"],
        hold_until=said["hold_until"],
        due_at=said["hold_until"],
    )


@SEATS.fold("seat.taken")
def _taken(rows: Rows, fact: Fact) -> Rows:
    """`{patron, from, until}`, of a seat that was reserved `{sitting}`; `{beside}` as there."""
    said = fact.says()
    there = {"since": said["from"], "present_since": said["from"], "status": SEATED}
    if "sitting" not in said:
        return _begun(rows, fact, **there, due_at=said["until"])
    row = _named(rows, fact)
    if row["status"] != RESERVED:
        return rows
    there |= {"until": said["until"], "desk": fact.desk}
    return _changed(rows, fact, row, **there, **_known(fact, row["stands"]))


@SEATS.fold("seat.away")
def _away(rows: Rows, fact: Fact) -> Rows:
    """`{sitting, until}`"""
    row = _named(rows, fact)
    if not _open(row, fact.at) or row["status"] in (RESERVED, AWAY):
        return rows
    if row["status"] == OVER:
        return _changed(rows, fact, row, **_went(row, fact.at))
    more = {"status": AWAY, "away_since": fact.at, "away_until": fact.says()["until"]}
    more["desk"] = fact.desk
    return _changed(rows, fact, row, **_went(row, fact.at), **more)


@SEATS.fold("seat.back")
def _back(rows: Rows, fact: Fact) -> Rows:
    """`{sitting}`"""
    row = _named(rows, fact)
    if not _open(row, fact.at) or row["status"] in (RESERVED, SEATED):
        return rows
    return _changed(rows, fact, row, **_came(row, fact.at), desk=fact.desk)


@SEATS.fold("seat.left")
def _left(rows: Rows, fact: Fact) -> Rows:
    """`{sitting, how}`: left, moved, cancelled."""
    row = _named(rows, fact)
    if not _open(row, fact.at):
        return rows
    return _changed(rows, fact, row, **_ended(row, fact.at, fact.says()["how"]))


@SEATS.fold("seat.released")
def _released(rows: Rows, fact: Fact) -> Rows:
    """`{sitting, why, ended_at}`: away, no_show, closed, round; when it ended by the rules."""
    row, said = _named(rows, fact), fact.says()
    if row["status"] == OVER:
        return rows
    return _changed(rows, fact, row, **_ended(row, said["ended_at"], said["why"]))


@SEATS.fold("seat.extended")
def _extended(rows: Rows, fact: Fact) -> Rows:
    """`{sitting, until}`; who has the seat for longer `{patron}`, and since when it was anybody's
    `{from}`: earlier versions did not say.
    """
    row = _named(rows, fact)
    if row["status"] == OVER:
        return rows
    return _changed(rows, fact, row, until=fact.says()["until"])


def _never(rows: Rows, fact: Fact, id: str, at: str) -> Rows:
    _ = rows["sitting", id]
    none: Row = {"spans": "[]", "present_since": None, "away_since": None, "away_until": None}
    return put(rows, "sitting", id, **none, status=OVER, ended_at=at, how=VOID, due_at=None)


@SEATS.fold("seat.withdrawn")
def _withdrawn(rows: Rows, fact: Fact) -> Rows:
    """`{undoes, by, sitting}`. It was entered by mistake: nobody sat there."""
    return _never(rows, fact, fact.says()["sitting"], fact.at)


@SEATS.fold("seat.put_aside")
def _put_aside(rows: Rows, fact: Fact) -> Rows:
    """`{sitting, for}`. Its reader sat elsewhere at that time. When it would have ended stays."""
    row = _named(rows, fact)
    found = _never(rows, fact, fact.says()["sitting"], row["ended_at"] or fact.at)
    return _besides(found, fact, "aside", fact.says()["for"])


@SEATS.fold("seat.both_right")
def _both_right(rows: Rows, fact: Fact) -> Rows:
    """`{sitting, other}`. It stands beside another of the same reader at that time."""
    return _besides(rows, fact, "stands", fact.says()["other"])


def _besides(rows: Rows, fact: Fact, name: str, other: str) -> Rows:
    row = _named(rows, fact)
    said = {other: fact.id, **json.loads(row[name] or "{}")}
    return put(rows, "sitting", fact.says()["sitting"], **{name: canonical(said)})
