"""The duty log (值班日志) of one desk and day: people, requests, tallies, notes, things, faults."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from db import days, files, lent_things
from db import request_pages as pages
from db import staff as stored_staff
from db import tallies as stored_tallies
from db.clock import moment
from db.days import Entered
from db.facts import Fact
from deskapp import matter, shifts
from deskapp.desk import Desk, Refusal
from deskapp.language import Language
from deskapp.request_lists import Line

MOST = 500
"""requests that are listed one by one; what is beyond is only counted"""
FOLDER = "print"
"""beside the store: where a log goes that nobody gave a file"""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a shift's course. `what`: the fact's kind less `shift.`."""

    at: datetime
    what: str
    who: str
    words: str = ""
    things: tuple[str, ...] = ()
    rounds: tuple[str, ...] = ()
    faults: str = ""
    visitors: int | None = None
    kept: int | None = None
    due: tuple[str, ...] = ()
    """numbers of what fell due before they would be back"""
    others: tuple[str, ...] = ()
    """for whom somebody took over"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A request. `at`: when it was received; `logged`: when it was put on record."""

    at: datetime
    logged: datetime
    backdated: bool
    line: Line
    first_responder: str
    responsible: str


@dataclass(frozen=True, slots=True)
class Things:
    """What was lent and found that day, in numbers; `out`: lent and not back yet."""

    lent: int
    returned: int
    out: int
    found: int
    collected: int


@dataclass(frozen=True, slots=True)
class DutyLog:
    day: date
    shifts: tuple[tuple[Event, ...], ...]
    begun: tuple[datetime, ...]
    """when each of them was opened"""
    entries: tuple[Entry, ...]
    """of that day, in order, `MOST` at most"""
    older: tuple[Entry, ...]
    """closed that day, put on record before"""
    carried: tuple[Entry, ...]
    """put on record before and open still, by due time, `MOST` at most"""
    carried_count: int
    things: Things
    logged: int
    backdated: int
    """how many of them afterwards (补录): Home counts those of the day without them"""
    closed: int
    offered: int
    accepted: int
    tallies: dict[str, int]
    """by the profile's code, only what was asked"""


def duty_log(desk: Desk, day: date | None = None) -> DutyLog:
    """What happened at this desk on a day, today if none is given. Refuses RoleTooLow, DayAhead."""
    desk.require(shifts.LEADING)
    today = desk.now().date()
    day = day or today
    if day > today:
        raise Refusal("DayAhead", day=day.isoformat())
    since, until = desk.midnight(day), desk.midnight(day + timedelta(days=1))
    with desk.reading() as connection:
        names = {each.subject: each.name for each in stored_staff.all_ever(connection)}
        ran = days.shifts(connection, desk.code, since, until)
        courses = [
            [_event(desk, connection, f, names) for f in days.course(connection, shift.subject)]
            for shift in ran
        ]
        logged, backdated, entered = days.logged(connection, desk.code, since, until, MOST)
        older = days.closed_older(connection, desk.code, since, until, MOST)
        count, carried = days.carried(connection, desk.code, since, MOST)
        out = sum(lent_things.count_out(connection, desk.code).values())
        done = days.done(connection, desk.code, since, until)
        tallies = dict(stored_tallies.of_day(connection, desk.code, day.isoformat()))
    return DutyLog(
        day,
        tuple(tuple(e for e in course if since <= e.at < until) for course in courses),
        tuple(desk.local(shift.opened_at) for shift in ran),
        tuple(_entry(desk, each, names) for each in entered),
        tuple(_entry(desk, each, names) for each in older),
        tuple(_entry(desk, each, names) for each in carried),
        count,
        Things(
            done.get("lent.lent", 0),
            done.get("lent.returned", 0),
            out,
            done.get("found.logged", 0),
            done.get("found.collected", 0),
        ),
        logged,
        backdated,
        done.get("request.closed", 0),
        done.get("request.offered", 0),
        done.get("request.accepted", 0),
        {code: tallies[code] for code in desk.profile.tallies if tallies.get(code)},
    )


def _entry(desk: Desk, entered: Entered, names: dict[str, str]) -> Entry:
    line = entered.line
    return Entry(
        desk.local(line.received_at),
        desk.local(entered.at),
        entered.backdated,
        line,
        names.get(line.first_responder, ""),
        names.get(line.responsible, ""),
    )


def _event(desk: Desk, connection: Connection, fact: Fact, names: dict[str, str]) -> Event:
    said = fact.says() | fact.confides()
    others: Sequence[str] = said.get("absent") or ()
    what = fact.kind.removeprefix("shift.")
    if what == "taken_over" and said["absent"] is not None:
        what = "stood_in"
    return Event(
        at=moment(fact.at).astimezone(desk.zone),
        what=what,
        who=names.get(said.get("staff") or said.get("by") or "", ""),
        words=said.get("words") or said.get("other") or "",
        things=tuple(said.get("things") or ()),
        rounds=tuple(said.get("rounds") or ()),
        faults=said.get("faults") or "",
        visitors=said.get("visitors"),
        kept=said.get("kept"),
        due=tuple(
            matter.label(desk, request)
            for id in said.get("due") or ()
            if (request := pages.by_subject(connection, id)) is not None
        ),
        others=tuple(names.get(each, "") for each in others),
    )


def print_log(desk: Desk, t: Language, day: date | None = None, path: Path | None = None) -> Path:
    """Write the log as a page for A4 paper, in a file of its own if none is given; where it is.

    Refuses RoleTooLow, DayAhead, FileKind, FileUnwritable.
    """
    from deskapp.duty_sheet import sheet

    log = duty_log(desk, day)
    own = path is None
    if path is None:
        path = desk.ledger.store.path.parent / FOLDER / f"log-{desk.code}-{log.day}.html"
    if path.suffix.lower() not in (".html", ".htm"):
        raise Refusal("FileKind", file=path.name, kinds=".html")
    files.write(path, sheet(t, desk, log), folder=own)
    return path
