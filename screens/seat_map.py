"""A zone drawn as the room lies: a sign a seat, aisles as gaps; draws again only what changed."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from deskapp.zone_map import AWAY, CLOSED, FREE, OVER, RESERVED, SEATED, Spot, ZoneMap
from screens.cells import fit
from screens.lines import Lines

SIGNS = {FREE: ".", SEATED: "#", AWAY: "~", OVER: "!", RESERVED: "r", CLOSED: "x"}
NOTED, TWICE, CURSOR, AISLE = "*", "2", "@", " "
"""a free seat of which something is noted; one that two hold, as nobody has settled yet; where one
is; where there is no seat, or none wanted
"""
KEYS = ("up", "down", "left", "right", "home", "end")
_NUMBERED = re.compile(r"(.*?)-?([0-9]+)")  # `C-37`, `A12`, `101`


def sign(spot: Spot) -> str:
    """What says how a seat stands, without its colour."""
    if spot.twice:
        return TWICE
    return NOTED if spot.noted and spot.state == FREE else SIGNS[spot.state]


def row_and_number(label: str) -> tuple[str, str]:
    """`C-37` → `C`, `37`; `101` → nothing, `101`; a label without a number is all row."""
    parts = _NUMBERED.fullmatch(label)
    return (parts[1], parts[2]) if parts else (label, "")


class Plan:
    """Where the seats of a map stand, counted from the room's first row and column."""

    def __init__(self, spots: Sequence[Spot]) -> None:
        self.top = min((spot.row for spot in spots), default=0)
        self.left = min((spot.col for spot in spots), default=0)
        self.height = max((spot.row for spot in spots), default=-1) - self.top + 1
        self.width = max((spot.col for spot in spots), default=-1) - self.left + 1
        self.rows: dict[int, list[Spot]] = {}
        for spot in sorted(spots, key=lambda spot: spot.col):
            self.rows.setdefault(spot.row - self.top, []).append(spot)
        self.names = {at: row_and_number(row[0].label)[0] for at, row in self.rows.items()}
        self.gutter = max(map(len, self.names.values()), default=0) + 2

    def put(self, spot: Spot) -> None:
        """The same seat in another state."""
        row = self.rows[spot.row - self.top]
        row[bisect_left(row, spot.col, key=lambda each: each.col)] = spot

    def beside(
        self, here: Spot, key: str, column: int, wanted: Callable[[Spot], bool]
    ) -> Spot | None:
        """The next seat that way; up and down, the one nearest to a column. Home and End: the ends
        of the row, then those of the room.
        """
        at = here.row - self.top
        if key in ("up", "down"):
            step, stop = (-1, -1) if key == "up" else (1, self.height)
            for row in range(at + step, stop, step):
                if found := list(filter(wanted, self.rows.get(row, ()))):
                    return min(found, key=lambda spot: abs(spot.col - column))
            return None
        line = list(filter(wanted, self.rows[at]))
        if key in ("home", "end"):
            rows = sorted(self.rows, reverse=key == "end")
            first = next(filter(None, (list(filter(wanted, self.rows[r])) for r in rows)), [])
            place = -1 if key == "end" else 0
            ends = (*line[place:][:1], *first[place:][:1])
            return next((spot for spot in ends if spot != here), None)
        if key == "left":
            return next((spot for spot in reversed(line) if spot.col < here.col), None)
        return next((spot for spot in line if spot.col > here.col), None)

    def numbers(self, step: int) -> str:
        """The numbers of the longest row's seats: behind each aisle, and every fifth with room.

        Nothing where rows have no names: each has numbers of its own.
        """
        line = [" "] * (self.width * step + 4)
        row = max(self.rows.values(), key=len, default=[])
        numbers = {spot.col - self.left: row_and_number(spot.label)[1] for spot in row}
        begins = [place for place in numbers if place - 1 not in numbers]
        fives = [place for place, number in numbers.items() if number[-1:] in ("0", "5")]
        for place in (*begins, *fives) if all(self.names.values()) else ():
            at, number = place * step, numbers[place]
            around = line[max(0, at - 1) : at + len(number) + 1]
            if not "".join(around).strip():
                line[at : at + len(number)] = number
        return "".join(line)


class SeatMap(Lines, can_focus=False):
    """The map of a zone. It has no focus: the box beside it hands it the keys that are its own.

    `filter` says which seats are shown, and are stepped on; the others are left blank.
    """

    PARTS = "seatmap"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"seatmap--{state}" for state in SIGNS),
        "seatmap--title",
        "seatmap--twice",
        "seatmap--cursor",
    }
    DEFAULT_CSS = """
    SeatMap {
        background: $surface; color: $foreground; height: 1fr;
        scrollbar-size: 1 1; scrollbar-color: $foreground 70%; scrollbar-background: $surface;
        & > .seatmap--title { text-style: bold; background: $panel; }
        & > .seatmap--free { color: $text-success; text-style: bold; background: $success 25%; }
        & > .seatmap--seated { color: $foreground 70%; }
        & > .seatmap--away { color: $text-warning; text-style: bold; }
        & > .seatmap--over { color: $text-error; text-style: bold reverse; }
        & > .seatmap--twice { color: $text-error; text-style: bold; background: $error 30%; }
        & > .seatmap--reserved { color: $text-primary; text-style: bold; }
        & > .seatmap--closed { color: $foreground 50%; }
        & > .seatmap--cursor {
            text-style: bold; color: $block-cursor-foreground; background: $block-cursor-background;
        }
        &:nocolor > .seatmap--over { text-style: bold; }
        &:nocolor > .seatmap--cursor { text-style: bold reverse; }
    }
    """

    class Moved(Message):
        """Another seat, or another state of it, is under the cursor; None where there is none."""

        def __init__(self, map_: "SeatMap", spot: Spot | None) -> None:
            super().__init__()
            self.map, self.spot = map_, spot

        @property
        def control(self) -> "SeatMap":
            return self.map

    class Clicked(Message):
        """A seat was clicked on; the cursor is there by now."""

        def __init__(self, map_: "SeatMap", spot: Spot) -> None:
            super().__init__()
            self.map, self.spot = map_, spot

        @property
        def control(self) -> "SeatMap":
            return self.map

    def __init__(self, *, empty: str = "", id: str | None = None) -> None:
        super().__init__(id=id)
        self.empty = empty
        """what is said where there are no seats to draw"""
        self.zone_map = ZoneMap("", ())
        self._plan = Plan(())
        self._filter: Callable[[Spot], bool] | None = None
        self._cursor = ""
        self._column = 0  # where steps up and down keep to
        self._title: Strip | None = None
        self._step = 1  # cells a seat: two where there is room

    # What is shown

    @property
    def spot(self) -> Spot | None:
        """The seat under the cursor."""
        return self.zone_map.by_label.get(self._cursor)

    def show(self, zone_map: ZoneMap) -> None:
        """Another zone, or the same one as it stands now; the cursor stays on its seat."""
        before, self.zone_map = self.zone_map, zone_map
        at, same = before.by_label.get(self._cursor), before.zone == zone_map.zone
        pairs = zip(before.spots, zone_map.spots, strict=False)
        changed = [(old, new) for old, new in pairs if old != new]
        alike = len(before.spots) == len(zone_map.spots)
        if same and alike and all(old[:3] == new[:3] for old, new in changed):
            for _, new in changed:
                self._plan.put(new)
                self._redraw(new)
        else:
            self._plan = Plan(zone_map.spots)
            self._cursor = self._cursor if same else ""
            if self.spot is None:
                self._cursor = next((each.label for each in self._wanted()), "")
            self._column = self.spot.col if self.spot else 0
            self._measure()
            self.scroll_to(x=0, y=0, animate=False, force=True)
            self._follow()
        if self.spot != at or not same:
            self.post_message(self.Moved(self, self.spot))

    def filter(self, wanted: Callable[[Spot], bool] | None) -> int:
        """Show these seats only; how many there are. The cursor goes to the first, if not on one.

        None shows all.
        """
        self._filter = wanted
        self._forget()
        self.refresh()
        shown = list(self._wanted())
        if shown and (self.spot is None or not self._is_wanted(self.spot)):
            self.move(shown[0].label)
        return len(shown)

    def move(self, label: str) -> None:
        """Put the cursor on a seat, and bring it into view."""
        new, old = self.zone_map.by_label.get(label), self.spot
        if new is None or new == old:
            return
        self._cursor, self._column = label, new.col
        place = self.scroll_offset
        self._follow()
        for spot in (old, new):
            if spot is not None:
                self._redraw(spot, drawn=self.scroll_offset != place)
        self.post_message(self.Moved(self, new))

    def press(self, key: str) -> bool:
        """A key of the map's own; whether it is one."""
        if key not in KEYS:
            return False
        here, column = self.spot, self._column
        if here is not None:
            target = self._plan.beside(here, key, column, self._is_wanted)
            if target is not None:
                self.move(target.label)
                if key in ("up", "down"):
                    self._column = column
        return True

    def _wanted(self) -> Iterator[Spot]:
        return filter(self._is_wanted, self.zone_map.spots)

    def _is_wanted(self, spot: Spot) -> bool:
        return self._filter is None or self._filter(spot)

    # Drawing

    @property
    def _margin(self) -> int:
        return self._plan.gutter

    def _measure(self) -> None:
        plan = self._plan
        room = self.size.width or self.app.size.width  # before it has a place on the screen
        self._step = 2 if plan.gutter + plan.width * 2 <= room else 1
        self.virtual_size = Size(plan.gutter + plan.width * self._step, plan.height + 1)
        self._forget()
        self.refresh()

    def _forget(self) -> None:
        super()._forget()
        self._title = None

    def _place(self, spot: Spot) -> tuple[int, int]:
        """Cells and lines from the first seat's corner of the room."""
        return (spot.col - self._plan.left) * self._step, spot.row - self._plan.top

    def _redraw(self, spot: Spot, drawn: bool = False) -> None:
        """Draw its cell again; drawn: all of the map is drawn anyway."""
        x, y = self._place(spot)
        self._strips.pop(y, None)
        if drawn:
            return
        offset, room = self.scroll_offset, self._room
        if 0 <= x - offset.x < room.width and 0 <= y - offset.y < room.height:
            self.refresh(Region(x - offset.x + self._plan.gutter, y - offset.y + 1, 1, 1))

    def _follow(self) -> None:
        if self.spot is not None:
            self._see(*self._place(self.spot))

    def render_line(self, y: int) -> Strip:
        width, gutter = self.scrollable_content_region.width, self._plan.gutter
        if not self._plan.rows:
            text = fit(f" {self.empty}", width) if y == 0 else " " * width
            return Strip([Segment(text, self.rich_style)], width)
        left, top = self.scroll_offset
        if y == 0:
            if self._title is None:
                numbers = self._plan.numbers(self._step)
                self._title = Strip([Segment(numbers, self._look("title"))], len(numbers))
            name, strip, style = "", self._title, self._look("title")
        else:
            row = y - 1 + top
            strip = self._strips.get(row) or self._row(row)
            name, style = self._plan.names.get(row, ""), self.rich_style
        seats = strip.crop(left, left + width - gutter).adjust_cell_length(width - gutter, style)
        return Strip.join([Strip([Segment(f" {name:<{gutter - 1}}", style)], gutter), seats])

    def _row(self, row: int) -> Strip:
        segments: list[Segment] = []
        place, blank = 0, self.rich_style
        for spot in self._plan.rows.get(row, ()):
            x, _ = self._place(spot)
            if x > place:
                segments.append(Segment(AISLE * (x - place), blank))
            if spot.label == self._cursor:
                segments.append(Segment(CURSOR, self._look("cursor")))
            elif self._is_wanted(spot):
                look = "twice" if spot.twice else spot.state
                segments.append(Segment(sign(spot), blank + self._look(look)))
            else:
                segments.append(Segment(AISLE, blank))
            place = x + 1
        strip = self._strips[row] = Strip(segments, place).simplify()
        return strip

    # Mouse

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None or offset.y == 0:
            return
        x = offset.x - self._plan.gutter + self.scroll_offset.x
        row = self._plan.rows.get(offset.y - 1 + self.scroll_offset.y, ())
        for spot in row:
            if self._place(spot)[0] == x - x % self._step and self._is_wanted(spot):
                self.move(spot.label)
                self.post_message(self.Clicked(self, spot))
