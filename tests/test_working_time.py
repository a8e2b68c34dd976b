"""Working time: what must hold of every calendar, whatever its hours, holidays and zone."""

from datetime import UTC, date, datetime, timedelta
from functools import cache

from hypothesis import assume, given
from hypothesis import strategies as st

from deskapp.calendar import Calendar, Day, DayKind, Holidays, Recess
from deskapp.timetable import Timetable
from tests.test_calendar import ZONE, timetable

WEEKS = [
    ["mon-fri 08:00-12:00 13:30-17:30"],
    ["mon-fri 08:00-22:00", "sat-sun 08:00-17:30"],
    ["mon-sun 00:00-24:00"],
    ["mon wed fri 18:00-02:00", "sun 09:00-09:01"],
    ["tue 06:00-06:30 07:00-07:01 20:00-06:00"],
]
clocks = st.integers(0, 3 * 365 * 86400).map(
    lambda seconds: datetime(2025, 6, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
own_days = st.dictionaries(
    st.integers(0, 60).map(lambda n: date(2026, 2, 1) + timedelta(days=n)),
    st.sampled_from(DayKind).map(Day),
    max_size=12,
)
vacation = Recess("winter", date(2026, 1, 24), date(2026, 3, 1))
vacations = [(), (vacation,), (vacation._replace(hours=((540, 960),)),)]
vacations += [(vacation._replace(closed=True),)]


@cache
def hours(number: int, statutory: bool) -> Timetable:
    return timetable(
        *WEEKS[number], statutory=statutory, vacations={"winter": ["tue thu 09:00-11:30"]}
    )


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    number = draw(st.integers(0, len(WEEKS) - 1))
    return Calendar(
        hours(number, draw(st.booleans())),
        draw(st.sampled_from([ZONE, "Europe/Berlin", "America/New_York"])),
        Holidays(draw(own_days)),
        draw(st.sampled_from(vacations)),
    )


@given(calendars(), clocks, clocks, st.integers(0, 12))
def test_due_is_later_never_on_rest_and_in_order(
    any_calendar: Calendar, one: datetime, other: datetime, days: int
) -> None:
    first, second = sorted((one, other))
    due = any_calendar.end_after(first, days)
    assert due > first
    assert due <= any_calendar.end_after(second, days)
    assert due <= any_calendar.end_after(first, days + 1)
    before = due - timedelta.resolution
    assert any_calendar.is_open(before)
    ends = [end for n in (0, 1) for end in last_ends(any_calendar, before.date(), n)]
    assert due in ends


def last_ends(any_calendar: Calendar, day: date, back: int) -> list[datetime]:
    return [end for _, end in any_calendar.windows(day - timedelta(days=back))[-1:]]


@given(calendars(), clocks, st.integers(1, 8))
def test_due_counts_workdays(any_calendar: Calendar, received: datetime, days: int) -> None:
    """Counted the slow way: the dates after the day of receipt on which anybody works."""
    due = any_calendar.end_after(received, days)
    local = received.astimezone(any_calendar.zone)
    night = any_calendar.windows(local.date() - timedelta(days=1))[-1:]
    first = local.date() - timedelta(days=1 if night and local < night[0][1] else 0)
    worked: list[date] = []
    day = first
    while len(worked) < days:
        day += timedelta(days=1)
        if any_calendar.windows(day):
            worked.append(day)
    assert due == any_calendar.windows(worked[-1])[-1][1]


@given(calendars(), clocks, st.integers(0, 5000))
def test_later_and_minutes_undo_each_other(
    any_calendar: Calendar, start: datetime, minutes: int
) -> None:
    end = any_calendar.later(start, minutes)
    assert end >= start
    assert any_calendar.minutes(start, end) == minutes
    if minutes:  # and it is the first such moment
        assert any_calendar.minutes(start, end - timedelta.resolution) == minutes - 1


@given(calendars(), clocks, st.integers(0, 20 * 86400))
def test_minutes_are_the_open_ones(any_calendar: Calendar, start: datetime, seconds: int) -> None:
    """Counted the slow way: by the windows of each date."""
    end = start + timedelta(seconds=seconds)
    day, work = start.date() - timedelta(days=2), timedelta()
    while day <= end.date() + timedelta(days=2):
        for opens, closes in any_calendar.windows(day):
            inside = min(closes.astimezone(UTC), end) - max(opens.astimezone(UTC), start)
            work += max(inside, timedelta())
        day += timedelta(days=1)
    assert any_calendar.minutes(start, end) == work // timedelta(minutes=1)


@given(calendars(), clocks, st.integers(0, 8), st.tuples(*[st.integers(0, 4 * 86400)] * 3))
def test_pauses_add_up_and_keep_what_was_left(
    any_calendar: Calendar, received: datetime, days: int, seconds: tuple[int, int, int]
) -> None:
    due = any_calendar.end_after(received, days)
    a, b, c = (received + timedelta(seconds=sum(seconds[: n + 1])) for n in range(3))
    assume(a < due)
    once = any_calendar.due_after_pause(due, a, c)
    assert once == any_calendar.due_after_pause(any_calendar.due_after_pause(due, a, b), b, c)
    assert once >= due
    assert any_calendar.minutes(c, once) == any_calendar.minutes(a, due)
