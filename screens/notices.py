"""Whom to tell: who moved up from the waiting list, whose session changed; a message each."""

from collections.abc import Iterable, Iterator, Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from deskapp import notices
from deskapp.language import LANGUAGES
from deskapp.notices import Notice
from deskapp.signup_lists import CALLING
from screens.asking import AskScreen
from screens.base import Hint
from screens.bindings import COPY
from screens.calling import call
from screens.event_words import when_words
from screens.labels import folded
from screens.longlist import Column, LongList
from screens.numbered import Act, NumberedScreen
from screens.shortlist import ShortList

WIDE = 100


def _rows(rows: Iterable[Notice]) -> ShortList[Notice]:
    return ShortList(list(rows), lambda row: f"{row.id} {row.session}")


class NoticesScreen(NumberedScreen[None]):
    """The message of the line under the cursor stands below: copied by Ctrl+F, told by 1."""

    BINDINGS = [
        *(Binding(str(digit), f"digit({digit})", show=False) for digit in range(1, 6)),
        COPY,
    ]
    AUTO_FOCUS = "LongList"

    def __init__(self, event: str = "", session: str = "", *, of_all: bool = False) -> None:
        super().__init__()
        self.id_, self.all_of = "" if of_all else event, event
        self.language = LANGUAGES[0]
        """of the messages, whatever is spoken here"""
        self.rows: Sequence[Notice] = ()

    def title_words(self) -> str:
        return self.t("notices.title")

    def hints(self) -> Iterator[Hint]:
        yield Hint(self.t.keys["copy"], self.t("key.copy"), self.t("notices.help.copy"))
        yield from super().hints()

    def acts(self) -> Iterable[Act]:
        t = self.t
        if self.rows:
            yield 1, t("notices.key.told"), t("notices.help.told"), self._told
            if self.desk.may(CALLING):
                yield 2, t("signups.key.call"), t("signups.help.call"), self._call
            if len(self.rows) > 1:
                yield 3, t("notices.key.all"), t("notices.help.all"), self._all_told
        if self.all_of:
            yield 4, t("notices.key.events"), t("notices.help.events"), self._other
        if self.rows:
            words = t(f"notices.language.{self._next_language}")
            yield 5, words, t("notices.help.language"), self._turn

    def body(self) -> ComposeResult:
        t = self.t
        yield Static(id="heading", classes="heading", markup=False)
        yield LongList[Notice](
            [
                Column(t("notices.column.what"), self._what, 16),
                Column(t("draws.column.name"), lambda row: row.who, 10),
                Column(t("signups.column.number"), lambda row: row.number, 12),
                Column(t("signups.column.phone"), lambda row: row.phone, 12, shown_from=WIDE),
                Column(t("events.column.title"), lambda row: row.title, share=2, least=10),
                Column(t("events.column.when"), self._when, 24),
            ],
            _rows(()),
            empty=t("notices.none"),
            id="list",
        )
        yield Static(id="words", markup=False)

    def _what(self, row: Notice) -> str:
        return " ".join(dict.fromkeys(self.t(f"notices.what.{news.what}") for news in row.news))

    def _when(self, row: Notice) -> str:
        return when_words(self.t, row.news[0].begin, row.news[0].until)

    def reread(self) -> None:
        t = self.t
        self.rows = notices.to_tell(self.desk, self.id_ or None)
        self.query_one("#list", LongList).reload(_rows(self.rows))
        of = t("notices.of_event") if self.id_ else t("notices.of_all")
        words = t("notices.count", count=len(self.rows), of=of)
        self.query_one("#heading", Static).update(Text(f" {words}"))
        self._show()
        self.show_keys()

    @property
    def _row(self) -> Notice | None:
        row: Notice | None = self.query_one("#list", LongList).row
        return row

    @property
    def _next_language(self) -> str:
        return LANGUAGES[(LANGUAGES.index(self.language) + 1) % len(LANGUAGES)]

    def _message(self, row: Notice) -> str:
        return notices.message(self.desk, row, self.language)

    def _turn(self) -> None:
        """The messages in the other language."""
        self.language = self._next_language
        self._show()
        self.show_keys()

    def _show(self) -> None:
        row = self._row
        words = self._message(row) if row is not None else ""
        lines = folded(words, self.app.size.width - 2)
        self.query_one("#words", Static).update(Text("\n".join(f" {line}" for line in lines)))

    def on_long_list_moved(self, event: LongList.Moved) -> None:
        if self.ready:
            self._show()

    def on_long_list_chosen(self, event: LongList.Chosen) -> None:
        self.action_copy()

    def action_copy(self) -> None:
        """The message into the terminal's clipboard (OSC 52)."""
        row = self._row
        if row is None:
            self.say(self.t("refusal.NothingToTell"), error=True)
            return
        self.app.copy_to_clipboard(self._message(row))
        self.say(self.t("notices.copied", who=row.who))

    def _told(self) -> None:
        row = self._row
        told = self.act(notices.tell, self.desk, [row]) if row is not None else None
        if row is not None and told is not None:
            self.reread()
            self.say(self.t("notices.told", who=row.who))

    def _all_told(self) -> None:
        rows = list(self.rows)

        def answered(yes: bool | None) -> None:
            told = self.act(notices.tell, self.desk, rows) if yes else None
            if told is not None:
                self.reread()
                self.say(self.t("notices.all_told", count=told))

        self.app.push_screen(AskScreen(self.t("notices.ask_all", count=len(rows))), answered)

    def _call(self) -> None:
        call(self, self._row)

    def _other(self) -> None:
        """Of all events, or of this one."""
        self.id_ = "" if self.id_ else self.all_of
        self.act(self.reread)
