"""The words of a simulation: found as long as they are somebody's, and gone after that."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from db.fulltext import tokens


def wrong(raw: sqlite3.Connection) -> list[str]:
    """Where full text or the readers' search terms are not what the rows say."""
    return [*_full_text(raw), *_terms(raw)]


def _full_text(raw: sqlite3.Connection) -> list[str]:
    """Full text has every word of every row, in its place, and not one more."""
    words: dict[int, list[str]] = defaultdict(list)
    with _vocabulary(raw):
        for serial, term in raw.execute("SELECT doc, term FROM temp.said ORDER BY doc, offset"):
            words[serial].append(term)
    should = {
        serial: said
        for serial, *parts in raw.execute(
            "SELECT serial, question, answer, alternative FROM request WHERE scope IS NULL"
        )
        if (said := tokens(" ".join(part for part in parts if part)))
    }
    return [
        f"full text of {serial} is {words.get(serial)}, not {should.get(serial)}"
        for serial in sorted(words.keys() | should.keys())
        if words.get(serial) != should.get(serial)
    ]


@contextmanager
def _vocabulary(raw: sqlite3.Connection) -> Iterator[None]:
    raw.execute("CREATE VIRTUAL TABLE temp.said USING fts5vocab(main, request_text, instance)")
    try:
        yield
    finally:
        raw.execute("DROP TABLE temp.said")


def _terms(raw: sqlite3.Connection) -> list[str]:
    """Readers are found as long as they are somebody, and by nothing after that."""
    nobody = "NOT IN (SELECT subject FROM reader WHERE name IS NOT NULL)"
    terms = raw.execute(
        f"SELECT subject, term FROM reader_term JOIN reader ON serial = reader "
        f"WHERE subject {nobody}"
    ).fetchall()
    terms += raw.execute(
        "SELECT reader, term FROM reader_term WHERE reader NOT IN (SELECT serial FROM reader)"
    )
    cards = raw.execute(f"SELECT subject, value FROM identifier WHERE subject {nobody}").fetchall()
    lost = raw.execute(
        "SELECT subject FROM reader WHERE name IS NOT NULL AND NOT EXISTS "
        "(SELECT 1 FROM reader_term t WHERE t.reader = reader.serial AND t.term = reader.name)"
    ).fetchall()
    return [f"{who} is found by {term}" for who, term in (*terms, *cards)] + [
        f"{who} is not found by name" for (who,) in lost
    ]


def found_in(words: Iterable[bytes], *files: Path) -> list[bytes]:
    """Those of the words that files have, as far as there are such files."""
    # Most of a small store is nothing, and no word has any: it is passed over once, not by each.
    content = b"".join(f.read_bytes().replace(bytes(8), b"\0") for f in files if f.exists())
    return [word for word in words if word in content]


def of(private: str) -> list[str]:
    """What must be nowhere once the person is erased: long enough to be theirs alone.

    Full text shares the first letters of neighbouring words, so the last twelve are looked for.
    """
    confided = json.loads(private)
    said = [value for value in confided.values() if isinstance(value, str) and len(value) > 7]
    said += confided.get("cards") or []
    ends = [token[-12:] for value in said for token in tokens(value) if len(token) > 7]
    phone = confided.get("phone")
    return [*ends, phone[::-1]] if phone else ends
