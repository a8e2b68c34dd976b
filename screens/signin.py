"""Signing in with badge and PIN; also what stands before a locked desk."""

from collections.abc import Collection, Iterable

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.timer import Timer
from textual.widgets import Static
from textual.widgets.input import Selection

from deskapp import staff
from deskapp.desk import Desk, Refusal
from screens.base import DeskScreen, Hint
from screens.scanbox import ScanBox

PIN = 8
"""digits of the longest PIN that may be taken for one where it came like a scan"""


def may_be_pin(text: str, badges: Collection[str]) -> bool:
    """Whether what came like a scan may be a PIN of a fast hand, or pasted."""
    return text.isdecimal() and len(text) <= PIN and text not in badges


class SecretBox(ScanBox):
    """A PIN is typed behind a scanned badge: it never becomes part of what is shown."""

    patient = False


class SignInScreen(DeskScreen[None]):
    """Badge, Enter, PIN, Enter. A badge that is scanned is one wherever the cursor stands."""

    at_work = False
    _wait: Timer | None = None
    _seconds = 0

    def body(self) -> ComposeResult:
        t = self.t
        yield Static(classes="gap")
        yield Static(id="who", classes="line", markup=False)
        yield Static(classes="gap")
        with Horizontal(classes="line"):
            yield Static(f" {t('signin.badge')}", classes="label", markup=False)
            yield SecretBox(id="badge")
        with Horizontal(classes="line"):
            yield Static(f" {t('signin.pin')}", classes="label", markup=False)
            yield SecretBox(id="pin", password=True)
        yield Static(classes="half")

    @property
    def desk(self) -> Desk:
        return self.front.desk  # whoever was here before has no part in it

    def whereabouts(self) -> str:
        return f"{self.desk.place}  {self.title_words()}"

    def title_words(self) -> str:
        return self.t("signin.title")

    def hints(self) -> Iterable[Hint]:
        yield Hint("Enter", self.t("key.enter"), self.t("signin.help.enter"))
        yield Hint("Esc", self.t("key.clear"), self.t("signin.help.clear"))
        yield Hint(self.t.keys["lock"], "", self.t("help.lock"))
        yield Hint(self.t.keys["crisis"], "", self.t("crisis.help.key"))

    def reread(self) -> None:
        before = self.desk.operator
        self.query_one("#who", Static).update(
            Text(
                f" {self.t('signin.locked', name=before.name) if before else self.t('signin.who')}"
            )
        )
        if (doubt := self.front.doubt) is not None:
            t = self.t
            words = t("clock.off", minutes=doubt.minutes)
            if doubt.last is not None:
                words = t("clock.before_last", last=t.moment(doubt.last))
            self.say(words, error=True)

    async def on_screen_resume(self, event: events.ScreenResume) -> None:
        self.action_back()
        if self.front.badge:
            self.query_one("#badge", ScanBox).value, self.front.badge = self.front.badge, ""
            self.query_one("#pin").focus()

    def action_back(self) -> None:
        """Begin again."""
        for box in self.query(ScanBox):
            box.value = ""
        self.query_one("#badge").focus()

    def on_scan_box_entered(self, event: ScanBox.Entered) -> None:
        badge, pin = self.query_one("#badge", ScanBox), self.query_one("#pin", ScanBox)
        typed = event.box is pin and badge.value.strip() and self._may_be_pin(event.text)
        if (event.scanned and not typed) or event.box is badge:
            badge.value, pin.value = event.text, ""
            (pin if event.text else badge).focus()
        elif not badge.value.strip():
            badge.focus()
        elif event.text:
            self._sign_in(badge.value.strip(), event.text)

    def _may_be_pin(self, text: str) -> bool:
        """Then it is not shown as if it were a badge."""
        known = self.act(staff.everybody, self.desk) or ()
        return may_be_pin(text, {each.badge for each in known})

    def _sign_in(self, badge: str, pin: str) -> None:
        desk = self.desk
        self.say(self.t("signin.checking"))
        self.act_slowly(
            lambda: staff.sign_in(desk, badge, pin), self._signed_in, refused=self._refused
        )

    def _signed_in(self, desk: Desk) -> None:
        self.query_one("#message", Static).update("")
        self.front.enter(desk)

    def _refused(self, refusal: Refusal) -> None:
        if refusal.code == "PinTooSoon":
            self._seconds = int(str(refusal.facts["seconds"]))
            self.refuse(refusal)
            if self._wait is None:
                self._wait = self.set_interval(1.0, self._count)
            return
        self.refuse(refusal)
        box = self.query_one("#badge", ScanBox)
        known = self.act(staff.everybody, self.desk)
        if known is not None and box.value.strip().upper() not in {each.badge for each in known}:
            box.focus()  # to be typed over: it is nobody's
            box.selection = Selection(0, len(box.value))

    def _count(self) -> None:
        """Tell how long it still takes."""
        self._seconds -= 1
        if self._seconds > 0:
            self.say(self.t("refusal.PinTooSoon", seconds=self._seconds))
            return
        if self._wait is not None:
            self._wait.stop()
            self._wait = None
        self.say(self.t("signin.again"))
