"""A temporary reader (临时读者): name, type, until when; the desk makes the number."""

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from deskapp import cells, numbers
from deskapp.numbers import Entered
from screens.base import Hint
from screens.choice import Choice, Field, Option
from screens.dialog import Dialog, lines
from screens.form import FormLine, FormScreen

USUAL = "visitor"


class NumberScreen(Dialog[None]):
    """The number that was made, in full until Enter or Esc: nowhere else is it again."""

    BINDINGS = [Binding("enter,ctrl+s", "back", show=False)]

    def __init__(self, number: str) -> None:
        super().__init__()
        self.number = number

    def inside(self) -> ComposeResult:
        t = self.t
        yield lines((t("temporary.number", number=self.number), t("temporary.tell")))
        yield Static(t("temporary.keys"), classes="note", markup=False)


class TemporaryScreen(FormScreen[Entered]):
    """Three lines; Enter goes on, and enters the reader in the last one."""

    BINDINGS = [Binding("ctrl+s", "go_on", priority=True, show=False)]

    def title_words(self) -> str:
        return self.t("temporary.title")

    def hints(self) -> Iterable[Hint]:
        t = self.t
        last = self.focused is not None and self.focused.id == "until-line"
        yield Hint("Enter", t("key.save" if last else "key.next"), t("temporary.help.enter"))
        yield Hint("Ctrl+S", "" if last else t("key.save"), t("temporary.help.save"))

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
        if entered is None:
            return
        said = self.t("temporary.entered", number=entered.number)

        # Later: this screen's own return to the front comes first, and would say it here.
        def seen(_: None) -> None:
            self.call_later(self.leave, said, entered)

        self.app.push_screen(NumberScreen(entered.number), seen)

    def _enter(self) -> Entered:
        until = cells.day(self.written("until"), self.t("temporary.until"))
        return numbers.enter_temporary(
            self.desk, self.written("person"), self.chosen("kind") or "", until
        )
