"""Erased persons: the one book that the ledger itself reads."""

from sqlmodel import SQLModel

from db.facts import Book, Fact, Rows, put
from db.tables import Erased

ERASED = "person.erased"
"""A person's private parts are to go, here and wherever they arrive. `person` names whom."""

_TABLES: tuple[type[SQLModel], ...] = (Erased,)
PERSONS = Book("person", _TABLES)


@PERSONS.fold(ERASED)
def _erased(rows: Rows, fact: Fact) -> Rows:
    if fact.person is None:
        raise ValueError("an erasure names nobody")
    return put(rows, "erased", person=fact.person, at=fact.at)
