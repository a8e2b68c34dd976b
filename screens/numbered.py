"""Screens whose digits do what may be done now with what they show."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from screens.base import DeskScreen, Hint, Seen

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
