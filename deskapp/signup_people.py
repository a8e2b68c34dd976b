"""Who the people of a form are: readers by their number, else by name and telephone; the others
are outsiders.

Asked for many at once: a form may have ten thousand lines.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from db import cards as stored_cards
from db import readers as stored_readers
from db import signup_pages as pages
from db.events import Event
from db.place import library_key
from db.readers import Seen
from db.signups import event_key
from deskapp import shapes, signup_rules
from deskapp.desk import Desk, Refusal

_ROUNDED = re.compile(r"\d{5,6}0{5,}")
"""a number whose last digits a spreadsheet has forgotten"""


@dataclass(frozen=True, slots=True)
class Named:
    """Who a line names: each part as it is kept, or nothing."""

    number: str
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Somebody:
    """Who that is at an event. `patron`: a reader's id; of an outsider name and telephone."""

    subject: str
    patron: str | None
    name: str = ""
    phone: str = ""


class People:
    """Tells who is who at one event. `column`: the heading of the numbers."""

    def __init__(self, desk: Desk, event: Event, column: str) -> None:
        self._desk, self._event, self._column = desk, event, column
        with desk.reading() as connection:
            self._library = library_key(connection)
            there = pages.everybody(connection, event.subject)
            heads = stored_readers.heads(connection, {each.patron for each in there if each.patron})
        self._key = event_key(self._library, event.subject)
        there.reverse()  # of several subjects of one person the first
        self._signed = {heads[each.patron]: each.subject for each in there if each.patron}
        outside = [each for each in there if each.phone and not each.patron]
        self._phones = {each.phone: each for each in outside}
        self._known: dict[str, Somebody | Refusal] = {}

    def find(self, wanted: Collection[Named]) -> dict[Named, Somebody | Refusal]:
        """Each of them, or why not: NumberDigitsLost, NameDiffers, PersonUnclear (name or telephone
        is missing), PersonTwice (several readers), PhoneWrong, ReadersOnly, RowNotInvited.
        """
        with self._desk.reading() as connection:
            numbers = self._by_number(connection, {each.number for each in wanted if each.number})
            rest = [each for each in wanted if each.number not in numbers]
            phones = self._by_phone(connection, rest)
            found: dict[Named, Somebody | Refusal] = {}
            for each in wanted:
                try:
                    reader = numbers.get(each.number) or self._reader(each, phones)
                    found[each] = self._somebody(connection, each, reader)
                except Refusal as why:
                    found[each] = why
        return found

    def _by_number(self, connection: Connection, numbers: Iterable[str]) -> dict[str, Seen]:
        """Whose each number is, or whose it was, given as the reader that serves now."""
        first = {n: stored_readers.id_of(self._library, n) for n in numbers}
        ids = stored_readers.all_living(connection, self._library, first)
        known = stored_readers.seen(connection, list(ids.values()))
        written = {way: n for n in numbers if ids[n] not in known for way in shapes.as_written(n)}
        owners: dict[str, set[str]] = {}
        for held in stored_cards.held(connection, written):
            owners.setdefault(written[held.value], set()).add(held.reader)
        ids |= {number: next(iter(some)) for number, some in owners.items() if len(some) == 1}
        heads = stored_readers.heads(connection, set(ids.values()))
        known |= stored_readers.seen(connection, list(heads.values()))
        found = {number: known.get(heads[id]) for number, id in ids.items()}
        return {n: reader for n, reader in found.items() if reader and reader.number is not None}

    def _by_phone(
        self, connection: Connection, wanted: Iterable[Named]
    ) -> Mapping[tuple[str, str], list[Seen]]:
        """Readers by name and telephone."""
        owners = stored_readers.by_phones(connection, [w.phone for w in wanted if w.phone])
        heads = stored_readers.heads(connection, {s for some in owners.values() for s in some})
        known = stored_readers.seen(connection, list(set(heads.values())))
        found: dict[tuple[str, str], list[Seen]] = {}
        for phone, subjects in owners.items():
            for head in dict.fromkeys(heads[subject] for subject in subjects):
                if (reader := known.get(head)) and reader.number is not None:
                    found.setdefault((reader.name or "", phone), []).append(reader)
        return found

    def _reader(self, each: Named, phones: Mapping[tuple[str, str], list[Seen]]) -> Seen | None:
        found = phones.get((each.name, each.phone), []) if each.phone else []
        if len(found) > 1:
            raise Refusal("PersonTwice")
        if not found and _ROUNDED.fullmatch(each.number):
            raise Refusal("NumberDigitsLost", column=self._column, value=each.number)
        return found[0] if found else None

    def _somebody(self, connection: Connection, each: Named, reader: Seen | None) -> Somebody:
        if reader is not None:
            if each.name and each.name != reader.name:
                raise Refusal("NameDiffers")
            if (found := self._known.get(reader.subject)) is None:
                try:
                    found = self._as_reader(connection, reader, each.phone)
                except Refusal as why:
                    found = why
                self._known[reader.subject] = found
            if isinstance(found, Refusal):
                raise found
            return found
        if not signup_rules.invited(self._desk, connection, self._event, None):
            raise Refusal("ReadersOnly")
        phone = signup_rules.telephone(each.phone)
        if not each.name or not phone:
            raise Refusal("PersonUnclear")
        return Somebody(self._outsider(connection, phone), None, each.name, phone)

    def _as_reader(self, connection: Connection, reader: Seen, phone: str) -> Somebody:
        if not signup_rules.invited(self._desk, connection, self._event, reader.subject):
            raise Refusal("RowNotInvited")
        subject = self._signed.get(reader.subject)
        outside = self._phones.get(phone)
        if subject is None and outside is not None and outside.name == reader.name:
            subject = outside.subject  # they were no reader yet when they signed up
        if subject is None:
            known = (self._event.subject, reader.number or "", reader.subject)
            subject = signup_rules.of_reader(connection, self._library, *known)
        return Somebody(subject, reader.subject)

    def _outsider(self, connection: Connection, phone: str) -> str:
        if known := self._phones.get(phone):
            return known.subject
        return signup_rules.of_phone(connection, self._key, self._event.subject, phone)
