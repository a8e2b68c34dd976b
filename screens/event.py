"""One event: why it is held, its terms, its sessions; what may be done, by digit and Enter."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Static

from deskapp import events, feedback, packs, series
from deskapp.events import CalledOff, Event, Session, Stage
from deskapp.gathered import WHO_CAME
from deskapp.readers import Found
from screens import event_entries
from screens.at_event import EventPage
from screens.base import DeskScreen, Hint
from screens.binding import Unbound
from screens.choosing import ChoosingScreen, ask_whose
from screens.event_words import (
    department_words,
    heads_words,
    kind_words,
    mean_words,
    segments_words,
    session_state,
    terms,
    when_words,
)
from screens.labels import beginning, flowing, grid
from screens.longlist import Column, LongList
from screens.numbered import Act, BoxedScreen
from screens.reasons import ReasonScreen
from screens.scanbox import ScanBox, prompted
from screens.shortlist import ShortList

OWN = 9
"""the digit of what is done to the event itself"""


def announce(screen: DeskScreen[Any], like: Event | None = None) -> None:
    """The form of a new event, or of one like another; then its page, which says what was done."""
    from screens.announcing import AnnouncingScreen

    def opened(sentence: str, id_: str) -> None:
        screen.front.hand_on(sentence)
        screen.go_to(EventScreen(id_))

    def announced(done: tuple[str, str] | None) -> None:
        if done is not None:  # the screen that is back just now would say it itself
            screen.call_later(opened, *done)

    screen.go_to(AnnouncingScreen(like), announced)


class EventScreen(EventPage[Session], BoxedScreen[None]):
    """The cursor stands on a session; 9 changes the event or that session."""

    AUTO_FOCUS = "LongList"

    def __init__(self, id_: str, session: str = "") -> None:
        super().__init__(id_, session)
        self._unbound = Unbound()

    def title_words(self) -> str:
        return self.of_event(self.t("events.title"))

    def hints(self) -> Iterator[Hint]:
        yield from super().hints()
        if self.desk.may(events.ANNOUNCING):
            yield Hint("Enter", "", self.t("event.help.own"))

    def acts(self) -> Iterable[Act]:
        t = self.t
        if self.event is None:
            return
        yield from event_entries.acts(self, self.id_, self.row.id if self.row else "")
        if self.desk.may(events.ANNOUNCING):
            yield OWN, t("event.key.own"), t("event.help.own"), self._own

    def body(self) -> ComposeResult:
        t = self.t
        yield Static(id="heading", classes="heading", markup=False)
        yield Static(id="about", classes="note", markup=False)
        yield from prompted(ScanBox(placeholder=t("event.box"), id="box"))
        yield LongList[Session](
            [
                Column(t("events.column.when"), self._when, 24),
                Column(t("events.column.place"), self._place, share=1, least=12, most=24),
                Column(t("events.column.signed"), self._signed, 11),
                Column(t("event.column.came"), lambda row: str(row.heads.came or ""), 5),
                Column(t("list.state"), self._state, share=3, least=14),
            ],
            ShortList[Session]((), lambda row: row.id),
            id="list",
        )

    def _when(self, row: Session) -> str:
        return when_words(self.t, row.begin, row.until)

    def _place(self, row: Session) -> str:
        return events.place_name(self.desk, row.place, self.t.code)

    def _signed(self, row: Session) -> str:
        return heads_words(self.t, row.heads.expected, row.most, row.heads.waiting)

    def _state(self, row: Session) -> str:
        return session_state(self.t, self.desk, row, self.desk.now())

    def reread(self) -> None:
        event = self.event = self.act(events.event, self.desk, self.id_)
        if event is None:
            return
        self.query_one("#heading", Static).update(Text(f" {self._heading(event)}"))
        width = self.app.size.width
        lines = [
            (label, beginning(words, width)) for label, words in self._about(event) if words.strip()
        ]
        self.query_one("#about", Static).update(grid(lines))
        list_ = self.query_one("#list", LongList)
        list_.reload(ShortList(event.sessions, lambda row: row.id))
        self._to_session(event)
        self.tick()
        self.show_keys()

    def _to_session(self, event: Event) -> None:
        """First to the one that was chosen, else to the next."""
        now, ids = self.desk.now(), [each.id for each in event.sessions]
        if self.at == "" and event.sessions:
            left = [each for each in event.planned if each.until > now]
            self.at = (left or event.sessions)[0].id
        if self.at in ids:
            self.query_one("#list", LongList).move(ids.index(self.at))
        self.at = "-"

    def _heading(self, event: Event) -> str:
        t = self.t
        stage = event.stage(self.desk.now())
        words = [event.title, f"{t(f'event.state.{stage.value}')} {event.why}".rstrip()]
        words.append(kind_words(t, self.desk, event.kind))
        words.append(t(f"events.repeats.{event.repeats}") if event.repeats else "")
        words.append(department_words(t, self.desk, event.department))
        if event.series is not None:
            known = {each.id: each.title for each in series.all_series(self.desk)}
            words.append(known.get(event.series, ""))
        return "  ".join(filter(None, words))

    def _about(self, event: Event) -> Iterator[tuple[str, str]]:
        t = self.t
        why = [event.need, t("event.evidence", words=event.evidence) if event.evidence else ""]
        yield t("event.why"), "  ".join(filter(None, why))
        whom = [event.for_, segments_words(t, self.desk, event.audience)]
        yield t("event.for"), "  ".join(filter(None, whom))
        held = [" / ".join(event.partners)]
        if event.helpers:
            held.append(t("event.helpers", count=event.helpers))
        yield t("event.with"), "  ".join(filter(None, held))
        width = self.app.size.width - 16
        lines = flowing(terms(t, self.desk, event), width).splitlines()
        yield t("event.terms"), "\n".join(each.strip() for each in lines)
        yield t("feedback.title"), self._feedback()
        yield t("event.learnt"), event.learnt

    def _feedback(self) -> str:
        found = self.act(feedback.of_event, self.desk, self.id_)
        return mean_words(self.t, found) if found is not None and found.mean is not None else ""

    # What is done to the event itself

    def _own(self) -> None:
        """By what may be done now."""
        offered = list(self._choices())

        def chosen(place: int | None) -> None:
            if place is not None:
                offered[place][1]()

        words = [self.t(f"event.own.{name}") for name, _ in offered]
        self.app.push_screen(ChoosingScreen(self.t("event.key.own"), words), chosen)

    def _choices(self) -> Iterator[tuple[str, Callable[[], None]]]:
        event, session = self.event, self.row
        if event is None:
            return
        if not event.cancelled:
            yield "change", self._change
            yield "schedule", self._schedule
            if session is not None and not session.cancelled:
                yield "move", self._move
                yield "drop", self._drop
            elif session is not None:
                yield "restore", self._restore
        if not event.cancelled and event.stage(self.desk.now()) is not Stage.OVER:
            yield "import", self._import
        if event.stage(self.desk.now()) is not Stage.TO_COME:
            yield "attendance", self._attendance
            yield "report", self._report
        if event.cancelled:
            yield "restore_all", self._restore_all
        else:
            yield "cancel", self._cancel
        yield "again", self._again
        if self.desk.may(packs.RETURNING):
            yield "packs", self._packs

    def _packs(self) -> None:
        from screens.packs import PacksScreen

        self.go_to(PacksScreen(self.id_))

    def _change(self) -> None:
        from screens.announcing import ChangingScreen

        if self.event is not None:
            self.go_to(ChangingScreen(self.event), self.done)

    def _schedule(self) -> None:
        from screens.scheduling import SchedulingScreen

        if self.event is not None:
            self.go_to(SchedulingScreen(self.event), self.done)

    def _move(self) -> None:
        from screens.scheduling import MovingScreen

        if self.event is not None and self.row is not None:
            self.go_to(MovingScreen(self.event, self.row), self.done)

    def _import(self) -> None:
        from screens.signup_importing import SignupImportingScreen

        self.go_to(SignupImportingScreen(self.id_, self.row.id if self.row else ""))

    def _attendance(self) -> None:
        from screens.gathered_importing import GatheredImportingScreen

        if self.event is not None:
            self.go_to(GatheredImportingScreen(self.event, WHO_CAME, self.row))

    def _again(self) -> None:
        if self.event is not None:
            announce(self, self.event)

    def _drop(self) -> None:
        session = self.row
        if session is not None:
            what = f"{when_words(self.t, session.begin, session.until)} {self._place(session)}"
            self._reason(
                "drop", what, lambda why: events.drop(self.desk, self.id_, session.id, why)
            )

    def _cancel(self) -> None:
        what = self.event.title if self.event else ""
        self._reason("cancel", what, lambda why: events.cancel(self.desk, self.id_, why))

    def _reason(self, name: str, what: str, rule: Callable[[str], CalledOff]) -> None:
        t = self.t
        usual = t("event.reasons").splitlines()
        number = self.event.name if self.event else ""
        heading, hint = t(f"event.own.{name}"), t("event.reason_hint")
        self.go_to(ReasonScreen(heading, what, hint, rule, usual, number=number), self._called_off)

    def _called_off(self, off: CalledOff | None) -> None:
        if off is not None:
            self.reread()
            self.say(self.t("event.off_tell" if off.to_tell else "event.off"))

    def _restore(self) -> None:
        session = self.row
        if session is not None:
            self._restored(self.act(events.restore, self.desk, self.id_, session.id))

    def _restore_all(self) -> None:
        self._restored(self.act(events.restore, self.desk, self.id_))

    def _restored(self, on: CalledOff | None) -> None:
        if on is not None:
            self.reread()
            self.say(self.t("event.on_tell" if on.to_tell else "event.on"))

    def _report(self) -> None:
        t, event = self.t, self.event
        if event is None:
            return
        expected = sum(each.heads.expected for each in event.planned)
        came = sum(each.heads.came for each in event.planned)
        what = t("event.attendance", signed=expected, came=came)
        screen = ReasonScreen(
            t("event.own.report"),
            what,
            t("event.learnt_hint"),
            lambda words: events.report(self.desk, self.id_, words),
            number=event.name,
            label=t("event.learnt"),
        )
        self.go_to(screen, lambda done: self.done(t("event.report_kept")) if done else None)

    def on_long_list_chosen(self, event: LongList.Chosen) -> None:
        if self.desk.may(events.ANNOUNCING):
            self._own()

    # The box

    def on_scan_box_entered(self, event: ScanBox.Entered) -> None:
        if not self.is_digit(event):
            home = self.query_one("#list").focus
            ask_whose(self, event, self._receive, home, self._unbound)

    def _receive(self, reader: Found) -> None:
        session = self.row.id if self.row else ""
        event_entries.received(self, self.id_, session, reader)
