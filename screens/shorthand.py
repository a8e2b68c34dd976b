"""Shorthand as one types: what a word may mean under the box, chips before the sentence."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import partial
from typing import cast

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.widgets import Static

from deskapp import shorthand
from deskapp.desk import Desk, Refusal
from deskapp.drafts import Draft
from deskapp.language import Language
from deskapp.shorthand import Chip, Token
from screens.base import DeskScreen, Seen
from screens.burst import ENDS, GAP, SILENCE
from screens.cells import plain
from screens.matters import choice_words
from screens.scanbox import ScanBox

TAKES = ("space", "tab", *ENDS)
"""keys that take the first of what a word may mean"""


class NotingBox(ScanBox):
    """A box with shorthand. By hand, Space, Tab, Enter or a digit turn a word into a chip, and
    Backspace at the very beginning takes the last chip back. A scan is never shorthand.
    """

    _read: tuple[Token | None, list[Chip]] = (None, [])

    def meanings(self) -> tuple[Token | None, list[Chip]]:
        """The shorthand before the cursor, and what it may mean."""
        token = shorthand.open_token(self.value[: self.cursor_position])
        if token != self._read[0]:
            found: list[Chip] = []
            if token is not None:
                with suppress(Refusal):  # who may find nobody is told at Enter
                    found = shorthand.complete(cast(DeskScreen[object], self.screen).desk, token)
            self._read = token, found
        return self._read

    async def _on_key(self, event: events.Key) -> None:
        # No code has a blank in it: a Space is a hand's, however late the busy machine read it.
        if event.time - self._burst.last > GAP or event.key == "space":
            self.catch_up()  # or a word would be read without its end
            if self._taken(event):
                event.stop()
                event.prevent_default()
                return
        await super()._on_key(event)
        screen = self.screen
        if isinstance(screen, NotingScreen) and screen.ready:
            screen.show_meanings()  # in the same frame as the key

    def _taken(self, event: events.Key) -> bool:
        if event.key == "backspace":
            if self.cursor_position or not self.selection.is_empty:
                return False
            if isinstance(self.screen, NotingScreen):
                self.screen.drop_chip()
            return True
        token, found = self.meanings()
        if token is None or not found:
            return False
        if event.key in TAKES:
            self._turn(token, found[0])
            return True
        digit = int(event.key) if event.key in "123456789" else 0
        if 0 < digit <= len(found) and not any(c.isdecimal() for c in token.word):
            # It may be the first of a scan: it is typed, and taken when nothing follows at once.
            after = self.value[: self.cursor_position] + event.key
            self.set_timer(SILENCE, partial(self._pick, token, found[digit - 1], after))
        return False

    def _pick(self, token: Token, chip: Chip, before: str) -> None:
        if self.value[: self.cursor_position] == before and not self._unshown:
            self._turn(token, chip)

    def _turn(self, token: Token, chip: Chip) -> None:
        self._burst.forget()
        place = self.cursor_position
        self.value = self.value[: token.start] + self.value[place:].lstrip()
        self.cursor_position = token.start
        if isinstance(self.screen, NotingScreen):
            self.screen.take_chip(chip)  # not by a message: in the same frame as the key


class NotingSentence(NotingBox):
    """A box with shorthand that keeps what was entered."""

    clears = False


class Meanings(Static):
    """One line: what is said anyway and chips, or what a shorthand word may mean, by digit."""

    DEFAULT_CSS = """
    Meanings { height: 1; width: 1fr; text-wrap: nowrap; text-overflow: ellipsis; }
    """

    def __init__(self, id: str) -> None:
        super().__init__(id=id, markup=False)
        self.words = ""  # what is said where nothing is asked
        self.token: Token | None = None  # whose meanings stand there
        self._drawn: Text | None = None

    def show(
        self, t: Language, desk: Desk, chips: str, token: Token | None, found: Sequence[Chip]
    ) -> None:
        """Chips as by `chip_words`; as many meanings as there is room for."""
        self.token = token
        text = Text("   ".join(filter(None, (f" {self.words}", chips))) if token is None else "  ")
        if token is not None and not found:
            text.append(f" {t('short.nothing')}", "not bold")
        for place, chip in enumerate(found, 1):
            part = f" {place}{plain(label(t, desk, chip))} "
            if text.cell_len + cell_len(part) > (self.size.width or self.app.size.width) - 1:
                break
            text.append(part, "not bold")
        if text != self._drawn:
            self._drawn = text
            self.update(text, layout=False)  # one line, whatever it says


def label(t: Language, desk: Desk, chip: Chip) -> str:
    """What a chip says."""
    match chip.what:
        case "patron":
            return choice_words(chip.reader) if chip.reader else t("log.reader")
        case "kind":
            return desk.profile.kinds[chip.value].name(t.code)
        case "department":
            return desk.profile.departments[chip.value].name(t.code)
        case "confidential":
            return t("short.confidential")
    return t("short.urgent")


def chip_words(t: Language, desk: Desk, chips: Iterable[Chip]) -> str:
    """`[荐购] [采编部] [加急]`: chips but for the reader's, who has a line of their own."""
    return " ".join(f"[{label(t, desk, chip)}]" for chip in chips if chip.what != "patron")


class NotingScreen(DeskScreen[Seen]):
    """A screen with a box of shorthand and `Meanings` below it. `noted` has the chips;
    `chip_noted` and `chip_dropped` show what else follows from one.
    """

    @property
    def noted(self) -> Draft:
        """The draft that has the chips."""
        raise NotImplementedError

    @property
    def in_confidence(self) -> bool:
        """Whether what is chosen is confidential by its kind: that cannot be taken off."""
        kind = self.desk.profile.kinds.get(self.noted.kind or "")
        return kind is not None and kind.confidential

    def chip_noted(self, chip: Chip) -> None:
        """A chip is on the draft."""
        raise NotImplementedError

    def chip_dropped(self, what: str) -> None:
        """A chip was taken off."""
        raise NotImplementedError

    def learn_shorthand(self) -> None:
        """So that the first mark waits for nothing."""
        self.act_aside(partial(shorthand.learn, self.desk))

    def show_meanings(self, asking: bool = True) -> bool:
        """Show chips and meanings as they are now; whether a word of shorthand is being typed.

        asking False: what is said anyway is news, and comes first until the next key.
        """
        token, found = self.query_one(NotingBox).meanings()
        chips = chip_words(self.t, self.desk, shorthand.chips_of(self.noted))
        if self.in_confidence and not self.noted.confidential:
            chips = f"{chips} {self.t('short.confidential')}".lstrip()
        meant = (token, found) if asking else (None, [])
        self.query_one(Meanings).show(self.t, self.desk, chips, *meant)
        return token is not None

    def read_shorthand(self, text: str) -> str:
        """A whole line's words; the chips in it are noted."""
        read = self.act(shorthand.read, self.desk, text)
        if read is None:
            return text
        for chip in read[1]:
            self.take_chip(chip)
        return read[0]

    def take_chip(self, chip: Chip) -> None:
        """A word of shorthand was understood; it stands in the text no more."""
        shorthand.note(self.noted, chip)
        self.chip_noted(chip)
        self.show_meanings()

    def drop_chip(self) -> None:
        """Backspace at the very beginning."""
        what = shorthand.drop(self.noted)
        if what is not None:
            self.chip_dropped(what)
            self.show_meanings()
