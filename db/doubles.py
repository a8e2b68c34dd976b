"""One person twice at one event (重复报名): what no sign-up by itself shows.

Two sign-ups of one event whose readers are one person: merged, or known for one later. And two that
go by one ticket: a door that has not heard of a sign-up admits by the ticket alone, under a name
that is the same at every such door. That one counts as one with the sign-up, and nobody is asked
unless both were used, or the ticket was not good any more. The list follows from the rows alone. A
person decides: one of the two is put aside, or both are right; each says so in its own subject.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import NamedTuple, TypeAlias

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from db import headcounts
from db.events import event_of
from db.facts import Change
from db.merged import head, merged_into
from db.rows import chunks, marks
from db.signup_rows import IN, LIVE, VOID, WHOLE

PERSON, TICKET = "person", "ticket"
_BY_TICKET = ":ticket-"


class Double(SQLModel, table=True):
    """Two sign-ups of one person, by the facts that made them, the smaller id first. `expected`,
    `came`, `inside`: so many of a session's headcount are the same people.
    """

    __table_args__ = (
        Index("double_first", "first_subject"),
        Index("double_second", "second_subject"),
        Index("double_open", "event", sqlite_where=text("settled_by IS NULL")),
    )
    first: str = Field(primary_key=True)
    second: str = Field(primary_key=True)
    what: str
    """person, ticket"""
    event: str
    session: str
    first_subject: str
    second_subject: str
    patron: str | None = None
    """by the number that serves"""
    at: str
    expected: int
    came: int
    inside: int
    settled_by: str | None = None
    """the fact that closes it; none where a person must look"""


def of_ticket(event: str, serial: str) -> str:
    """Whoever came with a true ticket to a door that had not heard of their sign-up: the same at
    every such door.
    """
    return f"signup:{event.partition(':')[2]}{_BY_TICKET}{serial}"


class Entry(NamedTuple):
    """A row of sign-ups, as far as it matters."""

    made: str
    subject: str
    session: str
    event: str
    patron: str | None
    places: int
    status: str
    made_at: str
    aside: Mapping[str, str]
    """put aside for these: ids, each with the fact that says so"""
    stands: Mapping[str, str]
    """right beside these"""


_ASK = (
    "SELECT made, subject, session, event, patron, places, status, made_at, aside, stands "
    "FROM signup WHERE "
)
_MATTERS = ("patron", "places", "status", "made", "made_at", "aside", "stands")
Line: TypeAlias = tuple[str | int | None, ...]


def _entries(raw: sqlite3.Connection, where: str, values: Iterable[str]) -> list[Entry]:
    found = []
    for *rest, aside, stands in raw.execute(_ASK + where, tuple(values)):
        said = (json.loads(each) if each else {} for each in (aside, stands))
        found.append(Entry._make((*rest, *said)))
    return found


def _said(one: Entry, other: Entry) -> list[str]:
    """What people have said of the two: more than one, if not the same."""
    verdicts = (
        one.aside.get(other.made),
        other.aside.get(one.made),
        min(filter(None, (one.stands.get(other.made), other.stands.get(one.made))), default=None),
    )
    return [fact for fact in verdicts if fact is not None]


def _line(
    what: str,
    one: Entry,
    other: Entry,
    session: str,
    patron: str | None,
    same: tuple[int, int, int],
    settled: str | None,
) -> Line:
    first, second = (one, other) if one.made < other.made else (other, one)
    at = max(one.made_at, other.made_at)
    ids, subjects = (first.made, second.made), (first.subject, second.subject)
    return (*ids, what, one.event, session, *subjects, patron, at, *same, settled)


def _of_person(raw: sqlite3.Connection, entry: Entry) -> Iterator[Line]:
    """The other sign-ups of the same reader."""
    if entry.patron is None:
        return
    person, serving = [entry.patron], entry.patron
    merged = "SELECT 1 FROM reader WHERE merged_into = ?1 UNION ALL "
    merged += "SELECT 1 FROM reader WHERE subject = ?1 AND merged_into NOTNULL LIMIT 1"
    if raw.execute(merged, person).fetchone():
        serving = head(raw, entry.patron)
        person = [each for each in merged_into(raw, serving) if head(raw, each) == serving]
    where = f"patron IN {marks(len(person))} AND event = ? AND subject <> ?"
    for other in _entries(raw, where, (*person, entry.event, entry.subject)):
        if entry.session != other.session and WHOLE not in (entry.session, other.session):
            continue
        said = _said(entry, other)
        if said or (entry.status in LIVE and other.status in LIVE):
            session = entry.session or other.session
            settled = said[0] if len(said) == 1 else None
            yield _line(PERSON, entry, other, session, serving, (0, 0, 0), settled)


def _of_tickets(raw: sqlite3.Connection, entry: Entry) -> Iterator[Line]:
    """The same ticket under the name that doors give it which have not heard of it."""
    if _BY_TICKET in entry.subject:
        serial = entry.subject.partition(_BY_TICKET)[2]
        sql = "SELECT subject, revoked_at FROM ticket WHERE serial = ? AND event = ?"
        for subject, revoked in raw.execute(sql, (serial, entry.event)).fetchall():
            for known in _entries(raw, "subject = ?", (subject,)):
                yield from _one_ticket(raw, known, entry, revoked)
    # Whoever came so may have been given another ticket, and that be unheard of at a third door.
    sql = "SELECT serial, revoked_at FROM ticket WHERE subject = ?"
    for serial, revoked in raw.execute(sql, (entry.subject,)).fetchall():
        for unknown in _entries(raw, "subject = ?", (of_ticket(entry.event, serial),)):
            yield from _one_ticket(raw, entry, unknown, revoked)


def _one_ticket(
    raw: sqlite3.Connection, known: Entry, unknown: Entry, revoked: str | None
) -> Iterator[Line]:
    said = _said(known, unknown)
    if known.session not in (WHOLE, unknown.session) or (unknown.status == VOID and not said):
        return
    ours, theirs = (_presence(raw, each.subject, unknown.session) for each in (known, unknown))
    more = [max(0, one + other - known.places) for one, other in zip(ours, theirs, strict=True)]
    if said:
        settled = said[0] if len(said) == 1 else None
    else:
        good = known.status in LIVE and revoked is None
        settled = unknown.made if not theirs[0] or (good and not (ours[0] and more[0])) else None
    # Whom somebody has said to be two are two; what was put aside has no people.
    apart = {known.made, unknown.made} & {*unknown.stands, *known.stands, *known.aside}
    expected = unknown.places if unknown.status == IN else 0
    same = (0, 0, 0) if apart else (expected, more[0], more[1])
    yield _line(TICKET, known, unknown, unknown.session, known.patron, same, settled)


def _presence(raw: sqlite3.Connection, subject: str, session: str) -> tuple[int, int]:
    """How many came and are inside."""
    sql = "SELECT came, inside FROM presence WHERE subject = ? AND session = ?"
    line: tuple[int, int] | None = raw.execute(sql, (subject, session)).fetchone()
    return line or (0, 0)


def _lines(raw: sqlite3.Connection, subject: str) -> set[Line]:
    entries = _entries(raw, "subject = ?", (subject,))
    return {line for e in entries for line in chain(_of_person(raw, e), _of_tickets(raw, e))}


_NAMES = ", ".join(Double.model_fields)


def _refresh(raw: sqlite3.Connection, subjects: Iterable[str]) -> None:
    """Say anew what sign-ups have to do with others of the same person, and count these once."""
    differ: headcounts.Figures = Counter()
    for subject in sorted(subjects):
        where = "WHERE first_subject = ?1 OR second_subject = ?1"
        old = set(raw.execute(f"SELECT {_NAMES} FROM double {where}", (subject,)))
        new = _lines(raw, subject)
        for line in old - new:
            raw.execute("DELETE FROM double WHERE first = ? AND second = ?", line[:2])
            differ.update(_same(line))
        for line in new - old:
            raw.execute(f"INSERT OR REPLACE INTO double VALUES {marks(len(line))}", line)
            differ.subtract(_same(line))
    headcounts.add(raw, differ)


def _same(line: Line) -> headcounts.Figures:
    """What is counted twice by the rows."""
    names = zip(("expected", "came", "inside"), line[9:12], strict=True)
    event, session = str(line[3]), str(line[4])
    return Counter({(event, session, name): int(many or 0) for name, many in names})


def follow(raw: sqlite3.Connection, changes: list[Change]) -> None:
    """Keep headcounts and list in step with sign-ups."""
    headcounts.follow(raw, changes)
    moved = set()
    for change in changes:
        old, new = change.old or {}, change.new or {}
        match change.key[0]:
            case "signup" if any(old.get(name) != new.get(name) for name in _MATTERS):
                moved.add(change.subject)
            case "ticket" if old.get("revoked_at") != new.get("revoked_at") or not old:
                unknown = of_ticket(event_of(change.subject), change.key[1])
                if raw.execute("SELECT 1 FROM signup WHERE subject = ?", (unknown,)).fetchone():
                    moved |= {unknown, change.subject}
            case "presence":
                sql = "SELECT 1 FROM double WHERE first_subject = ?1 OR second_subject = ?1"
                if raw.execute(sql, (change.subject,)).fetchone():
                    moved.add(change.subject)
    _refresh(raw, moved)


def follow_readers(raw: sqlite3.Connection, patrons: Iterable[str]) -> None:
    """Who is one person with whom has changed, of these."""
    moved: set[str] = set()
    for chunk in chunks(sorted(patrons)):
        sql = f"SELECT subject FROM signup WHERE patron IN {marks(len(chunk))}"
        moved.update(subject for (subject,) in raw.execute(sql, chunk))
    _refresh(raw, moved)


def empty(raw: sqlite3.Connection) -> None:
    raw.execute("DELETE FROM double")
    headcounts.empty(raw)


def check(raw: sqlite3.Connection) -> list[str]:
    """The events of which list or headcounts do not say what the rows say."""
    some = "SELECT subject FROM reader WHERE merged_into NOTNULL"
    twice = "SELECT 1 FROM signup o WHERE o.patron = s.patron AND o.event = s.event"
    subjects = raw.execute(
        f"SELECT DISTINCT subject FROM signup s WHERE patron IN ({some}) OR subject LIKE "
        f"'%{_BY_TICKET}%' OR EXISTS ({twice} AND o.subject <> s.subject)"
    ).fetchall()
    lines = set().union(*(_lines(raw, subject) for (subject,) in subjects))
    held = set(raw.execute(f"SELECT {_NAMES} FROM double"))
    return sorted({str(line[3]) for line in held ^ lines} | set(headcounts.check(raw)))
