"""Closed matters past the horizon: their rows are here, what their facts say is at the centre.

Of each fact a line stays, as long as the horizon is passed: its id, place, position and digest, so
that chains and the centre's order are whole here. What is left out is marked by `data` being empty,
which is no JSON. See `db.horizon` for how subjects come here and go.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

from db.facts import Book, Change, Key, Rows, canonical
from db.rows import chunks, differences, load, marks, write

LEFT_OUT = {
    "act": "''", "beyond": "''", "actor": "NULL", "data": "''", "private": "NULL", "salt": "NULL",
    "seal": "NULL",
}  # fmt: skip
"""of a fact: what only its content needs, and what stands there instead"""
LEFT = (
    *("id", "desk", "timeline", "kind", "version", "subject", "base", "at", "person", "scope"),
    "digest",
)
"""of a fact: what stays and is in no chain; the digest of the subject vouches for it"""

DUE = "due"
"""The facts are to be fetched at the next exchange."""
SILENCED = "silenced"
"""Words of it are to go from its rows at once; then it is due."""
HERE = "here"
"""The facts have been fetched, and are here until they are put to rest again."""
ELSEWHERE = f"(SELECT subject FROM dormant WHERE state IS NOT '{HERE}')"

WAITING = "waiting"
"""The reason of a fault: the fact came late, and waits for those before it to be fetched."""


def among(raw: sqlite3.Connection, subjects: Iterable[str]) -> set[str]:
    """Those of the subjects whose facts are elsewhere."""
    found: set[str] = set()
    for chunk in chunks(subjects):
        lines = raw.execute(
            f"SELECT subject FROM dormant WHERE state IS NOT '{HERE}' "
            f"AND subject IN {marks(len(chunk))}",
            chunk,
        )
        found.update(subject for (subject,) in lines)
    return found


def digest_of(raw: sqlite3.Connection, book: Book, subject: str) -> bytes:
    """SHA-256 of what is here of a dormant subject: the lines of its facts, and its rows."""
    lines = raw.execute(
        f"SELECT {', '.join(LEFT)} FROM fact WHERE subject = ? AND data = '' ORDER BY pos",
        (subject,),
    ).fetchall()
    found = load(raw, book, [subject])[subject]
    rows = [(key, sorted(row.items())) for key, row in sorted(found.items())]
    return sha256(repr((lines, rows)).encode("utf-8", "surrogateescape")).digest()


def enter(raw: sqlite3.Connection, book: Book, subject: str, rows: Rows, bare: Rows) -> None:
    """Let go of what a subject's facts say. `bare`: its rows without what was said in private."""
    sets = ", ".join(f"{name} = {nothing}" for name, nothing in LEFT_OUT.items())
    raw.execute(f"UPDATE fact SET {sets} WHERE subject = ?", (subject,))
    changes = differences(subject, rows, bare)
    words = [(change.key, change.new and _differing(change)) for change in changes]
    raw.execute(
        "INSERT OR REPLACE INTO dormant VALUES (?, ?, ?, NULL)",
        (subject, digest_of(raw, book, subject), canonical(words) if words else None),
    )


def _differing(change: Change) -> dict[str, object]:
    old, new = change.old or {}, change.new or {}
    return {name: value for name, value in new.items() if name not in old or old[name] != value}


def silence(raw: sqlite3.Connection, where: str, values: Sequence[object]) -> list[str]:
    """Facts of which `where` is true may not say in private any more what they said: the dormant
    subjects whose rows still do, to be folded anew.
    """
    lines = raw.execute(
        f"UPDATE dormant SET state = '{SILENCED}' WHERE bare IS NOT NULL "
        f"AND state IS NOT '{HERE}' "
        f"AND subject IN (SELECT subject FROM fact WHERE {where} AND data = '') RETURNING subject",
        values,
    )
    return [subject for (subject,) in lines.fetchall()]


def call(raw: sqlite3.Connection, where: str = "1", values: Sequence[object] = ()) -> None:
    """Let dormant subjects with such facts be fetched, for their rows may be others now."""
    raw.execute(
        f"UPDATE dormant SET state = '{DUE}' WHERE state IS NULL "
        f"AND subject IN (SELECT subject FROM fact WHERE {where} AND data = '')",
        values,
    )


def hold(raw: sqlite3.Connection, books: Mapping[str, Book], subjects: Sequence[str]) -> set[str]:
    """Those of the subjects that cannot be folded, because their facts are elsewhere.

    Their rows stay as they are, less the words that may not stay. What has come since waits.
    """
    held = among(raw, subjects)
    for subject in sorted(held):
        late = raw.execute(
            f"INSERT OR IGNORE INTO fault SELECT id, subject, '{WAITING}' FROM fact "
            "WHERE subject = ? AND data <> ''",
            (subject,),
        )
        if late.rowcount:
            raw.execute(
                f"UPDATE dormant SET state = '{DUE}' WHERE subject = ? AND state IS NULL",
                (subject,),
            )
        line = raw.execute(
            f"SELECT bare FROM dormant WHERE subject = ? AND state = '{SILENCED}'", (subject,)
        ).fetchone()
        if line is not None:
            _lay_bare(raw, books[subject.partition(":")[0]], subject, line[0])
    return held


def _lay_bare(raw: sqlite3.Connection, book: Book, subject: str, bare: str) -> None:
    rows = load(raw, book, [subject])[subject]
    less = dict(rows)
    for names, differing in json.loads(bare):
        key: Key = tuple(names)
        if differing is None:
            del less[key]
        else:
            less[key] = {**rows.get(key, {}), **differing}
    write(raw, book, list(differences(subject, rows, less)))
    raw.execute(
        f"UPDATE dormant SET digest = ?, bare = NULL, state = '{DUE}' WHERE subject = ?",
        (digest_of(raw, book, subject), subject),
    )


def derive(raw: sqlite3.Connection, books: Mapping[str, Book]) -> None:
    """After a rebuild, which leaves these rows: what follows from them is made anew too."""
    subjects = (s for (s,) in raw.cursor().execute(f"{ELSEWHERE[1:-1]} ORDER BY subject"))
    for chunk in chunks(subjects):
        hold(raw, books, chunk)
        for name, book in books.items():
            ours = [each for each in chunk if each.partition(":")[0] == name]
            if book.follow is not None and ours:
                book.follow(
                    raw,
                    [
                        Change(subject, key, None, row)
                        for subject, rows in load(raw, book, ours).items()
                        for key, row in rows.items()
                    ],
                )


def recognise(raw: sqlite3.Connection) -> None:
    """In a store without rows (a second copy): whatever is left of a fact is of a dormant subject,
    to be fetched.
    """
    raw.execute(
        "INSERT OR IGNORE INTO dormant SELECT DISTINCT subject, x'', NULL, "
        f"'{DUE}' FROM fact WHERE data = ''"
    )
