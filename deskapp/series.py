"""Series of events (系列活动): a culture festival, a reading season; what belongs together."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from db import event_pages as pages
from db import events as stored
from db.events import draft
from deskapp.desk import Desk, Refusal
from deskapp.event_lists import LOOKING
from deskapp.events import ANNOUNCING


@dataclass(frozen=True, slots=True)
class Series:
    """A series and how much there is of it: events, and their sessions, that are held."""

    id: str
    title: str
    first: date
    last: date
    department: str
    closed: bool
    events: int = 0
    sessions: int = 0


def open_series(
    desk: Desk, title: str, first: date, last: date, department: str | None = None
) -> Series:
    """Begin a series. `department`: none is the operator's first.

    Refuses RoleTooLow, EventUntitled, PeriodWrong, DepartmentMissing, DepartmentUnknown.
    """
    operator = desk.require(ANNOUNCING)
    department = department or next(iter(operator.departments), None)
    if not title.strip():
        raise Refusal("EventUntitled")
    if last < first:
        raise Refusal("PeriodWrong", first=first.isoformat(), last=last.isoformat())
    if department is None:
        raise Refusal("DepartmentMissing")
    if department not in desk.profile.departments:
        raise Refusal("DepartmentUnknown", department=department)
    said = {"title": title.strip(), "department": department}
    period = {"first": first.isoformat(), "last": last.isoformat()}
    with desk.act() as act:
        subject = act.new_subject("series")
        act.record_all([draft("series.opened", subject, {**said, **period})])
        return _shown(act.connection, subject)


def close(desk: Desk, id: str) -> Series:
    """Nothing more comes into it. Refuses RoleTooLow, SeriesUnknown, SeriesClosed."""
    desk.require(ANNOUNCING)
    with desk.act() as act:
        row = _row(act.connection, id)
        if row.closed_at is not None:
            raise Refusal("SeriesClosed", series=row.title)
        act.record_all([draft("series.closed", id)])
        return _shown(act.connection, id)


def all_series(desk: Desk) -> list[Series]:
    """Every series, the newest first. Refuses RoleTooLow."""
    desk.require(LOOKING)
    with desk.reading() as connection:
        rows = pages.all_series(connection)
        counted = pages.counted(connection, [row.subject for row in rows])
    return [_series(row, *counted.get(row.subject, (0, 0))) for row in rows]


def _row(connection: Connection, id: str) -> stored.Series:
    """Refuses SeriesUnknown."""
    row = pages.series(connection, id)
    if row is None:
        raise Refusal("SeriesUnknown")
    return row


def _shown(connection: Connection, id: str) -> Series:
    counted = pages.counted(connection, [id])
    return _series(_row(connection, id), *counted.get(id, (0, 0)))


def _series(row: stored.Series, events: int, sessions: int) -> Series:
    period = date.fromisoformat(row.first), date.fromisoformat(row.last)
    closed = row.closed_at is not None
    return Series(row.subject, row.title, *period, row.department, closed, events, sessions)
