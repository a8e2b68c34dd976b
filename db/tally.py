"""The folded tables held against the ledger: what the facts say, and what the rows say."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import Any, NamedTuple

from db.facts import Book, Row, Rows
from db.folding import Folded, every
from db.rows import shape, whole


class Wrong(NamedTuple):
    """A difference: `code` RowWrong, RowMissing, RowExtra, or the same of Fault and Clash."""

    code: str
    table: str
    subject: str
    key: tuple[str, ...]
    column: str | None = None


Lines = Iterator[tuple[Any, ...]]
Group = tuple[str, Lines]


class Strand:
    """A table's lines by subject, taken along as the subjects of the ledger go by in order."""

    def __init__(self, lines: Lines) -> None:
        self._groups: Iterator[Group] = groupby(lines, key=lambda line: str(line[0]))
        self._next = next(self._groups, None)

    def upto(self, subject: str | None) -> Iterator[Group]:
        """The subjects up to this one; all that are left if it is None."""
        while self._next is not None and (
            subject is None or _place(self._next[0]) <= _place(subject)
        ):
            yield self._next
            self._next = next(self._groups, None)


def _place(subject: str) -> bytes:
    """SQLite orders text by its bytes; damaged text may be no characters."""
    return subject.encode("utf-8", "surrogateescape")


def differences(
    raw: sqlite3.Connection,
    books: Mapping[str, Book],
    progress: Callable[[int], None] = lambda done: None,
) -> Iterator[Wrong]:
    """Every difference between the ledger folded anew and the tables; memory does not grow."""
    strands = {
        (book.name, form.name): Strand(raw.cursor().execute(_select(form.name, form)))
        for book in books.values()
        for form in map(shape, book.tables)
    }
    faults = Strand(raw.cursor().execute("SELECT subject, id, reason FROM fault ORDER BY 1, 2"))
    clashes = Strand(
        raw.cursor().execute("SELECT subject, first, second, settled_by FROM clash ORDER BY 1")
    )
    for done, folded in enumerate(every(raw, books), 1):
        book = books.get(folded.subject.partition(":")[0])
        if book is not None:
            yield from _rows(book, folded, strands)
        subject = folded.subject
        yield from _marks("Fault", subject, {(i,): w for i, w in folded.faults.items()}, faults)
        yield from _marks("Clash", subject, {(a, b): by for a, b, by in folded.clashes}, clashes)
        if done % 1000 == 0:
            progress(done)
    for (name, table), strand in strands.items():
        for subject, lines in strand.upto(None):
            yield from _extra(books[name], table, subject, lines)
    yield from _marks("Fault", None, {}, faults)
    yield from _marks("Clash", None, {}, clashes)


def _select(table: str, form: Any) -> str:
    names = ", ".join(("subject", *form.keys, *form.values))
    return f"SELECT {names} FROM {table} ORDER BY subject"


def _rows(book: Book, folded: Folded, strands: Mapping[tuple[str, str], Strand]) -> Iterator[Wrong]:
    found: Rows = {}
    for model in book.tables:
        form = shape(model)
        width = 1 + len(form.keys)
        for subject, lines in strands[book.name, form.name].upto(folded.subject):
            if subject != folded.subject:
                yield from _extra(book, form.name, subject, lines)
                continue
            for line in lines:
                row: Row = dict(zip(form.values, line[width:], strict=True))
                found[(form.name, *line[1:width])] = row
    for (table, *key), row in folded.rows.items():
        where = (table, folded.subject, tuple(key))
        held = found.pop((table, *key), None)
        if held is None:
            yield Wrong("RowMissing", *where)
            continue
        for column, value in whole(book, (table, *key), row).items():
            if held[column] != value:
                yield Wrong("RowWrong", *where, column)
    for table, *key in found:
        yield Wrong("RowExtra", table, folded.subject, tuple(key))


def _extra(book: Book, table: str, subject: str, lines: Lines) -> Iterator[Wrong]:
    form = next(shape(model) for model in book.tables if shape(model).name == table)
    for line in lines:
        yield Wrong("RowExtra", table, subject, tuple(line[1 : 1 + len(form.keys)]))


def _marks(
    what: str, subject: str | None, wanted: Mapping[tuple[str, ...], str | None], strand: Strand
) -> Iterator[Wrong]:
    """Faults or clashes: lines of a subject, ids, and one value behind them."""
    left = dict(wanted)
    table = what.lower()
    for whose, lines in strand.upto(subject):
        for line in lines:
            key, value = tuple(line[1:-1]), line[-1]
            if whose != subject or key not in left:
                yield Wrong(f"{what}Extra", table, whose, key)
            elif left.pop(key) != value:
                yield Wrong(f"{what}Wrong", table, whose, key)
    for key in left:
        yield Wrong(f"{what}Missing", table, subject or "", key)
