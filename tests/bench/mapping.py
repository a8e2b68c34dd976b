"""The map of a hall of a thousand seats: opened, stepped over, changed by somebody else."""

import asyncio
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from textual import events
from textual.keys import key_to_character

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
from tests.bench.painted import PaintedBare, PaintedDesk
from tests.bench.painting import keys_to_paint

HALL = "exam"
OPENED, STEPS, CHANGES = 30, 300, 200
SEATED = 900
TARGETS = (
    ("F4 to the paint of a thousand seats", 60),
    ("a step over the seats to its paint", 10),
    ("a seat that changed elsewhere, read and painted", 10),
)
ROUND = ("down", "right", "down", "left", "up", "up")


def figures(folder: Path) -> Iterator[Figure]:
    with TemporaryDirectory() as home:
        store = halls.hall_in(Path(home) / "store")
        desk = halls.desk_on(store, "1001")
        places.lay_out(desk, [HALL])
        _fill(desk)
        app = PaintedDesk(store, Language(), desk.whoever())
        floor = asyncio.run(keys_to_paint(PaintedBare(), at_list=False))
        figures = asyncio.run(_measured(app, desk))
        desk.close()
    for times, (name, most) in zip(figures, TARGETS, strict=True):
        ours, least = (share(each, 0.95) * 1000 for each in (times, floor))
        yield Figure(f"{name}, p95", ours, least, "ms", f"{most} ms", ours <= most)


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

    def __init__(self, app: PaintedDesk) -> None:
        self.app = app
        self._painted = asyncio.Event()
        self._seen: Callable[[], bool] = bool
        app.painted = self._look

    def _look(self) -> None:
        if self.app.is_running and self._seen():
            self._painted.set()

    async def seconds(self, do: Callable[[], object], seen: Callable[[], bool]) -> float:
        """From doing it to the paint in which it is seen."""
        self._painted.clear()
        self._seen, begun = seen, perf_counter()
        do()
        async with asyncio.timeout(5):
            await self._painted.wait()
        return perf_counter() - begun

    def press(self, name: str) -> None:
        self.app.post_message(events.Key(name, key_to_character(name)))

    @property
    def map(self) -> SeatMap:
        return self.app.screen.query_one(SeatMap)

    def is_open(self) -> bool:
        screen = self.app.seen()
        return isinstance(screen, SeatsScreen) and bool(self.map.spot)


async def _measured(app: PaintedDesk, desk: Desk) -> list[list[float]]:
    opened, steps, changes = [], [], []
    hand = _Hand(app)
    async with app.run_test(size=(80, 24)) as pilot:
        async with asyncio.timeout(60):
            while not isinstance(app.seen(), HomeScreen):
                await pilot.pause(0.05)
        for _ in range(OPENED):
            opened.append(await hand.seconds(partial(hand.press, "f4"), hand.is_open))
            await pilot.pause(0.05)
            hand.press("escape")
            await pilot.pause(0.1)
        await hand.seconds(partial(hand.press, "f4"), hand.is_open)
        for turn in range(STEPS):
            press = partial(hand.press, ROUND[turn % len(ROUND)])
            steps.append(await hand.seconds(press, partial(_moved, hand.map, hand.map.spot)))
            await pilot.pause(0.02)
        for place in places.seats(desk, HALL)[:CHANGES]:
            before = hand.map.zone_map.by_label[place.label]
            places.note(desk, place.seat, "damage")
            app._version = app.look()  # what its own clock sees within a second is measured here
            screen = app.seen()
            assert screen is not None
            changed = partial(_changed, hand.map, before)
            changes.append(await hand.seconds(screen.reread, changed))
            await pilot.pause(0.02)
    return [opened[3:], steps[20:], changes[20:]]


def _moved(map_: SeatMap, at: Spot | None) -> bool:
    return map_.spot != at


def _changed(map_: SeatMap, before: Spot) -> bool:
    return map_.zone_map.by_label[before.label] != before
