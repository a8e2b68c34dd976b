"""Similar records while one types: found in a thread, shown when they are there."""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import cast

from rich.text import Text
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Static

from deskapp import similar
from deskapp.desk import Desk, Refusal
from deskapp.request_lists import Line
from screens.base import DeskScreen
from screens.cells import fit
from screens.choice import labelled
from screens.matters import state_words
from screens.wording import number_words, question_words

PAUSE = 0.3
"""seconds without a change before anything is looked for"""
LINES = 2
Asked = tuple[str, str | None, str | None]
"""words, reader, and the request that is not meant"""


class Alike(Static):
    """`相近记录  0177 馆际互借催办 文献传递 11-18 已办结`. None is nothing to be seen."""

    DEFAULT_CSS = "Alike { height: auto; max-height: 2; text-wrap: nowrap; }"

    class Found(Message):
        """What a thread has found for what was asked then."""

        def __init__(self, asked: Asked, lines: Sequence[Line]) -> None:
            super().__init__()
            self.asked, self.lines = asked, lines

    def __init__(self, id: str) -> None:
        super().__init__(id=id, markup=False)
        self.display = False
        self._asked: Asked = ("", None, None)
        self._pause: Timer | None = None

    @property
    def _desk_screen(self) -> DeskScreen[object]:
        return cast(DeskScreen[object], self.screen)

    def look(self, words: str, patron: str | None, besides: str | None) -> None:
        """Look for this as soon as no more is typed; no key waits for it."""
        asked = (words.strip(), patron, besides)
        if asked == self._asked:
            return
        self._asked = asked
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(PAUSE, self._begin)

    def _begin(self) -> None:
        desk = self._desk_screen.desk
        self.run_worker(partial(self._find, desk, self._asked), thread=True, group="similar")

    def _find(self, desk: Desk, asked: Asked) -> None:
        with suppress(Refusal):  # a store that has gone says so elsewhere
            self.post_message(self.Found(asked, similar.find(desk, *asked, limit=LINES)))

    def on_alike_found(self, message: Found) -> None:
        message.stop()
        if message.asked != self._asked:
            return
        t, desk = self._desk_screen.t, self._desk_screen.desk
        text = Text()
        for place, line in enumerate(message.lines):
            day = t.day(desk.local(line.received_at).date())
            words = fit(question_words(t, line), 34).rstrip()
            parts = (number_words(desk, line), words, day, state_words(t, desk, line, {}))
            label = t("similar.title") if place == 0 else ""
            text.append("\n" if place else "").append_text(labelled(label, "  ".join(parts)))
        self.display = bool(message.lines)
        self.update(text)
