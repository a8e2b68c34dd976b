"""F2: logging a request (首问登记)."""

from collections.abc import Iterable
from contextlib import suppress

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widgets import Input, Static

from deskapp import box, drafts, readers, request_lists, requests, staff
from deskapp.desk import Refusal, Role
from deskapp.drafts import Draft
from deskapp.endings import Ending
from deskapp.profile import Outcome
from deskapp.readers import Found
from deskapp.requests import Logged, Question
from screens.base import Hint
from screens.choice import Choice, Field, Option, Sentence, labelled
from screens.finding import Finding
from screens.keeping import KeptScreen
from screens.matters import deadline_words, reader_words
from screens.options import HAND_OVER, LATER, kinds_like, librarians, named, people, results
from screens.scanbox import ScanBox, clean


class LogScreen(KeptScreen):
    """Words, a reader, and what has a usual value; the result at once or later.

    `words` and `patron` (a reader's id) are what Home has already. What is written is kept at the
    desk, soon and whenever the screen is left: F2 takes the draft that has waited longest, after a
    power cut too.
    """

    BINDINGS = [
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
        Binding("ctrl+s", "save", show=False),
    ]
    AUTO_FOCUS = ""

    def __init__(self, words: str = "", patron: str | None = None) -> None:
        super().__init__(Draft(words=words, patron=patron, begun=words))
        self._reader: Found | None = None

    # What is on it

    def title_words(self) -> str:
        return self.t("log.title")

    def hints(self) -> Iterable[Hint]:
        t = self.t
        yield Hint("Enter", t("key.save"), t("log.help.enter"))
        yield Hint("Tab", t("key.next"), t("log.help.tab"))
        yield Hint("1-9", t("key.choose"), t("log.help.digits"))
        yield Hint("F2", t("key.log_next"), t("log.help.again"))
        yield Hint("Esc", t("key.back"), t("log.help.back"))

    def body(self) -> ComposeResult:
        t, desk = self.t, self.desk
        if self.slip is None:
            self.begin()
        writing, profile = self.writing, desk.profile
        with Horizontal(classes="line"):
            yield Static(" > ", classes="prompt", markup=False)
            yield Sentence(
                writing.words, placeholder=t("log.words"), id="words", select_on_focus=False
            )
        yield Field(t("log.reader"), hint=t("log.reader_hint"), id="reader")
        yield Finding(id="found")
        yield Choice(t("log.first"), librarians(desk), self._first(), find=self._people, id="first")
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
        yield Static(id="told", classes="note", markup=False)
        yield Choice(t("log.result"), results(t, desk), self.result, id="result")
        answer = Field(t("log.answer"), writing.answer or t("log.answered"), id="answer")
        answer.display = self._on_the_spot
        yield answer

    def on_mount(self) -> None:
        if self.writing.patron:
            reader = readers.by_id(self.desk, self.writing.patron)
            self.writing.patron = None
            self._receive(reader)
        if self.resumed:
            more = self.waiting
            self.front.hand_on(
                self.t("log.resumed_more", count=more) if more else self.t("log.resumed")
            )
        self.write_soon()
        done = self.writing.words and not self.resumed
        self.query_one("#result" if done else "#words").focus()

    def reread(self) -> None:
        t, desk = self.t, self.desk
        received = None
        with suppress(Refusal):  # still being typed; saving says what is wrong
            received = drafts.received_at(desk, self.writing.received)
        due = drafts.due(desk, self.kind, self.department, received)
        words = f"{deadline_words(t, desk, due.at)}  {due.rule.name(t.code)}"
        if due.rule.days:
            words += t("log.due_note")
        if received is not None:
            words += "  " + t("log.backdated")
        if not due.known:
            words += "  " + t("calendar.unpublished", year=due.at.year)
        self._line("due", t("log.due"), words)
        told = desk.profile.kinds[self.kind].told.values()
        names = "  ".join(each.name(t.code) for each in told)
        self._line("told", t("log.told"), names or t("log.told_nothing"))

    def _line(self, id_: str, label: str, words: str) -> None:
        self.query_one(f"#{id_}", Static).update(labelled(label, words))

    # What is chosen

    @property
    def kind(self) -> str:
        return self.writing.kind or drafts.kind_in(self.desk, self.writing.words)

    @property
    def department(self) -> str:
        return self.writing.department or self.desk.profile.kinds[self.kind].department

    @property
    def channel(self) -> str:
        return self.writing.channel or self.desk.profile.usual.channel

    @property
    def result(self) -> str:
        return self.writing.result or LATER

    @property
    def _on_the_spot(self) -> bool:
        result = self.desk.profile.results.get(self.result)
        return result is not None and result.outcome is Outcome.DONE

    def _first(self) -> str | None:
        operator = self.desk.whoever()
        own = operator.id if operator.role.reaches(Role.LIBRARIAN) else None
        return self.writing.first_responder or own

    def _people(self, typed: str) -> list[Option]:
        return people(staff.search(self.desk, typed))

    def _kinds(self, typed: str) -> list[Option]:
        return kinds_like(self.t, self.desk, typed)

    # What is entered

    def on_scan_box_entered(self, event: ScanBox.Entered) -> None:
        """The box with the words. A scan is the reader; so is a whole number typed there."""
        event.stop()
        if not event.scanned:
            understood = self.act(box.understand, self.desk, event.text)
            if not isinstance(understood, box.ReaderFound):
                self._take_words(event.text)
                return
            event.box.value = ""
            self._receive(understood.reader)
        else:
            self._scan(event.text)

    def _take_words(self, text: str) -> None:
        if text:
            self.query_one("#result").focus()
        else:
            self.say(self.t("refusal.QuestionMissing"), error=True)

    def _scan(self, code: str) -> None:
        match self.act(box.understand, self.desk, code, True):
            case box.ReaderFound(reader):
                self._receive(reader)
            case box.UnknownCard():
                self.say(self.t("box.unknown_card"), error=True)
                self.query_one("#reader", Field).line.focus()

    def on_scan_box_input_method_on(self, event: ScanBox.InputMethodOn) -> None:
        self.say(self.t("box.input_method"), error=True)

    def on_input_changed(self, event: Input.Changed) -> None:
        if not self.ready:
            return
        match event.input.id:
            case "words":
                self.writing.words = event.value
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

    def on_field_entered(self, event: Field.Entered) -> None:
        if event.scanned:
            self._scan(event.text)
        elif event.field.id != "reader" or self._reader or not event.text:
            self.action_save()
        else:
            self._find(event.text)

    def _find(self, typed: str) -> None:
        found = self.query_one("#found", Finding)
        match self.act(box.understand, self.desk, typed):
            case box.ReaderFound(reader):
                self._receive(reader)
            case None:
                pass
            case box.Readers(readers=[reader]):
                self._receive(reader)
            case box.Readers(readers=several):
                found.show(several)
                found.focus()
            case _:
                self.say(self.t("refusal.PatronUnknown"), error=True)

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
        self.write_soon()

    def _follow_kind(self) -> None:
        self.query_one("#department", Choice).choose(self.department)
        self.reread()

    def on_choice_entered(self, event: Choice.Entered) -> None:
        if event.choice.id == "found":
            self._receive(readers.by_id(self.desk, event.choice.value or ""))
        else:
            self.action_save()

    # Saving

    def question(self) -> Question:
        """What is written. Refuses MomentUnclear, ReceivedLater."""
        writing = self.writing
        return Question(
            clean(self.query_one("#words", ScanBox).value),
            kind=self.kind,
            department=self.department,
            channel=self.channel,
            patron=writing.patron,
            contact=clean(writing.contact),
            received=drafts.received_at(self.desk, clean(writing.received)),
            first_responder=self._first(),
        )

    def action_save(self) -> None:
        question = self.act(self.question)
        if question is None:
            self.query_one("#received", Field).line.focus()
            return
        if not question.words:
            self.say(self.t("refusal.QuestionMissing"), error=True)
            self.query_one("#words").focus()
        elif self._on_the_spot:
            ending = Ending(self.result, answer=clean(self.query_one("#answer", Field).value))
            self._logged(self.act(requests.log, self.desk, question, ending))
        elif self.result in (LATER, HAND_OVER):
            self._logged(self.act(requests.log, self.desk, question))
        else:
            from screens.closing import ClosingScreen

            def log(ending: Ending) -> Logged:
                return requests.log(self.desk, question, ending)

            def closed(logged: Logged | None) -> None:
                self.call_later(self._logged, logged)

            self.app.push_screen(ClosingScreen(question.words, self.result, log), closed)

    def _logged(self, logged: Logged | None) -> None:
        if logged is None:
            return
        self.throw_away()
        t = self.t
        if logged.closed:
            code = request_lists.record(self.desk, logged.id).result or self.result
            done = code == self.result and self._on_the_spot
            result = t("log.done") if done else self.desk.profile.results[code].name(t.code)
            self.leave(t("log.logged_closed", number=logged.number, result=result), logged)
            return
        due = deadline_words(t, self.desk, logged.due)
        sentence = t("log.logged", number=logged.number, due=due)
        if self.result != HAND_OVER:
            self.leave(sentence, logged)
            return
        from screens.handing import HandingScreen

        # Later: this screen's own return to the front comes first, and would say it here.
        def handed(said: str | None) -> None:
            self.call_later(self.leave, said or sentence, logged)

        self.app.push_screen(HandingScreen(logged.id), handed)
