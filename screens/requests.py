"""F3: the lists of requests (台账), and search over all of them."""

from collections.abc import Iterable

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Input, Static

from deskapp import box, request_lists, staff
from deskapp.desk import Desk
from deskapp.request_lists import LISTS, Line, RequestList
from screens.base import DeskScreen, Hint
from screens.burst import clean
from screens.choice import Sentence
from screens.keeping import complete
from screens.keys import TypedNumber
from screens.longlist import LongList
from screens.matters import columns, reader_words
from screens.scanbox import ScanBox, meant_for, prompted, write_in
from screens.shortlist import ShortList

DIGITS = "123456789"
"""each its list; Tab leads to those behind them too"""
MOST = 200
"""requests found that are listed, newest first"""


class Hits(ShortList[Line]):
    """What a search found, as a list's source: whenever it is counted, it is looked for again."""

    def __init__(self, desk: Desk, words: str) -> None:
        self.desk, self.words = desk, words
        super().__init__((), lambda line: line.subject)

    def count(self) -> int:
        super().__init__(request_lists.search(self.desk, self.words, MOST), self.name)
        return super().count()


class RequestsScreen(DeskScreen[None]):
    """Lists by digit or Tab, search by typing; Enter opens a request."""

    BINDINGS = [
        *(Binding(n, f"switch({int(n) - 1})", show=False) for n in DIGITS),
        Binding("tab", "turn(1)", show=False, priority=True),
        Binding("shift+tab", "turn(-1)", show=False, priority=True),
    ]
    AUTO_FOCUS = "LongList"
    numbers = True

    def __init__(self, which: str = "mine") -> None:
        super().__init__()
        self.which = which
        self._words = ""

    def title_words(self) -> str:
        return self.t("requests.title")

    def hints(self) -> Iterable[Hint]:
        t = self.t
        lists = enumerate(LISTS[: len(DIGITS)], 1)
        names = "  ".join(f"{n}{t(f'list.{which}')}" for n, which in lists)
        further = " ".join(t(f"list.{which}") for which in LISTS[len(DIGITS) :])
        yield Hint("1-9", t("key.lists"), t("requests.help.digits", names=names))
        yield Hint("Tab", t("key.next"), t("requests.help.tab", names=further))
        yield Hint("A-Z", t("key.search"), t("requests.help.search"))
        yield Hint("Enter", t("key.open"), t("requests.help.enter"))
        yield Hint("Esc", t("key.back"), t("requests.help.back"))

    def body(self) -> ComposeResult:
        t = self.t
        yield Static(id="lists", classes="heading", markup=False)
        yield from prompted(
            Sentence(
                self._words, placeholder=t("requests.search"), id="search", select_on_focus=False
            )
        )
        yield LongList(
            columns(t, self.desk, staff.names(self.desk)),
            self._source(),
            empty=t("requests.nothing"),
            id="list",
        )

    def _source(self) -> RequestList | Hits:
        return Hits(self.desk, self._words) if self._words else RequestList(self.desk, self.which)

    @property
    def list(self) -> LongList[Line]:
        return self.query_one("#list", LongList)

    def reread(self) -> None:
        self.list.reload()
        self._head()

    def _head(self) -> None:
        """The names of the lists with their digits and counts."""
        t = self.t
        lines = [Text(" ")]
        for place, which in enumerate(LISTS, 1):
            at = which == self.which and not self._words
            count = self.list.count if at else RequestList(self.desk, which).count()
            word = f"{place if place <= len(DIGITS) else ''}{t(f'list.{which}')} {count}"
            if cell_len(lines[-1].plain + word) + 2 > self.size.width:
                lines.append(Text(" "))
            lines[-1].append(f"[{word}]" if at else f" {word} ", "bold" if at else "")
        text = Text("\n").join(lines)
        if self._words:
            count = self.list.count
            more = "+" if count >= MOST else ""
            said = t("requests.found", words=self._words, count=f"{count}{more}")
            if not count and not request_lists.searchable(self._words):
                said = t("requests.no_words")
            text = Text(" ")
            text.append(said, "bold")
        self.query_one("#lists", Static).update(text)

    # Switching and searching

    def action_switch(self, place: int) -> None:
        self.which, self._words = LISTS[place], ""
        search = self.query_one("#search", ScanBox)
        with search.prevent(Input.Changed):
            search.value = ""
        self._change()
        self.list.focus()

    def action_turn(self, by: int) -> None:
        self.action_switch((LISTS.index(self.which) + by) % len(LISTS))

    def _change(self) -> None:
        self.list.reload(self._source())
        self.list.move(0)
        self._head()

    def on_input_changed(self, event: Input.Changed) -> None:
        if not self.ready:
            return
        words = clean(event.value)
        digit = len(words) == 1 and words.isascii() and words.isdecimal()
        if words != self._words and not digit:  # that is the number of a list
            self._words = words
            self._change()

    def on_scan_box_entered(self, event: ScanBox.Entered) -> None:
        """Enter in the box goes to what was found; a lone digit is a list."""
        if event.digit:
            self.action_switch(event.digit - 1)
            return
        if event.scanned:
            self._scan(event.text)
            return
        if self.list.count == 1 and self.list.row is not None:
            self._open(self.list.row)
        elif event.text:
            self.list.focus()

    def _scan(self, code: str) -> None:
        """Whose card it is; the list and the search stay."""
        match self.act(box.understand, self.desk, code, True):
            case box.ReaderFound(reader):
                words = reader_words(self.t, self.desk, reader)
                self.say(self.t("home.reader", reader=words))
            case box.UnknownCard():
                self.say(self.t("box.unknown_card"), error=True)

    def on_key(self, event: events.Key) -> None:
        """Whatever is typed on the list is looked for."""
        meant_for(self, "#search", "#list", event, DIGITS)

    def on_typed_number(self, event: TypedNumber) -> None:
        write_in(self, "#search", event.text)

    def on_long_list_chosen(self, event: LongList.Chosen) -> None:
        self._open(event.row)

    def _open(self, line: Line) -> None:
        if self.which == "to_complete" and not self._words:
            complete(self, line.subject)
            return
        from screens.record import RecordScreen

        self.go_to(RecordScreen(line.subject))

    def action_back(self) -> None:
        """First out of the search, then home."""
        if self._words:
            self.action_switch(LISTS.index(self.which))
        else:
            self.dismiss()
