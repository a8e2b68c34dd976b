"""A request while it is being written: what its words say, when it came, when it would be due."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from deskapp.desk import Desk, Refusal
from deskapp.entries import DueRule


@dataclass(slots=True)
class Draft:
    """What is written so far; None and "" stand for the usual value. Moments as typed."""

    words: str = ""
    patron: str | None = None
    kind: str | None = None
    department: str | None = None
    channel: str | None = None
    contact: str = ""
    received: str = ""
    first_responder: str | None = None
    choices: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Due:
    """When a request would be due, by which rule of the library's."""

    at: datetime
    rule: DueRule
    known: bool
    """False where it rests on holidays that are not published yet"""


def kind_in(desk: Desk, words: str) -> str:
    """The kind that the words select: the one named last, as Chinese says what is wrong at the end.

    A word of Latin letters must stand by itself; a word of the usual kind counts for nothing.
    """
    usual, said = desk.profile.usual.kind, words.casefold()
    best, kind = (-1, 0), usual
    for word, code in desk.profile.kind_words().items():
        place = said.rfind(word)
        if place < 0 or code == usual or (place + len(word), len(word)) <= best:
            continue
        if word.isascii() and not re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", said):
            continue
        best, kind = (place + len(word), len(word)), code
    return kind


def due(desk: Desk, kind: str, department: str, received: datetime | None = None) -> Due:
    """When it would be due in the working time of the department that undertakes it."""
    rule = desk.profile.due[desk.profile.kinds[kind].due]
    calendar = desk.calendar(department)
    at = calendar.due(received or desk.now(), rule)
    return Due(at, rule, calendar.known(at.year))


_TYPED = re.compile(
    r"(?:(?:(?P<year>\d{4})[-/.年])?(?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?\s+)?"
    r"(?:(?P<hour>\d{1,2})[:：.点](?P<minute>\d{2})|(?P<whole>\d{4}))"
)


def received_at(desk: Desk, text: str) -> datetime | None:
    """When it was asked, as typed: `09:30`, `0930`, `11-21 15:20`, `2026-11-21 15:20`.

    A day without a year is the last one that is not in the future; "" is None: now. Refuses
    MomentUnclear, ReceivedLater.
    """
    text = text.strip()
    if not text:
        return None
    typed = _TYPED.fullmatch(text)
    now = desk.now()
    if typed is None:
        raise Refusal("MomentUnclear", value=text)
    whole = typed["whole"] or ""
    hour, minute = int(typed["hour"] or whole[:2]), int(typed["minute"] or whole[2:])
    try:
        moment = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
        if typed["day"]:
            year, month, day = int(typed["year"] or now.year), typed["month"], typed["day"]
            moment = moment.replace(year=year, month=int(month), day=int(day))
            if moment > now and not typed["year"] and moment - now > timedelta(days=1):
                moment = moment.replace(year=now.year - 1)
    except ValueError as error:
        raise Refusal("MomentUnclear", value=text) from error
    if moment > now:
        raise Refusal("ReceivedLater")
    return moment
