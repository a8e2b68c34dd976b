"""F1: the keys of the screen at hand, a sentence each."""

from collections.abc import Sequence

from rich.table import Column, Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widgets import Static

from screens.base import Hint
from screens.dialog import Dialog, lines


class HelpScreen(Dialog[None]):
    """The keys, and how the box understands what is entered."""

    BINDINGS = [Binding("f1,enter,ctrl+s", "back", show=False)]

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
