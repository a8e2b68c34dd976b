"""Rooms booked by the profile's rules, taken, extended, left, waited for, released, undone."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest

from db import conduct
from db.clock import stamp
from db.store import driver
from deskapp import bookings, erasures, events, rooms, undo
from deskapp.booking_rules import Wish
from deskapp.chores import Chores
from deskapp.events import Plan, Time
from deskapp.rooms import Held, Occupancy, State
from tests.library import Library, differs_from_ledger, local
from tests.refusals import refused

SHAN, ZENG, OUYANG = "2023101234", "2023101235", "00417"
TODAY, MONDAY = date(2026, 11, 22), date(2026, 11, 23)


def at(text: str, day: date = TODAY) -> datetime:
    return local(f"{day} {text}")


def wish(library: Library, times: str, room: str = "s201", **more: Any) -> Wish:
    """`14:00-15:00`, for a reader by number."""
    begin, until = times.split("-")
    day, number = more.pop("day", TODAY), more.pop("number", SHAN)
    reader = library.reader(number) if number else None
    facts: dict[str, Any] = {"heads": 3, "reader": reader, **more}
    return Wish(room, at(begin, day), at(until, day), **facts)


def book(library: Library, times: str, room: str = "s201", **more: Any) -> str:
    return bookings.book(library.at("li"), wish(library, times, room, **more)).id


def held(library: Library, id: str) -> Held:
    return rooms.held(library.at("li"), id)


@pytest.fixture
def booked(library: Library) -> Iterator[tuple[Library, str]]:
    """Room 201 is booked from 11 to 12."""
    yield library, book(library, "11:00-12:00")
    assert differs_from_ledger(library.desk) == []


def test_a_room_is_booked_once(booked: tuple[Library, str]) -> None:
    library, id = booked
    row = held(library, id)
    assert (row.state, row.who, row.hold_until) == (
        State.BOOKED, "单*强 2023****34", at("11:15")
    )  # fmt: skip
    for times in ("10:30-11:30", "11:30-12:30", "10:30-12:30", "11:00-12:00"):
        refused("RoomTaken", book, library, times, number=ZENG)
    book(library, "10:30-11:00", number=ZENG)
    book(library, "12:00-12:30", number=OUYANG)
    (room,) = [r for r in rooms.days_rooms(library.at("assistant"), TODAY) if r.room.code == "s201"]
    assert [each.begin for each in room.held] == [at("10:30"), at("11:00"), at("12:00")]
    assert room.at(at("12:30"), at("13:00")) is None
    assert (room.is_open(at("08:00"), at("22:00")), room.is_open(at("21:30"), at("22:30"))) == (
        True, False
    )  # fmt: skip


def test_what_the_rules_refuse(library: Library) -> None:
    hour, late = "14:00-15:00", date(2026, 11, 26)
    refused("RoomUnknown", book, library, hour, "s999")
    refused("CodeUnknown", book, library, hour, what="party")
    refused("BookingUnnamed", book, library, hour, number="", words=" ")
    refused("RoomNotForReader", book, library, hour, "s601")
    refused("RoomLacks", book, library, hour, needs=("screen",))
    refused("RoomTooSmall", book, library, hour, heads=7)
    refused("GroupTooSmall", book, library, hour, heads=2)
    refused("BookingPast", book, library, "09:00-10:00")
    refused("BookingPast", book, library, "09:30-10:30")
    refused("BookingTooFar", book, library, hour, day=late)
    refused("RoomShut", book, library, "21:30-22:30")
    refused("RoomShut", book, library, "07:30-08:30", day=MONDAY)
    refused("RoomStep", book, library, "14:15-15:00")
    refused("BookingLength", book, library, "14:00-18:30")
    refused("BookingLength", book, library, "14:00-14:00")
    refused("BookingUnknown", held, library, "nothing")


def test_what_the_rules_let_somebody_have(library: Library) -> None:
    refused("RoleTooLow", bookings.book, library.at("volunteer"), wish(library, "14:00-15:00"))
    book(library, "10:00-14:00", day=MONDAY)
    refused("BookingsADay", book, library, "14:00-15:00", "s202", day=MONDAY)
    refused("ReaderHasRoom", book, library, "13:30-14:30", "s202", day=MONDAY)
    book(library, "14:00-21:00", "s601", number=ZENG)
    cinema = wish(library, "14:00-18:00", "cinema", heads=90, number="", words="新生专场")
    refused("RoleTooLow", bookings.book, library.at("assistant"), cinema)
    id = bookings.book(library.at("li"), cinema).id
    assert (held(library, id).who, held(library, id).hold_until) == ("新生专场", None)
    library.clock.put("2026-11-22 14:05")
    book(library, "14:00-14:30")  # the half hour that runs
    with library.desk.ledger.act(None) as act:
        said = {"patron": library.reader(OUYANG), "from": stamp(act.at), "violations": []}
        until = stamp(local("2026-11-30 08:00"))
        act.record("ban.imposed", "ban:1", {**said, "until": until, "needed": 0, "why": "test"})
    barred = refused("Banned", book, library, "15:00-16:00", number=OUYANG)
    assert barred.facts["until"] == local("2026-11-30 08:00")


def test_a_confidential_booking_names_nobody(library: Library) -> None:
    id = book(library, "14:00-15:00", what="therapy", words="第二次", heads=1)
    there, elsewhere = (rooms.held(library.at(who), id) for who in ("sun", "li"))
    assert (there.secret, there.what, there.words) == (False, "therapy", "第二次")
    assert (elsewhere.secret, elsewhere.what, elsewhere.words) == (True, None, "")
    assert (elsewhere.who, elsewhere.patron) == ("", None)
    with library.desk.reading() as connection:
        data = driver(connection).execute("SELECT data FROM fact WHERE id = ?", (id,)).fetchone()
    assert "therapy" not in data[0]
    assert library.reader(SHAN) not in data[0]


def test_the_smallest_group_opens_the_room(booked: tuple[Library, str]) -> None:
    library, id = booked
    li, (shan, zeng, ouyang) = library.at("li"), map(library.reader, (SHAN, ZENG, OUYANG))
    library.clock.put("2026-11-22 10:44")
    refused("RoomTooEarly", bookings.arrive, li, id, shan)
    refused("RoomTooEarly", bookings.open_, li, id)
    library.clock.put("2026-11-22 10:45")
    assert held(library, id).state is State.DUE
    refused("PatronUnknown", bookings.arrive, li, id, "reader:none")
    assert bookings.arrive(li, id, shan).count == 1
    refused("CameAlready", bookings.arrive, li, id, shan)
    assert not bookings.arrive(li, id, zeng).in_use
    assert bookings.arrive(li, id, ouyang).in_use
    refused("RoomInUse", bookings.open_, li, id)
    refused("RoomInUse", bookings.cancel, li, id)
    assert held(library, id).state is State.IN_USE
    bookings.end(li, id)
    other = book(library, "13:00-14:00", number=ZENG)
    refused("RoomNotInUse", bookings.end, li, other)
    for act in (bookings.end, bookings.open_, bookings.extend, bookings.cancel):
        refused("BookingOver", act, li, id)


def test_a_walk_in_has_it_at_once(library: Library) -> None:
    library.clock.put("2026-11-22 10:20")
    li = library.at("assistant")
    before = rooms.occupancy(li)
    walked = bookings.book(li, wish(library, "10:00-11:00"), here=True)
    assert (walked.in_use, walked.hold_until) == (True, None)
    assert held(library, walked.id).state is State.IN_USE
    after = rooms.occupancy(li)
    assert (before, after) == (Occupancy(0, 24), Occupancy(1, 23))
    undo.undo(li)
    assert rooms.occupancy(li) == before
    assert differs_from_ledger(library.desk) == []


def test_longer_if_nobody_has_it_then(booked: tuple[Library, str]) -> None:
    library, id = booked
    li = library.at("li")
    assert bookings.extend(li, id).until == at("12:30")
    other = book(library, "13:00-14:00", number=ZENG)
    refused("RoomTaken", bookings.extend, li, id, 60)
    bookings.cancel(li, other)
    refused("BookingLength", bookings.extend, li, id, 180)
    late = book(library, "21:00-22:00", "s202", number=ZENG)
    refused("RoomShut", bookings.extend, li, late)
    bookings.extend(li, id)
    undo.undo(li)
    assert held(library, id).until == at("12:30")


def test_whoever_waits_has_it_once_it_is_free(booked: tuple[Library, str]) -> None:
    library, id = booked
    li = library.at("li")
    refused("RoomFree", bookings.wait, li, wish(library, "13:00-14:00", number=ZENG))
    first = bookings.wait(li, wish(library, "11:00-12:00", number=ZENG))
    second = bookings.wait(li, wish(library, "11:30-12:30", number=OUYANG))
    assert (first.before, second.before) == (0, 1)
    refused("WaitsAlready", bookings.wait, li, wish(library, "11:30-12:00", number=ZENG))
    for times in ("11:00-12:00", "11:30-12:30"):  # they have it themselves
        theirs = refused("RoomTheirs", bookings.wait, li, wish(library, times))
        assert theirs.facts["time"] == "11:00-12:00"
    for act in (bookings.end, bookings.open_, bookings.extend):
        refused("BookingWaits", act, li, first.id)
    library.clock.put("2026-11-22 11:10")
    (freed,) = bookings.cancel(li, id)
    assert [each.id for each in freed.promoted] == [first.id]
    now = held(library, first.id)
    assert (now.state, now.begin, now.hold_until) == (State.DUE, at("11:10"), at("11:25"))
    assert held(library, second.id).state is State.WAITING
    undo.undo(li)
    assert held(library, id).state is State.DUE
    assert held(library, first.id).state is State.WAITING
    library.clock.put("2026-11-22 11:16")
    Chores(library.desk).do()  # nobody came
    assert held(library, id).how == "no_show"
    assert held(library, first.id).state is State.DUE
    library.clock.put("2026-11-22 11:32")
    chores = Chores(library.desk)
    chores.do()
    assert [each.id for one in chores.freed for each in one.promoted] == [second.id]
    assert (held(library, first.id).how, held(library, second.id).begin) == ("no_show", at("11:32"))
    last = bookings.wait(li, wish(library, "12:00-12:30"))
    library.clock.put("2026-11-22 12:31")
    Chores(library.desk).do()
    assert [held(library, each.id).how for each in (second, last)] == ["no_show", "unserved"]


def violations(library: Library) -> list[tuple[str, str, str]]:
    with library.desk.reading() as connection:
        sql = "SELECT kind, zone, at FROM violation ORDER BY at"
        return list(driver(connection).execute(sql))


@pytest.mark.parametrize(("came", "how"), [(0, "no_show"), (2, "too_few"), (3, "time_up")])
def test_a_clock_ends_what_nobody_ends(booked: tuple[Library, str], came: int, how: str) -> None:
    library, id = booked
    library.clock.put("2026-11-22 11:15")
    for number in (SHAN, ZENG, OUYANG)[:came]:
        bookings.arrive(library.at("li"), id, library.reader(number))
    bookings.sweep(library.desk)
    assert held(library, id).state is not State.OVER
    library.clock.put("2026-11-22 12:00")
    bookings.sweep(library.desk)
    row = held(library, id)
    assert (row.how, row.until) == (how, at("12:00" if came == 3 else "11:15"))
    noted = [("no_show", "s201", stamp(at("11:15")))]
    assert violations(library) == ([] if came else noted)
    bookings.sweep(library.desk)
    assert len(violations(library)) == (not came)


def test_clocks_stand_in_a_drill(booked: tuple[Library, str]) -> None:
    library, id = booked
    times = {"from": stamp(at("11:05")), "until": stamp(at("11:35"))}
    library.clock.put("2026-11-22 11:40")
    with library.desk.ledger.act(None) as act:
        said = {**times, "why": "drill", "zones": []}
        act.record_all([conduct.draft("exemption.declared", "exemption:1", said)])
    bookings.sweep(library.desk)
    assert held(library, id).state is State.DUE
    library.clock.put("2026-11-22 11:46")
    bookings.sweep(library.desk)
    assert held(library, id).how == "no_show"
    assert violations(library) == [("no_show", "s201", stamp(at("11:45")))]


def test_only_the_desk_that_made_it_lets_it_lapse(two_desks: Library) -> None:
    library = two_desks
    id = book(library, "11:00-12:00")
    for code in ("2F", "3F"):
        library.exchange(code)
    other = library.at("li", "3F")
    library.clock.put("2026-11-22 12:30")
    assert bookings.sweep(other) == []
    library.clock.put("2026-11-23 08:30")
    assert [each.how for each in bookings.sweep(other)] == ["no_show"]
    bookings.sweep(library.desk)
    for code in ("2F", "3F", "2F"):
        library.exchange(code)
    assert held(library, id).how == "no_show"
    assert len(violations(library)) == 1


def test_every_week_until_a_day(library: Library) -> None:
    li = library.at("li")
    book(library, "14:00-15:00", "s202", day=date(2026, 11, 23), number=ZENG)
    with li.act() as act:  # somebody has it in two weeks
        said = {"patron": None, "heads": 1, "least": 1}
        times = [stamp(at(text, date(2026, 12, 7))) for text in ("14:30", "15:00")]
        subject = "room:2026-12-07:s201"
        act.record("room.booked", subject, {**said, "from": times[0], "until": times[1]})
    weekly = wish(library, "14:00-16:00", day=MONDAY)
    refused("RoleTooLow", bookings.repeat, library.at("assistant"), weekly, date(2026, 12, 21))
    refused("RepeatWrong", bookings.repeat, li, weekly, date(2026, 11, 29))
    done = bookings.repeat(li, weekly, date(2026, 12, 21))
    assert [each.begin.date().day for each in done.booked] == [23, 30, 14, 21]
    assert [(day.day, why.code) for day, why in done.refused] == [(7, "RoomTaken")]
    second = done.booked[1].id
    gone = bookings.cancel(li, second, rest=True)
    assert len(gone) == 3
    undo.undo(li)
    assert {held(library, each.id).state for each in done.booked} == {State.BOOKED}
    assert [each.day.day for each in rooms.of_reader(li, library.reader(SHAN))] == [23, 30, 14, 21]
    undo.undo(li)
    assert rooms.of_reader(li, library.reader(SHAN)) == []
    assert differs_from_ledger(library.desk) == []


def test_free_rooms_are_found(booked: tuple[Library, str]) -> None:
    library, id = booked
    li = library.at("li")

    def free(begin: str, until: str, heads: int = 3, **more: Any) -> list[str]:
        return [each.code for each in rooms.free(li, TODAY, at(begin), at(until), heads, **more)]

    shan, zeng = library.reader(SHAN), library.reader(ZENG)
    assert "s201" not in free("11:30", "12:30")
    assert "s201" in free("12:00", "13:00")
    assert free("12:00", "13:00", 8, equipment=("screen",)) == ["s306", "s506"]
    assert "s601" in free("12:00", "13:00", reader=zeng)
    assert "s601" not in free("12:00", "13:00", reader=shan)
    assert free("21:30", "22:30") == []
    assert free("12:00", "13:00", 200) == ["lecture"]
    bookings.cancel(li, id)
    assert "s201" in free("11:30", "12:30")


def test_what_somebody_went_on_from_is_not_undone(booked: tuple[Library, str]) -> None:
    library, id = booked
    li, other = library.at("li"), library.at("zheng")
    bookings.extend(other, id)
    refused("ActFollowed", undo.undo, li)
    undo.undo(other)
    undo.undo(li)
    assert held(library, id).how == "withdrawn"
    id = book(library, "15:00-16:00")
    bookings.cancel(li, id)
    bookings.book(other, wish(library, "15:30-16:30", number=ZENG))
    refused("RoomTaken", undo.undo, li)


def test_of_an_erased_reader_nothing_but_the_time_stays(library: Library) -> None:
    id = book(library, "14:00-15:00", words="毕业答辩")
    assert held(library, id).words == "毕业答辩"
    erasures.erase_reader(library.at("lead"), library.reader(SHAN))
    row = held(library, id)
    assert (row.who, row.words, row.begin) == ("", "", at("14:00"))
    assert differs_from_ledger(library.desk) == []


def test_a_session_has_its_room(booked: tuple[Library, str]) -> None:
    library, id = booked
    li = library.at("li")
    plan = Plan("读书会", "reading_club", [Time(at("10:00"), at("11:30"), "201研讨间")])
    done = events.announce(li, plan)
    assert [(each.id, each.who) for each in done.booked] == [(id, "单*强 2023****34")]
    (session,) = events.event(li, done.id).sessions
    (day,) = (each for each in rooms.days_rooms(li, TODAY) if each.room.code == "s201")
    assert [each.state for each in day.held] == [State.BOOKED, State.EVENT]
    assert day.at(at("10:00"), at("10:30")) == day.held[1]
    refused("RoomHasEvent", book, library, "10:00-11:00", number=ZENG)
    refused("RoomHasEvent", bookings.wait, li, wish(library, "10:00-11:00", number=ZENG))
    assert "s201" not in {r.code for r in rooms.free(li, TODAY, at("10:00"), at("11:00"))}
    taken = rooms.occupancy(li).taken
    moved = events.move(li, done.id, session.id, Time(at("12:30"), at("14:00"), "s201"))
    assert not moved.booked
    assert rooms.occupancy(li).taken == taken - 1
    first = book(library, "10:30-11:00", number=ZENG)
    bookings.cancel(li, first)
    refused("RoomHasEvent", book, library, "12:30-13:30", number=ZENG)
    events.drop(li, done.id, session.id, "停电")
    book(library, "12:30-13:30", number=ZENG)
    back = events.restore(li, done.id, session.id)
    assert not back.to_tell
    (day,) = (each for each in rooms.days_rooms(li, TODAY) if each.room.code == "s201")
    assert State.EVENT in {each.state for each in day.held}
