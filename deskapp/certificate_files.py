"""The register of certificates (证书登记簿) as a table, and what became of each."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from db import certificate_pages as pages
from db import staff as stored_staff
from db.certificate_pages import Line, Wanted
from db.clock import first_id
from deskapp import exports, serials
from deskapp.cells import Cell
from deskapp.certificate_lists import state_of
from deskapp.desk import Desk, Role
from deskapp.language import Language

EXPORTING = Role.DEPARTMENT_HEAD
"""who may take whole names out"""
COLUMNS = (
    *("number", "holder", "title", "prize", "roll", "day", "state", "issued", "by", "approved"),
    *("copies", "printed", "handed", "handed_to", "revoked", "reason", "why", "replaces", "key"),
)


def export(
    desk: Desk, path: Path, t: Language, *, since: date | None = None, until: date | None = None
) -> int:
    """Write what was issued on some days, both in it, as it was issued; without them all there is.

    Gives the number of rows. Refuses RoleTooLow (department heads up) and what `exports` refuses.
    """
    desk.require(EXPORTING)
    first = first_id(desk.midnight(since)) if since else ""
    end = first_id(desk.midnight(until + timedelta(days=1))) if until else ""
    headings = [t(f"certificate_file.{name}") for name in COLUMNS]
    rows = _rows(desk, t, Wanted(since=first, until=end))
    return exports.write(path, headings, rows, sheet_title=t("sheet.certificates"))


def _rows(desk: Desk, t: Language, wanted: Wanted) -> Iterator[list[Cell | None]]:
    with desk.reading() as connection:
        staff = {each.subject: each.name for each in stored_staff.all_ever(connection)}
        for line in pages.page(connection, wanted):
            yield _row(desk, t, line, staff)


def _row(desk: Desk, t: Language, line: Line, staff: dict[str, str]) -> list[Cell | None]:
    said = json.loads(line.paper)
    return [
        serials.spaced(line.serial),
        line.holder,
        said["title"],
        said["prize"] or None,
        line.called or None,
        date.fromisoformat(line.day),
        t(f"certificate_state.{state_of(line)}"),
        desk.written(line.issued_at),
        staff.get(line.issued_by or ""),
        staff.get(line.approved_by or ""),
        line.copies,
        desk.written(line.printed_at),
        desk.written(line.handed_at),
        line.handed_to,
        desk.written(line.revoked_at),
        t(f"certificate_reason.{line.reason}") if line.reason else None,
        line.why,
        serials.spaced(line.replaces) if line.replaces else None,
        line.signer.partition(":")[2],
    ]
