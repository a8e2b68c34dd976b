"""Readers as one types, in the lines under a box."""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import cast

from rich.cells import cell_len
from rich.text import Text
from textual.timer import Timer

from deskapp import box, readers
from deskapp.desk import Refusal
from deskapp.readers import Found
from screens.base import DeskScreen
from screens.burst import SILENCE, clean
from screens.cells import plain
from screens.choice import LABEL, Choice, Option
from screens.matters import choice_words

PAUSE = SILENCE + 0.040
"""seconds without a key before anything is looked for: a scanner's burst is over by then"""
LINES = 2
"""of the screen, at most, for what was found"""
MOST = 20
"""readers found; more are only `20+`"""


class Finding(Choice):
    """The readers whom a text may mean, the best first; where all do not fit, how many more.

    Nothing to choose from is nothing to be seen.
    """

    DEFAULT_CSS = "Finding { text-wrap: nowrap; text-overflow: ellipsis; }"

    def __init__(self, *, id: str | None = None, chosen_here: bool = True) -> None:
        super().__init__("", (), id=id)
        self.can_focus = chosen_here
        self.display = False
        self._found_by = ""  # what stands there
        self._pause: Timer | None = None

    def look(self, typed: str) -> None:
        """Look for this as soon as no more is typed; what was found before is seen until then."""
        typed = clean(typed)
        self._rest()
        if not 1 < len(typed) <= box.NAME:
            self.forget()
        elif typed != self._found_by:
            self._pause = self.set_timer(PAUSE, partial(self._search, typed))

    def forget(self) -> None:
        """Nobody is looked for any more."""
        self.show(())

    def show(self, found: Sequence[Found], typed: str = "") -> None:
        """These are they, the best first."""
        self._rest()
        self._found_by = typed
        if not found and not self.options:
            return  # as at nearly every key: nothing to be drawn
        self.offer(Option(each.id, choice_words(each)) for each in found)
        self.display = bool(found)

    def _rest(self) -> None:
        if self._pause is not None:
            self._pause.stop()
            self._pause = None

    @property
    def _desk_screen(self) -> DeskScreen[object]:
        return cast(DeskScreen[object], self.screen)

    def _search(self, typed: str) -> None:
        found: list[Found] = []
        with suppress(Refusal):  # whoever may find nobody is told at Enter, not at every key
            found = readers.search(self._desk_screen.desk, typed, MOST)
        self.show(found, typed)

    def draw(self) -> None:
        """With the focus as any choice; without it as many as the lines hold."""
        if self._lit:
            super().draw()
            return
        indent = LABEL + 1 if self.can_focus else 3
        room = max(20, (self.size.width or 80) - indent - 1)
        lines = [""]
        for place, option in enumerate(self.options):
            words = f"{place + 1 if self.can_focus else ''}{plain(option.label)}"
            left = len(self.options) - place - 1
            more = f"   {self._more(left)}" if left and len(lines) == LINES else ""
            longer = f"{lines[-1]}   {words}" if lines[-1] else words
            if not lines[-1] or cell_len(longer + more) <= room:
                lines[-1] = longer
            elif len(lines) < LINES:
                lines.append(words)
            else:
                lines[-1] += f"   {self._more(left + 1)}"
                break
        self.update(Text("\n".join(" " * indent + line for line in lines)))

    def _more(self, count: int) -> str:
        sign = "+" if len(self.options) >= MOST else ""
        return self._desk_screen.t("found.more", count=f"{count}{sign}")
