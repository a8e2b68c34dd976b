"""Closing a request (办结): done, referred outside, or not possible here."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from textual.app import ComposeResult
from textual.widgets import Static

from deskapp import box, endings
from deskapp.endings import Ending
from deskapp.profile import Outcome
from screens.acts import DIGITS
from screens.asking import AskScreen
from screens.base import Hint
from screens.burst import clean
from screens.choice import Choice, Field, Option, labelled
from screens.form import FormLine, FormScreen
from screens.tickline import TickLine

Receipt = TypeVar("Receipt")


class ClosingScreen(FormScreen[Receipt]):
    """The result and what it demands; Enter goes to the next empty line, at the end it closes. A
    line that must be filled is not passed over by Enter.

    `close` is done in a thread: it may check the shift lead's PIN. Gives its receipt.
    """

    AUTO_FOCUS = ""

    def __init__(
        self,
        words: str,
        result: str,
        close: Callable[[Ending], Receipt],
        *,
        answer: str = "",
        number: str = "",
        tells: bool = False,
    ) -> None:
        super().__init__()
        self.words, self._result, self._rule = words, result, close
        self._answer = answer
        """what is written already"""
        self.number = number
        """of the request, unless it is just being logged"""
        self.tells = tells
        """whether there is a reader who may stand here"""

    def title_words(self) -> str:
        return self.t("closing.title")

    def hints(self) -> Iterable[Hint]:
        t = self.t
        closes = self.ready and self._closes()
        yield Hint("Enter", t("key.close" if closes else "key.next"), t("closing.help.enter"))
        yield Hint("1-9", t("key.choose"), t("closing.help.digits"))
        if self.tells:
            yield Hint(
                t("key.space"), t("key.tick") if self.ticking else "", t("closing.help.told")
            )
        yield Hint("Shift+Tab", t("key.previous"), t("closing.help.tab"))

    def body(self) -> ComposeResult:
        t = self.t
        results = self.desk.profile.results.values()
        yield Static(
            labelled(self.number or t("closing.question"), self.words),
            classes="note asked",
            markup=False,
        )
        options = [Option(each.code, each.name(t.code)) for each in results]
        yield Choice(t("closing.result"), options, self._result, id="result")
        told = t("closing.told_where") if self._outcome is Outcome.REFERRED else ""
        yield Field(t("closing.answer"), self._answer or told, id="answer")
        if self.tells:
            here = [Option(self.desk.profile.usual.channel, t("closing.told_here"))]
            yield TickLine(t("telling.label"), here, id="told")
        yield Field(t("closing.unit"), hint=t("closing.unit_hint"), id="unit")
        yield Field(t("closing.place"), hint=t("reason.needed"), id="place")
        yield Field(t("closing.telephone"), hint=t("reason.needed"), id="telephone")
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
        instead = "answer" not in endings.needs(self.desk, self._result)
        hint = self.t("closing.instead_answers") if instead else ""
        self.query_one("#answer", Field).line.placeholder = hint

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

    def on_input_changed(self) -> None:
        if self.ready:
            self.show_keys()

    def _closes(self) -> bool:
        """Whether Enter closes here: nothing that is needed is empty, and nothing below."""
        shown = self._shown()
        at = next((place for place, field in enumerate(shown) if field.line is self.focused), None)
        if at is None:
            return self.ticking
        missing = endings.missing(self.desk, self._ending())
        return missing is None and all(field.value.strip() for field in shown[at + 1 :])

    def scanned(self, field: Field, code: str) -> None:
        """Only a shift lead's staff card has anything to do here."""
        lead = self.query_one("#lead", Field)
        if lead.display:
            lead.value = code
            self.query_one("#lead_pin", Field).line.focus()
        else:
            super().scanned(field, code)

    def entered(self, line: FormLine) -> None:
        if isinstance(line, TickLine):
            self.action_go_on()
            return
        if not isinstance(line, Field):
            self._begin()
            return
        if self._short(line):
            return
        if not line.value.strip() and line.id in endings.needs(self.desk, self._result):
            self._ask_for(line.id)
            return
        if line.id == "unit":
            self._recall(self.written("unit"))
        shown = self._shown()
        for field in shown[shown.index(line) + 1 :]:
            if not field.value.strip():
                field.line.focus()
                return
        self.action_go_on()

    def _short(self, line: Field) -> bool:
        """A digit alone is no answer: it is a result's."""
        return line.id == "answer" and self.short_form(line, self.query_one("#result", Choice))

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
            told=next((code for line in self.query(TickLine) for code in line.ticked), ""),
        )

    def action_go_on(self) -> None:
        """Close; or on to what is still missing."""
        if self._short(self.query_one("#answer", Field)):
            return
        ending = self._ending()
        missing = endings.missing(self.desk, ending)
        if missing is not None:
            self._ask_for(missing)
            return
        number = self._called(ending.answer)
        if number is None:
            self._close(ending)
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self._close(ending)

        t = self.t
        question = t("closing.number_question", answer=ending.answer, number=number)
        self.app.push_screen(AskScreen(question, t("closing.number_way", number=number)), answered)

    def _called(self, answer: str) -> str | None:
        """The request that was rather meant: its number, or what is left of that behind the digit
        that has led here.
        """
        for digits in (answer, f"{DIGITS['close']}{answer}"):
            found = box.request_of(self.desk, digits) if digits.isdecimal() else None
            if found is not None:
                return found.number
        return None

    def _close(self, ending: Ending) -> None:
        self.query_one("#lead_pin", Field).value = ""
        if ending.lead_pin:
            self.say(self.t("signin.checking"))
            self.act_slowly(lambda: self._rule(ending), self.leave_with)
        else:
            self.leave_with(self.act(self._rule, ending))
