"""The model of seats: who holds which until when, by the rules of reading seats."""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

from hypothesis.stateful import RuleBasedStateMachine

from db.clock import moment, stamp
from db.store import driver
from deskapp import sweeps
from deskapp.desk import Desk
from tests.library import OPENED, Library, local, outcome_of
from tests.seating import NUMBERS

MINUTE = timedelta(minutes=1)
EARLY, LATE, AWAY, MEAL = 15 * MINUTE, 30 * MINUTE, 30 * MINUTE, 90 * MINUTE
A_DAY, MOST, WITHIN, BAR = 3, 3, timedelta(30), timedelta(7)
"""what assets/profiles/ncst.toml says of reading seats"""
JITTER = timedelta(seconds=5)


@dataclass
class Hold:
    """A reader's hold on a seat, as the rules have it."""

    id: str
    reader: str
    seat: str
    day: str
    status: str
    begins: datetime
    until: datetime
    hold_until: datetime | None = None
    reserved: bool = False
    away_until: datetime | None = None
    present: datetime | None = None
    spans: list[tuple[datetime, datetime]] = field(default_factory=list)
    ended: datetime | None = None
    how: str | None = None

    @property
    def open(self) -> bool:
        return self.ended is None

    @property
    def sits(self) -> bool:
        return self.open and self.status != "reserved"

    def due(self) -> tuple[datetime, datetime, str]:
        """When something is to be done, when it ends then, and how."""
        last = {"reserved": self.hold_until, "away": self.away_until}.get(self.status)
        if last is None or last >= self.until:
            return min(self.until, last or self.until), self.until, "closed"
        return last, last, "away" if self.status == "away" else "no_show"

    def go(self, at: datetime) -> None:
        if self.present is not None:
            self.spans.append((self.present, max(self.present, at)))
        self.present = None

    def end(self, at: datetime, how: str) -> None:
        self.go(at)
        self.status, self.ended, self.how, self.away_until = "over", at, how, None


@dataclass
class Done:
    """An act: who, when, the holds that it touched, each as it was before (None: begun by it)."""

    who: str
    at: datetime
    before: list[tuple[Hold, Hold | None]]
    undone: bool = False


class Refused(Exception):
    """The model says no."""


class Reckoned(RuleBasedStateMachine):
    """One desk, and what the rules make of everything that is done there."""

    founded: ClassVar[Library]
    done: ClassVar[Counter[str]]

    def __init__(self) -> None:
        super().__init__()
        self.place = TemporaryDirectory()
        self.library = self.founded.copy(Path(self.place.name))
        self.library.clock.move(hours=2)  # what was done at its founding is too long ago
        self.begun, self.latest = self.now, local(OPENED)
        self.readers = [self.library.reader(number) for number in NUMBERS]
        self.holds: list[Hold] = []
        self.acts: list[Done] = []
        self.followed: dict[tuple[str, str], list[Done]] = {}
        self.bans: list[tuple[str, datetime, datetime]] = []
        self.violations: dict[str, list[tuple[datetime, datetime]]] = {}
        self.excused: list[str] = []
        """reservations that nobody could have taken"""

    @property
    def now(self) -> datetime:
        return self.library.desk.now()

    @property
    def today(self) -> str:
        return self.now.date().isoformat()

    def at(self, who: str) -> Desk:
        return self.library.at(who)

    # what the rules know

    def doubted(self) -> bool:
        return self.latest > self.now + JITTER

    def opening(self, day: datetime) -> tuple[datetime, datetime]:
        return day.replace(hour=8, minute=0, second=0), day.replace(hour=22, minute=0, second=0)

    def sweep(self) -> None:
        """What is over ends."""
        if self.doubted():
            return
        over = [each for each in self.holds if each.open and each.due()[0] <= self.now]
        for hold in sorted(over, key=lambda each: (each.due()[0], each.id)):
            _, at, how = hold.due()
            hold.end(at, how)
            self.wrote(Done("", self.now, [(hold, None)]))
            if how == "no_show" and self.barred(hold.reader, at):
                self.excused.append(hold.id)
            elif how != "closed":
                self.violated(hold.reader, at)

    def violated(self, reader: str, at: datetime) -> None:
        """Three within thirty days bar for seven, from when the last of them counted."""
        free = self.violations.setdefault(reader, [])
        free.append((at, max(at, self.now)))
        free.sort()
        for last, _ in list(free):
            some = [each for each in free if last - WITHIN < each[0] <= last]
            if len(some) >= MOST:
                begun = max(counts for _, counts in some)
                self.bans.append((reader, begun, begun + BAR))
                self.violations[reader] = free = [each for each in free if each not in some]
                self.done["three violations"] += 1

    def wrote(self, done: Done) -> None:
        self.latest = max(self.latest, self.now)
        for hold, _ in done.before:
            self.followed.setdefault((hold.day, hold.seat), []).append(done)

    def there(self, reader: str) -> Hold | None:
        own = (each for each in self.holds if each.reader == reader)
        return next((each for each in own if each.sits and each.until > self.now), None)

    def seated(self, reader: str) -> Hold:
        hold = self.there(reader)
        if hold is None:
            raise Refused("NotSeated")
        return hold

    def reserved(self, reader: str) -> list[Hold]:
        own = [h for h in self.holds if h.reader == reader and h.open and h.status == "reserved"]
        return sorted((each for each in own if each.until > self.now), key=lambda h: h.begins)

    def within_hours(self) -> datetime:
        opens, closes = self.opening(self.now)
        if not opens - EARLY <= self.now < closes:
            raise Refused("ZoneShut")
        return closes

    def barred(self, reader: str, at: datetime) -> bool:
        return any(who == reader and a <= at < b for who, a, b in self.bans)

    def refuse_barred(self, reader: str) -> None:
        if self.barred(reader, self.now):
            raise Refused("Banned")

    def claimed(self, reader: str, seat: str) -> tuple[datetime, Hold | None]:
        """Until when a seat may be had, and the reservation that this fulfils."""
        until = self.within_hours()
        self.refuse_barred(reader)
        own = [h for h in self.reserved(reader) if (h.seat, h.day) == (seat, self.today)]
        mine = own[0] if own else None
        if mine is not None:
            if self.now < mine.begins - EARLY:
                raise Refused("TooEarly")
            if mine.hold_until is not None and mine.hold_until <= self.now:
                raise Refused("ReservationOver")
            until = mine.until
        for hold in self.against(reader, seat, self.now, until):
            if hold.sits or hold.begins - EARLY <= self.now:
                raise Refused("SeatTaken")
            until = min(until, hold.begins)
        for other in self.reserved(reader):
            if other is not mine and other.begins > self.now:
                until = min(until, other.begins)
        return until, mine

    def against(self, reader: str, seat: str, since: datetime, until: datetime) -> list[Hold]:
        held = [h for h in self.holds if h.open and h.seat == seat and h.reader != reader]
        return [h for h in held if h.begins < until and h.until > since]

    # doing both

    def do(self, who: str, says: Callable[[], list[Hold]], act: Callable[[], object]) -> None:
        """What the model says, and then the desk; the same must come of both."""
        self.sweep()
        before = {id(each): deepcopy(each) for each in self.holds}
        wanted, touched = None, list[Hold]()
        try:
            touched = says()
        except Refused as no:
            wanted = str(no)
        receipts: list[Any] = []
        code = outcome_of(lambda: receipts.append(act()))
        assert code == wanted, (code, wanted)
        if wanted is not None:
            self.done[wanted] += 1
        else:
            self.done["behind a clock set back"] += self.doubted()
            for each in touched:
                each.id = each.id or receipts[0].sitting
            self.acts.append(Done(who, self.now, [(e, before.get(id(e))) for e in touched]))
            self.wrote(self.acts[-1])
        self.agree()

    def agree(self) -> None:
        """The rows are as the model says."""
        sweeps.sweep(self.at("li"))
        self.sweep()
        with self.library.desk.reading() as connection:
            raw = driver(connection)
            rows = raw.execute(
                "SELECT id, patron, seat, day, status, until, spans, ended_at, how FROM sitting"
            ).fetchall()
            crossing = raw.execute("SELECT * FROM crossing WHERE settled_by IS NULL").fetchall()
        wanted = set(map(line_of, self.holds))
        assert set(rows) == wanted, sorted(set(rows) ^ wanted)
        assert crossing == []
        now = stamp(self.now)
        taken = [row for row in rows if row[7] is None and row[4] != "reserved" and row[5] > now]
        for place in (1, 2):  # no reader and no seat twice
            assert len({row[place] for row in taken}) == len(taken)


def line_of(hold: Hold) -> tuple[object, ...]:
    """As the table has it."""
    spans = [[stamp(since), stamp(to)] for since, to in hold.spans]
    ended = stamp(hold.ended) if hold.ended else None
    text = json.dumps(spans, separators=(",", ":"))
    return (
        *(hold.id, hold.reader, hold.seat, hold.day, hold.status, stamp(hold.until)),
        *(text, ended, hold.how),
    )


def minutes_add_up(raw: sqlite3.Connection) -> None:
    """Presence told a second time, from the facts, is that of the rows."""
    facts = raw.execute(
        "SELECT id, kind, at, data FROM fact WHERE subject LIKE 'seat:%' ORDER BY n"
    ).fetchall()
    said = {id: json.loads(data) for id, _, _, data in facts}
    undone = {said[id]["undoes"] for id, kind, _, _ in facts if kind == "seat.undone"}
    there: dict[str, datetime] = {}
    total: Counter[str] = Counter()
    for id, kind, at, _ in facts:
        if id in undone:
            continue
        sitting, when = said[id].get("sitting", id), moment(said[id].get("ended_at", at))
        if kind in ("seat.taken", "seat.back"):
            there[sitting] = when
        elif kind == "seat.withdrawn":
            total[sitting] = 0
            there.pop(sitting, None)
        elif kind in ("seat.away", "seat.left", "seat.released") and sitting in there:
            seconds = (when - there.pop(sitting)).total_seconds()
            total[sitting] += max(0, int(seconds))
    for id, text in raw.execute("SELECT id, spans FROM sitting"):
        rows = [moment(to) - moment(since) for since, to in json.loads(text)]
        assert total[id] == int(sum(each.total_seconds() for each in rows))


def violations_have_causes(raw: sqlite3.Connection, excused: Sequence[str]) -> None:
    """Whoever let a clock run out has one violation, and nobody else has any."""
    ended = raw.execute(
        "SELECT 'violation:' || id || ':' || CASE how WHEN 'away' THEN 'too_long' ELSE how END, "
        "patron, zone || '/' || substr(seat, length(zone) + 2), ended_at FROM sitting "
        "WHERE how IN ('away', 'no_show') AND id NOT IN (SELECT value FROM json_each(?))",
        (json.dumps(excused),),
    ).fetchall()
    noted = raw.execute("SELECT subject, patron, zone || '/' || seat, at FROM violation")
    assert sorted(noted) == sorted(ended)
