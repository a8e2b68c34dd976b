"""Joining a library that is there: a desk's store comes from the centre, whole or not at all."""

import json
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from db import joining, twins
from db.books import BOOKS
from db.clock import Clock, SystemClock
from db.files import settle
from db.joining import Joined
from db.place import CENTRE, set_setting
from db.progress import nothing
from db.staff import everybody
from db.store import Store, driver
from db.turn import turn
from deskapp import centre as centres
from deskapp import password
from deskapp import profile as profiles
from deskapp.desk import STORE, Desk, Refusal, code_of, has_store, open_desk, told
from deskapp.sync import LOCK

HALF = "joining.db"
"""beside where the store will be: what came so far, nobody's desk yet"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a desk that joins needs to know: the centre's address and the desk's password there, the
    library's profile (each desk has its own copy), its code and what people call it.
    """

    address: str
    password: str | None = field(repr=False)
    profile: str
    desk: str
    place: str = ""
    ring: bool = False
    """the password goes to the keyring of the operating system"""


def half(folder: Path) -> Path | None:
    """What an attempt that was cut short has left; None where there is none."""
    file = folder / HALF
    return file if file.is_file() and not has_store(folder) else None


def drop_half(folder: Path) -> None:
    """Somebody put another store in place: what came is in nobody's way, nor readable, any more.
    Refuses TurnTaken where somebody joins just now.
    """
    if (folder / HALF).exists():
        with turn(folder / LOCK):
            joining.drop(folder / HALF)


def join(
    folder: Path,
    wanted: Wanted,
    progress: joining.Progress = nothing,
    clock: Clock | None = None,
) -> tuple[Desk, Joined]:
    """A desk with all that the library knows; whoever has a badge there can sign in.

    May be cut anywhere: begun again it goes on. A code that was in use gets its facts back and goes
    on in an epoch of its own. Refuses StoreExists, JoinRunning, DeskCodeWrong, FileUnwritable,
    ProfileOfAnother (library), and as `told`, `centres.opened`, `password.keep` and
    `db.joining.join`.
    """
    _refuse_store(folder)
    clock = clock or SystemClock()
    where, code = centres.address_of(wanted.address), code_of(wanted.desk)
    said = told(wanted.profile, wanted.place or code) | {CENTRE: where}
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refusal("FileUnwritable", file=str(folder)) from error
    try:
        with turn(folder / LOCK):
            _refuse_store(folder)  # of another attempt, which was here before us
            with centres.opened(where, wanted.password, clock) as centre:
                joined = joining.join(folder / HALF, code, BOOKS, centre, progress)
            _refuse_other_profile(folder, wanted.profile)
            if wanted.password:
                password.keep(folder, wanted.password, ring=wanted.ring)
            _settle(folder, said, clock.new_id())
    except Refusal as refusal:
        if refusal.code == "TurnTaken":
            raise Refusal("JoinRunning") from refusal
        raise
    return open_desk(folder, clock), joined


def _refuse_store(folder: Path) -> None:
    if has_store(folder):
        raise Refusal("StoreExists", file=str(folder / STORE))


def _refuse_other_profile(folder: Path, named: str) -> None:
    """The ledger does not say which profile is the library's, but where its staff belong it does.

    What came stays: with the right profile it goes on from here.
    """
    known = profiles.named(named).departments
    with closing(Store(folder / HALF)) as store, store.reading() as connection:
        theirs = {code for each in everybody(connection) for code in json.loads(each.departments)}
    if strays := sorted(theirs - known.keys()):
        raise Refusal("ProfileOfAnother", profile=named, departments=", ".join(strays))


def _settle(folder: Path, said: dict[str, str], since: str) -> None:
    """Under its name only when everything is there."""
    with closing(Store(folder / HALF)) as store:
        with store.writing() as connection:
            for name, value in said.items():
                set_setting(connection, name, value)
            twins.begin(driver(connection), since)
        store.checkpoint()
    settle(folder / HALF, folder / STORE, fresh=True)
