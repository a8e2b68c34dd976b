"""Setting up what is scanned, by raw bytes into the real program."""

from pathlib import Path

from tests.front import front
from tests.terminal import Terminal

CARDS = (("04A23F1B", "0077741851"), ("9C11E07F", "2618417279"), ("E3B0C442", "3820012610"))
"""what the reader of cards types, what is printed on the card"""


def command(t: Terminal, words: str) -> None:
    t.keys("ctrl+p")
    t.wait("命令", "Esc")
    t.send(words)
    t.pump(0.3)
    t.keys("enter")


def test_three_cards_then_a_scanner(tmp_path: Path) -> None:
    with front(tmp_path, badge="1001") as t:
        t.wait("待我办理")
        command(t, "读卡设置")
        t.wait("尚未设置")
        t.keys(*"0077741851", "enter", gap=0.05)
        t.wait("请先刷卡")
        for place, (scan, printed) in enumerate(CARDS, 1):
            t.wait(f"第{place}张")
            t.send(f"{scan}\r")
            t.wait(f"已刷{scan}")
            t.keys(*printed, "enter", gap=0.05)
        t.wait("已学会读卡器格式 8H")
        t.wait("馆藏卡号 8H10D")
        t.keys("esc")
        t.wait("待我办理")
        command(t, "扫描枪设置")
        t.wait("请手工输入一个已知条码")
        t.keys(*"2023101235", "enter", gap=0.05)
        t.wait("请扫描条码 2023101235")
        t.send("\x02]C1*2023101235\x03\r\n")
        t.wait("已设置，扫描时自动去掉")
        t.wait("AIM标识 * 号码")
        t.keys("esc")
        t.wait("待我办理")
        t.send("]Q3*2023101234\r")
        t.wait("读者 单*强")
    with front(tmp_path, badge="1001") as t:  # a new start knows it
        t.wait("待我办理")
        t.send("]Q3*2023101234\r")
        t.wait("读者 单*强")
        command(t, "扫描枪设置")
        t.wait("AIM标识")
        t.keys("0", "enter", gap=0.2)
        t.wait("已清除扫描枪设置")
        t.keys("esc")
        t.wait("待我办理")
        t.send("]Q3*2023101234\r")
        t.wait("动态码")
