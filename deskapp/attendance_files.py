"""Who attended, as a chapter (分会) of the reading club keeps it on a sheet: a row a person, a
column a session with √ in it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from unicodedata import normalize

from db import signup_pages
from db.clock import stamp
from db.facts import Draft
from db.ledger import Act
from db.rows import chunks
from db.signups import IN, LISTED, WHOLE, draft
from deskapp import cells, draw_files, event_views, headers, moments, sheets, signup_rules
from deskapp.cells import Cell
from deskapp.desk import Desk, Refusal, Role
from deskapp.event_views import Event, Session
from deskapp.gathering_fields import ATTENDANCE
from deskapp.language import Language
from deskapp.signup_rules import FILE

LOADING = Role.LIBRARIAN
"""who may say who attended"""
SLICE = 200

_TICKED = frozenset(
    (
        *("√", "✓", "✔", "☑", "1", "v", "y", "yes", "true", "attended", "present"),
        *("是", "到", "已到", "出勤", "签到", "已签到", "参加"),
    )
)
_EMPTY = frozenset(
    (
        *("×", "x", "✗", "✘", "0", "n", "no", "false", "absent", "/", "-", "—"),
        *("否", "缺", "缺勤", "缺席", "未到", "旷", "请假", "事假", "病假", "假"),
    )
)
_TIME = re.compile(r"(\d{1,2}:\d\d)(?::\d\d)?")
_DAY = re.compile(r"(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})日?(?!\d)")
_NTH = re.compile(r"(?:第|session)([0-9]{1,3}|[一二三四五六七八九十]{1,3})(?:次|讲|场|周|期|回|$)")
_ONE = re.compile(r"签到|出勤|到场|到课|考勤|attend|check.?in|present|sign.?in")
_DIGITS = "一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class _Came:
    """Somebody who attended sessions: by id when, and the days of those that have not begun."""

    row: sheets.Row
    number: str
    name: str
    sessions: Mapping[str, datetime]
    to_come: tuple[str, ...]


def load(
    desk: Desk,
    event: str,
    path: Path,
    t: Language,
    override: Mapping[str, headers.Choice] | None = None,
    day: date | None = None,
) -> sheets.Taken:
    """Import who attended; each comes in once, whoever imports it again. A column is of the session
    whose day or number it tells; a lone one of the only session, or the one of `day`. Who had not
    signed up has then. They came when the sheet has it, else when the session began: put on record
    afterwards (补录), as the ledger keeps of both.

    Rows that cannot be right are written beside the file with the reason; of one with a mark in a
    session to come the others count. Refuses RoleTooLow,
    EventUnknown, SessionOfColumn(heading), and what `sheets` and `headers` refuse.
    """
    desk.require(LOADING)
    known = event_views.event(desk, event)
    sheet, columns, rejects = sheets.open_import(path, ATTENDANCE, t, override, day)
    about = _columns(known, columns, day or sheet.day)
    told: list[_Came] = []
    for row in sheet.rows:
        with rejects.catching(row):
            told.append(_came(desk, columns.record(row), row, about))
    people = draw_files.of_numbers(desk, {each.number for each in told})
    wanted: dict[tuple[str, str], datetime] = {}
    for each in told:
        with rejects.catching(each.row):
            if each.number not in people:
                raise Refusal("PatronUnknown")
            reader = people[each.number]
            if each.name and each.name != reader.name:
                raise Refusal("NameDiffers")
            for session, at in each.sessions.items():
                wanted.setdefault((reader.subject, session), at)
            if each.to_come:
                raise Refusal("SessionToCome", day="、".join(each.to_come))
    entered = 0
    for some in chunks(wanted, SLICE):
        with desk.act() as act:
            for reader_id, session in some:
                new = _admit(act, desk, known, reader_id, session, wanted[reader_id, session])
                act.record_all(new)
                entered += bool(new)
    return sheets.Taken(entered, len(wanted) - entered, len(rejects), rejects.save())


# which column is which session


def columns_of(
    desk: Desk,
    event: str,
    path: Path,
    override: Mapping[str, headers.Choice] | None = None,
    day: date | None = None,
) -> dict[str, Session]:
    """Which session each heading is taken for: to be shown before anything is written. Refuses as
    `load`.
    """
    sheet, columns = sheets.open_table(path, ATTENDANCE, override, day)
    about = _columns(event_views.event(desk, event), columns, day or sheet.day)
    return {columns.headers[place]: session for place, session in about.items()}


def _columns(event: Event, columns: headers.Mapping, day: date | None) -> dict[int, Session]:
    """The session of each column that has one. Refuses SessionOfColumn, ColumnsMissing."""
    taken = {place for places in columns.columns.values() for place in places}
    found: dict[int, Session] = {}
    for place, heading in enumerate(columns.headers):
        if place in taken:
            continue
        plain = normalize("NFKC", heading).casefold()
        wanted = _meant(event, plain, day)
        if wanted is None:
            continue
        if len(wanted) != 1 or wanted[0] in found.values():
            raise Refusal("SessionOfColumn", heading=heading)
        found[place] = wanted[0]
    if not found:
        raise Refusal("ColumnsMissing", headers="签到/attended")
    return found


def _meant(event: Event, heading: str, day: date | None) -> list[Session] | None:
    """The sessions that a heading may mean; None where it is of none."""
    if named := _DAY.search(heading):
        year, month, of_month = named.groups()
        return [
            each
            for each in event.sessions
            if (each.begin.month, each.begin.day) == (int(month), int(of_month))
            and year in (None, str(each.begin.year))
        ]
    if nth := _NTH.search("".join(heading.split())):
        place = _number(nth[1]) - 1
        return list(event.planned[place : place + 1]) if place >= 0 else []
    if not _ONE.search(heading):
        return None
    if len(event.planned) == 1:
        return list(event.planned)
    return [each for each in event.planned if each.begin.date() == day]


def _number(text: str) -> int:
    """`12`, `十二`."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    found = (_DIGITS.find(tens) + 1 or 1) * 10 if ten else 0
    return found + (_DIGITS.find(ones) + 1 if ones else 0)


# who came


def _came(
    desk: Desk, record: headers.Record, row: sheets.Row, about: Mapping[int, Session]
) -> _Came:
    """Refuses MarkUnclear, and what a cell refuses."""
    there, to_come, now = {}, [], desk.now()
    for place, session in about.items():
        cell = row.cells[place] if place < len(row.cells) else ""
        if not _ticked(cell):
            continue
        if session.begin > now:
            to_come.append(f"{session.begin:%m-%d}")
            continue
        there[session.id] = _at(cell, session)
        if there[session.id] > now:
            raise Refusal("MarkUnclear", value=cells.text(cell))
    number, name = record.text("number"), record.text("name")
    return _Came(row, number, name, there, tuple(to_come))


def _ticked(cell: Cell) -> bool:
    """√, 1, a time; not ×, 0, nothing. Refuses MarkUnclear."""
    said = _plain(cell)
    if isinstance(cell, time | datetime) or said in _TICKED or _TIME.fullmatch(said):
        return True
    if not said or said in _EMPTY:
        return False
    raise Refusal("MarkUnclear", value=cells.text(cell))


def _plain(cell: Cell) -> str:
    return normalize("NFKC", cells.text(cell)).casefold().strip()


def _at(cell: Cell, session: Session) -> datetime:
    """The time in the cell, on the session's day; else the session's beginning."""
    begin = session.begin
    if isinstance(cell, time | datetime):
        return begin.replace(hour=cell.hour, minute=cell.minute, second=cell.second)
    found = _TIME.fullmatch(_plain(cell))
    return moments.time_on(found[1], begin) if found else begin


def _admit(
    act: Act, desk: Desk, event: Event, reader: str, session: str, at: datetime
) -> list[Draft]:
    """What is to be recorded of somebody who came; nothing where it is on record."""
    person = signup_rules.reader(act.connection, event.id, reader)
    if signup_pages.came(act.connection, person.subject, session):
        return []
    mine = [each for each in person.rows if each.session in (session, WHOLE) and each.status == IN]
    found = []
    if not mine:
        said: dict[str, Any] = {
            "session": session if event.apart else WHOLE,
            "patron": person.patron,
        }
        said |= {"places": 1, "source": FILE, "asked_at": stamp(act.at)}
        found.append(draft("signup.made", person.subject, said))
    places = mine[0].places if mine else 1
    told: dict[str, Any] = {
        "session": session,
        "door": desk.place,
        "heads": 1,
        "places": places,
        "how": LISTED,
    }
    told |= {"sheet": True, "came_at": stamp(at)}  # brought in at two desks it is the same
    return [*found, draft("door.admitted", person.subject, told)]
