"""Another language in the middle of a form: nothing written, chosen or ticked is lost."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deskapp import leaving, request_lists, requests, shifts
from deskapp.desk import Desk
from deskapp.requests import Question
from screens.base import DeskScreen
from screens.chasing import ChasingScreen
from screens.choice import Choice, Field
from screens.closing import ClosingScreen
from screens.correcting import CorrectingScreen
from screens.counts import CountsScreen
from screens.extending import ExtendingScreen
from screens.found_things import LoggingScreen
from screens.handing import HandingScreen
from screens.leaving import LeavingScreen
from screens.log import LogScreen
from screens.reasons import ReasonScreen
from screens.scanbox import ScanBox
from screens.shift import ComingScreen
from screens.signing import SigningScreen
from screens.telling import TellingScreen
from screens.temporary import TemporaryScreen
from screens.tickline import TickLine
from tests.front import app_on, front, never, on, shown, until

FORMS: dict[str, Callable[[str], DeskScreen[Any]]] = {
    "log": lambda _: LogScreen(),
    "hand over": HandingScreen,
    "close": lambda _: ClosingScreen("问", "done", never),
    "correct": CorrectingScreen,
    "extend": ExtendingScreen,
    "wait outside": ChasingScreen,
    "tell": TellingScreen,
    "sign": SigningScreen,
    "reason": lambda _: ReasonScreen("退回", "问", "原因", str, ("非本部门", "材料不全")),
    "come": lambda _: ComingScreen(),
    "leave": lambda _: LeavingScreen(),
    "lost thing": lambda _: LoggingScreen(),
    "counts": lambda _: CountsScreen(),
    "temporary reader": lambda _: TemporaryScreen(),
}


def lines(screen: DeskScreen[Any]) -> dict[str | None, object]:
    """What stands in each line, whether it is to be seen, and where one is."""
    found: dict[str | None, object] = {"focus": screen.focused.id if screen.focused else None}
    for choice in screen.query(Choice):
        found[choice.id] = (choice.value, choice.display)
    for field in screen.query(Field):
        found[field.id] = (field.value, field.display)
    for ticks in screen.query(TickLine):
        found[ticks.id] = (ticks.ticked, ticks.display)
    for box in screen.query(ScanBox):
        if box.id:
            found[box.id] = box.value
    return found


def fill_in(screen: DeskScreen[Any]) -> None:
    """Something else than is usual in every line."""
    for choice in screen.query(Choice):
        if choice.options:
            choice.choose(choice.options[-1].value)
            picked = Choice.Picked(choice, choice.options[-1].value, digit=False)
            getattr(screen, "on_choice_picked", str)(picked)
    for number, field in enumerate(screen.query(Field)):
        field.value = f"{number}号"


@pytest.mark.parametrize("form", FORMS)
async def test_a_form_is_as_it_was(store: Path, desk: Desk, form: str) -> None:
    id_ = requests.log(desk, Question("借还机卡书")).id
    if form == "leave":
        shifts.open_shift(desk)
    app = app_on(store, "1001")
    async with app.run_test(size=(80, 40)) as pilot:
        screen = FORMS[form](id_)
        await on(pilot, app, screen)
        fill_in(screen)
        for ticks in screen.query(TickLine):
            ticks.focus()
            await pilot.press("1")
        await pilot.press("down")
        await pilot.pause(0.2)
        before, title = lines(screen), screen.title_words()
        assert len(before) > 1
        for code in ("en", "zh_CN"):
            app.speak(code)
            await until(pilot, lambda: screen._spoken == app.t.code and screen.ready)
            await pilot.pause(0.1)
            assert lines(screen) == before
            assert form == "reason" or (screen.title_words() == title) == (code == "zh_CN")


async def test_the_reader_of_a_correction_stays(store: Path, desk: Desk) -> None:
    id_ = requests.log(desk, Question("借还机卡书")).id
    app = app_on(store, "1001")
    async with app.run_test(size=(80, 40)) as pilot:
        screen = CorrectingScreen(id_)
        await on(pilot, app, screen)
        screen.scanned(screen.query_one("#reader", Field), "2023101234")
        screen.query_one("#reason", Field).value = "漏记读者"
        await pilot.pause(0.1)
        app.speak("en")
        await until(pilot, lambda: screen._spoken == "en" and screen.ready)
        screen.action_go_on()
        await until(pilot, lambda: request_lists.record(desk, id_).patron_number == "2023101234")
        await until(pilot, lambda: "To do" in shown(pilot, "mine-heading"))  # Home follows


async def test_what_is_put_aside_waits_for_the_other_language(
    store: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time to write comes while the lines are being put up anew."""
    shifts.open_shift(desk)
    app = app_on(store, "1001")
    async with app.run_test(size=(80, 40)) as pilot:
        screen = LeavingScreen()
        await on(pilot, app, screen)
        screen.query_one("#note", Field).value = "五层打印机"
        put_up = screen.recompose

        async def meanwhile() -> None:
            await screen.query("*").remove()
            screen._write_now()
            await put_up()

        monkeypatch.setattr(screen, "recompose", meanwhile)
        app.speak("en")
        await until(pilot, lambda: leaving.taken_up(desk).note == "五层打印机")


async def test_a_reader_is_named_in_the_other_language(store: Path) -> None:
    app = app_on(store, "1001")
    async with app.run_test(size=(80, 40)) as pilot:
        screen = LogScreen(words="借还机卡书")
        await on(pilot, app, screen)
        screen._scan("2023101234")
        reader = screen.query_one("#reader", Field)
        await until(pilot, lambda: "*" in reader.value)
        before = reader.value
        app.speak("en")
        await until(pilot, lambda: screen._spoken == "en" and screen.ready)
        await until(pilot, lambda: screen.query_one("#reader", Field).value != before)
        assert screen.writing.patron is not None
        app.speak("zh_CN")
        await until(pilot, lambda: screen.query_one("#reader", Field).value == before)


def test_half_a_request_is_logged_in_another_language(tmp_path: Path) -> None:
    """In the real program, by the palette."""
    with front(tmp_path, badge="1001") as t:
        t.wait("待我办理", seconds=30)
        t.keys("f2")
        t.wait("首问登记")
        t.send("三楼的灯")
        t.wait("三楼的灯")
        t.keys("ctrl+p")
        t.wait("查找命令")
        t.send("英文")
        t.wait_gone("退出程序")
        t.keys("enter")
        t.wait("Log a request", "Question")
        t.wait("三楼的灯")
        t.send("坏了")
        t.wait("三楼的灯坏了")
        t.keys("enter", "1", "enter")
        t.wait("To do")
        t.keys("f3", "6")
        t.wait("三楼的灯坏了")
