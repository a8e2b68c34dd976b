"""The application of a kiosk: one screen, and no way to another without a librarian's PIN."""

import sys
from collections.abc import Callable
from pathlib import Path

from deskapp.app import DeskApp
from deskapp.desk import Desk, Operator
from deskapp.language import Language
from screens.bindings import shared
from screens.kiosk import KioskScreen

STARTS = 5
"""so often it begins again by itself, where something that nobody had thought of has ended it"""


class KioskApp(DeskApp, inherit_bindings=False):
    """A zone's kiosk, in the name of whoever opened it."""

    BINDINGS = [shared("ctrl+q", "quit")]

    def __init__(self, folder: Path, language: Language, operator: Operator, zone: str) -> None:
        super().__init__(folder, language, operator)
        self._zone, self._by = zone, operator

    def begin(self, desk: Desk) -> None:
        self._opened = desk.signed_in(self._by)
        self.push_screen(KioskScreen(self._opened, self._zone))

    async def action_quit(self) -> None:
        if isinstance(self.screen, KioskScreen):
            self.screen.action_end()
        elif self._opened is None:  # the store cannot be opened: there is nobody's badge either
            self.exit()


def run(folder: Path, language: Language, operator: Operator, zone: str) -> None:
    """The kiosk on this terminal, until a librarian ends it."""
    again(lambda: KioskApp(folder, language, operator, zone), language)


def again(made: Callable[[], DeskApp], language: Language) -> None:
    """A locked application, until somebody ends it who may."""
    trouble = None
    for _ in range(STARTS):
        app = made()
        app.run()
        trouble = app.trouble
        if trouble is None:
            return
    log = trouble.log if trouble else None
    sys.stderr.write(f"{language('trouble.again', file=log or '')}\n")
    raise SystemExit(1)
