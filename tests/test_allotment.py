"""What was drawn is confirmed in time, or forfeited and passed down; two desks may be at odds."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest

from db.draws import application_of
from db.facts import Draft
from deskapp import allotment, daily, draws, erasures, lots, numbers, places, seats, undo
from tests.clashing import open_clashes
from tests.drawing import (
    NUMBERS,
    SEATS,
    SOURCE,
    TERMS,
    drawn,
    furnish_zone,
    opened,
    seat_of,
    standing,
    whose,
)
from tests.library import Library, differs_from_ledger, outcome_of
from tests.refusals import refused
from tests.test_spaces import NIGHT, desk_of

LATE = "2026-11-30 17:01"


def states(hall: Library, draw: str, where: str | None = None) -> list[tuple[str, str]]:
    return [(each.state, each.place) for each in standing(hall, draw, where)]


def confirm_all(hall: Library, draw: str) -> None:
    for each in standing(hall, draw)[:3]:
        allotment.confirm(hall.at("assistant"), draw, whose(hall, each))


def test_a_winner_confirms_by_card(hall: Library) -> None:
    assistant, drawing = hall.at("assistant"), opened(hall)
    anybody = hall.reader(NUMBERS[0])
    refused("NotDrawn", allotment.confirm, assistant, drawing.id, anybody)
    out = standing(hall, drawing.id)[0]
    lots.strike(hall.at("lead"), out.id)
    lots.publish(hall.at("lead"), drawing.id, SOURCE)
    refused("NotDrawn", allotment.passing, assistant, drawing.id)
    lots.draw(hall.at("lead"), drawing.id, "518")
    first, second, _, fourth, fifth, *_ = standing(hall, drawing.id)
    done = allotment.confirm(assistant, drawing.id, whose(hall, first))
    assert (done.place, done.number, done.state) == ("A-1", first.number, "confirmed")
    assert seat_of(hall, whose(hall, first)) == "exam/A-1"
    confirm, id_ = allotment.confirm, drawing.id
    refused("ConfirmedAlready", confirm, assistant, id_, whose(hall, first))
    refused("NotListed", confirm, assistant, id_, whose(hall, out))
    refused("ApplicationUnknown", confirm, assistant, id_, hall.reader("2023101234"))
    for rank, each in ((1, fourth), (2, fifth)):
        told = refused("DrawWaiting", allotment.confirm, assistant, drawing.id, whose(hall, each))
        assert told.facts["rank"] == rank
    assert undo.undo(assistant).what == "application.confirmed"
    assert seat_of(hall, whose(hall, first)) is None
    hall.clock.put(LATE)
    refused("ConfirmedLate", allotment.confirm, assistant, drawing.id, whose(hall, second))
    assert [each.id for _, each in draws.of_reader(assistant, whose(hall, second))] == [second.id]
    assert differs_from_ledger(hall.desk) == []


def test_what_is_not_confirmed_goes_down_the_list(hall: Library) -> None:
    lead, drawing = hall.at("lead"), drawn(hall)
    rows = standing(hall, drawing.id)
    allotment.confirm(lead, drawing.id, whose(hall, rows[1]))
    assert allotment.pass_down(lead, drawing.id).offered == ()
    assert draws.count_late(lead) == 0
    hall.clock.put(LATE)
    assert draws.count_late(lead) == daily.today(lead).draws == 2
    assert (draws.count_late(hall.at("lead", "3F")), daily.today(hall.at("li")).draws) == (0, 0)
    erasures.erase_reader(lead, whose(hall, rows[3]))
    would = allotment.passing(lead, drawing.id)
    assert [(each.rank, why) for each, why in would.forfeited] == [
        (1, "unconfirmed"), (3, "unconfirmed")
    ]  # fmt: skip
    refused("RoleTooLow", allotment.pass_down, hall.at("li"), drawing.id)
    done = allotment.pass_down(lead, drawing.id)
    assert [(each.rank, place) for each, place in done.offered] == [(5, "A-1"), (6, "A-3")]
    assert done.last == date(2026, 12, 2)
    assert states(hall, drawing.id)[:7] == [
        ("forfeited", ""), ("confirmed", "A-2"), ("forfeited", ""), ("waiting", ""),
        ("offered", "A-1"), ("offered", "A-3"), ("waiting", ""),
    ]  # fmt: skip
    refused("PlaceForfeited", allotment.confirm, lead, drawing.id, whose(hall, rows[0]))
    refused("CannotUndo", undo.undo, lead)
    assert allotment.confirm(lead, drawing.id, whose(hall, rows[5])).place == "A-3"
    assert draws.count_late(lead) == 0
    hall.clock.put("2026-12-03 08:00")
    assert draws.count_late(lead) == 1
    refused("ConfirmedLate", allotment.confirm, lead, drawing.id, whose(hall, rows[4]))
    done = allotment.pass_down(lead, drawing.id)
    assert [(each.rank, place) for each, place in done.offered] == [(7, "A-1")]
    erasures.erase_reader(lead, whose(hall, rows[5]))
    assert [why for _, why in allotment.passing(lead, drawing.id).forfeited] == ["gone"]
    hall.clock.put("2026-12-27 08:00")
    refused("DrawOver", allotment.pass_down, lead, drawing.id)
    assert draws.of_reader(lead, whose(hall, rows[1])) == []
    assert differs_from_ledger(hall.desk) == []


def sit(hall: Library, reader: str, day: str) -> None:
    hall.clock.put(f"{day} 09:00")
    seats.take(
        hall.at("assistant"), reader, "exam/" + (seat_of(hall, reader, day) or "").split("/")[1]
    )
    hall.clock.put(f"{day} 11:00")
    seats.leave(hall.at("assistant"), reader)


def test_an_owner_s_scan_takes_their_own_seat(hall: Library) -> None:
    assistant, drawing = hall.at("assistant"), drawn(hall)
    confirm_all(hall, drawing.id)
    first, second, _, waiting, *_ = (whose(hall, each) for each in standing(hall, drawing.id))
    hall.clock.put("2026-12-01 09:00")
    refused("SeatAllotted", seats.take, assistant, first, "exam/A-2")
    refused("NotEligible", seats.take, assistant, waiting, zone="exam")
    assert seats.take(assistant, second, zone="exam").seat == "exam/A-2"
    assert seats.take(assistant, first, zone="exam").seat == "exam/A-1"


def test_an_owner_whose_seat_is_out_of_order_has_another(hall: Library) -> None:
    assistant, drawing = hall.at("assistant"), drawn(hall)
    confirm_all(hall, drawing.id)
    furnish_zone(hall, "exam", ("A-4",))
    first = whose(hall, standing(hall, drawing.id)[0])
    hall.clock.put("2026-12-01 09:00")
    places.close(assistant, "exam/A-1")
    assert seats.take(assistant, first, zone="exam").seat == "exam/A-4"


def test_a_seat_that_is_not_used_is_forfeited(hall: Library) -> None:
    lead, drawing = hall.at("lead"), drawn(hall)
    rows = standing(hall, drawing.id)
    confirm_all(hall, drawing.id)
    sit(hall, whose(hall, rows[0]), "2026-12-02")
    hall.clock.put("2026-12-03 23:00")
    assert allotment.passing(lead, drawing.id).forfeited == ()
    hall.clock.put("2026-12-04 08:00")
    lost = allotment.passing(lead, drawing.id).forfeited
    assert [(each.rank, why) for each, why in lost] == [(2, "unused"), (3, "unused")]
    sit(hall, whose(hall, rows[1]), "2026-12-04")
    done = allotment.pass_down(lead, drawing.id)
    assert [(each.rank, why) for each, why in done.forfeited] == [(3, "unused")]
    assert [(each.rank, place) for each, place in done.offered] == [(4, "A-3")]
    assert seat_of(hall, whose(hall, rows[2])) is None
    hall.clock.put("2026-12-06 08:00")
    lost = allotment.passing(lead, drawing.id).forfeited
    assert [(each.rank, why) for each, why in lost] == [(1, "unused")]


def test_days_on_which_nobody_could_sit_are_not_unused(hall: Library) -> None:
    lead, drawing = hall.at("lead"), drawn(hall)
    confirm_all(hall, drawing.id)
    begin, end = "2026-12-02T02:00:00.000000Z", "2026-12-02T03:00:00.000000Z"
    said = {"from": begin, "until": end, "why": "power", "zones": ["exam"]}
    with lead.act() as act:
        act.record_all([Draft("exemption.declared", "exemption:x", said)])
    hall.clock.put("2026-12-04 08:00")
    assert allotment.passing(lead, drawing.id).forfeited == ()
    hall.clock.put("2026-12-05 08:00")
    assert len(allotment.passing(lead, drawing.id).forfeited) == 3


def test_a_night_past_midnight_is_not_over_yet(hall: Library) -> None:
    drawing = drawn(hall)
    confirm_all(hall, drawing.id)
    for at, lost in (("2026-12-04 01:00", 0), ("2026-12-04 01:30", 3)):
        hall.clock.put(at)
        night = desk_of(hall, ('week = ["mon-sun 08:00-22:00"]', NIGHT))
        assert len(allotment.passing(night, drawing.id).forfeited) == lost


def test_lockers_are_numbered_and_never_unused(hall: Library) -> None:
    terms = replace(TERMS, thing="locker", zone="二层", many=2)
    drawing = drawn(hall, terms=terms)
    lead, (first, second, *_) = hall.at("lead"), standing(hall, drawing.id)
    assert (first.place, second.place) == ("001", "002")
    allotment.confirm(lead, drawing.id, whose(hall, first))
    assert seat_of(hall, whose(hall, first)) is None
    hall.clock.put("2026-12-20 08:00")
    assert [why for _, why in allotment.passing(lead, drawing.id).forfeited] == ["unconfirmed"]
    refused("AllotmentUnknown", allotment.move, lead, first.id, "003")


def test_another_place_and_none_at_all(hall: Library) -> None:
    lead, drawing = hall.at("lead"), drawn(hall)
    first, second, third, fourth, *_ = standing(hall, drawing.id)
    refused("PlaceHeld", allotment.move, lead, first.id, "a-2")
    refused("AllotmentUnknown", allotment.move, lead, first.id, "Z-9")
    refused("PlaceForfeited", allotment.move, lead, fourth.id, "A-1")
    assert allotment.give_up(hall.at("assistant"), second.id).state == "forfeited"
    refused("PlaceForfeited", allotment.give_up, lead, second.id)
    refused("ApplicationUnknown", allotment.give_up, lead, "application:x")
    assert allotment.move(lead, first.id, "a-2").place == "A-2"
    assert allotment.confirm(lead, drawing.id, whose(hall, first)).place == "A-2"
    places.close(lead, "exam/A-1")
    assert allotment.pass_down(lead, drawing.id).offered == ()  # out of order
    places.put_right(lead, "exam/A-1")
    done = allotment.pass_down(lead, drawing.id)
    assert [(each.rank, place) for each, place in done.offered] == [(4, "A-1")]
    allotment.give_up(lead, fourth.id)
    assert Counter(each.state for each in standing(hall, drawing.id)) == {
        "confirmed": 1, "won": 1, "forfeited": 2, "waiting": 4
    }  # fmt: skip
    assert third.place == "A-3"


def test_under_another_number_they_are_the_same(hall: Library) -> None:
    drawing, old = drawn(hall), hall.reader("2023101234")
    first = standing(hall, drawing.id)[0]
    numbers.merge(hall.at("li"), whose(hall, first), old)
    assert allotment.confirm(hall.at("li"), drawing.id, old).place == "A-1"
    assert seat_of(hall, old) == "exam/A-1"


def test_confirmed_here_and_forfeited_there_is_for_a_person(hall: Library) -> None:
    drawing = drawn(hall)
    for code in ("2F", "3F"):
        hall.exchange(code)
    rows = standing(hall, drawing.id)
    hall.clock.put("2026-11-30 16:59")
    allotment.confirm(hall.at("li", "3F"), drawing.id, whose(hall, rows[0]))
    hall.clock.put(LATE)
    done = allotment.pass_down(hall.at("lead", "2F"), drawing.id)
    assert [(each.rank, place) for each, place in done.offered] == [
        (4, "A-1"), (5, "A-2"), (6, "A-3")
    ]  # fmt: skip
    for code in ("2F", "3F", "2F"):
        hall.exchange(code)
    assert states(hall, drawing.id, "2F") == states(hall, drawing.id, "3F")
    why = refused("PassedElsewhere", allotment.pass_down, hall.at("lead", "3F"), drawing.id)
    assert why.facts["desk"] == "2F"
    with hall.desk.reading() as connection:
        ((subject, one, other),) = open_clashes(connection)
    assert subject == application_of(drawing.id, whose(hall, rows[0]))
    with hall.desk.reading() as connection:
        sql = "SELECT id FROM fact WHERE kind = 'application.confirmed'"
        kept = connection.exec_driver_sql(sql).scalar_one()
    said = {"pair": [one, other], "keep": kept}
    with hall.at("lead", "2F").act() as act:
        act.record_all([Draft("clash.settled", subject, said)])
    assert states(hall, drawing.id)[0] == ("confirmed", "A-1")
    done = allotment.pass_down(hall.at("lead"), drawing.id)  # A-1 is the first's after all
    assert [each.rank for each in done.put_back] == [4]
    assert (done.offered, done.doubled) == ((), ())
    assert states(hall, drawing.id)[3] == ("waiting", "")
    hall.exchange("2F")
    hall.exchange("3F")
    assert allotment.pass_down(hall.at("head", "3F"), drawing.id).forfeited == ()
    for desk in hall.desks.values():
        assert differs_from_ledger(desk) == []


@pytest.mark.parametrize("who", ["confirmed", "offered"])
def test_a_place_that_two_hold(hall: Library, who: str) -> None:
    """As a cloned desk may leave it: what is only offered gives way, two owners are told."""
    lead, drawing = hall.at("lead"), drawn(hall)
    first, _, _, fourth, *_ = standing(hall, drawing.id)
    allotment.confirm(lead, drawing.id, whose(hall, first))
    said = {"place": "A-1", "until": "2026-12-30T00:00:00.000000Z"}
    with lead.act() as act:
        act.record_all([Draft(f"application.{who}", fourth.id, said)])
    done = allotment.pass_down(lead, drawing.id)
    assert [each.rank for each in done.put_back] == ([4] if who == "offered" else [])
    assert [(place, len(some)) for place, some in done.doubled] == (
        [("A-1", 2)] if who == "confirmed" else []
    )
    assert drawing.last == date(2026, 12, 26)


def test_two_whom_desks_apart_move_to_one_place(hall: Library) -> None:
    drawing = drawn(hall)
    exchanged(hall)
    first, second, third, *_ = standing(hall, drawing.id)
    allotment.give_up(hall.at("lead", "2F"), third.id)
    exchanged(hall)
    for code, each in (("2F", first), ("3F", second)):
        allotment.confirm(hall.at("lead", code), drawing.id, whose(hall, each))
        allotment.move(hall.at("lead", code), each.id, "A-3")
    exchanged(hall)
    for code in ("2F", "3F"):
        ((place, both),) = allotment.passing(hall.at("lead", code), drawing.id).doubled
        assert (place, {each.id for each in both}) == ("A-3", {first.id, second.id})
        assert states(hall, drawing.id, code)[:2] == [("confirmed", "A-3")] * 2
    allotment.move(hall.at("lead", "3F"), second.id, "A-2")
    exchanged(hall)
    assert allotment.passing(hall.at("lead", "2F"), drawing.id).doubled == ()


def test_who_was_seated_on_a_seat_that_was_anothers_own_by_then(hall: Library) -> None:
    """A desk had not heard whose it is; the owner came to the other one."""
    drawing = drawn(hall)
    exchanged(hall)
    first, second, *_ = standing(hall, drawing.id)
    for code, each in (("2F", first), ("3F", second)):
        allotment.confirm(hall.at("li", code), drawing.id, whose(hall, each))
    hall.clock.put("2026-12-02 10:00")
    seats.take(hall.at("li", "3F"), whose(hall, second), "exam/A-1")
    seats.take(hall.at("li", "2F"), whose(hall, first), "exam/A-1")
    exchanged(hall)
    for code in ("2F", "3F"):
        with hall.desks[code].reading() as connection:
            ((subject, *_),) = open_clashes(connection)
        assert subject == "seat:2026-12-02:exam/A-1"


def exchanged(hall: Library) -> None:
    for code in ("2F", "3F", "2F"):
        hall.exchange(code)


@pytest.mark.parametrize("seed", [0, 7])
def test_whatever_happens_no_place_is_two_s(hall: Library, seed: int) -> None:
    """Confirmed, given up, moved, passed down and undone in any order, as days go by."""
    chance, drawing = random.Random(seed), drawn(hall)
    done: Counter[str] = Counter()
    for _ in range(50):
        rows = standing(hall, drawing.id)
        row, desk = chance.choice(rows), hall.at(chance.choice(("head", "admin")))
        act = chance.choice((*("confirm", "give_up", "move", "pass", "later"), *["undo"] * 3))
        if act == "later":
            hall.clock.at += timedelta(hours=chance.choice((1, 12, 48)))
            continue
        acts: dict[str, Callable[[], object]] = {
            "confirm": partial(allotment.confirm, desk, drawing.id, whose(hall, row)),
            "give_up": partial(allotment.give_up, desk, row.id),
            "move": partial(allotment.move, desk, row.id, chance.choice(SEATS)),
            "pass": partial(allotment.pass_down, desk, drawing.id),
            "undo": partial(undo.undo, desk),
        }
        refusal = outcome_of(acts[act])
        done[act] += refusal is None
        after = standing(hall, drawing.id)
        if act == "pass" and refusal is None:
            was = {each.id for each in rows if each.state == "offered"}
            new = [e.rank or 0 for e in after if e.state == "offered" and e.id not in was]
            waiting = [e.rank or 0 for e in after if e.state == "waiting"]
            assert sum(bool(each.place) for each in after) == 3 or not waiting
            assert max(new, default=0) < min(waiting, default=9)
        taken = [each.place for each in after if each.place]
        assert len(taken) == len(set(taken)) <= 3
    assert min(done[each] for each in ("confirm", "give_up", "pass", "undo")) > 0, done
    assert differs_from_ledger(hall.desk) == []
