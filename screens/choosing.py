"""Choosing one of a few: readers of one name, profiles, columns."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from deskapp import box
from deskapp.box import RequestNumber
from deskapp.language import Language
from deskapp.readers import Found
from screens.base import DeskScreen
from screens.binding import Unbound
from screens.dialog import Dialog
from screens.keys import TypedNumber
from screens.matters import choice_words
from screens.scanbox import ScanBox


class ChoosingScreen(Dialog[int]):
    """Gives the place (from 0) of what was chosen: a digit, or arrows and Enter; -1 for `none`,
    what 0 does instead, which stands above them all.
    """

    AUTO_FOCUS = "OptionList"
    numbers = True

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

    def on_typed_number(self, event: TypedNumber) -> None:
        """Several digits are no choice: the next reader's number goes on in the box below."""
        below = self.app.screen_stack[-2]
        self.dismiss(None)
        self.call_after_refresh(_write, below, event.text)

    @property
    def _above(self) -> int:
        return 1 if self.none else 0

    def on_key(self, event: events.Key) -> None:
        if event.key.isdecimal() and 1 - self._above <= int(event.key) <= len(self.choices):
            event.stop()
            self.dismiss(int(event.key) - 1)


def _write(screen: Screen[Any], text: str) -> None:
    """In place of what stands in its box."""
    for line in screen.query(ScanBox):
        line.focus()
        line.value, line.cursor_position = text, len(text)
        return


def ask_which(
    screen: DeskScreen[Any], readers: Sequence[Found], then: Callable[[Found], None]
) -> None:
    """Which of several readers is meant; `then` goes on with that one."""

    def chosen(place: int | None) -> None:
        if place is not None:
            then(readers[place])

    choices = [choice_words(reader) for reader in readers]
    screen.app.push_screen(ChoosingScreen(screen.t("home.choose"), choices), chosen)


def ask_whose(
    screen: DeskScreen[Any],
    event: ScanBox.Entered,
    then: Callable[[Found], None],
    nothing: Callable[[], object] | None = None,
    unbound: Unbound | None = None,
) -> None:
    """Whose card, number or name was entered; `then` goes on with that reader, `nothing` where
    there was Enter alone. With `unbound` an unknown card waits for the number that is typed next.
    """

    def known(reader: Found) -> None:
        then(unbound.whose(screen, reader, event.scanned) if unbound is not None else reader)

    match screen.act(box.understand, screen.desk, event.text, event.scanned):
        case None:
            pass
        case box.Nothing():
            if nothing is not None:
                nothing()
        case box.ReaderFound(reader) | box.Readers(readers=[reader]):
            known(reader)
        case box.Readers(readers=several):
            ask_which(screen, several, known)
        case box.UnknownCard() if unbound is not None and event.scanned:
            unbound.scanned(screen, event.text)
        case _:
            screen.say(screen.t("refusal.PatronUnknown"), error=True)


def which_request(
    screen: DeskScreen[Any], requests: Sequence[RequestNumber], then: Callable[[str], object]
) -> None:
    """Which of the requests of a number is meant; `then` goes on with its id."""

    def chosen(place: int | None) -> None:
        if place is not None:
            then(requests[place].id)

    if len(requests) == 1:
        then(requests[0].id)
    else:
        choices = request_words(screen.t, requests)
        screen.app.push_screen(ChoosingScreen(screen.t("home.choose_number"), choices), chosen)


def request_words(t: Language, requests: Iterable[RequestNumber]) -> list[str]:
    return [f"{t('home.choose_request', number=each.number)}  {each.words}" for each in requests]
