"""Tables written for other programs and for people: .csv, .xlsx, .json, and the rows refused."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from unicodedata import east_asian_width

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from db.files import partial, settle
from db.refusal import Refusal
from deskapp.cells import Cell, Row, without_identity
from deskapp.language import LANGUAGES, Language, refused

KINDS = (".csv", ".xlsx", ".json")
MOST_LINES = 1_048_576
"""of one sheet of an .xlsx, its header included"""
LONGEST_CELL = 32_767
"""characters of a cell of an .xlsx"""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")
_SHAPES = {
    date: "yyyy-mm-dd",
    datetime: "yyyy-mm-dd hh:mm:ss",
    time: "hh:mm:ss",
    timedelta: "[h]:mm:ss",
}
_MEASURED = 200
"""rows by which the columns' widths are measured"""


def write(
    path: Path | str,
    headers: Sequence[str],
    rows: Iterable[Sequence[Cell | None]],
    *,
    sheet_title: str,
) -> int:
    """Write a table and give the number of its rows; the file is there whole, or not at all.

    A csv has a byte order mark, for Excel, and an apostrophe before what Excel would run as a
    formula; `open_sheet` takes it off again. Refuses FileKind, FileUnwritable, and SheetTooLong
    and CellTooLong where an .xlsx would lose something.
    """
    path = Path(path)
    writer = {".csv": _csv, ".xlsx": _xlsx, ".json": _json}.get(path.suffix.lower())
    if writer is None:
        raise Refusal("FileKind", file=path.name, kinds=" ".join(KINDS))
    with _whole(path) as part:
        return writer(part, headers, rows, sheet_title)


class Rejects:
    """The rows that could not be taken, for a file of the same shape beside the input.

    Made before anything is imported: refuses FileUnwritable if nothing could be written beside
    the input, and then takes another `folder`. Identity numbers in them are made unreadable.
    """

    def __init__(
        self,
        path: Path | str,
        headers: Sequence[str],
        t: Callable[..., str],
        folder: Path | str | None = None,
    ) -> None:
        path = Path(path)
        suffix = ".xlsx" if path.suffix.lower() in (".xlsx", ".xls") else ".csv"
        self.path = Path(folder or path.parent) / f"{path.stem}.rejected{suffix}"
        self._headers = headers
        marks = {tuple(map(Language(code), ("sheet.line", "sheet.reason"))) for code in LANGUAGES}
        self._marked = tuple(headers[-2:]) in marks
        """it is a file of rejects itself, put right: its last two columns are ours"""
        self.t = t
        self._rows: list[tuple[Row, str]] = []
        with _whole(self.path, keep=False):
            pass  # can be written: known before anything is imported

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, row: Row, why: Refusal) -> None:
        """Keep a row with the reason why it was not taken."""
        self._rows.append((row, refused(self.t, why.code, why.facts)))

    @contextmanager
    def catching(self, row: Row) -> Iterator[None]:
        """Keep the row if what is done with it is refused, and go on with the next."""
        try:
            yield
        except Refusal as why:
            self.add(row, why)

    def twice(self, row: Row, line: int) -> None:
        """Keep a row that gives the number of an earlier line to a second name."""
        self.add(row, Refusal("NumberTwice", line=line))

    def save(self) -> Path | None:
        """Write the file, and say where; None, and no file, if there is nothing to say."""
        if not self._rows:
            return None
        own = len(self._headers)
        width = max(own, *(len(row.cells) for row, _ in self._rows))
        keep = [p for p in range(width) if not (self._marked and own - 2 <= p < own)]

        def kept(cells: Sequence[Cell]) -> Iterator[Cell]:
            return (cells[place] if place < len(cells) else "" for place in keep)

        headers = [*map(str, kept(self._headers)), self.t("sheet.line"), self.t("sheet.reason")]
        rows = (
            [*map(without_identity, kept(row.cells)), row.line, reason]
            for row, reason in self._rows
        )
        write(self.path, headers, rows, sheet_title=self.t("sheet.rejected"))
        return self.path


@contextmanager
def _whole(path: Path, keep: bool = True) -> Iterator[Path]:
    """A file beside `path` to write to, that becomes `path` when all went well."""
    try:
        with partial(path) as part:
            yield part
            if keep:
                settle(part, path)
    except (OSError, XlsxWriterException) as error:
        raise Refusal("FileUnwritable", file=str(path)) from error


def _csv(part: Path, headers: Sequence[str], rows: Iterable[Sequence[Cell | None]], _: str) -> int:
    count = 0
    with part.open("w", encoding="utf-8-sig", newline="") as file:
        to = csv.writer(file)
        to.writerow(map(_guarded, headers))
        for row in rows:
            to.writerow(map(_guarded, row))
            count += 1
    return count


def _guarded(cell: Cell | None) -> str | int | float:
    if isinstance(cell, str):
        cell = cell.replace("\0", "")  # which would make the file a binary one
        return "'" + cell if cell.startswith(_FORMULA) else cell
    return _plain(cell, "")


def _plain(cell: Cell | None, nothing: str) -> str | int | float:
    """A cell for a file that knows text and numbers only."""
    if cell is None:
        return nothing
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell) if isinstance(cell, timedelta) else cell


def _json(part: Path, headers: Sequence[str], rows: Iterable[Sequence[Cell | None]], _: str) -> int:
    count = 0
    with part.open("w", encoding="utf-8") as file:
        file.write("[")
        for row in rows:
            there = {
                header: cell if cell is None or isinstance(cell, bool) else _plain(cell, "")
                for header, cell in zip(headers, row, strict=True)
            }
            file.write(",\n" if count else "\n")
            file.write(json.dumps(there, ensure_ascii=False))
            count += 1
        file.write("\n]\n")
    return count


def _xlsx(
    part: Path, headers: Sequence[str], rows: Iterable[Sequence[Cell | None]], title: str
) -> int:
    # Its temporary files hold personal data and stay behind if the disk fills: not with us.
    with TemporaryDirectory() as folder:
        options = {"constant_memory": True, "remove_timezone": True, "tmpdir": folder}
        book = xlsxwriter.Workbook(str(part), options)
        try:
            return _fill(book, headers, rows, title)
        finally:
            book.close()


def _fill(
    book: xlsxwriter.Workbook,
    headers: Sequence[str],
    rows: Iterable[Sequence[Cell | None]],
    title: str,
) -> int:
    sheet = book.add_worksheet("".join(c for c in title if c not in "[]:*?/\\'")[:31] or None)
    formats = {kind: book.add_format({"num_format": shape}) for kind, shape in _SHAPES.items()}
    bold = book.add_format({"bold": True})
    sheet.freeze_panes(1, 0)
    widths = [0] * len(headers)
    count = 0
    for column, header in enumerate(headers):
        sheet.write_string(0, column, header, bold)
    for count, row in enumerate(rows, 1):
        if count >= MOST_LINES:
            raise Refusal("SheetTooLong", most=MOST_LINES - 1)
        for column, cell in enumerate(row):
            if cell is not None:
                _put(sheet, count, column, cell, formats)
        if count <= _MEASURED:
            for column, cell in enumerate(row[: len(widths)]):
                widths[column] = max(widths[column], _width(_plain(cell, "")))
    for column, width in enumerate(widths):
        widest = max(width, _width(headers[column]))
        sheet.set_column(column, column, min(max(widest + 2, 6), 60))
    return count


def _put(sheet: Worksheet, line: int, column: int, cell: Cell, formats: dict[type, Format]) -> None:
    """A cell in its own type; as text what a spreadsheet would round or cannot hold.

    Nothing is turned into a link, a formula or a number behind our back.
    """
    if isinstance(cell, bool):
        sheet.write_boolean(line, column, cell)
    elif isinstance(cell, int | float) and -1e15 < cell < 1e15:
        sheet.write_number(line, column, cell)
    elif isinstance(cell, time | timedelta) or (isinstance(cell, date) and cell.year > 1900):
        sheet.write_datetime(line, column, cell, formats[type(cell)])
    else:
        written = str(_plain(cell, ""))
        if len(written.encode("utf-16-le", "surrogatepass")) > 2 * LONGEST_CELL:
            raise Refusal("CellTooLong", line=line + 1, most=LONGEST_CELL)
        sheet.write_string(line, column, written)


def _width(cell: str | float) -> int:
    """Columns of a screen that the longest line takes; a wide character takes two."""
    lines = str(cell).splitlines() or [""]
    return max(sum(1 + (east_asian_width(c) in "WF") for c in line) for line in lines)
