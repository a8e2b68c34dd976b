"""Forms: lines gone through one after the other, and one way to go on."""

from typing import Self

from textual import events
from textual.binding import Binding
from textual.widgets import Static

from screens.base import DeskScreen, Hint, Seen
from screens.burst import clean
from screens.choice import Choice, Field
from screens.tickline import TickLine

FormLine = Choice | Field | TickLine
"""what a form consists of"""


class FormScreen(DeskScreen[Seen]):
    """Lines to fill in; `action_go_on` acts, or goes to what is still missing.

    Enter in a line goes on, unless `entered` says otherwise. A scan is no Enter, and means nothing
    where `scanned` does not say what. Begins in the first line, unless `AUTO_FOCUS` names another.

    What is written when one goes back is there again when the same person opens it about the same
    thing again; until the program ends, and no PIN.
    """

    BINDINGS = [
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
        Binding("ctrl+s", "go_on", show=False),
    ]
    AUTO_FOCUS = "Choice, Line"
    undoes = False  # whoever writes means the text
    about = ""
    """the request, and where one screen serves several acts, the act"""
    keeps = True
    forgets: frozenset[str] = frozenset()
    """lines that are not there again"""
    _complaint: object = None

    def on(self, about: str) -> Self:
        """The same, about this."""
        self.about = about
        return self

    def action_go_on(self) -> None:
        raise NotImplementedError

    def all_hints(self) -> list[Hint]:
        t = self.t
        return [*super().all_hints(), Hint(t("key.arrows"), "", t("help.form"))]

    def entered(self, line: FormLine) -> None:
        """Enter in a line."""
        self.action_go_on()

    def scanned(self, field: Field, code: str) -> None:
        """A card or a code held before a line that one writes in."""
        self.say(self.t("box.no_box"), error=True)

    def short_form(self, field: Field, choice: Choice | None = None) -> bool:
        """Whether a lone digit stands where words are asked for: it means what has this digit in
        `choice`, and is nobody's words.
        """
        digit = clean(field.value)
        if len(digit) != 1 or not digit.isdecimal():
            return False
        if choice is not None and choice.press(int(digit)):
            field.value = ""
        else:
            self._means_nothing(self.t("form.no_such_digit", digit=digit))
            field.line.focus()
        return True

    def typed(self, choice: Choice, text: str) -> None:
        """Words where one chooses by digit."""
        self._means_nothing(self.t("form.digits_only"))

    def on_key(self, event: events.Key) -> None:
        """A character that no line takes."""
        if event.is_printable and event.character and not event.character.isspace():
            self._means_nothing(self.t("form.digits_only"))

    def _means_nothing(self, sentence: str) -> None:
        """Of a key that means nothing; until one does."""
        self.say(sentence, error=True)
        self._complaint = self.query_one("#message", Static).content

    def on_choice_picked(self, event: Choice.Picked) -> None:
        """Something was chosen. Called behind what a form itself does then, and may say."""
        if self.query_one("#message", Static).content is self._complaint:
            self.unsay()

    def on_choice_typed(self, event: Choice.Typed) -> None:
        if event.text.isdecimal():
            self._means_nothing(self.t("form.no_such_digit", digit=event.text))
        else:
            self.typed(event.choice, event.text)

    def on_choice_entered(self, event: Choice.Entered) -> None:
        self.entered(event.choice)

    def on_tick_line_entered(self, event: TickLine.Entered) -> None:
        self.entered(event.line)

    def on_field_entered(self, event: Field.Entered) -> None:
        if event.scanned:
            self.scanned(event.field, event.text)
        else:
            self.entered(event.field)

    def written(self, id_: str) -> str:
        """What is written in a line."""
        return clean(self.query_one(f"#{id_}", Field).value)

    def chosen(self, id_: str) -> str | None:
        """What is chosen in a line."""
        return self.query_one(f"#{id_}", Choice).value

    @property
    def ticking(self) -> bool:
        """Whether Space ticks where one is."""
        return isinstance(self.focused, TickLine)

    async def translate(self) -> None:
        """Say everything in the language that is spoken now; what is chosen and ticked stays so."""
        lines = self._all_lines()
        seen = {line.id: line.display for line in lines}
        chosen = {line.id: line.chosen for line in lines if isinstance(line, Choice)}
        ticked = {line.id: line.ticked for line in lines if isinstance(line, TickLine)}
        await super().translate()
        for line in self._all_lines():
            line.display = seen.get(line.id, True)
            if isinstance(line, TickLine):
                line.tick(ticked.get(line.id, ()))
            elif isinstance(line, Choice) and (option := chosen.get(line.id)):
                line.choose(option.value)
                line.chosen = line.chosen or option  # it had been looked for
                line.draw()

    def _all_lines(self) -> list[FormLine]:
        return [line for line in self.query("*") if isinstance(line, FormLine)]

    # What is left half-written

    def on_mount(self) -> None:
        if not self.at_work:
            return
        self._usual = self._lines()
        left = self.front.left.pop(self._place, None)
        if not left:
            return
        for line in self.query(Choice):
            if left.get(line.id) in {each.value for each in line.options}:
                line.choose(left[line.id])
                self.on_choice_picked(Choice.Picked(line, left[line.id] or "", digit=False))
        for ticks in self.query(TickLine):
            if (ticked := left.get(ticks.id)) is not None:
                ticks.tick(ticked.split())
        for field in self.query(Field):
            if left.get(field.id) is not None:
                field.value = left[field.id] or ""
        self.front.hand_on(self.t("form.resumed"))

    @property
    def _place(self) -> tuple[str, str, str]:
        operator = self.desk.operator
        return operator.id if operator else "", type(self).__name__, self.about

    def _lines(self) -> dict[str | None, str | None]:
        fields = (field for field in self.query(Field) if not field.secret)
        lines = (*self.query(Choice), *fields)
        found = {line.id: line.value for line in lines}
        found |= {line.id: " ".join(line.ticked) for line in self.query(TickLine)}
        return {id_: value for id_, value in found.items() if id_ not in self.forgets}

    def action_back(self) -> None:
        left = {id_: value for id_, value in self._lines().items() if value != self._usual.get(id_)}
        if left and self.keeps:
            self.front.left[self._place] = left
        self.dismiss()

    def leave_with(self, receipt: Seen | None) -> None:
        """Close, unless the act was refused."""
        if receipt is not None:
            self.dismiss(receipt)


class RequestForm(FormScreen[Seen]):
    """A form about one request, by its id."""

    def __init__(self, id_: str) -> None:
        super().__init__()
        self.request = self.about = id_
