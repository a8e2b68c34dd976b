"""Volunteers (志愿者) of an event: a card signs in or out, or plans a shift; leave, absences."""

from collections.abc import Callable, Iterable
from functools import partial

from rich.text import Text
from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import Static

from deskapp import events, helpers, moments
from deskapp.events import Event, Session, Time
from deskapp.helpers import Duty, Leave, Planned, Shift, Signed, State
from deskapp.readers import Found, masked_name
from screens.at_event import WordedPage
from screens.binding import Unbound
from screens.choice import Field, labelled
from screens.choosing import ask_whose
from screens.event_words import when_words
from screens.longlist import Column, LongList
from screens.matters import reader_words
from screens.numbered import Act
from screens.reasons import ReasonScreen
from screens.scanbox import ScanBox, prompted
from screens.scheduling import WhenForm
from screens.seat_words import person_words
from screens.shortlist import ShortList

LOUD = (State.ABSENT, State.ABSENT_LATE, State.ABSENT_EARLY, State.OPEN, State.LEAVE_LATE)


class HelpersScreen(WordedPage[Duty]):
    """The shifts of an event, the first first; the cursor stands on one."""

    AUTO_FOCUS = "ScanBox"

    def __init__(self, id_: str, session: str = "") -> None:
        super().__init__(id_, session)
        self._unbound = Unbound()

    def title_words(self) -> str:
        return self.of_event(self.t("event.key.helpers"))

    def acts(self) -> Iterable[Act]:
        t, row = self.t, self.row
        if row is None:
            return
        if self.desk.may(helpers.PLANNING):
            if row.came is None:
                change = partial(self._change, row)
                yield 1, t("helpers.key.change"), t("helpers.help.change"), change
                yield 2, t("helpers.key.drop"), t("helpers.help.drop"), partial(self._drop, row)
            if row.state in (State.TO_COME, State.LATE_NOW):
                leave = partial(self._leave, row)
                yield 3, t("helpers.key.leave"), t("helpers.help.leave"), leave
            if row.came is not None and (row.left is None or row.completed):
                complete = partial(self._complete, row)
                yield 4, t("helpers.key.complete"), t("helpers.help.complete"), complete
        loud = row.state in LOUD and row.state is not State.OPEN
        if loud and self.desk.may(helpers.EXCUSING):
            yield 5, t("helpers.key.excuse"), t("helpers.help.excuse"), partial(self._excuse, row)

    def body(self) -> ComposeResult:
        t = self.t
        yield Static(id="heading", classes="heading", markup=False)
        yield from prompted(ScanBox(placeholder=t("helpers.box"), id="box"))
        yield LongList[Duty](
            [
                Column(t("events.column.when"), self._when, 22),
                Column(t("helpers.column.who"), lambda row: person_words(row.reader), 17),
                Column(t("helpers.column.role"), lambda row: row.shift.role, share=1, least=6),
                Column(t("helpers.column.times"), self._times, 11),
                Column(t("list.state"), self._state, share=1, least=12),
                Column(t("helpers.column.hours"), self._hours, 5),
            ],
            ShortList[Duty]((), lambda row: row.id),
            empty=t("helpers.nothing"),
            id="list",
        )
        yield Static(id="words", classes="note", markup=False)

    # How a line reads

    def _when(self, row: Duty) -> str:
        return when_words(self.t, row.shift.begin, row.shift.until)

    def _times(self, row: Duty) -> str:
        times = [self.t.time(each) if each else "" for each in (row.came, row.left)]
        return "-".join(times) if any(times) else ""

    def _state(self, row: Duty) -> str | Text:
        words = self.t(f"helper_state.{row.state.value}")
        return Text(words, "bold") if row.state in LOUD else words

    def _hours(self, row: Duty) -> str:
        return helpers.clock(row.minutes) if row.minutes else ""

    def words(self, row: Duty) -> str:
        """What was said about it, and by whom."""
        t = self.t
        parts = [events.place_name(self.desk, row.shift.place, t.code)]
        if row.completed:
            parts.append(t("helpers.completed_by", name=row.by))
        elif row.excused:
            parts.append(t("helpers.excused_by", name=row.by))
        return "  ".join(filter(None, [*parts, row.why]))

    # Reading

    def reread(self) -> None:
        event = self.event = self.act(events.event, self.desk, self.id_)
        rows = self.act(helpers.of_event, self.desk, self.id_)
        if event is None or rows is None:
            return
        self.query_one("#list", LongList).reload(ShortList(rows, lambda row: row.id))
        self.query_one("#heading", Static).update(Text(f" {self._heading(event, rows)}"))
        self.show(self.row)
        self.tick()

    def _heading(self, event: Event, rows: list[Duty]) -> str:
        t = self.t
        people = len({row.reader.id for row in rows if row.reader})
        words = [event.title, t("helpers.people", count=people)]
        if event.helpers:
            words.append(t("event.helpers", count=event.helpers))
        there = sum(row.state is State.THERE for row in rows)
        absent = sum(row.state in LOUD for row in rows)
        words += [t("helpers.there", count=there)] if there else []
        words += [t("helpers.loud", count=absent)] if absent else []
        total = sum(row.minutes for row in rows)
        words += [t("helpers.total", hours=helpers.clock(total))] if total else []
        return "  ".join(words)

    # A card

    def on_scan_box_entered(self, event: ScanBox.Entered) -> None:
        if not self.is_digit(event):
            home = self.query_one("#list").focus
            ask_whose(self, event, self._receive, home, self._unbound)

    def _receive(self, reader: Found) -> None:
        """Who has a shift today signs in or out; for anybody else one is planned."""
        if helpers.expected(self.desk, self.id_, reader.id):
            self._signed(self.act(helpers.sign, self.desk, self.id_, reader.id))
        elif self.desk.may(helpers.PLANNING) and self.event is not None:
            form = ShiftScreen(self.event, self.at, reader)
            self.app.push_screen(form.on(f"{self.id_} {reader.id}"), self._planned)
        else:
            name = masked_name(reader.name)
            self.say(self.t("refusal.NoShiftToday", name=name), error=True)

    def _signed(self, done: Signed | None) -> None:
        if done is None:
            return
        self.reread()
        self._to(done.id)
        t, name = self.t, masked_name(done.reader.name)
        said = t(f"helpers.signed.{done.way}", name=name)
        state = t(f"helper_state.{done.state.value}") if done.state in LOUD else ""
        hours = t("helpers.total", hours=helpers.clock(done.minutes)) if done.minutes else ""
        self.say("  ".join(filter(None, (said, state, hours))), error=bool(state))

    def _planned(self, done: Planned | None) -> None:
        if done is not None:
            self.reread()
            self._to(done.id)
            self.say(self.t("helpers.planned", name=masked_name(done.reader.name)))

    def _to(self, id_: str) -> None:
        rows = self.act(helpers.of_event, self.desk, self.id_) or []
        ids = [row.id for row in rows]
        if id_ in ids:
            self.query_one("#list", LongList).move(ids.index(id_))

    # Digits

    def _change(self, row: Duty) -> None:
        if self.event is not None and row.reader is not None:
            form = ShiftScreen(self.event, self.at, row.reader, row)
            self.app.push_screen(form.on(row.id), self._planned)

    def _drop(self, row: Duty) -> None:
        def drop() -> bool:
            helpers.drop(self.desk, row.id)
            return True

        if self.act(drop):
            self.reread()
            self.say(self.t("helpers.dropped", name=self._whose(row)))

    def _whose(self, row: Duty) -> str:
        return masked_name(row.reader.name) if row.reader else ""

    def _leave(self, row: Duty) -> None:
        def asked(leave: Leave | None) -> None:
            if leave is not None:
                self.reread()
                t, facts = self.t, {"name": self._whose(row), "hours": leave.hours}
                if leave.in_time:
                    self.say(t("helpers.leave_in_time", **facts))
                else:
                    self.say(t("helpers.leave_late", **facts), error=True)

        rule = partial(helpers.ask_leave, self.desk, row.id)
        self._ask("leave", row, rule, asked)

    def _excuse(self, row: Duty) -> None:
        def excused(done: Duty | None) -> None:
            if done is not None:
                self.reread()
                self.say(self.t("helpers.excused", name=self._whose(row)))

        self._ask("excuse", row, partial(helpers.excuse, self.desk, row.id), excused)

    def _ask(
        self,
        what: str,
        row: Duty,
        rule: Callable[[str], Leave | Duty],
        then: Callable[..., None],
    ) -> None:
        t = self.t
        usual = t(f"helpers.reasons.{what}").splitlines()
        about = f"{self._when(row)} {row.shift.role}".rstrip()
        heading, hint = t(f"helpers.key.{what}"), t("helpers.reason_hint")
        screen = ReasonScreen(heading, about, hint, rule, usual, number=self._whose(row))
        self.app.push_screen(screen.on(f"{row.id} {what}"), then)

    def _complete(self, row: Duty) -> None:
        def completed(done: Duty | None) -> None:
            if done is not None:
                self.reread()
                hours = helpers.clock(done.minutes)
                self.say(self.t("helpers.done", name=self._whose(row), hours=hours))

        self.app.push_screen(CompletingScreen(row).on(row.id), completed)


class ShiftScreen(WhenForm[Planned]):
    """When, where, and what they do there; of a new one what the session says."""

    def __init__(self, event: Event, session: str, reader: Found, row: Duty | None = None) -> None:
        super().__init__()
        self.event, self.session, self.reader, self.row = event, session, reader, row

    def title_words(self) -> str:
        return f"{self.t('event.key.helpers')} {self.event.name}"

    def lines(self) -> Iterable[Widget]:
        t = self.t
        about = labelled(t("helpers.column.who"), reader_words(t, self.desk, self.reader))
        yield Static(about, classes="note", markup=False)
        yield from self.when_lines(self._time(), repeats=False)
        role = self.row.shift.role if self.row else ""
        yield Field(t("helpers.column.role"), role, hint=t("helpers.role_hint"), id="role")

    def _time(self) -> Time | None:
        if self.row is not None:
            shift = self.row.shift
            return Time(shift.begin, shift.until, shift.place)
        session = self._session()
        return Time(session.begin, session.until, session.place) if session else None

    def _session(self) -> Session | None:
        """The one that was chosen, else the next."""
        now = self.desk.now()
        chosen = [each for each in self.event.planned if each.id == self.session]
        to_come = [each for each in self.event.planned if each.until > now]
        return next(iter([*chosen, *to_come, *self.event.planned]), None)

    def action_go_on(self) -> None:
        self.leave_with(self.act(self._plan))

    def _plan(self) -> Planned:
        session = self._session()
        usual = (session.until - session.begin).total_seconds() / 60 if session else 60
        time = self.first(int(usual))
        shift = Shift(time.begin, time.until, time.place, self.written("role"))
        if self.row is not None:
            return helpers.change(self.desk, self.row.id, shift)
        return helpers.plan(self.desk, self.event.id, self.reader.id, shift)


class CompletingScreen(ReasonScreen[Duty]):
    """When somebody left who forgot to sign out, and why that is known."""

    def __init__(self, row: Duty) -> None:
        self.row = row
        super().__init__("", "", "", self._done)

    def title_words(self) -> str:
        return self.t("helpers.key.complete")

    def body(self) -> ComposeResult:
        t, row = self.t, self.row
        name = masked_name(row.reader.name) if row.reader else ""
        what = f"{name}  {when_words(t, row.shift.begin, row.shift.until)}".strip()
        yield Static(labelled(t("helpers.column.who"), what), classes="note", markup=False)
        until = t.time(row.shift.until)
        yield Field(t("helpers.out"), until, hint=t("helpers.out_hint"), id="out")
        yield Field(t("reason.reason"), hint=t("helpers.complete_hint"), id="reason")
        yield Static(classes="half")

    def _done(self, why: str) -> Duty:
        out = moments.time_on(self.written("out"), self.row.shift.until)
        return helpers.complete(self.desk, self.row.id, out, why)
