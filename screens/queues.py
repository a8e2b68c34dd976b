"""The queues for full zones (候位): who waits, who was called to which seat, what to tell them."""

from collections.abc import Iterable

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from deskapp import box, queues, spaces
from deskapp.queues import CALLED, InQueue
from deskapp.readers import Found
from deskapp.space_entries import Zone, ZoneKind
from screens.base import DeskScreen, Hint
from screens.bindings import COPY
from screens.burst import clean
from screens.choosing import ask_which
from screens.keys import TypedNumber
from screens.longlist import Column, LongList
from screens.scanbox import ScanBox, meant_for, prompted, write_in
from screens.seat_words import person_words
from screens.shortlist import ShortList

LEAVE = "1"


def _places(rows: Iterable[InQueue]) -> ShortList[InQueue]:
    return ShortList(list(rows), lambda row: row.id)


class QueueScreen(DeskScreen[None]):
    """A card joins the queue of this zone; PgUp and PgDn the other zones."""

    BINDINGS = [
        Binding(LEAVE, "give_up", show=False),
        Binding("pageup", "turn(-1)", show=False, priority=True),
        Binding("pagedown", "turn(1)", show=False, priority=True),
        COPY,
    ]
    AUTO_FOCUS = "ScanBox"
    numbers = True

    def __init__(self) -> None:
        super().__init__()
        self.zone: Zone | None = None

    def title_words(self) -> str:
        return self.t("queue.title")

    def hints(self) -> Iterable[Hint]:
        t = self.t
        yield Hint("Enter", t("queue.join"), t("queue.help.join"))
        yield Hint(LEAVE, t("queue.leave"), t("queue.help.leave"))
        yield Hint(t.keys["copy"], t("key.copy"), t("queue.help.copy"))
        yield Hint("PgUp/PgDn", t("seats.zone_key"), t("seats.help.pages"))

    def body(self) -> ComposeResult:
        t = self.t
        yield from prompted(ScanBox(placeholder=t("queue.box"), id="box"))
        yield Static(id="heading", classes="heading", markup=False)
        yield LongList(
            [
                Column(t("rounds.reader"), lambda row: person_words(row.reader), 20),
                Column(t("queue.joined_at"), lambda row: t.time(row.joined), 8),
                Column(t("list.state"), self._state, share=1, least=20),
            ],
            _places(()),
            empty=t("queue.nothing"),
            id="list",
        )
        yield Static(id="note", classes="note", markup=False)

    def _state(self, row: InQueue) -> str | Text:
        t = self.t
        if row.status == CALLED and row.until is not None:
            seat, until = row.seat.partition("/")[2], t.time(row.until)
            return Text(t("queue.called_to", seat=seat, until=until), "bold")
        return t("queue.waiting" if row.here else "queue.waiting_elsewhere")

    def reread(self) -> None:
        t, zones, waiting = self.t, self._zones(), queues.waiting(self.desk)
        if self.zone is None:
            busy = [each for each in zones if each.code in waiting]
            last = [each for each in zones if each.code == self.front.zone]
            self.zone = next(iter([*busy, *last, *zones]), None)
        rows = queues.queue(self.desk, self.zone.code) if self.zone else []
        self.query_one("#list", LongList).reload(_places(rows))
        words = t("seats.no_zones")
        if self.zone is not None:
            count = waiting.get(self.zone.code, 0)
            words = t("queue.heading", zone=self.zone.name(t.code), count=count)
            others = [z for z in zones if z.code in waiting and z is not self.zone]
            words += "".join(f"  {z.name(t.code)} {waiting[z.code]}" for z in others)
        self.query_one("#heading", Static).update(Text(f" {words}"))
        self._show()

    def _zones(self) -> list[Zone]:
        return [each for each in spaces.zones(self.desk) if each.kind is ZoneKind.NUMBERED]

    @property
    def _row(self) -> InQueue | None:
        row: InQueue | None = self.query_one("#list", LongList).row
        return row

    def _show(self) -> None:
        self.query_one("#note", Static).update(Text(f" {self._message(self._row)}"))

    def _message(self, row: InQueue | None) -> str:
        """For whoever is called, to be told or sent; no name in it."""
        if row is None or row.status != CALLED or row.until is None or self.zone is None:
            return ""
        zone, seat = self.zone.name(self.t.code), row.seat.partition("/")[2]
        return self.t("queue.message", zone=zone, seat=seat, until=self.t.time(row.until))

    def on_long_list_moved(self, event: LongList.Moved) -> None:
        if self.ready:
            self._show()

    def action_turn(self, step: int) -> None:
        zones = self._zones()
        if self.zone is not None:
            self.zone = zones[(zones.index(self.zone) + step) % len(zones)]
            self.reread()

    # The box

    def on_scan_box_entered(self, event: ScanBox.Entered) -> None:
        if clean(event.text) == LEAVE and not event.scanned:
            self.action_give_up()
            return
        match self.act(box.understand, self.desk, event.text, event.scanned):
            case box.ReaderFound(reader):
                self._join(reader)
            case box.Readers(readers):
                ask_which(self, readers, self._join)
            case None | box.Nothing():
                self.query_one("#list").focus()
            case _:
                self.say(self.t("box.unknown_card"), error=True)

    def _join(self, reader: Found) -> None:
        if self.zone is None:
            return
        joined = self.act(queues.join, self.desk, reader.id, self.zone.code)
        if joined is not None:
            self.reread()
            words = {"reader": person_words(reader), "ahead": joined.ahead}
            self.say(self.t("queue.joined", **words))

    def on_key(self, event: events.Key) -> None:
        """Whatever is typed on the list means the box."""
        meant_for(self, "#box", "#list", event, LEAVE)

    def on_typed_number(self, event: TypedNumber) -> None:
        write_in(self, "#box", event.text)

    def action_give_up(self) -> None:
        row = self._row
        if row is None:
            self.say(self.t("record.not_now", digit=LEAVE), error=True)
            return
        called = self.act(queues.leave, self.desk, row.id)
        if called is not None:
            self.reread()
            parts = [self.t("queue.left", reader=person_words(row.reader))]
            parts += [
                self.t("queue.called", seat=c.seat.partition("/")[2], until=self.t.time(c.until))
                for c in called
            ]
            self.say("  ".join(parts))

    def action_copy(self) -> None:
        message = self._message(self._row)
        if message:
            self.app.copy_to_clipboard(message)
            self.say(self.t("found_things.copied"))
