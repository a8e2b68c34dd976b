"""Who may be put on a roll, by what it rests on, each with every line of that: results,
attendance, volunteer hours, a quarter's rankings. Nobody is put on it by this: `deskapp.awards`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection

from db import attendance, helpers
from db import readers as stored_readers
from db.attendance import Came
from db.clock import stamp
from deskapp import awards, helper_views, rankings, result_lists
from deskapp.awards import Candidate, Rest
from deskapp.desk import Desk, Refusal
from deskapp.quarters import Quarter
from deskapp.rankings import By
from deskapp.readers import masked_name
from deskapp.rolls import ATTENDANCE, HOURS, LIST, LOANS, PRESENCE, RESULTS, ROLLING, Roll


@dataclass(frozen=True, slots=True)
class Line:
    """A candidate as a list shows them: `who` masked, a team's name not; `award`: that they have on
    this roll.
    """

    candidate: Candidate
    who: str
    award: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """The best first. `nameless`: how many more there are whose name nobody has: who was erased."""

    lines: tuple[Line, ...]
    nameless: int


def candidates(desk: Desk, roll: Roll) -> Found:
    """Who has what the roll asks for; nobody of a list that is typed or imported.

    Refuses RoleTooLow, ListNotConfirmed (the results are not confirmed yet).
    """
    desk.require(ROLLING)
    found = _SOURCES[roll.basis["of"]](desk, roll)
    with desk.reading() as connection:
        there = awards.on(connection, roll.id)
        patrons = [each.patron for each in found if each.patron]
        names = {id: row.name for id, row in stored_readers.seen(connection, patrons).items()}
        lines = tuple(
            Line(
                each,
                each.name or masked_name(names.get(each.patron or "") or ""),
                there.get(awards.subject_of(connection, roll.id, each)),
            )
            for each in found
            if each.name or names.get(each.patron or "")
        )
    return Found(lines, len(found) - len(lines))


def _results(desk: Desk, roll: Roll) -> list[Candidate]:
    """Everybody on the confirmed list to whom a prize was given; where the event has none, all."""
    won = result_lists.confirmed(desk, roll.basis["event"])
    if not won:
        raise Refusal("ListNotConfirmed")
    prizes, language = desk.profile.prizes, "en" if roll.lang == "en" else "zh_CN"
    prized = [each for each in won if each.prize] or won
    return [
        Candidate(
            each.patron,
            "" if each.patron else each.name,
            prizes[each.prize].name(language) if each.prize and each.prize in prizes else "",
            each.rank,
            each.score,
            (
                Rest("ranking", each.fact, stamp(each.at), each.rank),
                Rest("result", each.result, amount=each.score),
            ),
        )
        for each in prized
    ]


def _attendance(desk: Desk, roll: Roll) -> list[Candidate]:
    """Who came to so many different sessions, of an event or of all of a series."""
    of = roll.basis.get("event") or roll.basis["series"]
    with desk.reading() as connection:
        lines = attendance.came(connection, of)
        people = _people(connection, lines)
    found = []
    for who, each in people.items():
        sessions = {line.session: line for line in reversed(each)}
        rests = tuple(
            Rest("session", f"{line.event} {session}", line.at, 1)
            for session, line in sorted(sessions.items(), key=lambda one: one[1].at or "")
        )
        patron = who if who.startswith("reader:") else None
        name = "" if patron else each[0].name or ""
        found.append(Candidate(patron, name, amount=len(rests), rests=rests))
    return _reached(found, roll.basis)


def _people(connection: Connection, lines: Iterable[Came]) -> dict[str, list[Came]]:
    """Whose each line is: a reader under all their numbers, else the sign-up's own person."""
    heads = stored_readers.heads(connection, {each.patron for each in lines if each.patron})
    found: dict[str, list[Came]] = {}
    for each in lines:
        found.setdefault(heads[each.patron] if each.patron else each.signup, []).append(each)
    return found


def _hours(desk: Desk, roll: Roll) -> list[Candidate]:
    """Who has served so many minutes that are certified, at an event or in a time."""
    with desk.reading() as connection:
        if "event" in roll.basis:
            rows = helpers.of_event(connection, roll.basis["event"])
        else:
            since, until = (
                desk.midnight(date.fromisoformat(roll.basis[name]) + timedelta(days=more))
                for name, more in (("since", 0), ("until", 1))
            )
            rows = helpers.between(connection, stamp(since), stamp(until))
        people = helper_views.people_of(desk, connection, rows)
    found: dict[str, list[Rest]] = {}
    for row in sorted(rows, key=lambda each: (each.begins, each.id)):
        if minutes := people.minutes.get(row.id):
            rest = Rest("stint", f"{row.event} {row.id}", row.begins, minutes)
            found.setdefault(people.heads[row.patron], []).append(rest)
    return _reached(
        (
            Candidate(who, amount=sum(each.amount or 0 for each in rests), rests=tuple(rests))
            for who, rests in found.items()
        ),
        roll.basis,
    )


def _reached(found: Iterable[Candidate], basis: Mapping[str, Any]) -> list[Candidate]:
    """Those who have the least amount, who has the most first."""
    enough = (each for each in found if (each.amount or 0) >= basis["least"])
    return sorted(enough, key=lambda each: (-(each.amount or 0), each.patron or each.name))


def _ranked(desk: Desk, roll: Roll) -> list[Candidate]:
    """The first of a quarter's ranking."""
    by, quarter = roll.basis["of"], Quarter(roll.basis["year"], roll.basis["quarter"])
    ranking = rankings.by_loans if by == LOANS else rankings.by_presence
    return [
        Candidate(
            line.reader.id,
            rank=line.rank,
            amount=line.amount,
            rests=ranked_by(desk, by, quarter, line.reader.id),
        )
        for line in ranking(desk, quarter, roll.basis.get("first", rankings.FIRST)).lines
    ]


def ranked_by(desk: Desk, by: By, quarter: Quarter, reader: str) -> tuple[Rest, ...]:
    """Every line of a reader's amount in a quarter's ranking. Refuses RoleTooLow."""
    grounds = rankings.lines_of(desk, by, quarter, reader)
    return tuple(Rest(each.what, each.id, each.at, each.amount) for each in grounds)


def _nobody(desk: Desk, roll: Roll) -> list[Candidate]:
    return []


_SOURCES: Mapping[str, Callable[[Desk, Roll], list[Candidate]]] = {
    RESULTS: _results,
    ATTENDANCE: _attendance,
    HOURS: _hours,
    LOANS: _ranked,
    PRESENCE: _ranked,
    LIST: _nobody,
}
