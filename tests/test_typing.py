"""What is typed and what a key makes of it, in the keys' order: raw bytes, without a pause."""

from pathlib import Path

from tests.front import front
from tests.terminal import KEYS, Terminal

F2, CTRL_Y = KEYS["f2"], KEYS["ctrl+y"]
WORDS = "no power at seat forty"


def first_line(t: Terminal) -> str:
    """What stands in the box."""
    return t.lines()[2].removeprefix(" > ")


def test_a_key_of_the_screen_finds_all_that_was_typed(tmp_path: Path) -> None:
    with front(tmp_path, badge="1001") as t:
        t.wait("待我办理 2")
        t.send(WORDS.encode() + F2)
        t.wait("首问登记")
        t.wait_until(lambda: first_line(t) == WORDS, "the words on F2")
        t.send(F2)
        t.wait("已暂存1件")
        t.send(b"lamp is broken" + F2)
        t.wait("已暂存2件")
        t.send(b"a third one" + CTRL_Y)
        t.wait_until(lambda: first_line(t) == "lamp is broken", "the second draft")
        t.send(CTRL_Y)
        t.wait_until(lambda: first_line(t) == WORDS, "the first draft")


def test_a_card_right_behind_a_tally_is_a_card(tmp_path: Path) -> None:
    with front(tmp_path, badge="1001") as t:
        t.wait("待我办理 2")
        t.keys("2", "enter")
        t.wait("打印 今日第1次")
        t.send(b"+")
        t.wait("打印 今日第2次")
        t.send(b"2023101234\r")
        t.wait("单*强")


def test_a_space_right_behind_shorthand_takes_it(tmp_path: Path) -> None:
    with front(tmp_path, badge="1001") as t:
        t.wait("待我办理 2")
        t.keys(*"@202310123")
        t.keys("4", "space", gap=0.02)  # as a busy machine may read a hand's keys
        t.wait("单*强")
        assert "@" not in first_line(t)
