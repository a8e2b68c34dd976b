"""A year of events in a demo: a festival, a reading club with its chapters, what is on today, what
was learnt of some that are over.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache, partial
from importlib import resources
from typing import Any

from db.ledger import Ledger
from deskapp import demo_outcomes, events, programme, series, staff
from deskapp.demo_clock import Event as Happening
from deskapp.demo_outcomes import Step
from deskapp.demo_signups import Crowd
from deskapp.desk import Desk
from deskapp.events import Plan, Time

DAY = timedelta(days=1)
WEEK = 7 * DAY
AHEAD = 2 * WEEK
"""before the first event all are announced"""
MINUTES = 90
WAIT = timedelta(minutes=30)
"""from when the demo is made until what is on today begins"""


@cache
def contents() -> Mapping[str, Any]:
    """assets/demo/events.toml."""
    file = resources.files("assets") / "demo" / "events.toml"
    return tomllib.loads(file.read_text("utf-8"))


class Year:
    """What goes on at the events, in the order of time, until now: each act by itself, and by
    whoever is first on the list of the staff.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk, self._end = desk, desk.now()
        self._plans = list(_plans(desk, self._end))
        self.begin = min(plan.sessions[0].begin for plan, _ in self._plans) - AHEAD
        """when they are announced"""
        self._ids: list[str] = []
        self._crowd: Crowd | None = None

    def enter(self, ledger: Ledger) -> None:
        """Live by the clock of this ledger, whose staff and readers are there."""
        desk = replace(self._desk, ledger=ledger)
        self._desk = desk.signed_in(staff.everybody(desk)[0])
        self._crowd = Crowd(self._desk)

    def events(self) -> Iterator[Happening]:
        yield Happening(self.begin, None, (), self._announce)
        steps = [
            (at, place, run)
            for place, (plan, said) in enumerate(self._plans)
            for at, run in self._steps(plan, said)
            if at <= self._end
        ]
        for at, place, run in sorted(steps, key=lambda step: step[:2]):
            yield Happening(at, None, (), partial(self._happen, place, run))

    def _happen(self, place: int, run: Step, *_: object) -> None:
        run(self._desk, self._ids[place])

    def _announce(self, *_: object) -> None:
        said, today = contents()["festival"], self._end.date()
        first = today + said["from"] * DAY
        last = first + said["days"] * DAY
        festival = series.open_series(self._desk, said["title"], first, last, None).id
        plans = [
            replace(plan, series=festival if each.get("series") else None)
            for plan, each in self._plans
        ]
        self._ids = [done.id for done in events.announce_all(self._desk, plans)]

    def _steps(self, plan: Plan, said: Mapping[str, Any]) -> Iterator[tuple[datetime, Step]]:
        """Of one event: sign-ups, who came to the last session that is over, what comes of it."""
        crowd, first = self._crowd, plan.sessions[0]
        if crowd is None:
            return
        if "signed" in said:
            yield min(first.begin - WEEK, self._end - DAY), partial(crowd.sign_up, counts=said)
        over = [each for each in plan.sessions if each.until <= self._end]
        if "came" in said:
            session = plan.sessions.index(over[-1])
            yield over[-1].begin, partial(crowd.come, count=said["came"], session=session)
        yield from demo_outcomes.steps(plan, said, crowd)
        if "learnt" in said:
            yield over[-1].until + DAY, lambda desk, id_: events.report(desk, id_, said["learnt"])


def _plans(desk: Desk, now: datetime) -> Iterator[tuple[Plan, Mapping[str, Any]]]:
    """What is announced, and what is said of it."""
    said, today = contents(), now.date()
    for each in (*said["past"], *said["coming"]):
        yield _plan(desk, each, today), each
    for place, on in enumerate(said["lectures"]["on"]):
        titles = said["lectures"]["titles"]
        each = {**said["lectures"], "title": titles[place % len(titles)], "on": on}
        yield _plan(desk, each, today), each
    for each in (*({**said["club"], **club} for club in said["clubs"]), said["films"]):
        yield _weekly(desk, each, today), each
    begin = _soon(now)
    length = timedelta(minutes=said["today"]["minutes"])
    session = Time(begin, begin + length, said["today"]["place"])
    plan = _plan(desk, {**said["today"], "on": 0}, today)
    yield replace(plan, sessions=[session]), {**said["today"], "series": True}
    yield _plan(desk, said["heats"], today), said["heats"]


def _soon(now: datetime) -> datetime:
    """The next half hour."""
    return (now + WAIT).replace(minute=30 if now.minute >= 30 else 0, second=0, microsecond=0)


def _plan(desk: Desk, said: Mapping[str, Any], today: date) -> Plan:
    first = _time(desk, said, today + said["on"] * DAY)
    sessions: Sequence[Time] = (first,)
    if "every" in said:
        sessions = programme.repeat(desk, first, said["every"], count=said["times"]).times
    return Plan(
        said["title"],
        said["kind"],
        sessions,
        said["department"],
        need=said.get("need", ""),
        evidence=said.get("evidence", ""),
        for_=said.get("for", ""),
        partners=said.get("partners", ()),
        capacity=said.get("capacity"),
        helpers=said.get("helpers"),
        questions=events.usual_questions(desk, said["kind"], "zh"),
        repeats=said.get("every"),
    )


def _weekly(desk: Desk, said: Mapping[str, Any], today: date) -> Plan:
    """On a weekday, from so many weeks before today to so many after."""
    monday = programme.monday_of(today)
    first = monday + said["weekday"] * DAY - said["weeks_before"] * programme.WEEK
    on = (first - today).days
    times = said["weeks_before"] + said["weeks_after"]
    return _plan(desk, {**said, "on": on, "every": programme.WEEKLY, "times": times}, today)


def _time(desk: Desk, said: Mapping[str, Any], day: date) -> Time:
    begin = datetime.combine(day, time.fromisoformat(said.get("at", "09:00")), desk.zone)
    until = begin + timedelta(minutes=said.get("minutes", MINUTES))
    return Time(begin, until, said["place"])
