"""Signing in: badge and PIN, delays, locking, changing person."""

from pathlib import Path

from deskapp import readers
from deskapp.desk import open_desk
from tests.front import PIN, front, store_in
from tests.library import write_readers
from tests.program import by_badge
from tests.refusals import spoken
from tests.terminal import Terminal


def sign_in(t: Terminal, badge: str, pin: str = PIN) -> None:
    t.send(f"{badge}\r")  # a card, at a scanner's speed
    t.pump(0.1)
    t.keys(*pin, "enter", gap=0.05)


def test_badge_and_pin(tmp_path: Path) -> None:
    with front(tmp_path) as t:
        t.wait("请刷工作证")
        t.wait("未设中心")
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


def test_a_pin_typed_behind_a_scan_is_never_shown(tmp_path: Path) -> None:
    with front(tmp_path) as t:
        t.wait("请刷工作证")
        t.send(b"1002000000\r")  # this scanner ends its codes; the next one is half a scan
        t.pump(1.2)
        t.send("AABB112233")
        t.pump(0.12)
        for digit in "202611":
            t.send(digit)
            t.pump(0.1)
        t.wait("AABB112233")
        assert "AABB1122332" not in t.text()


def test_a_card_signs_its_owner_in(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    desk = open_desk(store)
    file = write_readers(
        tmp_path / "staff.csv",
        ("学号", "姓名", "读者类型", "学院", "手机号", "一卡通号"),
        ("1002", "李静", "教职工", "图书馆", "", "AABB1122"),
    )
    readers.load(by_badge(desk, "1001"), file, spoken)
    desk.close()
    with front(tmp_path, store=store) as t:
        t.wait("请刷工作证")
        sign_in(t, "AABB1122")
        t.wait("待我办理")
        assert "李静" in t.lines()[0]


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
