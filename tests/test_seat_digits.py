"""F4: where a digit is no act, which acts are offered, and what 8 refuses at once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from deskapp import bans, places, readers
from deskapp.app import DeskApp
from deskapp.desk import Desk
from screens.scanbox import ScanBox
from screens.seats import SeatsScreen
from tests.front import app_on, on, shown, until
from tests.halls import NUMBERS, desk_on, hall_in, reader, sit

ONE, TWO = NUMBERS[:2]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return hall_in(tmp_path / "store")


@pytest.fixture
def desk(store: Path) -> Iterator[Desk]:
    desk = desk_on(store, "1003")
    yield desk
    desk.close()


async def seat_map(pilot: Pilot[None], app: DeskApp) -> SeatsScreen:
    screen = SeatsScreen()
    await on(pilot, app, screen)
    await pilot.press("pagedown")
    await until(pilot, lambda: screen.here == "commons")
    return screen


async def says(pilot: Pilot[None], words: str) -> None:
    await until(pilot, lambda: words in shown(pilot, "message"))


def closed(desk: Desk) -> list[str]:
    return [each.seat for each in places.seats(desk, "commons") if each.closed is not None]


async def test_while_a_card_waits_digits_are_whose_it_is(store: Path, desk: Desk) -> None:
    app = app_on(store, "1003")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await seat_map(pilot, app)
        screen.query_one(ScanBox).scan("0A1B2C3D4E", 20.0, 0.0)
        await until(pilot, lambda: "待绑定" in shown(pilot, "reader"))
        assert not shown(pilot, "digits").strip()
        await pilot.press("7", "enter")
        await says(pilot, "7")
        assert not closed(desk)
        assert "待绑定" in shown(pilot, "reader")
        await pilot.press(*ONE, "enter")
        await until(pilot, lambda: "李*" in shown(pilot, "reader"))
        (bound,) = readers.search(desk, ONE)
        assert screen.patron is not None
        assert screen.patron.id == bound.id
        assert "7停用" in shown(pilot, "digits")


async def test_only_what_can_be_done_is_offered(store: Path, desk: Desk) -> None:
    sit(desk, ONE, "commons/A-1")
    app = app_on(store, "1003")
    async with app.run_test(size=(80, 24)) as pilot:
        await seat_map(pilot, app)

        async def offered(digits: str) -> None:
            await until(pilot, lambda: shown(pilot, "digits").strip() == digits)

        await offered("1暂离 2签退 3换座 4遗留物品 5违规 6意见 7停用 8预约")
        await pilot.press("right")  # nobody sits there
        await offered("4遗留物品 5违规 6意见 7停用 9同坐 0候位")
        await pilot.press(*TWO, "enter")  # who has no seat
        await offered("4遗留物品 5违规 6意见 7停用 8预约 9同坐 0候位")
        app.speak("en")
        await offered("4things 5violation 6opinion 7close 8reserve 9group")
        await pilot.press("escape")
        await offered("4things 5violation 6opinion 7close 9group 0queue")


async def test_who_may_not_reserve_is_told_before_the_time_is_typed(
    store: Path, desk: Desk
) -> None:
    bans.impose(desk, reader(desk, ONE), "damage", 7)
    app = app_on(store, "1003")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await seat_map(pilot, app)
        await pilot.press(*ONE, "enter")
        await until(pilot, lambda: "李*" in shown(pilot, "reader"))
        await pilot.press("8", "enter")
        await says(pilot, "暂停使用至")
        assert not screen.begun
        await pilot.press("escape", *TWO, "enter")
        await until(pilot, lambda: "王*" in shown(pilot, "reader"))
        await pilot.press("8", "enter")
        await until(pilot, lambda: "时间如14:00" in shown(pilot, "reader"))
