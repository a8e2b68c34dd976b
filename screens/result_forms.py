"""The forms of an event's results: one result, a correction, the rule of prizes."""

from collections.abc import Iterable, Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from deskapp import cells, results
from deskapp.events import Event
from deskapp.readers import Found
from deskapp.results import Achieved, Entered, Place, Share, Standings
from screens.base import Hint, Seen
from screens.choice import Choice, Field, Option, labelled
from screens.form import FormLine, FormScreen
from screens.matters import reader_words

SAVE = Binding("ctrl+s", "go_on", priority=True, show=False)
HIGHEST, LOWEST = "highest", "lowest"
"""who wins"""


class AchievedForm(FormScreen[Seen]):
    """A score, or a rank as the judges gave it, and a line more."""

    BINDINGS = [SAVE]
    LAST = ""

    def __init__(
        self, event: Event, reader: Found | None, name: str, row: Place | None = None
    ) -> None:
        super().__init__()
        self.event, self.reader, self.called, self.row = event, reader, name, row

    def title_words(self) -> str:
        return f"{self.t('result.title')} {self.event.name}"

    def hints(self) -> Iterable[Hint]:
        yield Hint("Enter", self.t("key.next"), self.t("draws.help.next"))
        yield Hint("Ctrl+S", self.t("key.save"), self.t("events.help.save"))

    def body(self) -> ComposeResult:
        t, row, reader = self.t, self.row, self.reader
        who = reader_words(t, self.desk, reader) if reader else self.called
        yield Static(labelled(t("results.column.who"), who), classes="note", markup=False)
        score = f"{row.score:g}" if row and row.score is not None else ""
        rank = str(row.given or "") if row else ""
        yield Field(t("result.score"), score, hint=t("results.score_hint"), id="score")
        yield Field(t("result.rank"), rank, hint=t("results.rank_hint"), id="rank")
        yield from self.more()
        yield Static(classes="half")

    def more(self) -> ComposeResult:
        """The last line."""
        raise NotImplementedError

    def entered(self, line: FormLine) -> None:
        if line.id == self.LAST:
            self.action_go_on()
        else:
            self.app.action_focus_next()

    def achieved(self) -> tuple[float | None, int | None]:
        """Refuses ScoreUnclear, CountUnclear."""
        score = results.score_of(self.written("score"), self.t("result.score"))
        return score, cells.whole(self.written("rank"), self.t("result.rank"))


class ResultScreen(AchievedForm[Entered]):
    """And the work."""

    LAST = "note"

    def more(self) -> ComposeResult:
        note, hint = self.row.note if self.row else "", self.t("results.note_hint")
        yield Field(self.t("results.column.note"), note, hint=hint, id=self.LAST)

    def entered(self, line: FormLine) -> None:
        """A score is all that is needed: Enter behind it saves."""
        if line.id == "score" and self.written("score"):
            self.action_go_on()
        else:
            super().entered(line)

    def action_go_on(self) -> None:
        self.leave_with(self.act(self._enter))

    def _enter(self) -> Entered:
        score, rank = self.achieved()
        reader = self.reader.id if self.reader else None
        name = "" if self.reader else self.called
        achieved = Achieved(reader, name, (), score, rank, self.written("note"))
        return results.enter(self.desk, self.event.id, achieved)


class CorrectingScreen(AchievedForm[Standings]):
    """Of a confirmed list, and why. `chosen`: who stands before their equals."""

    LAST = "why"

    def __init__(self, event: Event, row: Place, chosen: Sequence[str]) -> None:
        super().__init__(event, row.reader, row.name, row)
        self.id_, self.before = row.id, chosen

    def more(self) -> ComposeResult:
        hint = self.t("results.again_hint")
        yield Field(self.t("reason.reason"), hint=hint, id=self.LAST)

    def action_go_on(self) -> None:
        self.leave_with(self.act(self._correct))

    def _correct(self) -> Standings:
        changes, why = {self.id_: self.achieved()}, self.written(self.LAST)
        return results.correct(self.desk, self.event.id, why, changes, self.before)


class RuleScreen(FormScreen[Standings]):
    """Whether the highest or the lowest wins, and how many of each prize there are."""

    BINDINGS = [SAVE]

    def __init__(self, event: Event, list_: Standings) -> None:
        super().__init__()
        self.event, self.list_ = event, list_

    def title_words(self) -> str:
        return f"{self.t('results.key.rule')} {self.event.name}"

    def hints(self) -> Iterable[Hint]:
        yield Hint("Enter", self.t("key.next"), self.t("draws.help.next"))
        yield Hint("Ctrl+S", self.t("key.save"), self.t("events.help.save"))

    def body(self) -> ComposeResult:
        t = self.t
        ways = [Option(each, t(f"wins.{each}")) for each in (HIGHEST, LOWEST)]
        way = LOWEST if self.list_.lowest else HIGHEST
        yield Choice(t("results.wins"), ways, way, id="way")
        now = {each.code: each.amount for each in self.list_.rule}
        for prize in self.desk.profile.prizes.values():
            name, hint = prize.name(t.code), t("results.amount_hint")
            yield Field(name, now.get(prize.code, ""), hint=hint, id=f"prize-{prize.code}")
        yield Static(classes="half")

    def entered(self, line: FormLine) -> None:
        if line is self._all_lines()[-1]:
            self.action_go_on()
        else:
            self.app.action_focus_next()

    def action_go_on(self) -> None:
        self.leave_with(self.act(self._set))

    def _set(self) -> Standings:
        amounts = {code: self.written(f"prize-{code}") for code in self.desk.profile.prizes}
        rule = [Share(code, amount) for code, amount in amounts.items() if amount]
        lowest = self.chosen("way") == LOWEST
        return results.set_rule(self.desk, self.event.id, lowest=lowest, rule=rule)
