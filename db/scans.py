"""Scans at a door that let nobody in (未通过): each is on record, with its time and the reason."""

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from db.facts import Book, Draft, Fact, Rows, always, put
from db.signups import corrected


class Scan(SQLModel, table=True):
    """One scan that was refused. Moments are UTC stamps."""

    __table_args__ = (Index("scan_event", "event", "at"),)
    subject: str = Field(primary_key=True)
    event: str
    session: str
    door: str
    why: str
    """twice, cancelled, waiting, other_session, revoked, unknown, forged, misread, full, not_yet,
    over"""
    signup: str | None = None
    """whose it was, where that is known"""
    shown: str
    """the code, masked"""
    at: str
    corrected: str
    desk: str
    actor: str | None = None


_TABLES: tuple[type[SQLModel], ...] = (Scan,)
SCANS = Book("scan", _TABLES, closed=always, clocked=True)


def draft(
    subject: str, event: str, session: str, door: str, why: str, shown: str, **more: object
) -> Draft:
    said = {"event": event, "session": session, "door": door, "why": why, "shown": shown}
    return Draft("scan.refused", subject, {**said, **more})


@SCANS.fold("scan.refused")
def _refused(rows: Rows, fact: Fact) -> Rows:
    """`{event, session, door, why, shown, signup}`"""
    said = {"signup": None, **fact.says()}
    times = {"at": fact.at, "corrected": corrected(fact)}
    return put(rows, "scan", **said, **times, desk=fact.desk, actor=fact.actor)
