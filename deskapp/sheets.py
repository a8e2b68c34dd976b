"""A table file as university systems export it, read row by row: .csv, .tsv, .txt, .xlsx, .xls."""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Protocol

from python_calamine import CalamineError, CalamineSheet, PasswordError, load_workbook

from db.refusal import Refusal
from deskapp import headers
from deskapp.cells import Cell, Row, day_in, text
from deskapp.exports import Rejects
from deskapp.fields import Fields
from deskapp.headers import is_identity, known

__all__ = ["Row", "Sheet", "Taken", "open_import", "open_sheet", "open_table"]

KINDS = (".csv", ".tsv", ".txt", ".xlsx", ".xls")
LOOKED_AT = 20
"""Lines in which the header is looked for, under titles and blank lines."""

_SEPARATORS = ",;\t"
_MARKED = re.compile(r"'(?=['=+\-@\t\r\n＝＋－＠])")
_CHUNK = 1 << 20


class _Source(Protocol):
    """The lines of a file, blank ones and all, as often as they are asked for."""

    @property
    def encoding(self) -> str | None: ...
    @property
    def count(self) -> int: ...
    @property
    def others(self) -> tuple[str, ...]: ...
    def lines(self) -> Iterator[list[Cell]]: ...


@dataclass(frozen=True)
class Sheet:
    """A table: `headers` of its columns, `rows` (each time anew), and about how many (`count`).

    `encoding` of a text file, else None; `header_line` where the headers stand; `others`: names of
    further filled sheets that are not read. Cells under the heading of an identity number are
    empty: they are never read. A row has as many cells as there are headers, or more where the
    file has too many.
    """

    path: Path
    headers: list[str]
    header_line: int
    count: int
    encoding: str | None
    others: tuple[str, ...]
    _source: _Source

    @property
    def day(self) -> date | None:
        """The day that the lines above the header tell, else the file's name."""
        titles = islice(self._source.lines(), self.header_line - 1)
        words = " ".join(text(cell) for cells in titles for cell in cells if _filled(cell))
        return day_in(words) or day_in(self.path.stem)

    @property
    def rows(self) -> Iterator[Row]:
        """The rows under the header, without blank ones. Refuses LineBroken, with its line."""
        width = len(self.headers)
        hidden = [place for place, header in enumerate(self.headers) if is_identity(header)]
        for line, cells in enumerate(self._source.lines(), 1):
            if line <= self.header_line or not any(map(_filled, cells)):
                continue
            cells.extend([""] * (width - len(cells)))
            while len(cells) > width and not _filled(cells[-1]):
                cells.pop()
            for place in hidden:
                cells[place] = ""
            yield Row(line, tuple(cells))


def open_sheet(path: Path | str, header_line: int | None = None) -> Sheet:
    """Open a table file. `header_line` overrules where its header was found.

    Refuses FileMissing, FileKind, FileUnreadable, FileEncoding, FileBroken, LineBroken, FileLocked
    (it has a password), FileIsPage (a web page by another name), FileEmpty; each with `file`.
    """
    path = Path(path)
    if path.suffix.lower() not in KINDS:
        raise Refusal("FileKind", file=path.name, kinds=" ".join(KINDS))
    source = _source(path)
    top = list(islice(source.lines(), max(LOOKED_AT, header_line or 0)))
    found = header_line - 1 if header_line else _header(top)
    if found is None or found >= len(top):
        raise Refusal("FileEmpty", file=path.name)
    headers = [text(cell).replace("\n", "") for cell in top[found]]
    while headers and not headers[-1]:
        headers.pop()
    count = max(0, source.count - found - 1)
    return Sheet(path, headers, found + 1, count, source.encoding, source.others, source)


def open_table(
    path: Path,
    fields: Fields,
    override: Mapping[str, headers.Choice] | None = None,
    day: date | None = None,
) -> tuple[Sheet, headers.Mapping]:
    """A file and what its columns were taken for: to be shown before anything is written. Times
    without a date are of `day`, else of the sheet's own.
    """
    sheet = open_sheet(path)
    return sheet, headers.match(sheet.headers, fields, override, day or sheet.day)


def open_import(
    path: Path,
    fields: Fields,
    t: Callable[..., str],
    override: Mapping[str, headers.Choice] | None = None,
    day: date | None = None,
) -> tuple[Sheet, headers.Mapping, Rejects]:
    """The same to be taken in, with where the rows go that cannot be right. Refuses ColumnsUnclear,
    ColumnsMissing, FileUnwritable too.
    """
    sheet, columns = open_table(path, fields, override, day)
    columns.check()
    return sheet, columns, Rejects(path, sheet.headers, t)


def read_text(path: Path) -> str:
    """What stands in a text file, decoded as a table of it would be. Refuses FileMissing,
    FileUnreadable, FileEncoding, FileBroken.
    """
    source = _source(path)
    if source.encoding is None:
        raise Refusal("FileBroken", file=path.name, why="xlsx")
    return path.read_text(source.encoding)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file did, in rows. known: those that are on record already and stay as they are."""

    entered: int
    known: int
    rejected: int
    rejects: Path | None


def _source(path: Path) -> _Source:
    """The reader for what the file really is: exports often carry another's suffix."""
    try:
        with path.open("rb") as file:
            start = file.read(8)
        if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
            return _Workbook(path)
        return _Text(path)
    except FileNotFoundError:
        raise Refusal("FileMissing", file=str(path)) from None
    except OSError as error:
        raise Refusal("FileUnreadable", file=str(path), why=error.strerror) from error


def _filled(cell: Cell) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else True


def _header(top: list[list[Cell]]) -> int | None:
    """Which of the first lines heads the columns: the first that knows most of our words.

    If none does, the first that is about as wide as the table and holds words only.
    """
    filled = [[text(cell) for cell in cells if _filled(cell)] for cells in top]
    if not any(filled):
        return None
    words = [sum(map(known, cells)) for cells in filled]
    widest = max(map(len, filled))
    if max(words) >= min(2, widest):
        return words.index(max(words))
    for line, cells in enumerate(filled):
        if len(cells) * 2 > widest and not any(re.search(r"\d{4}", cell) for cell in cells):
            return line
    return next(line for line, cells in enumerate(filled) if len(cells) * 2 > widest)


class _Workbook:
    """The first filled sheet of a workbook that a person can see."""

    encoding = None

    def __init__(self, path: Path) -> None:
        try:
            # By what is in it: given a path it would go by the suffix.
            book = load_workbook(BytesIO(path.read_bytes()))
            shown = [s.name for s in book.sheets_metadata if "Visible" in str(s.visible)]
            sheets = [book.get_sheet_by_name(name) for name in shown]
        except PasswordError as error:
            raise Refusal("FileLocked", file=path.name) from error
        except (CalamineError, ValueError) as error:
            raise Refusal("FileBroken", file=path.name, why=str(error)) from error
        filled = [sheet for sheet in sheets if sheet.height]
        if not filled:
            raise Refusal("FileEmpty", file=path.name)
        self._sheet: CalamineSheet = filled[0]
        self.others = tuple(sheet.name for sheet in filled[1:])
        self.count = self._sheet.end[0] + 1 if self._sheet.end else 0

    def lines(self) -> Iterator[list[Cell]]:
        for cells in self._sheet.iter_rows():
            # Spreadsheets know no whole numbers: 20210001 comes as 20210001.0. Above 15 digits
            # it has been rounded and stays as it is, for `cells.number` to refuse.
            yield [
                int(cell)
                if type(cell) is float and cell.is_integer() and -1e15 < cell < 1e15
                else cell
                for cell in cells
            ]


class _Text:
    """A text file of separated values, decoded strictly."""

    others = ()

    def __init__(self, path: Path) -> None:
        self._path = path
        self.encoding, self.count = _encoding(path)
        with path.open(encoding=self.encoding, newline="") as file:
            sample = file.read(1 << 16)
        if sample.lstrip()[:1] == "<":
            raise Refusal("FileIsPage", file=path.name)
        self._separator = _separator(sample)

    def lines(self) -> Iterator[list[Cell]]:
        with self._path.open(encoding=self.encoding, newline="") as file:
            reader = csv.reader(file, delimiter=self._separator, strict=True)
            try:
                for cells in reader:
                    yield [
                        cell[1:] if cell[:1] == "'" and _MARKED.match(cell) else cell
                        for cell in cells
                    ]
            except csv.Error as error:
                where, why = reader.line_num, str(error)
                raise Refusal("LineBroken", file=self._path.name, line=where, why=why) from error
            except UnicodeDecodeError as error:
                raise Refusal("FileEncoding", file=self._path.name) from error


def _encoding(path: Path) -> tuple[str, int]:
    """The first encoding in which every byte of the file makes sense, and its number of lines."""
    with path.open("rb") as file:
        start = file.read(4096)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]  # "Unicode text" of spreadsheet programs
    elif b"\0" in start:
        raise Refusal("FileBroken", file=path.name, why="NUL")
    else:
        candidates = ["utf-8-sig", "gb18030"]
    for encoding in candidates:
        decoder = codecs.getincrementaldecoder(encoding)("strict")
        count, last = 0, ""
        try:
            with path.open("rb") as file:
                for chunk in iter(lambda: file.read(_CHUNK), b""):
                    decoded = decoder.decode(chunk)
                    count += decoded.count("\n")
                    last = decoded[-1:] or last
                decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding, count + (last != "\n")
    raise Refusal("FileEncoding", file=path.name)


def _separator(sample: str) -> str:
    """The separator that shows most headings we know, else cuts most lines into most columns."""
    return max(_SEPARATORS, key=lambda separator: _worth(sample, separator))


def _worth(sample: str, separator: str) -> tuple[int, int]:
    lines: list[list[str]] = []
    reader = csv.reader(sample.splitlines(keepends=True), delimiter=separator)
    with suppress(csv.Error):
        lines.extend(cells for cells in islice(reader, LOOKED_AT) if any(map(str.strip, cells)))
    widths = Counter(map(len, lines))
    usual = max(widths, key=lambda width: (widths[width] * (width > 1), width), default=1)
    return max((sum(map(known, cells)) for cells in lines), default=0), usual
