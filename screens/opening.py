"""What is seen first, while the store is opened; keys typed meanwhile are kept."""

from textual.app import ComposeResult
from textual.widgets import Static

from screens.base import DeskScreen


class OpeningScreen(DeskScreen[None]):
    """The frame of the desk, before there is one."""

    at_work = False

    def body(self) -> ComposeResult:
        yield Static(self.t("opening.wait"), id="opening", classes="half", markup=False)

    def whereabouts(self) -> str:
        return self.t("opening.title")

    def reread(self) -> None:
        self.show_keys()

    def fail(self, sentence: str) -> None:
        """The store cannot be opened: why, and what one can do."""
        self.query_one("#opening", Static).update(f" {sentence}\n\n {self.t('opening.failed')}")
        self.app.bell()

    def action_back(self) -> None:
        """There is nothing behind this."""
