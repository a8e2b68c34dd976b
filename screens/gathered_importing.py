"""Importing an event's results, feedback, or a chapter's attendance sheet, from their own pages."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from deskapp import attendance_files, headers
from deskapp.desk import Desk
from deskapp.events import Event, Session
from deskapp.gathered import GATHERED, WHO_CAME
from deskapp.language import Language
from deskapp.sheets import Taken, open_sheet
from screens.event_words import when_words
from screens.importing import ImportingScreen, Read
from screens.jobs import Job


class GatheredImport(Job):
    """What `take` makes of the file."""

    def __init__(self, desk: Desk, path: Path, t: Language, take: Callable[[], Taken]) -> None:
        super().__init__(desk, path, t)
        self.take = take
        self.receipt: Taken | None = None

    def load(self, _: Callable[[int, int], None]) -> None:
        self.receipt = self.take()

    def went(self, t: Language) -> tuple[str, int, Path | None] | None:
        if (done := self.receipt) is None:
            return None
        return (
            t("command.register_imported", entered=done.entered, known=done.known),
            done.rejected,
            done.rejects,
        )


class GatheredImportingScreen(ImportingScreen):
    """`what` of `GATHERED`, of an event; who came on one day alone did so at `session`, where the
    sheet says no day.
    """

    def __init__(self, event: Event, what: str, session: Session | None = None) -> None:
        super().__init__()
        self.event, self.what, self.session = event, what, session
        self.fields = GATHERED[what].fields
        self.sessions: dict[str, Session] = {}
        self.more: dict[str, object] = {}

    def title_words(self) -> str:
        return f"{self.t(f'event.import.{self.what}')} {self.event.name}"

    def read(self, path: Path) -> Read:
        if self.what == WHO_CAME:
            day = open_sheet(path).day
            if day is None and self.session is not None:
                day = self.session.begin.date()
            self.more = {"day": day}
            about = attendance_files.columns_of(self.desk, self.event.id, path, None, day)
            self.sessions = about
        return super().read(path)

    def also(self, header: str) -> str:
        """The session that a column of the sheet is about."""
        session = self.sessions.get(header)
        if session is None:
            return ""
        return f"-> {when_words(self.t, session.begin, session.until)}"

    def job(self, path: Path, columns: headers.Mapping) -> Job:
        columns.check()
        load = GATHERED[self.what].load
        take = partial(
            load, self.desk, self.event.id, path, self.t, dict(self.override), **self.more
        )
        return GatheredImport(self.desk, path, self.t, take)
