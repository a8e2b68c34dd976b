"""F6, an event, 6 to 8: volunteers by card, results and their list, feedback in one line."""

from datetime import timedelta
from pathlib import Path

import pytest
from rich.table import Table
from textual.widgets import Input, OptionList, Static

from db.clock import stamp
from deskapp import feedback, helpers, results
from deskapp.desk import Desk
from deskapp.helpers import Shift, State
from deskapp.results import Achieved
from screens.asking import AskScreen
from screens.choice import Field
from screens.choosing import ChoosingScreen
from screens.event import EventScreen
from screens.feedback import FeedbackScreen
from screens.gathered_importing import GatheredImportingScreen
from screens.helpers import HelpersScreen, ShiftScreen
from screens.longlist import LongList
from screens.reader import ReaderScreen
from screens.reasons import ReasonScreen
from screens.result_forms import ResultScreen
from screens.results import ResultsScreen
from tests.front import app_on, at, on, shown, until
from tests.halls import NUMBERS, desk_on, hall_in, reader

SMALL, LARGE = (80, 24), (160, 48)
"""of the terminal: it may grow at any time"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return hall_in(tmp_path / "store")


def gathered(desk: Desk) -> str:
    """An event that is on now."""
    now = desk.now()
    session = {
        "id": "s1",
        "begins": stamp(now - timedelta(minutes=5)),
        "until": stamp(now + timedelta(minutes=55)),
        "place": "报告厅",
    }
    said = {"number": 7, "title": "信息检索大赛", "kind": "search_contest", "helpers": 2}
    with desk.act() as act:
        event = act.new_subject("event")
        more = {"department": "information", "sessions": [session]}
        act.record("event.announced", event, {**said, **more})
    return event


async def test_a_volunteers_card_plans_then_signs(store: Path) -> None:
    desk = desk_on(store)
    event = gathered(desk)
    app = app_on(store, "1003")
    async with app.run_test(size=SMALL) as pilot:
        await on(pilot, app, EventScreen(event))
        await until(pilot, lambda: "6志愿者" in shown(pilot, "keys"))
        await pilot.press("6", "enter")
        await until(pilot, lambda: isinstance(app.screen, HelpersScreen) and app.screen.ready)
        assert "需志愿者2人" in shown(pilot, "heading")
        await pilot.press(*NUMBERS[0], "enter")
        await until(pilot, lambda: isinstance(app.screen, ShiftScreen) and app.screen.ready)
        assert app.screen.query_one("#begin", Field).value
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, HelpersScreen))
        await until(pilot, lambda: "已安排李*的班次" in shown(pilot, "message"))
        await pilot.press(*NUMBERS[0], "enter")
        await until(pilot, lambda: "李*已签到" in shown(pilot, "message"))
        await pilot.resize_terminal(*LARGE)
        assert "在岗1" in shown(pilot, "heading")
        await pilot.press(*NUMBERS[0], "enter")
        await until(pilot, lambda: "已刷卡" in shown(pilot, "message"))
        (duty,) = helpers.of_event(desk, event)
        assert duty.state is State.THERE
        await pilot.press("ctrl+z")
        await until(pilot, lambda: "已撤销李*的签到" in shown(pilot, "message"))
        app.push_screen(ReaderScreen(reader(desk, NUMBERS[0])))
        await until(pilot, lambda: isinstance(app.screen, ReaderScreen) and app.screen.ready)
        about = app.screen.query_one("#about", Static).content
        assert isinstance(about, Table)
        assert "认定时长0:00  信息检索大赛" in " ".join(map(str, about.columns[1].cells))
    desk.close()


async def test_leave_too_late_is_excused_by_a_lead(store: Path) -> None:
    desk = desk_on(store)
    event, now = gathered(desk), desk.now()
    shift = Shift(now + timedelta(minutes=30), now + timedelta(minutes=90))
    helpers.plan(desk, event, reader(desk, NUMBERS[0]), shift)
    app = app_on(store, "1003", "en")
    async with app.run_test(size=(80, 24)) as pilot:
        await on(pilot, app, HelpersScreen(event))
        await pilot.press("3", "enter")
        await until(pilot, lambda: isinstance(app.screen, ReasonScreen) and app.screen.ready)
        await pilot.press("2", "enter")
        await until(pilot, lambda: "a shift lead decides" in shown(pilot, "message"))
        await pilot.press("5", "enter")
        await until(pilot, lambda: isinstance(app.screen, ReasonScreen) and app.screen.ready)
        await pilot.press("1", "enter")
        await until(pilot, lambda: "does not count as absent" in shown(pilot, "message"))
        assert helpers.of_event(desk, event)[0].state is State.LEAVE
    desk.close()


async def test_results_are_entered_decided_and_confirmed(store: Path) -> None:
    desk = desk_on(store)
    event = gathered(desk)
    app = app_on(store, "1003")
    async with app.run_test(size=SMALL) as pilot:
        await on(pilot, app, ResultsScreen(event))
        await pilot.press(*NUMBERS[0], "enter")
        await until(pilot, lambda: isinstance(app.screen, ResultScreen) and app.screen.ready)
        await pilot.press(*"90", "enter")
        await until(pilot, lambda: "已录入李*的成绩" in shown(pilot, "message"))
        results.enter(desk, event, Achieved(name="医学院队", score=90))
        await until(pilot, lambda: "2人并列，只余1个名额" in shown(pilot, "about"))
        await pilot.resize_terminal(*LARGE)
        await pilot.press("5", "enter")
        await until(pilot, lambda: "请先选定" in shown(pilot, "message"))
        await pilot.press("3", "enter")
        await until(pilot, lambda: "排在并列者之前" in shown(pilot, "message"))
        assert "并列" not in shown(pilot, "about")
        row = app.screen.query_one(LongList).row
        assert row is not None
        chosen = row.id
        await pilot.press("5", "enter")
        await until(pilot, lambda: isinstance(app.screen, AskScreen))
        await pilot.press("left", "enter")
        await until(pilot, lambda: "名单已确认" in shown(pilot, "message"))
        first, _ = results.confirmed(desk, event)
        prizes = {each.result: each.prize for each in results.confirmed(desk, event)}
        assert prizes[chosen] == "first"
        assert first.rank == 1
        await until(pilot, lambda: "确认" in shown(pilot, "heading"))
    desk.close()


async def test_a_heap_of_paper_is_one_line(store: Path) -> None:
    desk = desk_on(store)
    event = gathered(desk)
    app = app_on(store, "1003")
    async with app.run_test(size=SMALL) as pilot:
        await on(pilot, app, FeedbackScreen(event))
        await pilot.press(*"5x23 4*7", "enter")
        await until(pilot, lambda: "已登记30份：平均4.77分" in shown(pilot, "message"))
        await pilot.resize_terminal(*LARGE)
        await pilot.press(*"6x2", "enter")
        await until(pilot, lambda: "看不懂" in shown(pilot, "message"))
        assert feedback.of_event(desk, event).count == 30
        await pilot.press("escape")
    desk.close()


async def test_sheets_come_in_from_an_events_own_pages(store: Path, tmp_path: Path) -> None:
    """Columns are shown first; which line is wrong and why is said, and the others count."""
    desk = desk_on(store)
    event = gathered(desk)
    files = {
        "attendance.csv": f"学号,第1次\n{NUMBERS[0]},√\n{NUMBERS[1]},大概\n",
        "results.csv": f"学号,得分\n{NUMBERS[0]},92\n2099,80\n",
        "feedback.csv": "评分,意见\n5,好\n9,\n",
    }
    for name, words in files.items():
        (tmp_path / name).write_text(words, "utf-8")
    app = app_on(store, "1003")

    async def load(name: str, column: str, said: str, wrong: str) -> None:
        await until(pilot, lambda: isinstance(app.screen, GatheredImportingScreen))
        await at(pilot, app, "path")
        app.screen.query_one("#path", Input).value = str(tmp_path / name)
        await pilot.press("enter")

        await at(pilot, app, "columns")
        assert column in str(app.screen.query_one("#columns", OptionList).options[1].prompt)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: wrong in shown(pilot, "wrong"))
        assert app.job is not None
        assert f"{said}，已有0行；未导入1行" in app.job.said(app.t)[0]
        await pilot.press("escape")

    async with app.run_test(size=SMALL) as pilot:
        await on(pilot, app, EventScreen(event))
        await until(pilot, lambda: "7成绩" in shown(pilot, "keys"))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ChoosingScreen))
        (which,) = (
            place
            for place, option in enumerate(app.screen.query_one(OptionList).options)
            if "签到表" in str(option.prompt)
        )
        await pilot.press(*["down"] * which, "enter")
        await load("attendance.csv", "周", "新登记1行", "第3行　签到标记“大概”无法识别")
        await until(pilot, lambda: isinstance(app.screen, EventScreen))
        await pilot.press("7", "enter")
        await until(pilot, lambda: "6导入" in shown(pilot, "keys"))
        await pilot.press("6", "enter")
        await load("results.csv", "-> 得分", "新登记1行", "第3行　")
        await until(pilot, lambda: "1人（队）" in shown(pilot, "heading"))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, EventScreen))
        await pilot.press("8", "enter")
        await until(pilot, lambda: "3导入" in shown(pilot, "keys"))
        await pilot.press("tab", "3")
        await load("feedback.csv", "-> 意见", "新登记1行", "第3行　")
        await until(pilot, lambda: isinstance(app.screen, FeedbackScreen))
    assert feedback.of_event(desk, event).counts == (0, 0, 0, 0, 1)
    assert [each.score for each in results.standings(desk, event).lines] == [92]
    desk.close()
