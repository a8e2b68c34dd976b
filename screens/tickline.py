"""Several things of which any may be ticked, on one line: Space or a digit ticks."""

from collections.abc import Iterable

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.message import Message
from textual.widgets import Static

from screens.cells import fit, plain
from screens.choice import LABEL, PAGE, Option


class TickLine(Static, can_focus=True):
    """`[x]` says without a colour what is ticked. Arrows move, Enter is `Entered`."""

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

    class Ticked(Entered):
        """One more is ticked, or one less."""

    def __init__(
        self, label: str, options: Iterable[Option], ticked: Iterable[str] = (), *, id: str
    ) -> None:
        super().__init__(id=id, markup=False)
        self.label, self.options = label, list(options)[:PAGE]
        self._ticked = set(ticked)
        self._at = 0
        self._lit = False  # whether it has the focus; known here before `has_focus` says so

    @property
    def ticked(self) -> tuple[str, ...]:
        """What is ticked, in the order of the line."""
        return tuple(each.value for each in self.options if each.value in self._ticked)

    def offer(self, options: Iterable[Option]) -> None:
        """Other things to tick; what is ticked of the old ones stays so, should they come back. The
        same again move nobody who is choosing among them.
        """
        new = list(options)[:PAGE]
        if new != self.options:
            self.options, self._at = new, 0
            self.draw()

    def tick(self, values: Iterable[str]) -> None:
        """These and no others, without telling anybody."""
        self._ticked = set(values)
        self.draw()

    def on_mount(self) -> None:
        self.draw()

    def on_resize(self) -> None:
        self.draw()

    def on_focus(self) -> None:
        self._lit = True
        self.draw()

    def on_blur(self) -> None:
        self._lit = False
        self.draw()

    async def _on_key(self, event: events.Key) -> None:
        if event.key in ("enter", "ctrl+s"):
            self.post_message(self.Entered(self))
        elif event.key in ("left", "right"):
            self._at = (self._at + (1 if event.key == "right" else -1)) % len(self.options)
            self.draw()
        elif event.key == "space":
            self._tick(self._at)
        elif event.character and event.character in "123456789":
            self._tick(int(event.character) - 1)
        else:
            return
        event.stop()
        event.prevent_default()

    def _tick(self, place: int) -> None:
        if place < len(self.options):
            self._at = place
            self._ticked ^= {self.options[place].value}
            self.draw()
            self.post_message(self.Ticked(self))

    def draw(self) -> None:
        """Show the state."""
        room = max(20, (self.size.width or 80) - LABEL - 2)
        text, left = Text(">" if self._lit else " "), room
        text.append(fit(self.label, LABEL - 1) + " ")
        for place, each in enumerate(self.options):
            ticked = each.value in self._ticked
            words = f"{place + 1}[{'x' if ticked else ' '}]{plain(each.label)}"
            if cell_len(words) + 1 > left:
                text.append("\n" + " " * (LABEL + 1))
                left = room
            here = "reverse " if self._lit and place == self._at else ""
            text.append(words, here + ("bold" if ticked else ""))
            text.append(" ")
            left -= cell_len(words) + 1
        self.update(text)
