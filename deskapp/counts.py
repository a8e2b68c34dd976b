"""Daily counts: document delivery, teachers' book buying, whatever a library only counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from db import counts as stored
from db.facts import Draft
from db.rows import chunks
from deskapp import matter
from deskapp.desk import Desk, Refusal, Role

COUNTING = Role.LIBRARIAN
"""who may enter counts"""
SLICE = 500
"""numbers written in one act"""
MOST = 999_999


@dataclass(frozen=True, slots=True)
class Counted:
    """So many numbers are new, so many replace another (the ledger keeps both)."""

    entered: int
    corrected: int
    unchanged: int


def of_day(desk: Desk, day: date) -> dict[str, int]:
    """This desk's numbers of a day, by what is counted."""
    with desk.reading() as connection:
        rows = stored.of_days(connection, day.isoformat(), day.isoformat())
    return {row.what: row.number for row in rows if row.desk == desk.code}


def enter(desk: Desk, numbers: Mapping[tuple[date, str], int]) -> Counted:
    """Enter this desk's numbers by day and what is counted; what is so already stays.

    Refuses RoleTooLow, CodeUnknown, CountLater, CountWrong.
    """
    desk.require(COUNTING)
    today = desk.now().date()
    for (day, what), number in numbers.items():
        matter.known(what, desk.profile.counts)
        if day > today:
            raise Refusal("CountLater", day=day.isoformat())
        if not 0 <= number <= MOST:
            raise Refusal("CountWrong", number=number)
    done = {"entered": 0, "corrected": 0, "unchanged": 0}
    for some in chunks(sorted(numbers.items()), SLICE):
        with desk.act() as act:
            first, last = some[0][0][0].isoformat(), some[-1][0][0].isoformat()
            rows = stored.of_days(act.connection, first, last)
            before = {(row.day, row.what): row.number for row in rows if row.desk == desk.code}
            drafts: list[Draft] = []
            for (day, what), number in some:
                known = before.get((day.isoformat(), what))
                if known == number:
                    done["unchanged"] += 1
                    continue
                done["entered" if known is None else "corrected"] += 1
                drafts.append(stored.draft(desk.code, day.isoformat(), what, number))
            act.record_all(drafts)
    return Counted(**done)
