"""Rules that universities publish, run as data: each table of tests/seat_rules with the cases that
its text implies.

A step is `[day] time act [what] [= outcome]`, the day counted from that on which the case begins, a
Monday; it holds for the steps behind it. An outcome is a refusal, or what the act came to.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from db.refusal import Refusal
from deskapp import bans, conduct, places, reservations, seats, sweeps
from deskapp.calendar import Calendar
from deskapp.desk import Desk
from deskapp.profile import Profile
from tests.library import ZONE, Library
from tests.seating import MANY, NUMBERS
from tests.test_profile import shipped

FILES = sorted((Path(__file__).parent / "seat_rules").glob("*.toml"))
HALL = "reading"
BEGIN, EXAMS = date(2026, 11, 23), date(2029, 1, 1)
"""Mondays: the first case's, and the first in exam weeks"""
STEP = re.compile(r"(?:(\d+) )?(\d\d):(\d\d) (\w+)(?: ([^=]+?))?(?: = (.+))?")


def tables(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


def under(said: Mapping[str, Any], desk: Desk) -> Desk:
    """The desk, in a library of those hours and rules."""
    profile = tomllib.loads(shipped("generic"))
    profile["calendars"]["opening"]["week"] = said["week"]
    profile["seat_rules"]["usual"] = {"zh": "规则", "en": "Rules", **said["rules"]}
    profile["seasons"]["exam_weeks"]["dates"] = [{"first": EXAMS, "last": date(2029, 6, 30)}]
    own = Profile.model_validate(profile)
    calendars = {code: Calendar.of(own, code) for code in own.calendars}
    return replace(desk, profile=own, calendars=calendars)


@dataclass
class Case:
    """One reader's, on days of its own."""

    library: Library
    desk: Desk
    lead: Desk
    reader: str
    begin: date
    day: int = 0

    def at(self, day: str | None, hour: str, minute: str) -> datetime:
        self.day = int(day) if day else self.day
        return datetime(
            *(self.begin + timedelta(self.day)).timetuple()[:3], int(hour), int(minute), tzinfo=ZONE
        )

    def run(self, step: str) -> None:
        """Do one step and see what it should come to."""
        match = STEP.fullmatch(step)
        assert match is not None, step
        day, hour, minute, act, what, outcome = match.groups()
        self.library.clock.at = self.at(day, hour, minute)
        found = self.outcome(getattr(self, act), what)
        if outcome is not None and re.fullmatch(r"(?:\d+ )?\d\d:\d\d", outcome):
            spent, _, wall = outcome.rpartition(" ")
            wanted: object = self.at(spent or None, *wall.split(":"))
        else:
            wanted = outcome
        assert found == wanted, f"{step}: {found}"

    def outcome(self, act: Callable[[str | None], object], what: str | None) -> object:
        try:
            return act(what)
        except Refusal as refusal:
            return refusal.code

    def reserve(self, when: str | None) -> None:
        begins = None
        if when is not None:
            day, hour, minute = re.split("[ :]", when)
            here, begins = self.day, self.at(day, hour, minute)
            self.day = here
        reservations.reserve(self.desk, self.reader, zone=HALL, begins=begins)

    def take(self, _: str | None) -> None:
        seats.take(self.desk, self.reader, zone=HALL)

    def away(self, _: str | None) -> datetime:
        return seats.step_away(self.desk, self.reader).until

    def back(self, _: str | None) -> None:
        seats.come_back(self.desk, self.reader)

    def leave(self, _: str | None) -> None:
        seats.leave(self.desk, self.reader)

    def sweep(self, _: str | None) -> str | None:
        """Why their own is over; what earlier cases left behind is swept too."""
        swept = [each.why for each in sweeps.sweep(self.desk) if each.reader == self.reader]
        return " ".join(swept) or None

    def note(self, kind: str | None) -> None:
        noted = conduct.note(self.lead, self.reader, str(kind), HALL)
        conduct.confirm(self.lead, noted.id)

    def state(self, _: str | None) -> str:
        standing = seats.standing(self.desk, self.reader, HALL)
        held = [standing.sitting] if standing.sitting else standing.reservations
        return next((each.status for each in held), "free")

    def counted(self, _: str | None) -> str:
        sweeps.sweep(self.desk)
        with self.desk.reading() as connection:
            return str(bans.counted(self.desk, connection, self.reader))


def cases(said: Mapping[str, Any]) -> Iterator[tuple[date, Mapping[str, Any]]]:
    """The cases, each behind the one before, those of exam weeks last."""
    begins = {False: BEGIN, True: EXAMS}
    for case in sorted(said["cases"], key=lambda case: "season" in case):
        season = "season" in case
        yield begins[season], case
        days = [int(step.split(" ")[0]) for step in case["steps"] if ":" not in step.split(" ")[0]]
        begins[season] += timedelta(7 * (max(days, default=0) // 7 + 2))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_a_university_publishes(seated: Library, path: Path) -> None:
    said = tables(path)
    head, lead, desk = (under(said, seated.at(who)) for who in ("head", "lead", "assistant"))
    places.lay_out(head, [HALL])
    numbers = (*NUMBERS[:2], *MANY)
    assert len(numbers) >= len(said["cases"])
    for number, (begin, case) in zip(numbers, cases(said), strict=False):
        one = Case(seated, desk, lead, seated.reader(number), begin)
        for step in case["steps"]:
            one.run(step)


def test_five_universities_at_least() -> None:
    sources = [path for path in FILES if "://" in path.read_text("utf-8").partition("\n")[0]]
    assert len({tables(path)["name"] for path in sources}) >= 5
