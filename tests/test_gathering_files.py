"""Results, feedback and attendance from files; volunteers' hours for other systems."""

import csv
from pathlib import Path

import pytest

from db import event_pages
from db.store import driver
from deskapp import (
    attendance_files,
    feedback,
    helper_files,
    helpers,
    result_files,
    results,
    sheets,
    undo,
)
from deskapp.desk import Desk
from deskapp.helpers import Shift
from deskapp.language import Language
from deskapp.signup_lists import SignupList
from screens.signup_words import state
from tests.gatherings import DAY, gather
from tests.library import Library, differs_from_ledger, local, write_readers
from tests.refusals import refused

T = Language("zh_CN")
SHAN, CENG = "2023101234", "2023101235"


@pytest.fixture
def event(library: Library) -> str:
    return gather(library, "14:00-16:00")


def file(library: Library, *rows: tuple[str, ...]) -> Path:
    return write_readers(library.folder / "file.csv", *rows)


def counts(done: sheets.Taken) -> tuple[int, int, int]:
    return done.entered, done.known, done.rejected


def reasons(done: sheets.Taken) -> str:
    assert done.rejects is not None
    return done.rejects.read_text("utf-8-sig")


# results


def test_results_come_in_once_and_what_is_wrong_is_told(library: Library, event: str) -> None:
    li = library.at("li")
    path = file(
        library,
        ("学号", "姓名", "作品", "得分"),
        (SHAN, "单国强", "古籍修复", "92.5分"),
        (CENG, "曾大查", "", "90"),
        ("", "校外选手", "", "88"),
        ("2099", "无此人", "", "70"),
        (SHAN, "单国强", "", "91"),
        ("", "又一人", "", "九十"),
    )
    done = result_files.load(li, event, path, T)
    assert counts(done) == (2, 0, 4)
    for words in ("同一人", "姓名", "九十"):
        assert words in reasons(done)
    assert [(each.name, each.score) for each in results.standings(li, event).lines] == [
        ("单国强", 92.5),
        ("校外选手", 88),
    ]
    assert counts(result_files.load(li, event, path, T)) == (0, 2, 4)
    assert undo.undo(li).what == "result.entered"
    assert results.standings(li, event).lines == ()


def test_the_members_of_a_team_stand_in_a_row_each(library: Library, event: str) -> None:
    li = library.at("li")
    path = file(
        library,
        ("队名", "学号", "姓名", "名次"),
        ("医学院队", SHAN, "单国强", "1"),
        ("医学院队", CENG, "曾小查", "1"),
        ("理学院队", "", "", "2"),
        ("理学院队", "", "", "3"),
    )
    assert counts(result_files.load(li, event, path, T)) == (2, 0, 1)
    results.confirm(library.at("lead"), event)
    first, second = results.confirmed(li, event)
    assert (first.name, len(first.members), second.rank) == ("医学院队", 2, 2)
    assert set(first.members) == {library.reader(SHAN), library.reader(CENG)}
    refused("ListConfirmed", result_files.load, li, event, path, T)
    nothing = file(library, ("学号", "姓名"), (SHAN, "单国强"))
    other = gather(library, "16:00-17:00")
    refused("ColumnsMissing", result_files.load, li, other, nothing, T)


# feedback


@pytest.mark.parametrize(
    ("typed", "counted"),
    [
        ("5×23 4×7", (0, 0, 0, 7, 23)),
        ("5x3，4*2、1", (1, 0, 0, 2, 3)),
        ("５ × ２ 5分", (0, 0, 0, 0, 3)),
        ("3:4 3=1", (0, 0, 5, 0, 0)),
    ],
)
def test_a_tally_as_it_is_typed(typed: str, counted: tuple[int, ...]) -> None:
    assert feedback.tally_of(typed) == counted


def test_what_is_no_tally() -> None:
    for wrong in ("6×2", "5×", "好", "5××2", "5x99999"):
        refused("TallyUnclear", feedback.tally_of, wrong)
    for empty in ("", "5×0"):
        refused("TallyEmpty", feedback.tally_of, empty)


def test_feedback_is_counted_and_its_words_are_for_librarians(library: Library, event: str) -> None:
    assistant, li = library.at("assistant"), library.at("li")
    taken = feedback.take(
        assistant, event, feedback.tally_of("5×23 4×7"), "讲得好 11010119900307123X"
    )
    assert (taken.count, taken.mean) == (30, 4.77)
    summary = feedback.of_event(li, event)
    assert (summary.count, summary.mean) == (30, 4.77)
    assert summary.words[0].word.startswith("讲得好 1101****")
    assert feedback.of_event(assistant, event).words == ()
    refused("RoleTooLow", feedback.withdraw, assistant, taken.id)
    feedback.withdraw(li, taken.id)
    assert feedback.of_event(li, event).mean is None
    refused("FeedbackUnknown", feedback.withdraw, li, taken.id)
    feedback.take(li, event, feedback.tally_of("1"))
    undo.undo(li)
    assert feedback.of_event(li, event).count == 0
    assert differs_from_ledger(li) == []


def test_a_feedback_file_counts_once_also_where_it_has_grown(library: Library, event: str) -> None:
    li = library.at("li")
    head = ("序号", "提交答卷时间", "1、您对活动的评分", "2、意见建议", "姓名")
    rows = (
        ("1", "2026/11/24 16:01:02", "5", "好", "张三丰"),
        ("2", "2026/11/24 16:01:02", "5", "好", "张三丰"),
        ("3", "2026/11/24 16:02:00", "非常满意", "", ""),
        ("4", "2026/11/24 16:03:00", "★★★☆☆", "", ""),
        ("5", "2026/11/24 16:04:00", "6", "", ""),
        ("6", "2026/11/24 16:04:00", "", "", ""),
    )
    done = feedback.load(li, event, file(library, head, *rows), T)
    assert counts(done) == (4, 0, 2)
    more = (*rows, ("7", "2026/11/24 17:00:00", "1分", "太挤", ""))
    assert counts(feedback.load(li, event, file(library, head, *more), T)) == (1, 4, 2)
    summary = feedback.of_event(li, event)
    assert summary.counts == (1, 0, 1, 0, 3)
    assert {each.word for each in summary.words} == {"好", "太挤"}
    with li.reading() as connection:
        facts = driver(connection).execute("SELECT data, private, person FROM fact").fetchall()
    assert not any("张三丰" in str(each) for each in facts)


# attendance


def weekly(library: Library) -> str:
    return gather(library, "08:00-08:30", "09:00-09:30", "10:00-10:30")


def came(desk: Desk, event: str) -> dict[str, int]:
    with desk.reading() as connection:
        heads = event_pages.heads(connection, [event])[event]
    return {session: each.came for session, each in heads.items() if each.came}


def test_a_chapters_sheet_comes_in_once(library: Library) -> None:
    li, event = library.at("li"), weekly(library)
    head = ("学号", "姓名", "第1次", "第二次", "第3讲")
    path = file(
        library,
        head,
        (SHAN, "单国强", "√", "√", ""),
        (CENG, "曾小查", "请假", "09:32", "×"),
        ("00417", "", "1", "大概", ""),
        ("2099", "", "√", "", ""),
        (SHAN, "单固强", "√", "", ""),
    )
    refused("RoleTooLow", attendance_files.load, library.at("assistant"), event, path, T)
    library.clock.put(f"{DAY} 09:45")
    done = attendance_files.load(li, event, path, T)
    assert counts(done) == (3, 0, 3)
    assert "大概" in reasons(done)
    assert came(li, event) == {"s1": 1, "s2": 2}
    assert counts(attendance_files.load(li, event, path, T)) == (0, 3, 3)
    assert differs_from_ledger(li) == []


def test_a_sheet_tells_when_and_what_is_to_come_waits(library: Library) -> None:
    """A mark in a session to come is told, and takes no other with it; the time is not today's."""
    li, event = library.at("li"), weekly(library)
    path = file(
        library,
        ("学号", "姓名", "第1次", "第2次", "第3次"),
        (SHAN, "单国强", "√", "9:05", "√"),
        (CENG, "曾小查", "√", "10:40", ""),
    )
    library.clock.put(f"{DAY} 09:45")
    done = attendance_files.load(li, event, path, T)
    assert counts(done) == (2, 0, 2)
    assert "11-24的场次尚未开始" in reasons(done)
    (line,) = SignupList(li, event, "came", "s2").after(None, 9)
    assert (line.came_at, line.listed) == (local(f"{DAY} 09:05"), True)
    assert state(T, line) == "已签到09:05 补录"
    library.clock.put(f"{DAY} 11:00")
    assert counts(attendance_files.load(li, event, path, T)) == (3, 2, 0)
    for session, at in (("s1", "08:00"), ("s3", "10:00")):
        first, *_ = SignupList(li, event, "came", session).after(None, 9)
        assert first.came_at == local(f"{DAY} {at}")
    assert differs_from_ledger(li) == []


def test_columns_tell_days(library: Library) -> None:
    li, event = library.at("li"), gather(library, "08:00-08:30")
    library.clock.put(f"{DAY} 12:00")
    for heading in ("11-24", "2026年11月24日", "签到", "2026-11-24 00:00:00"):
        path = file(library, ("学号", heading), (SHAN, "✓"))
        done = attendance_files.load(li, event, path, T)
        assert done.entered + done.known == 1
    for heading in ("11-25", "第2次"):
        path = file(library, ("学号", heading), (SHAN, "√"))
        refused("SessionOfColumn", attendance_files.load, li, event, path, T)
    nothing = file(library, ("学号", "备注"), (SHAN, "√"))
    refused("ColumnsMissing", attendance_files.load, li, event, nothing, T)
    three = weekly(library)
    path = file(library, ("学号", "签到"), (SHAN, "√"))
    refused("SessionOfColumn", attendance_files.load, li, three, path, T)


def test_one_sheet_at_two_desks_is_no_clash(two_desks: Library) -> None:
    event = gather(two_desks, "08:00-08:30")
    two_desks.exchange("2F"), two_desks.exchange("3F")
    two_desks.clock.put(f"{DAY} 12:00")
    path = file(two_desks, ("学号", "签到"), (SHAN, "√"), (CENG, "√"))
    for code in ("2F", "3F"):
        assert attendance_files.load(two_desks.at("li", code), event, path, T).entered == 2
    for code in ("2F", "3F", "2F"):
        two_desks.exchange(code)
    for code in ("2F", "3F"):
        desk = two_desks.at("li", code)
        assert came(desk, event) == {"s1": 2}
        with desk.reading() as connection:
            found = driver(connection).execute("SELECT count(*) FROM clash").fetchone()
            assert found == (0,)


# hours


def served(library: Library, event: str, number: str, *times: str) -> None:
    shift = Shift(local(f"{DAY} 14:00"), local(f"{DAY} 16:00"), "", "引导")
    library.clock.put(f"{DAY} 08:00")
    helpers.plan(library.at("li"), event, library.reader(number), shift)
    for at in times:
        library.clock.put(f"{DAY} {at}")
        helpers.sign(library.at("li"), event, library.reader(number))


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def test_hours_go_out_in_the_forms_of_other_systems(library: Library, event: str) -> None:
    head = library.at("head")
    served(library, event, SHAN, "13:50", "16:05")
    served(library, event, CENG, "14:30")
    library.clock.put(f"{DAY} 18:00")
    path = library.folder / "out.csv"
    assert helper_files.export(head, path, T, form="dierketang") == 1
    (row,) = table(path)
    assert row == {
        "学号": SHAN, "姓名": "单国强", "学院": "医学院", "班级": "", "活动名称": "信息检索大赛",
        "活动类别": "", "活动级别": "校级", "主办单位": "信息咨询部", "活动时间": DAY,
        "担任角色": "引导", "学时": "2.0", "学分": "0.12",
    }  # fmt: skip
    assert helper_files.export(head, path, T, form="hours", event=event) == 1
    (row,) = table(path)
    told = [
        row[name] for name in ("姓名", "手机", "服务日期", "开始时间", "结束时间", "时长(小时)")
    ]
    assert told == ["单国强", "13812345678", DAY, "14:00", "16:00", "2.0"]
    day = local(f"{DAY} 00:00").date()
    assert helper_files.export(head, path, T, since=day, until=day) == 1
    assert helper_files.export(head, path, T, until=day.replace(day=23)) == 0
    refused("FormUnknown", helper_files.export, head, path, T, form="x")
    refused("RoleTooLow", helper_files.export, library.at("lead"), path, T)
