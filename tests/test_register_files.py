"""The registers' files: paper comes in once, and what goes out comes in again as it was."""

import csv
from datetime import date
from pathlib import Path

import pytest

from deskapp import counts, erasures, found_things, lent_things, register_files
from deskapp.found_things import LogIt
from deskapp.language import Language
from deskapp.sheets import Taken
from tests.commanding import FIXTURES, PIN, Run, table
from tests.library import Library, differs_from_ledger, local
from tests.refusals import refused

prepared, desk, run, _ = FIXTURES
T = Language("zh_CN")
NUMBER, NAME = "2023101234", "单国强"

FOUND = (
    "失物编号,物品,拾到时间,拾到地点,拾到人,存放,失主学号,领取时间,领取人,移交给",
    f"12,校园卡,2026-11-20 09:10,四层,张三,二号柜,{NUMBER},2026-11-20 15:00,{NUMBER},",
    ",黑伞,2026-11-21 18:20,一层,,,,,,",
    ",水杯,2026-11-01,五层,,,,,,保卫处",
)
LENT = (
    "物品,学号或姓名,借出时间,归还时间",
    f"雨伞,{NUMBER},2026-11-20 09:10,2026-11-20 17:00",
    "充电线,张三,2026-11-22 08:00,",
)
COUNTS = (
    "日期,项目,数量", "2026-11-20,文献传递,3", "2026-11-20,教师选书,0", "2026-11-21,教师选书,7"
)  # fmt: skip


def load(library: Library, what: str, path: Path) -> Taken:
    return register_files.load(library.at("li"), what, path, T)


def file(folder: Path, what: str, *lines: str) -> Path:
    return table(folder / f"{what}.csv", *lines)


def test_found_things_come_in_once(library: Library, tmp_path: Path) -> None:
    path = file(tmp_path, "found", *FOUND)
    assert load(library, "found", path) == Taken(3, 0, 0, None)
    assert load(library, "found", path) == Taken(0, 3, 0, None)
    li = library.at("li")
    (umbrella,) = found_things.things(li)
    assert (umbrella.what, umbrella.number, umbrella.found) == (
        "黑伞", "0013", local("2026-11-21 18:20")
    )  # fmt: skip
    card = found_things.things(li, words="12")[0]
    assert (card.status, card.taker, card.checked, card.ended) == (
        "collected", NAME, "card", local("2026-11-20 15:00")
    )  # fmt: skip
    assert card.owner is not None
    (cup,) = found_things.things(li, words="水杯")
    assert (cup.status, cup.passed_to) == ("passed_on", "保卫处")
    assert differs_from_ledger(library.desk) == []


def test_loans_come_in_once(library: Library, tmp_path: Path) -> None:
    path = file(tmp_path, "lent", *LENT)
    assert load(library, "lent", path) == Taken(2, 0, 0, None)
    assert load(library, "lent", path) == Taken(0, 2, 0, None)
    (out,) = lent_things.loans(library.at("li"))
    assert (out.thing, out.who, out.due) == ("cable", "张三", local("2026-11-22 22:00"))


def test_counts_come_in_once_and_a_later_file_corrects_them(
    library: Library, tmp_path: Path
) -> None:
    path = file(tmp_path, "counts", *COUNTS)
    assert load(library, "counts", path) == Taken(3, 0, 0, None)
    assert load(library, "counts", path) == Taken(0, 3, 0, None)
    later = file(tmp_path, "later", COUNTS[0], "2026-11-20,文献传递,8", COUNTS[3])
    assert load(library, "counts", later) == Taken(1, 1, 0, None)
    found = counts.of_day(library.at("li"), date(2026, 11, 20))
    assert found == {"delivery": 8, "teachers_books": 0}


def test_a_second_number_of_one_day_is_given_back(library: Library, tmp_path: Path) -> None:
    lines = "2026-11-20,文献传递,5", "2026-11-21,文献传递,2", "2026-11-20,文献传递,3"
    done = load(library, "counts", file(tmp_path, "counts", COUNTS[0], *lines))
    assert (done.entered, done.rejected) == (2, 1)
    assert done.rejects is not None
    with done.rejects.open(encoding="utf-8-sig", newline="") as rejected:
        assert list(csv.reader(rejected))[1][-2:] == ["4", "同日同一项目已在第2行"]
    assert counts.of_day(library.at("li"), date(2026, 11, 20)) == {"delivery": 5}


def test_a_table_without_numbers_has_a_row_for_each(library: Library, tmp_path: Path) -> None:
    lines = "日期,项目", *["2026-11-20,文献传递"] * 3, "2026-11-21,文献传递"
    done = load(library, "counts", file(tmp_path, "counts", *lines))
    assert (done.entered, done.rejected) == (2, 0)
    assert counts.of_day(library.at("li"), date(2026, 11, 20)) == {"delivery": 3}


def test_a_count_without_a_day_is_of_the_day_of_its_form(library: Library, tmp_path: Path) -> None:
    path = file(tmp_path, "counts-2026-11-20", COUNTS[0], ",文献传递,3", "2026-11-21,文献传递,4")
    assert load(library, "counts", path) == Taken(2, 0, 0, None)
    li = library.at("li")
    found = [counts.of_day(li, date(2026, 11, day)) for day in (20, 21)]
    assert found == [{"delivery": 3}, {"delivery": 4}]


@pytest.mark.parametrize(
    ("what", "line", "reason"),
    [
        ("found", ",伞,2026-11-23 09:00,,,,,,,", "晚于现在"),
        ("found", ",,2026-11-20 09:00,,,,,,,", "物品"),
        ("found", ",伞,,,,,,,,", "拾到时间"),
        ("found", ",伞,2026-11-20 09:00,,,,,2026-11-19 09:00,张三,", "领取时间早于拾到时间"),
        ("lent", "小船,张三,2026-11-20 09:00,", "小船"),
        ("lent", "雨伞,张三,2026-11-23 09:00,", "借出时间晚于现在"),
        ("lent", "雨伞,张三,2026-11-20 09:00,2026-11-19 09:00", "归还时间早于借出时间"),
        ("lent", "雨伞,,2026-11-20 09:00,", "姓名"),
        ("counts", "2026-11-24,文献传递,1", "2026-11-24"),
        ("counts", "2026-11-20,天气,1", "天气"),
        ("counts", "2026-11-20,文献传递,1000000", "1000000"),
        ("counts", "2026-11-20,文献传递,", "数量"),
        ("counts", ",文献传递,1", "日期"),
    ],
)
def test_what_cannot_be_right_is_given_back(
    library: Library, tmp_path: Path, what: str, line: str, reason: str
) -> None:
    head = {"found": FOUND, "lent": LENT, "counts": COUNTS}[what][0]
    done = load(library, what, file(tmp_path, what, head, line))
    assert (done.entered, done.rejected) == (0, 1)
    assert done.rejects is not None
    with done.rejects.open(encoding="utf-8-sig", newline="") as rejected:
        assert reason in list(csv.reader(rejected))[1][-1]


def test_who_may_import_and_export(library: Library, tmp_path: Path) -> None:
    path = file(tmp_path, "counts", *COUNTS)
    refused("RoleTooLow", register_files.load, library.at("assistant"), "counts", path, T)
    out = tmp_path / "out.csv"
    refused("RoleTooLow", register_files.export, library.at("lead"), "counts", out, T)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_what_goes_out_comes_in_again(
    library: Library, tmp_path: Path, language: str, suffix: str
) -> None:
    """Here it is known; at another desk it is the same."""
    li, head, t = library.at("li"), library.at("head"), Language(language)
    found_things.log(li, LogIt("黑伞", "四层", "张三", "二号柜"))
    card = found_things.log(li, LogIt("校园卡", owner=library.reader(NUMBER))).id
    found_things.collect(li, card, NUMBER)
    lent_things.lend(li, "umbrella", reader=library.reader(NUMBER))
    lent_things.give_back(li, lent_things.lend(li, "cable", name="张三").id)
    counts.enter(li, {(date(2026, 11, 20), "delivery"): 4})
    wanted = {"found": 2, "lent": 2, "counts": 1}
    for what, rows in wanted.items():
        path = tmp_path / f"{what}.{suffix}"
        assert register_files.export(head, what, path, t) == rows
        assert load(library, what, path) == Taken(0, rows, 0, None)
        none = tmp_path / f"none.{suffix}"
        assert register_files.export(head, what, none, t, until=date(2026, 11, 19)) == 0
    assert differs_from_ledger(library.desk) == []


def test_whoever_was_erased_does_not_come_back_by_paper(library: Library, tmp_path: Path) -> None:
    erasures.erase_reader(library.at("lead"), library.reader(NUMBER))
    load(library, "found", file(tmp_path, "found", *FOUND))
    done = load(library, "lent", file(tmp_path, "lent", *LENT))
    assert (done.entered, done.rejected) == (1, 1)
    card = found_things.things(library.at("li"), words="12")[0]
    assert (card.owner, card.taker) == (None, "")


def test_by_the_command_line(desk: Path, run: Run, tmp_path: Path) -> None:
    path = file(tmp_path, "counts", *COUNTS)
    said = run("import", "counts", path, "--badge", "1001", pin=PIN)
    assert (said.status, said.out) == (0, "新登记3行，已有0行\n")
    out = tmp_path / "out.csv"
    said = run("export", "counts", "-o", out, "--badge", "1001", "--json", pin=PIN)
    assert said.facts["rows"] == 3
    assert "文献传递,3" in out.read_text("utf-8-sig")
