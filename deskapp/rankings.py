"""Rankings (排行) of a quarter: who borrowed most, who was in the library longest.

The rules, which every list states below itself:

1. Loans are those that the circulation system's file says; time is what `deskapp.visits` counts.
2. Numbers of one person are one.
3. Equal amounts share a rank, and the ranks behind it are left free: 1, 2, 2, 4. Whoever has as
   much as the last is on the list too.
4. Not on it are the library's staff, types of reader that the profile keeps off (`unranked`), who
   was barred in the quarter, who wants not to be on it, and who was erased.
"""

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection

from db import loans as stored_loans
from db import opting, seat_pages
from db import rankings as stored
from db import readers as stored_readers
from db import visits as stored_visits
from db.clock import moment, stamp
from db.rankings import Most
from deskapp import readers, visits
from deskapp.desk import Desk, Refusal, Role
from deskapp.quarters import Quarter
from deskapp.readers import Found

By = Literal["loans", "presence"]
SEEING = Role.LIBRARIAN
"""who may see a ranking, and say that somebody is to be on none"""
FIRST = 10
REASONS = ("erased", "staff", "type", "banned", "opted_out")
"""why somebody is not on it; of several the first"""
UNFOUNDED = ("mistaken", "fault")
"""a ban that was lifted for one of these keeps nobody off"""
_WORKING = tuple(each.value for each in Role if each.reaches(Role.LIBRARIAN))


@dataclass(frozen=True, slots=True)
class Line:
    """One on the list. `amount`: loans, or whole seconds."""

    rank: int
    reader: Found
    amount: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many people are not on it for a reason, of those who have loans or records of time."""

    reason: str
    people: int


@dataclass(frozen=True, slots=True)
class Ranking:
    """The first so many. `until`: to when it counts while the quarter is not over."""

    by: By
    quarter: Quarter
    first: int
    lines: tuple[Line, ...]
    left_out: tuple[LeftOut, ...]
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """One line of what an amount rests on: `loan`, `gate` or `seat`, or what a gate lacks an end of
    (`no_in`, `no_out`); the row or the fact; when; loans, or whole seconds.
    """

    what: str
    id: str
    at: str
    amount: int


def by_loans(desk: Desk, quarter: Quarter, first: int = FIRST) -> Ranking:
    """Who borrowed most. Refuses RoleTooLow."""
    desk.require(SEEING)
    with desk.reading() as connection:
        days = quarter.first.isoformat(), quarter.last.isoformat()
        lent = stored.lent(connection, *days)
        return _ranking(desk, connection, "loans", quarter, first, lent, lambda _, most: most)


def by_presence(desk: Desk, quarter: Quarter, first: int = FIRST) -> Ranking:
    """Who was there longest. Refuses RoleTooLow.

    What everybody may have at most is one query; the rules of `visits` are asked of whoever may be
    among the first by that.
    """
    desk.require(SEEING)
    since, until = _ends(desk, quarter)
    asked = (quarter.first.isoformat(), quarter.last.isoformat())
    days = stored.Days(*visits.days_around(desk, since, until), *asked)
    limits = desk.profile.limits

    def there(person: str, _: int) -> int:
        return _seconds(visits.of_person(desk, connection, person, since, until).total)

    with desk.reading() as connection:
        most = stored.there(
            connection,
            days,
            stamp(desk.now()),
            limits.gate_longest_minutes * 60,
            limits.gate_missing_minutes * 60,
        )
        return _ranking(desk, connection, "presence", quarter, first, most, there)


def _ends(desk: Desk, quarter: Quarter) -> tuple[datetime, datetime]:
    return desk.midnight(quarter.first), desk.midnight(quarter.moved(1).first)


def _seconds(time: timedelta) -> int:
    return time // timedelta(seconds=1)


def _ranking(
    desk: Desk,
    connection: Connection,
    by: By,
    quarter: Quarter,
    first: int,
    most: Mapping[str, Most],
    exact: Callable[[str, int], int],
) -> Ranking:
    """`exact`: of a person and the most that they may have, what they have."""
    joined = stored.joined(connection)
    people = Counter[str]()
    within: set[str] = set()
    for patron, (amount, asked) in most.items():
        person = joined.get(patron, patron)
        people[person] += amount
        if asked:
            within.add(person)
    off = _left_out(desk, connection, quarter, people, joined)
    reached: list[tuple[int, str]] = []
    best: list[int] = []
    for person, amount in people.most_common():
        if amount < (best[0] if len(best) == first else 1):
            break
        if person not in off:
            reached.append((exact(person, amount), person))
            keep = heapq.heappush if len(best) < first else heapq.heappushpop
            keep(best, reached[-1][0])
    least = max(1, best[0]) if len(best) == first else 1
    reasons = Counter(reason for person, reason in off.items() if person in within)
    now, (_, end) = desk.now(), _ends(desk, quarter)
    return Ranking(
        by,
        quarter,
        first,
        tuple(_lines(connection, [each for each in reached if each[0] >= least])),
        tuple(LeftOut(reason, reasons[reason]) for reason in REASONS if reasons[reason]),
        now if now < end else None,
    )


def _left_out(
    desk: Desk,
    connection: Connection,
    quarter: Quarter,
    people: Iterable[str],
    joined: Mapping[str, str],
) -> dict[str, str]:
    """Who is not to be on it, and why."""

    def persons(patrons: Iterable[str]) -> set[str]:
        return {joined.get(each, each) for each in patrons}

    known = stored.known(connection)
    unranked = set(desk.profile.limits.unranked)
    since, until = (stamp(at) for at in _ends(desk, quarter))
    ways = (
        ("staff", persons(stored.working(connection, _WORKING))),
        ("type", {each for each, type_ in known.items() if type_ in unranked}),
        ("banned", persons(stored.banned(connection, since, until, UNFOUNDED))),
        ("opted_out", persons(stored.opted_out(connection))),
    )
    found = {}
    for person in people:
        if person not in known:
            found[person] = "erased"
            continue
        reason = next((reason for reason, some in ways if person in some), None)
        if reason is not None:
            found[person] = reason
    return found


def _lines(connection: Connection, reached: Iterable[tuple[int, str]]) -> Iterator[Line]:
    amounts = {person: amount for amount, person in reached}
    known = stored_readers.by_subjects(connection, list(amounts))
    order = sorted(known.values(), key=lambda each: (-amounts[each.subject], each.number or ""))
    rank, before = 0, None
    for place, reader in enumerate(order, start=1):
        amount = amounts[reader.subject]
        if amount != before:
            rank, before = place, amount
        yield Line(rank, readers.shown(reader), amount)


def lines_of(desk: Desk, by: By, quarter: Quarter, reader: str) -> tuple[Ground, ...]:
    """What a reader's amount rests on, line by line: together they are the amount.

    Of presence each line is what `deskapp.visits` counts of it. Refuses RoleTooLow.
    """
    desk.require(SEEING)
    with desk.reading() as connection:
        person = stored_readers.one_person(connection, reader)
        if by == "loans":
            days = quarter.first.isoformat(), quarter.moved(1).first.isoformat()
            rows = stored_loans.of_person(connection, person, *days)
            return tuple(Ground("loan", each.subject, each.day, each.count) for each in rows)
        since, until = _ends(desk, quarter)
        counted = visits.of_person(desk, connection, reader, since, until)
        days = visits.days_around(desk, since, until)
        rows_of = _sources(connection, person, days)
    return tuple(
        Ground(
            line.what,
            rows_of.get(stamp(line.begin)) or rows_of.get(stamp(line.end), line.where),
            stamp(line.begin),
            _seconds(line.counted),
        )
        for line in counted.lines
        if line.counted
    )


def _sources(connection: Connection, person: list[str], days: tuple[str, str]) -> dict[str, str]:
    """Where each moment stands: the row of a gate's day, or the fact that took a seat."""
    found: dict[str, str] = {}
    for stay in seat_pages.of_days(connection, person, *days):
        ends = [end for span in stay.there() for end in span]
        found |= {stamp(visits.second(end)): stay.id for end in (*ends, stay.present_since) if end}
    for subject, passages in stored_visits.rows_of(connection, person, *days):
        ends = [end for each in passages for end in each[:2] if end]
        found |= dict.fromkeys((stamp(moment(end)) for end in ends), subject)
    return found


def opt_out(desk: Desk, reader: str) -> bool:
    """They are on no ranking from now on; or may be again, if they were on none before. Gives
    whether they are off. Refuses RoleTooLow, PatronUnknown.
    """
    desk.require(SEEING)
    with desk.act() as act:
        person = stored_readers.by_subjects(
            act.connection, stored_readers.one_person(act.connection, reader)
        )
        if all(each.number is None for each in person.values()):
            raise Refusal("PatronUnknown")
        off = [each for each, row in person.items() if row.opted_out is not None]
        drafts = [opting.draft(each, out=False) for each in off]
        act.record_all(drafts or [opting.draft(next(iter(person)), out=True)])
    return not off


def is_off(desk: Desk, reader: str) -> bool:
    """Whether a reader wants to be on no ranking, under any of their numbers."""
    with desk.reading() as connection:
        person = stored_readers.one_person(connection, reader)
        return not stored.opted_out(connection).isdisjoint(person)
