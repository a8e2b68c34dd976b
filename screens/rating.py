"""What is known afterwards: minutes, effort on the READ scale, the reader's satisfaction."""

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from deskapp import request_lists, telling
from deskapp.desk import Refusal
from deskapp.telling import EFFORTS, Rated
from screens.base import DeskScreen, Hint
from screens.choice import Choice, Field, Option, labelled
from screens.scanbox import clean


class RatingScreen(DeskScreen[Rated]):
    """Whatever is known; the rest stays empty. Gives the receipt."""

    BINDINGS = [
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
        Binding("ctrl+s", "go_on", show=False),
    ]
    AUTO_FOCUS = ""
    at_work = False

    def __init__(self, id_: str) -> None:
        super().__init__()
        self.request = id_

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
        efforts = [Option(str(n), t("rating.effort_of", level=n)) for n in EFFORTS]
        satisfactions = [Option(str(n), words) for n, words in enumerate(pleased, 1)]
        yield Static(labelled(record.number, record.question), classes="note", markup=False)
        yield Choice(
            t("rating.satisfaction"), satisfactions, _text(record.satisfaction), id="satisfaction"
        )
        yield Choice(t("rating.effort"), efforts, _text(record.effort), id="effort")
        yield Field(t("rating.minutes"), _text(record.minutes) or "", id="minutes")
        yield Static(classes="half")

    def on_mount(self) -> None:
        self.query_one("#satisfaction").focus()

    def on_choice_picked(self, event: Choice.Picked) -> None:
        if event.digit and event.choice.id == "satisfaction":
            self.query_one("#effort").focus()
        elif event.digit:
            self.query_one("#minutes", Field).line.focus()

    def on_choice_entered(self, event: Choice.Entered) -> None:
        self.action_go_on()

    def on_field_entered(self, event: Field.Entered) -> None:
        if not event.scanned:
            self.action_go_on()

    def action_go_on(self) -> None:
        receipt = self.act(self._rate)
        if receipt is not None:
            self.dismiss(receipt)

    def _rate(self) -> Rated:
        minutes = clean(self.query_one("#minutes", Field).value)
        if minutes and not (minutes.isascii() and minutes.isdecimal()):
            raise Refusal("RatingWrong")
        return telling.rate(
            self.desk,
            self.request,
            minutes=_number(minutes),
            effort=_number(self.query_one("#effort", Choice).value),
            satisfaction=_number(self.query_one("#satisfaction", Choice).value),
        )


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)


def _number(text: str | None) -> int | None:
    return int(text) if text else None
