"""Loans of the circulation system: only lending counts, each once, and no copy's number is kept."""

import csv
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from xlsxwriter import Workbook

from deskapp import erasures, loan_files, numbers, rankings
from deskapp.language import Language
from deskapp.loan_files import Taken
from deskapp.quarters import named
from tests.commanding import FIXTURES, PIN, Run, table
from tests.library import Library, differs_from_ledger, found_library
from tests.refusals import refused

prepared, desk, run, patrons = FIXTURES
T = Language("zh_CN")
NUMBER, OTHER = "2023101234", "2023101235"
HEAD = "读者证号,条码号,操作时间,操作类型"
DAY = "2026-11-20"
QUARTER = named("2026-Q4")
NONE = {"returned": 0, "renewed": 0, "other": 0}


def load(library: Library, folder: Path, *lines: str, head: str = HEAD) -> Taken:
    return loan_files.load(library.at("li"), table(folder / "loans.csv", head, *lines), T)


def counted(library: Library) -> dict[str, int]:
    found = rankings.by_loans(library.at("li"), QUARTER)
    return {line.reader.id: line.amount for line in found.lines}


def test_only_lending_counts_and_each_once(library: Library, tmp_path: Path) -> None:
    rows = [
        f"{NUMBER},A0001,{DAY} 09:00:01,借",
        f"{NUMBER},A0002,{DAY} 09:00:02,自助借书",
        f"{NUMBER},A0002,{DAY} 12:00,还",
        f"{NUMBER},A0002,{DAY} 12:05,借书",  # the same copy on the same day
        f"{NUMBER},A0001,{DAY} 12:05,续借",
        f"{NUMBER},A0001,{DAY} 12:05,预约",
        f"A1B2C3,A0003,{DAY} 12:05,借",  # by their card
        f"{OTHER},A0001,2026-11-21,借",
        f"2099000000,A0009,{DAY} 12:05,借",
    ]
    done = load(library, tmp_path, *rows)
    passed = {"returned": 1, "renewed": 1, "other": 1}
    assert (done.entered, done.known, done.rejected, done.passed_over) == (4, 1, 1, passed)
    assert counted(library) == {library.reader(NUMBER): 3, library.reader(OTHER): 1}
    assert load(library, tmp_path, *rows[:-1]) == Taken(0, 5, 0, None, passed)
    assert counted(library) == {library.reader(NUMBER): 3, library.reader(OTHER): 1}
    assert differs_from_ledger(library.desk) == []
    store = library.desk.ledger.store.path
    assert b"A0002" not in store.read_bytes() + Path(f"{store}-wal").read_bytes()


@pytest.mark.parametrize(
    "head",
    [
        "学工号,姓名,题名,财产号,借出时间,应还时间,归还时间",  # Huiwen
        "读者证号,读者姓名,题名,图书条码,借书日期,应还日期,还书日期",  # Interlib
        "读者条码,姓名,书名,登录号,外借日期,应还日期,归还日期",  # ILAS
        "User Primary Identifier,Name,Title,Barcode,Loan Date,Due Date,Return Date",  # Alma
    ],
)
def test_headings_of_circulation_systems(library: Library, tmp_path: Path, head: str) -> None:
    """Each line a loan, with when it was given back; as a workbook too."""
    row = [NUMBER, "单国强", "论语", "00123456", "2026-11-20 09:00:00", "2026-12-20", "2026-11-21"]
    assert load(library, tmp_path, ",".join(row), head=head) == Taken(1, 0, 0, None, NONE)
    book = Workbook(tmp_path / "loans.xlsx")
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, head.split(","))
    sheet.write_row(1, 0, row)
    book.close()
    again = loan_files.load(library.at("li"), tmp_path / "loans.xlsx", T)
    assert again == Taken(0, 1, 0, None, NONE)
    (ground,) = rankings.lines_of(library.at("li"), "loans", QUARTER, library.reader(NUMBER))
    assert (ground.at, ground.amount) == (DAY, 1)


def test_what_cannot_be_right_is_given_back(library: Library, tmp_path: Path) -> None:
    wrong = {
        f"{NUMBER},A1,2026-11-23 09:00,借": "操作时间晚于现在",
        f"{NUMBER},A1,{DAY},抢": "抢",
        f"{NUMBER},A1,,借": "操作时间",
        f"{NUMBER},,{DAY},借": "条码号",
        f",A1,{DAY},借": "读者证号",
        f"2099000000,A1,{DAY},借": "未找到该读者",
    }
    done = load(library, tmp_path, *wrong, f"{NUMBER},A1,{DAY},借")
    assert (done.entered, done.rejected) == (1, len(wrong))
    assert done.rejects is not None
    with done.rejects.open(encoding="utf-8-sig", newline="") as rejected:
        reasons = [row[-1] for row in list(csv.reader(rejected))[1:]]
    for reason, expected in zip(reasons, wrong.values(), strict=True):
        assert expected in reason
    path = table(tmp_path / "loans.csv", HEAD)
    refused("RoleTooLow", loan_files.load, library.at("assistant"), path, T)


def test_loans_of_two_numbers_are_one_persons_and_go_with_whoever_is_erased(
    library: Library, tmp_path: Path
) -> None:
    load(library, tmp_path, f"{NUMBER},A1,{DAY},借", f"{OTHER},A2,{DAY},借")
    one, other = map(library.reader, (NUMBER, OTHER))
    numbers.merge(library.at("li"), other, one)
    assert counted(library) == {one: 2}
    erasures.erase_reader(library.at("lead"), one)
    assert counted(library) == {}
    assert load(library, tmp_path, f"{NUMBER},A1,{DAY},借").rejected == 1


def test_another_desk_has_them_once(tmp_path: Path) -> None:
    """The same file, brought in at two desks that then exchange."""
    library = found_library(tmp_path / "l", more="3F")
    path = table(tmp_path / "loans.csv", HEAD, f"{NUMBER},A1,{DAY},借", f"{NUMBER},A2,{DAY},借")
    for code in library.desks:
        assert loan_files.load(library.at("li", code), path, T).entered == 2
    for code in (*library.desks, *library.desks):
        library.exchange(code)
    for code in library.desks:
        found = rankings.by_loans(library.at("li", code), QUARTER)
        assert [line.amount for line in found.lines] == [2]
    library.close()


TOLD: dict[Path, set[tuple[str, int, int]]] = {}
"""what examples have lent in a store: a set goes on growing"""


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    some.lists(
        some.tuples(some.sampled_from((NUMBER, OTHER)), some.integers(1, 3), some.integers(1, 20)),
        max_size=12,
    ),
    some.integers(0, 12),
)
def test_any_cut_of_files_gives_the_sets_of_a_recount(
    library: Library, tmp_path: Path, lent: list[tuple[str, int, int]], cut: int
) -> None:
    rows = [f"{who},B{item},2026-11-{day:02} 08:00,借" for who, item, day in lent]
    for part in (rows[cut:], rows[:cut], rows):
        load(library, tmp_path, *part)
    told = TOLD.setdefault(library.folder, set())
    told |= set(lent)
    mine = {who: sum(each[0] == who for each in told) for who in (NUMBER, OTHER)}
    assert counted(library) == {library.reader(who): many for who, many in mine.items() if many}


def test_by_the_command_line(desk: Path, patrons: Path, run: Run, tmp_path: Path) -> None:
    assert run("import", "patrons", patrons, "--badge", "1001", pin=PIN).status == 0
    rows = (f"{NUMBER},A1,{DAY},借", f"{NUMBER},A1,{DAY},还")
    file = table(tmp_path / "loans.csv", HEAD, *rows)
    said = run("import", "loans", file, "--badge", "1001", pin=PIN)
    assert (said.status, said.out) == (0, "新登记1行，已有0行\n未计：归还1行，续借0行，其他0行\n")
