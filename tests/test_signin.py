"""Signing in: badge and PIN, delays, locking, changing person."""

from pathlib import Path

from tests.front import PIN, front
from tests.terminal import Terminal


def sign_in(t: Terminal, badge: str, pin: str = PIN) -> None:
    t.send(f"{badge}\r")  # a card, at a scanner's speed
    t.pump(0.1)
    t.keys(*pin, "enter", gap=0.05)


def test_badge_and_pin(tmp_path: Path) -> None:
    with front(tmp_path) as t:
        t.wait("请刷工作证")
        t.wait("单机")
        t.keys(*"1002", "enter", gap=0.05)
        t.pump(0.1)
        t.keys(*PIN, gap=0.05)
        assert PIN not in t.text()
        t.keys("enter")
        t.wait("待我办理")
        assert "李静" in t.lines()[0]


def test_wrong_pins_wait_longer_and_longer(tmp_path: Path) -> None:
    with front(tmp_path) as t:
        t.wait("请刷工作证")
        for _ in range(3):
            sign_in(t, "1002", "246810")
            t.wait("有误")
            t.pump(0.2)
            t.keys("esc")
            t.pump(0.2)
        sign_in(t, "1002")
        t.wait("秒后再试")
        assert "待我办理" not in t.text()
        t.wait("可以重新输入口令")
        sign_in(t, "1002")
        t.wait("待我办理")


def test_a_scan_is_a_badge_wherever_the_cursor_stands(tmp_path: Path) -> None:
    with front(tmp_path) as t:
        t.wait("请刷工作证")
        sign_in(t, "1002", "")  # in the PIN line, nothing typed
        t.pump(0.2)
        sign_in(t, "1003")  # another person's card follows: no wrong PIN of 1002
        t.wait("待我办理")
        assert "周强" in t.lines()[0]


def test_a_lock_keeps_what_is_half_typed_for_whoever_typed_it(tmp_path: Path) -> None:
    with front(tmp_path, badge="1001") as t:
        t.wait("待我办理")
        t.send("电话里问到一半")
        t.wait("问到一半")
        t.keys("ctrl+l")
        t.wait("已锁定（王敏）")
        t.wait_gone("问到一半")
        t.keys("f3", "esc", "ctrl+o", "2")  # nothing of it leads past the lock
        t.wait("已锁定")
        t.keys("esc")
        t.pump(0.2)
        sign_in(t, "1002")
        t.wait("待我办理")
        assert "李静" in t.lines()[0]
        t.wait_gone("王敏")
        assert "问到一半" not in t.text()
        t.keys("ctrl+l")
        t.wait("已锁定（李静）")
        sign_in(t, "1001")
        t.wait("问到一半")
        assert "王敏" in t.lines()[0]
