"""The queue and the exemption windows on their screens."""

from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from deskapp import exemptions, places, plans, queues, seats
from screens.asking import AskScreen
from screens.choice import Field
from screens.exemptions import DeclaringScreen, ExemptionsScreen
from screens.longlist import LongList
from screens.queues import QueueScreen
from screens.scanbox import ScanBox
from tests.front import app_on, on, shown, until
from tests.halls import NUMBERS, desk_on, hall_in, reader, sit


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return hall_in(tmp_path / "store")


def _longer(list_: LongList[Any], before: int) -> bool:
    return list_.count == before + 1


async def test_a_card_joins_and_who_gives_up_is_passed_over(store: Path) -> None:
    desk = desk_on(store, "1001")
    with desk.act() as act:
        places.lay(act, {"it": plans.seats(("A .",))}, whole=True)
    sit(desk, NUMBERS[0], "it/A-1")
    app = app_on(store, "1004")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, app.seen)
        app.zone = "it"
        screen = QueueScreen()
        await on(pilot, app, screen)
        list_ = screen.query_one(LongList)
        for number in NUMBERS[1:3]:
            before = list_.count
            screen.query_one(ScanBox).scan(number, 20.0, 0.0)
            await until(pilot, partial(_longer, list_, before))
        assert "前面1人" in shown(pilot, "message")
        seats.leave(desk, reader(desk, NUMBERS[0]))
        await until(pilot, lambda: "A-1已为您保留至" in shown(pilot, "note"))
        assert "候位1" in shown(pilot, "heading")
        await pilot.press("ctrl+f")
        await until(pilot, lambda: app.clipboard.startswith("您好"))
        await pilot.press(*"12")  # the beginning of somebody's number
        await until(pilot, lambda: screen.query_one(ScanBox).value == "12")
        assert list_.count == 2
        await pilot.press("backspace", "enter")  # 1: gives up
        await until(pilot, lambda: list_.count == 1)
        assert "已叫号A-1" in shown(pilot, "message")
    (place,) = queues.queue(desk, "it")
    assert place.reader is not None
    assert (place.reader.id, place.status) == (reader(desk, NUMBERS[2]), "called")
    desk.close()


async def test_a_power_cut_is_declared_ended_and_taken_back(store: Path) -> None:
    desk = desk_on(store, "1003")
    app = app_on(store, "1003", "en")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = ExemptionsScreen()
        await on(pilot, app, screen)
        list_ = screen.query_one(LongList)
        await pilot.press("1")
        await until(pilot, lambda: isinstance(app.screen, DeclaringScreen))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "reason" in shown(pilot, "message"))
        await pilot.press("2", "enter", "3")
        for name in ("since", "until"):
            app.screen.query_one(f"#{name}", Field).value = "00:00"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: list_.count == 1)
        (window,) = exemptions.windows(desk)
        assert (window.why, window.zones) == ("power", (list(desk.profile.zones)[1],))
        assert window.until - window.since == timedelta(days=1)  # past midnight
        await pilot.press("2")
        await until(pilot, lambda: not exemptions.windows(desk)[0].running)
        await until(pilot, lambda: "2 Over" not in shown(pilot, "keys"))
        await pilot.press("3")
        await until(pilot, lambda: isinstance(app.screen, AskScreen))
        await pilot.press("right", "enter")
        await until(pilot, lambda: list_.count == 0)
    desk.close()
