"""Seats and lockers of a season by lot (考研座位抽签): opened, applied for, listed, drawn.

Anybody repeats the draw: the list is published with its SHA-256, where the seed will come from is
said with it, and the order follows from both (`db.draws.order`). See `deskapp.lots` for
both, `deskapp.allotment` for what comes then, `deskapp.draw_files` for the files.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from unicodedata import normalize

from sqlalchemy import Connection

from db import draw_pages as pages
from db import draws as stored
from db import places as stored_places
from db import readers as stored_readers
from db.clock import stamp
from db.draw_pages import Line
from db.draws import (
    APPLIED,
    CONFIRMED,
    FORFEITED,
    LISTED,
    LOCKER,
    OFFERED,
    SEAT,
    STRUCK,
    WAITING,
    WON,
    Draw,
)
from db.ledger import Act
from deskapp import spaces
from deskapp.desk import Desk, Refusal, Role
from deskapp.readers import masked_name, masked_number

__all__ = [
    "APPLIED",
    "CONFIRMED",
    "FORFEITED",
    "LISTED",
    "LOCKER",
    "OFFERED",
    "SEAT",
    "STRUCK",
    "WAITING",
    "WON",
]

THINGS = (SEAT, LOCKER)
LOOKING = Role.STUDENT_ASSISTANT
"""who may see who applied, and confirm what somebody drew"""
DRAWING = Role.SHIFT_LEAD
"""who may open a draw, publish its list, draw, and pass places down"""
STATES = (WON, OFFERED, CONFIRMED, WAITING, FORFEITED, APPLIED, LISTED, STRUCK)
"""of an application, as a list is filtered"""
HOLDING = (WON, OFFERED, CONFIRMED)
"""those that have a place"""
WEEK = timedelta(days=7)
OPEN, PUBLISHED, DRAWN = "open", "published", "drawn"

_SEASON = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,23}")


@dataclass(frozen=True, slots=True)
class Opening:
    """The terms of a draw. `days`: that whoever a place is passed down to has to confirm it;
    `unused`: days on end without use after which a seat is forfeited, 0 for never.
    """

    season: str
    thing: str
    zone: str
    many: int
    first: date
    last: date
    confirm_until: datetime
    days: int = 2
    unused: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A draw as it stands. `stage`: OPEN, PUBLISHED, DRAWN."""

    id: str
    season: str
    thing: str
    name: str
    zone: str
    many: int
    first: date
    last: date
    confirm_until: datetime
    days: int
    unused: int
    stage: str
    digest: str
    seed_from: str
    seed: str
    places: tuple[str, ...]
    drawn_at: datetime | None
    drawn_desk: str
    """which alone passes places down"""

    @property
    def code(self) -> str:
        """What it is called on the command line."""
        return f"{self.season}:{self.thing}"


@dataclass(frozen=True, slots=True)
class Applicant:
    """An application as a screen shows it: the reader masked. `until`: by when what they hold is to
    be confirmed.
    """

    id: str
    number: str
    rank: int | None
    state: str
    place: str
    until: datetime | None
    why: str
    name: str
    reader: str
    college: str

    @property
    def patron(self) -> str:
        """The reader, by the number under which they applied."""
        return f"reader:{self.id.rpartition(':')[2]}"


# opening


def open_draw(desk: Desk, terms: Opening) -> Drawing:
    """Open a draw for applications.

    Refuses RoleTooLow, SeasonWrong, DrawKnown, ZoneUnknown, PlacesTooFew (seats that the zone has),
    PeriodWrong, DeadlinePast.
    """
    desk.require(DRAWING)
    season = normalize("NFKC", terms.season).strip()
    if not _SEASON.fullmatch(season):
        raise Refusal("SeasonWrong", season=terms.season)
    if terms.last < terms.first:
        period = {"first": terms.first.isoformat(), "last": terms.last.isoformat()}
        raise Refusal("PeriodWrong", **period)
    if terms.confirm_until <= desk.now():
        raise Refusal("DeadlinePast")
    segments: list[str] = []
    if terms.thing == SEAT:
        known = desk.profile.segments
        segments = [s for s in spaces.zone(desk, terms.zone).segments if known[s].listed]
    subject = stored.draw_of(season, terms.thing)
    said = {
        "season": season,
        "thing": terms.thing,
        "name": terms.name.strip() or season,
        "zone": terms.zone.strip(),
        "many": terms.many,
        "first": terms.first.isoformat(),
        "last": terms.last.isoformat(),
        "confirm_until": stamp(terms.confirm_until),
        "days": terms.days,
        "unused": terms.unused,
        "segments": segments,
    }
    with desk.act() as act:
        if pages.draw(act.connection, subject) is not None:
            raise Refusal("DrawKnown", draw=f"{season}:{terms.thing}")
        places(act.connection, terms.thing, terms.zone, terms.many)
        act.record("draw.opened", subject, said)
        return drawing(desk, row_of(act.connection, subject))


def places(connection: Connection, thing: str, zone: str, many: int) -> list[str]:
    """What is drawn for, the first rank's first: seats in order, as they are offered; lockers by
    number. Refuses PlacesTooFew.
    """
    if thing == LOCKER:
        width = max(3, len(str(many)))
        found = [f"{n:0{width}}" for n in range(1, many + 1)]
    else:
        found = usable(connection, zone)[:many]
    if not 0 < many <= len(found):
        raise Refusal("PlacesTooFew", zone=zone, many=many, have=len(found))
    return found


def usable(connection: Connection, zone: str) -> list[str]:
    """The seats of a zone that are in order, by label, as they are offered."""
    return [each.label for each in stored_places.in_zone(connection, zone) if each.closed is None]


# looking


def draws(desk: Desk) -> list[Drawing]:
    """All draws, the newest first. Refuses RoleTooLow."""
    desk.require(LOOKING)
    with desk.reading() as connection:
        return [drawing(desk, each) for each in pages.draws(connection)]


def find(desk: Desk, id: str) -> Drawing:
    """A draw by its id. Refuses RoleTooLow, DrawUnknown."""
    desk.require(LOOKING)
    with desk.reading() as connection:
        return drawing(desk, row_of(connection, id))


def named(desk: Desk, text: str, stages: Sequence[str] = (OPEN, PUBLISHED, DRAWN)) -> Drawing:
    """A draw as one types it: `2026-autumn`, `2026-autumn:locker`; nothing for the only one that is
    that far and not over. Refuses RoleTooLow, DrawUnknown, NoDraw, DrawAmbiguous.
    """
    typed = normalize("NFKC", text).strip().casefold()
    every, today = draws(desk), desk.now().date()
    if typed:
        found = [each for each in every if typed in map(str.casefold, (each.season, each.code))]
    else:
        found = [each for each in every if each.stage in stages and each.last >= today]
    if len(found) > 1:
        raise Refusal("DrawAmbiguous", draws=" ".join(each.code for each in found))
    if not found:
        raise Refusal("DrawUnknown", draw=text) if typed else Refusal("NoDraw")
    return found[0]


def applicants(desk: Desk, id: str) -> list[Applicant]:
    """All applications: as drawn, then as listed, then as they came. Refuses RoleTooLow."""
    desk.require(LOOKING)
    with desk.reading() as connection:
        row = row_of(connection, id)
        return [shown(desk, row, each) for each in pages.lines(connection, id)]


def of_reader(desk: Desk, reader: str) -> list[tuple[Drawing, Applicant]]:
    """A reader's applications in draws that are not over, the newest first. Refuses RoleTooLow."""
    desk.require(LOOKING)
    today, found = desk.now().date().isoformat(), []
    with desk.reading() as connection:
        person = stored_readers.one_person(connection, reader)
        for line in pages.of_reader(connection, person):
            row = row_of(connection, draw_of(line))
            if row.last >= today:
                found.append((drawing(desk, row), shown(desk, row, line)))
    return found


def count_late(desk: Desk) -> int:
    """How many places wait to be passed down from here: nobody came to confirm them. Of those that
    were drawn for a week: it is asked for all day long.
    """
    now = desk.now()
    since = stamp(now - WEEK)
    with desk.reading() as connection:
        return pages.late(connection, desk.code, now.date().isoformat(), since, stamp(now))


def counts(desk: Desk, id: str) -> Mapping[str, int]:
    """How many of a draw's applications stand how. Refuses RoleTooLow."""
    desk.require(LOOKING)
    with desk.reading() as connection:
        return pages.counts(connection, id)


def draw_of(line: Line) -> str:
    """The draw of an application."""
    _, season, thing, _ = line.subject.split(":", 3)
    return stored.draw_of(season, thing)


def state(line: Line) -> str:
    """How an application stands."""
    if line.status != APPLIED:
        return line.status
    if line.rank is None:
        return LISTED if line.number else APPLIED
    return WON if line.lot else WAITING


def held(line: Line) -> str | None:
    """The place that an application has."""
    return (line.place or line.lot) if state(line) in HOLDING else None


def until(row: Draw, line: Line) -> str | None:
    """By when it is to be confirmed, as a stamp."""
    now = state(line)
    return line.until if now == OFFERED else row.confirm_until if now == WON else None


def shown(desk: Desk, row: Draw, line: Line) -> Applicant:
    """An application as a list shows it."""
    end = until(row, line)
    return Applicant(
        line.subject,
        line.number or "",
        line.rank,
        state(line),
        held(line) or "",
        desk.local(end) if end else None,
        line.why or "",
        masked_name(line.name or ""),
        masked_number(line.reader or ""),
        line.college or "",
    )


def row_of(connection: Connection, id: str) -> Draw:
    """Refuses DrawUnknown."""
    row = pages.draw(connection, id)
    if row is None:
        raise Refusal("DrawUnknown", draw=id.partition(":")[2])
    return row


def stage(row: Draw) -> str:
    return DRAWN if row.seed is not None else PUBLISHED if row.digest is not None else OPEN


def drawing(desk: Desk, row: Draw) -> Drawing:
    """A draw as it stands."""
    return Drawing(
        row.subject,
        row.season,
        row.thing,
        row.name,
        row.zone,
        row.many,
        date.fromisoformat(row.first),
        date.fromisoformat(row.last),
        desk.local(row.confirm_until),
        row.days,
        row.unused,
        stage(row),
        row.digest or "",
        row.seed_from or "",
        row.seed or "",
        tuple(json.loads(row.places or "[]")),
        desk.local(row.drawn_at) if row.drawn_at else None,
        row.drawn_desk or "",
    )


def application(act: Act, id: str) -> Line:
    """Refuses ApplicationUnknown."""
    line = pages.line(act.connection, id)
    if line is None:
        raise Refusal("ApplicationUnknown")
    return line
