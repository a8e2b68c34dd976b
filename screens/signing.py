"""Signing for a request that is handed over: the taker's badge and PIN here, or by telephone."""

from collections.abc import Iterable, Sequence

from textual.app import ComposeResult
from textual.widgets import Static

from deskapp import handovers, request_lists
from deskapp.desk import Refusal
from deskapp.handovers import Accepted
from screens.base import Hint
from screens.choice import Choice, Field, Option, labelled
from screens.course import named
from screens.form import RequestForm
from screens.handing import FACE, PHONE, found_among, told_apart


class SigningScreen(RequestForm[str]):
    """The giver's screen, the taker's name. Gives what is to be said."""

    AUTO_FOCUS = ""

    def __init__(self, id_: str, way: str = FACE) -> None:
        super().__init__(id_)
        self._way = way

    def title_words(self) -> str:
        return self.t("signing.title")

    def hints(self) -> Iterable[Hint]:
        t = self.t
        yield Hint("Enter", t("key.sign"), t("signing.help.enter"))
        yield Hint("1-9", t("key.choose"), t("signing.help.digits"))
        yield Hint("Shift+Tab", t("key.previous"), t("signing.help.tab"))

    def body(self) -> ComposeResult:
        t = self.t
        yield Static(id="what", classes="note asked", markup=False)
        ways = [Option(FACE, t("handing.face")), Option(PHONE, t("handing.phone"))]
        yield Choice(t("handing.way"), ways, self._way, id="way")
        yield Field(t("signing.badge"), self._badge(), hint=t("signing.badge_hint"), id="badge")
        yield Field(t("signing.pin"), secret=True, id="pin")
        who = self._who()
        alone = who[0].value if len(who) == 1 else None
        yield Choice(t("signing.who"), who, alone, find=self._find, id="who")
        yield Static(classes="half")

    def on_mount(self) -> None:
        self._begin()

    def reread(self) -> None:
        record = request_lists.record(self.desk, self.request)
        to = named(self.t, self.desk.profile.departments, record.offered_to)
        words = self.t("signing.waits", to=to, words=record.question)
        self.query_one("#what", Static).update(labelled(record.number, words))
        face = self._way == FACE
        self.query_one("#badge").display = self.query_one("#pin").display = face
        self.query_one("#who").display = not face

    def _begin(self) -> None:
        """Where this way of signing begins."""
        self.reread()
        if self._way == PHONE:
            self.query_one("#who").focus()
        else:
            empty = "#pin" if self.query_one("#badge", Field).value.strip() else "#badge"
            self.query_one(empty, Field).line.focus()

    def _badge(self) -> str:
        """The taker's, where it is offered to a person: then the PIN alone is to be typed."""
        to = request_lists.record(self.desk, self.request).offered_to_id
        signers = handovers.signers(self.desk, self.request)
        return next((each.badge for each in signers if each.id == to), "")

    def _who(self) -> list[Option]:
        """Whoever it is offered to, or the people of that department."""
        return told_apart(self.desk, handovers.signers(self.desk, self.request))

    def _find(self, typed: str) -> Sequence[Option]:
        return found_among(self.desk, handovers.signers(self.desk, self.request), typed)

    def on_choice_picked(self, event: Choice.Picked) -> None:
        if event.choice.id == "way":
            self._way = event.value
            self._begin()
        elif event.digit:
            self.action_go_on()

    def scanned(self, field: Field, code: str) -> None:
        """The taker's staff card."""
        if self._way != FACE:
            super().scanned(field, code)
            return
        self.query_one("#badge", Field).value = code
        self.action_go_on()

    def action_go_on(self) -> None:
        """Sign; or on to what is still missing."""
        if self._way == PHONE:
            who = self.chosen("who")
            if who is None:
                self.refuse(Refusal("TakerMissing"))
                return
            self._signed(self.act(handovers.accept_by_phone, self.desk, self.request, who))
            return
        badge, pin = self.query_one("#badge", Field), self.query_one("#pin", Field)
        for field in (badge, pin):
            if not field.value.strip():
                field.line.focus()
                return
        desk, id_ = self.desk, self.request
        name, secret = self.written("badge"), self.written("pin")
        pin.value = ""
        self.say(self.t("signin.checking"))
        self.act_slowly(
            lambda: handovers.accept_face_to_face(desk, id_, name, secret),
            self._signed,
        )

    def _signed(self, accepted: Accepted | None) -> None:
        if accepted is None:
            return
        facts = {"number": accepted.number, "name": accepted.by}
        face = self._way == FACE
        self.dismiss(self.t("signing.face" if face else "signing.phone", **facts))
