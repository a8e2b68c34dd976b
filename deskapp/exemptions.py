"""Exemption windows (免责时段): a drill, a power cut, an outage. The clocks of seats stand, and
nothing that falls inside counts as a violation, also where the window is declared afterwards.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from db import conduct as stored
from db import conduct_pages as pages
from db import staff as stored_staff
from db.clock import moment, stamp
from db.conduct import Exemption
from db.ledger import Act
from deskapp import matter, spaces
from deskapp.desk import Desk, Refusal, Role

SEEING = Role.STUDENT_ASSISTANT
DECLARING = Role.LIBRARIAN
"""who may declare one, and say when it was over: whoever is there when the lights go out"""
WITHDRAWING = Role.SHIFT_LEAD
WHY = ("drill", "power", "network", "other")
LONGEST = timedelta(days=31)
"""more is a date mistyped"""
MOST = 200
"""lines that a list shows"""


@dataclass(frozen=True, slots=True)
class Declared:
    """A window stands. `lifts`: how many violations that counted before do not any more."""

    id: str
    since: datetime
    until: datetime
    lifts: int


@dataclass(frozen=True, slots=True)
class Window:
    """A window as a list shows it; no zones: all."""

    id: str
    why: str
    zones: tuple[str, ...]
    since: datetime
    until: datetime
    running: bool
    by: str


def declare(
    desk: Desk,
    why: str,
    zones: Sequence[str] = (),
    since: datetime | None = None,
    until: datetime | None = None,
) -> Declared:
    """Declare a window for these zones, or all: from now, if not from another moment, to the end of
    that day, if nothing else is known; `end` says when it was over.

    Refuses RoleTooLow, CodeUnknown, ZoneUnknown, WindowWrong (the end is not behind the begin, or
    more than a month).
    """
    desk.require(DECLARING)
    matter.known(why, dict.fromkeys(WHY))
    for zone in zones:
        spaces.zone(desk, zone)
    first = since or desk.now()
    last = until or desk.midnight(first.astimezone(desk.zone).date() + timedelta(days=1))
    _refuse_wrong(first, last)
    said = {"from": stamp(first), "until": stamp(last), "why": why, "zones": list(zones)}
    with desk.act() as act:
        subject = act.new_subject("exemption")
        before = _counting(act.connection, said["from"])
        act.record_all([stored.draft("exemption.declared", subject, said)])
        lifts = before - _counting(act.connection, said["from"])
    return Declared(subject, first.astimezone(desk.zone), last.astimezone(desk.zone), lifts)


def _refuse_wrong(since: datetime, until: datetime) -> None:
    if not timedelta() < until - since <= LONGEST:
        raise Refusal("WindowWrong", days=LONGEST.days)


def _counting(connection: Connection, since: object) -> int:
    """The violations that count from a moment on."""
    return len(pages.counting(connection, pages.since(connection, str(since))))


def end(desk: Desk, id: str, at: datetime | None = None) -> Window:
    """It was over then, or is now. Refuses RoleTooLow, ExemptionUnknown, ExemptionOver,
    WindowWrong.
    """
    desk.require(DECLARING)
    with desk.act() as act:
        row = _find(act, id)
        over = at or desk.now()
        if at is None and row.until <= stamp(over):
            raise Refusal("ExemptionOver")
        _refuse_wrong(moment(row.since), over)
        act.record_all([stored.draft("exemption.ended", id, {"until": stamp(over)})])
        return _shown(desk, act.connection, [_find(act, id)])[0]


def withdraw(desk: Desk, id: str) -> None:
    """It was no such thing. Refuses RoleTooLow, ExemptionUnknown."""
    desk.require(WITHDRAWING)
    with desk.act() as act:
        _find(act, id)
        act.record_all([stored.draft("exemption.withdrawn", id)])


def _find(act: Act, id: str) -> Exemption:
    row = pages.exemption(act.connection, id)
    if row is None or row.withdrawn_at is not None:
        raise Refusal("ExemptionUnknown")
    return row


def windows(desk: Desk) -> list[Window]:
    """Those that stand, the last first. Refuses RoleTooLow."""
    desk.require(SEEING)
    with desk.reading() as connection:
        return _shown(desk, connection, pages.exemptions(connection, MOST))


def _shown(desk: Desk, connection: Connection, rows: Sequence[Exemption]) -> list[Window]:
    now = stamp(desk.now())
    names = {each.subject: each.name for each in stored_staff.all_ever(connection)}
    return [
        Window(
            row.subject,
            row.why,
            tuple(json.loads(row.zones or "[]")),
            desk.local(row.since),
            desk.local(row.until),
            row.since <= now < row.until,
            names.get(row.declared_by or "", ""),
        )
        for row in rows
    ]
