"""`python -m tests.program FOLDER [LANGUAGE [BADGE]]`: the program, with somebody signed in.

Hundreds of tests start it: it loads nothing that the program does not.
"""

import sys
from pathlib import Path

from deskapp import staff
from deskapp.desk import Desk, open_desk
from deskapp.language import Language


def by_badge(desk: Desk, badge: str) -> Desk:
    """The desk in the hands of whoever has this badge."""
    (operator,) = [each for each in staff.everybody(desk) if each.badge == badge]
    return desk.signed_in(operator)


def main(folder: str, language: str = "zh_CN", badge: str = "") -> None:
    from deskapp.app import run

    operator = None
    if badge:
        desk = open_desk(Path(folder))
        operator = by_badge(desk, badge).operator
        desk.close()
    run(Path(folder), Language(language), operator=operator)


if __name__ == "__main__":
    main(*sys.argv[1:])
