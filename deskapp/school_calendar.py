"""The calendars of a library as its table of holidays stands now, whoever has changed it."""

from collections.abc import Iterator, Mapping
from datetime import date

from db import holidays as stored
from db.store import Store
from deskapp.calendar import Calendar, Day, DayKind, Holidays, Recess, Spell
from deskapp.profile import Profile
from deskapp.timetable import Windows, read_windows

CLOSED = "closed"
"""instead of a vacation's hours: nobody works"""
KINDS = frozenset(kind.value for kind in DayKind)

Lines = tuple[tuple[str, str, str, str | None, str | None], ...]


class Calendars(Mapping[str, Calendar]):
    """Every calendar of the profile by its code, with the library's own days and vacations.

    The table is looked at where anybody has written since: a command or the exchange may have
    changed it.
    """

    def __init__(self, store: Store, profile: Profile) -> None:
        self._store, self._profile = store, profile
        self._seen = -1
        self._made: tuple[Lines | None, dict[str, Calendar]] = (None, {})

    def __getitem__(self, code: str) -> Calendar:
        return self._now()[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._profile.calendars)

    def __len__(self) -> int:
        return len(self._profile.calendars)

    def _now(self) -> dict[str, Calendar]:
        version = self._store.version()
        known, calendars = self._made
        if version == self._seen:
            return calendars
        lines = stored.lines(self._store)
        if lines != known:
            calendars = _made_of(self._profile, lines)
            self._made = lines, calendars
        self._seen = version
        return calendars


def _made_of(profile: Profile, lines: Lines) -> dict[str, Calendar]:
    own: dict[date, Day] = {}
    said: list[Recess] = []
    seasons: list[Spell] = []
    for what, first, last, name, hours in lines:
        if what in profile.vacations:
            dates = date.fromisoformat(first), date.fromisoformat(last)
            said.append(Recess(what, *dates, _hours(hours), hours == CLOSED))
        elif what in profile.seasons:
            seasons.append(Spell(what, date.fromisoformat(first), date.fromisoformat(last)))
        elif what in KINDS:
            own[date.fromisoformat(first)] = Day(DayKind(what), name or "", name or "")
    replaced = {(each.code, each.last.year) for each in said}
    usual = (Recess(*dates) for dates in profile.vacation_dates())
    said += [each for each in usual if (each.code, each.last.year) not in replaced]
    told = {(each.code, each.last.year) for each in seasons}
    usually = (Spell(*dates) for dates in profile.season_dates())
    seasons += [each for each in usually if (each.code, each.last.year) not in told]
    holidays = Holidays(own)
    return {code: Calendar.of(profile, code, holidays, said, seasons) for code in profile.calendars}


def _hours(text: str | None) -> Windows | None:
    """What another desk's newer version may write is the profile's hours here."""
    try:
        return read_windows(text) if text else None
    except ValueError:
        return None
