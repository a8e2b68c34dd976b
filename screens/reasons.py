"""A dialog for a reason: reopening, sending back, correcting who was asked first."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from deskapp import staff
from deskapp.desk import Operator, Refusal, Role
from screens.base import DeskScreen, Hint
from screens.choice import Choice, Field, Option, labelled
from screens.handing import told_apart
from screens.scanbox import clean

Receipt = TypeVar("Receipt")


class ReasonScreen(DeskScreen[Receipt]):
    """One line, and Enter acts. Gives the receipt of `rule(reason)`."""

    BINDINGS = [
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
        Binding("ctrl+s", "go_on", show=False),
    ]
    AUTO_FOCUS = ""
    at_work = False

    def __init__(self, heading: str, what: str, hint: str, rule: Callable[[str], Receipt]) -> None:
        super().__init__()
        self.heading, self.what, self.hint, self.rule = heading, what, hint, rule

    def title_words(self) -> str:
        return self.heading

    def hints(self) -> Iterable[Hint]:
        yield Hint("Enter", self.t("key.enter"), self.t("reason.help.enter"))

    def body(self) -> ComposeResult:
        yield Static(labelled(self.t("closing.question"), self.what), classes="note", markup=False)
        yield from self.more()
        yield Field(self.t("reason.reason"), hint=self.hint, id="reason")
        yield Static(classes="half")

    def more(self) -> ComposeResult:
        """What stands above the reason."""
        yield from ()

    def on_mount(self) -> None:
        self.query("Choice, Line").first().focus()

    def on_field_entered(self, event: Field.Entered) -> None:
        if not event.scanned:
            self.action_go_on()

    def action_go_on(self) -> None:
        self.give(clean(self.query_one("#reason", Field).value))

    def give(self, reason: str) -> None:
        """Act, and leave if it was not refused."""
        receipt = self.act(self.rule, reason)
        if receipt is not None:
            self.dismiss(receipt)


class CorrectingScreen(ReasonScreen[Receipt]):
    """Who was asked first, and why the entry was wrong. `correct` takes a person's id and that."""

    def __init__(self, what: str, hint: str, correct: Callable[[str, str], Receipt]) -> None:
        super().__init__("", what, hint, lambda reason: correct(self._chosen(), reason))

    def title_words(self) -> str:
        return self.t("correcting.title")

    def more(self) -> ComposeResult:
        everybody = self._able(staff.everybody(self.desk))
        yield Choice(self.t("correcting.who"), everybody, find=self._search, id="who")

    def _search(self, typed: str) -> Sequence[Option]:
        return self._able(staff.search(self.desk, typed))

    def _able(self, found: Iterable[Operator]) -> list[Option]:
        return told_apart(self.desk, (e for e in found if e.role.reaches(Role.LIBRARIAN)))

    def _chosen(self) -> str:
        value = self.query_one("#who", Choice).value
        if value is None:
            raise Refusal("FirstResponderMissing")
        return value

    def on_choice_picked(self, event: Choice.Picked) -> None:
        if event.digit:
            self.query_one("#reason", Field).line.focus()

    def on_choice_entered(self, event: Choice.Entered) -> None:
        self.query_one("#reason", Field).line.focus()
