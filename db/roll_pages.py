"""Rolls a page at a time, the newest first, and what has become of those on them."""

from collections.abc import Sequence

from sqlalchemy import Connection
from sqlmodel import col, func, select

from db.award_rows import GRANTED
from db.queries import every
from db.rolls import Roll
from db.rows import chunks, marks
from db.store import driver

Counts = tuple[int, int, int, int]
"""awards that stand; of these with a good certificate, with one printed, with one handed out"""


def numbered(connection: Connection, desk: str, number: int) -> list[Roll]:
    """By the number that people call it by; several where a store was set back."""
    return every(connection, select(Roll).where(Roll.desk == desk, Roll.number == number))


def titled(connection: Connection, part: str) -> list[Roll]:
    """Those whose title has these words, the newest first."""
    found = col(Roll.title).contains(part, autoescape=True)
    return every(connection, select(Roll).where(found).order_by(col(Roll.subject).desc()))


def count(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(Roll)).scalar_one()


def page(
    connection: Connection,
    behind: str | None,
    limit: int,
    skip: int = 0,
    *,
    backwards: bool = False,
) -> list[Roll]:
    """Rolls behind one (or before it), always in the list's order: subjects tell their time."""
    subject = col(Roll.subject)
    rolls = select(Roll).order_by(subject if backwards else subject.desc())
    if behind is not None:
        rolls = rolls.where(subject > behind if backwards else subject < behind)
    found = every(connection, rolls.limit(limit).offset(skip))
    return found[::-1] if backwards else found


def place(connection: Connection, subject: str) -> int | None:
    """How many stand before a roll; None if there is none such."""
    after = select(func.count()).select_from(Roll).where(col(Roll.subject) > subject)
    there = connection.execute(select(Roll.subject).where(Roll.subject == subject)).first()
    return connection.execute(after).scalar_one() if there else None


def counts(connection: Connection, rolls: Sequence[str]) -> dict[str, Counts]:
    """What has become of those on each roll."""
    found: dict[str, Counts] = dict.fromkeys(rolls, (0, 0, 0, 0))
    for some in chunks(list(rolls)):
        for roll, *many in driver(connection).execute(
            f"""SELECT roll, count(*), sum(good), sum(printed), sum(handed) FROM (
                SELECT roll, count(serial) > 0 AS good,
                    count(CASE WHEN copies > 0 THEN 1 END) > 0 AS printed,
                    count(handed_at) > 0 AS handed
                FROM award LEFT JOIN certificate AS mine
                    ON mine.subject = award.subject AND revoked_at IS NULL
                WHERE status = ? AND roll IN {marks(len(some))} GROUP BY award.subject
            ) GROUP BY roll""",
            (GRANTED, *some),
        ):
            awards, good, printed, handed = many
            found[roll] = (awards, good, printed, handed)
    return found
