"""Old registers come in once, by the rules; what goes out comes in again as the same requests."""

import csv
import json
import sqlite3
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db import doctor
from deskapp import (
    corrections,
    erasures,
    handovers,
    request_files,
    request_lists,
    requests,
    staff,
    telling,
    waiting,
)
from deskapp.corrections import Correction
from deskapp.endings import Ending
from deskapp.language import Language
from deskapp.request_files import RequestsImported
from deskapp.requests import Question
from deskapp.staff import Entry
from tests.library import Library, local
from tests.refusals import refused

T = Language("zh_CN")
HEADER = "登记号,受理时间,来源,类别,读者证号,事由,首问责任人,承办人,答复,办理结果"


def register(folder: Path, *lines: str, header: str = HEADER, name: str = "register.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([header, *lines]) + "\n", "utf-8")
    return path


def load(library: Library, path: Path, who: str = "lead") -> RequestsImported:
    return request_files.load(library.at(who), path, T)


def rows(library: Library) -> list[dict[str, Any]]:
    """All requests in the order in which they came in."""
    with sqlite3.connect(library.desk.ledger.store.path) as raw:
        raw.row_factory = sqlite3.Row
        found = [dict(row) for row in raw.execute("SELECT * FROM request ORDER BY serial")]
    raw.close()
    return found


def reasons(done: RequestsImported) -> list[str]:
    assert done.rejects is not None
    with done.rejects.open(encoding="utf-8-sig", newline="") as file:
        return [line[-1] for line in list(csv.reader(file))[1:]]


def test_a_row_is_a_back_dated_request_under_the_rules(library: Library, tmp_path: Path) -> None:
    file = register(
        tmp_path, "7,2026-11-20 09:10,来电,文献传递,2023101234,要一篇全文,李静,陈莉,,办理中"
    )
    done = load(library, file)
    assert (done.entered, done.closed, done.known, done.rejected) == (1, 0, 0, 0)
    (row,) = rows(library)
    wanted = {
        "number": 7,
        "year": 2026,
        "backdated": 1,
        "channel": "phone",
        "kind": "delivery",
        "department": "information",
        "patron": library.reader("2023101234"),
        "patron_type": "undergraduate",
        "first_responder": library.id("li"),
        "responsible": library.id("chen"),
        "status": "open",
        "received_at": "2026-11-20T01:10:00.000000Z",
        # two working days of the office that undertakes it, Friday not counted
        "due_at": "2026-11-24T09:30:00.000000Z",
    }
    assert {name: row[name] for name in wanted} == wanted
    logged = requests.log(library.at("li"), Question("下一件"))
    assert logged.number == "0008"  # numbers go on behind the register's


def test_what_tells_a_result_is_closed(library: Library, tmp_path: Path) -> None:
    header = HEADER + ",办结时间,替代办法,核定人,引导去向"
    file = register(
        tmp_path,
        "1,2026-11-20 09:10,,,,甲,李静,,已告知,已办结,2026-11-20 09:20,,,",
        "2,2026-11-20 09:11,,,,乙,李静,,转保卫处,引导,,,,保卫处 / 东门 / 0315-0000110",
        "3,2026-11-20 09:12,,,,丙,李静,,暂无,暂不能办理,,改日再来,周强,",
        "4,2026-11-20 09:13,,,,丁,李静,,,,2026-11-20 10:00,,,",
        "5,2026-11-20 09:14,,,,戊,李静,,还在查,,,,,",
        header=header,
    )
    done = load(library, file)
    assert (done.entered, done.closed, done.rejected) == (5, 4, 0)
    found = rows(library)
    assert [row["outcome"] for row in found] == ["done", "referred", "not_possible", "done", None]
    assert found[1]["referred_to"] == '["保卫处", "东门", "0315-0000110"]'
    assert (found[2]["lead"], found[2]["alternative"]) == (library.id("lead"), "改日再来")
    assert all(row["closed_by"] == library.id("li") for row in found[:4])


@pytest.mark.parametrize(("code", "name"), [("zh_CN", "信息咨询部"), ("en", "Information")])
def test_departments_are_named_in_the_users_language(
    library: Library, tmp_path: Path, code: str, name: str
) -> None:
    line = "2026-11-20,问,李静,后勤部"
    file = register(tmp_path, line, header="受理时间,事由,首问责任人,承办部门")
    done = request_files.load(library.at("lead"), file, Language(code))
    (why,) = reasons(done)
    assert name in why
    assert not any(code in why.split() for code in library.desk.profile.departments)


def test_where_no_column_tells_a_result_an_answer_does(library: Library, tmp_path: Path) -> None:
    file = register(
        tmp_path,
        "2026-11-20,甲,李静,三楼",
        "2026-11-20,乙,李静,",
        header="日期,咨询内容,接待人,解答",
    )
    assert load(library, file).closed == 1
    assert [row["status"] for row in rows(library)] == ["closed", "open"]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("1,2026-11-20,,,,问,没有此人,,,", "人员名单中没有：没有此人"),
        ("1,2026-11-20,,,,问,李静,没有此人,,", "人员名单中没有：没有此人"),
        ("1,2026-11-20,,,,问,吴昊,,,", "权限不足，须由馆员或更高权限的人员办理"),
        ("1,2026-11-23,,,,问,李静,,,", "受理时间不能晚于现在"),
        ("1,,,,,问,李静,,,", "受理时间 为空"),
        ("1,2026-11-20,,,,,李静,,,", "事由 为空"),
        ("1,昨天,,,,问,李静,,,", "受理时间 的日期无法识别：昨天"),
        ("1,2026-11-20,传真,,,问,李静,,,", "来源 中的词未设定：传真"),
        ("1,2026-11-20,,杂事,,问,李静,,,", "类别 中的词未设定：杂事"),
        ("1,2026-11-20,,,,问,李静,,无法办理,暂不能办理", "请填写已提供的替代办法"),
        ("1,2026-11-20,,,,问,李静,,转后勤,引导", "引导须告知单位、地点和电话"),
    ],
)
def test_what_cannot_be_right_is_rejected_with_the_reason(
    library: Library, tmp_path: Path, line: str, why: str
) -> None:
    done = load(library, register(tmp_path, line, "2,2026-11-20,,,,好的一行,李静,,,"))
    assert (done.entered, done.rejected) == (1, 1)
    assert reasons(done) == [why]


def test_two_of_one_name_are_told_apart_by_badge(library: Library, tmp_path: Path) -> None:
    staff.enter(library.at("admin"), Entry("2002", "李静", departments=("reading",)))
    done = load(
        library,
        register(tmp_path, "1,2026-11-20,,,,甲,李静,,,", "2,2026-11-20,,,,乙,2002,,,"),
    )
    assert (done.entered, reasons(done)) == (1, ["重名，请改填工号：李静"])


def test_whoever_has_left_was_asked_but_is_no_longer_responsible(
    library: Library, tmp_path: Path
) -> None:
    staff.leave(library.at("admin"), library.id("li"))
    done = load(
        library,
        register(
            tmp_path,
            "1,2026-11-20,,,,甲,李静,,答,已办结",
            "2,2026-11-20,,,,乙,李静,,,",
            "3,2026-11-20,,,,丙,李静,李静,,",
        ),
    )
    first, second = rows(library)
    assert (first["first_responder"], first["responsible"]) == (library.id("li"),) * 2
    assert second["first_responder"] == library.id("li")
    assert second["responsible"] == library.id("lead")  # who imports takes it
    assert reasons(done) == ["人员名单中没有：李静"]


def test_a_reader_who_is_not_known_is_a_contact(library: Library, tmp_path: Path) -> None:
    load(library, register(tmp_path, "1,2026-11-20,,,张三 13100001111,甲,李静,,,"))
    (row,) = rows(library)
    assert (row["patron"], row["contact"]) == (None, "张三 13100001111")


def test_who_was_erased_does_not_come_back_by_a_register(library: Library, tmp_path: Path) -> None:
    erasures.erase_reader(library.at("lead"), library.reader("2023101234"))
    load(library, register(tmp_path, "1,2026-11-20,,,2023101234,甲,李静,,,"))
    (row,) = rows(library)
    assert (row["patron"], row["contact"]) == (None, None)


def test_a_second_import_doubles_nothing(library: Library, tmp_path: Path) -> None:
    lines = [
        "1,2026-11-20,,,,甲,李静,,,",
        "1,2026-11-20,,,,甲,李静,,,",  # the same line twice in the file
        "2,2026-11-20,,,,甲,李静,,,",
        ",2026-11-20,,,,厕所在哪,李静,,三楼,已办结",
        ",2026-11-20,,,,厕所在哪,李静,,三楼,已办结",  # two readers, a register without numbers
    ]
    done = load(library, register(tmp_path, *lines))
    assert (done.entered, done.known) == (4, 1)
    again = load(library, register(tmp_path, *lines, ",2026-11-20,,,,厕所在哪,李静,,三楼,已办结"))
    assert (again.entered, again.known) == (1, 5)
    assert [row["number"] for row in rows(library)] == [1, 2, 3, 4, 5]


def test_a_number_that_is_taken_is_given_anew(library: Library, tmp_path: Path) -> None:
    library.log(words="本台登记")
    load(
        library,
        register(tmp_path, "1,2026-11-20,,,,旧台账,李静,,,", "2026-9,2026-11-20,,,,另一件,李静,,,"),
    )
    assert [(row["question"], row["number"]) for row in rows(library)] == [
        ("本台登记", 1),
        ("旧台账", 2),
        ("另一件", 9),
    ]


def test_it_takes_a_shift_lead(library: Library, tmp_path: Path) -> None:
    file = register(tmp_path, "1,2026-11-20,,,,甲,李静,,,")
    refused("RoleTooLow", load, library, file, "li")
    out = tmp_path / "x.csv"
    refused("RoleTooLow", request_files.export, library.at("lead"), out, T)


def test_columns_that_nothing_is_read_from_are_named(library: Library, tmp_path: Path) -> None:
    file = register(tmp_path, "2026-11-20,甲,很满意,晴", header="日期,咨询内容,满意度,天气")
    assert load(library, file).ignored == ("天气",)


def test_all_fields_of_the_desk_log(library: Library, tmp_path: Path) -> None:
    header = "受理时间,事由,类别,一次性告知,收到材料,回告时间,满意度,加急,仅承办人可见,承办部门"
    day = "2026-11-20 09:10"
    file = register(
        tmp_path,
        f"{day},甲,文献传递,篇名、邮箱,邮箱,2026-11-20 10:00,基本满意,是,,",
        f"{day},乙,文献传递,篇名、老张的介绍信,,,,,是,信息咨询部",
        f"{day},丙,,,,2026-11-20 09:00,,,,",
        f"{day},丁,,,,,还行,,,",
        header=header,
    )
    done = load(library, file)
    assert reasons(done) == ["回告时间早于受理时间或晚于现在", "满意度 中的词未设定：还行"]
    one, two = rows(library)
    assert json.loads(one["told"]) == ["title", "mail"]
    assert json.loads(one["materials"]) == ["mail"]
    assert one["told_at"] == "2026-11-20T02:00:00.000000Z"
    assert (one["satisfaction"], one["urgent"], one["scope"]) == (2, 1, None)
    assert json.loads(two["told"]) == ["title", "老张的介绍信"]
    assert (two["urgent"], two["scope"], two["materials"]) == (0, "information", None)
    stranger = request_lists.record(library.at("sun"), two["subject"])
    assert (stranger.visible, stranger.told) == (False, ())  # such words may tell of somebody
    assert doctor.examine(library.desk.ledger) == []


def busy(library: Library) -> None:
    """Requests in many states."""
    li, chen, lead = library.at("li"), library.at("chen"), library.at("lead")
    reader = library.reader("2023101234")
    requests.log(li, Question('=考研座,"插座"\n无电', kind="fault", patron=reader, urgent=True))
    asked = Question("要一篇全文", kind="delivery", channel="phone", told=("title", "mail"))
    handed = requests.log(li, asked)
    waiting.wait_for_reader(li, handed.id)
    waiting.resume(li, handed.id)
    corrections.correct(li, handed.id, Correction(materials=("mail",)), "篇名没带")
    handovers.hand_over(li, handed.id, to=library.id("chen"), reason="duty")
    handovers.accept(chen, handed.id)
    told = requests.log(li, Question("厕所在哪", contact="13100001111"), Ending("done", "三楼"))
    telling.rate(li, told.id, minutes=2, effort=1, satisfaction=2)
    requests.log(
        lead,
        Question("换座", received=local("2026-11-21 09:00")),
        Ending("not_possible", "没有空座", alternative="候补"),
    )
    requests.log(
        li,
        Question("一卡通补办"),
        Ending("referred", "去卡务中心", unit="卡务中心", place="大厅", telephone="0315-1"),
    )


SAME = (
    "year", "number", "channel", "kind", "department", "scope", "patron", "patron_type",
    "contact", "question", "first_responder", "responsible", "status", "due_at", "result",
    "outcome", "answer", "alternative", "referred_to", "lead", "minutes", "effort",
    "satisfaction", "told", "materials", "urgent",
)  # fmt: skip


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_what_went_out_comes_in_again(
    library: Library, tmp_path: Path, suffix: str, language: str
) -> None:
    other = None
    library.close()
    other = library.copy(tmp_path / "other")
    library.reopen()
    try:
        busy(library)
        file = tmp_path / f"out{suffix}"
        t = Language(language)
        assert request_files.export(library.at("head"), file, t) == 5
        again = request_files.load(library.at("admin"), file, t)
        assert (again.entered, again.known, again.rejected) == (0, 5, 0)
        there = request_files.load(other.at("admin"), file, t)
        assert (there.entered, there.rejected) == (5, 0)
        for ours, theirs in zip(rows(library), rows(other), strict=True):
            assert {n: theirs[n] for n in SAME} == {n: ours[n] for n in SAME}
            for moment in ("received_at", "told_at"):
                assert (theirs[moment] or "")[:19] == (ours[moment] or "")[:19]
        assert doctor.examine(other.desk.ledger) == []
    finally:
        other.close()


def test_a_period_of_days_in_the_library(library: Library, tmp_path: Path) -> None:
    load(
        library,
        register(
            tmp_path,
            "1,2026-11-18 23:59,,,,甲,李静,,,",
            "2,2026-11-19 00:00,,,,乙,李静,,,",
            "3,2026-11-20 23:59,,,,丙,李静,,,",
            "4,2026-11-21 00:00,,,,丁,李静,,,",
        ),
    )
    out = tmp_path / "x.csv"
    period = {"since": date(2026, 11, 19), "until": date(2026, 11, 20)}
    assert request_files.export(library.at("head"), out, T, **period) == 2
    assert request_files.export(library.at("head"), out, T, since=period["since"]) == 3
    assert request_files.export(library.at("head"), out, T, until=period["until"]) == 3


def test_a_confidential_request_keeps_its_words(library: Library, tmp_path: Path) -> None:
    requests.log(
        library.at("sun"), Question("想约阅读疗法", kind="bibliotherapy", contact="13100001111")
    )
    out = tmp_path / "x.csv"
    request_files.export(library.at("head"), out, T)
    assert "想约" not in out.read_text("utf-8-sig")
    assert "13100001111" not in out.read_text("utf-8-sig")
    assert "阅读疗法预约" in out.read_text("utf-8-sig")


TEXT = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=30).filter(
    lambda text: not text.startswith("'")
)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(words=st.lists(TEXT, min_size=1, max_size=6))
def test_any_words_come_back(library: Library, tmp_path: Path, words: list[str]) -> None:
    """Whatever was asked: a second import of what went out finds every request on record."""
    for each in words:
        requests.log(library.at("li"), Question(each))
    out = tmp_path / "any.csv"
    count = request_files.export(library.at("head"), out, T)
    again = load(library, out)
    assert (again.entered, again.known, again.rejected) == (0, count, 0)
