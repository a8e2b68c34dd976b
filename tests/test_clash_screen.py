"""F9: the clashes, both facts of one, what each choice does; settled with two keys."""

from pathlib import Path
from shutil import copytree

import pytest
from textual.pilot import Pilot

from db.books import BOOKS as KEPT
from db.clashes import SETTLED
from db.clock import SystemClock
from db.exchange import exchange
from db.file_centre import FileCentre
from db.request_clashes import PAIRS, called
from deskapp import clashes, endings, handovers, request_lists
from deskapp.app import DeskApp
from deskapp.desk import Desk, open_desk
from deskapp.endings import Ending
from screens.clash_words import BOOKS, COLUMNS, KINDS
from screens.clashes import ClashScreen
from screens.home import HomeScreen
from screens.longlist import LongList
from screens.sync import SyncScreen
from tests.front import app_on, shown, until
from tests.program import by_badge

DONE, REFERRED = Ending("done", "插座已换"), Ending("referred", "请到后勤", "后勤处", "101", "8805")


def numbered(desk: Desk, number: str) -> str:
    (line,) = request_lists.search(desk, number)
    return line.subject


@pytest.fixture
def at_odds(store: Path) -> Path:
    """A store that was copied, and both went on with it: 0001 is closed twice, 0003 accepted here
    and sent back there.
    """
    clone = copytree(store, store.parent / "clone")
    centre = FileCentre(store.parent / "centre.db", SystemClock())
    here, there = open_desk(store), open_desk(clone)
    first = numbered(by_badge(here, "1001"), "0001")
    third = numbered(by_badge(here, "1001"), "0003")
    endings.close(by_badge(here, "1001"), first, DONE)
    endings.close(by_badge(there, "1003"), first, REFERRED)
    handovers.accept(by_badge(here, "1001"), third)
    handovers.send_back(by_badge(there, "1001"), third, "不是我")
    for desk in (here, there, here):
        exchange(desk.ledger, centre)
    for closed in (here, there, centre):
        closed.close()
    return store


def picture(app: DeskApp) -> str:
    """What stands on the screen, without blanks."""
    lines = app.screen._compositor.render_strips()
    return "".join("".join(strip.text.split()) for strip in lines)


async def seen(pilot: Pilot[None], app: DeskApp, words: str) -> None:
    await until(pilot, lambda: words in picture(app))


async def opened(pilot: Pilot[None], app: DeskApp) -> None:
    """F9 from Home, and Enter on the first line."""
    await until(pilot, lambda: isinstance(app.seen(), HomeScreen))
    await pilot.press("f9")
    await until(pilot, lambda: isinstance(app.seen(), SyncScreen) and app.focused)
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(app.seen(), ClashScreen))


async def test_two_keys_settle(at_odds: Path) -> None:
    app = app_on(at_odds, "1003")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "冲突1F9" in picture(app))  # what crossed its return is none
        await opened(pilot, app)
        at = "2F二层服务台周强"
        for words in ("0001考研座插座无电", "王敏办结：已办结插座已换", "后勤处1018805", at):
            await seen(pilot, app, words)
        assert "答复插座已换请到后勤" in picture(app) or "答复请到后勤插座已换" in picture(app)
        desk = by_badge(app.desk, "1003")
        (line,) = clashes.ClashList(desk).after(None, 5)
        clash = clashes.clash(desk, line.pair)
        digit = next(n for n, side in enumerate(clash.sides, 1) if side.who == "周强")
        await pilot.press("enter")
        await until(pilot, lambda: "请按数字选择采用哪条" in shown(pilot, "message"))
        await pilot.press(str(digit), "enter")
        await until(pilot, lambda: isinstance(app.seen(), SyncScreen))
        await until(pilot, lambda: "0001已核定" in shown(pilot, "message"))
        assert "没有记录冲突" in picture(app)
        assert request_lists.record(desk, clash.subject).result == "referred"
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen))
        await until(pilot, lambda: "冲突1" not in picture(app))


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
async def test_a_reason_may_be_given_in_english(at_odds: Path, size: tuple[int, int]) -> None:
    app = app_on(at_odds, "1003", "en")
    async with app.run_test(size=size) as pilot:
        await opened(pilot, app)
        for words in ("Whateachchoicemakesofit", "1First", "2Second", "3Both", "EnterSettle"):
            await seen(pilot, app, words)
        await pilot.press("3", "tab", *"asked", "enter")
        await until(pilot, lambda: isinstance(app.seen(), SyncScreen))
        await until(pilot, lambda: "0001 is settled" in shown(pilot, "message"))
        desk = by_badge(app.desk, "1003")
        course = request_lists.record(desk, numbered(desk, "0001")).course
        assert course[-1].facts["reason"] == "asked"


async def test_whoever_may_not_settle_sees_both(at_odds: Path) -> None:
    app = app_on(at_odds, "1004")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, app)
        await until(pilot, lambda: "由承办人或值班长核定" in picture(app))
        assert "后勤处" in picture(app)
        await pilot.press("1", "enter")
        assert isinstance(app.screen, ClashScreen)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.focused, LongList))
        assert clashes.count(app.desk) == 1


def test_every_kind_that_may_clash_has_a_word() -> None:
    clashing = {name for pair, how in PAIRS.items() for name in pair if how not in ".1-"}
    assert {f"request.{name}" for name in clashing} <= KINDS.keys()
    assert SETTLED in KINDS
    for book in KEPT:
        if book.clashes is not None and book.name != "request":
            assert book.name in BOOKS
            assert any(kind.startswith(f"{book.name}.") for kind in KINDS)
    known = {called(kind) for kind in KINDS if kind.startswith("request.")}
    assert known <= {name for pair in PAIRS for name in pair}
    assert COLUMNS.keys() <= set(clashes.SHOWN)
