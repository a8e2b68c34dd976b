"""A temporary reader (临时读者): name, type, until when; the desk makes the number."""

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.widgets import Static

from deskapp import cells, numbers
from deskapp.numbers import Entered
from screens.base import Hint
from screens.choice import Choice, Field, Option
from screens.form import FormLine, FormScreen

USUAL = "visitor"


class TemporaryScreen(FormScreen[Entered]):
    """Three lines; Enter goes on, and enters the reader in the last one."""

    def title_words(self) -> str:
        return self.t("temporary.title")

    def hints(self) -> Iterable[Hint]:
        t = self.t
        yield Hint("Enter", t("key.next"), t("temporary.help.enter"))
        yield Hint("Ctrl+S", t("key.save"), t("temporary.help.save"))

    def body(self) -> ComposeResult:
        t, patrons = self.t, self.desk.profile.patrons.values()
        yield Static(f" {t('temporary.law')}", classes="note", markup=False)
        yield Field(t("temporary.name"), id="person")
        kinds = [Option(each.code, each.name(t.code)) for each in patrons]
        # Those who have no number come last in a profile; the usual one may not be there.
        kinds.reverse()
        known = [kind.value for kind in kinds]
        yield Choice(t("temporary.kind"), kinds, USUAL if USUAL in known else known[0], id="kind")
        end = self.desk.now().date().replace(month=12, day=31)
        yield Field(t("temporary.until"), end.isoformat(), id="until")

    def entered(self, line: FormLine) -> None:
        match line.id:
            case "person":
                self.query_one("#kind").focus()
            case "kind":
                self.query_one("#until", Field).line.focus()
            case _:
                self.action_go_on()

    def action_go_on(self) -> None:
        entered = self.act(self._enter)
        if entered is not None:
            self.leave(self.t("temporary.entered", number=entered.number), entered)

    def _enter(self) -> Entered:
        until = cells.day(self.written("until"), self.t("temporary.until"))
        return numbers.enter_temporary(
            self.desk, self.written("person"), self.chosen("kind") or "", until
        )
