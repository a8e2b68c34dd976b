"""When a desk exchanges with its centre by itself: every few minutes, and once a night.

Nothing here looks at a clock or draws a number: the same questions get the same answers in every
process of a desk, however often it starts.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from hashlib import sha256
from typing import Literal

LONGEST = timedelta(minutes=15)
"""between two attempts while the centre is away: nobody waits longer for a network that is back"""
LOOSE = 0.2
"""of the time between two exchanges, either way, so that desks do not keep step"""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the library wants. nightly: the set hour in the library's time, None where there is
    none; spread: over how long behind it the desks come; every: between two small exchanges, zero
    for none.
    """

    nightly: time | None = time(2, 30)
    spread: timedelta = timedelta(hours=1)
    every: timedelta = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Past:
    """What was done: the last attempt of any kind, how many were in vain since one was
    whole, and the last whole one of a night.
    """

    attempt: datetime | None = None
    failures: int = 0
    nightly: datetime | None = None


Due = Literal["nightly", "small", ""]


def due(plan: Plan, desk: str, now: datetime, past: Past) -> Due:
    """What is due now, in the library's time; a night that was missed is due until it is done."""
    night = _night_due(plan, desk, now, past)
    if past.attempt is not None and past.attempt <= now < past.attempt + _pause(plan, desk, past):
        # In the pause nothing begins but a night that has come since, where the last one went well.
        return "nightly" if night and not past.failures else ""
    if night:
        return "nightly"
    return "small" if plan.every else ""


def night_done(plan: Plan, now: datetime, past: Past) -> bool:
    """Whether this night's exchange has been since the set hour, whatever the spread."""
    return past.nightly is not None and _latest(plan, "", now) <= past.nightly <= now


def _night_due(plan: Plan, desk: str, now: datetime, past: Past) -> bool:
    if plan.nightly is None:
        return False
    # What was done in the future was done by a wrong clock.
    return past.nightly is None or not _latest(plan, desk, now) <= past.nightly <= now


def _latest(plan: Plan, desk: str, now: datetime) -> datetime:
    """When the latest night began for this desk; for "" the set hour itself."""
    for days in (0, 1, 2):
        begins = datetime.combine(
            (now - timedelta(days=days)).date(), plan.nightly or time(), now.tzinfo
        )
        if desk:
            begins = night(plan, desk, begins)
        if begins <= now:
            return begins
    raise AssertionError("a spread of more than a day")


def night(plan: Plan, desk: str, begins: datetime) -> datetime:
    """When this desk comes on the night that begins at a set hour."""
    return begins + plan.spread * _chance(f"{desk} {begins.date()}")


def _pause(plan: Plan, desk: str, past: Past) -> timedelta:
    """How long to wait behind the last attempt: longer with each that failed."""
    usual = plan.every or LONGEST
    longest = max(usual, LONGEST)
    pause = min(longest, usual * 2 ** min(past.failures - 1, 10)) if past.failures else usual
    at = past.attempt.astimezone(UTC).isoformat() if past.attempt else ""
    return pause * (1 + LOOSE * (2 * _chance(f"{desk} {at}") - 1))


def _chance(words: str) -> float:
    """A number from 0 to 1 that depends on the words alone."""
    return int.from_bytes(sha256(words.encode()).digest()[:6], "big") / 2**48
