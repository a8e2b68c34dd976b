"""Choosing one of a few: readers of one name, profiles, columns."""

from collections.abc import Sequence

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from screens.dialog import Dialog


class ChoosingScreen(Dialog[int]):
    """Gives the place (from 0) of what was chosen: a digit, or arrows and Enter; -1 for `none`,
    what 0 does instead, which stands above them all.
    """

    AUTO_FOCUS = "OptionList"

    def __init__(self, title: str, choices: Sequence[str], at: int = 0, none: str = "") -> None:
        super().__init__()
        self.none = none
        self.title_words, self.choices, self.at = title, choices, at

    def inside(self) -> ComposeResult:
        yield Static(self.title_words, classes="heading", markup=False)
        digits = [*"123456789", *" " * len(self.choices)]
        lines = list(zip(digits, self.choices, strict=False))
        lines[:0] = [("0", self.none)] if self.none else []
        yield OptionList(
            *(Option(Text(f"{digit} {choice}", no_wrap=True)) for digit, choice in lines),
            markup=False,
        )
        yield Static(self.t("choosing.keys"), classes="note", markup=False)

    def on_mount(self) -> None:
        self.query_one(OptionList).highlighted = self.at + self._above

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_index - self._above)

    @property
    def _above(self) -> int:
        return 1 if self.none else 0

    def on_key(self, event: events.Key) -> None:
        if event.key.isdecimal() and 1 - self._above <= int(event.key) <= len(self.choices):
            event.stop()
            self.dismiss(int(event.key) - 1)
