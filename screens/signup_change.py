"""Changing a sign-up: more or fewer people, other answers; of who is no reader the telephone."""

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.widgets import Static

from deskapp import events, signups
from deskapp.desk import Refusal
from deskapp.signup_lists import Listed
from screens.base import Hint
from screens.choice import Field, labelled
from screens.form import FormScreen
from screens.signup_words import answers, asking, moved_words


class ChangeScreen(FormScreen[str]):
    """Gives the sentence that says what was done. Enter saves from any line."""

    AUTO_FOCUS = "Line"

    def __init__(self, row: Listed) -> None:
        super().__init__()
        self.row, self.about = row, f"{row.id} {row.session}"

    def title_words(self) -> str:
        return self.t("signup_form.change")

    def hints(self) -> Iterable[Hint]:
        yield Hint("Enter", self.t("key.save"), self.t("signup_form.help.change"))
        yield Hint("Tab", self.t("key.next"), self.t("found_things.help.next"))

    def body(self) -> ComposeResult:
        t, row = self.t, self.row
        self.event = events.event(self.desk, row.event)
        who = f"{row.name} {row.number}".strip()
        yield Static(labelled(t("log.reader"), who), markup=False)
        yield Static(labelled(t("signup_form.event"), self.event.title), markup=False)
        places = str(row.places)
        yield Field(t("signup_form.places"), places, hint=t("signup_form.places_hint"), id="places")
        if row.patron is None:
            yield Field(
                t("signup_form.phone"), hint=row.phone or t("signup_form.phone_hint"), id="phone"
            )
        yield from asking(self.event.questions, row.answers)
        yield Static(classes="half")

    def action_go_on(self) -> None:
        places = self.written("places")
        if not (places.isascii() and places.isdecimal() and len(places) < 4):
            self.refuse(Refusal("HeadsWrong"))
            self.query_one("#places", Field).line.focus()
            return
        given = answers(self.event.questions, self.chosen, self.written)
        phone = self.written("phone") if self.query("#phone") else ""
        done = self.act(
            signups.change,
            self.desk,
            self.row.id,
            self.row.session,
            places=int(places),
            answers=given if self.event.questions else None,
            phone=phone or None,
        )
        if done is not None:
            t, who = self.t, self.row.name
            said = t("signup_form.changed", who=who, count=done.places)
            if not done.changed:
                said = t("signup_form.unchanged", who=who)
            self.dismiss(f"{said}  {moved_words(self.t, done.promoted)}".rstrip())
