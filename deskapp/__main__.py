"""`deskapp`: without a command the desk, else the command. Imports as little as it can."""

import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from deskapp import config
from deskapp.language import Language, best

if TYPE_CHECKING:
    from deskapp.desk import Operator


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; its exit status: 0 done, 1 in part or a finding, 2 wrong usage, 3 refused."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a console that has no 𠮷 is no reason to stop
    t = Language(best(config.wish(given, "--lang"), os.environ))
    if not given:
        return _desk(None, t)
    from deskapp import usage

    try:
        asked = usage.parser(t).parse_args(given)
    except SystemExit as leaving:  # argparse has said why
        return int(leaving.code or 0)
    if asked.command is None:
        return _desk(asked.data, t)
    from deskapp import commands

    return commands.run(asked, t, _show)


def _desk(data: str | None, t: Language) -> int:
    _show(config.data_folder(data, os.environ), t)
    return 0


def _show(folder: Path, t: Language, operator: "Operator | None" = None) -> None:
    from deskapp.app import run

    run(folder, t, operator=operator)


if __name__ == "__main__":
    sys.exit(main())
