"""A generated library, to try the program on and to measure it by."""

import heapq
import random
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from db import staff as stored
from db.clock import Clock, SystemClock
from db.files import settle
from db.ledger import ACT_LIMIT, Ledger
from db.place import desk_code, library_key
from db.progress import Sharing, nothing
from deskapp import (
    demo_draws,
    demo_honours,
    demo_registers,
    demo_spaces,
    leaving,
    shifts,
    signers,
    staff,
)
from deskapp.demo_clock import WalkingClock
from deskapp.demo_events import Year
from deskapp.demo_people import cast, contents, enter_readers, enter_staff
from deskapp.demo_requests import Town
from deskapp.demo_spaces import Halls
from deskapp.desk import STORE, Desk, Operator, found_desk, has_store, open_desk
from deskapp.leaving import Leaving
from deskapp.profile import Profile

PIN = "202611"
"""of everybody in a demo: it guards nothing"""
PASSPHRASE = PIN * 2
"""of the key that its certificates are signed with"""
PLACE = "演示demo 二层服务台"
"""the desk's name, on every screen and print: nobody takes a demo for a desk, in either language"""
KEY = bytes(range(32))
"""of the demo's readers, so that every demo has the same ones"""


@dataclass(frozen=True, slots=True)
class Scale:
    """How large a library, and how many days of requests."""

    readers: int
    requests: int
    days: int


SCALES = {"desk": Scale(1500, 120, 30), "library": Scale(50_000, 60_000, 365)}


def generate(
    ledger: Ledger,
    profile: Profile,
    *,
    requests: int,
    readers: int,
    seed: int = 1,
    days: int = 30,
    spaces: bool = False,
    year: Year | None = None,
    progress: Sharing = nothing,
) -> None:
    """Fill a founded, empty ledger with a library's staff, readers and requests in all states;
    `spaces`: with whoever has a seat or a room today, too; `year`: and with its events.

    The facts are those that the rules write, dated over the last `days` before the ledger's own
    clock; `progress` counts readers and requests. The same seed and moment give the same content.
    """
    end = ledger.clock.now()
    start = end - timedelta(days=days)
    rng = random.Random(seed)
    opened = min(start, year.begin) if year else start
    clock = WalkingClock(opened - timedelta(days=1), rng)
    walking = Ledger(ledger.store, tuple(ledger.books.values()), clock)
    total = requests + readers
    people = enter_staff(walking, cast(profile, rng))
    clock.at = opened
    patrons = enter_readers(walking, profile, rng, readers, end, lambda done: progress(done, total))
    town = Town(
        profile, rng, people, patrons, clock.new_id, start=start, end=end, requests=requests
    )
    with walking.store.reading() as connection:
        town.begin(connection, str(desk_code(connection)))
    courses: list[Town | Halls | Year] = [town]
    if spaces:
        demo_spaces.lay_out(walking, profile)
        halls = Halls(profile, random.Random(seed), people, patrons, end=end)
        halls.enter(walking)
        courses.append(halls)
    if year is not None:
        year.enter(walking)
        courses.append(year)
    _live(walking, clock, courses, lambda: progress(readers + town.logged, total))
    progress(total, total)


def _live(
    ledger: Ledger,
    clock: WalkingClock,
    courses: Sequence[Town | Halls | Year],
    progress: Callable[[], None],
) -> None:
    """Let all events happen in order: one transaction after the other, many acts in each; what
    goes on in no course is acts of its own.
    """
    events = heapq.merge(*(course.events() for course in courses), key=lambda event: event.at)
    more = True
    while more:
        more, by_itself = False, None
        with ledger.act(None) as act:
            room = ACT_LIMIT
            for at, actor, lives, happened in events:
                if not lives:
                    more, by_itself = True, (at, happened)
                    break
                # Every event is an act of its own, by whoever did it, when it happened.
                clock.at = act.at = at
                act.actor = actor
                act.id = clock.new_id()
                facts = act.record_all([life.draft() for life in lives])
                happened(lives, facts)
                room -= len(facts)
                if room < Town.most:
                    more = True
                    break
        if by_itself is not None:
            clock.at, happened = by_itself
            happened((), ())
        progress()


def open_demo(
    folder: Path,
    scale: str = "desk",
    *,
    seed: int = 1,
    clock: Clock | None = None,
    progress: Sharing = nothing,
) -> Desk:
    """The demo's desk in `folder`, generated if it is not there yet, with its operator signed in.

    Refuses as `open_desk` and FileUnwritable.
    """
    clock = clock or SystemClock()
    if not has_store(folder):
        _make(folder, SCALES[scale], seed, clock, progress)
    desk = open_desk(folder, clock)
    return desk.signed_in(operator(desk))


def _make(folder: Path, scale: Scale, seed: int, clock: Clock, progress: Sharing) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=".demo-", dir=folder))
    try:
        desk = found_desk(part, "ncst", "2F", PLACE, KEY, clock)
        try:
            generate(
                desk.ledger,
                desk.profile,
                requests=scale.requests,
                readers=scale.readers,
                days=scale.days,
                seed=seed,
                spaces=True,
                year=Year(desk),
                progress=progress,
            )
            _set_pins(desk)
            _shifts(desk)
            demo_registers.fill(desk.signed_in(operator(desk)))
            demo_draws.fill(desk.signed_in(operator(desk)))
            demo_honours.fill(desk.signed_in(operator(desk)), PIN, PASSPHRASE)
            desk.ledger.store.checkpoint()
        finally:
            desk.close()
        for key in part.glob(signers.file_in(part, "*").name):
            settle(key, folder / key.name)
        # Under its name only now: a demo cut short is made anew.
        settle(part / STORE, folder / STORE)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _set_pins(desk: Desk) -> None:
    """One PIN for everybody: hashed once, which takes as long as anything here."""
    everybody = staff.everybody(desk)
    first = everybody[0]
    staff.set_pin(desk, first.id, PIN)
    with desk.ledger.act(first.id) as act:
        known = stored.by_subject(act.connection, first.id)
        hashed = known.pin if known else None
        for each in everybody[1:]:
            act.record("staff.pin_set", each.id, person=each.id, private={"hash": hashed})


def _shifts(desk: Desk) -> None:
    """A shift that was left with a note, and the one of the operator and a colleague."""
    first = operator(desk)
    able = [each for each in staff.everybody(desk) if each.role.reaches(shifts.LEADING)]
    before, beside = [desk.signed_in(each) for each in able if each.id != first.id][:2]
    shifts.open_shift(before)
    due = [line.subject for line in leaving.due_before(before)]
    leaving.leave(before, Leaving(kept=due, **contents()["left"]))
    shifts.open_shift(desk.signed_in(first))
    shifts.join(beside)


def operator(desk: Desk) -> Operator:
    """Whom the demo signs in: the first on its list."""
    return staff.everybody(desk)[0]


def notice(desk: Desk, t: Callable[..., str]) -> str:
    """How to change person in a demo: badges, and the PIN of all; empty at any other desk."""
    with desk.reading() as connection:
        key = library_key(connection)
    if key != KEY:
        return ""
    badges = [each.badge for each in staff.everybody(desk)]
    return t("demo.notice", first=badges[0], last=badges[-1], pin=PIN, phrase=PASSPHRASE)
