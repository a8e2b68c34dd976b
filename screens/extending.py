"""More time (申请延期): why, in one key or words; or a complex matter, or another department."""

from collections.abc import Iterable
from datetime import datetime

from textual.app import ComposeResult
from textual.widgets import Static

from deskapp import extensions, request_lists
from deskapp.extensions import Extended, Ways
from screens.base import Hint
from screens.choice import Choice, Field, Option, labelled
from screens.form import FormLine, RequestForm
from screens.matters import deadline_words
from screens.options import named
from screens.wording import record_words

EXTEND, COMPLEX, JOIN = "extend", "complex", "join"


class ExtendingScreen(RequestForm[Extended]):
    """In which way, where there are several; then the digit of a reason extends, unless a shift
    lead must agree. Gives the receipt.
    """

    AUTO_FOCUS = ""

    def __init__(self, id_: str) -> None:
        super().__init__(id_)
        self._way = EXTEND
        self._ways: Ways | None = None

    def title_words(self) -> str:
        return self.t("extending.title")

    def hints(self) -> Iterable[Hint]:
        t = self.t
        yield Hint("1-9", t("key.choose"), t("extending.help.digits"))
        yield Hint("Enter", t("key.enter"), t("extending.help.enter"))
        yield Hint("Tab", t("key.next"), t("extending.help.tab"))

    def body(self) -> ComposeResult:
        t, profile = self.t, self.desk.profile
        self._ways = ways = extensions.ways(self.desk, self.request)
        yield Static(id="what", classes="note", markup=False)
        yield Static(id="due", classes="note", markup=False)
        options = [Option(EXTEND, t("extending.extend"))]
        if ways.complex_due:
            options.append(Option(COMPLEX, t("extending.complex")))
        if ways.departments:
            options.append(Option(JOIN, t("extending.join")))
        yield Choice(t("extending.way"), options, self._way, id="way")
        yield Choice(t("reason.reason"), named(t, profile.delays.values()), id="reason")
        departments = [profile.departments[code] for code in ways.departments]
        yield Choice(t("extending.department"), named(t, departments), id="department")
        yield Field(t("extending.note"), hint=t("extending.note_hint"), id="note")
        yield Field(t("closing.lead"), hint=t("extending.lead_hint"), id="lead")
        yield Field(t("closing.pin"), secret=True, id="lead_pin")
        yield Static(classes="half")

    def on_mount(self) -> None:
        self._show_lines()
        several = len(self.query_one("#way", Choice).options) > 1
        self.query_one("#way" if several else "#reason").focus()

    def reread(self) -> None:
        t, record = self.t, request_lists.record(self.desk, self.request)
        self.query_one("#what", Static).update(labelled(record.number, record_words(t, record)))
        words = deadline_words(t, self.desk, record.due)
        if (due := self._due()) and due != record.due:
            words += " → " + deadline_words(t, self.desk, due)
        if record.overdue:
            words += "  " + t("record.counts_late")
        self.query_one("#due", Static).update(labelled(t("log.due"), words))

    def _due(self) -> datetime | None:
        ways = self._ways
        if ways is None:
            return None
        return {EXTEND: ways.due, COMPLEX: ways.complex_due, JOIN: ways.joined_due}[self._way]

    @property
    def _needs_lead(self) -> bool:
        return self._way == EXTEND and self._ways is not None and self._ways.needs_lead

    def _show_lines(self) -> None:
        self.query_one("#reason").display = self._way == EXTEND
        self.query_one("#department").display = self._way == JOIN
        self.query_one("#note").display = self._way != JOIN
        for line in ("#lead", "#lead_pin"):
            self.query_one(line).display = self._needs_lead
        self.reread()

    def on_choice_picked(self, event: Choice.Picked) -> None:
        if event.choice.id == "way":
            self._way = event.value
            self._show_lines()
            if event.digit:
                self._begin()
        elif event.digit:
            self.action_go_on()

    def _begin(self) -> None:
        """To what the chosen way asks for."""
        first = {EXTEND: "#reason", JOIN: "#department"}.get(self._way, "#note-line")
        self.query_one(first).focus()

    def entered(self, line: FormLine) -> None:
        if line.id == "way":
            self._begin()
        else:
            self.action_go_on()

    def typed(self, choice: Choice, text: str) -> None:
        """Words are the note."""
        if self._way == JOIN:
            super().typed(choice, text)
        else:
            self.query_one("#note", Field).go_on(text)

    def scanned(self, field: Field, code: str) -> None:
        """Only a shift lead's staff card has anything to do here."""
        if self._needs_lead:
            self.query_one("#lead", Field).value = code
            self.query_one("#lead_pin", Field).line.focus()
        else:
            super().scanned(field, code)

    def action_go_on(self) -> None:
        """Act; or on to what is still missing."""
        desk, id_ = self.desk, self.request
        reasons = self.query_one("#reason", Choice) if self._way == EXTEND else None
        if self._way != JOIN and self.short_form(self.query_one("#note", Field), reasons):
            return
        note = self.written("note")
        if self._way == COMPLEX:
            self.leave_with(self.act(extensions.find_complex, desk, id_, note))
            self.query_one("#note-line").focus()
        elif self._way == JOIN:
            department = self.chosen("department")
            if department is None:
                self.query_one("#department").focus()
            else:
                self.leave_with(self.act(extensions.join, desk, id_, department))
        else:
            self._extend(note)

    def _extend(self, note: str) -> None:
        desk, id_ = self.desk, self.request
        reason = self.chosen("reason")
        lead, pin = self.query_one("#lead", Field), self.query_one("#lead_pin", Field)
        if self._needs_lead:
            for field in (lead, pin):
                if not field.value.strip():
                    field.line.focus()
                    return
            badge, secret = self.written("lead"), self.written("lead_pin")
            pin.value = ""
            self.say(self.t("signin.checking"))
            self.act_slowly(
                lambda: extensions.extend(desk, id_, reason, note, lead=badge, lead_pin=secret),
                self.leave_with,
            )
        else:
            self.leave_with(self.act(extensions.extend, desk, id_, reason, note))
