"""Correcting an entry (更正): what is right, and why; the course keeps both."""

from collections.abc import Iterable, Sequence

from textual.app import ComposeResult
from textual.widgets import Static

from deskapp import box, corrections, readers, request_lists, staff
from deskapp.corrections import NOBODY, Correction, Rectified
from deskapp.desk import Operator, Refusal, Role
from deskapp.language import Language
from deskapp.request_lists import Record
from screens.base import Hint
from screens.choice import Choice, Field, Option
from screens.form import FormLine, RequestForm
from screens.handing import told_apart
from screens.matters import reader_words
from screens.options import kinds_like, named
from screens.tickline import TickLine

SECRET = "confidential"
LISTS = ("told", "materials")
"""lines with what a kind asks the reader to bring"""


class CorrectingScreen(RequestForm[Rectified]):
    """The entry as it stands; whatever is changed is corrected. Gives the receipt."""

    forgets = frozenset({"reader"})

    def __init__(self, id_: str) -> None:
        super().__init__(id_)
        self._record: Record | None = None
        self._patron: str | None = None
        self._ticked: dict[str, tuple[str, ...]] = {}

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
        asked = self._asked(record.kind)
        yield TickLine(t("log.told"), asked, record.told, id="told")
        yield TickLine(t("log.materials"), asked, record.materials, id="materials")
        only = Option(SECRET, t("short.confidential"))
        marked = (SECRET,) if record.confidential else ()
        yield TickLine(t("correcting.seen_by"), (only,), marked, id="seen-by")
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
        if self._record is not None:
            self._ask(self._record.kind)

    async def translate(self) -> None:
        # `body` begins with the record's reader; and another language calls a reader otherwise.
        said = self._reader_words(self.t.changed(self._spoken))
        patron, untouched = self._patron, self.written("reader") == said
        await super().translate()
        self._patron = patron
        if untouched:
            self.query_one("#reader", Field).value = self._reader_words()
        self._ask(self.chosen("kind") or "")

    def _reader_words(self, t: Language | None = None) -> str:
        reader = readers.by_id(self.desk, self._patron) if self._patron else None
        return reader_words(t or self.t, self.desk, reader) if reader else ""

    def _kinds(self, typed: str) -> list[Option]:
        return kinds_like(self.t, self.desk, typed)

    def _search(self, typed: str) -> Sequence[Option]:
        return self._able(staff.search(self.desk, typed))

    def _able(self, found: Iterable[Operator]) -> list[Option]:
        return told_apart(self.desk, (e for e in found if e.role.reaches(Role.LIBRARIAN)))

    def _asked(self, kind: str) -> list[Option]:
        """What a kind asks the reader to bring."""
        entry = self.desk.profile.kinds.get(kind)
        return named(self.t, entry.told.values()) if entry else []

    def _ask(self, kind: str) -> None:
        for name in LISTS:
            line = self.query_one(f"#{name}", TickLine)
            line.offer(self._asked(kind))
            line.display = bool(line.options)
            if name in self._ticked:
                self._ticked[name] = line.ticked
        entry = self.desk.profile.kinds.get(kind)
        self.query_one("#seen-by").display = not (entry and entry.confidential)

    def on_choice_picked(self, event: Choice.Picked) -> None:
        if event.choice.id == "kind":
            department = self.desk.profile.kinds[event.value].department
            self.query_one("#department", Choice).choose(department)
            self._ask(event.value)

    def on_tick_line_ticked(self, event: TickLine.Ticked) -> None:
        if event.line.id in LISTS:
            self._ticked[event.line.id] = event.line.ticked

    def entered(self, line: FormLine) -> None:
        if line.id == "reader":
            self._take(self.act(self._reader, self.written("reader")))
        else:
            self.action_go_on()

    def scanned(self, field: Field, code: str) -> None:
        self._take(self.act(self._reader, code, True))

    def _take(self, reader: str | None) -> None:
        if reader is not None:
            self._patron = reader
            self.query_one("#reader", Field).value = self._reader_words()
            self.query_one("#reason", Field).line.focus()

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
        self.leave_with(self.act(self._correct, self.written("reason")))

    def _correct(self, reason: str) -> Rectified:
        correction = Correction(
            words=self._changed("words", "question"),
            kind=self.chosen("kind"),
            department=self.chosen("department"),
            channel=self.chosen("channel"),
            patron=self._reader(self.written("reader")),
            contact=self._changed("contact", "contact"),
            told=self._ticked.get("told"),
            materials=self._ticked.get("materials"),
            confidential=SECRET in self.query_one("#seen-by", TickLine).ticked,
            first_responder=next((each.value for each in self.query("#who").results(Choice)), None),
        )
        return corrections.correct(self.desk, self.request, correction, reason)

    def _changed(self, line: str, name: str) -> str | None:
        """What a line says now, if it was written in."""
        typed = self.written(line)
        return None if typed == getattr(self._record, name) else typed
