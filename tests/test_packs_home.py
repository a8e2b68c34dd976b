"""Packs brought home: what was scanned there counts once, however often it is brought."""

import shutil
from collections.abc import Iterator
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
from tests.library import Library, WallClock, differs_from_ledger, local, stored
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


@pytest.fixture
def there(seated: Library) -> Iterator[Library]:
    seated.clock.put(NOON)
    yield seated
    assert differs_from_ledger(seated.desk) == []


@pytest.fixture
def apart(two_desks: Library) -> Library:
    two_desks.clock.put(NOON)
    return two_desks


# brought home


def test_brought_twice_it_counts_once_and_what_is_new_comes_later(there: Library) -> None:
    event = gather(there, SESSION)
    for number in (SHAN, ZENG):
        sign(there, event, number)
    packed(there, event)
    there.clock.put(BEFORE)
    assert scan(there, event, SHAN) == [("admitted", "单*强")]
    assert [home(there).facts for _ in range(2)] == [1, 0]
    before = stored(there.desk)
    assert home(there).facts == 0
    assert stored(there.desk) == before
    assert scan(there, event, ZENG, SHAN) == [("admitted", "曾*查"), ("already", "单*强")]
    assert (home(there).facts, len(admitted(there.desk.ledger))) == (2, 2)
    (line,) = packs.of_event(there.desk, event)
    assert (line.facts, line.people, line.back is not None) == (3, 2, True)


def test_who_had_the_place_of_who_did_not_come_is_none_too_many_at_home(there: Library) -> None:
    event = gather(there, SESSION, capacity=1)
    sign(there, event)
    packed(there, event)
    there.clock.put(LATER)
    laptop = opened(there)
    assert Door(laptop, event, "s1").walk_in(ZENG, scanned=False).what == "admitted"
    laptop.close()
    came = home(there)
    assert (came.admitted, came.strange) == (1, 0)
    assert rows(there.desk.ledger, "SELECT * FROM crowd") == []


def test_a_copied_laptop_is_two_and_both_come_home(apart: Library) -> None:
    """Each with what its own clock was off by."""
    event = gather(apart, "12:00-18:00")
    for number in (SHAN, ZENG):
        sign(apart, event, number)
    packed(apart, event)
    apart.clock.put(BEFORE)
    scan(apart, event)
    shutil.copytree(apart.folder / "laptop", apart.folder / "copy")
    scan(apart, event, SHAN, clock=WallClock(local(LATER)))
    scan(apart, event, ZENG, name="copy")
    assert [home(apart).facts, home(apart, "copy").facts] == [1, 1]
    assert doctor.examine(apart.desk.ledger) == []
    assert apart.exchange("2F").carried == 2
    apart.exchange("3F")
    assert admitted(apart.desks["3F"].ledger) == [("copy", 1), ("laptop", 1)]
    skews = "SELECT door, skew FROM admission ORDER BY door"
    assert rows(apart.desks["3F"].ledger, skews) == [("copy", 0), ("laptop", -50 * 60_000)]
    for desk in apart.desks.values():
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
def test_a_clock_that_cannot_be_right_is_put_right(apart: Library, clock: str, behind: int) -> None:
    """Nothing is done in a pack before it was made, or after it came home."""
    event = gather(apart, "12:00-18:00")
    sign(apart, event)
    packed(apart, event)
    laptop = WallClock(local(clock))
    scan(apart, event, SHAN, clock=laptop)
    apart.clock.put(BEFORE)
    home(apart)
    apart.exchange("2F")
    found = rows(apart.desk.ledger, "SELECT at, corrected, skew FROM admission")
    right = local(clock) + timedelta(minutes=behind)
    assert found == [(stamp(local(clock)), stamp(right), behind * 60_000)]


def test_a_laptop_with_a_network_pushes_itself_and_is_told_nothing(apart: Library) -> None:
    event = gather(apart, SESSION)
    sign(apart, event)
    apart.exchange("2F")
    packed(apart, event)
    apart.clock.put(BEFORE)
    scan(apart, event, SHAN)
    laptop = opened(apart)
    before = len(rows(laptop.ledger, "SELECT id FROM fact"))
    assert apart.centre is not None
    done = exchange(laptop.ledger, apart.centre)
    assert (done.pushed, done.pulled) == (1, 0)
    assert len(rows(laptop.ledger, "SELECT id FROM fact")) == before
    laptop.close()
    assert home(apart).facts == 1
    assert apart.exchange("2F").carried == 1  # nobody has told the maker that it is known
    assert apart.exchange("2F").carried == 0
    assert len(admitted(apart.desk.ledger)) == 1
    scan(apart, event, SHAN)
    laptop = opened(apart)
    assert exchange(laptop.ledger, apart.centre).pushed == 1
    laptop.close()
    assert doctor.examine(apart.desk.ledger) == []


def test_a_pack_founds_no_library(apart: Library, tmp_path: Path) -> None:
    packed(apart, gather(apart, SESSION))
    laptop = opened(apart)
    from db.file_centre import FileCentre

    centre = FileCentre(tmp_path / "new.db", apart.clock)
    refused("CentreEmpty", exchange, laptop.ledger, centre)
    centre.close()
    laptop.close()


# words


def test_a_number_of_somebody_erased_goes_when_it_comes_home(there: Library) -> None:
    event = gather(there, SESSION)
    packed(there, event)
    there.clock.put(BEFORE)
    laptop = opened(there)
    door = Door(laptop, event, "s1")
    for number in (SHAN, ZENG):
        assert door.walk_in(number, scanned=False).what == "admitted"
    laptop.close()
    erasures.erase_reader(there.at("lead"), there.reader(SHAN))
    assert home(there).identified == 1
    numbers = "SELECT number FROM signup ORDER BY number"
    assert rows(there.desk.ledger, numbers) == [(None,), (ZENG,)]
    assert SHAN.encode() not in bytes_of(there.folder / "2F" / STORE)
    erasures.erase_reader(there.at("lead"), there.reader(ZENG))
    assert ZENG.encode() not in bytes_of(there.folder / "2F" / STORE)
    assert len(admitted(there.desk.ledger)) == 2
    assert doctor.examine(there.desk.ledger) == []


# what is no pack


def test_only_its_maker_s_own_pack_comes_home(apart: Library, tmp_path: Path) -> None:
    event = gather(apart, SESSION)
    refused("StoreGone", home, apart, "nothing")
    refused("NotPack", home, apart, "3F")
    packed(apart, event)
    apart.exchange("2F")
    apart.exchange("3F")
    elsewhere = apart.at("li", "3F")
    refused("NotMaker", packs.bring_home, elsewhere, apart.folder / "laptop")
    stranger = found_desk(tmp_path / "other", "ncst", "2F", "", b"x" * 32, apart.clock)
    operator = apart.staff["li"]
    stranger_at = stranger.signed_in(operator)
    refused("PackOfAnother", packs.bring_home, stranger_at, apart.folder / "laptop")
    stranger.close()
    store = Store(apart.folder / "laptop" / STORE)
    with store.writing() as connection:
        set_setting(connection, "maker", '{"desk":"2F","staff":"s","event":"event:x","number":1,'
                    '"people":0,"at":"2026-11-24T00:00:00.000000Z"}')  # fmt: skip
    store.close()
    refused("PackOfAnother", home, apart)


def test_what_no_door_writes_is_left_alone(there: Library) -> None:
    event = gather(there, SESSION)
    subject = sign(there, event)
    packed(there, event)
    there.clock.put(BEFORE)
    scan(there, event, SHAN)
    laptop = opened(there)
    with laptop.act() as act:
        changed = Entry("1004", "李静", Role.ADMINISTRATOR).said()
        act.record("staff.entered", there.id("li"), changed)
        act.record("signup.cancelled", subject, {"session": "", "why": None})
    spoil(laptop.ledger, "UPDATE fact SET data = replace(data, 'laptop', 'east') "
          "WHERE kind = 'door.admitted'")  # fmt: skip
    laptop.close()
    came = home(there)
    assert (came.facts, came.strange) == (0, 3)
    assert there.at("li").operator == staff.find(there.desk, there.id("li"))
