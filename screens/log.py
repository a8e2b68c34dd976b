"""F2: logging a request (首问登记)."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

from textual.app import ComposeResult
from textual.widgets import Input, Static

from deskapp import box, completing, moments, readers, shifts, shorthand, staff
from deskapp.desk import Refusal, Role
from deskapp.drafts import Draft
from deskapp.readers import Found
from deskapp.requests import Logged
from deskapp.shorthand import Chip
from screens.base import Hint
from screens.binding import Unbound
from screens.choice import Choice, Field, Option, labelled
from screens.finding import Finding
from screens.form import FormLine, FormScreen
from screens.keys import TypedNumber
from screens.later import Untold, due_note
from screens.likeness import Alike
from screens.matters import reader_words
from screens.options import kinds_like, librarians, named, people, results
from screens.saving import SavingScreen
from screens.scanbox import ScanBox, prompted
from screens.shorthand import Meanings, NotingSentence
from screens.tickline import TickLine


class LogScreen(SavingScreen, FormScreen[Logged]):
    """Words, a reader, and what has a usual value; the result at once or later.

    `words` and `patron` (a reader's id), or a draft, are what is there already. What is written is
    kept at the desk, soon and whenever the screen is left: Ctrl+Y takes it back, after a power cut
    too.
    """

    AUTO_FOCUS = ""

    def __init__(
        self,
        words: str = "",
        patron: str | None = None,
        afresh: bool = True,
        draft: Draft | None = None,
    ) -> None:
        super().__init__(draft or Draft(words=words, patron=patron, begun=words), afresh)
        self._reader: Found | None = None
        self._unbound = Unbound()

    # What is on it

    def title_words(self) -> str:
        title = self.t("log.title")
        if self.writing.completes:
            number = completing.number_of(self.desk, self.writing.completes)
            title = self.t("log.completes", number=number)
        return f"{title}  {self.t('home.kept', count=self.waiting)} " if self.waiting else title

    def hints(self) -> Iterable[Hint]:
        t = self.t
        yield Hint("Enter", t("key.save"), t("log.help.enter"))
        yield Hint("@#/!*", "", t("log.help.shorthand"))
        yield Hint("Tab", t("key.next"), t("log.help.tab"))
        yield Hint("1-9", t("key.choose"), t("log.help.digits"))
        yield Hint(t("key.space"), t("key.tick") if self.ticking else "", t("log.help.tick"))
        yield Hint(t.keys["log"], t("key.log_next"), t("log.help.again"))
        yield Hint(t.keys["take_back"], t("key.take_back"), t("log.help.take_back"))
        yield Hint("Esc", t("key.back"), t("log.help.back"))

    def body(self) -> ComposeResult:
        t, desk = self.t, self.desk
        if self.slip is None:
            self.begin()
        writing, profile = self.writing, desk.profile
        yield from prompted(
            NotingSentence(
                writing.words, placeholder=t("log.words"), id="words", select_on_focus=False
            )
        )
        yield Meanings(id="meanings")
        yield Field(t("log.reader"), hint=t("log.reader_hint"), id="reader")
        yield Finding(id="found")
        yield Choice(
            t("log.kind"),
            named(t, profile.kinds.values()),
            self.kind,
            find=self._kinds,
            id="kind",
        )
        departments = named(t, profile.departments.values())
        yield Choice(t("log.department"), departments, self.department, id="department")
        channels = named(t, profile.channels.values())
        yield Choice(t("log.channel"), channels, self.channel, id="channel")
        yield Field(t("log.received"), writing.received, hint=t("log.received_hint"), id="received")
        yield Field(t("log.contact"), writing.contact, hint=t("log.contact_hint"), id="contact")
        yield Static(id="due", classes="note", markup=False)
        yield Untold(id="untold")
        yield TickLine(t("log.told"), (), writing.told, id="told")
        yield Alike(id="similar")
        first = self._first()
        yield Choice(t("log.first"), librarians(desk, first), first, find=self._people, id="first")
        yield Choice(t("log.result"), results(t, desk, self.kind), self.result, id="result")
        answer = Field(t("log.answer"), writing.answer or t("log.answered"), id="answer")
        answer.display = self._on_the_spot
        yield answer

    def on_mount(self) -> None:
        self._show_writing()

    def write_soon(self) -> None:
        super().write_soon()
        writing = self.writing
        self.query_one("#similar", Alike).look(writing.words, writing.patron, writing.completes)
        self.query_one(Untold).show(self.t, self.desk, writing, self.kind, self.result)

    def show_anew(self) -> None:
        self.call_later(self._show_anew, self.front.hold_keys())

    async def _show_anew(self, release: Callable[[], None]) -> None:
        try:
            self.ready, self._reader = False, None
            self._unbound.forget()
            await self.recompose()
            self.ready = True
            self.tick()
            self.show_keys()
            self.act(self.reread)
            if not self.resumed:
                self.say(self.t("log.put_aside", count=self.waiting))
            self._show_writing()
        finally:
            release()

    async def translate(self) -> None:
        await super().translate()
        if self._reader is not None:
            self.query_one("#reader", Field).value = self._reader_words()

    def _show_writing(self) -> None:
        """What was written before is there: the reader, and where one goes on."""
        self.learn_shorthand()
        if self.writing.patron:
            reader = readers.by_id(self.desk, self.writing.patron)
            self.writing.patron = None
            self._receive(reader)
        if self.resumed:
            more = self.waiting
            self._tell(self.t("log.resumed_more", count=more) if more else self.t("log.resumed"))
        self._name_unread(self.writing.words)
        self.write_soon()
        done = self.writing.words and (self.again or not self.resumed)
        self.query_one("#result" if done else "#words").focus()

    def _tell(self, sentence: str) -> None:
        """Say it, or as soon as the screen is there."""
        if self.ready:
            self.say(sentence)
        else:
            self.front.hand_on(sentence)

    def _name_unread(self, words: str) -> None:
        """Shorthand that means nothing here stays in the words, and is not passed over."""
        if unread := shorthand.unread(words):
            self._tell(self.t("short.unread", words=" ".join(unread)))

    def reread(self) -> None:
        t, desk = self.t, self.desk
        self.show_meanings()
        received = None
        with suppress(Refusal):  # still being typed; saving says what is wrong
            received = moments.received_at(desk, self.writing.received)
        words = due_note(t, desk, self.kind, self.department, received)
        self.query_one("#due", Static).update(labelled(t("log.due"), words))
        told = self.query_one("#told", TickLine)
        told.offer(named(t, desk.profile.kinds[self.kind].told.values()))
        told.display = bool(told.options) and not self._on_the_spot

    # What is looked for

    def _people(self, typed: str) -> list[Option]:
        """Anybody, for an entry may be back-dated; but for a student assistant who is here."""
        desk, found = self.desk, staff.search(self.desk, typed)
        if desk.may(Role.LIBRARIAN):
            return people(found)
        return people(each for each in found if shifts.may_be_named(desk, each.id))

    def _kinds(self, typed: str) -> list[Option]:
        return kinds_like(self.t, self.desk, typed)

    # What is entered

    def on_scan_box_entered(self, event: ScanBox.Entered) -> None:
        """The box with the words. A scan is the reader; so is a whole number typed there."""
        event.stop()
        if not event.scanned:
            understood = self.act(box.understand, self.desk, event.text)
            if isinstance(understood, box.Isbn):
                event.box.value = ""
                self._add_book(understood.isbn)
                self._take_words(event.box, event.box.value)
                return
            if not isinstance(understood, box.ReaderFound):
                self._take_words(event.box, event.text)
                return
            event.box.value = ""
            self._receive(self._unbound.whose(self, understood.reader))
        else:
            self._scan(event.text)

    def _take_words(self, box: ScanBox, text: str) -> None:
        words = self.read_shorthand(text)
        if words != text:
            box.value = words
        if words:
            self.query_one("#result").focus()
            self._name_unread(words)
        else:
            self.say(self.t("refusal.QuestionMissing"), error=True)

    def _scan(self, code: str) -> None:
        match self.act(box.understand, self.desk, code, True):
            case None:
                self._unbound.forget()
            case box.ReaderFound(reader):
                self._receive(self._unbound.whose(self, reader, scanned=True))
            case box.Readers(readers=several):
                self._unbound.forget()
                self._ask_which(several)
            case box.Isbn(isbn=isbn):
                self._add_book(isbn)
            case box.UnknownCard():
                self._unbound.scanned(self, code)
                self.query_one("#reader", Field).value = ""  # not the reader's who was here
                self.query_one("#reader", Field).line.focus()

    def _add_book(self, isbn: str) -> None:
        """A book was scanned: it is asked for, whatever else is."""
        line = self.query_one("#words", ScanBox)
        line.value = f"{line.value.rstrip()} ISBN {isbn}".lstrip()
        line.cursor_position = len(line.value)
        if self.writing.kind is None:
            self.writing.kind = self.desk.profile.usual.isbn
            self._show_chip("kind")

    def on_input_changed(self, event: Input.Changed) -> None:
        if not self.ready:
            return
        match event.input.id:
            case "words":
                self.writing.words = event.value
                self.show_meanings()
                if self.writing.kind is None:
                    self.query_one("#kind", Choice).choose(self.kind)
                    self._follow_kind()
            case "received-line":
                self.writing.received = event.value
                self.reread()
            case "contact-line":
                self.writing.contact = event.value
            case "answer-line":
                usual = event.value == self.t("log.answered")
                self.writing.answer = None if usual else event.value
            case "reader-line":
                self._look(event.value)
        self.write_soon()

    def _look(self, typed: str) -> None:
        """Readers as one types; the line of a reader who is chosen is left alone."""
        found = self.query_one("#found", Finding)
        if self._reader is not None:
            if typed == self._reader_words():
                found.forget()
                return
            self._reader, self.writing.patron = None, None
        found.look(typed)

    def entered(self, line: FormLine) -> None:
        if isinstance(line, Finding):
            self._receive(readers.by_id(self.desk, line.value or ""))
        elif line.id == "reader" and self._reader is None and (typed := self.written("reader")):
            self._find(typed)
        else:
            self.action_go_on()

    def scanned(self, field: Field, code: str) -> None:
        self._scan(code)

    def typed(self, choice: Choice, text: str) -> None:
        """More words, where one was about to choose."""
        words = self.query_one("#words", ScanBox)
        words.focus()
        words.cursor_position = len(words.value)
        words.insert_text_at_cursor(text)

    def _find(self, typed: str) -> None:
        match self.act(box.understand, self.desk, typed):
            case box.ReaderFound(reader):
                self._receive(self._unbound.whose(self, reader))
            case None:
                pass
            case box.Readers(readers=[reader]):
                self._receive(reader)
            case box.Readers(readers=several):
                self._ask_which(several)
            case _:
                self.say(self.t("refusal.PatronUnknown"), error=True)

    def _ask_which(self, several: Sequence[Found]) -> None:
        found = self.query_one("#found", Finding)
        found.show(several)
        found.focus()

    def on_descendant_focus(self) -> None:
        super().on_descendant_focus()
        self.numbers = isinstance(self.focused, Finding)

    def on_typed_number(self, event: TypedNumber) -> None:
        """Not one of the readers who were found: the number of another."""
        reader = self.query_one("#reader", Field)
        reader.value = ""
        reader.go_on(event.text)

    def _receive(self, reader: Found | None) -> None:
        """This reader asks. A scan leaves whoever types where they are."""
        if reader is None:
            return
        self._reader, self.writing.patron = reader, reader.id
        self.query_one("#reader", Field).value = self._reader_words()
        focus = self.focused.id if self.focused else None
        self.query_one("#found", Finding).forget()
        self.write_soon()
        if focus in ("reader-line", "found"):
            self.query_one("#result" if self.writing.words.strip() else "#words").focus()

    def _reader_words(self) -> str:
        return reader_words(self.t, self.desk, self._reader) if self._reader else ""

    def on_choice_picked(self, event: Choice.Picked) -> None:
        match event.choice.id:
            case "found":
                if event.digit:
                    self._receive(readers.by_id(self.desk, event.value))
            case "first":
                self.writing.first_responder = event.value
                if event.digit:
                    self.query_one("#result").focus()
            case "kind":
                self.writing.kind = event.value
                self._follow_kind()
            case "department":
                self.writing.department = event.value
                self.reread()
            case "channel":
                self.writing.channel = event.value
            case "result":
                self.writing.result = event.value
                self.query_one("#answer").display = self._on_the_spot
                self.reread()
        self.write_soon()

    def on_tick_line_ticked(self, event: TickLine.Ticked) -> None:
        self.writing.told = event.line.ticked
        self.write_soon()

    def chip_noted(self, chip: Chip) -> None:
        if chip.what == "patron":
            self._receive(chip.reader)
        self._show_chip(chip.what)

    def chip_dropped(self, what: str) -> None:
        if what == "patron":
            self._reader = None
            self.query_one("#reader", Field).value = ""
        self._show_chip(what)

    def _show_chip(self, what: str) -> None:
        if what == "kind":
            self.query_one("#kind", Choice).choose(self.kind)
        self._follow_kind()
        self.write_soon()

    def on_choice_barred(self, event: Choice.Barred) -> None:
        """Said at once, not when all of it is written; and it is not logged as something else."""
        event.stop()
        self.say(self.t("log.barred"), error=True)

    def _follow_kind(self) -> None:
        self.query_one("#department", Choice).choose(self.department)
        result, offered = self.query_one("#result", Choice), results(self.t, self.desk, self.kind)
        if offered != result.options:
            result.offer(offered, self.result)
        self.reread()
