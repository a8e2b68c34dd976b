"""Whom to call when somebody is in danger (Ctrl+O 0), before a locked desk too; a digit records
that it was done, where somebody is signed in.
"""

from collections.abc import Iterable

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from deskapp import crisis
from deskapp.desk import Desk
from screens.base import DeskScreen, Hint
from screens.cells import fit


class CrisisScreen(DeskScreen[None]):
    """The telephones of the library's profile; nothing is asked, and no word is kept."""

    BINDINGS = [Binding(str(n), f"call({n})", show=False) for n in range(1, 10)]
    at_work = False

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._own_desk = desk

    def title_words(self) -> str:
        return self.t("crisis.title")

    def hints(self) -> Iterable[Hint]:
        if self.desk.operator is not None:
            yield Hint("1-9", self.t("crisis.called_key"), self.t("crisis.help.digits"))
        else:
            yield Hint(self.t.keys["lock"], "", self.t("help.lock"))

    def body(self) -> ComposeResult:
        yield Static(classes="gap")
        yield Static(id="lines", markup=False)
        yield Static(classes="gap")
        note = self.t("crisis.note") if self.desk.operator else self.t("crisis.locked")
        yield Static(f" {note}", classes="note", markup=False)
        yield Static(classes="half")

    def reread(self) -> None:
        t, text = self.t, Text()
        for digit, line in enumerate(self.desk.profile.crisis.values(), 1):
            text.append(f"   {digit} {fit(line.name(t.code), 26)} ")
            text.append(line.telephone or t("crisis.no_number"), "bold" if line.telephone else "")
            text.append("\n\n")
        self.query_one("#lines", Static).update(text or Text(f" {t('crisis.nobody')}"))

    def action_call(self, digit: int) -> None:
        lines = list(self.desk.profile.crisis.values())
        if digit <= len(lines):
            line = lines[digit - 1]
            if self.act(crisis.call, self.desk, line.code) is not None:
                self.say(self.t("crisis.called", whom=line.name(self.t.code)))
