"""Clashes (记录冲突): what two desks did apart to the same thing, and a person's word on it (核定).

Which facts clash says the book of each feature, beside its facts. Whose the request is, or a shift
lead, decides; a settlement is a fact like any other, and reaches every desk.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from db import clash_pages as pages
from db import request_pages
from db import staff as stored_staff
from db.clash_pages import BOTH, Open, decision
from db.clashes import SETTLED, Pair
from db.facts import Book, Draft, Fact, Rows
from db.folding import facts_of
from db.ledger import Act
from db.place import clock_offset
from db.requests import Request
from db.rows import load
from db.store import driver
from deskapp import (
    conduct,
    doubles,
    event_odds,
    holidays,
    matter,
    readers,
    record,
    responsibility,
    staff,
    stays,
    whose,
)
from deskapp.at_odds import Clash, Line, Outcome, Settled, Side
from deskapp.clash_list import CROSSING, SEEING, ClashList, called, count, names_of, waiting
from deskapp.desk import Desk, Operator, Refusal, Role
from deskapp.doubles import DOUBLE
from deskapp.plans import HAS
from deskapp.record import Step
from deskapp.stays import Stay

__all__ = [
    "BOTH",
    "SEEING",
    "Clash",
    "ClashList",
    "Line",
    "Outcome",
    "Settled",
    "Side",
    "clash",
    "count",
    "settle",
]

READERS = ("reader", "patron", "into", "merged_into")
SETTLING: Mapping[str, Role] = {"staff": staff.KEEPING, "holiday": holidays.LOADING}
"""who may settle what is no request, if not every shift lead"""

_SHOWN = (
    *("what", "number", "first", "last", "hours", "name", "badge", "role", "departments", "posts"),
    *("committees", "active", "reader", "verified", "lost", "until", "patron", "status"),
    *("passed_to", "by", "signed_by", "into", "merged_into", "seed", "digest", "place", "left_at"),
    *("row", "col", *HAS, "closed", "closed_at", "removed", "seat", "last_day"),
    *("begins", "out", "score", "rank"),
    *("prize", "gift", "serial", "template", "lang", "issuers", "signatory", "day"),
)
SHOWN = (*_SHOWN, *event_odds.SHOWN)
"""what is shown of things that are no requests: neither words of people nor PINs are among it"""


# looking


def clash(desk: Desk, pair: Pair) -> Clash:
    """One clash as whoever settles it needs it; no words for those who may not see them.

    Refuses RoleTooLow, ClashGone (it is settled, or no clash any more).
    """
    operator = _seeing(desk)
    with desk.reading() as connection:
        found = waiting(connection, pair)
        if found.what == doubles.SIGNUP:
            return _double(desk, connection, operator, found)
        if found.what is not None:
            return _crossing(desk, connection, operator, found)
        subject = found.subject
        facts = facts_of(driver(connection), [subject])[subject]
        names, row = names_of(connection), request_pages.by_subject(connection, subject)
        shown = record.shown(desk, connection, row, facts) if row else None
        known = _stays(desk, connection, subject)
        sides = [fact for fact in facts if fact.id in pair]
        about = dict.fromkeys(map(stays.named, sides))
        there = [known[id] for id in about if id in known]
        outcomes = [
            _outcome(desk, connection, subject, pair, keep, row, there) for keep in (*pair, BOTH)
        ]
        steps = _apart(desk, connection, row, facts, pair) if row else {}
        own = clock_offset(connection)
        return Clash(
            subject,
            pair,
            called(desk, connection, subject, names),
            _both(
                _side(desk, connection, f, steps, names, own, known.get(stays.named(f)))
                for f in sides
            ),
            tuple(_differing(outcomes)),
            shown,
            _may(operator, subject, row),
        )


def _stays(desk: Desk, connection: Connection, subject: str) -> dict[str, Stay]:
    book = desk.ledger.books[subject.partition(":")[0]]
    if book.name not in stays.BOOKS:
        return {}
    rows = load(driver(connection), book, [subject])[subject]
    return stays.stays(desk, connection, subject, rows)


def _crossing(desk: Desk, connection: Connection, operator: Operator, found: Open) -> Clash:
    """One reader in two places at one time."""
    names, own = names_of(connection), clock_offset(connection)
    known: dict[str, Stay] = {}
    for subject in found.subjects:
        known |= _stays(desk, connection, subject)
    facts = facts_of(driver(connection), set(found.subjects))
    begun = {
        stays.named(fact): fact
        for subject in found.subjects
        for fact in reversed(facts.get(subject, ()))
        if stays.named(fact) in found.pair
    }
    both = [known[id] for id in found.pair]
    outcomes = []
    for keep in (*found.pair, BOTH):
        drafts = stays.decided(connection, found, keep, operator.id)
        rows: Rows = {}
        for subject in found.subjects:
            ours = [draft for draft in drafts if draft.subject == subject]
            rows |= pages.supposed(connection, desk.ledger.books, subject, ours)[0].rows
        outcomes.append(Outcome(keep, None, stays=stays.then(both, rows, desk.now())))
    return Clash(
        CROSSING,
        found.pair,
        readers.who(connection, found.patron),
        _both(
            replace(_side(desk, connection, fact, {}, names, own, known[id]), id=id)
            for id, fact in begun.items()
        ),
        tuple(outcomes),
        None,
        _may(operator, CROSSING, None),
    )


def _double(desk: Desk, connection: Connection, operator: Operator, found: Open) -> Clash:
    """One reader, or one ticket, with two sign-ups of one event."""
    names, own = names_of(connection), clock_offset(connection)
    known = doubles.sides(desk.ledger.books, connection, found)
    return Clash(
        DOUBLE,
        found.pair,
        doubles.called(connection, found),
        _both(
            replace(_side(desk, connection, fact, {}, names, own), said=said)
            for fact, said in known.values()
        ),
        doubles.outcomes(desk.ledger.books, connection, found, operator.id),
        None,
        _may(operator, DOUBLE, None),
    )


def _both(sides: Iterable[Side]) -> tuple[Side, Side]:
    first, second = sorted(sides, key=lambda side: side.id)
    return first, second


def _seeing(desk: Desk) -> Operator:
    desk.require(SEEING)
    return staff.as_now(desk)


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
    stay: Stay | None = None,
) -> Side:
    skew = own if fact.skew is None and fact.desk == desk.code else fact.skew
    behind = timedelta(milliseconds=skew) if skew is not None else None
    who, step = names.get(fact.actor or "", ""), steps.get(fact.id)
    if fact.book in event_odds.BOOKS:
        said = event_odds.said(connection, fact)
    else:
        said = {} if step or stay else _words(connection, fact.subject, fact.says(), names)
    at, counts = desk.local(fact.at), event_odds.counts(connection, fact)
    return Side(fact.id, fact.kind, at, fact.desk, behind, who, step, said, stay, counts)


def _words(
    connection: Connection, subject: str, said: Mapping[str, Any], names: Mapping[str, str]
) -> dict[str, str]:
    """What is shown of a fact or a row, by column: staff and readers by name."""
    found = {}
    if subject.startswith("segment:"):
        said = {**said, "last_day": said.get("until")}
    if subject.startswith("helper:"):
        said = {**said, "role": None}  # what they do there, in words
    if subject.startswith("place:"):
        said = {**said, "rank": None}  # follows from row and column
    for name in _SHOWN:
        value = said.get(name)
        if name == "until" and not subject.startswith("card:"):
            continue  # how long something is kept follows from what is kept
        if name in READERS and value:
            found[name] = readers.who(connection, str(value))
        elif value is not None:
            each = value if isinstance(value, list) else [value]
            found[name] = " ".join(names.get(str(one), str(one)) for one in each)
    return {name: words for name, words in found.items() if words}


def _outcome(
    desk: Desk,
    connection: Connection,
    subject: str,
    pair: Pair,
    keep: str,
    row: Request | None,
    there: Sequence[Stay],
) -> Outcome:
    """The thing folded with this settlement."""
    settlement = Draft(SETTLED, subject, decision(pair, keep))
    folded, facts = pages.supposed(connection, desk.ledger.books, subject, [settlement])
    if there:
        return Outcome(keep, None, stays=stays.then(there, folded.rows, desk.now()))
    if row is not None and ("request",) in folded.rows:
        then = request_pages.as_known(
            connection, Request(subject=subject, **folded.rows["request",])
        )
        secret = not record.may_see(staff.as_now(desk), row)
        shown = record.shown(desk, connection, then, facts[:-1], secret=secret)
        return Outcome(keep, replace(shown, clashes=shown.clashes - 1))  # this one is settled
    if subject.partition(":")[0] in event_odds.BOOKS:
        about = event_odds.sessions([fact for fact in facts if fact.id in pair])
        return Outcome(keep, None, event_odds.values(connection, subject, folded.rows, about))
    values = {
        name: json.loads(value) if name in stored_staff.LISTS else value
        for each in folded.rows.values()
        for name, value in each.items()
    }
    return Outcome(keep, None, _words(connection, subject, values, names_of(connection)))


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
        found = waiting(act.connection, pair)
        if found.what is not None:
            return _settle_crossing(act, desk, found, keep, why)
        subject = found.subject
        row = request_pages.by_subject(act.connection, subject)
        if row is not None:
            matter.refuse_others(desk, operator, row)
            matter.record(act, row, SETTLED, said, why)
            responsibility.refuse_gone(act.connection, subject)
        else:
            desk.require(SETTLING.get(subject.partition(":")[0], Role.SHIFT_LEAD))
            person = whose.words(act, subject, None) if why else None
            act.record_all([Draft(SETTLED, subject, said, person, why)])
            for stay in stays.released_wrongly(act, desk.ledger.books, subject, pair):
                conduct.lift_released(act, stay)
            if subject.partition(":")[0] in event_odds.BOOKS:
                event_odds.go_on(act, subject)
        name = called(desk, act.connection, subject, names_of(act.connection))
        return Settled(subject, name, pages.count(act.connection, subject))


def _settle_crossing(
    act: Act, desk: Desk, found: Open, keep: str, why: dict[str, str] | None
) -> Settled:
    operator = desk.require(Role.SHIFT_LEAD)
    drafts = decided(desk.ledger.books, act.connection, found, keep, operator.id)
    if not drafts:
        raise Refusal("ClashGone")
    if why:
        first = drafts[0]
        person = whose.words(act, first.subject, None)
        drafts[0] = replace(first, person=person, private=why)
    act.record_all(drafts)
    if found.what == doubles.SIGNUP:
        event_odds.go_on(act, found.subject)
        name = doubles.called(act.connection, found)
        return Settled(DOUBLE, name, pages.count(act.connection, found.subject))
    act.record_all(stays.given_back(act, found))
    name = readers.who(act.connection, found.patron)
    return Settled(CROSSING, name, pages.count(act.connection, patron=found.patron))


def decided(
    books: Mapping[str, Book],
    connection: Connection,
    found: Open,
    keep: str,
    by: str | None,
) -> list[Draft]:
    """The facts by which one of two subjects of one person stands, or both."""
    if found.what == doubles.SIGNUP:
        return doubles.decided(books, connection, found, keep, by)
    return stays.decided(connection, found, keep, by)
