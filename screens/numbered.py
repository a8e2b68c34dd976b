"""Screens whose digits do what may be done now with what they show."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from textual import events

from screens.base import DeskScreen, Hint, Seen
from screens.scanbox import ScanBox, meant_for

Act: TypeAlias = tuple[int, str, str, Callable[[], None]]
"""its digit, word and sentence, and what is done"""


class NumberedScreen(DeskScreen[Seen]):
    """Each screen binds the digits, and says what `acts` there are."""

    def acts(self) -> Iterable[Act]:
        """What may be done now."""
        raise NotImplementedError

    def hints(self) -> Iterator[Hint]:
        for digit, word, sentence, _ in sorted(self.acts(), key=lambda act: act[0]):
            yield Hint(str(digit), word, sentence)

    def action_digit(self, digit: int) -> None:
        run = {number: run for number, _, _, run in self.acts()}.get(digit)
        if run is not None:
            run()
        else:
            self.say(self.t("record.not_now", digit=digit), error=True)


class BoxedScreen(NumberedScreen[Seen]):
    """One with a list and a box where readers' numbers are typed, slowly too, as they are read out:
    a digit waits for its Enter.
    """

    def hints(self) -> Iterator[Hint]:
        acts = list(super().hints())
        yield from acts
        if acts:
            yield Hint("", self.t("rooms.digit_enter"), self.t("key.digit_enter"))

    def on_key(self, event: events.Key) -> None:
        """Whatever is typed on the list means the box."""
        meant_for(self, "#box", "#list", event)

    def is_digit(self, event: ScanBox.Entered) -> bool:
        """Whether a digit was entered; then it is done."""
        if event.digit is None:
            return False
        self.query_one("#list").focus()
        self.action_digit(event.digit)
        return True

    def action_back(self) -> None:
        """What was typed is left first, then the screen."""
        line = self.query_one("#box", ScanBox)
        if line.value:
            line.empty()
            self.query_one("#list").focus()
        else:
            super().action_back()
