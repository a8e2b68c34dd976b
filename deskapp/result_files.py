"""Results of an event from a table file: a row a person, or a row a member of a team."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from db.readers import Reader
from deskapp import draw_files, event_views, headers, results, sheets
from deskapp.cells import without_identity
from deskapp.desk import Desk, Refusal
from deskapp.exports import Rejects
from deskapp.gathering_fields import RESULTS
from deskapp.language import Language
from deskapp.results import Achieved


@dataclass(slots=True)
class _Line:
    row: sheets.Row
    number: str
    name: str
    team: str
    achieved: Achieved
    members: list[str] = field(default_factory=list)


def load(
    desk: Desk,
    event: str,
    path: Path,
    t: Language,
    override: Mapping[str, headers.Choice] | None = None,
) -> sheets.Taken:
    """Import scores or ranks. A team stands in a row of its own, or in a row of each member, all
    with the same result. Who stands there with a number is a reader; without, known by their name.

    Rows that cannot be right are written beside the file with the reason. Refuses RoleTooLow,
    EventUnknown, ListConfirmed and what `sheets` and `headers` refuse.
    """
    desk.require(results.ENTERING)
    with desk.reading() as connection:
        event_views.row_of(connection, event)
        results.refuse_confirmed(connection, event)
    sheet, columns, rejects = sheets.open_import(path, RESULTS, t, override)
    if not {"score", "rank"} & columns.columns.keys():
        raise Refusal("ColumnsMissing", headers="得分/score、名次/rank")
    read: list[_Line] = []
    for row in sheet.rows:
        with rejects.catching(row):
            read.append(_line(columns.record(row), row))
    wanted = _told_once(desk, read, rejects)
    entered = same = 0
    with desk.act() as act:
        results.refuse_confirmed(act.connection, event)
        for each in wanted.values():
            with rejects.catching(each.row):
                achieved = replace(each.achieved, members=tuple(each.members))
                new = results.record(act, event, achieved).new
                entered, same = entered + new, same + (not new)
    return sheets.Taken(entered, same, len(rejects), rejects.save())


def _told_once(desk: Desk, read: Sequence[_Line], rejects: Rejects) -> dict[str, _Line]:
    """A line a person or team; the members of a team are told together."""
    known = draw_files.of_numbers(desk, {each.number for each in read if each.number})
    wanted: dict[str, _Line] = {}
    for each in read:
        with rejects.catching(each.row):
            first = wanted.setdefault(_who(each, known), each)
            if first is each:
                continue
            if not each.team or _result(first) != _result(each):
                raise Refusal("ResultTwice", line=first.row.line)
            first.members += each.members
    return wanted


def _who(line: _Line, known: Mapping[str, Reader]) -> str:
    """Whose result it is. Refuses PatronUnknown, NameDiffers."""
    reader = known.get(line.number)
    if line.number and reader is None:
        raise Refusal("PatronUnknown")
    if reader is not None and line.name and line.name != reader.name:
        raise Refusal("NameDiffers")
    if line.team:
        line.members += [reader.subject] if reader else []
        return f"team {line.team}"
    if reader is None:
        line.achieved = replace(line.achieved, name=line.name)
        return f"name {line.name}"
    line.achieved = replace(line.achieved, reader=reader.subject)
    return reader.subject


def _line(record: headers.Record, row: sheets.Row) -> _Line:
    """Refuses ScoreUnclear, ScoreMissing, NobodyNamed, and what a cell refuses."""
    score = results.score_of(record.text("score"), record.heading("score"))
    rank = record.whole("rank")
    if score is None and rank is None:
        raise Refusal("ScoreMissing")
    number, name, team = (record.text(each) for each in ("number", "name", "team"))
    if not (number or name or team):
        raise Refusal("NobodyNamed")
    team = str(without_identity(team))
    note = record.text("note")
    # Where both stand there, the judges' ranks follow from the scores.
    achieved = Achieved(
        None, team, (), score, None if score is not None else rank, note, source="file"
    )
    return _Line(row, number, name, team, achieved)


def _result(line: _Line) -> tuple[float | None, int | None]:
    return line.achieved.score, line.achieved.rank
