"""Spaces: the profile's zones and rooms, library days, and which rules hold when and for whom."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime

import pytest

from deskapp import plans, profile, spaces
from deskapp.calendar import Calendar
from deskapp.desk import Desk
from deskapp.space_entries import Terms
from tests.library import Library, local
from tests.refusals import refused
from tests.test_profile import refused as refused_file
from tests.test_profile import shipped

EXAM_WEEKS = '"Exam weeks", dates = [{ first = 2026-12-28, last = 2027-01-15 }]'
NIGHT = 'week = ["mon-sun 08:00-12:00 13:00-01:30"]'


def desk_of(library: Library, *changed: tuple[str, str]) -> Desk:
    """The desk, in a library whose profile says other things than the one that ships."""
    text = shipped("ncst")
    for old, new in changed:
        assert old in text
        text = text.replace(old, new)
    own = profile.read(text.encode(), "own.toml")
    calendars = {code: Calendar.of(own, code) for code in own.calendars}
    return replace(library.at("assistant"), profile=own, calendars=calendars)


def test_the_spaces_of_the_library() -> None:
    ncst = profile.load("ncst")
    seats = {code: len(list(plans.seats(zone.plan))) for code, zone in ncst.zones.items()}
    assert seats["exam"] == 1000
    assert {code: zone.places for code, zone in ncst.zones.items() if not seats[code]} == {
        "gallery": 40,
        "therapy": 12,
        "sofas": 110,
    }
    assert [zone.zh for zone in ncst.zones.values()] == [
        "考研空间",
        "信息共享空间",
        "IT空间",
        "教师研修空间",
        "李大钊主题空间",
        "创新中心",
        "艺术教育馆",
        "阅读疗法空间",
        "休闲沙发区",
    ]
    rules = Counter(room.rules for room in ncst.rooms.values())
    assert rules == {"seminar": 20, "research": 4, "staffed": 2}
    assert len({room.floor for room in ncst.rooms.values()}) == 6
    small = profile.load("generic")
    assert [len(list(plans.seats(zone.plan))) for zone in small.zones.values()] == [60, 0]
    assert len(small.rooms) == 3


def test_an_old_profile_has_no_spaces(library: Library) -> None:
    text = shipped("ncst")
    old = profile.read(text[: text.index("[buildings]")].encode(), "own.toml")
    desk = replace(library.desk, profile=old)
    assert spaces.zones(desk) == []
    refused("ZoneUnknown", spaces.zone, desk, "exam")


@pytest.mark.parametrize(
    ("old", "new", "code", "where", "value"),
    [
        ('rules = "exam"', 'rules = "none"', "ReferenceUnknown", "zones.exam.rules", "none"),
        ('hours = "desk"', 'hours = "never"', "ReferenceUnknown", "zones.therapy.hours", "never"),
        ('patrons = ["teacher"]', 'patrons = ["king"]', "ReferenceUnknown",
         "segments.teachers.patrons", "king"),
        ('segments = ["teachers"]', 'segments = ["kings"]', "ReferenceUnknown",
         "zones.teachers.segments", "kings"),
        ("exam_weeks = { away", "summer_weeks = { away", "ReferenceUnknown",
         "seat_rules.usual.seasons.summer_weeks", "summer_weeks"),
        ("exam_weeks = { away = 20", "exam_weeks = { awya = 20", "KeyUnknown",
         "seat_rules.usual.seasons.exam_weeks.awya", "20"),
        ("exam_weeks = { away = 20", "exam_weeks = { away = -1", "ValueWrong",
         "seat_rules.usual.seasons.exam_weeks.away", "-1"),
        ('most = 2 }', 'counts = ["noise"] }', "ReferenceUnknown", "seat_rules.usual.counts",
         "noise"),
        ('"B s......... .........s"', '"B s......... ....?....s"', "ValueWrong",
         "zones.commons.plan", "B s......... ....?....s"),
        ('"B s......... .........s"', '"C s......... .........s"', "ValueWrong",
         "zones.commons.plan", "C s......... .........s"),
        ('kind = "counted"\nplaces = 40', 'places = 40', "ValueWrong", "zones.gallery.places",
         "40"),
        ('capacity = 10, least = 4', 'capacity = 3, least = 4', "ValueWrong", "rooms.s203.least",
         "4"),
        ('["whiteboard", "screen"]', '["sofa"]', "ReferenceUnknown", "rooms.s202.equipment",
         "sofa"),
    ],
)  # fmt: skip
def test_wrong_spaces_are_refused_by_place(
    old: str, new: str, code: str, where: str, value: str
) -> None:
    text = shipped("ncst")
    assert old in text
    refusal = refused_file(text.replace(old, new, 1))
    assert (refusal.code, refusal.facts["where"]) == (f"Profile{code}", where)
    assert refusal.facts.get("value", value) == value


def test_a_plan_is_what_it_looks_like() -> None:
    drawn = list(plans.seats(["A  .s", "--", "BB w x"]))
    assert drawn == [
        plans.Seat("A-1", 1, 1),
        plans.Seat("A-2", 1, 2, socket=True),
        plans.Seat("BB-1", 3, 1, window=True),
        plans.Seat("BB-2", 3, 3, closed=""),
    ]
    with pytest.raises(ValueError, match=r"^A s$"):
        list(plans.seats(["A s", "BB s"]))  # drawn where the other row's name stands


def test_a_night_belongs_to_the_day_on_which_it_began(library: Library) -> None:
    desk = desk_of(library, ('week = ["mon-sun 08:00-22:00"]', NIGHT))
    exam, therapy = spaces.zone(desk, "exam"), spaces.zone(desk, "therapy")

    def day(text: str) -> str:
        return spaces.day_of(desk, exam, local(text)).isoformat()

    assert day("2026-11-23 23:59") == "2026-11-23"
    assert day("2026-11-24 01:29") == "2026-11-23"
    assert day("2026-11-24 01:30") == "2026-11-24"
    assert spaces.day_of(desk, therapy, local("2026-11-24 01:29")) == date(2026, 11, 24)
    assert spaces.window(desk, exam, date(2026, 11, 23)) == [
        (local("2026-11-23 08:00"), local("2026-11-23 12:00")),
        (local("2026-11-23 13:00"), local("2026-11-24 01:30")),
    ]


def test_exam_weeks_are_stricter_and_say_only_what_differs(library: Library) -> None:
    desk = desk_of(library, ('"Exam weeks"', EXAM_WEEKS))
    commons = spaces.zone(desk, "commons")
    usual, strict = (spaces.terms(desk, commons, date(2026, 12, d)) for d in (27, 28))
    assert (usual.away, usual.most, usual.sign_in_after) == (30, 3, 30)
    assert (strict.away, strict.most, strict.sign_in_after) == (20, 2, 30)
    assert strict.counts == usual.counts
    assert [meal.minutes for meal in strict.meals] == [60, 60]
    exam = spaces.zone(desk, "exam")
    assert spaces.terms(desk, exam, date(2026, 12, 28)) == spaces.terms(
        desk, exam, date(2026, 12, 27)
    )


def test_a_meal_that_begins_in_time_may_take_longer(library: Library) -> None:
    desk = library.desk
    terms = spaces.terms(desk, spaces.zone(desk, "commons"), date(2026, 11, 23))

    def back(text: str, by: Terms = terms) -> datetime:
        return spaces.away_until(by, local(text))

    assert back("2026-11-23 10:59") == local("2026-11-23 11:29")
    assert back("2026-11-23 11:00") == local("2026-11-23 12:30")
    assert back("2026-11-23 12:59") == local("2026-11-23 14:29")
    assert back("2026-11-23 13:00") == local("2026-11-23 13:30")
    late = Terms.model_validate({"meals": [{"hours": "23:00-01:00", "minutes": 60}]})
    assert back("2026-11-24 00:59", late) == local("2026-11-24 01:59")
    assert back("2026-11-24 01:00", late) == local("2026-11-24 01:30")


def test_who_may_use_a_zone(library: Library) -> None:
    desk = library.desk
    teacher, undergraduate = library.reader("00417"), library.reader("2023101234")
    with desk.reading() as connection:
        for reader, may in ((teacher, True), (undergraduate, False)):
            zone = spaces.zone(desk, "teachers")
            assert spaces.eligible(desk, connection, zone, reader) is may
            offered = [each.code for each in spaces.offered_to(desk, connection, reader)]
            assert ("teachers" in offered, "commons" in offered) == (may, True)
        assert not spaces.eligible(desk, connection, spaces.zone(desk, "teachers"), "reader:0")
