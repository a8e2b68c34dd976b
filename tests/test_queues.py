"""A queue for a full zone: who comes first is called first; who does not come loses the turn."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from db.queues import draft
from deskapp import (
    bans,
    calls,
    clashes,
    conduct,
    exemptions,
    kiosk,
    places,
    plans,
    queues,
    reservations,
    seats,
    sweeps,
    undo,
)
from tests.clashing import open_clashes
from tests.library import Library, differs_from_ledger, local, rows_of, stored, utc
from tests.refusals import refused

ZONE = "commons"
ONE, TWO, TEACHER = "2023101234", "2023101235", "00417"


@pytest.fixture(scope="session")
def small(founded: Library, tmp_path_factory: pytest.TempPathFactory) -> Library:
    """A zone of one seat, taken by a teacher."""
    library = founded.copy(tmp_path_factory.mktemp("small"))
    with library.at("head").act() as act:
        places.lay(act, {ZONE: plans.seats(("A .",))}, whole=True)
    seats.take(library.at("li"), library.reader(TEACHER), "commons/A-1")
    library.close()
    return library


@pytest.fixture
def library(tmp_path: Path, small: Library) -> Iterator[Library]:
    library = small.copy(tmp_path)
    yield library
    library.close()


@pytest.fixture
def both(library: Library) -> list[str]:
    """Two who wait, in the order of coming."""
    found = []
    for minute, number in enumerate((ONE, TWO)):
        library.clock.put(f"2026-11-22 10:0{minute}")
        joined = queues.join(library.at("assistant"), library.reader(number), ZONE)
        assert joined.ahead == minute
        found.append(joined.id)
    return found


def statuses(library: Library) -> list[tuple[str, str]]:
    return [(each.status, each.seat) for each in queues.queue(library.at("li"), ZONE)]


def how(library: Library, id: str) -> str:
    return str(rows_of(library.desk, id)["how"])


def test_who_leaves_calls_the_first(library: Library, both: list[str]) -> None:
    li, one, two = library.at("li"), library.reader(ONE), library.reader(TWO)
    assert queues.waiting(li) == {ZONE: 2}
    assert calls.go_on(li) == []
    seats.leave(li, library.reader(TEACHER))
    assert statuses(library) == [("called", "commons/A-1"), ("waiting", "")]
    place = queues.of_reader(li, one)
    assert place is not None
    assert (place.until, place.here) == (local("2026-11-22 10:11"), True)
    refused("ZoneFull", seats.take, li, two, zone=ZONE)
    refused("SeatTaken", seats.take, li, two, "commons/A-1")
    assert seats.take(li, one, zone=ZONE).reserved
    calls.go_on(li)
    assert (how(library, both[0]), statuses(library)) == ("served", [("waiting", "")])
    assert differs_from_ledger(li) == []


def test_who_does_not_come_loses_the_turn(library: Library, both: list[str]) -> None:
    li = library.at("li")
    library.clock.put("2026-11-22 10:05")
    seats.leave(li, library.reader(TEACHER))
    library.clock.put("2026-11-22 10:15")
    assert [(each.why, each.violation) for each in sweeps.sweep(li)] == [("no_show", False)]
    assert how(library, both[0]) == "missed"
    assert statuses(library) == [("called", "commons/A-1")]
    assert conduct.of_reader(li, library.reader(ONE)) == []
    library.clock.put("2026-11-22 10:30")
    sweeps.sweep(li)
    assert statuses(library) == []
    assert seats.take(li, library.reader(ONE), zone=ZONE).seat == "commons/A-1"


def test_a_window_gives_more_time_to_come(library: Library, both: list[str]) -> None:
    li = library.at("li")
    seats.leave(li, library.reader(TEACHER))
    exemptions.declare(li, "drill", until=local("2026-11-22 10:31"))
    library.clock.put("2026-11-22 10:40")
    assert sweeps.sweep(li) == []
    assert statuses(library)[0] == ("called", "commons/A-1")
    library.clock.put("2026-11-22 10:41")
    assert len(sweeps.sweep(li)) == 1
    assert how(library, both[0]) == "missed"


def test_who_gives_up_is_passed_over(library: Library, both: list[str]) -> None:
    li = library.at("li")
    seats.leave(li, library.reader(TEACHER))
    (called,) = queues.leave(li, both[0])
    assert (called.reader, called.seat) == (library.reader(TWO), "commons/A-1")
    refused("QueueOver", queues.leave, li, both[0])
    assert queues.leave(li, both[1]) == []
    assert statuses(library) == []
    seats.take(li, library.reader(ONE), "commons/A-1")


@pytest.mark.parametrize("why", ["elsewhere", "unfit", "closed"])
def test_who_cannot_come_is_not_called(library: Library, both: list[str], why: str) -> None:
    li, one = library.at("li"), library.reader(ONE)
    match why:
        case "elsewhere":
            with library.at("head").act() as act:
                places.lay(act, {"it": plans.seats(("A .",))}, whole=True)
            seats.take(li, one, "it/A-1")
        case "unfit":
            bans.impose(library.at("lead"), one, "damage", 7)
        case "closed":
            library.clock.put("2026-11-23 10:00")
    calls.go_on(li)
    assert how(library, both[0]) == why
    assert len(statuses(library)) == (why != "closed")


def test_nobody_is_called_or_waits_when_the_zone_has_shut(
    library: Library, both: list[str]
) -> None:
    li = library.at("li")
    library.clock.put("2026-11-22 23:00")
    sweeps.sweep(li)
    assert calls.go_on(li) == []
    assert statuses(library) == []


def test_who_may_join(library: Library) -> None:
    li, one, teacher = library.at("li"), library.reader(ONE), library.reader(TEACHER)
    refused("RoleTooLow", queues.join, library.at("volunteer"), one, ZONE)
    refused("ZoneUnknown", queues.join, li, one, "attic")
    refused("AlreadySeated", queues.join, li, teacher, ZONE)
    refused("NotEligible", queues.join, li, one, "teachers")
    queues.join(li, one, ZONE)
    refused("QueuedAlready", queues.join, li, one, ZONE)
    seats.leave(li, teacher)
    seats.take(li, one, zone=ZONE)
    seats.leave(li, one)
    refused("ZoneNotFull", queues.join, li, teacher, ZONE)
    assert queues.of_reader(li, teacher) is None


def test_joining_is_undone(library: Library, both: list[str]) -> None:
    assert undo.undo(library.at("assistant")).what == "queue.joined"
    assert len(statuses(library)) == 1


@pytest.mark.parametrize("how", ["desk", "kiosk", "group", "move", "reserve"])
def test_a_seat_that_came_free_unnoticed_is_for_the_queue(library: Library, how: str) -> None:
    li, one, two = library.at("li"), library.reader(ONE), library.reader(TWO)
    with library.at("head").act() as act:
        places.lay(act, {"it": plans.seats(("A .",))}, whole=True)
    if how == "move":
        seats.take(library.at("assistant"), two, "it/A-1")
    queues.join(library.at("assistant"), one, ZONE)
    undo.undo(li)  # the teacher never sat there: nobody is called for that
    assert statuses(library) == [("waiting", "")]
    with library.desk.reading() as read:
        refused("QueueFirst", calls.refuse_first, library.desk, read, ZONE, library.desk.now())
    match how:
        case "desk":
            refused("ZoneFull", seats.take, li, two, zone=ZONE)
        case "kiosk":
            assert (said := kiosk.Kiosk(li, ZONE).scan(TWO)).what == "queued", said
        case "group":
            refused("ZoneFull", seats.take_group, li, [two], ZONE)
        case "move":
            refused("SeatTaken", seats.move, li, two, "commons/A-1")
        case "reserve":
            refused("ZoneFull", reservations.reserve, li, two, zone=ZONE)
    assert statuses(library)[0] == ("called", "commons/A-1")
    assert seats.take(li, one, zone=ZONE).seat == "commons/A-1"


def test_more_seats_than_wait_are_for_anybody(library: Library) -> None:
    li, one, two = library.at("li"), library.reader(ONE), library.reader(TWO)
    queues.join(li, one, ZONE)
    with library.at("head").act() as act:
        places.lay(act, {ZONE: plans.seats(("A ...",))}, whole=True)
    assert seats.take(li, two, zone=ZONE).seat == "commons/A-3"
    assert statuses(library) == [("called", "commons/A-2")]


def test_called_twice_to_different_seats_is_a_clash(two_desks: Library) -> None:
    library, id = two_desks, "queue:1"
    said = {"patron": library.reader(ONE), "zone": ZONE, "day": "2026-11-22"}
    with library.at("li").act() as act:
        act.record_all([draft("queue.joined", id, said)])
    library.exchange("2F")
    library.exchange("3F")
    for code, seat in (("2F", "A-1"), ("3F", "A-2")):
        call = {"seat": f"{ZONE}/{seat}", "sitting": seat, "until": utc("2026-11-22 10:10")}
        with library.at("li", code).act() as act:
            act.record_all([draft("queue.called", id, call)])
    for code in ("3F", "2F", "3F"):
        library.exchange(code)
    tables = [stored(library.desks[code]) for code in ("2F", "3F")]
    assert tables[0] == tables[1]
    assert rows_of(library.desk, id)["called_by"] == "3F"  # the first of whom the centre heard
    with library.desk.reading() as connection:
        assert len(open_clashes(connection)) == 1


def test_whose_seat_a_lead_gives_to_another_waits_on(two_desks: Library) -> None:
    """The last seat was called out at two desks, to the first of either queue."""
    library, teacher = two_desks, two_desks.reader(TEACHER)
    with library.at("head").act() as act:
        places.lay(act, {ZONE: plans.seats(("A .",))}, whole=True)
    seats.take(library.at("li"), teacher, f"{ZONE}/A-1")
    meet(library)
    queues.join(library.at("li", "2F"), library.reader(ONE), ZONE)
    library.clock.move(minutes=1)
    queues.join(library.at("li", "3F"), library.reader(TWO), ZONE)
    library.clock.move(minutes=1)
    for code in ("2F", "3F"):
        seats.leave(library.at("li", code), teacher)
    meet(library)
    lead = library.at("lead", "3F")
    (line,) = clashes.ClashList(lead).after(None, 5)
    assert line.kinds == ("seat.reserved", "seat.reserved")
    sides = clashes.clash(lead, line.pair).sides
    clashes.settle(lead, line.pair, next(each.id for each in sides if each.desk == "3F"))
    library.clock.move(minutes=1)
    meet(library)
    calls.go_on(library.desks["2F"])
    meet(library)
    for code in ("2F", "3F"):
        rows = queues.queue(library.at("li", code), ZONE)
        assert [(row.status, f"{row.joined:%H:%M}") for row in rows] == [
            ("waiting", "10:00"),
            ("called", "10:01"),
        ]
    seats.take(library.at("li", "3F"), library.reader(TWO), zone=ZONE)
    library.clock.move(minutes=1)
    seats.leave(library.at("li", "3F"), library.reader(TWO))
    meet(library)
    (called,) = calls.go_on(library.desks["2F"])
    assert called.reader == library.reader(ONE)


def meet(library: Library) -> None:
    for code in ("2F", "3F", "2F"):
        library.exchange(code)
