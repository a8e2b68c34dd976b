"""The lot for ten thousand applicants: from the seed to ranks and places on the disk."""

import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

from db import draws as stored
from db.clock import SystemClock
from db.draws import draw_of
from db.facts import Draft
from deskapp import draws, lots, staff
from deskapp.desk import Desk, Role, found_desk
from deskapp.draws import Opening
from deskapp.staff import Entry
from tests.bench.measure import Figure, seconds

APPLICANTS = 10_000
PLACES = 1_000
ROUNDS = 5


def figures(folder: Path) -> Iterator[Figure]:
    """Beside the least that it could be: as many sums of SHA-256, sorted."""
    with tempfile.TemporaryDirectory(dir=folder) as made:
        desk, drawing = _listed(Path(made))
        times, floors = [], []
        for n in range(ROUNDS):
            seed, numbers = str(n), [f"{each:05}" for each in range(1, APPLICANTS + 1)]

            def least(seed: str = seed, numbers: list[str] = numbers) -> None:
                sorted(numbers, key=lambda number: sha256(f"{seed}\n\n{number}".encode()).digest())

            def ours(seed: str = seed) -> None:
                lots.draw(desk, drawing, seed)

            floors.append(seconds(least))
            times.append(seconds(ours))
            _undo(desk, drawing)
        desk.close()
    name = f"draw for {APPLICANTS:,} applicants, {PLACES:,} places"
    taken = median(times)
    yield Figure(name, taken, median(floors), "s", "1 s", taken <= 1)


def _listed(folder: Path) -> tuple[Desk, str]:
    """A desk with a published list."""
    desk = found_desk(folder, "ncst", "2F", "", bytes(32), SystemClock())
    lead = staff.enter(desk, Entry("1001", "王敏", Role.ADMINISTRATOR))
    desk = desk.signed_in(staff.find(desk, lead.id))
    today = desk.now().date()
    terms = Opening(
        "bench", draws.LOCKER, "1", PLACES, today, date(today.year + 1, 12, 31),
        desk.now().astimezone(ZoneInfo("Asia/Shanghai")) + timedelta(days=3),
    )  # fmt: skip
    drawing = draws.open_draw(desk, terms)
    people = [f"reader:{n:032}" for n in range(APPLICANTS)]
    numbers = [[f"{n:05}", patron] for n, patron in enumerate(people, 1)]
    places = [f"{n:04}" for n in range(1, PLACES + 1)]
    said = {"digest": "ab" * 32, "seed_from": "福彩", "list": numbers, "places": places}
    drafts = [stored.applied(drawing.id, each, "医学院", {"name": each}) for each in people]
    with desk.act() as act:
        act.record_many([*drafts, Draft("draw.published", drawing.id, said)])
    return desk, drawing.id


def _undo(desk: Desk, drawing: str) -> None:
    """As after a seed that was mistyped."""
    with desk.act() as act:
        (id,) = act.raw.execute(
            "SELECT id FROM fact WHERE kind = 'draw.drawn' ORDER BY id DESC LIMIT 1"
        ).fetchone()
        act.record("draw.undone", draw_of("bench", draws.LOCKER), {"undoes": id, "by": act.actor})
