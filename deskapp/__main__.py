"""`deskapp`: without a command the desk, else the command. Imports as little as it can."""

import io
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from deskapp import config
from deskapp.language import Language, best

if TYPE_CHECKING:
    from deskapp.desk import Operator


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; its exit status: 0 done, 1 in part or a finding, 2 wrong usage, 3 refused."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    _have_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a console that has no 𠮷 is no reason to stop
    wish = config.wish(given, "--lang")
    t = Language(best(wish, os.environ))
    if not given:
        return _desk(None, wish)
    from deskapp import usage

    try:
        asked = usage.parser(t).parse_args(given)
    except SystemExit as leaving:  # argparse has said why
        return int(leaving.code or 0)
    if asked.command is None:
        return _desk(asked.data, wish)
    from deskapp import commands

    return commands.run(asked, t, partial(_show, wish))


def _have_streams() -> None:
    """What Windows begins without a window (`timers.task`) has none: it speaks to nobody."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, io.StringIO())


def _desk(data: str | None, wish: str | None) -> int:
    _show(wish, config.data_folder(data, os.environ))
    return 0


def _show(
    wish: str | None,
    folder: Path,
    operator: "Operator | None" = None,
    zone: str = "",
    *,
    door: bool = False,
) -> None:
    """The screen, or a zone's kiosk, or the door that this machine is, in the language that is
    wished for, is set there, or was chosen at its set-up.
    """
    settings, _ = config.heeded(folder)
    own = settings.language or config.remembered(folder).language
    chosen = best(wish, os.environ, own)
    if zone and operator is not None:
        from deskapp import kiosk_app

        kiosk_app.run(folder, Language(chosen), operator, zone)
        return
    if door:
        from deskapp import volunteer_app

        volunteer_app.run(folder, Language(chosen))
        return
    from deskapp import app

    while app.run(folder, Language(chosen), operator=operator):  # from there on it is a door
        from deskapp import volunteer_app

        volunteer_app.run(folder, Language(chosen))
        operator = None


if __name__ == "__main__":
    sys.exit(main())
