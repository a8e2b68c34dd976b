"""One request: what was asked, whose it is, its course, and what may be done now."""

from collections.abc import Iterable

from rich.table import Column, Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widgets import Static

from deskapp import request_lists
from deskapp.request_lists import Record
from screens.acts import AT_ONCE, Done, asking, by_digit, hints, receipt_words
from screens.base import DeskScreen, Hint
from screens.choice import LABEL
from screens.course import timeline
from screens.handing import HandingScreen, note_to_copy
from screens.standing import lines


class RecordScreen(DeskScreen[None]):
    """A request by its id. A bare digit acts; only what may be done is shown."""

    BINDINGS = [
        *(Binding(str(n), f"digit({n})", show=False) for n in range(1, 10)),
        Binding("ctrl+f", "copy", show=False),
    ]
    AUTO_FOCUS = "VerticalScroll"

    def __init__(self, id_: str) -> None:
        super().__init__()
        self.request = id_
        self.record: Record | None = None

    def title_words(self) -> str:
        return self.record.number if self.record else ""

    def hints(self) -> Iterable[Hint]:
        t = self.t
        if self.record is not None:
            yield from hints(t, self.record)
        if self.record and self.record.status == "open":
            yield Hint("Ctrl+F", t("key.copy"), t("record.help.copy"))

    def body(self) -> ComposeResult:
        with VerticalScroll(classes="half"):
            yield Static(id="record", markup=False)
            yield Static(id="heading", classes="heading", markup=False)
            yield Static(id="course", markup=False)

    def reread(self) -> None:
        record = self.act(request_lists.record, self.desk, self.request)
        if record is None:
            return
        self.record = record
        grid = Table.grid(Column(width=LABEL + 1, no_wrap=True), Column(overflow="fold"))
        for label, words in lines(self.t, self.desk, record):
            grid.add_row(Text(f" {label}"), Text(words))
        self.query_one("#record", Static).update(grid)
        self.query_one("#heading", Static).update(Text(f" {self.t('record.course')}"))
        course = timeline(self.t, self.desk.profile, record, self.desk.code)
        self.query_one("#course", Static).update(course)
        self.tick()
        self.show_keys()

    # What may be done

    def acts(self) -> dict[int, str]:
        """The acts that are allowed now, by digit."""
        return by_digit(self.record) if self.record else {}

    def action_digit(self, digit: int) -> None:
        act = self.acts().get(digit)
        if act is None:
            self.say(self.t("record.not_now", digit=digit), error=True)
        elif act in AT_ONCE:
            self._said(self.act(AT_ONCE[act], self.desk, self.request))
        else:
            self._go_on(act)

    def _go_on(self, act: str) -> None:
        """To the screen that asks for what the act needs."""
        match act:
            case "hand_over":
                self.app.push_screen(HandingScreen(self.request), self._told)
            case "accept_for":
                from screens.signing import SigningScreen

                self.app.push_screen(SigningScreen(self.request), self._told)
            case _:
                asks = asking(self.t, self.desk, self.record, act) if self.record else None
                if asks is not None:
                    self.app.push_screen(asks, self._said)

    def _told(self, sentence: str | None) -> None:
        if sentence:
            self.reread()
            self.say(sentence)

    def _said(self, receipt: Done | None) -> None:
        """The receipt as a sentence; what is shown is read again."""
        if receipt is not None:
            self._told(receipt_words(self.t, self.desk, receipt))

    def action_copy(self) -> None:
        """A message for the taker into the terminal's clipboard (OSC 52)."""
        if self.record is not None:
            self.app.copy_to_clipboard(note_to_copy(self.t, self.desk, self.record))
            self.say(self.t("record.copied"))
