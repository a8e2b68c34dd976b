"""Cards bound to readers at a desk, and cards reported lost, whoever entered them.

A card is the exclusive thing: its subject is an HMAC of library key and code, so that two desks
that bind one card to two readers clash, and the ledger tells nobody whose card it was after an
erasure.
"""

import hmac
import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, Index, text
from sqlmodel import Field, SQLModel

from db.facts import Book, Draft, Fact, Rows, Stub, put
from db.rows import chunks, marks
from db.store import driver


class Card(SQLModel, table=True):
    """What a desk knows of one card beside the university's file. `value` is personal.

    Without `since` nobody has bound it here: it is one of the file's that was reported lost.
    """

    __table_args__ = (
        Index("card_unverified", "since", sqlite_where=text("verified = 0 AND until IS NULL")),
    )
    subject: str = Field(primary_key=True)
    reader: str = Field(index=True)
    value: str | None = Field(default=None, index=True)
    since: str | None = None
    by: str | None = None
    verified: int = 0
    until: str | None = None
    lost: str | None = None


class Held(NamedTuple):
    """A card or number that is somebody's now."""

    value: str
    reader: str
    kind: str
    """number, card (both from the university's file), bound"""
    verified: bool
    lost: str | None


class Unverified(NamedTuple):
    """A binding that nobody has verified yet."""

    subject: str
    reader: str
    value: str | None
    since: str
    by: str | None


class Known(NamedTuple):
    """A number or card of a reader, present or past."""

    value: str
    kind: str
    since: str
    until: str | None
    verified: bool
    lost: str | None


def id_of(library_key: bytes, value: str) -> str:
    """A card's subject."""
    return "card:" + hmac.new(library_key, f"card\x1f{value}".encode(), "sha256").hexdigest()[:32]


def _clash(one: Stub, other: Stub) -> bool:
    """One card of two readers; one says that the binding is right, another that it is not."""
    kinds = {one.kind, other.kind}
    if kinds == {"card.verified", "card.released"}:
        return True
    owners = kinds <= {"card.bound", "card.lost"} and "card.bound" in kinds
    return owners and _reader(one) != _reader(other)


def _reader(stub: Stub) -> object:
    return json.loads(stub.data).get("reader")


_TABLES: tuple[type[SQLModel], ...] = (Card,)
CARDS = Book("card", _TABLES, clashes=_clash)


def draft(kind: str, subject: str, reader: str, value: str) -> Draft:
    """`card.bound` or `card.lost`: they name card and reader."""
    return Draft(kind, subject, {"reader": reader}, person=reader, private={"value": value})


@CARDS.fold("card.bound")
def _bound(rows: Rows, fact: Fact) -> Rows:
    """`{reader}`; private: value."""
    return put(
        rows,
        "card",
        reader=fact.says()["reader"],
        value=fact.confides().get("value"),
        since=fact.at,
        by=fact.actor,
        verified=0,
        until=None,
        lost=None,
    )


@CARDS.fold("card.verified")
def _verified(rows: Rows, fact: Fact) -> Rows:
    return put(_there(rows), "card", verified=1)


@CARDS.fold("card.released")
def _released(rows: Rows, fact: Fact) -> Rows:
    """It was bound to the wrong reader."""
    return put(_there(rows), "card", until=fact.at)


@CARDS.fold("card.lost")
def _lost(rows: Rows, fact: Fact) -> Rows:
    """`{reader}`; private: value."""
    known = rows.get(("card",), {})
    lost = known.get("lost") or fact.at
    if known.get("since") and not known.get("until"):  # whoever it is bound to, code and all
        return put(rows, "card", lost=lost)
    reader, value = fact.says()["reader"], fact.confides().get("value")
    verified = known.get("verified") or 0
    return put(rows, "card", reader=reader, value=value, verified=verified, lost=lost)


@CARDS.fold("card.recovered")
def _recovered(rows: Rows, fact: Fact) -> Rows:
    return put(_there(rows), "card", lost=None)


def _there(rows: Rows) -> Rows:
    """What is said of a card that nobody has named waits; KeyError."""
    return {**rows, ("card",): rows[("card",)]}


_HELD = """
SELECT i.value, i.subject, i.kind, 1, c.lost
FROM identifier i LEFT JOIN card c ON c.value = i.value AND c.reader = i.subject
WHERE i.until IS NULL AND i.value IN {marks}
UNION
SELECT value, reader, 'bound', verified, lost FROM card
WHERE since IS NOT NULL AND until IS NULL AND value IN {marks}
"""


def held(connection: Connection, values: Iterable[str]) -> list[Held]:
    """Whose these numbers and cards are now."""
    found: list[Held] = []
    raw = driver(connection)
    for chunk in chunks(dict.fromkeys(values)):
        sql = _HELD.format(marks=marks(len(chunk)))
        for value, reader, kind, verified, lost in raw.execute(sql, (*chunk, *chunk)):
            found.append(Held(value, reader, kind, bool(verified), lost))
    return found


def of_readers(connection: Connection, readers: Sequence[str]) -> list[Known]:
    """All numbers and cards of these readers, the present ones first."""
    where = marks(len(readers))
    lines = driver(connection).execute(
        "SELECT i.value, i.kind, i.since, i.until, 1, c.lost FROM identifier i "
        "LEFT JOIN card c ON c.value = i.value AND c.reader = i.subject "
        f"WHERE i.subject IN {where} UNION "
        "SELECT value, 'bound', since, until, verified, lost FROM card "
        f"WHERE since IS NOT NULL AND value IS NOT NULL AND reader IN {where}",
        (*readers, *readers),
    )
    found = [
        Known(value, kind, since, until, bool(verified), lost)
        for value, kind, since, until, verified, lost in lines
    ]
    return sorted(found, key=lambda one: (one.until or "", one.kind != "number", one.value))


def unverified(connection: Connection, limit: int) -> list[Unverified]:
    """Bindings that wait for a librarian, the oldest first."""
    lines = driver(connection).execute(
        "SELECT subject, reader, value, since, by FROM card WHERE verified = 0 AND until IS NULL "
        "AND since IS NOT NULL AND value IS NOT NULL ORDER BY since LIMIT ?",
        (limit,),
    )
    return [Unverified(*line) for line in lines]


def by_subject(connection: Connection, subject: str) -> Card | None:
    """What is known of one card."""
    line = (
        driver(connection)
        .execute(
            "SELECT subject, reader, value, since, by, verified, until, lost FROM card "
            "WHERE subject = ?",
            (subject,),
        )
        .fetchone()
    )
    return Card(**dict(zip(Card.model_fields, line, strict=True))) if line else None
