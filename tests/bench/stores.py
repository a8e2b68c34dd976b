"""The stores that are measured: generated once, kept in a folder, and opened again."""

import sys
from pathlib import Path

from db.clock import SystemClock
from db.store import driver
from deskapp import demo, staff
from deskapp.desk import STORE, Desk, Role, found_desk, has_store, open_desk

SIZES = {
    "small": (3_600, 90),
    "hundred": (37_500, 365),
    "facts": (375_000, 3650),
    "requests": (1_035_000, 365),
}
"""requests begun and days: ten thousand facts, a hundred, a million of them, a million requests"""
READERS = 2_000


def desk(folder: Path, size: str) -> Desk:
    """The desk of a size, generated if it is not there yet, in the hands of its first librarian."""
    if not has_store(place(folder, size)):
        _generate(place(folder, size), size)
    return at_work(open_desk(place(folder, size)))


def at_work(opened: Desk) -> Desk:
    """In the hands of its first librarian."""
    who = next(each for each in staff.everybody(opened) if each.role.reaches(Role.LIBRARIAN))
    return opened.signed_in(who)


def place(folder: Path, size: str) -> Path:
    return folder / f"{size}-{SIZES[size][0]}"


def _generate(place: Path, size: str) -> None:
    requests, days = SIZES[size]
    part = place.with_name(place.name + ".part")
    if part.exists():
        (part / STORE).unlink(missing_ok=True)
    clock = SystemClock()
    found = found_desk(part, "ncst", "2F", "", demo.KEY, clock)
    with found.ledger.store.writing() as connection:
        raw = driver(connection)
    raw.execute("PRAGMA synchronous = OFF")  # of this connection, and nobody minds losing it
    begun = clock.ticks()

    def tell(done: int, total: int) -> None:
        spent = clock.ticks() - begun
        print(f"\r{size}: {done} of {total}, {spent:.0f} s ", end="", file=sys.stderr)

    demo.generate(
        found.ledger,
        found.profile,
        requests=requests,
        readers=READERS,
        days=days,
        progress=tell,
    )
    print(file=sys.stderr)
    found.ledger.store.checkpoint()
    found.close()
    part.rename(place)  # under its name only now: one that was cut short is made anew


def facts(opened: Desk) -> int:
    return _one(opened, "SELECT max(n) FROM fact")


def requests(opened: Desk) -> int:
    return _one(opened, "SELECT max(serial) FROM request")


def _one(opened: Desk, sql: str) -> int:
    with opened.reading() as connection:
        return int(driver(connection).execute(sql).fetchone()[0])
