"""Rows as objects: what a statement finds, detached from the transaction that found it."""

from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlmodel import Session
from sqlmodel.sql.expression import SelectOfScalar

T = TypeVar("T")


def every(connection: Connection, statement: SelectOfScalar[T], **values: Any) -> list[T]:
    """All that the statement finds. Statements made once, with bindparams, cost half as much."""
    with Session(connection, expire_on_commit=False) as session:
        return list(session.exec(statement, params=values))


def one(connection: Connection, statement: SelectOfScalar[T], **values: Any) -> T | None:
    """The first that the statement finds."""
    with Session(connection, expire_on_commit=False) as session:
        return session.exec(statement, params=values).first()
