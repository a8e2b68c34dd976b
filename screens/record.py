"""One request: what was asked, whose it is, its course, and what may be done now."""

from collections.abc import Iterable
from functools import partial

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widgets import Static

from deskapp import box, horizon, request_lists
from deskapp.refusal import Refusal
from deskapp.request_lists import Record
from screens.acts import AT_ONCE, Done, asking, by_digit, hints, receipt_words
from screens.base import DeskScreen, Hint
from screens.bindings import COPY
from screens.choice import Field
from screens.choosing import which_request
from screens.course import timeline
from screens.handing import HandingScreen, note_to_copy
from screens.keeping import taken_back
from screens.keys import TypedNumber
from screens.labels import beginning, grid
from screens.standing import lines


class RecordScreen(DeskScreen[None]):
    """A request by its id. A bare digit acts; only what may be done is shown. Several digits, or a
    0, are the number of another request.
    """

    BINDINGS = [
        Binding("0", "number('0')", show=False),
        *(Binding(str(n), f"digit({n})", show=False) for n in range(1, 10)),
        COPY,
    ]
    AUTO_FOCUS = "VerticalScroll"
    numbers = True

    def __init__(self, id_: str) -> None:
        super().__init__()
        self.request = id_
        self.record: Record | None = None
        self.fetched = False

    def title_words(self) -> str:
        return self.record.number if self.record else ""

    def hints(self) -> Iterable[Hint]:
        t = self.t
        if self.record is not None:
            yield from hints(t, self.record)
        if self.record and self.record.status == "open":
            yield Hint(t.keys["copy"], t("key.copy"), t("record.help.copy"))
        yield Hint("0", t("list.number"), t("record.help.number"))
        yield Hint(t("key.arrows"), "", t("help.reading"))

    def body(self) -> ComposeResult:
        with VerticalScroll(classes="half"):
            yield Static(id="record", markup=False)
            yield Static(id="heading", classes="heading", markup=False)
            yield Static(id="course", markup=False)
            yield Static(id="whole", markup=False)
        yield Static(id="note", classes="note", markup=False)
        number = Field(self.t("list.number"), hint=self.t("record.number_hint"), id="number")
        number.display = number.line.display = False  # no scan goes to a line that is not seen
        yield number

    def reread(self) -> None:
        record = self.act(request_lists.record, self.desk, self.request)
        if record is None:
            return
        self.record = record
        width, whole = self.app.size.width, []
        rows = []
        for label, words in lines(self.t, self.desk, record):
            first = beginning(words, width)
            if first != words:
                first += f"\n{self.t('record.more')}"
                whole.append((label, words))
            rows.append((label, first))
        self.query_one("#record", Static).update(grid(rows))
        self.query_one("#whole", Static).update(grid(whole))
        self.query_one("#heading", Static).update(Text(f" {self.t('record.course')}"))
        course = timeline(self.t, self.desk.profile, record, self.desk.code)
        self.query_one("#course", Static).update(course)
        if record.at_centre:
            self.query_one("#course", Static).update(f" {self.t('record.at_centre')}")
            self._fetch()
        self.tick()
        self.show_keys()

    def _fetch(self) -> None:
        """Once: the course is shown as soon as it is here; whoever is offline hears why not."""
        if not self.fetched:
            self.fetched = True
            self.act_aside(partial(horizon.fetch, self.desk, self.request))

    def action_take_back_draft(self) -> None:
        taken_back(self, self.request)

    # Another request by its number

    def _show_number(self, shown: bool) -> None:
        field = self.query_one("#number", Field)
        field.display = field.line.display = shown
        if shown:
            field.line.focus()
        else:
            field.value = ""

    def action_number(self, digits: str) -> None:
        self._show_number(True)
        self.query_one("#number", Field).go_on(digits)

    def on_typed_number(self, event: TypedNumber) -> None:
        self.action_number(event.text)

    def on_field_entered(self, event: Field.Entered) -> None:
        if event.scanned:
            self.say(self.t("box.no_box"), error=True)
            return
        found = box.requests_of(self.desk, event.text)
        if not found:
            self.refuse(Refusal("RequestUnknown"))
        else:
            which_request(self, found, lambda id: self.app.switch_screen(RecordScreen(id)))

    def action_back(self) -> None:
        if self.query_one("#number", Field).display:
            self._show_number(False)
            self.query_one(VerticalScroll).focus()
        else:
            self.dismiss()

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
        """A message for the taker into the terminal's clipboard (OSC 52). Not every terminal takes
        it, and none says so: it is shown as well.
        """
        if self.record is None or self.record.status != "open":
            self.say(self.t("record.not_now", digit=self.t.keys["copy"]), error=True)
        else:
            note = note_to_copy(self.t, self.desk, self.record)
            self.app.copy_to_clipboard(note)
            shown = beginning(note, self.app.size.width)
            self.query_one("#note", Static).update(grid([(self.t("telling.message"), shown)]))
            self.say(self.t("record.copied"))
