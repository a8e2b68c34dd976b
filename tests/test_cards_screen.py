"""Reader's cards, bindings to verify, temporary readers: by keys on the real program."""

import re
from pathlib import Path

from deskapp import cards, numbers
from deskapp.language import Language
from screens.matters import reader_words
from tests.front import front
from tests.library import Library
from tests.terminal import Terminal
from tests.test_learning_screen import command


def test_a_card_is_lost_found_and_verified(tmp_path: Path) -> None:
    with front(tmp_path, badge="1001") as t:
        t.wait("待我办理")
        t.send("B1C2D3E4\r")
        t.wait("未识别此卡")
        t.keys(*"2023101234", "enter", gap=0.05)
        t.wait("卡待核实")
        command(t, "读者卡片")  # of the reader before the desk
        t.wait("绑定卡")
        t.wait("卡待核实")
        t.send("2023101235\r")
        t.wait("读者 曾*查")
        t.send("2023101234\r")
        t.wait("读者 单*强")
        t.keys("down", "down", "2", gap=0.2)
        t.wait("此时不能用2")  # nobody has lost it
        t.keys("1")
        t.wait("已挂失")
        t.keys("esc")
        t.wait("待我办理")
        t.send("B1C2D3E4\r")
        t.wait("此卡已挂失（单*强），请核对本人")
        t.wait_gone("读者 单")
        command(t, "读者卡片")
        t.wait("请先找到读者")
        t.send("2023101234\r")
        t.wait("绑定卡")
        t.keys("down", "down", "2", gap=0.2)
        t.wait("已找回")
        t.keys("esc")
        t.wait("待我办理")
        command(t, "卡片核实")
        t.wait("单*强")
        t.keys("1")
        t.wait("没有待核实的卡片")
        t.keys("esc")
        t.wait("待我办理")
        t.send("B1C2D3E4\r")
        t.wait("读者 单*强")
        assert "卡待核实" not in t.text()


def test_two_numbers_are_joined_and_parted(tmp_path: Path) -> None:
    with front(tmp_path, badge="1001") as t:
        t.wait("待我办理")
        command(t, "读者卡片")
        t.wait("请先找到读者")
        t.send("2023101234\r")
        t.wait("读者 单*强")
        t.keys("3", gap=0.2)
        t.wait("并入")
        t.send("2023101235\r")
        t.wait("是同一人吗")
        t.keys("right", "enter", gap=0.2)
        t.wait("读者 曾*查")
        t.wait("已合并")
        t.keys("esc")
        t.wait("待我办理")
        t.send("2023101234\r")
        t.wait("读者 曾*查")
        command(t, "读者卡片")
        t.wait("学号/工号")
        t.keys("4", gap=0.2)
        t.wait("撤销合并")
        t.keys("right", "enter", gap=0.2)
        t.wait("已拆分")
        t.keys("esc")
        t.wait("待我办理")
        t.send("2023101234\r")
        t.wait("读者 单*强")


def test_a_temporary_reader(tmp_path: Path) -> None:
    with front(tmp_path, badge="1001") as t:
        t.wait("待我办理")
        command(t, "临时读者")
        t.wait("不登记身份证号")
        t.send("刘访客")
        t.pump(0.3)
        t.keys("enter", gap=0.2)
        assert "Ctrl+S保存" in t.text()
        t.keys("ctrl+s", gap=0.2)
        t.wait("临时读者号码  9")
        t.wait("请告知读者或抄写")
        t.keys("enter")
        t.wait("已登记临时读者，号码 9")
        found = re.search(r"号码 (\d{11})", t.text())
        assert found
        t.wait("读者 刘*客")  # who stands before the desk
        t.keys("esc")
        t.wait_gone("读者 刘")
        _comes_again(t, found[1])


def _comes_again(t: Terminal, number: str) -> None:
    t.keys(*number, "enter", gap=0.05)
    t.wait("读者 刘*客")
    t.wait("校外读者")


def test_a_reader_past_their_last_day_is_told(library: Library) -> None:
    desk, t = library.at("li"), Language("zh_CN")
    entered = numbers.enter_temporary(desk, "刘访客", "visitor", desk.now().date())

    def words() -> str:
        (reader,) = cards.whose(desk, entered.number)
        return reader_words(t, desk, reader)

    assert "已过有效期" not in words()
    library.clock.put("2026-11-23 08:00")
    assert "已过有效期" in words()
