"""The ledger's own tables; each feature's tables stand in the file of the feature."""

from typing import Any

from sqlalchemy import Column, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel


def blob(nullable: bool = True) -> Any:
    return Field(default=None, sa_column=Column(LargeBinary, nullable=nullable))


class FactRow(SQLModel, table=True):
    """A fact as stored; `n` is the order of arrival in this file."""

    __tablename__ = "fact"
    __table_args__ = (
        Index("fact_place", "desk", "epoch", "seq", unique=True),
        Index("fact_subject", "subject", "pos", "id"),
        Index("fact_person", "person", sqlite_where=text("person IS NOT NULL")),
        Index("fact_scope", "scope", "pos", sqlite_where=text("scope IS NOT NULL")),
        UniqueConstraint("id"),
        UniqueConstraint("pos"),
    )
    n: int = Field(primary_key=True)
    id: str
    act: str
    desk: str
    timeline: int
    kind: str
    version: int
    subject: str
    base: int
    beyond: str
    at: str
    actor: str | None
    data: str
    person: str | None
    scope: str | None
    private: str | None
    salt: bytes | None = blob()
    seal: bytes | None = blob()
    digest: bytes = blob(nullable=False)
    epoch: int | None
    seq: int | None
    chain: bytes | None = blob()
    pos: int | None
    skew: int | None


class Place(SQLModel, table=True):
    """Where this store stands: which desk it is, its chain's epoch, and how far the exchange is.

    One row. `forks` lists [timeline, last position before it] of the centre's restores;
    `cursor_link` is the link of the centre's order at `cursor`.
    """

    one: int = Field(default=1, primary_key=True)
    desk: str
    library_key: bytes = blob(nullable=False)
    epoch: int = 1
    timeline: int = 1
    forks: str = "[]"
    cursor: int = 0
    cursor_link: bytes | None = blob()
    acked_epoch: int = 1
    acked_seq: int = 0
    acked_chain: bytes | None = blob()


class Setting(SQLModel, table=True):
    """What this desk was told at set-up (profile, name of the place), and what it has noted since:
    see the names in db/place.py.
    """

    name: str = Field(primary_key=True)
    value: str


class Fault(SQLModel, table=True):
    """A fact that is kept but could not be folded, and why."""

    id: str = Field(primary_key=True)
    subject: str = Field(index=True)
    reason: str


class Erased(SQLModel, table=True):
    """A person whose private parts are gone, and must be taken out of whatever still arrives."""

    subject: str = Field(primary_key=True)
    person: str = Field(index=True)
    at: str


class Clash(SQLModel, table=True):
    """Two facts of one subject whose authors did not know of each other, for a person to settle."""

    __table_args__ = (Index("clash_open", "subject", sqlite_where=text("settled_by IS NULL")),)
    subject: str = Field(index=True)
    first: str = Field(primary_key=True)
    second: str = Field(primary_key=True)
    settled_by: str | None = None


class Dormant(SQLModel, table=True):
    """A subject whose facts are at the centre alone: see `db.dormant`.

    `digest` is of its rows and of what is left of its facts; `bare` says what its rows are without
    what anybody said in private, where that differs.
    """

    __table_args__ = (Index("dormant_state", "state", sqlite_where=text("state IS NOT NULL")),)
    subject: str = Field(primary_key=True)
    digest: bytes = blob(nullable=False)
    bare: str | None = None
    state: str | None = None


class Milestone(SQLModel, table=True):
    """The link of the centre's order at some positions, so that a pull may begin near any."""

    pos: int = Field(primary_key=True)
    link: bytes = blob(nullable=False)
