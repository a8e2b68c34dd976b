"""Readers: who they are, by which numbers and cards they are known, and how one finds them."""

import hmac
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import Connection, Index, bindparam, text
from sqlmodel import Field, SQLModel, col, select

from db import crossings, names
from db.facts import Book, Change, Draft, Fact, Key, Row, Rows, Stub
from db.merged import head, merged_into
from db.people import is_erased
from db.queries import every, one
from db.rows import chunks, load, marks
from db.store import driver


class Reader(SQLModel, table=True):
    """One reader. All but type and college is personal and may be missing after an erasure."""

    __table_args__ = (Index("reader_tail", text("substr(number, -4)")),)
    serial: int | None = Field(default=None, primary_key=True)
    subject: str = Field(unique=True)
    type: str | None = None
    college: str | None = None
    number: str | None = Field(default=None, index=True)
    name: str | None = None
    major: str | None = None
    class_: str | None = Field(default=None, sa_column_kwargs={"name": "class"})
    phone: str | None = None
    mail: str | None = None
    valid_until: str | None = None
    merged_into: str | None = Field(default=None, index=True)
    """the subject of the number that serves now, where a person has two"""
    opted_out: str | None = None
    """since when they want to be on no ranking"""


class Identifier(SQLModel, table=True):
    """A number or card by which a reader is known."""

    subject: str = Field(primary_key=True, foreign_key="reader.subject")
    value: str = Field(primary_key=True, index=True, sa_column_kwargs={"info": {"key": True}})
    kind: str
    """number, card"""
    since: str
    until: str | None = None


class ReaderTerm(SQLModel, table=True):
    """What a reader is found by, beside their identifiers: a prefix of any term.

    By the reader's serial: a subject takes more room than the term, and an import writes pages.
    """

    __tablename__ = "reader_term"
    __table_args__ = {"sqlite_with_rowid": False}
    term: str = Field(primary_key=True)
    reader: int = Field(primary_key=True)


OPEN = ("type", "college")
"""What a fact about a reader says openly: kept for counting when the person is erased."""
IMPORTED = ("number", "card")
"""Kinds of identifier that the university's file speaks for: a file without one ends it."""
PERSONAL = ("number", "name", "major", "class", "phone", "mail", "valid_until")
_CONFIDED = (*PERSONAL, "cards")


def capitals(number: str) -> str:
    """The one form of a number or card: `s2023a1` and `S2023A1` are the same."""
    return number.upper()


def id_of(library_key: bytes, number: str, generation: int = 0) -> str:
    """A reader's subject: HMAC-SHA256 of library key, number and generation.

    The same number gives the same reader at every desk, and nobody without the key can tell whose
    it is. Erasure raises the generation, so that the same person coming back is somebody new.
    """
    content = f"{capitals(number)}\x1f{generation}".encode()
    return "reader:" + hmac.new(library_key, content, "sha256").hexdigest()[:32]


def _derive(raw: sqlite3.Connection, changes: list[Change]) -> None:
    """Search terms follow the difference of the rows."""
    gone: list[tuple[str, str]] = []
    come: list[tuple[str, str]] = []
    for change in changes:
        old, new = _terms(change.key, change.old), _terms(change.key, change.new)
        if old != new:
            gone += [(term, change.subject) for term in old - new]
            come += [(term, change.subject) for term in new - old]
    serials = _serials(raw, {subject for _, subject in chain(gone, come)})
    if gone:
        _forget(raw, gone, serials, [each for each in changes if each.key == ("reader",)])
    raw.executemany(
        "INSERT OR IGNORE INTO reader_term VALUES (?, ?)",
        sorted([(term, serials[subject]) for term, subject in come]),
    )
    crossings.follow_readers(raw, changes)


def _serials(raw: sqlite3.Connection, subjects: Iterable[str]) -> dict[str, int]:
    serials: dict[str, int] = {}
    for chunk in chunks(subjects):
        where = "WHERE subject IN " + marks(len(chunk))
        serials.update(raw.execute(f"SELECT subject, serial FROM reader {where}", chunk))
    return serials


def _forget(
    raw: sqlite3.Connection,
    gone: list[tuple[str, str]],
    serials: Mapping[str, int],
    readers: list[Change],
) -> None:
    """Take terms away; those of a reader whose row went too are known by having nobody now."""
    raw.executemany(
        "DELETE FROM reader_term WHERE term = ? AND reader = ?",
        [(term, serials[subject]) for term, subject in gone if subject in serials],
    )
    lost = {(term,) for term, subject in gone if subject not in serials}
    if lost:
        born = [(serials.get(each.subject),) for each in readers if each.old is None]
        raw.executemany("DELETE FROM reader_term WHERE reader = ?", born)  # their number is used
        raw.executemany(
            "DELETE FROM reader_term WHERE term = ? "
            "AND NOT EXISTS (SELECT 1 FROM reader WHERE serial = reader)",
            lost,
        )


def _terms(key: Key, row: Row | None) -> set[str]:
    if row is None:
        return set()
    if key[0] == "identifier":
        # Nearly all are digits, and found as they stand: `search` looks there too.
        form = names.query(key[1])
        return {form} if form != key[1] else set()
    terms = set(names.terms(row["name"])) if row["name"] else set()
    if row["phone"]:
        terms.add("<" + row["phone"][::-1])  # read backwards: found by its last digits
    return terms


def _empty(raw: sqlite3.Connection) -> None:
    raw.execute("DELETE FROM reader_term")


def _check(raw: sqlite3.Connection) -> list[str]:
    """The readers whose search terms are not those of their rows."""
    wanted: set[tuple[str, str]] = set()
    for subject, name, phone in raw.execute("SELECT subject, name, phone FROM reader"):
        row = {"name": name, "phone": phone}
        wanted |= {(term, subject) for term in _terms(("reader",), row)}
    for subject, value in raw.execute("SELECT subject, value FROM identifier"):
        wanted |= {(term, subject) for term in _terms(("identifier", value), {})}
    held = set(
        raw.execute(
            "SELECT term, coalesce(subject, term) FROM reader_term "
            "LEFT JOIN reader ON serial = reader"
        )
    )
    return sorted({subject for _, subject in wanted ^ held})


def _clash(one: Stub, other: Stub) -> bool:
    """One number made that of two others, or joined and parted, by two who knew it not."""
    if {one.kind, other.kind} - {"reader.merged", "reader.parted"}:
        return False
    return one.kind != other.kind or json.loads(one.data) != json.loads(other.data)


READERS = Book(
    "reader", (Reader, Identifier), clashes=_clash, follow=_derive, empty=_empty, check=_check
)


@READERS.fold("reader.entered")
def _entered(rows: Rows, fact: Fact) -> Rows:
    """`{type, college}`; private: number, name, major, class, phone, mail, valid_until, cards."""
    said, private = fact.says(), fact.confides()
    values = {name: said.get(name) for name in OPEN}
    values |= {name: private.get(name) for name in PERSONAL}
    number = capitals(values["number"] or "")
    if number:
        values["number"] = number
    found: Rows = {("reader",): {**rows.get(("reader",), {}), **values}}
    if not private:
        return found
    known = dict.fromkeys(map(capitals, private.get("cards", ())), "card")
    if number:
        known = {number: "number", **known}
    for key, row in rows.items():
        if key[0] == "identifier" and key[1] not in known:
            # An import that no longer lists a card does not say when it ended; it ends now.
            ends = row["kind"] in IMPORTED and not row.get("until")
            found[key] = {**row, "until": fact.at} if ends else row
    for value, kind in known.items():
        row = rows.get(("identifier", value), {})
        since = row.get("since") or fact.at
        found["identifier", value] = {**row, "kind": kind, "since": since, "until": None}
    return found


@READERS.fold("reader.changed")
def _changed(rows: Rows, fact: Fact) -> Rows:
    """The whole entry again, as `reader.entered`: what changed is the difference."""
    return _entered(rows, fact)


@READERS.fold("reader.merged")
def _merged(rows: Rows, fact: Fact) -> Rows:
    """`{into}`: this number's person goes by another one now."""
    return {**rows, ("reader",): {**rows[("reader",)], "merged_into": str(fact.says()["into"])}}


@READERS.fold("reader.parted")
def _parted(rows: Rows, fact: Fact) -> Rows:
    """They were two after all."""
    return {**rows, ("reader",): {**rows[("reader",)], "merged_into": None}}


_BY_SUBJECT = select(Reader).where(Reader.subject == bindparam("subject"))


def by_subject(connection: Connection, subject: str) -> Reader | None:
    return one(connection, _BY_SUBJECT, subject=subject)


def by_subjects(connection: Connection, subjects: Sequence[str]) -> dict[str, Reader]:
    found: dict[str, Reader] = {}
    for chunk in chunks(subjects):
        statement = select(Reader).where(col(Reader.subject).in_(chunk))
        found.update((reader.subject, reader) for reader in every(connection, statement))
    return found


class Seen(NamedTuple):
    """As much of a reader as is shown at the desk."""

    subject: str
    number: str | None
    name: str | None
    type: str | None
    college: str | None
    valid_until: str | None


def seen(connection: Connection, subjects: Sequence[str]) -> dict[str, Seen]:
    """The same as `by_subjects` at a fifth of the time: whoever scans a card waits for it."""
    found: dict[str, Seen] = {}
    for chunk in chunks(subjects):
        sql = f"SELECT {', '.join(Seen._fields)} FROM reader WHERE subject IN {marks(len(chunk))}"
        found.update((line[0], Seen(*line)) for line in driver(connection).execute(sql, chunk))
    return found


def by_phones(connection: Connection, phones: Sequence[str]) -> dict[str, list[str]]:
    """Whose telephone numbers these are, digit by digit: readers by number."""
    found: dict[str, list[str]] = {}
    for chunk in chunks(dict.fromkeys(phones)):
        sql = (
            "SELECT substr(term, 2), subject FROM reader_term JOIN reader ON serial = reader "
            f"WHERE term IN {marks(len(chunk))} ORDER BY subject"
        )
        terms = ["<" + phone[::-1] for phone in chunk]
        for backwards, subject in driver(connection).execute(sql, terms):
            found.setdefault(backwards[::-1], []).append(subject)
    return found


def is_known(connection: Connection, subject: str) -> bool:
    """Whether somebody goes by this: nobody does of whom nothing is here, or who was erased."""
    sql = "SELECT 1 FROM reader WHERE subject = ? AND number IS NOT NULL"
    return driver(connection).execute(sql, (subject,)).fetchone() is not None


def heads(connection: Connection, subjects: Iterable[str]) -> dict[str, str]:
    """Of each reader the number that serves for them now: see `db.merged`."""
    return {subject: head(driver(connection), subject) for subject in subjects}


def one_person(connection: Connection, subject: str) -> list[str]:
    """All subjects that are one person with this one, itself among them, the serving one first."""
    raw = driver(connection)
    return merged_into(raw, head(raw, subject))


def by_identifier(connection: Connection, value: str) -> list[Reader]:
    """Whoever is known by exactly this number or card now."""
    statement = (
        select(Reader)
        .join(Identifier, col(Identifier.subject) == col(Reader.subject))
        .where(Identifier.value == capitals(value), col(Identifier.until).is_(None))
    )
    return every(connection, statement)


def search(connection: Connection, text: str, limit: int = 20) -> list[Reader]:
    """Readers by a prefix of number, card, name, pinyin or initials, or the phone's last digits.

    An exact match stands first, then by number.
    """
    wanted = names.query(text)
    if not wanted:
        return []
    most = limit * 4  # as many terms of a reader may begin alike
    terms = ("term", "reader_term JOIN reader ON serial = reader")
    found_by = _beginning(connection, *terms, wanted, most)
    found_by = sorted(found_by + _beginning(connection, "value", "identifier", wanted, most))
    if wanted.isdecimal() and len(wanted) >= 4:
        found_by += _beginning(connection, *terms, "<" + wanted[::-1], most)
    wanted_subjects = list(dict.fromkeys(subject for _, subject in found_by))[:limit]
    found = by_subjects(connection, wanted_subjects)
    return [found[subject] for subject in wanted_subjects if subject in found]


def _beginning(
    connection: Connection, column: str, table: str, prefix: str, limit: int
) -> list[tuple[str, str]]:
    """The first words that begin so, each with whose it is."""
    lines = driver(connection).execute(
        f"SELECT {column}, subject FROM {table} WHERE {column} >= ? AND {column} < ? "
        f"ORDER BY {column} LIMIT ?",
        (prefix, prefix + "\U0010ffff", limit),
    )
    return lines.fetchall()


def living(connection: Connection, library_key: bytes, number: str) -> str:
    """The subject of whoever has a number now: of the generation behind the last erased one."""
    generation = 0
    while is_erased(connection, subject := id_of(library_key, number, generation)):
        generation += 1
    return subject


def all_living(
    connection: Connection, library_key: bytes, first: Mapping[str, str]
) -> dict[str, str]:
    """`living` of many numbers, each given with its subject of generation 0."""
    erased: set[str] = set()
    for chunk in chunks(first.values()):
        where = "WHERE person IN " + marks(len(chunk))
        lines = driver(connection).execute(f"SELECT person FROM erased {where}", chunk)
        erased.update(person for (person,) in lines)
    return {
        number: living(connection, library_key, number) if subject in erased else subject
        for number, subject in first.items()
    }


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
            found[subject] = {**rows["reader",], "cards": tuple(sorted(cards))}
    return found


def draft(kind: str, subject: str, values: dict[str, Any]) -> Draft:
    """A reader's entry as a fact: what is personal in the private part."""
    return Draft(
        kind,
        subject,
        {name: values.get(name) for name in OPEN},
        person=subject,
        private={name: values.get(name) for name in _CONFIDED},
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
