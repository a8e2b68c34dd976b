"""Readers: who they are, by which numbers and cards they are known, and how one finds them."""

import hmac
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam
from sqlmodel import Field, SQLModel, col, select

from db import names
from db.facts import Book, Change, Draft, Fact, Row, Rows, put, without
from db.queries import every, one
from db.rows import chunks, load
from db.store import driver


class Reader(SQLModel, table=True):
    """One reader. All but type and college is personal and may be missing after an erasure."""

    subject: str = Field(primary_key=True)
    type: str | None = None
    college: str | None = None
    number: str | None = Field(default=None, index=True)
    name: str | None = None
    major: str | None = None
    class_: str | None = Field(default=None, sa_column_kwargs={"name": "class"})
    phone: str | None = None
    mail: str | None = None
    valid_until: str | None = None


class Identifier(SQLModel, table=True):
    """A number or card by which a reader is known."""

    subject: str = Field(primary_key=True, foreign_key="reader.subject")
    value: str = Field(primary_key=True, index=True, sa_column_kwargs={"info": {"key": True}})
    kind: str
    """number, card"""
    since: str
    until: str | None = None
    lost: str | None = None


class ReaderTerm(SQLModel, table=True):
    """What a reader is found by: a prefix of any term."""

    __tablename__ = "reader_term"
    __table_args__ = {"sqlite_with_rowid": False}
    term: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)


OPEN = ("type", "college")
"""What a fact about a reader says openly: kept for counting when the person is erased."""
IMPORTED = ("number", "card")
"""Kinds of identifier that the university's file speaks for: a file without one ends it."""
PERSONAL = ("number", "name", "major", "class", "phone", "mail", "valid_until")


def id_of(library_key: bytes, number: str, generation: int = 0) -> str:
    """A reader's subject: HMAC-SHA256 of library key, number and generation.

    The same number gives the same reader at every desk, and nobody without the key can tell whose
    it is. Erasure raises the generation, so that the same person coming back is somebody new.
    """
    content = f"{number}\x1f{generation}".encode()
    return "reader:" + hmac.new(library_key, content, "sha256").hexdigest()[:32]


def _derive(raw: sqlite3.Connection, changes: list[Change]) -> None:
    """Search terms follow the difference of the rows."""
    gone: list[tuple[str, str]] = []
    come: list[tuple[str, str]] = []
    for change in changes:
        old, new = _terms(change.key[0], change.old), _terms(change.key[0], change.new)
        if change.key[0] == "identifier":
            old, new = _card(change, change.old), _card(change, change.new)
        gone += [(term, change.subject) for term in old - new]
        come += [(term, change.subject) for term in new - old]
    raw.executemany("DELETE FROM reader_term WHERE term = ? AND subject = ?", gone)
    raw.executemany("INSERT OR IGNORE INTO reader_term VALUES (?, ?)", sorted(come))


def _terms(table: str, row: Row | None) -> set[str]:
    if row is None or table != "reader":
        return set()
    terms = set(names.terms(row["name"])) if row["name"] else set()
    if row["phone"]:
        terms.add("<" + row["phone"][::-1])  # read backwards: found by its last digits
    return terms


def _card(change: Change, row: Row | None) -> set[str]:
    return {names.query(change.key[1])} if row is not None else set()


def _empty(raw: sqlite3.Connection) -> None:
    raw.execute("DELETE FROM reader_term")


def _check(raw: sqlite3.Connection) -> list[str]:
    """The readers whose search terms are not those of their rows."""
    wanted: set[tuple[str, str]] = set()
    for subject, name, phone in raw.execute("SELECT subject, name, phone FROM reader"):
        wanted |= {(term, subject) for term in _terms("reader", {"name": name, "phone": phone})}
    for subject, value in raw.execute("SELECT subject, value FROM identifier"):
        wanted.add((names.query(value), subject))
    held = set(raw.execute("SELECT term, subject FROM reader_term"))
    return sorted({subject for _, subject in wanted ^ held})


READERS = Book("reader", (Reader, Identifier), follow=_derive, empty=_empty, check=_check)


@READERS.fold("reader.entered")
def _entered(rows: Rows, fact: Fact) -> Rows:
    """`{type, college}`; private: number, name, major, class, phone, mail, valid_until, cards."""
    said, private = fact.says(), fact.confides()
    values: dict[str, Any] = {name: said.get(name) for name in OPEN}
    values |= {name: private.get(name) for name in PERSONAL}
    rows = put(rows, "reader", **values)
    known = [("number", private["number"])] if private.get("number") else []
    known += [("card", card) for card in private.get("cards", ())]
    stay = {value for _, value in known}
    for key, row in rows.items():
        if key[0] == "identifier" and key[1] not in stay and row["kind"] in IMPORTED:
            # An import that no longer lists a card does not say when it ended; it ends now.
            rows = put(rows, *key, until=row.get("until") or fact.at)
    for kind, value in known:
        since = rows.get(("identifier", value), {}).get("since") or fact.at
        rows = put(rows, "identifier", value, kind=kind, since=since, until=None)
    if not private:
        for key in [key for key in rows if key[0] == "identifier"]:
            rows = without(rows, *key)
    return rows


@READERS.fold("reader.changed")
def _changed(rows: Rows, fact: Fact) -> Rows:
    """The whole entry again, as `reader.entered`: what changed is the difference."""
    return _entered(rows, fact)


_BY_SUBJECT = select(Reader).where(Reader.subject == bindparam("subject"))


def by_subject(connection: Connection, subject: str) -> Reader | None:
    return one(connection, _BY_SUBJECT, subject=subject)


def by_subjects(connection: Connection, subjects: Sequence[str]) -> dict[str, Reader]:
    found: dict[str, Reader] = {}
    for chunk in chunks(subjects):
        statement = select(Reader).where(col(Reader.subject).in_(chunk))
        found.update((reader.subject, reader) for reader in every(connection, statement))
    return found


def cards(connection: Connection, subject: str) -> list[Identifier]:
    """All numbers and cards of a reader, the present ones first."""
    statement = select(Identifier).where(Identifier.subject == subject)
    return sorted(every(connection, statement), key=lambda card: (card.until or "", card.value))


def by_identifier(connection: Connection, value: str) -> list[Reader]:
    """Whoever is known by exactly this number or card now."""
    statement = (
        select(Reader)
        .join(Identifier, col(Identifier.subject) == col(Reader.subject))
        .where(Identifier.value == value, col(Identifier.until).is_(None))
    )
    return every(connection, statement)


def search(connection: Connection, text: str, limit: int = 20) -> list[Reader]:
    """Readers by a prefix of number, card, name, pinyin or initials, or the phone's last digits.

    An exact match stands first, then by number.
    """
    wanted = names.query(text)
    if not wanted:
        return []
    raw = driver(connection)
    prefixes = [wanted]
    if wanted.isdecimal() and len(wanted) >= 4:
        prefixes.append("<" + wanted[::-1])
    subjects: dict[str, None] = {}
    for prefix in prefixes:
        lines = raw.execute(
            # 4 terms a reader may begin alike: read a few more lines than readers wanted.
            "SELECT subject FROM reader_term WHERE term >= ? AND term < ? ORDER BY term LIMIT ?",
            (prefix, prefix + "\U0010ffff", limit * 4),
        )
        subjects.update((subject, None) for (subject,) in lines)
    wanted_subjects = list(subjects)[:limit]
    found = by_subjects(connection, wanted_subjects)
    return [found[subject] for subject in wanted_subjects if subject in found]


def is_erased(connection: Connection, person: str) -> bool:
    found = driver(connection).execute("SELECT 1 FROM erased WHERE person = ?", (person,))
    return found.fetchone() is not None


def living(connection: Connection, library_key: bytes, number: str) -> str:
    """The subject of whoever has a number now: of the generation behind the last erased one."""
    generation = 0
    while is_erased(connection, subject := id_of(library_key, number, generation)):
        generation += 1
    return subject


def present(connection: Connection, subjects: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What is known of readers now, in the words of `reader.entered`: for writing only changes."""
    found: dict[str, dict[str, Any]] = {}
    for subject, rows in load(driver(connection), READERS, subjects).items():
        if ("reader",) in rows:
            cards = [
                key[1]
                for key, row in rows.items()
                if key[0] == "identifier" and row["kind"] == "card" and row["until"] is None
            ]
            found[subject] = {**rows["reader",], "cards": sorted(cards)}
    return found


def draft(kind: str, subject: str, values: dict[str, Any]) -> Draft:
    """A reader's entry as a fact: what is personal in the private part."""
    return Draft(
        kind,
        subject,
        {name: values.get(name) for name in OPEN},
        person=subject,
        private={name: values.get(name) for name in (*PERSONAL, "cards")},
    )


def everybody(connection: Connection) -> Iterator[Reader]:
    """All readers who are not erased, by number, a page at a time."""
    number = ""
    statement = (
        select(Reader)
        .where(col(Reader.number) > bindparam("number"))
        .order_by(col(Reader.number))
        .limit(1000)
    )
    while page := every(connection, statement, number=number):
        yield from page
        number = page[-1].number or ""
