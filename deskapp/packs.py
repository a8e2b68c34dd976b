"""Packs (活动包): an event for a volunteer's own laptop, which holds that event and nothing else,
and what was scanned there brought home, once however often it is brought.

A pack answers to whoever made it, by a PIN of its own: on a lost laptop nobody's PIN can be tried
out. What it is told of its people is in `db.passes`.
"""

import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from db import packing
from db import packs as stored
from db.clock import moment, stamp
from db.events import CANCELLED
from db.facts import canonical
from db.files import settle
from db.numbering import next_number
from db.packing import Brought
from db.packs import Maker
from db.passes import Bearer
from db.place import TICKETS, clock_offset, library_key, set_setting, setting
from deskapp import event_views, shapes, staff, tickets, walk_ins
from deskapp.desk import OWN_PROFILE, STORE, Desk, Refusal, Role, code_of, has_store, open_desk
from deskapp.readers import name_shown

PACKING = Role.SHIFT_LEAD
"""who may make a pack: it is left with their PIN"""
RETURNING = Role.LIBRARIAN
"""who may bring one home"""
LONGEST = 8
"""characters of a desk's code"""
LEFT = ".pack-"
"""how an unfinished pack's folder begins"""
TOLD = ("profile", OWN_PROFILE, shapes.SETTING)
"""settings that a pack has from its maker"""
ANSWERED = "+"
"""in place of an answer"""


@dataclass(frozen=True, slots=True)
class Packed:
    """A pack is made. `pin` is told once; with `badge` it closes the pack's door."""

    code: str
    file: Path
    people: int
    badge: str
    pin: str


@dataclass(frozen=True, slots=True)
class Home:
    """A pack came home. `facts`: that were not here yet; `strange`: that no door writes, and that
    were left alone; `admitted`: scans among them that let somebody in; `identified`: readers who
    walked in by their numbers.
    """

    code: str
    event: str
    facts: int
    admitted: int
    identified: int
    strange: int


@dataclass(frozen=True, slots=True)
class Line:
    """A pack in a list. `facts`: of it, that are here; `back`: when it was brought home last."""

    code: str
    event: str
    people: int
    made: datetime
    by: str | None
    back: datetime | None
    facts: int


def of_event(desk: Desk, event: str) -> list[Line]:
    """The packs of an event, the last first."""
    with desk.reading() as connection:
        lines = stored.of_event(connection, event)
    return [
        Line(
            each.code,
            each.event,
            each.people,
            desk.local(each.made_at),
            each.made_by,
            desk.local(each.back_at) if each.back_at else None,
            each.facts,
        )
        for each in lines
    ]


# made


def pack(desk: Desk, event: str, folder: Path) -> Packed:
    """Make a pack of an event (its id) in a folder, which is made where it is missing.

    Takes 0.2 s of hashing, and longer for thousands of people: never on the UI thread. Killed on
    the way it leaves no store there. Refuses RoleTooLow, EventUnknown, EventCancelled, StoreExists,
    FileUnwritable.
    """
    operator = desk.require(PACKING)
    if has_store(folder):
        raise Refusal("StoreExists", file=str(folder / STORE))
    with desk.reading() as connection:
        row = event_views.row_of(connection, event)
        if row.status == CANCELLED:
            raise Refusal("EventCancelled", event=row.title)
    code, number = next_code(desk)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob(f"{LEFT}*"):  # by one that was killed
            shutil.rmtree(left)
        part = tempfile.TemporaryDirectory(prefix=LEFT, dir=folder)
    except OSError as error:
        raise Refusal("FileUnwritable", file=str(folder)) from error
    with part:
        file = Path(part.name) / STORE
        made = Maker(desk.code, operator.id, event, number, 0, stamp(desk.now()))
        with desk.reading() as connection:
            told = {name: setting(connection, name) for name in TOLD}
            known = {name: value for name, value in told.items() if value is not None}
            key = library_key(connection)
            known |= {"place": f"{desk.place} {code}", TICKETS: tickets.public_key(key).hex()}
            show = _shown(row.shows)
            people = packing.make(file, connection, key, code, made, known, show, desk.ledger.clock)
        pin = _with_pin(desk, Path(part.name))
        with desk.act() as act:
            act.record_all([stored.draft("made", code, event, number, people=people)])
            # Within: no store stands there that nobody knows of, but where the power goes just now.
            settle(file, folder / STORE, fresh=True)
    return Packed(code, folder / STORE, people, operator.badge, pin)


def next_code(desk: Desk) -> tuple[str, int]:
    """A code that nobody goes by: the desk's and a number, in as many characters as one has."""
    with desk.reading() as connection:
        number = next_number(connection, "pack", desk.code)
        while True:
            end = f"P{number}"
            code = code_of(desk.code[: LONGEST - len(end)] + end)
            if not stored.is_code(connection, code):
                return code, number
            number += 1


def _shown(shows: str) -> Callable[[Bearer], tuple[str, str]]:
    """What a pack is told of somebody: the name as the event shows it, and which questions they
    have answered.
    """

    def show(bearer: Bearer) -> tuple[str, str]:
        answers = json.loads(bearer.answers) if bearer.answers else {}
        return name_shown(shows, bearer.name), canonical(dict.fromkeys(answers, ANSWERED))

    return show


def _with_pin(desk: Desk, folder: Path) -> str:
    """Give a new pack a PIN of its own."""
    there = open_desk(folder, desk.ledger.clock, pack=True)
    try:
        pin = staff.new_pin()
        hashed = staff.hashed(there, pin)
        with there.ledger.store.writing() as connection:
            set_setting(connection, staff.PACK_PIN, hashed)
        there.ledger.store.checkpoint()
    finally:
        there.close()
    return pin


# brought home


def bring_home(desk: Desk, folder: Path) -> Home:
    """Take in what was done in a pack; again takes in only what is new since.

    Refuses RoleTooLow, StoreGone, NotPack, PackOfAnother (library), NotMaker(desk), and as `Store`.
    """
    desk.require(RETURNING)
    file = folder / STORE if folder.is_dir() else folder
    with desk.reading() as connection:
        key = library_key(connection)
    brought = packing.read(file, key)
    made = brought.maker
    if made.desk != desk.code:
        raise Refusal("NotMaker", pack=brought.code, desk=made.desk)
    behind = _behind(desk, brought)
    new = packing.take_home(desk.ledger, brought, behind)
    with desk.act() as act:
        identified = walk_ins.identify_within(act)
        if new or not stored.is_back(act.connection, brought.code):
            act.record_all([packing.returned(brought, behind)])
    admitted = sum(fact.kind == "door.admitted" for fact in new)
    return Home(brought.code, brought.title, len(new), admitted, identified, brought.strange)


def _behind(desk: Desk, brought: Brought) -> int:
    """Milliseconds by which a laptop's clock was behind the centre's.

    Where it has never asked the centre, it is right unless it cannot be: nothing in it was done
    before it was made, nor after it came home.
    """
    if brought.behind is not None:
        return brought.behind
    if not brought.facts:
        return 0
    with desk.reading() as connection:
        ours = clock_offset(connection) or 0
    least = moment(brought.maker.at) - moment(min(fact.at for fact in brought.facts))
    most = desk.now() - moment(max(fact.at for fact in brought.facts))
    least_, most_ = (round(each.total_seconds() * 1000) + ours for each in (least, most))
    return max(least_, min(0, most_))
