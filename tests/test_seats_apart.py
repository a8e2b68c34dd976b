"""Seats at two desks that exchange now and then: whose it is to end what is over, and what a person
must look at.
"""

import pytest

from db.place import set_setting
from db.store import driver
from deskapp import clashes as settling
from deskapp import places, reservations, seats, sweeps
from deskapp.desk import Desk
from deskapp.sweeps import Swept
from tests.clashing import open_clashes
from tests.library import Library, differs_from_ledger, local, stored
from tests.refusals import refused
from tests.seating import IT, NUMBERS

SEAT, OTHER = "it/A-1", "it/A-2"


@pytest.fixture
def library(two_desks: Library) -> Library:
    places.lay_out(two_desks.at("head"), [IT])
    met(two_desks)
    return two_desks


def met(library: Library) -> None:
    """The desks have heard of each other, and say the same."""
    for code in ("2F", "3F", "2F"):
        library.exchange(code)
    tables = [stored(library.desks[code]) for code in ("2F", "3F")]
    assert tables[0] == tables[1]
    assert differs_from_ledger(library.desks["2F"]) == []


def hands(library: Library) -> tuple[Desk, Desk, str, str]:
    readers = [library.reader(number) for number in NUMBERS[:2]]
    return library.at("li", "2F"), library.at("sun", "3F"), readers[0], readers[1]


def clashes(desk: Desk) -> int:
    with desk.reading() as connection:
        return len(open_clashes(connection))


def why(swept: list[Swept]) -> list[tuple[str, str]]:
    return [(each.seat, each.why) for each in swept]


def test_one_seat_given_out_twice(library: Library) -> None:
    here, there, reader, other = hands(library)
    seats.take(here, reader, SEAT)
    seats.take(there, other, SEAT)
    met(library)
    assert clashes(here) == 1
    refused("SeatTaken", seats.take, here, library.reader(NUMBERS[2]), SEAT)


def test_who_was_let_go_and_came_back(library: Library) -> None:
    here, there, reader, _ = hands(library)
    seats.take(here, reader, SEAT)
    seats.step_away(here, reader)
    met(library)
    library.clock.move(minutes=20)
    seats.come_back(there, reader)
    library.clock.move(minutes=10)
    assert why(sweeps.sweep(here)) == [(SEAT, "away")]
    met(library)
    assert clashes(there) == 1


def test_a_desk_ends_what_it_saw_last(library: Library) -> None:
    here, there, reader, _ = hands(library)
    reservations.reserve(there, reader, SEAT)
    met(library)
    seats.take(here, reader, SEAT)
    seats.step_away(here, reader)
    met(library)
    library.clock.move(minutes=31)
    assert sweeps.sweep(there) == []
    refused("AlreadySeated", seats.take, there, reader, OTHER)  # it has not heard
    assert why(sweeps.sweep(here)) == [(SEAT, "away")]
    met(library)
    seats.take(there, reader, OTHER)
    met(library)
    assert clashes(here) == 0
    library.clock.put("2026-11-22 23:00")
    assert sweeps.sweep(here) == []
    library.clock.put("2026-11-23 05:00")  # nobody is there any more, wherever they were seen
    assert why(sweeps.sweep(here)) == [(OTHER, "closed")]


def test_a_reservation_that_another_desk_let_lapse(library: Library) -> None:
    here, there, reader, other = hands(library)
    reservations.reserve(there, reader, SEAT)
    met(library)
    library.clock.move(minutes=29)
    refused("SeatTaken", seats.take, here, other, SEAT)
    library.clock.move(minutes=1)
    seats.take(here, other, SEAT)
    assert why(sweeps.sweep(there)) == [(SEAT, "no_show")]
    met(library)
    assert clashes(here) == 0


@pytest.mark.parametrize("sits", [True, False])
def test_who_gave_a_seat_up_at_one_desk_and_came_to_the_other(library: Library, sits: bool) -> None:
    """Who sits down elsewhere gives it up too."""
    here, there, reader, _ = hands(library)
    kept = reservations.reserve(there, reader, SEAT)
    met(library)
    if sits:
        assert seats.take(here, reader, OTHER).given_up == (SEAT,)
    else:
        reservations.cancel(here, reader, kept.sitting)
    library.clock.move(minutes=1)
    taken = seats.take(there, reader, SEAT)
    met(library)
    lead = library.at("lead")
    (clash,) = settling.ClashList(lead).after(None, 9)
    assert set(clash.kinds) == {"seat.left", "seat.taken"}
    states = [
        [then.state for then in each.stays] for each in settling.clash(lead, clash.pair).outcomes
    ]
    assert sorted(states) == [["cancelled"], ["cancelled"], ["seated"]]
    settling.settle(lead, clash.pair, clash.pair[1], "在座")
    met(library)
    assert settling.count(there) == sits  # now they are seen on both
    if not sits:
        sitting = seats.standing(there, reader).sitting
        assert sitting is not None
        assert (sitting.id, sitting.seat) == (taken.sitting, SEAT)


def test_who_left_at_one_desk_and_sat_down_again_at_the_other(library: Library) -> None:
    here, there, reader, _ = hands(library)
    reservations.reserve(there, reader, SEAT)
    met(library)
    seats.take(here, reader, SEAT)
    library.clock.move(minutes=5)
    seats.leave(here, reader)
    library.clock.move(minutes=1)
    taken = seats.take(there, reader, SEAT)
    met(library)
    lead = library.at("lead")
    (clash,) = settling.ClashList(lead).after(None, 9)
    assert set(clash.kinds) == {"seat.left", "seat.taken"}
    (keep,) = [each for each in clash.pair if each != _left(there)]
    settling.settle(lead, clash.pair, keep, "在座")
    met(library)
    sitting = seats.standing(there, reader).sitting
    assert sitting is not None
    assert (sitting.id, settling.count(there)) == (taken.sitting, 0)


def _left(desk: Desk) -> str:
    with desk.reading() as connection:
        sql = "SELECT id FROM fact WHERE kind = 'seat.left'"
        return str(driver(connection).execute(sql).fetchone()[0])


def _stays_longer(library: Library) -> tuple[Desk, Desk, str]:
    """One desk hears that a reservation is off, and lets who sits there stay on; the other does not
    hear, and seats who has come.
    """
    here, there, reader, other = hands(library)
    kept = reservations.reserve(there, other, SEAT, begins=local("2026-11-22 12:00"))
    met(library)
    seats.take(here, reader, SEAT)
    met(library)
    reservations.cancel(here, other, kept.sitting)
    seats.extend(here, reader)
    library.clock.put("2026-11-22 12:01")
    seats.take(there, other, SEAT)
    met(library)
    return here, there, reader


def test_who_stays_longer_while_the_seat_is_anothers(library: Library) -> None:
    """That the other had given it up is a clash by itself."""
    here, there, reader = _stays_longer(library)
    assert clashes(here) == 2
    seats.leave(here, reader)
    met(library)
    assert (sweeps.settle(here), sweeps.settle(there), clashes(here)) == (0, 0, 2)  # they have met


def test_a_desk_of_the_version_before_sees_who_stayed_longer(library: Library) -> None:
    """It heard of both, and did not call that a clash: it does when it next opens."""
    _, there, _ = _stays_longer(library)
    with there.ledger.store.writing() as connection:
        driver(connection).execute("DELETE FROM clash")
        set_setting(connection, "folds", "4")
    assert clashes(library.reopen("3F")) == 2
    met(library)


def test_who_could_stay_longer_and_had_left_is_no_clash(library: Library) -> None:
    here, there, reader, other = hands(library)
    kept = reservations.reserve(there, other, SEAT, begins=local("2026-11-22 12:00"))
    met(library)
    seats.take(here, reader, SEAT)
    met(library)
    reservations.cancel(here, other, kept.sitting)
    seats.extend(here, reader)
    seats.leave(here, reader)
    reservations.cancel(there, other, kept.sitting)
    library.clock.put("2026-11-22 12:01")
    seats.take(there, other, SEAT)
    met(library)
    assert clashes(here) == 1
    assert (sweeps.settle(here), sweeps.settle(there)) == (0, 1)
    met(library)
    assert clashes(here) == 0


def test_one_after_the_other_is_no_clash(library: Library) -> None:
    here, there, reader, other = hands(library)
    seats.take(here, reader, SEAT)
    library.clock.move(minutes=30)
    seats.leave(here, reader)
    library.clock.move(minutes=30)
    seats.take(there, other, SEAT)
    seats.take(here, reader, OTHER)
    seats.take(there, library.reader(NUMBERS[2]), OTHER)
    met(library)
    assert clashes(here) == 2
    assert (sweeps.settle(here), sweeps.settle(there)) == (0, 1)
    met(library)
    assert clashes(here) == 1
    library.clock.move(minutes=5)
    seats.leave(here, reader)
    met(library)
    assert (sweeps.settle(here), sweeps.settle(there)) == (0, 0)  # both sat there
