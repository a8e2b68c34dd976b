"""Shorthand in the box: from a key to the chips and meanings that are on the screen."""

import asyncio
import random
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from textual import events
from textual.keys import key_to_character

from db.clock import SystemClock
from db.store import driver
from deskapp import demo, readers, staff
from deskapp.desk import Desk, found_desk
from deskapp.language import Language
from screens.home import HomeScreen
from screens.shorthand import Meanings, NotingBox
from tests.bench.measure import Figure, share
from tests.bench.painted import PaintedDesk
from tests.readerfiles import write_csv
from tests.refusals import spoken

COUNT = 50_000
TURNS = 60
OTHERS = ("#jg", "#荐", "/xx", "#wxcd")


def figures(folder: Path) -> Iterator[Figure]:
    with TemporaryDirectory(dir=folder) as place:
        desk = found_desk(Path(place) / "desk", "ncst", "2F", "", demo.KEY, SystemClock())
        first = staff.enter(desk, staff.Entry("1001", "王敏"))
        desk = desk.signed_in(staff.find(desk, first.id))
        readers.load(desk, write_csv(Path(place) / "readers.csv", COUNT, messy=True), spoken)
        typed = list(_typed(desk))
        operator = desk.whoever()
        desk.close()
        times = asyncio.run(_keys(PaintedDesk(Path(place) / "desk", Language(), operator), typed))
        taken = share(times, 0.95) * 1000
        name = f"key to completed chips at {COUNT:,} readers, p95"
        yield Figure(name, taken, None, "ms", "30 ms", taken <= 30)


def _typed(desk: Desk) -> Iterator[str]:
    """Names, numbers and initials as far as one types them, kinds and departments between."""
    chance = random.Random(1)
    with desk.reading() as connection:
        people = driver(connection).execute("SELECT number, name FROM reader").fetchall()
    for turn in range(TURNS):
        number, name = chance.choice(people)
        word = (number[: chance.randint(2, 8)], name[:2], "zx", "li", "wang")[turn % 5]
        yield f"@{word}"
        yield OTHERS[turn % len(OTHERS)]


async def _keys(app: PaintedDesk, typed: list[str]) -> list[float]:
    """Each key posted by itself, until what it changed has been painted."""
    painted = asyncio.Event()
    before: object = None
    waiting = False

    def state() -> object:
        assert isinstance(app.screen, HomeScreen)
        box, line = app.screen.query_one(NotingBox), app.screen.query_one(Meanings)
        return (box.value, str(line.content) if line.display else "", repr(app.screen.noted))

    def shown() -> None:
        if not waiting or not app.is_running or state() == before:
            return
        if app.screen.query_one(NotingBox).meanings()[0] == _told(app):
            painted.set()

    times = []
    async with app.run_test(size=(80, 24)) as pilot:
        async with asyncio.timeout(30):
            while not isinstance(app.seen(), HomeScreen):
                await pilot.pause(0.05)
        await pilot.pause(0.5)
        app.painted = shown
        for text in typed:
            for name in (*text, "space"):
                await pilot.pause(0.05)
                before, waiting = state(), True
                painted.clear()
                begun = perf_counter()
                app.post_message(events.Key(name, key_to_character(name) or name))
                async with asyncio.timeout(5):
                    await painted.wait()
                times.append(perf_counter() - begun)
            waiting = False
            app.post_message(events.Key("escape", None))
            await pilot.pause(0.05)
            app.screen.query_one(NotingBox).value = ""
            await pilot.pause(0.05)
    return times


def _told(app: PaintedDesk) -> object:
    """The word whose meanings stand under the box."""
    return app.screen.query_one(Meanings).token
