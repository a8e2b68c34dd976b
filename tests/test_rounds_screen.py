"""Ctrl+R: labels one after the other, slips, and what is released."""

from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from textual.screen import Screen

from db.clock import SystemClock
from deskapp import conduct, found_things, round_slips, rounds, spaces
from deskapp.app import DeskApp
from deskapp.desk import open_desk
from deskapp.language import Language
from screens.choice import Field
from screens.rounds import ReleasingScreen, RoundsScreen
from tests.front import app_on, on, shown, until
from tests.halls import NUMBERS, desk_on, hall_in, reader, sit
from tests.program import by_badge
from tests.refusals import refused
from tests.toys import ToyClock


async def test_a_round(tmp_path: Path) -> None:
    store = hall_in(tmp_path / "store")
    desk = desk_on(store, "1004")
    sit(desk, NUMBERS[0], "commons/A-1", minutes=180)
    earlier = by_badge(open_desk(store, ToyClock(desk.now() - timedelta(minutes=100))), "1004")
    for label in ("A-1", "A-2"):
        rounds.mark(earlier, label, "commons")
    earlier.close()
    app = app_on(store, "1004")
    async with app.run_test(size=(80, 24)) as pilot:

        async def said(words: str) -> None:
            await until(pilot, lambda: words in shown(pilot, "message"))

        app.zone = "commons"
        await on(pilot, app, RoundsScreen())
        await pilot.press(*"b3", "enter")
        await said("B-3已标记")
        await pilot.press("1", "enter")
        await said("座位条1张：slips-")  # the name comes before the folder, whatever is cut off
        await pilot.press("3", "enter")
        for things in ("书包", ""):
            await until(pilot, lambda: isinstance(app.seen(), ReleasingScreen))
            form = app.screen
            form.query_one("#things", Field).value = things
            await pilot.press("ctrl+s")
            await until(pilot, partial(_left, app, form))
        await said("A-2已释放")
        assert "已标记1  到时0" in shown(pilot, "heading")
        await pilot.press("4", "enter")
        await said("B-3已取消标记")
    (violation,) = conduct.of_reader(desk, reader(desk, NUMBERS[0]))
    assert (violation.kind, violation.seat) == ("holding", "A-1")
    assert [thing.what for thing in found_things.things(desk)] == ["书包"]
    desk.close()


def _left(app: DeskApp, form: Screen[Any]) -> bool:
    return app.screen is not form


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
