"""Rows as objects: what a statement finds, detached from the transaction that found it."""

from collections.abc import Collection, Iterator
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlmodel import Session, col
from sqlmodel.sql.expression import SelectOfScalar

from db.rows import chunks

T = TypeVar("T")


def every(connection: Connection, statement: SelectOfScalar[T], **values: Any) -> list[T]:
    """All that the statement finds. Statements made once, with bindparams, cost half as much."""
    with Session(connection, expire_on_commit=False) as session:
        return list(session.exec(statement, params=values))


def one(connection: Connection, statement: SelectOfScalar[T], **values: Any) -> T | None:
    """The first that the statement finds."""
    with Session(connection, expire_on_commit=False) as session:
        return session.exec(statement, params=values).first()


def among(
    connection: Connection, statement: SelectOfScalar[T], column: str, values: Collection[str]
) -> Iterator[T]:
    """What it finds of those that have one of these values there, however many."""
    for some in chunks(values):
        yield from every(connection, statement.where(col(column).in_(some)))
