"""Passes: how a laptop that knows no reader finds whose a card, number or telephone is.

A pack has no number and no card of anybody, only their digests under the key of its event, and of
each sign-up the name as its event shows names. At a desk these tables are empty.
"""

import hmac
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sqlalchemy import Column, Connection, LargeBinary
from sqlmodel import Field, SQLModel

from db import signups
from db.cards import of_readers
from db.merged import merged_into
from db.place import EVENT_KEY, library_key, setting
from db.readers import by_subjects
from db.rows import chunks, marks
from db.signup_rows import VOID
from db.store import driver

NUMBER, CARD, PHONE, TAIL = "number", "card", "phone", "tail"
"""what is known of somebody; the last four digits of number or telephone"""
DIGITS = 4
"""of a tail"""


class Pass(SQLModel, table=True):
    """One sign-up of a pack: a person at its event."""

    subject: str = Field(primary_key=True)
    name: str
    answered: str
    """`{code: ""}` of the questions that have an answer, which itself stays at home: JSON"""


class PassCode(SQLModel, table=True):
    """Something that finds a pass."""

    __tablename__ = "pass_code"
    __table_args__ = {"sqlite_with_rowid": False}
    digest: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    subject: str = Field(primary_key=True)


class Bearer(NamedTuple):
    """Somebody who signed up, as their desk knows them."""

    subject: str
    name: str
    answers: str | None
    codes: frozenset[tuple[str, str]]
    """by which they are known: what it is, and the value"""


def digest_of(key: bytes, kind: str, value: str) -> bytes:
    """`key` is the event's."""
    return hmac.digest(key, f"pass\x1f{kind}\x1f{value.upper()}".encode(), "sha256")[:16]


def event_key(connection: Connection, event: str) -> bytes:
    """An event's key: a pack has it, a desk makes it."""
    held = setting(connection, EVENT_KEY)
    return bytes.fromhex(held) if held else signups.event_key(library_key(connection), event)


GONE = "SELECT 1 FROM erased WHERE person IN (signup.patron, signup.subject)"
"""of a sign-up of somebody who was erased: it counts at home, and is nobody's any more"""


def bearers(connection: Connection, event: str) -> Iterator[Bearer]:
    """Everybody who ever signed up for an event, by what they are known here now; a lost card finds
    nobody.
    """
    lines = driver(connection).execute(
        "SELECT subject, max(patron), max(name), max(phone), max(number), max(answers) FROM signup "
        f"WHERE event = ? AND status <> '{VOID}' AND NOT EXISTS ({GONE}) "
        "GROUP BY subject ORDER BY subject",
        (event,),
    )
    for some in chunks(lines.fetchall()):
        readers = by_subjects(connection, [line[1] for line in some if line[1]])
        for subject, patron, name, phone, number, answers in some:
            codes = {(PHONE, phone), (NUMBER, number)}
            if patron in readers:
                codes |= {(PHONE, readers[patron].phone)} | _held(connection, patron)
            codes |= {(TAIL, value[-DIGITS:]) for kind, value in codes if value and kind != CARD}
            known = frozenset((kind, value) for kind, value in codes if value)
            called = readers[patron].name if patron in readers else name
            yield Bearer(subject, called or "", answers, known)


def _held(connection: Connection, patron: str) -> set[tuple[str, str | None]]:
    """A reader's numbers and cards, under each of their numbers."""
    person = merged_into(driver(connection), patron)
    return {
        (NUMBER if each.kind == NUMBER else CARD, each.value)
        for each in of_readers(connection, person)
        if not each.until and not each.lost
    }


def write(connection: Connection, key: bytes, passes: Iterable[tuple[Bearer, str, str]]) -> int:
    """Keep passes, each with the name that is shown and what was answered; how many."""
    raw, count = driver(connection), 0
    for bearer, name, answered in passes:
        raw.execute("INSERT INTO pass VALUES (?, ?, ?)", (bearer.subject, name, answered))
        raw.executemany(
            "INSERT OR IGNORE INTO pass_code VALUES (?, ?)",
            [(digest_of(key, *code), bearer.subject) for code in sorted(bearer.codes)],
        )
        count += 1
    return count


def held(connection: Connection, digests: Iterable[bytes]) -> list[str]:
    """Whose passes these are: subjects."""
    found: dict[str, None] = {}
    for some in chunks(dict.fromkeys(digests)):
        lines = driver(connection).execute(
            f"SELECT subject FROM pass_code WHERE digest IN {marks(len(some))} ORDER BY subject",
            some,
        )
        found |= dict.fromkeys(subject for (subject,) in lines)
    return list(found)
