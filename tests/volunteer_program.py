"""`python -m tests.volunteer_program FOLDER LANGUAGE BADGE EVENT JOURNAL`: a door that somebody
opened. The journal gets a line for each verdict, in their order.
"""

import sys
from pathlib import Path

from deskapp import door_duty
from deskapp.desk import Desk, open_desk
from deskapp.door_duty import Post
from deskapp.language import Language
from deskapp.verdicts import Verdict
from tests.program import by_badge

DOOR = "东门"


def line(verdict: Verdict) -> str:
    """A verdict in short: what, whose, as which or why not."""
    why = verdict.refusal.code if verdict.refusal else ""
    return f"{verdict.what} {verdict.name} {verdict.ordinal} {why}".strip()


def main(folder: str, language: str, badge: str, event: str, journal: str) -> None:
    from deskapp.volunteer_app import VolunteerApp
    from screens.volunteer import VolunteerScreen

    class Noted(VolunteerScreen):
        def show_verdict(self, verdict: Verdict) -> None:
            super().show_verdict(verdict)
            with Path(journal).open("a", encoding="utf-8") as file:
                file.write(line(verdict) + "\n")

    class Noting(VolunteerApp):
        def stand(self, desk: Desk, post: Post) -> None:
            self.push_screen(Noted(desk, post))

    Path(journal).touch()
    desk = open_desk(Path(folder))
    door_duty.open_here(by_badge(desk, badge), event, None, DOOR)
    desk.close()
    Noting(Path(folder), Language(language)).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
