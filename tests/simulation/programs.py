"""Desks of different versions of the program: what a newer one writes, an older one keeps."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING
from unittest.mock import patch

from sqlmodel import Field, SQLModel

import db.upgrade
from db.facts import Book, Draft, Fact, Rows, put
from tests.simulation.desk import Desk

if TYPE_CHECKING:
    from tests.simulation.course import Course

NEWEST = 2
"""The first version has no news; the next one tells them, this one says also how grave they are."""


class News(SQLModel, table=True):
    subject: str = Field(primary_key=True)
    words: str | None = None
    by: str | None = None


class Gravity(SQLModel, table=True):
    subject: str = Field(primary_key=True)
    degree: int | None = None


MIGRATIONS = db.upgrade.migrations()
STEPS = [
    (9001, "CREATE TABLE news (subject TEXT PRIMARY KEY, words TEXT, by TEXT);"),
    (9002, "CREATE TABLE gravity (subject TEXT PRIMARY KEY, degree INTEGER);"),
]


def _told(rows: Rows, fact: Fact) -> Rows:
    return put(rows, "news", words=fact.says()["words"], by=fact.desk)


def _graver(rows: Rows, fact: Fact) -> Rows:
    return put(_told(rows, fact), "gravity", degree=fact.says()["degree"])


BOOKS: Sequence[Sequence[Book]] = (
    (),
    (Book("news", (News,), folds={("news.told", 1): _told}),),
    (Book("news", (News, Gravity), folds={("news.told", 1): _told, ("news.told", 2): _graver}),),
)
"""of each version, beside those of a world"""


@contextmanager
def running(version: int) -> Iterator[None]:
    """Stores are opened, and brought up to date, by this version."""
    steps = [*MIGRATIONS, *STEPS[:version]]
    with patch.object(db.upgrade, "migrations", lambda: steps):
        yield


def upgrade(course: "Course", desk: Desk) -> None:
    """The program is brought one version on, in the middle of everything."""
    if desk.program == NEWEST:
        return
    desk.program += 1
    course.note("upgrades", f"of {desk.path.stem} to {desk.program}")
    desk.ledger.store.close()
    desk.ledger = course.opened(desk)


def tell_news(course: "Course", desk: Desk) -> None:
    """In the words of the version that the desk has."""
    if not desk.program:
        return
    subject, degree = f"news:{course.rng.randrange(3)}", course.rng.randrange(9)
    words = {"words": f"{course.rng.getrandbits(32)}", "degree": degree}

    def tell() -> None:
        with desk.ledger.act("staff:1") as act:
            act.record_all([Draft("news.told", subject, words, version=desk.program)])

    course.doing(desk, tell, "news")
