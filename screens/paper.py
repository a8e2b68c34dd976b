"""A certificate as it looks, drawn with half blocks."""

from collections.abc import Iterable

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from deskapp import certificate_pictures, serials
from deskapp.certificate_papers import Paper, day_words
from screens.base import DeskScreen, Hint

LINES = 6
"""of the screen that are not the paper's"""
WORDS = 28
"""columns of what it says, beside the picture"""
LANGS = ("zh_CN", "en")


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
        with Horizontal():
            yield Static(id="paper", markup=False)
            yield Static(self._words(), id="paper-words", markup=False)

    def _words(self) -> str:
        """What it says: the picture is too coarse to be read."""
        paper = self.paper
        number = serials.spaced(paper.serial) if paper.token else self.t("paper.specimen")
        day = (day_words(paper.day, each) for each in LANGS if paper.lang in (each, "both"))
        heading = f"{paper.title} {paper.prize}".rstrip()
        parts = (heading, "", *paper.body, "", *paper.issuers, paper.signatory, *day, "", number)
        return "\n".join(part for n, part in enumerate(parts) if part or parts[n - 1])

    def reread(self) -> None:
        self._draw()

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        if self.ready:
            self._draw()

    def _draw(self) -> None:
        size = self.app.size
        room = (size.width - WORDS, size.height - LINES)
        if room == self._drawn:
            return
        self._drawn = room
        self.act_slowly(
            lambda: certificate_pictures.terminal_picture(self.desk, self.paper, *room),
            self.query_one("#paper", Static).update,
        )
