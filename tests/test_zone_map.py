"""A zone's map as the store has it: brought up to now it is what it would be if it were read anew;
a seat that two hold.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from db.clock import SystemClock
from db.facts import Draft
from db.places import LAID, draft
from deskapp import clashes, exemptions, places, reservations, seats, zone_map
from deskapp.desk import Desk, open_desk
from deskapp.language import Language
from deskapp.zone_map import LASTS, Spot, ZoneMap
from screens.seat_map import NOTED, SIGNS, TWICE, sign
from screens.seat_words import legend, spot_words
from tests.clashing import open_clashes
from tests.halls import NUMBERS, hall_in, reader, sit
from tests.library import Library
from tests.program import by_badge
from tests.seating import IT
from tests.seating import NUMBERS as APART
from tests.toys import ToyClock


@pytest.fixture
def clock() -> ToyClock:
    """At noon tomorrow."""
    return ToyClock(SystemClock().now().replace(hour=4) + timedelta(days=1))


@pytest.fixture
def desk(tmp_path: Path, clock: ToyClock) -> Iterator[Desk]:
    desk = by_badge(open_desk(hall_in(tmp_path / "store"), clock), "1001")
    yield desk
    desk.close()


def said(desk: Desk, one: Draft) -> None:
    with desk.act() as act:
        act.record_all([one])


def test_a_map_brought_up_to_now_is_the_map(desk: Desk, clock: ToyClock) -> None:
    one, three = reader(desk, NUMBERS[0]), reader(desk, NUMBERS[2])
    soon, place = desk.now() + timedelta(minutes=40), places.find(desk, "it/A-9")
    elsewhere = {name: getattr(place, name) for name in LAID} | {"row": 40}
    begun, noon = desk.now() - timedelta(minutes=25), desk.now()
    acts: list[tuple[Callable[[], object], bool]] = [
        (lambda: seats.take(desk, one, "it/A-1"), False),
        (lambda: seats.step_away(desk, one), False),
        (lambda: sit(desk, NUMBERS[1], "it/A-3", minutes=90, away=-5), False),
        (lambda: seats.move(desk, one, "it/B-2"), False),
        (lambda: reservations.reserve(desk, three, "it/A-5", begins=soon), False),
        (lambda: places.note(desk, "it/A-6", "damage"), False),
        (lambda: places.close(desk, "it/A-7"), False),
        (lambda: places.close(desk, "commons/A-1"), False),
        (lambda: places.clear_note(desk, "it/A-6"), False),
        (lambda: exemptions.declare(desk, "drill", since=begun, until=noon), True),
        (lambda: said(desk, draft("place.laid", "it/A-9", elsewhere)), True),
        (lambda: said(desk, draft("place.removed", "it/A-9")), True),
        (lambda: seats.leave(desk, one), False),
        (lambda: None, False),
    ]
    shown = zone_map.zone_map(desk, "it")
    for act, all_of_it in acts:
        clock.at += timedelta(seconds=0.5)
        act()
        shown = zone_map.zone_map(desk, "it", shown)
        anew = zone_map.zone_map(desk, "it")
        assert (shown, shown.at == anew.at) == (anew, all_of_it), act
    assert {spot.state for spot in shown.spots} >= {"free", "over", "closed"}
    assert [spot.label for spot in shown.spots if spot.state == "free" and spot.until] == ["A-5"]
    clock.at += LASTS  # time alone may have changed it
    assert zone_map.zone_map(desk, "it", shown).at == desk.now()


def test_a_clock_that_stood_still_makes_nobody_late(desk: Desk, clock: ToyClock) -> None:
    sit(desk, NUMBERS[0], "it/A-2", away=20)
    assert zone_map.zone_map(desk, "it").by_label["A-2"].state == "away"
    clock.move(minutes=30)
    assert zone_map.zone_map(desk, "it").by_label["A-2"].state == "over"
    exemptions.declare(desk, "drill", since=desk.now() - timedelta(minutes=25), until=desk.now())
    assert zone_map.zone_map(desk, "it").by_label["A-2"].state == "away"


def test_a_seat_that_two_hold_says_so_until_somebody_settles_it(two_desks: Library) -> None:
    places.lay_out(two_desks.at("head"), [IT])
    for code in ("2F", "3F"):
        two_desks.exchange(code)
    here, there = two_desks.at("li", "2F"), two_desks.at("sun", "3F")
    before = zone_map.zone_map(here, "it")
    seats.take(here, two_desks.reader(APART[0]), "it/A-1")
    seats.take(here, two_desks.reader(APART[2]), "it/A-2")
    seats.take(there, two_desks.reader(APART[1]), "it/A-1")
    before = zone_map.zone_map(here, "it", before)
    assert not before.twice
    for code in ("2F", "3F", "2F"):
        two_desks.exchange(code)
    for desk in (here, there):
        drawn = zone_map.zone_map(desk, "it", before if desk is here else None)
        assert [spot.label for spot in drawn.spots if spot.twice] == ["A-1"]
    for code, word in (("zh_CN", "同占"), ("en", "twice")):
        t, spot = Language(code), drawn.by_label["A-1"]
        assert sign(spot) == TWICE
        assert word in spot_words(t, here, spot)
        assert f"{TWICE} {word}1" in legend(t, drawn, 80).plain.replace(f"{word} 1", f"{word}1")
    head = two_desks.at("head", "2F")
    with head.reading() as connection:
        ((_, *pair),) = open_clashes(connection)
    clashes.settle(head, (pair[0], pair[1]), pair[0])
    settled = zone_map.zone_map(here, "it", zone_map.zone_map(here, "it"))
    assert not settled.twice
    assert TWICE not in legend(Language(), settled, 80).plain.split()


@pytest.mark.parametrize("code", ["zh_CN", "en"])
def test_the_legend_of_a_full_hall_has_room_for_what_is_there(code: str) -> None:
    states = ("free",) * 187 + ("seated",) * 731 + ("away",) * 48 + ("over",) * 6
    hall = [Spot(f"A-{n}", 1, n, state) for n, state in enumerate(states)]
    t, all_of_it = Language(code), legend(Language(code), ZoneMap("exam", tuple(hall)), 200)
    assert len(all_of_it.plain.split("  ")) == len(SIGNS)
    hall[200] = hall[200]._replace(twice=True)
    hall[3] = hall[3]._replace(noted=True)
    line = legend(t, ZoneMap("exam", tuple(hall)), 78)
    assert line.cell_len <= 78
    assert line.plain.startswith(f"{TWICE} {t('seats.twice')}")
    assert f"{NOTED} {t('seats.noted')}" in line.plain
