"""Who sat where, from and to table files: the paper of an outage (座位表) comes in, what is on
record goes out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection

from db import readers as stored_readers
from db import seat_pages, seats
from db.clock import stamp
from db.rows import chunks
from db.seat_pages import Stay
from db.seats import VOID
from deskapp import cards, exports, headers, places, seat_claims, sheets, spaces, sweeps
from deskapp.cells import Cell, without_identity
from deskapp.desk import Desk, Refusal, Role
from deskapp.fields import headings
from deskapp.language import Language
from deskapp.register_fields import SITTINGS

LEFT = "left"
LOADING = Role.LIBRARIAN
"""who may import what was written on paper"""


@dataclass(frozen=True, slots=True)
class Sat:
    """One row: a reader on a seat, until then or until nobody knows when."""

    reader: str
    seat: str
    zone: str
    begin: datetime
    end: datetime | None


def load(
    desk: Desk,
    path: Path,
    t: Language,
    override: Mapping[str, headers.Choice] | None = None,
    day: date | None = None,
) -> sheets.Taken:
    """Import who sat where; each comes in once, in the order of time.

    What happened is on record whatever the rules say, but for what cannot be: two on one seat, or
    one reader on two. Such rows are written beside the file with the reason. Who left is not known
    of one without an end: it is ended as any other, by whoever leaves or by the closing. Refuses
    RoleTooLow and what `sheets` and `headers` refuse.
    """
    desk.require(LOADING)
    sheet, columns, rejects = sheets.open_import(path, SITTINGS, t, override, day)
    told: list[tuple[Sat, sheets.Row]] = []
    for row in sheet.rows:
        with rejects.catching(row):
            told.append((_sat(desk, columns.record(row)), row))
    entered = known = 0
    for sat, row in sorted(told, key=lambda each: each[0].begin):
        with rejects.catching(row):
            new = _enter(desk, sat)
            entered, known = entered + new, known + (not new)
    sweeps.sweep(desk)
    return sheets.Taken(entered, known, len(rejects), rejects.save())


def _sat(desk: Desk, record: headers.Record) -> Sat:
    """Refuses SeatUnknown, SeatAmbiguous, PatronUnknown, CardAmbiguous, ValueMissing, TimeLater,
    EndedWhen.
    """
    zones = {zone.name(code): zone.code for zone in spaces.zones(desk) for code in ("zh_CN", "en")}
    said = record.text("zone")
    place = places.find(desk, record.text("seat"), zones.get(said, said) or None)
    found = cards.whose(desk, str(without_identity(record.text("who"))), scanned=True, lost=True)
    if len(found) != 1:
        raise Refusal("CardAmbiguous" if found else "PatronUnknown")
    begin, end = (record.past(name, desk.now()) for name in ("in", "out"))
    if begin is None:
        raise Refusal("ValueMissing", column=record.heading("in"))
    if end is not None and end < begin:
        raise Refusal("EndedWhen", ended=record.heading("out"), begun=record.heading("in"))
    return Sat(found[0].id, place.seat, place.zone, begin, end)


def _enter(desk: Desk, sat: Sat) -> bool:
    """Whether it was new. Refuses PatronUnknown, SeatTaken, AlreadySeated."""
    zone = spaces.zone(desk, sat.zone)
    day = spaces.day_of(desk, zone, sat.begin)
    closes = (last for _, last in spaces.window(desk, zone, day) if sat.begin < last)
    begin, until = stamp(sat.begin), stamp(sat.end or next(closes, None) or desk.now())
    subject = seats.subject_of(day.isoformat(), sat.seat)
    with desk.act() as act:
        person = seat_claims.person(act.connection, sat.reader)
        theirs = seat_pages.of_day(act.connection, person.ids, day.isoformat())
        if any(each.seat == sat.seat and each.since == begin for each in theirs):
            return False
        for each in theirs:
            if _meet(each, begin, until):
                raise Refusal("AlreadySeated", seat=each.seat)
        for each in seat_pages.of_subject(act.connection, subject):
            if _meet(each, begin, until):
                raise Refusal("SeatTaken", seat=sat.seat, until=desk.local(_end(each)))
        said = {"patron": person.id, "from": begin, "until": until}
        fact = act.record("seat.taken", subject, said)
        if sat.end is not None:
            ended = {"sitting": fact.id, "why": LEFT, "ended_at": until}
            act.record("seat.released", subject, ended)
    return True


def _meet(stay: Stay, begin: str, until: str) -> bool:
    return stay.how != VOID and stay.since is not None and stay.since < until and begin < _end(stay)


def _end(stay: Stay) -> str:
    return stay.ended_at or stay.until


# what is on record goes out


def export(
    desk: Desk, path: Path, t: Language, *, since: date | None = None, until: date | None = None
) -> int:
    """Write who sat where to a table file, by library day; `load` reads it again.

    Gives the number of rows. Refuses RoleTooLow (department heads up) and what `exports` refuses.
    """
    desk.require(Role.DEPARTMENT_HEAD)
    with desk.reading() as connection:
        rows = _sat_down(desk, connection, t, since or date.min, until or date.max)
        return exports.write(path, headings(t, SITTINGS), rows, sheet_title=t("sheet.sittings"))


def _sat_down(
    desk: Desk, connection: Connection, t: Language, first: date, last: date
) -> Iterator[list[Cell | None]]:
    days = seat_pages.between(connection, first.isoformat(), last.isoformat())
    for some in chunks(days):
        known = stored_readers.by_subjects(connection, [each.patron for each in some])
        for each in some:
            if each.since is None or each.how == VOID:
                continue
            number = known[each.patron].number if each.patron in known else None
            zone = desk.profile.zones.get(each.zone)
            name = zone.name(t.code) if zone else each.zone
            label = each.seat.partition("/")[2]
            yield [name, label, number, desk.written(each.since), desk.written(each.ended_at)]
