"""A dialog for a reason or a note: reopening, sending back, waiting, the next stage."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from screens.base import DeskScreen, Hint
from screens.choice import Choice, Field, Option, labelled
from screens.scanbox import clean

Receipt = TypeVar("Receipt")


class ReasonScreen(DeskScreen[Receipt]):
    """One line, and Enter acts; `usual` reasons, if any, act by their digit in the line below,
    which no stray digit reaches. Gives the receipt of `rule(reason)`.
    """

    BINDINGS = [
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
        Binding("ctrl+s", "go_on", show=False),
    ]
    AUTO_FOCUS = ""
    at_work = False

    def __init__(
        self,
        heading: str,
        what: str,
        hint: str,
        rule: Callable[[str], Receipt],
        usual: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self.usual = usual
        self.heading, self.what, self.hint, self.rule = heading, what, hint, rule

    def title_words(self) -> str:
        return self.heading

    def hints(self) -> Iterable[Hint]:
        yield Hint("Enter", self.t("key.enter"), self.t("reason.help.enter"))
        if self.usual:
            yield Hint("1-9", self.t("key.choose"), self.t("reason.help.usual"))
            yield Hint("Tab", self.t("reason.usual"), self.t("reason.help.usual"))

    def body(self) -> ComposeResult:
        yield Static(
            labelled(self.t("closing.question"), self.what), classes="note asked", markup=False
        )
        yield Field(self.t("reason.reason"), hint=self.hint, id="reason")
        if self.usual:
            yield Choice(
                self.t("reason.usual"), (Option(each, each) for each in self.usual), id="usual"
            )
        yield Static(classes="half")

    def on_mount(self) -> None:
        self.query_one("#reason", Field).line.focus()

    def on_field_entered(self, event: Field.Entered) -> None:
        if not event.scanned:
            self.action_go_on()

    def on_choice_picked(self, event: Choice.Picked) -> None:
        self.query_one("#reason", Field).value = event.value
        if event.digit:
            self.action_go_on()

    def on_choice_typed(self, event: Choice.Typed) -> None:
        self.query_one("#reason", Field).go_on(event.text)

    def on_choice_entered(self) -> None:
        self.action_go_on()

    def action_go_on(self) -> None:
        self.give(clean(self.query_one("#reason", Field).value))

    def give(self, reason: str) -> None:
        """Act, and leave if it was not refused."""
        receipt = self.act(self.rule, reason)
        if receipt is not None:
            self.dismiss(receipt)
