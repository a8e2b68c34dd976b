"""Rolls (表彰名单): what is awarded, on what it rests, and what its paper says.

Who is on one is in `deskapp.awards`, who could be in `deskapp.award_sources`.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple
from unicodedata import normalize

from sqlalchemy import Connection

from db import roll_pages as pages
from db import rolls as stored
from db.numbering import next_number
from db.rolls import FIELDS, draft
from deskapp import certificate_templates as templates
from deskapp.cells import without_identity
from deskapp.certificate_papers import LANGS, Lang
from deskapp.desk import Desk, Refusal, Role

ROLLING = Role.LIBRARIAN
"""who may open a roll, change it, and put somebody on it"""
RESULTS, ATTENDANCE, HOURS = "results", "attendance", "hours"
LOANS, PRESENCE, LIST = "loans", "presence", "list"
NEEDED: Mapping[str, Sequence[str]] = {
    RESULTS: ("event",),
    ATTENDANCE: ("least",),
    HOURS: ("least",),
    LOANS: ("year", "quarter"),
    PRESENCE: ("year", "quarter"),
    LIST: (),
}
"""what a basis (`of`) has to say; more may be"""
COUNTS = ("least", "year", "quarter", "first")

_NUMBER = re.compile(r"(?:([0-9A-Z]{1,8})-)?A([0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class Plan:
    """A roll as it is opened or changed. `basis`: `{"of": "results", "event": …}` and the like, see
    `NEEDED`; of attendance also `event` or `series`, of hours `event`, or `since` and `until`
    (days), of a quarter `first`: so many ranks. `words`: the text of the paper, a paragraph a line;
    empty: the template's own. `day`: none is today; `seal`: the name of one whose picture is
    printed; `department`: none is the operator's first.
    """

    title: str
    basis: Mapping[str, Any] = field(default_factory=lambda: {"of": LIST})
    template: str = "award"
    lang: Lang = "zh_CN"
    issuers: Sequence[str] = ()
    signatory: str = ""
    day: date | None = None
    words: str = ""
    seal: str | None = None
    department: str | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    id: str
    name: str
    """2F-A3"""


@dataclass(frozen=True, slots=True)
class Changed:
    """What of it is another now, by field."""

    id: str
    fields: tuple[str, ...]


class Counts(NamedTuple):
    """How many are on a roll; of them have a good certificate; one that was printed; theirs."""

    awards: int
    issued: int
    printed: int
    handed: int


class Step(StrEnum):
    """What is to be done next with a roll."""

    CHOOSE = "choose"
    """nobody is on it"""
    ISSUE = "issue"
    PRINT = "print"
    HAND = "hand"
    DONE = "done"
    """all have theirs"""


@dataclass(frozen=True, slots=True)
class Roll:
    """A roll as screens have it."""

    id: str
    name: str
    title: str
    basis: Mapping[str, Any]
    template: str
    lang: Lang
    issuers: tuple[str, ...]
    signatory: str
    day: date
    words: str
    seal: str | None
    department: str
    opened: datetime
    closed: datetime | None
    asked: datetime | None
    """when the use of the seal was applied for last, and for how many papers"""
    asked_for: int | None
    counts: Counts

    @property
    def step(self) -> Step:
        """The first thing that is not done for all."""
        awards, issued, printed, handed = self.counts
        if not awards:
            return Step.CHOOSE
        if issued < awards:
            return Step.ISSUE
        return Step.PRINT if printed < issued else Step.HAND if handed < issued else Step.DONE


def open_roll(desk: Desk, plan: Plan) -> Opened:
    """Open a roll, under the next number of the desk.

    Refuses RoleTooLow, RollUntitled, DepartmentMissing, DepartmentUnknown, IssuerMissing,
    BasisWrong, LanguageUnknown, TemplateUnknown.
    """
    operator = desk.require(ROLLING)
    said = {each.name: getattr(plan, each.name) for each in fields(plan)}
    said["department"] = plan.department or next(iter(operator.departments), None)
    said["day"] = plan.day or desk.now().date()
    if said["department"] is None:
        raise Refusal("DepartmentMissing")
    told = _stored(desk, said)
    with desk.act() as act:
        subject = act.new_subject("roll")
        number = next_number(act.connection, "roll", desk.code)
        act.record_all([draft("roll.opened", subject, {**told, "number": number})])
    return Opened(subject, f"{desk.code}-A{number}")


def change(desk: Desk, id: str, **said: Any) -> Changed:
    """Say something else of a roll, by the fields of a `Plan` that are others now. What has been
    issued stays as it was.

    Refuses RoleTooLow, RollUnknown, RollClosed, and as `open_roll`.
    """
    desk.require(ROLLING)
    told = _stored(desk, said)
    with desk.act() as act:
        row = standing(act.connection, id)
        known = {"basis": json.loads(row.basis), "issuers": json.loads(row.issuers)}
        other = {n: v for n, v in told.items() if known.get(n, getattr(row, n)) != v}
        if other:
            act.record_all([draft("roll.changed", id, other)])
    return Changed(id, tuple(other))


def close(desk: Desk, id: str) -> None:
    """Nobody is put on it any more. Refuses RoleTooLow, RollUnknown, RollClosed."""
    desk.require(ROLLING)
    with desk.act() as act:
        standing(act.connection, id)
        act.record_all([draft("roll.closed", id)])


def reopen(desk: Desk, id: str) -> None:
    """Refuses RoleTooLow, RollUnknown, RollOpen."""
    desk.require(ROLLING)
    with desk.act() as act:
        if row_of(act.connection, id).closed_at is None:
            raise Refusal("RollOpen")
        act.record_all([draft("roll.reopened", id)])


def standing(connection: Connection, id: str) -> stored.Roll:
    """One that is open. Refuses RollUnknown, RollClosed."""
    row = row_of(connection, id)
    if row.closed_at is not None:
        raise Refusal("RollClosed", roll=row.title)
    return row


# what is said of one


def _stored(desk: Desk, said: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a plan as a fact says them."""
    found = {name: _plain(value) for name, value in said.items() if name in FIELDS}
    if "title" in found and not found["title"]:
        raise Refusal("RollUntitled")
    if found.get("department") not in (None, *desk.profile.departments):
        raise Refusal("DepartmentUnknown", department=found["department"])
    if "issuers" in found:
        found["issuers"] = [words for each in found["issuers"] if (words := _plain(each))]
        if not found["issuers"]:
            raise Refusal("IssuerMissing")
    if "lang" in found and found["lang"] not in LANGS:
        raise Refusal("LanguageUnknown", language=found["lang"])
    if "template" in found:
        templates.find(desk, found["template"])
    if "basis" in found:
        found["basis"] = _basis(found["basis"])
    return found


def _plain(value: Any) -> Any:
    """Words as they are kept: composed, with nothing around them, and no citizen's number."""
    if isinstance(value, str):
        return str(without_identity(normalize("NFC", value).strip()))
    return value.isoformat() if isinstance(value, date) else value


def _basis(said: Mapping[str, Any]) -> dict[str, Any]:
    """Refuses BasisWrong, with the part (`of`, `least` …) that is missing or none."""
    found = {name: _plain(value) for name, value in said.items() if value not in (None, "")}
    if found.get("of") not in NEEDED:
        raise Refusal("BasisWrong", part="of")
    for part in _wrong(found):
        raise Refusal("BasisWrong", part=part)
    return found


def _wrong(said: Mapping[str, Any]) -> Iterator[str]:
    of = said["of"]
    yield from (name for name in NEEDED[of] if name not in said)
    yield from (
        name
        for name in COUNTS
        if name in said and not (isinstance(said[name], int) and said[name] > 0)
    )
    if of == ATTENDANCE and not said.keys() & {"event", "series"}:
        yield "event"
    if of == HOURS and "event" not in said:
        yield from (name for name in ("since", "until") if _day_of(said.get(name)) is None)
    if "quarter" in said and said["quarter"] not in range(1, 5):
        yield "quarter"


def _day_of(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


# looking


def roll(desk: Desk, id: str) -> Roll:
    """Refuses RoleTooLow, RollUnknown."""
    desk.require(ROLLING)
    with desk.reading() as connection:
        row = row_of(connection, id)
        return _shown(desk, row, pages.counts(connection, [id])[id])


def row_of(connection: Connection, id: str) -> stored.Roll:
    """Refuses RollUnknown."""
    row = stored.roll(connection, id)
    if row is None:
        raise Refusal("RollUnknown", roll=id.partition(":")[2])
    return row


def name_of(row: stored.Roll) -> str:
    """What people call it: 2F-A3."""
    return f"{row.desk}-A{row.number}"


def find(desk: Desk, text: str) -> Roll:
    """A roll by its name (2F-A3; A3 at its own desk), its id, or a part of its title.

    Refuses RoleTooLow, RollUnknown, RollAmbiguous.
    """
    desk.require(ROLLING)
    typed = normalize("NFKC", text).strip()
    with desk.reading() as connection:
        rows = _meant(desk, connection, typed)
    if not rows:
        raise Refusal("RollUnknown", roll=text)
    if len(rows) > 1:
        names = " ".join(name_of(row) for row in rows[:9])
        raise Refusal("RollAmbiguous", roll=text, rolls=names)
    return roll(desk, rows[0].subject)


def _meant(desk: Desk, connection: Connection, typed: str) -> list[stored.Roll]:
    if not typed:
        return []
    known = stored.roll(connection, typed)
    if known is not None:
        return [known]
    numbered = _NUMBER.fullmatch(typed.upper())
    if numbered:
        return pages.numbered(connection, numbered[1] or desk.code, int(numbered[2]))
    rows = pages.titled(connection, typed)
    return [row for row in rows if row.title == typed] or rows


def _shown(desk: Desk, row: stored.Roll, counts: Sequence[int]) -> Roll:
    lang: Lang = next((each for each in LANGS if each == row.lang), LANGS[0])
    return Roll(
        row.subject,
        name_of(row),
        row.title,
        json.loads(row.basis),
        row.template,
        lang,
        tuple(json.loads(row.issuers)),
        row.signatory,
        date.fromisoformat(row.day),
        row.words,
        row.seal,
        row.department,
        desk.local(row.opened_at),
        desk.local(row.closed_at) if row.closed_at else None,
        desk.local(row.asked_at) if row.asked_at else None,
        row.asked_for,
        Counts(*counts),
    )


class RollList:
    """All rolls, the newest first, as a long list's source. Refuses RoleTooLow."""

    def __init__(self, desk: Desk) -> None:
        desk.require(ROLLING)
        self.desk = desk

    def count(self) -> int:
        with self.desk.reading() as connection:
            return pages.count(connection)

    def key(self, row: Roll) -> str:
        return row.id

    def after(self, key: str | None, limit: int, skip: int = 0) -> Sequence[Roll]:
        return self._page(key, limit, skip, backwards=False)

    def before(self, key: str | None, limit: int, skip: int = 0) -> Sequence[Roll]:
        return self._page(key, limit, skip, backwards=True)

    def _page(self, key: str | None, limit: int, skip: int, *, backwards: bool) -> list[Roll]:
        with self.desk.reading() as connection:
            rows = pages.page(connection, key, limit, skip, backwards=backwards)
            counts = pages.counts(connection, [row.subject for row in rows])
        return [_shown(self.desk, row, counts[row.subject]) for row in rows]

    def place(self, row: Roll) -> int | None:
        with self.desk.reading() as connection:
            return pages.place(connection, row.id)
