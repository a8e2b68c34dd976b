"""The library's spaces: which zones there are, when they are open, by whose rules, for whom.

Nothing here writes. A zone is the profile's; a library day is the day whose hours hold a moment, so
that a night that passes midnight belongs to the day on which it began.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection

from db.segments import segments_of
from db.store import driver
from deskapp.calendar import Moments
from deskapp.desk import Desk, Refusal
from deskapp.space_entries import Terms, Zone
from deskapp.timetable import MIDNIGHT

__all__ = ["Terms", "Zone"]


def zones(desk: Desk) -> list[Zone]:
    """Every zone, in the profile's order."""
    return list(desk.profile.zones.values())


def zone(desk: Desk, code: str) -> Zone:
    """A zone by its code. Refuses ZoneUnknown."""
    found = desk.profile.zones.get(code)
    if found is None:
        raise Refusal("ZoneUnknown", zone=code)
    return found


def day_of(desk: Desk, zone: Zone, at: datetime) -> date:
    """The library day of a moment: the one whose hours hold it, else its date."""
    return desk.calendars[zone.hours].day_of(at)


def window(desk: Desk, zone: Zone, day: date) -> list[Moments]:
    """When a zone is open on a day, in order; the last window may pass midnight."""
    return desk.calendars[zone.hours].windows(day)


def terms(desk: Desk, zone: Zone, day: date) -> Terms:
    """The rules of a zone's seats on a library day."""
    return desk.profile.seat_rules[zone.rules].in_season(desk.calendars[zone.hours].season(day))


def away_minutes(terms: Terms, at: datetime) -> int:
    """How long somebody may be away who steps away then, in the library's time."""
    minute = at.hour * 60 + at.minute
    for meal in terms.meals:
        for first, last in meal.hours:
            if first <= minute < last or first <= minute + MIDNIGHT < last:
                return meal.minutes
    return terms.away


def away_until(terms: Terms, at: datetime) -> datetime:
    """By when somebody must be back who steps away then, in the library's time."""
    away = timedelta(minutes=away_minutes(terms, at))
    return (at.astimezone(UTC) + away).astimezone(at.tzinfo)  # where clocks change, minutes do not


def belongs(desk: Desk, connection: Connection, segments: Sequence[str], reader: str) -> bool:
    """Whether a reader is of one of these segments, by type or by being entered in one that is
    listed; everybody is where there are none.
    """
    if not segments:
        return True
    sql = "SELECT type FROM reader WHERE subject = ?"
    row = driver(connection).execute(sql, (reader,)).fetchone()
    if row is None:
        return False
    found = [desk.profile.segments[segment] for segment in segments]
    if any(row[0] in segment.patrons for segment in found):
        return True
    listed = {segment.code for segment in found if segment.listed}
    today = desk.now().date().isoformat()
    return not listed.isdisjoint(segments_of(connection, reader, today) if listed else ())


def eligible(desk: Desk, connection: Connection, zone: Zone, reader: str) -> bool:
    """Whether a reader may use a zone."""
    return belongs(desk, connection, zone.segments, reader)


def offered_to(desk: Desk, connection: Connection, reader: str) -> list[Zone]:
    """The zones that a reader may use, in the profile's order."""
    return [each for each in zones(desk) if eligible(desk, connection, each, reader)]
