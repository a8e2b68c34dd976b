"""Award lists from and to table files: who is taken, who is not and why, twice, and back again."""

from pathlib import Path

from python_calamine import load_workbook

from deskapp import award_files, awards, rolls, sheets
from deskapp.language import Language
from tests import honouring
from tests.commanding import FIXTURES, PIN, Run, table
from tests.library import Library
from tests.refusals import refused

prepared, desk, run, patrons = FIXTURES
WHO = ("--badge", "1001")


def brought(library: Library, roll: str, path: Path) -> sheets.Taken:
    return award_files.load(library.at("li"), roll, path, Language())


def test_a_list_comes_in_once_whoever_cannot_be_on_it_with_the_reason(
    library: Library, tmp_path: Path
) -> None:
    li = library.at("li")
    roll = honouring.roll(li)
    file = table(
        tmp_path / "名单.csv",
        "学号,姓名,获奖等级,名次",
        "2023101234,,一等奖,1",
        ",科普剧团,二等奖,2",
        "2023109999,无此人,三等奖,3",
        "2023101234,,一等奖,1",
        ",科普 剧团 ,三等奖,3",
        ",,三等奖,3",
        "2023101235,别名,三等奖,3",
        ",朗诵社,,第几",
    )
    done = brought(library, roll, file)
    assert (done.entered, done.known, done.rejected) == (2, 0, 6)
    assert done.rejects is not None
    reasons = [line.split(",")[-1] for line in done.rejects.read_text("utf-8-sig").splitlines()[1:]]
    assert [reason[:4] for reason in reasons] == [
        "请输入姓", "名次 不", "未找到该", "与第2行", "与第3行", "姓名与学",
    ]  # fmt: skip

    shown = awards.of_roll(li, roll)
    assert [(each.who, each.prize, each.rank) for each in shown] == [
        ("单*强", "一等奖", 1),
        ("科普剧团", "二等奖", 2),
    ]
    assert [(each.what, each.id) for each in awards.rests(li, shown[0].id)] == [
        ("file", "名单.csv")
    ]
    again = brought(library, roll, file)
    assert (again.entered, again.known, again.rejected) == (0, 2, 6)
    other = table(tmp_path / "b.csv", "学号,奖项", "2023101234,特等奖")
    assert (brought(library, roll, other).rejected, awards.one(li, shown[0].id).prize) == (
        1,
        "一等奖",
    )
    # Out and in again, on another list.
    out = tmp_path / "out.xlsx"
    refused("RoleTooLow", award_files.export, li, roll, out, Language())
    assert award_files.export(library.at("head"), roll, out, Language()) == 2
    assert load_workbook(str(out)).get_sheet_by_index(0).to_python()[1] == [
        "2023101234", "单国强", "一等奖", 1
    ]  # fmt: skip
    second = honouring.roll(li, 2)
    assert brought(library, second, out).entered == 2
    assert [each.who for each in awards.of_roll(li, second)] == ["单*强", "科普剧团"]
    rolls.close(li, second)
    refused("RollClosed", brought, library, second, out)
    refused("ColumnsMissing", brought, library, roll, table(tmp_path / "c.csv", "奖项", "一等奖"))


def test_by_commands(run: Run, desk: Path, patrons: Path, tmp_path: Path) -> None:
    run("import", "patrons", patrons, *WHO, pin=PIN)
    file = table(tmp_path / "名单.csv", "学号,姓名,奖项", "2023101234,单国强,一等奖", "1,2,3")
    assert run("import", "awards", file, *WHO, pin=PIN).status == 2
    assert run("import", "patrons", patrons, "--roll", "A1", *WHO, pin=PIN).status == 2
    assert run("import", "awards", file, "--roll", "A1", *WHO, pin=PIN).status == 3
    assert run("export", "awards", "-o", tmp_path / "x.csv", *WHO, pin=PIN).status == 2
