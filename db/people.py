"""Erased persons: the one book that the ledger itself reads."""

from sqlalchemy import Connection
from sqlmodel import SQLModel

from db.facts import Book, Fact, Rows, put
from db.store import driver
from db.tables import Erased

ERASED = "person.erased"
"""A person's private parts are to go, here and wherever they arrive. `person` names whom."""

_TABLES: tuple[type[SQLModel], ...] = (Erased,)
PERSONS = Book("person", _TABLES)


def is_erased(connection: Connection, person: str) -> bool:
    found = driver(connection).execute("SELECT 1 FROM erased WHERE person = ?", (person,))
    return found.fetchone() is not None


def living(connection: Connection, person: str | None) -> str | None:
    """The person; whoever was erased is nobody."""
    return None if person is None or is_erased(connection, person) else person


@PERSONS.fold(ERASED)
def _erased(rows: Rows, fact: Fact) -> Rows:
    if fact.person is None:
        raise ValueError("an erasure names nobody")
    return put(rows, "erased", person=fact.person, at=fact.at)
