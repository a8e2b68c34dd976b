"""A code at a door to a durable verdict, among a hundred thousand sign-ups: how much more than
SQLite's own commit, how many a second, and in the running program until it is on the screen.
"""

import csv
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count, islice
from pathlib import Path
from select import select
from shutil import copyfile
from tempfile import TemporaryDirectory
from time import perf_counter

from db.clock import SystemClock, first_id, stamp
from db.place import library_key
from db.readers import id_of
from db.rows import chunks
from db.signups import WHOLE, draft, event_key, subject_of
from db.store import driver
from deskapp import demo, readers, staff
from deskapp.desk import STORE, Desk, Role, found_desk, has_store, open_desk
from deskapp.doors import Door
from deskapp.staff import Entry
from tests.bench.measure import Figure, in_turn, seconds, share
from tests.bench.writing import Floor
from tests.refusals import spoken
from tests.terminal import Terminal

SIGNUPS, READERS = 100_000, 5_000
"""people who have signed up, and of them those whose cards are scanned here"""
ROUNDS, SHOWN = 400, 300
BURST = 10
"""codes that are here before the first is written"""
LEAD = "1001"
PAUSE = 0.13
"""seconds between two people: the last verdict stands a little"""


class Before(SystemClock):
    """When people sign up: two days before they come."""

    def now(self) -> datetime:
        return super().now() - timedelta(days=2)

    def new_id(self) -> str:
        return first_id(self.now()) + super().new_id()[13:]


def figures(folder: Path) -> Iterator[Figure]:
    store = _store(folder)
    floor = Floor(folder)
    with _copied(folder, store) as place:
        desk = _at_work(open_desk(place))
        door, cards = _door(desk), map(card, count())
        raw, ours = in_turn([floor.write, lambda: _let_in(door, next(cards))], ROUNDS, seconds)

        def commits() -> None:
            for _ in range(BURST):
                floor.write()

        def burst() -> None:
            assert all(each.passed for each in door.scan_all(list(islice(cards, BURST))))

        few = in_turn([commits, burst], ROUNDS // BURST, seconds)
        desk.close()
    raw_ms, ours_ms = (share(each, 0.5) * 1000 for each in (raw, ours))
    name = f"a code to a durable verdict among {SIGNUPS:,}"
    yield Figure(name, ours_ms, raw_ms, "ms", "floor + 1.2 ms", ours_ms <= raw_ms + 1.2)
    yield Figure("admissions, each by itself", 1000 / ours_ms, 1000 / raw_ms, "a second", "", True)
    least, most = (BURST / share(each, 0.5) for each in few)
    name = f"admissions, {BURST} codes in a burst"
    yield Figure(name, most, least, "a second", "0.5 × raw", most >= 0.5 * least)
    floor.raw.close()
    times = _in_the_program(folder, store)
    for part in (0.5, 0.99):
        taken = share(times, part) * 1000
        name = f"scan to verdict in the running program, p{part * 100:.0f}"
        yield Figure(name, taken, None, "ms", "30 ms", taken <= 30)


def card(reader: int) -> str:
    return f"{0xA0000000 + reader:08X}"


def _let_in(door: Door, code: str) -> None:
    assert door.scan(code).passed


def _door(desk: Desk) -> Door:
    return Door(desk, _event(desk))


def _at_work(desk: Desk) -> Desk:
    who = next(each for each in staff.everybody(desk) if each.role is Role.ADMINISTRATOR)
    return desk.signed_in(who)


def _event(desk: Desk) -> str:
    with desk.reading() as connection:
        return str(driver(connection).execute("SELECT subject FROM event").fetchone()[0])


@contextmanager
def _copied(folder: Path, store: Path) -> Iterator[Path]:
    """A copy of the store, whose event is on now, in a folder that goes away."""
    with TemporaryDirectory(dir=folder) as scratch:
        place = Path(scratch) / "store"
        place.mkdir()
        copyfile(store / STORE, place / STORE)
        desk = _at_work(open_desk(place))
        now, event = desk.now(), _event(desk)
        times = {"begins": stamp(now), "until": stamp(now + timedelta(hours=4)), "place": "报告厅"}
        with desk.act() as act:
            act.record("event.moved", event, {"session": "s1", **times})
        desk.ledger.store.checkpoint()
        desk.close()
        yield place


def _store(folder: Path) -> Path:
    place = folder / "admitting"
    if has_store(place):
        return place
    part = place.with_name(place.name + ".part")
    (part / STORE).unlink(missing_ok=True)
    desk = found_desk(part, "ncst", "2F", "", demo.KEY, Before())
    staff.enter_all(desk, [Entry(LEAD, "王敏", Role.ADMINISTRATOR, ("office",))])
    desk = _at_work(desk)
    file = part / "readers.csv"
    with file.open("w", encoding="utf-8", newline="") as written:
        lines = csv.writer(written)
        lines.writerow(("学号", "姓名", "读者类型", "一卡通号"))
        lines.writerows((f"2023{n:06}", f"读者{n}", "本科生", card(n)) for n in range(READERS))
    readers.load(desk, file, spoken)
    file.unlink()
    with desk.reading() as connection:
        key = library_key(connection)
    words = {"number": 7, "title": "毕业典礼", "kind": "lecture", "department": "information"}
    times = {"begins": stamp(desk.now()), "until": stamp(desk.now()), "place": "报告厅"}
    with desk.act() as act:
        event = act.new_subject("event")
        act.record("event.announced", event, {**words, "sessions": [{"id": "s1", **times}]})
    ours = event_key(key, event)
    for some in chunks(range(SIGNUPS), 5000):
        with desk.act() as act:
            act.record_many(
                draft(
                    "signup.made",
                    subject_of(ours, event, f"2023{n:06}"),
                    {
                        "session": WHOLE,
                        "patron": id_of(key, f"2023{n:06}"),
                        "places": 1,
                        "source": "file",
                    },
                )
                for n in some
            )
        print(f"\radmitting: {some[-1] + 1:,} signed up ", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    desk.ledger.store.checkpoint()
    desk.close()
    part.rename(place)
    return place


def _seen(fd: int, wanted: bytes, begun: float) -> float:
    """Seconds until the program has written it: drawing its cells here takes as long again."""
    said = b""
    while wanted not in said:
        assert select([fd], [], [], 5)[0], "no verdict"
        said += os.read(fd, 65536)
    return perf_counter() - begun


def _in_the_program(folder: Path, store: Path) -> list[float]:
    """Seconds from the last byte of a code to its verdict on the screen."""
    times: list[float] = []
    with _copied(folder, store) as place:
        desk = open_desk(place)
        event = _event(desk)
        desk.close()
        program = [sys.executable, "-m", "tests.volunteer_program"]
        argv = [*program, str(place), "zh_CN", LEAD, event, str(place / "journal")]
        with Terminal(argv, home=place / "home") as terminal:
            terminal.wait("请刷校园卡或扫码", seconds=60)
            terminal.pump(2.0)
            for n in range(SHOWN):
                begun = perf_counter()
                os.write(terminal.fd, f"{card(n)}\r".encode())
                times.append(_seen(terminal.fd, f"第{n + 1}位".encode(), begun))
                terminal.pump(PAUSE)
    return times
