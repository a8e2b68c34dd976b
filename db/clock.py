"""The only place that asks the machine for the time or for a new id."""

import time
from datetime import UTC, date, datetime
from typing import Protocol
from uuid import UUID

from uuid_utils.compat import uuid7


class Clock(Protocol):
    """A source of time and of ids; tests bring one that can jump."""

    def now(self) -> datetime:
        """The time, in UTC and aware."""
        ...

    def new_id(self) -> str:
        """A fresh UUIDv7 (RFC 9562) by this clock, as 36 lower-case characters."""
        ...

    def ticks(self) -> float:
        """Seconds of a clock that never goes back, for measuring how long something took."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def new_id(self) -> str:
        return str(uuid7())

    def ticks(self) -> float:
        return time.monotonic()


RANDOM = 80
"""The bits of a UUIDv7 below its milliseconds."""


def after(previous: str, candidate: str) -> str:
    """`candidate`, or if the clock went back an id of the millisecond behind `previous`.

    An id is never below the ledger's greatest, so that the order of a desk's own facts by id is the
    order in which they happened. The candidate's random bits stay: many desks may know the same
    greatest id, and must not all go on to the same next one.
    """
    if candidate > previous:
        return candidate
    try:
        millisecond = (UUID(previous).int >> RANDOM) + 1
    except ValueError:
        return candidate  # the greatest is no id at all: a malformed fact stops nobody
    if millisecond >> 48:
        return candidate  # nor does one from the end of time
    low = UUID(candidate).int & ((1 << RANDOM) - 1)
    return str(UUID(int=(millisecond << RANDOM) | low))


def first_id(moment: datetime) -> str:
    """Where the ids of a moment begin (RFC 9562: 48 bits of milliseconds)."""
    text = f"{int(moment.timestamp() * 1000):012x}"
    return f"{text[:8]}-{text[8:]}"


def stamp(moment: datetime) -> str:
    """A moment as the ledger writes it: UTC, microseconds, `2026-11-22T02:05:00.000000Z`."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


NEVER = datetime(1970, 1, 1, tzinfo=UTC)
YEARS = range(1900, 3000)
"""in which something may be"""


def moment(text: str) -> datetime:
    """The moment that `stamp` wrote; NEVER for what is none: facts of others may say anything, also
    a time so far off that no zone could be added to it.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return NEVER
    return found if found.tzinfo and found.year in YEARS else NEVER


def day(text: str) -> str:
    """A day as the ledger writes it, `2026-11-22`. ValueError or TypeError of anything else: no
    fold may let it into a row.
    """
    found = date.fromisoformat(text)
    if found.isoformat() != text or found.year not in YEARS:
        raise ValueError(text)
    return text
