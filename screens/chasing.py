"""Waiting for somebody outside (待馆外回复), or asking the reader again: why, and when next."""

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.widgets import Static

from deskapp import moments, request_lists, waiting
from deskapp.waiting import Waiting
from screens.base import Hint
from screens.choice import Field, labelled
from screens.form import RequestForm
from screens.wording import record_words


class ChasingScreen(RequestForm[Waiting]):
    """The clock stands from Enter on; where it stands already, asked again. Gives the receipt."""

    _asks_reader = False

    def title_words(self) -> str:
        return self.t("waiting.title" if self._asks_reader else "chasing.title")

    def hints(self) -> Iterable[Hint]:
        yield Hint("Enter", self.t("key.enter"), self.t("chasing.help.enter"))
        yield Hint("Tab", self.t("key.next"), self.t("chasing.help.tab"))

    def body(self) -> ComposeResult:
        t = self.t
        record = request_lists.record(self.desk, self.request)
        whom = record.waits or waiting.OUTSIDE
        self._asks_reader = whom == waiting.READER
        usual = waiting.chase_on(self.desk, record.department, whom=whom).date().isoformat()
        yield Static(labelled(record.number, record_words(t, record)), classes="note", markup=False)
        if self._asks_reader:
            yield Field(t("reason.reason"), hint=t("reason.optional"), id="note")
        else:
            yield Field(t("chasing.whom"), hint=t("chasing.whom_hint"), id="note")
        yield Field(t("chasing.on"), usual, hint=t("chasing.on_hint"), id="day")
        yield Static(classes="half")

    def action_go_on(self) -> None:
        self.leave_with(self.act(self._wait))

    def _wait(self) -> Waiting:
        """Refuses MomentUnclear, and as the rules of waiting."""
        desk, id_ = self.desk, self.request
        note = self.written("note")
        day = moments.day_to_come(desk, self.written("day"))
        if request_lists.record(desk, id_).waits is None:
            return waiting.wait_outside(desk, id_, note, day)
        return waiting.chase(desk, id_, note, day)
