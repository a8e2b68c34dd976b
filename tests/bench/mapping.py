"""The map of a hall of a thousand seats: opened, stepped over, changed by somebody else."""

import asyncio
import gc
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import NamedTuple

from textual import events
from textual.keys import key_to_character
from textual.widgets import Static

from db.clock import stamp
from db.seats import draft, subject_of
from deskapp import places, spaces
from deskapp.desk import Desk
from deskapp.language import Language
from deskapp.zone_map import Spot
from screens.home import HomeScreen
from screens.seat_map import SeatMap
from screens.seats import SeatsScreen
from tests import halls
from tests.bench.measure import Figure, share
from tests.bench.painted import Painted, PaintedBare, PaintedDesk

HALL = "exam"
OPENED, STEPS, CHANGES = 30, 300, 200
SEATED = 900
TARGETS = (
    ("F4 to the paint of a thousand seats", 60),
    ("a step over the seats to its paint", 10),
    ("a seat that changed elsewhere, read and painted", 10),
)
ROUND = ("down", "right", "down", "left", "up", "up")


class Spent(NamedTuple):
    """On one paint, in seconds: by the clock, and by this process's processor."""

    clock: float
    processor: float


class Sides(NamedTuple):
    """Ours, and in turn with it a program that paints one word."""

    ours: list[Spent]
    floor: list[Spent]


def figures(folder: Path) -> Iterator[Figure]:
    with TemporaryDirectory() as home:
        store = halls.hall_in(Path(home) / "store")
        desk = halls.desk_on(store, "1001")
        places.lay_out(desk, [HALL])
        _fill(desk)
        app = PaintedDesk(store, Language(), desk.whoever())
        measured = asyncio.run(_measured(app, desk))
        desk.close()
    for sides, (name, most) in zip(measured, TARGETS, strict=True):
        clock, least = ([each.clock for each in side] for side in sides)
        late = share(clock, 0.95) * 1000
        busy, idle = (share([each.processor for each in side], 0.5) * 1000 for side in sides)
        ours, floor = share(clock, 0.5) * 1000, share(least, 0.5) * 1000
        of = f"{name}, median of {len(clock)} (p95 {late:.3g})"
        yield Figure(of, ours, floor, "ms", f"{most} ms", ours <= most)
        yield Figure(f"{name}, processor", busy, idle, "ms", "", True)


def _fill(desk: Desk) -> None:
    """Somebody on nearly every seat, a tenth of them away."""
    now = desk.now()
    day = spaces.day_of(desk, spaces.zone(desk, HALL), now).isoformat()
    soon, late = (stamp(now.replace(microsecond=n)) for n in (1, 2))
    with desk.act() as act:
        subjects = [subject_of(day, place.seat) for place in places.seats(desk, HALL)[:SEATED]]
        said = {"from": soon, "until": "2999-01-01T00:00:00.000000Z"}
        taken = act.record_all(
            [draft("seat.taken", s, {**said, "patron": f"reader:{s}"}) for s in subjects]
        )
        away = [fact for n, fact in enumerate(taken) if n % 10 == 0]
        act.record_all(
            [draft("seat.away", f.subject, {"sitting": f.id, "until": late}) for f in away]
        )


class _Hand:
    """Does something at a running program, and waits until what comes of it has been painted."""

    def __init__(self, app: Painted) -> None:
        self.app = app
        self._painted = asyncio.Event()
        self._seen: Callable[[], bool] = bool
        app.painted = self._look

    def _look(self) -> None:
        if self.app.is_running and self._seen():
            self._painted.set()

    async def spends(self, do: Callable[[], object], seen: Callable[[], bool]) -> Spent:
        """From doing it to the paint in which it is seen."""
        self._painted.clear()
        self._seen, begun, busy = seen, perf_counter(), process_time()
        do()
        async with asyncio.timeout(5):
            await self._painted.wait()
        return Spent(perf_counter() - begun, process_time() - busy)

    def press(self, name: str) -> None:
        self.app.post_message(events.Key(name, key_to_character(name)))

    @property
    def map(self) -> SeatMap:
        return self.app.screen.query_one(SeatMap)

    def is_open(self) -> bool:
        return isinstance(self.app.screen, SeatsScreen) and bool(self.map.spot)

    def word(self) -> str:
        return str(self.app.screen.query_one(Static).content)

    async def another_word(self) -> Spent:
        """The least that a key costs: one word painted."""
        return await self.spends(partial(self.press, "down"), partial(self._is_new, self.word()))

    def _is_new(self, word: str) -> bool:
        return self.word() != word


async def _measured(app: PaintedDesk, desk: Desk) -> list[Sides]:
    opened, steps, changes = (Sides([], []) for _ in TARGETS)
    hand, bare = _Hand(app), PaintedBare()
    least = _Hand(bare)
    async with bare.run_test(size=(80, 24)), app.run_test(size=(80, 24)) as pilot:
        async with asyncio.timeout(60):
            while not isinstance(app.seen(), HomeScreen):
                await pilot.pause(0.05)
        gc.freeze()  # as the program does in a process of its own

        async def measure(
            sides: Sides, do: Callable[[], object], seen: Callable[[], bool], rest: float
        ) -> None:
            sides.floor.append(await least.another_word())
            await asyncio.sleep(0.02)
            sides.ours.append(await hand.spends(do, seen))
            await pilot.pause(rest)

        for _ in range(OPENED):
            await measure(opened, partial(hand.press, "f4"), hand.is_open, 0.05)
            hand.press("escape")
            await pilot.pause(0.1)
        await hand.spends(partial(hand.press, "f4"), hand.is_open)
        for turn in range(STEPS):
            press = partial(hand.press, ROUND[turn % len(ROUND)])
            await measure(steps, press, partial(_moved, hand.map, hand.map.spot), 0.02)
        for place in places.seats(desk, HALL)[:CHANGES]:
            before = hand.map.zone_map.by_label[place.label]
            places.note(desk, place.seat, "damage")
            app._version = app.look()  # what its own clock sees within a second is measured here
            screen = app.seen()
            assert screen is not None
            await measure(changes, screen.reread, partial(_changed, hand.map, before), 0.02)
    warm = ((opened, 3), (steps, 20), (changes, 20))
    return [Sides(*(side[n:] for side in sides)) for sides, n in warm]


def _moved(map_: SeatMap, at: Spot | None) -> bool:
    return map_.spot != at


def _changed(map_: SeatMap, before: Spot) -> bool:
    return map_.zone_map.by_label[before.label] != before
