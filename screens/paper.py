"""A certificate as it looks, drawn with half blocks."""

from collections.abc import Iterable

from textual import events
from textual.app import ComposeResult
from textual.widgets import Static

from deskapp import certificate_pictures
from deskapp.certificate_papers import Paper
from screens.base import DeskScreen, Hint

LINES = 6
"""of the screen that are not the paper's"""


class PaperScreen(DeskScreen[None]):
    """The whole paper, as large as the terminal is."""

    AUTO_FOCUS = ""

    def __init__(self, paper: Paper) -> None:
        super().__init__()
        self.paper = paper
        self._drawn: tuple[int, int] | None = None

    def title_words(self) -> str:
        return self.t("certificate.key.look")

    def hints(self) -> Iterable[Hint]:
        return ()

    def body(self) -> ComposeResult:
        yield Static(id="paper", markup=False)

    def reread(self) -> None:
        self._draw()

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        if self.ready:
            self._draw()

    def _draw(self) -> None:
        size = self.app.size
        room = (size.width, size.height - LINES)
        if room == self._drawn:
            return
        self._drawn = room
        self.act_slowly(
            lambda: certificate_pictures.terminal_picture(self.desk, self.paper, *room),
            self.query_one("#paper", Static).update,
        )
