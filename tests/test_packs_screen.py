"""Packs from F6, in a real terminal: made under an event, and brought home there."""

from datetime import timedelta
from pathlib import Path

import pytest

from deskapp import events, signups, staff
from deskapp.desk import open_desk
from deskapp.doors import Door
from deskapp.events import Plan, Time
from deskapp.signups import Outsider
from tests.front import front, store_in
from tests.program import by_badge
from tests.terminal import Terminal


def gathered(store: Path) -> str:
    """An event that is on, for which one has signed up."""
    desk = by_badge(open_desk(store), "1001")
    begin = desk.now() + timedelta(minutes=5)
    plan = Plan("信息检索大赛", "lecture", (Time(begin, begin + timedelta(hours=2), "报告厅"),))
    event = events.announce(desk, plan).id
    signups.sign_up(desk, event, outsider=Outsider("张三丰", "13800001111"))
    desk.close()
    return event


def to_packs(t: Terminal) -> None:
    t.wait("F1")
    t.keys("f6")
    t.wait("信息检索大赛")
    t.keys("enter")
    t.wait("9")
    t.keys("9", "enter")
    t.wait("活动包：带到志愿者电脑")
    t.keys("end", "enter")
    t.wait("1制作", "1 制作")


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (160, 48)])
def test_a_pack_is_made_and_brought_home_at_an_event(
    tmp_path: Path, columns: int, rows: int
) -> None:
    store, laptop = store_in(tmp_path / "store"), tmp_path / "pack-2F-1"  # as is offered
    event = gathered(store)
    with front(tmp_path, store=store, badge="1001", columns=columns, rows=rows) as t:
        to_packs(t)
        t.keys("1")
        t.wait("文件夹")
        t.keys("enter")
        t.wait("结束签到时输入工号1001和口令")
        t.wait("未收回")
        desk = open_desk(laptop, pack=True)
        assert desk.pack is not None
        door = Door(desk.signed_in(staff.find(desk, desk.pack.staff)), event)
        assert door.scan("1111", scanned=False).name == "张*丰"
        desk.close()
        t.keys("2")
        t.wait("文件夹")
        t.keys("enter")
        t.wait("入场1次")
        t.wait_gone("未收回")
