"""F5: the day's rooms drawn and walked over, booked by card, waited for, signed into, given up."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from textual.pilot import Pilot

from db.clock import SystemClock
from deskapp import bookings, rooms
from deskapp.booking_rules import Wish
from deskapp.desk import Desk, open_desk
from screens.asking import AskScreen
from screens.booking import BookingScreen
from screens.choosing import ChoosingScreen
from screens.free_rooms import FreeScreen
from screens.home import HomeScreen
from screens.log import LogScreen
from screens.room_grid import RoomGrid
from screens.rooms import RoomsScreen
from screens.scanbox import ScanBox
from tests import halls
from tests.front import app_on, front, on, shown, store_in, until
from tests.library import reader_of
from tests.program import by_badge
from tests.toys import ToyClock

SHAN, ZENG, OUYANG = "2023101234", "2023101235", "00417"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> ToyClock:
    """The desk's: it stands at ten in the morning, the day after tomorrow."""
    zone = ZoneInfo("Asia/Shanghai")
    day = SystemClock().now().astimezone(zone).date() + timedelta(days=2)
    clock = ToyClock(datetime.combine(day, time(10), zone))
    monkeypatch.setattr("deskapp.desk.SystemClock", lambda: clock)
    return clock


def tomorrow(desk: Desk) -> date:
    return rooms.today(desk) + timedelta(days=1)


def at(desk: Desk, hour: int) -> datetime:
    return datetime.combine(tomorrow(desk), time(hour), desk.zone)


def book(desk: Desk, hour: int, number: str, room: str = "s202", hours: int = 2) -> str:
    reader = reader_of(desk, number)
    assert reader is not None
    wish = Wish(room, at(desk, hour), at(desk, hour + hours), 3, reader.id)
    return bookings.book(desk, wish).id


def drawn(grid: RoomGrid, line: int) -> str:
    """A line of the grid as it stands on the screen."""
    return grid.render_line(line).text.rstrip()


async def says(pilot: Pilot[None], words: str) -> None:
    """Until the message line does."""
    await until(pilot, lambda: words in shown(pilot, "message"))


async def typed(pilot: Pilot[None], text: str) -> None:
    await pilot.press(*text)
    await pilot.pause(0.2)  # a hand's number is whole when nothing more comes
    await pilot.press("enter")


async def test_a_day_is_drawn_and_walked_over_and_a_free_room_found(
    tmp_path: Path, clock: ToyClock
) -> None:
    store = store_in(tmp_path / "store")
    desk = by_badge(open_desk(store), "1002")
    app, screen = app_on(store, "1002"), RoomsScreen()
    async with app.run_test(size=(80, 24)) as pilot:
        await on(pilot, app, screen)
        await pilot.press("pagedown", "home")
        grid = screen.grid
        await until(pilot, lambda: grid.spot and grid.spot.begin == at(desk, 8))
        assert drawn(grid, 0).split() == [f"{hour:02}" for hour in range(8, 22)]
        assert drawn(grid, 1) == ">201研讨间    6 @ " + ". " * 26 + "."
        book(desk, 9, SHAN)  # at another terminal
        await until(pilot, lambda: "r单*强==" in drawn(grid, 2))
        await pilot.press("down", "right", "right")
        assert drawn(grid, 2) == ">202研讨间    6 . . @单*强==" + ". " * 21 + "."
        assert "09:00-11:00  已预约  单*强 2023****34  3人" in shown(pilot, "here")
        await pilot.press("right")
        assert grid.spot is not None
        assert grid.spot.begin == at(desk, 11)
        await pilot.press("4")
        await until(pilot, lambda: grid.length == 4)
        assert drawn(grid, 2).startswith(">202研讨间    6 . . r单*强==@ . . . . ")
        assert grid.spot.until == at(desk, 13)
        await pilot.press("left")
        assert grid.spot.begin == at(desk, 9) + timedelta(minutes=90)
        await pilot.press(*["down"] * 30)
        assert drawn(grid, 13).startswith(">报告厅     300 ")
        await pilot.press("tab")
        await until(pilot, lambda: isinstance(app.screen, FreeScreen))
        await pilot.press(*"8", "down", *"14", "down", *"1530", "down", "space", "enter")
        await until(pilot, lambda: app.screen is screen)
        spot = grid.spot
        assert (spot.day.room.code, spot.begin) == ("s306", at(desk, 14))
        assert spot.until == at(desk, 15) + timedelta(minutes=30)
        await pilot.press("0", "enter")  # a reader's word about it
        await until(pilot, lambda: isinstance(app.screen, LogScreen))
        log = app.screen
        assert isinstance(log, LogScreen)
        line = log.query_one(ScanBox)
        await until(pilot, lambda: line.value == "306研讨间：")
        assert log.kind == "space_suggestion"
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
        await pilot.press("escape", "escape")
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen))
    desk.close()


async def test_a_number_books_waits_gives_up_and_signs_in(tmp_path: Path, clock: ToyClock) -> None:
    store = store_in(tmp_path / "store")
    desk = by_badge(open_desk(store), "1002")
    app, screen = app_on(store, "1002"), RoomsScreen()
    async with app.run_test(size=(80, 24)) as pilot:
        await on(pilot, app, screen)
        await pilot.press("pagedown", "home", "4")
        await until(pilot, lambda: screen.grid.length == 4)
        await typed(pilot, SHAN)
        await until(pilot, lambda: isinstance(app.screen, BookingScreen))
        await pilot.press("4", "enter")
        await says(pilot, "已预约201研讨间，08:00开始")
        grid = screen.grid
        assert grid.spot is not None
        assert grid.spot.held is not None
        assert (grid.spot.held.heads, grid.spot.held.until) == (4, at(desk, 10))
        await typed(pilot, ZENG)
        await until(pilot, lambda: isinstance(app.screen, BookingScreen))
        await pilot.press("enter")
        await says(pilot, "已登记候补")
        assert "=w" in drawn(grid, 1)
        assert (
            shown(pilot, "acts").strip() == "1 签到  3 续时  4 取消  6 候补名单  数字+回车  0 意见"
        )
        await pilot.press("6", "enter")
        await until(pilot, lambda: isinstance(app.screen, ChoosingScreen))
        await pilot.press("escape", "down", "right")
        await typed(pilot, SHAN)
        assert (grid.row, grid.slot) == (0, 0)  # to the one that he has
        await says(pilot, "该读者此时已有房间")
        await pilot.press("1", "enter")
        await says(pilot, "签到未开始")
        await pilot.press("delete")
        await until(pilot, lambda: isinstance(app.screen, AskScreen))
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is screen)
        assert "r" not in drawn(grid, 1)  # under the cursor it has the cursor's sign
        await pilot.press("4", "enter")
        await until(pilot, lambda: isinstance(app.screen, AskScreen))
        await pilot.press("left", "enter")
        await says(pilot, "候补曾*查")
        await until(pilot, lambda: "@曾*查==" in drawn(grid, 1))
        await pilot.press("ctrl+z")
        await says(pilot, "已恢复预约")
        await until(pilot, lambda: "@单*强=w" in drawn(grid, 1))
        bookings.cancel(desk, rooms.of_reader(desk, grid.spot.held.patron or "")[0].id)
        id = book(desk, 11, SHAN)  # and his group comes to that one
        clock.at = at(desk, 10) + timedelta(minutes=46)
        screen.day = None
        screen.reread()
        assert "!单*强==" in drawn(grid, 2)
        await pilot.press("pagedown")
        await typed(pilot, SHAN)  # wherever the cursor is
        await says(pilot, "1/3人")
        assert "已到1/3  保留至11:15" in shown(pilot, "here")
        for number, said in ((ZENG, "2/3人"), (OUYANG, "人已到齐，开始使用")):
            await typed(pilot, number)  # who have no room of their own: to the one of the cursor
            await says(pilot, said)
        await pilot.press("home")
        await until(pilot, lambda: "#单*强==" in drawn(grid, 2))
        await pilot.press("right", "2", "enter")
        await says(pilot, "已空出1个时段")
        assert rooms.held(desk, id).how == "left"
        await pilot.press("home")
        await typed(pilot, OUYANG)
        await until(pilot, lambda: isinstance(app.screen, BookingScreen))
        await pilot.press("enter")  # what runs now is taken at once
        await says(pilot, "202研讨间 开始使用")
    desk.close()


async def test_a_number_that_is_read_out_is_whole_and_leaves_no_room(
    tmp_path: Path, clock: ToyClock
) -> None:
    """Digit by digit, slower than any number is typed by itself."""

    async def slowly(text: str) -> None:
        for digit in text:
            await pilot.press(digit)
            await pilot.pause(0.3)

    store = store_in(tmp_path / "store")
    desk = by_badge(open_desk(store), "1002")
    app, screen = app_on(store, "1002"), RoomsScreen()
    async with app.run_test(size=(80, 24)) as pilot:
        await on(pilot, app, screen)
        await pilot.press("pagedown", "home")
        await slowly(SHAN[:5])
        line = screen.query_one(ScanBox)
        assert (line.value, screen.grid.length) == (SHAN[:5], 1)
        await pilot.press("escape")
        await slowly("112")  # no zero tells it, but no length has three digits
        assert (line.value, screen.grid.length) == ("112", 1)
        await pilot.press("escape")
        await until(pilot, lambda: not line.value)
        id = book(desk, 9, SHAN)  # the group is there when the telephone rings
        clock.at = nine = at(desk, 9)
        for number in (SHAN, ZENG, OUYANG):
            reader = reader_of(desk, number)
            assert reader is not None
            bookings.arrive(desk, id, reader.id)
        screen.day = None
        screen.reread()
        screen.grid.go_to(rooms.held(desk, id).room, nine)
        assert rooms.held(desk, id).state == "in_use"
        spot = screen.grid.spot
        assert spot is not None
        assert spot.held is not None
        await slowly(SHAN[:3])
        assert line.value == SHAN[:3]
        assert rooms.held(desk, id).state == "in_use"
    desk.close()


def test_by_keyboard_and_cards_alone_in_english(tmp_path: Path) -> None:
    """Raw bytes: a number books the half hour that runs, the group's cards come in one burst."""
    store = halls.hall_in(tmp_path / "store")
    desk = halls.desk_on(store)
    with front(tmp_path, store=store, badge="1003", language="en") as t:
        t.wait("Rooms 0 taken", seconds=30)
        t.keys("f5")
        t.wait(">Room 201")
        t.send(f"{halls.NUMBERS[0]}\r")
        t.wait("Book a room")
        t.keys("4", gap=0.4)
        t.keys("tab", "tab", "tab", "tab", "2", "enter", gap=0.1)
        t.wait("Room 201 is booked from")
        t.send("".join(f"{number}\r" for number in halls.NUMBERS[:4]))
        t.wait("4 of 4")
    (held,) = rooms.of_reader(desk, halls.reader(desk, halls.NUMBERS[0]))
    assert (held.heads, held.arrived, held.state) == (4, 4, "in_use")
    desk.close()
