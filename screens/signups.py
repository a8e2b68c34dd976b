"""The sign-ups of an event: by state, found by name, number or four digits; acts by digit."""

from collections.abc import Iterable, Iterator
from functools import partial

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from deskapp import erasures, events, signup_lists, signups
from deskapp.events import Event
from deskapp.readers import Found
from deskapp.signup_lists import CALLING, STATES, Listed, SignupList
from deskapp.signups import IN, WAITING, WHOLE, GivenUp
from screens.at_event import WordedPage
from screens.base import Hint
from screens.binding import Unbound
from screens.calling import call
from screens.choosing import ask_whose
from screens.erasing import ask_to_erase
from screens.event_words import heads_words, when_words
from screens.labels import flowing
from screens.longlist import Column, LongList
from screens.numbered import Act
from screens.reasons import ReasonScreen
from screens.scanbox import ScanBox, prompted
from screens.shortlist import ShortList
from screens.signup_words import moved_words, sign, state

WIDE = 110


class SignupsScreen(WordedPage[Listed]):
    """Tab goes through the states; words look for a person; a card leads to its reader's line."""

    BINDINGS = [
        Binding("tab", "turn(1)", show=False, priority=True),
        Binding("shift+tab", "turn(-1)", show=False, priority=True),
    ]
    AUTO_FOCUS = "LongList"

    def __init__(self, event: str, session: str = "", at: Listed | None = None) -> None:
        super().__init__(event, session)
        self.session, self.first = session, at
        """whose line is to be shown first"""
        self.which = self.looked_for = ""
        self._unbound = Unbound()

    def title_words(self) -> str:
        return self.of_event(self.t("signups.title"))

    def hints(self) -> Iterator[Hint]:
        yield from super().hints()
        yield Hint("Tab", self.t("key.lists"), self.t("signups.help.turn"))
        yield Hint("Enter", "", self.t("signups.help.enter"))

    def acts(self) -> Iterable[Act]:
        t, row = self.t, self.row
        yield 1, t("signups.key.new"), t("signups.help.new"), self._new
        if row is not None and row.status in (IN, WAITING):
            yield 2, t("signups.key.cancel"), t("signups.help.cancel"), self._cancel
            yield 3, t("signups.key.change"), t("signups.help.change"), self._change
        if row is not None and self.desk.may(CALLING):
            yield 4, t("signups.key.call"), t("signups.help.call"), self._call
        if row is not None and row.status == IN:
            yield 6, t("event.key.tickets"), t("ticket.help.of"), self._ticket
        yield 5, t("signups.key.tell"), t("signups.help.tell"), self._tell
        if row is not None and row.patron is None and self.desk.may(erasures.ERASING):
            yield 7, t("signups.key.erase"), t("signups.help.erase"), self._erase
        if self.event is not None and self.event.apart:
            yield 8, t("signups.key.session"), t("signups.help.session"), self._next_session

    def _ticket(self) -> None:
        from screens.ticket import TicketScreen

        if (row := self.row) is not None:
            self.go_to(TicketScreen(row.id, row.session))

    def body(self) -> ComposeResult:
        t = self.t
        yield Static(id="heading", classes="note", markup=False)
        yield Static(id="about", classes="note", markup=False)
        yield from prompted(ScanBox(placeholder=t("signups.box"), id="box"))
        yield LongList[Listed](
            [
                Column("", sign, 1),
                Column(t("draws.column.name"), lambda row: row.name, 10),
                Column(t("signups.column.number"), lambda row: row.number, 12),
                Column(t("signups.column.places"), lambda row: str(row.places), 6),
                Column(t("list.state"), self._state, share=2, least=18),
                Column(t("signups.column.session"), self._when, 24, shown_from=WIDE),
                Column(t("signups.column.asked"), lambda row: t.moment(row.asked_at), 18),
                Column(t("draws.column.college"), lambda row: row.college, 14, shown_from=WIDE),
                Column(t("signups.column.phone"), lambda row: row.phone, 12, shown_from=WIDE),
            ],
            ShortList[Listed]((), lambda row: row.id),
            empty=t("signups.none"),
            id="list",
        )
        yield Static(id="words", classes="note", markup=False)

    def words(self, row: Listed) -> str:
        """What they answered."""
        asked = self.event.questions if self.event else ()
        told = (f"{q.text} {row.answers[q.code]}" for q in asked if q.code in row.answers)
        return "  ".join(told)

    def _state(self, row: Listed) -> str | Text:
        words = state(self.t, row)
        return Text(words, "bold") if row.untold or row.status == WAITING else words

    def _when(self, row: Listed) -> str:
        if row.session == WHOLE or self.event is None:
            return self.t("signups.whole")
        known = {each.id: each for each in self.event.sessions}
        at = known.get(row.session)
        return when_words(self.t, at.begin, at.until) if at else ""

    def reread(self) -> None:
        event = self.event = self.act(events.event, self.desk, self.id_)
        if event is None:
            return
        if not event.apart:
            self.session = WHOLE
        self._show(event)
        if self.first is not None:
            place = self._rows().place(self.first)
            self.query_one("#list", LongList).move(place or 0)
            self.say(f"{self.first.name}  {state(self.t, self.first)}")
            self.first = None
        self.tick()
        self.show(self.row)

    def _rows(self) -> SignupList:
        return SignupList(self.desk, self.id_, self.which, self.session, self.looked_for)

    def _show(self, event: Event) -> None:
        t, width = self.t, self.app.size.width - 2
        rows = self.act(self._rows)
        if rows is None:
            return
        names = {each: t(f"signups.list.{each or 'all'}") for each in STATES}
        shown = [
            f"[{name} {rows.counts[each]}]" if each == self.which else f"{name} {rows.counts[each]}"
            for each, name in names.items()
        ]
        if self.looked_for:
            shown.append(t("signups.looked_for", words=self.looked_for))
        self.query_one("#heading", Static).update(Text(flowing(shown, width)))
        self.query_one("#about", Static).update(Text(flowing(self._about(event), width)))
        self.query_one("#list", LongList).reload(rows)

    def _about(self, event: Event) -> Iterator[str]:
        """Which event, which session, and how many people."""
        t = self.t
        yield event.title
        for each in event.sessions:
            if each.id == self.session or (len(event.sessions) == 1 and not self.session):
                yield when_words(t, each.begin, each.until)
                heads = each.heads
                yield t(
                    "signups.people",
                    people=heads_words(t, heads.expected, each.most, heads.waiting),
                    came=heads.came,
                )
        if event.apart and not self.session:
            yield t("signups.all_sessions", count=len(event.sessions))

    def action_turn(self, by: int) -> None:
        self.which = STATES[(STATES.index(self.which) + by) % len(STATES)]
        self.reread()
        list_ = self.query_one("#list", LongList)
        list_.move(0)
        list_.focus()

    def action_back(self) -> None:
        """What was looked for is left first."""
        if self.looked_for and not self.query_one("#box", ScanBox).value:
            self._look_for("")
        else:
            super().action_back()

    # The box

    def on_scan_box_entered(self, event: ScanBox.Entered) -> None:
        if self.is_digit(event):
            return
        if not event.scanned and event.text and self._finds(event.text):
            self._look_for(event.text)
        elif not event.scanned and len(event.text) == 4 and event.text.isdecimal():
            self.say(self.t("signups.nobody", words=event.text), error=True)
        else:
            home = self.query_one("#list").focus
            ask_whose(self, event, self._receive, home, self._unbound)

    def _finds(self, words: str) -> bool:
        rows = self.act(SignupList, self.desk, self.id_, self.which, self.session, words)
        return rows is not None and rows.count() > 0

    def _look_for(self, words: str) -> None:
        self.looked_for = words
        self.reread()
        list_ = self.query_one("#list", LongList)
        list_.move(0)
        list_.focus()

    def _receive(self, reader: Found) -> None:
        """Their line, or the form to sign them up."""
        theirs = self.act(signup_lists.at_event, self.desk, self.id_, reader.id)
        here = [each for each in theirs or () if self.session in (WHOLE, each.session)]
        if here:
            self.which, self.looked_for, self.first = "", "", here[0]
            self.reread()
            self.query_one("#list").focus()
        elif theirs is not None:
            self._sign_up(reader)

    # Digits

    def _new(self) -> None:
        self._sign_up(None)

    def _sign_up(self, reader: Found | None) -> None:
        from screens.sign_up import SignUpScreen

        self.go_to(SignUpScreen(self.id_, self.session, reader))

    def on_long_list_chosen(self, event: LongList.Chosen) -> None:
        if event.row.status in (IN, WAITING):
            self._change()

    def _change(self) -> None:
        from screens.signup_change import ChangeScreen

        if (row := self.row) is not None:
            self.go_to(ChangeScreen(row), self.done)

    def _cancel(self) -> None:
        t, row = self.t, self.row
        if row is None:
            return
        what = f"{row.name} {row.number}  {state(t, row)}"
        screen = ReasonScreen(
            t("signups.key.cancel"),
            what,
            t("signups.reason_hint"),
            lambda why: signups.cancel(self.desk, row.id, row.session, why),
            t("signups.reasons").splitlines(),
            number=t("signup_form.who"),
        )

        def given_up(done: GivenUp | None) -> None:
            if done is not None:
                said = t("signups.is_cancelled", who=row.name)
                self.done(f"{said}  {moved_words(t, done.promoted)}".rstrip())

        self.go_to(screen.on(f"{row.id} {row.session} cancel"), given_up)

    def _call(self) -> None:
        call(self, self.row)

    def _tell(self) -> None:
        from screens.notices import NoticesScreen

        self.go_to(NoticesScreen(self.id_))

    def _erase(self) -> None:
        """Of who is no reader; a reader is erased as one."""
        if (row := self.row) is not None:
            erase = partial(erasures.erase_signup, self.desk, row.id)
            ask_to_erase(self, erase, self.t("signups.erase_question"), row.name)

    def _next_session(self) -> None:
        """The next session's sign-ups; behind the last one those of all."""
        ids = [WHOLE, *(each.id for each in self.event.sessions)] if self.event else [WHOLE]
        self.session = ids[(ids.index(self.session) + 1) % len(ids)] if self.session in ids else ""
        self.reread()
