"""How a volunteer's shift stands, and the hours that it comes to (志愿时长).

Certified is the time between a sign-in and a sign-out that stand, within the shift, and no minute
twice: to the profile's unit, to the nearest. Whoever was absent has none, unless somebody excused
them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from db.clock import moment
from db.helpers import Stint
from deskapp.desk import Desk, Refusal
from deskapp.helper_entries import Volunteers

MINUTE = timedelta(minutes=1)


class State(StrEnum):
    """How a shift stands at a moment."""

    TO_COME = "to_come"
    LEAVE = "leave"
    """leave was asked in time, or granted"""
    LEAVE_LATE = "leave_late"
    """leave was asked too late: absent, unless they come or somebody excuses them"""
    LATE_NOW = "late_now"
    """it has begun, and they are not there, but still may be in time"""
    THERE = "there"
    OPEN = "open"
    """it is over, and they have not signed out"""
    DONE = "done"
    ABSENT_LATE = "absent_late"
    ABSENT_EARLY = "absent_early"
    ABSENT = "absent"


ABSENCES = (State.ABSENT, State.ABSENT_LATE, State.ABSENT_EARLY)


@dataclass(frozen=True, slots=True)
class Term:
    """A term (学期) of a year: `2026-autumn`; `last` is its last day."""

    code: str
    year: int
    first: date
    last: date


def out_of(row: Stint) -> str | None:
    """When they went: by card, else as a librarian completed it."""
    return row.left_at or row.out_at


def late(row: Stint) -> bool:
    grace = timedelta(minutes=row.grace)
    return row.in_at is not None and moment(row.in_at) > moment(row.begins) + grace


def early(row: Stint) -> bool:
    out, grace = out_of(row), timedelta(minutes=row.grace)
    return out is not None and moment(out) < moment(row.until) - grace


def state(row: Stint, now: datetime) -> State:
    """How a shift stands."""
    if row.in_at is None:
        return _not_there(row, now)
    if out_of(row) is None:
        if now >= moment(row.until):
            return State.OPEN
        return State.ABSENT_LATE if late(row) and not row.excused_at else State.THERE
    if row.excused_at is None and late(row):
        return State.ABSENT_LATE
    if row.excused_at is None and early(row):
        return State.ABSENT_EARLY
    return State.DONE


def _not_there(row: Stint, now: datetime) -> State:
    if row.excused_at is not None or (row.leave_at is not None and row.leave_in_time):
        return State.LEAVE
    begins = moment(row.begins)
    if now > begins + timedelta(minutes=row.grace):
        return State.ABSENT
    if row.leave_at is not None:
        return State.LEAVE_LATE
    return State.LATE_NOW if now >= begins else State.TO_COME


def certified(rows: Iterable[Stint], rules: Volunteers, now: datetime) -> dict[str, int]:
    """Minutes of each shift of one person, by its id: those of all events together, so that no
    minute is counted twice. What is not there has none.
    """
    found: dict[str, int] = {}
    spent = datetime.min.replace(tzinfo=now.tzinfo)
    unit = rules.unit_minutes
    for row in sorted(rows, key=lambda each: (each.begins, each.id)):
        out = out_of(row)
        if row.in_at is None or out is None or row.dropped_at or state(row, now) is not State.DONE:
            continue
        begin = max(moment(row.in_at), moment(row.begins), spent)
        end = min(moment(out), moment(row.until))
        if end <= begin:
            continue
        spent = end
        exact = (end - begin) / MINUTE
        most = (moment(row.until) - moment(row.begins)) // MINUTE
        found[row.id] = min(int(exact / unit + 0.5) * unit, most)
    return found


def by_person(
    rows: Iterable[Stint], heads: Mapping[str, str], rules: Volunteers, now: datetime
) -> dict[str, int]:
    """The same of many people's shifts; `heads`: of each reader the number that serves."""
    each: dict[str, list[Stint]] = defaultdict(list)
    for row in rows:
        each[heads.get(row.patron, row.patron)].append(row)
    found: dict[str, int] = {}
    for some in each.values():
        found |= certified(some, rules, now)
    return found


def hours(minutes: int) -> float:
    """`114` → 1.9, as forms have it."""
    return round(minutes / 60, 2)


def clock(minutes: int) -> str:
    """`114` → 1:54, as a screen has it."""
    return f"{minutes // 60}:{minutes % 60:02}"


def terms(desk: Desk, day: date) -> list[Term]:
    """The terms around a day, in their order; the second last holds it."""
    begun = sorted(
        (each.first(year), each.code)
        for each in desk.profile.volunteers.terms.values()
        for year in range(day.year - 1, day.year + 2)
    )
    found = [
        Term(f"{first.year}-{code}", first.year, first, then - timedelta(days=1))
        for (first, code), (then, _) in pairwise(begun)
    ]
    return [each for each in found if each.first <= day]


def term_of(desk: Desk, day: date) -> Term:
    """The term that holds a day. Refuses TermUnknown: the profile says none."""
    found = terms(desk, day)
    if not found:
        raise Refusal("TermUnknown", term=day.isoformat())
    return found[-1]


def term_named(desk: Desk, code: str) -> Term:
    """A term by its code, `2026-autumn`. Refuses TermUnknown."""
    year = code.partition("-")[0]
    if year.isdecimal() and len(year) == 4:
        known = terms(desk, date(int(year), 12, 31))
        for each in known:
            if each.code == code:
                return each
    raise Refusal("TermUnknown", term=code)
