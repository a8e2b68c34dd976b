"""A library whose zones are always open, with seats and readers, for the screens of seats."""

import atexit
from datetime import timedelta
from functools import cache
from pathlib import Path
from shutil import copytree, rmtree
from tempfile import mkdtemp

from db.clock import SystemClock, stamp
from db.seats import draft, subject_of
from deskapp import places, readers, spaces, staff
from deskapp.desk import Desk, found_desk, open_desk
from deskapp.language import Language
from tests.front import STAFF
from tests.library import KEY, write_readers
from tests.program import by_badge
from tests.terminal import ROOT

NUMBERS = tuple(str(2023200001 + n) for n in range(40))
"""of the readers"""
NAMES = ["李伟", "王芳", "张敏", "刘洋", "陈静", "杨磊", "赵强", "黄丽", "周杰", "吴娟"]
SHUT = 'week = ["mon-sun 08:00-22:00"]'


@cache
def _prepared() -> Path:
    """Founded once by this process."""
    folder = Path(mkdtemp())
    atexit.register(rmtree, folder, ignore_errors=True)
    shipped = (ROOT / "assets" / "profiles" / "ncst.toml").read_text("utf-8")
    text = shipped.replace(SHUT, 'week = ["mon-sun 00:00-24:00"]')
    own = folder / "own.toml"
    own.write_text(text, "utf-8")
    desk = found_desk(folder / "store", str(own), "2F", "二层服务台", KEY, SystemClock())
    for entry in STAFF:
        entered = staff.enter(desk, entry)
        if desk.operator is None:
            desk = desk.signed_in(staff.find(desk, entered.id))
    places.lay_out(desk, ["commons", "it"])
    rows = [(number, NAMES[n % 10], "本科生", "医学院") for n, number in enumerate(NUMBERS)]
    titles = ("学号", "姓名", "读者类型", "学院")
    readers.load(desk, write_readers(folder / "readers.csv", titles, *rows), Language())
    desk.close()
    return folder / "store"


def hall_in(folder: Path) -> Path:
    """A store of one's own, copied."""
    copytree(_prepared(), folder)
    return folder


def desk_on(store: Path, badge: str = "1003") -> Desk:
    return by_badge(open_desk(store), badge)


def reader(desk: Desk, number: str) -> str:
    """A reader's id."""
    (found,) = readers.search(desk, number)
    return found.id


def sit(desk: Desk, number: str, seat: str, minutes: int = 60, away: int | None = None) -> None:
    """They sit there since so many minutes; away: and must be back in so many, or should be."""
    now, who = desk.now(), reader(desk, number)
    zone = spaces.zone(desk, seat.partition("/")[0])
    subject = subject_of(spaces.day_of(desk, zone, now).isoformat(), seat)
    since, until = now - timedelta(minutes=minutes), now + timedelta(hours=3)
    with desk.act() as act:
        said = {"patron": who, "from": stamp(since), "until": stamp(until)}
        (taken,) = act.record_all([draft("seat.taken", subject, said)])
        if away is not None:
            back = stamp(now + timedelta(minutes=away))
            act.record_all([draft("seat.away", subject, {"sitting": taken.id, "until": back})])
