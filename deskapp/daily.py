"""The day at one desk in a few numbers: for Home, and for whoever comes on duty."""

from dataclasses import dataclass

from db import shifts as stored
from db.clock import stamp
from deskapp import shifts, tallies
from deskapp.desk import Desk
from deskapp.request_lists import Line, masked
from deskapp.shifts import Note


@dataclass(frozen=True, slots=True)
class Today:
    """What Home says of the day. Everything is found by an index: it is read all day long."""

    notes: tuple[Note, ...]
    """of this shift and the last one, newest first"""
    unsigned: int
    """handovers that wait for the operator's signature"""
    next_due: Line | None
    """what falls due next of those who are on duty, or of the operator"""
    logged: int
    """requests first asked here today (首问)"""
    tallied: int
    """directional questions (指引)"""


def today(desk: Desk) -> Today:
    """The day so far at this desk."""
    now = desk.now()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    me = desk.whoever().id
    with desk.reading() as connection:
        people = {each.staff for each in stored.attending(connection, desk.code)} | {me}
        line = stored.next_due(connection, sorted(people), stamp(now))
        logged = stored.logged_since(connection, desk.code, stamp(midnight))
    return Today(
        notes=tuple(shifts.notes(desk)),
        unsigned=len(shifts.unsigned(desk)) if desk.may(shifts.LEADING) else 0,
        next_due=masked(desk, line) if line else None,
        logged=logged,
        tallied=sum(tallies.today(desk).values()),
    )
