"""A year's weeks drawn: a line a month, a cell a week, with how much is on in it."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.message import Message
from textual.widget import Widget

from deskapp.language import Language
from deskapp.programme import Week
from screens.cells import fit

NOTHING, CLOSED, PAST = ".", "x", "-"
MOVES = {"left": -1, "right": 1}
MONTH, MOST = 5, 5
"""cells of a month's name; weeks that begin in a month, at most"""


class YearGrid(Widget, can_focus=True):
    """The cursor stands on a week; arrows go over the weeks and months, Home to this week."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "yeargrid--empty",
        "yeargrid--past",
        "yeargrid--busy",
        "yeargrid--closed",
        "yeargrid--cursor",
    }
    DEFAULT_CSS = """
    YearGrid {
        height: 12; background: $surface; color: $foreground;
        & > .yeargrid--empty { color: $text-warning; background: $warning 15%; }
        & > .yeargrid--past { color: $foreground 60%; }
        & > .yeargrid--busy { color: $foreground; text-style: bold; }
        & > .yeargrid--closed { color: $foreground 60%; }
        & > .yeargrid--cursor {
            text-style: bold; color: $block-cursor-foreground; background: $block-cursor-background;
        }
        &:nocolor > .yeargrid--cursor { text-style: bold reverse; }
    }
    """

    class Moved(Message):
        """Another week, or another state of it, is under the cursor."""

        def __init__(self, week: Week | None) -> None:
            super().__init__()
            self.week = week

    class Chosen(Moved):
        """Enter."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.weeks: list[Week] = []
        self.at = 0
        self._t: Language | None = None
        self._today = date.min

    @property
    def week(self) -> Week | None:
        """The one under the cursor."""
        return self.weeks[self.at] if self.weeks else None

    def show(self, t: Language, weeks: Sequence[Week], today: date) -> None:
        """Other weeks, or the same anew: the cursor stays on its week, in another year on the one
        that it is, else the first.
        """
        before = self.week.first if self.week else None
        self._t, self.weeks, self._today = t, list(weeks), today
        firsts = [each.first for each in self.weeks]
        self.at = firsts.index(before) if before in firsts else self._now()
        self._tell()

    def _now(self) -> int:
        """The place of this week, in another year of the first."""
        return next((n for n, w in enumerate(self.weeks) if w.first <= self._today <= w.last), 0)

    def _tell(self) -> None:
        self.refresh()
        self.post_message(self.Moved(self.week))

    def move(self, at: int) -> None:
        self.at = max(0, min(at, len(self.weeks) - 1))
        self._tell()

    def next_empty(self) -> bool:
        """Go to the next week with nothing; whether there is one."""
        order = [*range(self.at + 1, len(self.weeks)), *range(self.at + 1)]
        for place in order:
            if self.weeks[place].empty and self.weeks[place].last >= self._today:
                self.move(place)
                return True
        return False

    async def _on_key(self, event: events.Key) -> None:
        if event.key in MOVES:
            self.move(self.at + MOVES[event.key])
        elif event.key in ("up", "down"):
            self._month(-1 if event.key == "up" else 1)
        elif event.key == "home":
            self.move(self._now())
        elif event.key == "enter":
            self.post_message(self.Chosen(self.week))
        else:
            return
        event.stop()
        event.prevent_default()

    def _month(self, by: int) -> None:
        """The week in the same place of another month."""
        here = self.week
        if here is None:
            return
        lines = self._lines()
        place = [week.first for week in lines[here.first.month - 1]].index(here.first)
        month = here.first.month - 1 + by
        if 0 <= month < len(lines):
            other = lines[month]
            self.move(self.weeks.index(other[min(place, len(other) - 1)]))

    def _lines(self) -> list[list[Week]]:
        """The weeks of each month, by their Mondays."""
        return [[w for w in self.weeks if w.first.month == month] for month in range(1, 13)]

    def render(self) -> Text:
        if self._t is None or not self.weeks:
            return Text()
        width = max(12, (self.size.width - MONTH - 1) // MOST)
        months = self._t("language.months").split()
        lines = []
        for name, weeks in zip(months, self._lines(), strict=True):
            line = Text(f" {fit(name, MONTH)}")
            for week in weeks:
                line.append_text(self._cell(week, width))
            lines.append(line)
        return Text("\n", no_wrap=True).join(lines)

    def _cell(self, week: Week, width: int) -> Text:
        part = "closed" if week.closed else "empty" if week.empty else "busy"
        if week.empty and week.last < self._today:
            part = "past"
        if week is self.week:
            part = "cursor"
        style = self.get_component_rich_style(f"yeargrid--{part}")
        mark = ">" if week.first <= self._today <= week.last else " "
        words = f"{mark}{week.first.day:02}-{week.last.day:02} {self._words(week)}"
        return Text(fit(words, width - 1), style).append(" ", "")

    def _words(self, week: Week) -> str:
        """A sign and a word: how many, nothing, closed; over is what is over."""
        t = self._t
        assert t is not None
        if held := week.held:
            return t("year.count", count=len(held))
        if week.closed:
            return f"{CLOSED} {t('year.closed')}"
        if week.last < self._today:
            return f"{PAST} {t('year.nothing')}"
        return f"{NOTHING} {t('year.nothing')}"
