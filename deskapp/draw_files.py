"""Applications and members from table files; what a draw publishes, which anybody can check."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize

from sqlalchemy import Connection

from db import draw_pages as pages
from db import draws as stored
from db import files
from db import readers as stored_readers
from db import segments as stored_segments
from db.facts import Draft
from db.place import library_key
from db.readers import Reader
from db.rows import chunks
from deskapp import cards, draw_sheets, draws, exports, headers, lots, sheets
from deskapp.cells import Cell, alike, without_identity
from deskapp.desk import Desk, Refusal, Role
from deskapp.draws import Drawing
from deskapp.entries import codes
from deskapp.language import Language
from deskapp.register_fields import APPLICATIONS, MEMBERS

LOADING = Role.LIBRARIAN
"""who may import applications, and who belongs to a segment"""
FOLDER = "print"
SLICE = 200
"""rows written in one act: a scan at the desk waits a few milliseconds for it, no more"""
TICKS = ("√", "✓", "✔", "☑", "○")
UNSIGNED = re.compile(
    "[否未无不没待缺拒]|反对|驳回|((no|not|none|n|unsigned|pending|false|x|0)$|(no|not) )",
    re.IGNORECASE,
)
"""what a cell begins with that says that a counsellor has not signed; a name is a signature"""
WORDS = ("major", "class", "phone", "reason")
"""what an application says of its reader beside the name, for as long as they are not erased"""


class _Row(NamedTuple):
    row: sheets.Row
    record: headers.Record
    reader: Reader


def load(
    desk: Desk,
    draw: str,
    path: Path,
    t: Language,
    override: Mapping[str, headers.Choice] | None = None,
) -> sheets.Taken:
    """Import applications for a draw; a reader applies once, whoever imports the file again.

    A row that cannot be right is written beside the file with the reason: a number that nobody has,
    a name that is not its reader's, no counsellor's signature, a second row of the same person; the
    others are kept. Refuses RoleTooLow, DrawUnknown, ListPublished and what `sheets` and `headers`
    refuse.
    """
    desk.require(LOADING)
    _open(desk, draw)
    sheet, columns, rejects = sheets.open_import(path, APPLICATIONS, t, override)
    drafts: dict[str, Draft] = {}
    lines: dict[str, int] = {}
    for each in _read(desk, sheet, columns, rejects, {}):
        with rejects.catching(each.row):
            draft = _applied(draw, each)
            if draft.subject in drafts:
                raise Refusal("AppliedTwice", line=lines[draft.subject])
            drafts[draft.subject], lines[draft.subject] = draft, each.row.line
    entered = 0
    for some in chunks(drafts, SLICE):
        with desk.act() as act:
            if draws.stage(draws.row_of(act.connection, draw)) != draws.OPEN:
                raise Refusal("ListPublished")
            there = pages.known(act.connection, some)
            new = [drafts[subject] for subject in some if subject not in there]
            act.record_all(new)
            entered += len(new)
    return sheets.Taken(entered, len(drafts) - entered, len(rejects), rejects.save())


def _open(desk: Desk, draw: str) -> None:
    if draws.find(desk, draw).stage != draws.OPEN:
        raise Refusal("ListPublished")


def _applied(draw: str, each: _Row) -> Draft:
    """Refuses ValueMissing, NameDiffers, SignatureMissing."""
    record, reader = each.record, each.reader
    if record.text("name") != reader.name:
        raise Refusal("NameDiffers")
    if not _signed(record):
        raise Refusal("SignatureMissing")
    said = {name: str(without_identity(record.text(name))) or None for name in WORDS}
    college = record.text("college") or reader.college
    return stored.applied(draw, reader.subject, college, {"name": reader.name, **said})


def _signed(record: headers.Record) -> bool:
    said = normalize("NFKC", " ".join(record.several("signed"))).strip()
    return said in TICKS or (bool(alike(said)) and not UNSIGNED.match(said))


def load_members(
    desk: Desk,
    path: Path,
    t: Language,
    override: Mapping[str, headers.Choice] | None = None,
) -> sheets.Taken:
    """Import who is in a listed segment, and until when; a last day that is over takes them out.

    Refuses RoleTooLow and what `sheets` and `headers` refuse.
    """
    desk.require(LOADING)
    sheet, columns, rejects = sheets.open_import(path, MEMBERS, t, override)
    words = codes({code: each for code, each in desk.profile.segments.items() if each.listed})
    drafts: dict[str, Draft] = {}
    for each in _read(desk, sheet, columns, rejects, {"segment": words}):
        with rejects.catching(each.row):
            last, segment = each.record.day("until"), each.record.text("segment")
            until = last.isoformat() if last else None
            draft = stored_segments.entered(segment, each.reader.subject, until)
            drafts[draft.subject] = draft
    entered = 0
    for some in chunks(drafts, SLICE):
        with desk.act() as act:
            there = stored_segments.known(act.connection, some)
            new = [
                drafts[subject]
                for subject in some
                if there.get(subject, "") != drafts[subject].data["until"]
            ]
            act.record_all(new)
            entered += len(new)
    return sheets.Taken(entered, len(drafts) - entered, len(rejects), rejects.save())


def _read(
    desk: Desk,
    sheet: sheets.Sheet,
    columns: headers.Mapping,
    rejects: exports.Rejects,
    words: Mapping[str, Mapping[str, str]],
) -> Iterator[_Row]:
    """Each row and whose it is, by the number that serves now; others are put aside."""
    for some in chunks(sheet.rows):
        records = []
        for row in some:
            with rejects.catching(row):
                record = columns.record(row, words)
                records.append((row, record, record.text("number")))
        readers = of_numbers(desk, {number for *_, number in records})
        for row, record, number in records:
            if number in readers:
                yield _Row(row, record, readers[number])
            else:
                rejects.add(row, Refusal("PatronUnknown"))


def of_numbers(desk: Desk, numbers: set[str]) -> dict[str, Reader]:
    """Whose each number is, given as the reader that serves now."""
    with desk.reading() as connection:
        key = library_key(connection)
        first = {number: stored_readers.id_of(key, number) for number in numbers}
        ids = stored_readers.all_living(connection, key, first)
        known = stored_readers.by_subjects(connection, list(ids.values()))
    for number in numbers:
        if ids[number] not in known:  # a card, or a number of before
            others = cards.whose(desk, number, scanned=True, lost=True)
            ids[number] = others[0].id if len(others) == 1 else ""
    with desk.reading() as connection:
        heads = stored_readers.heads(connection, [each for each in ids.values() if each])
        known = stored_readers.by_subjects(connection, list(set(heads.values())))
    return {n: known[heads[id]] for n, id in ids.items() if heads.get(id) in known}


# what is published


@dataclass(frozen=True, slots=True)
class Written:
    """A table, which programs read, and a page for people, with how to check both."""

    table: Path
    page: Path


def publish(
    desk: Desk, draw: str, t: Language, seed_from: str, folder: Path | None = None
) -> tuple[lots.Published, Written]:
    """Publish a draw's list (see `lots.publish`) and write it: the table whose SHA-256 is the
    digest, and a page. In a folder beside the store if none is given.
    """
    folder = _folder(desk, draws.find(desk, draw), folder)
    done = lots.publish(desk, draw, seed_from)
    return done, _list(desk, done, t, folder)


def rewrite(
    desk: Desk, draw: str, t: Language, folder: Path | None = None
) -> tuple[Drawing, Written]:
    """Write once more what was published last: the result, or the list.

    Refuses RoleTooLow, DrawUnknown, ListNotPublished, ListDiffers, FileUnwritable.
    """
    drawing = draws.find(desk, draw)
    folder = _folder(desk, drawing, folder)
    if drawing.stage == draws.DRAWN:
        return drawing, _result(desk, drawing, t, folder)
    done = lots.published(desk, draw)
    return done.drawing, _list(desk, done, t, folder)


def draw_lots(
    desk: Desk, draw: str, t: Language, seed: str, folder: Path | None = None
) -> tuple[Drawing, Written]:
    """Draw (see `lots.draw`) and write the result."""
    folder = _folder(desk, draws.find(desk, draw), folder)
    drawing = lots.draw(desk, draw, seed)
    return drawing, _result(desk, drawing, t, folder)


def _folder(desk: Desk, drawing: Drawing, folder: Path | None) -> Path:
    """Where to write, made if need be: known before anything is done. Refuses FileUnwritable."""
    folder = folder or desk.ledger.store.path.parent / FOLDER / _stem(drawing)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with files.partial(folder / "list"):
            pass
    except OSError as error:
        raise Refusal("FileUnwritable", file=str(folder)) from error
    return folder


def _stem(drawing: Drawing) -> str:
    return f"draw-{drawing.season}-{drawing.thing}"


def _list(desk: Desk, done: lots.Published, t: Language, folder: Path) -> Written:
    table = folder / f"{_stem(done.drawing)}-list.csv"
    page = draw_sheets.list_page(desk, t, done.drawing, done.text, table.name)
    return _write(table, done.text, page)


def _result(desk: Desk, drawing: Drawing, t: Language, folder: Path) -> Written:
    rows = [each for each in draws.applicants(desk, drawing.id) if each.rank is not None]
    listed = f"{_stem(drawing)}-list.csv"
    with desk.reading() as connection:
        drawn = pages.lots(connection, drawing.id)
    lines = [f"{rank},{number},{place or ''}" for rank, number, place in drawn]
    text = "\ufeff" + "".join(f"{line}\n" for line in ("rank,number,place", *lines))
    page = draw_sheets.result_page(desk, t, drawing, rows, listed)
    return _write(folder / f"{_stem(drawing)}-result.csv", text, page)


def _write(table: Path, text: str, page: str) -> Written:
    """Both files, each whole or not there."""
    done = Written(table, table.with_suffix(".html"))
    files.write(done.table, text)
    files.write(done.page, page)
    return done


# what is on record goes out

COLUMNS = ("rank", "number", "state", "place", "name", "reader", "college")


def export(desk: Desk, draw: str, path: Path, t: Language) -> int:
    """Write how each application stands, with whose it is, to a table file; the number of rows.

    Refuses RoleTooLow (department heads up), DrawUnknown and what `exports` refuses.
    """
    desk.require(Role.DEPARTMENT_HEAD)
    headings = [t(f"draws.column.{name}") for name in COLUMNS]
    with desk.reading() as connection:
        rows = _rows(t, connection, draw)
        return exports.write(path, headings, rows, sheet_title=t("draws.applications"))


def _rows(t: Language, connection: Connection, draw: str) -> Iterator[list[Cell | None]]:
    for each in pages.lines(connection, draw):
        stands = t(f"draw_state.{draws.state(each)}")
        place = draws.held(each)
        yield [each.rank, each.number, stands, place, each.name, each.reader, each.college]
