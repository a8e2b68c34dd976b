"""F2: logging a request (首问登记)."""

from collections.abc import Iterable, Sequence
from contextlib import suppress

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widgets import Input, Static

from deskapp import box, drafts, readers, requests, staff
from deskapp.desk import Refusal, Role
from deskapp.drafts import Draft
from deskapp.profile import Named, Outcome
from deskapp.readers import Found
from deskapp.requests import Ending, Logged, Question
from screens.base import DeskScreen, Hint
from screens.choice import Choice, Field, Option, Sentence, labelled
from screens.matters import deadline_words, reader_words
from screens.scanbox import ScanBox, clean

LATER, HAND_OVER = "later", "hand_over"


class LogScreen(DeskScreen[Logged]):
    """Words, a reader, and what has a usual value; the result at once or later.

    `words` and `patron` (a reader's id) are what Home has already. Left by Esc, the draft waits at
    the bottom of the person's screens for the next F2.
    """

    BINDINGS = [
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
        Binding("ctrl+s", "save", show=False),
    ]
    AUTO_FOCUS = ""

    def __init__(self, words: str = "", patron: str | None = None) -> None:
        super().__init__()
        self.opened_with = words
        self.writing = Draft(words=words, patron=patron)
        self._begun = self._resumed = False
        self._reader: Found | None = None
        self._result = LATER

    # What is on it

    def title_words(self) -> str:
        return self.t("log.title")

    def hints(self) -> Iterable[Hint]:
        t = self.t
        yield Hint("Enter", t("key.save"), t("log.help.enter"))
        yield Hint("Tab", t("key.next"), t("log.help.tab"))
        yield Hint("1-9", t("key.choose"), t("log.help.digits"))
        yield Hint("Ctrl+S", "", t("log.help.save"))
        yield Hint("F2", t("key.log_next"), t("log.help.again"))
        yield Hint("Esc", t("key.back"), t("log.help.back"))

    def body(self) -> ComposeResult:
        t, desk = self.t, self.desk
        if not self._begun:
            self._begin()
        writing, profile = self.writing, desk.profile
        with Horizontal(classes="line"):
            yield Static(" > ", classes="prompt", markup=False)
            yield Sentence(
                writing.words, placeholder=t("log.words"), id="words", select_on_focus=False
            )
        yield Field(t("log.reader"), hint=t("log.reader_hint"), id="reader")
        found = Choice("", (), id="found")
        found.display = False
        yield found
        yield Choice(t("log.first"), self._staff(), self._first(), find=self._people, id="first")
        yield Choice(
            t("log.kind"),
            self._named(profile.kinds.values()),
            self.kind,
            find=self._kinds,
            id="kind",
        )
        departments = self._named(profile.departments.values())
        yield Choice(t("log.department"), departments, self.department, id="department")
        channels = self._named(profile.channels.values())
        yield Choice(t("log.channel"), channels, self.channel, id="channel")
        yield Field(t("log.received"), writing.received, hint=t("log.received_hint"), id="received")
        yield Field(t("log.contact"), writing.contact, hint=t("log.contact_hint"), id="contact")
        yield Static(id="due", classes="note", markup=False)
        yield Static(id="told", classes="note", markup=False)
        yield Choice(t("log.result"), self._results(), self._result, id="result")
        answer = Field(t("log.answer"), t("log.answered"), id="answer")
        answer.display = self._on_the_spot
        yield answer

    def _begin(self) -> None:
        """Go on with what was left half-written, unless something else was asked."""
        self._begun = True
        below = self.app.screen_stack[0]
        kept = below.draft if isinstance(below, DeskScreen) else None
        if kept is not None and self.opened_with in ("", kept[0]):
            patron = self.writing.patron
            self.opened_with, self.writing = kept
            self._resumed = True
            self.writing.patron = self.writing.patron or patron
        if isinstance(below, DeskScreen):
            below.draft = None

    def on_mount(self) -> None:
        if self.writing.patron:
            self._receive(readers.by_id(self.desk, self.writing.patron))
        if self._resumed:
            self.front.hand_on(self.t("log.resumed"))
        done = self.writing.words and not self._resumed
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
        names = t("log.comma").join(each.name(t.code) for each in told)
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
    def _on_the_spot(self) -> bool:
        result = self.desk.profile.results.get(self._result)
        return result is not None and result.outcome is Outcome.DONE

    def _named(self, entries: Iterable[Named]) -> list[Option]:
        return [Option(each.code, each.name(self.t.code)) for each in entries]

    def _results(self) -> list[Option]:
        """Done on the spot, hand over, referred, later, the rest: 1 2 3 4 5 in every library."""
        t = self.t
        ordered: list[tuple[int, Option]] = [
            (1, Option(HAND_OVER, t("log.hand_over"))),
            (3, Option(LATER, t("log.later"))),
        ]
        places = {Outcome.DONE: 0, Outcome.REFERRED: 2, Outcome.NOT_POSSIBLE: 4}
        for code, result in self.desk.profile.results.items():
            done = result.outcome is Outcome.DONE
            name = t("log.done") if done and code == "done" else result.name(t.code)
            ordered.append((places[result.outcome], Option(code, name)))
        return [option for _, option in sorted(ordered, key=lambda each: each[0])]

    def _first(self) -> str | None:
        operator = self.desk.whoever()
        own = operator.id if operator.role.reaches(Role.LIBRARIAN) else None
        return self.writing.first_responder or own

    def _staff(self) -> list[Option]:
        """The operator, then colleagues of the same departments, then the others."""
        me = self.desk.whoever()
        able = [each for each in staff.everybody(self.desk) if each.role.reaches(Role.LIBRARIAN)]
        able.sort(key=lambda e: (e.id != me.id, not set(e.departments) & set(me.departments)))
        return [Option(each.id, each.name) for each in able]

    def _people(self, typed: str) -> Sequence[Option]:
        found = staff.search(self.desk, typed)
        return [Option(e.id, e.name) for e in found if e.role.reaches(Role.LIBRARIAN)]

    def _kinds(self, typed: str) -> Sequence[Option]:
        wanted = clean(typed).casefold()
        kinds = self.desk.profile.kinds
        words = self.desk.profile.kind_words().items()
        codes = dict.fromkeys(code for word, code in words if word.startswith(wanted))
        return self._named(kinds[code] for code in codes)

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
            case "reader-line":
                self._look(event.value)

    def _look(self, typed: str) -> None:
        """Readers as one types; the line of a reader who is chosen is left alone."""
        found = self.query_one("#found", Choice)
        if self._reader is not None:
            if typed == self._reader_words():
                found.display = False
                return
            self._reader, self.writing.patron = None, None
        typed = clean(typed)
        hits = (self.act(readers.search, self.desk, typed, 9) or []) if len(typed) > 1 else []
        found.offer(
            Option(each.id, "  ".join(filter(None, (each.name, each.number, each.college))))
            for each in hits
        )
        found.display = bool(hits)

    def on_field_entered(self, event: Field.Entered) -> None:
        if event.scanned:
            self._scan(event.text)
        elif event.field.id != "reader" or self._reader or not event.text:
            self.action_save()
        else:
            self._find(event.text)

    def _find(self, typed: str) -> None:
        found = self.query_one("#found", Choice)
        match self.act(box.understand, self.desk, typed):
            case box.ReaderFound(reader):
                self._receive(reader)
            case None:
                pass
            case box.Readers(readers=[reader]):
                self._receive(reader)
            case box.Readers() if found.options:
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
        self.query_one("#found", Choice).display = False
        if focus and focus in ("reader-line", "found"):
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
                self._result = event.value
                self.query_one("#answer").display = self._on_the_spot

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
            ending = Ending(self._result, answer=clean(self.query_one("#answer", Field).value))
            self._logged(self.act(requests.log, self.desk, question, ending))
        elif self._result in (LATER, HAND_OVER):
            self._logged(self.act(requests.log, self.desk, question))
        else:
            from screens.closing import ClosingScreen

            def log(ending: Ending) -> Logged:
                return requests.log(self.desk, question, ending)

            def closed(logged: Logged | None) -> None:
                self.call_later(self._logged, logged)

            self.app.push_screen(ClosingScreen(question.words, self._result, log), closed)

    def _logged(self, logged: Logged | None) -> None:
        if logged is None:
            return
        t = self.t
        if logged.closed:
            result = next(o.label for o in self._results() if o.value == self._result)
            self.leave(t("log.logged_closed", number=logged.number, result=result), logged)
            return
        due = deadline_words(t, self.desk, logged.due)
        sentence = t("log.logged", number=logged.number, due=due)
        if self._result != HAND_OVER:
            self.leave(sentence, logged)
            return
        from screens.handing import HandingScreen

        # Later: this screen's own return to the front comes first, and would say it here.
        def handed(said: str | None) -> None:
            self.call_later(self.leave, said or sentence, logged)

        self.app.push_screen(HandingScreen(logged.id), handed)

    def action_back(self) -> None:
        below = self.app.screen_stack[0]
        if isinstance(below, DeskScreen) and self.writing.words.strip():
            below.draft = (self.opened_with, self.writing)
            self.leave(self.t("log.kept"))
            return
        self.dismiss()
