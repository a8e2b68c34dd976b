"""Staff and their PINs: who may enter whom, and what a wrong PIN costs."""

import sqlite3
import statistics
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import perf_counter

import pytest
from argon2 import PasswordHasher

from db.store import driver
from deskapp import staff
from deskapp.desk import Role, found_desk
from deskapp.staff import Entry, set_pin, sign_in, verify
from tests.library import KEY, PIN, Library, WallClock, differs_from_ledger, outcome_of, rows_of
from tests.refusals import refused

NEW = Entry("2001", "钱多", Role.LIBRARIAN, ("information",), ("reference_librarian",))
WRONG = "135791"


def test_the_first_of_a_store_becomes_its_administrator(tmp_path: Path) -> None:
    desk = found_desk(tmp_path, "ncst", "2F", "", KEY, WallClock())
    first = staff.enter(desk, replace(NEW, role=Role.VOLUNTEER))
    found = staff.find(desk, first.id)
    assert found is not None
    assert found.role is Role.ADMINISTRATOR
    refused("NobodySignedIn", staff.enter, desk, Entry("2002", "二"))
    staff.enter(desk.signed_in(found), Entry("2002", "二"))
    desk.close()


def test_the_first_act_may_bring_everybody(tmp_path: Path) -> None:
    desk = found_desk(tmp_path, "ncst", "2F", "", KEY, WallClock())
    both = staff.enter_all(desk, [NEW, Entry("1", "王", Role.ADMINISTRATOR)])
    roles = [found.role for each in both if (found := staff.find(desk, each.id))]
    assert roles == [Role.LIBRARIAN, Role.ADMINISTRATOR]
    assert staff.enter_all(desk.signed_in(staff.find(desk, both[1].id)), []) == []
    desk.close()


def test_only_an_administrator_enters_and_changes(library: Library) -> None:
    for who in ("head", "lead", "li", "assistant", "volunteer"):
        refused("RoleTooLow", staff.enter, library.at(who), NEW)
        refused("RoleTooLow", staff.leave, library.at(who), library.id("chen"))
    entered = staff.enter(library.at("admin"), NEW)
    changed = staff.enter(library.at("admin"), replace(NEW, name="钱朵", committees=("assets",)))
    assert changed.id == entered.id
    row = rows_of(library.desk, entered.id)
    assert (row["name"], row["committees"]) == ("钱朵", '["assets"]')
    facts = _facts(library, entered.id)
    staff.enter(library.at("admin"), replace(NEW, name="钱朵", committees=("assets",)))
    assert _facts(library, entered.id) == facts  # what does not change is no fact
    assert differs_from_ledger(library.desk) == []


def test_letters_of_a_badge_are_the_same_in_any_case(library: Library, quick_pins: None) -> None:
    admin = library.at("admin")
    entered = staff.enter(admin, replace(NEW, badge="w01a"))
    assert entered.badge == "W01A"
    set_pin(admin, entered.id, PIN)
    assert verify(library.desk, " w01A", PIN).id == entered.id
    assert staff.enter(admin, replace(NEW, badge="W01a", name="钱朵")).id == entered.id
    assert [each.name for each in staff.search(library.desk, "w01")] == ["钱朵"]


def _facts(library: Library, subject: str) -> int:
    with library.desk.reading() as connection:
        rows = driver(connection).execute("SELECT 1 FROM fact WHERE subject = ?", (subject,))
        return len(rows.fetchall())


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (replace(NEW, badge="2 01"), "BadgeWrong"),
        (replace(NEW, badge=""), "BadgeWrong"),
        (replace(NEW, badge="９１"), "BadgeWrong"),
        (replace(NEW, badge="1" * 21), "BadgeWrong"),
        (replace(NEW, name=" "), "NameMissing"),
        (replace(NEW, departments=("cellar",)), "CodeUnknown"),
        (replace(NEW, posts=("king",)), "CodeUnknown"),
        (replace(NEW, committees=("tea",)), "CodeUnknown"),
    ],
)
def test_what_cannot_be_entered(library: Library, entry: Entry, code: str) -> None:
    before = len(staff.everybody(library.desk))
    refused(code, staff.enter_all, library.at("admin"), [replace(NEW, badge="3001"), entry])
    assert len(staff.everybody(library.desk)) == before  # of several, none


def test_entries_that_cannot_be_named(library: Library) -> None:
    """Each by its name, for the list of reached refusals."""
    admin = library.at("admin")
    refused("BadgeWrong", staff.enter, admin, replace(NEW, badge="?"))
    refused("NameMissing", staff.enter, admin, replace(NEW, name=""))


def test_the_last_administrator_stays(library: Library) -> None:
    admin = library.at("admin")
    refused("LastAdministrator", staff.leave, admin, library.id("admin"))
    lower = Entry("1001", "王敏", Role.LIBRARIAN, ("office",))
    refused("LastAdministrator", staff.enter, admin, lower)
    staff.enter(admin, Entry("1006", "陈莉", Role.ADMINISTRATOR, ("information",)))
    staff.leave(admin, library.id("admin"))
    chen = staff.find(library.desk, library.id("chen"))
    refused("LastAdministrator", staff.leave, library.desk.signed_in(chen), library.id("chen"))


def test_whoever_leaves_cannot_sign_in(library: Library, quick_pins: None) -> None:
    admin = library.at("admin")
    set_pin(admin, library.id("chen"), PIN)
    refused("StaffUnknown", staff.leave, admin, "staff:none")
    staff.leave(admin, library.id("chen"))
    refused("SignInWrong", verify, library.desk, "1006", PIN)
    assert "1006" not in [each.badge for each in staff.everybody(library.desk)]
    assert rows_of(library.desk, library.id("chen"))["pin"] is None
    with library.desk.reading() as connection:
        kept = driver(connection).execute(
            "SELECT count(*) FROM fact WHERE kind = 'staff.pin_set' AND private IS NOT NULL"
        )
        assert kept.fetchone() == (0,)
    again = staff.enter(admin, Entry("1006", "陈莉"))
    assert again.id != library.id("chen")  # the same badge, somebody new


# PINs


def test_a_pin_opens_the_desk(library: Library) -> None:
    set_pin(library.desk, library.id("li"), PIN)
    refused("SignInWrong", sign_in, library.desk, "1004", WRONG)
    desk = sign_in(library.desk, " 1004 ", PIN)
    assert desk.whoever().name == "李静"
    hashed = rows_of(library.desk, library.id("li"))["pin"]
    assert hashed.startswith("$argon2id$")
    assert PIN not in hashed


@pytest.mark.parametrize(
    "pin", ["", "13579", "abcdef", "１３５７９０", "111111", "000000", "123456", "654321", "890123"]
)
def test_weak_pins(library: Library, pin: str) -> None:
    refused("PinTooWeak", set_pin, library.at("admin"), library.id("li"), pin)


def test_whose_pin_one_may_set(library: Library, quick_pins: None) -> None:
    li = library.id("li")
    refused("StaffUnknown", set_pin, library.desk, "staff:none", PIN)
    refused("PinMissing", verify, library.desk, "1004", PIN)
    set_pin(library.desk, li, PIN)  # the very first of the store
    refused("NobodySignedIn", set_pin, library.desk, library.id("admin"), PIN)
    refused("RoleTooLow", set_pin, library.at("li"), library.id("admin"), PIN)
    refused("NobodySignedIn", set_pin, library.desk, li, "246813")
    refused("RoleTooLow", set_pin, library.at("head"), li, "246813")
    refused("SignInWrong", set_pin, library.desk, li, "246813", old=WRONG)
    assert verify(library.desk, "1004", PIN).id == li
    set_pin(library.desk, li, "246813", old=PIN)
    set_pin(library.at("admin"), li, "975313")
    refused("SignInWrong", verify, library.desk, "1004", "246813")
    assert verify(library.desk, "1004", "975313").id == li


def test_two_who_set_one_pin_at_once(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    admin, li = library.at("admin"), library.id("li")
    quick = PasswordHasher(time_cost=1, memory_cost=32, parallelism=1)

    class Slow:
        """While it hashes, somebody else is faster."""

        def hash(self, pin: str) -> str:
            monkeypatch.setattr(staff, "_HASHER", quick)
            set_pin(admin, li, "246813")
            return quick.hash(pin)

    monkeypatch.setattr(staff, "_HASHER", Slow())
    refused("PinChangedMeanwhile", set_pin, admin, li, PIN)
    assert verify(library.desk, "1004", "246813").id == li


def test_a_pin_of_one_library_says_nothing_in_another(
    library: Library, tmp_path: Path, quick_pins: None
) -> None:
    """The hash is over a keyed digest: whoever carries it elsewhere cannot try PINs on it."""
    set_pin(library.desk, library.id("li"), PIN)
    assert verify(library.desk, "1004", PIN).badge == "1004"
    with library.desk.ledger.store.writing() as connection:
        driver(connection).execute("UPDATE place SET library_key = ?", (b"x" * 32,))
    refused("SignInWrong", verify, library.desk, "1004", PIN)


def test_a_pin_never_leaves_by_the_open_part(library: Library, quick_pins: None) -> None:
    set_pin(library.desk, library.id("li"), PIN)
    with library.desk.reading() as connection:
        ((data, private),) = driver(connection).execute(
            "SELECT data, private FROM fact WHERE kind = 'staff.pin_set'"
        )
    assert data == "{}"
    assert "argon2" in private


# wrong PINs


def test_wrong_pins_cost_more_and_more(library: Library, quick_pins: None) -> None:
    set_pin(library.desk, library.id("li"), PIN)
    for _ in range(staff.FREE_TRIES):
        refused("SignInWrong", verify, library.desk, "1004", WRONG)
    waits = []
    for _ in range(12):
        refused("SignInWrong", verify, library.desk, "1004", WRONG)
        waits.append(_wait(library))
        library.clock.move(seconds=waits[-1])
    assert waits[:4] == [4, 8, 16, 32]
    assert waits == sorted(waits)
    assert waits[-1] == staff.LONGEST_DELAY


def _wait(library: Library) -> int:
    refusal = refused("PinTooSoon", verify, library.desk, "1004", PIN)
    seconds = refusal.facts["seconds"]
    assert isinstance(seconds, int)
    return seconds if seconds == staff.LONGEST_DELAY else seconds - 1  # said to the next second


def lock(library: Library, tries: int = 5) -> None:
    for _ in range(tries):
        refused("SignInWrong", verify, library.desk, "1004", WRONG)
        with library.desk.reading() as connection:
            until = driver(connection).execute("SELECT until FROM pin_trial").fetchone()[0]
        if (left := library.desk.local(until) - library.clock.now()) > timedelta():
            library.clock.move(seconds=left.total_seconds())
    refused("SignInWrong", verify, library.desk, "1004", WRONG)


def test_two_wrong_ones_are_free_and_a_right_one_forgets_them(
    library: Library, quick_pins: None
) -> None:
    set_pin(library.desk, library.id("li"), PIN)
    for _ in range(3):
        for _ in range(staff.FREE_TRIES):
            refused("SignInWrong", verify, library.desk, "1004", WRONG)
        assert verify(library.desk, "1004", PIN).badge == "1004"


def test_the_delay_survives_a_restart(library: Library, quick_pins: None) -> None:
    set_pin(library.desk, library.id("li"), PIN)
    lock(library)
    before = _wait(library)
    desk = library.reopen()
    assert outcome_of(lambda: verify(desk, "1004", PIN)) == "PinTooSoon"
    assert _wait(library) == before == 32
    library.clock.move(seconds=before)
    assert verify(desk, "1004", PIN).name == "李静"


def test_a_delay_is_of_one_person(library: Library, quick_pins: None) -> None:
    for who in ("li", "chen"):
        set_pin(library.at("admin"), library.id(who), PIN)
    lock(library)
    assert verify(library.desk, "1006", PIN).name == "陈莉"


def test_a_clock_set_back_locks_nobody_out_for_long(library: Library, quick_pins: None) -> None:
    set_pin(library.desk, library.id("li"), PIN)
    lock(library)
    library.clock.move(days=-400)
    seconds = _wait(library)
    assert seconds <= staff.LONGEST_DELAY
    library.clock.move(seconds=seconds)
    assert verify(library.desk, "1004", PIN).name == "李静"


def test_a_clock_set_back_and_forth_gives_no_free_tries(library: Library, quick_pins: None) -> None:
    set_pin(library.desk, library.id("li"), PIN)
    lock(library)
    library.clock.move(days=-400)
    for _ in range(3):
        refused("PinTooSoon", verify, library.desk, "1004", WRONG)


def test_an_unknown_badge_takes_as_long_as_a_wrong_pin(library: Library) -> None:
    set_pin(library.desk, library.id("li"), PIN)

    def seconds(badge: str) -> float:
        start = perf_counter()
        refused("SignInWrong", verify, library.desk, badge, WRONG)
        taken = perf_counter() - start
        with library.desk.ledger.store.writing() as connection:
            driver(connection).execute("DELETE FROM pin_trial")
        return taken

    pairs = [(seconds("1004"), seconds("9999")) for _ in range(5)]
    known, unknown = (statistics.median(times) for times in zip(*pairs, strict=True))
    assert unknown > known / 2
    assert known > unknown / 2


def test_wrong_pins_are_no_matter_of_the_ledger(library: Library, quick_pins: None) -> None:
    set_pin(library.desk, library.id("li"), PIN)
    before = _facts(library, library.id("li"))
    lock(library)
    assert _facts(library, library.id("li")) == before
    raw = sqlite3.connect(library.folder / "2F" / "desk.db")
    assert raw.execute("SELECT failures FROM pin_trial").fetchone() == (6,)
    raw.close()
