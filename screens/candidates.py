"""Who has what an award list asks for: all are put on it, or those that somebody chooses."""

from collections.abc import Iterable, Iterator
from functools import partial

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Static

from deskapp import award_sources, award_words, awards
from deskapp.award_sources import Line
from deskapp.awards import Granted
from deskapp.rolls import Roll
from screens.base import Hint
from screens.longlist import Column, LongList
from screens.numbered import Act, BoxedScreen
from screens.refusals import refusal_words
from screens.roll_words import amount_words, basis_words
from screens.scanbox import ScanBox, prompted
from screens.shortlist import ShortList


class CandidatesScreen(BoxedScreen[str]):
    """Enter shows what each rests on; gives what is to be said of those who were put on it."""

    AUTO_FOCUS = "LongList"

    def __init__(self, roll: Roll) -> None:
        super().__init__()
        self.roll = roll
        self.lines: tuple[Line, ...] = ()

    def title_words(self) -> str:
        return f"{self.t('roll.key.choose')} {self.roll.name}"

    def hints(self) -> Iterator[Hint]:
        yield Hint("Enter", self.t("roll.key.rests"), self.t("roll.help.rests"))
        yield from super().hints()

    def acts(self) -> Iterable[Act]:
        t, row = self.t, self.row
        fresh = [each for each in self.lines if each.award is None]
        if fresh:
            yield 1, t("candidates.key.all"), t("candidates.help.all"), partial(self._grant, fresh)
        if row is not None and row.award is None:
            yield 2, t("candidates.key.one"), t("candidates.help.one"), partial(self._grant, [row])

    @property
    def row(self) -> Line | None:
        row: Line | None = self.query_one("#list", LongList).row
        return row

    def body(self) -> ComposeResult:
        t = self.t
        yield Static(id="heading", classes="heading", markup=False)
        yield from prompted(ScanBox(placeholder=t("candidates.box"), id="box"))
        yield LongList[Line](
            [
                Column(t("result.rank"), lambda row: str(row.candidate.rank or ""), 5),
                Column(t("results.column.who"), lambda row: row.who, share=2, least=12),
                Column(t("results.column.prize"), lambda row: row.candidate.prize, 14),
                Column(t("candidates.amount"), self._amount, 16, right=True),
                Column(t("candidates.rests"), lambda row: str(len(row.candidate.rests)), 5),
                Column(t("list.state"), self._state, 10),
            ],
            ShortList[Line]((), _called),
            empty=t("candidates.nobody"),
            id="list",
        )
        yield Static(id="words", classes="note", markup=False)

    def _amount(self, row: Line) -> str:
        return amount_words(self.t, self.roll, row.candidate.amount)

    def _state(self, row: Line) -> str | Text:
        return self.t("candidates.on") if row.award else Text(self.t("candidates.off"), "bold")

    def reread(self) -> None:
        found = self.act(award_sources.candidates, self.desk, self.roll)
        t = self.t
        words = [basis_words(t, self.desk, self.roll)]
        if found is not None:
            self.lines = found.lines
            words.append(t("candidates.count", count=len(found.lines)))
            if found.nameless:
                words.append(t("candidates.nameless", count=found.nameless))
        self.query_one("#list", LongList).reload(ShortList(self.lines, _called))
        self.query_one("#heading", Static).update(Text(f" {'  '.join(words)}"))
        self.show_keys()

    def on_long_list_moved(self, event: LongList.Moved) -> None:
        if self.ready:
            rests = event.row.candidate.rests if event.row else ()
            words = award_words.lines(self.desk, self.t, rests[:2])
            self.query_one("#words", Static).update(Text(f" {'  |  '.join(words)}"))
            self.show_keys()

    def on_long_list_chosen(self, event: LongList.Chosen) -> None:
        from screens.rests import RestsScreen

        self.go_to(RestsScreen(event.row.who, event.row.candidate.rests))

    def on_scan_box_entered(self, event: ScanBox.Entered) -> None:
        if not self.is_digit(event):
            self.say(self.t("form.digits_only"), error=True)

    def _grant(self, some: list[Line]) -> None:
        chosen = [each.candidate for each in some]
        done = self.act(awards.grant, self.desk, self.roll.id, chosen)
        if done is not None and len(some) > 1:
            self.dismiss(self._said(done))
        elif done is not None:
            self.reread()
            self.say(self._said(done), error=bool(done.refused))

    def _said(self, done: Granted) -> str:
        t = self.t
        words = [t("candidates.done", count=len(done.new))]
        for _, refusal in done.refused[:1]:
            words.append(t("candidates.refused", count=len(done.refused)))
            words.append(refusal_words(t, self.desk, refusal))
        return "  ".join(words)


def _called(row: Line) -> str:
    return row.candidate.patron or f"name {row.candidate.name}"
