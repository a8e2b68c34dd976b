"""One booking: who, how many, for what, what the room must have; once or every week. Of a room that
is taken the same is a wait for it.
"""

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.widgets import Static

from deskapp import bookings
from deskapp.booking_rules import Wish
from deskapp.bookings import Repeated
from deskapp.desk import Refusal, Role
from deskapp.moments import day_to_come
from deskapp.readers import Found
from screens.base import Hint
from screens.choice import Choice, Field, Option, labelled
from screens.form import FormScreen
from screens.matters import reader_words
from screens.room_grid import Spot
from screens.room_words import room_name
from screens.tickline import TickLine


class BookingScreen(FormScreen[str]):
    """Gives the sentence that says what was done. Enter books from any line."""

    AUTO_FOCUS = "Line"

    def __init__(self, spot: Spot, reader: Found | None) -> None:
        super().__init__()
        self.spot, self.reader = spot, reader
        self.waits = spot.held is not None
        self.about = f"{spot.day.room.code} {spot.begin} {reader.id if reader else ''}"

    def title_words(self) -> str:
        return self.t("rooms.wait_title" if self.waits else "rooms.book_title")

    def hints(self) -> Iterable[Hint]:
        t = self.t
        yield Hint("Enter", t("rooms.key.wait" if self.waits else "rooms.key.book"),
                   t("rooms.help.book"))  # fmt: skip
        yield Hint("Tab", t("key.next"), t("found_things.help.next"))
        yield Hint("1-9", t("key.choose"), t("rooms.help.purpose"))

    def body(self) -> ComposeResult:
        t, profile, room = self.t, self.desk.profile, self.spot.day.room
        time = f"{t.time(self.spot.begin)}-{t.time(self.spot.until)}"
        where = f"{room_name(t, room)}  {t.day(self.spot.begin)}  {time}"
        yield Static(labelled(t("rooms.room"), where), markup=False)
        who = reader_words(t, self.desk, self.reader) if self.reader else t("rooms.own")
        yield Static(labelled(t("rooms.who"), who), markup=False)
        hint = t("rooms.holds", least=room.least, capacity=room.capacity)
        yield Field(t("rooms.how_many"), hint=hint, id="heads")
        purposes = profile.purposes.values()
        options = [Option(each.code, each.name(t.code)) for each in purposes]
        first = options[0].value if options else None
        yield Choice(t("rooms.what"), options, first, id="what")
        has = [Option(each, profile.equipment[each].name(t.code)) for each in room.equipment]
        if has:
            yield TickLine(t("rooms.needs"), has, id="needs")
        hint = t("rooms.words_hint" if self.reader else "rooms.own_hint")
        yield Field(t("rooms.words"), hint=hint, id="words")
        if not self.waits:
            here = self.spot.begin <= self.desk.now() < self.spot.until
            yes, no = Option("here", t("rooms.here")), Option("later", t("rooms.later"))
            if here:
                yield Choice(t("rooms.presence"), [yes, no], "here", id="presence")
            if self.desk.may(Role.LIBRARIAN):
                yield Field(t("rooms.repeat"), hint=t("rooms.repeat_hint"), id="repeat")
        yield Static(classes="half")

    def action_go_on(self) -> None:
        room = self.spot.day.room
        heads = self.written("heads") or str(room.least)
        if not (heads.isascii() and heads.isdecimal() and len(heads) < 5):
            self.refuse(Refusal("HeadsWrong"))
            self.query_one("#heads", Field).line.focus()
            return
        needs = self.query("#needs").results(TickLine)
        wish = Wish(
            room.code,
            self.spot.begin,
            self.spot.until,
            int(heads),
            self.reader.id if self.reader else None,
            self.chosen("what"),
            self.written("words"),
            next((each.ticked for each in needs), ()),
        )
        if self.waits:
            waits = self.act(bookings.wait, self.desk, wish)
            if waits is not None:
                self.dismiss(self.t("rooms.waits", before=waits.before))
        else:
            self._book(wish)

    def _book(self, wish: Wish) -> None:
        t, last = self.t, None
        if self.query("#repeat"):
            try:
                last = day_to_come(self.desk, self.written("repeat"))
            except Refusal as refusal:
                self.refuse(refusal)
                self.query_one("#repeat", Field).line.focus()
                return
        if last is not None:
            done = self.act(bookings.repeat, self.desk, wish, last)
            if done is not None:
                self.dismiss(self._repeated(done))
            return
        here = bool(self.query("#presence")) and self.chosen("presence") == "here"
        booked = self.act(bookings.book, self.desk, wish, here=here)
        if booked is not None:
            facts = {"room": room_name(t, self.spot.day.room), "time": t.time(booked.begin)}
            said = t("rooms.taken" if booked.in_use else "rooms.booked", **facts)
            if booked.hold_until is not None:
                said += "  " + t("rooms.sign_in_by", time=t.time(booked.hold_until))
            self.dismiss(said)

    def _repeated(self, done: Repeated) -> str:
        """How many, and each day that could not be, with its reason."""
        t = self.t
        said = t("rooms.repeated", count=len(done.booked))
        for day, refusal in done.refused:
            said += f"  {t.day(day)} {t.refused(refusal.code, refusal.facts)}"
        return said
