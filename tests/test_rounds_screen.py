"""Ctrl+R in the real program: labels one after the other, slips, and what is released."""

from datetime import timedelta
from pathlib import Path

from db.clock import SystemClock
from deskapp import conduct, found_things, round_slips, rounds, spaces
from deskapp.desk import open_desk
from deskapp.language import Language
from tests.front import front
from tests.halls import NUMBERS, desk_on, hall_in, reader, sit
from tests.program import by_badge
from tests.refusals import refused
from tests.toys import ToyClock


def test_a_round(tmp_path: Path) -> None:
    store = hall_in(tmp_path / "store")
    desk = desk_on(store, "1004")
    sit(desk, NUMBERS[0], "commons/A-1", minutes=180)
    earlier = by_badge(open_desk(store, ToyClock(desk.now() - timedelta(minutes=100))), "1004")
    for label in ("A-1", "A-2"):
        rounds.mark(earlier, label, "commons")
    earlier.close()
    with front(tmp_path, store=store, badge="1004") as t:
        t.wait("待我办理", seconds=30)
        t.keys("ctrl+r")
        t.wait("没有标记的座位")
        t.keys("pgdn")
        t.wait("已标记2  到时2")
        t.send("b3")
        t.pump(0.3)
        t.keys("enter")
        t.wait("B-3已标记")
        t.keys("1", "enter", gap=0.3)
        t.wait("座位条1张")
        t.keys("3", "enter", gap=0.3)
        t.wait("释放 A-1")
        t.send("书包")
        t.pump(0.3)
        t.keys("enter", gap=0.3)
        t.keys("enter", gap=0.3)
        t.wait("释放 A-2")
        t.keys("enter", gap=0.3)
        t.wait("A-2已释放")
        assert "已标记1  到时0" in t.text()
        t.keys("2", "enter", gap=0.3)
        t.wait("B-3须到")
        t.keys("4", "enter", gap=0.3)
        t.wait("B-3已取消标记")
        t.keys("ctrl+z")
        t.wait("已标记1")
    (violation,) = conduct.of_reader(desk, reader(desk, NUMBERS[0]))
    assert (violation.kind, violation.seat) == ("holding", "A-1")
    assert [thing.what for thing in found_things.things(desk)] == ["书包"]
    desk.close()


def test_a_slip_says_until_when_in_both_languages_and_names_nobody(tmp_path: Path) -> None:
    desk = by_badge(open_desk(hall_in(tmp_path / "store"), ToyClock(SystemClock().now())), "1004")
    sit(desk, NUMBERS[0], "commons/A-1")
    mark = rounds.mark(desk, "A-1", "commons")
    t, zone = Language("zh_CN"), spaces.zone(desk, "commons")
    refused("NothingMarked", round_slips.print_out, desk, t, zone, [])
    page = round_slips.print_out(desk, t, zone, [mark]).read_text("utf-8")
    due = t.time(mark.due)
    for words in (f"请于{due}前回座", f"Back by {due}", "<h1>A-1</h1>", "信息共享空间"):
        assert words in page
    assert mark.reader is not None
    for words in (mark.reader.name, mark.reader.number, "http", "src="):
        assert words not in page
    desk.close()
