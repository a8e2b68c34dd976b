"""Who is on an award list, from and to a table file."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection

from db import awards as stored
from db import readers as stored_readers
from db.award_rows import GRANTED
from db.readers import Reader
from db.rows import chunks
from deskapp import awards, draw_files, exports, headers, rolls, sheets
from deskapp.awards import Candidate, Rest
from deskapp.cells import Cell, without_identity
from deskapp.certificate_files import EXPORTING
from deskapp.desk import Desk, Refusal
from deskapp.exports import Rejects
from deskapp.fields import headings
from deskapp.gathering_fields import AWARDS
from deskapp.language import Language

SLICE = 200
"""people put on a list in one act: a scan at the desk waits a few milliseconds for it, no more"""
Told = tuple[sheets.Row, str, Candidate]
"""a row, the number in it, and whom it puts on the list"""


def load(
    desk: Desk,
    roll: str,
    path: Path,
    t: Language,
    override: Mapping[str, headers.Choice] | None = None,
) -> sheets.Taken:
    """Put the people of a file on a roll: a row each, with number or name, prize, rank. Who stands
    there with a number is a reader; without, known by their name.

    Who is on the roll with that very prize stays as they are. Rows that cannot be right, and a
    person's second, are written beside the file with the reason. May be cut at any point and begun
    again. Refuses RoleTooLow, RollUnknown, RollClosed and what `sheets` and `headers` refuse.
    """
    desk.require(rolls.ROLLING)
    with desk.reading() as connection:
        rolls.standing(connection, roll)
    sheet, columns, rejects = sheets.open_import(path, AWARDS, t, override)
    if not {"number", "name"} & columns.columns.keys():
        raise Refusal("ColumnsMissing", headers="学号/number、姓名/name")
    rest = Rest("file", str(without_identity(path.name)), desk.now().date().isoformat())
    told: list[Told] = []
    for row in sheet.rows:
        with rejects.catching(row):
            record = columns.record(row)
            number, name, prize = (record.text(each) for each in ("number", "name", "prize"))
            if not (number or name):
                raise Refusal("NobodyNamed")
            whom = Candidate(None, name, prize, record.whole("rank"), rests=(rest,))
            told.append((row, number, whom))
    new, known = _sorted_out(desk, roll, told, rejects)
    entered = 0
    for some in chunks(new, SLICE):
        done = awards.grant(desk, roll, some)
        entered += len(done.new)
        known += len(done.had)
        for each, why in done.refused:
            rejects.add(new[each], why)
    return sheets.Taken(entered, known, len(rejects), rejects.save())


def _sorted_out(
    desk: Desk, roll: str, told: list[Told], rejects: Rejects
) -> tuple[dict[Candidate, sheets.Row], int]:
    """Who is to be put on it, by row; and how many are on it so already.

    Of a row refuses PatronUnknown, NameDiffers, AwardTwice, AwardedAlready (with another prize).
    """
    known = draw_files.of_numbers(desk, {number for _, number, _ in told if number})
    first: dict[str, int] = {}
    new: dict[Candidate, sheets.Row] = {}
    same = 0
    with desk.reading() as connection:
        there = awards.on(connection, roll)
        prizes = {each.subject: each.prize or "" for each in stored.of_roll(connection, roll)}
        for row, number, each in told:
            with rejects.catching(row):
                whom = _whom(known.get(number), number, each)
                award = awards.subject_of(connection, roll, whom)
                line = first.setdefault(award, row.line)
                if line != row.line:
                    raise Refusal("AwardTwice", line=line)
                had = there.get(award) or there.get(whom.patron or award)
                if had is None:
                    new[whom] = row
                elif prizes[had] == whom.prize:
                    same += 1
                else:
                    raise Refusal("AwardedAlready", who=awards.called(connection, had))
    return new, same


def _whom(reader: Reader | None, number: str, said: Candidate) -> Candidate:
    """Refuses PatronUnknown, NameDiffers."""
    if number and reader is None:
        raise Refusal("PatronUnknown")
    if reader is None:
        return said
    if said.name and said.name != reader.name:
        raise Refusal("NameDiffers")
    return replace(said, patron=reader.subject, name="")


def export(desk: Desk, roll: str, path: Path, t: Language) -> int:
    """Write who is on a roll to a table file, the first rank first; `load` reads it again.

    Gives the number of rows. Refuses RoleTooLow (department heads up), RollUnknown, and what
    `exports` refuses.
    """
    desk.require(EXPORTING)
    with desk.reading() as connection:
        title = rolls.row_of(connection, roll).title
        rows = _rows(connection, roll)
        return exports.write(path, headings(t, AWARDS), rows, sheet_title=title)


def _rows(connection: Connection, roll: str) -> Iterator[list[Cell | None]]:
    rows = [each for each in stored.of_roll(connection, roll) if each.status == GRANTED]
    patrons = stored_readers.heads(connection, [each.patron for each in rows if each.patron])
    known = stored_readers.by_subjects(connection, list(set(patrons.values())))
    for each in rows:
        reader = known.get(patrons[each.patron]) if each.patron else None
        number, name = (reader.number, reader.name) if reader else (None, each.name)
        if number or name:  # else erased
            yield [number, name, each.prize, each.rank]
