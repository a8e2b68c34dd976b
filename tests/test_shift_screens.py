"""Ctrl+G: a shift from opening to closing, by the keys of the real program."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from db.clock import SystemClock, first_id
from deskapp import handovers, leaving, requests, shifts
from deskapp.desk import open_desk
from deskapp.drafts import Draft, Slip
from deskapp.language import Language
from deskapp.request_lists import RequestList
from deskapp.requests import Question
from screens.shift import duty_words
from tests.front import PIN, front, prepare, store_in
from tests.library import Library
from tests.program import by_badge
from tests.terminal import Terminal


def change_person(t: Terminal, badge: str) -> None:
    t.keys("ctrl+l")
    t.wait("已锁定")
    t.send(f"{badge}\r")
    t.pump(0.1)
    t.keys(*PIN, "enter", gap=0.05)
    t.wait("待我办理")


DAY = timedelta(days=1)


def yesterdays(folder: Path) -> Path:
    """A store whose requests are due before anybody's next shift, whatever the hour is now."""
    return prepare(folder / "store", DAY)


def press(t: Terminal, keys: Sequence[str], wanted: str) -> int:
    """Press them and wait for what comes of it; how many there were."""
    t.keys(*keys, gap=0.1)
    t.wait(wanted)
    return len(keys)


def test_a_shift_from_opening_to_closing(tmp_path: Path) -> None:
    with front(tmp_path, badge="1004") as t:  # nothing is hers
        t.wait("待我办理 0")
        assert "陈莉  未开班" in t.lines()[0]
        assert press(t, ["ctrl+g", "enter"], "已开班") == 2
        t.wait("当班 1陈莉*")
        assert press(t, ["ctrl+g", "enter"], "已交班") <= 3
        t.wait("未开班")
        t.keys("ctrl+g")
        t.wait("签收并开班")
        assert "陈莉" in t.text()
        t.keys("1", gap=0.2)
        t.keys("tab", "1", "enter", gap=0.2)
        t.wait("已签收1项")


def test_what_is_due_is_asked_about(tmp_path: Path) -> None:
    with front(tmp_path, store=yesterdays(tmp_path), badge="1001") as t:
        t.wait("待我办理 2")
        press(t, ["ctrl+g", "enter"], "已开班")
        press(t, ["ctrl+g"], "还有2件待定")
        press(t, ["enter"], "还有2件到期事项未定")
        press(t, ["1"], "还有1件待定")
        press(t, ["2"], "转办")
        t.wait("转给")
        press(t, ["esc"], "还有1件待定")
        press(t, ["3"], "留给下一班")
        t.send("手台5号充电")
        t.wait("手台5号充电")
        press(t, ["esc"], "待我办理 2")  # the text is kept, the decisions are not
        press(t, ["ctrl+g"], "手台5号充电")
        press(t, ["3"], "手台5号充电")
        press(t, ["enter"], "未结2件由您续办")
        press(t, ["ctrl+g"], "留言        手台5号充电")


def test_two_at_one_terminal(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    desk = open_desk(store)
    shifts.open_shift(by_badge(desk, "1003"))
    desk.close()
    with front(tmp_path, store=store, badge="1002") as t:
        t.wait("李静  当班 1周强")
        press(t, ["ctrl+g", "enter"], "已到岗")
        t.wait("当班 1周强 2李静*")
        press(t, ["f2"], "首问登记")
        t.send("灯坏了")
        t.wait("灯坏了")
        while ">首问责任人" not in t.text():
            t.keys("down")
            t.pump(0.1)
        t.wait("1周强 2李静*")  # the digits of the line are those that people carry
        t.keys("1")
        t.wait("1周强* 2李静")
        t.keys("enter")
        t.wait("已登记")
        change_person(t, "1003")
        t.wait("当班 1周强* 2李静")
        t.wait("灯坏了")  # his, though she wrote it down
        press(t, ["ctrl+g"], "1离岗* 2全班交班 3只留言")


class Yesterday(SystemClock):
    def now(self) -> datetime:
        return super().now() - timedelta(days=1)

    def new_id(self) -> str:
        return first_id(self.now()) + super().new_id()[13:]


@pytest.mark.parametrize("was_here", [False, True])  # their Home is there already
def test_taking_over_for_the_absent(tmp_path: Path, was_here: bool) -> None:
    store = store_in(tmp_path / "store")
    desk = open_desk(store, Yesterday())
    shifts.open_shift(by_badge(desk, "1003"))
    desk.close()
    with front(tmp_path, store=store, badge="1004") as t:
        t.wait("当班 1周强")
        if was_here:
            change_person(t, "1003")
            change_person(t, "1004")
        press(t, ["ctrl+g"], "2代接班（周强未交班）*")
        press(t, ["enter"], "代接班：周强的当班就此结束")
        press(t, ["enter"], "2代接班（周强未交班）*")  # a stray Enter ends nobody's shift
        press(t, ["enter"], "代接班：周强的当班就此结束")
        press(t, ["left", "enter"], "已代接班（周强）")
        t.wait("当班 1陈莉*")
        change_person(t, "1003")
        t.wait("陈莉 ")
        t.wait("代接班，您的当班已结束")
        press(t, ["ctrl+g", "enter"], "已到岗")
        change_person(t, "1004")
        change_person(t, "1003")
        assert "您的当班已结束" not in t.text()


def test_nobody_but_a_lead_takes_over_while_the_shift_runs(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    desk = open_desk(store)
    shifts.open_shift(by_badge(desk, "1004"))
    desk.close()
    with front(tmp_path, store=store, badge="1002") as t:
        t.wait("当班 1陈莉")
        press(t, ["ctrl+g"], "1到岗*")
        assert "代接班" not in t.text()
        press(t, ["esc"], "待我办理")
        change_person(t, "1003")
        press(t, ["ctrl+g"], "1到岗* 2代接班（陈莉未交班）")


def test_closing_for_all_names_who_holds_what(tmp_path: Path) -> None:
    store = yesterdays(tmp_path)
    desk = open_desk(store)
    shifts.open_shift(by_badge(desk, "1004"))
    for badge in ("1001", "1003"):
        shifts.join(by_badge(desk, badge))
    found = Question("找书", incomplete=True, received=desk.now() - DAY)
    requests.log(by_badge(desk, "1001"), found)
    (handed,) = RequestList(by_badge(desk, "1001"), "offered").after(None, 9)
    handovers.send_back(by_badge(desk, "1001"), handed.subject, "不归我办")
    desk.close()
    with front(tmp_path, store=store, badge="1004") as t:
        t.wait("当班 1陈莉*")
        press(t, ["ctrl+g"], "2全班交班")
        press(t, ["up", "up", "2"], "未交清")
        t.wait("王敏  待补全1  到期 0001 0002 0004")
        press(t, ["enter"], "王敏有待补全或到期事项")
        press(t, ["esc"], "待我办理")
        change_person(t, "1003")
        press(t, ["ctrl+g"], "2全班交班")
        press(t, ["up", "up", "2"], "未交清")
        press(t, ["enter"], "全班交班：王敏尚有")
        press(t, ["enter"], "未交清")  # a stray Enter closes for nobody
        t.wait_gone("全班交班：王敏尚有")
        press(t, ["enter"], "全班交班：王敏尚有")
        press(t, ["left", "enter"], "已交班")
        t.wait("值班日志 ~/store/print/log-2F-")
        t.wait("未开班")
        change_person(t, "1001")
        t.wait("已全班交班，您的当班已结束；未结3件仍由您负责")
        change_person(t, "1004")
        press(t, ["ctrl+g"], "离岗事项")
        t.wait("0001  王敏")
        t.wait("到岗后按 Ctrl+G 逐件签收")
        press(t, ["enter"], "已开班")
        t.wait("离岗事项3件")
        press(t, ["ctrl+g"], "离岗事项3件")
    assert len(list((store / "print").glob("log-2F-*.html"))) == 1


def test_many_on_duty_leave_room_for_the_time(library: Library) -> None:
    t, who = Language(), ("li", "zheng", "chen", "sun", "lead")
    shifts.open_shift(library.at(who[0]))
    for each in who[1:]:
        library.clock.move(minutes=1)
        shifts.join(library.at(each))
    assert duty_words(t, library.at("chen"), 60) == "当班 1李静 2郑浩 3陈莉* 4孙洁 5周强"
    assert duty_words(t, library.at("chen"), 30) == "当班 5人 3陈莉*"
    assert duty_words(t, library.at("head"), 30) == "赵琳  当班 5人"


def test_a_handover_waits_for_who_stays(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    desk = open_desk(store)
    shifts.open_shift(by_badge(desk, "1003"))
    shifts.join(by_badge(desk, "1004"))
    leaving.leave(by_badge(desk, "1003"), leaving.Leaving(things=["keys"], other="雨伞2把"))
    desk.close()
    with front(tmp_path, store=store, badge="1004") as t:
        t.wait("当班 1陈莉*")
        press(t, ["ctrl+g"], "物品：钥匙 雨伞2把")
        press(t, ["enter"], "已签收1项")
        press(t, ["ctrl+g"], "1交班* 2只留言")
        press(t, ["up", "up", "2"], "2只留言*")
        t.send("下午有消防检查")
        press(t, ["enter"], "已留言")
        press(t, ["ctrl+g"], "下午有消防检查  陈莉")


def test_drafts_that_wait_are_named_before_one_goes(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    desk = by_badge(open_desk(store), "1003")
    for words in ("谁的伞", "谁的卡"):
        slip = Slip(desk)
        slip.put(Draft(words))
        slip.write()
    desk.close()
    with front(tmp_path / "home", store=store, badge="1001") as t:
        t.wait("待我办理 2", seconds=30)
        press(t, ["ctrl+g", "enter"], "已开班")
        press(t, ["f2"], "> 事由")
        t.send("充电宝")
        press(t, ["esc"], "暂存1")
        press(t, ["ctrl+g"], "暂存未登记：本人 1  周强 2")
        press(t, ["esc"], "待我办理")
        press(t, ["ctrl+q"], "暂存未登记：本人 1  周强 2")
