"""Feedback (反馈) on an event: a tally of paper typed in one go, the mean, and what was said."""

from collections.abc import Iterable, Iterator
from functools import partial

from rich.text import Text
from textual import events as keys
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from deskapp import events, feedback
from deskapp.feedback import Summary, Taken, Word
from screens.asking import AskScreen
from screens.at_event import EventPage
from screens.base import Hint
from screens.event_words import mean_words
from screens.keys import TypedNumber
from screens.longlist import Column, LongList
from screens.reasons import ReasonScreen
from screens.scanbox import ScanBox, meant_for, prompted, write_in
from screens.shortlist import ShortList

BAR = 30
"""cells of the bar of a score that all gave"""


class FeedbackScreen(EventPage[Word]):
    """The box takes `5×23 4×7`; on the list a digit adds a word, or withdraws one."""

    BINDINGS = [
        Binding("1", "add_word", show=False),
        Binding("2", "withdraw", show=False),
        Binding("3", "import", show=False),
    ]
    AUTO_FOCUS = "ScanBox"
    numbers = True

    def __init__(self, id_: str, session: str = "") -> None:
        super().__init__(id_, session)
        self.summary = Summary((0,) * 5)

    def title_words(self) -> str:
        return self.of_event(self.t("feedback.title"))

    def hints(self) -> Iterable[Hint]:
        t = self.t
        yield Hint("Enter", t("feedback.key.take"), t("feedback.help.take"))
        if self.desk.may(feedback.READING):
            yield Hint("1", t("feedback.key.word"), t("feedback.help.word"))
            yield Hint("2", t("feedback.key.withdraw"), t("feedback.help.withdraw"))
            yield Hint("3", t("results.key.import"), t("feedback.help.import"))

    def body(self) -> ComposeResult:
        t = self.t
        yield Static(id="heading", classes="heading", markup=False)
        yield from prompted(ScanBox(placeholder=t("feedback.box"), id="box"))
        yield Static(id="figures", classes="note", markup=False)
        yield LongList[Word](
            [
                Column(t("result.score"), lambda row: str(row.score or ""), 5),
                Column(t("feedback.word"), lambda row: row.word, share=1, least=20),
                Column(t("feedback.at"), lambda row: t.day(row.at.date()), 11),
            ],
            ShortList[Word]((), lambda row: row.id),
            empty=t("feedback.nothing"),
            id="list",
        )

    def reread(self) -> None:
        event = self.event = self.act(events.event, self.desk, self.id_)
        summary = self.act(feedback.of_event, self.desk, self.id_)
        if event is None or summary is None:
            return
        self.summary = summary
        words = f" {event.title}  {mean_words(self.t, summary)}"
        self.query_one("#heading", Static).update(Text(words))
        self.query_one("#figures", Static).update(Text("\n".join(self._figures(summary))))
        self.query_one("#list", LongList).reload(ShortList(summary.words, lambda row: row.id))
        self.tick()
        self.show_keys()

    def _figures(self, summary: Summary) -> Iterator[str]:
        """A line a score, the best first; its length is its share."""
        for score, count in reversed(list(enumerate(summary.counts, 1))):
            share = count / summary.count if summary.count else 0
            yield f" {score}  {count:>5}  {share:>4.0%}  {'#' * round(share * BAR)}".rstrip()

    # The box

    def on_key(self, event: keys.Key) -> None:
        """Whatever is typed on the list means the box."""
        meant_for(self, "#box", "#list", event, "123")

    def on_typed_number(self, event: TypedNumber) -> None:
        write_in(self, "#box", event.text)

    def on_scan_box_entered(self, event: ScanBox.Entered) -> None:
        if not event.text:
            self.query_one("#list").focus()
        elif event.scanned:
            self.say(self.t("feedback.no_card"), error=True)
        else:
            done = self.act(self._take, event.text)
            if done is None:
                write_in(self, "#box", event.text)  # to be put right
            else:
                self._taken(done)

    def _take(self, text: str, word: str = "") -> Taken:
        return feedback.take(self.desk, self.id_, feedback.tally_of(text), word)

    def _taken(self, done: Taken | None) -> None:
        if done is not None:
            self.reread()
            words = mean_words(self.t, self.summary)
            self.say(self.t("feedback.counted", count=done.count, now=words))

    def action_add_word(self) -> None:
        """What somebody wrote beside their score."""
        t = self.t
        if not self._reads(1) or self.event is None:
            return
        rule = partial(feedback.take, self.desk, self.id_, (0,) * 5)
        heading, hint = t("feedback.key.word"), t("feedback.word_hint")
        screen = ReasonScreen(
            heading, self.event.title, hint, rule, number=self.event.name, label=t("feedback.word")
        )
        self.app.push_screen(screen.on(self.id_), self._added)

    def _added(self, done: Taken | None) -> None:
        if done is not None:
            self.reread()
            self.say(self.t("feedback.word_kept"))

    def action_withdraw(self) -> None:
        row = self.row
        if row is None or not self._reads(2):
            self.say(self.t("record.not_now", digit=2), error=True)
            return

        def withdraw(yes: bool | None) -> None:
            if yes and self.act(_withdrawn, self, row.id):
                self.reread()
                self.say(self.t("feedback.withdrawn"))

        self.app.push_screen(AskScreen(self.t("feedback.withdraw_question")), withdraw)

    def action_import(self) -> None:
        from screens.gathered_importing import GatheredImportingScreen

        if self._reads(3) and self.event is not None:
            self.go_to(GatheredImportingScreen(self.event, "feedback"))

    def _reads(self, digit: int) -> bool:
        may = self.desk.may(feedback.READING)
        if not may:
            self.say(self.t("record.not_now", digit=digit), error=True)
        return may


def _withdrawn(screen: FeedbackScreen, id_: str) -> bool:
    feedback.withdraw(screen.desk, id_)
    return True
