"""A reader's page: whoever opens it is put on record, and so is nobody who merely searched."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from db import cards as stored_cards
from db import looks
from db import readers as stored_readers
from db import request_pages as pages
from db import staff as stored_staff
from db.readers import Reader
from db.request_pages import Line
from db.requests import OPEN
from deskapp import staff
from deskapp.desk import Desk, Refusal, Role
from deskapp.readers import Found, masked_number
from deskapp.request_lists import may_see

SEEING = Role.LIBRARIAN
"""who may open a reader's page"""
CONTACTS = 20
"""closed requests that are shown, newest first"""
LOOKS = 5
PAGE, TELEPHONE = "page", "telephone"
_MOST = 500
"""requests of one reader that are looked through"""


@dataclass(frozen=True, slots=True)
class Card:
    """A number or card; the value masked. `until`, `lost`: since when it no longer serves."""

    value: str
    kind: str
    until: datetime | None
    lost: datetime | None


@dataclass(frozen=True, slots=True)
class Looked:
    """Somebody opened the page, or asked for the telephone number (`what`)."""

    name: str
    what: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """What a page shows: number, cards and telephone masked; nothing that others confided."""

    reader: Found
    telephone: str
    valid_until: str
    cards: tuple[Card, ...]
    open: tuple[Line, ...]
    contacts: tuple[Line, ...]
    looks: tuple[Looked, ...]
    """the last ones, newest first; for shift leads up"""


def open_page(desk: Desk, id: str) -> Page:
    """Open a reader's page; the look is put on record. Refuses RoleTooLow, PatronUnknown."""
    desk.require(SEEING)
    with desk.act() as act:
        reader = _reader(act.connection, id)
        act.record_all([looks.draft(act.new_subject("look"), id, PAGE)])
        return _page(desk, act.connection, reader)


def telephone(desk: Desk, id: str) -> str:
    """The whole number, to call them; that is a look too. Refuses as `open_page`, NoTelephone."""
    desk.require(SEEING)
    with desk.act() as act:
        number = _reader(act.connection, id).phone
        if not number:
            raise Refusal("NoTelephone")
        act.record_all([looks.draft(act.new_subject("look"), id, TELEPHONE)])
    return number


def again(desk: Desk, id: str) -> Page:
    """What an open page shows now. Refuses as `open_page`."""
    desk.require(SEEING)
    with desk.reading() as connection:
        return _page(desk, connection, _reader(connection, id))


def _reader(connection: Connection, id: str) -> Reader:
    reader = stored_readers.by_subject(connection, id)
    if reader is None or reader.number is None:
        raise Refusal("PatronUnknown")
    return reader


def _page(desk: Desk, connection: Connection, reader: Reader) -> Page:
    person = stored_readers.one_person(connection, reader.subject)
    lines = pages.page(connection, pages.of_patron(*person), None, _MOST)
    # A confidential matter of theirs is not there for whoever may not see it: not even masked.
    operator = staff.as_now(desk)
    shown = [line for line in lines if may_see(operator, line)]
    seen = []
    if desk.may(Role.SHIFT_LEAD):
        names = {each.subject: each.name for each in stored_staff.all_ever(connection)}
        for look in looks.last(connection, person, LOOKS):
            seen.append(Looked(names.get(look.by, ""), look.what, desk.local(look.at)))
    return Page(
        Found(
            reader.subject,
            reader.name or "",
            masked_number(reader.number or ""),
            reader.type or "",
            reader.college or "",
        ),
        masked_number(reader.phone or ""),
        reader.valid_until or "",
        tuple(
            Card(
                masked_number(card.value),
                card.kind,
                desk.local(card.until) if card.until else None,
                desk.local(card.lost) if card.lost else None,
            )
            for card in stored_cards.of_readers(connection, person)
        ),
        tuple(sorted((e for e in shown if e.status == OPEN), key=lambda e: (e.due_at, e.serial))),
        tuple(line for line in shown if line.status != OPEN)[:CONTACTS],
        tuple(seen),
    )
