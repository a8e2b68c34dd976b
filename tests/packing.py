"""Events packed for volunteers' laptops, in tests."""

from typing import Any

from db import doctor
from db.ledger import Ledger
from deskapp import packs, signups, staff
from deskapp.desk import Desk, open_desk
from deskapp.doors import Door
from deskapp.packs import Home, Packed
from tests.library import Library, WallClock
from tests.seating import NUMBERS
from tests.shelf import rows

SHAN, ZENG, OUYANG = NUMBERS
NOON, BEFORE, LATER = (f"2026-11-24 {each}" for each in ("12:00", "13:30", "14:20"))
SESSION = "14:00-16:00"


def sign(library: Library, event: str, number: str = SHAN, **more: Any) -> str:
    return signups.sign_up(library.at("li"), event, library.reader(number), **more).subject


def packed(library: Library, event: str, name: str = "laptop") -> Packed:
    return packs.pack(library.at("lead"), event, library.folder / name)


def opened(library: Library, name: str = "laptop", clock: WallClock | None = None) -> Desk:
    """A pack in the hands of the volunteers."""
    desk = open_desk(library.folder / name, clock or library.clock, pack=True)
    assert desk.pack is not None
    return desk.signed_in(staff.find(desk, desk.pack.staff))


def scan(
    library: Library, event: str, *codes: str, name: str = "laptop", clock: WallClock | None = None
) -> list[tuple[str, str]]:
    """Codes typed at a pack's door, and what that says to each."""
    laptop = opened(library, name, clock)
    door = Door(laptop, event, "s1", name)
    said = [door.scan(code, scanned=False) for code in codes]
    assert doctor.examine(laptop.ledger) == []
    laptop.close()
    return [(each.what, each.name) for each in said]


def home(library: Library, name: str = "laptop") -> Home:
    return packs.bring_home(library.at("li"), library.folder / name)


def admitted(ledger: Ledger) -> list[tuple[object, ...]]:
    return rows(ledger, "SELECT door, heads FROM admission ORDER BY door, corrected, id")
