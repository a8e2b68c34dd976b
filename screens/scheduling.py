"""When and where: the lines of a form that say it; sessions added, a session moved."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from deskapp import cells, events, moments, programme
from deskapp.events import Event, Scheduled, Session, Time
from deskapp.programme import DAILY, WEEKLY, Repeated
from deskapp.refusal import Refusal
from screens.base import Hint, Seen
from screens.choice import Choice, Field, Option, labelled
from screens.event_words import beside_words, when_words
from screens.form import FormLine, FormScreen

ONCE = "once"
NIGHT = timedelta(hours=16)
"""an end before the beginning is of the next day if that is no longer than this; else a slip"""
AT = {
    "EventUntitled": "title",
    "SessionPlaceMissing": "place",
    "SessionTimesWrong": "until",
    "RepeatUnclear": "repeats",
    "SignupTimesWrong": "closes",
    "QuestionWrong": "questions",
}
"""the line to which a refusal leads"""


class WhenForm(FormScreen[Seen]):
    """Enter goes to the next line, from the last one on it acts; Ctrl+S acts from anywhere."""

    BINDINGS = [Binding("ctrl+s", "go_on", priority=True, show=False)]

    def hints(self) -> Iterable[Hint]:
        yield Hint("Enter", self.t("key.next"), self.t("draws.help.next"))
        yield Hint("Ctrl+S", self.t("key.save"), self.t("events.help.save"))

    def lines(self) -> Iterable[Widget]:
        """What there is to fill in."""
        raise NotImplementedError

    def body(self) -> ComposeResult:
        with VerticalScroll(can_focus=False):
            yield from self.lines()

    def entered(self, line: FormLine) -> None:
        if line is self._all_lines()[-1]:
            self.action_go_on()
        else:
            self.focus_next()

    def refuse(self, refusal: Refusal) -> None:
        super().refuse(refusal)
        for widget in self.query(f"#{AT.get(refusal.code, 'nothing')}"):
            line = widget.line if isinstance(widget, Field) else widget
            line.focus()

    # When and where

    def when_lines(self, time: Time | None = None, *, repeats: bool) -> Iterable[Widget]:
        t = self.t
        day = f"{time.begin:%Y-%m-%d}" if time else ""
        begin, until = (f"{m:%H:%M}" for m in (time.begin, time.until)) if time else ("", "")
        place = events.place_name(self.desk, time.place, t.code) if time else ""
        yield Field(t("events.line.day"), day, hint=t("events.hint.day"), id="day")
        yield Field(t("events.line.begin"), begin, hint=t("events.hint.begin"), id="begin")
        yield Field(t("events.line.until"), until, hint=t("events.hint.until"), id="until")
        yield Field(t("events.line.place"), place, hint=t("events.hint.place"), id="place")
        if repeats:
            options = [Option(each, t(f"events.repeats.{each}")) for each in (ONCE, WEEKLY, DAILY)]
            yield Choice(t("events.line.repeats"), options, ONCE, id="repeats")
            yield Field(t("events.line.times"), hint=t("events.hint.times"), id="times")

    def first(self, minutes: int) -> Time:
        """Refuses ValueMissing, MomentUnclear, SessionTimesWrong. An end before the beginning is of
        the next day, as of a night that is read through; none is so many minutes behind.
        """
        day = moments.day_to_come(self.desk, self.needed("day"))
        begin = moments.time_on(self.needed("begin"), self.desk.midnight(day))
        until = moments.time_on(self.written("until"), begin + timedelta(minutes=minutes))
        if self.written("until"):
            until = until.replace(year=begin.year, month=begin.month, day=begin.day)
            if until < begin:
                until += timedelta(days=1)
                if until - begin > NIGHT:
                    raise Refusal("SessionTimesWrong")
        return Time(begin, until, self.written("place"), self.whole("capacity"))

    def repeated(self, first: Time) -> Repeated:
        """Refuses as `programme.repeat`, MomentUnclear."""
        every, times = self.chosen("repeats"), self.written("times")
        if every in (None, ONCE):
            return Repeated((first,), ())
        if times.isdecimal():
            return programme.repeat(self.desk, first, every or "", count=int(times))
        until: date | None = moments.day_to_come(self.desk, times)
        return programme.repeat(self.desk, first, every or "", until=until)

    def needed(self, id_: str) -> str:
        """What is written in a line. Refuses ValueMissing, and goes there."""
        field = self.query_one(f"#{id_}", Field)
        if not self.written(id_):
            field.line.focus()
            raise Refusal("ValueMissing", column=field.label)
        return self.written(id_)

    def whole(self, id_: str) -> int | None:
        """A number, if there is one. Refuses CountUnclear."""
        for field in self.query(f"#{id_}").results(Field):
            return cells.whole(self.written(id_), field.label)
        return None

    def moment(self, id_: str, usual: datetime) -> datetime | None:
        """`11-20`, `11-20 08:00`: a day alone has the usual time. Refuses MomentUnclear."""
        day, _, time = self.written(id_).partition(" ")
        found = moments.day_to_come(self.desk, day)
        if found is None:
            return None
        on = self.desk.midnight(found).replace(hour=usual.hour, minute=usual.minute)
        return moments.time_on(time, on)

    def scheduled(self, done: Scheduled, skipped: Iterable[date] = ()) -> str:
        """What is said of sessions that are on the programme now."""
        t = self.t
        words = [t("events.scheduled", count=len(done.sessions))]
        if days := [f"{day:%m-%d}" for day in skipped]:
            words.append(t("events.skipped", days=" ".join(days)))
        return "  ".join([*words, *beside_words(t, self.desk, done)])


class SchedulingScreen(WhenForm[str]):
    """More sessions of an event; gives what is to be said of it."""

    def __init__(self, event: Event) -> None:
        super().__init__()
        self.event = event
        self.about = event.id

    def title_words(self) -> str:
        return self.t("event.own.schedule")

    def lines(self) -> Iterable[Widget]:
        t, last = self.t, self.event.sessions[-1]
        yield Static(labelled(self.event.name, self.event.title), classes="asked", markup=False)
        time = Time(last.begin, last.until, last.place)
        yield from self.when_lines(time, repeats=True)
        yield Field(t("events.line.capacity"), hint=t("events.hint.own_capacity"), id="capacity")

    def action_go_on(self) -> None:
        self.leave_with(self.act(self._schedule))

    def _schedule(self) -> str:
        last = self.event.sessions[-1]
        minutes = (last.until - last.begin) // timedelta(minutes=1)
        found = self.repeated(self.first(minutes))
        done = events.schedule(self.desk, self.event.id, found.times)
        return self.scheduled(done, found.skipped)


class MovingScreen(WhenForm[str]):
    """A session at another time or place; gives what is to be said of it."""

    def __init__(self, event: Event, session: Session) -> None:
        super().__init__()
        self.event, self.session = event, session
        self.about = session.id

    def title_words(self) -> str:
        return self.t("event.own.move")

    def lines(self) -> Iterable[Widget]:
        t, session = self.t, self.session
        what = f"{self.event.title}  {when_words(t, session.begin, session.until)}"
        yield Static(labelled(self.event.name, what), classes="asked", markup=False)
        time = Time(session.begin, session.until, session.place)
        yield from self.when_lines(time, repeats=False)
        own = session.own_capacity
        hint = t("events.hint.own_capacity")
        yield Field(t("events.line.capacity"), str(own or ""), hint=hint, id="capacity")

    def action_go_on(self) -> None:
        self.leave_with(self.act(self._move))

    def _move(self) -> str:
        minutes = (self.session.until - self.session.begin) // timedelta(minutes=1)
        done = events.move(self.desk, self.event.id, self.session.id, self.first(minutes))
        told = self.session.heads.expected + self.session.heads.waiting
        words = self.t("events.moved_tell" if told else "events.moved")
        return "  ".join([words, *beside_words(self.t, self.desk, done)])
