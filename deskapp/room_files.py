"""Bookings of rooms from and to table files: the paper of an outage (研讨间日表) or the list of
another system comes in, what is on record goes out.
"""

import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import Connection

from db import readers as stored_readers
from db import room_pages as pages
from db import rooms as stored
from db.clock import stamp
from db.place import library_key
from db.rooms import LEFT, OVER, TIME_UP, WAITING, Booking, subject_of
from db.rows import chunks
from deskapp import bookings, cards, exports, headers, rooms, sheets, whose
from deskapp.booking_rules import Allowed
from deskapp.cells import Cell, without_identity
from deskapp.desk import Desk, Refusal, Role
from deskapp.entries import codes
from deskapp.fields import headings
from deskapp.language import Language
from deskapp.register_fields import ROOMS

DAY = timedelta(days=1)
LOADING = Role.LIBRARIAN
"""who may import bookings"""


@dataclass(frozen=True, slots=True)
class Row:
    """One row that can be right. Without a reader the words say who has it."""

    room: rooms.Room
    day: date
    begin: datetime
    until: datetime
    reader: str | None
    heads: int
    what: str | None
    words: str


def load(
    desk: Desk,
    path: Path,
    t: Language,
    override: Mapping[str, headers.Choice] | None = None,
    day: date | None = None,
) -> sheets.Taken:
    """Import bookings, past ones and those to come; each comes in once, whoever imports it again.

    They are on record whatever the rules say of days ahead and lengths; not what cannot be: two at
    once, more heads than a room holds. Such rows are written beside the file with the reason.
    Refuses RoleTooLow and what `sheets` and `headers` refuse.
    """
    desk.require(LOADING)
    sheet, columns, rejects = sheets.open_import(path, ROOMS, t, override, day)
    rows = _Rows(desk, columns)
    entered = known = 0
    for line in sheet.rows:
        with rejects.catching(line):
            new = _enter(desk, rows.read(line))
            entered, known = entered + new, known + (not new)
    bookings.sweep(desk)
    return sheets.Taken(entered, known, len(rejects), rejects.save())


class _Rows:
    """Reads rows: times without a day are of the day of their row."""

    def __init__(self, desk: Desk, columns: headers.Mapping) -> None:
        self._desk, self._columns = desk, columns
        self._of_day: dict[date | None, headers.Mapping] = {}
        profile = desk.profile
        self._codes = {"room": codes(profile.rooms), "what": codes(profile.purposes)}

    def read(self, line: sheets.Row) -> Row:
        """Refuses WordUnknown, ValueMissing, DateUnclear, EndedWhen, CardAmbiguous,
        RoomTooSmall.
        """
        desk = self._desk
        day = self._columns.record(line, self._codes).day("day") or self._columns.day
        columns = self._of_day.setdefault(day, replace(self._columns, day=day))
        record = columns.record(line, self._codes)
        room = rooms.room(desk, record.text("room"))
        begin, until = (self._moment(record, name) for name in ("from", "until"))
        if day is None:
            day = rooms.day_of(desk, room, begin)
        elif not _open(desk, room, day, begin) and _open(desk, room, day, begin + DAY):
            begin, until = begin + DAY, until + DAY  # a night belongs to the day before
        until += DAY if until <= begin else timedelta()
        if until - begin >= DAY:
            raise Refusal("EndedWhen", ended=record.heading("until"), begun=record.heading("from"))
        who, words = str(without_identity(record.text("number"))), record.text("words")
        found = cards.whose(desk, who, scanned=True, lost=True) if who else []
        if len(found) > 1:
            raise Refusal("CardAmbiguous")
        if not found:
            words = f"{who} {words}".strip()
        heads = record.whole("heads") or room.least
        if heads > room.capacity:
            raise Refusal("RoomTooSmall", capacity=room.capacity)
        reader, what = found[0].id if found else None, record.text("what") or None
        return Row(room, day, begin, until, reader, heads, what, str(without_identity(words)))

    def _moment(self, record: headers.Record, field: str) -> datetime:
        found = record.moment(field, self._desk.zone)
        if found is None:
            raise Refusal("ValueMissing", column=record.heading(field))
        return found.replace(second=0)


def _open(desk: Desk, room: rooms.Room, day: date, at: datetime) -> bool:
    return any(first <= at < last for first, last in rooms.hours(desk, room, day))


def _enter(desk: Desk, row: Row) -> bool:
    """Whether it was new. Refuses RoomTaken, BookingUnnamed."""
    begin, until, now = stamp(row.begin), stamp(row.until), stamp(desk.now())
    subject = subject_of(row.day.isoformat(), row.room.code)
    with desk.act() as act:
        key = library_key(act.connection)
        person = stored_readers.one_person(act.connection, row.reader) if row.reader else [None]
        patron = person[0]
        content = "\x1f".join(("booking", subject, begin, until, patron or row.words))
        id = "booking:" + hmac.new(key, content.encode(), "sha256").hexdigest()[:32]
        for each in pages.of_room(act.connection, subject):
            same = (each.from_, each.until) == (begin, until) and each.status != WAITING
            if each.id == id or (same and each.patron in person):
                return False
            if _there(each) and each.from_ < until and begin < (each.ended_at or each.until):
                times = f"{desk.local(each.from_):%H:%M}-{desk.local(each.until):%H:%M}"
                raise Refusal("RoomTaken", time=times)
        if patron is None and not row.words:
            raise Refusal("BookingUnnamed")
        allowed = Allowed(row.room, rooms.rules(desk, row.room), row.day, patron, None)
        hold = bookings.hold_until(desk, allowed, row.begin) if begin > now else None
        said = {
            "booking": id, "patron": patron, "from": begin, "until": until, "heads": row.heads,
            "least": allowed.least, "what": row.what, "hold_until": stamp(hold) if hold else None,
        }  # fmt: skip
        words = {"words": row.words} if row.words else None
        person_of = whose.words(act, f"{subject}+{id}", patron)
        act.record_all([stored.draft("room.booked", subject, said, words, person=person_of)])
        if until <= now:
            ended = {"booking": id, "how": TIME_UP, "ended_at": until}
            act.record("room.ended", subject, ended)
        elif begin <= now:
            act.record("room.opened", subject, {"booking": id})
    return True


def _there(row: Booking) -> bool:
    """Whether somebody had or has the room by it."""
    return row.status != WAITING and (row.status != OVER or row.how in (LEFT, TIME_UP))


# what is on record goes out


def export(
    desk: Desk, path: Path, t: Language, *, since: date | None = None, until: date | None = None
) -> int:
    """Write bookings to a table file, by library day; `load` reads it again. A confidential one has
    its room and time alone.

    Gives the number of rows. Refuses RoleTooLow (department heads up) and what `exports` refuses.
    """
    desk.require(Role.DEPARTMENT_HEAD)
    with desk.reading() as connection:
        rows = _booked(desk, connection, t, since or date.min, until or date.max)
        return exports.write(path, headings(t, ROOMS), rows, sheet_title=t("form.rooms"))


def _booked(
    desk: Desk, connection: Connection, t: Language, first: date, last: date
) -> Iterator[list[Cell | None]]:
    profile = desk.profile
    for some in chunks(pages.between(connection, first.isoformat(), last.isoformat())):
        known = stored_readers.by_subjects(connection, [row.patron for row in some if row.patron])
        for row in some:
            reader, open_ = known.get(row.patron or ""), row.scope is None
            room, what = profile.rooms.get(row.room), profile.purposes.get(row.what or "")
            yield [
                room.name(t.code) if room else row.room,
                date.fromisoformat(row.day),
                _time(desk, row.from_),
                _time(desk, row.until),
                reader.number if reader else None,
                row.heads,
                what.name(t.code) if what and open_ else None,
                row.words if open_ else None,
            ]


def _time(desk: Desk, stamped: str) -> time:
    return desk.local(stamped).time().replace(second=0, microsecond=0)
