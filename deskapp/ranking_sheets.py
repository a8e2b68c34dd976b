"""A quarter's ranking as it is given out: a table, and the rules by which it was made."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from db import readers as stored_readers
from deskapp import award_sources, award_words, exports, rankings
from deskapp.awards import Rest
from deskapp.cells import Cell
from deskapp.desk import Desk, Role
from deskapp.language import Language
from deskapp.quarters import Quarter, clock
from deskapp.rankings import By, Ranking
from deskapp.readers import masked_name, masked_number

IN_FULL = Role.DEPARTMENT_HEAD
"""who may have names and numbers in full"""


@dataclass(frozen=True, slots=True)
class Place:
    """One on the list. `amount`: loans, or whole seconds; `said`: the same as it is written."""

    rank: int
    name: str
    number: str
    amount: int
    said: str
    rests: tuple[Rest, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    ranking: Ranking
    places: tuple[Place, ...]


def tell(desk: Desk, by: By, quarter: Quarter, *, rests: bool = False, full: bool = False) -> Told:
    """A quarter's ranking with names and numbers masked, or in full; `rests`: with every line that
    an amount is made of. Refuses RoleTooLow (in full: department heads up).
    """
    if full:
        desk.require(IN_FULL)
    ranking = (rankings.by_loans if by == "loans" else rankings.by_presence)(desk, quarter)
    with desk.reading() as connection:
        known = stored_readers.by_subjects(connection, [e.reader.id for e in ranking.lines])
    name, number = (str, str) if full else (masked_name, masked_number)
    places = tuple(
        Place(
            line.rank,
            name(known[line.reader.id].name or ""),
            number(known[line.reader.id].number or ""),
            line.amount,
            _amount(by, line.amount),
            award_sources.ranked_by(desk, by, quarter, line.reader.id) if rests else (),
        )
        for line in ranking.lines
    )
    return Told(ranking, places)


def _amount(by: By, amount: int) -> str:
    return str(amount) if by == "loans" else clock(timedelta(seconds=amount))


def heading(t: Language, ranking: Ranking) -> str:
    quarter = t("quarter.which", year=ranking.quarter.year, number=ranking.quarter.number)
    return t(f"ranking_heading.{ranking.by}", quarter=quarter, first=ranking.first)


def notes(t: Language, ranking: Ranking) -> list[str]:
    """How it was made, what it does not hold, and to when it counts: a sentence each."""
    off = "、".join(
        t(f"ranking_off.{each.reason}", people=each.people) for each in ranking.left_out
    )
    said = [
        t(f"ranking_counted.{ranking.by}"),
        t("ranking_note.ties", first=ranking.first),
        t("ranking_note.off"),
        t("ranking_note.left_out", people=off) if off else t("ranking_note.nobody_left_out"),
    ]
    if ranking.until is not None:
        said.append(t("ranking_note.until", at=t.moment(ranking.until)))
    return said


def lines(desk: Desk, t: Language, place: Place) -> list[str]:
    """What an amount is made of, a sentence a line."""
    return award_words.lines(desk, t, place.rests)


def write(desk: Desk, told: Told, path: Path, t: Language, *, rests: bool = False) -> int:
    """Write it to a table file: a row each, or a row each line of what it rests on, and the rules
    below. Gives the number of rows above those. Refuses what `exports` refuses.
    """
    columns = ["rank", "name", "number", told.ranking.by, *(("line", "rest") if rests else ())]
    headings = [t(f"ranking_column.{each}") for each in columns]
    rows = list(_rows(desk, t, told, rests=rests))
    below = [[None, each, *[None] * (len(columns) - 2)] for each in notes(t, told.ranking)]
    title = heading(t, told.ranking)
    exports.write(path, headings, [*rows, *below], sheet_title=title)
    return len(rows)


def _rows(desk: Desk, t: Language, told: Told, *, rests: bool) -> Iterator[list[Cell | None]]:
    for each in told.places:
        amount: Cell = each.amount if told.ranking.by == "loans" else each.said
        row: list[Cell | None] = [each.rank, each.name, each.number, amount]
        if not rests:
            yield row
        for line, words in enumerate(lines(desk, t, each), start=1):
            yield [*row, line, words]
