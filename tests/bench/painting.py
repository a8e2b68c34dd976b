"""What a hand feels: from the start to the first paint, from a key to its paint."""

import asyncio
import os
import sqlite3
import sys
import threading
from collections.abc import Iterator
from functools import partial
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from textual import events
from textual.app import App
from textual.keys import key_to_character
from textual.widgets import Static

from deskapp.desk import Desk
from deskapp.errand import Errand
from deskapp.language import Language
from deskapp.request_lists import RequestList
from screens.longlist import PAGE, LongList, Pages
from screens.requests import RequestsScreen
from tests.bench import stores
from tests.bench.measure import Figure, in_turn, share
from tests.bench.painted import Painted, PaintedBare, PaintedDesk
from tests.terminal import Terminal

STARTS = 11
KEYS = 400
MOVES = ("down", "down", "pagedown", "down", "up", "pagedown", "end", "up", "pageup", "home")


def figures(folder: Path) -> Iterator[Figure]:
    yield from _starts(folder)
    desk = stores.desk(folder, "requests")
    count, operator = stores.requests(desk), desk.whoever()
    place = desk.ledger.store.path.parent
    yield _pages(desk, count)
    floor = asyncio.run(keys_to_paint(PaintedBare(), at_list=False))
    ours = asyncio.run(keys_to_paint(PaintedDesk(place, Language(), operator), at_list=True))
    desk.close()
    least, times = (share(each, 0.95) * 1000 for each in (floor, ours))
    name = f"key to paint on {count:,} requests, p95"
    yield Figure(name, times, least, "ms", "30 ms", times <= 30)


def _pages(desk: Desk, count: int) -> Figure:
    """The next page of the list of all requests, beside SQLite's own rows of it."""
    raw = sqlite3.connect(desk.ledger.store.path)
    pages = Pages(RequestList(desk, "all"), print)
    wanted = iter(range(PAGE, count, PAGE))
    pages.row(0)

    def floor() -> None:
        raw.execute(
            "SELECT * FROM request WHERE serial < ? ORDER BY serial DESC LIMIT ?",
            (count - next(wanted), PAGE),
        ).fetchall()

    here = iter(range(PAGE, count, PAGE))

    def ours() -> None:
        pages.row(next(here))

    least, times = (share(t, 0.5) * 1000 for t in in_turn([floor, ours], 200))
    raw.close()
    name = f"{PAGE} more lines of {count:,} requests"
    return Figure(name, times, least, "ms", "10 ms", times <= 10)


def _starts(folder: Path) -> Iterator[Figure]:
    """Two programs on a pseudo-terminal each, to the first character on its screen."""
    desk = stores.desk(folder, "small")
    store = str(desk.ledger.store.path.parent)
    desk.close()
    with TemporaryDirectory() as home:
        env = {"PYTHONPYCACHEPREFIX": str(Path(home) / "cache"), "PYTHONDONTWRITEBYTECODE": ""}

        def start(*what: str) -> float:
            with Terminal([sys.executable, "-m", *what], home=Path(home), env=env) as terminal:
                terminal.wait_until(lambda: terminal.first_paint is not None, "a first paint")
                assert terminal.first_paint is not None
                return terminal.first_paint

        sides = [partial(start, "tests.bench.bare"), partial(start, "deskapp", "--data", store)]
        floor, ours = (
            share(times, 0.5) for times in in_turn(sides, STARTS, clock=lambda start: start())
        )
    yield Figure("start to first paint", ours, floor, "s", "1.5 × floor", ours <= 1.5 * floor)


async def keys_to_paint(
    app: Painted, at_list: bool, meanwhile: Errand | None = None
) -> list[float]:
    """Post keys to the running application, and wait until what each did has been painted.

    With an errand, for as long as that is on its way.
    """
    painted = asyncio.Event()
    before: object = None

    def state() -> object:
        if at_list:
            return app.screen.query_one(LongList).cursor
        return str(app.screen.query_one(Static).content)

    def shown() -> None:
        if app.is_running and state() != before:
            painted.set()

    times = []
    async with app.run_test(size=(80, 24)) as pilot:
        if at_list:
            await _to_the_list(app, pilot.pause)
        app.painted = shown
        keys = cycle(MOVES)
        if meanwhile is not None:
            threading.Thread(target=meanwhile.run).start()
        for turn in range(KEYS + 20):
            if meanwhile is not None and meanwhile.over:
                break
            name = next(keys)
            await pilot.pause(0.02)
            before = state()
            painted.clear()
            begun = perf_counter()
            app.post_message(events.Key(name, key_to_character(name)))
            async with asyncio.timeout(5):
                await painted.wait()
            if turn >= 20:
                times.append(perf_counter() - begun)
    return times


async def _to_the_list(app: App[Any], pause: Any) -> None:
    """As F3 and 6 do: the list of all requests."""
    async with asyncio.timeout(30):
        while not getattr(app.screen, "at_work", False):
            await pause(0.05)
        await app.push_screen(RequestsScreen("all"))
        while not app.screen.query(LongList):
            await pause(0.05)
    app.screen.query_one(LongList).focus()
    await pause(0.5)


if os.name != "posix":
    raise SystemExit("a pseudo-terminal is needed")
