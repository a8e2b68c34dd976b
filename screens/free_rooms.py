"""Which rooms are free: for how many, from when, how long, with what; a digit goes there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from textual.app import ComposeResult
from textual.widgets import Input, Static

from deskapp import rooms
from deskapp.desk import Refusal
from deskapp.moments import time_on
from deskapp.rooms import HALF_HOUR
from screens.base import Hint
from screens.burst import clean
from screens.choice import Choice, Field, Option, labelled
from screens.form import FormScreen
from screens.tickline import TickLine


@dataclass(frozen=True, slots=True)
class Wanted:
    """A room at a time, for so many half hours."""

    room: str
    begin: datetime
    half_hours: int


class FreeScreen(FormScreen[Wanted]):
    """The rooms change as one writes; the smallest stands first."""

    AUTO_FOCUS = "Line"
    keeps = False

    def __init__(self, day: date, begin: datetime, until: datetime) -> None:
        super().__init__()
        self.day, self.begin, self.until = day, begin, until

    def title_words(self) -> str:
        return self.t("rooms.find_title")

    def hints(self) -> Iterable[Hint]:
        t = self.t
        yield Hint("Enter", t("rooms.key.go"), t("rooms.help.go"))
        yield Hint("Tab", t("key.next"), t("found_things.help.next"))

    def body(self) -> ComposeResult:
        t = self.t
        yield Static(labelled(t("rooms.day"), t.day(self.day)), markup=False)
        yield Field(t("rooms.how_many"), hint=t("rooms.any"), id="heads")
        yield Field(t("rooms.from"), hint=t.time(self.begin), id="begin")
        yield Field(t("rooms.until"), hint=t.time(self.until), id="until")
        equipment = self.desk.profile.equipment.values()
        options = [Option(each.code, each.name(t.code)) for each in equipment]
        yield TickLine(t("rooms.needs"), options, id="needs")
        yield Choice(t("rooms.free"), [], id="rooms")
        yield Static(id="none", classes="note", markup=False)
        yield Static(classes="half")

    def reread(self) -> None:
        self._look()

    def on_input_changed(self, event: Input.Changed) -> None:
        if self.ready:
            self._look()

    def on_tick_line_ticked(self, event: TickLine.Ticked) -> None:
        self._look()

    def _times(self) -> tuple[datetime, datetime]:
        """What is written, else what was under the cursor. Refuses MomentUnclear."""
        begin = time_on(self.written("begin"), self.begin)
        return begin, time_on(self.written("until"), begin + (self.until - self.begin))

    def _look(self) -> None:
        t = self.t
        try:
            begin, until = self._times()
        except Refusal as refusal:
            self._offer([], t.refused(refusal.code, refusal.facts))
            return
        heads = clean(self.query_one("#heads", Field).value)
        many = int(heads) if heads.isascii() and heads.isdecimal() and len(heads) < 5 else None
        equipment = self.query_one("#needs", TickLine).ticked
        free = rooms.free(self.desk, self.day, begin, until, many, equipment)
        options = [
            Option(each.code, f"{each.name(t.code)}({each.capacity})", near=True) for each in free
        ]
        self._offer(options, "" if free else t("rooms.none_free"))

    def _offer(self, options: list[Option], said: str) -> None:
        choice = self.query_one("#rooms", Choice)
        choice.offer(options, options[0].value if options else None)
        self.query_one("#none", Static).update(f" {said}")

    def action_go_on(self) -> None:
        try:
            begin, until = self._times()
        except Refusal as refusal:
            self.refuse(refusal)
            return
        room = self.chosen("rooms")
        if room is None:
            self.say(self.t("rooms.none_free"), error=True)
        else:
            self.dismiss(Wanted(room, begin, max(1, -((begin - until) // HALF_HOUR))))
