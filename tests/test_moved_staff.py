"""Somebody changes department while signed in: what they see and may do follows."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from db.store import driver
from deskapp import (
    corrections,
    daily,
    leaving,
    reader_page,
    request_files,
    shifts,
    similar,
    staff,
    telling,
)
from deskapp.corrections import Correction
from deskapp.desk import Desk, Role
from deskapp.language import Language
from tests.library import PEOPLE, Library, local, outcome_of, stored

SECRET = "近来睡不着想约阅读疗法"


@pytest.fixture
def asked(library: Library) -> str:
    """Of a reader, in confidence; handled by the reading department."""
    reader = library.reader("00417")
    shifts.open_shift(library.at("sun"))
    return library.log("sun", SECRET, kind="bibliotherapy", patron=reader, contact="8805").id


def moved(library: Library, who: str, *departments: str) -> None:
    staff.enter(library.at("admin"), replace(PEOPLE[who], departments=departments))


def on_home(library: Library, desk: Desk) -> bool:
    line = daily.today(desk).next_due
    assert line is not None
    return line.question is not None


def in_file(library: Library, desk: Desk) -> bool:
    out = library.folder / "out.csv"
    request_files.export(desk, out, Language("zh_CN"))
    return SECRET in out.read_text("utf-8-sig")


SEEN: dict[str, Callable[[Library, Desk], bool]] = {
    "home": on_home,
    "similar": lambda library, desk: bool(similar.find(desk, "", library.reader("00417"))),
    "page": lambda library, desk: bool(reader_page.again(desk, library.reader("00417")).open),
    "file": in_file,
}


@pytest.mark.parametrize("place", SEEN)
def test_confidential_words_are_for_who_handles_them_now(
    library: Library, asked: str, place: str
) -> None:
    """The head of another department comes to it, and goes again."""
    head, see = library.at("head"), SEEN[place]
    assert not see(library, head)
    moved(library, "head", "reading")
    assert see(library, head)
    moved(library, "head", "information")
    assert not see(library, head)


def test_so_is_what_one_may_do(library: Library, asked: str) -> None:
    chen = library.at("chen")
    acts: tuple[Callable[[], object], ...] = (
        lambda: telling.tell(chen, asked, "phone"),
        lambda: corrections.correct(chen, asked, Correction(channel="phone"), "误登"),
    )
    assert [outcome_of(act) for act in acts] == ["NotResponsible"] * 2
    moved(library, "chen", "reading")
    assert [outcome_of(act) for act in acts] == [None] * 2


def test_so_are_the_days_on_which_one_is_back(library: Library) -> None:
    """The desks are staffed on Saturday, the offices are not."""
    library.clock.put("2026-11-27 16:00")
    li = library.at("li")
    assert leaving.next_days(li)[0] == local("2026-11-28 00:00").date()
    moved(library, "li", "technology")
    assert leaving.next_days(li)[0] == local("2026-11-30 00:00").date()


def test_an_entry_and_its_change_do_not_clash_behind_a_set_back(two_desks: Library) -> None:
    """Settled for the change, nobody would be left of whom it speaks."""
    assert two_desks.centre is not None
    for code in ("2F", "3F", "2F"):
        two_desks.exchange(code)
    with two_desks.desk.reading() as connection:
        (before,) = driver(connection).execute("SELECT cursor FROM place").fetchone()
    new = staff.enter(two_desks.at("admin"), staff.Entry("2001", "新人"))
    for code in ("2F", "3F"):
        two_desks.exchange(code)
    staff.enter(two_desks.at("admin", "3F"), staff.Entry("2001", "新人", Role.SHIFT_LEAD))
    for table in ("ledger", "receipt"):
        two_desks.centre._raw.execute(f"DELETE FROM {table} WHERE pos > ?", (before,))
    two_desks.centre.restored()
    for code in ("3F", "2F", "3F"):
        two_desks.exchange(code)
    for desk in two_desks.desks.values():
        assert stored(desk)["clash"] == []
        entry = staff.entry(desk, new.id)
        assert entry is not None
        assert entry.role is Role.SHIFT_LEAD
