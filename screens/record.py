"""One request: what was asked, whose it is, its course, and what may be done now."""

from collections.abc import Callable, Iterable
from functools import partial

from rich.table import Column, Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widgets import Static

from deskapp import endings, handovers, request_lists, requests
from deskapp.desk import Desk
from deskapp.endings import Closed, Reopened
from deskapp.handovers import Accepted, Returned
from deskapp.profile import Outcome
from deskapp.readers import masked_name, masked_number
from deskapp.request_lists import Record
from deskapp.requests import Corrected
from screens.base import DeskScreen, Hint
from screens.choice import LABEL
from screens.course import named, timeline
from screens.handing import HandingScreen, note_to_copy
from screens.matters import deadline_words
from screens.wording import due_words

DIGITS = {
    "accept": 1, "send_back": 2, "confirm": 1, "close": 1, "hand_over": 2, "accept_for": 2,
    "correct": 7, "reopen": 8, "take_back": 9,
}  # fmt: skip
"""by DESK "Keys"; where two acts would share one, the first that is allowed has it"""

WORDS = {
    "accept": "record.accept",
    "send_back": "record.send_back",
    "confirm": "record.confirm",
    "close": "record.close",
    "hand_over": "record.hand_over",
    "accept_for": "record.sign",
    "correct": "record.correct",
    "reopen": "record.reopen",
    "take_back": "record.take_back",
}
HELP = {
    "accept": "record.help.accept",
    "send_back": "record.help.send_back",
    "confirm": "record.help.confirm",
    "close": "record.help.close",
    "hand_over": "record.help.hand_over",
    "accept_for": "record.help.sign",
    "correct": "record.help.correct",
    "reopen": "record.help.reopen",
    "take_back": "record.help.take_back",
}

AT_ONCE: dict[str, Callable[[Desk, str], Accepted | Returned]] = {
    "accept": handovers.accept,
    "confirm": handovers.confirm,
    "take_back": handovers.take_back,
}


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
        for digit, act in sorted(self.acts().items()):
            yield Hint(str(digit), t(WORDS[act]), t(HELP[act]))
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
        for label, words in self._lines(record):
            grid.add_row(Text(f" {label}"), Text(words))
        self.query_one("#record", Static).update(grid)
        self.query_one("#heading", Static).update(Text(f" {self.t('record.course')}"))
        course = timeline(self.t, self.desk.profile, record, self.desk.code)
        self.query_one("#course", Static).update(course)
        self.tick()
        self.show_keys()

    def _lines(self, record: Record) -> Iterable[tuple[str, str]]:
        t, profile = self.t, self.desk.profile
        words = record.question if record.visible else t("request.confidential")
        yield record.number, words
        yield t("record.state"), self._state(record)
        if record.patron_name:
            parts = (masked_name(record.patron_name), masked_number(record.patron_number))
            yield t("log.reader"), "  ".join(parts)
        if record.contact:
            yield t("log.contact"), record.contact
        kind = named(t, profile.kinds, record.kind)
        department = named(t, profile.departments, record.department)
        yield t("log.kind"), f"{kind}  {department}"
        yield t("log.first"), record.first_responder
        yield t("record.responsible"), record.responsible
        received = f"{t.moment(record.received)}  {named(t, profile.channels, record.channel)}"
        if record.backdated:
            received += "  " + t("log.backdated")
        yield t("log.received"), received
        due = deadline_words(t, self.desk, record.due)
        if record.overdue:
            due += "  " + due_words(t, self.desk, record.due)
        yield t("log.due"), due
        if record.result:
            yield t("log.result"), named(t, profile.results, record.result)
        if record.answer:
            yield t("log.answer"), record.answer
        if record.referred_to:
            yield t("record.referred"), "  ".join(record.referred_to)
        if record.alternative:
            yield t("closing.alternative"), record.alternative

    def _state(self, record: Record) -> str:
        t = self.t
        if record.status != "open":
            return t("record.is_closed")
        if record.offered_to and record.offered_until is not None:
            to = named(t, self.desk.profile.departments, record.offered_to)
            until = deadline_words(t, self.desk, record.offered_until)
            return t("record.is_offered", to=to, until=until)
        if not record.confirmed:
            return t("record.is_unconfirmed")
        match record.back:
            case "lapsed":
                return t("record.is_lapsed")
            case "sent_back":
                return t("record.is_sent_back")
        return t("matter.open")

    # What may be done

    def acts(self) -> dict[int, str]:
        """The acts that are allowed now, by digit."""
        may = self.record.may if self.record else frozenset()
        found: dict[int, str] = {}
        for act, digit in DIGITS.items():
            if act in may:
                found.setdefault(digit, act)
        return found

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
        desk, id_, t = self.desk, self.request, self.t
        words = self.record.question if self.record else ""
        match act:
            case "close":
                from screens.closing import ClosingScreen

                results = desk.profile.results.values()
                done = next(each.code for each in results if each.outcome is Outcome.DONE)
                close = partial(endings.close, desk, id_)
                self.app.push_screen(ClosingScreen(words, done, close), self._said)
            case "hand_over":
                self.app.push_screen(HandingScreen(id_), self._told)
            case "accept_for":
                from screens.signing import SigningScreen

                self.app.push_screen(SigningScreen(id_), self._told)
            case "send_back":
                self._ask(t("record.send_back"), t("reason.optional"), handovers.send_back)
            case "reopen":
                self._ask(t("record.reopen"), t("reason.needed"), endings.reopen)
            case "correct":
                from screens.reasons import CorrectingScreen

                correct = partial(requests.correct_first_responder, desk, id_)
                screen = CorrectingScreen(words, t("reason.needed"), correct)
                self.app.push_screen(screen, self._said)

    def _ask(self, heading: str, hint: str, rule: Callable[..., Returned | Reopened]) -> None:
        from screens.reasons import ReasonScreen

        words = self.record.question if self.record else ""
        act = partial(rule, self.desk, self.request)
        self.app.push_screen(ReasonScreen(heading, words, hint, act), self._said)

    def _told(self, sentence: str | None) -> None:
        if sentence:
            self.reread()
            self.say(sentence)

    def _said(self, receipt: Accepted | Returned | Closed | Reopened | Corrected | None) -> None:
        """The receipt as a sentence; what is shown is read again."""
        t = self.t
        match receipt:
            case Accepted(number=number):
                sentence = t("record.accepted", number=number)
            case Returned(number=number, how="sent_back"):
                sentence = t("record.sent_back", number=number)
            case Returned(number=number):
                sentence = t("record.taken_back", number=number)
            case Closed(number=number, outcome=outcome):
                sentence = t("record.closed", number=number, result=t(f"outcome.{outcome.value}"))
            case Reopened(number=number, due=due):
                due_at = deadline_words(t, self.desk, due)
                sentence = t("record.reopened", number=number, due=due_at)
            case Corrected(number=number, first_responder=name):
                sentence = t("record.corrected", number=number, name=name)
            case None:
                return
        self._told(sentence)

    def action_copy(self) -> None:
        """A message for the taker into the terminal's clipboard (OSC 52)."""
        if self.record is not None:
            self.app.copy_to_clipboard(note_to_copy(self.t, self.desk, self.record))
            self.say(self.t("record.copied"))
