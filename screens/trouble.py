"""The error screen: what nobody had thought of has happened, and the desk goes on."""

from collections.abc import Sequence
from pathlib import Path

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from screens.dialog import Dialog, lines
from screens.labels import from_home


class TroubleScreen(Dialog[None]):
    """A sentence, where the log is, what was typed; Enter goes home."""

    BINDINGS = [Binding("enter,ctrl+s", "back", show=False)]

    def __init__(self, log: Path | None, kept: Sequence[str]) -> None:
        super().__init__()
        self.log_file, self.kept = log, kept

    def inside(self) -> ComposeResult:
        t = self.t
        yield Static(t("trouble.title"), classes="heading", markup=False)
        said = [t("trouble.what")]
        if self.log_file is not None:
            said.append(t("trouble.log", file=from_home(self.log_file)))
        if self.kept:
            said += ["", t("trouble.kept"), *(f"  {text}" for text in self.kept)]
        yield lines(said)
        yield Static(t("trouble.keys"), classes="note", markup=False)
