"""The library's programme as a table: a line a session, why it was held, what it came to."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from db import event_pages as pages
from db.clock import stamp
from db.event_pages import Wanted
from deskapp import exports, series
from deskapp.cells import Cell
from deskapp.desk import Desk
from deskapp.event_lists import LOOKING
from deskapp.event_views import Event, Session, all_known
from deskapp.events import place_name
from deskapp.language import Language

COLUMNS = (
    *("name", "title", "kind", "series", "department", "partners", "for_", "need", "evidence"),
    *("begin", "until", "place", "capacity", "signed", "waiting", "came", "state", "why", "learnt"),
)


def export(
    desk: Desk, path: Path, t: Language, *, since: date | None = None, until: date | None = None
) -> int:
    """Write the sessions of some days, both in it, by time; without them all there are. Who signed
    up is not in it.

    Gives the number of rows. Refuses RoleTooLow and what `exports` refuses.
    """
    desk.require(LOOKING)
    first = stamp(desk.midnight(since)) if since else ""
    end = stamp(desk.midnight(until + timedelta(days=1))) if until else ""
    headings = [t(f"event_file.{name}") for name in COLUMNS]
    rows = _rows(desk, t, Wanted(since=first, until=end))
    return exports.write(path, headings, rows, sheet_title=t("events.title"))


def _rows(desk: Desk, t: Language, wanted: Wanted) -> Iterator[list[Cell | None]]:
    titles = {each.id: each.title for each in series.all_series(desk)}
    with desk.reading() as connection:
        lines = pages.page(connection, wanted)
        events = all_known(desk, connection, {line.event for line in lines})
        for line in lines:
            event = events[line.event]
            yield _row(desk, t, event, event.session(line.session), titles)


def _row(
    desk: Desk, t: Language, event: Event, session: Session, titles: dict[str, str]
) -> list[Cell | None]:
    profile, name = desk.profile, partial(place_name, desk, language=t.code)
    kind, department = profile.events.get(event.kind), profile.departments.get(event.department)
    heads = session.heads
    return [
        event.name,
        event.title,
        kind.name(t.code) if kind else event.kind,
        titles.get(event.series or ""),
        department.name(t.code) if department else event.department,
        "、".join(event.partners) or None,
        event.for_ or None,
        event.need or None,
        event.evidence or None,
        session.begin.replace(tzinfo=None),
        session.until.replace(tzinfo=None),
        name(session.place),
        session.capacity,
        heads.expected,
        heads.waiting,
        heads.came,
        t(f"event.state.{session.stage(desk.now()).value}"),
        session.why or None,
        event.learnt or None,
    ]
