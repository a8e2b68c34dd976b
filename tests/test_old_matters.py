"""Old requests whose course is at the centre: found, shown, opened, erased, kept in confidence."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from db import horizon as stored
from db.doctor import examine
from db.dormant import among
from db.exchange import exchange
from db.file_centre import FileCentre
from db.place import OFFSET, set_setting
from db.store import driver
from deskapp import centre as centres
from deskapp import (
    corrections,
    endings,
    erasures,
    exchanges,
    found_things,
    horizon,
    lent_things,
    request_lists,
    sync,
    sync_words,
    telling,
)
from deskapp.corrections import Correction
from deskapp.desk import Desk, open_desk
from deskapp.endings import Ending
from deskapp.found_things import LogIt
from deskapp.language import Language
from screens.home import HomeScreen
from screens.record import RecordScreen
from tests.front import app_on, shown, until
from tests.library import Library, differs_from_ledger
from tests.program import by_badge
from tests.refusals import refused
from tests.shelf import bytes_of, rows

NUMBER = "2023101234"
WORDS = "想找一本讲古籍修复的书"
NOTE = "说过一次的私事"
SECRET = "近来睡不着想约阅读疗法"
ZH = Language("zh_CN")
PATIENCE = 60.0
"""seconds, where nothing is timed"""


def dormant(desk: Desk, *ids: str) -> list[bool]:
    with desk.reading() as connection:
        found = among(driver(connection), ids)
    return [id in found for id in ids]


def asked(library: Library, who: str = "li", words: str = WORDS, kind: str = "consultation") -> str:
    """A request that has been closed, and the reader told."""
    id = library.log(who, words, kind=kind, patron=library.reader(NUMBER)).id
    endings.close(library.at(who), id, Ending("done", answer=f"已告知{words}"))
    telling.tell(library.at(who), id, "phone")
    return id


def pass_years(library: Library) -> None:
    for code in (*library.desks, *library.desks):
        library.exchange(code)
    library.clock.put("2028-03-01 10:00")


@pytest.fixture
def library(two_desks: Library) -> Iterator[Library]:
    """Desks that know their centre's address."""
    for desk in two_desks.desks.values():
        centres.keep(desk, f"file:{two_desks.folder / 'centre.db'}", None)
    yield two_desks
    for desk in two_desks.desks.values():
        assert examine(desk.ledger) == []
        assert differs_from_ledger(desk) == []


def test_it_is_found_and_opened_and_goes_on(library: Library) -> None:
    id, other, untold = asked(library), library.log("li", "尚未办结").id, library.log("li").id
    endings.close(library.at("li"), untold, Ending("done", answer="无人可告"))
    sent = library.log("li", "未告知读者", patron=library.reader(NUMBER)).id
    endings.close(library.at("li"), sent, Ending("done", answer="已答复"))
    pass_years(library)
    whole = request_lists.record(library.at("li"), id)
    assert horizon.put_to_rest(library.desk) == 2
    assert dormant(library.desk, id, other, untold, sent) == [True, False, True, False]
    record = request_lists.record(library.at("li"), id)
    assert (record.at_centre, record.course, record.question) == (True, [], WORDS)
    refused("CourseAtCentre", endings.reopen, library.at("li"), id, "又来问")
    assert list(library.desk.ledger.rebuild())
    assert [line.subject for line in request_lists.search(library.at("li"), "古籍修复")] == [id]
    horizon.fetch(library.desk, id)
    horizon.fetch(library.desk, id)  # two windows had it open
    assert request_lists.record(library.at("li"), id) == whole
    endings.reopen(library.at("li"), id, "又来问")
    assert horizon.put_to_rest(library.desk) == 0


@pytest.mark.parametrize(("wall", "behind", "let_go"), [(2028, -460, 0), (2024, 1461, 1)])
def test_it_goes_by_the_clock_of_the_centre(
    library: Library, wall: int, behind: int, let_go: int
) -> None:
    id = asked(library)
    pass_years(library)
    young = library.log("li", "昨日的一问").id
    library.exchange("2F")
    endings.close(library.at("li"), young, Ending("done", answer="已答复"))
    library.exchange("2F")
    library.clock.put(f"{wall}-03-01 10:00")
    with library.desk.ledger.store.writing() as connection:
        set_setting(connection, OFFSET, str(behind * 86_400_000))
    assert horizon.put_to_rest(library.desk) == let_go
    assert dormant(library.desk, id, young) == [bool(let_go), False]
    library.clock.put("2028-03-01 10:00")


def test_a_night_says_how_much_it_let_go(library: Library) -> None:
    asked(library)
    pass_years(library)
    done = sync.sync(library.desk, nightly=True)
    assert done.did["rested"] == 1
    assert ZH("sync.did.rested", count=1) in sync_words.synced(ZH, done)
    assert sync.sync(library.desk, nightly=True).did.get("rested", 0) == 0


def test_what_the_centre_gives_is_looked_at(library: Library) -> None:
    id = asked(library)
    pass_years(library)
    horizon.put_to_rest(library.desk)
    assert library.centre is not None
    library.centre._raw.execute("UPDATE ledger SET actor = NULL WHERE subject = ?", (id,))
    refused("CourseAltered", horizon.fetch, library.desk, id)
    assert dormant(library.desk, id) == [True]
    centres.disconnect(library.desk)
    refused("NoCentre", horizon.fetch, library.desk, id)


def test_registers_end_too(library: Library) -> None:
    li = library.at("li")
    found = [found_things.log(li, LogIt("雨伞")).id for _ in "12"]
    found_things.collect(li, found[0], "李四")
    kinds = list(li.profile.lent)[:2]
    lent = [lent_things.lend(li, kind, name="家长").id for kind in kinds]
    lent_things.give_back(li, lent[0])
    pass_years(library)
    assert horizon.put_to_rest(library.desk) == 2
    assert dormant(library.desk, *found, *lent) == [True, False, True, False]
    refused("CourseAtCentre", found_things.put_back, li, found[0])


def test_erased_elsewhere_it_loses_its_words_here(library: Library) -> None:
    assert library.centre is not None
    library.centre.handles("3F", ["reading"])
    open_ = asked(library)
    secret = asked(library, "sun", SECRET, "bibliotherapy")
    told = library.log("li", NOTE, patron=library.reader(NUMBER)).id
    for confidential in (True, False):
        right = Correction(confidential=confidential)
        corrections.correct(library.at("li"), told, right, "误选")
    endings.close(library.at("li"), told, Ending("done", answer="已答复"))
    telling.tell(library.at("li"), told, "phone")
    pass_years(library)
    pass_years(library)
    for desk in library.desks.values():
        horizon.put_to_rest(desk)
        assert dormant(desk, open_, secret) == [True, True]
    assert dormant(library.desks["3F"], told) == [True], "its words stay at the other desk"
    held = [library.row(secret, code)["question"] for code in library.desks]
    assert held == [None, SECRET], "where it is handled, and nowhere else"
    erasures.erase_reader(library.at("lead", "2F"), library.reader(NUMBER))
    for _ in "12":
        for code, desk in library.desks.items():
            library.exchange(code)
            erasures.go_on(desk)
    horizon.put_to_rest(library.desks["3F"])
    assert dormant(library.desks["3F"], open_, secret) == [True, True]
    for path in (*(d.ledger.store.path for d in library.desks.values()), library.centre.path):
        for words in (WORDS, SECRET, NOTE, "单国强"):
            assert words.encode() not in bytes_of(path), (path, words)
    before = rows(library.desks["3F"].ledger, "SELECT count(*) FROM fact")
    erasures.go_on(library.desks["3F"])
    assert rows(library.desks["3F"].ledger, "SELECT count(*) FROM fact") == before


def test_who_handles_no_more_forgets_and_who_begins_to_is_told(library: Library) -> None:
    assert library.centre is not None
    library.centre.handles("3F", ["reading"])
    id = asked(library, "sun", SECRET, "bibliotherapy")
    pass_years(library)
    pass_years(library)
    for desk in library.desks.values():
        assert horizon.put_to_rest(desk) == 1
    library.centre.handles("3F", [])
    library.centre.handles("2F", ["reading"])
    for _ in "123":
        for code in library.desks:
            library.exchange(code)
    said = [library.row(id, code)["question"] for code in ("2F", "3F")]
    assert said == [SECRET, None]
    for desk in library.desks.values():
        horizon.put_to_rest(desk)
    assert dormant(library.desks["3F"], id) == [True]


async def test_opened_on_the_screen_it_comes_back(store: Path, tmp_path: Path) -> None:
    """Offline it says why not; the next time, online, the course is there."""
    desk = by_badge(open_desk(store), "1001")
    line = request_lists.search(desk, "校友临时证")[0]
    endings.close(desk, line.subject, Ending("done", answer="已答复"))
    address = tmp_path / "centre.db"
    centre = FileCentre(address, desk.ledger.clock)
    exchange(desk.ledger, centre)
    centre.close()
    centres.keep(desk, f"file:{address}", None)
    with desk.ledger.store.writing() as connection:  # so that none is due meanwhile
        exchanges.keep(connection, desk.now(), desk.now(), {}, nightly=True)
    assert stored.put_to_rest(desk.ledger, desk.now(), -2) == 1
    away = address.rename(tmp_path / "away.db")
    app = app_on(store, "1001")
    async with app.run_test() as pilot:
        await until(pilot, lambda: isinstance(app.seen(), HomeScreen), PATIENCE)
        app.push_screen(RecordScreen(line.subject))
        why = ZH("refusal.CentreAway", why=str(address))
        await until(pilot, lambda: why in shown(pilot, "message"), PATIENCE)
        assert ZH("record.at_centre") in shown(pilot, "course")
        away.rename(address)
        again = RecordScreen(line.subject)
        app.push_screen(again)
        await until(pilot, lambda: again.record and again.record.course, PATIENCE)
        assert ZH("record.at_centre") not in shown(pilot, "course")
    desk.close()
