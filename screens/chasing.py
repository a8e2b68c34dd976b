"""Waiting for somebody outside (待馆外回复): for what, and when to ask again."""

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from deskapp import request_lists, waiting
from deskapp.waiting import Waiting
from screens.base import DeskScreen, Hint
from screens.choice import Field, labelled
from screens.scanbox import clean


class ChasingScreen(DeskScreen[Waiting]):
    """The clock stands from Enter on; where it stands already, asked again. Gives the receipt."""

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
        return self.t("chasing.title")

    def hints(self) -> Iterable[Hint]:
        yield Hint("Enter", self.t("key.enter"), self.t("chasing.help.enter"))
        yield Hint("Tab", self.t("key.next"), self.t("chasing.help.tab"))

    def body(self) -> ComposeResult:
        t = self.t
        record = request_lists.record(self.desk, self.request)
        usual = waiting.chase_on(self.desk, record.department).date().isoformat()
        yield Static(labelled(record.number, record.question), classes="note", markup=False)
        yield Field(t("chasing.whom"), hint=t("chasing.whom_hint"), id="note")
        yield Field(t("chasing.on"), usual, hint=t("chasing.on_hint"), id="day")
        yield Static(classes="half")

    def on_mount(self) -> None:
        self.query_one("#note", Field).line.focus()

    def on_field_entered(self, event: Field.Entered) -> None:
        if not event.scanned:
            self.action_go_on()

    def action_go_on(self) -> None:
        receipt = self.act(self._wait)
        if receipt is not None:
            self.dismiss(receipt)

    def _wait(self) -> Waiting:
        """Refuses MomentUnclear, and as the rules of waiting."""
        desk, id_ = self.desk, self.request
        note = clean(self.query_one("#note", Field).value)
        day = waiting.day_of(desk, clean(self.query_one("#day", Field).value))
        if request_lists.record(desk, id_).waits is None:
            return waiting.wait_outside(desk, id_, note, day)
        return waiting.chase(desk, id_, note, day)
