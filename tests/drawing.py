"""A library with a draw in it: eight students, three seats of the exam hall."""

import csv
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from db import draw_pages
from db import places as stored_places
from deskapp import draw_files, draws, lots, readers
from deskapp.draws import Applicant, Drawing, Opening
from deskapp.language import Language
from tests.library import Library, local, write_readers
from tests.refusals import spoken

NUMBERS = [f"20261000{n:02}" for n in range(1, 9)]
NAMES = ("赵一", "钱二", "孙三", "李四", "周五五", "吴六", "郑七", "王八八")
SEATS = ("A-1", "A-2", "A-3")
HEADS = ("学号", "姓名", "学院", "专业", "班级", "手机", "申请理由", "辅导员签字")
SOURCE = "12月1日福彩3D开奖号"
TERMS = Opening(
    "2026-autumn", "seat", "exam", 3, date(2026, 12, 1), date(2026, 12, 26),
    local("2026-11-30 17:00"), 2, 3, "考研座位",
)  # fmt: skip


def applied(number: str, name: str, signed: str = "是") -> tuple[str, ...]:
    return (number, name, "医学院", "护理", "1班", "13800001111", "考研", signed)


def write(path: Path, rows: Iterable[Iterable[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows((HEADS, *rows))
    return path


def furnish(library: Library) -> None:
    """Students, and seats for some of them."""
    rows = [("学号", "姓名", "读者类型", "学院")]
    rows += [(n, name, "本科生", "医学院") for n, name in zip(NUMBERS, NAMES, strict=True)]
    readers.load(library.at("li"), write_readers(library.folder / "more.csv", *rows), spoken)
    furnish_zone(library, "exam", SEATS)


def furnish_zone(library: Library, zone: str, labels: Iterable[str]) -> None:
    """Seats in a zone, offered in this order."""
    has = dict.fromkeys(("socket", "window", "lamp", "accessible"), False)
    with library.at("head").act() as act:
        for rank, label in enumerate(labels, 1):
            said = {"row": 1, "col": rank, "rank": rank, **has}
            act.record_all([stored_places.draft("place.laid", f"{zone}/{label}", said)])


def opened(library: Library, terms: Opening = TERMS) -> Drawing:
    """A draw for which all eight have applied."""
    drawing = draws.open_draw(library.at("lead"), terms)
    rows = [applied(*each) for each in zip(NUMBERS, NAMES, strict=True)]
    file = write(library.folder / "applications.csv", rows)
    done = draw_files.load(library.at("li"), drawing.id, file, Language("zh_CN"))
    assert (done.entered, done.rejected) == (8, 0)
    return drawing


def drawn(library: Library, seed: str = "518", terms: Opening = TERMS) -> Drawing:
    drawing = opened(library, terms)
    lots.publish(library.at("lead"), drawing.id, SOURCE)
    return lots.draw(library.at("lead"), drawing.id, seed)


def standing(library: Library, draw: str, where: str | None = None) -> list[Applicant]:
    return draws.applicants(library.at("li", where), draw)


def whose(library: Library, applicant: Applicant) -> str:
    """The reader of an application."""
    return "reader:" + applicant.id.rpartition(":")[2]


def seat_of(library: Library, reader: str, day: str = "2026-12-02") -> str | None:
    with library.desk.reading() as connection:
        return draw_pages.allotted(connection, reader, "exam", day)
