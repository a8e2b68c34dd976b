"""Events (F6): what is on, by time; a digit and Enter do something at the one under the cursor."""

from collections.abc import Iterable, Iterator

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from deskapp import box, event_lists, events
from deskapp.event_lists import LISTS
from deskapp.events import EventList, Held
from deskapp.readers import Found
from screens import event_entries
from screens.base import Hint
from screens.binding import Unbound
from screens.choosing import ask_which
from screens.event_words import heads_words, held_state, kind_words, when_words
from screens.labels import flowing
from screens.longlist import Column, LongList
from screens.numbered import Act, BoxedScreen
from screens.scanbox import ScanBox, prompted

WIDE = 110
NOTICES, NEW = 3, 9


class EventsScreen(BoxedScreen[None]):
    """Enter opens an event, Tab shows other ones, words look for a title; a card signs up."""

    BINDINGS = [
        Binding("tab", "turn(1)", show=False, priority=True),
        Binding("shift+tab", "turn(-1)", show=False, priority=True),
    ]
    AUTO_FOCUS = "LongList"

    def __init__(self, words: str = "") -> None:
        super().__init__()
        self.which = LISTS[0]
        self.words = words
        """a part of a title"""
        self._unbound = Unbound()

    def title_words(self) -> str:
        return self.t("events.title")

    def hints(self) -> Iterator[Hint]:
        t = self.t
        yield Hint("Enter", t("key.open"), t("events.help.enter"))
        yield from super().hints()
        yield Hint("Tab", t("key.lists"), t("events.help.turn"))
        yield Hint(t.keys["events"], t("events.key.year"), t("events.help.year"))
        yield Hint("A-Z", "", t("events.help.words"))

    def acts(self) -> Iterable[Act]:
        t, row = self.t, self.row
        if row is not None:
            for act in event_entries.acts(self, row.event, row.session):
                if act[0] != NOTICES:
                    yield act
        yield NOTICES, t("event.key.notices"), t("events.help.notices"), self._notices
        if self.desk.may(events.ANNOUNCING):
            yield NEW, t("events.key.new"), t("events.help.new"), self._new
        yield 0, t("events.key.series"), t("events.help.series"), self._series

    @property
    def row(self) -> Held | None:
        """What is under the cursor."""
        row: Held | None = self.query_one("#list", LongList).row
        return row

    def body(self) -> ComposeResult:
        t = self.t
        yield Static(id="heading", classes="note", markup=False)
        yield from prompted(ScanBox(placeholder=t("events.box"), id="box"))
        yield LongList[Held](
            [
                Column(t("events.column.when"), self._when, 24),
                Column(t("events.column.title"), lambda row: row.title, share=3, least=12),
                Column(
                    t("events.column.kind"),
                    lambda row: kind_words(t, self.desk, row.kind),
                    share=1,
                    least=14,
                    most=30,
                    shown_from=WIDE,
                ),
                Column(t("events.column.place"), self._place, 14, shown_to=WIDE),
                Column(t("events.column.place"), self._place, 26, shown_from=WIDE),
                Column(t("events.column.signed"), self._signed, 10),
                Column(t("list.state"), self._state, 8),
                Column(t("events.column.name"), lambda row: row.name, 7, shown_from=WIDE),
            ],
            self._rows(self.words),
            empty=t("events.none"),
            id="list",
        )

    def _when(self, row: Held) -> str:
        return when_words(self.t, row.begin, row.until)

    def _place(self, row: Held) -> str:
        return events.place_name(self.desk, row.place, self.t.code)

    def _signed(self, row: Held) -> str:
        return heads_words(self.t, row.expected, row.capacity, row.waiting)

    def _state(self, row: Held) -> str | Text:
        now = self.desk.now()
        words = held_state(self.t, row, now)
        return Text(words, "bold") if row.begin <= now < row.until else words

    def _rows(self, words: str) -> EventList:
        return EventList(self.desk, event_lists.wanted(self.desk, self.which, words))

    def reread(self) -> None:
        t = self.t
        names = (t(f"events.filter.{each}") for each in LISTS)
        shown = [
            f"[{name}]" if each == self.which else name
            for each, name in zip(LISTS, names, strict=True)
        ]
        if self.words:
            shown.append(t("events.looked_for", words=self.words))
        self.query_one("#heading", Static).update(Text(flowing(shown, self.app.size.width - 2)))
        self.query_one("#list", LongList).reload(self._rows(self.words))
        self.show_keys()

    def action_turn(self, by: int) -> None:
        """Other lists; where all are shown the cursor stands on what is next."""
        self.which = LISTS[(LISTS.index(self.which) + by) % len(LISTS)]
        self.act(self.reread)
        list_ = self.query_one("#list", LongList)
        list_.move(self._rows(self.words).past() if self.which == "all" else 0)
        list_.focus()

    def on_long_list_chosen(self, event: LongList.Chosen) -> None:
        self.open(event.row.event, event.row.session)

    def open(self, event: str, session: str = "") -> None:
        from screens.event import EventScreen

        self.go_to(EventScreen(event, session))

    def _new(self) -> None:
        from screens.event import announce

        announce(self)

    def _notices(self) -> None:
        """Of all events: at one of them it is that one's."""
        from screens.notices import NoticesScreen

        row = self.row
        self.go_to(NoticesScreen(row.event if row is not None else "", of_all=True))

    def _series(self) -> None:
        from screens.series import SeriesScreen

        self.go_to(SeriesScreen())

    def action_go(self, feature: str) -> None:
        """The key that led here shows the year."""
        if feature != "events":
            super().action_go(feature)
            return
        from screens.year import YearScreen

        self.go_to(YearScreen())

    def action_back(self) -> None:
        """What was looked for is left first."""
        if self.words and not self.query_one("#box", ScanBox).value:
            self.words = ""
            self.act(self.reread)
            self.query_one("#list").focus()
        else:
            super().action_back()

    # The box

    def on_scan_box_entered(self, event: ScanBox.Entered) -> None:
        if self.is_digit(event):
            return
        if not event.scanned and event.text and self._look_for(event.text):
            return
        match self.act(box.understand, self.desk, event.text, event.scanned):
            case None:
                pass
            case box.Nothing():
                self.query_one("#list").focus()
            case box.ReaderFound(reader) | box.Readers(readers=[reader]):
                self._receive(self._unbound.whose(self, reader, event.scanned))
            case box.Readers(readers=several):
                ask_which(self, several, self._receive)
            case box.UnknownCard() if event.scanned:
                self._unbound.scanned(self, event.text)
            case _:
                if not event.scanned:  # to be mended; the next digit is no part of a scan
                    line = self.query_one("#box", ScanBox)
                    line.value, line.cursor_position = event.text, len(event.text)
                self.say(self.t("events.nothing_found", words=event.text), error=True)

    def _look_for(self, words: str) -> bool:
        """Whether any title has these words, or one has this name; then they are shown: of what is
        listed here, else of all events.
        """
        here = self.which
        if not self._rows(words).count():
            self.which = "all"
            if not self._rows(words).count():
                self.which = here
                return False
        self.words = words
        self.act(self.reread)
        self.query_one("#list", LongList).move(0)
        self.query_one("#list").focus()
        return True

    def _receive(self, reader: Found) -> None:
        row = self.row
        if row is not None:
            event_entries.received(self, row.event, row.session, reader)
