"""Drafts: what somebody has half-written at this desk. Local: in no ledger, never exchanged.

They name readers and say what was asked, so they go with whoever did: `remove_of_persons` belongs
to every erasure.
"""

import sqlite3
from collections.abc import Iterable

from sqlalchemy import Connection, bindparam
from sqlmodel import Field, SQLModel, col, select

from db.queries import every
from db.rows import chunks, marks
from db.store import driver


class DraftRow(SQLModel, table=True):
    """A draft of one member of staff, the reader whom it names and the request whose words it has,
    if any. `body` is JSON.
    """

    __tablename__ = "draft"
    id: str = Field(primary_key=True)
    staff: str = Field(index=True)
    screen: str
    reader: str | None = Field(default=None, index=True)
    body: str
    at: str
    request: str | None = Field(default=None, index=True)


_OWN = (
    select(DraftRow)
    .where(DraftRow.staff == bindparam("staff"), DraftRow.screen == bindparam("screen"))
    .order_by(col(DraftRow.at), col(DraftRow.id))
)


def own(connection: Connection, staff: str, screen: str) -> list[DraftRow]:
    """Somebody's drafts of a screen, the one that has waited longest first."""
    return every(connection, _OWN, staff=staff, screen=screen)


def counted(connection: Connection, screen: str) -> dict[str, int]:
    """How many drafts of a screen each of the staff has, whoever has any."""
    sql = "SELECT staff, count(*) FROM draft WHERE screen = ? GROUP BY staff"
    return dict(driver(connection).execute(sql, (screen,)).fetchall())


def write(connection: Connection, draft: DraftRow) -> None:
    """Keep a draft in place of what it was; one of an erased person goes instead."""
    raw = driver(connection)
    remove(connection, draft.id)
    raw.execute(
        "INSERT INTO draft (id, staff, screen, reader, body, at, request) "
        "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 "
        "WHERE NOT EXISTS (SELECT 1 FROM erased WHERE person IN (?2, ?4, ?7))",
        (
            draft.id,
            draft.staff,
            draft.screen,
            draft.reader,
            draft.body,
            draft.at,
            draft.request,
        ),
    )


def remove(connection: Connection, id: str) -> None:
    driver(connection).execute("DELETE FROM draft WHERE id = ?", (id,))


def remove_of_persons(raw: sqlite3.Connection, persons: Iterable[str]) -> None:
    """Whatever erased persons have written, or others of them."""
    for chunk in chunks(persons):
        for column in ("reader", "staff", "request"):
            raw.execute(f"DELETE FROM draft WHERE {column} IN {marks(len(chunk))}", chunk)


def remove_all(raw: sqlite3.Connection) -> None:
    """After a restore: what was half-written at the time of the backup is written or forgotten."""
    raw.execute("DELETE FROM draft")
