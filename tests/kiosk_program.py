"""`python -m tests.kiosk_program FOLDER LANGUAGE BADGE ZONE JOURNAL`: a kiosk that somebody opened.

The journal gets a line for each answer, in their order.
"""

import sys
from pathlib import Path

from deskapp.desk import Desk, open_desk
from deskapp.kiosk import Answer, open_here
from deskapp.language import Language
from tests.program import by_badge


def line(answer: Answer) -> str:
    """An answer in short: what, whose, which seat or why not."""
    why = answer.refusal.code if answer.refusal else answer.seat
    return f"{answer.what} {answer.name} {why}"


def main(folder: str, language: str, badge: str, zone: str, journal: str) -> None:
    from deskapp.kiosk_app import KioskApp
    from screens.kiosk import KioskScreen

    class Noted(KioskScreen):
        def show_answer(self, answer: Answer) -> None:
            super().show_answer(answer)
            with Path(journal).open("a", encoding="utf-8") as file:
                file.write(line(answer) + "\n")

    class Noting(KioskApp):
        def begin(self, desk: Desk) -> None:
            self._opened = desk.signed_in(self._by)
            self.push_screen(Noted(self._opened, self._zone))

    Path(journal).touch()
    desk = open_desk(Path(folder))
    operator = open_here(by_badge(desk, badge), zone)
    desk.close()
    Noting(Path(folder), Language(language), operator, zone).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
