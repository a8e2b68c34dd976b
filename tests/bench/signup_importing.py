"""A form of 10,000 sign-ups with a waiting list, most of them of readers, as 问卷星 exports it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from db.clock import SystemClock
from deskapp import demo, events, form_tools, readers, signup_files, staff
from deskapp.desk import Desk, Role, found_desk
from deskapp.events import Plan, Question, Time
from deskapp.language import Language
from deskapp.staff import Entry
from tests import formfiles, readerfiles
from tests.bench.measure import Figure, seconds

COUNT = 10_000
READERS = 50_000
OUTSIDERS = 5
"""one of so many is no reader"""
PLACES = 3_000
ROUNDS = 5


def figures(folder: Path) -> Iterator[Figure]:
    """Beside the least that it could be: the form read, and nothing done with it."""
    with TemporaryDirectory(dir=folder) as place:
        desk = _desk(Path(place))
        file = formfiles.write(Path(place) / "form.xlsx", formfiles.wjx(list(_people())))
        read: list[float] = []
        new: list[float] = []
        again: list[float] = []
        for _ in range(ROUNDS):
            event = _announced(desk)
            read.append(seconds(partial(_read, file)))
            for taken in (new, again):
                taken.append(seconds(partial(_load, desk, event, file)))
        desk.close()
    for name, times, most in (("new", new, 4), ("the same form again", again, 3)):
        ours = median(times)
        said = f"{COUNT:,} sign-ups for {PLACES:,} places, {name} (floor: only read)"
        yield Figure(said, ours, median(read), "s", f"{most} s", ours <= most)


def _desk(folder: Path) -> Desk:
    desk = found_desk(folder / "desk", "ncst", "2F", "", demo.KEY, SystemClock())
    first = staff.enter(desk, Entry("1001", "测试", Role.ADMINISTRATOR, ("office",)))
    desk = desk.signed_in(staff.find(desk, first.id))
    readers.load(desk, readerfiles.write_csv(folder / "readers.csv", READERS), Language())
    return desk


def _people() -> Iterator[tuple[str, ...]]:
    begun = datetime(2026, 11, 20, 8, tzinfo=UTC)
    for n, row in enumerate(islice(readerfiles.rows(READERS), COUNT)):
        at = f"{begun + timedelta(seconds=n * 7919 % 86_400):%Y/%m/%d %H:%M:%S}"
        name, number, phone = row[1], row[0], row[10]
        if n % OUTSIDERS == 0:
            name, number, phone = f"校外{n}", "", f"137{n:08}"
        yield at, name, number, phone, "A.素食" if n % 3 else "(跳过)"


def _announced(desk: Desk) -> str:
    begin = desk.now() + timedelta(days=30)
    time = Time(begin, begin + timedelta(hours=2), "报告厅")
    diet = Question("diet", "用餐要求", ("素食", "清真"))
    return events.announce(
        desk, Plan("文化节", "lecture", [time], capacity=PLACES, questions=[diet])
    ).id


def _read(file: Path) -> None:
    form = form_tools.open_form(file)
    assert sum(1 for _ in map(form.read, form.rows)) == COUNT


def _load(desk: Desk, event: str, file: Path) -> None:
    done = signup_files.load(desk, event, file, Language())
    assert done.entered + done.known == COUNT
    assert done.waiting in (COUNT - PLACES, 0)
