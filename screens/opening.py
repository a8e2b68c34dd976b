"""What is seen first, while the store is opened; keys typed meanwhile are kept."""

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from screens.base import DeskScreen, Hint

PAINTED = 0.02
"""seconds in which the thread that writes to the terminal is done"""


class OpeningScreen(DeskScreen[None]):
    """The frame of the desk, before there is one."""

    BINDINGS = [Binding("enter", "again", show=False)]
    at_work = speaks = False
    _failed = False

    def on_mount(self) -> None:
        # Behind the first paint, and when the terminal has it: Python loads one thing at a time.
        self.call_after_refresh(self.set_timer, PAINTED, self.front.open)

    def body(self) -> ComposeResult:
        yield Static(self.t("opening.wait"), id="opening", classes="half", markup=False)

    def whereabouts(self) -> str:
        return self.t("opening.title")

    def all_hints(self) -> list[Hint]:
        t = self.t
        quit_ = Hint(t.keys["quit"], t("key.quit"), t("help.quit"))
        again = Hint("Enter", t("key.again"), t("opening.help.again"))
        return [again, quit_] if self._failed else [quit_]

    def reread(self) -> None:
        self.show_keys()

    def fail(self, sentence: str) -> None:
        """The store cannot be opened: why, and what one can do."""
        self._failed = True
        self.query_one("#opening", Static).update(f"{sentence}\n\n{self.t('opening.failed')}")
        self.show_keys()
        self.app.bell()

    def action_again(self) -> None:
        if self._failed:
            self._failed = False
            self.query_one("#opening", Static).update(self.t("opening.wait"))
            self.front.open()

    def action_back(self) -> None:
        """There is nothing behind this."""
