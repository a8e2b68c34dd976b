"""F9 of events: one ticket at two doors, what was given up and used, one person twice, too many."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from db.clock import SystemClock, stamp
from db.exchange import exchange
from db.file_centre import FileCentre
from db.signups import draft, event_key, subject_of
from db.store import driver
from deskapp import cards, clashes, crowds
from deskapp.desk import Desk, open_desk
from screens.sync import SyncScreen
from tests.front import app_on, shown, until
from tests.program import by_badge
from tests.test_clash_screen import opened, seen

NUMBERS = ("2023101234", "2023101235")
EVENT = "event:e"
Do = Callable[[Desk, Desk], object]


def announce(desk: Desk) -> None:
    begins = desk.now() + timedelta(days=1)
    times = {"begins": stamp(begins), "until": stamp(begins + timedelta(hours=2))}
    said = {"number": 7, "title": "信息检索大赛", "kind": "contest", "department": "information"}
    with desk.act() as act:
        sessions = [{"id": "s", "place": "报告厅", **times}]
        act.record("event.announced", EVENT, {**said, "capacity": 1, "sessions": sessions})


def record(desk: Desk, kind: str, number: str, **said: Any) -> None:
    (reader,) = cards.whose(desk, number)
    patron = {"patron": reader.id} if kind == "signup.made" else {}
    subject = subject_of(event_key(b"k" * 32, EVENT), EVENT, number)
    with desk.act() as act:
        act.record_all([draft(kind, subject, {"session": "s", **patron, **said})])


def signed_up(desk: Desk, number: str) -> None:
    record(desk, "signup.made", number, places=1, source="desk")


def admitted(desk: Desk, door: str) -> None:
    record(desk, "door.admitted", NUMBERS[0], door=door, heads=1, places=1, how="card")


def two_doors(here: Desk, there: Desk) -> None:
    admitted(here, "东门")
    admitted(there, "西门")


def given_up_and_used(here: Desk, there: Desk) -> None:
    record(here, "signup.cancelled", NUMBERS[0], why="reader")
    admitted(there, "西门")


def moved_twice(here: Desk, there: Desk) -> None:
    for desk, hours, place in ((here, 26, "报告厅"), (there, 50, "s201")):
        at = desk.now() + timedelta(hours=hours)
        times = {"begins": stamp(at), "until": stamp(at + timedelta(hours=2)), "place": place}
        with desk.act() as act:
            act.record("event.moved", EVENT, {"session": "s", **times})


def too_many(here: Desk, there: Desk) -> None:
    signed_up(there, NUMBERS[1])


def one_person(here: Desk, there: Desk) -> None:
    signed_up(there, NUMBERS[1])
    one, other = (cards.whose(here, number)[0].id for number in NUMBERS)
    with here.act() as act:
        act.record("reader.merged", one, {"into": other})
        act.record("event.allowed", EVENT, {"session": "s", "heads": 2})


@pytest.fixture
def at_odds(store: Path, do: Do) -> Path:
    """A store that was copied: somebody has signed up in either, and each went on alone."""
    first = by_badge(open_desk(store), "1003")
    announce(first)
    signed_up(first, NUMBERS[0])
    first.close()
    clone = copytree(store, store.parent / "clone")
    centre = FileCentre(store.parent / "centre.db", SystemClock())
    here, there = by_badge(open_desk(store), "1003"), by_badge(open_desk(clone), "1001")
    do(here, there)
    for desk in (here, there, here):
        exchange(desk.ledger, centre)
    for closed in (here, there, centre):
        closed.close()
    return store


def rows(desk: Desk, sql: str) -> list[tuple[Any, ...]]:
    with desk.reading() as connection:
        return driver(connection).execute(sql).fetchall()


@pytest.mark.parametrize(
    ("do", "words", "english", "digit"),
    [
        (two_doors, "东门 现以此次为准 西门 时钟准确 入口", "东门 countsnow 西门 clockright", "1"),
        (given_up_and_used, "取消报名 西门 计入签到 已取消 有名额", "西门 Countedascome", "2"),
        (moved_twice, "改期 报告厅 开始 地点 201研讨间", "报告厅 201", "2"),
        (one_person, "重复报名 第一条 第二条 作废", "Signeduptwice Void", "1"),
    ],
)
async def test_both_sides_and_what_each_choice_comes_to(
    at_odds: Path, words: str, english: str, digit: str
) -> None:
    app = app_on(at_odds, "1003")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, app)
        for each in words.split():
            await seen(pilot, app, each)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.seen(), SyncScreen))
        app.speak("en")
        await seen(pilot, app, "Clash")
        await pilot.press("enter")
        for each in english.split():
            await seen(pilot, app, each)
        await pilot.press(digit, "enter")
        await until(pilot, lambda: isinstance(app.seen(), SyncScreen))
        await until(pilot, lambda: "settled" in shown(pilot, "message"))
        assert clashes.count(app.desk) == 0


@pytest.mark.parametrize("do", [too_many])
@pytest.mark.parametrize(("digit", "left"), [("1", "in in"), ("2", "cancelled in")])
async def test_too_many_are_allowed_or_the_last_is_cancelled(
    at_odds: Path, digit: str, left: str
) -> None:
    app = app_on(at_odds, "1003")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.focused is not None)
        await pilot.press("f9")
        await until(pilot, lambda: isinstance(app.seen(), SyncScreen) and app.focused)
        await seen(pilot, app, "已报2人，限1人")
        await pilot.press("enter")
        await seen(pilot, app, "准许2人")
        await pilot.press("enter")
        await seen(pilot, app, "请按数字选择采用哪条")
        await pilot.press(digit, "enter")
        await until(pilot, lambda: isinstance(app.seen(), SyncScreen))
        assert clashes.count(app.desk) == 0
        there = rows(app.desk, "SELECT status FROM signup ORDER BY asked_at DESC")
        assert " ".join(status for (status,) in there) == left


@pytest.mark.parametrize("do", [two_doors])
def test_nobodys_number_or_telephone_is_told(at_odds: Path) -> None:
    desk = by_badge(open_desk(at_odds), "1003")
    (line,) = clashes.ClashList(desk).after(None, 5)
    clash = clashes.clash(desk, line.pair)
    assert sorted(side.counts for side in clash.sides) == [False, True]
    told = repr(clash) + repr(line)
    assert not any(number in told for number in (*NUMBERS, "13812345678", "单国强"))
    assert crowds.CROWD not in line.subject
    assert json.dumps(line.name)
    desk.close()
