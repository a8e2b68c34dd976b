"""Exports of form tools: whose one is, what its columns ask, what is never read, and answers."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from deskapp import form_answers, form_tools, group_notes
from deskapp.cells import Row
from deskapp.form_tools import JINSHUJU, NOTE, PLAIN, TENCENT, WJX, Form
from deskapp.register_fields import SIGNUPS
from tests import formfiles
from tests.formfiles import PRIVATE, Table

PEOPLE = (
    ("2026/11/20 9:31:22", "单国强", "2023101234", "13812345678", "素食"),
    ("2026/11/20 9:32:05", "曾小查", "2023101235", "13987654321", "(跳过)"),
)


def form(table: Table) -> Form:
    rows = [Row(line, tuple(row)) for line, row in enumerate(table[1:], 2)]
    return form_tools.recognised(tuple(map(str, table[0])), lambda: rows, len(rows))


def told(found: Form) -> list[dict[str, Any]]:
    return [dict(zip(found.titles, found.read(row).cells, strict=True)) for row in found.rows]


@pytest.mark.parametrize(
    ("tool", "made"),
    [
        (WJX, formfiles.wjx),
        (TENCENT, formfiles.tencent),
        (JINSHUJU, formfiles.jinshuju),
        (PLAIN, formfiles.plain),
    ],
)
@pytest.mark.parametrize("kind", [".csv", ".xlsx"])
def test_a_tools_export_is_read(
    tmp_path: Path, tool: str, made: Callable[..., Table], kind: str
) -> None:
    found = form_tools.open_form(formfiles.write(tmp_path / f"报名{kind}", made(PEOPLE)))
    assert found.tool == tool
    mapping = form_tools.matched(found, SIGNUPS)
    mapping.check()
    record = mapping.record(found.read(next(iter(found.rows))))
    assert [record.text(name) for name in ("name", "number", "phone")] == list(PEOPLE[0][1:4])
    at = record.moment("at", None)
    assert at is not None
    assert f"{at:%H:%M:%S}" == "09:31:22"
    assert "用餐要求" in "".join(found.titles)
    kept = "".join(str(row.cells) + str(found.read(row).cells) for row in found.rows)
    assert [each for each in PRIVATE if each in kept] == []
    assert "跳过" not in str(found.read(list(found.rows)[1]).cells)


@given(some.data(), some.sampled_from((formfiles.wjx, formfiles.tencent, formfiles.jinshuju)))
def test_the_order_of_columns_says_nothing(
    data: some.DataObject, made: Callable[..., Table]
) -> None:
    table = made(PEOPLE)
    order = data.draw(some.permutations(range(len(table[0]))))
    found, as_written = form(formfiles.turned(table, order)), form(table)
    assert found.tool == as_written.tool
    assert set(found.private) == set(as_written.private)
    one, other = (form_tools.matched(each, SIGNUPS) for each in (found, as_written))
    first, same = (each.read(next(iter(each.rows))).cells for each in (found, as_written))
    for name in ("name", "number", "phone", "at"):
        (here,), (there,) = one.columns[name], other.columns[name]
        assert (found.titles[here], first[here]) == (as_written.titles[there], same[there])


@pytest.mark.parametrize(
    ("heading", "asked"),
    [
        ("1、您的姓名：", "姓名"),
        ("1.姓名：", "姓名"),
        ("１．您的姓名", "姓名"),
        ("Q2_学号", "学号"),
        ("Q3：手机号码？", "手机号码"),
        ("第4题：请选择场次", "场次"),
        ("*5、请输入您的学号（必填）", "学号"),
        ("6.【单选题】您的衣服尺码是？", "衣服尺码"),
        ("请问您的单位是什么？", "单位"),
        ("2023级班级", "2023级班级"),
        ("3D打印经验", "3D打印经验"),
        ("1.5小时内能到吗", "1.5小时内能到吗"),
        ("您的", "您的"),
    ],
)
def test_a_heading_is_its_question(heading: str, asked: str) -> None:
    assert form_tools.title(heading) == asked


def test_several_choices_in_columns_of_their_own() -> None:
    asked = ("1、姓名", "2、您想听什么？(古籍)", "2、(检索)", "2、(其他)")
    table = formfiles.wjx(
        [
            ("2026/11/20 9:00:00", "单国强", 1, 0, "〖书法〗"),
            ("2026/11/20 9:01:00", "曾小查", 0, 1, 0),
            ("2026/11/20 9:02:00", "古丽", -3, -3, -3),
        ],
        asked,
    )
    found = form(table)
    assert [each["想听什么"] for each in told(found)] == ["古籍┋其他〖书法〗", "检索", ""]


def test_several_blanks_of_one_question_are_columns() -> None:
    table = formfiles.wjx(
        [("2026/11/20 9:00:00", "单国强", "2023101234", "13812345678")],
        ("1、(姓名)", "1、(学号)", "1、(手机)"),
    )
    assert form_tools.matched(form(table), SIGNUPS).columns.keys() >= {"name", "number", "phone"}


def test_name_and_number_in_one_column() -> None:
    table = formfiles.wjx(
        [("2026/11/20 9:00:00", "单国强 2023101234"), ("2026/11/20 9:01:00", "2023101235曾小查")],
        ("1、您的 姓名 学号 是？",),
    )
    found = form(table)
    assert [(each["姓名"], each["学号"]) for each in told(found)] == [
        ("单国强", "2023101234"),
        ("曾小查", "2023101235"),
    ]


def test_a_column_is_known_by_what_it_holds() -> None:
    table = formfiles.plain(
        [(*PEOPLE[n % 2][:1], f"单国{x}", f"20231012{n:02}", f"138123456{n:02}", "医学院")
         for n, x in enumerate("强伟敏静")],
        ("怎么称呼", "校内编码", "微信同号", "来自"),
    )  # fmt: skip
    mapping = form_tools.matched(form(table), SIGNUPS)
    titles = {name: mapping.headers[places[0]] for name, places in mapping.columns.items()}
    assert (titles["name"], titles["number"], titles["phone"]) == (
        "怎么称呼",
        "校内编码",
        "微信同号",
    )
    assert mapping.how["phone"] == "content"
    chosen = form_tools.matched(form(table), SIGNUPS, {"name": None})
    assert "name" not in chosen.columns


def test_what_a_column_gives_away_is_never_read() -> None:
    table = [
        ["姓名", "学号", "网络", "标识", "证件"],
        ["单国强", "2023101234", "10.1.2.3", formfiles.OPENID, "130102199001011234"],
    ]
    found = form(table)
    assert found.private == ("网络", "标识", "证件")
    assert next(iter(found.rows)).cells == ("单国强", "2023101234", "", "", "")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("B", 1),
        ("b", 1),
        ("2、您的学号", 1),
        ("学号", 1),
        ("Z", None),
        ("无此列", None),
        ("C", None),
    ],
)
def test_a_column_is_called_by_its_letter_or_heading(text: str, place: int | None) -> None:
    found = form([["1、姓名", "2、您的学号", "来自IP"], ["单国强", "2023101234", formfiles.IP]])
    assert found.place(text) == place


# answers


@pytest.mark.parametrize(
    ("said", "choices"),
    [
        ("素食", ["素食"]),
        ("A. 素食", ["素食"]),
        ("B、清真┋素食", ["清真", "素食"]),
        ("素食,清真", ["素食", "清真"]),
        ("其他〖花生过敏〗", ["其他（花生过敏）"]),
        ("其他〖〗", ["其他"]),
        ("海鲜", ["海鲜"]),
        ("", []),
    ],
)
def test_choices_are_those_of_the_event(said: str, choices: list[str]) -> None:
    assert form_answers.choices(said, ("素食", "清真", "其他")) == choices


def test_words_find_their_questions() -> None:
    questions = {"diet": ("素食", "清真"), "team": (), "word": ()}
    assert form_answers.sorted_out("红队 素食 第一次来 请多关照", questions) == {
        "diet": "素食",
        "team": "红队",
        "word": "第一次来 请多关照",
    }
    assert form_answers.sorted_out("", questions) == {}


# a pasted note


def entries(*lines: str) -> list[tuple[int, tuple[Any, ...]]]:
    return [(row.line, row.cells[1:]) for row in group_notes.read(formfiles.note(*lines)).rows]


@pytest.mark.parametrize(
    ("line", "name", "number", "phone", "people", "rest"),
    [
        ("1. 张三 2023001 13800000000 素食", "张三", "2023001", "13800000000", "", "素食"),
        (
            "2、李四　２０２３００２，１３９００００００００",
            "李四",
            "2023002",
            "13900000000",
            "",
            "",
        ),
        ("3.王五2023003/138 0000 0001", "王五", "2023003", "13800000001", "", ""),
        ("4: 2023004赵六 +1", "赵六", "2023004", "", 2, ""),
        ("5. 钱七+2 13800000005", "钱七", "", "13800000005", 3, ""),
        ("6. 孙八 共4人 13800000006 清真", "孙八", "", "13800000006", 4, "清真"),
        ("7)Anna Schmidt 13800000007", "Anna Schmidt", "", "13800000007", "", ""),
        ("8. 买买提·艾力 +86 13800000008", "买买提·艾力", "", "13800000008", "", ""),
        ("9. 周九 2.02114E+11", "周九", "2.02114E+11", "", "", ""),
        ("10. +1", "", "", "", 2, ""),
    ],
)
def test_a_line_is_told_apart(
    line: str, name: str, number: str, phone: str, people: object, rest: str
) -> None:
    assert entries(line) == [(4, (name, number, phone, people, rest))]


def test_a_note_as_it_is_pasted(tmp_path: Path) -> None:
    text = formfiles.note(
        "例 王小明 2023000 13800000000 素食",
        "1. 单国强 2023101234",
        "2.",
        "4. 曾小查",
        "  2023101235 素食",
        "吴用 13811112222",
        "",
        "刘洋 2026/11/20 9:31",
        "#接龙",
        "信息检索讲座",
        "1. 单国强 2023101234 +1",
        "—————",
    )
    path = tmp_path / "接龙.txt"
    path.write_text(text, "utf-8-sig")
    found = form_tools.open_form(path)
    assert found.tool == NOTE
    assert [(row.line, *row.cells[:5]) for row in found.rows] == [
        (5, "1", "单国强", "2023101234", "", ""),
        (7, "4", "曾小查", "2023101235", "", ""),
        (9, "", "吴用", "", "13811112222", ""),
        (14, "1", "单国强", "2023101234", "", 2),
    ]


def test_a_text_of_another_kind_is_a_table(tmp_path: Path) -> None:
    path = tmp_path / "names.txt"
    path.write_text("姓名\t学号\n单国强\t2023101234\n", "gb18030")
    found = form_tools.open_form(path)
    assert (found.tool, found.titles) == (PLAIN, ("姓名", "学号"))
