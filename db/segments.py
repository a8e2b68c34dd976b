"""Who is entered in a listed segment (exam candidates, research teams), and until when."""

from collections.abc import Sequence

from sqlalchemy import Connection, Index
from sqlmodel import Field, SQLModel

from db import clock
from db.facts import Book, Draft, Fact, Rows, Stub, put
from db.rows import chunks, marks
from db.store import driver


class Member(SQLModel, table=True):
    """A reader who is entered in a segment. `until` is their last day, None without an end."""

    __table_args__ = (Index("member_patron", "patron"), Index("member_segment", "segment"))
    subject: str = Field(primary_key=True)
    segment: str
    """a code of the profile"""
    patron: str
    entered_at: str
    until: str | None = None
    left_at: str | None = None


def _clash(one: Stub, other: Stub) -> bool:
    """Entered again at one desk, taken out at another that did not know: may they come in?"""
    return {one.kind, other.kind} == {"segment.entered", "segment.left"}


_TABLES: tuple[type[SQLModel], ...] = (Member,)
SEGMENTS = Book("segment", _TABLES, clashes=_clash)


def subject_of(segment: str, patron: str) -> str:
    return f"segment:{segment}:{patron}"


def entered(segment: str, patron: str, until: str | None) -> Draft:
    """A reader's entry, until the end of a day."""
    said = {"segment": segment, "patron": patron, "until": until}
    return Draft("segment.entered", subject_of(segment, patron), said)


@SEGMENTS.fold("segment.entered")
def _entered(rows: Rows, fact: Fact) -> Rows:
    """`{segment, patron, until}`. Entered again, they are in until the day that is said last."""
    said = fact.says()
    if said["until"] is not None:
        clock.day(said["until"])
    began = rows.get(("member",), {}).get("entered_at") or fact.at
    return put(rows, "member", **said, entered_at=began, left_at=None)


@SEGMENTS.fold("segment.left")
def _left(rows: Rows, fact: Fact) -> Rows:
    return put(rows, "member", left_at=rows["member",]["left_at"] or fact.at)


# queries

_OWN = "(patron = ?1 OR patron IN (SELECT subject FROM reader WHERE merged_into = ?1))"
"""a head's own, and what was entered under a number that was merged into it"""
_IN = "left_at IS NULL AND (until IS NULL OR until >= ?2)"
_DRAWN = f"""
SELECT value FROM application CROSS JOIN draw ON draw.subject = application.draw,
json_each(segments) WHERE {_OWN} AND status = 'confirmed' AND first <= ?2 AND last >= ?2
"""


def segments_of(connection: Connection, patron: str, day: str) -> set[str]:
    """The listed segments that a reader, given by the number that serves now, is in on a day: those
    they are entered in, and of a place that they drew and confirmed (`db.draws`).
    """
    sql = f"SELECT segment FROM member WHERE {_OWN} AND {_IN} UNION ALL {_DRAWN}"
    return {segment for (segment,) in driver(connection).execute(sql, (patron, day))}


def members(connection: Connection, segment: str, day: str) -> list[tuple[str, str, str | None]]:
    """Who is entered in a segment on a day: reader, since when, and their last day."""
    sql = f"SELECT patron, entered_at, until FROM member WHERE segment = ?1 AND {_IN} ORDER BY 1"
    return driver(connection).execute(sql, (segment, day)).fetchall()


def known(connection: Connection, subjects: Sequence[str]) -> dict[str, str | None]:
    """Which of these are in, each with their last day."""
    found: dict[str, str | None] = {}
    for chunk in chunks(subjects):
        where = f"left_at IS NULL AND subject IN {marks(len(chunk))}"
        sql = f"SELECT subject, until FROM member WHERE {where}"
        found.update(driver(connection).execute(sql, chunk).fetchall())
    return found
