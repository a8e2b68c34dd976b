"""Seats reserved, today and ahead; taken in time or not; acts on seats undone."""

from dataclasses import replace
from datetime import date

import pytest

from deskapp import bans, exemptions, holidays, places, queues, reservations, seats, sweeps, undo
from deskapp.language import Language
from deskapp.seats import Standing
from deskapp.space_entries import SeatRules
from tests.library import Library, differs_from_ledger, local
from tests.refusals import refused
from tests.seating import COMMONS, IT, MANY, NUMBERS, TEACHERS

TOMORROW = date(2026, 11, 23)


@pytest.fixture
def library(seated: Library) -> Library:
    return seated


@pytest.fixture
def reader(library: Library) -> str:
    return library.reader(NUMBERS[0])


@pytest.fixture
def other(library: Library) -> str:
    return library.reader(NUMBERS[1])


def stands(library: Library, reader: str) -> Standing:
    return seats.standing(library.at("assistant"), reader, COMMONS)


def test_reserved_ahead_and_taken(library: Library, reader: str, other: str) -> None:
    desk = library.at("assistant")
    made = reservations.reserve(desk, reader, "commons/C-3", day=TOMORROW)
    assert (made.begins, made.until) == (local("2026-11-23 08:00"), local("2026-11-23 22:00"))
    assert made.sign_in_from == local("2026-11-23 07:45")
    assert made.sign_in_until == local("2026-11-23 08:30")
    assert [each.seat for each in stands(library, reader).reservations] == ["commons/C-3"]
    seats.take(desk, other, "commons/C-3")  # today
    refused("SeatTaken", reservations.reserve, desk, other, "commons/C-3", day=TOMORROW)
    library.clock.put("2026-11-23 07:50")
    refused("SeatTaken", seats.take, desk, other, "commons/C-3")
    found = stands(library, reader)
    assert (found.act, found.seat) == ("take", "commons/C-3")
    taken = seats.take(desk, reader, zone=COMMONS)
    assert (taken.seat, taken.sitting, taken.reserved) == ("commons/C-3", made.sitting, True)
    assert stands(library, reader).reservations == ()
    assert differs_from_ledger(desk) == []


def test_a_seat_that_is_reserved_for_later(library: Library, reader: str, other: str) -> None:
    desk, at = library.at("assistant"), local("2026-11-22 14:00")
    reservations.reserve(desk, reader, "commons/C-3", begins=at)
    assert seats.take(desk, other, "commons/C-3").until == at
    assert seats.take(desk, reader, "commons/C-4").until == at  # they have reserved another
    refused("NoLonger", seats.extend, desk, other)
    seats.leave(desk, reader)
    refused("TooEarly", seats.take, desk, reader, "commons/C-3")
    library.clock.put("2026-11-22 13:45")
    refused("SeatTaken", seats.take, desk, reader, "commons/C-3")  # until two
    library.clock.put("2026-11-22 14:00")
    assert seats.take(desk, reader, "commons/C-3").reserved


def test_nobody_came(library: Library, reader: str) -> None:
    desk = library.at("assistant")
    reservations.reserve(desk, reader, "commons/C-3")
    library.clock.put("2026-11-22 10:29")
    assert sweeps.sweep(desk) == []
    library.clock.put("2026-11-22 10:30")
    (swept,) = sweeps.sweep(desk)
    assert (swept.seat, swept.why, swept.violation) == ("commons/C-3", "no_show", True)
    found = stands(library, reader)
    assert (found.reservations, found.violations, found.act) == ((), 1, "take")
    for _ in range(2):
        reservations.reserve(desk, reader, "commons/C-3")
        library.clock.move(hours=1)
    found = stands(library, reader)
    assert found.act is None
    assert found.refusal is not None
    assert found.refusal.code == "Banned"
    refused("Banned", reservations.reserve, desk, reader, "commons/C-3")


def test_a_window_stops_the_clock(library: Library, reader: str, other: str) -> None:
    desk = library.at("assistant")
    seats.take(desk, other, "commons/C-4")
    reservations.reserve(desk, reader, "commons/C-3")
    seats.step_away(desk, other)
    times = local("2026-11-22 10:10"), local("2026-11-22 10:20")
    library.clock.put("2026-11-22 10:20")
    exemptions.declare(library.at("li"), "drill", (), *times)
    library.clock.put("2026-11-22 10:39")
    assert sweeps.sweep(desk) == []
    assert stands(library, other).act == "back"
    seats.take(desk, reader, "commons/C-3")
    library.clock.put("2026-11-22 10:40")
    (swept,) = sweeps.sweep(desk)
    assert (swept.why, swept.ended) == ("away", local("2026-11-22 10:40"))


def test_what_the_rules_do_not_let_one_reserve(library: Library, reader: str) -> None:
    desk, teacher = library.at("assistant"), library.reader(NUMBERS[2])
    reserve = reservations.reserve
    refused("NotReservable", reserve, desk, teacher, zone=TEACHERS)
    refused("NotEligible", reserve, desk, reader, zone=TEACHERS)
    later = date(2026, 11, 24)
    assert refused("TooFarAhead", reserve, desk, reader, zone=IT, day=later).facts == {"days": 1}
    night = local("2026-11-22 23:00")
    facts = refused("RoomShut", reserve, desk, reader, zone=IT, begins=night).facts
    assert facts == {"hours": "08:00-22:00"}
    early = local("2026-11-23 07:00")
    refused("ZoneShut", reserve, desk, reader, zone=IT, begins=early)
    made = reserve(desk, reader, zone=IT)
    assert made.seat == "it/A-1"
    refused("AlreadySeated", reserve, desk, reader, zone=COMMONS)
    refused("ReservationUnknown", reservations.cancel, desk, teacher, made.sitting)
    reservations.cancel(desk, reader, made.sitting)
    refused("ReservationUnknown", reservations.cancel, desk, reader, made.sitting)
    for _ in range(2):
        reservations.cancel(desk, reader, reserve(desk, reader, zone=IT).sitting)
    assert refused("ReservedEnough", reserve, desk, reader, zone=IT).facts == {"count": 3}
    # whatever time is named
    refused("NotReservable", reservations.days, desk, teacher, TEACHERS)
    refused("NotEligible", reservations.days, desk, reader, TEACHERS)
    assert reservations.days(desk, teacher, IT) == [date(2026, 11, 22), TOMORROW]
    assert reservations.days(desk, reader, IT) == [TOMORROW]
    for _ in range(3):
        made = reserve(desk, reader, zone=IT, day=TOMORROW)
        reservations.cancel(desk, reader, made.sitting)
    refused("ReservedEnough", reservations.days, desk, reader, IT)


def test_the_last_act_is_undone(library: Library, reader: str, other: str) -> None:
    desk = library.at("assistant")
    seats.take(desk, reader, "commons/C-3")
    undone = undo.undo(desk)
    assert (undone.what, undone.name) == ("seat.taken", "commons/C-3")
    assert stands(library, reader).sitting is None
    made = reservations.reserve(desk, reader, "commons/C-3")
    seats.take(desk, reader)
    undo.undo(desk)
    assert [each.id for each in stands(library, reader).reservations] == [made.sitting]
    seats.take(desk, reader)
    for act, back in ((seats.step_away, "away"), (seats.leave, "away")):
        act(desk, reader)
        undo.undo(desk)
        assert stands(library, reader).act == back
    seats.step_away(desk, reader)
    seats.come_back(desk, reader)
    undo.undo(desk)
    assert stands(library, reader).act == "back"
    seats.move(desk, reader, "commons/C-5")
    undo.undo(desk)
    sitting = stands(library, reader).sitting
    assert sitting is not None
    assert (sitting.seat, sitting.status) == ("commons/C-3", "away")
    seats.take_group(desk, [other, library.reader(NUMBERS[2])], COMMONS)
    undo.undo(desk)
    assert stands(library, other).act == "take"
    assert differs_from_ledger(desk) == []


def test_what_somebody_went_on_from_is_not_undone(
    library: Library, reader: str, other: str
) -> None:
    desk, li = library.at("assistant"), library.at("li")
    seats.take(desk, reader, "commons/C-3")
    seats.leave(desk, reader)
    seats.take(li, other, "commons/C-3")
    refused("ActFollowed", undo.undo, desk)
    seats.take(desk, reader, "commons/C-4")
    seats.leave(desk, reader)
    seats.take(li, reader, "commons/C-5")
    refused("AlreadySeated", undo.undo, desk)
    undo.undo(li)
    undo.undo(desk)
    assert stands(library, reader).act == "away"


def test_another_seat_gives_up_what_was_reserved(library: Library, reader: str) -> None:
    desk = library.at("assistant")
    reservations.reserve(desk, reader, "commons/C-3", begins=local("2026-11-22 14:00"))
    library.clock.put("2026-11-22 14:05")
    assert seats.take(desk, reader, "commons/D-4").until == local("2026-11-22 22:00")
    assert stands(library, reader).reservations == ()
    undo.undo(desk)
    assert [each.seat for each in stands(library, reader).reservations] == ["commons/C-3"]
    seats.take_group(desk, [reader], COMMONS)
    library.clock.put("2026-11-22 14:31")
    assert (sweeps.sweep(desk), stands(library, reader).violations) == ([], 0)


@pytest.mark.parametrize("why", ["out of order", "barred", "closed"])
def test_who_cannot_come_does_not_stay_away(library: Library, reader: str, why: str) -> None:
    desk = library.at("assistant")
    reservations.reserve(desk, reader, "commons/C-3", day=TOMORROW)
    if why == "out of order":
        places.close(desk, "commons/C-3")
    elif why == "barred":
        bans.impose(library.at("lead"), reader, "disorder", 1)
    else:
        file = library.folder / "holidays.csv"
        file.write_text("日期,安排\n2026-11-23,闭馆\n", "utf-8")
        assert holidays.load(library.at("admin"), file, Language("zh_CN")).rejected == 0
    library.clock.put("2026-11-23 08:10")
    if why == "out of order":
        assert stands(library, reader).seat == "commons/A-1"  # another is offered
    library.clock.put("2026-11-23 08:30")
    (swept,) = sweeps.sweep(desk)
    assert (swept.why, swept.violation) == ("no_show", False)


def test_a_window_keeps_what_was_reserved(library: Library, reader: str) -> None:
    desk = library.at("assistant")
    reservations.reserve(desk, reader, "commons/C-3")
    library.clock.put("2026-11-22 10:35")
    times = local("2026-11-22 10:10"), local("2026-11-22 10:30")
    exemptions.declare(library.at("li"), "drill", (), *times)
    assert stands(library, reader).seat == "commons/C-3"


def test_a_seat_that_is_reserved_for_the_evening_is_free_until_then(library: Library) -> None:
    desk, some = library.at("assistant"), [library.reader(number) for number in MANY]
    first, last, *others = (each.seat for each in places.seats(desk, IT))
    for each in others:
        places.close(desk, each)
    for seat, reader, at in ((first, some[0], "18:00"), (last, some[1], "19:00")):
        reservations.reserve(desk, reader, seat, begins=local(f"2026-11-22 {at}"))
    refused("ZoneNotFull", queues.join, desk, some[2], IT)
    group = seats.take_group(desk, some[2:4], IT)
    assert [each.until.hour for each in group] == [18, 19]
    assert undo.undo(desk).name == f"{group[0].seat} {group[1].seat}"
    refused("ZoneFull", seats.take_group, desk, some[2:5], IT)
    found = seats.take(desk, some[2], zone=IT)
    assert (found.seat, found.until) == (last, local("2026-11-22 19:00"))
    library.clock.put("2026-11-22 17:31")
    refused("ZoneFull", seats.take, desk, some[3], zone=IT)  # half an hour is worth it
    queues.join(desk, some[3], IT)
    reservations.cancel(desk, some[0], seats.standing(desk, some[0]).reservations[0].id)
    assert [each.seat for each in queues.queue(desk, IT)] == [first]


def test_who_comes_late_where_that_counts(library: Library, reader: str) -> None:
    desk = library.at("assistant")
    said = {"zh": "迟到", "en": "Late", "counts": ["late"], "late": 10, "most": 2}
    rules = SeatRules.model_validate({"code": "usual", **said})
    desk = replace(desk, profile=desk.profile.model_copy(update={"seat_rules": {"usual": rules}}))
    for at, late, counted in (("10:10", False, 0), ("10:31", True, 1)):
        reservations.reserve(desk, reader, "commons/C-3")
        library.clock.put(f"2026-11-22 {at}")
        taken = seats.take(desk, reader, zone=COMMONS)
        assert (taken.reserved, taken.late) == (True, late)
        assert seats.standing(desk, reader).violations == counted
        undone = undo.undo(desk)
        assert (undone.what, undone.name) == ("seat.taken", "commons/C-3")
        assert seats.standing(desk, reader).violations == 0
        assert seats.take(desk, reader, zone=COMMONS).late is late
        seats.leave(desk, reader)
        library.clock.put("2026-11-22 10:20")
    assert seats.standing(desk, reader).violations == 1
    assert differs_from_ledger(desk) == []
    library.clock.put("2026-11-22 11:00")
    reservations.reserve(desk, reader, "commons/C-3")
    exemptions.declare(library.at("li"), "drill", (), local("2026-11-22 11:00"))
    library.clock.put("2026-11-22 11:20")
    assert not seats.take(desk, reader, zone=COMMONS).late


def test_what_undoing_says(library: Library, reader: str) -> None:
    desk = library.at("assistant")
    made = reservations.reserve(desk, reader, "commons/C-3", begins=local("2026-11-22 14:00"))
    reservations.cancel(desk, reader, made.sitting)
    assert undo.undo(desk) == undo.Undone("seat.cancelled", "commons/C-3")
    reservations.cancel(desk, reader, made.sitting)
    seats.take(desk, reader, "commons/C-4")
    seats.move(desk, reader, "commons/C-5")
    assert undo.undo(desk) == undo.Undone("seat.taken", "commons/C-5")
