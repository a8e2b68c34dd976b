"""Bookings from and to table files: once each, never two at once, the paper's own table too."""

import csv
from datetime import date
from pathlib import Path

import pytest

from deskapp import bookings, kit, room_files, rooms, sheets
from deskapp.booking_rules import Wish
from deskapp.language import Language
from deskapp.rooms import Held
from deskapp.sheets import Taken
from tests.library import Library, differs_from_ledger, local, stored
from tests.refusals import refused

SHAN, ZENG = "2023101234", "2023101235"
HEADINGS = ("房间", "日期", "开始", "结束", "学号", "人数", "用途", "备注")
ROWS = (
    ("201研讨间", "2026-11-22", "08:00", "09:30", SHAN, "4", "小组讨论", "期中复习"),
    ("s201", "2026-11-22", "9:30", "10:30", ZENG, "3", "", ""),
    ("Room 202", "2026-11-24", "14:00", "15:00", "A1B2C3", "", "Meeting", ""),
    ("报告厅", "2026-11-25", "14:00", "16:00", "教务处", "200", "讲座", "新生教育"),
)
WRONG = (
    ("201研讨间", "2026-11-22", "09:00", "10:00", ZENG, "3", "", ""),
    ("999研讨间", "2026-11-22", "09:00", "10:00", ZENG, "3", "", ""),
    ("202研讨间", "2026-11-22", "09:00", "10:00", "", "3", "", ""),
    ("202研讨间", "2026-11-22", "09:00", "10:00", ZENG, "7", "", ""),
    ("202研讨间", "2026-11-22", "", "10:00", ZENG, "3", "", ""),
    ("202研讨间", "2026-11-22", "09:00", "2026-11-24 10:00", ZENG, "3", "", ""),
)


def file(folder: Path, *rows: tuple[str, ...], name: str = "rooms.csv") -> Path:
    with (folder / name).open("w", encoding="utf-8", newline="") as sheet:
        csv.writer(sheet).writerows([HEADINGS, *rows])
    return folder / name


def load(library: Library, path: Path, code: str | None = None) -> Taken:
    return room_files.load(library.at("li", code), path, Language())


def of_day(library: Library, day: int, who: str = "li") -> dict[str, list[Held]]:
    found = rooms.days_rooms(library.at(who), date(2026, 11, day))
    return {each.room.code: list(each.held) for each in found if each.held}


def test_what_was_and_what_will_be_comes_in_once(library: Library, tmp_path: Path) -> None:
    path = file(tmp_path, *ROWS)
    assert load(library, path) == Taken(4, 0, 0, None)
    today = of_day(library, 22)
    first, second = today["s201"]
    assert (first.state, first.until, first.words) == (
        "over",
        local("2026-11-22 09:30"),
        "期中复习",
    )
    assert (second.state, second.who) == ("in_use", "曾*查 2023****35")
    (held,) = of_day(library, 24)["s202"]
    assert (held.state, held.heads, held.what) == ("booked", 3, "meeting")
    assert held.hold_until == local("2026-11-24 14:15")
    (lecture,) = of_day(library, 25)["lecture"]
    assert (lecture.who, lecture.patron, lecture.hold_until) == ("教务处 新生教育", None, None)
    assert load(library, path) == Taken(0, 4, 0, None)
    assert differs_from_ledger(library.desk) == []
    refused("RoleTooLow", room_files.load, library.at("assistant"), path, Language())


def test_what_cannot_be_is_put_aside_with_the_reason(library: Library, tmp_path: Path) -> None:
    load(library, file(tmp_path, *ROWS))
    done = load(library, file(tmp_path, *WRONG, ROWS[0], name="wrong.csv"))
    assert (done.entered, done.known, done.rejected) == (0, 1, len(WRONG))
    assert done.rejects is not None
    reasons = [row.cells[-1] for row in sheets.open_sheet(done.rejects).rows]
    for reason, said in zip(
        reasons, ("已被预约", "999研讨间", "使用单位", "最多6人", "开始", "结束"), strict=True
    ):
        assert said in str(reason)


@pytest.mark.parametrize("kind", [".csv", ".xlsx"])
def test_what_goes_out_comes_in_again(library: Library, tmp_path: Path, kind: str) -> None:
    load(library, file(tmp_path, *ROWS))
    li, sun = library.at("li"), library.at("sun")
    begin, until = local("2026-11-23 14:00"), local("2026-11-23 15:00")
    bookings.book(li, Wish("s203", begin, until, 4, library.reader(SHAN), "discussion"))
    bookings.book(sun, Wish("s204", begin, until, 1, None, "therapy", "某人第三次"))
    path = tmp_path / f"out{kind}"
    assert room_files.export(library.at("head"), path, Language("en")) == 6
    refused("RoleTooLow", room_files.export, li, path, Language())
    text = "".join(str(row.cells) for row in sheets.open_sheet(path).rows)
    assert "therapy" not in text
    assert "第三次" not in text
    before = stored(library.desk)
    assert load(library, path) == Taken(0, 6, 0, None)
    assert stored(library.desk) == before


def test_the_paper_of_an_outage_is_typed_in(library: Library, tmp_path: Path) -> None:
    printed = kit.print_kit(library.desk, Language(), tmp_path / "kit")
    assert "研讨间日表" in printed.paper.read_text("utf-8")
    (table,) = [each for each in printed.tables if each.name == "rooms-2026-11-22.xlsx"]
    assert tuple(sheets.open_sheet(table).headers)[:3] == ("房间", "日期", "开始时间")
    typed = file(tmp_path, ("203研讨间", "", "8:00", "9:30", SHAN, "5", "会议", ""),
                 name="rooms-2026-11-22.csv")  # fmt: skip
    assert load(library, typed).entered == 1
    (held,) = of_day(library, 22)["s203"]
    assert (held.begin, held.until) == (local("2026-11-22 08:00"), local("2026-11-22 09:30"))


def test_two_desks_that_import_the_same_file_book_once(two_desks: Library, tmp_path: Path) -> None:
    path = file(tmp_path, *ROWS)
    for code in ("2F", "3F"):
        assert load(two_desks, path, code).entered == 4
    for code in ("2F", "3F", "2F"):
        two_desks.exchange(code)
    tables = stored(two_desks.desks["2F"])
    assert (len(tables["booking"]), tables["clash"], tables["fault"]) == (4, [], [])
    assert tables == stored(two_desks.desks["3F"])
