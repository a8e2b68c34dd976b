"""Staff at the desk: entering them, PINs, signing in."""

import hmac
import json
import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection

from db import staff as stored
from db.clock import moment, stamp
from db.ledger import Act
from db.names import query, terms
from db.people import ERASED
from db.place import library_key, setting
from db.readers import capitals
from db.request_pages import open_of
from db.staff import Staff
from deskapp.desk import Desk, Operator, Refusal, Role
from deskapp.responsibility import LEAST

KEEPING = Role.ADMINISTRATOR
"""who may keep the staff list and give others their PINs"""
PIN_DIGITS = 6
FREE_TRIES = 2
LONGEST_DELAY = 900
"""seconds; the delay doubles with each wrong PIN beyond the free ones, from 4 s"""

PACK_PIN = "pin"
"""the setting of a pack that has a PIN of its own, in place of anybody's"""
_HASHER = PasswordHasher()


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody is on the staff list."""

    id: str
    badge: str
    name: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be entered of one member of staff; codes are the profile's."""

    badge: str
    name: str
    role: Role = Role.LIBRARIAN
    departments: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()
    committees: tuple[str, ...] = ()

    def said(self) -> dict[str, Any]:
        return {
            "badge": self.badge,
            "name": self.name,
            "role": self.role.value,
            "departments": list(self.departments),
            "posts": list(self.posts),
            "committees": list(self.committees),
        }


def enter(desk: Desk, entry: Entry) -> Entered:
    """Put somebody on the staff list, or change their entry if the badge is known.

    The first person of a new store needs nobody's leave and becomes its administrator; after that
    it takes an administrator. Refuses RoleTooLow, BadgeWrong, NameMissing, CodeUnknown,
    LastAdministrator, StillResponsible (for requests, and would be too low for any).
    """
    return enter_all(desk, [entry])[0]


def enter_all(desk: Desk, entries: Iterable[Entry]) -> list[Entered]:
    """The same for several, in one act."""
    wanted = [replace(entry, badge=capitals(entry.badge)) for entry in entries]
    for entry in wanted:
        _check(desk, entry)
    with desk.ledger.act(desk.operator.id if desk.operator else None) as act:
        if stored.everybody(act.connection):
            desk.require(KEEPING)
        elif wanted and not any(entry.role is Role.ADMINISTRATOR for entry in wanted):
            wanted[0] = replace(wanted[0], role=Role.ADMINISTRATOR)
        return [_enter(act, entry) for entry in wanted]


def _enter(act: Act, entry: Entry) -> Entered:
    known = stored.by_badge(act.connection, entry.badge)
    if known is None:
        subject = act.new_subject("staff")
        act.record("staff.entered", subject, entry.said())
        return Entered(subject, entry.badge, entry.name)
    now = _said(known)
    changes = {name: value for name, value in entry.said().items() if value != now[name]}
    if changes:
        if "role" in changes:
            _refuse_last(act, known)
            if not entry.role.reaches(LEAST):
                _refuse_responsible(act, known)
        act.record("staff.changed", known.subject, changes)
    return Entered(known.subject, entry.badge, entry.name)


def _refuse_last(act: Act, staff: Staff) -> None:
    """Without an administrator nobody could ever enter anybody again."""
    left = (each.role for each in stored.everybody(act.connection) if each.subject != staff.subject)
    if staff.role == Role.ADMINISTRATOR and Role.ADMINISTRATOR not in left:
        raise Refusal("LastAdministrator")


def _refuse_responsible(act: Act, staff: Staff) -> None:
    """An open request always has somebody responsible: theirs are handed over first."""
    if still := open_of(act.connection, staff.subject):
        raise Refusal("StillResponsible", name=staff.name, count=still)


def _said(staff: Staff) -> dict[str, Any]:
    lists = {name: json.loads(getattr(staff, name)) for name in stored.LISTS}
    return {"badge": staff.badge, "name": staff.name, "role": staff.role, **lists}


def entry(desk: Desk, id: str) -> Entry | None:
    """What is entered of a member of staff."""
    with desk.reading() as connection:
        known = stored.by_subject(connection, id)
    if known is None:
        return None
    said = _said(known)
    lists = {name: tuple(said[name]) for name in stored.LISTS}
    return Entry(known.badge, known.name, Role(known.role), **lists)


def _check(desk: Desk, entry: Entry) -> None:
    if not (entry.badge.isascii() and entry.badge.isalnum() and len(entry.badge) <= 20):
        raise Refusal("BadgeWrong", badge=entry.badge)
    if not entry.name.strip():
        raise Refusal("NameMissing", badge=entry.badge)
    tables: dict[str, Mapping[str, Any]] = {
        "departments": desk.profile.departments,
        "posts": desk.profile.posts,
        "committees": desk.profile.committees,
    }
    for name, table in tables.items():
        for code in getattr(entry, name):
            if code not in table:
                raise Refusal("CodeUnknown", value=code, known=" ".join(table))


def leave(desk: Desk, staff: str) -> None:
    """Take somebody off the staff list, with their PIN.

    Refuses RoleTooLow, StaffUnknown, LastAdministrator, StillResponsible.
    """
    desk.require(KEEPING)
    with desk.act() as act:
        known = stored.by_subject(act.connection, staff)
        if known is None or not known.active:
            raise Refusal("StaffUnknown")
        _refuse_last(act, known)
        _refuse_responsible(act, known)
        act.record("staff.left", staff)
        act.record(ERASED, f"person:{staff}", person=staff)


def find(desk: Desk, staff: str) -> Operator | None:
    """A member of staff by id, as they would be if signed in."""
    with desk.reading() as connection:
        found = stored.by_subject(connection, staff)
    return _operator(found) if found else None


def as_now(desk: Desk) -> Operator:
    """Whoever is signed in, with the departments that they have by now. Refuses NobodySignedIn."""
    operator = desk.whoever()
    now = find(desk, operator.id)
    return replace(operator, departments=now.departments) if now else operator


def everybody(desk: Desk) -> list[Operator]:
    """All active staff, by badge."""
    with desk.reading() as connection:
        return [_operator(each) for each in stored.everybody(connection)]


def without_pin(desk: Desk) -> set[str]:
    """The ids of active staff who cannot sign in, as nobody has set them a PIN yet."""
    with desk.reading() as connection:
        return {each.subject for each in stored.everybody(connection) if each.pin is None}


def names(desk: Desk) -> dict[str, str]:
    """The name of everybody who was ever on the list, by id."""
    with desk.reading() as connection:
        return {each.subject: each.name for each in stored.all_ever(connection)}


def search(desk: Desk, text: str) -> list[Operator]:
    """Active staff whose name, pinyin, initials or badge begin so, by badge."""
    wanted = query(text)
    return [
        each
        for each in everybody(desk)
        if each.badge.startswith(capitals(text.strip()))
        or (wanted and any(term.startswith(wanted) for term in terms(each.name)))
    ]


def _operator(staff: Staff) -> Operator:
    return Operator(
        staff.subject,
        staff.badge,
        staff.name,
        Role(staff.role),
        tuple(json.loads(staff.departments)),
    )


# PINs


def set_pin(desk: Desk, staff: str, pin: str, *, old: str | None = None) -> None:
    """Set a PIN: one's own with the old one, anybody's as administrator. The very first PIN of a
    store is free: there is nobody yet who could give leave.

    Takes 0.2 s of hashing: never on the UI thread. Refuses PinTooWeak, StaffUnknown, RoleTooLow,
    PinChangedMeanwhile, and as `verify` with a wrong old one.
    """
    _refuse_weak(pin)
    with desk.reading() as connection:
        known = stored.by_subject(connection, staff)
        first = all(each.pin is None for each in stored.everybody(connection))
    if known is None:
        raise Refusal("StaffUnknown")
    if known.pin is not None and old is not None:
        verify(desk, known.badge, old)
    elif not first:
        desk.require(KEEPING)
    kept = hashed(desk, pin)
    with desk.ledger.act(desk.operator.id if desk.operator else staff) as act:
        now = stored.by_subject(act.connection, staff)
        if now is None or now.pin != known.pin:
            raise Refusal("PinChangedMeanwhile")
        act.record("staff.pin_set", staff, person=staff, private={"hash": kept})


def verify(desk: Desk, badge: str, pin: str) -> Operator:
    """Whoever this badge, or a card of theirs, and PIN belong to.

    After two wrong PINs each further one must wait, twice as long every time; the wait survives a
    restart. Takes 0.2 s: never on the UI thread. Refuses SignInWrong (which of the two is wrong is
    not said), PinMissing, PinTooSoon(seconds).
    """
    with desk.reading() as connection:
        known = stored.by_badge(connection, badge.strip()) or _by_card(desk, connection, badge)
        trial = stored.trial(connection, known.subject) if known else None
        held = known and (setting(connection, PACK_PIN) or known.pin)
    now = desk.ledger.clock.now()
    if trial is not None and known is not None and (wait := _wait(trial, now)) > 0:
        if wait > LONGEST_DELAY:
            # The clock was set back: nobody waits for years, and nobody gains a try by it.
            wait = LONGEST_DELAY
            with desk.ledger.store.writing() as connection:
                later = stamp(now + timedelta(seconds=wait))
                stored.note_trial(connection, known.subject, trial.failures, later)
        raise Refusal("PinTooSoon", seconds=min(int(wait) + 1, LONGEST_DELAY))
    if known is not None and held is None:
        raise Refusal("PinMissing", name=known.name)
    right = _matches(held or _DUMMY, _keyed(desk, pin))
    if known is None:
        raise Refusal("SignInWrong")
    with desk.ledger.store.writing() as connection:
        if right:
            stored.note_trial(connection, known.subject, 0, "")
        else:
            # Counted anew inside the transaction: two windows at once do not halve the delay.
            trial = stored.trial(connection, known.subject)
            failures = (trial.failures if trial else 0) + 1
            delay = min(2 ** max(0, failures - FREE_TRIES) * 2, LONGEST_DELAY)
            until = now + timedelta(seconds=delay if failures > FREE_TRIES else 0)
            stored.note_trial(connection, known.subject, failures, stamp(until))
    if not right:
        raise Refusal("SignInWrong")
    return _operator(known)


def lead(desk: Desk, badge: str, pin: str) -> Operator:
    """The shift lead whose badge and PIN these are. Refuses LeadUnknown, and as `verify`."""
    found = verify(desk, badge, pin)
    if not found.role.reaches(Role.SHIFT_LEAD):
        raise Refusal("LeadUnknown", badge=badge)
    return found


def _by_card(desk: Desk, connection: Connection, code: str) -> Staff | None:
    """Whoever's card it is: their badge is their number as a reader."""
    from deskapp import cards  # with all that reads files; the sign-in screen must be there at once

    known = (stored.by_badge(connection, number) for number in cards.numbers(desk, code.strip()))
    return next(filter(None, known), None)


def _wait(trial: stored.PinTrial, now: datetime) -> float:
    return (moment(trial.until) - now).total_seconds()


def sign_in(desk: Desk, badge: str, pin: str) -> Desk:
    """The desk in the hands of whoever has this badge and PIN. Refuses as `verify`."""
    return desk.signed_in(verify(desk, badge, pin))


def _refuse_weak(pin: str) -> None:
    if len(pin) < PIN_DIGITS or not (pin.isascii() and pin.isdecimal()):
        raise Refusal("PinTooWeak", digits=PIN_DIGITS)
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    if len(steps) == 1 and steps <= {0, 1, 9}:
        raise Refusal("PinTooWeak", digits=PIN_DIGITS)  # 111111, 123456, 654321


def new_pin() -> str:
    """One that nobody has chosen."""
    while True:
        pin = f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}}"
        with suppress(Refusal):
            _refuse_weak(pin)
            return pin


def hashed(desk: Desk, pin: str) -> str:
    """A PIN as it is kept. Takes 0.2 s."""
    return _HASHER.hash(_keyed(desk, pin))


def _keyed(desk: Desk, pin: str) -> str:
    """The PIN under the library's key, so that a hash seen elsewhere cannot be tried out there."""
    with desk.reading() as connection:
        key = library_key(connection)
    return hmac.new(key, b"pin\x1f" + pin.encode(), "sha256").hexdigest()


def _matches(hashed: str, keyed: str) -> bool:
    try:
        return _HASHER.verify(hashed, keyed)
    except (VerificationError, InvalidHashError):
        return False


_DUMMY = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43
"""hashed against where no badge matches, so that an unknown badge takes as long as a wrong PIN"""
