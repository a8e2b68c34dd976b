"""Dialogs: a box in the middle of the screen, over what one was doing."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeVar, cast

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from deskapp.language import Language
from screens.keys import StrayScan

if TYPE_CHECKING:
    from screens.front import Front

Answer = TypeVar("Answer")


class Dialog(ModalScreen[Answer | None]):
    """A dialog; Esc leaves it with None. A stray scan's Enter reaches none of its answers."""

    BINDINGS = [Binding("escape", "back", show=False)]

    @property
    def front(self) -> "Front":
        return cast("Front", self.app)

    @property
    def t(self) -> Language:
        return self.front.t

    def inside(self) -> ComposeResult:
        """What stands in the box."""
        yield from ()

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield from self.inside()

    def action_back(self) -> None:
        self.dismiss(None)

    def on_stray_scan(self, event: StrayScan) -> None:
        """A card was no answer: the question is withdrawn, and the screen below takes the card."""
        below = self.app.screen_stack[-2]
        self.action_back()
        event.stop()
        self.call_after_refresh(below.post_message, StrayScan(event.text, event.ms))


def lines(texts: Iterable[str]) -> Static:
    """Data and sentences in a dialog, never as markup."""
    return Static(Text("\n".join(texts)), markup=False)
