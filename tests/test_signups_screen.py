"""Signing up at the desk: scan and Enter, groups, who is no reader; the list; whom to tell."""

import re
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from deskapp import box, events, signups
from deskapp.app import DeskApp
from deskapp.desk import Desk, open_desk
from deskapp.events import Plan, Question, Time
from screens.choice import Choice
from screens.choosing import ChoosingScreen
from screens.events import EventsScreen
from screens.home import HomeScreen
from screens.longlist import LongList
from screens.notices import NoticesScreen
from screens.reasons import ReasonScreen
from screens.sign_up import SignUpScreen
from screens.signup_change import ChangeScreen
from screens.signups import SignupsScreen
from tests.front import app_on, front, on, shown, store_in, until
from tests.library import reader_of
from tests.program import by_badge
from tests.test_draws_screen import told

SHAN, ZENG, OUYANG = "2023101234", "2023101235", "00417"
SIZE = Question("size", "尺码", ("S", "M"), must=True)
TEAM = Question("team", "队名")


def announce(store: Path, *numbers: str, times: int = 1, **more: Any) -> str:
    """An event of tomorrow that these have signed up for."""
    desk = on_duty(store)
    day = desk.now().date() + timedelta(days=1)
    sessions = []
    for n in range(times):
        begin = datetime.combine(day, time(9 + 2 * n), desk.zone)
        sessions.append(Time(begin, begin + timedelta(hours=1), "报告厅"))
    plan: dict[str, Any] = {
        "title": "信息检索大赛",
        "kind": "search_contest",
        "sessions": sessions,
        **more,
    }
    event = events.announce(desk, Plan(**plan)).id
    for number in numbers:
        reader = reader_of(desk, number)
        assert reader is not None
        signups.sign_up(desk, event, reader.id)
    desk.close()
    return event


def on_duty(store: Path) -> Desk:
    desk = open_desk(store)
    return desk.signed_in(by_badge(desk, "1001").operator)


def seen(app: DeskApp, kind: type[Any]) -> bool:
    return isinstance(app.screen, kind) and bool(app.focused)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return store_in(tmp_path / "store")


def test_a_card_and_enter(store: Path, tmp_path: Path) -> None:
    """In the program itself, by raw bytes: two cards and their Enters in one burst each."""
    announce(store, capacity=1)
    with front(tmp_path, store=store, badge="1004") as t:
        t.wait("待我办理")
        t.send(b"\x1b[17~")
        t.wait("信息检索")
        t.send(f"{SHAN}\r")
        t.wait("单*强")
        t.pump(0.4)  # an Enter sooner than that is the scanner's own
        t.send("\r")
        t.wait("单*强已报名")
        t.send(f"{ZENG}\r")
        t.wait("曾*查")
        t.send(f"{OUYANG}\r")
        t.wait("曾*查列入“信息检索大赛”候补第1位")
        t.wait("欧**国")
        t.pump(0.4)
        t.send("\r")
        t.wait("欧**国列入“信息检索大赛”候补第2位")
        t.send(f"{SHAN}\r")
        t.wait("[有效 3]")


def test_an_unknown_card(store: Path, tmp_path: Path) -> None:
    """Nothing of it stays in the box; the number typed next says whose it is, and they sign up."""
    announce(store)
    with front(tmp_path, store=store, badge="1004") as t:
        t.wait("待我办理")
        t.send(b"\x1b[17~")
        t.wait("信息检索")
        t.send("04A1B2C3\r")
        t.wait("未识别此卡")
        assert "04A1B2C3" not in t.text()
        t.keys(*SHAN, "enter")
        t.wait("单*强")
        t.pump(0.4)
        t.keys("enter")
        t.wait("单*强已报名")
        t.keys("down", "2", "enter")
        t.wait("[有效 1]")
        t.keys("esc")
        t.wait("刷卡报名")
        t.keys("enter")
        t.wait("刷卡，或输入学号")
        t.keys("1", "enter")
        t.wait("未选读者")
        t.send("0A1B2C3D\r")
        t.wait("未识别此卡")
        t.keys(*ZENG, "enter")
        t.wait("曾*查")
        t.pump(0.4)
        t.keys("enter")
        t.wait("曾*查已报名")
        t.keys("esc", "2", "enter")
        t.wait("[有效 2]")
        t.send("0A0B0C0D\r")
        t.wait("未识别此卡")
        t.keys(*OUYANG, "enter")
        t.wait("欧**国")
    desk = on_duty(store)
    for card, number in (("04A1B2C3", SHAN), ("0A1B2C3D", ZENG), ("0A0B0C0D", OUYANG)):
        found = box.understand(desk, card, True)
        assert isinstance(found, box.ReaderFound)
        whose = reader_of(desk, number)
        assert whose is not None
        assert found.reader.id == whose.id
    desk.close()


async def test_the_form(store: Path) -> None:
    event = announce(store, questions=(SIZE, TEAM), capacity=5)
    app = app_on(store, "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        await on(pilot, app, SignUpScreen(event))
        await pilot.press("enter")
        await told(pilot, "请输入姓名")
        await pilot.press(*"nobody", "enter")
        await until(pilot, lambda: app.focused is not None and app.focused.id == "phone-line")
        await pilot.press("1", "enter")
        await told(pilot, "手机号“1”有误")
        await pilot.press(*"3800001111", "enter")
        await told(pilot, "请填写“尺码”")
        await pilot.press("2", "up", "backspace", "x", "enter")
        await told(pilot, "人数")
        await pilot.press("backspace", "3", "enter")
        await told(pilot, "n****y已报名“信息检索大赛”，3人")
        assert "未选读者" in shown(pilot, "whose")
        await pilot.press(*"zeng", "enter")
        await until(pilot, lambda: seen(app, ChoosingScreen))
        await pilot.press("1")
        await until(pilot, lambda: "曾*查" in shown(pilot, "whose"))
        await pilot.press("escape")
        await until(pilot, lambda: seen(app, HomeScreen))
        app.push_screen(SignupsScreen(event))
        await until(pilot, lambda: shown(pilot, "words") == " 尺码 M")
    desk = on_duty(store)
    assert events.event(desk, event).whole.expected == 3
    desk.close()


async def warned(pilot: Pilot[None], words: str) -> None:
    await until(pilot, lambda: shown(pilot, "warning") == words)


async def test_who_is_a_reader_and_who_is_none(store: Path) -> None:
    event = announce(store, audience=("teachers",))
    app = app_on(store, "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        await on(pilot, app, SignUpScreen(event))
        await pilot.press(*"10123", "enter")
        await told(pilot, "未找到该读者")
        app.screen.query_one("#who-line", Input).value = ""
        await pilot.press(*"20231", "enter")
        await until(pilot, lambda: seen(app, ChoosingScreen))
        await pilot.press("0")
        await until(pilot, lambda: "非本馆读者" in shown(pilot, "whose"))
        not_for_them = " ! 本活动面向教师；其他读者可请主办部门安排，或另选活动"
        await warned(pilot, not_for_them)  # before anything is filled in
        await pilot.press("escape")
        await until(pilot, lambda: seen(app, HomeScreen))
        await on(pilot, app, EventsScreen())
        for number, warning in ((OUYANG, ""), (SHAN, not_for_them)):
            await pilot.press(*number, "enter")
            await until(pilot, lambda: seen(app, SignUpScreen))
            await warned(pilot, warning)
            await pilot.press("escape")
            await until(pilot, lambda: seen(app, EventsScreen))


async def test_the_list_and_what_is_done_there(store: Path) -> None:
    event = announce(store, SHAN, ZENG, OUYANG, capacity=2)
    app = app_on(store, "1001")
    async with app.run_test(size=(120, 30)) as pilot:
        await on(pilot, app, SignupsScreen(event))

        def heading() -> str:
            return shown(pilot, "heading")

        await until(pilot, lambda: "[有效 3]" in heading() and "候补 1" in heading())
        await pilot.press("3", "enter")
        await until(pilot, lambda: seen(app, ChangeScreen))
        await pilot.press("enter")
        await told(pilot, "单*强的报名没有变化")
        await pilot.press("3", "enter")
        await until(pilot, lambda: seen(app, ChangeScreen))
        await pilot.press("backspace", "2", "enter")
        await told(pilot, "名额不足，剩0个")
        await pilot.press("escape")
        await until(pilot, lambda: seen(app, SignupsScreen))
        await pilot.press("4", "enter")
        await told(pilot, "13812345678")
        await pilot.press("2", "enter")
        await until(pilot, lambda: seen(app, ReasonScreen))
        await pilot.press("1", "enter")
        await told(pilot, "单*强的报名已取消  1人递补，请通知")
        await pilot.press("tab", "tab")
        await until(pilot, lambda: "[候补 0]" in heading())
        await pilot.press("shift+tab", "shift+tab", *"1235", "enter")
        await until(pilot, lambda: "查找：1235" in heading() and "[有效 1]" in heading())
        await pilot.press("escape")
        await until(pilot, lambda: "[有效 2]" in heading())
        await pilot.press(*"9999", "enter")
        await told(pilot, "没有“9999”")
        await pilot.press(*SHAN, "enter")
        await until(pilot, lambda: seen(app, SignUpScreen))
        await pilot.press("enter")
        await told(pilot, "单*强列入“信息检索大赛”候补第1位")
        await pilot.press("5", "enter")
        await until(pilot, lambda: seen(app, NoticesScreen))


async def test_sessions_one_after_the_other(store: Path) -> None:
    event = announce(store, times=2, apart=True, capacity=1)
    app = app_on(store, "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        await on(pilot, app, SignupsScreen(event))
        await until(pilot, lambda: "全部2场" in shown(pilot, "about"))
        await pilot.press("8", "enter")
        await until(pilot, lambda: "09:00-10:00" in shown(pilot, "about"))
        await pilot.press("1", "enter")
        await until(pilot, lambda: seen(app, SignUpScreen))
        await pilot.press("up", "2")
        line = app.screen.query_one("#session", Choice)
        await until(pilot, lambda: re.search(r" 2 \d\d-\d\d ", str(line.content)))
        await pilot.press("down", *SHAN, "enter")
        await until(pilot, lambda: "单*强" in shown(pilot, "whose"))
        await pilot.press("enter")
        await told(pilot, "单*强已报名")
        await pilot.press("escape", "8", "enter")
        await until(pilot, lambda: "11:00-12:00  人数1/1" in shown(pilot, "about"))


async def test_whom_to_tell(store: Path) -> None:
    event = announce(store, SHAN, ZENG, OUYANG, capacity=1)
    desk = on_duty(store)
    events.change(desk, event, capacity=3)
    desk.close()
    app = app_on(store, "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "活动待通知2人  F6 3" in shown(pilot, "daily"))
        await pilot.press("f6")
        await until(pilot, lambda: seen(app, EventsScreen))
        await pilot.press("3", "enter")
        await until(pilot, lambda: "全部活动待通知2人" in shown(pilot, "heading"))
        await pilot.press("4", "5")
        await until(pilot, lambda: "本活动待通知2人" in shown(pilot, "heading"))
        await until(pilot, lambda: "You have a place at “信息检索大赛”" in shown(pilot, "words"))
        await pilot.press("5")
        await until(pilot, lambda: "您候补的“信息检索大赛”已递补成功" in shown(pilot, "words"))
        await pilot.press("ctrl+f")
        await told(pilot, "已复制给曾*查的通知")
        assert app.clipboard.startswith("您好！")
        await pilot.press("1")
        await told(pilot, "曾*查已通知")
        await pilot.press("ctrl+z")
        await told(pilot, "已撤销“已通知”")
        await pilot.press("3", "right", "enter")
        await told(pilot, "2人已通知")
        await pilot.press("4")
        await until(pilot, lambda: "全部活动待通知0人" in shown(pilot, "heading"))
        await pilot.press("ctrl+f")
        await told(pilot, "没有待通知的内容")
        await pilot.press("escape", "escape")
        await until(pilot, lambda: "待通知" not in shown(pilot, "daily"))


async def test_a_card_of_who_has_signed_up_leads_to_their_line(store: Path) -> None:
    announce(store, SHAN, ZENG)
    app = app_on(store, "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        await on(pilot, app, EventsScreen())
        await pilot.press(*ZENG, "enter")
        await until(pilot, lambda: seen(app, SignupsScreen))
        await told(pilot, "曾*查  已报名")
        row = app.screen.query_one(LongList).row
        assert row is not None
        assert row.name == "曾*查"
