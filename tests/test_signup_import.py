"""`deskapp import signups` as it is typed."""

from pathlib import Path

from deskapp import events, staff
from deskapp.desk import open_desk
from deskapp.events import Plan, Time
from tests import formfiles
from tests.commanding import FIXTURES, PIN, Run
from tests.library import local

prepared, desk, run, patrons = FIXTURES

PEOPLE = (
    ("2026/11/20 9:01:00", "单国强", "2023101234", "13812345678", ""),
    ("2026/11/20 9:02:00", "钱七", "2.02114E+11", "", ""),
    ("2026/11/20 9:03:00", "吴用", "", "13711112222", ""),
    ("2026/11/20 9:04:00", "吴用", "", "13711112222", ""),
)
AS = ("--badge", "1001")


def announce(folder: Path) -> str:
    """An event of one place; its number."""
    opened = open_desk(folder)
    who = next(each for each in staff.everybody(opened) if each.badge == "1001")
    time = Time(local("2099-11-28 14:00"), local("2099-11-28 16:00"), "报告厅")
    plan = Plan("信息检索讲座", "lecture", [time], "office", capacity=1)
    made = events.announce(opened.signed_in(who), plan)
    opened.close()
    return made.name


def test_a_form_is_imported_from_the_command_line(
    run: Run, desk: Path, patrons: Path, tmp_path: Path
) -> None:
    event = announce(desk)
    assert run("import", "patrons", patrons, *AS, pin=PIN).status == 0
    path = formfiles.write(tmp_path / "a.xlsx", formfiles.wjx(PEOPLE))
    asked = ("import", "signups", path, "--event", event, *AS)
    said = run(*asked, pin=PIN)
    assert said.status == 1
    for words in ("新报名2份", "其中候补1份", "其中校外1份", "重复提交1份", "a.rejected.xlsx"):
        assert words in said.out
    assert "按问卷星导出的表读取" in said.err
    assert "来自IP" in said.err.split("一律不读取")[1]
    again = run("--lang", "en", *asked, "--json", pin=PIN)
    assert (again.status, again.facts["entered"], again.facts["known"]) == (1, 0, 2)
    assert again.facts["tool"] == "wjx"
    said = run("--lang", "en", *asked, "--columns", "name=", "--column", "phone=Z", pin=PIN)
    assert said.status == 3
    assert "No such column" in said.err


def test_what_is_not_said_is_asked_for(run: Run, desk: Path, tmp_path: Path) -> None:
    announce(desk)
    path = formfiles.write(tmp_path / "a.csv", formfiles.wjx(PEOPLE))
    assert run("import", "signups", path, *AS, pin=PIN).status == 2
    assert run("import", "patrons", path, "--event", "2F-1", *AS, pin=PIN).status == 2
    said = run("import", "signups", path, "--event", "书法", *AS, pin=PIN)
    assert (said.status, said.out) == (3, "")
    said = run("import", "signups", tmp_path / "none.csv", "--event", "信息检索", *AS, pin=PIN)
    assert said.status == 3
