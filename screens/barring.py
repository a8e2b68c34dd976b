"""Barring a reader by hand: for what, from where, for how many days."""

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from deskapp import bans, cells, conduct
from deskapp.bans import Barred
from deskapp.desk import Refusal
from deskapp.readers import Found
from screens.base import Hint
from screens.choice import Choice, Field, Option
from screens.form import FormLine, FormScreen
from screens.matters import reader_words


class BarringScreen(FormScreen[Barred]):
    """Enter in the last line bars the reader."""

    BINDINGS = [Binding("ctrl+s", "go_on", priority=True, show=False)]
    keeps = False

    def __init__(self, reader: Found) -> None:
        super().__init__()
        self.reader = reader

    def title_words(self) -> str:
        return self.t("conduct.bar")

    def hints(self) -> Iterable[Hint]:
        last = self.focused is not None and self.focused.id == "days-line"
        word = self.t("conduct.bar" if last else "key.next")
        yield Hint("Enter", word, self.t("conduct.help.bar"))

    def body(self) -> ComposeResult:
        t, profile = self.t, self.desk.profile
        known = profile.violations
        kinds = [Option(each, known[each].name(t.code)) for each in conduct.by_hand(self.desk)]
        zones = [Option("", t("conduct.everywhere"))]
        zones += [Option(each.code, each.name(t.code)) for each in profile.zones.values()]
        yield Static(f" {reader_words(t, self.desk, self.reader)}", classes="heading", markup=False)
        yield Choice(t("conduct.what"), kinds, id="kind")
        yield Choice(t("conduct.zone"), zones, "", id="zone")
        yield Field(t("conduct.days"), "7", id="days")
        yield Static(classes="half")

    def entered(self, line: FormLine) -> None:
        if line.id == "days":
            self.action_go_on()
        else:
            self.app.action_focus_next()

    def action_go_on(self) -> None:
        kind, zone = self.chosen("kind"), self.chosen("zone")
        if kind is None:
            self.refuse(Refusal("ViolationMissing"))
            self.query_one("#kind", Choice).focus()
            return
        self.leave_with(self.act(self._bar, kind, [zone] if zone else []))

    def _bar(self, kind: str, zones: list[str]) -> Barred:
        days = cells.whole(self.written("days"), self.t("conduct.days"))
        return bans.impose(self.desk, self.reader.id, kind, days or 0, zones)
