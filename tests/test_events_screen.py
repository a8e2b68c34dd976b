"""F6: events announced, repeated, moved, called off and reported by keys; the year by its weeks."""

from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from deskapp import event_questions, events, series
from deskapp.app import DeskApp
from deskapp.desk import Desk, open_desk
from deskapp.event_lists import wanted
from deskapp.events import EventList, Plan, Question, Time
from screens import event_entries
from screens.announcing import AnnouncingScreen, ChangingScreen
from screens.base import DeskScreen
from screens.choice import Choice, Field
from screens.choosing import ChoosingScreen
from screens.event import EventScreen
from screens.event_entries import Entry
from screens.events import EventsScreen
from screens.longlist import LongList
from screens.reasons import ReasonScreen
from screens.scheduling import MovingScreen, SchedulingScreen
from screens.series import OpeningSeriesScreen, SeriesEventsScreen, SeriesScreen
from screens.tickline import TickLine
from screens.year import YearScreen
from screens.year_grid import YearGrid
from tests.front import app_on, front, on, shown, store_in, until
from tests.program import by_badge


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return store_in(tmp_path / "store")


def desk_of(store: Path, badge: str = "1001") -> Desk:
    return by_badge(open_desk(store), badge)


def at(desk: Desk, days: int, hour: int = 10, place: str = "lecture") -> Time:
    day = desk.now().date() + timedelta(days=days)
    begin = datetime.combine(day, time(hour), desk.zone)
    return Time(begin, begin + timedelta(minutes=90), place)


def announce(desk: Desk, title: str, *days: int, **more: Any) -> str:
    sessions = [at(desk, each) for each in days]
    return events.announce(desk, Plan(title, "lecture", sessions, **more)).id


async def told(pilot: Pilot[None], words: str) -> None:
    await until(pilot, lambda: words in shown(pilot, "message"))


async def seen(pilot: Pilot[None], app: DeskApp, kind: type[Any]) -> None:
    await until(pilot, lambda: isinstance(app.screen, kind) and app.screen.is_mounted)
    await pilot.pause()


def write(app: DeskApp, **lines: str) -> None:
    for name, words in lines.items():
        app.screen.query_one(f"#{name}", Field).value = words


def titles(app: DeskApp) -> list[str]:
    list_ = app.screen.query_one("#list", LongList)
    rows = (list_._pages.row(place) for place in range(list_.count))
    return [row.title for row in rows if row is not None]


async def own(pilot: Pilot[None], app: DeskApp, name: str) -> None:
    """What is done to the event itself, by its name in the menu."""
    screen = app.screen
    assert isinstance(screen, EventScreen)
    names = [each for each, _ in screen._choices()]
    await pilot.press("9", "enter")
    await seen(pilot, app, ChoosingScreen)
    await pilot.press(str(names.index(name) + 1))


async def test_an_event_by_keys_alone(store: Path) -> None:
    app = app_on(store, "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        await on(pilot, app, EventsScreen())
        await pilot.press("9", "enter")
        await seen(pilot, app, AnnouncingScreen)
        await pilot.press("ctrl+s")
        await told(pilot, "日期")
        write(app, title="检索大赛", day="2030-11-24", begin="10:30", place="报告厅", times="3")
        app.screen.query_one("#kind", Choice).focus()
        await pilot.press("3")
        field = app.screen.query_one("#questions", Field)
        await until(pilot, lambda: field.value == "参赛队名")
        app.screen.query_one("#repeats", Choice).focus()
        await pilot.press("2", "ctrl+s")
        await seen(pilot, app, EventScreen)
        await told(pilot, "已发布2F-1，共3场")
        await until(pilot, lambda: "检索大赛" in shown(pilot, "heading"))
        screen = app.screen
        assert isinstance(screen, EventScreen)
        assert screen.event is not None
        first, *others = screen.event.sessions
        assert f"{first.begin:%m-%d %H:%M} {first.until:%H:%M}" == "11-24 10:30 12:30"
        assert len(others) == 2
        assert screen.event.repeats == "weekly"
        assert [each.text for each in screen.event.questions] == ["参赛队名"]

        await own(pilot, app, "change")
        await seen(pilot, app, ChangingScreen)
        write(app, need="毕业前不会检索", capacity="60", questions="参赛队名!；餐食:清真/普通@")
        await pilot.press("ctrl+s")
        await told(pilot, "2F-1已改")
        assert "毕业前不会检索" in "".join(render(screen))
        questions = screen.event.questions
        assert [each.code for each in questions] == ["team", "q1"]
        assert questions[1].choices == ("清真", "普通")

        await own(pilot, app, "move")
        await seen(pilot, app, MovingScreen)
        write(app, until="05:00")
        await pilot.press("ctrl+s")
        await told(pilot, "结束时间应晚于开始时间")
        write(app, until="01:00")
        await pilot.press("ctrl+s")
        await told(pilot, "已改")
        assert screen.row is not None
        assert screen.row.until.date() == first.until.date() + timedelta(days=1)

        await own(pilot, app, "schedule")
        await seen(pilot, app, SchedulingScreen)
        write(app, day="2030-12-24")
        await pilot.press("ctrl+s")
        await told(pilot, "已加1场")

        await own(pilot, app, "drop")
        await seen(pilot, app, ReasonScreen)
        await pilot.press("1", "enter")
        await told(pilot, "已取消")
        assert screen.row.cancelled
        await pilot.press("ctrl+z")
        await told(pilot, "已撤销：2F-1该场照常")

        await own(pilot, app, "cancel")
        await seen(pilot, app, ReasonScreen)
        write(app, reason="疫情")
        await pilot.press("enter")
        await told(pilot, "已取消")
        assert "已取消 疫情" in shown(pilot, "heading")
        await own(pilot, app, "restore_all")
        await told(pilot, "已恢复")


def render(screen: DeskScreen[Any]) -> list[str]:
    """What the screen's list of terms says."""
    width = screen.app.size.width
    about = screen.query_one("#about", Static)
    return [strip.text for strip in about.render_lines(about.size.region)] if width else []


async def test_lists_are_turned_and_searched(store: Path) -> None:
    desk = desk_of(store)
    announce(desk, "昨天的讲座", -8, -1)
    announce(desk, "明天的讲座", 1)
    announce(desk, "后天的展览", 2, department="information")
    desk.close()
    app = app_on(store, "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = EventsScreen()
        await on(pilot, app, screen)
        assert titles(app) == ["明天的讲座", "后天的展览"]
        await pilot.press(*"2F-1", "enter")  # it is over: found all the same, among all
        await until(pilot, lambda: set(titles(app)) == {"昨天的讲座"})
        assert "[全部]" in shown(pilot, "heading")
        await pilot.press("escape", "tab", "tab", "tab")
        assert "[本部门]" in shown(pilot, "heading")
        assert titles(app) == ["明天的讲座"]
        await pilot.press("tab")
        assert titles(app) == ["昨天的讲座"]
        await pilot.press("tab")
        assert titles(app) == ["昨天的讲座", "昨天的讲座", "明天的讲座", "后天的展览"]
        assert screen.row is not None
        assert screen.row.title == "明天的讲座"
        await pilot.press(*"2F-3", "enter")
        await until(pilot, lambda: titles(app) == ["后天的展览"])
        await pilot.press("escape")
        assert len(titles(app)) == 4
        await pilot.press(*"xyz", "enter")
        await told(pilot, "没有这样的活动")
        await pilot.press("escape", "enter")
        await seen(pilot, app, EventScreen)
        await pilot.press("escape", "f6")
        await seen(pilot, app, YearScreen)
        await pilot.press("f6")
        await until(pilot, lambda: app.screen is screen)


async def test_the_year_by_its_weeks(store: Path) -> None:
    desk = desk_of(store)
    announce(desk, "今天的讲座", 0)
    today = desk.now().date()
    desk.close()
    app = app_on(store, "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        await on(pilot, app, YearScreen())
        grid = app.screen.query_one(YearGrid)
        await until(pilot, lambda: grid.week is not None)
        assert grid.week is not None
        assert grid.week.first <= today <= grid.week.last
        here = grid.at
        assert "1场" in grid.render().plain
        await pilot.press("pagedown")
        await until(pilot, lambda: "0场  有活动0周" in shown(pilot, "heading"))
        assert ". 无" in grid.render().plain
        await pilot.press("right", "down", "left", "up", "home")
        assert grid.at == 0
        await pilot.press("tab")
        assert grid.at == 1
        await pilot.press("pageup")
        await until(pilot, lambda: grid.at == here)
        await pilot.press("enter", "enter")
        await seen(pilot, app, EventScreen)
        await pilot.press("escape", "escape")
        await until(pilot, lambda: app.focused is grid)


async def test_a_series_by_keys(store: Path) -> None:
    app = app_on(store, "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        await on(pilot, app, SeriesScreen())
        await pilot.press("1")
        await seen(pilot, app, OpeningSeriesScreen)
        write(app, title="文化节", first="2030-11-01", last="2030-10-01")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.screen.query_one("#message").has_class("error"))
        write(app, last="2030-11-30")
        await pilot.press("ctrl+s")
        await told(pilot, "系列活动已建：文化节")
        desk = desk_of(store)
        announce(desk, "讲座", 1, series=series.all_series(desk)[0].id)
        desk.close()
        await pilot.press("enter")
        await seen(pilot, app, SeriesEventsScreen)
        assert titles(app) == ["讲座"]
        await pilot.press("escape", "2")
        await told(pilot, "系列活动已结束：文化节")


async def test_what_is_held_again_has_another_day(store: Path) -> None:
    desk = desk_of(store)
    id_ = announce(desk, "讲座", -3, need="x", opens_at=desk.now() - timedelta(days=9))
    desk.close()
    app = app_on(store, "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        await on(pilot, app, EventScreen(id_))
        await own(pilot, app, "report")
        await seen(pilot, app, ReasonScreen)
        write(app, reason="早点开始")
        await pilot.press("enter")
        await told(pilot, "总结已记")
        await own(pilot, app, "again")
        await seen(pilot, app, AnnouncingScreen)
        field = app.screen.query_one
        assert field("#title", Field).value == "讲座"
        assert field("#day", Field).value == field("#opens", Field).value == ""
        app.screen.query_one("#terms", TickLine).focus()
        before = app.screen.query_one("#terms", TickLine).ticked
        await pilot.press("1", "3", "escape")  # and comes back to it
        await seen(pilot, app, EventScreen)
        await own(pilot, app, "again")
        await seen(pilot, app, AnnouncingScreen)
        assert before == ("queues", "walk_ins")
        await until(
            pilot,
            lambda: app.screen.query_one("#terms", TickLine).ticked == ("walk_ins", "apart"),
        )
        write(app, day="2030-01-08")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, EventScreen) and app.screen.id_ != id_)


async def test_a_feature_enters_itself_by_its_digit(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the list and from the page alike, with the session under the cursor."""
    desk = desk_of(store)
    id_ = announce(desk, "讲座", 1, 2)
    second = events.event(desk, id_).sessions[1].id
    desk.close()
    entry = Entry(8, "own", "tests.test_events_screen", "Probe")
    monkeypatch.setattr(event_entries, "ENTRIES", (entry,))
    app = app_on(store, "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        await on(pilot, app, EventsScreen())
        await pilot.press("down", "8", "enter")
        await seen(pilot, app, Probe)
        assert probed(app) == (id_, second)
        await pilot.press("escape", "enter")
        await seen(pilot, app, EventScreen)
        await pilot.press("8", "enter")
        await seen(pilot, app, Probe)
        assert probed(app) == (id_, second)


class Probe(DeskScreen[None]):
    def __init__(self, event: str, session: str) -> None:
        super().__init__()
        self.given = event, session


def probed(app: DeskApp) -> tuple[str, str]:
    screen = app.screen
    assert isinstance(screen, Probe)
    return screen.given


def test_questions_on_one_line_come_back_as_they_are() -> None:
    questions = (
        Question("team", "参赛队名", must=True),
        Question("q1", "餐食", ("清真", "普通"), door=True),
    )
    assert event_questions.read(event_questions.written(questions), questions) == questions
    assert event_questions.read(" ；a：1/2／3！; ") == (Question("q1", "a", ("1", "2", "3"), True),)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_home_and_f6_in_the_real_program(tmp_path: Path, language: str) -> None:
    store = store_in(tmp_path / "store")
    desk = desk_of(store)
    now = desk.now()
    begin = now + timedelta(minutes=2)
    announced = events.announce(
        desk, Plan("检索大赛", "lecture", [Time(begin, begin + timedelta(hours=1), "报告厅")])
    )
    desk.close()
    with front(tmp_path, store=store, badge="1001", language=language) as t:
        t.wait("检索大赛", seconds=30)
        t.keys("f6")
        t.wait("[今天起]" if language == "zh_CN" else "[From today]")
        t.keys("enter")
        t.wait(announced.name)
    desk = desk_of(store)
    assert EventList(desk, wanted(desk, "to_come")).count() == 1
    desk.close()
