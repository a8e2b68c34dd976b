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

SENTENCES = {
    "help": "help.help",
    "log": "help.log",
    "requests": "help.requests",
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

    def __init__(self, title: str, hints: Sequence[Hint], more: Sequence[str] = ()) -> None:
        super().__init__()
        self.title_words = title
        self.hints, self.more = hints, more

    def inside(self) -> ComposeResult:
        t = self.t
        title = f"{t('help.title')}  {self.title_words}".rstrip()
        yield Static(title, classes="heading", markup=False)
        table = Table.grid(Column(no_wrap=True), Column(overflow="fold"), padding=(0, 2))
        for hint in self.hints:
            table.add_row(Text(hint.key, "bold"), Text(hint.sentence))
        with VerticalScroll():
            yield Static(table)
            yield lines(["", *self.more, t("help.chord")])
        yield Static(t("help.leave"), classes="note", markup=False)


def all_keys(screen: DeskScreen[object]) -> HelpScreen:
    """Every action by its name in `desk.toml`, with its key."""
    t = screen.t
    hints = [Hint("", "", t("keys.where", file=screen.front.folder / SETTINGS))]
    for action, key in t.keys.items():
        if action in MISSING:
            sentence = t("keys.missing", feature=t(f"feature.{action}"))
        else:
            sentence = t(SENTENCES[action])
        hints.append(Hint(key, "", f"{action:<13}{sentence}"))
    return HelpScreen(t("keys.title"), hints)
