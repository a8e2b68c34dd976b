"""Home: the box, what waits for me, what is offered to me."""

from collections.abc import Iterable

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from deskapp import box, drafts, logs
from deskapp.readers import Found
from deskapp.request_lists import Line, RequestList
from screens.base import DeskScreen, Hint
from screens.choosing import ChoosingScreen
from screens.finding import Finding
from screens.longlist import Column, LongList
from screens.matters import choice_words, reader_words
from screens.scanbox import ScanBox
from screens.wording import due_words, number_words, question_words, standing_words

SHOWN = ("mine", "offered")
COUNTED = ("department", "overdue", "first_asked")


class HomeScreen(DeskScreen[None]):
    """Where a person begins, and where Esc leads back to."""

    patron: Found | None = None
    """the reader before the desk"""

    def body(self) -> ComposeResult:
        t = self.t
        with Horizontal(classes="line"):
            yield Static(" > ", classes="prompt", markup=False)
            yield ScanBox(placeholder=t("home.box"), id="box")
        yield Finding(id="found", chosen_here=False)  # Enter in the box asks which of them
        yield Static(id="reader", classes="line", markup=False)
        with Horizontal(classes="half"):
            with Vertical(id="left", classes="half"):
                yield Static(id="mine-heading", classes="heading", markup=False)
                yield LongList(
                    [
                        Column(t("list.number"), lambda line: number_words(self.desk, line), 8),
                        Column(t("list.question"), lambda line: question_words(self.t, line)),
                        Column(
                            t("list.due"), lambda line: standing_words(self.t, self.desk, line), 12
                        ),
                    ],
                    RequestList(self.desk, "mine"),
                    empty=t("home.nothing_mine"),
                    id="mine",
                )
            with Vertical(id="right", classes="half"):
                yield Static(id="offered-heading", classes="heading", markup=False)
                yield LongList(
                    [
                        Column(t("list.number"), lambda line: number_words(self.desk, line), 8),
                        Column(t("list.question"), lambda line: question_words(self.t, line)),
                        Column(t("list.until"), self._until, 12, shown_from=44),
                    ],
                    RequestList(self.desk, "offered"),
                    empty=t("home.nothing_offered"),
                    id="offered",
                )
                yield Static(id="counts", classes="note", markup=False)

    def _until(self, line: Line) -> str:
        moment = line.offer_until
        return due_words(self.t, self.desk, self.desk.local(moment)) if moment else ""

    def hints(self) -> Iterable[Hint]:
        t = self.t
        yield Hint("Enter", "", t("home.help.enter"))
        yield Hint("Tab", t("key.lists"), t("home.help.tab"))
        yield Hint("Esc", "", t("home.help.esc"))

    def reread(self) -> None:
        t, desk = self.t, self.desk
        for which in SHOWN:
            list_ = self.query_one(f"#{which}", LongList)
            list_.reload()
            heading = Text(f" {t(f'list.{which}')} {list_.count}")
            self.query_one(f"#{which}-heading", Static).update(heading)
        counts = {which: RequestList(desk, which).count() for which in COUNTED}
        self.query_one("#counts", Static).update(Text(f" {t('home.counts', **counts)}"))
        self._show_reader()

    def _show_reader(self) -> None:
        t, words = self.t, ""
        if self.patron is not None:
            words = t("home.reader", reader=reader_words(t, self.desk, self.patron))
        self.query_one("#reader", Static).update(Text(f" {words}"))

    def on_mount(self) -> None:
        waiting = len(self.act(drafts.kept, self.desk) or ())
        if waiting:
            t = self.t
            self.say(t("log.kept_more", count=waiting) if waiting > 1 else t("log.kept"))

    # The box

    def on_input_changed(self, event: Input.Changed) -> None:
        if self.ready and event.input.id == "box":
            self.query_one("#found", Finding).look(event.value)

    def on_scan_box_entered(self, event: ScanBox.Entered) -> None:
        understood = self.act(box.understand, self.desk, event.text, event.scanned)
        if event.scanned:
            found = understood.reader.id if isinstance(understood, box.ReaderFound) else "unknown"
            logs.scanned(found)
        match understood:
            case None if not event.scanned:
                self._put_back(event.text)
            case box.ReaderFound(reader):
                self._receive(reader)
            case box.Readers():
                self._choose(understood)
            case box.RequestNumber(id=id_):
                self._open(id_)
            case box.UnknownCard():
                if event.scanned:  # it is somebody else's than the reader's who was here
                    self._receive(None)
                else:
                    self._put_back(event.text)
                self.say(self.t("box.unknown_card"), error=True)
            case box.Digit(digit):
                self.say(self.t("box.not_understood", text=digit), error=True)
            case box.Sentence(words):
                self._log(words)

    def on_scan_box_input_method_on(self, event: ScanBox.InputMethodOn) -> None:
        self.say(self.t("box.input_method"), error=True)

    def _receive(self, reader: Found | None) -> None:
        self.patron = reader
        self._show_reader()
        self.query_one("#box").focus()

    def _choose(self, found: box.Readers) -> None:
        t = self.t
        choices = [choice_words(reader) for reader in found.readers]
        request = found.request
        if request is not None:
            choices.append(t("home.choose_request", number=request.number))
        choices.append(t("home.choose_words", words=found.words))

        def chosen(place: int | None) -> None:
            if place is None:
                self._put_back(found.words)
            elif place < len(found.readers):
                self._receive(found.readers[place])
            elif place == len(choices) - 1:
                self._log(found.words)
            elif request is not None:
                self._open(request.id)

        self.app.push_screen(ChoosingScreen(t("home.choose"), choices), chosen)

    def _put_back(self, words: str) -> None:
        """What was entered and led to nothing stands in the box again."""
        line = self.query_one("#box", ScanBox)
        if not line.value:
            line.value = words
            line.cursor_position = len(words)

    # Going on

    def action_log(self) -> None:
        line = self.query_one("#box", ScanBox)
        words, line.value = line.value.strip(), ""
        self._log(words)

    def _log(self, words: str) -> None:
        from screens.log import LogScreen

        def logged(receipt: object) -> None:
            if receipt is None:
                self._put_back(words)
            else:
                self.patron = None
                self._show_reader()

        patron = self.patron.id if self.patron else None
        if not self.go_to(LogScreen(words=words, patron=patron), logged):
            self._put_back(words)

    def _open(self, id_: str) -> None:
        from screens.record import RecordScreen

        self.go_to(RecordScreen(id_))

    def on_long_list_chosen(self, event: LongList.Chosen) -> None:
        self._open(event.row.subject)

    def on_key(self, event: events.Key) -> None:
        line = self.query_one("#box", ScanBox)
        if event.key == "down" and self.focused is line:
            self.query_one("#mine").focus()
        elif event.character and event.is_printable and self.focused is not line:
            line.focus()  # whoever types on a list means the box
            line.insert_text_at_cursor(event.character)
        else:
            return
        event.stop()

    def action_back(self) -> None:
        """Home stays; the reader before the desk has gone."""
        self._receive(None)
