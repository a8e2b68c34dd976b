"""Violations (违规): noted, confirmed (已认定), appealed (申诉中), upheld or lifted (已撤销).

What a person notes waits to be confirmed (待核实); where a clock ran out there is nothing to
confirm. A violation counts once it is confirmed, also while an appeal waits; bans follow from that
(see `deskapp.bans`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from db import conduct as stored
from db import conduct_pages as pages
from db import readers as stored_readers
from db import staff as stored_staff
from db.clock import stamp
from db.conduct import APPEALED, CONFIRMED, LIFTED, PENDING, Violation
from db.ledger import Act
from deskapp import bans, matter, readers, spaces, whose
from deskapp.bans import Barred
from deskapp.cells import without_identity
from deskapp.desk import Desk, Refusal, Role
from deskapp.readers import Found
from deskapp.seat_claims import LATE

__all__ = ["APPEALED", "CONFIRMED", "LIFTED", "PENDING", "STATES", "Shown", "shown"]

NOTING = Role.STUDENT_ASSISTANT
"""who may note one, and see the list"""
CONFIRMING = Role.LIBRARIAN
"""who may say that it was one, or was none, and take down an appeal"""
DECIDING = Role.SHIFT_LEAD
"""who decides an appeal, and lifts what was confirmed"""
REASONS = ("mistaken", "excused", "fault", "other")
"""why a violation is lifted"""
STATES = (PENDING, APPEALED, CONFIRMED, LIFTED)
"""in the order in which they are to be looked at"""
MOST = 500
"""lines that a list shows"""


@dataclass(frozen=True, slots=True)
class Noted:
    id: str
    reader: str


@dataclass(frozen=True, slots=True)
class Decided:
    """How a violation stands now, and the bans that it filled."""

    id: str
    state: str
    barred: tuple[Barred, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """A violation as a list shows it. `exempt`: a window lifts it; `void`: the sitting or booking
    that it is of was put aside or withdrawn, so that it does not count; `upheld`: an appeal was
    decided against the reader; words are for librarians.
    """

    id: str
    reader: Found | None
    kind: str
    zone: str
    seat: str
    at: datetime
    state: str
    exempt: bool
    void: bool
    upheld: bool
    by: str
    note: str
    appeal: str
    reason: str | None


def note(
    desk: Desk,
    reader: str,
    kind: str,
    zone: str,
    seat: str = "",
    words: str = "",
    at: datetime | None = None,
) -> Noted:
    """Note what a reader did: it waits to be confirmed. `seat`: a label; `at`: when, if not now.

    Refuses RoleTooLow, CodeUnknown (also of a kind that only a clock notes), ZoneUnknown,
    SeenLater, PatronUnknown.
    """
    desk.require(NOTING)
    with desk.act() as act:
        subject = record(act, desk, reader, kind, zone, seat, words, at)
    return Noted(subject, reader)


def record(
    act: Act,
    desk: Desk,
    reader: str,
    kind: str,
    zone: str,
    seat: str = "",
    words: str = "",
    at: datetime | None = None,
    cause: str | None = None,
) -> str:
    """The same as part of a larger act; noted twice of one cause (a sitting's id) it is one."""
    matter.known(kind, by_hand(desk))
    spaces.zone(desk, zone)
    if at is not None and at > desk.now():
        raise Refusal("SeenLater")
    head = bans.known_reader(act.connection, reader)
    name = cause or act.new_subject("violation").partition(":")[2]
    subject = f"violation:{name}:{kind}"
    said = {
        "patron": head,
        "kind": kind,
        "zone": zone,
        "seat": seat or None,
        "at": stamp(at or act.at),
        "confirmed": False,
    }
    clean = str(without_identity(words.strip()))
    private = {"note": clean} if clean else None
    person = whose.words(act, subject, head)
    act.record_all([stored.draft("violation.noted", subject, said, private, person=person)])
    return subject


def by_hand(desk: Desk) -> dict[str, object]:
    """The kinds that a person may note."""
    return {code: each for code, each in desk.profile.violations.items() if not each.automatic}


def confirm(desk: Desk, id: str) -> Decided:
    """It was one: it counts. Refuses RoleTooLow, ViolationUnknown, ViolationDecided."""
    desk.require(CONFIRMING)
    with desk.act() as act:
        row = _in(act, id, PENDING)
        act.record_all([stored.draft("violation.confirmed", id)])
        return Decided(id, CONFIRMED, tuple(bans.draw(act, desk, row.patron)))


def appeal(desk: Desk, id: str, words: str) -> Decided:
    """Take down what the reader says against it. It counts until that is decided.

    Refuses RoleTooLow, ReasonMissing, ViolationUnknown, ViolationDecided (it is not confirmed, or
    was appealed before).
    """
    desk.require(CONFIRMING)
    clean = str(without_identity(words.strip()))
    if not clean:
        raise Refusal("ReasonMissing")
    with desk.act() as act:
        row = _in(act, id, CONFIRMED)
        if row.decided_at is not None:
            raise Refusal("ViolationDecided", state=row.status)
        person = whose.words(act, id, row.patron)
        said = stored.draft("violation.appealed", id, None, {"appeal": clean}, person=person)
        act.record_all([said])
    return Decided(id, APPEALED)


def uphold(desk: Desk, id: str) -> Decided:
    """The appeal does not help. Refuses RoleTooLow, ViolationUnknown, ViolationDecided."""
    desk.require(DECIDING)
    with desk.act() as act:
        _in(act, id, APPEALED)
        act.record_all([stored.draft("violation.upheld", id)])
    return Decided(id, CONFIRMED)


def lift(desk: Desk, id: str, reason: str) -> Decided:
    """It does not count, and a ban that needs it falls. What nobody has confirmed a librarian may
    lift. Refuses RoleTooLow, CodeUnknown, ViolationUnknown, ViolationDecided.
    """
    desk.require(CONFIRMING)
    matter.known(reason, dict.fromkeys(REASONS))
    with desk.act() as act:
        row = _in(act, id, PENDING, CONFIRMED, APPEALED)
        if row.status != PENDING:
            desk.require(DECIDING)
        act.record_all([stored.draft("violation.lifted", id, {"reason": reason})])
    return Decided(id, LIFTED)


def lift_released(act: Act, stay: str) -> None:
    """A person said that a stay was released wrongly: what was noted with that does not count. Who
    came late came late.
    """
    for each in pages.of_stay(act.connection, stay):
        if each.status != LIFTED and each.kind != LATE:
            act.record_all([stored.draft("violation.lifted", each.subject, {"reason": "mistaken"})])


def _in(act: Act, id: str, *states: str) -> Violation:
    row = _find(act.connection, id)
    if row.status not in states:
        raise Refusal("ViolationDecided", state=row.status)
    return row


def _find(connection: Connection, id: str) -> Violation:
    row = pages.violation(connection, id)
    if row is None:
        raise Refusal("ViolationUnknown")
    return row


# looking


def violations(desk: Desk, states: Sequence[str] = (PENDING, APPEALED)) -> list[Shown]:
    """In these states, the newest first. Refuses RoleTooLow."""
    desk.require(NOTING)
    with desk.reading() as connection:
        return _shown(desk, connection, pages.violations(connection, states, MOST))


def of_reader(desk: Desk, reader: str) -> list[Shown]:
    """A reader's, under each of their numbers, the newest first. Refuses RoleTooLow."""
    desk.require(NOTING)
    with desk.reading() as connection:
        person = stored_readers.one_person(connection, reader)
        return _shown(desk, connection, pages.of_person(connection, person)[::-1])


def shown(desk: Desk, id: str) -> Shown:
    """One. Refuses RoleTooLow, ViolationUnknown."""
    desk.require(NOTING)
    with desk.reading() as connection:
        return _shown(desk, connection, [_find(connection, id)])[0]


def count(desk: Desk, states: Sequence[str] = (PENDING, APPEALED)) -> int:
    """How many wait for a person."""
    with desk.reading() as connection:
        return pages.count(connection, states)


def _shown(desk: Desk, connection: Connection, rows: Sequence[Violation]) -> list[Shown]:
    librarian = desk.may(CONFIRMING)
    known = stored_readers.by_subjects(connection, [row.patron for row in rows])
    names = {each.subject: each.name for each in stored_staff.all_ever(connection)}
    return [
        Shown(
            row.subject,
            readers.shown(known[row.patron]) if row.patron in known else None,
            row.kind,
            row.zone,
            row.seat or "",
            desk.local(row.at),
            row.status,
            pages.is_exempt(connection, row),
            not pages.is_founded(connection, row),
            row.status == CONFIRMED and row.decided_at is not None,
            names.get(row.noted_by or "", ""),
            (row.note or "") if librarian else "",
            (row.appeal or "") if librarian else "",
            row.reason,
        )
        for row in rows
    ]
