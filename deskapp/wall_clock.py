"""Whether this machine's clock can be right: not before its latest fact, not minutes off the
centre.

The clock of the machine is never set from here: the offset is kept beside it, travels with every
batch, and people are asked to look.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from db.place import clock_offset, latest_written
from deskapp.desk import Desk

WRONG = timedelta(minutes=5)
"""a difference to the centre beyond which people are told"""
JITTER = timedelta(seconds=5)
"""what a clock is set back by in the ordinary course of being kept right"""


@dataclass(frozen=True, slots=True)
class Doubt:
    """The clock cannot be right: it stands before `last`, or is `offset` behind the centre's."""

    last: datetime | None
    offset: timedelta | None

    @property
    def minutes(self) -> int:
        """How many minutes off the centre, either way."""
        return round(abs(self.offset or timedelta()).total_seconds() / 60)


def doubt(desk: Desk) -> Doubt | None:
    """What speaks against the clock; None if nothing does."""
    with desk.reading() as connection:
        milliseconds = clock_offset(connection)
        at = latest_written(connection, desk.now() + JITTER)
    if at is not None:
        return Doubt(desk.local(at), None)
    offset = timedelta(milliseconds=milliseconds) if milliseconds is not None else None
    if offset is not None and abs(offset) > WRONG:
        return Doubt(None, offset)
    return None
