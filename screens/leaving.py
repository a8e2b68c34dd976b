"""Ctrl+G of whoever is on duty: signing, a note, leaving, closing the shift (交接班)."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from rich.text import Text
from textual.app import ComposeResult
from textual.timer import Timer
from textual.widgets import Static

from deskapp import duty_log, leaving, shifts
from deskapp.desk import Role
from deskapp.leaving import Gone, Leaving
from deskapp.refusal import Refusal
from deskapp.request_lists import RequestList
from screens.asking import AskScreen
from screens.base import Hint
from screens.choice import Choice, Field, Option, labelled
from screens.keeping import SOON
from screens.labels import from_home
from screens.options import named
from screens.parked import parked_words
from screens.shift import ShiftPage, standing_text, take_over_hint
from screens.tickline import TickLine
from screens.wording import due_words, number_words, question_words

LEAVE, CLOSE, NOTE, SIGN, ABSENT = "leave", "close", "note", "sign", "absent"
KEEP, HAND_OVER, ALL = "keep", "hand_over", "all"
GOING = ("open", "back", "due", "decide", "things", "other", "faults", "rounds", "visitors")
"""what is asked only of those who go"""


class LeavingScreen(ShiftPage):
    """One page: what falls due before one is back is kept or handed over, then Enter leaves."""

    AUTO_FOCUS = ""

    def __init__(self) -> None:
        super().__init__()
        self._kept: set[str] = set()
        self._way = LEAVE
        self._over = False
        self._soon: Timer | None = None

    def title_words(self) -> str:
        return self.t("shift.title")

    def hints(self) -> Iterable[Hint]:
        t = self.t
        yield Hint("Enter", t("key.shift_end"), t("shift.help.go"))
        yield Hint("1-9", t("key.choose"), t("shift.help.decide"))
        yield Hint("Tab", t("key.next"), t("shift.help.tab"))
        yield take_over_hint(t)

    def body(self) -> ComposeResult:
        t, desk, profile = self.t, self.desk, self.desk.profile
        kept = leaving.taken_up(desk)
        days = [Option(day.isoformat(), f" {t.day(day)}") for day in leaving.next_days(desk)]
        back = kept.back.isoformat() if kept.back else None
        known = {each.value for each in days}
        yield Static(id="standing", classes="note", markup=False)
        yield Choice(t("shift.way"), self._ways(), self._way, id="way")
        yield Static(id="held", classes="note", markup=False)
        yield Static(id="open", classes="note", markup=False)
        usual = days[0].value if days else None
        yield Choice(t("shift.back"), days, back if back in known else usual, id="back")
        yield Static(id="due", classes="note", markup=False)
        yield Choice(t("shift.decide"), self._decisions(), id="decide")
        yield Field(t("shift.note"), kept.note, hint=t("shift.note_hint"), id="note")
        things = named(t, profile.shift_things.values())
        yield TickLine(t("shift.things"), things, kept.things, id="things")
        yield Field(t("shift.other"), kept.other, id="other")
        yield Field(t("shift.faults"), kept.faults, id="faults")
        rounds = named(t, profile.shift_rounds.values())
        yield TickLine(t("shift.rounds"), rounds, kept.rounds, id="rounds")
        yield Field(t("shift.visitors"), kept.visitors, id="visitors")
        yield Static(classes="half")

    def _ways(self) -> list[Option]:
        t, desk = self.t, self.desk
        standing = shifts.standing(desk)
        over = leaving.closes(desk)
        found = [Option(LEAVE, t("shift.close") if over else t("shift.leave"))]
        if not over and desk.may(shifts.LEADING):
            found.append(Option(CLOSE, t("shift.close_all")))
        found.append(Option(NOTE, t("shift.only_note")))
        if standing.unsigned and desk.may(shifts.LEADING):
            found.append(Option(SIGN, t("shift.only_sign")))
        if desk.may(shifts.LEADING) and (count := RequestList(desk, "absent").count()):
            found.append(Option(ABSENT, t("shift.absent", count=count)))
        return found

    def _decisions(self) -> list[Option]:
        t = self.t
        return [
            Option(KEEP, t("shift.keep")),
            Option(HAND_OVER, t("shift.hand_over")),
            Option(ALL, t("shift.keep_all")),
        ]

    def on_mount(self) -> None:
        signs = any(each.value == SIGN for each in self._ways())
        self._choose(SIGN if signs else LEAVE)

    def _choose(self, way: str) -> None:
        self._way = way
        self.query_one("#way", Choice).choose(way)
        self.reread()
        if way == SIGN:
            self.query_one("#way").focus()
        elif self.query_one("#decide").display:
            self.query_one("#decide").focus()
        else:
            self.query_one("#note", Field).line.focus()

    def reread(self) -> None:
        t, desk = self.t, self.desk
        standing = shifts.standing(desk)
        self.query_one("#standing", Static).update(standing_text(t, desk, standing))
        going = self._way in (LEAVE, CLOSE)
        for name in GOING:
            self.query_one(f"#{name}").display = going
        self.query_one("#note").display = self._way not in (SIGN, ABSENT)
        self.query_one("#held").display = self._way == CLOSE
        self.query_one("#held", Static).update(self._held())
        count = leaving.open_mine(desk)
        words = t("shift.open_kept", count=count) if count else t("shift.open_none")
        held = [labelled(t("shift.open_matters"), words)]
        if parked := parked_words(t, desk):
            held.append(labelled("", parked))
        self.query_one("#open", Static).update(Text("\n").join(held))
        lines = self._undecided()
        due, decide = self.query_one("#due", Static), self.query_one("#decide", Choice)
        due.display = decide.display = going and bool(lines)
        if lines:
            line = lines[0]
            parts = (
                number_words(desk, line),
                question_words(t, line),
                due_words(t, desk, desk.local(line.due_at)),
                t("shift.so_many", count=len(lines)),
            )
            due.update(labelled(t("shift.due"), "  ".join(parts)))

    def _held(self) -> Text:
        """What the others on duty have to settle, person by person."""
        t, desk = self.t, self.desk
        lines: list[Text] = []
        for held in leaving.held(desk) if desk.may(shifts.LEADING) else ():
            numbers = " ".join(number_words(desk, line) for line in held.due)
            words = [held.name]
            if held.incomplete:
                words.append(t("home.hurried", count=held.incomplete))
            if numbers:
                words.append(t("shift.held_due", numbers=numbers))
            lines.append(labelled("" if lines else t("shift.held"), "  ".join(words)))
        return Text("\n").join(lines)

    @property
    def _back(self) -> date | None:
        value = self.chosen("back")
        return date.fromisoformat(value) if value else None

    def _undecided(self) -> list[leaving.Line]:
        return [x for x in leaving.due_before(self.desk, self._back) if x.subject not in self._kept]

    # What is chosen

    def on_choice_picked(self, event: Choice.Picked) -> None:
        match event.choice.id:
            case "way":
                if event.digit and event.value == ABSENT:
                    event.choice.choose(self._way)
                    self._go_to_absent()
                elif event.digit:
                    self._choose(event.value)
                else:
                    self._way = event.value
                    self.reread()
            case "back":
                self.reread()
            case "decide":
                event.choice.choose(None)
                self._decide(event.value)

    def _decide(self, how: str) -> None:
        lines = self._undecided()
        if not lines:
            return
        if how == HAND_OVER:
            from screens.handing import HandingScreen

            def handed(said: str | None) -> None:
                self._next()
                if said:
                    self.say(said)

            self.app.push_screen(HandingScreen(lines[0].subject), handed)
            return
        self._kept.update(line.subject for line in (lines if how == ALL else lines[:1]))
        self._next()

    def _next(self) -> None:
        """On to the next that is due, behind the last to the note."""
        self.reread()
        if not self.query_one("#decide").display:
            self.query_one("#note", Field).line.focus()

    # Going on

    def _leaving(self) -> Leaving:
        return Leaving(
            kept=frozenset(self._kept),
            back=self._back,
            note=self.written("note"),
            things=self.query_one("#things", TickLine).ticked,
            other=self.written("other"),
            faults=self.written("faults"),
            rounds=self.query_one("#rounds", TickLine).ticked,
            visitors=self.written("visitors"),
        )

    def action_go_on(self) -> None:
        t, desk = self.t, self.desk
        written = self._leaving()
        match self._way:
            case "sign":
                signed = self.act(shifts.sign, desk)
                if signed is not None:
                    self.leave(t("shift.said.taken", count=signed.count))
            case "note":
                if self.act(shifts.note, desk, written.note) is not None:
                    self._throw_away()
                    self.leave(t("shift.said.noted"))
            case "absent":
                self._go_to_absent()
            case "close" if desk.may(Role.SHIFT_LEAD) and (others := leaving.held(desk)):
                names = " ".join(each.name for each in others)
                question = t("shift.ask_close", names=names)
                self.app.push_screen(AskScreen(question, t("shift.ask_put_out")), self._close)
            case "close":
                self._close(True)
            case _:
                self._gone(self.act(leaving.leave, desk, written))

    def _go_to_absent(self) -> None:
        from screens.absent import AbsentScreen

        self.go_to(AbsentScreen())

    def _close(self, yes: bool | None) -> None:
        if yes:
            self._gone(self.act(leaving.close, self.desk, self._leaving()))

    def _gone(self, gone: Gone | None) -> None:
        if gone is None:
            if self.query_one("#decide").display:
                self.query_one("#decide").focus()
            return
        self._throw_away()
        t, desk = self.t, self.desk
        said = t("shift.said.closed") if gone.closed else t("shift.said.left")
        said += t("shift.said.kept", count=gone.kept) if gone.kept else ""
        if not gone.closed:
            self.leave(said)
            return

        def printed(file: Path) -> None:
            self.leave(said + t("shift.said.log", file=from_home(file)))

        def refused(refusal: Refusal) -> None:
            self.leave(f"{said}  {t.refused(refusal.code, refusal.facts)}")

        self.act_slowly(lambda: duty_log.print_log(desk, t), printed, refused=refused)

    # What is half-written is kept at the desk

    def on_input_changed(self) -> None:
        self._write_soon()

    def _write_soon(self) -> None:
        if self.ready and self._soon is None:
            self._soon = self.set_timer(SOON, self._write_now)

    def on_tick_line_ticked(self) -> None:
        self._write_soon()

    def _write_now(self) -> None:
        self._soon = None
        if not self.ready:  # its lines are being put up anew in another language
            self._soon = self.set_timer(SOON, self._write_now)
        elif not self._over:
            self.act(leaving.put_aside, self.desk, self._leaving())

    def _throw_away(self) -> None:
        self._over = True
        self.act(leaving.put_aside, self.desk, None)

    def action_back(self) -> None:
        if self.ready:
            self._write_now()
            self._over = True
            self.dismiss()
