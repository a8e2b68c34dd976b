"""Closing a request (办结): done, referred outside, or not possible here."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from deskapp.desk import Role
from deskapp.endings import Ending
from deskapp.profile import Outcome
from screens.base import DeskScreen, Hint
from screens.choice import Choice, Field, Option, labelled
from screens.scanbox import clean

Receipt = TypeVar("Receipt")

FIELDS = {
    Outcome.DONE: ("answer",),
    Outcome.REFERRED: ("answer", "unit", "place", "telephone"),
    Outcome.NOT_POSSIBLE: ("answer", "alternative", "lead", "lead_pin"),
}
"""what is asked for each outcome"""

FIRST = {Outcome.DONE: "answer", Outcome.REFERRED: "unit", Outcome.NOT_POSSIBLE: "alternative"}
"""where one begins to write"""


class ClosingScreen(DeskScreen[Receipt]):
    """The result and what it demands; Enter goes to the next empty line, at the end it closes.

    `close` is done in a thread: it may check the shift lead's PIN. Gives its receipt.
    """

    BINDINGS = [
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
        Binding("ctrl+s", "close", show=False),
    ]
    AUTO_FOCUS = ""
    at_work = False

    def __init__(self, words: str, result: str, close: Callable[[Ending], Receipt]) -> None:
        super().__init__()
        self.words, self._result, self._rule = words, result, close

    def title_words(self) -> str:
        return self.t("closing.title")

    def hints(self) -> Iterable[Hint]:
        t = self.t
        yield Hint("Enter", t("key.close"), t("closing.help.enter"))
        yield Hint("1-9", t("key.choose"), t("closing.help.digits"))
        yield Hint("Tab", t("key.next"), t("closing.help.tab"))

    def body(self) -> ComposeResult:
        t = self.t
        results = self.desk.profile.results.values()
        yield Static(labelled(t("closing.question"), self.words), classes="note", markup=False)
        options = [Option(each.code, each.name(t.code)) for each in results]
        yield Choice(t("closing.result"), options, self._result, id="result")
        told = t("closing.told_where") if self._outcome is Outcome.REFERRED else ""
        yield Field(t("closing.answer"), told, id="answer")
        yield Field(t("closing.unit"), hint=t("closing.unit_hint"), id="unit")
        yield Field(t("closing.place"), id="place")
        yield Field(t("closing.telephone"), id="telephone")
        yield Field(t("closing.alternative"), hint=t("closing.alternative_hint"), id="alternative")
        yield Field(t("closing.lead"), hint=t("closing.lead_hint"), id="lead")
        yield Field(t("closing.pin"), hint=t("closing.pin_hint"), secret=True, id="lead_pin")
        yield Static(classes="half")

    def on_mount(self) -> None:
        self._show_lines()
        self.query_one(f"#{FIRST[self._outcome]}", Field).line.focus()

    def reread(self) -> None:
        self._show_lines()

    @property
    def _outcome(self) -> Outcome:
        return self.desk.profile.results[self._result].outcome

    def _shown(self) -> list[Field]:
        """The lines that the result asks for; a lead needs nobody's agreement."""
        wanted = FIELDS[self._outcome]
        if self.desk.whoever().role.reaches(Role.SHIFT_LEAD):
            wanted = tuple(each for each in wanted if not each.startswith("lead"))
        return [field for field in self.query(Field) if field.id in wanted]

    def _show_lines(self) -> None:
        shown = self._shown()
        for field in self.query(Field):
            field.display = field in shown

    def on_choice_picked(self, event: Choice.Picked) -> None:
        answer = self.query_one("#answer", Field)
        usual = self.t("closing.told_where")
        self._result = event.value
        self._show_lines()
        if self._outcome is Outcome.REFERRED and not answer.value:
            answer.value = usual
        elif self._outcome is not Outcome.REFERRED and answer.value == usual:
            answer.value = ""
        if event.digit:
            self.query_one(f"#{FIRST[self._outcome]}", Field).line.focus()

    def on_choice_entered(self, event: Choice.Entered) -> None:
        self.query_one(f"#{FIRST[self._outcome]}", Field).line.focus()

    def on_field_entered(self, event: Field.Entered) -> None:
        lead = self.query_one("#lead", Field)
        if event.scanned:  # only a shift lead's staff card has anything to do here
            if lead.display:
                lead.value = event.text
                self.query_one("#lead_pin", Field).line.focus()
            return
        shown = self._shown()
        below = shown[shown.index(event.field) + 1 :]
        for field in below:
            if not field.value.strip():
                field.line.focus()
                return
        self.action_close()

    def action_close(self) -> None:
        values = {field.id: clean(field.value) for field in self._shown()}
        pin = values.get("lead_pin", "")
        ending = Ending(
            self._result,
            answer=values.get("answer", ""),
            unit=values.get("unit", ""),
            place=values.get("place", ""),
            telephone=values.get("telephone", ""),
            alternative=values.get("alternative", ""),
            lead=values.get("lead") or None,
            lead_pin=pin or None,
        )
        self.query_one("#lead_pin", Field).value = ""
        if pin:
            self.say(self.t("signin.checking"))
            self.act_slowly(lambda: self._rule(ending), self._leave_with)
        else:
            self._leave_with(self.act(self._rule, ending))

    def _leave_with(self, receipt: Receipt | None) -> None:
        if receipt is not None:
            self.dismiss(receipt)
