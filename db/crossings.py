"""One reader in two places at one time (重复占用): what no subject by itself shows.

Two sittings, or two bookings, of one person whose times overlap. The list follows from the rows
alone, so that desks with the same facts have the same list, in whatever order these came. A person
decides: one of the two is put aside, or both are right; each says so in its own subject. What a
rule knew of and let stand it names itself (`beside`): a clock that was set back makes two of times
that followed each other.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, timedelta
from itertools import chain, combinations, groupby, product
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from db import doubles
from db.facts import Change, Row
from db.merged import head, merged_into
from db.rows import chunks, marks

SITTING, BOOKING = "sitting", "booking"


class Crossing(SQLModel, table=True):
    """Two stays of one person that overlap, by the facts that began them, the smaller id first."""

    __table_args__ = (Index("crossing_open", "patron", sqlite_where=text("settled_by IS NULL")),)
    first: str = Field(primary_key=True)
    second: str = Field(primary_key=True, index=True)
    what: str
    """sitting, booking"""
    first_subject: str
    second_subject: str
    """their subjects"""
    patron: str
    """by the number that serves"""
    at: str
    """since when they are in both"""
    settled_by: str | None = None
    """the fact that closes it; none where people have said different things"""


class Stay(NamedTuple):
    """A row of either table, as far as it matters. It never came about without `since`."""

    id: str
    subject: str
    patron: str
    day: str
    since: str | None
    until: str
    aside: Mapping[str, str]
    """put aside for these: ids, each with the fact that says so"""
    stands: Mapping[str, str]
    """right beside these"""


_SINCE = {
    SITTING: "CASE WHEN how IS 'void' AND aside IS NULL THEN NULL WHEN since IS NULL "
    "AND (status = 'reserved' OR aside IS NOT NULL) THEN reserved_from ELSE since END",
    BOOKING: "CASE WHEN status IN ('booked', 'in_use') OR how IN ('left', 'time_up') "
    "OR aside IS NOT NULL THEN from_ END",
}
_UNTIL = "min(coalesce(ended_at, until), until)"
_ASK = {
    what: f"SELECT id, subject, patron, day, {since}, {_UNTIL}, aside, stands FROM {what}"
    for what, since in _SINCE.items()
}
_MATTERS = ("patron", "how", "status", "since", "until", "ended_at", "aside", "stands", "from_")

Line: TypeAlias = tuple[str | None, ...]


def _stays(
    raw: sqlite3.Connection, what: str, where: str, values: Sequence[str] = ()
) -> sqlite3.Cursor:
    return raw.cursor().execute(f"{_ASK[what]} WHERE {where}", values)


def _stay(line: Sequence[Any]) -> Stay:
    *rest, aside, stands = line
    said = (json.loads(each) if each else {} for each in (aside, stands))
    return Stay._make((*rest, *said))


def _line(what: str, patron: str, one: Stay, other: Stay) -> Line | None:
    """What is to be said of two stays of one person, as a row of `Crossing`."""
    verdicts = (
        one.aside.get(other.id),
        other.aside.get(one.id),
        min(filter(None, (one.stands.get(other.id), other.stands.get(one.id))), default=None),
    )
    said = [fact for fact in verdicts if fact is not None]
    if not said and not _overlap(one, other):
        return None
    # Put aside for a third, it is in nobody's way; told in two ways, it waits for a person again.
    decided = said or [*one.aside.values(), *other.aside.values()]
    settled = min(decided) if decided and len(said) < 2 else None
    first, second = (one, other) if one.id < other.id else (other, one)
    at = max(one.since or "", other.since or "")
    return first.id, second.id, what, first.subject, second.subject, patron, at, settled


def _overlap(one: Stay, other: Stay) -> bool:
    """One that ended before it began, by its clock or its plan, was at no time."""
    if one.since is None or other.since is None:
        return False
    return max(one.since, other.since) < min(one.until, other.until)


def _days(day: str) -> list[str]:
    """The library days of which something may overlap with what is of this one."""
    with suppress(ValueError):
        here = date.fromisoformat(day)
        if here.isoformat() == day:
            return [(here + timedelta(days=each)).isoformat() for each in (-1, 0, 1)]
    return [day]


def _refresh(raw: sqlite3.Connection, what: str, subject: str, id: str) -> None:
    """Say anew what one stay has to do with the others of the same person."""
    raw.execute("DELETE FROM crossing WHERE first = ?1 OR second = ?1", (id,))
    line = _stays(raw, what, "subject = ? AND id = ? AND patron NOTNULL", (subject, id)).fetchone()
    if line is None:
        return
    stay = _stay(line)
    serving = head(raw, stay.patron)
    person = merged_into(raw, serving)
    if len(person) > 1:
        person = [each for each in person if head(raw, each) == serving]
    days = _days(stay.day)
    where = f"patron IN {marks(len(person))} AND day IN {marks(len(days))} AND id <> ?"
    if not stay.aside and not stay.stands:  # nearly always, and a card waits for it
        where += f" AND ({_SINCE[what]} < ? AND {_UNTIL} > ? OR aside NOTNULL OR stands NOTNULL)"
    since = stay.until if stay.since is None else stay.since
    span = () if stay.aside or stay.stands else (stay.until, since)
    others = _stays(raw, what, where, (*person, *days, id, *span)).fetchall()
    lines = [_line(what, serving, stay, _stay(other)) for other in others]
    raw.executemany(
        f"INSERT OR REPLACE INTO crossing VALUES {marks(len(Crossing.model_fields))}",
        filter(None, lines),
    )


def beside(
    raw: sqlite3.Connection, what: str, person: Sequence[str], day: str, since: str, until: str
) -> list[str]:
    """What a person (all their numbers) has at some time between two moments, as far as this desk
    knows: what a rule lets stand beside something new is named by it, and is no crossing.
    """
    days = _days(day)
    where = f"patron IN {marks(len(person))} AND day IN {marks(len(days))}"
    where += f" AND max({_SINCE[what]}, ?) < min({_UNTIL}, ?) ORDER BY id"
    return [line[0] for line in _stays(raw, what, where, (*person, *days, since, until))]


def following(what: str) -> Callable[[sqlite3.Connection, list[Change]], None]:
    """What keeps the list in step with a table."""

    def follow(raw: sqlite3.Connection, changes: list[Change]) -> None:
        for change in changes:
            if change.key[0] == what and _matters(change.old, change.new):
                _refresh(raw, what, change.subject, change.key[1])

    return follow


def _matters(old: Row | None, new: Row | None) -> bool:
    return old is None or new is None or any(old.get(n) != new.get(n) for n in _MATTERS)


def follow_readers(raw: sqlite3.Connection, changes: Iterable[Change]) -> None:
    """Who is one person with whom has changed: a number was merged, parted, entered, erased."""
    patrons = _other_people(raw, changes)
    for patron in sorted(patrons):
        for what in _ASK:
            lines = raw.execute(f"SELECT subject, id FROM {what} WHERE patron = ?", (patron,))
            for subject, id in lines.fetchall():
                _refresh(raw, what, subject, id)
    if patrons:
        doubles.follow_readers(raw, patrons)


def _other_people(raw: sqlite3.Connection, changes: Iterable[Change]) -> set[str]:
    moved, known = set(), set()
    for change in changes:
        if change.key == ("reader",):
            old, new = change.old or {}, change.new or {}
            if old.get("merged_into") != new.get("merged_into"):
                moved.add(change.subject)
            elif (old.get("number") is None) != (new.get("number") is None):
                known.add(change.subject)
    for chunk in chunks(sorted(known)):
        lines = raw.execute(
            f"SELECT merged_into FROM reader WHERE merged_into IN {marks(len(chunk))} "
            f"UNION SELECT subject FROM reader WHERE merged_into IS NOT NULL "
            f"AND subject IN {marks(len(chunk))}",
            (*chunk, *chunk),
        )
        moved.update(subject for (subject,) in lines)
    return {each for subject in moved for each in merged_into(raw, subject)}


def emptying(what: str) -> Callable[[sqlite3.Connection], None]:
    def empty(raw: sqlite3.Connection) -> None:
        raw.execute("DELETE FROM crossing WHERE what = ?", (what,))

    return empty


def checking(what: str) -> Callable[[sqlite3.Connection], list[str]]:
    """What names the subjects of which the list does not say what the rows say."""

    def check(raw: sqlite3.Connection) -> list[str]:
        columns = ", ".join(Crossing.model_fields)
        held = set(raw.execute(f"SELECT {columns} FROM crossing WHERE what = ?", (what,)))
        return sorted({str(line[3]) for line in held ^ set(_all(raw, what))})

    return check


def _all(raw: sqlite3.Connection, what: str) -> Iterator[Line]:
    """The list told from the rows, each against each; memory holds one person's at a time, and
    those whose numbers were merged.
    """
    links = raw.execute(
        "SELECT subject, merged_into FROM reader WHERE merged_into NOTNULL"
    ).fetchall()
    serving = {subject: head(raw, subject) for line in links for subject in line}
    merged: dict[str, list[Stay]] = defaultdict(list)
    every = map(_stay, _stays(raw, what, "patron NOTNULL ORDER BY patron, day"))
    for patron, stays in groupby(every, key=lambda stay: stay.patron):
        if patron in serving:
            merged[serving[patron]].extend(stays)
        else:
            yield from _among(what, patron, stays)
    for patron, both in merged.items():
        yield from _among(what, patron, both)


def _among(what: str, patron: str, stays: Iterable[Stay]) -> Iterator[Line]:
    by_day: dict[str, list[Stay]] = defaultdict(list)
    for stay in stays:
        by_day[stay.day].append(stay)
    for day, here in by_day.items():
        next_ = [stay for each in _days(day) if each > day for stay in by_day.get(each, ())]
        for one, other in chain(combinations(here, 2), product(here, next_)):
            if (line := _line(what, patron, one, other)) is not None:
                yield line
