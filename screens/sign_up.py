"""Signing up for an event: scan and Enter; whoever is no reader by name and telephone; groups as so
many people, or one card after the other.
"""

from collections.abc import Iterable
from typing import Any

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Static

from deskapp import box, events, signup_lists, signups
from deskapp.desk import Refusal
from deskapp.readers import Found, masked_name
from deskapp.signups import WAITING, WHOLE, Outsider, SignedUp
from screens.base import DeskScreen, Hint
from screens.binding import Unbound
from screens.choice import Choice, Field, Option, labelled
from screens.choosing import ChoosingScreen
from screens.form import FormLine, FormScreen
from screens.matters import choice_words, reader_words
from screens.refusals import refusal_words
from screens.signup_words import answers, asking, beside_words, session_words, to_come


def receive(screen: DeskScreen[Any], event: str, session: str, reader: Found) -> None:
    """Somebody's card at an event: their sign-up, or the form for one."""
    from screens.signups import SignupsScreen

    theirs = screen.act(signup_lists.at_event, screen.desk, event, reader.id)
    known = events.event(screen.desk, event)
    here = [each for each in theirs or () if each.session in (WHOLE, session)]
    if here or (theirs and not known.apart):
        screen.go_to(SignupsScreen(event, session, (here or theirs or [])[0]))
    elif theirs is not None:
        screen.go_to(SignUpScreen(event, session, reader))


class SignUpScreen(FormScreen[None]):
    """Enter signs up from any line; the next card does too, and stands there then."""

    AUTO_FOCUS = "Line"
    forgets = frozenset({"session"})

    def __init__(self, event: str, session: str = "", reader: Found | None = None) -> None:
        super().__init__()
        self.id_, self.at, self.reader = event, session, reader
        self.once = reader is not None
        """whether one is back where the card was scanned, once it is done"""
        self.about = f"{event} {reader.id if reader else ''}"
        self.outside = False
        self._unbound = Unbound()

    def title_words(self) -> str:
        return self.t("signup_form.title")

    def hints(self) -> Iterable[Hint]:
        t = self.t
        yield Hint("Enter", t("signup_form.key.enter"), t("signup_form.help.enter"))
        yield Hint("", t("signup_form.key.next"), t("signup_form.help.next"))
        yield Hint("Tab", t("key.next"), t("found_things.help.next"))

    def body(self) -> ComposeResult:
        t, desk = self.t, self.desk
        self.event = event = events.event(desk, self.id_)
        yield Static(id="what", markup=False)
        sessions = to_come(desk, event)
        if event.apart and len(sessions) > 1:
            options = [Option(s.id, session_words(t, desk, s), near=True) for s in sessions]
            ids = [each.id for each in sessions]
            at = self.at if self.at in ids else ids[0]
            yield Choice(t("signup_form.session"), options, at, id="session")
        else:
            words = session_words(t, desk, sessions[0]) if sessions else ""
            if len(sessions) > 1:
                words = f"{words}  {t('signup_form.all_of', count=len(sessions))}"
            yield Static(labelled(t("signup_form.session"), words), id="when", markup=False)
        yield Static(id="whose", markup=False)
        yield Field(t("signup_form.who"), hint=t("signup_form.who_hint"), id="who")
        yield Field(t("signup_form.phone"), hint=t("signup_form.phone_hint"), id="phone")
        yield Field(t("signup_form.places"), "1", hint=t("signup_form.places_hint"), id="places")
        yield from asking(event.questions, {})
        yield Static(id="warning", classes="note", markup=False)
        yield Static(classes="half")

    def reread(self) -> None:
        event = self.event = events.event(self.desk, self.id_)
        what = f"{event.title}  {event.name}"
        self.query_one("#what", Static).update(labelled(self.t("signup_form.event"), what))
        self._show()

    def _show(self) -> None:
        """Whom it is about, and of what they are to be warned."""
        t, reader = self.t, self.reader
        words = reader_words(t, self.desk, reader) if reader else t("signup_form.nobody")
        if self.outside:
            words = t("signup_form.outsider")
        self.query_one("#whose", Static).update(labelled(t("log.reader"), words))
        self.query_one("#phone").display = reader is None
        warning = self._warning() if reader or self.outside else ""
        self.query_one("#warning", Static).update(Text(f" ! {warning}" if warning else ""))

    def _warning(self) -> str:
        """That they may not, before anything is filled in; or what else they have then."""
        whose = self.reader.id if self.reader else None
        try:
            found = signups.beside(self.desk, self.id_, whose, self._session)
        except Refusal as refusal:
            self.app.bell()
            return refusal_words(self.t, self.desk, refusal)
        return beside_words(self.t, self.desk, found)

    @property
    def _session(self) -> str:
        if self.query("#session"):
            return self.chosen("session") or WHOLE
        sessions = to_come(self.desk, self.event)
        return sessions[0].id if self.event.apart and sessions else WHOLE

    def on_choice_picked(self, event: Choice.Picked) -> None:
        super().on_choice_picked(event)
        if event.choice.id == "session":
            self._show()

    # Who it is

    def scanned(self, field: Field, code: str) -> None:
        self._look(code, scanned=True)

    def entered(self, line: FormLine) -> None:
        """Enter behind a name or number looks who that is; anywhere else it signs up."""
        if line.id == "who" and self.written("who") and not self.outside:
            self._look(self.written("who"), scanned=False)
        else:
            self.action_go_on()

    def _look(self, text: str, *, scanned: bool) -> None:
        t = self.t
        match self.act(box.understand, self.desk, text, scanned):
            case None | box.Nothing():
                return
            case box.ReaderFound(reader):
                self._receive(reader, scanned=scanned)
            case box.Readers(readers=readers):
                self._ask(readers, scanned=scanned)
            case box.UnknownCard() if scanned:  # the next reader's, as any other card
                if self.reader is None or self._sign_up():
                    self._unbound.scanned(self, text)
            case _ if scanned or any(map(str.isdecimal, text)):
                self.say(t("signup_form.unknown"), error=True)
            case _:
                self._outsider()

    def _ask(self, readers: list[Found], *, scanned: bool) -> None:
        """Which of them, or none: a name that is nobody's here."""

        def chosen(place: int | None) -> None:
            if place is not None and place >= 0:
                self._receive(readers[place], scanned=scanned)
            elif place == -1:
                self._outsider()

        none = "" if scanned else self.t("signup_form.outsider")
        choices = [choice_words(reader) for reader in readers]
        self.app.push_screen(ChoosingScreen(self.t("home.choose"), choices, none=none), chosen)

    def _outsider(self) -> None:
        self.reader, self.outside = None, True
        self._show()
        self.query_one("#phone", Field).line.focus()

    def _receive(self, reader: Found, *, scanned: bool) -> None:
        """This reader; whoever stood here is signed up first, where their card was held before."""
        before = self.reader
        if scanned and before is not None and before.id != reader.id and not self._sign_up():
            return
        if not scanned:
            self.unsay()
        self.reader, self.outside = self._unbound.whose(self, reader, scanned), False
        self.query_one("#who", Field).value = ""
        self._show()

    # Doing it

    def action_go_on(self) -> None:
        if self.reader is None and self.written("who") and not self.outside:
            self._look(self.written("who"), scanned=False)
        elif (sentence := self._sign_up()) and self.once:
            self.leave(sentence)

    def _sign_up(self) -> str:
        """What was done; empty where it was refused."""
        places = self.written("places") or "1"
        if not (places.isascii() and places.isdecimal() and len(places) < 4):
            self._refuse_at(Refusal("HeadsWrong"), "places")
            return ""
        outsider = None
        if self.reader is None:
            outsider = Outsider(self.written("who"), self.written("phone"))
        try:
            done = signups.sign_up(
                self.desk,
                self.id_,
                self.reader.id if self.reader else None,
                outsider=outsider,
                session=self._session,
                places=int(places),
                answers=answers(self.event.questions, self.chosen, self.written),
            )
        except Refusal as refusal:
            lines = {"NobodyNamed": "who", "PhoneWrong": "phone", "PlacesWrong": "places"}
            codes = [each.code for each in self.event.questions]
            if (asked := refusal.facts.get("asked")) in codes:
                lines[refusal.code] = f"asked{codes.index(str(asked))}"
            self._refuse_at(refusal, lines.get(refusal.code, ""))
            return ""
        sentence = self._said(done)
        self._begin_again()
        self.say(sentence)
        return sentence

    def _refuse_at(self, refusal: Refusal, line: str) -> None:
        self.refuse(refusal)
        for field in self.query(f"#{line}") if line else ():
            (field.line if isinstance(field, Field) else field).focus()

    def _said(self, done: SignedUp) -> str:
        t = self.t
        who = self.reader.name if self.reader else masked_name(self.written("who"))
        facts = {"who": masked_name(who), "title": self.event.title, "count": done.places}
        if done.status == WAITING:
            said = t("signup_form.waits", **facts, place=done.ahead + 1)
        else:
            said = t("signup_form.done", **facts)
        return f"{said}  {beside_words(t, self.desk, done.beside)}".rstrip()

    def _begin_again(self) -> None:
        """For the next: what was chosen of the session stays."""
        self.reader, self.outside = None, False
        for field in self.query(Field):
            field.value = "1" if field.id == "places" else ""
        for line in self.query(Choice):
            if line.id != "session":
                line.choose(None)
        self.reread()
        self.query_one("#who", Field).line.focus()
