"""A pasted WeChat group note (接龙): who wrote themselves into a list, read as a table.

Everybody copies the list and adds a line, so that lines come twice, corrected, out of order or
without their number; some bring somebody along (+1). What a line says is told apart by its form:
a telephone number, a number of the library, a name, and words that answer what was asked.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from unicodedata import normalize

from deskapp.cells import Cell, Row

WORDS = "接龙内容"
"""the column of what remains of a line: answers, in whatever order"""
HEADERS = ("序号", "姓名", "学号", "手机", "人数", WORDS)
MARKS = ("#接龙", "#group note")

_ENTRY = re.compile(r"\s*(\d{1,4})\s*[.、:)。](?!\d\b)\s*(.*)")
_EXAMPLE = re.compile(r"\s*(例如|示例|样例|例|e\.g\.|example)\s*[:.、]?\s", re.IGNORECASE)
_SPOKEN = re.compile(r"(.{1,40}\s)?\d{4}[-/年]\d{1,2}[-/月]\d{1,2}日?(\s+\d{1,2}:\d\d(:\d\d)?)?:?")
_RULE = re.compile(r"[-—–=_*~\s]+")
_APART = re.compile(r"[\s,，、;；/|]+")
_MORE = re.compile(r"(.*?)\+(\d{1,2})")
_HEADS = re.compile(r"(?:共|带|加)?(\d{1,2})[人位]")
_JOINED = re.compile(r"([\u3400-\u9fff·]{2,6}?)[:\-]?([A-Za-z]{0,2}\d{5,15})")
_TURNED = re.compile(r"([A-Za-z]{0,2}\d{5,15})[:\-]?([\u3400-\u9fff·]{2,6})")
_PHONE = re.compile(r"1[3-9]\d{9}")
_NUMBER = re.compile(r"[A-Za-z]{0,3}\d{5,14}")
_SPACED = re.compile(r"(?<!\d)(1[3-9]\d)[\s-](\d{4})[\s-](\d{4})(?!\d)")
_COUNTRY = re.compile(r"(?<![\d+])\+?86[\s-]?(?=1[3-9]\d)")
_LOST = re.compile(r"\d(\.\d+)?e\+\d+", re.IGNORECASE)
_NAME = re.compile(r"[\u3400-\U0003ffff][\u3400-\U0003ffff·•・]{1,14}")


@dataclass(slots=True)
class Parts:
    """What the words of one line say. `people`: on one sign-up, None where nothing is said."""

    name: str = ""
    number: str = ""
    phone: str = ""
    people: int | None = None
    rest: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Note:
    """A group note as a table; `line` of a row is that of the text, from 1."""

    headers: tuple[str, ...]
    rows: tuple[Row, ...]


def is_note(text: str) -> bool:
    """Whether a text is one: it says so, or most of its lines are entries of a list."""
    if any(mark in text.casefold() for mark in MARKS):
        return True
    lines = [line for line in normalize("NFKC", text).splitlines() if line.strip()]
    return sum(bool(_ENTRY.fullmatch(line)) for line in lines) * 2 > len(lines)


def parts(words: str) -> Parts:
    """The parts of a line, or of a cell that holds several: `张三 2023001 13800000000 素食 +1`."""
    found = Parts()
    said = _COUNTRY.sub("", normalize("NFKC", words))
    for word in _words(_SPACED.sub(r"\1\2\3", said)):
        if _PHONE.fullmatch(word):
            found.phone = found.phone or word
        elif (_NUMBER.fullmatch(word) or _LOST.fullmatch(word)) and not found.number:
            found.number = word
        elif more := _MORE.fullmatch(word):
            found.people = 1 + int(more[2])
            if more[1]:
                _say(found, more[1])
        elif heads := _HEADS.fullmatch(word):
            found.people = int(heads[1])
        else:
            _say(found, word)
    return found


def _say(found: Parts, word: str) -> None:
    """The first words are the name; one in Latin letters has several."""
    latin = word.isascii() and word.isalpha()
    if not found.name and not found.rest and (_NAME.fullmatch(word) or latin):
        found.name = word
    elif latin and found.name.isascii() and found.name and not found.rest:
        found.name += f" {word}"
    else:
        found.rest.append(word)


def _words(text: str) -> Iterator[str]:
    """The words, of which a name and a number may stand together."""
    for word in _APART.split(text.replace("＋", "+")):
        together = _JOINED.fullmatch(word) or _TURNED.fullmatch(word)
        for part in together.groups() if together else (word,):
            if part := part.strip("@:.。()（）"):
                yield part


def read(text: str) -> Note:
    """Every entry of a text; what stands above the first is its title. A line that names nobody
    goes on with the one before; an empty one (`4.`) is passed over.
    """
    entries: list[tuple[int, str, str]] = []
    listed = False
    for line, written in enumerate(text.splitlines(), 1):
        said = normalize("NFKC", written.lstrip("\ufeff")).strip()
        if said.casefold().startswith(MARKS):
            listed = False
        elif not said or _EXAMPLE.match(said + " ") or _RULE.fullmatch(said):
            continue
        elif _SPOKEN.fullmatch(said):
            listed = False
        elif entry := _ENTRY.fullmatch(said):
            listed = True
            entries.append((line, entry[1], entry[2]))
        elif listed and _is_known(entries[-1][2]) and _is_known(said):
            entries.append((line, "", said))
        elif listed:
            begun, place, before = entries[-1]
            entries[-1] = (begun, place, f"{before} {said}".strip())
    return _table(entries)


def _is_known(said: str) -> bool:
    """Whether it says who somebody is: a name, and a number of theirs."""
    found = parts(said)
    return bool(found.name and (found.number or found.phone))


def _table(entries: list[tuple[int, str, str]]) -> Note:
    rows = []
    for line, place, words in entries:
        if words:
            said = parts(words)
            people: Cell = "" if said.people is None else said.people
            who = (place, said.name, said.number, said.phone, people)
            rows.append(Row(line, (*who, " ".join(said.rest))))
    return Note(HEADERS, tuple(rows))
