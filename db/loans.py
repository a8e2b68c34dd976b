"""Loans (借阅): what the circulation system says was lent to a reader, a day at a time.

Only how many, when, and which copy as an HMAC is kept: enough to count each once however often a
file is brought in, and no record of what anybody reads.
"""

import hmac
import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, Index
from sqlmodel import Field, SQLModel, col, select

from db import clock
from db.facts import Book, Draft, Fact, Rows, canonical, put
from db.queries import every
from db.rows import chunks, marks
from db.store import driver


class Lending(NamedTuple):
    """One copy lent: when (a UTC stamp, or the day alone), and which (`item_of`)."""

    at: str
    item: str


class Loan(SQLModel, table=True):
    """What was lent to one reader on one day (`2026-11-23`, the library's)."""

    __table_args__ = (Index("loan_patron", "patron", "day"), Index("loan_day", "day", "patron"))
    subject: str = Field(primary_key=True)
    patron: str
    day: str
    count: int
    lendings: str
    """`[[at, item], …]`, each once: a JSON list in order"""


_TABLES: tuple[type[SQLModel], ...] = (Loan,)
LOANS = Book("loan", _TABLES, closed=lambda rows: True)


def subject_of(patron: str, day: str) -> str:
    return f"loan:{day}:{patron}"


def item_of(key: bytes, barcode: str) -> str:
    """A copy's name here: nobody without the library's key finds its barcode."""
    return hmac.new(key, f"copy\x1f{barcode}".encode(), "sha256").hexdigest()[:16]


def draft(patron: str, day: str, lendings: Iterable[Lending]) -> Draft:
    said = {"patron": patron, "day": day, "lendings": sorted(lendings)}
    return Draft("loan.recorded", subject_of(patron, day), said)


@LOANS.fold("loan.recorded")
def _recorded(rows: Rows, fact: Fact) -> Rows:
    """`{patron, day, lendings: [[at, item], …]}`: more of the same day."""
    said = fact.says()
    known = json.loads(rows["loan",]["lendings"]) if ("loan",) in rows else []
    told = {Lending(*map(str, each)) for each in (*known, *said["lendings"])}
    values = {"patron": said["patron"], "day": clock.day(said["day"])}
    return put(rows, "loan", **values, count=len(told), lendings=canonical(sorted(told)))


def known(connection: Connection, subjects: Sequence[str]) -> dict[str, set[Lending]]:
    """What is on record of each reader's day."""
    found: dict[str, set[Lending]] = {}
    for chunk in chunks(list(subjects)):
        sql = f"SELECT subject, lendings FROM loan WHERE subject IN {marks(len(chunk))}"
        for subject, lendings in driver(connection).execute(sql, chunk):
            found[subject] = {Lending(*each) for each in json.loads(lendings)}
    return found


def of_person(connection: Connection, readers: Sequence[str], since: str, until: str) -> list[Loan]:
    """A person's under all their numbers, from a day up to another (which is not in it)."""
    found: list[Loan] = []
    for some in chunks(list(readers)):
        mine = col(Loan.patron).in_(some), col(Loan.day) >= since, col(Loan.day) < until
        found += every(connection, select(Loan).where(*mine).order_by(col(Loan.day)))
    return found
