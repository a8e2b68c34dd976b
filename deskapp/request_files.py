"""Requests from and to table files: old registers come in, the log goes out."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from db import readers as stored_readers
from db import request_pages as pages
from db import staff as stored_staff
from db.clock import stamp
from db.facts import Draft
from db.ledger import Act
from db.numbering import next_number
from db.requests import CLOSED, Request
from db.rows import chunks
from deskapp import exports, headers, sheets, staff
from deskapp.cells import Cell
from deskapp.desk import Desk, Role
from deskapp.fields import REGISTER
from deskapp.language import Language
from deskapp.matter import materials, number_of, told
from deskapp.request_lists import may_see
from deskapp.request_rows import RegisterReader, RegisterRow

SLICE = 200
"""Requests written in one act: a scan at the desk waits a few milliseconds for it, no more."""


@dataclass(frozen=True, slots=True)
class RequestsImported:
    """What a register did. known: rows that are on record already and were left as they are."""

    entered: int
    closed: int
    known: int
    rejected: int
    rejects: Path | None
    ignored: tuple[str, ...]
    """headings of columns that nothing was read from"""


def load(
    desk: Desk,
    path: Path,
    t: Language,
    override: Mapping[str, headers.Choice] | None = None,
    progress: Callable[[int, int], None] | None = None,
    day: date | None = None,
) -> RequestsImported:
    """Import a register: each row is logged as back-dated, and closed if it tells a result.

    Due times follow the rules, from when it was received; a number is kept where it is free. Staff
    are found by badge or name, whoever is not is a reason to reject; without a first responder it
    is whoever is responsible, else the operator. A row comes in once: its subject is a keyed digest
    of number, time received and words (of a row without number also its place among equal ones), so
    that a second import knows it, and so is a row that this desk wrote out itself. For shift leads
    up. Refuses RoleTooLow and what `sheets` and `headers` refuse.
    """
    operator = desk.require(Role.SHIFT_LEAD)
    sheet, columns, rejects = sheets.open_import(path, REGISTER, t, override, day)
    reader = RegisterReader(desk, operator, columns, rejects, t.code)
    count: Counter[str] = Counter()
    for rows in chunks(reader.rows(sheet), SLICE):
        with desk.act() as act:
            _write(desk, act, rows, count)
        if progress is not None:
            progress(sum(count[each] for each in ("entered", "known")) + len(rejects), sheet.count)
    return RequestsImported(
        count["entered"],
        count["closed"],
        count["known"],
        len(rejects),
        rejects.save(),
        columns.ignored,
    )


def _write(desk: Desk, act: Act, rows: list[RegisterRow], count: Counter[str]) -> None:
    present = _present(desk, act, rows)
    next_numbers: dict[int, int] = {}
    drafts: list[Draft] = []
    for row in rows:
        if row.subject in present:
            count["known"] += 1
            continue
        present.add(row.subject)
        year = row.logged["year"]
        if year not in next_numbers:
            next_numbers[year] = next_number(act.connection, "request", desk.code, year)
        number = row.wanted
        if number is None or (
            number < next_numbers[year]
            and pages.numbered(act.connection, (desk.code,), year, number)
        ):
            number = next_numbers[year]
        next_numbers[year] = max(next_numbers[year], number + 1)
        drafts += row.drafts(number)
        count["entered"] += 1
        count["closed"] += row.closed is not None
    act.record_all(drafts)


def _present(desk: Desk, act: Act, rows: list[RegisterRow]) -> set[str]:
    """Which rows are on record: by their subject, or as requests that this desk logged itself."""
    known = pages.known(act.connection, [row.subject for row in rows])
    for row in rows:
        if row.wanted is None or row.subject in known:
            continue
        second = row.logged["received_at"][:19]
        for received, question in pages.numbered(
            act.connection, (desk.code, row.label), row.logged["year"], row.wanted
        ):
            if received[:19] == second and question == row.private["question"]:
                known.add(row.subject)
    return known


# the log goes out

COLUMNS = (
    "number",
    "received",
    "backdated",
    "channel",
    "kind",
    "question",
    "answer",
    "first_responder",
    "responsible",
    "department",
    "patron",
    "contact",
    "patron_type",
    "minutes",
    "effort",
    "due",
    "result",
    "closed",
    "alternative",
    "referred_to",
    "lead",
    "told",
    "materials",
    "told_at",
    "satisfaction",
    "urgent",
    "confidential",
)


def export(
    desk: Desk,
    path: Path,
    t: Language,
    *,
    since: date | None = None,
    until: date | None = None,
) -> int:
    """Write requests received from `since` to `until` (both in it) to a table file, oldest first.

    All that the desk log has of them. Confidential ones show their words and reader to those who
    handle them only. Gives the number of rows; what it wrote `load` reads again. For department
    heads up.
    """
    desk.require(Role.DEPARTMENT_HEAD)
    with desk.reading() as connection:
        writer = _Writer(desk, connection, t)
        return exports.write(
            path,
            [t(f"request_column.{name}") for name in COLUMNS],
            writer.rows(_edge(desk, since), _edge(desk, until, after=True)),
            sheet_title=t("sheet.requests"),
        )


def _edge(desk: Desk, day: date | None, *, after: bool = False) -> str:
    if day is None:
        return "9999" if after else ""
    start = datetime.combine(day, time(), desk.zone) + timedelta(days=int(after))
    return stamp(start)


class _Writer:
    def __init__(self, desk: Desk, connection: Connection, t: Language) -> None:
        self._desk = desk
        self._operator = staff.as_now(desk)
        self._connection = connection
        self._t = t
        people = stored_staff.all_ever(connection)
        twice = Counter(each.name for each in people)
        # Two of one name are told apart by their badges, or nobody could read the file again.
        self._names = {
            each.subject: each.name if twice[each.name] == 1 else each.badge for each in people
        }

    def rows(self, since: str, until: str) -> Iterator[list[Cell | None]]:
        for page in pages.received(self._connection, since, until):
            patrons = [each.patron for each in page if each.patron]
            readers = stored_readers.by_subjects(self._connection, patrons)
            for each in page:
                reader = readers.get(each.patron or "")
                yield self._row(each, reader.number if reader else None)

    def _row(self, request: Request, number: str | None) -> list[Cell | None]:
        desk, profile, code = self._desk, self._desk.profile, self._t.code
        shown = may_see(self._operator, request)
        referred = json.loads(request.referred_to) if request.referred_to else []
        closed = request.status == CLOSED
        words = request.question or (None if request.scope else self._t("request.erased"))
        kind = profile.kinds.get(request.kind)

        def named(table: Mapping[str, Any], key: str | None) -> str | None:
            entry = table.get(key or "")
            return entry.name(code) if entry else key

        def listed(things: tuple[str, ...]) -> str | None:
            asked = kind.told if kind else {}
            return "、".join(str(named(asked, each)) for each in things) or None

        def yes(holds: object) -> str | None:
            return self._t("request_column.yes") if holds else None

        return [
            number_of(desk, request.desk, request.number),
            desk.written(request.received_at),
            yes(request.backdated),
            named(profile.channels, request.channel),
            named(profile.kinds, request.kind),
            words if shown else None,
            request.answer if shown else None,
            self._names.get(request.first_responder),
            self._names.get(request.responsible),
            named(profile.departments, request.department),
            number if shown else None,
            request.contact if shown else None,
            named(profile.patrons, request.patron_type) if shown else None,
            request.minutes,
            request.effort,
            desk.written(request.due_at),
            named(profile.results, request.result) if closed else None,
            desk.written(request.closed_at),
            request.alternative if shown else None,
            " / ".join(referred) if referred and shown else None,
            self._names.get(request.lead or ""),
            listed(told(request)) if shown else None,
            listed(materials(request)) if shown else None,
            desk.written(request.told_at),
            self._satisfied(request.satisfaction),
            yes(request.urgent),
            yes(request.scope),
        ]

    def _satisfied(self, satisfaction: int | None) -> str | None:
        t = self._t
        words = {1: t("rating.no"), 2: t("rating.partly"), 3: t("rating.yes")}
        return words.get(satisfaction or 0)
