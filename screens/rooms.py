"""Rooms (F5): the day as a grid; a card books the half hours at the cursor, or signs in."""

from collections.abc import Iterable
from datetime import date, timedelta

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from deskapp import bookings, box, erasures, rooms
from deskapp.booking_rules import Wish
from deskapp.bookings import Freed
from deskapp.desk import Refusal
from deskapp.readers import Found
from deskapp.rooms import Held, State
from screens.asking import AskScreen
from screens.base import DeskScreen, Hint
from screens.booking import BookingScreen
from screens.choosing import ChoosingScreen, ask_which
from screens.free_rooms import FreeScreen, Wanted
from screens.keys import TypedNumber
from screens.matters import reader_words
from screens.room_grid import RoomGrid, Spot
from screens.room_words import freed_words, held_words, room_name
from screens.scanbox import ScanBox, meant_for, prompted, write_in
from screens.slow_numbers import SlowNumber

LONGEST = 48
"""half hours that a number may mean; more digits are somebody's number"""


class RoomsScreen(DeskScreen[None]):
    """Arrows move, digits say how long; on a booking a digit and Enter do something about it."""

    BINDINGS = [
        *(Binding(str(digit), f"digit({digit})", show=False) for digit in range(1, 10)),
        Binding("pageup", "day(-1)", show=False, priority=True),
        Binding("pagedown", "day(1)", show=False, priority=True),
        Binding("tab", "find", show=False, priority=True),
        Binding("delete", "cancel", show=False),
    ]
    AUTO_FOCUS = "RoomGrid"
    numbers = True

    def __init__(self) -> None:
        super().__init__()
        self.day: date | None = None
        self._minute = -1
        self._slow = SlowNumber()

    def title_words(self) -> str:
        return self.t("rooms.title")

    def hints(self) -> Iterable[Hint]:
        t = self.t
        yield Hint("1-9", t("rooms.key.digits"), t("rooms.help.digits"))
        yield Hint("PgUp/PgDn", t("rooms.key.day"), t("rooms.help.day"))
        yield Hint("Tab", t("rooms.key.find"), t("rooms.help.find"))
        yield Hint("Enter", t("rooms.key.enter"), t("rooms.help.enter"))
        yield Hint("A-Z", "", t("rooms.help.box"))
        yield Hint("0", "", t("seats.help.opinion"))
        yield Hint("Del", t("rooms.key.cancel"), t("rooms.help.cancel"))
        yield Hint("Home", "", t("rooms.help.home"))
        yield Hint(t("key.arrows"), "", t("rooms.help.arrows"))
        if self.desk.may(erasures.ERASING):
            yield Hint(t.keys["palette"], t("key.palette"), t("rooms.help.erase"))

    def body(self) -> ComposeResult:
        t = self.t
        yield Static(id="heading", classes="heading", markup=False)
        yield from prompted(ScanBox(placeholder=t("rooms.box"), id="box"))
        yield RoomGrid(t.code, secret=t("rooms.secret"), empty=t("rooms.shut"), id="grid")
        yield Static(id="here", classes="line", markup=False)
        yield Static(id="acts", classes="line", markup=False)
        yield Static(Text(f" {t('rooms.legend')}"), classes="note", markup=False)

    @property
    def grid(self) -> RoomGrid:
        return self.query_one("#grid", RoomGrid)

    def reread(self) -> None:
        t, desk = self.t, self.desk
        day = self.day or rooms.today(desk)
        self.grid.show(rooms.days_rooms(desk, day), desk.now())
        said = f" {t('rooms.title')}  {t.day(day)}"
        if day == rooms.today(desk):
            now = rooms.occupancy(desk)
            said += f"  {t('rooms.counted', taken=now.taken, free=now.free)}"
        self.query_one("#heading", Static).update(Text(said))

    def tick(self) -> None:
        """Who is due, and what is over, shows by the minute."""
        super().tick()
        minute = self.front.now().minute
        if self.ready and minute != self._minute:
            self.act(self.reread)
        self._minute = minute

    def on_room_grid_moved(self, event: RoomGrid.Moved) -> None:
        self.show_here()

    def show_here(self) -> None:
        """What is under the cursor, and what may be done about it."""
        t, spot = self.t, self.grid.spot
        here = acts = ""
        if spot is not None:
            name, time = room_name(t, spot.day.room), self._time(spot)
            if spot.held is not None:
                here = f"{name}  {held_words(t, self.desk, spot.held)}"
                if waits := _waits(spot):
                    here += f"  {t('rooms.awaited', count=len(waits))}"
                acts = self._acts(spot)
            else:
                least, capacity = spot.day.room.least, spot.day.room.capacity
                holds = t("rooms.holds", least=least, capacity=capacity)
                has = self._equipment(spot)
                here = "  ".join(filter(None, (name, time, holds, has)))
                acts = t("rooms.free_acts")
            acts = f"{acts}  0 {t('seats.key.opinion')}".lstrip()
        self.query_one("#here", Static).update(Text(f" {here}", no_wrap=True))
        self.query_one("#acts", Static).update(Text(f" {acts}", no_wrap=True))

    def _acts(self, spot: Spot) -> str:
        """`1签到 4取消`: what a digit does about a booking."""
        t = self.t
        words = {
            1: t("rooms.act.open"),
            2: t("rooms.act.leave"),
            3: t("rooms.act.extend"),
            4: t("rooms.act.cancel"),
            5: t("rooms.act.cancel_rest"),
            6: t("rooms.act.waits"),
        }
        said = [f"{digit} {words[digit]}" for digit in _digits(spot)]
        return "  ".join([*said, t("rooms.digit_enter")] if said else said)

    def _time(self, spot: Spot) -> str:
        return f"{self.t.time(spot.begin)}-{self.t.time(spot.until)}"

    def _equipment(self, spot: Spot) -> str:
        known = self.desk.profile.equipment
        return " ".join(known[each].name(self.t.code) for each in spot.day.room.equipment)

    # Moving

    def action_day(self, by: int) -> None:
        """Another day; today is where one begins."""
        today = rooms.today(self.desk)
        day = (self.day or today) + timedelta(days=by)
        self.day = None if day == today else day
        self.act(self.reread)

    def action_find(self) -> None:
        spot = self.grid.spot
        if spot is not None:
            day = self.day or rooms.today(self.desk)
            self.go_to(FreeScreen(day, spot.begin, spot.until), self._found)

    def _found(self, wanted: Wanted | None) -> None:
        if wanted is not None:
            self.grid.go_to(wanted.room, wanted.begin)
            self.grid.stretch(wanted.half_hours)
            self.grid.focus()

    def action_digit(self, digit: int) -> None:
        """How long; on a booking Enter is awaited: it may begin a number, and no room is left by
        somebody's number.
        """
        spot = self.grid.spot
        if spot is not None and spot.held is not None:
            write_in(self, "#box", str(digit))
        elif len(number := self._slow.add(str(digit))) > 2:
            self._write(number)
        else:
            self.grid.stretch(digit)

    def _write(self, number: str) -> None:
        """Somebody's number, which says nothing of how long."""
        self._slow.forget()
        self.grid.stretch(1)
        write_in(self, "#box", number)

    def _digit(self, digit: int) -> None:
        """A digit and Enter."""
        spot = self.grid.spot
        if spot is None or spot.held is None:
            self.grid.stretch(digit)
            return
        held = spot.held
        if digit not in _digits(spot):
            self.say(self.t("rooms.no_such", digit=digit), error=True)
            return
        match digit:
            case 1:
                self._open(held)
            case 2:
                self._freed(self.act(bookings.end, self.desk, held.id))
            case 3:
                extended = self.act(bookings.extend, self.desk, held.id)
                if extended is not None:
                    self._done(self.t("rooms.extended", time=self.t.time(extended.until)))
            case 4 | 5:
                self._ask_to_cancel(held, rest=digit == 5)
            case _:
                self._show_waits(spot)

    def on_typed_number(self, event: TypedNumber) -> None:
        """Half hours, or the beginning of somebody's number."""
        spot = self.grid.spot
        if event.text[0] == "0" and len(number := self._slow.before(event.text)) > len(event.text):
            self._write(number)
        elif len(event.text) <= 2 and int(event.text) <= LONGEST and spot and spot.held is None:
            self.grid.stretch(int(event.text))
        else:
            write_in(self, "#box", event.text)

    def on_key(self, event: events.Key) -> None:
        """Whatever is typed on the grid means the box. No length begins with a zero."""
        number = self._slow.before(event.key)
        if event.key == "0" and len(number) > 1 and self.focused is self.grid:
            self._write(number)
            event.stop()
            return
        meant_for(self, "#box", "#grid", event, "123456789")

    def action_back(self) -> None:
        line = self.query_one("#box", ScanBox)
        if self.focused is line:
            line.empty()
            self.grid.focus()
        elif self.grid.length > 1:
            self.grid.stretch(1)
        else:
            self.dismiss()

    # The box

    def on_scan_box_entered(self, event: ScanBox.Entered) -> None:
        self.grid.focus()
        understood = self.act(box.understand, self.desk, event.text, event.scanned)
        match understood:
            case box.ReaderFound(reader):
                self._receive(reader)
            case box.Readers(readers):
                ask_which(self, readers, self._receive)
            case box.Nothing():
                self.on_room_grid_chosen(RoomGrid.Chosen(self.grid))
            case box.Digit(0):
                self._opinion()
            case box.Digit(digit):
                self._digit(digit)
            case None:
                pass
            case _:
                self.say(self.t("box.unknown_card"), error=True)

    def _receive(self, reader: Found) -> None:
        """Who has a room that waits for them signs in; so does whoever comes to the one under the
        cursor. Else they book what is free, or wait for what is taken.
        """
        t, spot = self.t, self.grid.block()
        if spot is None:
            self.say(t("rooms.shut"), error=True)
            return
        theirs = self.act(rooms.of_reader, self.desk, reader.id) or []
        due = [each for each in theirs if each.state is State.DUE]
        if spot.held is not None and _comes(spot.held):
            due = [spot.held]
        if due:
            self._arrive(due[0], reader)
            return
        room = spot.day.room
        wish = Wish(room.code, spot.begin, spot.until, room.least, reader.id)
        try:
            bookings.check(self.desk, wish)
        except Refusal as refusal:
            at = [each for each in theirs if each.begin < spot.until and spot.begin < each.until]
            if refusal.code == "ReaderHasRoom" and at:
                self.grid.go_to(at[0].room, at[0].begin)
            self.refuse(refusal)
        else:
            self._book(spot, reader)

    def _arrive(self, held: Held, reader: Found) -> None:
        t, arrived = self.t, self.act(bookings.arrive, self.desk, held.id, reader.id)
        if arrived is None:
            return
        self.day = None
        who = reader_words(t, self.desk, reader)
        of = arrived.least if arrived.count <= arrived.least else held.heads
        counted = t("rooms.arrived", who=who, count=arrived.count, least=of)
        self._done(f"{counted}  {t('rooms.opened')}" if arrived.in_use else counted)
        self.grid.go_to(held.room, held.begin)

    def _book(self, spot: Spot, reader: Found | None) -> None:
        """Book it, or wait for it."""

        def done(sentence: str | None) -> None:
            if sentence is not None:
                self.grid.stretch(1)
                self._done(sentence)

        self.go_to(BookingScreen(spot, reader), done)

    def on_room_grid_chosen(self, event: RoomGrid.Chosen) -> None:
        """Enter: what is free is booked for the library itself; a group that is due is let in."""
        spot = self.grid.spot
        if spot is None:
            return
        if spot.held is None:
            self._book(spot, None)
        elif spot.held.state in (State.DUE, State.BOOKED):
            self._open(spot.held)
        elif spot.held.state is State.EVENT:
            from screens.event import EventScreen

            self.go_to(EventScreen(spot.held.id))
        else:
            self.say(self._acts(spot) or held_words(self.t, self.desk, spot.held))

    def _open(self, held: Held) -> None:
        opened = self.act(bookings.open_, self.desk, held.id)
        if opened is not None:
            self._done(self.t("rooms.opened"))

    def action_cancel(self) -> None:
        """What is under the cursor."""
        spot = self.grid.spot
        if spot is None or spot.held is None or spot.held.state is State.EVENT:
            self.refuse(Refusal("BookingUnknown"))
        else:
            self._ask_to_cancel(spot.held, rest=False)

    def _ask_to_cancel(self, held: Held, *, rest: bool) -> None:
        """A stray key takes no room away."""

        def answered(yes: bool | None) -> None:
            freed = self.act(bookings.cancel, self.desk, held.id, rest=rest) if yes else None
            self._freed(*freed or ())

        t, words = self.t, held_words(self.t, self.desk, held)
        asked = t("rooms.cancel_rest_question" if rest else "rooms.cancel_question", what=words)
        self.app.push_screen(AskScreen(asked), answered)

    def _show_waits(self, spot: Spot) -> None:
        """Who waits; the one that is chosen does so no more."""
        waits = _waits(spot)

        def chosen(place: int | None) -> None:
            if place is not None:
                self._ask_to_cancel(waits[place], rest=False)

        lines = [held_words(self.t, self.desk, each) for each in waits]
        self.app.push_screen(ChoosingScreen(self.t("rooms.waiting"), lines), chosen)

    def _opinion(self) -> None:
        from screens import opinions

        spot = self.grid.spot
        if spot is not None:
            opinions.take_down(self, room_name(self.t, spot.day.room))

    def _freed(self, *freed: Freed | None) -> None:
        if there := [each for each in freed if each is not None]:
            self._done(freed_words(self.t, self.desk, there))

    def _done(self, sentence: str) -> None:
        self.act(self.reread)
        self.say(sentence)


def _digits(spot: Spot) -> list[int]:
    """What may be done about a booking, by digit."""
    held = spot.held
    if held is None:
        return []
    digits = {State.IN_USE: [2, 3], State.OVER: [], State.EVENT: []}.get(held.state, [1, 3, 4])
    digits += [5] if held.series is not None and 4 in digits else []
    return [*digits, 6] if _waits(spot) else digits


def _comes(held: Held) -> bool:
    """Whether a card belongs to this group rather than to somebody who wants the room: until the
    smallest group is there, and then until as many were scanned as were said.
    """
    return held.state is State.DUE or (held.state is State.IN_USE and 0 < held.arrived < held.heads)


def _waits(spot: Spot) -> list[Held]:
    """Who waits for the time of the booking under the cursor."""
    held = spot.held
    if held is None:
        return []
    return [w for w in spot.day.waiting if w.begin < held.until and held.begin < w.until]
