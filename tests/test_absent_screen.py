"""Whoever stands in for the absent (代接班) is told of their matters, and takes each by a key."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from deskapp import absences, request_lists, shifts
from deskapp.desk import Desk
from deskapp.request_lists import Record
from tests.front import front
from tests.program import by_badge
from tests.terminal import Terminal


@pytest.fixture
def absent(desk: Desk) -> Desk:
    """王敏's, who has opened a shift, has two matters, and goes without a word."""
    shifts.open_shift(desk)
    return desk


def press(t: Terminal, keys: Sequence[str], wanted: str) -> None:
    t.keys(*keys, gap=0.1)
    t.wait(wanted)


def numbered(desk: Desk, number: str) -> Record:
    (line,) = request_lists.search(desk, number)
    return request_lists.record(desk, line.subject)


def test_a_lead_stands_in_and_hands_over_or_takes(store: Path, absent: Desk) -> None:
    with front(store.parent, store=store, badge="1003") as t:
        t.wait("当班 1王敏", seconds=30)
        press(t, ["ctrl+g", "2", "enter"], "就此结束")
        press(t, ["left", "enter"], "离岗人员未结2件")
        t.wait("已代接班（王敏）")
        t.wait("考研座插座无电")
        assert numbered(absent, "0001").responsible == "王敏"
        press(t, ["2"], "转给")
        press(t, ["l", "j", "1", "1"], "离岗人员未结1件")
        t.wait("0001转给李静待签收；签收前仍由王敏负责")
        press(t, ["enter"], "办理过程")
        press(t, ["esc"], "离岗人员未结1件")
        press(t, ["1"], "没有待办的到期事项")
    assert numbered(absent, "0001").offered_to == "李静"
    assert numbered(absent, "0002").responsible == "周强"
    assert absences.matters(by_badge(absent, "1003")) == []


def test_whoever_comes_later_finds_what_is_left(store: Path, absent: Desk) -> None:
    shifts.take_over(by_badge(absent, "1003"))
    with front(store.parent, store=store, badge="1004") as t:
        t.wait("离岗事项2件", seconds=30)  # Home says it
        press(t, ["ctrl+g", "enter"], "已到岗")
        press(t, ["ctrl+g"], "1离岗*")
        place = next(n for n in "23456" if f"{n}离岗事项2件" in t.text())
        t.keys("up", "up")
        t.wait(">办理")
        press(t, [place], "离岗人员未结2件")
        press(t, ["1"], "离岗人员未结1件")
        assert numbered(absent, "0001").responsible == "陈莉"
        t.keys("2")  # to hand over what is not one's own is a lead's
        t.wait_until(lambda: "转给" not in t.text(), "still there")
        assert numbered(absent, "0002").responsible == "王敏"
        press(t, ["1"], "没有待办的到期事项")
        press(t, ["esc", "esc"], "待我办理 2")
        assert "离岗事项" not in t.text()


def test_nothing_left_nothing_asked(store: Path, desk: Desk) -> None:
    shifts.open_shift(by_badge(desk, "1004"))
    with front(store.parent, store=store, badge="1003") as t:
        t.wait("当班 1陈莉", seconds=30)
        press(t, ["ctrl+g", "2", "enter"], "就此结束")
        press(t, ["left", "enter"], "已代接班（陈莉）")
        t.wait("待我办理 0")
        press(t, ["ctrl+g"], "1交班*")
        assert "离岗事项" not in t.text()
