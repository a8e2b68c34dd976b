"""Clashes (记录冲突): what two desks did apart to the same thing, and a person's word on it (核定).

Which facts clash says the book of each feature, beside its facts. Whose the request is, or a shift
lead, decides; a settlement is a fact like any other, and reaches every desk.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from db import clash_pages as pages
from db import found_things as stored_found_things
from db import readers as stored_readers
from db import request_pages
from db import staff as stored_staff
from db.clash_pages import decision
from db.clashes import SETTLED, Pair
from db.facts import Draft, Fact
from db.folding import facts_of
from db.place import clock_offset
from db.requests import Request
from db.store import driver
from deskapp import holidays, matter, record, responsibility, staff, whose
from deskapp.desk import Desk, Operator, Refusal, Role
from deskapp.readers import masked_name
from deskapp.record import Record, Step

READERS = ("reader", "patron", "into", "merged_into")
BOTH = "both"
"""neither is set aside: the order in which the centre got them stands"""
REQUEST = "request"
SEEING = Role.LIBRARIAN
SETTLING: Mapping[str, Role] = {"staff": staff.KEEPING, "holiday": holidays.LOADING}
"""who may settle what is no request, if not every shift lead"""

SHOWN = (
    *("what", "number", "first", "last", "hours", "name", "badge", "role", "departments", "posts"),
    *("committees", "active", "reader", "verified", "lost", "until", "patron", "status"),
    *("passed_to", "by", "signed_by", "into", "merged_into", "seed", "digest", "place", "left_at"),
)
"""what is shown of things that are no requests: neither words of people nor PINs are among it"""


@dataclass(frozen=True, slots=True)
class Line:
    """A clash in a list. `name`: what people call the thing; `kinds`, `who`: of the two facts."""

    subject: str
    pair: Pair
    name: str
    kinds: tuple[str, str]
    who: tuple[str, str]
    at: datetime


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two. `at`: by the clock of its desk; `behind`: by how much that one was behind the
    centre's, as far as anybody knows; `step`: of a request, what was done; `said`: of anything else
    what it says openly, with names for ids.
    """

    id: str
    kind: str
    at: datetime
    desk: str
    behind: timedelta | None
    who: str
    step: Step | None
    said: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the thing stands if this is kept: a fact's id, or BOTH. `values`: of what is no request,
    by column, as far as the outcomes differ.
    """

    keep: str
    record: Record | None
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Clash:
    """One clash, the earlier id first; what each choice makes of it: the first, the second, both.
    `record`: the request as it stands.
    """

    subject: str
    pair: Pair
    name: str
    sides: tuple[Side, Side]
    outcomes: tuple[Outcome, ...]
    record: Record | None
    may: bool
    """whether the operator may settle it"""


@dataclass(frozen=True, slots=True)
class Settled:
    """A clash is settled. `left`: how many of the same thing still wait."""

    subject: str
    name: str
    left: int


# looking


class ClashList:
    """All that wait, newest first, as a long list's source."""

    def __init__(self, desk: Desk) -> None:
        desk.require(SEEING)
        self.desk = desk

    def count(self) -> int:
        return count(self.desk)

    def key(self, row: Line) -> Pair:
        return row.pair

    def after(self, key: Pair | None, limit: int, skip: int = 0) -> Sequence[Line]:
        with self.desk.reading() as connection:
            return _lines(self.desk, connection, pages.page(connection, key, limit, skip))

    def before(self, key: Pair | None, limit: int, skip: int = 0) -> Sequence[Line]:
        with self.desk.reading() as connection:
            found = pages.page(connection, key, limit, skip, backwards=True)
            return _lines(self.desk, connection, found)

    def place(self, row: Line) -> int | None:
        with self.desk.reading() as connection:
            return pages.place(connection, row.pair)


def count(desk: Desk) -> int:
    """How many wait for a person."""
    with desk.reading() as connection:
        return pages.count(connection)


def _lines(desk: Desk, connection: Connection, found: Sequence[pages.Line]) -> list[Line]:
    names = _names(connection)
    return [
        Line(
            each.subject,
            (each.first, each.second),
            _called(desk, connection, each.subject, names),
            each.kinds,
            (names.get(each.actors[0] or "", ""), names.get(each.actors[1] or "", "")),
            desk.local(each.at),
        )
        for each in found
    ]


def _names(connection: Connection) -> dict[str, str]:
    return {each.subject: each.name for each in stored_staff.all_ever(connection)}


def _called(desk: Desk, connection: Connection, subject: str, names: Mapping[str, str]) -> str:
    """What people call a thing: its number, the day, the person; nothing of a card."""
    book, _, rest = subject.partition(":")
    match book:
        case "request" | "found":
            find = request_pages.by_subject if book == REQUEST else stored_found_things.by_subject
            row = find(connection, subject)
            return matter.number_of(desk, row.desk, row.number, row.year) if row else ""
        case "staff":
            return names.get(subject, "")
        case "reader":
            return _reader(connection, subject)
        case "holiday" | "count" | "place":
            return rest
        case "segment" | "application":
            return _reader(connection, f"reader:{subject.rpartition(':')[2]}")
        case "draw":
            return rest.partition(":")[0]
    return ""


def _reader(connection: Connection, subject: str) -> str:
    reader = stored_readers.by_subject(connection, subject)
    return masked_name(reader.name or "") if reader else ""


def clash(desk: Desk, pair: Pair) -> Clash:
    """One clash as whoever settles it needs it; no words for those who may not see them.

    Refuses RoleTooLow, ClashGone (it is settled, or no clash any more).
    """
    operator = _seeing(desk)
    with desk.reading() as connection:
        subject = _open(connection, pair)
        facts = facts_of(driver(connection), [subject])[subject]
        names, row = _names(connection), request_pages.by_subject(connection, subject)
        shown = record.shown(desk, connection, row, facts) if row else None
        outcomes = [_outcome(desk, connection, subject, pair, keep, row) for keep in (*pair, BOTH)]
        steps = _apart(desk, connection, row, facts, pair) if row else {}
        own = clock_offset(connection)
        return Clash(
            subject,
            pair,
            _called(desk, connection, subject, names),
            _both(_side(desk, connection, f, steps, names, own) for f in facts if f.id in pair),
            tuple(_differing(outcomes)),
            shown,
            _may(operator, subject, row),
        )


def _both(sides: Iterable[Side]) -> tuple[Side, Side]:
    first, second = sorted(sides, key=lambda side: side.id)
    return first, second


def _seeing(desk: Desk) -> Operator:
    desk.require(SEEING)
    return staff.as_now(desk)


def _open(connection: Connection, pair: Pair) -> str:
    """The subject of a pair that waits; refuses ClashGone."""
    subject = pages.subject_of(connection, pair)
    if subject is None:
        raise Refusal("ClashGone")
    return subject


def _apart(
    desk: Desk, connection: Connection, row: Request, facts: Sequence[Fact], pair: Pair
) -> dict[str, Step]:
    """Each of the two as its author meant it, who knew nothing of the other."""
    found = {}
    for one, other in (pair, pair[::-1]):
        known = [fact for fact in facts if fact.id != other]
        course = record.shown(desk, connection, row, known).course
        found[one] = next(step for step in course if step.id == one)
    return found


def _side(
    desk: Desk,
    connection: Connection,
    fact: Fact,
    steps: Mapping[str, Step],
    names: Mapping[str, str],
    own: int | None,
) -> Side:
    skew = own if fact.skew is None and fact.desk == desk.code else fact.skew
    behind = timedelta(milliseconds=skew) if skew is not None else None
    who, step = names.get(fact.actor or "", ""), steps.get(fact.id)
    said = {} if step else _words(connection, fact.says(), names)
    return Side(fact.id, fact.kind, desk.local(fact.at), fact.desk, behind, who, step, said)


def _words(
    connection: Connection, said: Mapping[str, Any], names: Mapping[str, str]
) -> dict[str, str]:
    """What is shown of a fact or a row, by column: staff and readers by name."""
    found = {}
    for name in SHOWN:
        value = said.get(name)
        if name in READERS and value:
            found[name] = _reader(connection, str(value))
        elif value is not None:
            each = value if isinstance(value, list) else [value]
            found[name] = " ".join(names.get(str(one), str(one)) for one in each)
    return {name: words for name, words in found.items() if words}


def _outcome(
    desk: Desk, connection: Connection, subject: str, pair: Pair, keep: str, row: Request | None
) -> Outcome:
    """The thing folded with this settlement."""
    folded, facts = pages.supposed(connection, desk.ledger.books, subject, pair, keep)
    if row is not None and ("request",) in folded.rows:
        then = request_pages.as_known(
            connection, Request(subject=subject, **folded.rows["request",])
        )
        secret = not record.may_see(staff.as_now(desk), row)
        shown = record.shown(desk, connection, then, facts[:-1], secret=secret)
        return Outcome(keep, replace(shown, clashes=shown.clashes - 1))  # this one is settled
    values = {
        name: json.loads(value) if name in stored_staff.LISTS else value
        for each in folded.rows.values()
        for name, value in each.items()
    }
    return Outcome(keep, None, _words(connection, values, _names(connection)))


def _differing(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Outcomes with those values alone that are not the same in all."""
    names = {name for each in outcomes for name in each.values}
    differ = {name for name in names if len({each.values.get(name) for each in outcomes}) > 1}
    return [
        replace(each, values={name: each.values.get(name, "") for name in sorted(differ)})
        for each in outcomes
    ]


# settling


def _may(operator: Operator, subject: str, row: Request | None) -> bool:
    if row is not None:
        return row.responsible == operator.id or matter.stands_in(operator, row)
    return operator.role.reaches(SETTLING.get(subject.partition(":")[0], Role.SHIFT_LEAD))


def settle(desk: Desk, pair: Pair, keep: str, reason: str = "") -> Settled:
    """Say which of the two stands, or that BOTH do, and why, if one wants to.

    A request's clash is settled by whoever is responsible, or a shift lead who may know what was
    said; any other by a shift lead (staff and days by whoever enters them). Refuses RoleTooLow,
    ClashGone, ChoiceMissing, NotResponsible, ResponsibleGone (it would be somebody's who has left).
    """
    operator = _seeing(desk)
    if keep not in (*pair, BOTH):
        raise Refusal("ChoiceMissing")
    said, why = decision(pair, keep), {"reason": reason.strip()} if reason.strip() else None
    with desk.act() as act:
        subject = _open(act.connection, pair)
        row = request_pages.by_subject(act.connection, subject)
        if row is not None:
            matter.refuse_others(desk, operator, row)
            matter.record(act, row, SETTLED, said, why)
            responsibility.refuse_gone(act.connection, subject)
        else:
            desk.require(SETTLING.get(subject.partition(":")[0], Role.SHIFT_LEAD))
            person = whose.words(act, subject, None) if why else None
            act.record_all([Draft(SETTLED, subject, said, person, why)])
        name = _called(desk, act.connection, subject, _names(act.connection))
        return Settled(subject, name, pages.count(act.connection, subject))
