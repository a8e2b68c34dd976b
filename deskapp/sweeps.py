"""What ends by the clock: steps away that took too long, reservations nobody came for, closing.

A desk ends only what began there, for another may know better; half a night after a sitting's end
any desk does. In an exemption window (免责时段) clocks stand (see `db.conduct`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from db import conduct as stored_conduct
from db import seat_pages
from db import seats as stored
from db.clock import moment, stamp
from db.facts import Draft
from db.seat_clashes import CLOSED
from db.seat_pages import Stay
from db.seats import AWAY, RESERVED
from deskapp import bans, calls, spaces, wall_clock
from deskapp.desk import Desk, Refusal

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


def sweep(desk: Desk) -> list[Swept]:
    """End what is over by now, in nobody's name. Nothing while the clock cannot be right."""
    now = stamp(desk.now())
    with desk.reading() as connection:
        if not _over(desk, connection, now):
            return []
    if wall_clock.doubt(desk) is not None:
        return []
    swept: list[Swept] = []
    with desk.ledger.act(None) as act:
        for stay, why, ended in _over(desk, act.connection, stamp(act.at)):
            drafts = _ending(desk, stay, why, ended)
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


def _over(desk: Desk, connection: Connection, now: str) -> list[tuple[Stay, str, str]]:
    """What is over, why and since when."""
    found: list[tuple[Stay, str, str]] = []
    late = stamp(moment(now) - NIGHT)
    for stay in seat_pages.due(connection, now):
        if stay.desk == desk.code or stay.until <= late:
            why, ended = _end_of(connection, stay)
            if ended <= now:
                found.append((stay, why, ended))
                if len(found) == AT_ONCE:
                    break
    return found


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


def _ending(desk: Desk, stay: Stay, why: str, ended: str) -> list[Draft]:
    """The release, and the violation that it is."""
    said = {"sitting": stay.id, "why": why, "ended_at": ended}
    released = stored.draft("seat.released", stay.subject, said)
    kind = {"away": TOO_LONG, "no_show": NO_SHOW}.get(why)
    if kind is None or stay.queue is not None or not _counts(desk, stay, kind):
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
