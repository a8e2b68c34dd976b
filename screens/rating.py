"""What is known afterwards: minutes, effort on the READ scale, the reader's satisfaction."""

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.widgets import Static

from deskapp import request_lists, telling
from deskapp.desk import Refusal
from deskapp.telling import EFFORTS, Rated
from screens.base import Hint
from screens.choice import Choice, Field, Option, labelled
from screens.form import RequestForm
from screens.wording import record_words


class RatingScreen(RequestForm[Rated]):
    """Whatever is known; the rest stays empty. Gives the receipt."""

    def title_words(self) -> str:
        return self.t("record.rate")

    def hints(self) -> Iterable[Hint]:
        t = self.t
        yield Hint("1-9", t("key.choose"), t("rating.help.digits"))
        yield Hint("Enter", t("key.save"), t("rating.help.enter"))
        yield Hint("Tab", t("key.next"), t("rating.help.tab"))

    def body(self) -> ComposeResult:
        t = self.t
        record = request_lists.record(self.desk, self.request)
        pleased = (t("rating.no"), t("rating.partly"), t("rating.yes"))
        ends = {EFFORTS[0]: t("rating.least"), EFFORTS[-1]: t("rating.most")}
        efforts = [Option(str(n), ends.get(n, "")) for n in EFFORTS]
        satisfactions = [Option(str(n), words) for n, words in enumerate(pleased, 1)]
        yield Static(labelled(record.number, record_words(t, record)), classes="note", markup=False)
        yield Choice(
            t("rating.satisfaction"), satisfactions, _text(record.satisfaction), id="satisfaction"
        )
        yield Choice(t("rating.effort"), efforts, _text(record.effort), id="effort")
        yield Field(t("rating.minutes"), _text(record.minutes) or "", id="minutes")
        yield Static(classes="half")

    def on_choice_picked(self, event: Choice.Picked) -> None:
        if event.digit and event.choice.id == "satisfaction":
            self.query_one("#effort").focus()
        elif event.digit:
            self.query_one("#minutes", Field).line.focus()

    def action_go_on(self) -> None:
        self.leave_with(self.act(self._rate))

    def _rate(self) -> Rated:
        minutes = self.written("minutes")
        if minutes and not (minutes.isascii() and minutes.isdecimal()):
            raise Refusal("RatingWrong")
        return telling.rate(
            self.desk,
            self.request,
            minutes=_number(minutes),
            effort=_number(self.chosen("effort")),
            satisfaction=_number(self.chosen("satisfaction")),
        )


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)


def _number(text: str | None) -> int | None:
    return int(text) if text else None
