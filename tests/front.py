"""The real program on a pseudo-terminal, on a prepared store.

    with front(tmp_path, badge="1001") as t:   # signed in as 王敏
        t.wait("待我办理")

What runs in there is `tests.program`. Typed PINs must look typed: `t.keys(*PIN)`; sent in one burst
they are a scan, and a scan is a badge.
"""

import asyncio
import atexit
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path
from shutil import copytree, rmtree
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

from argon2 import PasswordHasher
from textual.pilot import Pilot
from textual.widgets import Static

from db.clock import SystemClock
from deskapp import handovers, readers, requests, staff
from deskapp.desk import Role, found_desk, open_desk
from deskapp.endings import Ending
from deskapp.language import Language
from deskapp.requests import Question
from deskapp.staff import Entry
from tests import forks
from tests.hand import type_ahead
from tests.library import KEY, write_readers
from tests.program import by_badge
from tests.styles import parse_once
from tests.terminal import Terminal

if TYPE_CHECKING:
    from deskapp.app import DeskApp
    from screens.base import DeskScreen

PIN = "135790"
"""everybody's"""
STAFF = (
    Entry("1001", "王敏", Role.ADMINISTRATOR, ("reader_services",)),
    Entry("1002", "李静", Role.LIBRARIAN, ("information",)),
    Entry("1003", "周强", Role.SHIFT_LEAD, ("reader_services",)),
    Entry("1004", "陈莉", Role.LIBRARIAN, ("reader_services",)),
)
QUESTIONS = (
    ("1001", "考研座插座无电", None),
    ("1001", "校友临时证", None),
    ("1002", "馆际互借催办", "1001"),
)
"""whose, words, whom it is offered to"""


def prepare(folder: Path, asked: timedelta = timedelta()) -> Path:
    """A store with staff, readers and requests asked so long ago, by the system's clock."""
    desk = found_desk(folder, "ncst", "2F", "二层服务台", KEY, SystemClock())
    hasher, staff._HASHER = staff._HASHER, PasswordHasher(1, 32, 1)
    try:
        people = {}
        for entry in STAFF:
            entered = staff.enter(desk, entry)
            staff.set_pin(desk, entered.id, PIN)
            people[entry.badge] = staff.find(desk, entered.id)
            desk = desk.signed_in(people["1001"])
    finally:
        staff._HASHER = hasher
    readers.load(desk, write_readers(folder / "readers.csv"), Language())
    for badge, words, taker in QUESTIONS:
        theirs = desk.signed_in(people[badge])
        received = desk.now() - asked if asked else None
        logged = requests.log(theirs, Question(words, received=received))
        to = people[taker] if taker else None
        if to is not None:
            handovers.hand_over(theirs, logged.id, to=to.id, reason="duty")
    desk.close()
    return folder


@cache
def _prepared() -> Path:
    folder = Path(mkdtemp())
    atexit.register(rmtree, folder, ignore_errors=True)
    return prepare(folder)


def store_in(folder: Path) -> Path:
    """A prepared store of one's own, copied from the one that this process has made."""
    copytree(_prepared(), folder)
    return folder


def app_on(store: Path, badge: str = "", language: str = "zh_CN") -> "DeskApp":
    """The application for a pilot, with somebody signed in if a badge is given."""
    from deskapp.app import DeskApp

    parse_once()
    type_ahead()
    operator = None
    if badge:
        desk = open_desk(store)
        operator = by_badge(desk, badge).operator
        desk.close()
    return DeskApp(store, Language(language), operator)


async def until(pilot: Pilot[None], true: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait for something; TimeoutError if it does not come."""
    async with asyncio.timeout(seconds):
        while not true():
            await pilot.pause(0.01)


async def on(pilot: Pilot[None], app: "DeskApp", screen: "DeskScreen[Any]") -> None:
    """The screen is open above Home, and something of it has the focus."""
    from screens.home import HomeScreen

    await until(pilot, lambda: isinstance(app.seen(), HomeScreen))
    app.push_screen(screen)
    await until(pilot, lambda: app.seen() is screen and app.focused)


async def at(pilot: Pilot[None], app: "DeskApp", id_: str) -> None:
    """This has the focus."""
    await until(pilot, lambda: app.focused is not None and app.focused.id == id_)


def never(_ending: Ending) -> Ending:
    """For a screen that is to close nothing."""
    raise AssertionError("nothing was to be closed")


def shown(pilot: Pilot[None], id_: str) -> str:
    """What a Static of the screen says."""
    return "".join(str(each.content) for each in pilot.app.screen.query(f"#{id_}").results(Static))


def front(
    home: Path,
    *,
    store: Path | None = None,
    badge: str = "",
    language: str = "zh_CN",
    columns: int = 80,
    rows: int = 24,
    afresh: bool = False,
    **env: str,
) -> Terminal:
    """The program on `store` (a prepared one in `home` if none is given), as `badge` if given.

    It is forked from a process that has loaded it, or (`afresh`) a child of the tests' own.
    """
    if store is None:
        store = home / "store"
        if not (store / "desk.db").exists():
            store_in(store)
    argv = ["tests.program", str(store), language, *filter(None, [badge])]
    if afresh:
        argv = [sys.executable, "-m", *argv]
        return Terminal(argv, home=home, columns=columns, rows=rows, env=env)
    return Terminal(argv, home=home, columns=columns, rows=rows, env=env, start=forks.start)
