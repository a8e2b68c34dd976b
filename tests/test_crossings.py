"""One reader in two places at one time: told from the rows of two subjects, on every desk alike."""

import sqlite3
from itertools import permutations
from typing import Any

import pytest

from db import conduct, conduct_pages
from db.clashes import SETTLED
from db.crossings import Crossing
from db.facts import Change
from db.readers import READERS
from db.rooms import subject_of as room_of
from db.rows import whole, write
from db.seats import SEATS
from db.seats import subject_of as seat_of
from db.store import driver
from db.upgrade import migrations
from deskapp import clashes, erasures, numbers, places, reservations, seats, undo
from deskapp.desk import Desk
from tests.library import Library, differs_from_ledger, local, utc
from tests.refusals import refused

SUNDAY, DAY = "2026-11-22", "2026-11-23"
ONE, OTHER = "2023101234", "2023101235"


def at(time: str) -> str:
    return utc(f"{DAY} {time}")


def sit(
    library: Library, code: str, seat: str, begin: str, end: str, number: str = ONE, **said: Any
) -> str:
    """Somebody takes a seat, whatever a rule would say."""
    told = {"patron": library.reader(number), "from": at(begin), "until": at(end), **said}
    with library.at("li", code).act() as act:
        return act.record("seat.taken", seat_of(DAY, seat), told).id


def say(library: Library, code: str, kind: str, seat: str, sitting: str, **said: Any) -> str:
    with library.at("li", code).act() as act:
        told = {"sitting": sitting, **said}
        return act.record(f"seat.{kind}", seat_of(DAY, seat), told).id


def book(
    library: Library, code: str, room: str, begin: int, end: int, number: str | None = ONE
) -> str:
    told = {"patron": number and library.reader(number), "heads": 3, "least": 2}
    times = {"from": at(f"{begin:02}:00"), "until": at(f"{end:02}:00")}
    with library.at("li", code).act() as act:
        return act.record("room.booked", room_of(DAY, room), told | times).id


def crossings(desk: Desk) -> list[tuple[Any, ...]]:
    """The list as it stands, which is what the rows say, told each against each."""
    with desk.reading() as connection:
        raw = driver(connection)
        for name in ("seat", "room"):
            check = desk.ledger.books[name].check
            assert check is not None
            assert check(raw) == []
        columns = ", ".join(Crossing.model_fields)
        return raw.execute(f"SELECT {columns} FROM crossing ORDER BY first, second").fetchall()


Pairs = set[frozenset[str]]


def pairs(desk: Desk, *, open_: bool = True) -> Pairs:
    lines = crossings(desk)
    return {frozenset((first, second)) for first, second, *_, by in lines if (by is None) == open_}


def of(*stays: tuple[str, str]) -> Pairs:
    return set(map(frozenset, stays))


def everywhere(library: Library) -> Pairs:
    """What is open, at every desk the same, once all have exchanged."""
    for _ in range(2):
        for code in library.desks:
            library.exchange(code)
    (found,) = {str(crossings(desk)) for desk in library.desks.values()}
    for desk in library.desks.values():
        for _ in desk.ledger.rebuild():
            pass
        assert str(crossings(desk)) == found
    return pairs(library.desk)


def test_one_reader_on_two_seats(two_desks: Library) -> None:
    library = two_desks
    one = sit(library, "2F", "exam/C-37", "08:00", "12:00")
    other = sit(library, "3F", "commons/A-1", "09:00", "22:00")
    later = sit(library, "3F", "commons/A-2", "22:00", "22:30")
    sit(library, "3F", "commons/A-3", "08:00", "12:00", OTHER)
    assert everywhere(library) == of((one, other))
    (line,) = crossings(library.desk)
    assert {line[3], line[4]} == {seat_of(DAY, "exam/C-37"), seat_of(DAY, "commons/A-1")}
    assert (line[2], *line[5:]) == ("sitting", library.reader(ONE), at("09:00"), None)
    # Extended into the next, it crosses that too; ended before the other began, neither.
    say(library, "2F", "extended", "exam/C-37", one, until=at("22:15"))
    assert everywhere(library) == of((one, other), (one, later))
    say(library, "2F", "released", "exam/C-37", one, why="away", ended_at=at("08:30"))
    assert everywhere(library) == of()


def test_whoever_has_two_rooms_at_once(two_desks: Library) -> None:
    library = two_desks
    one, other = book(library, "2F", "s201", 9, 11), book(library, "3F", "s202", 10, 12)
    next_ = book(library, "3F", "s203", 11, 13)
    for number in (None, None, OTHER):
        book(library, "2F", f"s30{number}", 9, 12, number)
    assert everywhere(library) == of((one, other), (other, next_))
    with library.at("li", "2F").act() as act:
        act.record("room.cancelled", room_of(DAY, "s202"), {"booking": other})
    assert everywhere(library) == of()


def test_what_was_put_aside_is_no_violation(library: Library) -> None:
    sitting = sit(library, "2F", "exam/C-37", "08:00", "12:00")
    times = (at("09:00"), at("09:30"), at("09:30"))
    noted = conduct.ran_out("too_long", sitting, library.reader(ONE), "exam", "C-37", *times)
    with library.at("li").act() as act:
        act.record_all([noted])

    def count() -> int:
        with library.desk.reading() as connection:
            found = conduct_pages.of_person(connection, [library.reader(ONE)])
            stands = conduct.stands(driver(connection), 1, f'["{noted.subject}"]')
            assert stands == bool(conduct_pages.counting(connection, found))
            return len(conduct_pages.counting(connection, found))

    assert count() == 1
    aside = say(library, "2F", "put_aside", "exam/C-37", sitting, **{"for": "another"})
    assert count() == 0
    say(library, "2F", "undone", "exam/C-37", sitting, undoes=aside)
    assert count() == 1
    with library.at("li").act() as act:
        act.record(SETTLED, seat_of(DAY, "exam/C-37"), {"pair": [sitting, "z"], "keep": "z"})
    assert count() == 0


@pytest.mark.parametrize("first", ["2F", "3F"])
def test_what_people_say_of_it(two_desks: Library, first: str) -> None:
    """One is put aside, or both are right; who says otherwise elsewhere opens it again."""
    library, desk = two_desks, two_desks.desk
    library.clock.put(f"{DAY} 11:30")
    one = sit(library, "2F", "exam/C-37", "08:00", "12:00")
    other = sit(library, "3F", "commons/A-1", "09:00", "22:00")
    third = sit(library, "3F", "commons/A-2", "11:00", "22:00")
    both = of((one, other), (one, third), (other, third))
    assert everywhere(library) == both
    aside = say(library, first, "put_aside", "exam/C-37", one, **{"for": other})
    assert everywhere(library) == of((other, third))
    assert {by for *_, by in crossings(desk)} == {aside, None}
    right = say(library, first, "both_right", "commons/A-1", other, other=third)
    assert everywhere(library) == of()
    assert pairs(desk, open_=False) == both
    # Unaware of both: the other of the two is put aside, and one that was right.
    say(library, "3F", "put_aside", "commons/A-1", other, **{"for": one})
    say(library, "2F", "put_aside", "commons/A-2", third, **{"for": other})
    assert everywhere(library) == of((one, other), (other, third))
    # Undone, the others' word stands.
    say(library, first, "undone", "exam/C-37", one, undoes=aside, what="put_aside")
    say(library, first, "undone", "commons/A-1", other, undoes=right, what="both_right")
    assert everywhere(library) == of()


def test_two_numbers_are_one_reader_as_long_as_they_are_merged(two_desks: Library) -> None:
    library, lead = two_desks, two_desks.at("lead", "2F")
    old, new = library.reader(ONE), library.reader(OTHER)
    one = sit(library, "2F", "exam/C-37", "08:00", "12:00")
    other = sit(library, "3F", "commons/A-1", "09:00", "22:00", OTHER)
    assert everywhere(library) == of()
    numbers.merge(lead, old, new)
    assert everywhere(library) == of((one, other))
    assert crossings(library.desk)[0][5] == new
    numbers.part(lead, old)
    assert everywhere(library) == of()


def test_an_erased_reader_sat_there_all_the_same(two_desks: Library) -> None:
    library = two_desks
    reader = library.reader(ONE)
    one = sit(library, "2F", "exam/C-37", "08:00", "12:00")
    other = sit(library, "3F", "commons/A-1", "09:00", "22:00")
    library.clock.put(f"{DAY} 11:00")
    erasures.erase_reader(library.at("admin", "2F"), reader)
    assert everywhere(library) == of((one, other))


def test_what_one_desk_does_is_no_crossing(library: Library) -> None:
    """Its rules refuse that, and name what they let stand: times that followed each other, by a
    clock that was set back meanwhile.
    """
    desk, reader = library.at("li"), library.reader(ONE)
    places.lay_out(library.at("head"), ("it",))
    reservations.reserve(desk, reader, "it/A-1", begins=local(f"{SUNDAY} 14:00"))
    library.clock.put(f"{SUNDAY} 14:05")
    assert seats.take(desk, reader, "it/A-2").until == local(f"{SUNDAY} 22:00")
    library.clock.put(f"{SUNDAY} 15:00")
    seats.leave(desk, reader)
    library.clock.put(f"{SUNDAY} 14:20")
    seats.take(desk, reader, "it/A-3")
    refused("AlreadySeated", seats.take, desk, reader, "it/A-2")
    assert pairs(library.desk) == of()
    assert len(pairs(library.desk, open_=False)) == 1


def pair_of(desk: Desk) -> tuple[str, str]:
    (line,) = clashes.ClashList(desk).after(None, 9)
    return line.pair


def test_two_leads_settle_it_differently(two_desks: Library) -> None:
    """It waits again, and whoever has the last word makes up for what the others said; a seat that
    somebody else has by then is not given back.
    """
    library, here, there = two_desks, two_desks.at("lead", "2F"), two_desks.at("lead", "3F")
    library.clock.put(f"{DAY} 09:30")
    one = sit(library, "2F", "exam/C-37", "08:00", "22:00")
    other = sit(library, "3F", "commons/A-1", "09:00", "22:00")
    assert everywhere(library) == of((one, other))
    refused("RoleTooLow", clashes.settle, library.at("li", "2F"), pair_of(here), one)
    seen = clashes.clash(here, pair_of(here))
    keeps_one = next(each for each in seen.outcomes if each.keep == one)
    assert {then.stay.id: then.state for then in keeps_one.stays} == {one: "seated", other: "void"}
    clashes.settle(here, pair_of(here), one, "当面核实")
    clashes.settle(there, pair_of(there), other)
    assert everywhere(library) == of((one, other))
    # Neither stands, and one of the seats is taken anew.
    sit(library, "3F", "exam/C-37", "09:30", "22:00", OTHER)
    clashes.settle(there, pair_of(there), one)
    assert everywhere(library) == of()
    with here.reading() as connection:
        sql = "SELECT id, coalesce(how, status) FROM sitting WHERE id IN (?, ?)"
        held = dict(driver(connection).execute(sql, (one, other)))
    assert held == {one: "left", other: "void"}
    refused("ClashGone", clashes.settle, there, seen.pair, one)
    refused("CannotUndo", undo.undo, there)
    for desk in (here, there):
        assert differs_from_ledger(desk) == []


def test_the_list_is_the_same_in_whatever_order_rows_come() -> None:
    """Three sittings and the two numbers of their reader; also where all go again but one."""
    raw = sqlite3.connect(":memory:", isolation_level=None)
    for _, script in migrations():
        raw.executescript(script)

    def seat(id: str, patron: str, since: str, until: str, **more: str) -> Change:
        day = {"desk": "2F", "zone": "exam", "day": DAY, "status": "seated", "spans": "[]"}
        row = {"seat": f"exam/{id}", "patron": patron, "since": at(since), "until": at(until)}
        whole_ = whole(SEATS, ("sitting", id), day | row | more)
        return Change(seat_of(DAY, f"exam/{id}"), ("sitting", id), None, whole_)

    def reader(id: str, into: str | None) -> Change:
        row = {"number": id, "merged_into": into}
        return Change(f"reader:{id}", ("reader",), None, whole(READERS, ("reader",), row))

    changes = [
        seat("a", "reader:1", "08:00", "12:00"),
        seat("b", "reader:2", "09:00", "14:00", aside='{"c":"x"}'),
        seat("c", "reader:2", "11:00", "16:00"),
        reader("1", "reader:2"),
        reader("2", None),
    ]
    books = {"sitting": SEATS, "reader": READERS}
    lists = set()
    for some in permutations(changes):
        for change in some:
            write(raw, books[change.key[0]], [change])
        lists.add(str(raw.execute("SELECT * FROM crossing ORDER BY first, second").fetchall()))
        for change in some:
            gone = Change(change.subject, change.key, change.new, None)
            write(raw, books[change.key[0]], [gone])
        assert raw.execute("SELECT count(*) FROM crossing").fetchone() == (0,)
    raw.close()
    (found,) = lists
    assert found.count("'sitting'") == 3
    assert found.count("None") == 1


def test_a_stay_without_a_begin_is_in_the_list_of_its_rows(library: Library) -> None:
    """Whatever another desk says for a moment, the list follows and `crossings` finds it right."""
    one = sit(library, "2F", "exam/C-37", "08:00", "12:00")
    other = sit(library, "2F", "commons/A-1", "09:00", "22:00", **{"from": ""})
    assert pairs(library.desk) == of((one, other))
