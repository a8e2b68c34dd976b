"""Desks, clocks, sticks and the centre, driven by one seed through the real code on real stores."""

import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.simulation.cards import Cards
from tests.simulation.course import Build, Course
from tests.simulation.days import Days
from tests.simulation.desk import Wrong
from tests.simulation.events import EVENTS, WIDE
from tests.simulation.gatherings import Gatherings
from tests.simulation.halls import Halls
from tests.simulation.honours import Honours
from tests.simulation.houses import Filed
from tests.simulation.laptops import LAPTOPS
from tests.simulation.people import People
from tests.simulation.reckoning import settle_down
from tests.simulation.requests import Requests
from tests.simulation.rooms import Rooms
from tests.simulation.world import Lamps, World

__all__ = [
    "WORLDS",
    "Cards",
    "Days",
    "Failed",
    "Gatherings",
    "Halls",
    "Honours",
    "Lamps",
    "People",
    "Requests",
    "Rooms",
    "World",
    "Wrong",
    "play",
]

MEMORY = Path("/dev/shm")
WORLDS: Mapping[str, Callable[[], World]] = {
    "lamps": Lamps,
    "requests": Requests,
    "cards": Cards,
    "days": Days,
    "halls": Halls,
    "rooms": Rooms,
    "people": People,
    "doors": Gatherings,
    "honours": Honours,
}


class Failed(Exception):
    """A course went wrong; its cause says how."""


def play(
    seed: int,
    world: Callable[[], World] = Lamps,
    desks: int | None = None,
    steps: int = 60,
    build: Build = Filed,
    wide: bool = False,
) -> Counter[str]:
    """One course of a seed; what it exercised. Raises Failed."""
    where = MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="simulation", dir=where) as folder:
        matters, events = world(), {**(WIDE if wide else EVENTS)}
        if isinstance(matters, Gatherings):
            events |= LAPTOPS
        course = Course(seed, Path(folder), matters, events, desks, steps, build)
        try:
            return course.run(settle_down)
        # Whatever goes wrong in the code is what a course is played for.
        except Exception as error:  # Accepted: raised again, with the seed and the last events.
            trail = "\n".join(course.trail[-60:])
            raise Failed(f"seed {seed}: {error}\nthe last events:\n{trail}") from error
