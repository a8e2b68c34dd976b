"""The university's file of 50,000 readers, into a store that has none of them yet."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from db.clock import SystemClock
from deskapp import demo, readers, sheets, staff
from deskapp.desk import Desk, Role, found_desk
from deskapp.fields import PATRONS
from deskapp.language import Language
from deskapp.staff import Entry
from tests.bench.measure import Figure, seconds
from tests.readerfiles import write_csv

COUNT = 50_000
ROUNDS = 3


def figures(folder: Path) -> Iterator[Figure]:
    with TemporaryDirectory(dir=folder) as place:
        file = write_csv(Path(place) / "readers.csv", COUNT)
        read = median(seconds(partial(_read, file)) for _ in range(ROUNDS))
        new: list[float] = []
        again: list[float] = []
        for turn in range(ROUNDS):
            desk = _desk(Path(place) / str(turn))
            for taken in (new, again):
                taken.append(seconds(partial(_load, desk, file)))
            desk.close()
    ours = median(new)
    yield Figure(f"{COUNT:,} readers new (floor: only read)", ours, read, "s", "15 s", ours <= 15)
    ours = median(again)
    yield Figure("the same file again", ours, read, "s", "5 s", ours <= 5)


def _desk(folder: Path) -> Desk:
    desk = found_desk(folder, "ncst", "2F", "", demo.KEY, SystemClock())
    first = staff.enter(desk, Entry("1001", "测试", Role.ADMINISTRATOR))
    return desk.signed_in(staff.find(desk, first.id))


def _read(file: Path) -> None:
    sheet, _ = sheets.open_table(file, PATRONS)
    assert sum(1 for _ in sheet.rows) == COUNT


def _load(desk: Desk, file: Path) -> None:
    done = readers.load(desk, file, Language())
    assert done.entered + done.unchanged == COUNT
