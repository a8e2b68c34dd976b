"""Numbers typed where a lone digit is a command: no act, no letter lost; in the real program."""

from pathlib import Path

from deskapp import found_things, request_lists
from deskapp.desk import Desk
from deskapp.found_things import LogIt
from tests.front import front
from tests.terminal import KEYS

HANDS = 0.12
"""seconds between two digits of a number that one knows"""


def status(desk: Desk, number: str) -> str:
    (line,) = request_lists.search(desk, number)
    return line.status


def test_on_a_record_they_open_another(store: Path, desk: Desk) -> None:
    with front(store.parent, store=store, badge="1001") as t:
        t.wait("待我办理", seconds=30)
        t.keys(*"0001", "enter")
        t.wait("考研座插座无电")
        t.keys(*"0002", "enter", gap=HANDS)
        t.wait("校友临时证")
        t.wait_gone("考研座插座无电")
        t.keys("0")
        t.wait("其他单号", "单号        0")
        t.keys(*"001", "enter", gap=0.4)
        t.wait("考研座插座无电")
        t.keys(*"1002", gap=HANDS)  # 1 closes, 2 hands over: not here
        t.wait("单号        1002")
        t.send("2023101234\r")
        t.wait("请先按 Esc 返回再刷卡")
        t.keys("right", "enter", gap=0.4)  # sooner it would be the scanner's
        t.wait("未找到该事项")
        t.keys("esc")
        t.wait_gone("单号        1002")
        t.wait("办理过程")
        t.keys("1")
        t.wait("办理结果")
    assert {status(desk, number) for number in ("0001", "0002")} == {"open"}


def test_an_answer_that_is_a_requests_number_is_asked_about(store: Path, desk: Desk) -> None:
    with front(store.parent, store=store, badge="1001") as t:
        t.wait("待我办理", seconds=30)
        t.keys(*"0001", "enter")
        t.wait("办理过程")
        t.keys("1")
        t.wait("办理结果")
        t.keys(*"0002", "enter", gap=0.05)
        t.wait("与单号0002相同")
        t.keys("enter")  # no, as it stands
        t.wait_gone("与单号0002相同")
        t.wait("答复        0002")
        assert status(desk, "0001") == "open"
        t.keys("enter")
        t.wait("与单号0002相同")
        t.keys("left", "enter")
        t.wait("0001已办结")
    assert status(desk, "0001") == "closed"


def test_in_the_registers_they_are_looked_for(store: Path, desk: Desk) -> None:
    found_things.log(desk, LogIt("水杯", "三层", "", "服务台", None))
    with front(store.parent, store=store, badge="1001") as t:
        t.wait("待我办理", seconds=30)
        t.keys("f3")
        t.wait("[1待我办理 2]")
        t.keys(*"2023", gap=HANDS)
        t.wait("“2023” 找到0件")
        t.keys("esc")
        t.wait("[1待我办理 2]")
        t.keys("2")
        t.wait("[2待我签收 1]")
        t.keys("esc", "ctrl+p", gap=0.3)
        t.send("失物")
        t.wait("失物招领")
        t.send(KEYS["enter"])
        t.wait("水杯")
        t.keys(*"2023101234", gap=HANDS)
        t.wait("> 2023101234")
