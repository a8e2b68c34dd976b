"""Columns are found by their headings, told, overruled, and some of them never read."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from deskapp.exports import Rejects
from deskapp.fields import PATRONS, REQUESTS, STAFF
from deskapp.headers import Choice, Mapping, is_identity, match
from deskapp.sheets import Row, open_sheet
from tests.refusals import refused, spoken


def named(mapping: Mapping) -> dict[str, list[str]]:
    return {name: [mapping.headers[p] for p in places] for name, places in mapping.columns.items()}


@pytest.mark.parametrize(
    ("headers", "field", "column", "how"),
    [
        ("学号 姓名", "number", "学号", "exact"),
        ("学(工)号 姓名", "number", "学(工)号", "alike"),
        ("学号（必填） 姓名", "number", "学号（必填）", "alike"),
        ("Card＿Number Name", "number", "Card＿Number", "alike"),
        ("学生学号 姓名", "number", "学生学号", "contained"),
        ("cardnumber userid surname", "number", "cardnumber", "exact"),
        ("userid surname", "number", "userid", "exact"),
        ("学号 姓名 手机 办公电话", "phone", "手机", "exact"),
        ("学号 姓名 联系电话", "phone", "联系电话", "exact"),
        ("学号 姓名 辅导员姓名 辅导员电话 电话", "phone", "电话", "exact"),
        ("学号 姓名 学院代码 学院", "department", "学院", "exact"),
        ("cardnumber name sort1 branchcode", "department", "sort1", "exact"),
        ("cardnumber name branchcode", "department", "branchcode", "exact"),
        ("学号 姓名 categorycode", "type", "categorycode", "exact"),
        ("学号 姓名 dateexpiry", "until", "dateexpiry", "exact"),
    ],
)
def test_a_column_is_found(headers: str, field: str, column: str, how: str) -> None:
    mapping = match(headers.split(), PATRONS)
    mapping.check()
    assert named(mapping)[field] == [column]
    assert mapping.how[field] == how


def test_nothing_is_guessed_silently() -> None:
    two = match(["学号", "工号", "姓名"], PATRONS)
    assert two.unclear == {"number": ("学号", "工号")}
    assert not two.missing
    assert "工号" in str(refused("ColumnsUnclear", two.check).facts["headers"])
    assert match(["学号", "姓名", "学号"], PATRONS).unclear == {"number": ("学号", "学号")}
    assert set(match(["学号", "姓名", "学院专业"], PATRONS).unclear) == {"department", "major"}
    none = match(["学号", "学院"], PATRONS)
    assert none.missing == ("name",)
    assert "姓名" in str(refused("ColumnsMissing", none.check).facts["headers"])
    assert "phone" not in match(["学号", "姓名", "家长电话"], PATRONS).columns


def test_a_whole_name_and_its_parts_do_not_mix() -> None:
    assert "name" not in match(["学号", "surname", "firstname", "姓名拼音"], PATRONS).columns
    assert "surname" not in match(["学号", "姓名", "姓氏拼音"], PATRONS).columns


def test_a_person_overrules_what_was_found() -> None:
    headers = ["学号", "工号", "姓名", "电话", "备注", "备注"]
    choice: dict[str, Choice] = {"number": "工号", "phone": None, "class": 4, "cards": ["学号", 5]}
    mapping = match(headers, PATRONS, choice)
    mapping.check()
    assert mapping.columns == {"number": (1,), "name": (2,), "class": (4,), "cards": (0, 5)}
    assert mapping.how["number"] == mapping.how["phone"] == "person"
    assert mapping.ignored == ("电话",)
    for wrong in ("没有", "备注", 6, -1):
        refused("ColumnUnknown", match, headers, PATRONS, {"number": wrong})


@pytest.mark.parametrize(
    "header", ["身份证号", "居民身份证号码", " 身份证件号 ", "ID Card No", "SFZH"]
)
def test_identity_numbers_are_never_read(tmp_path: Path, header: str) -> None:
    secret = "990000199001150012"
    path = tmp_path / "a.csv"
    path.write_text(f"学号,{header},姓名\n1,{secret},张\n{secret},,李\n", "utf-8")
    sheet = open_sheet(path)
    mapping = match(sheet.headers, PATRONS)
    assert is_identity(header)
    assert mapping.dropped == (header.strip(),)
    refused("IdentityColumn", match, sheet.headers, PATRONS, {"cards": 1})
    rejects = Rejects(sheet.path, sheet.headers, spoken)
    first, second = sheet.rows
    assert secret not in first.cells
    assert mapping.record(first).text("number") == "1"
    no = refused("NumberIsIdentity", mapping.record(second).text, "number")
    assert secret not in str(no)
    rejects.add(first, no)
    rejects.add(second, no)
    saved = rejects.save()
    assert saved
    assert secret not in saved.read_text("utf-8-sig")


def test_staff_and_requests_are_known_too() -> None:
    staff = match(["工号", "姓名", "部门", "岗位", "角色"], STAFF)
    staff.check()
    record = staff.record(Row(2, ("007", "李", "采编部、宣传", "咨询/流通", "")))
    assert record.several("departments") == ("采编部", "宣传")
    assert record.several("posts") == ("咨询", "流通")
    assert record.text("role") == ""
    log = match(
        ["受理时间", "事由", "首问责任人", "承办人", "来源", "用时(分钟)", "READ"], REQUESTS
    )
    log.check()
    row = Row(2, ("2026-11-22 10:05", "打印机", "王", "李", "电话", "15分钟", 3))
    entry = log.record(row, {"channel": {"电话": "phone"}})
    assert entry.moment("received", UTC) == datetime.fromisoformat("2026-11-22T10:05Z")
    assert (entry.text("channel"), entry.whole("minutes"), entry.whole("effort")) == (
        "phone",
        15,
        3,
    )
    no = refused("WordUnknown", log.record(row, {"channel": {"微信": "wx"}}).text, "channel")
    assert no.facts == {"column": "来源", "value": "电话"}
