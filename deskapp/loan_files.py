"""Loans from the circulation system's table files: how many, of which reader, on which day.

Only lending counts: lines that give back or renew are passed over and counted as such. The same
copy to the same reader counts once a day, so that a file with times and one with days alone say the
same, and nobody climbs by borrowing one book again and again. Titles are not read, and of a copy's
number only an HMAC is kept.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from db import loans as stored
from db.loans import Lending
from db.place import library_key
from deskapp import day_records, exports, headers, sheets
from deskapp.cells import alike
from deskapp.desk import Desk, Refusal, Role
from deskapp.language import Language
from deskapp.register_fields import LOANS

LOADING = Role.LIBRARIAN
"""who may import what the circulation system lent"""
LENT = "lent"
PASSED_OVER = ("returned", "renewed", "other")
WORDS = {
    LENT: (
        *("借", "借出", "借书", "借阅", "外借", "图书借出", "自助借书", "自助借还机借书"),
        *("loan", "loaned", "checkout", "check out", "issue", "lent", "charge"),
    ),
    "returned": (
        *("还", "还书", "归还", "图书归还", "自助还书", "异地还书", "通还"),
        *("return", "returned", "checkin", "check in", "discharge"),
    ),
    "renewed": ("续借", "续", "图书续借", "网上续借", "renew", "renewal", "renewed"),
    "other": (
        *("预约", "取消预约", "委托", "预借", "催还", "罚款", "赔书", "赔偿", "遗失", "丢失"),
        *("污损", "request", "hold", "lost", "fine", "recall"),
    ),
}
_ACTS = {alike(word): what for what, words in WORDS.items() for word in words}
KIND = day_records.Kind(stored.subject_of, stored.known, stored.draft)


@dataclass(frozen=True, slots=True)
class Taken(sheets.Taken):
    """`passed_over`: how many lines gave back, renewed, or did something else."""

    passed_over: Mapping[str, int]


def load(
    desk: Desk,
    path: Path,
    t: Language,
    override: Mapping[str, headers.Choice] | None = None,
    day: date | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Taken:
    """Import what was lent; each loan comes in once, in whatever order files are imported.

    Rows that cannot be right, and those of readers who are not known, are written beside the file
    with the reason. May be cut at any point and begun again. Refuses RoleTooLow and what `sheets`
    and `headers` refuse.
    """
    desk.require(LOADING)
    sheet, columns, rejects = sheets.open_import(path, LOANS, t, override, day)
    told: dict[day_records.Day, dict[Lending, sheets.Row]] = {}
    over = Counter[str]()
    again = 0
    for who, lending, row in _lent(desk, sheet, columns, rejects, over):
        of_day = told.setdefault((who, lending.at), {})
        again += lending in of_day
        of_day.setdefault(lending, row)
    entered, known = day_records.enter(desk, KIND, told, rejects, progress)
    passed_over = {what: over[what] for what in PASSED_OVER}
    return Taken(entered, again + known, len(rejects), rejects.save(), passed_over)


def _lent(
    desk: Desk,
    sheet: sheets.Sheet,
    columns: headers.Mapping,
    rejects: exports.Rejects,
    over: Counter[str],
) -> Iterator[tuple[str, Lending, sheets.Row]]:
    """Lines that lend something; what they do not, counted. Refuses nothing: see `rejects`."""
    known, now = day_records.Readers(desk), desk.now()
    with desk.reading() as connection:
        key = library_key(connection)
    for row in sheet.rows:
        with rejects.catching(row):
            record = columns.record(row, {"what": _ACTS})
            what = record.text("what") or LENT
            if what != LENT:
                over[what] += 1
                continue
            item, at = stored.item_of(key, record.text("item")), record.past("at", now)
            if at is None:
                raise Refusal("ValueMissing", column=record.heading("at"))
            yield known.find(record.text("who")), Lending(at.date().isoformat(), item), row
