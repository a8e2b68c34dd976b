"""`deskapp report …`: what is drawn up for others to read."""

from deskapp import quarters, ranking_sheets
from deskapp.columns import lined_up
from deskapp.command import Command, Report
from deskapp.desk import Desk, Refusal


def report(command: Command) -> Report:
    """`deskapp report TASK`"""
    with command.desk() as desk:
        return TASKS[command.asked.task](command, desk)


def _ranking(command: Command, desk: Desk) -> Report:
    asked, t = command.asked, command.t
    quarter, file = quarters.named(asked.quarter), asked.output
    if file is not None and file.exists() and not asked.force:
        raise Refusal("FileExists", file=str(file))
    told = ranking_sheets.tell(desk, asked.by, quarter, rests=asked.lines, full=asked.full)
    ranking = told.ranking
    facts = {
        "quarter": str(quarter),
        "by": ranking.by,
        "first": ranking.first,
        "until": ranking.until.isoformat() if ranking.until else None,
        "left_out": {each.reason: each.people for each in ranking.left_out},
        "ranking": [
            {
                "rank": each.rank,
                "name": each.name,
                "number": each.number,
                "amount": each.amount,
                "lines": [rest._asdict() for rest in each.rests],
            }
            for each in told.places
        ],
    }
    if file is not None:
        rows = ranking_sheets.write(desk, told, file, t, rests=asked.lines)
        return Report(
            [t("command.exported", rows=rows, file=file)], {**facts, "rows": rows, "file": file}
        )
    said = [ranking_sheets.heading(t, ranking), ""]
    cells = [(str(each.rank), each.name, each.number, each.said) for each in told.places]
    for line, each in zip(lined_up(cells), told.places, strict=True):
        said.append(line)
        said += [f"    {words}" for words in ranking_sheets.lines(desk, t, each)]
    said += [] if cells else [t("ranking_note.nobody")]
    return Report([*said, "", *ranking_sheets.notes(t, ranking)], facts)


TASKS = {"ranking": _ranking}
