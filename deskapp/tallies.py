"""Tallies (指引计数): a directional question is counted by its digit, and nothing else is asked."""

from dataclasses import dataclass

from db import tallies as stored
from deskapp import matter
from deskapp.desk import Desk, Refusal, Role

COUNTING = Role.STUDENT_ASSISTANT
"""who may count"""


@dataclass(frozen=True, slots=True)
class Tallied:
    """A question was counted. `count`: how often today, at this desk."""

    what: str
    count: int


def count(desk: Desk, what: str) -> Tallied:
    """Count a directional question of the profile's list. Refuses RoleTooLow, CodeUnknown."""
    desk.require(COUNTING)
    matter.known(what, desk.profile.tallies)
    day = desk.now().date().isoformat()
    with desk.act() as act:
        act.record("tally.counted", stored.subject_of(desk.code, day), {"what": what, "day": day})
        counts = stored.of_day(act.connection, desk.code, day)
    return Tallied(what, counts[what])


def count_digit(desk: Desk, digit: int) -> Tallied:
    """The same by its place in the list, from 1. Refuses as `count`, TallyUnknown."""
    codes = list(desk.profile.tallies)
    if not 1 <= digit <= len(codes):
        raise Refusal("TallyUnknown", digit=digit)
    return count(desk, codes[digit - 1])


def today(desk: Desk) -> dict[str, int]:
    """How often each question of the list was asked here today, in the list's order."""
    with desk.reading() as connection:
        counts = stored.of_day(connection, desk.code, desk.now().date().isoformat())
    return {code: counts.get(code, 0) for code in desk.profile.tallies}
