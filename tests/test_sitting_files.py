"""The paper of an outage: who sat where comes in once, and never two on one seat."""

from pathlib import Path

import pytest

from deskapp import seats, sitting_files, sweeps
from deskapp.language import Language
from deskapp.sheets import Taken, open_sheet
from tests.commanding import table
from tests.library import Library, differs_from_ledger, local, utc
from tests.seating import COMMONS, NUMBERS

T = Language("zh_CN")
HEAD = "区域,座位号,学号或卡号,入座时间,离座时间"


@pytest.fixture
def library(seated: Library) -> Library:
    seated.clock.put("2026-11-22 12:00")
    return seated


def load(library: Library, folder: Path, *lines: str, head: str = HEAD) -> Taken:
    file = table(folder / "sittings-2026-11-22.csv", head, *lines)
    return sitting_files.load(library.at("li"), file, T)


def sat(library: Library) -> list[tuple[object, ...]]:
    sql = "SELECT seat, patron, since, ended_at, how, spans FROM sitting ORDER BY since, seat"
    with library.desk.reading() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(sql)]


def reasons(done: Taken) -> list[tuple[object, ...]]:
    assert done.rejects is not None
    sheet = open_sheet(done.rejects)
    return [(row.cells[1], row.cells[-1]) for row in sheet.rows]


def test_what_was_written_on_paper_comes_in_once(library: Library, tmp_path: Path) -> None:
    one, other = NUMBERS[:2]
    lines = (f"信息共享空间,a-2,{one},08:10,09:40", f",commons/B3,{other},9:00,")
    done = load(library, tmp_path, *lines)
    assert (done.entered, done.known, done.rejected) == (2, 0, 0)
    first, second = library.reader(one), library.reader(other)
    begin, end = utc("2026-11-22 08:10"), utc("2026-11-22 09:40")
    assert sat(library) == [
        ("commons/A-2", first, begin, end, "left", f'[["{begin}","{end}"]]'),
        ("commons/B-3", second, utc("2026-11-22 09:00"), None, None, "[]"),
    ]
    found = seats.standing(library.at("li"), second, COMMONS)
    assert (found.act, found.seat) == ("away", "commons/B-3")  # they sit there
    again = load(library, tmp_path, *reversed(lines))
    assert (again.entered, again.known, again.rejected) == (0, 2, 0)
    assert differs_from_ledger(library.desk) == []


@pytest.mark.parametrize("head", ["空间,座位,学号,开始,结束", "zone,seat,number,from,until"])
def test_times_by_other_names(library: Library, tmp_path: Path, head: str) -> None:
    done = load(library, tmp_path, f"commons,A-2,{NUMBERS[0]},08:10,09:40", head=head)
    assert done.entered == 1
    assert sat(library)[0][3] == utc("2026-11-22 09:40")


def test_what_cannot_be_is_written_out(library: Library, tmp_path: Path) -> None:
    one, other, third = NUMBERS[:3]
    seats.take(library.at("li"), library.reader(third), "commons/C-1")
    done = load(
        library, tmp_path,
        f"commons,A-2,{one},08:10,09:40",
        f"commons,A-2,{other},09:30,09:50",  # somebody sits there
        f"commons,A-3,{one},09:00,10:00",  # they sit elsewhere
        f"commons,C-1,{other},11:00,12:00",  # up to the moment when it was taken here
        f"commons,Z-9,{one},10:00,11:00",
        "commons,A-4,1,10:00,11:00",
        f"commons,A-5,{other},13:00,",
        f"commons,A-6,{other},10:00,09:00",
    )  # fmt: skip
    assert (done.entered, done.rejected) == (2, 6)
    assert [seat for seat, _ in reasons(done)] == ["Z-9", "A-4", "A-5", "A-6", "A-3", "A-2"]
    assert all(why for _, why in reasons(done))


def test_whoever_did_not_leave_is_out_at_closing(library: Library, tmp_path: Path) -> None:
    file = table(tmp_path / "paper.csv", HEAD, f"commons,A-2,{NUMBERS[0]},2026-11-20 08:00,")
    assert sitting_files.load(library.at("li"), file, T).entered == 1
    assert [row[3:5] for row in sat(library)] == [(utc("2026-11-20 22:00"), "closed")]
    assert sweeps.sweep(library.desk) == []


def test_what_goes_out_comes_in_again(library: Library, tmp_path: Path) -> None:
    desk, one = library.at("lead"), library.reader(NUMBERS[0])
    seats.take(desk, one, "commons/B-1")
    library.clock.put("2026-11-22 13:00")
    seats.leave(desk, one)
    seats.take(desk, library.reader(NUMBERS[1]), "it/A-1")
    file = tmp_path / "sittings.csv"
    head = library.at("head")
    assert sitting_files.export(head, file, T) == 2
    rows = [tuple(row.cells) for row in open_sheet(file).rows]
    assert [row[:3] for row in rows] == [
        ("信息共享空间", "B-1", NUMBERS[0]),
        ("IT空间", "A-1", NUMBERS[1]),
    ]
    done = sitting_files.load(library.at("li"), file, T)
    assert (done.entered, done.known, done.rejected) == (0, 2, 0)
    first = local("2026-11-23 00:00").date()
    assert sitting_files.export(head, tmp_path / "none.csv", T, since=first) == 0
