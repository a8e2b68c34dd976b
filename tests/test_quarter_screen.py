"""A reader's quarter on the screen, from their page: what it counts and why, and the one before."""

from datetime import timedelta
from pathlib import Path

from deskapp import quarters, reader_page, visit_files
from deskapp.language import Language
from screens.longlist import LongList
from screens.quarter import QuarterScreen
from screens.reader import ReaderScreen
from tests.commanding import table
from tests.front import app_on, on, shown, until
from tests.halls import NUMBERS, desk_on, hall_in, reader, sit


async def test_a_digit_opens_the_quarter_and_another_the_one_before(tmp_path: Path) -> None:
    store = hall_in(tmp_path / "store")
    desk = desk_on(store)
    before = quarters.of(desk.now().date()).moved(-1)
    day = (before.first + timedelta(days=9)).isoformat()
    rows = [
        f"{NUMBERS[0]},{day} 09:00,{day} 11:05:07,东门",
        f"{NUMBERS[0]},{day} 10:00,{day} 12:00,西门",
    ]
    gate = table(tmp_path / "gate.csv", "学号,进馆时间,离馆时间,闸机", *rows)
    assert visit_files.load(desk, gate, Language()).entered == 2
    sit(desk, NUMBERS[0], "commons/A-1", minutes=0)
    app = app_on(store, "1002")
    async with app.run_test(size=(80, 24)) as pilot:
        page = ReaderScreen(reader(desk, NUMBERS[0]))
        await on(pilot, app, page)
        assert "1在馆时长" in shown(pilot, "keys")
        await pilot.press("1")
        await until(pilot, lambda: isinstance(app.screen, QuarterScreen) and app.screen.ready)
        list_ = app.screen.query_one(LongList)
        assert list_.count == 1
        assert "李*" in shown(pilot, "about")
        assert NUMBERS[0] not in shown(pilot, "about")
        assert "仍在座，计到现在" in shown(pilot, "words")
        assert "信息共享空间 A-1" in shown(pilot, "words")
        await pilot.press("2")
        await until(pilot, lambda: "此时不能用2" in shown(pilot, "message"))
        await pilot.press("1")
        await until(pilot, lambda: list_.count == 2)
        which = f"{before.year}年第{before.number}季度"
        assert shown(pilot, "heading") == f" {which}  合计 3:00:00（时分秒）  2条"
        assert "东门  全部计入" in shown(pilot, "words")
        await pilot.press("down")
        await until(pilot, lambda: "其中1:05:07已计入前面的行" in shown(pilot, "words"))
        assert "2下一季度" in shown(pilot, "keys")
        await pilot.press("2")
        await until(pilot, lambda: list_.count == 1)
    looks = reader_page.again(desk, reader(desk, NUMBERS[0])).looks
    assert [look.what for look in looks] == [quarters.PRESENCE, reader_page.PAGE]
    desk.close()
