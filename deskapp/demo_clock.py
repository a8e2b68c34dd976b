"""A clock that walks through a made-up past, and what happens in it."""

import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Protocol

from db.facts import Draft, Fact

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
LOW = 74
"""random bits of a UUIDv7"""


class Course(Protocol):
    """Something that goes on, a fact at a time."""

    def draft(self) -> Draft:
        """Its next fact."""


class Event(NamedTuple):
    """When, by whom, what goes on; `happened` is told of the facts before the next is taken."""

    at: datetime
    actor: str | None
    lives: Sequence[Course]
    happened: Callable[[Sequence[Any], Sequence[Fact]], None]


class WalkingClock:
    """Stands until it is moved; its ids are UUIDv7 (RFC 9562) of a seed, ever greater."""

    def __init__(self, at: datetime, rng: random.Random) -> None:
        self.at = at
        self._rng = rng
        self._last = (0, 0)

    def now(self) -> datetime:
        return self.at

    def ticks(self) -> float:
        return (self.at - EPOCH).total_seconds()

    def new_id(self) -> str:
        millisecond = (self.at - EPOCH) // MILLISECOND
        last, low = self._last
        if millisecond > last:
            low = self._rng.getrandbits(LOW - 1)
        else:
            millisecond, low = last, low + 1 + self._rng.getrandbits(20)
        self._last = (millisecond, low)
        high, rest = low >> 62, low & ((1 << 62) - 1)
        number = (millisecond << 80) | (7 << 76) | (high << 64) | (2 << 62) | rest
        text = f"{number:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
