"""Time in the library: what the gates and the seats say of a reader, as one number and its lines.

The rules, of which the profile's `limits` has the figures:

1. A record with both ends, and the time somebody was present on a seat, count as they stand.
2. Records of one end are put in order of time. Two the same way within `gate_double_seconds` are
   one read twice: the first counts. An `out` belongs to the `in` right before it, whichever gates
   they were, unless more than `gate_longest_minutes` lie between them; so does a record with both
   ends, whose ends are further apart than that: each then stands alone.
3. Who has no `out`, or no `in`, is counted `gate_missing_minutes`, but never beyond the next or the
   last such record.
4. Whatever overlaps counts once: of each line what no line before it has counted.
5. A sitting that was put aside or withdrawn is a line that counts nothing.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from sqlalchemy import Connection

from db import readers as stored_readers
from db import seat_pages
from db import visits as stored
from db.clock import moment, stamp
from db.seat_pages import Stay
from db.seats import VOID
from db.visits import Passage
from deskapp.desk import Desk, Refusal, Role
from deskapp.entries import Limits

__all__ = ["Line", "Passage", "Presence", "presence"]

SEEING = Role.LIBRARIAN
"""who may see how long a reader was there"""
MARGIN = timedelta(days=2)
"""around what is asked for: records from there may belong to one within"""

What = Literal["gate", "seat", "void", "no_out", "no_in"]


class Span(NamedTuple):
    """Somebody was there, by a gate or on a seat. Where an end is missing, by rule 3."""

    begin: datetime
    end: datetime
    what: What
    where: str
    goes_on: bool = False
    """whether they are there still: the end is now"""


@dataclass(frozen=True, slots=True)
class Line:
    """A span as far as it lies within what was asked for, and what it adds to the total.

    What it does not add of its time, lines before it have counted. `cut`: at which ends what lies
    outside was left out, `before` or `after`.
    """

    begin: datetime
    end: datetime
    what: What
    where: str
    counted: timedelta
    cut: tuple[str, ...] = ()
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Presence:
    """How long a reader was there: the sum of what the lines count, in order of time."""

    total: timedelta
    lines: tuple[Line, ...]


def presence(desk: Desk, patron: str, since: datetime, until: datetime) -> Presence:
    """How long a reader was in the library from one moment to another, under all their numbers.

    The quarters of a year add up to the year. Refuses RoleTooLow, PatronUnknown.
    """
    desk.require(SEEING)
    with desk.reading() as connection:
        return _presence(desk, connection, patron, since, until)


def _presence(
    desk: Desk, connection: Connection, patron: str, since: datetime, until: datetime
) -> Presence:
    reader = stored_readers.by_subject(connection, patron)
    if reader is None or reader.number is None:
        raise Refusal("PatronUnknown")
    return of_person(desk, connection, patron, since, until)


def days_around(desk: Desk, since: datetime, until: datetime) -> tuple[str, str]:
    """The first and the last day whose records may say something of the time between."""
    first, last = ((at.astimezone(desk.zone)).date() for at in (since - MARGIN, until + MARGIN))
    return first.isoformat(), last.isoformat()


def of_person(
    desk: Desk, connection: Connection, patron: str, since: datetime, until: datetime
) -> Presence:
    """The same where it is known that there is such a reader, and who may see it."""
    person = stored_readers.one_person(connection, patron)
    days = days_around(desk, since, until)
    passages = stored.of_person(connection, person, *days)
    stays = seat_pages.of_days(connection, person, *days)
    spans = [*by_gates(passages, desk.profile.limits), *on_seats(stays, desk.now())]
    found = counted(spans, since, until)
    zone = desk.zone
    lines = (
        replace(each, begin=each.begin.astimezone(zone), end=each.end.astimezone(zone))
        for each in found.lines
    )
    return Presence(found.total, tuple(lines))


def counted(spans: Iterable[Span], since: datetime, until: datetime) -> Presence:
    """Rules 4 and 5, within what was asked for."""
    lines, reached = [], since
    for span in sorted(spans):
        if span.begin >= until or span.end <= since > span.begin:
            continue
        begin, end = max(span.begin, since), min(span.end, until)
        new = timedelta()
        if span.what != "void":
            new, reached = max(new, end - max(begin, reached)), max(reached, end)
        cut = ("before",) * (begin > span.begin) + ("after",) * (end < span.end)
        lines.append(Line(begin, end, span.what, span.where, new, cut, span.goes_on))
    return Presence(sum((line.counted for line in lines), timedelta()), tuple(lines))


def by_gates(passages: Iterable[Passage], limits: Limits) -> Iterator[Span]:
    """Rules 1 to 3, for one reader's records."""
    longest = timedelta(minutes=limits.gate_longest_minutes)
    ends: list[_End] = []
    for entered, left, gate in passages:
        where = gate or ""
        if entered and left and moment(left) - moment(entered) <= longest:
            yield Span(moment(entered), moment(left), "gate", where)
            continue
        if left:
            ends.append(_End(moment(left), False, where))
        if entered:
            ends.append(_End(moment(entered), True, where))
    yield from _paired(_once(set(ends), limits), longest, limits)


def on_seats(stays: Iterable[Stay], now: datetime) -> Iterator[Span]:
    """The times of one reader's sittings in which they were there: to whole seconds, as a gate has
    them, and up to now where they still are; of one that does not stand all of it.
    """
    for stay in stays:
        if stay.how == VOID and stay.since is not None:
            since, ended = second(stay.since), second(stay.ended_at or stay.until)
            yield Span(since, max(since, ended), "void", stay.seat)
        for begin, end in json.loads(stay.spans):
            yield Span(second(begin), second(end), "seat", stay.seat)
        if stay.present_since is not None:
            until = stamp(max(now, moment(stay.present_since)))
            yield Span(second(stay.present_since), second(until), "seat", stay.seat, True)


def second(stamped: str) -> datetime:
    """A stamp without its part of a second."""
    return moment(stamped).replace(microsecond=0)


class _End(NamedTuple):
    """One end alone. Of two at one moment the way out is the first: it ends what was before."""

    at: datetime
    enters: bool
    where: str


def _once(ends: Iterable[_End], limits: Limits) -> list[_End]:
    double = timedelta(seconds=limits.gate_double_seconds)
    kept: list[_End] = []
    before: _End | None = None
    for end in sorted(ends):
        if before is None or before.enters != end.enters or end.at - before.at > double:
            kept.append(end)
        before = end
    return kept


def _paired(ends: Sequence[_End], longest: timedelta, limits: Limits) -> Iterator[Span]:
    missing = timedelta(minutes=limits.gate_missing_minutes)
    inside: _End | None = None
    last: datetime | None = None
    for end in ends:
        if inside and not end.enters and end.at - inside.at <= longest:
            yield Span(inside.at, end.at, "gate", inside.where)
            inside = None
        else:
            if inside:
                yield Span(inside.at, min(inside.at + missing, end.at), "no_out", inside.where)
            inside = end if end.enters else None
            if not end.enters:
                begin = end.at - missing
                yield Span(max(begin, last) if last else begin, end.at, "no_in", end.where)
        last = end.at
    if inside:
        yield Span(inside.at, inside.at + missing, "no_out", inside.where)
