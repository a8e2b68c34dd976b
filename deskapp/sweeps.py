"""What ends by the clock: steps away that took too long, reservations nobody came for, closing.

A desk ends only what was last seen there, for another may know better; half a night after a
sitting's end any desk does. In an exemption window (免责时段) clocks stand (see `db.conduct`).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import wraps
from itertools import islice
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection

from db import clash_pages, seat_pages
from db import conduct as stored_conduct
from db import seats as stored
from db.clashes import SETTLED
from db.clock import moment, stamp
from db.facts import Draft
from db.seat_clashes import CLOSED
from db.seat_pages import Stay
from db.seats import AWAY, RESERVED
from deskapp import bans, calls, seat_claims, spaces, wall_clock
from deskapp.desk import Desk, Refusal

P = ParamSpec("P")
T = TypeVar("T")

NIGHT = timedelta(hours=6)
"""after the end of a sitting: what another desk knew of it has been exchanged by then"""
AT_ONCE = 200
"""sittings that one sweep ends: a scan waits for it"""
NO_SHOW, TOO_LONG = "no_show", "too_long"
"""kinds of violation, where a zone's rules know them"""


@dataclass(frozen=True, slots=True)
class Swept:
    """A sitting or reservation that is over. `why`: away, no_show, closed."""

    reader: str
    seat: str
    why: str
    ended: datetime
    violation: bool


def in_time(act: Callable[Concatenate[Desk, P], T]) -> Callable[Concatenate[Desk, P], T]:
    """An act on seats that, where it is refused, is tried again when all that is over has ended,
    and once when whoever waits has been called.
    """

    @wraps(act)
    def tried(desk: Desk, /, *given: P.args, **named: P.kwargs) -> T:
        called = False
        while True:
            try:
                return act(desk, *given, **named)
            except Refusal as refusal:
                if refusal.code == "QueueFirst" and not called:
                    calls.go_on(desk)
                    called = True
                elif not sweep(desk):
                    raise

    return tried


def refuse_over(desk: Desk, connection: Connection, stays: Sequence[Stay], now: datetime) -> None:
    """Of what a reader holds. Refuses NotSeated, ReservationOver(seat): `sweep` will end it."""
    at = stamp(now)
    due = [each for each in stays if each.due_at is not None and each.due_at <= at]
    if due and wall_clock.doubt(desk) is None:
        for stay, _, _ in _over(desk, connection, due, at):
            if stay.status == RESERVED:
                raise Refusal("ReservationOver", seat=stay.seat)
            raise Refusal("NotSeated")


def sweep(desk: Desk) -> list[Swept]:
    """End what is over by now, in nobody's name. Nothing while the clock cannot be right."""
    now = stamp(desk.now())
    with desk.reading() as connection:
        if not any(_over(desk, connection, seat_pages.due(connection, now), now)):
            return []
    if wall_clock.doubt(desk) is not None:
        return []
    swept: list[Swept] = []
    with desk.ledger.act(None) as act:
        now = stamp(act.at)
        over = _over(desk, act.connection, seat_pages.due(act.connection, now), now)
        for stay, why, ended in islice(over, AT_ONCE):
            drafts = _ending(desk, act.connection, stay, why, ended)
            try:
                act.record_all(drafts)
            except Refusal as refusal:
                if refusal.code != "SubjectTooNew":  # read-only until the upgrade; the rest goes on
                    raise
            else:
                noted = len(drafts) > 1
                if noted:
                    bans.draw(act, desk, stay.patron)
                swept.append(Swept(stay.patron, stay.seat, why, desk.local(ended), noted))
    calls.go_on(desk)
    return swept


def settle(desk: Desk) -> int:
    """Close the clashes that are none: one reader had left before the other came, and the desks
    have heard of it since. In nobody's name; how many that were.
    """
    with desk.reading() as connection:
        if not seat_pages.never_met(connection, desk.code):
            return 0
    with desk.ledger.act(None) as act:
        found = seat_pages.never_met(act.connection, desk.code)
        for subject, pair in found:
            act.record(SETTLED, subject, clash_pages.decision(pair, clash_pages.BOTH))
    return len(found)


def _over(
    desk: Desk, connection: Connection, due: Iterable[Stay], now: str
) -> Iterator[tuple[Stay, str, str]]:
    """What of it this desk may end, why and since when."""
    late = stamp(moment(now) - NIGHT)
    for stay in due:
        if stay.desk == desk.code or stay.until <= late:
            why, ended = _end_of(connection, stay)
            if ended <= now:
                yield stay, why, ended


def _end_of(connection: Connection, stay: Stay) -> tuple[str, str]:
    """Why and when a sitting that is due ends."""
    if stay.status == AWAY:
        began, why, until = stay.away_since, "away", stay.away_until
    elif stay.status == RESERVED:
        began, why, until = stay.reserved_from, "no_show", stay.hold_until
    else:
        return CLOSED, stay.until
    ended = stored_conduct.runs_out(connection, stay.zone, began or "", until or "")
    return (why, ended) if ended < stay.until else (CLOSED, stay.until)


def _ending(desk: Desk, connection: Connection, stay: Stay, why: str, ended: str) -> list[Draft]:
    """The release, and the violation that it is."""
    said = {"sitting": stay.id, "why": why, "ended_at": ended}
    released = stored.draft("seat.released", stay.subject, said)
    kind = {"away": TOO_LONG, "no_show": NO_SHOW}.get(why)
    if kind is None or stay.queue is not None or not _counts(desk, stay, kind):
        return [released]
    if why == "no_show" and not _could_come(desk, connection, stay):
        return [released]
    label = stay.seat.partition("/")[2]
    began, due = (
        (stay.away_since, stay.away_until)
        if why == "away"
        else (stay.reserved_from, stay.hold_until)
    )
    times = (began or "", due or "", ended)
    return [released, stored_conduct.ran_out(kind, stay.id, stay.patron, stay.zone, label, *times)]


def _counts(desk: Desk, stay: Stay, kind: str) -> bool:
    """Whether the rules of the zone take it for a violation."""
    zone = desk.profile.zones.get(stay.zone)
    if zone is None or kind not in desk.profile.violations:
        return False
    day = spaces.day_of(desk, zone, moment(stay.since or stay.reserved_from or ""))
    return kind in spaces.terms(desk, zone, day).counts


def _could_come(desk: Desk, connection: Connection, stay: Stay) -> bool:
    """Whether the reader could have taken what was reserved: they were not barred, the seat is in
    order, the zone was open.
    """
    zone, day = spaces.zone(desk, stay.zone), date.fromisoformat(stay.day)
    begins, due = desk.local(stay.reserved_from or ""), desk.local(stay.hold_until or "")
    try:
        person = seat_claims.person(connection, stay.patron)
        seat_claims.refuse_unfit(desk, connection, person, zone, due)
        seat_claims.usable(connection, person, stay.seat, day)
    except Refusal:
        return False
    return any(opens < due and begins < closes for opens, closes in spaces.window(desk, zone, day))
