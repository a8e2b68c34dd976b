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

from deskapp import events, programme, series
from deskapp.desk import Desk
from deskapp.events import Plan, Time

DAY = timedelta(days=1)
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
    plans = [replace(plan, series=opened.id if ours else None) for plan, ours, _ in found]
    for each, (_, _, words) in zip(events.announce_all(desk, plans), found, strict=True):
        if words:
            events.report(desk, each.id, words)


def _plans(desk: Desk, now: datetime) -> Iterator[tuple[Plan, bool, str]]:
    """What is announced, whether it belongs to the festival, and what was learnt."""
    said, today = contents(), now.date()
    for each in said["past"]:
        yield _plan(desk, each, today), each.get("series", False), each.get("learnt", "")
    for place, on in enumerate(said["lectures"]["on"]):
        titles = said["lectures"]["titles"]
        each = {**said["lectures"], "title": titles[place % len(titles)], "on": on}
        yield _plan(desk, each, today), False, ""
    for each in said["clubs"]:
        yield _weekly(desk, {**said["club"], **each}, today), False, ""
    yield _weekly(desk, said["films"], today), False, ""
    begin = _soon(now)
    length = timedelta(minutes=said["today"]["minutes"])
    time_ = Time(begin, begin + length, said["today"]["place"])
    yield replace(_plan(desk, {**said["today"], "on": 0}, today), sessions=[time_]), True, ""
    for each in said["coming"]:
        yield _plan(desk, each, today), each.get("series", False), ""


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
