"""The list of an event's results (成绩名单): as it stands, and as it was confirmed."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from db import readers as stored_readers
from db import results as stored
from db import staff as stored_staff
from db.results import Ranking, Result
from deskapp import prizes, readers
from deskapp.desk import Desk, Refusal, Role
from deskapp.prizes import Border, Share
from deskapp.readers import Found

ENTERING = Role.LIBRARIAN
"""who may enter results and see them"""


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a list. `was`: rank, prize and score as they were first confirmed, where that was
    otherwise; `fresh`: on a confirmed list, what was entered since is otherwise.
    """

    id: str
    reader: Found | None
    name: str
    members: int
    score: float | None
    given: int | None
    rank: int | None
    prize: str | None
    note: str
    withdrawn: bool
    why: str
    was: tuple[int | None, str | None, float | None] | None = None
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Standings:
    """The list of an event as it stands; `border`: what a person must decide before it can be
    confirmed; `mixed`: some have scores and others ranks alone.
    """

    event: str
    lines: tuple[Place, ...]
    lowest: bool
    rule: tuple[Share, ...]
    own_rule: bool
    border: Border | None = None
    mixed: bool = False
    confirmed_at: datetime | None = None
    by: str = ""
    corrected_at: datetime | None = None
    corrected_by: str = ""
    why: str = ""

    @property
    def fresh(self) -> int:
        """How many lines of a confirmed list are not as what was entered since."""
        return sum(each.fresh for each in self.lines)


@dataclass(frozen=True, slots=True)
class Winner:
    """A line of a confirmed list, for awards: `fact` confirmed it, or corrected it last. `patron`
    and `members` are readers' ids; `name` of who is no reader, or a team.
    """

    event: str
    result: str
    patron: str | None
    name: str
    members: tuple[str, ...]
    rank: int
    prize: str | None
    score: float | None
    fact: str
    at: datetime


def standings(desk: Desk, event: str, chosen: Sequence[str] = ()) -> Standings:
    """The list of an event as it stands; `chosen` stand before their equals at a border. Refuses
    RoleTooLow.
    """
    desk.require(ENTERING)
    with desk.reading() as connection:
        return shown(desk, connection, event, chosen)


def confirmed(desk: Desk, event: str) -> list[Winner]:
    """The confirmed list of an event, the first first: what awards are made from. Empty before.

    Refuses RoleTooLow.
    """
    desk.require(ENTERING)
    with desk.reading() as connection:
        row = stored.ranking(connection, event)
        if row is None or row.confirmed_at is None or row.fact is None:
            return []
        results = {each.subject: each for each in stored.of_event(connection, event)}
        at = desk.local(row.corrected_at or row.confirmed_at)
        return [
            Winner(
                event,
                each.result,
                known.patron,
                known.name or "",
                tuple(json.loads(known.members)),
                each.rank,
                each.prize,
                each.score,
                row.fact,
                at,
            )
            for each in stored.ranked(connection, event)
            if each.rank is not None and (known := results.get(each.result)) is not None
        ]


def rule_of(desk: Desk, row: Ranking | None) -> tuple[Share, ...]:
    """The event's own, else the profile's."""
    if row is not None and row.prizes is not None:
        return tuple(Share(str(code), str(amount)) for code, amount in json.loads(row.prizes))
    return prizes.usual(desk.profile.prizes)


def reckoned(
    desk: Desk, row: Ranking | None, results: Iterable[Result], chosen: Sequence[str]
) -> tuple[dict[str, int], dict[str, str], Border | None]:
    """Ranks, prizes and the border of what is entered now. Refuses ResultsMixed."""
    entries = [
        prizes.Entry(each.subject, each.score, each.rank)
        for each in results
        if each.withdrawn_at is None
    ]
    ranked = prizes.ranks(entries, lowest=bool(row and row.lowest))
    given, border = prizes.award(ranked, rule_of(desk, row), chosen)
    return ranked, given, border


def shown(desk: Desk, connection: Connection, event: str, chosen: Sequence[str] = ()) -> Standings:
    """The same, of a transaction."""
    row, results = stored.ranking(connection, event), stored.of_event(connection, event)
    fixed = {each.result: each for each in stored.ranked(connection, event)}
    confirmed = row is not None and row.confirmed_at is not None
    ranked: dict[str, int] = {}
    given: dict[str, str] = {}
    border, mixed = None, False
    try:
        ranked, given, border = reckoned(desk, row, results, chosen)
    except Refusal:  # ResultsMixed: the list says so, and whoever confirms is told
        mixed = True
    known = stored_readers.by_subjects(connection, [each.patron for each in results if each.patron])
    lines = []
    for each in results:
        there = fixed.get(each.subject)
        gone = each.withdrawn_at is not None
        rank, prize = ranked.get(each.subject), given.get(each.subject)
        was, fresh = None, False
        if confirmed:
            now = (rank, each.score) if not gone else (None, None)
            fresh = now != ((there.rank, there.score) if there else (None, None))
            rank, prize = (there.rank, there.prize) if there else (None, None)
            was = tuple(json.loads(there.was)) if there and there.was else None
        reader = readers.shown(known[each.patron]) if each.patron in known else None
        lines.append(
            Place(
                each.subject,
                reader,
                reader.name if reader else each.name or "",
                len(json.loads(each.members)),
                each.score,
                each.rank,
                rank,
                prize,
                each.note or "",
                gone,
                each.why or "",
                was,
                fresh,
            )
        )
    lines.sort(key=lambda each: (each.withdrawn, each.rank is None, each.rank or 0, each.id))
    found = Standings(
        event,
        tuple(lines),
        bool(row and row.lowest),
        rule_of(desk, row),
        row is not None and row.prizes is not None,
        None if confirmed else border,
        mixed,
    )
    if row is None or row.confirmed_at is None:
        return found
    names = {each.subject: each.name for each in stored_staff.all_ever(connection)}
    return replace(
        found,
        confirmed_at=desk.local(row.confirmed_at),
        by=names.get(row.confirmed_by or "", ""),
        corrected_at=desk.local(row.corrected_at) if row.corrected_at else None,
        corrected_by=names.get(row.corrected_by or "", ""),
        why=row.why or "",
    )
