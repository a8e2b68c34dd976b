"""A dialog for a reason or a note: reopening, sending back, waiting, the next stage."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from textual.app import ComposeResult
from textual.widgets import Static

from screens.base import Hint
from screens.choice import Choice, Field, Option, labelled
from screens.form import FormScreen

Receipt = TypeVar("Receipt")


class ReasonScreen(FormScreen[Receipt]):
    """One line, and Enter acts; `usual` reasons, if any, act by their digit in the line below, or
    by it and Enter in this one. Gives the receipt of `rule(reason)`. number: of the request it is
    about; label: what the line is called if it is no reason.
    """

    forgets = frozenset({"usual"})

    def __init__(
        self,
        heading: str,
        what: str,
        hint: str,
        rule: Callable[[str], Receipt],
        usual: Sequence[str] = (),
        *,
        number: str = "",
        label: str = "",
    ) -> None:
        super().__init__()
        self.usual, self.number, self.label = usual, number, label
        self.heading, self.what, self.hint, self.rule = heading, what, hint, rule

    def title_words(self) -> str:
        return self.heading

    def hints(self) -> Iterable[Hint]:
        yield Hint("Enter", self.t("key.enter"), self.t("reason.help.enter"))
        if self.usual:
            yield Hint("1-9", self.t("key.choose"), self.t("reason.help.usual"))
            yield Hint("Tab", self.t("reason.usual"), self.t("reason.help.tab"))

    def body(self) -> ComposeResult:
        yield Static(
            labelled(self.number or self.t("closing.question"), self.what),
            classes="note asked",
            markup=False,
        )
        yield Field(self.label or self.t("reason.reason"), hint=self.hint, id="reason")
        if self.usual:
            label = self.t("reason.offered" if self.label else "reason.usual")
            yield Choice(label, (Option(each, each) for each in self.usual), id="usual")
        yield Static(classes="half")

    def on_choice_picked(self, event: Choice.Picked) -> None:
        self.query_one("#reason", Field).value = event.value
        if event.digit:
            self.action_go_on()

    def typed(self, choice: Choice, text: str) -> None:
        self.query_one("#reason", Field).go_on(text)

    def action_go_on(self) -> None:
        """Act, and leave if it was not refused."""
        usual = next(iter(self.query(Choice)), None)
        if not self.short_form(self.query_one("#reason", Field), usual):
            self.leave_with(self.act(self.rule, self.written("reason")))
