"""The desk: a ledger, a library's profile, and whoever is signed in. Every act goes through
here.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from db import staff as stored_staff
from db.books import BOOKS, FOLDS
from db.clock import Clock, SystemClock, moment
from db.ledger import Act, Ledger, found
from db.packs import Maker, maker
from db.place import desk_code, set_setting, setting
from db.refusal import Refusal
from db.store import Store
from deskapp import profile as profiles
from deskapp.calendar import Calendar
from deskapp.entries import Role
from deskapp.profile import Profile
from deskapp.school_calendar import Calendars

__all__ = ["Desk", "Operator", "Refusal", "Role"]

STORE = "desk.db"
DOOR = "door"
"""the setting that says of which event this machine is a door, and who opened it"""
OWN_PROFILE = "profile_text"
"""the setting that holds a library's own profile, so that backups have it too"""


@dataclass(frozen=True, slots=True)
class Operator:
    """Whoever is signed in."""

    id: str
    badge: str
    name: str
    role: Role
    departments: tuple[str, ...]


@dataclass(frozen=True)
class Desk:
    """One desk of one library. Made by `open_desk`; `signed_in` gives the same desk in other
    hands.
    """

    ledger: Ledger
    profile: Profile
    code: str
    place: str
    """what people call the desk: 二层服务台"""
    operator: Operator | None = None
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    pack: Maker | None = None
    """of a pack: who made it, for which event"""

    def signed_in(self, operator: Operator | None) -> "Desk":
        return replace(self, operator=operator)

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.profile.zone)

    def now(self) -> datetime:
        """The time in the library."""
        return self.ledger.clock.now().astimezone(self.zone)

    def midnight(self, day: date | None = None) -> datetime:
        """When a day begins in the library, today if none is given."""
        return datetime.combine(day or self.now().date(), time(), self.zone)

    def local(self, text: str) -> datetime:
        """A stored moment in the library's time."""
        return moment(text).astimezone(self.zone)

    def written(self, text: str | None) -> datetime | None:
        """The same as a table has it: to the second, without its zone."""
        return self.local(text).replace(microsecond=0, tzinfo=None) if text else None

    def calendar(self, department: str) -> Calendar:
        """The working time of a department."""
        return self.calendars[self.profile.departments[department].calendar]

    def whoever(self) -> Operator:
        """The operator; refuses NobodySignedIn."""
        if self.operator is None:
            raise Refusal("NobodySignedIn")
        return self.operator

    def may(self, least: Role) -> bool:
        """Whether `require` would let the operator: what is not theirs is not offered to them."""
        return self.operator is not None and self.operator.role.reaches(least)

    def require(self, least: Role) -> Operator:
        """The operator, if their role reaches that far; refuses NobodySignedIn, RoleTooLow."""
        operator = self.whoever()
        if not operator.role.reaches(least):
            raise Refusal("RoleTooLow", role=operator.role.value, least=least.value)
        return operator

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self.ledger.store.reading() as connection:
            yield connection

    @contextmanager
    def act(self) -> Iterator[Act]:
        """A rule and its facts in one transaction, in the operator's name.

        Refuses StandingChanged if they have left, or their role is another since they signed in.
        """
        operator = self.whoever()
        with self.ledger.act(operator.id) as act:
            if stored_staff.role_of(act.connection, operator.id) != operator.role:
                raise Refusal("StandingChanged")
            yield act

    def is_door(self) -> bool:
        """Whether this machine is the door of an event: see `deskapp.door_duty`."""
        with self.reading() as connection:
            return setting(connection, DOOR) is not None

    def close(self) -> None:
        self.ledger.store.close()


def code_of(text: str) -> str:
    """A desk's code as all write it. Refuses DeskCodeWrong."""
    if not (1 <= len(text) <= 8 and text.isascii() and text.isalnum()):
        raise Refusal("DeskCodeWrong", desk=text)
    return text.upper()


def found_desk(
    folder: Path, profile: str, code: str, place: str, library_key: bytes, clock: Clock
) -> Desk:
    """A new store in `folder`; `profile` is the name of one that comes with the program, or the
    .toml file of a library's own, of which a copy is kept in the store.

    Refuses StoreExists, DeskCodeWrong, and what the profile refuses.
    """
    code = code_of(code)
    said = told(profile, place or code)
    store = Store.create(folder / STORE)
    found(store, code, library_key)
    with store.writing() as connection:
        for name, value in said.items():
            set_setting(connection, name, value)
    store.close()
    return open_desk(folder, clock)


def told(profile: str, place: str) -> dict[str, str]:
    """What a store is told when it is set up, by setting. Refuses what the profile refuses."""
    if profile.endswith(".toml"):
        own = profiles.own_text(profile)
        return {"profile": Path(profile).name, OWN_PROFILE: own, "place": place}
    profiles.load(profile)
    return {"profile": profile, "place": place}


def open_desk(folder: Path, clock: Clock | None = None, *, pack: bool = False) -> Desk:
    """The desk of a data folder; a `pack` is one only to whoever says that it may be.

    Refuses what `Store` and the profile refuse, StoreUnfounded, and PackOnly.
    """
    store = Store(folder / STORE)
    ledger = Ledger(store, BOOKS, clock or SystemClock())
    with store.reading() as connection:
        profile, place = profile_of(connection), setting(connection, "place")
        code, made = desk_code(connection), maker(connection)
    if profile is None or code is None:
        raise Refusal("StoreUnfounded", file=str(store.path))
    if made is not None and not pack:
        raise Refusal("PackOnly", pack=code)
    if ledger.purge_due():
        ledger.purge()
    ledger.learn(FOLDS)
    calendars = Calendars(store, profile)
    return Desk(ledger, profile, code, place or code, calendars=calendars, pack=made)


def profile_of(connection: Connection) -> Profile | None:
    """A store's; None before it is set up. Refuses what the profile refuses."""
    name, own = setting(connection, "profile"), setting(connection, OWN_PROFILE)
    if name is None:
        return None
    return profiles.load(name) if own is None else profiles.read(own.encode(), name)


def keep_profile(desk: Desk, file: Path) -> None:
    """From the next start on the library is what its own file says; the file may go then.

    Refuses RoleTooLow (administrators), and as `profiles.load_file`.
    """
    desk.require(Role.ADMINISTRATOR)
    own = profiles.own_text(file)
    with desk.ledger.store.writing() as connection:
        set_setting(connection, "profile", file.name)
        set_setting(connection, OWN_PROFILE, own)


def has_store(folder: Path) -> bool:
    return (folder / STORE).is_file()
