"""Packs (活动包): which laptops were given an event to let people in to, and which came back.

A pack is a desk by itself, of a code that its maker gave it: what was scanned there are its facts,
and its maker carries them to the centre (see `db.packing`).
"""

import json
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, Index
from sqlmodel import Field, SQLModel

from db.facts import Book, Draft, Fact, Rows, put
from db.place import MAKER, setting
from db.store import driver


class Pack(SQLModel, table=True):
    """One pack. Moments are UTC stamps."""

    __table_args__ = (
        Index("pack_event", "event", "made_at"),
        Index("pack_number", "desk", "number"),
    )
    subject: str = Field(primary_key=True)
    event: str
    desk: str
    """its maker"""
    number: int
    people: int
    """sign-ups that it knows"""
    made_at: str
    made_by: str | None = None
    back_at: str | None = None
    """when it was brought home last"""
    behind: int | None = None
    """milliseconds by which its clock was behind the centre's, as far as is known"""


@dataclass(frozen=True, slots=True)
class Maker:
    """Who made a pack, and of what. `at`: of when its list is, a UTC stamp."""

    desk: str
    staff: str
    event: str
    number: int
    people: int
    at: str


def maker(connection: Connection) -> Maker | None:
    """Of a pack; None at a desk."""
    said = setting(connection, MAKER)
    return Maker(**json.loads(said)) if said is not None else None


_TABLES: tuple[type[SQLModel], ...] = (Pack,)
PACKS = Book("pack", _TABLES)


def id_of(code: str) -> str:
    return f"pack:{code}"


def draft(kind: str, code: str, event: str, number: int, **said: object) -> Draft:
    """Each says whose it is: a desk that was set back may have lost that it made one."""
    return Draft(f"pack.{kind}", id_of(code), {"event": event, "number": number, **said})


@PACKS.fold("pack.made")
def _made(rows: Rows, fact: Fact) -> Rows:
    """`{event, number, people}`"""
    made = {"desk": fact.desk, "made_at": fact.at, "made_by": fact.actor}
    return put(rows, "pack", **fact.says(), **made)


@PACKS.fold("pack.returned")
def _returned(rows: Rows, fact: Fact) -> Rows:
    """`{event, number, maker, people, made_at, behind}`: its facts are in the ledger."""
    said = fact.says()
    back = {"back_at": fact.at, "behind": said["behind"]}
    if ("pack",) in rows:
        return put(rows, "pack", **back)
    known = {name: said[name] for name in ("event", "number", "people", "made_at")}
    return put(rows, "pack", **known, **back, desk=said["maker"])


class Line(NamedTuple):
    """A pack in a list. `facts`: of it, that are here."""

    code: str
    event: str
    desk: str
    people: int
    made_at: str
    made_by: str | None
    back_at: str | None
    facts: int


def of_event(connection: Connection, event: str) -> list[Line]:
    """The packs of an event, the last first."""
    lines = driver(connection).execute(
        "SELECT substr(subject, 6), event, desk, people, made_at, made_by, back_at, "
        "(SELECT count(*) FROM fact WHERE fact.desk = substr(pack.subject, 6)) FROM pack "
        "WHERE event = ? ORDER BY made_at DESC, subject DESC",
        (event,),
    )
    return [Line(*line) for line in lines]


def is_code(connection: Connection, code: str) -> bool:
    """Whether a code is anybody's: a pack's, or a desk's that has written here."""
    found = driver(connection).execute(
        "SELECT EXISTS (SELECT 1 FROM pack WHERE subject = ?) "
        "OR EXISTS (SELECT 1 FROM fact WHERE desk = ?)",
        (id_of(code), code),
    )
    return bool(found.fetchone()[0])


def is_back(connection: Connection, code: str) -> bool:
    """Whether a pack was brought home before."""
    sql = "SELECT 1 FROM pack WHERE subject = ? AND back_at IS NOT NULL"
    return driver(connection).execute(sql, (id_of(code),)).fetchone() is not None


class Owed(NamedTuple):
    """A pack that this desk made, with facts that the centre has not got."""

    code: str
    behind: int


def owed(connection: Connection) -> list[Owed]:
    # What has no place in a chain came here by itself, and has no position.
    lines = driver(connection).execute(
        "SELECT substr(subject, 6) AS code, coalesce(behind, 0) FROM pack "
        "WHERE desk = (SELECT desk FROM place) AND EXISTS (SELECT 1 FROM fact "
        "WHERE fact.desk = substr(pack.subject, 6) AND epoch IS NULL AND pos IS NULL) ORDER BY code"
    )
    return [Owed(*line) for line in lines]
