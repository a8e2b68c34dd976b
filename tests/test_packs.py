"""Packs: an event on a volunteer's laptop, which holds that event and nothing else, and what was
scanned there brought home once, however often it is brought.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from db import doctor
from deskapp import packs, signups, staff
from deskapp.desk import Desk, open_desk
from deskapp.doors import Door
from deskapp.packs import Home, Packed
from deskapp.signups import Outsider
from tests.gatherings import gather
from tests.library import Library, differs_from_ledger
from tests.seating import NUMBERS
from tests.shelf import rows

SHAN, ZENG, OUYANG = NUMBERS
NOON, BEFORE, LATER = (f"2026-11-24 {each}" for each in ("12:00", "13:30", "14:20"))


@pytest.fixture
def there(seated: Library) -> Iterator[Library]:
    seated.clock.put(NOON)
    yield seated
    assert differs_from_ledger(seated.desk) == []


def sign(library: Library, event: str, number: str = SHAN, **more: Any) -> str:
    return signups.sign_up(library.at("li"), event, library.reader(number), **more).subject


def packed(library: Library, event: str, name: str = "laptop") -> Packed:
    return packs.pack(library.at("lead"), event, library.folder / name)


def opened(library: Library, name: str = "laptop") -> Desk:
    """A pack in the hands of the volunteers."""
    desk = open_desk(library.folder / name, library.clock, pack=True)
    assert desk.pack is not None
    return desk.signed_in(staff.find(desk, desk.pack.staff))


def home(library: Library, name: str = "laptop") -> Home:
    return packs.bring_home(library.at("li"), library.folder / name)


def said(verdict: Any) -> tuple[str, str]:
    return verdict.what, verdict.name


def admitted(desk: Desk) -> list[tuple[object, ...]]:
    return rows(desk.ledger, "SELECT door, heads FROM admission ORDER BY door, at, id")


# what it is


def test_a_pack_lets_in_by_card_number_four_digits_and_telephone(there: Library) -> None:
    event = gather(there, "14:00-16:00")
    for number in (SHAN, ZENG, OUYANG):
        sign(there, event, number)
    guest = signups.sign_up(there.at("li"), event, outsider=Outsider("钱二", "13700001111"))
    done = packed(there, event)
    assert (done.code, done.people, done.badge) == ("2FP1", 4, "1003")
    there.clock.put(BEFORE)
    laptop = opened(there)
    east = Door(laptop, event, name="东门")
    assert said(east.scan("A1B2C3")) == ("admitted", "单*强")
    assert said(east.scan(ZENG, scanned=False)) == ("admitted", "曾*查")
    assert said(east.scan("0417", scanned=False)) == ("admitted", "欧**国")
    assert said(east.scan("13700001111", scanned=False)) == ("admitted", "钱*")
    assert said(east.scan("nobody")) == ("unknown", "")
    assert (east.counts().came, east.counts().expected) == (4, 4)
    assert doctor.examine(laptop.ledger) == []
    laptop.close()
    came = home(there)
    assert (came.facts, came.admitted, came.strange) == (5, 4, 0)
    assert [door for door, _ in admitted(there.desk)] == ["东门"] * 4
    with there.desk.reading() as connection:
        assert signups.find(connection, guest.subject, "").name == "钱二"
    assert doctor.examine(there.desk.ledger) == []
