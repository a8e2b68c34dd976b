"""What keys and text do in forms: nothing is dropped without a word, nothing written is lost."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from deskapp import request_lists, shifts
from deskapp.app import DeskApp
from deskapp.desk import Desk
from screens.base import DeskScreen
from screens.chasing import ChasingScreen
from screens.choice import Choice, Field
from screens.closing import ClosingScreen
from screens.correcting import CorrectingScreen
from screens.crisis import CrisisScreen
from screens.extending import ExtendingScreen
from screens.handing import HandingScreen
from screens.home import HomeScreen
from screens.leaving import LeavingScreen
from screens.log import LogScreen
from screens.shift import ComingScreen
from screens.telling import TellingScreen
from tests.front import app_on, at, front, never, on, shown, until
from tests.terminal import KEYS

Opened = Callable[[str], DeskScreen[Any]]
FORMS: tuple[Opened, ...] = (
    lambda _: ClosingScreen("问", "done", never),
    ExtendingScreen,
    ChasingScreen,
    CorrectingScreen,
    TellingScreen,
    HandingScreen,
    lambda _: ComingScreen(),
    lambda _: LeavingScreen(),
)


def seen(app: DeskApp, screen: type[DeskScreen[Any]]) -> bool:
    return isinstance(app.seen(), screen)


def first_of(desk: Desk) -> str:
    (line,) = request_lists.search(desk, "0001")
    return line.subject


@pytest.mark.parametrize("form", FORMS)
async def test_urgent_keys_lead_on_from_every_form(store: Path, desk: Desk, form: Opened) -> None:
    screen = form(first_of(desk))
    if isinstance(screen, LeavingScreen):
        shifts.open_shift(desk, [])
    app = app_on(store, "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        await on(pilot, app, screen)
        for key, opened in (("f0", CrisisScreen), ("f2", LogScreen)):
            await pilot.press(key)
            await until(pilot, partial(seen, app, opened))
            await pilot.press("escape")
            await until(pilot, lambda: app.seen() is screen)
        await pilot.press("ctrl+z")
        await until(pilot, lambda: "此处不能撤销" in shown(pilot, "message"))
        await pilot.press("ctrl+q", "f0")
        await until(pilot, lambda: isinstance(app.seen(), CrisisScreen))


async def test_of_the_urgent_keys_a_locked_desk_has_the_crisis_key_alone(store: Path) -> None:
    app = app_on(store)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.seen() and app.focused)
        screen = app.seen()
        await pilot.press("f2")
        assert app.seen() is screen
        await pilot.press("f0", "f0")
        await until(pilot, partial(seen, app, CrisisScreen))
        await pilot.press("escape")
        await until(pilot, lambda: app.seen() is screen)


def test_what_is_written_is_there_again(store: Path, desk: Desk) -> None:
    with front(store.parent, store=store, badge="1001") as t:
        t.wait("待我办理", seconds=30)
        t.keys(*"0001", "enter")
        t.wait("办理过程")
        t.keys("1")
        t.wait("办理结果")
        t.keys("up", "2")
        t.wait("单位")
        t.send("校医院")
        t.keys("f2")  # the telephone rings
        t.wait("首问登记")
        t.send("打印机卡纸\r")
        t.keys("enter")
        t.wait("已登记0004")
        t.wait("单位        校医院")
        t.keys("esc")
        t.wait("办理过程")
        t.keys(*"0002", "enter")
        t.wait("校友临时证")
        t.keys("1")
        t.wait("办理结果")
        assert "校医院" not in t.text()  # that is another matter
        t.keys("esc", gap=0.3)
        t.keys(*"0001", "enter")
        t.wait("考研座插座无电")
        t.keys("1")
        t.wait("单位        校医院")
        t.wait("已恢复上次未保存的内容")
        assert "2引导*" in t.text()


async def test_no_pin_is_kept_and_nobody_elses_text(store: Path, desk: Desk) -> None:
    app = app_on(store, "1004")
    async with app.run_test(size=(80, 24)) as pilot:
        await on(pilot, app, ClosingScreen("问", "not_possible", never).on("one"))
        for id_, text in (("answer", "无此书"), ("lead", "1003"), ("lead_pin", "135790")):
            app.screen.query_one(f"#{id_}", Field).value = text
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen))
        app.push_screen(ClosingScreen("问", "not_possible", never).on("one"))
        await at(pilot, app, "alternative-line")
        said = [app.screen.query_one(f"#{id_}", Field).value for id_ in ("lead", "lead_pin")]
        assert said == ["1003", ""]
        assert "135790" not in str(app.left)
        await pilot.press("escape")
        (place,) = app.left
        assert place == (app.desk.whoever().id, "ClosingScreen", "one")


async def test_text_where_one_chooses_by_digit_rings(
    store: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = app_on(store, "1001")
    rung: list[bool] = []
    monkeypatch.setattr(app, "bell", lambda: rung.append(True))
    async with app.run_test(size=(80, 24)) as pilot:
        await on(pilot, app, ExtendingScreen(first_of(desk)))
        await at(pilot, app, "way")
        await pilot.press("right")  # another department: there are no words to it
        await pilot.press("缺")
        await until(pilot, lambda: "请按数字选择" in shown(pilot, "message"))
        await pilot.press("9")
        await until(pilot, lambda: "没有选项9" in shown(pilot, "message"))
        assert len(rung) == 2
        assert app.screen.query_one("#way", Choice).value == "join"
        await pilot.press("1")
        await at(pilot, app, "reason")
        assert shown(pilot, "message") == ""  # no more than it is true
        await pilot.press("缺")
        await at(pilot, app, "note-line")
        assert app.screen.query_one("#note", Field).value == "缺"


def test_a_scan_in_a_form_is_answered(store: Path) -> None:
    with front(store.parent, store=store, badge="1001") as t:
        t.wait("待我办理", seconds=30)
        t.keys(*"0001", "enter")
        t.wait("办理过程")
        for digit, form in (("1", "办理结果"), ("4", "待读者补充什么"), ("5", "催办日期")):
            t.keys(digit)
            t.wait(form)
            t.send("2023101234\r")
            t.wait("请先按 Esc 返回再刷卡")
            assert "2023101234" not in t.text()
            t.send(KEYS["esc"])
            t.wait("办理过程")
            t.wait_gone("请先按 Esc")


def test_what_is_being_written_below_is_not_taken_back(store: Path) -> None:
    with front(store.parent, store=store, badge="1001") as t:
        t.wait("待我办理", seconds=30)
        t.keys("f2")
        t.wait("首问登记")
        t.send("校医院在哪\r")
        t.keys("3", "enter")
        t.wait("单位")
        t.keys("ctrl+y")
        t.wait("没有别的暂存")
        assert "单位" in t.text()
