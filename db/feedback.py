"""Feedback (反馈) on events: scores from 1 to 5, and a word, of nobody in particular.

A subject is one tally of a heap of paper, `feedback:<event>:<made>`, or one line of a file, whose
name follows from what it says: brought in again it is the same.
"""

import hmac
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Index
from sqlmodel import Field, SQLModel, col, select

from db.events import event_of
from db.facts import Book, Draft, Fact, Rows, Stub, always, drafted, pairs, put
from db.queries import every, one
from db.rows import chunks, marks
from db.store import driver

SCORES = (1, 2, 3, 4, 5)


class Feedback(SQLModel, table=True):
    """How many gave each score, and what was said beside it. Moments are UTC stamps."""

    __table_args__ = (Index("feedback_event", "event", "taken_at"),)
    subject: str = Field(primary_key=True)
    event: str
    ones: int
    twos: int
    threes: int
    fours: int
    fives: int
    word: str | None = None
    source: str
    """paper, file"""
    taken_at: str
    taken_by: str | None = None
    withdrawn_at: str | None = None


COLUMNS = ("ones", "twos", "threes", "fours", "fives")
"""of the scores from 1 to 5"""

TABLE = """
taken      .
withdrawn  .  .
undone     .  .  .
"""
"""Every pair of kinds commutes: what is taken twice is the same, or another heap."""
PAIRS = pairs(TABLE)


def _clash(one: Stub, other: Stub) -> bool:
    """Nothing needs a person. LookupError of a kind that the table does not have."""
    return PAIRS[frozenset(each.kind.removeprefix("feedback.") for each in (one, other))] != "."


_TABLES: tuple[type[SQLModel], ...] = (Feedback,)
FEEDBACK = Book("feedback", _TABLES, clashes=_clash, closed=always)


def subject_of(event: str, made: str) -> str:
    return f"feedback:{event.partition(':')[2]}:{made}"


def subject_said(key: bytes, event: str, said: Sequence[str]) -> str:
    """A line of a file, by what it says; `key` is the event's, so that nobody guesses it."""
    content = "\x1f".join(said).encode()
    return subject_of(event, hmac.new(key, content, "sha256").hexdigest()[:32])


def draft(kind: str, subject: str, said: Mapping[str, Any] | None = None, word: str = "") -> Draft:
    """A word is nobody's: it goes when the library erases it."""
    return drafted(kind, subject, said, {"word": word} if word else None, person=subject)


@FEEDBACK.fold("feedback.taken")
def _taken(rows: Rows, fact: Fact) -> Rows:
    """`{counts: how many gave 1, 2, 3, 4, 5, source}`; private: word. Twice it is one; taken again
    after it was withdrawn it counts again.
    """
    if rows.get(("feedback",), {"withdrawn_at": ""})["withdrawn_at"] is None:
        return rows
    said = fact.says()
    counts = dict(zip(COLUMNS, map(int, said["counts"]), strict=True))
    return put(
        rows,
        "feedback",
        event=event_of(fact.subject),
        **counts,
        word=fact.confides().get("word"),
        source=said["source"],
        taken_at=fact.at,
        taken_by=fact.actor,
        withdrawn_at=None,
    )


@FEEDBACK.fold("feedback.withdrawn")
def _withdrawn(rows: Rows, fact: Fact) -> Rows:
    """It was counted by mistake."""
    if rows["feedback",]["withdrawn_at"] is not None:
        return rows
    return put(rows, "feedback", withdrawn_at=fact.at)


# queries


def feedback(connection: Connection, subject: str) -> Feedback | None:
    return one(connection, select(Feedback).where(Feedback.subject == subject))


def of_event(connection: Connection, event: str, limit: int) -> list[Feedback]:
    """What stands, the newest first."""
    stands = (Feedback.event == event, col(Feedback.withdrawn_at).is_(None))
    order = (col(Feedback.taken_at).desc(), col(Feedback.subject).desc())
    return every(connection, select(Feedback).where(*stands).order_by(*order).limit(limit))


def counts(connection: Connection, event: str) -> tuple[int, ...]:
    """How many gave 1, 2, 3, 4, 5."""
    sums = ", ".join(f"coalesce(sum({name}), 0)" for name in COLUMNS)
    sql = f"SELECT {sums} FROM feedback WHERE event = ? AND withdrawn_at IS NULL"
    return tuple(driver(connection).execute(sql, (event,)).fetchone())


def known(connection: Connection, subjects: Sequence[str]) -> set[str]:
    """Which of these count."""
    found: set[str] = set()
    for chunk in chunks(subjects):
        where = f"withdrawn_at IS NULL AND subject IN {marks(len(chunk))}"
        sql = f"SELECT subject FROM feedback WHERE {where}"
        found.update(subject for (subject,) in driver(connection).execute(sql, chunk))
    return found
