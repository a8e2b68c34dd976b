"""A year of events: every week with how much is on, and the weeks with nothing."""

from collections.abc import Iterable

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from deskapp import programme
from deskapp.events import Held
from deskapp.programme import Week
from screens.base import DeskScreen, Hint
from screens.event_words import held_columns
from screens.longlist import LongList
from screens.shortlist import ShortList
from screens.year_grid import YearGrid


class YearScreen(DeskScreen[None]):
    """Arrows move over the weeks; Enter goes to what is on in one."""

    BINDINGS = [
        Binding("pageup", "year(-1)", show=False, priority=True),
        Binding("pagedown", "year(1)", show=False, priority=True),
        Binding("tab", "empty", show=False, priority=True),
    ]
    AUTO_FOCUS = "YearGrid"

    def __init__(self) -> None:
        super().__init__()
        self.year = 0

    def title_words(self) -> str:
        return self.t("events.key.year")

    def hints(self) -> Iterable[Hint]:
        t = self.t
        yield Hint("Enter", t("year.key.enter"), t("year.help.enter"))
        yield Hint("Tab", t("year.key.empty"), t("year.help.empty"))
        yield Hint("PgUp/PgDn", t("year.key.year"), t("year.help.year"))
        yield Hint("Home", "", t("year.help.home"))

    def body(self) -> ComposeResult:
        t = self.t
        yield Static(id="heading", classes="heading", markup=False)
        yield YearGrid(id="grid")
        yield Static(id="week", classes="one", markup=False)
        yield LongList[Held](
            held_columns(t, self.desk),
            ShortList[Held]((), lambda row: row.session),
            empty=t("year.week_empty"),
            id="list",
        )

    @property
    def grid(self) -> YearGrid:
        return self.query_one("#grid", YearGrid)

    def reread(self) -> None:
        today = self.desk.now().date()
        self.year = self.year or programme.monday_of(today).year
        weeks = programme.weeks(self.desk, self.year)
        self.grid.show(self.t, weeks, today)
        busy = sum(bool(week.held) for week in weeks)
        empty = [week for week in weeks if week.empty]
        left = sum(week.last >= today for week in empty)
        held = {each.session for week in weeks for each in week.held}
        words = self.t(
            "year.heading",
            year=self.year,
            sessions=len(held),
            busy=busy,
            empty=len(empty),
            left=left,
        )
        self.query_one("#heading", Static).update(Text(f" {words}"))

    def on_year_grid_moved(self, event: YearGrid.Moved) -> None:
        week = event.week
        if week is None:
            return
        self.query_one("#week", Static).update(Text(f" {self._words(week)}"))
        rows = ShortList(week.sessions, lambda row: row.session)
        self.query_one("#list", LongList).reload(rows)

    def _words(self, week: Week) -> str:
        """`11-23 周一 – 11-29 周日  考试周  3场`."""
        t = self.t
        words = [f"{t.day(week.first)} – {t.day(week.last)}"]
        if week.season is not None:
            words.append(self.desk.profile.seasons[week.season].name(t.code))
        if week.closed:
            words.append(t("year.closed"))
        words.append(t("year.count", count=len(week.held)) if week.held else t("year.nothing"))
        return "  ".join(words)

    def on_year_grid_chosen(self, event: YearGrid.Chosen) -> None:
        """Into the list of the week; Esc leads back to the weeks."""
        if event.week is not None and event.week.sessions:
            self.query_one("#list").focus()
        else:
            self.say(self.t("year.week_empty"))

    def on_long_list_chosen(self, event: LongList.Chosen) -> None:
        from screens.event import EventScreen

        self.go_to(EventScreen(event.row.event, event.row.session))

    def action_year(self, by: int) -> None:
        self.year += by
        self.act(self.reread)

    def action_empty(self) -> None:
        self.grid.focus()
        if not self.grid.next_empty():
            self.say(self.t("year.none_empty"))

    def action_go(self, feature: str) -> None:
        if feature == "events":  # the key that led here leads back
            self.dismiss()
        else:
            super().action_go(feature)

    def action_back(self) -> None:
        if self.focused is self.grid:
            self.dismiss()
        else:
            self.grid.focus()
