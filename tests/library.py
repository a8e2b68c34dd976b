"""A small library for tests: real stores, staff of every role and department, a few readers."""

import csv
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import event

from db.clock import stamp
from db.exchange import Summary, exchange
from db.file_centre import FileCentre
from db.folding import every
from db.refusal import Refusal
from db.rows import differences, load, shape
from db.store import driver
from deskapp import cards, corrections, readers, requests, staff
from deskapp.corrections import Correction, Rectified
from deskapp.desk import Desk, Operator, Role, found_desk, open_desk
from deskapp.readers import Found
from deskapp.requests import Logged, Question
from deskapp.staff import Entry
from tests.refusals import spoken
from tests.toys import ToyClock

ZONE = ZoneInfo("Asia/Shanghai")
KEY = b"k" * 32
PIN = "135790"
OPENED = "2026-11-22 10:00"
"""A Sunday: the desks are staffed until 17:30, the offices are closed until Monday 08:00."""

PEOPLE: Mapping[str, Entry] = {
    "admin": Entry("1001", "王敏", Role.ADMINISTRATOR, ("office",)),
    "head": Entry("1002", "赵琳", Role.DEPARTMENT_HEAD, ("information",)),
    "lead": Entry("1003", "周强", Role.SHIFT_LEAD, ("reader_services",)),
    "li": Entry("1004", "李静", Role.LIBRARIAN, ("reader_services",)),
    "zheng": Entry("1005", "郑浩", Role.LIBRARIAN, ("reader_services", "information")),
    "chen": Entry("1006", "陈莉", Role.LIBRARIAN, ("information",)),
    "sun": Entry("1007", "孙洁", Role.LIBRARIAN, ("reading",)),
    "technology": Entry("1008", "马超", Role.LIBRARIAN, ("technology",)),
    "acquisition": Entry("1009", "何雨", Role.LIBRARIAN, ("acquisition",)),
    "property": Entry("1010", "高远", Role.LIBRARIAN, ("intellectual_property",)),
    "services": Entry("1011", "罗宁", Role.LIBRARIAN, ("new_services",)),
    "teaching": Entry("1012", "谢芳", Role.LIBRARIAN, ("teaching",)),
    "nowhere": Entry("1013", "韩雪", Role.LIBRARIAN),
    "assistant": Entry("1014", "吴昊", Role.STUDENT_ASSISTANT, ("reader_services",)),
    "volunteer": Entry("1015", "刘洋", Role.VOLUNTEER, ("reader_services",)),
}

READERS = (
    ("学号", "姓名", "读者类型", "学院", "手机号", "一卡通号"),
    ("2023101234", "单国强", "本科生", "医学院", "13812345678", "A1B2C3"),
    ("2023101235", "曾小查", "硕士研究生", "理学院", "13987654321", "0099887766"),
    ("00417", "欧阳建国", "教师", "医学院", "", ""),
)


def local(text: str) -> datetime:
    """`2026-11-22 10:00` on the library's wall."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


class WallClock(ToyClock):
    """A toy clock that can be put to a time on the wall, also backwards."""

    def put(self, text: str) -> None:
        self.at = local(text)


def write_readers(path: Path, *rows: tuple[str, ...]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows or READERS)
    return path


def hurry(raw: sqlite3.Connection, *record: object) -> None:
    raw.execute("PRAGMA synchronous = OFF")


@dataclass
class Library:
    """A library of one desk or more. `desk` is the first; `at` gives one in somebody's hands."""

    folder: Path
    clock: WallClock
    desks: dict[str, Desk] = field(default_factory=dict)
    staff: dict[str, Operator] = field(default_factory=dict)
    centre: FileCentre | None = None

    @property
    def desk(self) -> Desk:
        return next(iter(self.desks.values()))

    def at(self, who: str, code: str | None = None) -> Desk:
        """A desk (the first, or by its code) with somebody signed in."""
        desk = self.desks[code] if code else self.desk
        return desk.signed_in(self.staff[who])

    def id(self, who: str) -> str:
        return self.staff[who].id

    def reader(self, number: str) -> str:
        """A reader's id."""
        (reader,) = cards.whose(self.at("li"), number)
        return reader.id

    def log(self, who: str = "li", words: str = "考研座插座无电", **more: Any) -> Logged:
        return requests.log(self.at(who), Question(words, **more))

    def row(self, id: str, code: str | None = None) -> dict[str, Any]:
        """The stored row of a request."""
        return rows_of(self.desks[code] if code else self.desk, id)

    def reopen(self, code: str | None = None) -> Desk:
        """Close a desk and open its store again, as after a restart."""
        code = code or self.desk.code
        self.desks[code].close()
        self.desks[code] = open_desk(self.folder / code, self.clock)
        return self.desks[code]

    def exchange(self, code: str) -> Summary:
        assert self.centre is not None
        return exchange(self.desks[code].ledger, self.centre)

    def copy(self, folder: Path) -> "Library":
        """The same library once more, in a folder of its own; this one must be closed.

        Its commits do not wait for the disk: nobody pulls the plug in these tests.
        """
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        other = Library(folder, WallClock(self.clock.at), staff=self.staff)
        other.desks = {code: open_desk(folder / code, other.clock) for code in self.desks}
        if self.centre is not None:
            other.centre = FileCentre(folder / "centre.db", other.clock)
            hurry(other.centre._raw)
        for desk in other.desks.values():
            event.listen(desk.ledger.store._engine, "connect", hurry)
            desk.close()  # the next connection is a hurried one
        return other

    def close(self) -> None:
        for desk in self.desks.values():
            desk.close()
        if self.centre is not None:
            self.centre.close()


def found_library(folder: Path, *, more: str = "", with_readers: bool = True) -> Library:
    """A library whose desk is `2F`; further codes in `more` exchange with it."""
    library = Library(folder, WallClock(local(OPENED)))
    for code in ("2F", *more.split()):
        library.desks[code] = found_desk(folder / code, "ncst", code, "", KEY, library.clock)
    entered = staff.enter_all(library.desk, PEOPLE.values())
    for who, each in zip(PEOPLE, entered, strict=True):
        found = staff.find(library.desk, each.id)
        assert found is not None
        library.staff[who] = found
    if with_readers:
        readers.load(library.at("li"), write_readers(folder / "readers.csv"), spoken)
    if more:
        library.centre = FileCentre(folder / "centre.db", library.clock)
        for code in library.desks:
            library.exchange(code)
    return library


def rows_of(desk: Desk, id: str) -> dict[str, Any]:
    """The one stored row of a subject."""
    with desk.reading() as connection:
        book = desk.ledger.books[id.partition(":")[0]]
        (row,) = load(driver(connection), book, [id])[id].values()
    return row


def stored(desk: Desk) -> dict[str, list[tuple[Any, ...]]]:
    """Every folded table as it stands, less what only this store knows."""
    found = {}
    with desk.reading() as connection:
        raw = driver(connection)
        for book in desk.ledger.books.values():
            for model in book.tables:
                form = shape(model)
                names = ", ".join(("subject", *form.keys, *form.values))
                rows = raw.execute(f"SELECT {names} FROM {form.name}")
                found[form.name] = sorted(rows, key=repr)
        found["clash"] = sorted(raw.execute("SELECT * FROM clash"))
        found["fault"] = sorted(raw.execute("SELECT * FROM fault"))
    return found


def differs_from_ledger(desk: Desk) -> list[str]:
    """Subjects whose rows, faults or clashes are not what the ledger says."""
    found = []
    with desk.reading() as connection:
        raw = driver(connection)
        for each in every(raw, desk.ledger.books):
            book = desk.ledger.books.get(each.subject.partition(":")[0])
            if book is None:
                continue
            old = load(raw, book, [each.subject])[each.subject]
            found += [change.subject for change in differences(each.subject, old, each.rows)]
            clashes = raw.execute(
                "SELECT first, second, settled_by FROM clash WHERE subject = ?", (each.subject,)
            )
            if sorted(clashes, key=repr) != sorted(each.clashes, key=repr):
                found.append(each.subject)
    return found


def outcome_of(act: Callable[[], object]) -> str | None:
    """The code that an act is refused with; None if it was done."""
    try:
        act()
    except Refusal as refusal:
        return refusal.code
    return None


def utc(text: str) -> str:
    """A time on the library's wall as the ledger stamps it."""
    return stamp(local(text))


def reader_of(desk: Desk, code: str) -> Found | None:
    """Whose this number or card is."""
    return next(iter(cards.whose(desk, code)), None)


def correct_first(desk: Desk, id: str, who: str, reason: str = "误登") -> Rectified:
    """Somebody else was asked first."""
    return corrections.correct(desk, id, Correction(first_responder=who), reason)
