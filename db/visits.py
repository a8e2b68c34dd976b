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
    return put(rows, "visit", patron=said["patron"], day=clock.day(said["day"]), passages=whole)


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
    lines = driver(connection).execute(
        f"SELECT passages FROM visit WHERE patron IN {marks(len(person))} AND day BETWEEN ? AND ?",
        (*person, first, last),
    )
    return [each for (passages,) in lines for each in _read(passages)]


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
