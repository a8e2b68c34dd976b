"""An event announced, once or repeating; what is said of it changed."""

from collections.abc import Iterable, Iterator
from typing import Any

from textual.widget import Widget

from deskapp import cells, event_questions, events, series
from deskapp.event_plans import SHOWS
from deskapp.events import Event, Plan, Question, Time
from screens.base import Seen
from screens.choice import Choice, Field, Option
from screens.event_words import beside_words
from screens.scheduling import ONCE, WhenForm
from screens.tickline import TickLine

TERMS = ("queues", "walk_ins", "apart", "exits")
NONE = "-"
"""the choice of no series"""


class EventForm(WhenForm[Seen]):
    """What is said of an event: what it is, why it is held, on what terms one signs up."""

    _asked: tuple[Question, ...] = ()
    """that the kind usually asks, as it was written into its line"""

    def what_lines(self, event: Event | None) -> Iterator[Widget]:
        t, profile = self.t, self.desk.profile
        yield Field(t("events.line.title"), event.title if event else "", id="title")
        kinds = [Option(each.code, each.name(t.code)) for each in profile.events.values()]
        usual = event.kind if event else next(iter(profile.events), None)
        yield Choice(t("events.line.kind"), kinds, usual, id="kind")
        ours = self.desk.whoever().departments
        offices = sorted(profile.departments.values(), key=lambda each: each.code not in ours)
        held = event.department if event else offices[0].code
        options = [Option(each.code, each.name(t.code)) for each in offices]
        yield Choice(t("events.line.department"), options, held, id="department")
        known = [each for each in series.all_series(self.desk) if not each.closed]
        if event is not None and event.series:
            every = series.all_series(self.desk)
            known += [each for each in every if each.closed and each.id == event.series]
        if known:
            options = [Option(NONE, t("events.no_series"))]
            options += [Option(each.id, each.title) for each in known]
            chosen = (event.series if event else None) or NONE
            yield Choice(t("events.line.series"), options, chosen, id="series")

    def why_lines(self, event: Event | None) -> Iterator[Widget]:
        t = self.t
        for name in ("need", "evidence", "for_"):
            value = getattr(event, name) if event else ""
            hint = t(f"events.hint.{name}")
            yield Field(t(f"events.line.{name}"), value, hint=hint, id=name)
        partners = "、".join(event.partners) if event else ""
        hint = t("events.hint.partners")
        yield Field(t("events.line.partners"), partners, hint=hint, id="partners")
        helpers = str(event.helpers or "") if event else ""
        yield Field(t("events.line.helpers"), helpers, id="helpers")

    def term_lines(self, event: Event | None) -> Iterator[Widget]:
        t = self.t
        capacity = str(event.capacity or "") if event else ""
        hint = t("events.hint.capacity")
        yield Field(t("events.line.capacity"), capacity, hint=hint, id="capacity")
        segments = self.desk.profile.segments.values()
        if segments:
            options = [Option(each.code, each.name(t.code)) for each in segments]
            ticked = event.audience if event else ()
            yield TickLine(t("events.line.audience"), options, ticked, id="audience")
        for name, moment in (("opens", "opens_at"), ("closes", "closes_at")):
            at = getattr(event, moment) if event else None
            value = f"{at:%Y-%m-%d %H:%M}" if at else ""
            hint = t(f"events.hint.{name}")
            yield Field(t(f"events.line.{name}"), value, hint=hint, id=name)
        options = [Option(each, t(f"events.term.{each}")) for each in TERMS]
        usual = [each for each in TERMS if getattr(event or Plan("", ""), each)]
        yield TickLine(t("events.line.terms"), options, usual, id="terms")
        options = [Option(each, t(f"events.shows.{each}")) for each in SHOWS]
        shows = event.shows if event else "masked"
        yield Choice(t("events.line.shows"), options, shows, id="shows")
        asked = event_questions.written(event.questions) if event else ""
        hint = t("events.hint.questions")
        yield Field(t("events.line.questions"), asked, hint=hint, id="questions")

    def on_choice_picked(self, event: Choice.Picked) -> None:
        """A kind has its usual questions, and what a door shows."""
        super().on_choice_picked(event)
        if event.choice.id == "kind":
            self._usual_of(event.value)

    def _usual_of(self, kind: str) -> None:
        field = self.query_one("#questions", Field)
        if field.value.strip() not in ("", event_questions.written(self._asked)):
            return
        self._asked = events.usual_questions(self.desk, kind, self.t.code)
        field.value = event_questions.written(self._asked)
        self.query_one("#shows", Choice).choose(self.desk.profile.events[kind].shows)

    def said(self, event: Event | None) -> dict[str, Any]:
        """Refuses CountUnclear, MomentUnclear."""
        now, written = self.desk.now(), self.written
        terms = self.query_one("#terms", TickLine).ticked
        audience = [each.ticked for each in self.query("#audience").results(TickLine)]
        chosen = [each.value for each in self.query("#series").results(Choice)]
        in_series = next(iter(chosen), None)
        known = (*(event.questions if event else ()), *self._asked)
        return {
            "title": written("title"),
            "kind": self.chosen("kind") or "",
            "department": self.chosen("department"),
            "series": None if in_series in (None, NONE) else in_series,
            "need": written("need"),
            "evidence": written("evidence"),
            "for_": written("for_"),
            "partners": cells.several(written("partners")),
            "audience": next(iter(audience), ()),
            "opens_at": self.moment("opens", now.replace(hour=8, minute=0)),
            "closes_at": self.moment("closes", now.replace(hour=18, minute=0)),
            "capacity": self.whole("capacity"),
            "helpers": self.whole("helpers"),
            "shows": self.chosen("shows") or "masked",
            "questions": event_questions.read(written("questions"), known),
            **{each: each in terms for each in TERMS},
        }


class AnnouncingScreen(EventForm[tuple[str, str]]):
    """A new event, or the same again; gives what is to be said of it on its page, and its id."""

    def __init__(self, like: Event | None = None) -> None:
        super().__init__()
        self.like = like
        self.about = like.id if like else ""

    def title_words(self) -> str:
        return self.t("events.key.new")

    def lines(self) -> Iterable[Widget]:
        like, time = self.like, None
        if like is not None:
            last = like.sessions[-1]
            time = Time(last.begin, last.until, last.place)
        yield from self.what_lines(like)
        yield from self.when_lines(time, repeats=True)
        yield from self.why_lines(like)
        yield from self.term_lines(like)

    def on_mount(self) -> None:
        if self.like is not None:  # another day is the one thing that is always another
            self.query_one("#day", Field).value = ""
            for id_ in ("opens", "closes"):
                self.query_one(f"#{id_}", Field).value = ""
        elif kind := self.chosen("kind"):
            self._usual_of(kind)

    def action_go_on(self) -> None:
        announced = self.act(self._announce)
        if announced is not None:
            self.dismiss(announced)

    def _announce(self) -> tuple[str, str]:
        """What is to be said, and the event."""
        t, said = self.t, self.said(self.like)
        first = self.first(self.desk.profile.events[said["kind"]].minutes)
        found = self.repeated(Time(first.begin, first.until, first.place))
        every = self.chosen("repeats")
        repeats = None if every == ONCE else every
        plan = Plan(sessions=found.times, repeats=repeats, **said)
        done = events.announce(self.desk, plan)
        words = [t("events.announced", name=done.name, count=len(found.times))]
        if found.skipped:
            days = " ".join(f"{day:%m-%d}" for day in found.skipped)
            words.append(t("events.skipped", days=days))
        return "  ".join([*words, *beside_words(t, self.desk, done)]), done.id


class ChangingScreen(EventForm[str]):
    """What is said of an event; gives what is to be said of the change."""

    def __init__(self, event: Event) -> None:
        super().__init__()
        self.event = event
        self.about = event.id

    def title_words(self) -> str:
        return f"{self.t('event.own.change')} {self.event.name}"

    def lines(self) -> Iterable[Widget]:
        yield from self.what_lines(self.event)
        yield from self.why_lines(self.event)
        yield from self.term_lines(self.event)

    def action_go_on(self) -> None:
        self.leave_with(self.act(self._change))

    def _change(self) -> str:
        said = self.said(self.event)
        changed = events.change(self.desk, self.event.id, **said)
        t = self.t
        return t("events.changed" if changed.fields else "events.unchanged", name=self.event.name)
