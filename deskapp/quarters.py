"""A quarter (季度) of a reader's time in the library, for their page; and how its lines read."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from db import looks
from db import readers as stored_readers
from db.clock import YEARS
from deskapp import visits
from deskapp.desk import Desk, Refusal
from deskapp.language import Language
from deskapp.visits import Line, Presence

PRESENCE = "presence"
"""what a look at it is called on record"""
SEATS = ("seat", "void")
"""lines that are about a seat"""


class Quarter(NamedTuple):
    """`2026, 4`: October to December."""

    year: int
    number: int

    @property
    def first(self) -> date:
        return date(self.year, self.number * 3 - 2, 1)

    def moved(self, by: int) -> "Quarter":
        """So many quarters later; earlier where it is below zero."""
        year, number = divmod(self.year * 4 + self.number - 1 + by, 4)
        return Quarter(year, number + 1)

    @property
    def last(self) -> date:
        return self.moved(1).first - timedelta(1)

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"


def of(day: date) -> Quarter:
    """The quarter that a day is in."""
    return Quarter(day.year, (day.month + 2) // 3)


_NAMED = re.compile(r"(\d{4})[-年 ]?(?:[Qq第])?([1-4])(?:季度)?")


def named(text: str) -> Quarter:
    """`2026-Q4`, `2026Q4`, `2026年第4季度`. Refuses QuarterWrong."""
    found = _NAMED.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None or int(found[1]) not in YEARS:
        raise Refusal("QuarterWrong", value=text)
    return Quarter(int(found[1]), int(found[2]))


def open_page(desk: Desk, reader: str, quarter: Quarter) -> Presence:
    """A reader's quarter; the look is put on record. Refuses RoleTooLow, PatronUnknown."""
    desk.require(visits.SEEING)
    with desk.act() as act:
        known = stored_readers.by_subject(act.connection, reader)
        if known is None or known.number is None:
            raise Refusal("PatronUnknown")
        act.record_all([looks.draft(act.new_subject("look"), reader, PRESENCE)])
    return again(desk, reader, quarter)


def again(desk: Desk, reader: str, quarter: Quarter) -> Presence:
    """What an open page shows now, of any quarter. Refuses as `open_page`."""
    ends = (desk.midnight(each.first) for each in (quarter, quarter.moved(1)))
    return visits.presence(desk, reader, *ends)


# how it reads


def clock(time: timedelta) -> str:
    """`123:05:00`: exact, and no spreadsheet makes days of it."""
    minutes, seconds = divmod(int(time.total_seconds()), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


def where_words(t: Language, desk: Desk, line: Line) -> str:
    """`考研空间 C-37`, or the gate as its records call it."""
    if line.what not in SEATS:
        return line.where or t("presence.gate")
    code, _, label = line.where.partition("/")
    zone = desk.profile.zones.get(code)
    return f"{zone.name(t.code) if zone else code} {label}"


def why_words(t: Language, desk: Desk, line: Line) -> str:
    """Why it counts less than from its begin to its end, or ends where it does."""
    return "  ".join(_why(t, desk, line))


def _why(t: Language, desk: Desk, line: Line) -> Iterator[str]:
    limits = desk.profile.limits
    if line.what in ("no_in", "no_out"):
        yield t(
            f"presence_alone.{line.what}",
            longest=limits.gate_longest_minutes,
            minutes=limits.gate_missing_minutes,
        )
    for way in line.cut:
        yield t(f"presence_cut.{way}")
    if line.goes_on:
        yield t("presence.goes_on")
    over = line.end - line.begin - line.counted
    if line.what == "void":
        yield t("presence.void")
    elif over:
        what = "some" if line.counted else "all"
        yield t(f"presence_over.{what}", time=clock(over))
