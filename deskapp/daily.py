"""The day at one desk in a few numbers: for Home, and for whoever comes on duty."""

from dataclasses import dataclass
from datetime import timedelta

from db import found_things, lent_things, seat_maps
from db import request_pages as pages
from db import shifts as stored
from db import staff as stored_staff
from db.clock import stamp
from deskapp import conduct, draws, event_lists, notices, rooms, shifts, signups, tallies
from deskapp.desk import Desk
from deskapp.event_lists import Held
from deskapp.request_lists import Line, RequestList, left_behind, masked
from deskapp.rooms import Occupancy
from deskapp.shifts import Note


@dataclass(frozen=True, slots=True)
class Today:
    """What Home says of the day. Everything is found by an index: it is read all day long."""

    notes: tuple[Note, ...]
    """of this shift and the last one, newest first"""
    unsigned: int
    """handovers that wait for the operator's signature"""
    absent: int
    """matters of those away that somebody here may take: see `absences`"""
    found: int
    """found things that have been kept long enough"""
    lent: int
    """lent things that should have come back"""
    next_due: Line | None
    """what falls due next of those who are on duty or away, or of the operator"""
    away: str
    """whose that is, if they are away"""
    logged: int
    """requests first asked here today (首问)"""
    tallied: int
    """directional questions (指引)"""
    violations: int
    """that wait to be confirmed, or whose appeal waits, where the operator may do it"""
    untold: int
    """people to be told something of what they signed up for"""
    draws: int
    """places of draws that were not confirmed in time, where the operator may pass them down"""
    seated: int
    places: int
    """how many numbered seats of the library are sat on (在座), and how many there are"""
    rooms: Occupancy | None
    """rooms that readers may book now; None where the library has none"""
    events: tuple[Held, ...]
    """what is on today and is not over, as far as it is held"""


def today(desk: Desk) -> Today:
    """The day so far at this desk."""
    now, midnight = desk.now(), desk.midnight()
    me = desk.whoever().id
    with desk.reading() as connection:
        people = {each.staff for each in stored.attending(connection, desk.code)} | {me}
        line = stored.next_due(connection, sorted(people), stamp(now))
        behind = (stamp(now), 0)
        left = pages.page(connection, left_behind(desk, connection), behind, 1)
        away = not line or left[0].due_at < line.due_at if left else False
        line = left[0] if away else line
        owner = stored_staff.by_subject(connection, line.responsible) if line and away else None
        found = found_things.count_due(connection, now.date().isoformat())
        lent = lent_things.count_late(connection, stamp(now))
        logged = stored.logged_since(connection, desk.code, stamp(midnight))
        seated, places = seat_maps.seated(connection)
    tomorrow = desk.midnight(now.date() + timedelta(days=1))
    on = event_lists.between(desk, now, tomorrow)
    return Today(
        notes=tuple(shifts.notes(desk)),
        unsigned=len(shifts.unsigned(desk)) if desk.may(shifts.LEADING) else 0,
        absent=RequestList(desk, "absent").count() if desk.may(shifts.LEADING) else 0,
        found=found,
        lent=lent,
        violations=conduct.count(desk) if desk.may(conduct.CONFIRMING) else 0,
        untold=notices.count(desk) if desk.may(signups.SIGNING_UP) else 0,
        draws=draws.count_late(desk) if desk.may(draws.DRAWING) else 0,
        next_due=masked(desk, [line])[0] if line else None,
        away=owner.name if owner else "",
        logged=logged,
        tallied=sum(tallies.today(desk).values()),
        seated=seated,
        places=places,
        rooms=rooms.occupancy(desk) if desk.profile.rooms else None,
        events=tuple(each for each in on if not each.cancelled),
    )
