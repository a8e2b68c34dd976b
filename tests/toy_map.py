"""A SeatMap without a store, for the tests and the bench: `python -m tests.toy_map`.

The keys of the map are its own; F2 takes the seat under the cursor, F4 shows free seats only.
"""

import random
from collections.abc import Iterator

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from deskapp.zone_map import FREE, SEATED, STATES, Spot, ZoneMap
from screens.keys import KeyedApp
from screens.seat_map import SeatMap

ROWS = "ABCDEFGHIJKLMNOPQRSTUVWXY"
HALL = (10, 10, 10, 10)
"""seats between the aisles: forty a row, a thousand in all"""


def hall(rows: str = ROWS, blocks: tuple[int, ...] = HALL, seed: int = 1) -> ZoneMap:
    """A room of so many seats, in all states."""

    def seats() -> Iterator[Spot]:
        chance = random.Random(seed)
        for row, name in enumerate(rows):
            col = number = 0
            for block in blocks:
                for at in range(block):
                    number += 1
                    state = chance.choices(STATES, (15, 70, 5, 1, 2, 2))[0]
                    socket, window = at in (0, block - 1), row == 0
                    yield Spot(f"{name}-{number}", row, col, state, socket, window)
                    col += 1
                col += 1

    return ZoneMap("hall", tuple(seats()))


def changed(zone_map: ZoneMap, **states: str) -> ZoneMap:
    """The same with some seats in another state: `A_1="away"`."""
    by_label = {label.replace("_", "-"): state for label, state in states.items()}
    return ZoneMap(
        zone_map.zone,
        tuple(spot._replace(state=by_label.get(spot.label, spot.state)) for spot in zone_map.spots),
    )


class Toy(KeyedApp):
    """The map and a line that says what is under the cursor."""

    CSS = "#said { height: 1; }"
    BINDINGS = [Binding("f2", "take", priority=True), Binding("f4", "free", priority=True)]

    def __init__(self, zone_map: ZoneMap) -> None:
        super().__init__()
        self.given, self.only_free = zone_map, False

    def compose(self) -> ComposeResult:
        yield SeatMap(empty="没有座位")
        yield Static("", id="said", markup=False)

    def on_mount(self) -> None:
        self.map.show(self.given)

    @property
    def map(self) -> SeatMap:
        return self.query_one(SeatMap)

    def on_key(self, event: events.Key) -> None:
        self.map.press(event.key)

    def on_seat_map_moved(self, event: SeatMap.Moved) -> None:
        said = f"{event.spot.label} {event.spot.state}" if event.spot else "-"
        self.query_one("#said", Static).update(said, layout=False)

    def action_take(self) -> None:
        if self.map.spot:
            label = self.map.spot.label.replace("-", "_")
            self.map.show(changed(self.map.zone_map, **{label: SEATED}))

    def action_free(self) -> None:
        self.only_free = not self.only_free
        self.map.filter((lambda spot: spot.state == FREE) if self.only_free else None)


if __name__ == "__main__":
    Toy(hall()).run()
