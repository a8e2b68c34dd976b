"""Acts between log and end in the real program: a digit each, and what is asked."""

import base64
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.store import driver
from deskapp import cards, endings, requests
from deskapp.desk import Desk, open_desk
from deskapp.endings import Ending
from deskapp.request_lists import Record, record
from deskapp.requests import Question
from tests.front import front
from tests.program import by_badge
from tests.terminal import KEYS, Terminal


@pytest.fixture
def desk(store: Path) -> Iterator[Desk]:
    """周强's, who is a shift lead."""
    desk = by_badge(open_desk(store), "1003")
    yield desk
    desk.close()


def asked(desk: Desk, words: str, kind: str) -> str:
    (reader,) = cards.whose(desk, "2023101234")
    return requests.log(desk, Question(words, kind=kind, patron=reader.id, told=("title",))).id


def on_record(t: Terminal, number: str) -> None:
    t.wait("待我办理", seconds=30)
    t.keys(*number, "enter")
    t.wait("办理过程")


def test_a_purchase_suggestion_from_the_desk_to_its_reader(store: Path, desk: Desk) -> None:
    id_ = asked(desk, "荐购《黄帝内经》", "purchase")

    def now() -> Record:
        return record(desk, id_)

    with front(store.parent, store=store, badge="1003") as t:
        on_record(t, "0004")
        t.wait("一次性告知  书名")
        first = now().due
        t.send("3")  # more time: in which way, and the digit of a reason
        t.wait("1申请延期*")
        t.send("1")
        t.wait(">原因")
        t.wait("1等配件或材料")
        t.send("1")
        t.wait("0004已延期至")
        assert now().due > first
        t.send("4")
        t.wait("待读者补充什么")
        t.send("作者？\r")
        t.wait("暂停计时  作者？")
        assert now().waits == "reader"
        t.send("4")
        t.wait("0004恢复办理")
        t.send("5")
        t.wait("订购")
        t.send("\r")
        t.wait("状态        订购  待馆外回复")
        t.send("5")  # asked again
        t.wait("催办日期")
        t.send("已去电\r")
        t.wait("已再催")
        t.send("4")  # it has come
        t.wait("到馆通知")
        t.send("\r")
        t.wait("0004进入到馆通知")
        assert (now().stage, now().waits) == ("arrival", None)
        t.copy = bytearray()
        t.send("6")
        t.wait("您荐购的图书已到馆")
        t.send(KEYS["ctrl+f"])
        t.wait("已送剪贴板")
        copied = re.search(rb"\x1b\]52;c;([A-Za-z0-9+/=]+)", t.copy)
        assert copied
        assert "已到馆" in base64.b64decode(copied[1]).decode()
        t.send("2")
        t.wait("0004已回告读者")
        assert now().course[-1].kind == "told_reader"


def test_what_is_done_behind_the_end(store: Path, desk: Desk) -> None:
    id_ = asked(desk, "要全文", "delivery")
    endings.close(desk, id_, Ending("done", "已传递"))
    with front(store.parent, store=store, badge="1003") as t:
        t.wait("待我办理", seconds=30)
        t.send(KEYS["f3"])
        t.wait("8待回告 1")
        t.send("8")
        t.wait("[8待回告 1]")
        t.send("\r")
        t.wait("办理过程")
        t.send("6")
        t.wait("您提出的“要全文”", "语言")
        t.send("4")
        t.wait("0004已回告读者")
        assert record(desk, id_).told_channel == "mail"
        t.send("3")
        t.wait("满意度")
        t.keys("3", "4", "2", "5", "enter", gap=0.12)  # sooner it would be a scan
        t.wait("0004已补记")
        at = record(desk, id_)
        assert (at.satisfaction, at.effort, at.minutes) == (3, 4, 25)
        t.send("6")
        t.wait("此时不能用6")


def test_who_is_to_be_told_can_be_called_and_whoever_stands_there_is_told_at_once(
    store: Path, desk: Desk
) -> None:
    id_ = asked(desk, "要全文", "delivery")
    with front(store.parent, store=store, badge="1003") as t:
        on_record(t, "0004")
        t.send("6")
        t.wait("单国强  13812345678")
        t.send(KEYS["esc"])
        t.wait("办理过程")
        t.send("1")
        t.wait("1[ ]已当面告知")
        t.send("已传递")
        t.keys("down", "1")
        t.wait("1[x]已当面告知")
        t.send(KEYS["enter"])
        t.wait("0004已办结")
        t.wait("回告读者    ")
        assert "6回告" not in t.text()
    at = record(desk, id_)
    assert (at.status, at.told_channel, at.tell_by) == ("closed", "in_person", None)
    with desk.reading() as connection:
        looks = driver(connection).execute("SELECT what FROM look").fetchall()
    assert looks == [("telephone",)]


def test_an_entry_is_corrected_by_whoever_has_it(store: Path, desk: Desk) -> None:
    id_ = asked(desk, "要全文", "delivery")
    with front(store.parent, store=store, badge="1003") as t:
        on_record(t, "0004")
        t.send("7")
        t.wait("必填")
        t.send("两篇\r")
        t.send("漏记\r")
        t.wait("0004已更正")
        assert record(desk, id_).question == "要全文两篇"
        t.wait("周强 更正：事由 要全文 → 要全文两篇")
        t.send("7")
        t.wait("必填")
        t.keys("down", *["backspace"] * 45, *"00417", "enter", gap=0.05)
        t.wait("欧**国  0**17")
        t.send("同名\r")
        t.wait("周强 更正：读者 单*强 2023****34 → 欧**国 0**17")
        assert record(desk, id_).patron_number == "00417"


def test_more_ways_to_more_time(store: Path, desk: Desk) -> None:
    id_ = requests.log(desk, Question("投诉闭馆太早", kind="complaint")).id
    with front(store.parent, store=store, badge="1003") as t:
        on_record(t, "0004")
        t.send("3")
        t.wait("2复杂事项")
        t.keys("2", gap=0.1)
        t.keys("enter")
        t.wait("请填写原因")
        t.keys("1", "enter")  # no words either
        t.wait("没有选项1")
        t.keys("backspace")
        t.send("涉及多人\r")
        t.wait("0004已延期至")
        assert record(desk, id_).found_complex
        t.send("3")
        t.wait("2增加会办部门")
        t.keys("right", "enter", gap=0.1)
        t.wait(">会办部门")
        t.send("1")
        t.wait("0004已延期至")
        assert record(desk, id_).involved == ("acquisition",)
        t.send("5")
        t.wait("待何单位")
        t.send("后勤处\r")
        t.wait("再催；暂停计时")
        assert record(desk, id_).waits == "outside"
