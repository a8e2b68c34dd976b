"""What is drawn line by line under a title, with a cursor: the looks of its parts, and the lines
drawn, as long as they stay the same.
"""

from typing import Any, ClassVar

from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip


class Lines(ScrollView):
    """`_measure` says how large all of it is, `_follow` brings the cursor into view."""

    ALLOW_SELECT = False
    PARTS: ClassVar[str]
    """what the names of its component classes begin with"""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._strips: dict[Any, Strip] = {}
        self._looks: dict[str, Style] = {}

    @property
    def _margin(self) -> int:
        """Cells on the left that stay where they are."""
        return 0

    @property
    def _room(self) -> Size:
        """Cells and lines for what is scrolled: all but the margin and the title."""
        region = self.scrollable_content_region
        return Size(max(1, region.width - self._margin), max(1, region.height - 1))

    def _measure(self) -> None:
        raise NotImplementedError

    def _follow(self) -> None:
        raise NotImplementedError

    def _forget(self) -> None:
        self._strips.clear()
        self._looks.clear()

    def _see(self, x: int, y: int, width: int = 1) -> None:
        """Scroll just as far as these cells of a line need to be seen."""
        room, offset = self._room, self.scroll_offset
        across = min(max(offset.x, x + width - room.width), x)
        down = min(max(offset.y, y - room.height + 1), y)
        if (across, down) != offset:
            self.scroll_to(x=across, y=down, animate=False, force=True)

    def _look(self, part: str) -> Style:
        if part not in self._looks:
            self._looks[part] = self.get_component_rich_style(f"{self.PARTS}--{part}")
        return self._looks[part]

    def on_mount(self) -> None:
        self._measure()

    def on_resize(self, event: events.Resize) -> None:
        self._forget()
        self._measure()
        self._follow()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._forget()
