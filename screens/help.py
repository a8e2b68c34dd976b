"""F1: the keys of the screen at hand, a sentence each."""

from collections.abc import Sequence

from rich.table import Column, Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widgets import Static

from deskapp.config import SETTINGS
from screens.base import DeskScreen, Hint
from screens.bindings import MISSING
from screens.dialog import Dialog, lines
from screens.labels import from_home

SENTENCES = {
    "help": "help.help",
    "log": "help.log",
    "requests": "help.requests",
    "seats": "help.seats",
    "rooms": "help.rooms",
    "events": "help.events",
    "certificates": "help.certificates",
    "rounds": "help.rounds",
    "sync": "help.sync",
    "crisis": "crisis.help.key",
    "shift": "help.shift",
    "lock": "help.lock",
    "take_back": "log.help.take_back",
    "undo": "help.undo",
    "palette": "help.palette",
    "copy": "keys.copy",
    "quit": "help.quit",
}
"""what each action that can have another key does"""


class HelpScreen(Dialog[None]):
    """The keys, and how the box understands what is entered."""

    BINDINGS = [
        Binding("f1", "back", show=False, id="help"),
        Binding("enter,ctrl+s", "back", show=False),
    ]

    def __init__(
        self, title: str, hints: Sequence[Hint], more: Sequence[str] = (), named: bool = False
    ) -> None:
        super().__init__()
        self.title_words = title
        self.hints, self.more = hints, more
        self.named = named
        """whether the words of the hints are to be read too, between key and sentence"""

    def inside(self) -> ComposeResult:
        t = self.t
        title = f"{t('help.title')}  {self.title_words}".rstrip()
        yield Static(title, classes="heading", markup=False)
        names = [Column(no_wrap=True)] if self.named else []
        table = Table.grid(Column(no_wrap=True), *names, Column(overflow="fold"), padding=(0, 2))
        for hint in self.hints:
            words = [Text(hint.word)] if self.named else []
            table.add_row(Text(hint.key, "bold"), *words, Text(hint.sentence))
        with VerticalScroll():
            yield Static(table)
            yield lines(["", *self.more, t("help.chord")])
        yield Static(t("help.leave"), id="leave", classes="note", markup=False)

    def on_mount(self) -> None:
        page = self.query_one(VerticalScroll)
        for size in ("scroll_y", "virtual_size"):
            self.watch(page, size, self._moved)

    def _moved(self) -> None:
        self.call_after_refresh(self._point_on)

    def _point_on(self) -> None:
        """How to leave; and whether there is more below."""
        page, words = self.query_one(VerticalScroll), self.t("help.leave")
        if page.scroll_offset.y < page.max_scroll_y:
            words += f"   ▼ {self.t('help.more')}"
        self.query_one("#leave", Static).update(Text(words))


def all_keys(screen: DeskScreen[object]) -> HelpScreen:
    """Every action by its name in `desk.toml`, with its key: there are no others."""
    t = screen.t
    taken = {key for action, key in t.keys.items() if action not in MISSING}
    idle = " ".join(t.keys[action] for action in MISSING if t.keys[action] not in taken)
    hints = [
        Hint("", "", t("keys.where", file=from_home(screen.front.folder / SETTINGS))),
        Hint("", "", t("keys.free", idle=idle)),
    ]
    for action, key in t.keys.items():
        if action in MISSING and key in taken:
            continue
        if action in MISSING:
            sentence = t("keys.missing", feature=t(f"feature.{action}"))
        else:
            sentence = t(SENTENCES[action])
        hints.append(Hint(key, action, sentence))
    return HelpScreen(t("keys.title"), hints, named=True)
