"""F4 (座位): the map of a zone, and the box: cards, seats, digits.

A reader and a seat, in whichever order, are an act; two readers never are one. A card shows how its
reader stands and what Enter does. A digit and Enter acts for the reader before the desk, else for
whoever has the seat under the cursor.
"""

from collections.abc import Callable, Iterable
from functools import partial

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from deskapp import box, conduct, places, seats, sofas
from deskapp.desk import Refusal
from deskapp.drafts import Draft
from deskapp.places import Noted
from deskapp.readers import Found
from deskapp.seats import Standing
from deskapp.space_entries import ZoneKind
from deskapp.zone_map import AWAY, CLOSED, FREE, OVER, Spot, holder
from screens.base import Hint
from screens.binding import Unbound
from screens.choosing import ChoosingScreen, ask_which
from screens.keys import StrayScan
from screens.scanbox import ScanBox
from screens.seat_acts import Done, done_words, seat_words, standing_words
from screens.seat_words import person_words
from screens.zones import MapBox, ZonesScreen

DIGITS = ("away", "leave", "move", "things", "violation", "opinion", "order")
OPINION = "space_suggestion"
"""the kind of request that a word about a space is"""


class SeatsScreen(ZonesScreen):
    """The map, the reader before the desk, and what is done for them."""

    patron: Found | None = None
    standing: Standing | None = None
    chosen = ""
    """the seat that the next card takes"""
    picked = ""
    """the seat that was pointed out for the reader before the desk"""
    moving: Found | None = None
    """who is to have the next seat that is named"""

    def __init__(self) -> None:
        super().__init__()
        self._unbound = Unbound()

    def hints(self) -> Iterable[Hint]:
        t = self.t
        yield Hint("Enter", "", t("seats.help.enter"))
        yield from self.map_hints()
        yield Hint(t.keys["undo"], t("key.undo"), t("help.undo"))
        for digit, act in enumerate(DIGITS, 1):
            yield Hint(str(digit), "", t(f"seats.help.{act}"))

    def body(self) -> ComposeResult:
        yield from self.look()
        yield Static(id="reader", classes="one", markup=False)
        with Horizontal(classes="line"):
            yield Static(" > ", classes="prompt", markup=False)
            yield MapBox(placeholder=self.t("seats.box"), id="box")
            yield Static(id="digits", markup=False)

    @property
    def here(self) -> str:
        return self.zone.code if self.zone else ""

    # What is shown

    def reread(self) -> None:
        super().reread()
        self._stand()
        self._show_digits()

    def show_spot(self, spot: Spot | None) -> None:
        super().show_spot(spot)
        self._show_digits()

    def turn(self, key: str) -> None:
        """A seat pointed out by hand is the one that is meant; a chosen one no more."""
        before = self.map.spot
        super().turn(key)
        spot = self.map.spot
        if spot == before or spot is None:
            return
        self.chosen = ""
        self.picked = f"{self.here}/{spot.label}" if self.patron and spot.state == FREE else ""
        self._show_reader()

    def _stand(self) -> None:
        """How the reader before the desk stands by now."""
        self.standing = None
        if self.patron is not None:
            self.standing = seats.standing(self.desk, self.patron.id, self._zone())
        self._show_reader()

    def _zone(self) -> str | None:
        numbered = self.zone is not None and self.zone.kind is ZoneKind.NUMBERED
        return self.here if numbered else None

    def _show_reader(self) -> None:
        t, desk = self.t, self.desk
        line: str | Text = ""
        if self._unbound.code:
            line = t("home.unbound", code=self._unbound.code)
        elif self.moving is not None:
            line = t("seats.moving", reader=person_words(self.moving))
        elif self.patron is not None:
            picked = self.picked if self.standing and self.standing.act == "take" else ""
            line = standing_words(t, desk, self.patron, self.standing, self.here, picked)
        elif self.chosen:
            line = t("seats.chosen", seat=seat_words(t, desk, self.chosen, self.here))
        self.write("reader", line)

    def _show_digits(self) -> None:
        """What a digit does now."""
        t = self.t
        if self.zone is not None and self.zone.kind is ZoneKind.COUNTED:
            words = t("seats.count_keys")
        else:
            acts = dict(enumerate(DIGITS, 1))
            spot = self.map.spot
            if self._is_away():
                acts[1] = "back"
            if spot is not None and spot.noted:
                acts[4] = "cleared"
            if spot is not None and spot.state == CLOSED:
                acts[7] = "in_order"
            words = " ".join(f"{digit}{t(f'seats.key.{act}')}" for digit, act in acts.items())
        self.query_one("#digits", Static).update(words)

    def _is_away(self) -> bool:
        if self.patron is not None:
            return self.standing is not None and self.standing.act == "back"
        return self.map.spot is not None and self.map.spot.state in (AWAY, OVER)

    # The box

    def on_scan_box_entered(self, event: ScanBox.Entered) -> None:
        text = event.text
        if not event.scanned and self._counted(text):
            return
        if not text:
            self._enter()
        elif event.digit is not None:
            self._digit(event.digit)
        elif self.jump(text):
            self._named(f"{self.here}/{self.map.spot.label}" if self.map.spot else "")
        elif not self._elsewhere(text):
            self._read(text, event.scanned)

    def on_stray_scan(self, event: StrayScan) -> None:
        """A card held before a dialog that stood here, or the floors."""
        self._read(event.text, scanned=True)

    def _elsewhere(self, text: str) -> bool:
        """A seat of another zone: `it/B-2`."""
        if "/" not in text:
            return False
        place = self.act(places.find, self.desk, text)
        if place is not None:
            self.go_to_zone(place.zone)
            self.map.move(place.label)
            self._named(place.seat)
        return True

    def _read(self, text: str, scanned: bool) -> None:
        """A reader's card, number or name."""
        understood = self.act(box.understand, self.desk, text, scanned)
        match understood:
            case box.ReaderFound(reader):
                self._receive(self._unbound.whose(self, reader, scanned))
            case box.Readers(readers=readers):
                ask_which(self, readers, self._receive)
            case box.UnknownCard() if scanned:
                self._forget()
                self._unbound.scanned(self, text)
                self._show_reader()
            case None:
                self._forget()
            case _:
                self.say(self.t("seats.not_found", words=text), error=True)

    def _receive(self, reader: Found) -> None:
        """They stand before the desk now; with a seat named before, they have it."""
        chosen, before = self.chosen, self.patron
        self._forget()
        if chosen:
            self._sit(reader, chosen)
            return
        self.patron = reader
        self._stand()
        if self.standing is not None and self.standing.seat is not None:
            zone, _, label = self.standing.seat.partition("/")
            if zone == self.here:
                self.map.move(label)
        self._show_digits()
        if before is not None and before.id != reader.id:
            self.say(self.t("seats.replaced", before=person_words(before)))
        else:
            self.unsay()

    def _named(self, seat: str) -> None:
        """A seat was named: for whoever moves or stands there, else for the next card."""
        if self.moving is not None:
            self._done(partial(seats.move, self.desk, self.moving.id, seat), self.moving)
        elif self.patron is not None:
            self._sit(self.patron, seat)
        elif self.map.spot is not None and self.map.spot.state == FREE:
            self.chosen = seat
            self._show_reader()

    def _enter(self) -> None:
        """Enter alone: what is offered for the reader, else the seat is for the next card."""
        spot, standing, patron = self.map.spot, self.standing, self.patron
        if self.moving is not None or (patron is None and spot is not None and spot.state == FREE):
            self._named(f"{self.here}/{spot.label}" if spot else "")
        elif patron is None:
            if spot is not None:
                self.say(self.t("seats.say_what", seat=spot.label))
        elif standing is None or standing.act is None:
            self.act(self._stand)
            if self.standing is not None and self.standing.refusal is not None:
                self.refuse(self.standing.refusal)
        elif standing.act == "take":
            self._sit(patron, self.picked or standing.seat or "")
        else:
            rule = seats.come_back if standing.act == "back" else seats.step_away
            self._done(partial(rule, self.desk, patron.id), patron)

    def action_back(self) -> None:
        """What is begun is left first, then the screen."""
        line = self.query_one("#box", ScanBox)
        if line.value or self.patron or self.chosen or self.moving or self._unbound.code:
            line.empty()
            self._forget()
        else:
            super().action_back()

    def _forget(self) -> None:
        """Nobody stands before the desk, and no seat waits."""
        self.patron = self.standing = self.moving = None
        self.chosen = self.picked = ""
        self._unbound.forget()
        self._show_reader()
        self._show_digits()

    # Acts

    def _sit(self, reader: Found, seat: str) -> None:
        """They take a seat, or change to it."""
        there = self.act(seats.standing, self.desk, reader.id, self._zone())
        if there is None:
            return
        rule = seats.take if there.sitting is None else seats.move
        self._done(partial(rule, self.desk, reader.id, seat), reader)

    def _done(self, rule: Callable[[], Done], reader: Found | None) -> None:
        """Do it and say it; if it was refused, the reader still stands there."""
        done = self.act(rule)
        if done is None:
            if reader is not None and self.moving is None:
                self.patron = reader
                self.act(self._stand)
            return
        self._forget()
        self.act(self.reread)
        zone, _, label = done.seat.partition("/")
        if zone == self.here:
            self.map.move(label)
        self.say(done_words(self.t, self.desk, done, self.here, reader))

    def _digit(self, digit: int) -> None:
        if not 1 <= digit <= len(DIGITS):
            self.say(self.t("record.not_now", digit=digit), error=True)
            return
        act = DIGITS[digit - 1]
        if act == "opinion":
            self._opinion()
        elif act == "order":
            self._order()
        elif act == "things":
            self._things()
        elif (reader := self._whose()) is None:
            self.refuse(Refusal("NotSeated"))
        elif act == "move":
            self._forget()
            self.moving = reader
            self._show_reader()
        elif act == "violation":
            self._violation(reader)
        else:
            away = seats.come_back if self._is_away() else seats.step_away
            rule = away if act == "away" else seats.leave
            self._done(partial(rule, self.desk, reader.id), reader)

    def _whose(self) -> Found | None:
        """The reader before the desk, else whoever has the seat under the cursor."""
        spot = self.map.spot
        if self.patron is not None or spot is None:
            return self.patron
        return self.act(holder, self.desk, spot)

    def _seat(self) -> str:
        """The seat that is spoken of: the reader's, else the one under the cursor."""
        if self.patron is not None and self.standing and self.standing.sitting:
            return self.standing.sitting.seat
        return f"{self.here}/{self.map.spot.label}" if self.map.spot else ""

    def _things(self) -> None:
        """Things were left on the seat; they are there no more."""
        if not (seat := self._seat()):
            return
        spot = self.map.zone_map.by_label.get(seat.removeprefix(f"{self.here}/"))
        noted = spot is not None and spot.noted
        rule = partial(places.clear_note, self.desk, seat)
        if not noted:
            rule = partial(places.note, self.desk, seat, Noted.THINGS_LEFT)
        if self.act(rule) is not None:
            self.act(self.reread)
            said = self.t("seats.done.cleared" if noted else "seats.done.things")
            self.say(f"{seat_words(self.t, self.desk, seat, self.here)} {said}")

    def _order(self) -> None:
        """Out of order, or in order again."""
        spot = self.map.spot
        if spot is None:
            return
        seat, closed = f"{self.here}/{spot.label}", spot.state == CLOSED
        if self.act(places.put_right if closed else places.close, self.desk, seat) is not None:
            self.act(self.reread)
            said = self.t("seats.done.in_order" if closed else "seats.done.order")
            self.say(f"{spot.label} {said}")

    def _violation(self, reader: Found) -> None:
        """Which kind; it waits to be confirmed."""
        t, desk, seat = self.t, self.desk, self._seat()
        kinds = list(conduct.by_hand(desk))
        names = [desk.profile.violations[kind].name(t.code) for kind in kinds]

        def chosen(place: int | None) -> None:
            if place is None:
                return
            zone, _, label = seat.partition("/")
            noted = self.act(conduct.note, desk, reader.id, kinds[place], zone or self.here, label)
            if noted is not None:
                self._forget()
                self.say(t("seats.done.violation", reader=person_words(reader), kind=names[place]))

        title = t("seats.which_violation", reader=person_words(reader))
        self.app.push_screen(ChoosingScreen(title, names), chosen)

    def _opinion(self) -> None:
        """A word about the place becomes a request of that kind, the seat filled in."""
        from screens.log import LogScreen

        if self.zone is None:
            return
        spot = self.map.spot
        where = f"{self.zone.name(self.t.code)} {spot.label if spot else ''}".rstrip()
        words = f"{where}{self.t('seats.opinion_of')}"
        kind = OPINION if OPINION in self.desk.profile.kinds else None
        patron = self.patron.id if self.patron else None
        self.go_to(LogScreen(draft=Draft(words=words, kind=kind, patron=patron, begun=words)))

    def _counted(self, text: str) -> bool:
        """In a zone without numbers: how many sit there, or one more, or one fewer."""
        if self.zone is None or self.zone.kind is not ZoneKind.COUNTED:
            return False
        seen = self.act(sofas.seen, self.desk, self.here)
        before = seen.number if seen else 0
        number = {"+": before + 1, "-": max(0, before - 1)}.get(text)
        if number is None and text.isascii() and text.isdecimal() and len(text) <= 4:
            number = int(text)
        if number is None:
            return False
        if (done := self.act(sofas.count, self.desk, self.here, number)) is not None:
            self.act(self.reread)
            self.say(self.t("seats.done.counted", count=done.number))
        return True
