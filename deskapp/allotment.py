"""What somebody drew becomes theirs: confirmed at the desk, given up, forfeited, passed down.

A place whose holder does not come in time, or leaves it unused for as many days on end as the terms
say, goes to whoever waits first. One desk passes places down, the one that drew: no place goes to
two. A department head may have another one do it, where that desk is no more.

Leads at two desks apart can still move two people to one place. Two applications tell that: no
subject's facts clash, and no reader is in two places. It follows from the rows, on every desk the
same: `passing` names it (`doubled`), and a lead moves one of the two. Who sits on another's own
seat, because a desk had not heard whose it is, has taken it like any other: until they leave the
owner is told that it is taken, and where both were seated apart the seat's facts clash.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from sqlalchemy import Connection

from db import draw_pages as pages
from db import readers as stored_readers
from db.clock import stamp
from db.conduct import stopped
from db.draw_pages import Line
from db.draws import CONFIRMED, OFFERED, SEAT, Draw
from db.facts import Draft
from deskapp import draws, spaces
from deskapp.desk import Desk, Refusal, Role
from deskapp.draws import (
    APPLIED,
    DRAWING,
    DRAWN,
    HOLDING,
    LISTED,
    LOOKING,
    STRUCK,
    WAITING,
    Applicant,
    application,
    held,
    shown,
    stage,
    state,
    until,
    usable,
)
from deskapp.space_entries import Zone

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Allotted:
    """A place is somebody's (`confirmed`), or not any more (`forfeited`)."""

    id: str
    state: str
    place: str
    name: str
    number: str


@dataclass(frozen=True, slots=True)
class Passing:
    """What is passed down: who forfeits and why (unconfirmed, unused, gone), who is offered which
    place, who waits again because theirs is another's. `doubled`: places that two hold, for a
    person to see to.
    """

    forfeited: tuple[tuple[Applicant, str], ...]
    offered: tuple[tuple[Applicant, str], ...]
    put_back: tuple[Applicant, ...]
    doubled: tuple[tuple[str, tuple[Applicant, ...]], ...]
    last: date
    """the day up to which what is offered is to be confirmed"""


# one reader's


def confirm(desk: Desk, draw: str, reader: str) -> Allotted:
    """The reader has come: what they drew, or was passed down to them, is theirs.

    Refuses RoleTooLow, DrawUnknown, NotDrawn, ApplicationUnknown, NotListed, DrawWaiting(rank),
    ConfirmedAlready(place), ConfirmedLate(until), PlaceForfeited(why), PlaceHeld(place).
    """
    desk.require(LOOKING)
    with desk.act() as act:
        row = _drawn(act.connection, draw)
        line = _own(act.connection, draw, reader)
        now, place = state(line), held(line)
        if now == CONFIRMED:
            raise Refusal("ConfirmedAlready", place=place)
        if now in (APPLIED, STRUCK, LISTED):
            raise Refusal("NotListed")
        if now == WAITING:
            ahead = [e for e in pages.lines(act.connection, draw) if state(e) == WAITING]
            raise Refusal("DrawWaiting", rank=ahead.index(line) + 1)
        if place is None:
            raise Refusal("PlaceForfeited")
        end = until(row, line) or ""
        if end < stamp(act.at):
            raise Refusal("ConfirmedLate", until=f"{desk.local(end):%m-%d %H:%M}")
        _refuse_held(act.connection, draw, place, line)
        act.record("application.confirmed", line.subject, {"place": place})
    return _allotted(line, CONFIRMED, place)


def give_up(desk: Desk, id: str) -> Allotted:
    """The reader does not want it, or waits no more. Refuses RoleTooLow, ApplicationUnknown,
    NotDrawn, PlaceForfeited.
    """
    desk.require(LOOKING)
    with desk.act() as act:
        line = application(act, id)
        _drawn(act.connection, draws.draw_of(line))
        if state(line) not in (*HOLDING, WAITING):
            raise Refusal("PlaceForfeited")
        act.record("application.forfeited", id, {"why": "given_up"})
    return _allotted(line, "forfeited", held(line) or "")


def move(desk: Desk, id: str, place: str) -> Allotted:
    """Give somebody another place: a seat of the zone, a locker of the draw, that nobody holds.

    Refuses RoleTooLow, ApplicationUnknown, NotDrawn, PlaceForfeited, AllotmentUnknown, PlaceHeld.
    """
    desk.require(DRAWING)
    with desk.act() as act:
        line = application(act, id)
        row = _drawn(act.connection, draws.draw_of(line))
        if state(line) not in HOLDING:
            raise Refusal("PlaceForfeited")
        known = {each.casefold(): each for each in _all_places(desk, act.connection, row)}
        wanted = known.get(place.strip().casefold())
        if wanted is None:
            raise Refusal("AllotmentUnknown", place=place)
        _refuse_held(act.connection, row.subject, wanted, line)
        act.record("application.moved", id, {"place": wanted})
    return _allotted(line, state(line), wanted)


def _drawn(connection: Connection, draw: str) -> Draw:
    row = draws.row_of(connection, draw)
    if stage(row) != DRAWN:
        raise Refusal("NotDrawn")
    return row


def _own(connection: Connection, draw: str, reader: str) -> Line:
    """A reader's application, under whichever of their numbers; one that holds a place first."""
    person = stored_readers.one_person(connection, reader)
    found = pages.of_reader(connection, person, draw)
    if not found:
        raise Refusal("ApplicationUnknown")
    return max(found, key=lambda line: (held(line) is not None, line.number is not None))


def _refuse_held(connection: Connection, draw: str, place: str, line: Line) -> None:
    for other in pages.of_place(connection, draw, place):
        if held(other) == place and other.subject != line.subject:
            raise Refusal("PlaceHeld", place=place)


def refuse_doubled(connection: Connection, id: str) -> None:
    """Refuses PlaceHeld: the place that an application has is another's too."""
    line = pages.line(connection, id)
    if line is not None and (place := held(line)) is not None:
        _refuse_held(connection, draws.draw_of(line), place, line)


def _all_places(desk: Desk, connection: Connection, row: Draw) -> list[str]:
    """What the draw was for, and every seat of its zone."""
    drawn = draws.drawing(desk, row).places
    return [*drawn, *(usable(connection, row.zone) if row.thing == SEAT else ())]


def _allotted(line: Line, now: str, place: str) -> Allotted:
    return Allotted(line.subject, now, place, line.name or "", line.number or "")


# passing down


def passing(desk: Desk, draw: str) -> Passing:
    """What would be forfeited and passed down now. Refuses RoleTooLow, DrawUnknown, NotDrawn."""
    desk.require(LOOKING)
    with desk.reading() as connection:
        return _told(desk, _drawn(connection, draw), _Passing(desk, connection, draw))


def pass_down(desk: Desk, draw: str) -> Passing:
    """Do that: each step is a fact.

    Refuses RoleTooLow, DrawUnknown, NotDrawn, PassedElsewhere(desk), DrawOver.
    """
    operator = desk.require(DRAWING)
    with desk.act() as act:
        row = _drawn(act.connection, draw)
        if row.drawn_desk != desk.code and not operator.role.reaches(Role.DEPARTMENT_HEAD):
            raise Refusal("PassedElsewhere", desk=row.drawn_desk)
        if row.last < desk.now().date().isoformat():
            raise Refusal("DrawOver", last=row.last)
        steps = _Passing(desk, act.connection, draw)
        end = stamp(desk.midnight(steps.last + DAY))
        act.record_many(
            [
                *(Draft("application.forfeited", e.subject, {"why": w}) for e, w in steps.forfeits),
                *(Draft("application.put_back", e.subject) for e in steps.back),
                *(
                    Draft("application.offered", each.subject, {"place": place, "until": end})
                    for each, place in steps.offers
                ),
            ]
        )
        return _told(desk, row, steps)


def _told(desk: Desk, row: Draw, steps: "_Passing") -> Passing:
    def each(line: Line) -> Applicant:
        return shown(desk, row, line)

    return Passing(
        tuple((each(line), why) for line, why in steps.forfeits),
        tuple((each(line), place) for line, place in steps.offers),
        tuple(map(each, steps.back)),
        tuple((place, tuple(map(each, some))) for place, some in steps.doubled),
        steps.last,
    )


class _Passing:
    """The steps, as things stand."""

    def __init__(self, desk: Desk, connection: Connection, draw: str) -> None:
        self.desk, self.connection = desk, connection
        self.row = _drawn(connection, draw)
        lines = [each for each in pages.lines(connection, draw) if each.rank is not None]
        self.now = stamp(desk.now())
        self._counted: dict[date, bool] = {}
        last = date.fromisoformat(self.row.last)
        self.last = min(desk.now().date() + timedelta(days=self.row.days), last)
        self.forfeits = [(each, why) for each in lines if (why := self._why(each))]
        gone = {each.subject for each, _ in self.forfeits}
        holders: dict[str, list[Line]] = defaultdict(list)
        for each in lines:
            if (place := held(each)) and each.subject not in gone:
                holders[place].append(each)
        again = [other for some in holders.values() for other in _too_many(some)]
        left = {place: [e for e in some if e not in again] for place, some in holders.items()}
        self.doubled = [(place, some) for place, some in left.items() if len(some) > 1]
        waiting = [e for e in lines if state(e) == WAITING and e.reader is not None]
        ready = sorted([*waiting, *again], key=lambda line: line.rank or 0)
        self.offers = list(zip(ready, self._free(holders), strict=False))
        served = {each.subject for each, _ in self.offers}
        self.back = [each for each in again if each.subject not in served]

    def _free(self, holders: Iterable[str]) -> list[str]:
        """Places of the draw that nobody holds, in order."""
        every: Sequence[str] = draws.drawing(self.desk, self.row).places
        if self.row.thing == SEAT:
            whole = set(usable(self.connection, self.row.zone))
            every = [place for place in every if place in whole]
        taken = set(holders)
        return [place for place in every if place not in taken]

    def _why(self, line: Line) -> str | None:
        """Why somebody forfeits what they hold, if they do."""
        if held(line) is None:
            return None
        if line.reader is None:
            return "gone"
        end = until(self.row, line)
        if end is not None:
            return "unconfirmed" if end < self.now else None
        return "unused" if self._unused(line) else None

    def _unused(self, line: Line) -> bool:
        """Whether as many days as the terms say have gone by without its owner, on end, up to
        yesterday. Days on which the zone is shut, or on which its clocks stood, are none.
        """
        most = self.row.unused
        if not most or self.row.thing != SEAT or line.confirmed_at is None:
            return False
        person = stored_readers.one_person(self.connection, line.patron)
        used = pages.last_used(self.connection, person, self.row.zone)
        since = self.desk.local(line.confirmed_at).date()
        since = max(since, date.fromisoformat(used)) if used else since
        day, count = max(since + DAY, date.fromisoformat(self.row.first)), 0
        while day < self._today and count < most:
            if day not in self._counted:
                self._counted[day] = self._counts(day)
            count += self._counted[day]
            day += DAY
        return count >= most

    @cached_property
    def _zone(self) -> Zone:
        return spaces.zone(self.desk, self.row.zone)

    @cached_property
    def _today(self) -> date:
        """The zone's day, which may have begun yesterday and not be over."""
        return spaces.day_of(self.desk, self._zone, self.desk.now())

    def _counts(self, day: date) -> bool:
        """Whether the zone was open on a day, and no exemption stopped its clocks."""
        windows = spaces.window(self.desk, self._zone, day)
        return bool(windows) and not any(
            stopped(self.connection, self.row.zone, stamp(begin), stamp(end))
            for begin, end in windows
        )


def _too_many(holders: Sequence[Line]) -> list[Line]:
    """Who of several holders of one place waits again: what is only offered gives way to what is
    confirmed or drawn, else to the lower rank.
    """
    offered = [each for each in holders if state(each) == OFFERED]
    keeps = len(offered) == len(holders)
    return offered[1:] if keeps else offered
