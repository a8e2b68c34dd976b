"""A year of events in a demo: a festival, a reading club with its chapters, what is on today, what
was learnt of some that are over.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib import resources
from typing import Any

from deskapp import demo_signups, events, programme, series
from deskapp.desk import Desk
from deskapp.events import Plan, Time

DAY = timedelta(days=1)
PEOPLE = ("signed", "waiting", "came")
MINUTES = 90
WAIT = timedelta(minutes=30)
"""from when the demo is made until what is on today begins"""


@cache
def contents() -> Mapping[str, Any]:
    """assets/demo/events.toml."""
    file = resources.files("assets") / "demo" / "events.toml"
    return tomllib.loads(file.read_text("utf-8"))


def fill(desk: Desk) -> None:
    """Announced by whoever is signed in, all in one act; then reported."""
    said, now = contents(), desk.now()
    festival = said["festival"]
    first = now.date() + festival["from"] * DAY
    last = first + festival["days"] * DAY
    opened = series.open_series(desk, festival["title"], first, last, None)
    found = list(_plans(desk, now))
    plans = [
        replace(plan, series=opened.id if each.get("series") else None) for plan, each in found
    ]
    announced = events.announce_all(desk, plans)
    for (_, each), done in zip(found, announced, strict=True):
        if "learnt" in each:
            events.report(desk, done.id, each["learnt"])
    people = {
        done.id: {name: each[name] for name in PEOPLE if name in each}
        for (_, each), done in zip(found, announced, strict=True)
    }
    demo_signups.fill(desk, {id_: counts for id_, counts in people.items() if counts})


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
