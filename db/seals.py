"""Seals (印章): by which permission the picture of one may be printed on a paper, and until when.

A subject is one seal, `seal:<name>`. The picture itself is never in a store: where it is says the
configuration of the one machine that prints it.
"""

from sqlalchemy import Connection
from sqlmodel import Field, SQLModel, col, select

from db.facts import Book, Draft, Fact, Rows, put
from db.queries import every


class Seal(SQLModel, table=True):
    """One seal. Moments are UTC stamps, days the library's."""

    subject: str = Field(primary_key=True)
    title: str
    """what is on it"""
    document: str
    """the paper that permits it, by its number"""
    until: str
    """the last day"""
    digest: str
    """SHA-256 of the picture that is permitted"""
    permitted_at: str
    permitted_by: str | None = None
    withdrawn_at: str | None = None


_TABLES: tuple[type[SQLModel], ...] = (Seal,)
SEALS = Book("seal", _TABLES)


def draft(kind: str, name: str, **said: object) -> Draft:
    return Draft(f"seal.{kind}", f"seal:{name}", said)


@SEALS.fold("seal.permitted")
def _permitted(rows: Rows, fact: Fact) -> Rows:
    """`{title, document, until, digest}`; permitted anew it is so from then on."""
    made = {"permitted_at": fact.at, "permitted_by": fact.actor, "withdrawn_at": None}
    said = fact.says()
    names = ("title", "document", "until", "digest")
    return put(rows, "seal", **{name: str(said[name]) for name in names}, **made)


@SEALS.fold("seal.withdrawn")
def _withdrawn(rows: Rows, fact: Fact) -> Rows:
    return put(rows, "seal", withdrawn_at=rows["seal",]["withdrawn_at"] or fact.at)


def seals(connection: Connection) -> list[Seal]:
    return every(connection, select(Seal).order_by(col(Seal.subject)))
