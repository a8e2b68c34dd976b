"""Draws (抽签): all of them, and opening one."""

from collections.abc import Iterable
from datetime import datetime, time

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from deskapp import cells, draws
from deskapp.desk import Refusal
from deskapp.draws import THINGS, Drawing, Opening
from deskapp.space_entries import ZoneKind
from screens.base import DeskScreen, Hint
from screens.choice import Choice, Field, Option
from screens.drawing import DrawingScreen
from screens.form import FormLine, FormScreen
from screens.longlist import Column, LongList
from screens.shortlist import ShortList


def _rows(rows: Iterable[Drawing]) -> ShortList[Drawing]:
    return ShortList(list(rows), lambda row: row.id)


class DrawsScreen(DeskScreen[None]):
    """All draws, the newest first; Enter opens one, 1 a new one."""

    BINDINGS = [Binding("1", "open_new", show=False)]
    AUTO_FOCUS = "LongList"

    def title_words(self) -> str:
        return self.t("draws.title")

    def hints(self) -> Iterable[Hint]:
        t = self.t
        yield Hint("Enter", t("key.open"), t("draws.help.enter"))
        if self.desk.may(draws.DRAWING):
            yield Hint("1", t("draws.key.new"), t("draws.help.new"))

    def body(self) -> ComposeResult:
        t = self.t
        yield LongList[Drawing](
            [
                Column(t("draws.name"), lambda row: row.name, share=3, least=12),
                Column(t("draws.what"), lambda row: t(f"draw_thing.{row.thing}"), 7),
                Column(t("draws.many"), lambda row: str(row.many), 6),
                Column(t("draws.period"), self._period, 24),
                Column(
                    t("list.state"), lambda row: t(f"draw_stage.{row.stage}"), share=1, least=10
                ),
            ],
            _rows(()),
            empty=t("draws.none"),
            id="list",
        )

    def _period(self, row: Drawing) -> str:
        return f"{row.first} – {row.last}" if self.t.code == "en" else f"{row.first}至{row.last}"

    def reread(self) -> None:
        self.query_one(LongList).reload(_rows(self.act(draws.draws, self.desk) or []))

    def on_long_list_chosen(self, event: LongList.Chosen) -> None:
        self.go_to(DrawingScreen(event.row.id))

    def action_open_new(self) -> None:
        if self.desk.may(draws.DRAWING):
            self.go_to(OpeningScreen(), self._opened)
        else:
            self.say(self.t("record.not_now", digit=1), error=True)

    def _opened(self, drawing: Drawing | None) -> None:
        if drawing is not None:
            self.go_to(DrawingScreen(drawing.id))


class OpeningScreen(FormScreen[Drawing]):
    """The terms of a draw."""

    BINDINGS = [Binding("ctrl+s", "go_on", priority=True, show=False)]
    FIELDS = ("season", "name", "many", "first", "last", "confirm", "days", "unused")

    def title_words(self) -> str:
        return self.t("draws.key.new")

    def hints(self) -> Iterable[Hint]:
        yield Hint("Enter", self.t("key.next"), self.t("draws.help.next"))
        yield Hint("Ctrl+S", self.t("key.save"), self.t("draws.help.save"))

    def body(self) -> ComposeResult:
        t, zones = self.t, self.desk.profile.zones.values()
        numbered = [each for each in zones if each.kind is ZoneKind.NUMBERED]
        things = (Option(each, t(f"draw_thing.{each}")) for each in THINGS)
        yield Choice(t("draws.what"), things, THINGS[0], id="thing")
        where = (Option(each.code, each.name(t.code)) for each in numbered)
        yield Choice(t("draws.where"), where, numbered[0].code if numbered else None, id="zone")
        yield Field(t("draws.season"), hint=t("draws.season_hint"), id="season")
        yield Field(t("draws.name"), hint=t("draws.name_hint"), id="name")
        yield Field(t("draws.many"), id="many")
        yield Field(t("draws.first"), hint=t("draws.day_hint"), id="first")
        yield Field(t("draws.last"), hint=t("draws.day_hint"), id="last")
        yield Field(t("draws.confirm"), hint=t("draws.confirm_hint"), id="confirm")
        yield Field(t("draws.days"), "2", hint=t("draws.days_hint"), id="days")
        yield Field(t("draws.unused"), "0", hint=t("draws.unused_hint"), id="unused")
        yield Static(classes="half")

    def entered(self, line: FormLine) -> None:
        """On to the next line; from the last one, save."""
        if line.id == self.FIELDS[-1]:
            self.action_go_on()
        else:
            self.focus_next()

    def action_go_on(self) -> None:
        drawing = self.act(self._open)
        if drawing is not None:
            self.leave(self.t("draws.is_open", draw=drawing.code), drawing)

    def _open(self) -> Drawing:
        """Refuses ValueMissing, CountUnclear, DateUnclear, and as `open_draw`."""
        t = self.t
        counts = {name: self._whole(name) for name in ("many", "days", "unused")}
        until = self._moment("confirm")
        if until.time() == time():
            until = datetime.combine(until, time(23, 59))
        terms = Opening(
            self.written("season"),
            self.chosen("thing") or THINGS[0],
            self.chosen("zone") or "",
            counts["many"],
            self._moment("first").date(),
            self._moment("last").date(),
            until.replace(tzinfo=self.desk.zone),
            counts["days"],
            counts["unused"],
            self.written("name"),
        )
        if not terms.season:
            raise Refusal("ValueMissing", column=t("draws.season"))
        return draws.open_draw(self.desk, terms)

    def _whole(self, id_: str) -> int:
        field = self.query_one(f"#{id_}", Field)
        number = cells.whole(self.written(id_), field.label)
        if number is None:
            field.line.focus()
            raise Refusal("ValueMissing", column=field.label)
        return number

    def _moment(self, id_: str) -> datetime:
        field = self.query_one(f"#{id_}", Field)
        moment = cells.moment(self.written(id_), field.label)
        if moment is None:
            field.line.focus()
            raise Refusal("ValueMissing", column=field.label)
        return moment
