"""Rounds: what holds a seat while nobody is there is marked, and when its time is up, released."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deskapp import (
    conduct,
    exemptions,
    found_things,
    places,
    plans,
    queues,
    rounds,
    seats,
    undo,
)
from deskapp.desk import Desk
from tests.library import Library, differs_from_ledger, local, rows_of
from tests.refusals import refused

ZONE, SEAT = "commons", "commons/A-1"
ONE, TWO = "2023101234", "2023101235"


@pytest.fixture(scope="session")
def hall(founded: Library, tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Three seats; on the first a reader since eight."""
    library = founded.copy(tmp_path_factory.mktemp("hall"))
    library.clock.put("2026-11-22 08:00")
    with library.at("head").act() as act:
        places.lay(act, {ZONE: plans.seats(("A ...",))}, whole=True)
    seats.take(library.at("li"), library.reader(ONE), SEAT)
    library.clock.put("2026-11-22 10:00")
    library.close()
    return library


@pytest.fixture
def library(tmp_path: Path, hall: Library) -> Iterator[Library]:
    library = hall.copy(tmp_path)
    yield library
    library.close()


@pytest.fixture
def desk(library: Library) -> Desk:
    return library.at("assistant")


def states(desk: Desk) -> list[tuple[str, str]]:
    return [(each.label, each.state) for each in rounds.marked(desk, ZONE)]


def test_a_seat_that_nobody_comes_back_to_is_released(library: Library, desk: Desk) -> None:
    reader = library.reader(ONE)
    mark = rounds.mark(desk, "a1", ZONE)
    assert (mark.seat, mark.state, mark.due) == (SEAT, "waiting", local("2026-11-22 10:30"))
    assert mark.reader is not None
    assert mark.reader.id == reader
    early = refused("ReleaseEarly", rounds.release, desk, SEAT).facts
    assert early == {"seat": "A-1", "due": local("2026-11-22 10:30")}
    library.clock.put("2026-11-22 10:20")
    assert rounds.mark(desk, "Ａ１").since == mark.since  # typed again
    library.clock.put("2026-11-22 10:30")
    assert states(desk) == [("A-1", "due")]
    released = rounds.release(desk, SEAT, "书包 水杯", "二号柜")
    assert (released.reader, released.thing) == (reader, "0001")
    assert states(desk) == []
    refused("NotSeated", seats.leave, desk, reader)
    (violation,) = conduct.of_reader(desk, reader)
    assert (violation.kind, violation.state, violation.seat) == ("holding", "pending", "A-1")
    assert violation.id == released.violation
    (thing,) = found_things.things(desk)
    assert (thing.what, thing.kept, thing.place) == ("书包 水杯", "二号柜", "信息共享空间 A-1")
    assert thing.owner is not None
    assert thing.owner.id == reader
    sitting = rows_of(desk, f"seat:2026-11-22:{SEAT}")
    assert (sitting["how"], sitting["ended_at"]) == ("round", "2026-11-22T02:00:00.000000Z")
    refused("NotMarked", rounds.release, desk, SEAT)
    assert differs_from_ledger(desk) == []


def test_a_meal_gives_more_time_and_so_does_a_window(library: Library, desk: Desk) -> None:
    library.clock.put("2026-11-22 11:30")
    assert rounds.mark(desk, "A-1").due == local("2026-11-22 13:00")
    exemptions.declare(library.at("li"), "power", until=local("2026-11-22 11:45"))
    assert rounds.marked(desk, ZONE)[0].due == local("2026-11-22 13:15")
    library.clock.put("2026-11-22 13:14")
    refused("ReleaseEarly", rounds.release, desk, SEAT)
    library.clock.put("2026-11-22 13:15")
    id = rounds.release(desk, SEAT).violation
    assert id is not None
    assert not conduct.shown(desk, id).exempt
    span = (local("2026-11-22 12:00"), local("2026-11-22 12:01"))
    exemptions.declare(library.at("li"), "network", [ZONE], *span)
    assert conduct.shown(desk, id).exempt


def test_who_comes_back_keeps_the_seat(library: Library, desk: Desk) -> None:
    reader = library.reader(ONE)
    rounds.mark(desk, "A-1")
    library.clock.put("2026-11-22 10:10")
    seats.step_away(desk, reader)
    assert states(desk) == [("A-1", "back")]
    refused("SteppedAway", rounds.mark, desk, "A-1")
    seats.come_back(desk, reader)
    library.clock.put("2026-11-22 10:40")
    assert states(desk) == [("A-1", "back")]
    refused("BackSince", rounds.release, desk, SEAT)
    rounds.came_back(desk, SEAT)
    refused("NothingNoted", rounds.came_back, desk, SEAT)
    assert states(desk) == []
    rounds.mark(desk, "A-1")
    library.clock.put("2026-11-22 10:50")
    seats.step_away(desk, reader)
    seats.come_back(desk, reader)
    library.clock.put("2026-11-22 10:55")
    assert rounds.mark(desk, "A-1").due == local("2026-11-22 11:25")  # the time begins anew


def test_things_on_a_seat_that_is_nobodys(library: Library, desk: Desk) -> None:
    assert rounds.mark(desk, "A-2").reader is None
    library.clock.put("2026-11-22 10:30")
    released = rounds.release(desk, "commons/A-2", "书包")
    assert (released.reader, released.violation) == (None, None)
    (thing,) = found_things.things(desk)
    assert thing.owner is None
    refused("SeatUnknown", rounds.mark, desk, "Z-9")
    refused("RoleTooLow", rounds.marked, library.at("volunteer"), ZONE)


def test_whoever_waits_is_called_to_it(library: Library, desk: Desk) -> None:
    for label in ("A-2", "A-3"):
        places.close(desk, f"{ZONE}/{label}")
    queues.join(desk, library.reader(TWO), ZONE)
    rounds.mark(desk, "A-1")
    library.clock.put("2026-11-22 10:30")
    (called,) = rounds.release(desk, SEAT).called
    assert (called.reader, called.seat) == (library.reader(TWO), SEAT)
    refused("ActFollowed", undo.undo, desk)


def test_a_release_is_undone_whole(library: Library, desk: Desk) -> None:
    rounds.mark(desk, "A-1")
    library.clock.put("2026-11-22 10:30")
    id = rounds.release(desk, SEAT, "书包").violation
    assert undo.undo(desk) == undo.Undone("round", "commons/A-1")
    assert states(desk) == [("A-1", "due")]
    assert id is not None
    assert conduct.shown(desk, id).state == "lifted"
    assert found_things.things(desk) == []
    assert rounds.release(desk, SEAT).violation == id
    assert conduct.shown(desk, id).state == "pending"
    undo.undo(desk)
    assert seats.leave(desk, library.reader(ONE)).minutes == 150
    assert differs_from_ledger(desk) == []
