"""Home: the box, what waits for me, what is offered to me."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.widgets import Input, Static

from deskapp import (
    barcodes,
    box,
    drafts,
    handovers,
    logs,
    reader_page,
    requests,
    shifts,
    staff,
    sticky,
)
from deskapp.desk import Refusal
from deskapp.drafts import Draft
from deskapp.readers import Found
from deskapp.request_lists import RequestList
from deskapp.shorthand import Chip, chips_of
from deskapp.sticky import Sticky
from screens import brief
from screens.base import Gift, Hint
from screens.binding import Unbound
from screens.burst import SILENCE
from screens.choosing import ChoosingScreen, request_words, which_request
from screens.daily import Daily
from screens.finding import Finding
from screens.keys import StrayScan
from screens.longlist import LongList
from screens.matters import choice_words, reader_words
from screens.reader_seat import ReaderSeat
from screens.scanbox import ScanBox, meant_for, prompted
from screens.shift import duty_words, put_out_words
from screens.shorthand import Meanings, NotingBox, NotingScreen
from screens.tallying import TallyLine

TIME = 22
"""cells of the status line for the time, and for blanks around what is said before it"""


class HomeScreen(NotingScreen[None]):
    """Where a person begins, and where Esc leads back to."""

    patron: Found | None = None
    """the reader before the desk"""

    def __init__(self) -> None:
        super().__init__()
        self._unbound = Unbound()
        self._noted = Draft()
        self._sticky = Sticky()
        self._names: dict[str, str] = {}
        self._repeated = False  # the last thing here was a lone plus
        self._news: str | None = None  # what stood in the box when something was said beside it
        self._out: shifts.PutOut | None = None  # of which they have been told

    @property
    def noted(self) -> Draft:
        return self._noted

    @property
    def _shown(self) -> tuple[str, ...]:
        """The lists: who may sign for nothing is offered nothing."""
        return ("mine", "offered") if self.desk.may(handovers.SIGNING) else ("mine",)

    def body(self) -> ComposeResult:
        t = self.t
        able = self.desk.may(requests.LOGGING)
        yield from prompted(
            NotingBox(placeholder=t("home.box" if able else "home.box_closed"), id="box")
        )
        yield Finding(id="found", chosen_here=False)  # Enter in the box asks which of them
        with Horizontal(classes="line"):
            yield Meanings(id="reader")
            yield Static(id="waiting", markup=False)
        yield ReaderSeat(id="seat")
        with Horizontal(classes="half"):
            with Vertical(id="left", classes="half"):
                yield Static(id="mine-heading", classes="heading", markup=False)
                yield LongList(
                    brief.mine(t, self.desk),
                    RequestList(self.desk, "mine"),
                    empty=t("home.nothing_mine"),
                    id="mine",
                )
            with Vertical(id="right", classes="half"):
                if "offered" in self._shown:
                    yield Static(id="offered-heading", classes="heading", markup=False)
                    yield LongList(
                        brief.offered(t, self.desk, self._names),
                        RequestList(self.desk, "offered"),
                        empty=t("home.nothing_offered"),
                        id="offered",
                    )
                yield Daily(id="daily")
                yield Static(id="counts", classes="note", markup=False)
        yield TallyLine(id="tallies")

    def whereabouts(self) -> str:
        words = self.desk.whoever().name
        with suppress(Refusal):  # what is wrong with the store is said elsewhere
            said = self.t("clock.doubt") if self.front.doubt else self.front.sync_words()
            room = self.app.size.width - cell_len(self.desk.place) - cell_len(said) - TIME
            words = duty_words(self.t, self.desk, room)
        return f"{self.desk.place}  {words}"

    def hints(self) -> Iterable[Hint]:
        t = self.t
        able = self.desk.may(requests.LOGGING)
        if able:
            yield Hint("Enter", "", t("home.help.enter"))
            yield Hint("@#/!*", "", t("log.help.shorthand"))
            yield Hint("1-9", "", t("home.help.digits"))
        yield Hint("Tab", t("key.lists"), t("home.help.tab"))
        if able:
            yield Hint(t.keys["take_back"], t("key.take_back"), t("log.help.take_back"))
            yield Hint(t.keys["undo"], t("key.undo"), t("help.undo"))
            yield Hint("Esc", "", t("home.help.esc"))

    def reread(self) -> None:
        t, desk = self.t, self.desk
        self._names.update(staff.names(desk))
        for which in self._shown:
            list_ = self.query_one(f"#{which}", LongList)
            list_.reload()
            list_.can_focus = list_.count > 0  # Tab passes over an empty one
            heading = Text(f" {t(f'list.{which}')} {list_.count}")
            self.query_one(f"#{which}-heading", Static).update(heading)
        self.query_one("#counts", Static).update(Text(brief.count_words(t, desk)))
        self.query_one("#daily", Daily).show(t, desk)
        self._sticky = sticky.last(desk)
        self.query_one("#tallies", TallyLine).show(t, desk)
        self.query_one("#waiting", Static).update(Text(f"{brief.aside_words(t, desk)} "))
        self._show_reader()
        if (out := shifts.put_out(desk)) != self._out:
            self._out = out
            if out is not None:
                self.say(put_out_words(t, desk, out))

    def show_meanings(self, asking: bool = True) -> bool:
        """Chips come before what is put aside; so does whoever is here, if that leaves no room."""
        if not asking:
            self._news = self.query_one("#box", ScanBox).value
        chips = [chip for chip in chips_of(self.noted) if chip.what != "patron"]
        waiting = self.query_one("#waiting", Static)
        here = self.patron is not None or bool(self._unbound.code)
        words = f" {self.query_one(Meanings).words}  {waiting.content}" if here else ""
        waiting.display = not chips and cell_len(words) <= self.app.size.width
        return super().show_meanings(asking)

    def _show_reader(self, asking: bool = True) -> None:
        t, words = self.t, ""
        if self._unbound.code:
            words = t("home.unbound", code=self._unbound.code)
        elif self.patron is not None:
            words = t("home.reader", reader=reader_words(t, self.desk, self.patron))
            if self.desk.may(reader_page.SEEING):
                words += f"   {t('reader.enter')}"
        elif self._sticky != Sticky():
            words = t("home.sticky", words=brief.sticky_words(t, self.desk, self._sticky))
        self.query_one(Meanings).words = words
        self.query_one(ReaderSeat).show(t, self.desk, self.patron)
        self.show_meanings(asking)

    def on_mount(self) -> None:
        self.learn_shorthand()
        t, words = self.t, []
        self._out = self.act(shifts.put_out, self.desk)
        if self._out is not None:
            words.append(put_out_words(t, self.desk, self._out))
        if waiting := len(self.act(drafts.kept, self.desk) or ()):
            words.append(t("log.kept_more", count=waiting) if waiting > 1 else t("log.kept"))
        if words:
            self.say("  ".join(words))

    # The box

    def on_input_changed(self, event: Input.Changed) -> None:
        if self.ready and event.input.id == "box":
            found = self.query_one("#found", Finding)
            if event.value:
                self._repeated = False
            if event.value in ("+", "＋"):
                self.set_timer(SILENCE, self._repeat)  # alone, and no code begins with it
            if event.input.value != self._news:  # else a scan came and went in it
                self._news = None
            if self.show_meanings(asking=self._news is None):
                found.forget()
            else:
                found.look(event.value)

    def chip_noted(self, chip: Chip) -> None:
        if chip.what == "patron":
            self.receive(chip.reader)

    def chip_dropped(self, what: str) -> None:
        if what == "patron":
            self.receive(None)

    def on_scan_box_entered(self, event: ScanBox.Entered) -> None:
        said = barcodes.said(event.text) if event.scanned else None
        if said is not None or event.digit == 0:
            self.query_one(ReaderSeat).do(self, said)
        else:
            self._read(event)

    def _read(self, event: ScanBox.Entered) -> None:
        understood = self.act(box.understand, self.desk, event.text, event.scanned)
        if event.scanned:
            known = understood.reader.id if isinstance(understood, box.ReaderFound) else "unknown"
            logs.scanned(known)
        match understood:
            case None if event.scanned:  # a lost card: not the reader's who was here
                self.receive(None)
            case None:
                self._put_back(event.text)
            case box.UnknownCard():
                self._unknown(event)
            case box.CertificateCode():
                from screens.verdict import judge

                judge(self, event)
            case _:
                self._take_in(understood, event.scanned)

    def on_stray_scan(self, event: StrayScan) -> None:
        """A card held before a dialog that stood here."""
        box = self.query_one("#box", ScanBox)
        self.on_scan_box_entered(ScanBox.Entered(box, event.text, True, event.ms))

    def _take_in(self, understood: box.Understood, scanned: bool) -> None:
        if isinstance(understood, box.Nothing) and self._repeated:
            self._repeated = False
            return
        self.query_one("#message", Static).update("")  # of the entry before this one
        match understood:
            case box.ReaderFound(reader):
                self._of(reader, scanned)
            case box.Readers():
                self._choose(understood)
            case box.RequestNumber(id=id_):
                self._open(id_)
            case box.Requests(requests):
                which_request(self, requests, self._open)
            case box.Nothing() if self.patron is not None:
                self._look(self.patron)
            case box.Isbn(isbn=isbn):
                self.noted.kind = self.desk.profile.usual.isbn or self.noted.kind
                self._log(f"ISBN {isbn}")
            case box.Digit() | box.Again():
                self._count(understood)
            case box.Sentence(words):
                self._log(words)

    def _unknown(self, event: ScanBox.Entered) -> None:
        if event.scanned:  # it is somebody else's than the reader's who was here
            self.receive(None)
            self._unbound.scanned(self, event.text)
            self._show_reader(asking=False)
        else:
            self._put_back(event.text)
            self.say(self.t("home.not_found"), error=True)

    def _repeat(self) -> None:
        """One key counts the last question once more; an Enter behind it says nothing new."""
        line = self.query_one("#box", ScanBox)
        if line.value in ("+", "＋"):
            line.empty()
            self._repeated = True
            self._count(box.Again())

    def _count(self, meant: box.Digit | box.Again) -> None:
        """A directional question: answered in a word, counted in two keys."""
        t, line = self.t, self.query_one("#tallies", TallyLine)
        self._forget_card()
        counted = self.act(line.count, self.desk, meant)
        if counted is not None:
            name = self.desk.profile.tallies[counted.what].name(t.code)
            self.say(t("tally.counted", what=name, count=counted.count))
            line.show(t, self.desk)
        elif isinstance(meant, box.Again):
            self.say(t("tally.nothing"), error=True)

    def _of(self, reader: Found, scanned: bool) -> None:
        """Their number was typed or chosen: the card that waits for one is theirs."""
        self.receive(self._unbound.whose(self, reader, scanned))

    def _forget_card(self) -> None:
        """Something else was done: the card before it waits for nobody's number any more."""
        if self._unbound.code:
            self._unbound.forget()
            self._show_reader(asking=False)

    def receive(self, reader: Found | None) -> None:
        """They stand before the desk now, or nobody does."""
        self._unbound.forget()
        self.patron, self.noted.patron = reader, reader.id if reader else None
        self._show_reader(asking=False)
        self.query_one("#box").focus()

    def _choose(self, found: box.Readers) -> None:
        t = self.t
        choices = [choice_words(reader) for reader in found.readers]
        choices += request_words(t, found.requests)
        log = "" if found.scanned else t("home.choose_words", words=found.words)

        def chosen(place: int | None) -> None:
            if place is None:
                if not found.scanned:
                    self._put_back(found.words)
            elif place < 0:
                self._log(found.words)
            elif place < len(found.readers):
                self._of(found.readers[place], found.scanned)
            else:
                self._open(found.requests[place - len(found.readers)].id)

        self.app.push_screen(ChoosingScreen(t("home.choose"), choices, none=log), chosen)

    def _put_back(self, words: str) -> None:
        """What was entered and led to nothing stands in the box again."""
        line = self.query_one("#box", ScanBox)
        if not line.value:
            line.value = words
            line.cursor_position = len(words)

    # Going on

    def go_to(
        self, screen: Screen[Gift], then: Callable[[Gift | None], None] | None = None
    ) -> bool:
        self._forget_card()
        return super().go_to(screen, then)

    def action_log(self) -> None:
        line = self.query_one("#box", ScanBox)
        words, line.value = line.value.strip(), ""
        self._log(words)

    def _log(self, words: str) -> None:
        from screens.log import LogScreen

        def logged(receipt: object) -> None:
            left = receipt is None and screen.writing.begun == words
            if left and words:
                self._put_back(words)
            elif not (left and screen.writing is draft and not draft.words.strip()):
                self._forget()  # on record, or put aside with the reader

        words = self.read_shorthand(words)
        self.noted.words = self.noted.begun = words
        draft = replace(self.noted)
        screen = LogScreen(draft=draft)
        if not self.go_to(screen, logged):
            self._put_back(words)

    def _look(self, reader: Found) -> None:
        from screens.reader import ReaderScreen

        if self.act(self.desk.require, reader_page.SEEING) is not None:
            self.go_to(ReaderScreen(reader.id))

    def _open(self, id_: str) -> None:
        from screens.record import RecordScreen

        self.go_to(RecordScreen(id_))

    def on_long_list_chosen(self, event: LongList.Chosen) -> None:
        self._open(event.row.subject)

    def on_key(self, event: events.Key) -> None:
        meant_for(self, "#box", "#mine", event)

    def action_back(self) -> None:
        """Home stays; the reader before the desk has gone, and what the last entry left."""
        if self._sticky != Sticky():
            self.act(sticky.forget, self.desk)
            self._sticky = Sticky()
        line = self.query_one("#box", ScanBox)
        begun = {draft.begun for _, draft in self.act(drafts.kept, self.desk) or ()}
        if line.value.strip() in begun:  # it is kept: the next reader's words do not go behind it
            line.empty()
        self._forget()

    def _forget(self) -> None:
        self._noted = Draft()
        self.receive(None)
        self.show_meanings()
