"""Desks and centres that come back, from a backup, twice, after months, with another clock: nothing
is lost, and each says what it did.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from db.books import BOOKS
from db.clock import SystemClock, stamp
from db.doctor import examine
from db.facts import Draft
from db.file_centre import FileCentre
from db.restore import restore
from db.tallies import subject_of
from deskapp import centre as centres
from deskapp import endings, exchanges, handovers, joining, requests, sync, sync_words
from deskapp.desk import STORE, Desk, open_desk
from deskapp.endings import Ending
from deskapp.joining import Wanted
from deskapp.language import Language
from deskapp.requests import Question
from tests.library import Library, WallClock, stored
from tests.meeting import keep, set_back
from tests.postgres import Roles, Server
from tests.refusals import refused

pytestmark = pytest.mark.usefixtures("quick")
EN = Language("en")


@dataclass
class House:
    """A library of two desks, 2F and 3F, the second of which has joined, and its centre."""

    library: Library
    back: Callable[[], None]
    """set the centre back to how it was at the beginning"""
    restored: Callable[[int], int]
    """and say so"""

    def desk(self, code: str) -> Desk:
        return self.library.desks[code]

    def log(self, code: str, words: str) -> str:
        """What somebody asked at a desk; its id."""
        return requests.log(self.library.at("li", code), Question(words)).id

    def sync(self, code: str) -> list[str]:
        """What an exchange says to whoever asked for it, less how much it carried."""
        said = sync_words.synced(EN, sync.sync(self.desk(code)))
        return [each for each in said if " sent, " not in each and "nothing new" not in each]

    def reopen(self, code: str, clock: WallClock | None = None) -> None:
        self.desk(code).close()
        folder = self.library.folder / code
        self.library.desks[code] = open_desk(folder, clock or self.library.clock)

    def agree(self) -> None:
        """Everybody has heard everything, says the same, and it is what the ledger says."""
        told = ("ClockBehind", "Twin")
        for code in (*self.library.desks, *self.library.desks):
            self.sync(code)
        first, *others = (stored(desk) for desk in self.library.desks.values())
        assert all(other == first for other in others)
        for desk in self.library.desks.values():
            assert [each for each in examine(desk.ledger) if each.code not in told] == []


@pytest.fixture(params=["file", "postgres"])
def house(request: pytest.FixtureRequest, tmp_path: Path, founded: Library) -> Iterator[House]:
    library = founded.copy(tmp_path)
    if request.param == "file":
        file, kept = tmp_path / "centre.db", tmp_path / "kept.db"
        centre: FileCentre | Roles = FileCentre(file, library.clock)
        addresses = dict.fromkeys(("2F", "3F"), f"file:{file}")
    else:
        library.clock.at = SystemClock().now()  # as the server's
        server: Server = request.getfixturevalue("server")
        centre = Roles(server, library.clock, desks=("2F", "3F"))
        addresses = centre.addresses
    centres.connect(library.desk, addresses["2F"], None)
    sync.sync(library.desk)
    wanted = Wanted(addresses["3F"], None, "ncst", "3F")
    library.desks["3F"], made = joining.join(tmp_path / "3F", wanted, clock=library.clock)
    sync.sync(library.desks["3F"])
    if isinstance(centre, FileCentre):
        keep(centre, kept)

    def back() -> None:
        if isinstance(centre, FileCentre):
            set_back(centre, kept)
        else:
            centre.set_back(made.facts)

    yield House(library, back, centre.restored)
    library.close()
    centre.close()


TWIN = "Another machine writes under this desk's code"
HOW = "Set one of the two up with a new code: deskapp init --join"
RESTORED = "This desk had been restored, or its data copied to another machine"


def test_a_desk_put_back_to_a_backup(house: House, tmp_path: Path) -> None:
    house.log("3F", "before the backup")
    house.desk("3F").ledger.store.backup(tmp_path / "backup.db")
    house.sync("3F")
    lost = house.log("3F", "after it, and sent")
    house.sync("3F")
    house.desk("3F").close()
    restore(tmp_path / "backup.db", tmp_path / "3F" / STORE, BOOKS, house.library.clock)
    house.reopen("3F")
    house.log("3F", "after the restore")
    house.sync("3F")
    assert house.library.row(lost, "3F")["question"] == "after it, and sent"
    assert sync.standing(house.desk("3F")).twin is None
    house.agree()


def test_a_desk_whose_file_somebody_put_back(house: House, tmp_path: Path) -> None:
    house.desk("3F").ledger.store.backup(tmp_path / "backup.db")
    ids = [house.log("3F", f"sent {n}") for n in range(2)]
    house.sync("3F")
    house.desk("3F").close()
    shutil.copyfile(tmp_path / "backup.db", tmp_path / "3F" / STORE)
    house.reopen("3F")
    new = house.log("3F", "after that")
    one, two = house.sync("3F")
    assert one.startswith(RESTORED)
    assert two == "2 facts of this desk that were not here came back"
    assert {house.library.row(id, "3F")["desk"] for id in (*ids, new)} == {"3F"}
    assert sync.standing(house.desk("3F")).twin is None
    house.agree()


def test_a_machine_that_was_cloned(house: House, tmp_path: Path) -> None:
    house.log("3F", "of both")
    house.desk("3F").close()
    shutil.copytree(tmp_path / "3F", tmp_path / "twin")
    house.reopen("3F")
    house.library.desks["twin"] = open_desk(tmp_path / "twin", house.library.clock)
    house.library.clock.move(seconds=1)
    ours = house.log("3F", "of one")
    theirs = house.log("twin", "of the other")
    assert house.sync("3F") == []
    one, two = house.sync("twin")
    assert one.startswith(RESTORED)
    assert two == "1 fact of this desk that was not here came back"
    # that there are two is known as soon as they write on
    assert sync.standing(house.desk("twin")).twin is None
    house.library.clock.move(seconds=1)
    house.log("3F", "of one, again")
    assert house.sync("3F") == [TWIN, two, HOW]
    assert house.sync("twin") == [TWIN, two, HOW]
    assert house.sync("twin") == []
    for code in ("3F", "twin"):
        desk = house.desk(code)
        stands = sync.standing(desk)
        assert stands.doubled == ("0002",)
        assert [each.facts["numbers"] for each in examine(desk.ledger)] == [1]
        assert "Code used twice" in sync_words.status(EN, stands, desk.now())
        said = dict(sync_words.lines(EN, stands, desk.now()))
        assert "init --join" in said["Used twice"]
    house.agree()
    assert house.library.row(theirs, "3F")["question"] == "of the other"
    assert house.library.row(ours, "twin")["question"] == "of one"


def test_a_centre_put_back_to_a_backup(house: House) -> None:
    ids = [house.log(code, f"of {code}") for code in ("2F", "3F")]
    house.sync("2F")
    house.sync("3F")
    house.back()
    agreed = refused("CentreSetBack", sync.sync, house.desk("3F")).facts["agreed"]
    assert isinstance(agreed, int)
    stands = sync.standing(house.desk("3F"))
    assert (stands.state, stands.waiting) == ("stuck", 1)
    assert "set back" in sync_words.status(EN, stands, house.desk("3F").now())
    house.restored(agreed)
    (said,) = house.sync("3F")
    assert said.startswith("The centre had been restored from a backup: 2 facts get their order")
    (said,) = house.sync("2F")
    assert "1 fact gets its" in said
    house.agree()
    assert {house.library.row(id)["question"] for id in ids} == {"of 2F", "of 3F"}


@pytest.mark.parametrize("house", ["file"], indirect=True)
def test_a_desk_that_was_silent_for_ninety_days(house: House) -> None:
    offered = house.log("2F", "offered, and nobody there to take it")
    handovers.hand_over(house.library.at("li"), offered, reason="duty", to=house.library.id("sun"))
    ids: dict[str, list[str]] = {"2F": [], "3F": []}
    for _ in range(9):
        house.library.clock.move(days=10)
        for code, logged in ids.items():
            logged.append(house.log(code, f"at {code}"))
        house.sync("2F")
    assert house.sync("3F") == ["90 days since the last exchange"]
    assert house.sync("3F") == []
    house.agree()
    assert house.library.row(ids["2F"][0], "3F")["question"] == "at 2F"
    assert house.library.row(offered, "3F")["responsible"] == house.library.id("li")


@pytest.mark.parametrize("house", ["postgres"], indirect=True)
def test_a_desk_that_wrote_much_in_ninety_days_of_silence(house: House) -> None:
    """The server's clock goes as it likes, so that the days lie before today."""
    today = house.library.clock.at
    ago = WallClock(today - timedelta(days=90))
    house.reopen("3F", ago)
    with house.desk("3F").ledger.store.writing() as connection:
        exchanges.begin_anew(connection)
        exchanges.keep(connection, ago.at, ago.at, {})
    ids: dict[str, list[str]] = {"2F": [], "3F": []}
    for _ in range(9):
        ago.move(days=10)
        for code, logged in ids.items():
            logged.append(house.log(code, f"at {code}"))
        with house.library.at("li", "3F").act() as act:
            days = [f"{ago.at:%F}.{n}" for n in range(333)]
            said = [(subject_of("3F", day), {"what": "toilet", "day": day}) for day in days]
            act.record_all([Draft("tally.counted", *each) for each in said])
        house.sync("2F")
    assert sync.standing(house.desk("3F")).waiting > 3000
    done = sync.sync(house.desk("3F"))
    assert (done.did["silent"], done.did["pushed"], done.did["pulled"]) == (90, 9 * 334, 9)
    assert done.behind < timedelta(minutes=5)
    assert house.sync("3F") == []
    house.agree()
    for code, logged in ids.items():
        questions = {house.library.row(id, other)["question"] for id in logged for other in ids}
        assert questions == {f"at {code}"}


@pytest.mark.parametrize("house", ["postgres"], indirect=True)  # a file has its desk's own clock
@pytest.mark.parametrize("days", [7, -7])
def test_a_desk_whose_clock_is_a_week_off(house: House, days: int) -> None:
    wrong = WallClock(house.library.clock.at + timedelta(days=days, minutes=days))
    house.reopen("3F", wrong)
    theirs = house.log("3F", "by the wrong clock")
    way = "7 days ahead of" if days > 0 else "7 days behind"
    (said,) = house.sync("3F")
    assert said.startswith(f"This machine's clock is {way} the centre: set it right")
    ours = house.log("2F", "by the right one")
    for code in ("2F", "3F"):
        house.sync(code)
    # each acts on what the other logged, and stands behind it, whatever their clocks say
    for code, id in (("2F", theirs), ("3F", ours)):
        endings.close(house.library.at("li", code), id, Ending("done", "答复"))
    house.agree()
    offset = sync.standing(house.desk("3F")).offset
    assert offset is not None
    assert abs(offset + timedelta(days=days)) < timedelta(hours=1)
    with house.desk("2F").reading() as connection:
        lines = connection.exec_driver_sql(
            "SELECT skew FROM fact WHERE desk = '3F' ORDER BY pos"
        ).fetchall()
    assert {round(-skew / 86_400_000) for (skew,) in lines} == {days}
    # put right, it goes on: ids never go back, and nobody is taken for restored
    wrong.at = house.library.clock.at
    late = house.log("3F", "by the clock that was put right")
    assert house.sync("3F") == []
    house.agree()
    assert house.library.row(late)["logged_at"] == stamp(house.library.clock.at)
