"""Volunteers' hours for other systems (第二课堂, 志愿时长), in the forms of the profile."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from sqlalchemy import Connection

from db import event_pages
from db import helpers as stored
from db.clock import stamp
from db.helpers import Stint
from db.readers import Reader
from deskapp import event_plans, exports, helper_hours, helper_views
from deskapp.cells import Cell
from deskapp.desk import Desk, Refusal, Role
from deskapp.helper_entries import Form
from deskapp.language import Language

EXPORTING = Role.DEPARTMENT_HEAD
"""who may hand out names, numbers and telephones"""


@dataclass(frozen=True, slots=True)
class _Line:
    """Shifts of one person at one event, with what was certified of each."""

    reader: Reader
    shifts: Sequence[tuple[Stint, int]]

    @property
    def minutes(self) -> int:
        return sum(minutes for _, minutes in self.shifts)


def export(
    desk: Desk,
    path: Path,
    t: Language,
    *,
    form: str = "",
    event: str | None = None,
    since: date | None = None,
    until: date | None = None,
) -> int:
    """Write the hours that can be certified to a table file: of an event, or of the shifts of some
    days. Who has none is not there, and who was erased is nobody's.

    Gives the number of rows. Refuses RoleTooLow, FormUnknown(form, forms) and what `exports`
    refuses.
    """
    desk.require(EXPORTING)
    forms = desk.profile.volunteers.forms
    found = forms.get(form or next(iter(forms), ""))
    if found is None:
        raise Refusal("FormUnknown", form=form, forms=" ".join(forms))
    first = datetime.combine(since, time(), desk.zone) if since else None
    last = datetime.combine(until, time.max, desk.zone) if until else None
    with desk.reading() as connection:
        begin, end = (stamp(first) if first else "", stamp(last) if last else "9999")
        rows = [row for row in stored.between(connection, begin, end) if event in (None, row.event)]
        lines = _lines(desk, connection, rows, found)
        cells = (_cells(desk, connection, t, found, line) for line in lines)
        return exports.write(path, list(found.columns), cells, sheet_title=found.name(t.code))


def _lines(
    desk: Desk, connection: Connection, rows: Sequence[Stint], form: Form
) -> Iterator[_Line]:
    heads, known, minutes = helper_views.people_of(desk, connection, rows)
    grouped: dict[tuple[str, ...], list[tuple[Stint, int]]] = defaultdict(list)
    for row in rows:
        if minutes.get(row.id):
            key = (row.event, heads[row.patron], row.id if form.each == "shift" else "")
            grouped[key].append((row, minutes[row.id]))
    for (_, head, _), shifts in grouped.items():
        if head in known and known[head].number is not None:
            yield _Line(known[head], shifts)


def _cells(
    desk: Desk, connection: Connection, t: Language, form: Form, line: _Line
) -> list[Cell | None]:
    profile, reader = desk.profile, line.reader
    rows = [row for row, _ in line.shifts]
    first, last = rows[0], rows[-1]
    event = event_pages.event(connection, first.event)
    begin, end = desk.local(first.begins), desk.local(last.until)
    kind = profile.events.get(event.kind) if event else None
    department = profile.departments.get(event.department) if event else None
    days = sorted({desk.local(row.begins).date() for row in rows})
    completed = any(row.left_at is None for row in rows)
    came, out = first.in_at or first.begins, helper_hours.out_of(last) or last.until
    values: dict[str, Cell | None] = {
        **{name: getattr(reader, name) for name in ("number", "name", "college", "major", "phone")},
        "class": reader.class_,
        "event": f"{event.desk}-{event.number}" if event else "",
        "title": event.title if event else "",
        "kind": kind.name(t.code) if kind else "",
        "level": form.level,
        "department": department.name(t.code) if department else "",
        "role": "、".join(dict.fromkeys(row.role for row in rows if row.role)),
        "place": "、".join(
            dict.fromkeys(event_plans.place_name(desk, row.place, t.code) for row in rows)
        ),
        "date": begin.date(),
        "dates": "、".join(day.isoformat() for day in days),
        "begin": f"{max(begin, desk.local(came)):%H:%M}",
        "end": f"{min(end, desk.local(out)):%H:%M}",
        "time": f"{begin:%Y-%m-%d %H:%M}-{end:%H:%M}",
        "hours": helper_hours.hours(line.minutes),
        "credits": round(line.minutes / 60 / profile.volunteers.credit_hours, 2),
        "shifts": len(rows),
        "completed": t("helpers.completed") if completed else "",
    }
    return [values[told] for told in form.columns.values()]
