"""An event's sign-ups as a table: who, how many, how they stand, whether they came, what they
answered.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from db import signup_lists as lists
from db.signup_lists import Line, Wanted
from db.signups import CANCELLED, WHOLE
from deskapp import exports
from deskapp.cells import Cell
from deskapp.desk import Desk, Role
from deskapp.event_views import Event, known
from deskapp.language import Language
from deskapp.readers import masked_number

EXPORTING = Role.LIBRARIAN
"""who may take an event's sign-ups out"""
CALLING = Role.DEPARTMENT_HEAD
"""who sees telephone numbers there, as in the readers' file"""
COLUMNS = ("name", "number", "college", "phone", "session", "places", "state", "asked", "came")


def export(desk: Desk, event: str, path: Path, t: Language) -> int:
    """Write all sign-ups of an event, those that stand first; telephones masked for all but
    department heads. Gives the number of rows.

    Refuses RoleTooLow, EventUnknown, and what `exports` refuses.
    """
    desk.require(EXPORTING)
    with desk.reading() as connection:
        about = known(desk, connection, event)
        questions = [each.text for each in about.questions]
        headings = [*(t(f"signup_file.{name}") for name in COLUMNS), *questions]
        lines = [
            line
            for state in ("", CANCELLED)
            for line in lists.page(connection, Wanted(event, state=state))
        ]
    return exports.write(path, headings, _rows(desk, t, about, lines), sheet_title=about.name)


def _rows(desk: Desk, t: Language, event: Event, lines: list[Line]) -> Iterator[list[Cell | None]]:
    begins = {each.id: each.begin.replace(tzinfo=None) for each in event.sessions}
    whole = desk.may(CALLING)
    for line in lines:
        answers = json.loads(line.answers) if line.answers else {}
        phone = line.phone or ""
        yield [
            line.name,
            line.number,
            line.college,
            phone if whole else masked_number(phone),
            t("signups.whole") if line.session == WHOLE else begins.get(line.session),
            line.places,
            t(f"signup_state.{line.status}"),
            desk.written(line.asked_at),
            line.came or None,
            *(answers.get(each.code) for each in event.questions),
        ]
