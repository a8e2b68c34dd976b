"""Places that are counted, not numbered (sofas): how many sit there, as somebody last looked."""

from dataclasses import dataclass
from datetime import datetime

from db import counts as stored
from deskapp import spaces
from deskapp.desk import Desk, Refusal, Role
from deskapp.space_entries import ZoneKind

COUNTING = Role.STUDENT_ASSISTANT
"""who may say how many sit there"""
MOST = 9999
ZONE = "zone-"
"""how what is counted here begins, among all that is counted in a day"""


@dataclass(frozen=True, slots=True)
class Seen:
    """So many sat there then."""

    number: int
    at: datetime


def seen(desk: Desk, code: str) -> Seen | None:
    """How many sat in a zone when somebody, at whichever desk, last looked today."""
    today = spaces.day_of(desk, spaces.zone(desk, code), desk.now()).isoformat()
    with desk.reading() as connection:
        rows = stored.of_what(connection, today, f"{ZONE}{code}")
    last = max(rows, key=lambda row: row.entered_at, default=None)
    return Seen(last.number, desk.local(last.entered_at)) if last else None


def count(desk: Desk, code: str, number: int) -> Seen:
    """So many sit there now. Refuses RoleTooLow, ZoneUnknown, ZoneNumbered, CountWrong."""
    desk.require(COUNTING)
    zone, now = spaces.zone(desk, code), desk.now()
    if zone.kind is not ZoneKind.COUNTED:
        raise Refusal("ZoneNumbered", zone=code)
    if not 0 <= number <= MOST:
        raise Refusal("CountWrong", number=number)
    today = spaces.day_of(desk, zone, now).isoformat()
    with desk.act() as act:
        act.record_all([stored.draft(desk.code, today, f"{ZONE}{code}", number)])
    return Seen(number, now)
