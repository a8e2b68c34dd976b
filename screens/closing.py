"""Closing a request (办结): done, referred outside, or not possible here."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from deskapp import endings
from deskapp.endings import Ending
from deskapp.profile import Outcome
from screens.base import DeskScreen, Hint
from screens.choice import Choice, Field, Option, labelled
from screens.scanbox import clean

Receipt = TypeVar("Receipt")


class ClosingScreen(DeskScreen[Receipt]):
    """The result and what it demands; Enter goes to the next empty line, at the end it closes. A
    line that must be filled is not passed over by Enter.

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
        closes = self.ready and self._closes()
        yield Hint("Enter", t("key.close" if closes else "key.next"), t("closing.help.enter"))
        yield Hint("1-9", t("key.choose"), t("closing.help.digits"))
        yield Hint("Shift+Tab", t("key.previous"), t("closing.help.tab"))

    def body(self) -> ComposeResult:
        t = self.t
        results = self.desk.profile.results.values()
        yield Static(
            labelled(t("closing.question"), self.words), classes="note asked", markup=False
        )
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
        self._begin()

    def reread(self) -> None:
        self._show_lines()

    @property
    def _outcome(self) -> Outcome:
        return self.desk.profile.results[self._result].outcome

    def _shown(self) -> list[Field]:
        """The lines that the result asks for, and an answer always."""
        wanted = {"answer", *endings.needs(self.desk, self._result)}
        if "lead" in wanted:
            wanted.add("lead_pin")
        return [field for field in self.query(Field) if field.id in wanted]

    def _begin(self) -> None:
        """Where one begins to write: the first line that must be filled, and is not."""
        field = endings.missing(self.desk, self._ending()) or "answer"
        self.query_one(f"#{field}", Field).line.focus()

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
            self._begin()

    def on_choice_entered(self, event: Choice.Entered) -> None:
        self._begin()

    def on_input_changed(self) -> None:
        if self.ready:
            self.show_keys()

    def _closes(self) -> bool:
        """Whether Enter closes here: nothing that is needed is empty, and nothing below."""
        shown = self._shown()
        at = next((place for place, field in enumerate(shown) if field.line is self.focused), None)
        if at is None:
            return False
        missing = endings.missing(self.desk, self._ending())
        return missing is None and all(field.value.strip() for field in shown[at + 1 :])

    def on_field_entered(self, event: Field.Entered) -> None:
        lead = self.query_one("#lead", Field)
        if event.scanned:  # only a shift lead's staff card has anything to do here
            if lead.display:
                lead.value = event.text
                self.query_one("#lead_pin", Field).line.focus()
            return
        empty = not event.field.value.strip()
        if empty and event.field.id in endings.needs(self.desk, self._result):
            self._ask_for(event.field.id)
            return
        if event.field.id == "unit":
            self._recall(event.text)
        shown = self._shown()
        below = shown[shown.index(event.field) + 1 :]
        for field in below:
            if not field.value.strip():
                field.line.focus()
                return
        self.action_close()

    def _recall(self, unit: str) -> None:
        """The telephone of whom the library knows, if none is written."""
        telephone = self.query_one("#telephone", Field)
        profile = self.desk.profile
        known = [(each.zh, each.en, each.telephone) for each in profile.departments.values()]
        known += [(each.zh, each.en, each.telephone) for each in profile.crisis.values()]
        for *names, number in known:
            if unit in names and not telephone.value:
                telephone.value = number

    def _ask_for(self, field: str) -> None:
        """Say that it is missing, and go there."""
        self.act(endings.refuse_missing, field)
        self.query_one(f"#{field}", Field).line.focus()

    def _ending(self) -> Ending:
        """What is written."""
        values = {field.id: clean(field.value) for field in self._shown()}
        return Ending(
            self._result,
            answer=values.get("answer", ""),
            unit=values.get("unit", ""),
            place=values.get("place", ""),
            telephone=values.get("telephone", ""),
            alternative=values.get("alternative", ""),
            lead=values.get("lead") or None,
            lead_pin=values.get("lead_pin") or None,
        )

    def action_close(self) -> None:
        """Close; or on to what is still missing."""
        ending = self._ending()
        missing = endings.missing(self.desk, ending)
        if missing is not None:
            self._ask_for(missing)
            return
        self.query_one("#lead_pin", Field).value = ""
        if ending.lead_pin:
            self.say(self.t("signin.checking"))
            self.act_slowly(lambda: self._rule(ending), self._leave_with)
        else:
            self._leave_with(self.act(self._rule, ending))

    def _leave_with(self, receipt: Receipt | None) -> None:
        if receipt is not None:
            self.dismiss(receipt)
