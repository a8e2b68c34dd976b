"""Which rooms are free at a time of a day, where thirty rooms are booked for a year; a day's grid;
a booking to the disk.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from importlib import resources
from itertools import cycle
from pathlib import Path
from random import Random

from db.clock import stamp
from db.facts import Draft
from db.rooms import subject_of
from db.rows import chunks
from db.store import driver
from deskapp import bookings, demo, rooms, staff
from deskapp.booking_rules import Wish
from deskapp.desk import STORE, Desk, Role, found_desk, has_store, open_desk
from deskapp.staff import Entry
from tests.bench.measure import Figure, in_turn, seconds, share
from tests.bench.seated import TODAY, Morning
from tests.bench.writing import Floor

ROOMS, DAYS = 30, 365
ROUNDS = 300
SEARCH, GRID, BOOK = 5, 50, 4
"""milliseconds; of a booking those above a raw commit"""
SLICE = 5_000
MORE = (
    's70{n} = {{ zh = "70{n}研讨间", en = "Room 70{n}", building = "main", floor = 7, '
    'capacity = 6, hours = "opening", rules = "seminar" }}\n'
)


def figures(folder: Path) -> Iterator[Figure]:
    desk = _desk(folder)
    days = cycle([TODAY.date() + timedelta(days=n) for n in range(0, DAYS, 7)])
    pick = Random(1)

    def search() -> None:
        hour = pick.randrange(8, 21)
        begin = datetime.combine(next(days), time(hour), desk.zone)
        until = begin + timedelta(hours=1)
        rooms.free(desk, begin.date(), begin, until, 6, ("whiteboard",))

    floor = Floor(folder)
    sides: list[Callable[[], object]] = [
        search,
        lambda: _day(desk, next(days)),
        floor.write,
        partial(_book, desk, days),
    ]
    times = in_turn(sides, ROUNDS, seconds)
    found, drawn, raw, booked = (share(each, 0.5) * 1000 for each in times)
    slow = share(times[0], 0.99) * 1000
    many = f"{_bookings(desk):,} bookings"
    yield Figure(
        f"free rooms among {many}, p50", found, None, "ms", f"{SEARCH} ms", found <= SEARCH
    )
    yield Figure("the same, p99", slow, None, "ms", f"{SEARCH} ms", slow <= SEARCH)
    yield Figure("a day of thirty rooms, read", drawn, None, "ms", f"{GRID} ms", drawn <= GRID)
    met = booked <= raw + BOOK
    yield Figure("a booking, durable", booked, raw, "ms", f"floor + {BOOK} ms", met)
    floor.raw.close()
    desk.close()


def _day(desk: Desk, day: date) -> None:
    assert len(rooms.days_rooms(desk, day)) == ROOMS


def _book(desk: Desk, days: Iterator[date]) -> None:
    """The library itself in the hall that nobody has, an hour at a time, and takes it back."""
    begin = datetime.combine(next(days), time(9), desk.zone) + timedelta(days=1)
    wish = Wish("lecture", begin, begin + timedelta(hours=1), 90, words="讲座")
    booked = bookings.book(desk, wish)
    with desk.ledger.store.writing(durable=False) as connection:  # not part of what is measured
        driver(connection).execute("DELETE FROM booking WHERE id = ?", (booked.id,))


def _bookings(desk: Desk) -> int:
    with desk.reading() as connection:
        return int(driver(connection).execute("SELECT count(*) FROM booking").fetchone()[0])


def _desk(folder: Path) -> Desk:
    place = folder / "rooms-1"
    if not has_store(place):
        part = place.with_name(place.name + ".part")
        if part.exists():
            (part / STORE).unlink(missing_ok=True)
        _generate(part)
        part.rename(place)
    return _at_work(open_desk(place, Morning()))


def _at_work(opened: Desk) -> Desk:
    who = next(each for each in staff.everybody(opened) if each.role is Role.ADMINISTRATOR)
    return opened.signed_in(who)


def _generate(folder: Path) -> None:
    """Thirty rooms, all but the lecture hall in other hands most of the day, for a year."""
    folder.mkdir(parents=True, exist_ok=True)
    text = (resources.files("assets") / "profiles" / "ncst.toml").read_text("utf-8")
    own = folder / "own.toml"
    own.write_text(text + "".join(MORE.format(n=n) for n in range(1, 5)), "utf-8")
    found = found_desk(folder, str(own), "2F", "", demo.KEY, Morning())
    staff.enter_all(found, [Entry("1001", "王敏", Role.ADMINISTRATOR, ("office",))])
    found = _at_work(found)
    assert len(found.profile.rooms) == ROOMS
    for some in chunks(_booked(found), SLICE):
        with found.act() as act:
            act.record_all(some)
    found.ledger.store.checkpoint()
    found.close()


def _booked(desk: Desk) -> Iterator[Draft]:
    pick = Random(1)
    for n in range(DAYS):
        day = TODAY.date() + timedelta(days=n)
        for code in desk.profile.rooms:
            begin = datetime.combine(day, time(8), desk.zone)
            while code != "lecture" and begin.hour < 21:
                until = begin + timedelta(minutes=30 * pick.randint(1, 4))
                said = {"patron": f"reader:{pick.randrange(9_000)}", "heads": 4, "least": 3}
                times = {"from": stamp(begin), "until": stamp(until), "hold_until": stamp(begin)}
                yield Draft("room.booked", subject_of(day.isoformat(), code), {**said, **times})
                begin = until + timedelta(minutes=30 * pick.randint(0, 2))
