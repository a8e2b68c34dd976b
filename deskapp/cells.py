"""What stands in a table's cell, read as a number of a person, a phone, a day, a word of a list."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from unicodedata import normalize

from db.names import repair
from db.refusal import Refusal

Cell = str | int | float | bool | date | datetime | time | timedelta


class Row(NamedTuple):
    """One line of a table: `line` as a spreadsheet counts it, from 1."""

    line: int
    cells: tuple[Cell, ...]


_DIGITS_LOST = re.compile(r"\d+(\.\d*)?e\+\d+|\d\.\d+e\d+", re.IGNORECASE)
_FLOAT_TEXT = re.compile(r"(\d+)\.0+")
_IDENTITY = re.compile(r"\d{6}(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx]")
_IDENTITY_INSIDE = re.compile(rf"(?<!\d){_IDENTITY.pattern}(?![\dXx])")
_CONTROL = dict.fromkeys(i for i in range(0x20) if i not in (0x09, 0x0A, 0x0D))
_INVISIBLE = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0xAD))
_DAY = re.compile(r"(\d{4})(?:[-/.]|年)(\d{1,2})(?:[-/.]|月)(\d{1,2})日?|(\d{4})(\d\d)(\d\d)")
_NAMED_DAY = re.compile(rf"(?<!\d)(?=20\d\d)(?:{_DAY.pattern})(?!\d)")
_CLOCK = re.compile(r"[T ]*(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2}))?(?:\.\d+)?[分秒]?")
_NO_END = {"长期", "永久", "长期有效", "永久有效", "不限", "9999-12-31", "9999/12/31"}
_APART = re.compile(r"[、,，;；/|\n]+")
# After NFKC; a comma as cards print it, 3 digits before and 5 behind, parts nothing.
_CARDS_APART = re.compile(r"(?:[、;/|\n]|(?<!\b\d{3}),|,(?!\d{5}\b))+")
SHORTEST_CARD = 6
"""Characters that a card's number has at least, where only blanks part it from the next."""
_EXCEL_EPOCH = date(1899, 12, 30)


def text(cell: Cell) -> str:
    """What a person sees in the cell: no control characters, nothing around it."""
    if isinstance(cell, str):
        if cell.isprintable():  # as nearly all are
            return cell.strip()
        return cell.translate(_CONTROL).strip().lstrip("\ufeff")
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return f"{cell:.15g}"
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def name(cell: Cell) -> str:
    """A person's name: rare characters of old exports repaired, a padded `张　伟` closed up."""
    found = text(cell)
    if found and min(found) >= "\u4e00" and max(found) <= "\u9fff":
        return found
    found = normalize("NFC", repair(found).translate(_INVISIBLE))
    closed = "".join(found.split())
    return closed if closed and min(closed) >= "\u3400" else " ".join(found.split())


def number(cell: Cell, column: str = "") -> str:
    """A number that somebody or something goes by, as text, every digit as it was.

    Refuses NumberDigitsLost: the spreadsheet rounded it (2.02114E+11, more than 15 digits);
    NumberIsIdentity: it looks like a citizen's identity number, which is never kept.
    """
    if isinstance(cell, float | date | time | timedelta):
        raise Refusal("NumberDigitsLost", column=column, value=text(cell))
    found = text(cell)
    if _is_plain(found):
        return found
    found = "".join(normalize("NFKC", found.translate(_INVISIBLE)).split()).lstrip("'’`")
    if _DIGITS_LOST.fullmatch(found):
        raise Refusal("NumberDigitsLost", column=column, value=found)
    if whole := _FLOAT_TEXT.fullmatch(found):  # what a program writes that read it as a float
        found = whole[1]
        if len(found) > 15:
            raise Refusal("NumberDigitsLost", column=column, value=found)
    if _IDENTITY.fullmatch(found):
        raise Refusal("NumberIsIdentity", column=column)
    return found


def _is_plain(found: str) -> bool:
    """Digits and nothing else, as nearly all are, and not so many that they say who it is."""
    return found.isascii() and found.isdecimal() and len(found) <= 15


def numbers(cell: Cell, column: str = "") -> tuple[str, ...]:
    """The numbers in one cell, parted by ; 、 , / | or lines, or by blanks. Refuses as `number`.

    Blanks stand inside a number too (`04 A2 3F 1B`): they part only what is long enough to be one.
    `018,12345` is one number as some cards print it.
    """
    if not isinstance(cell, str) or _is_plain(cell):
        return (one,) if (one := number(cell, column)) else ()
    parts: list[str] = []
    for part in _CARDS_APART.split(normalize("NFKC", text(cell))):
        words = part.split()
        parts += words if min(map(len, words), default=0) >= SHORTEST_CARD else [part]
    return tuple(dict.fromkeys(one for part in parts if (one := number(part, column))))


def phone(cell: Cell, column: str = "") -> str:
    """The digits of the first phone number in the cell, without the country's 86.

    Refuses NumberDigitsLost.
    """
    if isinstance(cell, str) and cell[:1] == "1" and len(cell) == 11 and _is_plain(cell):
        return cell  # a mobile one, as nearly all are
    found = normalize("NFKC", text(cell))
    if isinstance(cell, float) or _DIGITS_LOST.fullmatch("".join(found.split())):
        raise Refusal("NumberDigitsLost", column=column, value=found)
    if whole := _FLOAT_TEXT.fullmatch(found):
        found = whole[1]
    first = next((part for part in _APART.split(found) if any(map(str.isdigit, part))), "")
    digits = "".join(re.findall(r"[0-9]", first))
    for prefix in ("0086", "86"):
        if digits.startswith(prefix) and len(digits) - len(prefix) >= 10:
            return digits[len(prefix) :]
    return digits


def day(cell: Cell, column: str = "") -> date | None:
    """A day; None for an empty cell and for 长期. Refuses DateUnclear."""
    found = moment(cell, column)
    return found.date() if found else None


def moment(cell: Cell, column: str = "", day: date | None = None) -> datetime | None:
    """A day and time as written, without a zone; None for an empty cell. A time alone is of `day`.

    Refuses DateUnclear.
    """
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=None)
    if isinstance(cell, date):
        return datetime.combine(cell, time())
    if isinstance(cell, int | float) and 20_000 <= cell < 80_000:  # days that lost their format
        return datetime.combine(_EXCEL_EPOCH, time()) + timedelta(days=cell)
    found = text(cell)
    if day is not None and _CLOCK.fullmatch(normalize("NFKC", found)):
        found = f"{day.isoformat()} {found}"
    try:
        return _moment(found)
    except ValueError as why:
        raise Refusal("DateUnclear", column=column, value=str(why)) from None


@lru_cache(maxsize=1024)
def _moment(text: str) -> datetime | None:
    """ValueError, with the text in one form, where it is none. A file has few days, often."""
    found = " ".join(normalize("NFKC", text).lstrip("'").split())
    if not found or found in _NO_END:
        return None
    try:
        return _written(found)
    except ValueError:
        raise ValueError(found) from None


def _written(found: str) -> datetime:
    written = _DAY.match(found)
    if not written:
        raise ValueError(found)
    year, month, of_month = (int(part) for part in written.groups() if part)
    rest = found[written.end() :].strip()
    clock = _CLOCK.fullmatch(rest)
    if rest and not clock:
        raise ValueError(found)
    hour, minute, second = (int(part or 0) for part in clock.groups()) if clock else (0, 0, 0)
    # A cell names no zone; whoever reads it knows the library's.
    return datetime.combine(date(year, month, of_month), time(hour, minute, second))


def day_in(words: str) -> date | None:
    """The one day that a title or a file's name tells: `首问登记表 2026-11-22`, `log-20261122`."""
    found = set()
    for written in _NAMED_DAY.finditer(normalize("NFKC", words)):
        with suppress(ValueError):
            found.add(_written(written[0]).date())
    return found.pop() if len(found) == 1 else None


def whole(cell: Cell, column: str = "") -> int | None:
    """A count, a unit allowed (`15分钟`); None for an empty cell. Refuses CountUnclear."""
    found = normalize("NFKC", text(cell)).lstrip("'")
    if not found:
        return None
    written = re.fullmatch(r"(\d{1,9})(?:\.0+)?\s*[^\d.,-]*", found)
    if not written:
        raise Refusal("CountUnclear", column=column, value=found)
    return int(written[1])


def several(cell: Cell) -> tuple[str, ...]:
    """The entries of a list in one cell, parted by 、 , ; / | or lines."""
    return tuple(dict.fromkeys(part for each in _APART.split(text(cell)) if (part := each.strip())))


def word(cell: Cell, codes: Mapping[str, str], column: str = "") -> str:
    """The code of a word; an empty cell gives the code of "" or nothing. Refuses WordUnknown."""
    found = text(cell)
    if found in codes:
        return codes[found]
    if (plain := alike(found)) in codes:
        return codes[plain]
    if not found:
        return ""
    for known, code in codes.items():
        if alike(known) == plain or code == found:
            return code
    raise Refusal("WordUnknown", column=column, value=found)


def alike(words: str) -> str:
    """One form for words that differ in width, case, spaces, brackets or marks."""
    found = normalize("NFKC", words).casefold()
    bare = re.sub(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】", "", found)
    return re.sub(r"[\W_]+", "", bare) or re.sub(r"[\W_]+", "", found)


def without_identity(cell: Cell) -> Cell:
    """The cell with citizens' identity numbers in it made unreadable."""
    if isinstance(cell, str):
        return _IDENTITY_INSIDE.sub(lambda found: found[0][:4] + "*" * 14, cell)
    return cell


def reason(why: str) -> str:
    """Why something was done, as it is kept. Refuses ReasonMissing."""
    words = str(without_identity(why.strip()))
    if not words:
        raise Refusal("ReasonMissing")
    return words
