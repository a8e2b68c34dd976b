"""`deskapp certificate template …` and `preview`: in nobody's name, for nothing of it is issued."""

import sys
from io import StringIO
from shutil import get_terminal_size

from db import files
from deskapp import certificate_sheets
from deskapp import certificate_templates as templates
from deskapp.certificate_papers import Paper
from deskapp.certificate_pictures import specimen, terminal_picture
from deskapp.columns import lined_up
from deskapp.command import PARTLY, Command, Report
from deskapp.desk import Desk, Refusal, open_desk

PICTURE_WIDTH = 2000
"""pixels of a PNG"""


def template(command: Command) -> Report:
    """`deskapp certificate template list|copy NAME AS`"""
    desk, asked = open_desk(command.folder), command.asked
    try:
        if asked.act == "copy":
            file = templates.copy(desk, asked.name, asked.as_)
            return Report([command.t("command.template_copied", file=file)], {"file": file})
        return _listed(command, desk)
    finally:
        desk.close()


def _listed(command: Command, desk: Desk) -> Report:
    t, known, broken = command.t, templates.known(desk), templates.broken(desk)
    rows = [
        (
            each.name,
            each.title.get(t.code, ""),
            t("template.landscape" if each.landscape else "template.portrait"),
            " ".join(each.langs),
            t("template.own") if each.own else "",
        )
        for each in known
    ]
    said = [t.refused(each.code, each.facts) for each in broken]
    facts = {"templates": known, "broken": [each.facts for each in broken]}
    return Report([*lined_up(rows), *said], facts, PARTLY if broken else 0)


def preview(command: Command) -> Report:
    """`deskapp certificate preview TEMPLATE [-o FILE.pdf|FILE.png] [--words LANG]`"""
    desk, asked = open_desk(command.folder), command.asked
    try:
        lang = asked.words or templates.find(desk, asked.name).langs[0]
        paper = specimen(desk, asked.name, lang)
        if asked.output is None:
            return Report(_drawn(desk, paper), {"template": asked.name})
        if asked.output.exists() and not asked.force:
            raise Refusal("FileExists", file=str(asked.output))
        if asked.output.suffix.lower() == ".png":
            files.write(asked.output, certificate_sheets.picture(desk, paper, PICTURE_WIDTH))
        else:
            list(certificate_sheets.write(desk, [paper], asked.output, single=True))
    finally:
        desk.close()
    return Report([command.t("command.preview_written", file=asked.output)], {"file": asked.output})


def _drawn(desk: Desk, paper: Paper) -> list[str]:
    """On the terminal, in its colours; where nobody looks, nothing."""
    from rich.console import Console

    if not sys.stdout.isatty():
        return []
    columns, rows = get_terminal_size()
    made = StringIO()
    console = Console(file=made, force_terminal=True, color_system="truecolor", width=columns)
    console.print(terminal_picture(desk, paper, columns, rows - 2), end="")
    return made.getvalue().splitlines()
