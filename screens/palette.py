"""Commands by name: what has no key of its own, and what one forgot the key of."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from deskapp.language import LANGUAGES
from screens.dialog import Dialog
from screens.scanbox import ScanBox

MOVES = {
    "down": "cursor_down",
    "up": "cursor_up",
    "pagedown": "page_down",
    "pageup": "page_up",
}
"""keys of the list, pressed in the box"""


class Command(NamedTuple):
    """One command: its name, what it does, and the doing."""

    words: str
    sentence: str
    run: Callable[[], object]


class PaletteScreen(Dialog[Command]):
    """A box to look for commands and the commands that match; gives the one chosen."""

    AUTO_FOCUS = "ScanBox"

    def __init__(self, commands: Sequence[Command]) -> None:
        super().__init__()
        self.commands = self.matching = list(commands)

    @property
    def _also(self) -> dict[str, str]:
        """By its name, what a command is called in all languages, by people too."""
        here = self.t("palette.also").splitlines()
        lines = [self.t.changed(code)("palette.also").splitlines() for code in LANGUAGES]
        return {
            own.partition("=")[0]: " ".join(calls) for own, *calls in zip(here, *lines, strict=True)
        }

    def inside(self) -> ComposeResult:
        yield ScanBox(placeholder=self.t("textual.palette.search"), id="search")
        yield OptionList(markup=False)
        yield Static(self.t("palette.keys"), classes="note", markup=False)

    def on_mount(self) -> None:
        self.query_one(OptionList).can_focus = False
        self._look_for("")

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.value:  # the box empties itself at Enter: the list is still wanted then
            self._look_for(event.value)

    def _look_for(self, text: str) -> None:
        parts, also = text.casefold().split(), self._also
        self.matching = []
        for each in self.commands:
            said = f"{each.words} {each.sentence} {also.get(each.words, '')}".casefold()
            if all(part in said for part in parts):
                self.matching.append(each)
        # What is called so comes before what only speaks of it.
        self.matching.sort(key=lambda each: not all(p in each.words.casefold() for p in parts))
        options = [
            Option(Text.assemble((each.words, "bold"), f"  {each.sentence}"))
            for each in self.matching
        ]
        nothing = Option(self.t("textual.palette.nothing"), disabled=True)
        list_ = self.query_one(OptionList)
        list_.clear_options()
        list_.add_options(options or [nothing])
        list_.highlighted = 0 if options else None

    def on_scan_box_entered(self, event: ScanBox.Entered) -> None:
        place = self.query_one(OptionList).highlighted
        if event.scanned:
            self._look_for("")  # it stood in the box while it came
        elif place is not None and self.matching:
            self.dismiss(self.matching[place])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self.matching[event.option_index])

    async def on_key(self, event: events.Key) -> None:
        if event.key in MOVES:
            event.stop()
            await self.query_one(OptionList).run_action(MOVES[event.key])
