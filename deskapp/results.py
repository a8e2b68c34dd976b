"""Results (成绩) of events: entered, ranked, given prizes by rule, and confirmed by a shift lead.

A confirmed list is fixed: what awards are made from is `confirmed`. Behind it a lead corrects, with
a reason, and both lists are on record.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import normalize

from sqlalchemy import Connection

from db import readers as stored_readers
from db import results as stored
from db.ledger import Act
from db.place import library_key
from db.results import Result, draft, ranking_of, subject_named, subject_of
from db.signups import event_key
from deskapp import cells, event_views, whose
from deskapp.cells import Cell, reason, without_identity
from deskapp.desk import Desk, Refusal, Role
from deskapp.prizes import Border, Share
from deskapp.result_lists import (
    ENTERING,
    Place,
    Standings,
    Winner,
    confirmed,
    reckoned,
    rule_of,
    shown,
    standings,
)

__all__ = [
    "ENTERING",
    "Border",
    "Place",
    "Share",
    "Standings",
    "Winner",
    "confirmed",
    "standings",
]

CONFIRMING = Role.SHIFT_LEAD
"""who may confirm a list, and correct it then"""
MOST = 1e9

_CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2}(?:\.\d{1,3})?)")
_AMOUNT = re.compile(r"([1-9]\d{0,3})|([1-9]\d?|100)%")


@dataclass(frozen=True, slots=True)
class Achieved:
    """One result: of a reader (by id), else of a team or person by `name`; `members` are readers.
    A score, or a rank as the judges gave it.
    """

    reader: str | None = None
    name: str = ""
    members: tuple[str, ...] = ()
    score: float | None = None
    rank: int | None = None
    note: str = ""
    source: str = "desk"


@dataclass(frozen=True, slots=True)
class Entered:
    id: str
    new: bool
    """whether it says anything that was not on record"""


# entering


def score_of(cell: Cell, column: str = "") -> float | None:
    """A score as typed: `92.5`, `92.5分`, `3:25` (which is 205 seconds); None where
    there is none.

    Refuses ScoreUnclear.
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        found: float | None = float(cell)
    else:
        text = normalize("NFKC", cells.text(cell)).replace(" ", "").removesuffix("分")
        if not text:
            return None
        timed = _CLOCK.fullmatch(text)
        if timed:
            hours, minutes, seconds = (float(part or 0) for part in timed.groups())
            found = hours * 3600 + minutes * 60 + seconds
        else:
            found = float(text) if re.fullmatch(r"-?\d{1,9}(?:\.\d{1,6})?", text) else None
    if found is None or abs(found) > MOST:
        raise Refusal("ScoreUnclear", column=column, value=cells.text(cell))
    return round(found, 3)


def enter(desk: Desk, event: str, achieved: Achieved) -> Entered:
    """Enter a result; entered again it is so from now on.

    Refuses RoleTooLow, EventUnknown, PatronUnknown, NobodyNamed, ScoreMissing (neither score nor
    rank), RankWrong, ListConfirmed.
    """
    desk.require(ENTERING)
    with desk.act() as act:
        event_views.row_of(act.connection, event)
        refuse_confirmed(act.connection, event)
        return record(act, event, achieved)


def record(act: Act, event: str, achieved: Achieved) -> Entered:
    """The same within an act, of an event that is known to have no confirmed list."""
    if achieved.score is None and achieved.rank is None:
        raise Refusal("ScoreMissing")
    if achieved.rank is not None and not 0 < achieved.rank < 10_000:
        raise Refusal("RankWrong", rank=achieved.rank)
    name = str(without_identity(cells.name(achieved.name)))
    reader, members = _head(act.connection, achieved.reader), achieved.members
    if reader is None and not name:
        raise Refusal("NobodyNamed")
    if reader is None:
        key = event_key(library_key(act.connection), event)
        subject = subject_named(key, event, cells.alike(name))
    else:
        subject, name = subject_of(event, reader), ""
    heads = stored_readers.heads(act.connection, members)
    said: dict[str, Any] = {
        "patron": reader,
        "members": sorted({heads[each] for each in members}),
        "score": achieved.score,
        "rank": achieved.rank,
        "source": achieved.source,
    }
    note = str(without_identity(achieved.note.strip()))
    words = {k: v for k, v in {"name": name, "note": note}.items() if v}
    known = stored.result(act.connection, subject)
    if known is not None and _same(known, said, words):
        return Entered(subject, new=False)
    person = whose.words(act, subject, reader)
    act.record_all([draft("result.entered", subject, said, words, person=person)])
    return Entered(subject, new=True)


def _same(known: Result, said: Mapping[str, Any], words: Mapping[str, str]) -> bool:
    there = (known.score, known.rank, json.loads(known.members), known.note or "")
    return known.withdrawn_at is None and there == (
        said["score"],
        said["rank"],
        said["members"],
        words.get("note", ""),
    )


def _head(connection: Connection, reader: str | None) -> str | None:
    if reader is None:
        return None
    head = stored_readers.one_person(connection, reader)[0]
    if not stored_readers.is_known(connection, head):
        raise Refusal("PatronUnknown")
    return head


def withdraw(desk: Desk, id: str, why: str) -> None:
    """A result does not count. Refuses RoleTooLow, ResultUnknown, ReasonMissing, ListConfirmed."""
    desk.require(ENTERING)
    with desk.act() as act:
        row = _find(act.connection, id)
        refuse_confirmed(act.connection, row.event)
        act.record_all([_worded(act, "result.withdrawn", row, {}, reason(why))])


def _find(connection: Connection, id: str) -> Result:
    row = stored.result(connection, id)
    if row is None:
        raise Refusal("ResultUnknown")
    return row


def _worded(act: Act, kind: str, row: Result, said: Mapping[str, Any], why: str) -> Any:
    person = whose.words(act, row.subject, row.patron)
    return draft(kind, row.subject, said, {"why": why}, person=person)


def refuse_confirmed(connection: Connection, event: str) -> None:
    row = stored.ranking(connection, event)
    if row is not None and row.confirmed_at is not None:
        raise Refusal("ListConfirmed")


def set_rule(
    desk: Desk, event: str, *, lowest: bool, rule: Sequence[Share] | None = None
) -> Standings:
    """Whether the lowest score wins, and which prizes there are; without a rule the profile's.

    Refuses RoleTooLow, EventUnknown, ListConfirmed, PrizesWrong(value).
    """
    desk.require(ENTERING)
    for each in rule or ():
        if each.code not in desk.profile.prizes or not _AMOUNT.fullmatch(each.amount):
            raise Refusal("PrizesWrong", value=each.amount)
    with desk.act() as act:
        event_views.row_of(act.connection, event)
        refuse_confirmed(act.connection, event)
        listed = [[each.code, each.amount] for each in rule] if rule is not None else None
        said = {"lowest": lowest, "prizes": listed}
        act.record_all([draft("ranking.ruled", ranking_of(event), said)])
        return shown(desk, act.connection, event)


# the list


def confirm(desk: Desk, event: str, chosen: Sequence[str] = ()) -> Standings:
    """Fix the list; `chosen` stand before their equals where a prize ends among them.

    Refuses RoleTooLow, EventUnknown, ListConfirmed, ResultsMissing, ResultsMixed,
    TieUndecided(free, tied).
    """
    desk.require(CONFIRMING)
    with desk.act() as act:
        event_views.row_of(act.connection, event)
        refuse_confirmed(act.connection, event)
        said = {"list": _list(desk, act.connection, event, chosen)}
        act.record_all([draft("ranking.confirmed", ranking_of(event), said)])
        return shown(desk, act.connection, event)


def _list(desk: Desk, connection: Connection, event: str, chosen: Sequence[str]) -> list[list[Any]]:
    row, results = stored.ranking(connection, event), stored.of_event(connection, event)
    ranked, given, border = reckoned(desk, row, results, chosen)
    if not ranked:
        raise Refusal("ResultsMissing")
    if border is not None:
        raise Refusal("TieUndecided", free=border.free, tied=len(border.tied))
    scores = {each.subject: each.score for each in results}
    return [
        [id, rank, given.get(id), scores[id]]
        for id, rank in sorted(ranked.items(), key=lambda each: (each[1], each[0]))
    ]


def correct(
    desk: Desk,
    event: str,
    why: str,
    changes: Mapping[str, tuple[float | None, int | None] | None] | None = None,
    chosen: Sequence[str] = (),
) -> Standings:
    """Correct a confirmed list, with what was entered since: another score or rank of some, or
    nothing, which withdraws them. Who stood before their equals does so still.

    Refuses RoleTooLow, ReasonMissing, ListNotConfirmed, ResultUnknown, ScoreMissing, ResultsMixed,
    TieUndecided.
    """
    desk.require(CONFIRMING)
    why = reason(why)
    with desk.act() as act:
        row = stored.ranking(act.connection, event)
        if row is None or row.confirmed_at is None:
            raise Refusal("ListNotConfirmed")
        for id, achieved in (changes or {}).items():
            result = _find(act.connection, id)
            if achieved is None:
                act.record_all([_worded(act, "result.withdrawn", result, {}, why)])
                continue
            score, rank = achieved
            if score is None and rank is None:
                raise Refusal("ScoreMissing")
            said = {"score": score, "rank": rank}
            act.record_all([_worded(act, "result.corrected", result, said, why)])
        order = [share.code for share in rule_of(desk, row)]
        fixed = [each for each in stored.ranked(act.connection, event) if each.prize in order]
        fixed.sort(key=lambda each: order.index(each.prize or ""))
        before = [*chosen, *(each.result for each in fixed)]
        listed = {"list": _list(desk, act.connection, event, before)}
        person = whose.words(act, row.subject, None)
        act.record_all(
            [draft("ranking.corrected", row.subject, listed, {"why": why}, person=person)]
        )
        return shown(desk, act.connection, event)
