"""A year's programme: its weeks, what repeats; series; and events undone."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from db import holidays
from db.signups import draft
from deskapp import events, notices, programme, series, signups, undo
from deskapp.desk import Desk
from deskapp.events import Event, EventList, Wanted
from deskapp.programme import DAILY, WEEKLY
from tests.library import Library, differs_from_ledger, local
from tests.refusals import refused
from tests.test_events import at, contest


@pytest.fixture
def li(library: Library) -> Desk:
    library.clock.put("2026-11-22 10:30")
    return library.at("li")


def one(li: Desk, **more: Any) -> Event:
    return events.event(li, events.announce(li, contest(**more)).id)


def test_every_week_of_a_year(li: Desk) -> None:
    one(li, sessions=[at("2026-11-24"), at("2026-12-02"), at("2027-01-05")])
    long = events.Time(local("2026-11-29 09:00"), local("2026-12-08 09:00"), "大厅")
    shown = one(li, title="展览", kind="exhibition", sessions=[long])
    off = one(li, sessions=[at("2026-12-15")])
    events.cancel(li, off.id, "停电")
    weeks = programme.weeks(li, 2026)
    assert [week.first.weekday() for week in weeks] == [0] * 52
    assert (weeks[0].first, weeks[-1].last) == (date(2026, 1, 5), date(2027, 1, 3))
    held = {week.first.isoformat(): len(week.held) for week in weeks if week.held}
    assert held == {"2026-11-23": 2, "2026-11-30": 2, "2026-12-07": 1}
    (december,) = (week for week in weeks if week.first == date(2026, 12, 14))
    assert (december.empty, len(december.sessions)) == (True, 1)
    assert [week.first.year for week in programme.weeks(li, 2027) if week.held] == [2027]
    assert shown.sessions[0].id in {each.session for each in weeks[47].held}


def test_one_definition_makes_the_sessions(library: Library, li: Desk) -> None:
    """Days on which the library is closed are passed over, and said."""
    found = programme.repeat(li, at("2026-12-29"), WEEKLY, count=3)
    assert [each.begin.date().isoformat() for each in found.times] == [
        "2026-12-29", "2027-01-05", "2027-01-12",
    ]  # fmt: skip
    shut = date(2027, 2, 8)
    with library.at("head").act() as act:
        day = shut.isoformat()
        act.record_all([holidays.said(holidays.day_subject(day), "closed", day, day, None, None)])
    before = (shut - timedelta(days=1)).isoformat()
    until = shut + timedelta(days=1)
    daily = programme.repeat(li, at(before), DAILY, until=until)
    assert daily.skipped == (shut,)
    every = programme.repeat(li, at(before), DAILY, until=until, closed_too=True)
    assert len(every.times) == 3
    unclear: list[dict[str, Any]] = [
        {}, {"count": 0}, {"count": 2, "until": until}, {"until": date(2026, 1, 1)},
    ]  # fmt: skip
    for wrong in unclear:
        refused("RepeatUnclear", programme.repeat, li, at(before), DAILY, **wrong)
    refused("RepeatUnclear", programme.repeat, li, at(before), "monthly", count=2)
    refused("SessionsTooMany", programme.repeat, li, at(before), DAILY, count=367)


def test_what_repeats_is_at_one_time_on_the_wall(founded: Library) -> None:
    desk = founded.desk

    @given(some.integers(1, 60), some.sampled_from([DAILY, WEEKLY]), some.dates(date(2025, 1, 1)))
    def holds(count: int, every: str, day: date) -> None:
        if day.year > 2100:
            return
        first = at(day.isoformat())
        found = programme.repeat(desk, first, every, count=count, closed_too=True)
        assert len(found.times) == count
        steps = {b.begin - a.begin for a, b in zip(found.times, found.times[1:], strict=False)}
        assert steps <= {programme.STEPS[every]}
        assert {each.until - each.begin for each in found.times} == {first.until - first.begin}

    holds()


def test_events_belong_to_a_series(library: Library, li: Desk) -> None:
    period = date(2026, 11, 1), date(2026, 11, 30)
    refused("EventUntitled", series.open_series, li, " ", *period)
    refused("PeriodWrong", series.open_series, li, "文化节", *reversed(period))
    refused("DepartmentMissing", series.open_series, library.at("nowhere"), "文化节", *period)
    festival = series.open_series(li, "文化节", *period)
    event = one(li, series=festival.id, sessions=[at("2026-11-24"), at("2026-11-25")])
    assert [(each.title, each.events, each.sessions) for each in series.all_series(li)] == [
        ("文化节", 1, 2)
    ]
    assert EventList(li, Wanted(series=festival.id)).count() == 2
    closed = series.close(li, festival.id)
    assert closed.closed
    refused("SeriesClosed", events.announce, li, contest(series=festival.id))
    assert events.change(li, event.id, series=festival.id, capacity=3).fields == ("capacity",)
    refused("SeriesClosed", series.close, li, festival.id)
    refused("SeriesUnknown", series.close, li, "series:x")
    assert differs_from_ledger(li) == []


def test_ones_last_act_on_an_event_is_undone(library: Library, li: Desk) -> None:
    event = one(li, sessions=[at("2026-11-24"), at("2026-11-25")])
    session, later = event.sessions[0].id, [at("2026-12-25"), at("2026-12-31")]
    acts: dict[str, Callable[[], object]] = {
        "event.changed": lambda: events.change(li, event.id, capacity=3),
        "event.moved": lambda: events.move(li, event.id, session, at("2026-12-24")),
        "event.dropped": lambda: events.drop(li, event.id, session, "停电"),
        "event.cancelled": lambda: events.cancel(li, event.id, "停电"),
        "event.scheduled": lambda: events.schedule(li, event.id, later),
    }
    for kind, act in acts.items():
        act()
        assert events.event(li, event.id) != event
        assert undo.undo(li) == undo.Undone(kind, "2F-1")
        assert events.event(li, event.id) == event
    assert undo.undo(li).what == "event.announced"
    assert EventList(li).count() == 0
    assert events.event(li, event.id).cancelled
    assert events.announce(li, contest()).name == "2F-2"
    assert differs_from_ledger(li) == []


def test_nothing_is_undone_by_which_people_have_gone(library: Library, li: Desk) -> None:
    event = one(li, apart=True)

    def sign_up(session: str, **told: str) -> None:
        said = {"session": session, "places": 1, "source": "desk", **told}
        subject = f"signup:{event.id.partition(':')[2]}:x"
        with library.at("chen").act() as act:
            act.record_all([draft("signup.made", subject, said)])

    added = events.schedule(li, event.id, [at("2026-12-01")]).sessions[0]
    sign_up(event.sessions[0].id)
    undo.undo(li)
    refused("ActFollowed", undo.undo, li)
    added = events.schedule(li, event.id, [at("2026-12-01")]).sessions[0]
    sign_up(added)
    refused("ActFollowed", undo.undo, li)
    festival = series.open_series(li, "文化节", date(2026, 11, 1), date(2026, 11, 30))
    one(library.at("chen"), series=festival.id)
    refused("ActFollowed", undo.undo, li)


def test_who_was_told_of_a_change_keeps_it_from_being_undone(library: Library, li: Desk) -> None:
    event = one(li, kind="lecture")
    session, chen = event.sessions[0].id, library.at("chen")
    signups.sign_up(chen, event.id, library.reader("2023101234"))
    library.clock.put("2026-11-22 10:31")
    events.move(li, event.id, session, at("2026-12-24"))
    assert notices.count(chen) == 1
    undo.undo(li)
    assert notices.count(chen) == 0
    events.move(li, event.id, session, at("2026-12-24"))
    notices.tell(chen, notices.to_tell(chen))
    refused("ActFollowed", undo.undo, li)
    library.clock.put("2026-11-22 10:32")
    events.move(li, event.id, session, at("2026-11-24"))
    assert notices.count(chen) == 1
