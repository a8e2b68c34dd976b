"""The kiosk (自助选座): one big answer to every card, and nothing else that could be reached."""

from collections import deque
from collections.abc import Callable

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.timer import Timer
from textual.widgets import Static

from deskapp import kiosk
from deskapp.barcodes import SAYS
from deskapp.desk import Desk, Refusal
from deskapp.kiosk import Answer, Kiosk
from deskapp.language import LANGUAGES
from deskapp.zone_map import FREE, zone_map
from screens.base import DeskScreen, Hint
from screens.bigtext import BigText
from screens.burst import now
from screens.keys import StrayScan, TypedNumber
from screens.refusals import refusal_words
from screens.scanbox import ScanBox
from screens.seat_acts import given_up_words
from screens.signin import SignInScreen

FRAME = 0.2
"""seconds between two answers that are painted, where cards come faster than anybody reads"""
IDLE = 60.0
"""seconds after which the language is the desk's again, and nobody is about to end the kiosk"""
LAST = 3
"""answers that stay to be seen below"""
KINDS = {"": "idle", "choose": "ask", "elsewhere": "ask", "refused": "no"}
"""which colours an answer is shown in that is no plain yes"""
REFUSED = {
    "ZoneFull": "full", "Banned": "barred", "ZoneShut": "shut", "ZoneClosed": "shut",
    "NotEligible": "others", "TooEarly": "early", "CardLost": "lost", "CardFirst": "",
    "KioskCardUnknown": "unknown", "NothingToUndo": "nothing",
}  # fmt: skip
"""refusals that have a big word of their own; of others the desk knows more"""


class KioskScreen(DeskScreen[None], inherit_bindings=False):
    """A zone's kiosk. Cards are read wherever it stands; digits choose."""

    BINDINGS = [
        *(Binding(str(n), f"choose({n})", show=False) for n in range(1, len(SAYS) + 1)),
        Binding("9", "speak", show=False),
    ]
    AUTO_FOCUS = ""
    at_work = undoes = False
    numbers = True
    rounds = 1
    """after which a scan has had its consequences: they are all there when its handler ends"""

    _paint: Timer | None = None
    _answered = float("-inf")
    _twice = _unseen = False

    def __init__(self, desk: Desk, zone: str) -> None:
        super().__init__()
        self._kiosk = Kiosk(desk, zone)
        self._answer = Answer("")
        self._last: deque[tuple[str, Answer]] = deque(maxlen=LAST)

    def body(self) -> ComposeResult:
        yield BigText(id="kiosk-big")
        yield Static(id="kiosk-words", markup=False)
        yield Static(id="kiosk-choices", markup=False)
        yield Static(id="kiosk-last", markup=False)

    def on_mount(self) -> None:
        self._own, self._answer = self.t.code, self._kiosk.idle()
        self.set_interval(1.0, self._age)

    def whereabouts(self) -> str:
        return f"{self.desk.place}  {self._kiosk.zone.name(self.t.code)}"

    def all_hints(self) -> list[Hint]:
        t = self.t.changed(self._other)
        return [Hint("9", t("kiosk.language"), t("command.language_help"))]

    @property
    def _other(self) -> str:
        return next(each for each in LANGUAGES if each != self.t.code)

    # What is read and pressed

    def on_stray_scan(self, event: StrayScan) -> None:
        event.stop()
        event.prevent_default()
        self.scan(event.text)

    def scan(self, code: str) -> None:
        """A card or a counter barcode."""
        self.show_answer(self._kiosk.scan(code))

    def on_typed_number(self, event: TypedNumber) -> None:
        """A number is no card: anybody could type another's."""
        self.show_answer(Answer("refused", refusal=Refusal("CardFirst")))

    def action_choose(self, number: int) -> None:
        if self._kiosk.stands:
            self.show_answer(self._kiosk.choose(SAYS[number - 1]))

    def action_speak(self) -> None:
        self._answered = now()
        self.front.speak(self._other)

    def action_end(self) -> None:
        """A librarian ends it: badge and PIN."""
        self.app.push_screen(EndingScreen(self.scan))

    # What is said

    def show_answer(self, answer: Answer) -> None:
        """Show it, at once or as soon as the one before has been on the screen."""
        self._answered = now()
        self._twice = answer.what == "twice"
        if not self._twice:
            self._answer = answer
            self._last.appendleft((f"{self.front.now():%H:%M:%S}", answer))
        self._unseen = True
        if self._paint is None:
            self._show()

    def _show(self) -> None:
        """And then wait a little; what came meanwhile is shown as one."""
        self._paint = None
        if self._unseen:
            self._unseen = False
            self.reread()
            self._paint = self.set_timer(FRAME, self._show)

    def _age(self) -> None:
        """Whoever stood here has gone."""
        age = now() - self._answered
        over = not self._kiosk.stands and age >= kiosk.STANDS.total_seconds()
        idle = self._kiosk.idle()
        if over and repr(idle) != repr(self._answer):  # no refusal is equal to another
            self._answer, self._twice = idle, False
            self.reread()
        if age >= IDLE and self.t.code != self._own:
            self.front.speak(self._own)

    def reread(self) -> None:
        answer = self._answer
        first, *others = self._big(answer)
        kind = "ask" if answer.late or answer.given_up else KINDS.get(answer.what, "yes")
        self.query_one("#kiosk-big", BigText).show([first, *others], kind)
        self._put("#kiosk-words", "  ".join(filter(None, [answer.name, self._words(answer)])))
        self._put("#kiosk-choices", self._choices(answer))
        lines = ("  ".join((at, *self._line(each))) for at, each in self._last)
        self._put("#kiosk-last", "\n".join(f" {line}" for line in lines))
        self._put("#message", f" {self.t('kiosk.twice')}" if self._twice else "")

    def _put(self, id_: str, words: str) -> None:
        self.query_one(id_, Static).update(Text(words), layout=False)

    def _word(self, answer: Answer) -> str:
        """What the answer is, in one word."""
        what = answer.what or "idle"
        if answer.late:
            what = "late"
        elif answer.given_up:
            what = "instead"
        elif answer.refusal is not None:
            what = REFUSED.get(answer.refusal.code, "desk") or "idle"
        return self.t(f"kiosk_big.{what}")

    def _big(self, answer: Answer) -> list[str]:
        if answer.what == "choose":
            return [f"{n} {self.t(f'kiosk_big.{said}')}" for n, said in enumerate(SAYS[:2], 1)]
        return [self._word(answer), *filter(None, [answer.label])]

    def _line(self, answer: Answer) -> list[str]:
        return [*filter(None, [answer.name, answer.label]), self._word(answer)]

    def _words(self, answer: Answer) -> str:
        t, until = self.t, self.t.time(answer.until) if answer.until else ""
        match answer.what:
            case "seated" | "back":
                said = [t("kiosk.late")] if answer.late else []
                if answer.given_up:
                    here = self._kiosk.zone.code
                    said.append(given_up_words(t, self.desk, answer.given_up, here))
                return "  ".join([*said, t("kiosk.until", until=until)])
            case "choose":
                return t("kiosk.choose", seat=answer.label, until=until)
            case "elsewhere":
                zone = self.desk.profile.zones.get(answer.seat.partition("/")[0])
                return t("kiosk.elsewhere", zone=zone.name(t.code) if zone else "")
            case "gone":
                return t("kiosk.gone", until=until)
            case "left":
                return t("kiosk.left", minutes=answer.minutes)
            case "queued":
                return t("kiosk.queued", ahead=answer.ahead)
            case "":
                drawn = self.act(zone_map, self.desk, self._kiosk.zone.code)
                return t("kiosk.free", free=drawn.counts[FREE] if drawn else "")
            case "refused" if answer.refusal is not None:
                return refusal_words(t, self.desk, answer.refusal)
        return ""

    def _choices(self, answer: Answer) -> str:
        t = self.t
        undo = t("kiosk.press", digit=3, what=t("barcode.undo"))
        leave = t("kiosk.press", digit=2, what=t("barcode.leave"))
        match answer.what:
            case "choose":
                return t("kiosk.again")
            case "seated" | "back":
                away = t("kiosk.press", digit=1, what=t("barcode.away"))
                return f"{away}   {leave}   {undo}"
            case "gone":
                return f"{t('kiosk.back')}   {leave}   {undo}"
            case "left":
                return undo
            case "elsewhere":
                return leave
            case "queued":
                return t("kiosk.press", digit=2, what=t("kiosk.not_wait"))
            case "":
                return t("kiosk.idle")
        return ""


class EndingScreen(SignInScreen, inherit_bindings=False):
    """Ending a kiosk: a librarian's badge and PIN. A reader's card goes on to the kiosk."""

    BINDINGS = [Binding("escape", "close", show=False)]

    def __init__(self, scanned: Callable[[str], None]) -> None:
        super().__init__()
        self._scanned = scanned
        self._touched = now()

    def on_mount(self) -> None:
        self.set_interval(1.0, self._age)

    def _age(self) -> None:
        if now() - self._touched >= IDLE:
            self.dismiss()

    def action_close(self) -> None:
        self.dismiss()

    def title_words(self) -> str:
        return self.t("kiosk.ending")

    def all_hints(self) -> list[Hint]:
        t = self.t
        enter = Hint("Enter", t("key.enter"), t("signin.help.enter"))
        return [enter, Hint("Esc", t("key.back"), t("help.back"))]

    def reread(self) -> None:
        self.query_one("#who", Static).update(Text(f" {self.t('kiosk.who')}"))

    def on_scan_box_entered(self, event: ScanBox.Entered) -> None:
        self._touched = now()
        if event.scanned and kiosk.is_readers(self.desk, event.text):
            event.prevent_default()
            self.dismiss()
            self._scanned(event.text)

    def _signed_in(self, desk: Desk) -> None:
        if self.act(kiosk.end, desk) is not None:
            self.app.exit()
        else:
            self.action_back()
