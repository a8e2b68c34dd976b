"""The floors: how full every zone is, as a bar and in words."""

from collections.abc import Iterable
from functools import partial

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from deskapp import zone_map
from deskapp.space_entries import ZoneKind
from deskapp.zone_map import AWAY, CLOSED, FREE, OVER, RESERVED, Occupancy
from screens.base import DeskScreen, Hint
from screens.keys import StrayScan
from screens.longlist import Column, LongList
from screens.seat_words import counted, hours, seen_words
from screens.shortlist import ShortList

BAR, LONG = 10, 24
"""cells of a full zone, and where there is more room"""
WIDE = 120
NEARLY = 0.1
"""of a zone's places: with fewer free ones it is nearly full"""


class FloorsScreen(DeskScreen[str]):
    """Zones by floor; Enter gives back the code of the one to be drawn."""

    BINDINGS = [Binding(str(n), f"floor({n})", show=False) for n in range(1, 10)]
    AUTO_FOCUS = "LongList"

    def __init__(self, at: str = "") -> None:
        super().__init__()
        self.at = at
        """the zone that one comes from"""
        self.rows: list[Occupancy] = []

    def title_words(self) -> str:
        return self.t("floors.title")

    def hints(self) -> Iterable[Hint]:
        yield Hint("Enter", self.t("floors.open"), self.t("floors.help.enter"))
        yield Hint("1-9", self.t("seats.floor_key"), self.t("floors.help.digits"))

    def body(self) -> ComposeResult:
        t, desk = self.t, self.desk
        yield LongList(
            [
                Column(t("floors.floor"), lambda row: t("floors.level", floor=row.zone.floor), 5),
                Column(t("floors.zone"), lambda row: row.zone.name(t.code), least=12, most=24),
                Column(t("floors.share"), partial(self._bar, BAR), BAR + 7, shown_to=WIDE),
                Column(t("floors.share"), partial(self._bar, LONG), LONG + 7, shown_from=WIDE),
                Column(t("floors.numbers"), self._numbers, least=22),
                Column(
                    t("floors.hours"), lambda row: hours(t, desk, row.zone), 18, shown_from=WIDE
                ),
            ],
            ShortList[Occupancy]([], lambda row: row.zone.code),
            empty=t("floors.nothing"),
            id="list",
        )
        yield Static(id="sum", classes="note", markup=False)

    def _bar(self, cells: int, row: Occupancy) -> str:
        """`[####......]  42%`: the words beside it say the same."""
        if row.share is None:
            return ""
        full = min(cells, round(row.share * cells))
        return f"[{'#' * full}{'.' * (cells - full)}] {row.share:4.0%}"

    def _numbers(self, row: Occupancy) -> str:
        t = self.t
        if row.zone.kind is ZoneKind.COUNTED:
            return seen_words(t, row.zone, row.seen)
        if not row.places:
            return t("floors.unlaid")
        parts = [t("floors.seated", seated=row.seated or 0, places=row.places)]
        if not row.counts[FREE]:
            parts.append(t("floors.full"))
        elif row.counts[FREE] < NEARLY * row.places:
            parts.append(t("floors.nearly"))
        parts += [
            counted(t, state, row.counts[state])
            for state in (FREE, AWAY, OVER, RESERVED, CLOSED)
            if row.counts[state]
        ]
        return " ".join(parts)

    def reread(self) -> None:
        rows = self.act(zone_map.floors, self.desk) or []
        list_ = self.query_one("#list", LongList)
        list_.reload(ShortList(rows, lambda row: row.zone.code))
        if self.at:
            codes = [row.zone.code for row in rows]
            list_.move(codes.index(self.at) if self.at in codes else 0)
            self.at = ""
        self.rows = rows
        numbered = [row for row in rows if row.zone.kind is ZoneKind.NUMBERED]
        words = self.t(
            "floors.sum",
            seated=sum(row.seated or 0 for row in numbered),
            places=sum(row.places for row in numbered),
            free=sum(row.counts[FREE] for row in numbered),
        )
        self.query_one("#sum", Static).update(f" {words}")

    def on_long_list_chosen(self, event: LongList.Chosen) -> None:
        self.dismiss(event.row.zone.code)

    def action_floor(self, floor: int) -> None:
        """To the first zone of a floor."""
        floors = [row.zone.floor for row in self.rows]
        if floor in floors:
            self.query_one("#list", LongList).move(floors.index(floor))
        else:
            self.say(self.t("floors.no_floor", floor=floor), error=True)

    def action_go(self, feature: str) -> None:
        if feature == "seats":  # the key that zooms out zooms in again
            row = self.query_one("#list", LongList).row
            self.dismiss(row.zone.code if row else None)
        else:
            super().action_go(feature)

    def on_stray_scan(self, event: StrayScan) -> None:
        """A card: the map below takes it."""
        below = self.app.screen_stack[-2]
        self.dismiss(None)
        event.stop()
        self.call_after_refresh(below.post_message, StrayScan(event.text, event.ms))
