"""Full text of Chinese and Latin words in SQLite's FTS5.

Every Chinese character is a token of its own and a word a phrase of them: one, two, three and four
characters are found alike (the trigram tokenizer finds nothing under three, and most Chinese words
have two). The table is contentless: deleting needs the old text.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from unicodedata import normalize

_HAN = "\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_TOKEN = re.compile(f"(?=\\w)[{_HAN}]|[^\\W_{_HAN}]+")
_IDEOGRAPH = re.compile(f"[{_HAN}]")


def tokens(text: str) -> list[str]:
    return _TOKEN.findall(normalize("NFKC", text).casefold())


def spaced(text: str) -> str:
    """The text as it is indexed."""
    return " ".join(tokens(text))


def phrase(text: str) -> str:
    """The query that finds this text's words in this order; empty if it has none."""
    found = tokens(text)
    if not found:
        return ""
    quoted = '"' + " ".join(found) + '"'
    # A word of letters or a number may still be being typed.
    return quoted if _IDEOGRAPH.match(found[-1]) else quoted + "*"


def query(text: str) -> str:
    """The query that finds what has all of the words between blanks, wherever each stands; empty if
    there are none.
    """
    return " AND ".join(filter(None, map(phrase, normalize("NFKC", text).split())))


def replace(
    raw: sqlite3.Connection,
    table: str,
    old: Iterable[tuple[int, str]],
    new: Sequence[tuple[int, str]],
) -> None:
    """Take out old texts and put in new ones, each with its rowid."""
    raw.executemany(
        f"INSERT INTO {table} ({table}, rowid, body) VALUES ('delete', ?, ?)",
        [(rowid, spaced(text)) for rowid, text in old],
    )
    raw.executemany(
        f"INSERT INTO {table} (rowid, body) VALUES (?, ?)",
        [(rowid, spaced(text)) for rowid, text in new],
    )


def find(
    raw: sqlite3.Connection, table: str, wanted: str, limit: int, before: int | None = None
) -> list[int]:
    """Rowids of what a query (`phrase`, `query`) finds, newest first, a page behind `before`."""
    if not wanted:
        return []
    return [
        rowid
        for (rowid,) in raw.execute(
            f"SELECT rowid FROM {table} WHERE {table} MATCH ? AND rowid < ? "
            "ORDER BY rowid DESC LIMIT ?",
            (wanted, before if before is not None else 1 << 62, limit),
        )
    ]


def lengths(raw: sqlite3.Connection, table: str) -> Iterator[tuple[int, int]]:
    """Each indexed rowid with the number of words that the index holds of it."""
    vocabulary = f"temp.{table}_words"
    raw.execute(
        f"CREATE VIRTUAL TABLE IF NOT EXISTS {vocabulary} "
        f"USING fts5vocab('main', '{table}', 'instance')"
    )
    yield from raw.execute(f"SELECT doc, count(*) FROM {vocabulary} GROUP BY doc")


def empty(raw: sqlite3.Connection, table: str) -> None:
    raw.execute(f"INSERT INTO {table} ({table}) VALUES ('delete-all')")


def optimize(raw: sqlite3.Connection, table: str) -> None:
    """Merge all segments: until then deleted words stay readable in the file (measured)."""
    raw.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")
