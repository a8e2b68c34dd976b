"""A year's programme of events: every week of it, the weeks with nothing, and what repeats."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from deskapp.desk import Desk, Refusal
from deskapp.event_lists import LOOKING, Held, between
from deskapp.event_plans import MOST_SESSIONS, Time

DAILY, WEEKLY = "daily", "weekly"
STEPS = {DAILY: timedelta(days=1), WEEKLY: timedelta(weeks=1)}
WEEK = timedelta(weeks=1)
DAYS = 7
LOOK_AHEAD = 2 * MOST_SESSIONS
"""repetitions after which no open day is expected any more"""


@dataclass(frozen=True, slots=True)
class Week:
    """A week of the library, from its Monday. `closed`: open on none of its days; `season` as the
    profile names it (考试周).
    """

    first: date
    sessions: tuple[Held, ...]
    closed: bool
    season: str | None

    @property
    def last(self) -> date:
        return self.first + timedelta(days=DAYS - 1)

    @property
    def held(self) -> tuple[Held, ...]:
        """Less what was cancelled."""
        return tuple(each for each in self.sessions if not each.cancelled)

    @property
    def empty(self) -> bool:
        """Whether the library is open, and nothing is on."""
        return not self.closed and not self.held


@dataclass(frozen=True, slots=True)
class Repeated:
    """The sessions that one definition makes, and the closed days that it passes over."""

    times: tuple[Time, ...]
    skipped: tuple[date, ...]


def weeks(desk: Desk, year: int) -> list[Week]:
    """Every week whose Monday is in a year, and what is on in each; what lasts longer is in each of
    its weeks. Refuses RoleTooLow.
    """
    desk.require(LOOKING)
    mondays = list(_mondays(year))
    first, end = desk.midnight(mondays[0]), desk.midnight(mondays[-1] + WEEK)
    found: dict[date, list[Held]] = defaultdict(list)
    for each in between(desk, first, end):
        monday = max(monday_of(each.begin.date()), mondays[0])
        while monday <= mondays[-1] and desk.midnight(monday) < each.until:
            found[monday].append(each)
            monday += WEEK
    opening = desk.calendars[desk.profile.opening]
    return [
        Week(
            monday,
            tuple(found[monday]),
            not any(opening.is_workday(day) for day in _days(monday)),
            next(filter(None, map(opening.season, _days(monday))), None),
        )
        for monday in mondays
    ]


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _mondays(year: int) -> Iterator[date]:
    monday = monday_of(date(year, 1, 7))
    while monday.year == year:
        yield monday
        monday += WEEK


def _days(monday: date) -> list[date]:
    return [monday + timedelta(days=n) for n in range(DAYS)]


def repeat(
    desk: Desk,
    first: Time,
    every: str,
    *,
    count: int | None = None,
    until: date | None = None,
    closed_too: bool = False,
) -> Repeated:
    """The sessions of what is held weekly or daily at the same time on the wall: so many, or up to
    a day, that day in it. Days on which the library is closed are passed over, and not counted.

    Refuses RepeatUnclear (neither or both are said, or nothing comes of it), SessionsTooMany.
    """
    if every not in STEPS or (count is None) == (until is None) or count == 0:
        raise Refusal("RepeatUnclear")
    if count is not None and count > MOST_SESSIONS:
        raise Refusal("SessionsTooMany", most=MOST_SESSIONS)
    opening = desk.calendars[desk.profile.opening]
    times: list[Time] = []
    skipped: list[date] = []
    for n in range(LOOK_AHEAD):
        time = _later(desk, first, n * STEPS[every])
        day = time.begin.date()
        if (until is not None and day > until) or len(times) == count:
            break
        if closed_too or opening.is_workday(day):
            times.append(time)
        else:
            skipped.append(day)
        if len(times) > MOST_SESSIONS:
            raise Refusal("SessionsTooMany", most=MOST_SESSIONS)
    if not times or (count is not None and len(times) < count):
        raise Refusal("RepeatUnclear")
    return Repeated(tuple(times), tuple(skipped))


def _later(desk: Desk, time: Time, by: timedelta) -> Time:
    """The same on the wall."""

    def moved(moment: datetime) -> datetime:
        wall = moment.astimezone(desk.zone).replace(tzinfo=None) + by
        return wall.replace(tzinfo=desk.zone)

    return Time(moved(time.begin), moved(time.until), time.place, time.capacity)
