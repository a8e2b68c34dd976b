"""A question with yes and no; no is chosen until somebody chooses otherwise."""

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from screens.dialog import Dialog, lines


class Answers(Static, can_focus=True):
    """No and yes beside each other; arrows and Tab move, Enter answers."""

    def __init__(self, no: str, yes: str) -> None:
        super().__init__(id="answers", classes="answers", markup=False)
        self.words = (no, yes)
        self.yes = False

    def render(self) -> str:
        marked = (
            f"[{word}]" if at == self.yes else f" {word} " for at, word in enumerate(self.words)
        )
        return "    ".join(marked)


class AskScreen(Dialog[bool]):
    """Asks; gives True for yes alone."""

    BINDINGS = [
        Binding("left,right,up,down,tab,shift+tab", "other", priority=True, show=False),
        Binding("enter,ctrl+s", "answer", show=False),
    ]

    def __init__(self, question: str, *more: str) -> None:
        super().__init__()
        self.question = (question, *more)

    def inside(self) -> ComposeResult:
        yield lines(self.question)
        yield Answers(self.t("asking.no"), self.t("asking.yes"))
        yield Static(self.t("asking.keys"), classes="note", markup=False)

    def action_other(self) -> None:
        answers = self.query_one(Answers)
        answers.yes = not answers.yes
        answers.refresh()

    def action_answer(self) -> None:
        self.dismiss(self.query_one(Answers).yes)

    def on_click(self, event: events.Click) -> None:
        if isinstance(event.widget, Answers):
            self.action_other()
