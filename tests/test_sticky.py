"""What the next entry begins with, and books that are scanned."""

from pathlib import Path

import pytest

from deskapp import box, completing, isbn, requests, sticky, undo
from deskapp.requests import Question
from deskapp.sticky import Sticky
from tests.front import front
from tests.library import Library


def test_kind_and_channel_stick_for_some_minutes(library: Library) -> None:
    li = library.at("li")
    assert sticky.last(li) == Sticky()
    requests.log(li, Question("读者来电", kind="complaint", channel="phone"))
    assert sticky.last(li) == Sticky("complaint", "phone")
    assert sticky.last(library.at("chen")) == Sticky()
    requests.log(library.at("chen"), Question("想和老师聊聊", kind="bibliotherapy"))
    assert sticky.last(library.at("chen")) == Sticky(), "in confidence is nobody's habit"
    library.clock.put("2026-11-22 10:05")
    requests.log(li, Question("插座没电", kind="fault", channel="wechat"))
    assert sticky.last(li) == Sticky(None, "wechat"), "the words had selected the kind"
    undo.undo(li)
    assert sticky.last(li) == Sticky("complaint", "phone")
    sticky.forget(li)
    assert sticky.last(li) == Sticky()
    library.clock.put("2026-11-22 10:06")
    requests.log(li, Question("又一件", channel="phone"))
    assert sticky.last(li) == Sticky(None, "phone")
    library.clock.put("2026-11-22 10:17")
    assert sticky.last(li) == Sticky()


def test_a_completion_does_not_stick(library: Library) -> None:
    """What was chosen for an entry afterwards says nothing of the next one."""
    li = library.at("li")
    id = requests.log(li, Question("有人问", channel="phone", incomplete=True)).id
    completing.complete(li, id, Question("有人问", kind="delivery", channel="mail"))
    assert sticky.last(li) == Sticky(None, "phone")


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("9787115428028", "9787115428028"),
        ("978-7-115-42802-8", "9787115428028"),
        ("ISBN 978 7 115 42802 8", "9787115428028"),
        ("7115428026", "9787115428028"),
        ("7-115-42802-6", "9787115428028"),
        ("080442957X", "9780804429573"),
        ("0-8044-2957-X", "9780804429573"),
        ("9787115428027", None),
        ("7115428025", None),
        ("6901234567892", None),  # another article's code
        ("0306406152", None),  # right, but may be a student number
        ("2023101234", None),
        ("", None),
    ],
)
def test_isbns(text: str, normal: str | None) -> None:
    assert isbn.normal(text) == normal


def test_one_wrong_digit_is_seen() -> None:
    for whole in ("9787115428028", "7-115-42802-6"):
        for place, old in enumerate(whole):
            for digit in "0123456789":
                if old.isdecimal() and digit != old:
                    assert isbn.normal(whole[:place] + digit + whole[place + 1 :]) is None


def test_a_book_in_the_box(library: Library) -> None:
    li = library.at("li")
    for scanned in (True, False):
        assert box.understand(li, "9787115428028", scanned) == box.Isbn("9787115428028")
    assert isinstance(box.understand(li, "9787115428027", True), box.UnknownCard)


def test_in_the_real_program(tmp_path: Path) -> None:
    with front(tmp_path, badge="1001") as t:
        t.wait("待我办理", seconds=30)
        t.send("9787115428028\r")
        t.wait("> ISBN 9787115428028")
        t.wait("荐购")
        t.pump(0.4)
        t.send("9780804429573\r")
        t.wait("ISBN 9787115428028 ISBN 9780804429573")
        t.keys("f2")
        t.wait("> 事由")
        t.send("读者来电问闭馆时间")
        t.keys(*["down"] * 4, "2", gap=0.1)  # reader, kind, department, channel
        t.wait("2来电*")
        t.keys("enter")
        t.wait("下一件沿用 来电，Esc 清除")
        t.keys("f2")
        t.wait("2来电*")
        t.keys("esc", gap=0.3)
        t.wait("下一件沿用 来电")
        t.keys("esc")
        t.wait_gone("下一件沿用")
        t.keys("f2")
        t.wait("1到馆*")
