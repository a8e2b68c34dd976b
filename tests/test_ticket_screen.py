"""A ticket on the screen: its QR code is read off a screenshot by another program."""

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from deskapp import events, signups, tickets
from deskapp.desk import open_desk
from deskapp.events import Plan, Time
from deskapp.signups import Outsider
from deskapp.tickets import Ticket
from screens.home import HomeScreen
from screens.ticket import TicketScreen, drawn, modules
from screens.tickets import TicketsScreen
from tests.front import app_on, front, on, shown, store_in, until
from tests.outside import program
from tests.program import by_badge
from tests.terminal import Terminal


def gathered(store: Path) -> tuple[str, list[Ticket]]:
    """An event tomorrow with two guests, and their tickets."""
    desk = by_badge(open_desk(store), "1001")
    begin = (desk.now() + timedelta(days=1)).replace(hour=9, minute=0)
    plan = Plan("信息检索大赛", "lecture", (Time(begin, begin + timedelta(hours=2), "报告厅"),))
    event = events.announce(desk, plan).id
    for name, places in (("张三丰", 1), ("李四", 3)):
        signups.sign_up(desk, event, outsider=Outsider(name), places=places)
    tickets.for_event(desk, event)
    found = tickets.of_event(desk, event)
    desk.close()
    return event, found


def read_off(terminal: Terminal, picture: Path) -> list[str]:
    """What another program reads off a screenshot."""
    terminal.png(picture)
    command = [program("zbarimg"), "-q", "--raw", str(picture)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.split()


@pytest.mark.parametrize(
    ("columns", "rows", "signs", "bare"),
    [
        (80, 24, "all", ""),
        (160, 48, "all", ""),
        (125, 47, "ascii", ""),
        (80, 24, "all", "1"),
    ],
    ids=["halves", "blanks", "ascii", "no-colour"],
)
def test_a_screenshot_is_read_back(
    tmp_path: Path, columns: int, rows: int, signs: str, bare: str
) -> None:
    store = store_in(tmp_path / "store")
    _, (given, _) = gathered(store)
    (store / "desk.toml").write_text(f'[screen]\nsigns = "{signs}"\n', "utf-8")
    with front(tmp_path, store=store, badge="1001", columns=columns, rows=rows, NO_COLOR=bare) as t:
        t.wait("F1")
        t.keys("f6")
        t.wait("信息检索大赛")
        t.keys("5", "enter")
        t.wait("有效票2张")
        t.keys("enter")
        t.wait(f"{given.code[:4]} {given.code[4:7]}", "复制")
        picture = tmp_path / "screen.png"
        t.wait_until(lambda: read_off(t, picture) == [given.text], "the code of the ticket")


def test_where_it_has_no_room_that_is_said() -> None:
    dark = modules("9" * tickets.DIGITS)
    assert len(dark) == 45
    halves = drawn(dark, 46, 23, halves=True)
    assert halves is not None
    assert len(halves.plain.splitlines()) == 23
    assert drawn(dark, 46, 22, halves=True) is None
    assert drawn(dark, 44, 23, halves=True) is None
    assert drawn(dark, 89, 45, halves=False) is None
    blanks = drawn(dark, 90, 45, halves=False)
    assert blanks is not None
    assert set(blanks.plain) == {" ", "\n"}


async def test_a_ticket_is_copied_replaced_and_revoked(tmp_path: Path) -> None:
    store = store_in(tmp_path / "store")
    event, (_, given) = gathered(store)
    app = app_on(store, "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen))
        app.push_screen(TicketScreen(given.subject))
        await until(pilot, lambda: given.code[:4] in shown(pilot, "ticket-words"))
        await pilot.press("ctrl+f")
        assert given.code in app.clipboard
        assert "一票3人" in app.clipboard
        await pilot.press("1", "enter")
        assert given.code[:4] in shown(pilot, "ticket-words"), "no is chosen first"
        await pilot.press("1", "right", "enter")
        await until(pilot, lambda: given.code[:4] not in shown(pilot, "ticket-words"))
        await pilot.press("2")
        await until(pilot, lambda: not isinstance(app.seen(), TicketScreen))
        await pilot.press(*"sold", "enter")
        await until(pilot, lambda: "没有可用的票" in shown(pilot, "ticket-words"))
    desk = by_badge(open_desk(store), "1001")
    assert [each.name for each in tickets.held(desk, event)] == ["张*丰"]
    desk.close()


async def test_tickets_are_printed_from_the_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = store_in(tmp_path / "store")
    event, _ = gathered(store)
    monkeypatch.chdir(tmp_path)
    app = app_on(store, "1001")
    async with app.run_test(size=(80, 24)) as pilot:
        await on(pilot, app, TicketsScreen(event))
        await pilot.press("1")
        await until(pilot, lambda: "0" in shown(pilot, "message"))
        await pilot.press("2")
        await until(pilot, lambda: not isinstance(app.seen(), TicketsScreen))
        await pilot.press("enter")
        await until(pilot, (tmp_path / "2F-1.pdf").exists)
