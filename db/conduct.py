"""Conduct in the library's spaces: violations (违规), what they come to (暂停使用), and the windows
in which nobody's clock runs (免责时段).

Whether a violation counts, and whether a ban is in force, is asked of the rows: a window that is
declared afterwards lifts what fell into it, without another fact.
"""

import sqlite3
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Index
from sqlmodel import Field, SQLModel

from db.clock import moment, stamp
from db.facts import Book, Draft, Fact, Row, Rows, Stub, always, canonical, drafted, put
from db.store import driver

PENDING, CONFIRMED, APPEALED, LIFTED = "pending", "confirmed", "appealed", "lifted"
COUNTS = f"status IN ('{CONFIRMED}', '{APPEALED}')"
"""of a violation, as long as no window lifts it"""


class Violation(SQLModel, table=True):
    """A reader broke a rule of a zone. Moments are UTC stamps.

    Where a clock ran out (a step away, a reservation) `since` is when it began, `due` when it would
    have run out had it never stood, `at` when it did.
    """

    __table_args__ = (
        Index("violation_patron", "patron", "at"),
        Index("violation_status", "status", "at"),
    )
    subject: str = Field(primary_key=True)
    desk: str
    patron: str
    kind: str
    """a code of the profile"""
    zone: str
    seat: str | None = None
    """its label"""
    since: str | None = None
    due: str | None = None
    at: str
    status: str
    note: str | None = None
    """what was seen, in words"""
    noted_at: str
    noted_by: str | None = None
    """nobody, where a clock ran out"""
    confirmed_at: str | None = None
    confirmed_by: str | None = None
    appeal: str | None = None
    """the reader's words"""
    appealed_at: str | None = None
    decided_at: str | None = None
    """when the appeal was decided, or it was lifted without one"""
    decided_by: str | None = None
    reason: str | None = None
    """why it was lifted"""


class Ban(SQLModel, table=True):
    """A reader may not use zones for a time: where `needed` of the violations count."""

    __table_args__ = (Index("ban_patron", "patron", "until"), Index("ban_until", "until"))
    subject: str = Field(primary_key=True)
    desk: str
    patron: str
    since: str
    until: str
    needed: int
    violations: str
    """subjects, a JSON list"""
    zones: str | None = None
    """a JSON list; nothing: all"""
    why: str | None = None
    """of one that a lead imposed without violations"""
    imposed_by: str | None = None
    lifted_at: str | None = None
    lifted_by: str | None = None
    reason: str | None = None


class Exemption(SQLModel, table=True):
    """A window in which nobody's clock runs, and nothing is a violation."""

    __table_args__ = (Index("exemption_until", "until"),)
    subject: str = Field(primary_key=True)
    desk: str
    since: str
    until: str
    why: str
    """drill, power, network, other"""
    zones: str | None = None
    """a JSON list; nothing: all"""
    declared_at: str
    declared_by: str | None = None
    ended_by: str | None = None
    withdrawn_at: str | None = None
    withdrawn_by: str | None = None


def _clashes(one: Stub, other: Stub) -> bool:
    """One desk lifted what another confirmed, or upheld."""
    kinds = {one.kind, other.kind}
    return "violation.lifted" in kinds and bool(kinds & {"violation.confirmed", "violation.upheld"})


_VIOLATIONS: tuple[type[SQLModel], ...] = (Violation,)
VIOLATIONS = Book(
    "violation",
    _VIOLATIONS,
    clashes=_clashes,
    closed=lambda rows: rows["violation",]["status"] in (CONFIRMED, LIFTED),
)
_BANS: tuple[type[SQLModel], ...] = (Ban,)
BANS = Book("ban", _BANS, closed=always)
_EXEMPTIONS: tuple[type[SQLModel], ...] = (Exemption,)
EXEMPTIONS = Book("exemption", _EXEMPTIONS, closed=always)


draft = drafted


def ran_out(
    kind: str, sitting: str, patron: str, zone: str, seat: str, since: str, due: str, at: str
) -> Draft:
    """The violation of whoever let a clock run out (see `Violation`): it needs no confirmation."""
    said = {"patron": patron, "kind": kind, "zone": zone, "seat": seat, "confirmed": True}
    times = {"since": since, "due": due, "at": at}
    return draft("violation.noted", f"violation:{sitting}:{kind}", {**said, **times})


# folds


def _row(rows: Rows) -> Row:
    (row,) = rows.values()
    return row


_NOTHING = dict.fromkeys(("note", "appeal", "appealed_at", "decided_at", "decided_by"))


@VIOLATIONS.fold("violation.noted")
def _noted(rows: Rows, fact: Fact) -> Rows:
    """`{patron, kind, zone, seat, at, confirmed}` and of a clock `since`, `due`; private: note.
    Noted twice of one cause it is one; noted again after that was undone, it stands again.
    """
    known = rows.get(("violation",), {})
    if known and (known["status"] != LIFTED or known["reason"] is not None):
        return rows
    said = fact.says()
    confirmed = bool(said.pop("confirmed"))
    return put(
        rows,
        "violation",
        **_NOTHING | said | fact.confides(),
        desk=fact.desk,
        status=CONFIRMED if confirmed else PENDING,
        noted_at=fact.at,
        noted_by=fact.actor,
        confirmed_at=fact.at if confirmed else None,
        confirmed_by=fact.actor if confirmed else None,
    )


@VIOLATIONS.fold("violation.confirmed")
def _confirmed(rows: Rows, fact: Fact) -> Rows:
    if _row(rows)["status"] != PENDING:
        return rows
    said = {"confirmed_at": fact.at, "confirmed_by": fact.actor}
    return put(rows, "violation", status=CONFIRMED, **said)


@VIOLATIONS.fold("violation.appealed")
def _appealed(rows: Rows, fact: Fact) -> Rows:
    """Private: appeal."""
    if _row(rows)["status"] == LIFTED:
        return rows
    words = fact.confides().get("appeal")
    return put(rows, "violation", status=APPEALED, appealed_at=fact.at, appeal=words)


def _decided(rows: Rows, fact: Fact, status: str, reason: str | None = None) -> Rows:
    """What was lifted stays so."""
    if _row(rows)["status"] == LIFTED:
        return rows
    said = {"decided_at": fact.at, "decided_by": fact.actor, "reason": reason}
    return put(rows, "violation", status=status, **said)


@VIOLATIONS.fold("violation.upheld")
def _upheld(rows: Rows, fact: Fact) -> Rows:
    """The appeal did not help."""
    return _decided(rows, fact, CONFIRMED)


@VIOLATIONS.fold("violation.lifted")
def _lifted(rows: Rows, fact: Fact) -> Rows:
    """`{reason}`; of one that was noted by mistake `{undoes, by}`."""
    return _decided(rows, fact, LIFTED, fact.says().get("reason"))


@BANS.fold("ban.imposed")
def _imposed(rows: Rows, fact: Fact) -> Rows:
    """`{patron, from, until, needed, violations}`, of some zones `{zones}`, without violations
    `{why}`. Two desks that draw it from one violation make one.
    """
    if ("ban",) in rows:
        return rows
    said = fact.says()
    said["since"] = said.pop("from")
    said["violations"] = canonical(list(said["violations"]))
    said["zones"] = _zones(said)
    return put(rows, "ban", **said, desk=fact.desk, imposed_by=fact.actor)


def _zones(said: Mapping[str, Any]) -> str | None:
    zones = said.get("zones")
    return canonical(list(zones)) if zones else None


@BANS.fold("ban.lifted")
def _ban_lifted(rows: Rows, fact: Fact) -> Rows:
    """`{reason}`. The first stands."""
    if _row(rows)["lifted_at"] is not None:
        return rows
    said = {"lifted_at": fact.at, "lifted_by": fact.actor}
    return put(rows, "ban", **said, reason=fact.says().get("reason"))


@EXEMPTIONS.fold("exemption.declared")
def _declared(rows: Rows, fact: Fact) -> Rows:
    """`{from, until, why, zones}`; no zones: all."""
    said = fact.says()
    times = {"since": said["from"], "until": said["until"], "declared_at": fact.at}
    who = {"desk": fact.desk, "declared_by": fact.actor}
    return put(rows, "exemption", **times, **who, why=said["why"], zones=_zones(said))


@EXEMPTIONS.fold("exemption.ended")
def _ended(rows: Rows, fact: Fact) -> Rows:
    """`{until}`: it was over then."""
    return put(rows, "exemption", until=fact.says()["until"], ended_by=fact.actor)


@EXEMPTIONS.fold("exemption.withdrawn")
def _withdrawn(rows: Rows, fact: Fact) -> Rows:
    """It was declared by mistake, `{undoes, by}` where whoever declared it says so at once."""
    return put(rows, "exemption", withdrawn_at=fact.at, withdrawn_by=fact.actor)


# windows

_WINDOWS = (
    "SELECT since, until FROM exemption WHERE until > ? AND withdrawn_at IS NULL AND "
    "(zones IS NULL OR ? IN (SELECT value FROM json_each(zones))) ORDER BY since"
)


def _windows(raw: sqlite3.Connection, zone: str, since: str) -> list[tuple[datetime, datetime]]:
    """The windows of a zone that end behind a moment, cut off before it, none touching another."""
    found: list[tuple[datetime, datetime]] = []
    begun = moment(since)
    for line in raw.execute(_WINDOWS, (since, zone)):
        first, last = max(begun, moment(line[0])), moment(line[1])
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        elif first < last:
            found.append((first, last))
    return found


def stopped(connection: Connection, zone: str, since: str, until: str) -> timedelta:
    """For how long the clocks of a zone stood between two moments, given as stamps."""
    end, none = moment(until), timedelta()
    windows = _windows(driver(connection), zone, since)
    return sum((max(min(last, end) - first, none) for first, last in windows), none)


def runs_out(connection: Connection, zone: str, since: str, due: str) -> str:
    """When a clock runs out that began then and, if it never stood, ran out when due. Stamps."""
    return _runs_out(driver(connection), zone, since, due)


def _runs_out(raw: sqlite3.Connection, zone: str, since: str, due: str) -> str:
    end = moment(due)
    windows = _windows(raw, zone, since)
    for first, last in windows:
        if first >= end:
            break
        end += last - first
    return stamp(end) if windows else due


# what counts

_ONE = (
    "WITH RECURSIVE one(subject) AS (SELECT ? UNION SELECT reader.subject FROM one "
    "CROSS JOIN reader ON reader.merged_into = one.subject) "
)
"""all numbers of a person, by the one that serves"""
_BANNED = (
    _ONE + "SELECT until, needed, violations FROM one CROSS JOIN ban ON ban.patron = one.subject "
    "WHERE until > ? AND since <= ? AND lifted_at IS NULL "
    "AND (zones IS NULL OR ? IN (SELECT value FROM json_each(zones))) ORDER BY until DESC"
)
_FOUNDED = """NOT EXISTS (
    SELECT 1 FROM fact AS begun WHERE begun.id = substr({violation}, 11, 36) AND (
        (begun.subject LIKE 'seat:%' AND NOT EXISTS (
            SELECT 1 FROM sitting WHERE sitting.subject = begun.subject
            AND sitting.id = begun.id AND how IS NOT 'void'
        )) OR (begun.subject LIKE 'room:%' AND NOT EXISTS (
            SELECT 1 FROM booking WHERE booking.id = begun.id AND how IS NOT 'void'
        ))
    )
)"""
"""the sitting or booking that a violation is of stands: it was neither put aside nor withdrawn"""
WAITS = (
    "(violation.status NOT IN ('pending', 'appealed') OR "
    f"{_FOUNDED.format(violation='violation.subject')})"
)
"""a violation that nobody has decided counts, if it is decided"""
_CAUSES = (
    "SELECT zone, since, due, at FROM json_each(?) JOIN violation ON violation.subject = value "
    f"WHERE {COUNTS} AND {_FOUNDED.format(violation='violation.subject')}"
)


def banned(connection: Connection, patron: str, zone: str, now: str) -> str | None:
    """Until when a reader (by the number that serves) may not use a zone; None if they may."""
    raw = driver(connection)
    for until, needed, violations in raw.execute(_BANNED, (patron, now, now, zone)):
        if stands(raw, needed, violations):
            return str(until)
    return None


def noted_against(connection: Connection, patron: str) -> bool:
    """Whether there is any violation of a reader (by the number that serves)."""
    sql = _ONE + "SELECT 1 FROM one CROSS JOIN violation ON patron = one.subject LIMIT 1"
    return driver(connection).execute(sql, (patron,)).fetchone() is not None


def stands(raw: sqlite3.Connection, needed: int, violations: str) -> bool:
    """Whether enough of a ban's violations (a JSON list) count."""
    if needed <= 0:
        return True
    causes = raw.execute(_CAUSES, (violations,)).fetchall()
    return sum(not exempt(raw, *cause) for cause in causes) >= needed


def founded(raw: sqlite3.Connection, violation: str) -> bool:
    """Whether what it is of stands, if that is a sitting or a booking."""
    sql = f"SELECT {_FOUNDED.format(violation='?')}"
    return bool(raw.execute(sql, (violation,)).fetchone()[0])


def exempt(raw: sqlite3.Connection, zone: str, since: str | None, due: str | None, at: str) -> bool:
    """Whether a window lifts a violation: it fell inside, or its clock should have stood."""
    if since is not None and due is not None:
        return _runs_out(raw, zone, since, due) > at
    when = moment(at)
    return any(first <= when for first, _ in _windows(raw, zone, at))
