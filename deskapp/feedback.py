"""Feedback (反馈) on events: scores from 1 to 5, off paper or out of a file; of nobody."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from unicodedata import normalize

from sqlalchemy import Connection

from db import feedback as stored
from db.feedback import COLUMNS, SCORES, draft, subject_of, subject_said
from db.place import library_key
from db.rows import chunks
from db.signups import event_key
from deskapp import event_views, headers, sheets
from deskapp.cells import without_identity
from deskapp.desk import Desk, Refusal, Role
from deskapp.gathering_fields import FEEDBACK
from deskapp.language import Language

TAKING = Role.STUDENT_ASSISTANT
"""who may count paper, and see the figures"""
READING = Role.LIBRARIAN
"""who may bring in a file, read what was said, and withdraw it"""
MOST = 10_000
"""of one score in one heap"""
SHOWN = 500
"""words that a list shows"""
SLICE = 500

_PAIR = re.compile(r"([1-5])分?\s*(?:[x×*:=]\s*(\d{1,5}))?(?=\s|$)")
_STARS = re.compile(r"★{1,5}☆{0,4}")
_WORDS = {
    "非常满意": 5,
    "很满意": 5,
    "满意": 4,
    "一般": 3,
    "不满意": 2,
    "非常不满意": 1,
    "很不满意": 1,
}


@dataclass(frozen=True, slots=True)
class Taken:
    id: str
    count: int
    mean: float | None


@dataclass(frozen=True, slots=True)
class Word:
    """What somebody said beside a score; of a heap of paper no score is known."""

    id: str
    score: int | None
    word: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Summary:
    """`counts`: how many gave 1, 2, 3, 4, 5. Words are for librarians."""

    counts: tuple[int, ...]
    words: tuple[Word, ...] = ()

    @property
    def count(self) -> int:
        return sum(self.counts)

    @property
    def mean(self) -> float | None:
        return mean(self.counts)


def mean(counts: Sequence[int]) -> float | None:
    """To two places; None of nobody."""
    total = sum(score * count for score, count in zip(SCORES, counts, strict=True))
    return round(total / sum(counts), 2) if any(counts) else None


def tally_of(text: str) -> tuple[int, ...]:
    """A tally as typed: `5×23 4x7 3*1 2`, where a lone score is one; how many gave 1, 2, 3, 4, 5.

    Refuses TallyUnclear, TallyEmpty.
    """
    typed = re.sub(r"[,、;，；]", " ", normalize("NFKC", text).lower()).strip()
    typed = re.sub(r"\s*([x×*:=])\s*", r"\1", typed)
    counts = [0] * len(SCORES)
    for part in typed.split():
        found = _PAIR.fullmatch(part)
        if found is None:
            raise Refusal("TallyUnclear", value=part)
        counts[int(found[1]) - 1] += int(found[2]) if found[2] else 1
    if not any(counts) or max(counts) > MOST:
        raise Refusal("TallyEmpty" if not any(counts) else "TallyUnclear", value=text)
    return tuple(counts)


def take(desk: Desk, event: str, counts: Sequence[int], word: str = "") -> Taken:
    """Count a heap of paper. Refuses RoleTooLow, EventUnknown, TallyEmpty."""
    desk.require(TAKING)
    clean = str(without_identity(word.strip()))
    if not any(counts) and not clean:
        raise Refusal("TallyEmpty", value="")
    with desk.act() as act:
        event_views.row_of(act.connection, event)
        subject = subject_of(event, act.new_subject("feedback").partition(":")[2])
        said = {"counts": list(counts), "source": "paper"}
        act.record_all([draft("feedback.taken", subject, said, clean)])
        now = stored.counts(act.connection, event)
        return Taken(subject, sum(counts), mean(now))


def withdraw(desk: Desk, id: str) -> None:
    """It was counted by mistake. Refuses RoleTooLow, FeedbackUnknown."""
    desk.require(READING)
    with desk.act() as act:
        row = stored.feedback(act.connection, id)
        if row is None or row.withdrawn_at is not None:
            raise Refusal("FeedbackUnknown")
        act.record_all([draft("feedback.withdrawn", id)])


def of_event(desk: Desk, event: str) -> Summary:
    """What was said of an event. Refuses RoleTooLow."""
    desk.require(TAKING)
    with desk.reading() as connection:
        counts = stored.counts(connection, event)
        if not desk.may(READING):
            return Summary(counts)
        rows = stored.of_event(connection, event, SHOWN)
        return Summary(counts, tuple(_words(desk, rows)))


def _words(desk: Desk, rows: Sequence[stored.Feedback]) -> list[Word]:
    found = []
    for row in rows:
        given = [n for n, name in enumerate(COLUMNS, 1) if getattr(row, name)]
        one = sum(getattr(row, name) for name in COLUMNS) == 1
        if row.word:
            at = desk.local(row.taken_at)
            found.append(Word(row.subject, given[0] if one else None, row.word, at))
    return found


def load(
    desk: Desk,
    event: str,
    path: Path,
    t: Language,
    override: Mapping[str, headers.Choice] | None = None,
) -> sheets.Taken:
    """Import what a form tool collected, a row somebody's; brought in again it counts once, also
    where more rows have come at the end. No name, phone or address of a row is read.

    Rows that cannot be right are written beside the file with the reason. Refuses RoleTooLow,
    EventUnknown and what `sheets` and `headers` refuse.
    """
    desk.require(READING)
    with desk.reading() as connection:
        event_views.row_of(connection, event)
        key = event_key(library_key(connection), event)
    sheet, columns, rejects = sheets.open_import(path, FEEDBACK, t, override)
    if not {"score", "word"} & columns.columns.keys():
        raise Refusal("ColumnsMissing", headers="评分/score、意见/comment")
    wanted: dict[str, tuple[list[int], str]] = {}
    for row in sheet.rows:
        with rejects.catching(row):
            record = columns.record(row)
            counts = _score(record.text("score"), record.heading("score"))
            word = str(without_identity(record.text("word")))
            if not any(counts) and not word:
                raise Refusal("ValueMissing", column=record.heading("score"))
            which = record.text("at") + record.text("place") or str(row.line)
            subject = subject_said(key, event, (which, str(counts), word))
            wanted[subject] = (counts, word)
    entered = 0
    for some in chunks(wanted, SLICE):
        with desk.act() as act:
            there = stored.known(act.connection, some)
            new = [
                draft("feedback.taken", each, {"counts": wanted[each][0], "source": "file"}, word)
                for each in some
                if each not in there and (word := wanted[each][1]) is not None
            ]
            act.record_all(new)
            entered += len(new)
    return sheets.Taken(entered, len(wanted) - entered, len(rejects), rejects.save())


def _score(text: str, column: str) -> list[int]:
    """`5`, `5分`, `非常满意`, `★★★★☆`; nothing for nothing. Refuses ScoreOutside."""
    found = normalize("NFKC", text).replace(" ", "")
    counts = [0] * len(SCORES)
    if not found:
        return counts
    if _STARS.fullmatch(found):
        counts[found.count("★") - 1] = 1
    elif found in _WORDS:
        counts[_WORDS[found] - 1] = 1
    elif match := re.fullmatch(r"([1-5])(?:\.0+)?(?:分|星|/5)?", found):
        counts[int(match[1]) - 1] = 1
    else:
        raise Refusal("ScoreOutside", column=column, value=text)
    return counts


def known(desk: Desk, connection: Connection, event: str) -> tuple[int, float | None]:
    """How many gave a score, and the mean: for the event's page."""
    counts = stored.counts(connection, event)
    return sum(counts), mean(counts)
