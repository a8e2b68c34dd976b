"""A door (入场签到): the whole screen is one answer, and nothing else can be reached from it."""

from collections import deque
from collections.abc import Callable

from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult
from textual.timer import Timer
from textual.widgets import Static

from deskapp import door_duty, ticket_text
from deskapp.desk import Desk, Refusal
from deskapp.door_duty import Post
from deskapp.doors import Counts, Door
from deskapp.language import LANGUAGES
from deskapp.verdicts import Verdict
from screens import door_words
from screens.base import RULE, DeskScreen, Hint
from screens.bigtext import BigText
from screens.keys import StrayScan
from screens.kiosk import EndingScreen
from screens.missing import MissingScreen
from screens.scanbox import ScanBox, prompted

FRAME = 0.1
"""seconds between two answers that are painted, where codes come faster than anybody reads"""
AT_ONCE = 1 / 240
"""seconds that Textual may wait before it paints; it would wait a sixtieth, and twice"""
LAST = 2
"""answers that stay to be seen below"""
RINGS = {door_words.YES: 1, door_words.ASK: 2, door_words.NO: 3}
PAUSE = 0.18
"""seconds between two rings of the bell"""
DIGITS = ("undo", "walk_in", "missing", "call")
"""what 1, 2 ... and Enter do; 0 signs the session off"""
ON, SPEAK, OFF = 5, 9, 0


class VolunteerScreen(DeskScreen[None], inherit_bindings=False):
    """One door. Codes are read wherever it stands; a lone digit and Enter does the rest."""

    AUTO_FOCUS = "ScanBox"
    at_work = undoes = False

    _paint: Timer | None = None
    _frames: Timer | None = None
    _unseen = _tall = False
    _mode = ""
    """what the next code is for, where that is no admission: walk_in, duty"""

    def __init__(self, desk: Desk, post: Post) -> None:
        super().__init__()
        self._own_desk, self._post = desk, post
        self._door = Door(desk, post.event, post.session, post.door, post.volunteer)
        self._verdict: Verdict | None = None
        self._last: deque[Verdict] = deque(maxlen=LAST + 1)
        self._counts: Counts = self._door.counts()
        self._volunteer = door_duty.name_of(desk, post.volunteer)
        self._known = self._door.known()
        self._visitors = 0
        self._passed: list[str] = []
        """who has passed here, as far as an undoing would name them: the last one last"""
        self._burst: list[str] = []

    @property
    def _update_timer(self) -> Timer:
        if self._frames is None:
            self._frames = self.set_interval(
                AT_ONCE, self._on_timer_update, name="screen_update", pause=True
            )
        return self._frames

    def body(self) -> ComposeResult:
        yield BigText(id="door-big")
        yield Static(id="door-words", markup=False)
        yield Static(id="door-next", markup=False)
        yield Static(RULE, classes="rule", markup=False)
        yield Static(id="door-counts", markup=False)
        yield Static(id="door-last", markup=False)
        yield Static(RULE, classes="rule", markup=False)
        yield from prompted(ScanBox(id="door-box"))
        yield Static(id="door-digits", markup=False)

    def whereabouts(self) -> str:
        meeting = self._door.meeting
        return f"{meeting.title}  {self.desk.local(meeting.begins):%H:%M}  {self._door.name}"

    def all_hints(self) -> list[Hint]:
        return []

    def show_keys(self) -> None:
        self.query_one("#keys", Static).update(Text(f" {self.t('door.rule')}"))

    @property
    def _other(self) -> str:
        return next(each for each in LANGUAGES if each != self.t.code)

    def _other_called(self) -> str:
        t = self.t.changed(self._other)
        return t("door.language")

    # What is read and typed

    def on_stray_scan(self, event: StrayScan) -> None:
        event.prevent_default()
        self.scan(event.text)

    def on_scan_box_entered(self, event: ScanBox.Entered) -> None:
        event.stop()
        self._put("#message", "")
        if event.scanned:
            self.scan(event.text)
        else:
            self._decide()
            # A ticket is read as it came: in full-width digits it is none.
            meant = len(event.text) < ticket_text.LIKE
            self._typed(event.text if meant else event.typed.strip(), event.digit)

    def scan(self, code: str, *, scanned: bool = True) -> None:
        """A code, whatever it is, is of whoever stands there now."""
        mode, self._mode = self._mode, ""
        if mode == "duty":
            self._sign_on(code, scanned)
        elif mode == "walk_in":
            self._say(lambda: self._door.walk_in(code, scanned=scanned))
        elif scanned:
            self._burst.append(code)
            if len(self._burst) == 1:
                self.call_later(self._decide)  # behind the codes that are here already
        else:
            self._say(lambda: self._door.scan(code, scanned=False))

    def _decide(self) -> None:
        """What has been scanned: faster than one can be written, several at once."""
        codes, self._burst = self._burst, []
        for verdict in self._door.scan_all(codes) if codes else ():
            self.show_verdict(verdict)

    def _typed(self, text: str, digit: int | None) -> None:
        asked = self._verdict.asked if self._verdict and not self._mode else None
        if asked is not None:
            if self._say(lambda: self._door.answer(text)):
                return
            if len(text) < 3:
                self.say(self.t("door.answer_wrong"), error=True)
                return
        if not text:
            self._mode = ""
            self._show()
        elif self._mode == "walk_in" and (digit == OFF or not text.isascii()):
            self._visitor(text, nameless=digit == OFF)
        elif digit is not None:
            self._mode = ""
            self._do(digit)
        else:
            self.scan(text, scanned=False)

    def _say(self, rule: Callable[[], Verdict | None]) -> bool:
        """Show what a rule says, if anything. Whatever keeps it from being written lets nobody
        in.
        """
        try:
            verdict = rule()
        except Refusal as refusal:
            verdict = Verdict("refused", self.front.now(), refusal=refusal)
        if verdict is not None:
            self.show_verdict(verdict)
        return verdict is not None

    # What digits do

    def _do(self, digit: int) -> None:
        if 1 <= digit <= len(DIGITS):
            getattr(self, f"_{DIGITS[digit - 1]}")()
        elif digit == ON and self.desk.pack is None:
            self._mode = "duty"
            self._show()
        elif digit == SPEAK:
            self.front.speak(self._other)
        elif digit == OFF:
            self._mode = ""
            counts = self.act(self._door.counts)
            self.show_verdict(Verdict("closed", self.front.now(), counts=counts))
        else:
            self.say(self.t("door.no_digit"), error=True)

    def _undo(self) -> None:
        self._say(self._door.undo)

    def _walk_in(self) -> None:
        if self._verdict is not None and self._verdict.walk_in:
            self._say(self._door.walk_in)
        else:
            self._mode = "walk_in"
            self._show()

    def _visitor(self, text: str, *, nameless: bool) -> None:
        """Who is no reader: a name, and a telephone behind it; or one more of no name."""
        self._mode = ""
        if nameless:
            self._visitors += 1
            name, phone = self.t("door.visitor", n=f"{self.front.now():%H%M}-{self._visitors}"), ""
        else:
            name, _, phone = text.partition(" ")
        self._say(lambda: self._door.walk_in(name=name, phone=phone.strip()))

    def _missing(self) -> None:
        self.app.push_screen(MissingScreen(self.desk, self._door.meeting, self.scan))

    def _call(self) -> None:
        """A lead is wanted."""
        self.show_verdict(Verdict("call", self.front.now()))

    def _sign_on(self, code: str, scanned: bool) -> None:
        """The duty card of who stands here: no attendance."""
        signed = self.act(door_duty.sign_on, self.desk, self._post, code, scanned=scanned)
        if signed is not None:
            self._post, who = signed
            self._door.on_duty(self._post.volunteer)
            self._volunteer = who.name if self._post.volunteer else ""
            self.say(self.t(f"door_duty.{who.way or 'named'}", name=who.name))
        self._show()

    def action_end(self) -> None:
        """Back to the desk: a lead's badge and PIN."""
        self.app.push_screen(LeavingScreen(self.scan, self._do))

    # What is said

    def show_verdict(self, verdict: Verdict) -> None:
        """Show it, at once or as soon as the one before has been on the screen."""
        self._counts = verdict.counts or self._counts
        if verdict.passed:
            self._passed.append(verdict.name or verdict.code)
        elif verdict.what == "undone":
            del self._passed[-1:]
        if self._last and self._last[0].asked is not None:
            self._last.popleft()  # what was asked is answered, or nobody's any more
        if verdict.what == "twice":  # one is enough: who came before stays to be seen
            for each in [each for each in self._last if each.what == "twice"]:
                self._last.remove(each)
        self._last.appendleft(verdict)
        if verdict.what == "twice":
            self.say(self.t("door.twice"))
        else:
            self._verdict = verdict
        self._unseen = True
        if self._paint is None:
            self._painted()

    def _painted(self) -> None:
        """And then wait a little; what came meanwhile is shown as one."""
        self._paint = None
        if self._unseen:
            self._unseen = False
            self._show()
            if self._last[0].what != "twice":
                self._ring()
            self._paint = self.set_timer(FRAME, self._painted)

    def _ring(self) -> None:
        for n in range(RINGS.get(door_words.kind(self._verdict), 0)):
            self.set_timer(PAUSE * n, self.app.bell) if n else self.app.bell()

    def reread(self) -> None:
        self._counts, self._known = self._door.counts(), self._door.known()
        self._show()

    def _show(self) -> None:
        t, counts = self.t, self._counts
        verdict = None if self._mode else self._verdict
        word = t(f"door_big.{self._mode}") if self._mode else door_words.big(t, verdict)
        self.query_one("#door-big", BigText).show([word], door_words.kind(verdict))
        said = door_words.words(t, self.desk, verdict) if verdict else t("door.idle")
        if self._mode:
            said = t(f"door_mode.{self._mode}")
        left = self._door.places(counts)
        following = door_words.next_step(t, verdict, left and left[1]) if verdict else ""
        self._put("#door-words", said)
        tall = cell_len(following) > self.size.width
        self._put("#door-next", following, layout=tall or self._tall)
        self._tall = tall
        shown = {
            "expected": counts.expected,
            "came": counts.came,
            "missing": max(0, counts.expected - counts.came),
            "waiting": counts.waiting,
            "lately": self._door.lately(),
        }
        line = "  ".join(filter(None, (t("door.counts", **shown), door_words.places(t, left))))
        if self._door.meeting.exits:
            line += "  " + t("door.inside", inside=counts.inside)
        if self._known is not None:
            line += "  " + t("door.known", at=door_words.when(t, self._known, self.front.now()))
        self._put("#door-counts", line)
        before = [each for each in self._last if each is not verdict][:LAST]
        self._put("#door-last", "\n".join(f" {door_words.line(t, each)}" for each in before))
        box, hint = self.query_one("#door-box", ScanBox), t("door.box")
        if box.placeholder != hint:
            box.placeholder = hint
        self._put("#door-digits", "\n".join(f" {line}" for line in self._digit_lines()))

    def _digit_lines(self) -> list[str]:
        """What the digits do now; whom the first undoes. A pack knows no duty cards."""
        t, name = self.t, self._volunteer
        last = self._passed[-1] if self._passed else ""
        first = t("door.undo_of", name=last) if last else t("door.undo")
        second = [t("door.rest_digits", language=self._other_called())]
        if self.desk.pack is None:
            second.insert(0, t("door.duty_of", name=name) if name else t("door.duty"))
        elif name:
            second.append(t("door.volunteer", name=name))
        return [t("door.digits", undo=first), "   ".join(second)]

    def _put(self, id_: str, words: str, *, layout: bool = False) -> None:
        self.query_one(id_, Static).update(Text(words), layout=layout)


class LeavingScreen(EndingScreen):
    """Back to the desk: a lead's badge and PIN. Whatever else is scanned goes on to the door, and
    so does a lone digit: it is no badge, and was meant for there.
    """

    def __init__(self, scanned: Callable[[str], None], digit: Callable[[int], None]) -> None:
        super().__init__(scanned)
        self._digit = digit

    def on_scan_box_entered(self, event: ScanBox.Entered) -> None:
        if event.digit is not None and event.box.id == "badge":
            event.prevent_default()
            self.dismiss()
            self._digit(event.digit)

    def title_words(self) -> str:
        return self.t("door.leaving")

    def reread(self) -> None:
        self.query_one("#who", Static).update(Text(f" {self.t('door.who')}"))

    def _signed_in(self, desk: Desk) -> None:
        if self.act(door_duty.end, desk) is not None:
            self.app.exit()
        else:
            self.action_back()
