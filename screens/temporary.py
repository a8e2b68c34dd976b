"""A temporary reader (临时读者): name, type, until when; the desk makes the number."""

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from deskapp import cells, numbers
from deskapp.numbers import Entered
from screens.base import DeskScreen, Hint
from screens.choice import Choice, Field, Option
from screens.scanbox import clean

USUAL = "visitor"


class TemporaryScreen(DeskScreen[Entered]):
    """Three lines; Enter goes on, and enters the reader in the last one."""

    AUTO_FOCUS = "Line"
    BINDINGS = [
        Binding("ctrl+s", "save", show=False),
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
    ]

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

    def on_field_entered(self, event: Field.Entered) -> None:
        if event.scanned:
            return
        if event.field.id == "person":
            self.query_one("#kind").focus()
        else:
            self.action_save()

    def on_choice_entered(self) -> None:
        self.query_one("#until", Field).line.focus()

    def action_save(self) -> None:
        entered = self.act(self._enter)
        if entered is not None:
            self.leave(self.t("temporary.entered", number=entered.number), entered)

    def _enter(self) -> Entered:
        until = cells.day(clean(self.query_one("#until", Field).value), self.t("temporary.until"))
        name = clean(self.query_one("#person", Field).value)
        return numbers.enter_temporary(
            self.desk, name, self.query_one("#kind", Choice).value or "", until
        )
