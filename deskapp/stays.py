"""Sittings and bookings as whoever settles a clash needs them: whose, where, when, and what of it
stands.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from db.clash_pages import BOTH, Open
from db.clashes import Pair, decisions
from db.clock import moment
from db.crossings import BOOKING, SITTING
from db.facts import Book, Draft, Fact, Rows
from db.folding import facts_of, stub
from db.ledger import Act
from db.rows import load
from db.store import driver
from deskapp import readers
from deskapp.desk import Desk

BOOKS = {"seat": SITTING, "room": BOOKING}
"""books whose facts are about stays, with the table of these"""
ENDING = {SITTING: "seat.left", BOOKING: "room.ended"}
UNUSED = ("no_show", "too_few", "unserved")


@dataclass(frozen=True, slots=True)
class Stay:
    """One sitting or booking. `where`: a seat `exam/C-37` or a room's code; `who` masked."""

    id: str
    who: str
    where: str
    begins: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Then:
    """How a stay stands if something is kept: reserved, waiting, seated, away, in_use, over,
    unused, cancelled, void. `minutes`: that its reader was on the seat.
    """

    stay: Stay
    state: str
    minutes: int | None


def named(fact: Fact) -> str:
    """The stay that a fact of a seat or a room is about: it names it, or began it."""
    said = fact.says()
    return str(said.get("sitting") or said.get("booking") or fact.id)


def stays(desk: Desk, connection: Connection, subject: str, rows: Rows) -> dict[str, Stay]:
    """All of a seat's or a room's day, by id."""
    where, found = subject.split(":", 2)[2], {}
    for (_, id), row in rows.items():
        begins = row.get("since") or row.get("reserved_from") or row.get("from_") or ""
        until = min(row["until"], row["ended_at"] or row["until"])
        if until <= begins:  # given up before it began: until when it was to be
            until = row["until"]
        who = readers.who(connection, row["patron"])
        found[id] = Stay(id, who, where, desk.local(begins), desk.local(until))
    return found


def then(known: Iterable[Stay], rows: Rows, now: datetime) -> tuple[Then, ...]:
    """How they stand by these rows."""
    held = {key[1]: row for key, row in rows.items()}
    return tuple(Then(stay, *_state(held.get(stay.id), now)) for stay in known)


def _state(row: Mapping[str, Any] | None, now: datetime) -> tuple[str, int | None]:
    if row is None or row["how"] == "void":
        return "void", None
    if row["status"] != "over":
        state = "reserved" if row["status"] == "booked" else str(row["status"])
    elif row["how"] in UNUSED:
        state = "unused"
    else:
        state = "cancelled" if row["how"] in ("cancelled", "withdrawn") else "over"
    if "spans" not in row or state in ("reserved", "unused", "cancelled"):
        return state, None
    spans = [[moment(each) for each in span] for span in json.loads(row["spans"])]
    if row["present_since"] is not None:
        since = moment(row["present_since"])
        spans.append([since, max(now, since)])
    return state, sum((to - since for since, to in spans), timedelta()) // timedelta(minutes=1)


def decided(connection: Connection, crossing: Open, keep: str, by: str | None) -> list[Draft]:
    """What says that one of two stays of one reader stands, or both: a fact on the one put aside,
    and what makes up for those that say otherwise.
    """
    facts = facts_of(driver(connection), crossing.subjects)
    drafts, told = [], False
    for fact in (fact for subject in crossing.subjects for fact in _standing(facts[subject])):
        verdict = _verdict(fact, crossing)
        told |= verdict == keep
        if verdict not in (None, keep):
            said = {"undoes": fact.id, "by": by, crossing.names: named(fact)}
            what = fact.kind.partition(".")[2]
            drafts.append(Draft(f"{fact.book}.undone", fact.subject, said | {"what": what}))
    if not told:
        aside = crossing.first if keep == crossing.second else crossing.second
        kind, beside = ("both_right", "other") if keep == BOTH else ("put_aside", "for")
        other = crossing.first if keep == BOTH else keep
        subject = dict(zip(crossing.pair, crossing.subjects, strict=True))[aside]
        book = subject.partition(":")[0]
        drafts.append(Draft(f"{book}.{kind}", subject, {crossing.names: aside, beside: other}))
    return drafts


def _standing(facts: Sequence[Fact]) -> list[Fact]:
    aside = decisions([stub(fact) for fact in facts]).aside
    return [fact for fact in facts if fact.id not in aside]


def _verdict(fact: Fact, crossing: Open) -> str | None:
    """Which of the two stands by this fact, or BOTH; None where it is about something else."""
    said = fact.says()
    kind = fact.kind.partition(".")[2]
    other = str(said.get("for") if kind == "put_aside" else said.get("other"))
    if {named(fact), other} != set(crossing.pair) or kind not in ("put_aside", "both_right"):
        return None
    return other if kind == "put_aside" else BOTH


_HELD = """
WITH held AS (
    SELECT subject, id, {since} AS since, until FROM {table}
    WHERE subject = ? AND ended_at IS NULL AND status <> 'waiting'
) SELECT 1 FROM held AS ours JOIN held AS other ON other.id <> ours.id
WHERE ours.id = ? AND ours.since < other.until AND other.since < ours.until
"""
_SINCE = {SITTING: "coalesce(since, reserved_from)", BOOKING: "from_"}


def released_wrongly(
    act: Act, books: Mapping[str, Book], subject: str, pair: Pair
) -> Iterable[str]:
    """The stays that one of two facts has released, but not as it is settled now."""
    book = books[subject.partition(":")[0]]
    if book.name not in BOOKS:
        return
    facts, rows = facts_of(act.raw, [subject])[subject], load(act.raw, book, [subject])[subject]
    for fact in facts:
        if fact.id in pair and fact.kind == f"{book.name}.released":
            row = rows.get((BOOKS[book.name], named(fact)))
            if row is not None and row["how"] != fact.says()["why"]:
                yield named(fact)


def given_back(act: Act, crossing: Open) -> list[Draft]:
    """Of two stays of which one goes on again: it ends where somebody else has the place by now."""
    table = crossing.names
    sql, ending = _HELD.format(table=table, since=_SINCE[table]), ENDING[table]
    return [
        Draft(ending, subject, {table: id, "how": "left"})
        for subject, id in zip(crossing.subjects, crossing.pair, strict=True)
        if act.raw.execute(sql, (subject, id)).fetchone() is not None
    ]
