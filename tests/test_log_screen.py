"""Logging a request in the real program: keys counted, scans beside words, drafts kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from db import request_pages as pages
from deskapp import request_lists
from deskapp.desk import open_desk
from deskapp.request_lists import Record
from tests.front import front, store_in
from tests.program import by_badge
from tests.terminal import KEYS, Terminal


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return store_in(tmp_path_factory.mktemp("log") / "store")


@contextmanager
def session(store: Path, badge: str = "1001") -> Iterator[Terminal]:
    with front(store.parent / "home", store=store, badge=badge) as t:
        t.wait("待我办理", seconds=30)
        yield t


def newest(store: Path) -> Record:
    """The request logged last."""
    desk = by_badge(open_desk(store), "1001")
    try:
        with desk.reading() as connection:
            (line,) = pages.page(connection, pages.every(), None, 1)
        return request_lists.record(desk, line.subject)
    finally:
        desk.close()


def press(t: Terminal, *keys: str) -> int:
    """Press keys as fast as the terminal takes them; how many they were."""
    t.send(b"".join(KEYS.get(key) or key.encode() for key in keys))
    return len(keys)


def by_hand(t: Terminal, pin: str) -> None:
    """Type a PIN and Enter: keys that a stalled machine reads together would be a scan."""
    t.wait_gone("•")
    for count in range(1, len(pin) + 1):
        t.keys(pin[count - 1])
        t.wait("•" * count)
    t.keys("enter")


def test_a_walk_up_question_takes_its_words_and_four_keys(store: Path) -> None:
    with session(store) as t:
        count = press(t, "f2")
        t.send("还书箱在哪")
        count += press(t, "enter", "1", "enter")
        t.wait("，当场办结")
        assert count <= 4
        record = newest(store)
        assert (record.question, record.status, record.result) == ("还书箱在哪", "closed", "done")
        assert record.answer == "当场答复"
        assert record.first_responder == record.responsible == "王敏"
        # the same from the box of Home, as one burst of bytes
        t.send("复印一张多少钱，可以扫码吗？\r1\r")
        t.wait_until(lambda: newest(store).question.startswith("复印"), "second one")
        assert newest(store).question == "复印一张多少钱，可以扫码吗？"
        assert newest(store).status == "closed"


def test_a_scan_is_the_reader_and_leaves_the_words(store: Path) -> None:
    with session(store, "1002") as t:
        press(t, "f2")
        t.wait("首问登记")
        t.send("想借2023年的")
        t.pump(0.15)
        t.send("A1B2C3\r")
        t.wait("单*强")
        t.pump(0.15)
        t.send("期刊")
        t.wait("想借2023年的期刊")
        assert "单国强" not in t.text()
        t.pump(0.3)  # an Enter so soon behind a scan belongs to the scan
        t.send("\r\r")
        t.wait("已登记")
        record = newest(store)
        assert record.question == "想借2023年的期刊"
        assert (record.patron_name, record.patron_number) == ("单国强", "2023101234")
        # a card that is nobody's says so and disturbs nothing
        press(t, "f2")
        t.wait("首问登记")
        t.send("问路")
        t.pump(0.15)
        t.send("FFFF0000\r")
        t.wait("未识别此卡")
        t.wait("> 问路")
        t.send("2023101235\r")
        t.wait("曾*查")


def test_kind_department_and_due_time_follow_each_other(store: Path) -> None:
    with session(store) as t:
        press(t, "f2")
        t.wait("首问登记")
        t.send("三楼插座没电")
        t.wait("设施设备故障")
        t.wait("技术服务部")
        t.wait("地点或座位号")
        t.wait("1个工作日，受理当日不计")
        t.keys("down", "down", gap=0.1)  # reader, kind
        t.send("wxcd")
        t.wait("1文献传递")
        t.keys("enter", gap=0.1)
        t.wait("2个工作日")
        t.wait("信息咨询部")
        t.keys("down", "down", "2", gap=0.15)  # channel: by telephone
        t.keys("down", gap=0.1)
        t.send("2020-02-30 08:00")
        t.keys("down", "down", "enter", gap=0.1)
        t.wait("时间无法识别")
        t.keys(*["backspace"] * 16, gap=0.01)
        t.send("2025-12-31 08:00")
        t.wait("补录")
        t.keys("enter")
        t.wait("已登记")
        record = newest(store)
        assert (record.kind, record.channel, record.backdated) == ("delivery", "phone", True)
        assert f"{record.received:%Y-%m-%d %H:%M}" == "2025-12-31 08:00"


def test_another_was_asked_first(store: Path) -> None:
    with session(store) as t:
        press(t, "f2")
        t.wait("首问登记")
        t.send("找人")
        t.wait("> 找人")
        t.keys("enter", "up", gap=0.15)  # who was asked stands before what came of it
        t.send("陈")
        t.wait("陈_ 1陈莉")
        t.keys("1", "enter", gap=0.15)
        t.wait("已登记")
        record = newest(store)
        assert (record.first_responder, record.responsible) == ("陈莉", "陈莉")


def test_handed_over_at_once(store: Path) -> None:
    with session(store) as t:
        press(t, "f2")
        t.wait("首问登记")
        t.send("查收查引\r2\r")
        t.wait("转给")
        t.send("li")
        t.wait("li_ 1李静")
        press(t, "1", "1")
        t.wait("转给李静待签收；签收前仍由您负责")
        t.wait("待我办理")
        record = newest(store)
        assert (record.question, record.offered_to) == ("查收查引", "李静")
        assert record.responsible == "王敏"


def test_not_possible_needs_an_alternative_and_a_lead(store: Path) -> None:
    with session(store, "1002") as t:
        press(t, "f2")
        t.wait("首问登记")
        t.send("借特藏回家\r")
        t.keys("5", "enter", gap=0.15)
        t.wait("替代办法")
        t.keys("enter", "enter", gap=0.1)  # what must be filled is not passed over
        t.wait("请填写已提供的替代办法")
        t.send("馆内复制\r")
        t.send("1001\r")
        by_hand(t, "000000")
        t.wait("工号或口令有误")
        assert newest(store).question != "借特藏回家"
        by_hand(t, "135790")
        t.wait("，暂不能办理")  # its name alone stood among the results all the time
        record = newest(store)
        assert (record.question, record.result) == ("借特藏回家", "not_possible")
        assert record.alternative == "馆内复制"
        assert record.course[-1].facts["lead_how"] == "face"


def test_another_language_loses_nothing_written(store: Path) -> None:
    with session(store) as t:
        press(t, "f2")
        t.wait("首问登记")
        t.send("三楼插座没电")
        t.pump(0.2)
        t.send("A1B2C3\r")
        t.wait("单*强")
        t.pump(0.3)
        t.keys("enter", "1", gap=0.15)
        t.wait("答复")
        press(t, "ctrl+p")
        t.wait("查找命令")
        t.send("语言")
        t.wait("切换为英文")
        press(t, "enter")
        t.wait("Log a request")
        t.wait("> 三楼插座没电")
        for kept in ("单*强", "Fault", "Technical Services", "Done on the spot", "Answer"):
            t.wait(kept)
        t.keys("enter")
        t.wait("is logged: Done on the spot")
        assert newest(store).patron_name == "单国强"


def test_esc_keeps_the_draft_and_ctrl_y_takes_it_back(store: Path) -> None:
    with session(store) as t:
        press(t, "f2")
        t.wait("首问登记")
        t.send("A1B2C3\r写到一半")
        t.wait("> 写到一半")
        press(t, "esc")
        t.wait("草稿已保留")
        t.wait("暂存1  Ctrl+Y")
        press(t, "f2")  # the next reader begins with an empty form
        t.wait("首问登记  暂存1")
        assert "写到一半" not in t.text()
        press(t, "esc", "ctrl+y")
        t.wait("> 写到一半")
        t.wait("单*强")
        t.wait("已取回草稿")
        t.send("，写完\r\r")
        t.wait("待我办理")
        assert newest(store).question == "写到一半，写完"
        assert newest(store).patron_name == "单国强"
        press(t, "ctrl+y")
        t.wait("没有别的暂存草稿")


def test_f2_puts_a_draft_aside_and_ctrl_y_takes_it_back(store: Path) -> None:
    with session(store) as t:
        press(t, "f2")
        t.wait("首问登记")
        t.send("A1B2C3\r甲的事")
        t.wait("> 甲的事")
        t.wait("单*强")
        # the telephone rings: one key, and what is typed behind it at once is the caller's
        t.send(KEYS["f2"] + "乙的事".encode())
        t.wait("> 乙的事")
        t.wait("首问登记  暂存1")
        assert "单*强" not in t.text()
        t.send(KEYS["f2"] + "丙的事".encode())
        t.wait("> 丙的事")
        t.wait("首问登记  暂存2")
        for words in ("乙的事", "甲的事", "丙的事", "乙的事"):  # the last first, again: the next
            press(t, "ctrl+y")
            t.wait(f"> {words}")
            t.wait("另有2件")
        t.send("\r\r")
        t.wait("已登记")
        t.wait("暂存2  Ctrl+Y")
        assert (newest(store).question, newest(store).patron_name) == ("乙的事", "")
        press(t, "ctrl+y")
        t.wait("> 丙的事")
        t.send("\r\r")
        t.wait("暂存1  Ctrl+Y")
        assert press(t, "ctrl+y") == 1
        t.wait("> 甲的事")
        t.wait("单*强")
        t.send("\r\r")
        t.wait("待我办理")
        assert (newest(store).question, newest(store).patron_name) == ("甲的事", "单国强")
