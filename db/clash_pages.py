"""The clashes that wait for a person, a page at a time; and what a settlement would make of one."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import Connection

from db.clashes import SETTLED, Pair
from db.facts import Book, Fact, canonical
from db.folding import ALTERED, Folded, anew, facts_of, forks_of
from db.store import driver


class Line(NamedTuple):
    """One clash: ids and kinds of the two facts, the smaller id first, and when the later was."""

    subject: str
    first: str
    second: str
    kinds: tuple[str, str]
    actors: tuple[str | None, str | None]
    at: str


OPEN = "clash.settled_by IS NULL"
_LINES = (
    "SELECT clash.subject, first, second, a.kind, b.kind, a.actor, b.actor, max(a.at, b.at) "
    f"FROM clash JOIN fact a ON a.id = first JOIN fact b ON b.id = second WHERE {OPEN} "
)


def count(connection: Connection, subject: str | None = None) -> int:
    """How many wait, of all subjects or of one."""
    of = "" if subject is None else " AND subject = ?"
    values = () if subject is None else (subject,)
    found = driver(connection).execute(f"SELECT count(*) FROM clash WHERE {OPEN}{of}", values)
    return int(found.fetchone()[0])


def page(
    connection: Connection,
    behind: Pair | None,
    limit: int,
    skip: int = 0,
    *,
    backwards: bool = False,
) -> list[Line]:
    """Lines behind a pair (or before it), newest first, always in the list's order."""
    sign, direction = (">", "") if backwards else ("<", " DESC")
    where = f"AND (second, first) {sign} (?, ?) " if behind else ""
    order = f"ORDER BY second{direction}, first{direction} LIMIT ? OFFSET ?"
    values = (*(behind[::-1] if behind else ()), limit, skip)
    lines = [
        Line(subject, first, second, (one, other), (who, whom), at)
        for subject, first, second, one, other, who, whom, at in driver(connection).execute(
            f"{_LINES}{where}{order}", values
        )
    ]
    return lines[::-1] if backwards else lines


def place(connection: Connection, pair: Pair) -> int | None:
    """How many lines stand before this one; None if it waits no more."""
    if subject_of(connection, pair) is None:
        return None
    before = f"SELECT count(*) FROM clash WHERE {OPEN} AND (second, first) > (?, ?)"
    return int(driver(connection).execute(before, pair[::-1]).fetchone()[0])


def subject_of(connection: Connection, pair: Pair) -> str | None:
    """What a pair that waits for a person is about; None if it waits no more."""
    found = driver(connection).execute(
        f"SELECT subject FROM clash WHERE first = ? AND second = ? AND {OPEN}", pair
    )
    line = found.fetchone()
    return str(line[0]) if line else None


def decision(pair: Pair, keep: str) -> dict[str, object]:
    """What a settlement says."""
    return {"pair": list(pair), "keep": keep}


def supposed(
    connection: Connection, books: Mapping[str, Book], subject: str, pair: Pair, keep: str
) -> tuple[Folded, list[Fact]]:
    """How a subject would be folded behind a settlement that nobody has written, and its facts,
    with that one as the last.
    """
    raw = driver(connection)
    settlement = Fact(
        "", "", "", 1, SETTLED, 1, subject, 0, "[]", "", None, canonical(decision(pair, keep)),
        None, None, None, None, None, b"",
    )  # fmt: skip
    facts = [*facts_of(raw, [subject]).get(subject, []), settlement]
    altered = dict(
        raw.execute(
            "SELECT id, reason FROM fault WHERE subject = ? AND reason = ?", (subject, ALTERED)
        ).fetchall()
    )
    return anew(books, subject, facts, altered, forks_of(raw)), facts
