"""Violations and bans (违规、暂停使用): what waits for a person, and a reader's own."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from deskapp import bans, box, conduct, horizon
from deskapp.bans import Barred, ShownBan
from deskapp.conduct import APPEALED, CONFIRMED, DECIDING, LIFTED, PENDING, Decided, Shown
from deskapp.readers import Found
from screens.barring import BarringScreen
from screens.base import Hint
from screens.choosing import ChoosingScreen, ask_which
from screens.longlist import Column, LongList
from screens.matters import reader_words
from screens.numbered import Act, BoxedScreen
from screens.reasons import ReasonScreen
from screens.scanbox import ScanBox, prompted
from screens.seat_words import person_words
from screens.shortlist import ShortList

LISTS = {
    "waiting": (PENDING, APPEALED),
    "confirmed": (CONFIRMED,),
    "lifted": (LIFTED,),
    "bans": (),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A violation or a ban, as the list shows it."""

    id: str
    at: datetime
    reader: Found | None
    of: Shown | ShownBan


def _lines(rows: Iterable[Shown | ShownBan]) -> ShortList[Line]:
    found = [
        Line(row.id, row.at if isinstance(row, Shown) else row.since, row.reader, row)
        for row in rows
    ]
    return ShortList(found, lambda line: line.id)


class ConductScreen(BoxedScreen[None]):
    """What waits to be confirmed or decided first; a card shows that reader's own."""

    BINDINGS = [Binding("tab", "turn", show=False, priority=True)]
    AUTO_FOCUS = "LongList"

    def __init__(self) -> None:
        super().__init__()
        self.which = next(iter(LISTS))
        self.reader: Found | None = None
        self.fetched = ""
        """whose course is on its way from the centre"""

    def title_words(self) -> str:
        return self.t("conduct.title")

    def hints(self) -> Iterator[Hint]:
        t = self.t
        yield from super().hints()
        yield Hint("Tab", t("key.lists"), t("conduct.help.lists"))
        yield Hint("A-Z", t("key.search"), t("conduct.help.search"))

    def acts(self) -> Iterable[Act]:
        t, may = self.t, self.desk.may
        line = self._line
        match line.of if line is not None else None:
            case Shown(id=id_, state=state, void=False) as row:
                if state == PENDING and may(conduct.CONFIRMING):
                    confirm = partial(self._decided, partial(conduct.confirm, self.desk, id_))
                    yield 1, t("conduct.confirm"), t("conduct.help.confirm"), confirm
                if state == CONFIRMED and not row.upheld and may(conduct.CONFIRMING):
                    appeal = partial(self._with_course, id_, partial(self._appeal, row))
                    yield 2, t("conduct.appeal"), t("conduct.help.appeal"), appeal
                if state == APPEALED and may(DECIDING):
                    uphold = partial(self._decided, partial(conduct.uphold, self.desk, id_))
                    yield 3, t("conduct.uphold"), t("conduct.help.uphold"), uphold
                if state != LIFTED and may(conduct.CONFIRMING if state == PENDING else DECIDING):
                    lift = partial(self._lift, partial(conduct.lift, self.desk, id_))
                    with_course = partial(self._with_course, id_, lift)
                    yield 4, t("conduct.lift"), t("conduct.help.lift"), with_course
            case ShownBan(id=id_, running=True) as ban if may(bans.IMPOSING):
                with_course = partial(self._with_course, id_, partial(self._lift_ban, ban))
                yield 4, t("conduct.lift_ban"), t("conduct.help.lift_ban"), with_course
        if self.reader is not None and may(bans.IMPOSING):
            yield 5, t("conduct.bar"), t("conduct.help.bar"), partial(self._bar, self.reader)

    def body(self) -> ComposeResult:
        t = self.t
        yield from prompted(ScanBox(placeholder=t("conduct.box"), id="box"))
        yield Static(id="heading", classes="heading", markup=False)
        yield LongList(
            [
                Column(t("conduct.at"), lambda row: t.day(row.at.date()), 11),
                Column(t("rounds.reader"), lambda row: person_words(row.reader), 18),
                Column(t("conduct.what"), self._what, share=2, least=10),
                Column(t("rounds.seat"), self._where, share=2, least=8),
                Column(t("list.state"), self._state, 20),
            ],
            _lines(()),
            empty=t("conduct.nothing"),
            id="list",
        )
        yield Static(id="words", classes="note", markup=False)

    # How a line reads

    def _kind(self, code: str | None) -> str:
        known = self.desk.profile.violations.get(code or "")
        return known.name(self.t.code) if known else code or ""

    def _zone(self, code: str) -> str:
        known = self.desk.profile.zones.get(code)
        return known.name(self.t.code) if known else code

    def _what(self, line: Line) -> str:
        match line.of:
            case Shown(kind=kind):
                return self._kind(kind)
            case ShownBan(why=why, violations=count):
                return self._kind(why) if why else self.t("conduct.of_violations", count=count)

    def _where(self, line: Line) -> str:
        match line.of:
            case Shown(zone=zone, seat=seat):
                return f"{seat} {self._zone(zone)}".strip()
            case ShownBan(zones=zones):
                return " ".join(map(self._zone, zones)) or self.t("conduct.everywhere")

    def _state(self, line: Line) -> str | Text:
        t = self.t
        match line.of:
            case Shown(exempt=True, state=state) if state != LIFTED:
                return t("conduct.exempt")
            case Shown(void=True, state=state) if state != LIFTED:
                return t("conduct.void")
            case Shown(upheld=True):
                return t("conduct.upheld")
            case Shown(state=state):
                words = t(f"conduct.state.{state}")
                return Text(words, "bold") if state in LISTS["waiting"] else words
            case ShownBan(running=True, until=until):
                return t("conduct.until", until=t.moment(until))
            case ShownBan(stands=True, lifted=None):
                return t("conduct.over")
            case ShownBan(stands=True):
                return t("conduct.lifted_early")
            case ShownBan():
                return t("conduct.state.lifted")

    def _words(self, line: Line | None) -> str:
        """What was written about it."""
        if line is None:
            return ""
        t, row = self.t, line.of
        parts = [t.time(line.at), self._what(line), self._where(line)]
        if isinstance(row, Shown):
            parts += [
                t("conduct.noted_by", name=row.by) if row.by else t("conduct.by_clock"),
                t("conduct.note", words=row.note) if row.note else "",
                t("conduct.appealed", words=row.appeal) if row.appeal else "",
                t("conduct.why_void") if row.void else "",
            ]
        if row.reason:
            if isinstance(row, Shown):
                parts.append(t("conduct.lifted", reason=t(f"lift_reason.{row.reason}")))
            else:
                parts.append(t("conduct.lifted_why", reason=t(f"ban_reason.{row.reason}")))
        return "  ".join(filter(None, parts))

    # Reading

    @property
    def _line(self) -> Line | None:
        found = self.query("#list").results(LongList)
        return next((each.row for each in found), None)

    def reread(self) -> None:
        t, desk = self.t, self.desk
        if self.reader is not None:
            theirs: list[Shown | ShownBan] = [
                *conduct.of_reader(desk, self.reader.id),
                *bans.of_reader(desk, self.reader.id)[::-1],
            ]
            rows, said = theirs, reader_words(t, desk, self.reader)
        else:
            rows = [*(bans.running(desk) if self.which == "bans" else self._violations())]
            waiting = conduct.count(desk, LISTS["waiting"])
            names = {each: t(f"conduct.list.{each}") for each in LISTS}
            names["waiting"] += f" {waiting}"
            said = "  ".join(f"[{names[e]}]" if e == self.which else names[e] for e in LISTS)
        self.query_one("#list", LongList).reload(_lines(rows))
        self.query_one("#heading", Static).update(Text(f" {said}"))
        self._show(self._line)
        if self.fetched and not horizon.at_centre(desk, self.fetched):
            self.fetched = ""
            self.say(t("conduct.fetched"))

    def _violations(self) -> list[Shown]:
        return conduct.violations(self.desk, LISTS[self.which])

    def _show(self, line: Line | None) -> None:
        self.query_one("#words", Static).update(Text(f" {self._words(line)}"))
        self.show_keys()

    def on_long_list_moved(self, event: LongList.Moved) -> None:
        if self.ready:
            self._show(event.row)

    def action_turn(self) -> None:
        if self.reader is None:
            names = list(LISTS)
            self.which = names[(names.index(self.which) + 1) % len(names)]
        self._look_at(None)

    # The box

    def on_scan_box_entered(self, event: ScanBox.Entered) -> None:
        if self.is_digit(event):
            return
        match self.act(box.understand, self.desk, event.text, event.scanned):
            case box.ReaderFound(reader):
                self._look_at(reader)
            case box.Readers(readers):
                ask_which(self, readers, self._look_at)
            case None | box.Nothing():
                self.query_one("#list").focus()
            case _:
                self.say(self.t("box.unknown_card"), error=True)

    def _look_at(self, reader: Found | None) -> None:
        self.reader = reader
        self.act(self.reread)
        self.query_one("#list").focus()

    def action_back(self) -> None:
        if self.reader is not None and not self.query_one("#box", ScanBox).value:
            self._look_at(None)
        else:
            super().action_back()

    # Digits

    def _with_course(self, id_: str, act: Callable[[], None]) -> None:
        """Do it; of what rests at the centre have the course fetched before."""
        away = self.act(horizon.at_centre, self.desk, id_)
        if away:
            self.fetched = id_
            self.say(self.t("conduct.fetching"))
            self.act_aside(partial(horizon.fetch, self.desk, id_))
        elif away is not None:
            act()

    def _decided(self, rule: Callable[[], Decided]) -> None:
        self._say(self.act(rule))

    def _say(self, done: Decided | None) -> None:
        if done is None:
            return
        t = self.t
        self.reread()
        parts = [t(f"conduct.done.{done.state}")]
        parts += [t("conduct.barred", until=t.moment(each.until)) for each in done.barred]
        self.say("  ".join(parts))

    def _appeal(self, row: Shown) -> None:
        t = self.t
        words = (t("conduct.appeal"), self._kind(row.kind), t("conduct.appeal_hint"))
        rule = partial(conduct.appeal, self.desk, row.id)
        label = t("conduct.appeal_label")
        screen = ReasonScreen(*words, rule, number=t("conduct.violation"), label=label)
        self.app.push_screen(screen.on(f"{row.id} appeal"), self._say)

    def _lift(self, rule: Callable[[str], Decided]) -> None:
        """Why, by a digit."""

        def chosen(place: int | None) -> None:
            if place is not None:
                self._say(self.act(rule, conduct.REASONS[place]))

        reasons = [self.t(f"lift_reason.{each}") for each in conduct.REASONS]
        self.app.push_screen(ChoosingScreen(self.t("conduct.why_lift"), reasons), chosen)

    def _lift_ban(self, ban: ShownBan) -> None:
        """The same of a ban, whose is said."""
        t, who = self.t, person_words(ban.reader)

        def chosen(place: int | None) -> None:
            if place is None:
                return
            if self.act(bans.lift, self.desk, ban.id, bans.REASONS[place]):
                self.reread()
                self.say(t("conduct.ban_lifted", reader=who))

        reasons = [t(f"ban_reason.{each}") for each in bans.REASONS]
        self.app.push_screen(ChoosingScreen(t("conduct.why_lift_ban", reader=who), reasons), chosen)

    def _bar(self, reader: Found) -> None:
        self.app.push_screen(BarringScreen(reader), self._barred)

    def _barred(self, done: Barred | None) -> None:
        if done is not None:
            self.reread()
            self.say(self.t("conduct.barred", until=self.t.moment(done.until)))
