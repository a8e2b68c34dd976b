"""A crowd before a hall: many readers, and what their cards are answered by the rules alone."""

from pathlib import Path
from random import Random

from argon2 import PasswordHasher

from db.clock import SystemClock
from deskapp import places, plans, readers, staff
from deskapp.barcodes import CODES
from deskapp.desk import found_desk, open_desk
from deskapp.kiosk import Kiosk
from deskapp.language import Language
from tests.front import PIN, STAFF
from tests.halls import SHUT
from tests.kiosk_program import line
from tests.library import KEY, write_readers
from tests.program import by_badge
from tests.terminal import ROOT

BADGE, ZONE = "1002", "commons"


def hall(folder: Path, seats: int, people: int) -> Path:
    """A store with one open zone of so many seats, and so many readers; by the system's clock."""
    text = (ROOT / "assets" / "profiles" / "ncst.toml").read_text("utf-8")
    folder.mkdir(parents=True)
    own = folder / "own.toml"
    own.write_text(text.replace(SHUT, 'week = ["mon-sun 00:00-24:00"]'), "utf-8")
    desk = found_desk(folder / "store", str(own), "2F", "二层服务台", KEY, SystemClock())
    hasher, staff._HASHER = staff._HASHER, PasswordHasher(1, 32, 1)
    for entry in STAFF:
        entered = staff.enter(desk, entry)
        if entry.badge == BADGE:
            staff.set_pin(desk, entered.id, PIN)
        if desk.operator is None:
            desk = desk.signed_in(staff.find(desk, entered.id))
    staff._HASHER = hasher
    with desk.act() as act:
        rows = [f"{n:02} {'.' * 40}" for n in range(seats // 40)]
        places.lay(act, {ZONE: plans.seats(tuple(rows))}, whole=True)
    rows_ = [(number(n), f"读者{n}", "本科生") for n in range(people)]
    titles = ("学号", "姓名", "读者类型")
    readers.load(desk, write_readers(folder / "readers.csv", titles, *rows_), Language())
    desk.close()
    return folder / "store"


def number(n: int) -> str:
    return str(2023300000 + n)


def cards(seats: int, scans: int, seed: int = 5) -> list[str]:
    """So many scans: everybody's first one, and among them cards read twice, cards of nobody,
    counter barcodes behind a card; at last more people than there are seats.
    """
    random = Random(seed)
    others = [*CODES, "again", "nobody"]
    order = ["new"] * seats + others * ((scans - seats) // (len(others) + 1))
    random.shuffle(order)
    found: list[str] = []
    who = 0
    for each in [*order, *["new"] * (scans - len(order))]:
        if each == "nobody":
            found.append(f"77{random.randrange(10**8):08}")
        elif each in CODES:
            found.append(each)
        else:
            who += each == "new"
            found.append(number(max(0, who - 1)))
    return found


def answered(store: Path, codes: list[str]) -> list[str]:
    """What the rules answer, called without a screen."""
    desk = by_badge(open_desk(store), BADGE)
    here = Kiosk(desk, ZONE)
    found = [line(here.scan(code)) for code in codes]
    desk.close()
    return found
