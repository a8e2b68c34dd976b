"""Whose a code is that is scanned or typed at a door (扫码): a ticket, a card, a number, the last
four digits of a number or telephone.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from db import door_pages, readers, signups
from db import passes as stored_passes
from db.door_pages import PHONE, Known, Meeting
from db.place import TICKETS, library_key, setting
from deskapp import cards, passes, tickets
from deskapp.desk import Desk, Refusal
from deskapp.readers import Found
from deskapp.tickets import Read

TAIL = 4
"""digits of the end of a number or telephone"""
NUMBER = range(5, 21)
"""as long as a number is that somebody tells who is not known here"""


@dataclass(frozen=True, slots=True)
class Keys:
    """What a door needs to tell people and tickets of its event, and no more."""

    event: bytes
    """makes the names of sign-ups"""
    tickets: bytes
    """the public half"""


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a code was read as. `subjects`: the sign-ups that it may be; `how`: card, number,
    ticket, tail; `reader`: the one whose it is, `number`: which was told by hand, where nobody has
    signed up by it; `places`: of a true ticket whose sign-up is not known here; `why`: a reason
    to refuse it whoever it is.
    """

    code: str
    how: str
    subjects: tuple[str, ...] = ()
    reader: Found | None = None
    number: str = ""
    serial: str | None = None
    places: int = 0
    why: str = ""
    moment: datetime | None = None
    """of `not_yet` from when, of `over` until when, of `revoked` since when, of `other_session` the
    beginning of theirs"""
    replaced: bool = False
    refusal: Refusal | None = None

    def of(self, subject: str) -> "Scanned":
        """The same, once it is known which it is."""
        return replace(self, subjects=(subject,))


def keys(desk: Desk, event: str) -> Keys:
    with desk.reading() as connection:
        public = setting(connection, TICKETS)
        signed = bytes.fromhex(public) if public else tickets.public_key(library_key(connection))
        return Keys(stored_passes.event_key(connection, event), signed)


def read(desk: Desk, keys: Keys, meeting: Meeting, code: str, scanned: bool) -> Scanned:
    """What a code says at the door of a session. Refuses NobodySignedIn, RoleTooLow."""
    try:
        ticket = tickets.read(keys.tickets, code)
    except Refusal as refusal:
        why = "forged" if refusal.code == "TicketForged" else "misread"
        return Scanned(code, "ticket", why=why)
    if ticket is not None:
        return _of_ticket(desk, meeting, code, ticket)
    how = "card" if scanned else "tail" if len(code) == TAIL else "number"
    people, lost = _people(desk, code, scanned)
    with desk.reading() as connection:
        coded = door_pages.coded(connection, meeting.event, code) if tickets.is_code(code) else None
        found = _subjects(connection, keys, meeting.event, code, people)
        if desk.pack is not None:
            theirs = passes.held(connection, keys.event, code, scanned)
            found = list(dict.fromkeys([*theirs, *found]))
    if coded is not None and coded.subject not in found:
        if not found:
            return _of_known(desk, meeting, Scanned(code, "ticket"), coded)
        found = [*found, coded.subject]
    if lost is not None and not found:
        return Scanned(code, how, why="lost", refusal=lost)
    told = not scanned and code.isascii() and code.isalnum() and len(code) in NUMBER
    reader = people[0] if len(people) == 1 else None
    number = code.upper() if told and not people else ""
    return Scanned(code, how, tuple(found), reader, number)


def _people(desk: Desk, code: str, scanned: bool) -> tuple[list[Found], Refusal | None]:
    """The readers whose it may be, and the refusal of a lost card; a pack knows of neither."""
    if desk.pack is not None:
        return [], None
    try:
        return cards.whose(desk, code, scanned=scanned), None
    except Refusal as refusal:
        if refusal.code != "CardLost":
            raise
        return [], refusal


def _subjects(
    connection: Connection, keys: Keys, event: str, code: str, people: list[Found]
) -> list[str]:
    """Who has signed up and may be meant."""
    known = [id for each in people for id in readers.one_person(connection, each.id)]
    found = door_pages.of_patrons(connection, event, known) if known else []
    if not found:  # who is no reader, or none of this store's
        told = signups.subject_of(keys.event, event, code)
        found = list(dict.fromkeys(each.subject for each in _there(connection, told)))
    if code.isascii() and code.isdigit() and len(code) in (TAIL, PHONE):
        found += door_pages.ending(connection, event, code)
    return list(dict.fromkeys(found))


def _there(connection: Connection, subject: str) -> list[door_pages.Guest]:
    return door_pages.of_subjects(connection, "", [subject])


def _of_ticket(desk: Desk, meeting: Meeting, code: str, ticket: Read) -> Scanned:
    """A true ticket: what it says of itself, then what is known of it."""
    read = Scanned(code, "ticket", serial=ticket.serial, places=ticket.places)
    now = desk.now()
    if not ticket.is_for(meeting.event, meeting.session):
        ours = ticket.event == tickets.tag(meeting.event)
        begins = _begins(desk, meeting.event, ticket.session) if ours else None
        return replace(read, why="other_session", moment=begins)
    with desk.reading() as connection:
        known = door_pages.ticket(connection, meeting.event, ticket.serial)
    if known is not None and known.revoked_at is not None:
        return _of_known(desk, meeting, read, known)
    if not ticket.is_good(now):
        early = now < ticket.good_from
        moment = (ticket.good_from if early else ticket.good_until).astimezone(desk.zone)
        return replace(read, why="not_yet" if early else "over", moment=moment)
    if known is not None:
        return read.of(known.subject)
    return read.of(signups.of_ticket(meeting.event, ticket.serial))


def _of_known(desk: Desk, meeting: Meeting, read: Scanned, known: Known) -> Scanned:
    """What this store knows of a ticket decides."""
    read = replace(read.of(known.subject), serial=known.serial)
    if known.revoked_at is not None:
        since = desk.local(known.revoked_at)
        return replace(read, why="revoked", moment=since, replaced=known.replaced)
    if known.session not in (signups.WHOLE, meeting.session):
        begins = _begins(desk, meeting.event, tickets.session_tag(known.session))
        return replace(read, why="other_session", moment=begins)
    return read


def _begins(desk: Desk, event: str, tagged: bytes) -> datetime | None:
    """When a session begins that is called by its tag; None where it is not known here."""
    with desk.reading() as connection:
        sessions = door_pages.meetings(connection, event)
    ours = (each for each in sessions if tickets.session_tag(each.session) == tagged)
    found = next(ours, None)
    return desk.local(found.begins) if found is not None else None
