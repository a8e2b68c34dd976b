"""Rows of the registers' tables, read by the rules: what was found, lent and counted on paper."""

import hmac
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from db import found_things as stored_found
from db import lent_things as stored_lent
from db import readers as stored_readers
from db.clock import stamp
from db.facts import Draft
from db.ledger import Act
from db.numbering import next_number
from db.people import is_erased
from db.place import library_key
from db.rows import chunks
from deskapp import cards, counts, exports, found_things, headers, lent_things, sheets, whose
from deskapp.cells import without_identity
from deskapp.desk import Desk, Refusal
from deskapp.entries import codes

SLICE = 200
"""Rows written in one act: a scan at the desk waits a few milliseconds for it, no more."""
SECOND = timedelta(seconds=1)


def counted(
    desk: Desk, sheet: sheets.Sheet, columns: headers.Mapping, rejects: exports.Rejects
) -> dict[tuple[date, str], int]:
    """The number of each day and thing, one row each; in a table without numbers each row is one of
    them. A row that names no day is of the form's.
    """
    words = {"what": codes(desk.profile.counts)}
    today, found = desk.now().date(), Counter[tuple[date, str]]()
    lines: dict[tuple[date, str], int] = {}
    for row in sheet.rows:
        with rejects.catching(row):
            record = columns.record(row, words)
            day = record.day("day") or columns.day
            what = record.text("what")
            if day is None:
                raise Refusal("ValueMissing", column=record.heading("day"))
            if day > today:
                raise Refusal("CountLater", day=day.isoformat())
            if "number" not in columns.columns:
                found[day, what] += 1
                continue
            number = record.whole("number")
            if number is None:
                raise Refusal("ValueMissing", column=record.heading("number"))
            if number > counts.MOST:
                raise Refusal("CountWrong", number=number)
            if (day, what) in lines:
                raise Refusal("CountTwice", line=lines[day, what])
            lines[day, what] = row.line
            found[day, what] = number
    return dict(found)


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """A row that can be right: facts to be."""

    subject: str
    drafts: Callable[[Act], Iterable[Draft]]


class RegisterRows:
    """Reads rows by the rules; those that cannot be right are put aside with the reason."""

    def __init__(self, desk: Desk, columns: headers.Mapping, rejects: exports.Rejects) -> None:
        self.desk, self.columns, self.rejects = desk, columns, rejects
        self.now = desk.now()
        self.seen: Counter[str] = Counter()
        with desk.reading() as connection:
            self.key = library_key(connection)

    def take_in(self, sheet: sheets.Sheet) -> tuple[int, int]:
        entered = known = 0
        for rows in chunks(self._rows(sheet), SLICE):
            with self.desk.act() as act:
                present = self.known(act.connection, rows)
                drafts: list[Draft] = []
                for row in rows:
                    if row.subject in present:
                        known += 1
                        continue
                    present.add(row.subject)
                    entered += 1
                    drafts += row.drafts(act)
                act.record_all(drafts)
        return entered, known

    def _rows(self, sheet: sheets.Sheet) -> Iterator[RegisterRow]:
        for row in sheet.rows:
            with self.rejects.catching(row):
                yield self.row(row)

    def row(self, row: sheets.Row) -> RegisterRow:
        raise NotImplementedError

    def known(self, connection: Connection, rows: list[RegisterRow]) -> set[str]:
        raise NotImplementedError

    def begun(self, record: headers.Record, field: str) -> datetime:
        """When it was; refuses ValueMissing, TimeLater."""
        at = record.past(field, self.now)
        if at is None:
            raise Refusal("ValueMissing", column=record.heading(field))
        return at

    def ended(self, record: headers.Record, field: str, begun: str) -> str | None:
        """When it was over; refuses EndedWhen where that cannot be: before it had `begun`, another
        field, or later than now.
        """
        at, since = record.moment(field, self.desk.zone), self.begun(record, begun)
        if at is None:
            return None
        if not since <= at <= self.now:
            raise Refusal("EndedWhen", ended=record.heading(field), begun=record.heading(begun))
        return stamp(at)

    def subject(self, book: str, *parts: str) -> str:
        """The same row gives the same subject; equal rows of one file are told apart."""
        content = "\x1f".join((book, *parts))
        self.seen[content] += 1
        content += f"\x1f{self.seen[content]}"
        return f"{book}:{hmac.new(self.key, content.encode(), 'sha256').hexdigest()[:32]}"

    def person(self, who: str) -> tuple[str | None, str]:
        """The reader of a number or card, else the words; whoever was erased does not come back.
        Refuses CardAmbiguous.
        """
        who = str(without_identity(who))
        found = cards.whose(self.desk, who, lost=True) if who else []
        if len(found) > 1:
            raise Refusal("CardAmbiguous")
        if found:
            return found[0].id, found[0].name
        with self.desk.reading() as connection:
            if who and is_erased(connection, stored_readers.id_of(self.key, who)):
                return None, ""
        return None, who


class FoundRows(RegisterRows):
    def __init__(self, desk: Desk, columns: headers.Mapping, rejects: exports.Rejects) -> None:
        super().__init__(desk, columns, rejects)
        self._given: set[tuple[int, int]] = set()
        self._top: dict[int, int] = {}

    def known(self, connection: Connection, rows: list[RegisterRow]) -> set[str]:
        return stored_found.known(connection, [row.subject for row in rows])

    def row(self, row: sheets.Row) -> RegisterRow:
        record = self.columns.record(row)
        found = self.begun(record, "found")
        what = str(without_identity(record.text("what")))
        place, kept = record.text("place"), record.text("kept")
        finder = str(without_identity(record.text("finder")))
        owner, _ = self.person(record.text("owner"))
        ended = self.ended(record, "collected", "found")
        taker, passed_to = record.text("taker"), record.text("passed_to")
        label, wanted = _number(record.text("number"))
        own = self._own(label, found, wanted, what)
        subject = own or self.subject("found", stamp(found), what, place)

        def drafts(act: Act) -> Iterable[Draft]:
            free = wanted if label in ("", self.desk.code) else None
            said = {
                "year": found.year,
                "number": self._number(act, found.year, free),
                "found_at": stamp(found),
                "place": place or None,
                "kept": kept or None,
                "patron": owner,
                "until": found_things.keep_until(self.desk, found),
            }
            words = {"what": what, "finder": finder or None}
            person = whose.words(act, subject, owner)
            yield stored_found.draft("found.logged", subject, said, words, person=person)
            if passed_to:
                given = {"to": passed_to, "ended_at": ended}
                yield stored_found.draft("found.passed_on", subject, given)
            elif taker or ended:
                patron, name = self.person(taker)
                person = whose.words(act, subject, patron)
                checked = "card" if patron else "name"
                yield stored_found.draft(
                    "found.collected",
                    subject,
                    {"patron": patron, "checked": checked, "ended_at": ended},
                    {"taker": name or None},
                    person=person,
                )

        return RegisterRow(subject, drafts)

    def _own(self, label: str, found: datetime, number: int | None, what: str) -> str | None:
        """A thing that a desk logged itself and wrote out."""
        if number is None:
            return None
        with self.desk.reading() as connection:
            for subject, at, words in stored_found.numbered(
                connection, label or self.desk.code, found.year, number
            ):
                if at[:19] == stamp(found)[:19] and words == what:
                    return subject
        return None

    def _number(self, act: Act, year: int, wanted: int | None) -> int:
        """The number of the file where it is free, else the next."""
        code, connection = self.desk.code, act.connection
        top = max(next_number(connection, "found_thing", code, year), self._top.get(year, 0))
        number = top
        if (
            wanted is not None
            and (year, wanted) not in self._given
            and not stored_found.numbered(connection, code, year, wanted)
        ):
            number = wanted
        self._given.add((year, number))
        self._top[year] = max(top, number + 1)
        return number


class LentRows(RegisterRows):
    def known(self, connection: Connection, rows: list[RegisterRow]) -> set[str]:
        return stored_lent.known(connection, [row.subject for row in rows])

    def row(self, row: sheets.Row) -> RegisterRow:
        record = self.columns.record(row, {"thing": codes(self.desk.profile.lent)})
        thing, item = record.text("thing"), record.text("item")
        lent = self.begun(record, "lent")
        returned = self.ended(record, "returned", "lent")
        patron, name = self.person(record.text("who"))
        if patron is None and not name:
            raise Refusal("BorrowerMissing")
        own = self._own(lent, thing, patron, name)
        subject = own or self.subject("lent", stamp(lent), thing, item, patron or name)

        def drafts(_: Act) -> Iterable[Draft]:
            said = {
                "thing": thing,
                "item": item or None,
                "patron": patron,
                "lent_at": stamp(lent),
                "due_at": stamp(lent_things.due_back(self.desk, thing, lent)),
            }
            private = {"name": name} if patron is None else None
            yield stored_lent.draft("lent.lent", subject, said, private)
            if returned is not None:
                yield stored_lent.draft("lent.returned", subject, {"ended_at": returned})

        return RegisterRow(subject, drafts)

    def _own(self, lent: datetime, thing: str, patron: str | None, name: str) -> str | None:
        """A loan that a desk made itself and wrote out, to the second."""
        with self.desk.reading() as connection:
            person = stored_readers.one_person(connection, patron) if patron else [None]
            name = "" if patron else name
            for row in stored_lent.between(connection, stamp(lent), stamp(lent + SECOND)):
                same = row.patron in person and (row.name or "") == name
                if row.thing == thing and same:
                    return row.subject
        return None


def _number(written: str) -> tuple[str, int | None]:
    """The desk, if one is named, and the number in `0012` or `3F-0012`."""
    label, _, digits = written.rpartition("-")
    digits = digits.strip()
    fits = digits.isdecimal() and 0 < int(digits) < 1_000_000
    return label.strip().upper(), int(digits) if fits else None
