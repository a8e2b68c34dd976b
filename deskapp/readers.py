"""Readers: the university's own file, and finding whoever stands before the desk."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from db import readers as stored
from db.ledger import Act
from db.place import library_key
from db.readers import Reader, Seen
from db.rows import chunks
from deskapp import exports, headers, sheets
from deskapp.cells import Cell
from deskapp.desk import Desk, Role
from deskapp.fields import PATRONS
from deskapp.language import Language

__all__ = ["Found", "Imported", "Reader", "export", "load", "search", "shown"]

LOADING = Role.LIBRARIAN
"""who may import the university's file"""
SLICE = 500
"""Readers written in one act: a scan at the desk waits a tenth of a second for it, no more."""


@dataclass(frozen=True, slots=True)
class Found:
    """A reader as a list shows them: number and phone masked."""

    id: str
    name: str
    number: str
    type: str
    college: str
    unverified: bool = False
    """known by a card that was bound at a desk and waits to be verified"""
    valid_until: str = ""
    """their last day, ISO 8601; empty where none is known"""


@dataclass(frozen=True, slots=True)
class Imported:
    """What a reader file did."""

    entered: int
    changed: int
    unchanged: int
    rejected: int
    rejects: Path | None
    renamed: int = 0
    """of the changed ones, those whose number was known under another name"""


def masked_number(number: str) -> str:
    """`2023101234` → `2023****34`: enough to be asked for the rest, too little to use."""
    if len(number) <= 4:
        return "*" * max(0, len(number) - 1) + number[-1:]
    keep = max(1, len(number) // 2 - 1)
    return number[:keep] + "*" * (len(number) - keep - 2) + number[-2:]


def masked_name(name: str) -> str:
    """`张建国` → `张*国`, `李伟` → `李*`, `买买提·艾力` → `买****力`."""
    if len(name) <= 1:
        return name
    if len(name) == 2:
        return name[0] + "*"
    return name[0] + "*" * (len(name) - 2) + name[-1]


def name_shown(how: str, name: str) -> str:
    """A name as an event shows it: whole (name), `masked`, or the `surname` alone (张**)."""
    if how == "name" or not name:
        return name
    return masked_name(name) if how == "masked" else name[0] + "**"


def who(connection: Connection, reader: str | None) -> str:
    """A reader's name, masked; empty of nobody, and of who was erased."""
    known = stored.by_subject(connection, reader) if reader else None
    return masked_name((known.name if known else None) or "")


def masked(reader: Reader) -> str:
    """Name and number, both masked: as much as a list says of somebody."""
    return f"{masked_name(reader.name or '')} {masked_number(reader.number or '')}".strip()


def shown(reader: Reader | Seen) -> Found:
    """The reader as a list shows them."""
    return Found(
        reader.subject,
        reader.name or "",
        masked_number(reader.number or ""),
        reader.type or "",
        reader.college or "",
        valid_until=reader.valid_until or "",
    )


def search(desk: Desk, text: str, limit: int = 20) -> list[Found]:
    """Readers as one types: number, card, name, pinyin, initials, the phone's last digits."""
    desk.require(Role.STUDENT_ASSISTANT)
    with desk.reading() as connection:
        found = stored.search(connection, text, limit)
        heads = stored.heads(connection, [reader.subject for reader in found])
        wanted = list(dict.fromkeys(heads[reader.subject] for reader in found))
        known = stored.by_subjects(connection, wanted)
    named = [shown(known[subject]) for subject in wanted if subject in known]
    return sorted(named, key=lambda reader: reader.name != text.strip())  # of that very name first


def by_id(desk: Desk, id: str) -> Found | None:
    with desk.reading() as connection:
        reader = stored.by_subject(connection, id)
    return shown(reader) if reader else None


# the university's file


def load(
    desk: Desk,
    path: Path,
    t: Callable[..., str],
    override: Mapping[str, headers.Choice] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Imported:
    """Import a reader file: new readers are entered, known ones brought up to date, never doubled.

    Rows that cannot be right are written beside the file with the reason in the words of `t`, and
    so is a number that the same file gave to another name before. A row of the same person again
    counts once; what it leaves empty stays. May be cut at any point and begun again. What a file
    has no column for stays as it is. Refuses what `sheets` and `headers` refuse.
    """
    desk.require(LOADING)
    sheet, columns, rejects = sheets.open_import(path, PATRONS, t, override)
    count = _Count()
    with desk.reading() as connection:
        key = library_key(connection)
    codes = {"type": desk.profile.patron_words()}
    total = sheet.count
    last: dict[str, dict[str, Any]] = {}
    lines: dict[str, int] = {}
    for row, values in _records(sheet, columns, codes, rejects):
        number = values["number"]
        before = last.setdefault(number, values)
        if before["name"] != values["name"]:
            rejects.twice(row, lines[number])
        elif lines.setdefault(number, row.line) != row.line:
            before.update((name, value) for name, value in values.items() if value)
            count.unchanged += 1
    # In the order of their subjects: neighbours in most indexes, so that a slice writes few pages.
    for some in chunks(sorted((stored.id_of(key, number), number) for number in last), SLICE):
        first = {number: subject for subject, number in some}
        with desk.act() as act:
            living = stored.all_living(act.connection, key, first)
            _write(act, {living[number]: last[number] for number in first}, count)
        if progress is not None:
            progress(count.done + len(rejects), total)
    if progress is not None:
        progress(total, total)
    return Imported(
        count.entered, count.changed, count.unchanged, len(rejects), rejects.save(), count.renamed
    )


COLUMNS = {
    "number": "number",
    "name": "name",
    "type": "type",
    "college": "department",
    "major": "major",
    "class": "class",
    "phone": "phone",
    "mail": "email",
}
"""what a reader's fact calls it → what the file's field is called"""


@dataclass(slots=True)
class _Count:
    entered: int = 0
    changed: int = 0
    unchanged: int = 0
    renamed: int = 0

    @property
    def done(self) -> int:
        return self.entered + self.changed + self.unchanged


def _records(
    sheet: sheets.Sheet,
    columns: headers.Mapping,
    codes: Mapping[str, dict[str, str]],
    rejects: exports.Rejects,
) -> Iterator[tuple[sheets.Row, dict[str, Any]]]:
    """Each row with its reader, in the words of `reader.entered`."""
    told = {"name", *columns.columns}  # a name may stand in two columns
    wanted = [(name, column) for name, column in COLUMNS.items() if column in told]
    for row in sheet.rows:
        with rejects.catching(row):
            record = columns.record(row, codes)
            until = record.day("until")
            values: dict[str, Any] = {name: record.text(column) or None for name, column in wanted}
            values["number"] = stored.capitals(values["number"])
            if "until" in told:
                values["valid_until"] = until.isoformat() if until else None
            if "cards" in told:
                cards = set(map(stored.capitals, record.several("cards"))) - {values["number"]}
                values["cards"] = tuple(sorted(cards))
            yield row, values


def _write(act: Act, wanted: Mapping[str, dict[str, Any]], count: _Count) -> None:
    present = stored.present(act.connection, list(wanted))
    drafts = []
    for subject, told in wanted.items():
        known = present.get(subject)
        values = {**(known or {"cards": ()}), **told}
        if known == values:
            count.unchanged += 1
            continue
        kind = "reader.entered" if known is None else "reader.changed"
        drafts.append(stored.draft(kind, subject, values))
        if known is None:
            count.entered += 1
        else:
            count.changed += 1
            count.renamed += known["name"] not in (None, values["name"])
    act.record_all(drafts)


EXPORTED = ("number", "name", "type", "college", "major", "class_", "phone", "mail", "valid_until")


def export(desk: Desk, path: Path, t: Language) -> int:
    """Write all readers to a table file; gives the number of rows. For department heads up."""
    desk.require(Role.DEPARTMENT_HEAD)
    types = {code: entry.name(t.code) for code, entry in desk.profile.patrons.items()}

    def row(reader: Reader) -> list[Cell | None]:
        values = {name: getattr(reader, name) for name in EXPORTED}
        values["type"] = types.get(reader.type or "", reader.type)
        return list(values.values())

    with desk.reading() as connection:
        return exports.write(
            path,
            [t(f"column.{name.rstrip('_')}") for name in EXPORTED],
            map(row, stored.everybody(connection)),
            sheet_title=t("sheet.readers"),
        )
