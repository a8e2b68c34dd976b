"""A day's rooms drawn as a grid: a line a room, half hours across; only what changed is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from deskapp.rooms import HALF_HOUR, Held, RoomDay, State
from screens.cells import fit, plain
from screens.lines import Lines

FREE, PAST, SHUT, SECRET, GOES_ON, AWAITED, CURSOR = ".", "-", " ", "*", "=", "w", "@"
SIGNS = {State.BOOKED: "r", State.DUE: "!", State.IN_USE: "#", State.OVER: "o", State.EVENT: "e"}
NARROW, WIDE = 2, 6
"""cells of a half hour"""


@dataclass(frozen=True, slots=True)
class Spot:
    """What is under the cursor: a room, from when to when, and whose it is then."""

    day: RoomDay
    begin: datetime
    until: datetime
    held: Held | None


def span(rooms: Sequence[RoomDay]) -> list[datetime]:
    """The half hours of a day, from the first opening to the last closing."""
    begins = [first for room in rooms for first, _ in room.hours]
    ends = [last for room in rooms for _, last in room.hours]
    if not begins:
        return []
    begin = min(begins).replace(second=0, microsecond=0)
    begin = begin.replace(minute=begin.minute // 30 * 30)
    return [begin + n * HALF_HOUR for n in range(-((begin - max(ends)) // HALF_HOUR))]


class RoomGrid(Lines, can_focus=True):
    """The cursor stands on a room at a time, over so many half hours as a digit says."""

    PARTS = "roomgrid"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"roomgrid--{state.value}" for state in SIGNS),
        "roomgrid--title",
        "roomgrid--free",
        "roomgrid--past",
        "roomgrid--cursor",
    }
    DEFAULT_CSS = """
    RoomGrid {
        background: $surface; color: $foreground; height: 1fr;
        scrollbar-size: 1 1; scrollbar-color: $foreground 70%; scrollbar-background: $surface;
        & > .roomgrid--title { text-style: bold; background: $panel; }
        & > .roomgrid--free { color: $text-success; background: $success 15%; }
        & > .roomgrid--past { color: $foreground 50%; }
        & > .roomgrid--booked { color: $text-primary; background: $primary 25%; }
        & > .roomgrid--due { color: $text-warning; text-style: bold; background: $warning 25%; }
        & > .roomgrid--in_use { color: $foreground; background: $foreground 20%; }
        & > .roomgrid--event { color: $text-accent; background: $accent 25%; }
        & > .roomgrid--over { color: $foreground 60%; }
        & > .roomgrid--cursor {
            text-style: bold; color: $block-cursor-foreground; background: $block-cursor-background;
        }
        &:nocolor > .roomgrid--cursor { text-style: bold reverse; }
    }
    """

    class Moved(Message):
        """Something else, or another state of it, is under the cursor."""

        def __init__(self, grid: "RoomGrid") -> None:
            super().__init__()
            self.grid = grid

        @property
        def control(self) -> "RoomGrid":
            return self.grid

    class Chosen(Moved):
        """Enter."""

    def __init__(self, language: str, *, secret: str, empty: str, id: str | None = None) -> None:
        super().__init__(id=id)
        self._language, self._secret, self._empty = language, secret, empty
        self.rooms: list[RoomDay] = []
        self.slots: list[datetime] = []
        self.row = self.slot = 0
        self.length = 1
        """half hours under the cursor"""
        self._now: datetime | None = None

    # What is shown

    @property
    def spot(self) -> Spot | None:
        """What is under the cursor; None where all is shut."""
        if not (self.rooms and self.slots):
            return None
        room, begin = self.rooms[self.row], self.slots[self.slot]
        return Spot(
            room,
            begin,
            begin + min(self.length, len(self.slots) - self.slot) * HALF_HOUR,
            room.at(begin, begin + HALF_HOUR),
        )

    def block(self) -> Spot | None:
        """The same, of a booking all the half hours that it has."""
        spot = self.spot
        if spot is None or spot.held is None:
            return spot
        under = self._under()
        last = self.slots[under.stop - 1] + HALF_HOUR
        return Spot(spot.day, self.slots[under.start], last, spot.held)

    def _under(self, length: int = 1) -> range:
        """The half hours of the booking under the cursor; of what is free so many."""
        held = self.spot.held if self.spot else None
        if held is None:
            return range(self.slot, self.slot + length)
        return range(
            sum(slot + HALF_HOUR <= held.begin for slot in self.slots),
            sum(slot < held.until for slot in self.slots),
        )

    def show(self, rooms: list[RoomDay], now: datetime) -> None:
        """A day's rooms as they stand now. On another day the cursor stays at its room and time."""
        half = now.replace(minute=now.minute // 30 * 30, second=0, microsecond=0)
        slots, first = span(rooms), not self.slots
        same = slots == self.slots and len(rooms) == len(self.rooms) and half == self._now
        for row, room in enumerate(rooms if same else ()):
            if room != self.rooms[row]:
                self._redraw(row)
        time = self.slots[self.slot].time() if self.slots else None
        self.rooms, self.slots, self._now = rooms, slots, half
        if not same:
            self._forget()
            self._measure()
            self.refresh()
            at = next((n for n, each in enumerate(slots) if each.time() == time), self.slot)
            self.slot = max(0, min(at, len(slots) - 1))
            self.row = max(0, min(self.row, len(rooms) - 1))
            if first:
                self.slot = self._half_hour_now()
            self._follow()
        self.post_message(self.Moved(self))

    def move(self, row: int, slot: int) -> None:
        """Put the cursor there, and bring it into view."""
        row = max(0, min(row, len(self.rooms) - 1))
        slot = max(0, min(slot, len(self.slots) - 1))
        if (row, slot) == (self.row, self.slot) or not self.rooms:
            return
        self._redraw(self.row)
        self.row, self.slot = row, slot
        self._redraw(row)
        self._follow()
        self.post_message(self.Moved(self))

    def go_to(self, code: str, begin: datetime) -> None:
        """To a room at a time."""
        row = next((n for n, each in enumerate(self.rooms) if each.room.code == code), self.row)
        times = [n for n, each in enumerate(self.slots) if each <= begin]
        self.move(row, max(0, len(times) - 1))

    def stretch(self, length: int) -> None:
        """So many half hours, as far as the day goes."""
        self.length = max(1, min(length, len(self.slots) - self.slot))
        self._redraw(self.row)
        self.post_message(self.Moved(self))

    def _half_hour_now(self) -> int:
        """The half hour that runs, on another day the first."""
        return self.slots.index(self._now) if self._now in self.slots else 0

    # Keys and mouse: in the widget, so that they are handled in the order read

    async def _on_key(self, event: events.Key) -> None:
        if event.key in ("enter", "ctrl+s"):
            self.post_message(self.Chosen(self))
        elif target := {
            "up": (self.row - 1, self.slot),
            "down": (self.row + 1, self.slot),
            "left": (self.row, self._under().start - 1),
            "right": (self.row, self._under().stop),
            "home": (self.row, self._half_hour_now() if self.slots else 0),
            "end": (self.row, len(self.slots) - 1),
        }.get(event.key):
            self.move(*target)
        else:
            return
        event.stop()
        event.prevent_default()

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is not None and offset.y and offset.x >= self.names:
            slot = (offset.x - self.names + self.scroll_offset.x) // self.step
            self.move(offset.y - 1 + self.scroll_offset.y, slot)

    # Drawing

    @property
    def names(self) -> int:
        """Cells for a room's name and how many it holds."""
        cells = (cell_len(each.room.name(self._language)) for each in self.rooms)
        return max(cells, default=0) + 7

    @property
    def step(self) -> int:
        """Cells of a half hour: as many as fit."""
        room = (self.size.width or self.app.size.width) - self.names - 1
        return max(NARROW, min(WIDE, room // max(1, len(self.slots))))

    @property
    def _margin(self) -> int:
        return self.names

    def _measure(self) -> None:
        width = self.names + len(self.slots) * self.step
        self.virtual_size = Size(width, len(self.rooms) + 1)

    def _redraw(self, row: int) -> None:
        self._strips.pop(row, None)
        line = row - round(self.scroll_y) + 1
        if 0 < line < self.size.height:
            self.refresh(Region(0, line, self.size.width, 1))

    def _follow(self) -> None:
        self._see(self.slot * self.step, self.row, self.step)

    def on_focus(self) -> None:
        self._redraw(self.row)

    def on_blur(self) -> None:
        self._redraw(self.row)

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        if not (self.rooms and self.slots):
            text = fit(f" {self._empty}", width) if y == 0 else " " * width
            return Strip([Segment(text, self.rich_style)], width)
        left, top = self.scroll_offset
        row = y - 1 + top
        if y == 0:
            head, body, style = "", self._title(), self._look("title")
        elif row >= len(self.rooms):
            return Strip.blank(width, self.rich_style)
        else:
            body, style = self._strips.get(row) or self._row(row), self.rich_style
            head = self._head(row)
        room = width - self.names
        body = body.crop(left, left + room).adjust_cell_length(room, style)
        return Strip.join([Strip([Segment(fit(head, self.names), style)], self.names), body])

    def _head(self, row: int) -> str:
        room = self.rooms[row].room
        mark = ">" if row == self.row else " "
        return f"{mark}{fit(room.name(self._language), self.names - 7)} {room.capacity:>4}"

    def _title(self) -> Strip:
        """Full hours, as far as there is room for them; `v` before the half hour that runs."""
        text = ""
        for slot in self.slots:
            label = "" if slot.minute else f"{slot:%H}"
            if slot == self._now:
                label = f"{label:<{self.step - 1}}v"[: self.step]
            text += f"{label:<{self.step}}"
        return Strip([Segment(text, self._look("title"))], len(text))

    def _row(self, row: int) -> Strip:
        room = self.rooms[row]
        cells = [(n, room.at(slot, slot + HALF_HOUR)) for n, slot in enumerate(self.slots)]
        text, looks = "", []
        for held, group in groupby(cells, key=lambda cell: cell[1]):
            places = [n for n, _ in group]
            if held is None:
                for n in places:
                    sign, look = self._empty_cell(room, self.slots[n])
                    text += f"{sign:<{self.step}}"
                    looks.append(look)
            else:
                text += self._block(room, held, len(places) * self.step)
                looks += [held.state.value] * len(places)
        return self._styled(row, text, looks)

    def _empty_cell(self, room: RoomDay, slot: datetime) -> tuple[str, str]:
        if not room.is_open(slot, slot + HALF_HOUR):
            return SHUT, "past"
        return (PAST, "past") if self._now and slot < self._now else (FREE, "free")

    def _block(self, room: RoomDay, held: Held, width: int) -> str:
        """Its sign, whose it is as far as that fits, then what says that it goes on."""
        sign = SECRET if held.secret else SIGNS[held.state]
        name = plain(self._secret if held.secret else held.who.partition(" ")[0])
        while cell_len(name) > width - 1:  # dots, as of a cut elsewhere, are free half hours here
            name = name[:-1]
        awaited = any(w.begin < held.until and held.begin < w.until for w in room.waiting)
        tail = AWAITED if awaited and cell_len(name) < width - 1 else ""
        return sign + name + GOES_ON * (width - 1 - cell_len(name) - len(tail)) + tail

    def _styled(self, row: int, text: str, looks: Sequence[str]) -> Strip:
        """The line in its colours; under the cursor those of the cursor, and its sign."""
        step, strip = self.step, Strip([Segment(text)])
        chosen = self._under(self.length) if row == self.row else range(0)
        parts = []
        for look, group in groupby(
            range(len(looks)), key=lambda n: "cursor" if n in chosen else looks[n]
        ):
            places = list(group)
            part = strip.crop(places[0] * step, (places[-1] + 1) * step)
            if look == "cursor" and row == self.row:
                part = Strip([Segment(CURSOR), *part.crop(1)])
            parts.append(part.apply_style(self.rich_style + self._look(look)))
        found = Strip.join(parts).simplify()
        self._strips[row] = found
        return found
