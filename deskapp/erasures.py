"""Erasing people on request (PIPL art. 47), wherever their words stand.

What was done stays countable, by nobody: private parts and salts leave ledger, rows, search and
the second copy, and by the exchange every desk.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from db import awards as stored_awards
from db import cards as stored_cards
from db import confided, room_pages, seat_pages, signup_pages
from db import readers as stored_readers
from db import request_pages as pages
from db.clock import stamp
from db.facts import Draft
from db.ledger import Act
from db.people import ERASED
from db.seats import RESERVED
from deskapp import box, cards, cells, matter, rooms, waiting_list
from deskapp.desk import Desk, Refusal, Role
from deskapp.readers import Found
from deskapp.rooms import Held

ERASING = Role.SHIFT_LEAD
"""who may erase people"""
MOST = 500
"""lines that a list shows"""


@dataclass(frozen=True, slots=True)
class ToErase:
    """Who is to be erased, and what goes with them. Without a reader: whoever asked a request, or a
    name on award lists (`awards`).
    """

    id: str
    code: str
    """what was typed: to be typed again"""
    reader: Found | None
    cards: int = 0
    requests: int = 1
    confidential: int = 0
    awards: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Erased:
    """Somebody's words and numbers are gone here, and by the exchange everywhere."""

    requests: int
    awards: int = 0


def find(desk: Desk, code: str, scanned: bool = False) -> ToErase:
    """The reader of a number or card (a lost one too), the asker of a request without a reader, or
    by name whoever is no reader and has an award, or signed for a reader's certificate.

    Refuses RoleTooLow, NobodyToErase, AskerIsReader, CardAmbiguous.
    """
    desk.require(ERASING)
    code = code.strip()
    known = cards.whose(desk, code, scanned, lost=True) if code else []
    if len(known) > 1:
        raise Refusal("CardAmbiguous")
    for reader in known:
        with desk.reading() as connection:
            person = stored_readers.one_person(connection, reader.id)
            return ToErase(
                reader.id,
                code,
                reader,
                len(stored_cards.of_readers(connection, person)),
                pages.count(connection, pages.of_patron(*person)),
                sum(len(confided.of_reader(connection, each)) for each in person),
            )
    with desk.reading() as connection:
        awards = stored_awards.named(connection, cells.name(code)) if code else []
    if awards:
        return ToErase(awards[0], code, None, requests=0, awards=tuple(awards))
    requests = box.requests_of(desk, code)
    if not requests:
        raise Refusal("NobodyToErase", number=code)
    if len(requests) > 1:
        raise Refusal("RequestAmbiguous", numbers=" ".join(each.number for each in requests))
    (request,) = requests
    with desk.reading() as connection:
        if matter.find(connection, request.id).patron is not None:
            raise Refusal("AskerIsReader")
    return ToErase(request.id, code, None)


def erase(desk: Desk, who: ToErase, again: str) -> Erased:
    """Erase whom `find` found, once their number was typed again. It cannot be undone.

    Refuses NumbersDiffer, and as `erase_reader`, `erase_asker` or `erase_awarded`.
    """
    if again.strip().casefold() != who.code.casefold():
        raise Refusal("NumbersDiffer")
    if who.reader is not None:
        erase_reader(desk, who.id)
    elif who.awards:
        erase_awarded(desk, who.awards)
    else:
        erase_asker(desk, who.id)
    return Erased(who.requests, len(who.awards))


def erase_reader(desk: Desk, id: str) -> None:
    """Erase a reader, under all their numbers, and what they said in confidence as far as this desk
    knows of it. Their seat is free, and so is their place at what is still to come.

    Refuses RoleTooLow, PatronUnknown.
    """
    desk.require(ERASING)
    with desk.act() as act:
        if stored_readers.by_subject(act.connection, id) is None:
            raise Refusal("PatronUnknown")
        person = stored_readers.one_person(act.connection, id)
        for stay in seat_pages.of_readers(act.connection, person):
            how = "cancelled" if stay.status == RESERVED else "left"
            with suppress(Refusal):  # SubjectTooNew: what a later version knows hinders no erasure
                act.record("seat.left", stay.subject, {"sitting": stay.id, "how": how})
        with suppress(Refusal):
            rows = signup_pages.of_reader(act.connection, person, stamp(act.at))
            waiting_list.give_up(act, rows)
        for each in person:
            matters = confided.of_reader(act.connection, each)
            # Who walked in unknown, or was none when they signed up, is spoken of as nobody's.
            matters += signup_pages.of_patron(act.connection, each)
            _erase(act, [each, *_own(act, matters)])


def erase_asker(desk: Desk, id: str) -> None:
    """Erase the words and contact of a request whose asker is no reader of the library.

    Refuses RoleTooLow, RequestUnknown, AskerIsReader (whoever is known is erased as a reader).
    """
    desk.require(ERASING)
    with desk.act() as act:
        if matter.find(act.connection, id).patron is not None:
            raise Refusal("AskerIsReader")
        _erase(act, _own(act, [id]))


def erase_words(desk: Desk, id: str) -> None:
    """Erase what a register says of somebody who is no reader: a finder, a visiting borrower.

    Refuses RoleTooLow, NothingToErase.
    """
    desk.require(ERASING)
    with desk.act() as act:
        persons = _own(act, [id])
        if not persons:
            raise Refusal("NothingToErase")
        _erase(act, persons)


def erase_signup(desk: Desk, id: str) -> None:
    """Erase name, telephone and answers of whoever is no reader and signed up for an event; their
    place is free. Refuses RoleTooLow, NothingToErase (they are a reader, and erased as one).
    """
    desk.require(ERASING)
    with desk.act() as act:
        rows = signup_pages.by_subject(act.connection, id)
        persons = _own(act, [id]) if all(row.patron is None for row in rows) else []
        if not persons:
            raise Refusal("NothingToErase")
        waiting_list.give_up(act, rows)
        _erase(act, persons)


def erase_awarded(desk: Desk, awards: Sequence[str]) -> None:
    """Erase what awards say of who is no reader: name, words and code of their paper, who signed
    for it. Number, date and whether it was revoked stay: the paper itself can be verified.

    Refuses RoleTooLow, NothingToErase (a reader's is erased with the reader).
    """
    desk.require(ERASING)
    with desk.act() as act:
        persons = _own(act, awards)
        if not persons:
            raise Refusal("NothingToErase")
        _erase(act, persons)


def worded_bookings(desk: Desk) -> list[Held]:
    """Bookings that name no reader and say something, as a confidential one or the library's own
    does, the last first: what is over or was cancelled too. Refuses RoleTooLow.
    """
    desk.require(ERASING)
    with desk.reading() as connection:
        return rooms.shown(desk, connection, room_pages.worded(connection, MOST))


def erase_booking(desk: Desk, id: str) -> None:
    """Erase what such a booking says, and nothing of others of that room and day, but for those
    that a version before 23 November 2026 made: they share one person. Of a reader's it goes when
    they are erased.

    Refuses RoleTooLow, BookingUnknown, NothingToErase.
    """
    desk.require(ERASING)
    with desk.act() as act:
        row = rooms.find(act.connection, id)
        persons = confided.of_booking(act.connection, row.subject, id)
        if not persons:
            raise Refusal("NothingToErase")
        _erase(act, persons)


def go_on(desk: Desk) -> int:
    """Erase what readers erased at another desk have said here in confidence: only the desks of
    that department know whose it is. In nobody's name. Gives the number of requests.
    """
    with desk.reading() as connection:
        if not confided.of_erased(connection):
            return 0
    with desk.ledger.act(None) as act:
        requests = confided.of_erased(act.connection)
        _erase(act, _own(act, requests))
        return len(requests)


def _erase(act: Act, persons: Iterable[str]) -> None:
    act.record_many(Draft(ERASED, f"person:{person}", person=person) for person in persons)


def _own(act: Act, requests: Sequence[str]) -> list[str]:
    return confided.persons(act.connection, requests)
