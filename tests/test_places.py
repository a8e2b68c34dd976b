"""Numbered seats: laid out by a plan, found by what is typed, out of order, noted, put together."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deskapp import clashes, places, plans, setup, undo
from deskapp.language import Language
from deskapp.places import Laid
from deskapp.setup import SetUp
from screens.clash_words import outcome_lines, side_words
from tests.clashing import open_clashes
from tests.library import KEY, Library, differs_from_ledger, stored
from tests.refusals import refused


@pytest.fixture(scope="session")
def founded_with_seats(founded_twice: Library, tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Two desks that know the seats of the IT space."""
    library = founded_twice.copy(tmp_path_factory.mktemp("seats"))
    places.lay_out(library.at("head"), ["it"])
    for code in ("2F", "3F"):
        library.exchange(code)
    library.close()
    return library


@pytest.fixture
def seated(tmp_path: Path, founded_with_seats: Library) -> Iterator[Library]:
    library = founded_with_seats.copy(tmp_path)
    yield library
    library.close()


def test_the_profile_s_plans_are_laid_out_once(library: Library) -> None:
    head = library.at("head")
    refused("RoleTooLow", places.lay_out, library.at("lead"))
    assert places.lay_out(head) == Laid(entered=1282)
    assert places.lay_out(head) == Laid()
    exam = places.seats(head, "exam")
    assert len(exam) == 1000
    assert [seat.label for seat in exam[:3]] == ["A-1", "A-2", "A-3"]
    assert (exam[-1].label, exam[-1].row, exam[-1].col) == ("Y-40", 25, 43)
    assert (exam[0].accessible, exam[-1].socket, exam[-1].window, exam[1].window) == (1, 1, 1, 0)
    assert places.lay_out(head, ["it"]) == Laid(unchanged=len(places.seats(head, "it")))
    refused("ZoneUnknown", places.lay_out, head, ["cellar"])
    refused("ZoneUnknown", places.seats, head, "cellar")


def test_a_plan_that_was_changed_is_laid_out_anew(seated: Library) -> None:
    head = seated.at("head")
    with head.act() as act:
        some = [plans.Seat("A-1", 1, 1, lamp=True), plans.Seat("Z-1", 9, 1, closed="")]
        assert places.lay(act, {"it": some}, whole=False) == Laid(entered=1, changed=1)
    assert len(places.seats(head, "it")) == 61
    assert places.find(head, "z1").closed == ""
    assert places.lay_out(head, ["it"]) == Laid(changed=1, removed=1, unchanged=59)
    refused("SeatUnknown", places.find, head, "Z-1")
    with head.act() as act:
        back = [plans.Seat("Z-1", 9, 1)]
        assert places.lay(act, {"it": back}, whole=False) == Laid(entered=1)
    assert places.find(head, "Z-1").closed is None
    assert differs_from_ledger(head) == []


@pytest.mark.parametrize(
    "typed", ["C-7", "c7", "C7", "c 07", "Ｃ－７", " it/c-7 ", "IT/C-07", "C—7"]
)  # fmt: skip
def test_a_seat_is_found_as_people_type_it(seated: Library, typed: str) -> None:
    assert places.find(seated.desk, typed).seat == "it/C-7"


def test_what_is_no_seat_or_two(seated: Library) -> None:
    head = seated.at("head")
    for typed in ("C-77", "", "-", "C", "7", "cellar/C-7", "9" * 5000):
        refused("SeatUnknown", places.find, head, typed)
    places.lay_out(head, ["commons"])
    refused("SeatAmbiguous", places.find, head, "C-7")
    assert places.find(head, "c7", "commons").seat == "commons/C-7"
    assert places.find(head, "it/c7", "commons").seat == "it/C-7"


def test_out_of_order_and_put_right(seated: Library) -> None:
    desk = seated.at("assistant")
    refused("RoleTooLow", places.close, seated.at("volunteer"), "C-7")
    refused("ClosureUnknown", places.close, desk, "C-7", "ghosts")
    refused("SeatInOrder", places.put_right, desk, "C-7")
    assert places.close(desk, "C-7", "socket").closed == "socket"
    refused("SeatAlreadyClosed", places.close, desk, "it/C-7")
    assert places.put_right(desk, "c7").closed is None
    assert undo.undo(desk).name == "it/C-7"
    assert places.find(desk, "C-7").closed == "socket"
    undo.undo(desk)
    assert places.find(desk, "C-7").closed is None
    assert differs_from_ledger(desk) == []


def test_a_note_is_there_until_it_is_seen_to(seated: Library) -> None:
    desk = seated.at("assistant")
    refused("NothingNoted", places.clear_note, desk, "C-7")
    noted = places.note(desk, "C-7", "things_left", "蓝色书包，身份证110101199003078515")
    assert (noted.noted, noted.noted_at is not None) == ("things_left", True)
    assert noted.note is not None
    assert noted.note.startswith("蓝色书包")
    assert "199003078515" not in noted.note
    places.clear_note(desk, "C-7")
    assert places.find(desk, "C-7").noted is None
    undo.undo(desk)
    assert places.find(desk, "C-7").note == noted.note
    with pytest.raises(ValueError, match="ghosts"):
        places.note(desk, "C-7", "ghosts")
    assert differs_from_ledger(desk) == []


def test_what_two_desks_do_apart_to_a_seat(seated: Library) -> None:
    """Laid out alike at two desks is one; closed by one and put right by the other is a clash."""
    one, two = seated.at("head", "2F"), seated.at("head", "3F")
    for desk in (one, two):
        places.lay_out(desk, ["dazhao"])
    places.close(one, "it/A-1")
    for code in ("2F", "3F", "2F"):
        seated.exchange(code)
    places.put_right(one, "it/A-1")
    places.put_right(two, "it/A-1")
    with one.act() as act:
        places.lay(act, {"it": [plans.Seat("B-1", 2, 1)]}, whole=False)
    with two.act() as act:
        places.lay(act, {"it": [plans.Seat("B-1", 2, 1, lamp=True)]}, whole=False)
    places.close(one, "it/C-1", "socket")
    places.close(two, "it/C-1", "lamp")
    places.close(two, "it/A-1")
    for code in ("2F", "3F", "2F"):
        seated.exchange(code)
    with one.reading() as connection:
        apart = [subject for subject, *_ in open_clashes(connection)]
    assert sorted(apart) == ["place:it/A-1", "place:it/B-1"]
    assert stored(one)["seat"] == stored(two)["seat"]
    assert stored(one)["clash"] == stored(two)["clash"]
    lead, t = seated.at("lead"), Language("zh_CN")
    found = [clashes.clash(lead, line.pair) for line in clashes.ClashList(lead).after(None, 5)]
    words = {side_words(t, lead, clash, side) for clash in found for side in clash.sides}
    assert {"赵琳 布置  排 2 列 1", "赵琳 布置  排 2 列 1 台灯", "赵琳 恢复使用"} <= words
    laid = next(clash for clash in found if clash.name == "it/B-1")
    assert [list(outcome_lines(t, lead, each)) for each in laid.outcomes[:2]] in (
        [[("台灯", "否")], [("台灯", "是")]],
        [[("台灯", "是")], [("台灯", "否")]],
    )


def test_a_new_library_has_its_seats_and_a_further_desk_waits_for_them(
    tmp_path: Path, quick_pins: None
) -> None:
    wanted = SetUp("generic", "2F", "", "王敏", "1001", "135790")
    for name, key, seats in (("first", None, 60), ("second", KEY, 0)):
        desk = setup.set_up(tmp_path / name, wanted, library_key=key)
        assert len(places.seats(desk, "reading")) == seats
        desk.close()
