"""Tickets (票): given out, replaced when they are lost, revoked, and read.

A ticket is for who has no campus card; a reader may have one too. What is stored is a ticket's
serial and short code; its digits (`deskapp.ticket_text`) are signed anew whenever they are wanted,
with the times and people that hold then.
"""

import hmac
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from db import signup_pages
from db import ticket_pages as pages
from db.ledger import Act
from db.place import library_key
from db.signup_rows import IN, WAITING, WHOLE
from db.signups import draft
from db.ticket_pages import Holder
from deskapp import events
from deskapp.desk import Desk, Refusal, Role
from deskapp.events import Event
from deskapp.readers import name_shown
from deskapp.ticket_text import (
    DIGITS,
    Read,
    check,
    code_of,
    is_code,
    public_key,
    read,
    session_tag,
    signer,
    tag,
    write,
)

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

__all__ = [
    "DIGITS",
    "WHOLE",
    "Read",
    "check",
    "code_of",
    "is_code",
    "public_key",
    "read",
    "session_tag",
    "signer",
    "tag",
    "write",
]

ISSUING = Role.STUDENT_ASSISTANT
"""who may give tickets out and replace them"""
REVOKING = Role.LIBRARIAN
EARLY = timedelta(days=1)
"""before it was given out a ticket is good already: clocks of doors differ"""
LATE = timedelta(days=31)
"""and that long behind its session: one that is moved a little needs no new tickets"""
SLICE = 500
"""tickets of one act, so that nobody waits behind it for long"""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket. `event` and `subject` are ids, `session` is empty where it is for all of them;
    `text` are its digits, `name` is as the event shows it.
    """

    subject: str
    event: str
    session: str
    serial: str
    code: str
    text: str
    name: str
    places: int
    good_until: datetime
    new: bool = False
    """given out just now"""
    replaces: str | None = None
    """the serial of one that is revoked since"""


@dataclass(frozen=True, slots=True)
class Held:
    """A good ticket as a list has it."""

    subject: str
    session: str
    serial: str
    code: str
    name: str
    places: int


@dataclass(frozen=True, slots=True)
class Revoked:
    """Whoever has one of these is not let in with it, where this has been heard of."""

    subject: str
    serials: tuple[str, ...]


def issue(desk: Desk, subject: str, session: str = WHOLE) -> Ticket:
    """The ticket of a sign-up: the one that it has, else a new one.

    Refuses RoleTooLow, SignupUnknown, SignupOver, TicketWaits (they are on the waiting list),
    EventUnknown, EventCancelled.
    """
    desk.require(ISSUING)
    with desk.act() as act:
        event = _event(desk, act.connection, subject, session)
        had = pages.good(act.connection, subject, session)
        if not had:
            _record(act, event.id, [(subject, session)])
        return _one(desk, act.connection, event, subject, session, new=not had)


def replace(desk: Desk, subject: str, session: str = WHOLE) -> Ticket:
    """A new ticket in place of one that was lost, which is revoked.

    Refuses TicketNone (there is none to replace), and as `issue`.
    """
    desk.require(ISSUING)
    with desk.act() as act:
        event = _event(desk, act.connection, subject, session)
        had = pages.good(act.connection, subject, session)
        if not had:
            raise Refusal("TicketNone")
        last, *others = [each.serial for each in reversed(had)]
        _revoke(act, subject, others, "lost")
        _record(act, event.id, [(subject, session)], replaces=last)
        return _one(desk, act.connection, event, subject, session, new=True, replaces=last)


def revoke(desk: Desk, subject: str, session: str = WHOLE, why: str = "") -> Revoked:
    """Nobody is let in with their ticket any more; the sign-up stands. `why`: words without a name.

    Refuses RoleTooLow, TicketNone.
    """
    desk.require(REVOKING)
    with desk.act() as act:
        serials = [each.serial for each in pages.good(act.connection, subject, session)]
        if not serials:
            raise Refusal("TicketNone")
        _revoke(act, subject, serials, why.strip())
    return Revoked(subject, tuple(serials))


def for_event(desk: Desk, event: str, *, readers: bool = False) -> int:
    """Give a ticket to everybody at an event who has a place and never had one: to those who are no
    readers, or to readers too. As often as one likes; gives how many are new. Many are given out
    slice by slice, each an act that stands.

    Refuses RoleTooLow, EventUnknown, EventCancelled.
    """
    desk.require(ISSUING)
    new = 0
    while True:
        with desk.act() as act:
            _refuse_cancelled(events.known(desk, act.connection, event))
            some = pages.without(act.connection, event, SLICE, readers=readers)
            _record(act, event, some)
        new += len(some)
        if len(some) < SLICE:
            return new


def of_event(desk: Desk, event: str, session: str | None = None) -> list[Ticket]:
    """The tickets of those who have a place at an event, or in one session, as they signed up.

    Refuses RoleTooLow, EventUnknown.
    """
    desk.require(ISSUING)
    with desk.reading() as connection:
        known = events.known(desk, connection, event)
        key = signer(library_key(connection))
        found = pages.holders(connection, event, session)
    return [_ticket(known, key, each, desk.local(each.issued_at)) for each in found]


def held(desk: Desk, event: str) -> list[Held]:
    """The same as a list has them, unsigned. Refuses RoleTooLow, EventUnknown."""
    desk.require(ISSUING)
    with desk.reading() as connection:
        shows = events.row_of(connection, event).shows
        found = pages.holders(connection, event)
    return [
        Held(
            each.subject,
            each.session,
            each.serial,
            each.code,
            name_shown(shows, each.name or ""),
            each.places,
        )
        for each in found
    ]


def of_signup(desk: Desk, subject: str, session: str = WHOLE) -> Ticket | None:
    """Somebody's ticket, if they have one that is good. Refuses RoleTooLow, SignupUnknown,
    EventUnknown.
    """
    desk.require(ISSUING)
    with desk.reading() as connection:
        row = signup_pages.row(connection, subject, session)
        if row is None:
            raise Refusal("SignupUnknown")
        if not pages.good(connection, subject, session):
            return None
        event = events.known(desk, connection, row.event)
        return _one(desk, connection, event, subject, session)


def good_until(event: Event, session: str) -> datetime:
    """Until when a ticket for a session, or for all of them, is good."""
    of = [each for each in event.sessions if session in (WHOLE, each.id)] or event.sessions
    ends = [each.until for each in of if not each.cancelled] or [each.until for each in of]
    return max(ends) + LATE


def _event(desk: Desk, connection: Connection, subject: str, session: str) -> Event:
    """The event of somebody who has a place at it. Refuses SignupUnknown, SignupOver, TicketWaits,
    EventUnknown, EventCancelled.
    """
    row = signup_pages.row(connection, subject, session)
    if row is None:
        raise Refusal("SignupUnknown")
    if row.status == WAITING:
        raise Refusal("TicketWaits")
    if row.status != IN:
        raise Refusal("SignupOver")
    event = events.known(desk, connection, row.event)
    _refuse_cancelled(event)
    return event


def _refuse_cancelled(event: Event) -> None:
    if event.cancelled:
        raise Refusal("EventCancelled", event=event.title)


def _record(
    act: Act, event: str, some: Iterable[tuple[str, str]], replaces: str | None = None
) -> None:
    """Give tickets out, with serials and short codes that nobody has at this event."""
    known = pages.codes(act.connection, event)
    serials = _serials(act)
    drafts = []
    for subject, session in some:
        serial = next(each for each in serials if code_of(each) not in known)
        code = code_of(serial)
        known.add(code)
        said = {"session": session, "serial": serial, "code": code}
        said |= {"replaces": replaces} if replaces else {}
        drafts.append(draft("ticket.issued", subject, said))
    act.record_all(drafts)


def _serials(act: Act) -> Iterator[str]:
    """63 bits each that nobody guesses who has not the library's key, and no two desks make."""
    key, count = library_key(act.connection), 0
    while True:
        content = hmac.digest(key, f"ticket\x1f{act.id}\x1f{count}".encode(), "sha256")
        yield f"{int.from_bytes(content[:8], 'big') >> 1:016x}"
        count += 1


def _revoke(act: Act, subject: str, serials: Sequence[str], why: str) -> None:
    said = [{"serial": serial, "why": why or None} for serial in serials]
    act.record_all([draft("ticket.revoked", subject, each) for each in said])


def _one(
    desk: Desk,
    connection: Connection,
    event: Event,
    subject: str,
    session: str,
    *,
    new: bool = False,
    replaces: str | None = None,
) -> Ticket:
    holder = pages.holder(connection, subject, session)
    key = signer(library_key(connection))
    return _ticket(event, key, holder, desk.local(holder.issued_at), new=new, replaces=replaces)


def _ticket(
    event: Event,
    key: "Ed25519PrivateKey",
    holder: Holder,
    issued: datetime,
    *,
    new: bool = False,
    replaces: str | None = None,
) -> Ticket:
    until = good_until(event, holder.session)
    name = name_shown(event.shows, holder.name or "")
    since = issued - EARLY
    text = write(key, event.id, holder.session, holder.serial, since, until, holder.places)
    return Ticket(
        holder.subject,
        event.id,
        holder.session,
        holder.serial,
        holder.code,
        text,
        name,
        holder.places,
        until,
        new,
        replaces,
    )
