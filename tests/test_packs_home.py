"""Packs brought home: what was scanned there counts once, however often it is brought."""

import shutil
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from db import doctor
from db.clock import stamp
from db.exchange import exchange
from db.place import set_setting
from db.store import Store
from deskapp import erasures, packs, staff
from deskapp.desk import STORE, Role, found_desk
from deskapp.doors import Door
from deskapp.staff import Entry
from tests.gatherings import gather
from tests.library import Library, WallClock, local, stored
from tests.packing import (
    BEFORE,
    LATER,
    NOON,
    SESSION,
    SHAN,
    ZENG,
    admitted,
    home,
    opened,
    packed,
    scan,
    sign,
)
from tests.refusals import refused
from tests.shelf import bytes_of, rows, spoil

pytestmark = pytest.mark.usefixtures("quick_pins")


# brought home


def test_brought_twice_it_counts_once_and_what_is_new_comes_later(noon: Library) -> None:
    event = gather(noon, SESSION)
    for number in (SHAN, ZENG):
        sign(noon, event, number)
    packed(noon, event)
    noon.clock.put(BEFORE)
    assert scan(noon, event, SHAN) == [("admitted", "单*强")]
    assert [home(noon).facts for _ in range(2)] == [1, 0]
    before = stored(noon.desk)
    assert home(noon).facts == 0
    assert stored(noon.desk) == before
    assert scan(noon, event, ZENG, SHAN) == [("admitted", "曾*查"), ("already", "单*强")]
    assert (home(noon).facts, len(admitted(noon.desk.ledger))) == (2, 2)
    (line,) = packs.of_event(noon.desk, event)
    assert (line.facts, line.people, line.back is not None) == (3, 2, True)


def test_who_had_the_place_of_who_did_not_come_is_none_too_many_at_home(noon: Library) -> None:
    event = gather(noon, SESSION, capacity=1)
    sign(noon, event)
    packed(noon, event)
    noon.clock.put(LATER)
    laptop = opened(noon)
    assert Door(laptop, event, "s1").walk_in(ZENG, scanned=False).what == "admitted"
    laptop.close()
    came = home(noon)
    assert (came.admitted, came.strange) == (1, 0)
    assert rows(noon.desk.ledger, "SELECT * FROM crowd") == []


def test_a_copied_laptop_is_two_and_both_come_home(noon_apart: Library) -> None:
    """Each with what its own clock was off by."""
    event = gather(noon_apart, "12:00-18:00")
    for number in (SHAN, ZENG):
        sign(noon_apart, event, number)
    packed(noon_apart, event)
    noon_apart.clock.put(BEFORE)
    scan(noon_apart, event)
    shutil.copytree(noon_apart.folder / "laptop", noon_apart.folder / "copy")
    scan(noon_apart, event, SHAN, clock=WallClock(local(LATER)))
    scan(noon_apart, event, ZENG, name="copy")
    assert [home(noon_apart).facts, home(noon_apart, "copy").facts] == [1, 1]
    assert doctor.examine(noon_apart.desk.ledger) == []
    assert noon_apart.exchange("2F").carried == 2
    noon_apart.exchange("3F")
    assert admitted(noon_apart.desks["3F"].ledger) == [("copy", 1), ("laptop", 1)]
    skews = "SELECT door, skew FROM admission ORDER BY door"
    assert rows(noon_apart.desks["3F"].ledger, skews) == [("copy", 0), ("laptop", -50 * 60_000)]
    for desk in noon_apart.desks.values():
        assert doctor.examine(desk.ledger) == []


@pytest.fixture(scope="module")
def scanned(
    founded_twice: Library, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Library, str]:
    """Two packs whose doors have let in the same two of one sign-up; it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(staff, "_HASHER", PasswordHasher(1, 32, 1))
        library = founded_twice.copy(tmp_path_factory.mktemp("scanned"))
        library.clock.put(NOON)
        event = gather(library, SESSION)
        subject = sign(library, event, places=2)
        sign(library, event, ZENG)
        packed(library, event, "one")
        packed(library, event, "two")
        library.clock.put(BEFORE)
        scan(library, event, ZENG, name="two")
        for name in ("one", "two"):
            library.clock.move(minutes=1)
            laptop = opened(library, name)
            Door(laptop, event, "s1", name).scan(SHAN, scanned=False, heads=2)
            laptop.close()
        library.close()
    return library, subject


@pytest.mark.parametrize("order", permutations(("one", "two", "2F", "3F")))
def test_two_doors_and_a_desk_come_to_one_state_and_one_clash(
    scanned: tuple[Library, str], tmp_path: Path, order: tuple[str, ...]
) -> None:
    library, subject = scanned
    apart = library.copy(tmp_path)
    for each in (*order, "2F", "3F", "2F"):
        if each in apart.desks:
            apart.exchange(each)
        else:
            home(apart, each)
    here, elsewhere = (stored(desk) for desk in apart.desks.values())
    assert here == elsewhere
    ((clashed, *_),) = here["clash"]
    assert clashed == subject
    assert admitted(apart.desk.ledger) == [("one", 2), ("two", 1), ("two", 2)]
    first = "SELECT first_door, came FROM presence WHERE subject = '" + subject + "'"
    assert rows(apart.desk.ledger, first) == [("one", 2)]
    for desk in apart.desks.values():
        assert doctor.examine(desk.ledger) == []
    apart.close()


@pytest.mark.parametrize(
    ("clock", "behind"),
    [("2026-11-24 11:00", 60), ("2026-11-25 13:30", -24 * 60), (LATER, -50), (BEFORE, 0)],
)
def test_a_clock_that_cannot_be_right_is_put_right(
    noon_apart: Library, clock: str, behind: int
) -> None:
    """Nothing is done in a pack before it was made, or after it came home."""
    event = gather(noon_apart, "12:00-18:00")
    sign(noon_apart, event)
    packed(noon_apart, event)
    laptop = WallClock(local(clock))
    scan(noon_apart, event, SHAN, clock=laptop)
    noon_apart.clock.put(BEFORE)
    home(noon_apart)
    noon_apart.exchange("2F")
    found = rows(noon_apart.desk.ledger, "SELECT at, corrected, skew FROM admission")
    right = local(clock) + timedelta(minutes=behind)
    assert found == [(stamp(local(clock)), stamp(right), behind * 60_000)]


def test_a_laptop_with_a_network_pushes_itself_and_is_told_nothing(noon_apart: Library) -> None:
    event = gather(noon_apart, SESSION)
    sign(noon_apart, event)
    noon_apart.exchange("2F")
    packed(noon_apart, event)
    noon_apart.clock.put(BEFORE)
    scan(noon_apart, event, SHAN)
    laptop = opened(noon_apart)
    before = len(rows(laptop.ledger, "SELECT id FROM fact"))
    assert noon_apart.centre is not None
    done = exchange(laptop.ledger, noon_apart.centre)
    assert (done.pushed, done.pulled) == (1, 0)
    assert len(rows(laptop.ledger, "SELECT id FROM fact")) == before
    laptop.close()
    assert home(noon_apart).facts == 1
    assert noon_apart.exchange("2F").carried == 1  # nobody has told the maker that it is known
    assert noon_apart.exchange("2F").carried == 0
    assert len(admitted(noon_apart.desk.ledger)) == 1
    scan(noon_apart, event, SHAN)
    laptop = opened(noon_apart)
    assert exchange(laptop.ledger, noon_apart.centre).pushed == 1
    laptop.close()
    assert doctor.examine(noon_apart.desk.ledger) == []


def test_a_pack_founds_no_library(noon_apart: Library, tmp_path: Path) -> None:
    packed(noon_apart, gather(noon_apart, SESSION))
    laptop = opened(noon_apart)
    from db.file_centre import FileCentre

    centre = FileCentre(tmp_path / "new.db", noon_apart.clock)
    refused("CentreEmpty", exchange, laptop.ledger, centre)
    centre.close()
    laptop.close()


# words


def test_a_number_of_somebody_erased_goes_when_it_comes_home(noon: Library) -> None:
    event = gather(noon, SESSION)
    packed(noon, event)
    noon.clock.put(BEFORE)
    laptop = opened(noon)
    door = Door(laptop, event, "s1")
    for number in (SHAN, ZENG):
        assert door.walk_in(number, scanned=False).what == "admitted"
    laptop.close()
    erasures.erase_reader(noon.at("lead"), noon.reader(SHAN))
    assert home(noon).identified == 1
    numbers = "SELECT number FROM signup ORDER BY number"
    assert rows(noon.desk.ledger, numbers) == [(None,), (ZENG,)]
    assert SHAN.encode() not in bytes_of(noon.folder / "2F" / STORE)
    erasures.erase_reader(noon.at("lead"), noon.reader(ZENG))
    assert ZENG.encode() not in bytes_of(noon.folder / "2F" / STORE)
    assert len(admitted(noon.desk.ledger)) == 2
    assert doctor.examine(noon.desk.ledger) == []


# what is no pack


def test_only_its_maker_s_own_pack_comes_home(noon_apart: Library, tmp_path: Path) -> None:
    event = gather(noon_apart, SESSION)
    refused("StoreGone", home, noon_apart, "nothing")
    refused("NotPack", home, noon_apart, "3F")
    packed(noon_apart, event)
    noon_apart.exchange("2F")
    noon_apart.exchange("3F")
    elsewhere = noon_apart.at("li", "3F")
    refused("NotMaker", packs.bring_home, elsewhere, noon_apart.folder / "laptop")
    stranger = found_desk(tmp_path / "other", "ncst", "2F", "", b"x" * 32, noon_apart.clock)
    operator = noon_apart.staff["li"]
    stranger_at = stranger.signed_in(operator)
    refused("PackOfAnother", packs.bring_home, stranger_at, noon_apart.folder / "laptop")
    stranger.close()
    store = Store(noon_apart.folder / "laptop" / STORE)
    with store.writing() as connection:
        set_setting(connection, "maker", '{"desk":"2F","staff":"s","event":"event:x","number":1,'
                    '"people":0,"at":"2026-11-24T00:00:00.000000Z"}')  # fmt: skip
    store.close()
    refused("PackOfAnother", home, noon_apart)


def test_what_no_door_writes_is_left_alone(noon: Library) -> None:
    event = gather(noon, SESSION)
    subject = sign(noon, event)
    packed(noon, event)
    noon.clock.put(BEFORE)
    scan(noon, event, SHAN)
    laptop = opened(noon)
    with laptop.act() as act:
        changed = Entry("1004", "李静", Role.ADMINISTRATOR).said()
        act.record("staff.entered", noon.id("li"), changed)
        act.record("signup.cancelled", subject, {"session": "", "why": None})
    spoil(laptop.ledger, "UPDATE fact SET data = replace(data, 'laptop', 'east') "
          "WHERE kind = 'door.admitted'")  # fmt: skip
    laptop.close()
    came = home(noon)
    assert (came.facts, came.strange) == (0, 3)
    assert noon.at("li").operator == staff.find(noon.desk, noon.id("li"))
