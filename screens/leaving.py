"""Ctrl+G of whoever is on duty: signing, a note, leaving, closing the shift (交接班)."""

from collections.abc import Iterable
from datetime import date

from textual.app import ComposeResult
from textual.binding import Binding
from textual.timer import Timer
from textual.widgets import Input, Static

from deskapp import duty_log, leaving, shifts
from deskapp.leaving import Gone, Leaving
from screens.base import DeskScreen, Hint
from screens.choice import Choice, Field, Option, labelled
from screens.keeping import SOON
from screens.options import named
from screens.scanbox import clean
from screens.shift import standing_text
from screens.tickline import TickLine
from screens.wording import due_words, number_words, question_words

LEAVE, CLOSE, NOTE, SIGN = "leave", "close", "note", "sign"
KEEP, HAND_OVER, ALL = "keep", "hand_over", "all"
GOING = ("open", "back", "due", "decide", "things", "other", "faults", "rounds", "visitors")
"""what is asked only of those who go"""


class LeavingScreen(DeskScreen[None]):
    """One page: what falls due before one is back is kept or handed over, then Enter leaves."""

    BINDINGS = [
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
        Binding("ctrl+s", "go_on", show=False),
    ]
    AUTO_FOCUS = ""
    at_work = False

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

    def body(self) -> ComposeResult:
        t, desk, profile = self.t, self.desk, self.desk.profile
        kept = leaving.taken_up(desk)
        days = [Option(day.isoformat(), f" {t.day(day)}") for day in leaving.next_days(desk)]
        back = kept.back.isoformat() if kept.back else None
        known = {each.value for each in days}
        yield Static(id="standing", classes="note", markup=False)
        yield Choice(t("shift.way"), self._ways(), self._way, id="way")
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
        return found

    def _decisions(self) -> list[Option]:
        t = self.t
        return [
            Option(KEEP, t("shift.keep")),
            Option(HAND_OVER, t("shift.hand_over")),
            Option(ALL, t("shift.keep_all")),
        ]

    def on_mount(self) -> None:
        self._choose(SIGN if self._ways()[-1].value == SIGN else LEAVE)

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
        self.query_one("#note").display = self._way != SIGN
        count = leaving.open_mine(desk)
        words = t("shift.open_kept", count=count) if count else t("shift.open_none")
        self.query_one("#open", Static).update(labelled(t("shift.open_matters"), words))
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

    @property
    def _back(self) -> date | None:
        value = self.query_one("#back", Choice).value
        return date.fromisoformat(value) if value else None

    def _undecided(self) -> list[leaving.Line]:
        return [x for x in leaving.due_before(self.desk, self._back) if x.subject not in self._kept]

    # What is chosen

    def on_choice_picked(self, event: Choice.Picked) -> None:
        match event.choice.id:
            case "way":
                if event.digit:
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

    def on_choice_entered(self, event: Choice.Entered) -> None:
        self.action_go_on()

    def on_tick_line_entered(self, event: TickLine.Entered) -> None:
        self.action_go_on()

    def on_field_entered(self, event: Field.Entered) -> None:
        if not event.scanned:
            self.action_go_on()

    def _written(self) -> Leaving:
        def text(name: str) -> str:
            return clean(self.query_one(f"#{name}", Field).value)

        return Leaving(
            kept=frozenset(self._kept),
            back=self._back,
            note=text("note"),
            things=self.query_one("#things", TickLine).ticked,
            other=text("other"),
            faults=text("faults"),
            rounds=self.query_one("#rounds", TickLine).ticked,
            visitors=text("visitors"),
        )

    def action_go_on(self) -> None:
        t, desk = self.t, self.desk
        written = self._written()
        match self._way:
            case "sign":
                signed = self.act(shifts.sign, desk)
                if signed is not None:
                    self.leave(t("shift.said.taken", count=signed.count))
            case "note":
                if self.act(shifts.note, desk, written.note) is not None:
                    self._throw_away()
                    self.leave(t("shift.said.noted"))
            case "close":
                self._gone(self.act(leaving.close, desk, written))
            case _:
                self._gone(self.act(leaving.leave, desk, written))

    def _gone(self, gone: Gone | None) -> None:
        if gone is None:
            if self.query_one("#decide").display:
                self.query_one("#decide").focus()
            return
        self._throw_away()
        t, desk = self.t, self.desk
        if gone.closed:
            self.act_aside(lambda: (duty_log.print_log(desk, t), None)[1])
        said = t("shift.said.closed") if gone.closed else t("shift.said.left")
        kept = t("shift.said.kept", count=gone.kept) if gone.kept else ""
        self.leave(said + kept)

    # What is half-written is kept at the desk

    def on_input_changed(self, event: Input.Changed) -> None:
        if self.ready and self._soon is None:
            self._soon = self.set_timer(SOON, self._write_now)

    def _write_now(self) -> None:
        self._soon = None
        if not self._over:
            self.act(leaving.put_aside, self.desk, self._written())

    def _throw_away(self) -> None:
        self._over = True
        self.act(leaving.put_aside, self.desk, None)

    def action_back(self) -> None:
        self._write_now()
        self._over = True
        self.dismiss()
