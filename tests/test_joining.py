"""A desk joins a library that is there: all of it, cut anywhere, and never as an empty history."""

import os
import signal
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from random import Random
from shutil import copytree

import pytest

from db import joining
from db.centre import Centre
from db.clashes import SETTLED
from db.doctor import examine
from db.exchange import exchange
from db.facts import GENESIS, Fact, chained, digest_of
from db.file_centre import FileCentre
from db.joining import Joined, join
from db.ledger import Ledger
from db.refusal import Refusal
from db.store import Store
from deskapp import staff, sync
from deskapp.command import Progress
from deskapp.desk import open_desk
from deskapp.joining import Wanted
from deskapp.joining import join as into
from tests.clashing import open_clashes
from tests.commanding import FIXTURES, INIT, PIN, Run
from tests.library import Library, stored
from tests.meeting import LAMP, keep, same, set_back
from tests.outside import posix
from tests.postgres import Roles, Server
from tests.refusals import refused
from tests.shelf import bytes_of, child, desk, erase, name, outcome, rows, switch, with_lamps
from tests.toys import LAMPS, ToyClock

pytestmark = pytest.mark.usefixtures("quick")
prepared, _, run, _ = FIXTURES


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table of lamps in every store, and so few facts to a page that there are several."""
    with_lamps(monkeypatch)
    monkeypatch.setattr(joining, "PAGE", 4)


def joined(path: Path, centre: Centre, code: str = "C") -> tuple[Ledger, Joined]:
    made = join(path, code, [LAMPS], centre)
    return Ledger(Store(path), [LAMPS], ToyClock()), made


COLUMNS = {"sqlite_master": "name"}


def everything(ledger: Ledger) -> list[object]:
    """All that a store says, less the order in which its rows came."""
    tables = ("fact", "lamp", "erased", "clash", "fault", "place", "sqlite_master")
    return [
        sorted(rows(ledger, f"SELECT {COLUMNS.get(table, '*')} FROM {table}"), key=repr)
        for table in tables
    ]


def lively(rng: Random, desks: list[Ledger], centre: FileCentre) -> None:
    """Clashes, settlements, erasures, odd facts, all of it exchanged now and then."""
    for _ in range(30):
        ledger, lamp = rng.choice(desks), rng.randrange(5)
        what = rng.random()
        person = f"reader:{rng.randrange(4)}"
        if what < 0.5:
            switch(ledger, lamp, (lamp + 1) % 5, to=rng.choice(("on", "off")))
        elif what < 0.7:
            if (person,) not in rows(ledger, "SELECT person FROM erased"):
                name(ledger, lamp, person, f"word-{rng.random()}")
        elif what < 0.75:
            erase(ledger, person)
        elif what < 0.8:
            with ledger.act("somebody") as act:
                waiting = open_clashes(act.connection)
                for subject, *pair in waiting[:1]:
                    act.record(SETTLED, subject, {"pair": pair, "keep": pair[0]})
        else:
            exchange(ledger, centre)


@pytest.mark.parametrize("seed", range(6))
def test_who_joins_has_what_exchange_would_have_brought(
    centre: FileCentre, a: Ledger, b: Ledger, clock: ToyClock, tmp_path: Path, seed: int
) -> None:
    lively(Random(seed), [a, b], centre)
    for ledger in (a, b, a):
        exchange(ledger, centre)
    plain = desk(tmp_path / "plain.db", "C", clock)
    exchange(plain, centre)
    ledger, made = joined(tmp_path / "c.db", centre)
    exchange(ledger, centre)
    assert everything(ledger) == everything(plain)
    assert (made.facts, made.own, made.epoch) == (len(rows(a, "SELECT 1 FROM fact")), 0, 1)
    assert examine(ledger) == []
    switch(ledger, 1)
    for each in (ledger, a):
        exchange(each, centre)
    same(a, ledger)


class Cut:
    """A centre that the network leaves after some pages."""

    def __init__(self, centre: Centre, pages: int) -> None:
        self.centre, self.pages = centre, pages
        self.hello = centre.hello
        self.push = centre.push

    def pull(self, desk: str, cursor: int, link: bytes, limit: int) -> tuple[list[Fact], int]:
        self.pages -= 1
        if self.pages < 0:
            raise Refusal("CentreAway", why="cut")
        return self.centre.pull(desk, cursor, link, limit)


def test_what_was_cut_short_goes_on(centre: FileCentre, a: Ledger, tmp_path: Path) -> None:
    for lamp in range(10):
        switch(a, lamp)
    exchange(a, centre)
    half = tmp_path / "c.db"
    for _ in range(2):
        refused("CentreAway", join, half, "C", [LAMPS], Cut(centre, 1))
    ledger, made = joined(half, centre)
    assert (made.facts, made.resumed) == (10, 8)
    same(a, ledger)
    # a desk of another code takes nothing from it
    refused("CentreAway", join, tmp_path / "d.db", "D", [LAMPS], Cut(centre, 1))
    assert joined(tmp_path / "d.db", centre, "E")[1].resumed == 0


def spill(raw: sqlite3.Connection, *_: object) -> None:
    """Write more than there is memory for, and be killed."""
    raw.execute("UPDATE fact SET data = data || hex(zeroblob(50000))")
    os.kill(os.getpid(), signal.SIGKILL)


def killed(path: Path, centre: Path, at: int) -> int:
    """Join in a process of its own that is killed at a step; its process id."""

    def work() -> None:
        steps = 0

        def progress(*_: object) -> None:
            nonlocal steps
            steps += 1
            if steps == at:
                os.kill(os.getpid(), signal.SIGKILL)

        if not at:  # in the middle of a page, so long that some of it is in the file already
            joining.__dict__["MEMORY"], joining.__dict__["stand"] = 1, spill
        join(path, "C", [LAMPS], FileCentre(centre, ToyClock()), progress)

    return child(work)


@posix
def test_killed_anywhere_it_goes_on(centre: FileCentre, a: Ledger, tmp_path: Path) -> None:
    for lamp in range(10):
        switch(a, lamp)
    exchange(a, centre)
    half = tmp_path / "c.db"
    ends = [outcome(killed(half, centre.path, at)) for at in (0, 1, 0, 2, 1, 1)]
    assert ends == [-signal.SIGKILL] * 6  # within a page and behind it, then twice while it folds
    ledger, made = joined(half, centre)
    assert (made.facts, made.resumed) == (10, 10)
    same(a, ledger)
    assert examine(ledger) == []


def test_a_code_that_was_in_use_goes_on_and_never_begins_anew(
    centre: FileCentre, a: Ledger, b: Ledger, tmp_path: Path
) -> None:
    """The disk of A died; or somebody takes its code for a second machine."""
    switch(a, 1)
    switch(b, 2)
    for ledger in (a, b):
        exchange(ledger, centre)
    switch(a, 3)  # nobody has heard of it
    again, made = joined(tmp_path / "again.db", centre, "A")
    assert (made.facts, made.own, made.epoch) == (2, 1, 2)
    switch(again, 4)
    assert rows(again, "SELECT epoch, seq FROM fact WHERE pos IS NULL") == [(2, 1)]
    summary = exchange(again, centre)
    assert (summary.pushed, summary.epochs, summary.missing) == (1, 0, 0)
    for ledger in (a, b, again, a):  # the other one was alive after all: nothing is lost
        exchange(ledger, centre)
    same(a, b, again)
    assert [lamp for (lamp,) in rows(b, "SELECT subject FROM lamp ORDER BY 1")] == [
        f"lamp:{n}" for n in (1, 2, 3, 4)
    ]


def test_a_centre_set_back_on_the_way_is_joined_from_the_beginning(
    centre: FileCentre, a: Ledger, tmp_path: Path
) -> None:
    switch(a, 1)
    exchange(a, centre)
    keep(centre, tmp_path / "kept.db")
    for lamp in range(2, 8):
        switch(a, lamp)
    exchange(a, centre)
    half = tmp_path / "c.db"
    refused("CentreAway", join, half, "C", [LAMPS], Cut(centre, 1))
    set_back(centre, tmp_path / "kept.db")
    refused("OrderDiffers", join, half, "C", [LAMPS], centre)  # nobody has said so yet
    centre.restored()
    exchange(a, centre)
    ledger, made = joined(half, centre)
    assert (made.facts, made.resumed) == (7, 0)
    assert exchange(ledger, centre).epochs == 0
    same(a, ledger)


def test_who_was_erased_on_the_way_leaves_nothing(
    centre: FileCentre, a: Ledger, tmp_path: Path
) -> None:
    name(a, 1, "reader:1", "secret-of-1")
    for lamp in range(2, 8):
        switch(a, lamp)
    exchange(a, centre)
    half = tmp_path / "c.db"
    refused("CentreAway", join, half, "C", [LAMPS], Cut(centre, 1))
    assert b"secret-of-1" in bytes_of(half)
    erase(a, "reader:1")
    exchange(a, centre)
    ledger, _ = joined(half, centre)
    assert rows(ledger, "SELECT name FROM lamp WHERE subject = 'lamp:1'") == [(None,)]
    assert ledger.purge_due()
    ledger.purge()
    assert b"secret-of-1" not in bytes_of(half)


def test_confidences_come_to_those_who_handle_them(
    centre: FileCentre, a: Ledger, tmp_path: Path
) -> None:
    with a.act("somebody") as act:
        private = {"name": "in confidence"}
        act.record("lamp.named", "lamp:1", person="lamp:1", private=private, scope="reading")
    exchange(a, centre)
    refused("CentreAway", join, tmp_path / "c.db", "C", [LAMPS], Cut(centre, 1))
    ledger, _ = joined(tmp_path / "d.db", centre, "D")
    assert rows(ledger, "SELECT name FROM lamp") == [(None,)]
    centre.handles("C", ["reading"])
    ledger, _ = joined(tmp_path / "c.db", centre)
    assert rows(ledger, "SELECT name FROM lamp") == [("in confidence",)]


def test_a_library_at_a_server_is_joined(server: Server, a: Ledger, tmp_path: Path) -> None:
    centre = Roles(server, ToyClock(), desks=("A", "C"))
    refused("CentreEmpty", join, tmp_path / "c.db", "C", [LAMPS], centre)
    assert not (tmp_path / "c.db").exists()
    for lamp in range(10):
        switch(a, lamp, lamp + 1)
    exchange(a, centre)
    refused("CentreAway", join, tmp_path / "c.db", "C", [LAMPS], Cut(centre, 1))
    ledger, made = joined(tmp_path / "c.db", centre)
    assert (made.facts, made.resumed) == (20, 4)
    same(a, ledger)
    centre.close()


def test_an_id_that_somebody_claimed_stops_nobody(
    server: Server, a: Ledger, tmp_path: Path
) -> None:
    centre = Roles(server, ToyClock(), desks=("A", "B", "C"))
    switch(a, 1)
    exchange(a, centre)
    (fact,) = centre.pull("C", 0, GENESIS, 9)[0]
    claimed = replace(fact, desk="C", seq=1, epoch=1, data='{"to":"off"}')
    claimed.digest = digest_of(claimed)
    claimed.chain = chained(GENESIS, "C", 1, 1, claimed.digest)
    centre.push("C", 1, GENESIS, [claimed], 0)
    switch(a, 2)
    exchange(a, centre)
    ledger, made = joined(tmp_path / "b.db", centre, "B")
    assert made.facts == 3
    plain = desk(tmp_path / "plain.db", "B")
    exchange(plain, centre)
    assert everything(ledger) == everything(plain)
    assert [row[1] for row in rows(ledger, LAMP)] == ["off", "on"]
    centre.close()


# the command


def test_init_join_gives_a_desk_at_which_everybody_signs_in(
    two_desks: Library, run: Run, tmp_path: Path
) -> None:
    two_desks.log()
    two_desks.exchange("2F")
    assert two_desks.centre is not None
    address = f"file:{two_desks.centre.path}"
    given = ("init", "--profile", "ncst", "--desk", "4f", "--place", "四层", "--join", address)
    said = run(*given)
    assert (said.status, said.err) == (0, "")
    assert "已加入图书馆" in said.out
    made = open_desk(tmp_path / "desk", two_desks.clock)
    assert (made.code, made.place) == ("4F", "四层")
    staff.set_pin(two_desks.at("admin"), two_desks.id("li"), PIN)
    for code in ("2F",):
        two_desks.exchange(code)
    assert run("sync", "--json").status == 0
    assert staff.sign_in(made, "1004", PIN).whoever().name == "李静"
    assert stored(made) == stored(two_desks.desks["2F"])
    assert (sync.standing(made).centre, sync.standing(made).waiting) == (address, 0)
    made.close()
    files = sorted(each.name for each in (tmp_path / "desk").iterdir())
    assert files == ["desk.db", "sync.lock"]
    assert run(*given, "--json").facts["refused"] == "StoreExists"


def test_what_was_cut_short_is_no_desk_and_says_so(
    two_desks: Library, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert two_desks.centre is not None
    given = ("init", "--profile", "ncst", "--desk", "3F", "--join", two_desks.centre.path)

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Progress, "share", cut)
        assert run(*given).status == 1
    assert (tmp_path / "desk" / "joining.db").is_file()
    said = run("--lang", "en", "doctor")
    assert said.status == 3
    assert "run deskapp init --join again" in said.err
    assert run(*INIT, "--json", pin=PIN).facts["refused"] == "StoreJoining"
    two_desks.desk.ledger.store.backup(tmp_path / "backup.db")
    copytree(tmp_path / "desk", tmp_path / "other")
    assert run("restore", tmp_path / "backup.db", "--data", tmp_path / "other").status == 0
    assert not list((tmp_path / "other").glob("joining.db*"))
    done = run(*given, "--json").facts
    assert (done["resumed"] > 0, done["own"], done["epoch"]) == (True, 0, 1)
    assert run("doctor").status == 0


def test_another_librarys_profile_is_refused_and_what_came_stays(
    two_desks: Library, run: Run, tmp_path: Path
) -> None:
    two_desks.exchange("2F")
    assert two_desks.centre is not None
    given = ("init", "--desk", "4F", "--join", two_desks.centre.path, "--json", "--profile")
    said = run(*given, "generic").facts
    assert (said["refused"], "reader_services" in said["departments"]) == ("ProfileOfAnother", True)
    assert not (tmp_path / "desk" / "desk.db").exists()
    assert run(*given, "ncst").facts["resumed"] > 0
    assert run("doctor").status == 0


def test_of_two_that_join_into_one_folder_one_is_told(
    two_desks: Library, run: Run, tmp_path: Path
) -> None:
    assert two_desks.centre is not None
    wanted = Wanted(str(two_desks.centre.path), None, "ncst", "3F")

    def attempt(_: int) -> str:
        try:
            into(tmp_path / "desk", wanted, clock=two_desks.clock)[0].close()
        except Refusal as refusal:
            return refusal.code
        return ""

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(attempt, range(2))) in (["", "StoreExists"], ["", "JoinRunning"])
    assert run("doctor").status == 0


def test_init_joins_or_is_told_who_begins(run: Run) -> None:
    said = run("init", "--profile", "ncst", "--desk", "3F")
    assert (said.status, "--join" in said.err) == (2, True)
    assert run("init", "--profile", "ncst", "--desk", "3F", "--join", "").status == 3
    assert run("init", "--profile", "ncst", "--desk", "三", "--join", "/x").status == 3
