"""F1: all keys of the screen at hand, and only those."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from deskapp import endings, request_lists
from deskapp.config import SETTINGS
from deskapp.desk import Desk
from deskapp.endings import Ending
from deskapp.keymap import FREE
from deskapp.language import Language
from screens import commands
from screens.base import DeskScreen
from screens.closing import ClosingScreen
from screens.help import all_keys
from screens.home import HomeScreen
from screens.record import RecordScreen
from screens.requests import RequestsScreen
from screens.signin import SignInScreen
from tests.catalogues import read
from tests.front import app_on, never, on, shown, until


def says(pilot: Pilot[None], words: str) -> bool:
    return words in shown(pilot, "message")


def told(screen: DeskScreen[Any]) -> dict[str, str]:
    """Keys and their sentences; none is told twice."""
    hints = screen.all_hints()
    keys = {hint.key: hint.sentence for hint in hints}
    assert len(keys) == len(hints)
    return keys


async def test_undo_and_taking_back_are_told_where_they_work(store: Path) -> None:
    app = app_on(store, "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen))
        home = app.seen()
        assert home is not None
        assert {"Ctrl+Z", "Ctrl+Y", "Ctrl+O 0", "方向键"} <= told(home).keys()
        form = ClosingScreen("问", "done", never)
        await on(pilot, app, form)
        assert {"F2", "F3", "Ctrl+Y", "Ctrl+O 0", "方向键"} <= told(form).keys()
        assert "Ctrl+Z" not in told(form)


async def test_the_palette_promises_nothing_that_it_lacks(store: Path) -> None:
    app = app_on(store)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.seen(), SignInScreen))
        screen = app.seen()
        assert screen is not None
        offered = {each.words for each in commands.offered(screen)}
        all_ = {words for key, words in read("zh_CN").items() if key.startswith("command.")}
        missing = {words for words in all_ - offered if len(words) > 2}
        assert "导入读者" in missing
        assert not any(words in told(screen)["Ctrl+P"] for words in missing)


async def test_a_closed_record_is_handed_to_nobody(store: Path, desk: Desk) -> None:
    ids = [request_lists.search(desk, number)[0].subject for number in ("0001", "0002")]
    endings.close(desk, ids[0], Ending("done", "已修好"))
    app = app_on(store, "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        for id_, open_ in zip(ids, (False, True), strict=True):
            screen = RecordScreen(id_)
            await on(pilot, app, screen)
            assert ("Ctrl+F" in told(screen)) == open_
            await pilot.press("ctrl+f")
            said = "已送剪贴板" if open_ else "此时不能用Ctrl+F"
            await until(pilot, partial(says, pilot, said))
            assert bool(shown(pilot, "note")) == open_
            await pilot.press("escape")


async def test_every_list_with_a_digit_is_named(store: Path) -> None:
    t, screen, app = Language("zh_CN"), RequestsScreen(), app_on(store, "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        await on(pilot, app, screen)
        for digit, which in enumerate(request_lists.LISTS[:9], 1):
            assert f"{digit}{t(f'list.{which}')}" in told(screen)["1-9"]


@pytest.mark.parametrize("rows", [24, 60])
async def test_that_there_is_more_is_said(store: Path, rows: int) -> None:
    app = app_on(store, "1001")
    async with app.run_test(size=(80, rows)) as pilot:
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen))
        await pilot.press("f1")
        await until(pilot, lambda: shown(pilot, "leave"))
        await pilot.pause(0.1)
        assert says_more(pilot) == (rows == 24)
        await pilot.press("end")
        await until(pilot, lambda: not says_more(pilot))
        await pilot.press("home")
        await pilot.pause(0.1)
        await until(pilot, lambda: says_more(pilot) == (rows == 24))


def says_more(pilot: Pilot[None]) -> bool:
    return "▼" in shown(pilot, "leave")


async def test_the_key_list_names_the_keys_that_may_be_given(store: Path) -> None:
    moved = 'certificates = "F2"\nlog = "F7"\n'
    (store / SETTINGS).write_text(f"[keys]\n{moved}", "utf-8")
    app = app_on(store, "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen))
        screen = app.seen()
        assert screen is not None
        hints = all_keys(screen).hints
        assert {hint.key for hint in hints if hint.key} == set(FREE.values())
        assert "F8 目前空闲" in hints[1].sentence


def test_sentences_begin_alike() -> None:
    small = [key for key, words in read("en").items() if ".help." in key and words[0].islower()]
    assert small == []
