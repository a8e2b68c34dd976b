"""Choosing one of a few: readers of one name, profiles, columns."""

from collections.abc import Sequence

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from screens.dialog import Dialog


class ChoosingScreen(Dialog[int]):
    """Gives the place (from 0) of what was chosen: a digit, or arrows and Enter."""

    AUTO_FOCUS = "OptionList"

    def __init__(self, title: str, choices: Sequence[str], at: int = 0) -> None:
        super().__init__()
        self.title_words, self.choices, self.at = title, choices, at

    def inside(self) -> ComposeResult:
        yield Static(self.title_words, classes="heading", markup=False)
        yield OptionList(
            *(
                Option(Text(f"{place if place < 10 else ' '} {choice}", no_wrap=True))
                for place, choice in enumerate(self.choices, 1)
            ),
            markup=False,
        )
        yield Static(self.t("choosing.keys"), classes="note", markup=False)

    def on_mount(self) -> None:
        self.query_one(OptionList).highlighted = self.at

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_index)

    def on_key(self, event: events.Key) -> None:
        if event.key.isdecimal() and 0 < int(event.key) <= len(self.choices):
            event.stop()
            self.dismiss(int(event.key) - 1)
