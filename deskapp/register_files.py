"""The desk's registers from and to table files: old paper comes in, what is on record goes out."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import Connection

from db import counts as stored_counts
from db import found_things as stored_found
from db import lent_things as stored_lent
from db import readers as stored_readers
from db.clock import stamp
from deskapp import counts, exports, found_things, headers, lent_things, sheets, sofas
from deskapp.cells import Cell
from deskapp.desk import Desk, Role
from deskapp.fields import Fields, headings
from deskapp.language import Language
from deskapp.matter import number_of
from deskapp.profile import Named
from deskapp.register_fields import COUNTS, FOUND, LENT
from deskapp.register_rows import FoundRows, LentRows, counted

FIELDS: Mapping[str, Fields] = {"found": FOUND, "lent": LENT, "counts": COUNTS}
LOADING = Role.LIBRARIAN
"""who may import a register"""


def load(
    desk: Desk,
    what: str,
    path: Path,
    t: Language,
    override: Mapping[str, headers.Choice] | None = None,
    day: date | None = None,
) -> sheets.Taken:
    """Import found things, loans or daily counts; a row comes in once, whoever imports it again.

    Rows that cannot be right are written beside the file with the reason. A later file's count of a
    day and thing replaces the earlier; a table without numbers has a row for each of them. Refuses
    RoleTooLow and what `sheets` and `headers` refuse.
    """
    desk.require(LOADING)
    sheet, columns, rejects = sheets.open_import(path, FIELDS[what], t, override, day)
    if what == "counts":
        done = counts.enter(desk, counted(desk, sheet, columns, rejects))
        entered, known = done.entered + done.corrected, done.unchanged
    else:
        rows = FoundRows if what == "found" else LentRows
        entered, known = rows(desk, columns, rejects).take_in(sheet)
    return sheets.Taken(entered, known, len(rejects), rejects.save())


# what is on record goes out


def export(
    desk: Desk,
    what: str,
    path: Path,
    t: Language,
    *,
    since: date | None = None,
    until: date | None = None,
) -> int:
    """Write a register to a table file, oldest first; `load` reads it again.

    Gives the number of rows. Refuses RoleTooLow (department heads up) and what `exports` refuses.
    """
    desk.require(Role.DEPARTMENT_HEAD)
    with desk.reading() as connection:
        writer = {"found": _found, "lent": _lent, "counts": _counted}[what]
        rows = writer(desk, connection, t, since or date.min, until or date.max)
        return exports.write(
            path, headings(t, FIELDS[what]), rows, sheet_title=t(f"register.{what}")
        )


def _edges(desk: Desk, since: date, until: date) -> tuple[str, str]:
    first = stamp(datetime.combine(since, time(), desk.zone)) if since > date.min else ""
    if until == date.max:
        return first, "9999"
    return first, stamp(datetime.combine(until + timedelta(days=1), time(), desk.zone))


def _numbers_of(connection: Connection, patrons: Iterable[str | None]) -> dict[str, str]:
    found = stored_readers.by_subjects(connection, [each for each in patrons if each])
    return {subject: reader.number or "" for subject, reader in found.items()}


def _found(
    desk: Desk, connection: Connection, _: Language, since: date, until: date
) -> Iterator[list[Cell | None]]:
    rows = stored_found.between(connection, *_edges(desk, since, until))
    numbers = _numbers_of(connection, [p for row in rows for p in (row.patron, row.taker_patron)])
    for row in rows:
        collected = row.status == found_things.COLLECTED
        yield [
            number_of(desk, row.desk, row.number),
            desk.written(row.found_at),
            row.what,
            row.place,
            row.finder,
            row.kept,
            numbers.get(row.patron or ""),
            desk.written(row.ended_at) if collected else None,
            numbers.get(row.taker_patron or "") or row.taker,
            row.passed_to,
        ]


def _named(table: Mapping[str, Named], code: str, t: Language) -> str:
    return table[code].name(t.code) if code in table else code


def _lent(
    desk: Desk, connection: Connection, t: Language, since: date, until: date
) -> Iterator[list[Cell | None]]:
    rows = stored_lent.between(connection, *_edges(desk, since, until))
    numbers = _numbers_of(connection, [row.patron for row in rows])
    for row in rows:
        yield [
            _named(desk.profile.lent, row.thing, t),
            row.item,
            numbers.get(row.patron or "") or row.name,
            desk.written(row.lent_at),
            desk.written(row.ended_at) if row.status == lent_things.BACK else None,
        ]


def _counted(
    desk: Desk, connection: Connection, t: Language, since: date, until: date
) -> Iterator[list[Cell | None]]:
    for row in stored_counts.of_days(connection, since.isoformat(), until.isoformat()):
        if row.desk == desk.code and not row.what.startswith(sofas.ZONE):
            yield [
                date.fromisoformat(row.day),
                _named(desk.profile.counts, row.what, t),
                row.number,
            ]
