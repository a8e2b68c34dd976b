"""Closing on the screen: what is missing is asked for where it belongs."""

from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Static

from deskapp.app import DeskApp
from deskapp.endings import Ending
from screens.choice import Field
from screens.closing import ClosingScreen
from screens.home import HomeScreen
from screens.reasons import ReasonScreen
from tests.front import app_on, shown, until

LIBRARIAN, LEAD = "1004", "1003"


class Closing:
    """The screen for one result, and the endings that got through it."""

    def __init__(self, pilot: Pilot[None], app: DeskApp) -> None:
        self.pilot, self.app = pilot, app
        self.given: list[Ending] = []

    async def open(self, result: str) -> None:
        await until(self.pilot, lambda: isinstance(self.app.seen(), HomeScreen))

        def close(ending: Ending) -> Ending:
            self.given.append(ending)
            return ending

        self.app.push_screen(ClosingScreen("问", result, close))
        await until(self.pilot, lambda: isinstance(self.app.seen(), ClosingScreen) and self.at)

    @property
    def at(self) -> str:
        """The line that has the focus."""
        return (self.app.focused.id or "") if self.app.focused else ""

    def shown(self) -> list[str]:
        return [each.id or "" for each in self.app.screen.query(Field) if each.display]

    def write(self, **values: str) -> None:
        for name, value in values.items():
            self.app.screen.query_one(f"#{name}", Field).value = value

    async def asks(self, key: str, line: str, words: str) -> None:
        """Press it: nothing is closed, the line has the focus, and it is said why."""
        self.app.screen.query_one("#message", Static).update("")
        await self.pilot.press(key)
        await until(self.pilot, lambda: words in shown(self.pilot, "message"))
        await self.goes_to(line)
        assert self.given == []

    async def goes_to(self, line: str) -> None:
        await until(self.pilot, lambda: self.at == line)


async def test_an_empty_line_of_a_referral_is_gone_to(store: Path) -> None:
    app = app_on(store, LIBRARIAN)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = Closing(pilot, app)
        await screen.open("referred")
        assert screen.shown() == ["answer", "unit", "place", "telephone"]
        assert screen.at == "unit-line"
        await screen.asks("enter", "unit-line", "引导须告知单位")
        screen.write(place="东门", telephone="2591234")
        await pilot.press("down", "down")
        await until(pilot, lambda: screen.at == "telephone-line")
        await screen.asks("enter", "unit-line", "引导须告知单位")
        screen.write(unit="校医院", place=" ")
        await pilot.press("enter")  # on to the next empty line
        await until(pilot, lambda: screen.at == "place-line")
        await screen.asks("enter", "place-line", "引导须告知单位")
        screen.write(place="东门", answer="")
        await pilot.press("down")
        await screen.asks("enter", "answer-line", "请填写答复内容")
        screen.write(answer="已告知")
        await pilot.press("enter")
        await until(pilot, lambda: screen.given)
    assert screen.given == [Ending("referred", "已告知", "校医院", "东门", "2591234")]


async def test_not_possible_asks_for_the_alternative_then_for_the_lead(store: Path) -> None:
    app = app_on(store, LIBRARIAN)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = Closing(pilot, app)
        await screen.open("not_possible")
        assert screen.shown() == ["answer", "alternative", "lead", "lead_pin"]
        assert screen.at == "alternative-line"
        await screen.asks("enter", "alternative-line", "替代办法")
        screen.write(alternative="馆际互借")
        await pilot.press("down", "down")
        await until(pilot, lambda: screen.at == "lead_pin-line")
        await screen.asks("enter", "lead-line", "须经值班长同意")
        await screen.asks("enter", "lead-line", "须经值班长同意")
        screen.write(lead=LEAD)
        await pilot.press("enter")
        await until(pilot, lambda: screen.at == "lead_pin-line")
        assert screen.given == []
        await pilot.press("enter")  # no PIN: agreed by telephone
        await until(pilot, lambda: screen.given)
    assert screen.given == [Ending("not_possible", alternative="馆际互借", lead=LEAD)]


async def test_a_lead_is_asked_for_nobodys_agreement(store: Path) -> None:
    app = app_on(store, LEAD)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = Closing(pilot, app)
        await screen.open("not_possible")
        assert screen.shown() == ["answer", "alternative"]
        screen.write(alternative="馆际互借")
        await pilot.press("enter")
        await until(pilot, lambda: screen.given)
    assert screen.given == [Ending("not_possible", alternative="馆际互借")]


async def test_another_result_begins_at_what_it_needs(store: Path) -> None:
    app = app_on(store, LIBRARIAN)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = Closing(pilot, app)
        await screen.open("done")
        assert (screen.at, screen.shown()) == ("answer-line", ["answer"])
        await screen.asks("enter", "answer-line", "请填写答复内容")
        for digit, line in (("2", "unit-line"), ("3", "alternative-line"), ("1", "answer-line")):
            app.screen.query_one("#result").focus()
            await pilot.press(digit)
            await screen.goes_to(line)


async def test_a_digit_alone_is_a_result_and_no_answer(store: Path) -> None:
    app = app_on(store, LEAD)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = Closing(pilot, app)
        await screen.open("done")
        for key in ("enter", "ctrl+s"):
            screen.write(answer="")
            app.screen.query_one("#answer", Field).line.focus()
            await pilot.press("9")
            await screen.asks(key, "answer-line", "没有选项9")
        await pilot.press("backspace", "3", "enter")
        await screen.goes_to("alternative-line")
        answer = app.screen.query_one("#answer", Field)
        assert (answer.value, answer.line.placeholder) == ("", "可不填，以替代办法答复")
        await pilot.press("up", "2", "enter")
        await screen.goes_to("unit-line")
        assert (answer.value, answer.line.placeholder) == ("已告知去处", "")
        assert screen.given == []
        screen.write(answer="3本", unit="校医院", place="东门", telephone="2591234")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: screen.given)
    assert screen.given == [Ending("referred", "3本", "校医院", "东门", "2591234")]


async def test_a_digit_alone_is_a_usual_reason(store: Path) -> None:
    app, usual = app_on(store, LEAD), ("非本部门职责", "材料不全")
    given: list[str] = []

    def give(reason: str) -> str:
        given.append(reason)
        return reason

    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen))
        for reasons in ((), usual):
            app.push_screen(ReasonScreen("退回", "问", "原因", give, reasons))
            await until(pilot, lambda: app.focused and app.focused.id == "reason-line")
            await pilot.press("3", "enter")
            await until(pilot, lambda: "没有选项3" in shown(pilot, "message"))
            assert given == []
            await pilot.press("backspace", "2", "enter")
            if reasons:
                await until(pilot, lambda: given)
            else:
                await until(pilot, lambda: "没有选项2" in shown(pilot, "message"))
                await pilot.press("backspace", "escape")
                await until(pilot, lambda: isinstance(app.seen(), HomeScreen))
    assert given == ["材料不全"]
