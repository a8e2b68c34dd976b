"""Visits: what the library's gates have recorded of a reader, a day at a time.

A record says when somebody came in, when they went out, or both. What follows from records that
lack an end is for `deskapp.visits`: here they are a set, so that no order of files matters and none
counts twice.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, Index
from sqlmodel import Field, SQLModel

from db import clock
from db.facts import Book, Draft, Fact, Rows, always, canonical, put
from db.rows import chunks, marks
from db.store import driver


class Passage(NamedTuple):
    """One record of a gate, UTC stamps; one of the ends may be missing."""

    entered: str | None
    left: str | None
    gate: str | None


class Visit(SQLModel, table=True):
    """What the gates have recorded of one reader and day (`2026-11-23`, the library's)."""

    __table_args__ = (Index("visit_patron", "patron", "day"), Index("visit_day", "day", "patron"))
    subject: str = Field(primary_key=True)
    patron: str
    day: str
    passages: str
    """`[[in, out, gate], …]`, each once: a JSON list in order"""
    reach: int
    """seconds from the first of its moments to the last, one that is begun as a whole one"""
    open: int
    """1 if the last of its moments is a way in: what belongs to it may be on the next day"""


_TABLES: tuple[type[SQLModel], ...] = (Visit,)
VISITS = Book("visit", _TABLES, closed=always)


def subject_of(patron: str, day: str) -> str:
    return f"visit:{day}:{patron}"


def draft(patron: str, day: str, passages: Iterable[Passage]) -> Draft:
    said = {"patron": patron, "day": day, "passages": sorted(passages, key=canonical)}
    return Draft("visit.recorded", subject_of(patron, day), said)


@VISITS.fold("visit.recorded")
def _recorded(rows: Rows, fact: Fact) -> Rows:
    """`{patron, day, passages: [[in, out, gate], …]}`: more of the same day."""
    said = fact.says()
    known = _read(rows["visit",]["passages"]) if ("visit",) in rows else []
    told = {Passage(*each) for each in said["passages"]}
    whole = canonical(sorted({*known, *told}, key=canonical))
    values = {"patron": said["patron"], "day": clock.day(said["day"]), "passages": whole}
    return put(rows, "visit", **values, **_ends(known + sorted(told, key=canonical)))


def _ends(passages: Iterable[Passage]) -> dict[str, int]:
    """`reach` and `open` of a day's records."""
    came, went = [], []
    for entered, left, _ in passages:
        if entered:
            came.append(seconds(entered))
        if left:
            went.append(seconds(left))
    ends = came + went
    if not ends:
        return {"reach": 0, "open": 0}
    # At one moment the way out is the first: see `deskapp.visits`.
    last_in = bool(came) and max(came) == max(ends)
    return {"reach": max(ends) - min(ends) + 1, "open": int(last_in)}


def seconds(stamped: str) -> int:
    """A stamp in whole seconds, for what is counted of many."""
    return int(clock.moment(stamped).timestamp())


def _read(text: str) -> list[Passage]:
    return [Passage(*each) for each in json.loads(text)]


# queries


def known(connection: Connection, subjects: Sequence[str]) -> dict[str, set[Passage]]:
    """What is on record of each reader's day."""
    found: dict[str, set[Passage]] = {}
    for chunk in chunks(subjects):
        sql = f"SELECT subject, passages FROM visit WHERE subject IN {marks(len(chunk))}"
        lines = driver(connection).execute(sql, chunk)
        found.update((subject, set(_read(passages))) for subject, passages in lines)
    return found


def of_person(
    connection: Connection, person: Sequence[str], first: str, last: str
) -> list[Passage]:
    """A reader's records from one day to another, both in it, under each of their numbers."""
    return [each for _, some in rows_of(connection, person, first, last) for each in some]


def rows_of(
    connection: Connection, person: Sequence[str], first: str, last: str
) -> list[tuple[str, list[Passage]]]:
    """The same, each day with its subject."""
    where = f"patron IN {marks(len(person))} AND day BETWEEN ? AND ?"
    sql = f"SELECT subject, passages FROM visit WHERE {where}"
    lines = driver(connection).execute(sql, (*person, first, last))
    return [(subject, _read(passages)) for subject, passages in lines]


def between(connection: Connection, first: str, last: str) -> Iterator[tuple[str, list[Passage]]]:
    """Readers and what is on record of them, a day after the other, both in it."""
    sql = "SELECT patron, passages FROM visit WHERE day BETWEEN ? AND ? ORDER BY day, patron"
    for patron, passages in driver(connection).execute(sql, (first, last)):
        yield patron, _read(passages)


def patrons(connection: Connection, first: str, last: str) -> list[str]:
    """Whoever has a record of a gate or sat on a seat from one day to another, both in it."""
    within = "WHERE day BETWEEN ? AND ?"
    sql = f"SELECT patron FROM visit {within} UNION SELECT patron FROM sitting {within}"
    return [patron for (patron,) in driver(connection).execute(sql, (first, last) * 2)]
