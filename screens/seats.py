"""F4 (座位): the map of a zone, and the box: cards, seats, digits.

A reader and a seat, in whichever order, are an act; two readers never are one. A card shows how its
reader stands and what Enter does. A digit and Enter acts for the reader before the desk, else for
whoever has the seat under the cursor (`seat_digits`).
"""

from collections.abc import Callable, Iterable
from functools import partial

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Input, Static

from deskapp import barcodes, box, logs, places, queues, seats
from deskapp.readers import Found
from deskapp.seats import Standing
from deskapp.zone_map import AWAY, FREE, OVER, Spot
from screens import seat_digits
from screens.base import Hint
from screens.binding import Unbound
from screens.choosing import ask_which
from screens.keys import StrayScan
from screens.scanbox import ScanBox, prompted
from screens.seat_acts import RULES, Done, done_words, is_full, seat_words, standing_words
from screens.seat_map import SeatMap
from screens.seat_words import person_words
from screens.zones import MapBox, ZonesScreen

BOX = 26
"""cells that the box has at least, beside what digits do"""
MOVE, RESERVE, GROUP = "move", "reserve", "group"
"""what has been begun with a digit and waits for a seat, a time, more cards"""


class SeatsScreen(ZonesScreen):
    """The map, the reader before the desk, and what is done for them."""

    patron: Found | None = None
    standing: Standing | None = None
    chosen = ""
    """the seat that the next card takes"""
    scanned = False
    """whether that seat was scanned, not typed"""
    void = False
    """whether a card was nobody's: a seat that is scanned behind it is not for the next one"""
    picked = ""
    """the seat that was pointed out for the reader before the desk"""
    pointed = ""
    """the seat to which a hand has led the cursor, which cards lead about too"""
    begun = ""

    def __init__(self) -> None:
        super().__init__()
        self.group: list[Found] = []
        self._unbound = Unbound()

    def hints(self) -> Iterable[Hint]:
        t = self.t
        yield Hint("Enter", "", t("seats.help.enter"))
        yield from self.map_hints()
        yield Hint(t.keys["undo"], t("key.undo"), t("help.undo"))
        yield from seat_digits.hints(t)

    def body(self) -> ComposeResult:
        yield from self.look()
        yield Static(id="reader", classes="one", markup=False)
        yield from prompted(
            MapBox(placeholder=self.t("seats.box"), id="box"), Static(id="digits", markup=False)
        )

    @property
    def here(self) -> str:
        return self.zone.code if self.zone else ""

    def seat_at(self, spot: Spot | None) -> str:
        """`exam/C-37`"""
        return f"{self.here}/{spot.label}" if spot else ""

    # What is shown

    def reread(self) -> None:
        super().reread()
        self.stand()
        self.show_digits()

    def show_spot(self, spot: Spot | None) -> None:
        super().show_spot(spot)
        self.show_digits()

    def turn(self, key: str) -> None:
        """A seat pointed out by hand is the one that is meant; a chosen one no more."""
        before = self.map.spot
        super().turn(key)
        spot = self.map.spot
        if spot != before:
            self.chosen, self.pointed = "", self.seat_at(spot)
            free = spot is not None and spot.state == FREE
            self.picked = self.seat_at(spot) if self.patron and free else ""
            self.show_reader()

    def jump(self, text: str) -> bool:
        found = super().jump(text)
        if found:
            self.pointed = self.seat_at(self.map.spot)
        return found

    def on_seat_map_clicked(self, event: SeatMap.Clicked) -> None:
        """As if its label were typed; whoever has a seat moves only if they want to."""
        self.pointed = self.seat_at(event.spot)
        seated = self.standing is not None and self.standing.sitting is not None
        if self.begun != GROUP and (self.begun or not seated) and event.spot == self.map.spot:
            self._named(self.seat_at(event.spot))

    def stand(self) -> None:
        """How the reader before the desk stands by now."""
        self.standing = None
        if self.patron is not None:
            zone = None if self.counted else self.here or None
            self.standing = seats.standing(self.desk, self.patron.id, zone)
        self.show_reader()

    def show_reader(self) -> None:
        t, desk = self.t, self.desk
        line: str | Text = ""
        if self._unbound.code:
            line = t("home.unbound", code=self._unbound.code)
        elif self.begun == GROUP:
            line = t("seats.together", names="  ".join(map(person_words, self.group)))
        elif self.begun:
            reader = person_words(self.patron)
            seat = seat_words(t, desk, self.picked or self.seat_at(self.map.spot), self.here)
            line = t(f"seats.begun.{self.begun}", reader=reader, seat=seat)
        elif self.patron is not None:
            picked = self.picked if self.standing and self.standing.act == "take" else ""
            picked = self._typed() or picked
            line = standing_words(t, desk, self.patron, self.standing, self.here, picked)
        elif self.chosen:
            line = t("seats.chosen", seat=seat_words(t, desk, self.chosen, self.here))
        self.write("reader", line)

    def on_input_changed(self, event: Input.Changed) -> None:
        """What Enter does with the seat that is typed, for the reader before the desk."""
        super().on_input_changed(event)
        if self.patron is not None and not self.begun:
            self.show_reader()

    def _typed(self) -> str:
        """The seat of this zone whose label is in the box."""
        spot, form = self.map.spot, places.form(self.query_one("#box", ScanBox).value)
        return self.seat_at(spot) if spot and form == places.form(spot.label) else ""

    def show_digits(self) -> None:
        """What a digit does now, as much as there is room for."""
        t, words = self.t, ""
        if self._unbound.code:
            pass  # digits are whose card it is
        elif self.counted:
            words = t("seats.count_keys")
        else:
            for digit, act in seat_digits.offered(self).items():
                more = f"{words} {digit}{t(f'seats.key.{act}')}".lstrip()
                if Text(more).cell_len > self.app.size.width - BOX:
                    break
                words = more
        line = self.query_one("#digits", Static)
        if line.content != words:  # it is as wide as its words: all is laid out anew
            line.update(words)

    def is_away(self) -> bool:
        """Whether whoever a digit acts for is away."""
        if self.patron is not None:
            return self.standing is not None and self.standing.act == "back"
        return self.map.spot is not None and self.map.spot.state in (AWAY, OVER)

    # The box

    def on_scan_box_entered(self, event: ScanBox.Entered) -> None:
        text = event.text
        if event.scanned:
            self._scanned(text)
        elif self._unbound.code and text.isdecimal():  # whose card it is, nothing else
            self._read(text)
        elif self.counted and seat_digits.counted(self, text):
            return
        elif self.begun == RESERVE:
            seat_digits.reserved(self, text)
        elif not text:
            self._enter()
        elif event.digit is not None:
            seat_digits.act(self, event.digit)
        elif not self._is_seat(text):
            self._read(text)

    def on_stray_scan(self, event: StrayScan) -> None:
        """A card held before a dialog that stood here, or the floors."""
        self._scanned(event.text)

    def _scanned(self, text: str) -> None:
        """A barcode of the counter, a seat's code, or a card."""
        said = barcodes.said(text)
        if said == "undo":
            self.action_undo()
        elif said is not None and self.patron is not None:
            seat_digits.act(self, 1 if said == "away" else 2)
        elif said is not None:
            self.say(self.t("seats.card_first"), error=True)
        elif not self._is_seat(text, scanned=True):
            self._read(text, scanned=True)

    def _is_seat(self, text: str, scanned: bool = False) -> bool:
        """Whether a seat of this zone was named, or `it/B-2` of another; then it is dealt with."""
        if "/" in text:
            place = self.act(places.find, self.desk, text)
            if place is not None:
                self.go_to_zone(place.zone)
                self.map.move(place.label)
                self._named(place.seat, scanned)
            return True
        if not self.jump(text):
            return False
        self._named(self.seat_at(self.map.spot), scanned)
        return True

    def _read(self, text: str, scanned: bool = False) -> None:
        """A reader's card, number or name."""
        understood = self.act(box.understand, self.desk, text, scanned)
        if scanned:
            known = understood.reader.id if isinstance(understood, box.ReaderFound) else "unknown"
            logs.scanned(known)
        match understood:
            case box.ReaderFound(reader):
                self._receive(self._unbound.whose(self, reader, scanned))
            case box.Readers(readers=readers):
                ask_which(self, readers, self._receive)
            case box.UnknownCard() if scanned:
                self._nobody()
                self._unbound.scanned(self, text)
                self.show_reader()
                self.show_digits()
            case None:
                self._nobody()
            case _:
                self.say(self.t("seats.not_found", words=text), error=True)

    def _nobody(self) -> None:
        """A card that is nobody's, or lost. If no seat came before it, one comes behind it."""
        void = not self.chosen
        self.forget()
        self.void = void

    def _receive(self, reader: Found) -> None:
        """They stand before the desk now; with a seat named before, they have it."""
        if self.begun == GROUP:
            if reader.id not in {each.id for each in self.group}:
                self.group.append(reader)
            self.show_reader()
            return
        chosen, scanned, before = self.chosen, self.scanned, self.patron
        self.forget()
        if chosen:
            self._sit(reader, chosen, keep=not scanned)
            return
        self.patron, self.pointed = reader, ""
        self.act(self.stand)
        zone, _, label = ((self.standing and self.standing.seat) or "").partition("/")
        if zone == self.here:
            self.map.move(label)
        self.show_digits()
        if before is not None and before.id != reader.id:
            self.say(self.t("seats.replaced", before=person_words(before)))
        else:
            self.unsay()

    def _named(self, seat: str, scanned: bool = False) -> None:
        """A seat was named: for whoever stands there, else for the next card.

        Of what a scanner sends each pair stands by itself: where it comes to nothing, neither half
        is left for the next.
        """
        free = self.map.spot is not None and self.map.spot.state == FREE
        if self.begun == RESERVE:
            self.picked = seat
            self.show_reader()
        elif self.patron is not None:
            self._sit(self.patron, seat, keep=not scanned)
        elif scanned and self.void:
            self.void = False
            self.say(self.t("seats.card_first"), error=True)
        elif free or scanned:
            self.chosen, self.scanned = seat, scanned
            self.show_reader()

    def _enter(self) -> None:
        """Enter alone: what is offered for the reader, else the seat is for the next card."""
        spot, standing, patron = self.map.spot, self.standing, self.patron
        if self.begun == GROUP:
            seat_digits.seat_group(self)
        elif self.begun == MOVE or (patron is None and spot is not None and spot.state == FREE):
            self._named(self.seat_at(spot))
        elif patron is None:
            if spot is not None:
                self.say(self.t("seats.say_what", seat=spot.label))
        elif standing is None or standing.act is None:
            if is_full(standing):
                self._queue(patron)
            elif standing is not None and standing.refusal is not None:
                self.refuse(standing.refusal)
        elif standing.act == "take":
            self._sit(patron, self.picked or standing.seat or "", keep=True)
        else:
            self.do(partial(RULES[standing.act], self.desk, patron.id), patron)

    def action_back(self) -> None:
        """What is begun is left first, then the screen."""
        line = self.query_one("#box", ScanBox)
        if line.value or self.patron or self.chosen or self.begun or self._unbound.code:
            line.empty()
            self.forget()
        else:
            super().action_back()

    def forget(self) -> None:
        """Nobody stands before the desk, and no seat waits."""
        self.patron = self.standing = None
        self.chosen = self.picked = self.begun = ""
        self.scanned = self.void = False
        self.group = []
        self._unbound.forget()
        self.show_reader()
        self.show_digits()

    def begin(self, what: str, reader: Found | None) -> None:
        """What a digit begins for somebody, and something else ends."""
        picked = self.picked
        self.forget()
        self.begun, self.patron, self.picked = what, reader, picked
        self.act(self.stand)

    # Acts

    def _sit(self, reader: Found, seat: str, keep: bool) -> None:
        """They take a seat, or change to it; refused, they still stand there if `keep`."""
        self.patron = reader
        there = self.act(seats.standing, self.desk, reader.id, seat.partition("/")[0])
        if there is not None:
            rule = seats.take if there.sitting is None else seats.move
            self.do(partial(rule, self.desk, reader.id, seat), reader)
        if not keep:
            self.forget()

    def _queue(self, reader: Found) -> None:
        """Full: they wait, and are called."""
        joined = self.act(queues.join, self.desk, reader.id, self.here)
        if joined is not None:
            self.forget()
            self.act(self.reread)
            ahead = joined.ahead
            self.say(self.t("seats.done.queued", reader=person_words(reader), ahead=ahead))

    def do(self, rule: Callable[[], Done], reader: Found | None) -> None:
        """Do it and say it; if it was refused, whoever stood there still does."""
        done = self.act(rule)
        if done is None:
            self.act(self.stand)
            return
        self.forget()
        self.act(self.reread)
        zone, _, label = done.seat.partition("/")
        if zone == self.here:
            self.map.move(label)
            self.pointed = done.seat
        self.say(done_words(self.t, self.desk, done, self.here, reader))
