"""Home read again, as after every commit of anybody, at a million facts."""

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from deskapp.app import DeskApp
from deskapp.language import Language
from screens.home import HomeScreen
from tests.bench import stores
from tests.bench.measure import Figure, in_turn, share

ROUNDS = 100


def figures(folder: Path) -> Iterator[Figure]:
    desk = stores.desk(folder, "facts")
    facts, operator = stores.facts(desk), desk.whoever()
    path = desk.ledger.store.path
    desk.close()
    app = DeskApp(path.parent, Language(), operator)
    floor, ours = asyncio.run(_reread(app, path, operator.id))
    least, times = (share(each, 0.95) * 1000 for each in (floor, ours))
    name = f"Home read again at {facts:,} facts, p95"
    yield Figure(name, times, least, "ms", "20 ms", times <= 20)


async def _reread(app: DeskApp, path: Path, who: str) -> list[list[float]]:
    """Beside SQLite's own page of what is somebody's."""
    raw = sqlite3.connect(path)

    def floor() -> None:
        raw.execute(
            "SELECT * FROM request WHERE responsible = ? AND status = 'open' "
            "ORDER BY due_at, serial LIMIT 20",
            (who,),
        ).fetchall()

    async with app.run_test(size=(80, 24)) as pilot:
        async with asyncio.timeout(60):
            while not isinstance(screen := app.seen(), HomeScreen):
                await pilot.pause(0.05)
        times = in_turn([floor, screen.reread], ROUNDS)
    raw.close()
    return times
