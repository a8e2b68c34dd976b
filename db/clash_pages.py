"""The clashes that wait for a person, a page at a time; and what a settlement would make of one."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import Connection

from db.clashes import Pair
from db.facts import Book, Draft, Fact, canonical
from db.folding import ALTERED, Folded, anew, facts_of, forks_of
from db.store import driver

BOTH = "both"
"""neither of a pair is set aside"""


class Line(NamedTuple):
    """One clash: ids and kinds of the two facts, the smaller id first, and when the later was."""

    subject: str
    first: str
    second: str
    kinds: tuple[str, str]
    actors: tuple[str | None, str | None]
    at: str
    patron: str | None
    """who is in two places at one time, or has signed up twice"""
    what: str | None
    """of what no subject by itself shows: sitting, booking, signup, crowd"""


class Open(NamedTuple):
    """A pair that waits for a person, and what it is about. `what`, `patron`, `other`: of one
    reader in two places, or with two sign-ups, the table of both, and the second's subject. A
    session that is over capacity (`crowd`) is no pair of facts, but an event and its session.
    """

    subject: str
    first: str
    second: str
    what: str | None
    patron: str | None
    other: str

    @property
    def pair(self) -> Pair:
        return self.first, self.second

    @property
    def subjects(self) -> tuple[str, str]:
        return self.subject, self.other

    @property
    def names(self) -> str:
        """How facts name a stay."""
        return self.what or ""


OPEN = """(
    SELECT subject, first, second, NULL AS what, NULL AS patron, subject AS other, NULL AS since
    FROM clash WHERE settled_by IS NULL UNION ALL
    SELECT first_subject, first, second, what, patron, second_subject, at
    FROM crossing WHERE settled_by IS NULL UNION ALL
    SELECT first_subject, first, second, 'signup', patron, second_subject, at
    FROM double WHERE settled_by IS NULL UNION ALL
    SELECT event, event, session, 'crowd', NULL, event, at FROM crowd
)"""
_LINES = (
    "SELECT open.subject, first, second, coalesce(a.kind, 'room.booked'), "
    "coalesce(b.kind, 'room.booked'), a.actor, b.actor, coalesce(max(a.at, b.at), since), patron, "
    "what "
    f"FROM {OPEN} AS open LEFT JOIN fact a ON a.id = first LEFT JOIN fact b ON b.id = second "
)  # a booking that was imported has a name of its own


def count(connection: Connection, subject: str | None = None, patron: str | None = None) -> int:
    """How many wait: all, those of one subject, or one reader's in two places."""
    of = "WHERE (?1 IS NULL OR subject = ?1) AND (?2 IS NULL OR patron = ?2)"
    found = driver(connection).execute(f"SELECT count(*) FROM {OPEN} {of}", (subject, patron))
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
    where = f"WHERE (second, first) {sign} (?, ?) " if behind else ""
    order = f"ORDER BY second{direction}, first{direction} LIMIT ? OFFSET ?"
    values = (*(behind[::-1] if behind else ()), limit, skip)
    lines = [
        Line(subject, first, second, (one, other), (who, whom), at, patron, what)
        for subject, first, second, one, other, who, whom, at, patron, what in driver(
            connection
        ).execute(f"{_LINES}{where}{order}", values)
    ]
    return lines[::-1] if backwards else lines


def place(connection: Connection, pair: Pair) -> int | None:
    """How many lines stand before this one; None if it waits no more."""
    if find(connection, pair) is None:
        return None
    before = f"SELECT count(*) FROM {OPEN} WHERE (second, first) > (?, ?)"
    return int(driver(connection).execute(before, pair[::-1]).fetchone()[0])


def find(connection: Connection, pair: Pair) -> Open | None:
    """A pair that waits for a person; None if it waits no more."""
    found = driver(connection).execute(
        f"SELECT {', '.join(Open._fields)} FROM {OPEN} WHERE first = ? AND second = ?", pair
    )
    line = found.fetchone()
    return Open(*line) if line else None


def decision(pair: Pair, keep: str) -> dict[str, object]:
    """What a settlement says."""
    return {"pair": list(pair), "keep": keep}


def supposed(
    connection: Connection, books: Mapping[str, Book], subject: str, drafts: Iterable[Draft]
) -> tuple[Folded, list[Fact]]:
    """How a subject would be folded behind facts that nobody has written, and its facts, with
    those as the last.
    """
    raw = driver(connection)
    facts = facts_of(raw, [subject]).get(subject, [])
    for draft in drafts:
        facts = [*facts, Fact(
            "", "", "", 1, draft.kind, 1, subject, 0, "[]", "", None, canonical(draft.data),
            None, None, None, None, None, b"",
        )]  # fmt: skip
    altered = dict(
        raw.execute(
            "SELECT id, reason FROM fault WHERE subject = ? AND reason = ?", (subject, ALTERED)
        ).fetchall()
    )
    return anew(books, subject, facts, altered, forks_of(raw)), facts
