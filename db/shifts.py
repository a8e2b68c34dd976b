"""Shifts of a desk (当班): who is on duty, what is handed over, who signed for it."""

import json
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, Index, bindparam, text
from sqlmodel import Field, SQLModel, col, select

from db import request_pages as pages
from db.facts import Book, Fact, Rows, Stub, canonical, put
from db.queries import every, one
from db.request_pages import Line, Wanted
from db.requests import COUNTS, OPEN
from db.staff import departed
from db.store import driver


class Shift(SQLModel, table=True):
    """One shift of one desk, from opening to closing. Staff are subjects, lists are JSON."""

    __table_args__ = (
        Index("shift_open", "desk", sqlite_where=text("closed_at IS NULL")),
        Index("shift_last", "desk", "opened_at"),
    )
    subject: str = Field(primary_key=True)
    desk: str
    opened_at: str
    opened_by: str
    rounds: str
    """what was looked at in the morning: codes of the profile"""
    closed_at: str | None = None
    closed_by: str | None = None
    absent: int = 0
    """1 where somebody took over for those who had gone without closing (代接班)"""


class Duty(SQLModel, table=True):
    """Somebody on duty in a shift; the last time, if they came twice."""

    __table_args__ = (
        Index("duty_staff", "staff", "since"),
        Index("duty_back", "back", sqlite_where=text("back IS NOT NULL")),
    )
    subject: str = Field(primary_key=True)
    staff: str = Field(primary_key=True, sa_column_kwargs={"info": {"key": True}})
    since: str
    until: str | None = None
    ended_by: str | None = None
    """themselves, or whoever closed the shift or stood in for them"""
    kept: int | None = None
    """open requests that they went on with by name (本人续办)"""
    back: str | None = None
    """when they are back, where they said so or their calendar says so"""


class ShiftHandover(SQLModel, table=True):
    """What somebody left for those who came after, and who signed for it."""

    __tablename__ = "shift_handover"
    __table_args__ = (Index("shift_unsigned", "subject", sqlite_where=text("signed_by IS NULL")),)
    subject: str = Field(primary_key=True)
    id: str = Field(primary_key=True, sa_column_kwargs={"info": {"key": True}})
    at: str
    by: str
    things: str
    rounds: str
    visitors: int | None = None
    other: str | None = None
    faults: str | None = None
    signed_by: str | None = None
    signed_at: str | None = None


class ShiftNote(SQLModel, table=True):
    """A note for the next shift (留言)."""

    __tablename__ = "shift_note"
    subject: str = Field(primary_key=True)
    id: str = Field(primary_key=True, sa_column_kwargs={"info": {"key": True}})
    at: str
    by: str
    words: str | None = None


def _clashes(one: Stub, other: Stub) -> bool:
    """Two people who signed apart for the same thing: only one can have been given it."""
    if {one.kind, other.kind} != {"shift.taken_over"}:
        return False
    first, second = json.loads(one.data), json.loads(other.data)
    return bool(first["by"] != second["by"] and set(first["signed"]) & set(second["signed"]))


SHIFTS = Book("shift", (Shift, Duty, ShiftHandover, ShiftNote), clashes=_clashes)


def _must(rows: Rows) -> None:
    """LookupError (and so a fault) while the fact that opened the shift has not arrived."""
    _ = rows["shift",]


@SHIFTS.fold("shift.opened")
def _opened(rows: Rows, fact: Fact) -> Rows:
    """`{by, rounds}`"""
    said = fact.says()
    return put(
        rows,
        "shift",
        desk=fact.desk,
        opened_at=fact.at,
        opened_by=said["by"],
        rounds=canonical(said["rounds"]),
        absent=0,
    )


@SHIFTS.fold("shift.joined")
def _joined(rows: Rows, fact: Fact) -> Rows:
    """`{staff}`"""
    _must(rows)
    staff = fact.says()["staff"]
    ended = dict.fromkeys(("until", "ended_by", "kept", "back"))
    return put(rows, "duty", staff, since=fact.at, **ended)


@SHIFTS.fold("shift.left")
def _left(rows: Rows, fact: Fact) -> Rows:
    """`{staff, by, kept, due, until}`: who says so, how many open requests they keep, those of them
    that are due before they are back, and when that is.
    """
    said = fact.says()
    if rows["duty", said["staff"]]["until"] is not None:
        return rows
    ended = {"until": fact.at, "ended_by": said["by"], "back": said["until"]}
    return put(rows, "duty", said["staff"], kept=said["kept"], **ended)


@SHIFTS.fold("shift.note")
def _note(rows: Rows, fact: Fact) -> Rows:
    """`{by}`; private: words."""
    _must(rows)
    words = fact.confides().get("words")
    return put(rows, "shift_note", fact.id, at=fact.at, by=fact.says()["by"], words=words)


@SHIFTS.fold("shift.handed_over")
def _handed_over(rows: Rows, fact: Fact) -> Rows:
    """`{by, things, rounds, visitors}`; private: other things, faults."""
    _must(rows)
    said, told = fact.says(), fact.confides()
    return put(
        rows,
        "shift_handover",
        fact.id,
        at=fact.at,
        by=said["by"],
        things=canonical(said["things"]),
        rounds=canonical(said["rounds"]),
        visitors=said["visitors"],
        other=told.get("other"),
        faults=told.get("faults"),
    )


@SHIFTS.fold("shift.taken_over")
def _taken_over(rows: Rows, fact: Fact) -> Rows:
    """`{by, signed, absent}`: the handovers signed for; for whom if they had gone without closing,
    else None. Who signed first, signed.
    """
    _must(rows)
    said = fact.says()
    for id in said["signed"]:
        found = rows.get(("shift_handover", id))
        if found is not None and found["signed_by"] is None:
            rows = put(rows, "shift_handover", id, signed_by=said["by"], signed_at=fact.at)
    if said["absent"] is None:
        return rows
    for staff in said["absent"]:
        duty = rows.get(("duty", staff))
        if duty is not None and duty["until"] is None:
            rows = put(rows, "duty", staff, until=fact.at, ended_by=said["by"])
    return _ended(rows, fact, absent=1)


@SHIFTS.fold("shift.closed")
def _closed(rows: Rows, fact: Fact) -> Rows:
    """`{by}`"""
    return _ended(rows, fact, absent=0)


def _ended(rows: Rows, fact: Fact, *, absent: int) -> Rows:
    if rows["shift",]["closed_at"] is not None:
        return rows
    by = fact.says()["by"]
    return put(rows, "shift", closed_at=fact.at, closed_by=by, absent=absent)


class Attending(NamedTuple):
    """Somebody on duty, as the staff list has them."""

    staff: str
    name: str
    role: str
    since: str


_OPEN = (
    select(Shift)
    .where(Shift.desk == bindparam("desk"), col(Shift.closed_at).is_(None))
    .order_by(col(Shift.opened_at).desc(), col(Shift.subject).desc())
)
_UNSIGNED = (
    select(ShiftHandover)
    .join(Shift, col(Shift.subject) == col(ShiftHandover.subject))
    .where(Shift.desk == bindparam("desk"), col(ShiftHandover.signed_by).is_(None))
    .order_by(col(ShiftHandover.at), col(ShiftHandover.id))
)


def open_shift(connection: Connection, desk: str) -> Shift | None:
    """The shift that runs at a desk."""
    return one(connection, _OPEN, desk=desk)


def unsigned(connection: Connection, desk: str) -> list[ShiftHandover]:
    """What nobody has signed for yet at a desk, the oldest first."""
    return every(connection, _UNSIGNED, desk=desk)


def attending(connection: Connection, desk: str) -> list[Attending]:
    """Who is on duty at a desk now, in the order in which they came: in the shift that runs, and
    not in one that another machine of this code, or a store since restored, has left open.
    """
    runs = open_shift(connection, desk)
    lines = driver(connection).execute(
        "SELECT duty.staff, staff.name, staff.role, duty.since FROM duty "
        "JOIN staff ON staff.subject = duty.staff "
        "WHERE duty.subject = ? AND duty.until IS NULL "
        "AND staff.active = 1 ORDER BY duty.since, duty.staff",
        (runs and runs.subject,),
    )
    return [Attending(*line) for line in lines]


def absent(connection: Connection, desk: str) -> list[str]:
    """Those who went without closing the shift before the one that runs at a desk, and for whom
    somebody stood in; but for whoever has been on duty since.
    """
    lines = driver(connection).execute(
        "SELECT staff FROM duty AS gone WHERE kept IS NULL AND until IS NOT NULL "
        "AND subject = (SELECT subject FROM shift WHERE desk = ?1 AND absent = 1 AND opened_at <= "
        "(SELECT max(opened_at) FROM shift WHERE desk = ?1 AND closed_at IS NULL) "
        "ORDER BY opened_at DESC, subject DESC LIMIT 1) "
        "AND NOT EXISTS (SELECT 1 FROM duty WHERE duty.staff = gone.staff "
        "AND duty.since >= gone.until) ORDER BY staff",
        (desk,),
    )
    return [str(staff) for (staff,) in lines]


def gone(connection: Connection, desk: str, since: str) -> list[str]:
    """Those who left a shift of a desk, are back behind this moment only, and have been on duty
    nowhere since.
    """
    lines = driver(connection).execute(
        "SELECT DISTINCT staff FROM duty AS gone JOIN shift ON shift.subject = gone.subject "
        "WHERE back >= ? AND desk = ? AND NOT EXISTS (SELECT 1 FROM duty "
        "WHERE duty.staff = gone.staff AND duty.since > gone.until) ORDER BY staff",
        (since, desk),
    )
    return [str(staff) for (staff,) in lines]


def left_behind(connection: Connection, desk: str, me: str, since: str, until: str) -> Wanted:
    """What those are responsible for who are away, offered to nobody: all of whoever went without
    closing, or has left the library while another desk did not know of it; of those who are back
    behind `since` only what must be done before `until`.
    """
    away = [*absent(connection, desk), *departed(connection)]
    return pages.of_away(away, gone(connection, desk, since), but=me, until=until)


class Ended(NamedTuple):
    """Somebody's time on duty was ended by another."""

    at: str
    by: str
    stood_in: bool


def ended_by_another(connection: Connection, staff: str) -> Ended | None:
    """Who ended somebody's last time on duty, if they did not do so themselves."""
    line = (
        driver(connection)
        .execute(
            "SELECT until, staff.name, kept IS NULL, ended_by FROM duty "
            "JOIN staff ON staff.subject = ended_by WHERE duty.staff = ?1 "
            "AND since = (SELECT max(since) FROM duty WHERE staff = ?1) ORDER BY until DESC",
            (staff,),
        )
        .fetchone()
    )
    if line is None or line[3] == staff:
        return None
    return Ended(str(line[0]), str(line[1]), bool(line[2]))


def notes(connection: Connection, desk: str, limit: int) -> list[tuple[str, str, str]]:
    """The latest notes of a desk's last two shifts, newest first: when, whose name, words."""
    return [
        (str(at), str(name), str(words))
        for at, name, words in driver(connection).execute(
            "SELECT at, staff.name, words FROM shift_note JOIN staff ON staff.subject = by "
            "WHERE words IS NOT NULL AND shift_note.subject IN "
            "(SELECT subject FROM shift WHERE desk = ? ORDER BY opened_at DESC LIMIT 2) "
            "ORDER BY at DESC, id DESC LIMIT ?",
            (desk, limit),
        )
    ]


def due_before(connection: Connection, staff: str, until: str, limit: int) -> list[Line]:
    """What somebody is responsible for, has offered to nobody, and must end, or ask after again,
    before a moment.
    """
    wanted = Wanted(
        f"responsible = ? AND status = '{OPEN}' AND offer IS NULL "
        "AND (chase_at < ? OR (due_at < ? AND waits IS NULL))",
        (staff, until, until),
    )
    return pages.page(connection, wanted, None, limit)


def next_due(connection: Connection, staff: Iterable[str], now: str) -> Line | None:
    """What falls due next of what these people are responsible for."""
    found = []
    for each in staff:
        wanted = Wanted(
            f"responsible = ? AND status = '{OPEN}' AND due_at >= ? AND waits IS NULL", (each, now)
        )
        found += pages.page(connection, wanted, None, 1)
    return min(found, key=lambda line: (line.due_at, line.serial), default=None)


def logged_since(connection: Connection, desk: str, since: str) -> int:
    """How many requests were put on record at a desk, less what was entered afterwards or by
    mistake.
    """
    line = driver(connection).execute(
        "SELECT count(*) FROM request WHERE desk = ? AND logged_at >= ? AND backdated = 0 "
        f"AND {COUNTS}",
        (desk, since),
    )
    return int(line.fetchone()[0])
