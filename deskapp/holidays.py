"""The school calendar from a table file: holidays, make-up workdays, closed days, vacations, exam
weeks and what other seasons the library has.

Every desk of the library learns it by the exchange. Due times that were set before stay as they
were said.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize

from db import holidays as stored
from db.facts import Draft
from deskapp import exports, headers, sheets
from deskapp.calendar import DAY, DayKind
from deskapp.cells import Cell, alike
from deskapp.desk import Desk, Refusal, Role
from deskapp.entries import codes
from deskapp.fields import headings
from deskapp.language import Language
from deskapp.register_fields import HOLIDAYS
from deskapp.school_calendar import CLOSED
from deskapp.timetable import read_windows

LOADING = Role.DEPARTMENT_HEAD
"""who may say when the library works"""
LONGEST = 200
"""days of one row: more is a year mistyped"""
WITHDRAWN = "withdrawn"
WORDS = {
    DayKind.REST.value: ("休", "休息", "放假", "rest", "off", "holiday"),
    DayKind.WORK.value: ("班", "上班", "补班", "调休上班", "work", "workday"),
    DayKind.CLOSED.value: ("闭馆", "闭", "closed"),
    WITHDRAWN: ("取消", "撤销", "withdrawn", "cancelled"),
}
CLOSED_WORDS = frozenset(map(alike, WORDS[DayKind.CLOSED.value]))


@dataclass(frozen=True, slots=True)
class HolidaysImported:
    """What a file did, in days and vacations. unknown: its years that are not published yet."""

    entered: int
    changed: int
    withdrawn: int
    unchanged: int
    rejected: int
    rejects: Path | None
    unknown: tuple[int, ...]


class Said(NamedTuple):
    """What the table has for one day or vacation."""

    what: str
    first: str
    last: str
    name: str | None
    hours: str | None


def load(
    desk: Desk,
    path: Path,
    t: Language,
    override: Mapping[str, headers.Choice] | None = None,
) -> HolidaysImported:
    """Import a school calendar; what is on record for the same day or vacation is replaced.

    A row has a date, or a first and last one; what they are (休, 班, 闭馆, 取消, or a vacation or
    season of the profile); for a vacation the hours, if they are not the profile's. Rows that
    cannot be right are written beside the file with the reason. Refuses RoleTooLow and what
    `sheets` and `headers` refuse.
    """
    desk.require(LOADING)
    sheet, columns, rejects = sheets.open_import(path, HOLIDAYS, t, override)
    with desk.act() as act:
        before = {
            each.subject: Said(each.what, each.first, each.last, each.name, each.hours)
            for each in stored.everything(act.connection)
        }
        table = _Table(desk, dict(before))
        for row in sheet.rows:
            with rejects.catching(row):
                table.take(row, columns)
        now = table.rows
        drafts: list[Draft] = [
            stored.said(subject, *row) for subject, row in now.items() if before.get(subject) != row
        ]
        entered = sum(draft.subject not in before for draft in drafts)
        gone = [subject for subject in before if subject not in now]
        act.record_many([*drafts, *map(stored.withdrawn, gone)])
    holidays = next(iter(desk.calendars.values())).holidays
    return HolidaysImported(
        entered,
        len(drafts) - entered,
        len(gone),
        len(table.told & now.keys()) - len(drafts),
        len(rejects),
        rejects.save(),
        tuple(year for year in sorted(table.years) if not holidays.known(year)),
    )


def export(desk: Desk, path: Path, t: Language) -> int:
    """Write the table to a file that `load` reads again, by date; gives the number of rows.

    Refuses RoleTooLow (department heads up) and what `exports` refuses.
    """
    desk.require(LOADING)
    named = {**desk.profile.vacations, **desk.profile.seasons}

    def word(what: str) -> str:
        if what in named:
            return named[what].name(t.code)
        return next((w for w in WORDS.get(what, ()) if w.isascii() is (t.code == "en")), what)

    def row(each: stored.Holiday) -> list[Cell | None]:
        last = None if each.last == each.first else date.fromisoformat(each.last)
        hours = word(CLOSED) if each.hours == CLOSED else each.hours
        return [date.fromisoformat(each.first), last, word(each.what), each.name, hours]

    with desk.reading() as connection:
        rows = map(row, stored.everything(connection))
        return exports.write(path, headings(t, HOLIDAYS), rows, sheet_title=t("sheet.holidays"))


class _Table:
    """The table as it will be: `rows` by subject."""

    def __init__(self, desk: Desk, rows: dict[str, Said]) -> None:
        self.rows = rows
        self.told: set[str] = set()
        """subjects that the file speaks of"""
        self.years: set[int] = set()
        self._vacations = desk.profile.vacations
        self._seasons = desk.profile.seasons
        self._words = {alike(word): code for code, some in WORDS.items() for word in some}
        self._words |= codes({**self._vacations, **self._seasons})
        self._lines: dict[str, int] = {}

    def take(self, row: sheets.Row, columns: headers.Mapping) -> None:
        """Refuses ValueMissing, DateUnclear, WordUnknown, PeriodWrong, HoursUnclear, HoursNotHere,
        DayTwice, VacationsOverlap.
        """
        record = columns.record(row, {"what": self._words})
        what, name, hours = record.text("what"), record.text("name"), record.text("hours")
        first, last = self._period(record)
        if what in self._vacations:
            days = {stored.vacation_subject(what, last.year): (first, last)}
        elif what in self._seasons:
            days = {stored.season_subject(what, last): (first, last)}
        else:
            days = {stored.day_subject(day.isoformat()): (day, day) for day in _days(first, last)}
        self._alone(days)
        written = self._hours(what, hours)
        if what in self._vacations:
            self._apart(next(iter(days)), first, last)
        self._lines |= dict.fromkeys(days, row.line)
        self.years |= {first.year, last.year}
        if what == WITHDRAWN:
            self._withdraw(first, last)
            return
        self.told |= days.keys()
        for subject, (begin, end) in days.items():
            period = begin.isoformat(), end.isoformat()
            self.rows[subject] = Said(what, *period, name or None, written)

    def _period(self, record: headers.Record) -> tuple[date, date]:
        first = record.day("first")
        if first is None:
            raise Refusal("ValueMissing", column=record.heading("first"))
        last = record.day("last") or first
        if not 0 <= (last - first).days < LONGEST:
            raise Refusal("PeriodWrong", first=first.isoformat(), last=last.isoformat())
        return first, last

    def _alone(self, days: Iterable[str]) -> None:
        """The file says one thing of a day."""
        for subject in days:
            if subject in self._lines:
                raise Refusal("DayTwice", line=self._lines[subject])

    def _hours(self, what: str, written: str) -> str | None:
        if what in self._vacations:
            return _hours(written)
        if written and alike(written) not in CLOSED_WORDS:
            raise Refusal("HoursNotHere")
        return None

    def _apart(self, subject: str, first: date, last: date) -> None:
        for other, row in self.rows.items():
            if (
                other != subject
                and row.what in self._vacations
                and row.first <= last.isoformat()
                and first.isoformat() <= row.last
            ):
                raise Refusal("VacationsOverlap", first=row.first, last=row.last)

    def _withdraw(self, first: date, last: date) -> None:
        """What the table has of these days alone is as if it had never been said."""
        for subject, row in list(self.rows.items()):
            if first.isoformat() <= row.first and row.last <= last.isoformat():
                del self.rows[subject]


def _days(first: date, last: date) -> Iterator[date]:
    for place in range((last - first).days + 1):
        yield first + place * DAY


def _hours(written: str) -> str | None:
    """`8：30—12：00、14：00—17：30` as a profile writes it. Refuses HoursUnclear."""
    if alike(written) in CLOSED_WORDS:
        return CLOSED
    plain = re.sub(r"\s*[-—–~～至到]+\s*", "-", normalize("NFKC", written))
    plain = re.sub(r"(?<!\d)(?=\d:)", "0", " ".join(re.split(r"[\s、,;；]+", plain)))
    try:
        read_windows(plain)
    except ValueError as error:
        raise Refusal("HoursUnclear", value=written) from error
    return plain or None
