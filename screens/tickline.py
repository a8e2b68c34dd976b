"""Several things of which any may be ticked, on one line: digits tick, Enter is `Entered`."""

from collections.abc import Sequence

from rich.text import Text
from textual import events
from textual.message import Message
from textual.widgets import Static

from screens.cells import fit, plain
from screens.choice import LABEL, Option


class TickLine(Static, can_focus=True):
    """`[x]` says without a colour what is ticked."""

    DEFAULT_CSS = """
    TickLine { height: auto; min-height: 1; }
    TickLine:focus { background: $foreground 10%; text-style: none; }
    """

    class Entered(Message):
        """Enter on the line."""

        def __init__(self, line: "TickLine") -> None:
            super().__init__()
            self.line = line

        @property
        def control(self) -> "TickLine":
            return self.line

    def __init__(
        self, label: str, options: Sequence[Option], ticked: Sequence[str] = (), *, id: str
    ) -> None:
        super().__init__(id=id, markup=False)
        self.label, self.options = label, list(options)[:9]
        self._ticked = set(ticked)

    @property
    def ticked(self) -> tuple[str, ...]:
        """What is ticked, in the order of the line."""
        return tuple(each.value for each in self.options if each.value in self._ticked)

    def on_mount(self) -> None:
        self._draw(lit=False)

    def on_focus(self) -> None:
        self._draw(lit=True)

    def on_blur(self) -> None:
        self._draw(lit=False)

    async def _on_key(self, event: events.Key) -> None:
        if event.key in ("enter", "ctrl+s"):
            self.post_message(self.Entered(self))
        elif event.character and event.character in "123456789":
            place = int(event.character) - 1
            if place < len(self.options):
                self._ticked ^= {self.options[place].value}
                self._draw(lit=True)
        else:
            return
        event.stop()
        event.prevent_default()

    def _draw(self, *, lit: bool) -> None:
        text = Text(">" if lit else " ")
        text.append(fit(self.label, LABEL - 1) + " ")
        for place, each in enumerate(self.options, 1):
            ticked = each.value in self._ticked
            words = f"{place}[{'x' if ticked else ' '}]{plain(each.label)} "
            text.append(words, "bold" if ticked else "")
        self.update(text)
