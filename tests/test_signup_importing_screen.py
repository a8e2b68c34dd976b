"""Importing an event's sign-ups on the screen: columns as questions, corrected, remembered."""

from datetime import timedelta
from pathlib import Path

from textual.widgets import OptionList

from deskapp import events, signup_files
from deskapp.app import DeskApp
from deskapp.desk import open_desk
from deskapp.events import Plan, Question, Time
from deskapp.language import Language
from screens.signup_importing import SignupImport, SignupImportingScreen
from tests import formfiles
from tests.front import app_on, at, on, shown, store_in, until
from tests.program import by_badge

ASKED = ("1、联系人", "2、您的学号", "3、联络", "4、要求")
PEOPLE = (
    ("2026/11/20 9:01:00", "单国强", "2023101234", "无", "素食"),
    ("2026/11/20 9:02:00", "曾小查", "2023101235", "无", "清真"),
    ("2026/11/20 9:03:00", "某人", "", "无", ""),
)


def announce(store: Path, sessions: int = 1) -> str:
    desk = by_badge(open_desk(store), "1001")
    begin = desk.now() + timedelta(days=9)
    times = [
        Time(begin + timedelta(days=n), begin + timedelta(days=n, hours=1), "报告厅")
        for n in range(sessions)
    ]
    diet = Question("diet", "用餐", ("素食", "清真"))
    plan = Plan("检索讲座", "lecture", times, questions=[diet], apart=sessions > 1)
    event = events.announce(desk, plan).id
    desk.close()
    return event


def listed(app: DeskApp) -> list[str]:
    return [str(each.prompt) for each in app.screen.query_one("#columns", OptionList).options]


async def test_columns_are_corrected_and_remembered(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    event = announce(store)
    file = formfiles.write(tmp_path / "form.csv", formfiles.wjx(PEOPLE, ASKED))
    app = app_on(store, "1001")
    async with app.run_test() as pilot:
        await on(pilot, app, SignupImportingScreen(event))
        await pilot.press(*str(file), "enter")
        await at(pilot, app, "columns")
        assert "问卷星" in shown(pilot, "found")
        before = listed(app)
        assert "-> 学号" in before[5]
        assert "-> 用餐 (按内容" in before[7]
        assert formfiles.IP not in "".join(before)
        await pilot.press(*["down"] * 7, "enter")
        await pilot.pause()
        await pilot.press("end", "enter")
        await until(pilot, lambda: "不导入" in listed(app)[7])
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.job is not None and app.job.over)
        assert app.job is not None
        sentence, error = app.job.said(app.t)
        assert "新报名2份，候补0份" in sentence
        assert "form.rejected.csv" in sentence
        assert error
    desk = by_badge(open_desk(store), "1001")
    assert not signup_files.open_form(desk, event, file).columns.columns.get("diet")
    desk.close()


async def test_rows_that_name_no_session_are_asked_about(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    event = announce(store, sessions=3)
    file = formfiles.write(tmp_path / "form.csv", formfiles.wjx(PEOPLE, ASKED))
    app = app_on(store, "1001", "en")
    async with app.run_test() as pilot:
        await on(pilot, app, SignupImportingScreen(event))
        await pilot.press(*str(file), "enter")
        await at(pilot, app, "columns")
        await pilot.press("ctrl+s")
        await pilot.pause()
        await pilot.press("2")
        await until(pilot, lambda: app.job is not None and app.job.over)
        assert isinstance(app.job, SignupImport)
        sentence, _ = app.job.said(app.t)
        assert "2 new" in sentence
    desk = by_badge(open_desk(store), "1001")
    found = events.event(desk, event)
    assert [each.heads.expected for each in found.sessions] == [0, 2, 0]
    desk.close()


def test_a_correction_holds_for_the_next_export(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    event = announce(store)
    file = formfiles.write(tmp_path / "form.csv", formfiles.wjx(PEOPLE, ASKED))
    desk = by_badge(open_desk(store), "1001")
    opened = signup_files.open_form(desk, event, file)
    (place,) = opened.columns.columns["number"]
    override = {"name": [opened.form.titles.index("联系人")], "number": [place], "diet": []}
    assert "diet" not in signup_files.matched(opened, override).columns
    job = SignupImport(desk, file, Language(), event, override, "")
    job.run()
    assert job.receipt is not None
    assert job.receipt.entered == 2
    again = signup_files.open_form(desk, event, file)
    assert again.remembered
    assert again.columns.columns.keys() >= {"name", "number"}
    assert "diet" not in again.columns.columns
    desk.close()
