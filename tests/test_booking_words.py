"""What bookings say that name no reader: the palette leads there, Enter erases it, once asked."""

from datetime import timedelta
from pathlib import Path

from deskapp import bookings, erasures, rooms
from deskapp.booking_rules import Wish
from screens import space_commands
from screens.asking import AskScreen
from screens.base import DeskScreen
from screens.booking_words import BookingWordsScreen
from screens.home import HomeScreen
from screens.longlist import LongList
from screens.rooms import RoomsScreen
from tests.front import app_on, shown, until
from tests.halls import NUMBERS, desk_on, hall_in, reader
from tests.test_clash_screen import picture


async def test_a_lead_erases_what_a_confidential_booking_says(tmp_path: Path) -> None:
    store = hall_in(tmp_path / "store")
    desk = desk_on(store, "1003")
    day = rooms.today(desk) + timedelta(days=1)
    begin = desk.midnight(day) + timedelta(hours=14)
    room, who = next(iter(desk.profile.rooms)), reader(desk, NUMBERS[0])
    wish = Wish(room, begin, begin + timedelta(hours=1), 1, who, "therapy", "谈失眠")
    bookings.book(desk, wish)
    app = app_on(store, "1003")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen) and app.focused)
        home = app.screen
        assert isinstance(home, DeskScreen)
        rooms_screen = RoomsScreen()
        app.push_screen(rooms_screen)
        await until(pilot, lambda: app.seen() is rooms_screen and rooms_screen.ready)
        assert "删除房间预约文字" in "".join(each.sentence for each in rooms_screen.all_hints())
        for command in space_commands.offered(home):
            if command.words == "删除房间预约文字":
                command.run()
        await until(pilot, lambda: isinstance(app.screen, BookingWordsScreen) and app.screen.ready)
        list_ = app.screen.query_one(LongList)
        assert list_.count == 1
        assert "占用" in picture(app)  # another department's: not a word of it
        assert "谈失眠" not in picture(app)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, AskScreen))
        await pilot.press("enter")  # no
        await until(pilot, lambda: isinstance(app.screen, BookingWordsScreen))
        assert len(erasures.worded_bookings(desk)) == 1
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, AskScreen))
        await pilot.press("right", "enter")
        await until(pilot, lambda: list_.count == 0)
        await until(pilot, lambda: "已删除" in shown(pilot, "message"))
    assert erasures.worded_bookings(desk) == []
    desk.close()
