"""Working time: windows of a day, due times, minutes that count.

The rules are those of 首问责任制 and 限时办结 as Chinese libraries publish them. Every moment
given is aware, every one returned is in the library's zone. What counts is counted in UTC, so that
where clocks change no hour is lost or counted twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, Self
from zoneinfo import ZoneInfo

from db.refusal import Refusal

if TYPE_CHECKING:
    from deskapp.entries import DueRule
    from deskapp.profile import Profile
    from deskapp.timetable import Timetable, Windows

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
NOTHING = timedelta()
LONGEST_REST = 400  # days without work after which no workday is expected any more

Moments = tuple[datetime, datetime]


class DayKind(StrEnum):
    """What a table of holidays says of a date."""

    REST = "rest"  # statutory holiday: administrative calendars rest
    WORK = "work"  # make-up workday (调休): administrative calendars work
    CLOSED = "closed"  # the library is shut: every calendar rests, shifts too


class Day(NamedTuple):
    """A date that is not like others of its weekday."""

    kind: DayKind
    zh: str = ""
    en: str = ""


class Spell(NamedTuple):
    """A season of the profile, by its code, and its dates, both in it."""

    code: str
    first: date
    last: date


class Recess(NamedTuple):
    """A vacation of the profile, by its code, and its dates, both in it."""

    code: str
    first: date
    last: date
    hours: "Windows | None" = None
    """of every day in it for those who work in shifts, if not the profile's"""
    closed: bool = False
    """nobody works in it"""


@cache
def _statutory() -> Mapping[date, Day]:
    # Imported here: no administrative calendar may ever be asked for (a kiosk, a door).
    from chinese_calendar import Holiday, holidays, workdays

    chinese = {holiday.value: holiday.chinese for holiday in Holiday}
    days = {day: Day(DayKind.REST, chinese[name], name) for day, name in holidays.items()}
    days |= {day: Day(DayKind.WORK, chinese[name], name) for day, name in workdays.items()}
    return days


_NEW_YEAR = Day(DayKind.REST, "元旦", "New Year's Day")
_LABOUR = Day(DayKind.REST, "劳动节", "Labour Day")
_NATIONAL = Day(DayKind.REST, "国庆节", "National Day")
_BY_LAW = {
    (1, 1): _NEW_YEAR,
    (5, 1): _LABOUR,
    (5, 2): _LABOUR,
    (10, 1): _NATIONAL,
    (10, 2): _NATIONAL,
    (10, 3): _NATIONAL,
}
"""Month and day of the holidays that the law (全国年节及纪念日放假办法, 2024) fixes in every year;
the others follow moon and sun.
"""


class Holidays:
    """Statutory holidays and make-up workdays, and over them the library's `own` table.

    The statutory days are chinesecalendar's, from the yearly notices of the State Council. In a
    year that it does not have, weekends rest and weekdays work but for the days that the law fixes
    and the library's own table.
    """

    def __init__(self, own: Mapping[date, Day] | None = None) -> None:
        self._own = dict(own or {})

    def own(self, day: date) -> Day | None:
        """What the library's own table says."""
        return self._own.get(day)

    def day(self, day: date) -> Day | None:
        """What is said of a date, the library's word first; None: like others of its weekday."""
        said = self._own.get(day) or _statutory().get(day)
        if said is None and not _published(day.year):
            return _BY_LAW.get((day.month, day.day))
        return said

    def known(self, year: int) -> bool:
        """Whether the year's holidays are published or in the library's table.

        National Day stands in every notice: a year that has none has not been entered.
        """
        return date(year, 10, 1) in self._own or _published(year)


def _published(year: int) -> bool:
    return date(year, 10, 1) in _statutory()


class Calendar:
    """The working time of a department, or the opening hours of the library.

    Which hours a date has, the first that applies:
    closed by the library's own table (nobody works); on a statutory calendar the library's own rest
    or work day; closed for the vacation; the vacation's hours, less statutory holidays (make-up
    weekends are for term); statutory rest or make-up work; the weekday's hours. Shift calendars
    know only closed days, vacations and weekdays.
    """

    def __init__(
        self,
        timetable: "Timetable",
        zone: str,
        holidays: Holidays | None = None,
        vacations: Iterable[Recess] = (),
        seasons: Iterable[Spell] = (),
    ) -> None:
        self.timetable = timetable
        self.zone = ZoneInfo(zone)
        self.holidays = holidays or Holidays()
        self._vacations = [
            (each.first, each.last, week)
            for each in vacations
            if (week := self._week_in(each)) is not None
        ]
        self._seasons = list(seasons)
        self._makeup = timetable.makeup or next(hours for hours in timetable.week if hours)
        self._days: dict[date, tuple[Moments, ...]] = {}
        self._shown: dict[date, tuple[Moments, ...]] = {}

    @classmethod
    def of(
        cls,
        profile: "Profile",
        code: str,
        holidays: Holidays | None = None,
        vacations: Iterable[Recess] | None = None,
        seasons: Iterable[Spell] | None = None,
    ) -> Self:
        """A profile's calendar. `vacations` and `seasons` replace the profile's own dates."""
        if vacations is None:
            vacations = [Recess(*dates) for dates in profile.vacation_dates()]
        if seasons is None:
            seasons = [Spell(*dates) for dates in profile.season_dates()]
        return cls(profile.calendars[code], profile.zone, holidays, vacations, seasons)

    # what a day is

    def windows(self, day: date) -> list[Moments]:
        """The working windows of a date, in order; the last may pass midnight."""
        windows = self._shown.get(day)
        if windows is None:
            utc = self._windows(day)
            windows = tuple((self._local(start), self._local(end)) for start, end in utc)
            self._shown[day] = windows
        return list(windows)

    def season(self, day: date) -> str | None:
        """The season of a date (考试周), the first that holds it."""
        return next((each.code for each in self._seasons if each.first <= day <= each.last), None)

    def is_workday(self, day: date) -> bool:
        """Whether anybody works on that date."""
        return bool(self._windows(day))

    def is_open(self, moment: datetime) -> bool:
        """Whether a moment is working time."""
        utc = _utc(moment)
        return any(start <= utc < end for start, end in self._windows(self.day_of(utc)))

    def day_of(self, moment: datetime) -> date:
        """The day that a moment belongs to: the one before, while its night still runs."""
        utc = _utc(moment)
        day = utc.astimezone(self.zone).date()
        night = self._windows(day - DAY)
        return day - DAY if night and utc < night[-1][1] else day

    def known(self, year: int) -> bool:
        """False if due times of that year rest on a guess: 假期尚未公布. Always true of shifts."""
        return not self.timetable.statutory or self.holidays.known(year)

    # due times

    def due(
        self,
        received: datetime,
        rule: "DueRule",
        *,
        departments: int = 1,
        complex_matter: bool = False,
    ) -> datetime:
        """When a matter received then is due by a rule of the profile; see `end_after`."""
        return self.end_after(received, rule.term(departments, complex_matter))

    def end_after(self, received: datetime, days: int) -> datetime:
        """The end of the last window of the `days`th workday after the day of receipt.

        The day of receipt does not count (受理当日不计), be it a workday or not; a night that
        passes midnight belongs to the day on which it began. 0 days is the same day: the end of its
        last window or, if that is over or there is none, of the next workday's.
        Refuses `NoWorkday` if the calendar has none for more than a year.
        """
        utc = _utc(received)
        day = self.day_of(utc)
        if days == 0:
            today = self._windows(day)
            if today and utc < today[-1][1]:
                return self._local(today[-1][1])
            days = 1
        return self._local(self._windows(self._nth_workday(day, days))[-1][1])

    def extend(self, due: datetime, days: int) -> datetime:
        """A due time moved by whole workdays, to the end of the last of them."""
        # A due time is the end of a window and so no longer in it: the instant before is.
        return self.end_after(due - timedelta.resolution, days)

    def due_after_pause(
        self, due: datetime, paused_from: datetime, paused_until: datetime
    ) -> datetime:
        """A due time after the clock stood (待读者, 待馆外回复): what was left of it is left.

        Working time is given back to the microsecond and not by the day, so that ten short pauses
        move a due time no further than one of their length. Time without work (a night, a holiday)
        gives nothing. A pause that began when the due time was over changes nothing.
        Waiting for the reader stops the clock.
        """
        first, last, end = _utc(paused_from), _utc(paused_until), _utc(due)
        if first >= end or last <= first:
            return self._local(end)
        return self._local(self._later(last, self._worked(first, end)))

    # minutes that count

    def later(self, start: datetime, minutes: int) -> datetime:
        """The first moment at which so many working minutes have passed since `start`."""
        return self._local(self._later(_utc(start), minutes * MINUTE))

    def minutes(self, start: datetime, end: datetime) -> int:
        """Whole working minutes from `start` to `end`; 0 if `end` is not later."""
        return self._worked(_utc(start), _utc(end)) // MINUTE

    # inside, all in UTC

    def _local(self, utc: datetime) -> datetime:
        return utc.astimezone(self.zone)

    def _windows(self, day: date) -> tuple[Moments, ...]:
        windows = self._days.get(day)
        if windows is None:
            # A midnight of no zone yet: `_at` makes a time on the library's wall of it.
            midnight = datetime.combine(day, time.min)
            found: list[Moments] = []
            for first, last in self._hours(day):
                start, end = self._at(midnight, first), self._at(midnight, last)
                if found:  # where clocks jump, two hours of the wall can be one
                    start = max(start, found[-1][1])
                if start < end:
                    found.append((start, end))
            windows = self._days[day] = tuple(found)
        return windows

    def _at(self, midnight: datetime, minute: int) -> datetime:
        return (midnight + minute * MINUTE).replace(tzinfo=self.zone).astimezone(UTC)

    def _week_in(self, vacation: Recess) -> "Sequence[Windows] | None":
        """The hours of a week of a vacation; None where it changes nothing here."""
        if vacation.closed:
            return ((),) * 7
        if vacation.hours is not None and not self.timetable.statutory:
            return (vacation.hours,) * 7
        return self.timetable.vacations.get(vacation.code)

    def _hours(self, day: date) -> "Windows":
        timetable, own = self.timetable, self.holidays.own(day)
        if own and own.kind is DayKind.CLOSED:
            return ()
        vacation = next((week for a, b, week in self._vacations if a <= day <= b), None)
        hours = (vacation or timetable.week)[day.weekday()]
        shut = vacation is not None and not any(vacation) and not own
        if shut or not timetable.statutory:
            return hours
        special = self.holidays.day(day)
        if special is None:
            return hours
        if special.kind is DayKind.REST:
            return timetable.holiday
        return hours if vacation and not own else hours or self._makeup

    def _nth_workday(self, day: date, count: int) -> date:
        rest, last = 0, day
        while count:
            day += DAY
            if self._windows(day):
                count, rest, last = count - 1, 0, day
            elif (rest := rest + 1) > LONGEST_REST:
                raise Refusal("NoWorkday", after=last)
        return day

    def _later(self, start: datetime, work: timedelta) -> datetime:
        day = self.day_of(start)
        while work > NOTHING:
            for first, last in self._windows(day):
                begin = max(first, start)
                if last - begin >= work:
                    return begin + work
                work -= max(last - begin, NOTHING)
            day = self._nth_workday(day, 1)
        return start

    def _worked(self, start: datetime, end: datetime) -> timedelta:
        work = NOTHING
        day, until = self.day_of(start), end.astimezone(self.zone).date()
        while day <= until:
            for first, last in self._windows(day):
                work += max(min(last, end) - max(first, start), NOTHING)
            day += DAY
        return work


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    return moment.astimezone(UTC)
