"""An unknown card at Home and on F2: the number binds it, and the act goes on. Raw bytes."""

import re
from pathlib import Path

from deskapp import readers
from deskapp.desk import open_desk
from deskapp.language import Language
from tests.front import front, store_in
from tests.library import READERS, write_readers
from tests.program import by_badge
from tests.terminal import Terminal

CARD = "B1C2D3E4"


def test_a_number_binds_the_card_and_the_act_goes_on(tmp_path: Path) -> None:
    with front(tmp_path, badge="1001") as t:
        t.wait("待我办理")
        t.send(f"{CARD}\r")
        t.wait("未识别此卡，请输入学号后回车")
        t.keys(*"2023101234", "enter", gap=0.05)
        t.wait("已绑定此卡，待核实")
        t.wait("读者 单*强")
        assert "卡待核实" in t.text()
        t.keys("esc")
        t.wait_gone("读者 单")
        t.send(f"{CARD.lower()}\r\n")
        t.wait("读者 单*强")
        t.keys("esc")
        t.wait_gone("读者 单")
        t.send("12345678901234567890123\r")  # an app's code that changes
        t.wait("动态码不能绑定")
        t.keys(*"2023101235", "enter", gap=0.05)
        t.wait("读者 曾*查")
        assert "待核实" not in t.text()
        _on_the_form(t)


def test_a_card_waits_for_its_own_number_alone(tmp_path: Path) -> None:
    with front(tmp_path, badge="1001") as t:
        t.wait("待我办理")
        t.send("B1C2D3E4\r")
        t.wait("未识别此卡")
        t.send("2023101234\r")  # the next reader's card, not the number of that one
        t.wait("读者 单*强")
        assert "卡待核实" not in t.text()
        t.wait("刚才的卡未绑定")  # should it have been that one's
        t.send("B1C2D3E4\r")
        t.wait("未识别此卡")
        t.keys("f2")
        t.wait("首问登记")
        t.send("D5E6F7A9\r")
        t.wait("未识别此卡")
        t.keys(*"2023101235", "enter", gap=0.05)
        t.wait("已绑定此卡，待核实")
        t.send("E5F6A7B8\r")
        t.wait("未识别此卡")
        t.send("2023101234\r")
        t.wait("刚才的卡未绑定")
        t.wait("单*强")
        t.keys(*"2023101235", "enter", gap=0.05)  # in the words: a whole number is the reader
        t.wait("曾*查")
        t.keys("esc")
        t.wait("待我办理")
        t.send("D5E6F7A9\r")
        t.wait("读者 曾*查")


def test_a_code_that_fits_two_asks_which(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    desk = by_badge(open_desk(store), "1001")
    rows = [
        ("2023400001", "甲", "本科生", "医学院", "", "04A23F1B"),
        ("2023400002", "乙", "本科生", "医学院", "", "0077741851"),  # the same in decimal
    ]
    readers.load(desk, write_readers(tmp_path / "two.csv", READERS[0], *rows), Language())
    desk.close()
    with front(tmp_path / "home", store=store, badge="1001") as t:
        t.wait("待我办理")
        t.send("1B3FA204\r")
        t.wait("请选择读者")
        assert "按事由登记" not in t.text()  # a code is no sentence
        place = "1" if re.search("1 乙", t.text()) else "2"
        t.keys(place)
        t.wait("读者 乙")
        t.keys("f2")
        t.wait("首问登记")
        t.send("1B3FA204\r")
        other = "1" if place == "2" else "2"
        t.wait(f"{other}甲")
        t.keys(other)
        t.wait_gone("乙")
        t.send("130203199001011234\r")
        t.wait("疑似身份证号")


def _on_the_form(t: Terminal) -> None:
    t.keys("esc")
    t.wait_gone("读者 曾")
    t.keys("f2")
    t.wait("首问登记")
    t.send("\x02D5E6F7A9\x03")  # STX and ETX about it
    t.wait("未识别此卡，请输入学号后回车")
    t.keys(*"2023101235", "enter", gap=0.05)
    t.wait("已绑定此卡，待核实")
    t.wait("曾*查")
    t.keys("esc")
    t.wait("待我办理")
    t.send("D5E6F7A9\t")
    t.wait("读者 曾*查")
    t.send("0A1B2C3D\r")  # unknown again; Esc: nobody is asked for any more
    t.wait_gone("读者 曾")
    t.keys("esc")
    t.pump(0.3)
    t.keys(*"2023101234", "enter", gap=0.05)
    t.wait("读者 单*强")
    assert "待核实" not in t.text()
