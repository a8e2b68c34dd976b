"""A list of any length: pages by key, draws what is seen, never holds more than some pages."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from deskapp.refusal import Refusal
from screens.cells import GAP, MARK, Column, fit, fit_text, widths
from screens.lines import Lines

__all__ = ["Column", "LongList", "Source"]

PAGE = 200  # rows fetched at a time
PAGES = 24  # pages kept

T = TypeVar("T")


class Source(Protocol[T]):
    """Rows in a fixed order, reached by keys. A key is whatever the order sorts by, and unique."""

    def count(self) -> int:
        """How many rows there are."""
        ...

    def key(self, row: T) -> Any:
        """The row's key."""
        ...

    def after(self, key: Any, limit: int, skip: int = 0) -> Sequence[T]:
        """Up to `limit` rows behind the key (None: from the first on), `skip` of them left out."""
        ...

    def before(self, key: Any, limit: int, skip: int = 0) -> Sequence[T]:
        """The same before the key (None: the last ones), nearest first left out; in list order."""
        ...

    def place(self, row: T) -> int | None:
        """How many rows stand before this one now, wherever it moved; None if it has gone."""
        ...


class Pages(Generic[T]):
    """The pages of a source by number, and the keys at which they were found."""

    def __init__(self, source: Source[T], refused: Callable[[Refusal], object]) -> None:
        self.source = source
        self.refused = refused
        try:
            self.count = source.count()
        except Refusal as refusal:
            self.count = 0
            refused(refusal)
        self._pages: OrderedDict[int, Sequence[T]] = OrderedDict()
        self._starts: dict[int, Any] = {}  # page number → key of the first row in it
        self._ends: dict[int, Any] = {}  # page number → key of the last row before it

    def row(self, index: int) -> T | None:
        """The row at an index; None past the end, or where the list shrank meanwhile."""
        if not 0 <= index < self.count:
            return None
        number, place = divmod(index, PAGE)
        page = self._pages.get(number)
        if page is None:
            page = self._fetch(number)
            self._pages[number] = page
            if len(self._pages) > PAGES:
                self._pages.popitem(last=False)
        else:
            self._pages.move_to_end(number)
        return page[place] if place < len(page) else None

    def _fetch(self, number: int) -> Sequence[T]:
        try:
            return self._read(number)
        except Refusal as refusal:  # the store has gone: the list is being drawn all the same
            self.refused(refusal)
            return ()

    def place(self, row: T) -> int | None:
        """Where the row is now; None if it has gone or cannot be looked for."""
        try:
            return self.source.place(row)
        except Refusal as refusal:
            self.refused(refusal)
            return None

    def _read(self, number: int) -> Sequence[T]:
        key, source, last = self.source.key, self.source, (self.count - 1) // PAGE
        length = min(PAGE, self.count - number * PAGE)
        # From the nearest place that is known: an end of the list, or a page seen before.
        below = max((n for n in self._ends if n <= number), default=0)
        above = min((n for n in self._starts if n > number), default=last + 1)
        if number - below < above - number:
            page = source.after(self._ends.get(below), length, (number - below) * PAGE)
        elif above > last:
            page = source.before(None, length, self.count - number * PAGE - length)
        else:
            page = source.before(self._starts[above], length, (above - number - 1) * PAGE)
        if len(page) == length:  # else the list has shrunk: it says nothing about the places
            self._starts[number] = key(page[0])
            self._ends[number + 1] = key(page[-1])
        return page


class LongList(Lines, Generic[T], can_focus=True):
    """A table over a source, one line a row; posts `Chosen` for Enter or a double click."""

    PARTS = "longlist"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "longlist--title",
        "longlist--row",
        "longlist--odd",
        "longlist--cursor",
    }
    DEFAULT_CSS = """
    LongList {
        background: $surface; color: $foreground; overflow-x: hidden; overflow-y: scroll;
        height: 1fr; scrollbar-size-vertical: 1; scrollbar-color: $foreground 70%;
        & > .longlist--title { text-style: bold; color: $foreground; background: $panel; }
        & > .longlist--row { color: $foreground; }
        & > .longlist--odd { background: $foreground 3%; }
        & > .longlist--cursor { text-style: bold; background: $foreground 10%; }
        &:focus > .longlist--cursor {
            text-style: bold; color: $block-cursor-foreground; background: $block-cursor-background;
        }
        &:nocolor:focus > .longlist--cursor { text-style: bold reverse; }
    }
    """

    class _Row(Message):
        def __init__(self, list_: "LongList[Any]", row: Any) -> None:
            super().__init__()
            self.list, self.row = list_, row

        @property
        def control(self) -> "LongList[Any]":
            return self.list

    class Chosen(_Row):
        """Enter, or a double click, on a row."""

    class Moved(_Row):
        """Another row, or another state of it, is under the cursor; None in an empty list."""

    class Refused(Message):
        """The source could not be read; the rows stay empty until `reload`."""

        def __init__(self, list_: "LongList[Any]", refusal: Refusal) -> None:
            super().__init__()
            self.list, self.refusal = list_, refusal

        @property
        def control(self) -> "LongList[Any]":
            return self.list

    def __init__(
        self,
        columns: Sequence[Column[T]],
        source: Source[T],
        *,
        empty: str = "",
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.columns = list(columns)
        self.empty = empty
        self._pages = Pages(source, self._refused)
        self._cursor = 0
        self._widths: list[int] = []
        self._fitted = -1  # the width in cells that they are for

    def _refused(self, refusal: Refusal) -> None:
        self.post_message(self.Refused(self, refusal))

    # What is shown

    @property
    def cursor(self) -> int:
        """The index of the row under the cursor."""
        return self._cursor

    @property
    def row(self) -> T | None:
        """The row under the cursor; None in an empty list."""
        return self._pages.row(self._cursor)

    @property
    def count(self) -> int:
        """The number of rows when last looked."""
        return self._pages.count

    def reload(self, source: Source[T] | None = None) -> None:
        """Read again after a change, or another source; the cursor stays with its row.

        If the row has gone, the cursor stays where it was; its line on the screen stays too.
        """
        row, line = self.row, self._cursor - round(self.scroll_y)
        self._pages = Pages(source or self._pages.source, self._refused)
        place = None if row is None else self._pages.place(row)
        self._forget()
        self._cursor = max(0, min(self._cursor if place is None else place, self.count - 1))
        self._measure()
        if place is not None:
            self.scroll_to(y=self._cursor - line, animate=False, force=True)
        self._follow()
        self.refresh()
        if self.row != row:
            self.post_message(self.Moved(self, self.row))

    def move(self, index: int) -> None:
        """Put the cursor on a row, by its index, and bring the row into view."""
        index = max(0, min(index, self.count - 1))
        if index == self._cursor:
            self._follow()
            return
        old, self._cursor = self._cursor, index
        top = round(self.scroll_y)
        self._follow()
        if round(self.scroll_y) == top:
            self.refresh(self._line(old), self._line(index))
        self.post_message(self.Moved(self, self.row))

    # Drawing

    def _line(self, index: int) -> Region:
        return Region(0, index - round(self.scroll_y) + 1, self.size.width, 1)

    def _measure(self) -> None:
        width = self.scrollable_content_region.width
        self.virtual_size = Size(width, self.count + 1)

    def _follow(self) -> None:
        self._see(0, self._cursor)

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        if width != self._fitted:
            self._widths, self._fitted = widths(self.columns, width), width
            self._strips.clear()
        if y == 0:
            titles = [
                Segment(fit(c.title, w, c.right))
                for c, w in zip(self.columns, self._widths, strict=True)
                if w
            ]
            return self._strip([[title] for title in titles], MARK[0], width, self._look("title"))
        if not self.count:
            text = fit(f" {self.empty}", width) if y == 1 else " " * width
            return Strip([Segment(text, self._look("row"))], width)
        index = y - 1 + round(self.scroll_y)
        at = index == self._cursor
        strip = self._strips.get((index, at))
        if strip is None:
            if len(self._strips) > 512:
                self._strips.clear()
            strip = self._strips[index, at] = self._row_strip(index, at, width)
        return strip

    def _row_strip(self, index: int, at: bool, width: int) -> Strip:
        row = self._pages.row(index)
        if row is None:
            return Strip.blank(width, self._look("row"))
        cells = []
        for column, wide in zip(self.columns, self._widths, strict=True):
            if wide:
                cell = column.cell(row)
                if isinstance(cell, Text):
                    cells.append(fit_text(cell, wide, column.right, self.app.no_color))
                else:
                    cells.append([Segment(fit(cell, wide, column.right))])
        look = self._look("row")
        if index % 2:
            look += self._look("odd")
        strip = self._strip(cells, MARK[at], width, look)
        # On the cursor's row its own colours win: a coloured status must stay readable.
        return Strip(Segment.apply_style(strip, None, self._look("cursor")), width) if at else strip

    @staticmethod
    def _strip(cells: list[list[Segment]], mark: str, width: int, look: Style) -> Strip:
        segments = [Segment(mark)]
        for place, cell in enumerate(cells):
            if place:
                segments.append(Segment(" " * GAP))
            segments += cell
        return Strip(segments).adjust_cell_length(width).apply_style(look).simplify()

    # Keys and mouse: in the widget, so that they are handled in the order read

    async def _on_key(self, event: events.Key) -> None:
        page, top = self._room.height, round(self.scroll_y)
        seen = top <= self._cursor < top + page
        # A cursor that the mouse has scrolled out of sight comes to where one looks.
        at = self._cursor if seen else max(top, min(self._cursor, top + page - 1))
        target = {
            "up": at - seen,
            "down": at + seen,
            "pageup": at - page,
            "pagedown": at + page,
            "home": 0,
            "end": self.count - 1,
        }.get(event.key)
        if target is not None:
            self.move(target)
        elif event.key in ("enter", "ctrl+s"):
            if seen:
                self._choose()
            else:
                self.move(at)
        else:
            return
        event.stop()
        event.prevent_default()

    def _choose(self) -> None:
        if (row := self.row) is not None:
            self.post_message(self.Chosen(self, row))

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None or offset.y == 0:
            return
        index = offset.y - 1 + round(self.scroll_y)
        if index < self.count:
            self.move(index)
            if event.chain == 2:
                self._choose()
