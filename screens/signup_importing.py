"""Importing an event's sign-ups: choose the file, look at the columns, let it run."""

from collections.abc import Callable, Mapping
from pathlib import Path

from deskapp import events, headers, signup_files
from deskapp.desk import Desk
from deskapp.events import Event, Session
from deskapp.fields import Fields
from deskapp.language import Language
from deskapp.signup_files import Opened, SignupsImported
from screens.choosing import ChoosingScreen
from screens.event_words import when_words
from screens.importing import ImportingScreen, Read
from screens.jobs import Job


class SignupImport(Job):
    """Sign-ups, of rows that name no session for the one given."""

    def __init__(
        self,
        desk: Desk,
        path: Path,
        t: Language,
        event: str,
        override: Mapping[str, headers.Choice],
        session: str,
    ) -> None:
        super().__init__(desk, path, t)
        self.event, self.override, self.session = event, override, session
        self.receipt: SignupsImported | None = None

    def load(self, progress: Callable[[int, int], None]) -> None:
        self.receipt = signup_files.load(
            self.desk, self.event, self.path, self.t, self.override,
            session=self.session, progress=progress,
        )  # fmt: skip

    def went(self, t: Language) -> tuple[str, int, Path | None] | None:
        if (receipt := self.receipt) is None:
            return None
        entered, waiting, known = receipt.entered, receipt.waiting, receipt.known
        sentence = t("signup_files.done", entered=entered, waiting=waiting, known=known)
        if receipt.doubled:
            sentence += t("signup_files.done_doubled", doubled=receipt.doubled)
        return sentence, receipt.rejected, receipt.rejects


class SignupImportingScreen(ImportingScreen):
    """A form's columns are its questions; what a person says of one is remembered for that form."""

    def __init__(self, event: str, session: str = "") -> None:
        super().__init__()
        self.event_id, self.at = event, session
        self.event: Event | None = None
        self.opened: Opened | None = None
        self.session = ""

    def title_words(self) -> str:
        name = self.event.name if self.event else ""
        return f"{self.t('signup_files.title')} {name}".rstrip()

    def on_mount(self) -> None:
        super().on_mount()
        self.event = self.act(events.event, self.desk, self.event_id)

    def read(self, path: Path) -> Read:
        opened = self.opened = signup_files.open_form(self.desk, self.event_id, path)
        form, t = opened.form, self.t
        first = next(iter(form.rows), None)
        sample = [str(cell or "") for cell in form.read(first).cells] if first else []
        known = [t(f"form_tool.{form.tool}")]
        if opened.remembered:
            known.append(t("signup_files.remembered"))
        more = ["  ".join(known)]
        if form.private:
            more.append(t("signup_files.private", headings="、".join(form.private)))
        return Read(form.titles, form.count, sample, opened.columns, more)

    def matched(self, override: Mapping[str, headers.Choice]) -> headers.Mapping:
        assert self.opened is not None
        return signup_files.matched(self.opened, override)

    def job(self, path: Path, columns: headers.Mapping) -> Job:
        assert self.opened is not None
        signup_files.check(self.opened, columns)
        t = self.t
        return SignupImport(self.desk, path, t, self.event_id, self.override, self.session)

    def called(self, fields: Fields, name: str) -> str:
        return signup_files.called(self.t, fields, name)

    def begin(self, path: Path, columns: headers.Mapping) -> None:
        """Where rows do not say for which session they are, that is asked first."""
        event, t = self.event, self.t
        now = self.desk.now()
        left = [each for each in event.planned if each.until > now] if event else []
        if event is None or not event.apart or len(left) < 2 or "session" in columns.columns:
            super().begin(path, columns)
            return

        def chosen(place: int | None) -> None:
            if place is not None:
                self.session = left[place].id
                super(SignupImportingScreen, self).begin(path, columns)

        at = next((n for n, each in enumerate(left) if each.id == self.at), 0)
        words = [self._words(each) for each in left]
        self.app.push_screen(ChoosingScreen(t("signup_files.which_session"), words, at), chosen)

    def _words(self, session: Session) -> str:
        place = events.place_name(self.desk, session.place, self.t.code)
        return f"{when_words(self.t, session.begin, session.until)} {place}"
