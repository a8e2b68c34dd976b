"""Correcting an entry (更正): what is right, and why; the course keeps both."""

from collections.abc import Iterable, Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from deskapp import box, corrections, readers, request_lists, staff
from deskapp.corrections import NOBODY, Correction, Rectified
from deskapp.desk import Operator, Refusal, Role
from deskapp.request_lists import Record
from screens.base import DeskScreen, Hint
from screens.choice import Choice, Field, Option
from screens.handing import told_apart
from screens.matters import reader_words
from screens.options import kinds_like, named
from screens.scanbox import clean


class CorrectingScreen(DeskScreen[Rectified]):
    """The entry as it stands; whatever is changed is corrected. Gives the receipt."""

    BINDINGS = [
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
        Binding("ctrl+s", "go_on", show=False),
    ]
    AUTO_FOCUS = ""
    at_work = False

    def __init__(self, id_: str) -> None:
        super().__init__()
        self.request = id_
        self._record: Record | None = None
        self._patron: str | None = None

    def title_words(self) -> str:
        return self.t("correcting.title")

    def hints(self) -> Iterable[Hint]:
        t = self.t
        yield Hint("Enter", t("key.save"), t("correcting.help.enter"))
        yield Hint("1-9", t("key.choose"), t("correcting.help.digits"))
        yield Hint("Tab", t("key.next"), t("correcting.help.tab"))

    def body(self) -> ComposeResult:
        t, profile = self.t, self.desk.profile
        self._record = record = request_lists.record(self.desk, self.request)
        self._patron = record.patron
        yield Field(t("closing.question"), record.question, id="words")
        yield Field(t("log.reader"), self._reader_words(), hint=t("log.reader_hint"), id="reader")
        yield Field(t("log.contact"), record.contact, hint=t("log.contact_hint"), id="contact")
        kinds = named(t, profile.kinds.values())
        yield Choice(t("log.kind"), kinds, record.kind, find=self._kinds, id="kind")
        departments = named(t, profile.departments.values())
        yield Choice(t("log.department"), departments, record.department, id="department")
        channels = named(t, profile.channels.values())
        yield Choice(t("log.channel"), channels, record.channel, id="channel")
        if self.desk.may(Role.SHIFT_LEAD):
            yield Choice(
                t("correcting.who"),
                self._able(staff.everybody(self.desk)),
                record.first_responder_id,
                find=self._search,
                id="who",
            )
        yield Field(t("reason.reason"), hint=t("reason.needed"), id="reason")
        yield Static(classes="half")

    def on_mount(self) -> None:
        self.query_one("#words", Field).line.focus()

    def _reader_words(self) -> str:
        reader = readers.by_id(self.desk, self._patron) if self._patron else None
        return reader_words(self.t, self.desk, reader) if reader else ""

    def _kinds(self, typed: str) -> list[Option]:
        return kinds_like(self.t, self.desk, typed)

    def _search(self, typed: str) -> Sequence[Option]:
        return self._able(staff.search(self.desk, typed))

    def _able(self, found: Iterable[Operator]) -> list[Option]:
        return told_apart(self.desk, (e for e in found if e.role.reaches(Role.LIBRARIAN)))

    def on_choice_picked(self, event: Choice.Picked) -> None:
        if event.choice.id == "kind":
            department = self.desk.profile.kinds[event.value].department
            self.query_one("#department", Choice).choose(department)

    def on_choice_entered(self, event: Choice.Entered) -> None:
        self.action_go_on()

    def on_field_entered(self, event: Field.Entered) -> None:
        if event.scanned or event.field.id == "reader":
            reader = self.act(self._reader, event.text, event.scanned)
            if reader is not None:
                self._patron = reader
                self.query_one("#reader", Field).value = self._reader_words()
                self.query_one("#reason", Field).line.focus()
            return
        self.action_go_on()

    def _reader(self, typed: str, scanned: bool = False) -> str:
        """Whose card or number it is; nobody's where the line is empty. Refuses PatronUnknown."""
        if typed == self._reader_words():
            return self._patron or NOBODY
        match box.understand(self.desk, typed, scanned):
            case box.ReaderFound(reader):
                return reader.id
            case box.Readers(readers=[reader]):
                return reader.id
        raise Refusal("PatronUnknown")

    def action_go_on(self) -> None:
        """Correct; or on to the reason, if it is missing."""
        reason = self.query_one("#reason", Field)
        if not reason.value.strip() and self.focused is not reason.line:
            reason.line.focus()
            return
        receipt = self.act(self._correct, clean(reason.value))
        if receipt is not None:
            self.dismiss(receipt)

    def _correct(self, reason: str) -> Rectified:
        correction = Correction(
            words=self._changed("words", "question"),
            kind=self.query_one("#kind", Choice).value,
            department=self.query_one("#department", Choice).value,
            channel=self.query_one("#channel", Choice).value,
            patron=self._reader(clean(self.query_one("#reader", Field).value)),
            contact=self._changed("contact", "contact"),
            first_responder=next((each.value for each in self.query("#who").results(Choice)), None),
        )
        return corrections.correct(self.desk, self.request, correction, reason)

    def _changed(self, line: str, name: str) -> str | None:
        """What a line says now, if it was written in."""
        typed = clean(self.query_one(f"#{line}", Field).value)
        return None if typed == getattr(self._record, name) else typed
