"""Tallies (指引计数): directional questions, counted by the day at one desk. They all commute."""

import json

from sqlalchemy import Connection
from sqlmodel import Field, SQLModel

from db.facts import Book, Fact, Rows, canonical, put
from db.store import driver


class Tally(SQLModel, table=True):
    """What was asked so often at a desk on a day of the library's; `what` is the profile's code."""

    subject: str = Field(primary_key=True)
    what: str = Field(primary_key=True, sa_column_kwargs={"info": {"key": True}})
    desk: str
    day: str = Field(index=True)
    count: int
    taken_back: str
    """the facts that were taken back, a JSON list: each counts once, whoever says it again"""


TALLIES = Book("tally", (Tally,))


def subject_of(desk: str, day: str) -> str:
    return f"tally:{desk}-{day}"


@TALLIES.fold("tally.counted")
def _counted(rows: Rows, fact: Fact) -> Rows:
    """`{what, day}`"""
    said = fact.says()
    row = rows.get(("tally", said["what"])) or {"count": 0, "taken_back": "[]"}
    return put(
        rows,
        "tally",
        said["what"],
        desk=fact.desk,
        day=said["day"],
        count=row["count"] + 1,
        taken_back=row["taken_back"],
    )


@TALLIES.fold("tally.taken_back")
def _taken_back(rows: Rows, fact: Fact) -> Rows:
    """`{what, undoes}`: the fact that counted it was a slip of the hand."""
    said = fact.says()
    row = rows["tally", said["what"]]
    gone = json.loads(row["taken_back"])
    if said["undoes"] in gone:
        return rows
    gone = canonical(sorted([*gone, said["undoes"]]))
    return put(rows, "tally", said["what"], count=row["count"] - 1, taken_back=gone)


def of_day(connection: Connection, desk: str, day: str) -> dict[str, int]:
    """A desk's counts of a day, by what was asked."""
    found = driver(connection).execute(
        "SELECT what, count FROM tally WHERE subject = ?", (subject_of(desk, day),)
    )
    return dict(found.fetchall())
