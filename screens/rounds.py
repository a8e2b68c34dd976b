"""Ctrl+R: rounds through a hall. Labels typed one after the other mark seats; a digit prints the
slips, releases a seat, or takes a mark off.
"""

from collections.abc import Callable, Iterable

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from deskapp import round_slips, rounds, spaces
from deskapp.desk import Refusal
from deskapp.rounds import BACK, DUE, WAITING, Marked, Released
from deskapp.space_entries import Zone, ZoneKind
from screens.base import DeskScreen, Hint
from screens.burst import clean
from screens.choice import Field
from screens.form import FormLine, FormScreen
from screens.labels import from_home
from screens.longlist import Column, LongList
from screens.scanbox import ScanBox, meant_for, prompted
from screens.seat_words import MINUTE, person_words
from screens.shortlist import ShortList

DIGITS = "1234"


def _seats(rows: Iterable[Marked]) -> ShortList[Marked]:
    return ShortList(list(rows), lambda row: row.seat)


class RoundsScreen(DeskScreen[None]):
    """The marked seats of a zone; PgUp and PgDn the other zones."""

    BINDINGS = [
        *(Binding(digit, f"digit({digit})", show=False) for digit in DIGITS),
        Binding("pageup", "turn(-1)", show=False, priority=True),
        Binding("pagedown", "turn(1)", show=False, priority=True),
    ]
    AUTO_FOCUS = "ScanBox"

    def __init__(self) -> None:
        super().__init__()
        self.zone: Zone | None = None

    def title_words(self) -> str:
        return self.t("feature.rounds")

    def hints(self) -> Iterable[Hint]:
        t = self.t
        yield Hint("Enter", t("rounds.mark"), t("rounds.help.enter"))
        yield Hint("1", t("rounds.print"), t("rounds.help.print"))
        yield Hint("2", t("rounds.release"), t("rounds.help.release"))
        yield Hint("3", t("rounds.release_all"), t("rounds.help.release_all"))
        yield Hint("4", t("rounds.came_back"), t("rounds.help.came_back"))
        yield Hint("PgUp/PgDn", t("seats.zone_key"), t("seats.help.pages"))

    def body(self) -> ComposeResult:
        t = self.t
        yield Static(id="heading", classes="heading", markup=False)
        yield from prompted(ScanBox(placeholder=t("rounds.box"), id="box"))
        yield LongList(
            [
                Column(t("rounds.seat"), lambda row: row.label, 8),
                Column(t("rounds.reader"), self._reader, share=2, least=14),
                Column(t("rounds.since"), lambda row: t.time(row.since), 7),
                Column(t("rounds.due"), lambda row: t.time(row.due), 7),
                Column(t("list.state"), self._state, share=1, least=12),
            ],
            _seats(()),
            empty=t("rounds.nothing"),
            id="list",
        )

    def _reader(self, row: Marked) -> str:
        return person_words(row.reader) or self.t("rounds.nobody")

    def _state(self, row: Marked) -> str | Text:
        if row.state == DUE:
            return Text(self.t("rounds.state.due"), "bold")
        if row.state == BACK:
            return self.t("rounds.state.back")
        left = row.due - self.desk.now()
        return self.t("seats.left", minutes=max(1, -(-left // MINUTE)))

    def _zones(self) -> list[Zone]:
        return [each for each in spaces.zones(self.desk) if each.kind is ZoneKind.NUMBERED]

    def _marked(self) -> list[Marked]:
        if self.zone is None:
            return []
        return self.act(rounds.marked, self.desk, self.zone.code) or []

    def reread(self) -> None:
        zones = self._zones()
        if self.zone is None:
            last = [each for each in zones if each.code == self.front.zone]
            self.zone = next(iter([*last, *zones]), None)
        rows = self._marked()
        self.query_one("#list", LongList).reload(_seats(rows))
        words = self.t("seats.no_zones")
        if self.zone is not None:
            due = sum(row.state == DUE for row in rows)
            name = self.zone.name(self.t.code)
            words = self.t("rounds.heading", zone=name, count=len(rows), due=due)
        self.query_one("#heading", Static).update(Text(f" {words}"))

    def action_turn(self, step: int) -> None:
        zones = self._zones()
        if self.zone is not None:
            self.zone = zones[(zones.index(self.zone) + step) % len(zones)]
            self.front.zone = self.zone.code
            self.reread()

    # Marking

    def on_scan_box_entered(self, event: ScanBox.Entered) -> None:
        text = clean(event.text)
        if text in DIGITS and len(text) == 1 and not event.scanned:
            self.action_digit(int(text))
        elif text and self.zone is not None:
            mark = self.act(rounds.mark, self.desk, text, self.zone.code)
            if mark is not None:
                self.reread()
                self._to(mark)
                due = self.t.time(mark.due)
                self.say(self.t("rounds.marked", seat=mark.label, due=due))

    def _to(self, mark: Marked) -> None:
        rows = self._marked()
        place = next((n for n, each in enumerate(rows) if each.seat == mark.seat), 0)
        self.query_one("#list", LongList).move(place)

    def on_key(self, event: events.Key) -> None:
        """Whatever is typed on the list means the box."""
        meant_for(self, "#box", "#list", event, DIGITS)

    def on_long_list_chosen(self, event: LongList.Chosen) -> None:
        self._release(event.row)

    # Digits

    def action_digit(self, digit: int) -> None:
        row: Marked | None = self.query_one("#list", LongList).row
        acts: dict[int, Callable[[Marked], None]] = {2: self._release, 4: self._came_back}
        if digit == 1:
            self._print()
        elif digit == 3:
            self._release_all()
        elif row is None:
            self.refuse(Refusal("NothingMarked"))
        else:
            acts[digit](row)

    def _print(self) -> None:
        """Slips for those who still have time to come."""
        if self.zone is None:
            return
        rows = [row for row in self._marked() if row.state == WAITING]
        file = self.act(round_slips.print_out, self.desk, self.t, self.zone, rows)
        if file is not None:
            self.say(
                self.t(
                    "rounds.printed", count=len(rows), file=file.name, folder=from_home(file.parent)
                )
            )

    def _release(self, row: Marked) -> None:
        if row.state == BACK:
            self.refuse(Refusal("BackSince", seat=row.label))
        elif row.state != DUE:
            self.refuse(Refusal("ReleaseEarly", seat=row.label, due=row.due))
        else:
            self.app.push_screen(ReleasingScreen(row), self._released)

    def _release_all(self) -> None:
        """One after the other: of each is asked what lies there."""
        due = next((row for row in self._marked() if row.state == DUE), None)
        if due is None:
            self.say(self.t("rounds.none_due"), error=True)
            return

        def next_one(done: Released | None) -> None:
            self._released(done)
            if done is not None and any(row.state == DUE for row in self._marked()):
                self._release_all()

        self.app.push_screen(ReleasingScreen(due), next_one)

    def _released(self, done: Released | None) -> None:
        if done is None:
            return
        t = self.t
        seat = done.seat.partition("/")[2]
        parts = [t("rounds.released", seat=seat)]
        if done.violation is not None:
            parts.append(t("rounds.noted"))
        if done.thing is not None:
            parts.append(t("rounds.found", number=done.thing))
        parts += [
            t("queue.called", seat=call.seat.partition("/")[2], until=t.time(call.until))
            for call in done.called
        ]
        self.reread()
        self.say("  ".join(parts))

    def _came_back(self, row: Marked) -> None:
        def clear() -> bool:
            rounds.came_back(self.desk, row.seat)
            return True

        if self.act(clear):
            self.reread()
            self.say(self.t("rounds.cleared", seat=row.label))


class ReleasingScreen(FormScreen[Released]):
    """What lies there, and where it is put; Enter releases the seat."""

    BINDINGS = [Binding("ctrl+s", "go_on", priority=True, show=False)]
    keeps = False

    def __init__(self, row: Marked) -> None:
        super().__init__()
        self.row = row

    def title_words(self) -> str:
        return f"{self.t('rounds.release')} {self.row.label}"

    def hints(self) -> Iterable[Hint]:
        t = self.t
        last = self.focused is not None and self.focused.id == "kept-line"
        yield Hint("Enter", t("rounds.release" if last else "key.next"), t("rounds.help.releasing"))
        yield Hint("Ctrl+S", "" if last else t("rounds.release"), t("rounds.help.releasing"))

    def body(self) -> ComposeResult:
        t = self.t
        who = person_words(self.row.reader) or t("rounds.nobody")
        since = t("seats.since", at=t.time(self.row.since))
        yield Static(f" {self.row.label}  {who}  {since}", classes="heading", markup=False)
        yield Field(t("rounds.things"), hint=t("rounds.things_hint"), id="things")
        yield Field(t("found_things.kept"), hint=t("found_things.kept_hint"), id="kept")
        yield Static(classes="half")

    def entered(self, line: FormLine) -> None:
        if line.id == "things" and self.written("things"):
            self.query_one("#kept", Field).line.focus()
        else:
            self.action_go_on()

    def action_go_on(self) -> None:
        words = (self.written("things"), self.written("kept"))
        self.leave_with(self.act(rounds.release, self.desk, self.row.seat, *words))
