"""Daily counts on one line each: document delivery, teachers' book buying."""

from collections.abc import Iterable
from datetime import date

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.widgets import Static

from deskapp import cells, counts
from deskapp.counts import Counted
from screens.base import Hint
from screens.burst import clean
from screens.choice import LABEL, Field
from screens.form import FormLine, FormScreen


class CountsScreen(FormScreen[None]):
    """The numbers of a day; Enter keeps what is written."""

    AUTO_FOCUS = ""
    keeps = False  # numbers of one day are not to be found under another
    day: date | None = None

    def title_words(self) -> str:
        return self.t("counts.title")

    def hints(self) -> Iterable[Hint]:
        yield Hint("Enter", self.t("key.save"), self.t("counts.help.enter"))
        yield Hint("Tab", self.t("key.next"), self.t("counts.help.tab"))

    def body(self) -> ComposeResult:
        t = self.t
        today = self.desk.now().date().isoformat()
        yield Field(t("counts.day"), today, hint=t("counts.day_hint"), id="day")
        for each in self.desk.profile.counts.values():
            name = each.name(t.code)
            yield Field(name, hint=name, id=f"count-{each.code}")
        yield Static(f" {t('counts.note')}", classes="note", markup=False)
        yield Static(classes="half")

    def on_mount(self) -> None:
        wide = max(cell_len(each.label) for each in self.query(Field)) + 2
        for each in self.query(Field):
            each.query_one(".name").styles.min_width = max(wide, LABEL + 1)
        self.query(Field).last().line.focus()
        if len(self.query(Field)) > 1:
            self.query(Field)[1].line.focus()

    def reread(self) -> None:
        if self.day is None:
            self._show(self.desk.now().date())

    def _show(self, day: date) -> None:
        """What is on record of a day."""
        self.day = day
        known = counts.of_day(self.desk, day)
        for code in self.desk.profile.counts:
            self.query_one(f"#count-{code}", Field).value = str(known.get(code, ""))

    def entered(self, line: FormLine) -> None:
        if line.id == "day":
            day = self.act(cells.day, self.written("day"), self.t("counts.day"))
            if day is not None:
                self._show(day)
                self.query(Field)[1].line.focus()
        else:
            self.action_go_on()

    def action_go_on(self) -> None:
        done = self.act(self._enter)
        if done is not None:
            self.leave(self.t("counts.done", entered=done.entered, corrected=done.corrected))

    def _enter(self) -> Counted:
        """What is written, of the day whose numbers are shown."""
        assert self.day is not None
        numbers = {}
        for each in self.desk.profile.counts.values():
            field = self.query_one(f"#count-{each.code}", Field)
            number = cells.whole(clean(field.value), field.label)
            if number is not None:
                numbers[self.day, each.code] = number
        return counts.enter(self.desk, numbers)
