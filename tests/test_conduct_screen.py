"""Violations and bans on the screen: digits do what may be done now, a card shows one reader's."""

from pathlib import Path

import pytest
from textual.pilot import Pilot

from db import conduct as stored
from db import horizon as stored_horizon
from db import seat_pages
from db.clock import stamp
from db.exchange import exchange
from db.file_centre import FileCentre
from deskapp import bans, conduct, exchanges, readers
from deskapp import centre as centres
from deskapp.desk import Desk
from deskapp.language import Language
from screens.barring import BarringScreen
from screens.choosing import ChoosingScreen
from screens.conduct import ConductScreen
from screens.longlist import LongList
from screens.reader import ReaderScreen
from screens.reasons import ReasonScreen
from screens.scanbox import ScanBox
from tests.front import app_on, on, shown, until
from tests.halls import NUMBERS, desk_on, hall_in, reader, sit
from tests.test_clash_screen import picture


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return hall_in(tmp_path / "store")


def noted(desk: Desk, number: str, kind: str = "damage") -> str:
    return conduct.note(desk, reader(desk, number), kind, "commons", "A-1", "桌面刻字").id


def states(desk: Desk, number: str) -> list[str]:
    return [each.state for each in conduct.of_reader(desk, reader(desk, number))]


async def rows(pilot: Pilot[None], screen: ConductScreen, count: int) -> None:
    await until(pilot, lambda: screen.query_one(LongList).count == count)


async def test_a_lead_goes_through_what_waits(store: Path) -> None:
    desk = desk_on(store, "1003")
    noted(desk, NUMBERS[0])
    app = app_on(store, "1003")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = ConductScreen()
        await on(pilot, app, screen)
        await rows(pilot, screen, 1)
        assert "桌面刻字" in shown(pilot, "words")
        assert "2申诉" not in shown(pilot, "keys")
        await pilot.press("1", "enter")
        await until(pilot, lambda: states(desk, NUMBERS[0]) == ["confirmed"])
        await rows(pilot, screen, 0)
        await pilot.press("tab")
        await rows(pilot, screen, 1)
        await pilot.press("2", "enter")
        await until(pilot, lambda: isinstance(app.screen, ReasonScreen))
        await pilot.press(*"no", "ctrl+s")
        await until(pilot, lambda: states(desk, NUMBERS[0]) == ["appealed"])
        screen.which = "waiting"
        screen.reread()
        await rows(pilot, screen, 1)
        await pilot.press("3", "enter")
        await until(pilot, lambda: states(desk, NUMBERS[0]) == ["confirmed"])
        await pilot.press("tab")
        await until(pilot, lambda: "4撤销" in shown(pilot, "keys"))
        await pilot.press("4", "enter")
        await until(pilot, lambda: isinstance(app.screen, ChoosingScreen))
        await pilot.press("2")
        await until(pilot, lambda: states(desk, NUMBERS[0]) == ["lifted"])
    desk.close()


async def test_a_reader_is_barred_and_let_in_again(store: Path) -> None:
    desk = desk_on(store, "1003")
    noted(desk, NUMBERS[0])
    who = reader(desk, NUMBERS[1])
    app = app_on(store, "1003")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = ConductScreen()
        await on(pilot, app, screen)
        await rows(pilot, screen, 1)
        screen.query_one(ScanBox).scan(NUMBERS[1], 20.0, 0.0)
        await until(pilot, lambda: screen.reader is not None)
        await rows(pilot, screen, 0)
        await pilot.press("5", "enter")
        await until(pilot, lambda: isinstance(app.screen, BarringScreen))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "请选择违规类别" in shown(pilot, "message"))
        await pilot.press("4", "ctrl+s")
        await until(pilot, lambda: app.seen() is screen)
        await rows(pilot, screen, 1)
        (ban,) = bans.of_reader(desk, who)
        assert (ban.why, ban.zones, (ban.until - ban.since).days) == ("damage", (), 7)
        app.push_screen(ReaderScreen(who))
        await until(pilot, lambda: "暂停使用至" in picture(app))
        await pilot.press("escape")
        await until(pilot, lambda: app.seen() is screen)
        assert "4提前解除" in shown(pilot, "keys")
        await pilot.press("4", "enter")
        await until(pilot, lambda: isinstance(app.screen, ChoosingScreen))
        assert "误记" not in picture(app)
        await pilot.press("1")
        await until(pilot, lambda: not bans.of_reader(desk, who)[0].running)
        await until(pilot, lambda: "王* 2023****02 的暂停使用已提前解除" in shown(pilot, "message"))
        assert "已提前解除" in picture(app)
        assert "提前解除理由：已认错改正" in shown(pilot, "words")
        await pilot.press("escape")
        await rows(pilot, screen, 1)
    desk.close()


async def test_a_number_that_is_read_out_decides_nothing(store: Path) -> None:
    """Digit by digit, slower than any number is typed by itself."""
    desk = desk_on(store, "1003")
    id = noted(desk, NUMBERS[0])
    app = app_on(store, "1003")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = ConductScreen()
        await on(pilot, app, screen)
        await rows(pilot, screen, 1)
        assert "数字+回车" in shown(pilot, "keys")
        for digit in f"1{NUMBERS[0]}":
            await pilot.press(digit)
            await pilot.pause(0.3)
        assert conduct.shown(desk, id).state == "pending"
        assert screen.query_one(ScanBox).value == f"1{NUMBERS[0]}"
        await pilot.press("escape", "7", "enter")
        await until(pilot, lambda: "此时不能用7" in shown(pilot, "message"))
    desk.close()


async def test_a_librarian_is_offered_what_is_theirs(store: Path) -> None:
    desk = desk_on(store, "1003")
    id = noted(desk, NUMBERS[0])
    conduct.confirm(desk, id)
    conduct.appeal(desk, id, "没有")
    noted(desk, NUMBERS[1], "disorder")
    app = app_on(store, "1004", "en")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = ConductScreen()
        await on(pilot, app, screen)
        await rows(pilot, screen, 2)
        await until(pilot, lambda: "1 Confirm 4 Lift" in shown(pilot, "keys"))
        await pilot.press("down")
        await until(pilot, lambda: "Appeal: 没有" in shown(pilot, "words"))
        assert not {"Lift", "Uphold"} & set(shown(pilot, "keys").split())
    desk.close()


async def test_what_does_not_count_because_its_sitting_was_put_aside_says_so(store: Path) -> None:
    desk = desk_on(store, "1003")
    sit(desk, NUMBERS[0], "commons/A-1")
    with desk.reading() as connection:
        (stay,) = seat_pages.of_readers(connection, [reader(desk, NUMBERS[0])])
    times = (stamp(desk.now()),) * 3
    ran_out = stored.ran_out("too_long", stay.id, stay.patron, "commons", "A-1", *times)
    with desk.act() as act:
        act.record_all([ran_out])
        named = ("disorder", "commons", "A-1")
        waits = conduct.record(act, desk, stay.patron, *named, cause=stay.id)
    assert not conduct.shown(desk, ran_out.subject).void
    assert conduct.count(desk) == 1
    with desk.act() as act:
        act.record("seat.put_aside", stay.subject, {"sitting": stay.id, "for": "another"})
    app = app_on(store, "1003")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = ConductScreen()
        screen.which = "confirmed"
        await on(pilot, app, screen)
        await rows(pilot, screen, 1)
        assert "已不计入" in picture(app)
        assert "所涉的签到或预约已作废" in shown(pilot, "words")
        assert not {"2申诉", "4撤销"} & set(shown(pilot, "keys").split())
        screen.which = "waiting"
        screen.reread()
        await rows(pilot, screen, 0)
        assert (conduct.count(desk), conduct.shown(desk, waits).void) == (0, True)
    desk.close()


async def test_what_rests_at_the_centre_is_fetched_before_it_is_appealed(
    store: Path, tmp_path: Path
) -> None:
    """Offline it says why not; the next time, online, the course comes."""
    desk = desk_on(store, "1003")
    conduct.confirm(desk, noted(desk, NUMBERS[0]))
    address = tmp_path / "centre.db"
    centre = FileCentre(address, desk.ledger.clock)
    exchange(desk.ledger, centre)
    centre.close()
    centres.keep(desk, f"file:{address}", None)
    with desk.ledger.store.writing() as connection:  # so that none is due meanwhile
        exchanges.keep(connection, desk.now(), desk.now(), {}, nightly=True)
    assert stored_horizon.put_to_rest(desk.ledger, desk.now(), -2)
    away = address.rename(tmp_path / "away.db")
    app = app_on(store, "1003")
    async with app.run_test(size=(100, 24)) as pilot:
        screen = ConductScreen()
        screen.reader = readers.by_id(desk, reader(desk, NUMBERS[0]))
        await on(pilot, app, screen)
        await rows(pilot, screen, 1)
        await pilot.press("2", "enter")
        why = Language()("refusal.CentreAway", why=str(address))
        await until(pilot, lambda: why in shown(pilot, "message"))
        away.rename(address)
        await pilot.press("2", "enter")
        await until(pilot, lambda: "已取回" in shown(pilot, "message"))
        await pilot.press("2", "enter")
        await until(pilot, lambda: isinstance(app.screen, ReasonScreen))
        await pilot.press(*"no", "ctrl+s")
        await until(pilot, lambda: states(desk, NUMBERS[0]) == ["appealed"])
    desk.close()
