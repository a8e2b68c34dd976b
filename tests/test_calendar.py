"""Working time: hand-worked cases. What holds of every calendar is in test_working_time.

The days of 2026 are those of the State Council's notice of 4 November 2025 on the year's holidays:
Spring Festival 15-23 February, work on Saturdays 14 and 28 February; Mid-autumn 25-27 September;
National Day 1-7 October, work on Sunday 20 September and Saturday 10 October.
`test_the_notice_for_2026` holds chinesecalendar's data against it.
"""

import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta

import pytest

from db.refusal import Refusal
from deskapp import profile
from deskapp.calendar import Calendar, Day, DayKind, Holidays, Recess
from deskapp.timetable import Timetable

ZONE = "Asia/Shanghai"
NCST = profile.load("ncst")
HOLIDAYS = Holidays()
OFFICE = Calendar.of(NCST, "office", HOLIDAYS)
DESK = Calendar.of(NCST, "desk", HOLIDAYS)


def at(text: str) -> datetime:
    """`2026-02-13 16:00` on the library's wall."""
    return datetime.fromisoformat(text).replace(tzinfo=OFFICE.zone)


def shown(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def timetable(
    *week: str, statutory: bool = True, vacations: dict[str, list[str]] | None = None, **hours: str
) -> Timetable:
    entry = {"code": "t", "zh": "测试", "en": "Test", "statutory": statutory, "week": list(week)}
    return Timetable.model_validate({**entry, "vacations": vacations or {}, **hours})


def calendar(*week: str, statutory: bool = True, zone: str = ZONE) -> Calendar:
    return Calendar(timetable(*week, statutory=statutory), zone, HOLIDAYS)


def test_the_notice_for_2026() -> None:
    def days(kind: DayKind) -> set[str]:
        year = (date(2026, 1, 1) + timedelta(days=n) for n in range(365))
        found = ((day, HOLIDAYS.day(day)) for day in year)
        return {f"{day:%m-%d}" for day, what in found if what and what.kind is kind}

    rest = {
        (1, 1): 3, (2, 15): 9, (4, 4): 3, (5, 1): 5, (6, 19): 3, (9, 25): 3, (10, 1): 7,
    }  # first day: how many  # fmt: skip
    assert days(DayKind.REST) == {
        f"{date(2026, *first) + timedelta(days=n):%m-%d}"
        for first, many in rest.items()
        for n in range(many)
    }
    assert days(DayKind.WORK) == {"01-04", "02-14", "02-28", "05-09", "09-20", "10-10"}
    assert HOLIDAYS.day(date(2026, 2, 17)) == Day(DayKind.REST, "春节", "Spring Festival")


@pytest.mark.parametrize(
    ("received", "rule", "due"),
    [
        # an ordinary week: Sunday 22 November 2026, as in the sketch of the desk
        ("2026-11-22 10:07", "one_office", "2026-11-24 17:30"),
        ("2026-11-20 16:00", "ordinary", "2026-11-23 17:30"),  # Friday afternoon: Monday
        ("2026-11-20 21:00", "ordinary", "2026-11-23 17:30"),  # Friday evening: Monday too
        ("2026-11-20 16:00", "same_day", "2026-11-20 17:30"),
        ("2026-11-20 17:29", "same_day", "2026-11-20 17:30"),
        ("2026-11-20 17:30", "same_day", "2026-11-23 17:30"),  # over: the next workday
        ("2026-11-20 12:30", "same_day", "2026-11-20 17:30"),  # at noon
        ("2026-11-20 06:00", "same_day", "2026-11-20 17:30"),  # before work
        ("2026-11-21 10:00", "same_day", "2026-11-23 17:30"),  # Saturday
        ("2026-11-23 00:00", "ordinary", "2026-11-24 17:30"),  # midnight belongs to the new day
        ("2026-11-22 23:59", "ordinary", "2026-11-23 17:30"),
        # Spring Festival 2026: Friday 13 February; the 14th is worked, then rest to the 23rd
        ("2026-02-13 16:00", "ordinary", "2026-02-14 17:30"),
        ("2026-02-13 16:00", "one_office", "2026-02-24 17:30"),
        ("2026-02-13 16:00", "several", "2026-02-25 17:30"),
        ("2026-02-14 09:00", "ordinary", "2026-02-24 17:30"),
        ("2026-02-14 09:00", "same_day", "2026-02-14 17:30"),
        ("2026-02-18 09:00", "same_day", "2026-02-24 17:30"),  # in the holiday
        ("2026-02-18 09:00", "collective", "2026-02-28 17:30"),  # 24-27 and Saturday 28
        ("2026-02-27 09:00", "ordinary", "2026-02-28 17:30"),
        ("2026-02-27 09:00", "one_office", "2026-03-02 17:30"),
        # National Day and Mid-autumn 2026
        ("2026-09-18 10:00", "ordinary", "2026-09-20 17:30"),  # Friday: Sunday is worked
        ("2026-09-24 10:00", "one_office", "2026-09-29 17:30"),  # 25-27 rest: 28, 29
        ("2026-09-24 10:00", "collective", "2026-10-09 17:30"),  # 28, 29, 30, then 8, 9
        ("2026-09-30 17:00", "ordinary", "2026-10-08 17:30"),
        ("2026-09-30 17:00", "several", "2026-10-10 17:30"),  # 8, 9, Saturday 10
        ("2026-09-30 17:00", "investigation", "2026-10-20 17:30"),  # 8-10, 12-16, 19, 20
        # over the year's end: 1-3 January 2026 rest, Sunday the 4th is worked
        ("2025-12-31 10:00", "ordinary", "2026-01-04 17:30"),
    ],
)
def test_due_in_office_hours(received: str, rule: str, due: str) -> None:
    assert shown(OFFICE.due(at(received), NCST.due[rule])) == due


@pytest.mark.parametrize(
    ("received", "rule", "due"),
    [
        ("2026-11-22 10:07", "same_day", "2026-11-22 17:30"),  # Sunday, as in the sketch
        ("2026-11-20 21:00", "same_day", "2026-11-20 22:00"),  # Friday evening
        ("2026-11-20 22:00", "same_day", "2026-11-21 17:30"),
        ("2026-02-17 09:00", "same_day", "2026-02-17 22:00"),  # first day of the lunar year
        ("2026-02-13 16:00", "one_office", "2026-02-15 17:30"),
        ("2026-10-01 09:00", "ordinary", "2026-10-02 22:00"),
        ("2026-10-09 09:00", "ordinary", "2026-10-10 17:30"),  # a make-up Saturday is a Saturday
    ],
)
def test_due_in_shifts_over_holidays(received: str, rule: str, due: str) -> None:
    assert shown(DESK.due(at(received), NCST.due[rule])) == due


def test_departments_and_complexity() -> None:
    monday = at("2026-11-23 09:00")
    collective, complaint = NCST.due["collective"], NCST.due["complaint"]
    assert shown(OFFICE.due(monday, collective)) == "2026-11-30 17:30"
    assert shown(OFFICE.due(monday, collective, departments=2)) == "2026-12-02 17:30"
    assert shown(OFFICE.due(monday, collective, departments=3)) == "2026-12-04 17:30"
    assert shown(OFFICE.due(monday, complaint)) == "2026-11-30 17:30"
    assert shown(OFFICE.due(monday, complaint, complex_matter=True)) == "2026-12-07 17:30"


@pytest.mark.parametrize("year", [2027, 2028])
def test_a_year_not_published(year: int) -> None:
    while HOLIDAYS.known(year):  # by a newer chinesecalendar
        year += 2
    assert not OFFICE.known(year)
    assert DESK.known(year)  # shifts do not ask
    day = date(year, 10, 1)
    fixed = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
    assert not any(OFFICE.is_workday(date(year, *each)) for each in fixed)
    assert OFFICE.is_workday(date(year, 10, 4)) == (date(year, 10, 4).weekday() < 5)
    assert all(
        OFFICE.is_workday(date(year, 3, n)) == (date(year, 3, n).weekday() < 5)
        for n in range(1, 32)
    )
    entered = Holidays({day: Day(DayKind.REST, "国庆节", "National Day")})
    assert entered.known(year)
    assert not Calendar.of(NCST, "office", entered).is_workday(day)


def test_2026_is_known() -> None:
    assert OFFICE.known(2026)
    assert OFFICE.known(2025)


def test_a_library_overrules_the_notice() -> None:
    own = Holidays({
        date(2026, 10, 5): Day(DayKind.WORK, "值班", "On duty"),
        date(2026, 11, 18): Day(DayKind.REST, "校庆", "Anniversary"),
        date(2026, 11, 19): Day(DayKind.CLOSED, "停电", "Power cut"),
        date(2026, 11, 21): Day(DayKind.WORK, "补班", "Make-up"),
    })  # fmt: skip
    office, desk = Calendar.of(NCST, "office", own), Calendar.of(NCST, "desk", own)
    assert shown(office.due(at("2026-09-30 10:00"), NCST.due["ordinary"])) == "2026-10-05 17:30"
    assert shown(office.due(at("2026-11-17 10:00"), NCST.due["ordinary"])) == "2026-11-20 17:30"
    assert shown(office.due(at("2026-11-17 10:00"), NCST.due["one_office"])) == "2026-11-21 17:30"
    assert desk.is_workday(date(2026, 11, 18))  # an office holiday is none for shifts
    assert not desk.is_workday(date(2026, 11, 19))  # a shut house is


def test_vacations_have_other_hours() -> None:
    dates = [Recess("winter", date(2026, 1, 24), date(2026, 3, 2))]
    office = Calendar.of(NCST, "office", HOLIDAYS, dates)
    desk = Calendar.of(NCST, "desk", HOLIDAYS, dates)
    rule = NCST.due
    assert shown(office.due(at("2026-01-22 10:00"), rule["ordinary"])) == "2026-01-23 17:30"
    assert shown(office.due(at("2026-01-23 10:00"), rule["ordinary"])) == "2026-01-26 17:00"
    assert shown(desk.due(at("2026-01-26 10:00"), rule["same_day"])) == "2026-01-26 17:30"
    evenings = (at("2026-03-02 20:00"), at("2026-03-03 20:00"))  # the last day, the first of term
    assert [desk.is_open(evening) for evening in evenings] == [False, True]
    # Statutory rest holds in a vacation, make-up weekends do not.
    assert not office.is_workday(date(2026, 2, 14))
    assert shown(office.due(at("2026-02-13 10:00"), rule["ordinary"])) == "2026-02-24 17:00"
    assert desk.is_workday(date(2026, 2, 17))
    # But a weekend that the library itself calls in is worked.
    own = Holidays({date(2026, 2, 14): Day(DayKind.WORK)})
    called = Calendar.of(NCST, "office", own, dates)
    assert shown(called.windows(date(2026, 2, 14))[-1][1]) == "2026-02-14 17:30"


def test_a_vacation_with_hours_of_its_own_and_one_in_which_nobody_works() -> None:
    first, last = date(2027, 1, 18), date(2027, 1, 24)
    hours = Recess("winter", first, last, ((9 * 60, 16 * 60),))
    office = Calendar.of(NCST, "office", HOLIDAYS, [hours])
    desk = Calendar.of(NCST, "desk", HOLIDAYS, [hours])
    assert [shown(end) for _, end in desk.windows(last)] == ["2027-01-24 16:00"]
    assert shown(office.windows(first)[-1][1]) == "2027-01-18 17:00"  # the profile's own winter
    assert not office.is_workday(last)
    shut = [Recess("winter", first, last, closed=True)]
    for code in ("office", "desk", "opening"):
        calendar = Calendar.of(NCST, code, HOLIDAYS, shut)
        assert not any(calendar.is_workday(date(2027, 1, day)) for day in range(18, 25))
        assert calendar.is_workday(date(2027, 1, 25))
    own = Holidays({first: Day(DayKind.WORK)})
    assert Calendar.of(NCST, "office", own, shut).is_workday(first)


def test_holiday_and_makeup_hours() -> None:
    hours = timetable("tue-sat 09:00-17:00", holiday="10:00-12:00", makeup="09:00-11:00")
    special = Calendar(hours, ZONE, HOLIDAYS)
    assert shown(special.windows(date(2026, 10, 5))[0][1]) == "2026-10-05 12:00"
    assert shown(special.windows(date(2026, 9, 20))[0][1]) == "2026-09-20 11:00"
    assert shown(special.windows(date(2026, 10, 10))[0][1]) == "2026-10-10 17:00"  # open anyway
    assert not special.is_workday(date(2026, 11, 23))
    shut = Recess("autumn", date(2026, 9, 19), date(2026, 10, 10), closed=True)
    closed = Calendar(hours, ZONE, HOLIDAYS, [shut])
    assert not any(map(closed.is_workday, (date(2026, 10, 5), date(2026, 9, 20))))


def test_a_night_belongs_to_the_day_on_which_it_began() -> None:
    night = calendar("mon-fri 18:00-02:00", statutory=False)
    assert [(shown(a), shown(b)) for a, b in night.windows(date(2026, 11, 20))] == [
        ("2026-11-20 18:00", "2026-11-21 02:00")
    ]
    saturday = at("2026-11-21 01:00")
    assert night.is_open(saturday)
    assert not night.is_open(at("2026-11-21 02:00"))
    assert not night.is_workday(date(2026, 11, 21))
    assert shown(night.end_after(saturday, 0)) == "2026-11-21 02:00"
    assert shown(night.end_after(saturday, 1)) == "2026-11-24 02:00"  # Monday's night
    assert shown(night.end_after(at("2026-11-21 02:00"), 0)) == "2026-11-24 02:00"
    assert shown(night.later(saturday, 61)) == "2026-11-23 18:01"
    assert night.minutes(saturday, at("2026-11-23 19:00")) == 120
    assert shown(night.extend(at("2026-11-21 02:00"), 1)) == "2026-11-24 02:00"
    tuesday = at("2026-11-24 02:00")  # Monday's night is just over
    assert shown(night.end_after(tuesday, 1)) == "2026-11-26 02:00"
    whole = calendar("mon-sun 00:00-24:00", statutory=False)
    assert whole.minutes(at("2026-11-20 00:00"), at("2026-11-22 00:00")) == 2880
    assert shown(whole.end_after(at("2026-11-20 00:00"), 0)) == "2026-11-21 00:00"
    assert shown(whole.extend(at("2026-11-21 00:00"), 1)) == "2026-11-22 00:00"


def test_four_working_hours_to_accept() -> None:
    limit = NCST.limits.handover_minutes
    assert shown(OFFICE.later(at("2026-11-20 09:00"), limit)) == "2026-11-20 14:30"
    assert shown(OFFICE.later(at("2026-11-20 08:00"), limit)) == "2026-11-20 12:00"
    assert shown(OFFICE.later(at("2026-11-20 16:00"), limit)) == "2026-11-23 10:30"
    assert shown(OFFICE.later(at("2026-09-30 16:30"), limit)) == "2026-10-08 11:00"
    assert shown(OFFICE.later(at("2026-11-21 11:11"), 0)) == "2026-11-21 11:11"


def test_extension_is_in_whole_workdays() -> None:
    assert shown(OFFICE.extend(at("2026-09-30 17:30"), 2)) == "2026-10-09 17:30"
    assert shown(OFFICE.extend(at("2026-11-20 17:30"), 1)) == "2026-11-23 17:30"


@pytest.mark.parametrize(
    ("due", "paused", "until", "moved"),
    [
        ("2026-11-24 17:30", "2026-11-23 17:30", "2026-11-24 17:30", "2026-11-25 17:30"),
        ("2026-11-24 17:30", "2026-11-23 14:00", "2026-11-23 15:00", "2026-11-25 09:00"),
        ("2026-11-24 17:30", "2026-11-23 18:00", "2026-11-24 07:00", "2026-11-24 17:30"),  # night
        ("2026-11-20 17:30", "2026-11-20 16:30", "2026-11-23 10:00", "2026-11-23 11:00"),
        ("2026-09-30 17:30", "2026-09-30 08:00", "2026-10-07 20:00", "2026-10-08 17:30"),
        ("2026-11-20 17:30", "2026-11-20 17:30", "2026-11-27 10:00", "2026-11-20 17:30"),  # late
        ("2026-11-20 17:30", "2026-11-19 10:00", "2026-11-19 09:00", "2026-11-20 17:30"),
    ],
)
def test_a_pause_gives_back_working_time(due: str, paused: str, until: str, moved: str) -> None:
    assert shown(OFFICE.due_after_pause(at(due), at(paused), at(until))) == moved


def test_any_zone_in_the_librarys_zone_out() -> None:
    due = OFFICE.due(datetime(2026, 11, 20, 8, tzinfo=UTC), NCST.due["ordinary"])
    assert due.tzinfo is OFFICE.zone
    assert shown(due) == "2026-11-23 17:30"
    # 16:30 UTC on Thursday is already Friday in Tangshan
    due = OFFICE.due(datetime(2026, 11, 19, 16, 30, tzinfo=UTC), NCST.due["ordinary"])
    assert shown(due) == "2026-11-23 17:30"
    with pytest.raises(ValueError, match="zone"):
        OFFICE.is_open(datetime.combine(date(2026, 11, 20), time(8)))


def test_open_from_the_first_instant_to_before_the_last() -> None:
    day = ("07:59", "08:00", "11:59", "12:00", "13:30", "17:30")
    opened = [OFFICE.is_open(at(f"2026-11-20 {time}")) for time in day]
    assert opened == [False, True, True, False, True, False]


def test_an_hour_that_the_clocks_leave_out_is_not_worked() -> None:
    spring = calendar("sun 01:00-02:30 03:00-05:00", statutory=False, zone="Europe/Berlin")
    sunday = datetime(2026, 3, 29, tzinfo=UTC)
    assert spring.minutes(sunday, sunday + timedelta(days=1)) == 60 + 120
    assert len(spring.windows(date(2026, 3, 29))) == 2


def test_nobody_ever_works() -> None:
    shut = Calendar(
        timetable("mon 08:00-12:00", vacations={"long": []}),
        ZONE,
        HOLIDAYS,
        [Recess("long", date(2026, 1, 1), date(2030, 1, 1))],
    )
    with pytest.raises(Refusal, match="NoWorkday"):
        shut.end_after(at("2026-06-01 10:00"), 1)
    with pytest.raises(Refusal, match="NoWorkday"):
        shut.later(at("2026-06-01 10:00"), 1)
    assert shut.minutes(at("2026-06-01 10:00"), at("2026-09-01 10:00")) == 0


def test_holidays_are_not_loaded_before_they_are_asked_for() -> None:
    late = "{'chinese_calendar', 'pydantic'}"
    code = f"import sys, deskapp.calendar; print({late} & {{*sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
