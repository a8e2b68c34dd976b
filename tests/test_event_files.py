"""The programme as a table: a line a session."""

import csv
from datetime import timedelta
from pathlib import Path

from deskapp import events
from deskapp.desk import open_desk
from deskapp.events import Plan, Time
from tests.commanding import FIXTURES, PIN, Run
from tests.program import by_badge

prepared, desk, run, _ = FIXTURES
WEEK, HOUR = timedelta(days=7), timedelta(hours=1)
HEADS = ("状态", "取消原因", "地点", "回应的需求", "主办部门")


def test_the_programme_goes_out(run: Run, desk: Path, tmp_path: Path) -> None:
    opened = by_badge(open_desk(desk), "1001")
    begin = opened.midnight() + timedelta(days=3, hours=10)
    times = [Time(each, each + HOUR, "报告厅") for each in (begin, begin + WEEK)]
    plan = Plan("检索大赛", "search_contest", times, "reading", need="=x")
    id_ = events.announce(opened, plan).id
    events.drop(opened, id_, events.event(opened, id_).sessions[1].id, "停电")
    opened.close()
    out = tmp_path / "events.csv"
    whose = ("--badge", "1001", "--json")
    assert run("export", "events", "-o", out, *whose, pin=PIN).facts["rows"] == 2
    with out.open(encoding="utf-8-sig", newline="") as file:
        lines = [tuple(line[head] for head in HEADS) for line in csv.DictReader(file)]
    assert lines == [
        ("未开始", "", "报告厅", "'=x", "阅读推广部"),
        ("已取消", "停电", "报告厅", "'=x", "阅读推广部"),
    ]
    later = ("--since", f"{begin.date() + timedelta(days=1)}", "--force")
    assert run("export", "events", "-o", out, *later, *whose, pin=PIN).facts["rows"] == 1
