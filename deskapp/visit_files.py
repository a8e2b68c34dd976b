"""A gate's records from and to table files, and the time in the library that they make."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import Connection

from db import readers as stored_readers
from db import visits as stored
from db.clock import stamp
from db.rows import chunks
from deskapp import day_records, exports, headers, quarters, sheets, visits
from deskapp.cells import Cell, alike
from deskapp.desk import Desk, Refusal, Role
from deskapp.fields import called
from deskapp.language import Language
from deskapp.register_fields import VISITS
from deskapp.visits import Passage

LOADING = Role.LIBRARIAN
"""who may import what a gate recorded"""
KIND = day_records.Kind(stored.subject_of, stored.known, stored.draft)
WORDS = {
    "in": ("进", "入", "进馆", "入馆", "进入", "进门", "in", "entry", "enter", "entrance"),
    "out": ("出", "离", "出馆", "离馆", "离开", "出门", "out", "exit", "leave"),
}
_WAYS = {alike(word): way for way, words in WORDS.items() for word in words}


def load(
    desk: Desk,
    path: Path,
    t: Language,
    override: Mapping[str, headers.Choice] | None = None,
    day: date | None = None,
) -> sheets.Taken:
    """Import a gate's records; each comes in once, in whatever order files are imported.

    A row has a number or card, and either a time and which way (进, 出), or the times in and out,
    of which one may be missing. Rows that cannot be right are written beside the file with the
    reason. May be cut at any point and begun again. Refuses RoleTooLow and what `sheets` and
    `headers` refuse.
    """
    desk.require(LOADING)
    sheet, columns, rejects = sheets.open_import(path, VISITS, t, override, day)
    told: dict[tuple[str, str], dict[Passage, sheets.Row]] = {}
    again = 0
    for who, passage, row in _Rows(desk, columns, rejects).read(sheet):
        at = desk.local(passage.entered or passage.left or "")
        of_day = told.setdefault((who, at.date().isoformat()), {})
        again += passage in of_day
        of_day.setdefault(passage, row)
    entered, known = day_records.enter(desk, KIND, told, rejects)
    return sheets.Taken(entered, again + known, len(rejects), rejects.save())


class _Rows:
    """Reads rows by the rules; those that cannot be right are put aside with the reason."""

    def __init__(self, desk: Desk, columns: headers.Mapping, rejects: exports.Rejects) -> None:
        self._desk, self._columns, self._rejects = desk, columns, rejects
        self._now = desk.now()
        self._readers = day_records.Readers(desk)

    def read(self, sheet: sheets.Sheet) -> Iterator[tuple[str, Passage, sheets.Row]]:
        for row in sheet.rows:
            with self._rejects.catching(row):
                record = self._columns.record(row, {"way": _WAYS})
                yield self._readers.find(record.text("who")), self._passage(record), row

    def _passage(self, record: headers.Record) -> Passage:
        """Refuses ValueMissing, TimeLater, EndedWhen."""
        ends = {way: record.past(way, self._now) for way in ("in", "out")}
        at = record.past("at", self._now)
        if at is not None:
            way = record.text("way")
            if not way:
                raise Refusal("ValueMissing", column=record.heading("way"))
            ends[way] = at
        entered, left = ends["in"], ends["out"]
        if entered is None and left is None:
            raise Refusal("ValueMissing", column=record.heading("at"))
        if entered is not None and left is not None and left < entered:
            raise Refusal("EndedWhen", ended=record.heading("out"), begun=record.heading("in"))
        gate = record.text("gate") or None
        return Passage(stamp(entered) if entered else None, stamp(left) if left else None, gate)


# what is on record goes out


def export(
    desk: Desk, path: Path, t: Language, *, since: date | None = None, until: date | None = None
) -> int:
    """Write a gate's records to a table file, by day; `load` reads it again.

    Gives the number of rows. Refuses RoleTooLow (department heads up) and what `exports` refuses.
    """
    desk.require(Role.DEPARTMENT_HEAD)
    headings = [called(t, VISITS, name).capitalize() for name in ("who", "in", "out", "gate")]
    with desk.reading() as connection:
        rows = _passages(desk, connection, since or date.min, until or date.max)
        return exports.write(path, headings, rows, sheet_title=t("sheet.visits"))


def _passages(
    desk: Desk, connection: Connection, since: date, until: date
) -> Iterator[list[Cell | None]]:
    days = stored.between(connection, since.isoformat(), until.isoformat())
    for some in chunks(days):
        known = stored_readers.by_subjects(connection, [patron for patron, _ in some])
        for patron, passages in some:
            number = known[patron].number if patron in known else None
            for entered, left, gate in passages:
                yield [number, desk.written(entered), desk.written(left), gate]


PRESENCE = ("number", "begin", "end", "what", "where", "seat", "counted", "why", "total")
"""columns: of each line where in words, a seat by its code too, what it adds and why not more, and
the reader's total up to it
"""


def export_presence(
    desk: Desk, path: Path, t: Language, *, since: date | None = None, until: date | None = None
) -> int:
    """Write how long each reader was in the library, line by line, and why: see `visits`.

    Both days are in it; without them it is this quarter up to today. Gives the number of rows.
    Refuses RoleTooLow (department heads up) and what `exports` refuses.
    """
    desk.require(Role.DEPARTMENT_HEAD)
    today = desk.now().date()
    first = since or quarters.of(today).first
    last = until or today
    with desk.reading() as connection:
        rows = _explained(desk, connection, t, first, last)
        headings = [t(f"presence.{name}") for name in PRESENCE]
        return exports.write(path, headings, rows, sheet_title=t("sheet.presence"))


def _explained(
    desk: Desk, connection: Connection, t: Language, first: date, last: date
) -> Iterator[list[Cell | None]]:
    since, until = desk.midnight(first), desk.midnight(last + timedelta(days=1))
    days = (since - visits.MARGIN).date().isoformat(), (until + visits.MARGIN).date().isoformat()
    patrons = stored.patrons(connection, *days)  # a night before it may reach into it
    heads = set(stored_readers.heads(connection, patrons).values())
    known = stored_readers.by_subjects(connection, sorted(heads))
    for reader in sorted(known.values(), key=lambda reader: reader.number or ""):
        if reader.number is None:
            continue  # erased: nobody's time
        total = timedelta()
        for line in visits.presence(desk, reader.subject, since, until).lines:
            total += line.counted
            ends = [each.replace(tzinfo=None) for each in (line.begin, line.end)]
            what = t(f"presence_by.{line.what}")
            where = quarters.where_words(t, desk, line)
            seat = line.where if line.what in quarters.SEATS else None
            counts, why = quarters.clock(line.counted), quarters.why_words(t, desk, line) or None
            yield [reader.number, *ends, what, where, seat, counts, why, quarters.clock(total)]
