"""Seats at one desk: taken, left for a while, changed and left; what is refused, and why."""

from dataclasses import replace
from datetime import date

import pytest

from deskapp import erasures, numbers, places, reservations, seats, sweeps
from deskapp.kiosk import Kiosk
from deskapp.language import Language
from deskapp.refusal import Refusal
from deskapp.seats import Standing
from deskapp.space_entries import SeatRules
from screens.refusals import refusal_words
from tests.library import Library, differs_from_ledger, local
from tests.refusals import refused
from tests.seating import COMMONS, IT, MANY, NUMBERS, TEACHERS


@pytest.fixture
def library(seated: Library) -> Library:
    return seated


@pytest.fixture
def reader(library: Library) -> str:
    return library.reader(NUMBERS[0])


@pytest.fixture
def other(library: Library) -> str:
    return library.reader(NUMBERS[1])


def stands(library: Library, reader: str, zone: str = COMMONS) -> Standing:
    return seats.standing(library.at("assistant"), reader, zone)


def test_one_scan_after_another(library: Library, reader: str) -> None:
    desk = library.at("assistant")
    found = stands(library, reader)
    assert (found.act, found.seat, found.sitting) == ("take", "commons/A-1", None)
    seated = seats.take(desk, reader, zone=COMMONS)
    assert (seated.seat, seated.until) == ("commons/A-1", local("2026-11-22 22:00"))
    found = stands(library, reader)
    assert (found.act, found.seat) == ("away", "commons/A-1")
    refused("AlreadySeated", seats.take, desk, reader, "commons/A-2")
    library.clock.put("2026-11-22 10:30")
    assert seats.step_away(desk, reader).until == local("2026-11-22 11:00")
    refused("AwayAlready", seats.step_away, desk, reader)
    assert stands(library, reader).act == "back"
    library.clock.put("2026-11-22 10:50")
    seats.come_back(desk, reader)
    refused("NotAway", seats.come_back, desk, reader)
    library.clock.put("2026-11-22 11:00")
    assert seats.step_away(desk, reader).until == local("2026-11-22 12:30")  # a meal
    library.clock.put("2026-11-22 11:10")
    assert seats.leave(desk, reader).minutes == 40
    for act in (seats.leave, seats.step_away, seats.come_back, seats.extend):
        refused("NotSeated", act, desk, reader)
    assert differs_from_ledger(desk) == []


def test_a_seat_is_one_readers(library: Library, reader: str, other: str) -> None:
    desk = library.at("assistant")
    seats.take(desk, reader, "commons/B-2")
    facts = refused("SeatTaken", seats.take, desk, other, "commons/B-2").facts
    assert facts == {"seat": "commons/B-2", "until": local("2026-11-22 22:00")}
    seats.step_away(desk, reader)
    refused("SeatTaken", seats.take, desk, other, "commons/B-2")
    seats.leave(desk, reader)
    assert seats.take(desk, other, "commons/B-2").seat == "commons/B-2"


def test_the_seat_that_is_offered(library: Library, reader: str, other: str) -> None:
    desk = library.at("assistant")
    seats.take(desk, reader, "commons/F-5")
    seats.leave(desk, reader)
    assert stands(library, reader).seat == "commons/F-5"
    seats.take(desk, other, "commons/F-5")
    assert stands(library, reader).seat == "commons/A-1"
    assert seats.standing(desk, reader).seat == "commons/A-1"  # the zone where they sat last
    assert stands(library, reader, IT).seat == "it/A-1"
    seats.leave(desk, other)
    seats.take(desk, reader, "it/B-1")  # a socket, not by the window
    seats.leave(desk, reader)
    seats.take(desk, other, "it/A-1")  # the only one before it that has one
    place = places.find(desk, stands(library, reader, COMMONS).seat or "")
    assert (place.seat, place.socket) == ("commons/F-5", False)
    seats.move(desk, other, "commons/F-5")
    place = places.find(desk, stands(library, reader, COMMONS).seat or "")
    assert place.socket or place.window


def test_a_zone_that_is_full_and_what_is_out_of_order(library: Library) -> None:
    desk = library.at("assistant")
    teacher, student = library.reader(NUMBERS[2]), library.reader(NUMBERS[0])
    facts = refused("NotEligible", seats.take, desk, student, zone=TEACHERS).facts
    assert facts == {"zone": TEACHERS, "whose": "teachers"}
    assert refusal_words(Language(), desk, Refusal("NotEligible", **facts)).endswith("仅限教师")
    with desk.reading():
        known = places.seats(desk, TEACHERS)
    for place in known[1:]:
        places.close(desk, place.seat)
    refused("SeatClosed", seats.take, desk, teacher, known[1].seat)
    assert stands(library, teacher, TEACHERS).seat == known[0].seat
    places.close(desk, known[0].seat)
    found = stands(library, teacher, TEACHERS)
    assert found.act is None
    assert found.refusal is not None
    assert found.refusal.code == "ZoneFull"
    refused("ZoneFull", seats.take, desk, teacher, zone=TEACHERS)
    refused("SeatUnknown", seats.take, desk, teacher, "commons/Z-1")
    refused("SeatUnknown", seats.take, desk, teacher, "nowhere/A-1")
    refused("ZoneUnknown", seats.take, desk, teacher, zone="nowhere")
    refused("PatronUnknown", seats.take, desk, "reader:none", zone=COMMONS)
    refused("RoleTooLow", seats.take, library.at("volunteer"), teacher, zone=COMMONS)


def test_hours(library: Library, reader: str) -> None:
    desk = library.at("assistant")
    library.clock.put("2026-11-23 07:44")
    facts = refused("ZoneShut", seats.take, desk, reader, zone=COMMONS).facts
    assert facts == {"zone": COMMONS, "opens": local("2026-11-23 08:00")}
    library.clock.put("2026-11-23 07:50")  # before the door
    assert seats.take(desk, reader, zone=COMMONS).until == local("2026-11-23 22:00")
    library.clock.put("2026-11-23 22:00")
    (swept,) = sweeps.sweep(desk)
    assert (swept.why, swept.violation, swept.ended) == ("closed", False, local("2026-11-23 22:00"))
    facts = refused("ZoneShut", seats.take, desk, reader, zone=COMMONS).facts
    assert facts["opens"] == local("2026-11-24 08:00")


def test_a_change_of_seat(library: Library, reader: str, other: str) -> None:
    desk = library.at("assistant")
    refused("NotSeated", seats.move, desk, reader, "commons/B-1")
    seats.take(desk, reader, "commons/A-1")
    seats.take(desk, other, "commons/A-2")
    refused("SeatTaken", seats.move, desk, reader, "commons/A-2")
    refused("AlreadySeated", seats.move, desk, reader, "commons/A-1")
    moved = seats.move(desk, reader, "it/A-1")
    assert (moved.seat, moved.left) == ("it/A-1", "commons/A-1")
    sitting = stands(library, reader).sitting
    assert sitting is not None
    assert sitting.seat == "it/A-1"
    assert seats.move(desk, other, "commons/A-1").seat == "commons/A-1"


def test_a_group_sits_together(library: Library, reader: str) -> None:
    desk = library.at("assistant")
    seats.take(desk, reader, "commons/A-2")
    group = [library.reader(number) for number in MANY[:4]]
    taken = seats.take_group(desk, group, COMMONS)
    assert [each.seat for each in taken] == [f"commons/A-{n}" for n in (3, 4, 5, 6)]
    more = [library.reader(MANY[4]), reader]
    refused("AlreadySeated", seats.take_group, desk, more, COMMONS)  # all or none
    assert stands(library, more[0]).act == "take"


def test_away_too_long_is_over(library: Library, reader: str) -> None:
    desk = library.at("assistant")
    seats.take(desk, reader, "commons/B-2")
    seats.step_away(desk, reader)
    library.clock.put("2026-11-22 10:29")
    assert sweeps.sweep(desk) == []
    assert stands(library, reader).act == "back"
    library.clock.put("2026-11-22 10:30")
    refused("NotSeated", seats.come_back, desk, reader)
    found = stands(library, reader)
    assert (found.act, found.violations) == ("take", 1)
    assert sweeps.sweep(desk) == []
    assert differs_from_ledger(desk) == []


def test_a_stay_that_is_to_be_asked_for_again(library: Library, reader: str, other: str) -> None:
    desk = library.at("assistant")
    rules = SeatRules.model_validate(
        {"code": "usual", "zh": "两小时", "en": "Two hours", "longest": 120}
    )
    known = {**desk.profile.seat_rules, "usual": rules}
    desk = replace(desk, profile=desk.profile.model_copy(update={"seat_rules": known}))
    assert seats.take(desk, reader, "commons/A-1").until == local("2026-11-22 12:00")
    refused("NoLonger", seats.extend, desk, reader)
    library.clock.put("2026-11-22 11:29")
    assert seats.standing(desk, reader).act == "away"
    library.clock.put("2026-11-22 11:30")
    assert seats.standing(desk, reader).act == "extend"
    assert seats.extend(desk, reader).until == local("2026-11-22 13:30")
    reservations.reserve(desk, other, "commons/A-1", begins=local("2026-11-22 14:00"))
    library.clock.put("2026-11-22 13:00")
    said = Kiosk(desk, COMMONS).scan(NUMBERS[0])
    assert (said.what, said.until) == ("seated", local("2026-11-22 14:00"))
    library.clock.put("2026-11-22 13:45")
    assert seats.standing(desk, reader).act == "away"  # somebody has reserved it
    library.clock.put("2026-11-22 14:00")
    assert [each.why for each in sweeps.sweep(desk)] == ["closed"]
    assert seats.take(desk, other, "commons/A-1").until == local("2026-11-22 16:00")
    library.clock.put("2026-11-22 19:59")
    seats.take(desk, reader, zone=COMMONS)
    for at, act in (("21:40", "away"), ("21:57", "away"), ("21:58", "extend")):
        library.clock.put(f"2026-11-22 {at}")  # a minute more is no question before the last
        assert seats.standing(desk, reader).act == act, at


def test_who_is_erased_leaves_their_seat_free(library: Library, reader: str, other: str) -> None:
    desk = library.at("assistant")
    seats.take(desk, reader, "commons/B-1")
    tomorrow = date(2026, 11, 23)
    reservations.reserve(desk, reader, "commons/B-2", day=tomorrow)
    erasures.erase_reader(library.at("head"), reader)
    assert seats.take(desk, other, "commons/B-1").until == local("2026-11-22 22:00")
    reservations.reserve(desk, other, "commons/B-2", day=tomorrow)
    assert differs_from_ledger(desk) == []


def test_two_numbers_of_one_reader_are_one_of_a_group(
    library: Library, reader: str, other: str
) -> None:
    desk = library.at("assistant")
    numbers.merge(library.at("lead"), reader, other)
    (done,) = seats.take_group(desk, [reader, other], COMMONS)
    assert done.reader == other
