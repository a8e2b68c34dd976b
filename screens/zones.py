"""Looking at zones: the map of one at a time, live, filtered; another zone, the floors."""

from collections.abc import Iterable
from functools import partial

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.widgets import Input, Static

from deskapp import places, queues, sofas, spaces, zone_map
from deskapp.space_entries import Zone, ZoneKind
from deskapp.zone_map import Spot
from screens.base import DeskScreen, Hint
from screens.burst import SCANNER_ENDS, clean
from screens.floors import FloorsScreen
from screens.scanbox import ScanBox
from screens.seat_map import KEYS, SeatMap
from screens.seat_words import FILTERS, legend, seen_words, spot_words, wanted, zone_words

BESIDE = ("left", "right", "home", "end")
"""keys of the map while nothing is written in the box"""
AROUND = (*(key for key in KEYS if key not in BESIDE), "pageup", "pagedown", "tab", "shift+tab")
"""keys of the map at any time"""
PASSING = 15.0
"""seconds between two looks at what time alone changes"""


class MapBox(ScanBox):
    """A box beside a map: what moves there, moves there, and all else is written."""

    async def _on_key(self, event: events.Key) -> None:
        screen, written = self.screen, self.value or self._unshown
        ends = event.key in SCANNER_ENDS and self._burst.ends_as_code(event.time)
        if not ends and (event.key in AROUND or (event.key in BESIDE and not written)):
            self.catch_up()
            self._burst.forget()
            if isinstance(screen, ZonesScreen) and screen.ready:
                screen.turn(event.key)
            event.stop()
            event.prevent_default()
        else:
            await super()._on_key(event)


class ZonesScreen(DeskScreen[None]):
    """The map of one zone at a time; PgUp and PgDn the others, F4 again the floors.

    Lines `#zone`, `#legend`, `#seat` say what is seen, and of the seat under the cursor what there
    is to know. The box keeps the focus: keys of the map go on to it.
    """

    AUTO_FOCUS = "MapBox"

    def __init__(self) -> None:
        super().__init__()
        self.zone: Zone | None = None
        self.filter = ""

    def title_words(self) -> str:
        return self.t("seats.title")

    def map_hints(self) -> Iterable[Hint]:
        """The keys of the map."""
        t = self.t
        yield Hint(t("key.arrows"), t("seats.move_key"), t("seats.help.arrows"))
        yield Hint("Tab", t("seats.filter_key"), t("seats.help.tab"))
        yield Hint("PgUp/PgDn", t("seats.zone_key"), t("seats.help.pages"))
        yield Hint(t.keys["seats"], t("seats.floor_key"), t("seats.help.floors"))
        yield Hint(t.keys["rounds"], t("feature.rounds"), t("help.rounds"))

    @property
    def counted(self) -> bool:
        """Whether places are only counted here."""
        return self.zone is not None and self.zone.kind is ZoneKind.COUNTED

    def look(self) -> ComposeResult:
        """What is seen above the box."""
        yield Static(id="zone", classes="heading", markup=False)
        yield Static(id="legend", classes="one", markup=False)
        yield SeatMap(id="map")
        yield Static(id="seat", classes="one", markup=False)

    @property
    def map(self) -> SeatMap:
        return self.query_one(SeatMap)

    def on_mount(self) -> None:
        self.set_interval(PASSING, self._pass)

    def _pass(self) -> None:
        """Minutes run out though nobody does anything."""
        if self.ready and self.app.screen is self:
            self.act(self.reread)

    def reread(self) -> None:
        zones = spaces.zones(self.desk)
        if self.zone is None:
            numbered = (zone for zone in zones if zone.kind is ZoneKind.NUMBERED)
            code = self.front.zone
            self.zone = self.desk.profile.zones.get(code) or next(numbered, None)
        if self.zone is None:
            self.write("zone", self.t("seats.no_zones"))
            return
        self.front.zone = self.zone.code
        drawn = zone_map.zone_map(self.desk, self.zone.code, self.map.zone_map)
        self.map.empty = self.t("seats.only_counted" if self.counted else "seats.no_map")
        self.map.show(drawn)
        place = f"{zones.index(self.zone) + 1}/{len(zones)}"
        filter_ = f"  [{self.t(f'seats.only.{self.filter}')}]" if self.filter else ""
        waiting = queues.waiting(self.desk).get(self.zone.code, 0)
        queue = f"  {self.t('seats.queue', count=waiting)}" if waiting else ""
        self.write("zone", f"{zone_words(self.t, self.desk, self.zone)}  {place}{queue}{filter_}")
        if self.counted:
            seen = sofas.seen(self.desk, self.zone.code)
            self.write("legend", seen_words(self.t, self.zone, seen))
        else:
            self.write("legend", legend(self.t, drawn, self.app.size.width - 2))
        self.show_spot(self.map.spot)

    async def translate(self) -> None:
        spot = self.map.spot
        await super().translate()
        self._filter(self.filter)
        if spot is not None:
            self.map.move(spot.label)

    def write(self, id_: str, words: str | Text) -> None:
        """A line of its own, without a new layout: all else stays where it is."""
        line = Text(" ").append_text(Text(words) if isinstance(words, str) else words)
        widget = self.query_one(f"#{id_}", Static)
        if widget.content != line:
            widget.update(line, layout=False)

    def show_spot(self, spot: Spot | None) -> None:
        self.write("seat", spot_words(self.t, self.desk, spot) if spot else "")

    def on_seat_map_moved(self, event: SeatMap.Moved) -> None:
        if self.ready and event.spot == self.map.spot:
            self.act(self.show_spot, event.spot)

    # Keys of the map

    def turn(self, key: str) -> None:
        """A key that the box has no use for."""
        if key in ("pageup", "pagedown"):
            self._other_zone(-1 if key == "pageup" else 1)
        elif key in ("tab", "shift+tab"):
            self._other_filter(-1 if key == "shift+tab" else 1)
        else:
            self.map.press(key)

    def _other_zone(self, step: int) -> None:
        zones = spaces.zones(self.desk)
        if self.zone is not None:
            self.go_to_zone(zones[(zones.index(self.zone) + step) % len(zones)].code)

    def go_to_zone(self, code: str) -> None:
        self.zone = self.desk.profile.zones[code]
        self._filter("")
        self.act(self.reread)

    def _other_filter(self, step: int) -> None:
        """The next filter that shows anything."""
        at = FILTERS.index(self.filter)
        self._filter(FILTERS[(at + step) % len(FILTERS)])
        self.act(self.reread)

    def _filter(self, filter_: str) -> None:
        self.filter = filter_
        self.map.filter(partial(wanted, filter_) if filter_ else None)

    def on_input_changed(self, event: Input.Changed) -> None:
        """The cursor goes to the seat that is being typed."""
        text = clean(event.value)
        if self.ready and not text.isdecimal():
            self.jump(text)

    def jump(self, text: str) -> bool:
        """Put the cursor on the seat of this label, however it is written; whether there is one."""
        form = places.form(text)
        for label in self.map.zone_map.by_label if form else ():
            if places.form(label) == form:
                self.map.move(label)
                return True
        return False

    def action_go(self, feature: str) -> None:
        if feature == "seats":  # the key that led here zooms out
            self.go_to(FloorsScreen(self.zone.code if self.zone else ""), self._from_floors)
        else:
            super().action_go(feature)

    def _from_floors(self, code: str | None) -> None:
        if code is not None:
            self.go_to_zone(code)
