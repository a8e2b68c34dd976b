"""The desk itself: founded once, opened again, and what it refuses to be."""

from pathlib import Path

import pytest

from db.store import Store, driver
from deskapp import endings, staff
from deskapp.desk import STORE, Role, found_desk, has_store, open_desk
from deskapp.endings import Ending
from deskapp.staff import Entry
from tests.library import KEY, Library, WallClock, local
from tests.refusals import refused


@pytest.mark.parametrize("code", ["", "123456789", "2-F", "二层", "2 F"])
def test_codes_that_are_none(tmp_path: Path, code: str) -> None:
    refused("DeskCodeWrong", found_desk, tmp_path, "ncst", code, "", KEY, WallClock())
    assert not has_store(tmp_path)


def test_founded_once(tmp_path: Path) -> None:
    refused("ProfileUnknown", found_desk, tmp_path, "atlantis", "2f", "", KEY, WallClock())
    assert not has_store(tmp_path)
    desk = found_desk(tmp_path, "ncst", "2f", "二层服务台", KEY, WallClock())
    assert (desk.code, desk.place, desk.operator) == ("2F", "二层服务台", None)
    desk.close()
    refused("StoreExists", found_desk, tmp_path, "ncst", "3F", "", KEY, WallClock())
    again = open_desk(tmp_path, WallClock())
    assert (again.code, again.place, again.profile.code) == ("2F", "二层服务台", "ncst")
    again.close()


def test_a_place_without_a_name_is_called_by_its_code(tmp_path: Path) -> None:
    desk = found_desk(tmp_path, "generic", "x1", "", KEY, WallClock())
    assert desk.place == "X1"
    desk.close()


def test_a_store_that_nobody_founded(tmp_path: Path) -> None:
    Store.create(tmp_path / STORE).close()
    refused("StoreUnfounded", open_desk, tmp_path)


def test_opening_goes_on_with_an_erasure_that_was_cut(library: Library) -> None:
    with library.desk.ledger.store.writing() as connection:
        driver(connection).execute("INSERT INTO setting VALUES ('purge', 'due')")
    assert library.desk.ledger.purge_due()
    assert not library.reopen().ledger.purge_due()


def test_time_is_the_librarys(library: Library) -> None:
    assert library.desk.now() == local("2026-11-22 10:00")
    assert library.desk.now().hour == 10
    assert library.desk.local("2026-11-22T02:00:00.000000Z").hour == 10


def test_who_left_meanwhile_acts_no_more(library: Library) -> None:
    logged = library.log("zheng").id
    staff.leave(library.at("admin"), library.id("li"))
    refused("StandingChanged", library.log, "li")
    staff.enter(library.at("admin"), Entry("1003", "周强", Role.LIBRARIAN, ("reader_services",)))
    done = Ending("done", "已答复")
    refused("StandingChanged", endings.close, library.at("lead"), logged, done)
    assert library.row(logged)["status"] == "open"
    again = staff.find(library.desk, library.id("lead"))
    refused("NotResponsible", endings.close, library.desk.signed_in(again), logged, done)


def test_whoever_is_signed_in(library: Library) -> None:
    refused("NobodySignedIn", library.desk.whoever)
    refused("NobodySignedIn", library.desk.require, Role.VOLUNTEER)
    refusal = refused("RoleTooLow", library.at("li").require, Role.SHIFT_LEAD)
    assert refusal.facts == {"role": "librarian", "least": "shift_lead"}
    assert library.at("lead").require(Role.SHIFT_LEAD).name == "周强"
    assert library.at("li").signed_in(None).operator is None
