"""What every screen of the desk has: the lines above and below, one way to act and to refuse."""

from collections.abc import Callable, Iterable
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, ParamSpec, TypeVar, cast

from rich.text import Text
from textual import events, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input, Static

from deskapp.language import Language
from deskapp.refusal import Refusal
from screens.bindings import LED, SCREENS, SHARED
from screens.front import Front
from screens.keyline import Hint, key_line
from screens.keys import StrayScan
from screens.longlist import LongList
from screens.refusals import refusal_words
from screens.scanbox import ScanBox

if TYPE_CHECKING:  # the store behind it takes longer to load than a first paint may
    from deskapp.desk import Desk

__all__ = ["DeskScreen", "Hint", "Seen"]

P = ParamSpec("P")
Seen = TypeVar("Seen")
"""what a screen gives back when it is left"""
Receipt = TypeVar("Receipt")
Gift = TypeVar("Gift")
"""what another screen gives back"""

RULE = "-" * 400  # ASCII: box characters are two cells wide in many Chinese terminals


class Done(Message):
    """A slow act (one that hashes a PIN, one that reads a file) has its receipt."""

    def __init__(self, receipt: object, then: Callable[[object], None]) -> None:
        super().__init__()
        self.receipt, self.then = receipt, then


class DeskScreen(Screen[Seen]):
    """A screen of the desk: get, act, show.

    `act` does a quick act at once: the next key is given out when it is on the disk. `act_slowly`
    does one that takes longer in a thread; its receipt comes back as a message. `act_aside` does
    one in a thread that nobody waits for. Either way a refusal becomes one sentence in the message
    line, with a bell; anything else goes to the error screen.

    `body` builds what stands between the lines, `reread` fills it: when the screen is first seen,
    seen again, when anybody has committed anything, and after the language was changed, when all of
    `body` is built anew and inputs that have an id get their text back.
    """

    BINDINGS = SHARED
    AUTO_FOCUS = "ScanBox, Input, LongList"
    at_work = True
    """whether F2 and F3 lead on from here; not where somebody must answer or sign in first"""

    undoes = True
    """whether one's last act can be undone here"""

    numbers = False
    """whether digits typed together are a number here (`TypedNumber`), and a lone one a command"""

    speaks = True
    """whether it says what another screen has handed on"""

    ready = False
    """whether all of it is there"""

    _own_desk: "Desk | None" = None
    _spoken = ""
    _up_to_date = False

    @property
    def front(self) -> Front:
        return cast(Front, self.app)

    @property
    def desk(self) -> "Desk":
        """The desk in the hands of whoever opened this screen, whoever has signed in since."""
        if self._own_desk is None:
            self._own_desk = self.front.desk
        return self._own_desk

    @property
    def t(self) -> Language:
        return self.front.t

    # What a screen says of itself

    def body(self) -> ComposeResult:
        """What stands between the lines."""
        yield from ()

    def reread(self) -> None:
        """Read again what is shown."""

    def title_words(self) -> str:
        """What the status line calls this screen; empty at Home."""
        return ""

    def hints(self) -> Iterable[Hint]:
        """This screen's own keys, the most used first."""
        return ()

    # The lines

    def compose(self) -> ComposeResult:
        with Horizontal(id="status"):
            yield Static(id="status-place", markup=False)
            yield Static(id="status-sync", markup=False)
            yield Static(id="status-now", markup=False)
        yield Static(RULE, classes="rule", markup=False)
        with Vertical(id="body"):
            yield from self.body()
        yield Static(RULE, classes="rule", markup=False)
        yield Static(id="message", markup=False)
        yield Static(id="keys", markup=False)

    def on_mount(self) -> None:
        self._spoken = self.t.code
        self.tick()
        self.show_keys()
        self.act(self.reread)
        self._up_to_date = self.ready = True

    async def on_screen_resume(self, event: events.ScreenResume) -> None:
        if self._spoken != self.t.code:
            await self.translate()
        elif not self._up_to_date:
            self.tick()
            self.act(self.reread)
        self._up_to_date = False
        if self.speaks and (sentence := self.front.handed_on()):
            self.say(sentence)
        if isinstance(self.focused, ScanBox):
            self.focused.lead_cursor()

    def on_resize(self, event: events.Resize) -> None:
        self.show_keys()

    def tick(self) -> None:
        """Show the status line as it stands now."""
        t = self.t
        self.query_one("#status-place", Static).update(Text(f" {self.whereabouts()}"))
        doubt = self.front.doubt is not None
        sync = self.query_one("#status-sync", Static)
        sync.set_class(doubt, "error")
        sync.update(Text(t("clock.doubt") if doubt else self.front.sync_words()))
        self.show_time()

    def show_time(self) -> None:
        self.query_one("#status-now", Static).update(Text(f"{self.t.moment(self.front.now())} "))

    def whereabouts(self) -> str:
        """Place, person on duty and screen for the status line."""
        name = self.desk.operator.name if self.desk.operator else ""
        return "  ".join(filter(None, (self.desk.place, name, self.title_words())))

    def all_hints(self) -> list[Hint]:
        """Its own keys and those that all screens share."""
        t, pressed = self.t, self.t.keys
        hints = [Hint(pressed["help"], t("key.help"), t("help.help"))]
        if self.at_work:
            if self.check_action("log", ()):
                hints.append(Hint(pressed["log"], t("key.log"), t("help.log")))
                hints.append(Hint(pressed["take_back"], "", t("log.help.take_back")))
            if self.undoes and self.check_action("undo", ()):
                hints.append(Hint(pressed["undo"], "", t("help.undo")))
            hints.append(Hint(pressed["requests"], t("key.requests"), t("help.requests")))
            mine = (name for name in LED if self.check_action("go", (name,)))
            hints += [Hint(pressed[n], t(f"key.{n}"), t(f"help.{n}")) for n in mine]
            if self.check_action("shift", ()):
                hints.append(Hint(pressed["shift"], t("key.shift"), t("help.shift")))
            hints.append(Hint(pressed["sync"], t("key.sync"), t("help.sync")))
            hints.append(Hint(pressed["crisis"], "", t("crisis.help.key")))
        own = list(self.hints())
        keys = {hint.key for hint in own}
        hints = [hint for hint in hints if hint.key not in keys]
        rest = [
            Hint("Esc", t("key.back"), t("help.back")),
            Hint(pressed["palette"], t("key.palette"), t("help.palette")),
            Hint(pressed["lock"], t("key.lock"), t("help.lock")),
            Hint(pressed["quit"], t("key.quit"), t("help.quit")),
        ]
        if self.query(LongList):
            rest.append(Hint(t("key.arrows"), "", t("help.list")))
        return own + hints + [hint for hint in rest if hint.key not in keys]

    def show_keys(self) -> None:
        """The key line, by what has the focus."""
        first, room = self.t.keys["help"], self.app.size.width - 1
        line = key_line(self.all_hints(), room, self.focused, first)
        self.query_one("#keys", Static).update(line)

    def on_descendant_focus(self) -> None:
        if self.ready:
            self.show_keys()

    def on_stray_scan(self, event: StrayScan) -> None:
        """A card where nothing takes one: it has pressed nothing, and is not passed over."""
        self.say(self.t("box.no_box"), error=True)

    def on_scan_box_input_method_on(self, event: ScanBox.InputMethodOn) -> None:
        """Chinese within a burst: what the scanner sent has been lost."""
        self.say(self.t("box.input_method"), error=True)

    async def translate(self) -> None:
        """Say everything in the language that is spoken now; nothing typed is lost."""
        if self._spoken == self.t.code:  # the palette's end and its command both ask for it
            return
        self._spoken = self.t.code
        focus = self.focused.id if self.focused else None
        typed = {box.id: (box.value, box.cursor_position) for box in self.query(Input) if box.id}
        rows = {each.id: each.cursor for each in self.query(LongList) if each.id}
        self.ready = False
        await self.recompose()
        self.ready = True
        for id_, (value, place) in typed.items():
            for box in self.query(f"#{id_}").results(Input):
                with box.prevent(Input.Changed):
                    box.value = value
                box.cursor_position = place
        self.tick()
        self.show_keys()
        self.act(self.reread)
        for id_, row in rows.items():
            for list_ in self.query(f"#{id_}").results(LongList):
                list_.move(row)
        if focus:
            for widget in self.query(f"#{focus}"):
                widget.focus()

    # Acting

    def act(self, rule: Callable[P, Receipt], *args: P.args, **facts: P.kwargs) -> Receipt | None:
        """Do it; None if it was refused, and then the reason is on the screen."""
        try:
            return rule(*args, **facts)
        except Refusal as refusal:
            self.refuse(refusal)
            return None

    def act_slowly(
        self,
        rule: Callable[[], Receipt],
        then: Callable[[Receipt], None],
        *,
        refused: Callable[[Refusal], None] | None = None,
    ) -> None:
        """Do it in a thread, and `then` go on with its receipt; for PINs. Keys wait meanwhile.

        A refusal goes to `refused`, else to the message line.
        """
        self._work(
            rule,
            cast(Callable[[object], None], then),
            cast(Callable[[object], None], refused or self.refuse),
            self.front.hold_keys(),
        )

    @work(thread=True)
    def _work(
        self,
        rule: Callable[[], object],
        then: Callable[[object], None],
        refused: Callable[[object], None],
        release: Callable[[], None],
    ) -> None:
        try:
            receipt = rule()
        except Refusal as refusal:
            self.post_message(Done(refusal, refused))
        else:
            self.post_message(Done(receipt, then))
        finally:
            release()

    def act_aside(self, rule: Callable[[], None]) -> None:
        """Do it in a thread while keys go on; only a refusal is heard of. Outlives the screen."""
        self.app.run_worker(partial(self._aside, rule), thread=True)

    def _aside(self, rule: Callable[[], None]) -> None:
        try:
            rule()
        except Refusal as refusal:
            self.post_message(Done(refusal, cast(Callable[[object], None], self.refuse)))

    def on_done(self, message: Done) -> None:
        message.then(message.receipt)

    # Speaking

    def refuse(self, refusal: Refusal) -> None:
        """The one place where a refusal becomes a sentence."""
        self.say(refusal_words(self.t, self._own_desk, refusal), error=True)

    def on_long_list_refused(self, event: LongList.Refused) -> None:
        self.refuse(event.refusal)

    def say(self, sentence: str, *, error: bool = False) -> None:
        """A sentence in the message line, with the time; an error has a mark and rings."""
        line = self.query_one("#message", Static)
        line.set_class(error, "error")
        mark = "! " if error else ""
        line.update(Text(f" {self.t.time(self.front.now())} {mark}{sentence}"))
        self.show_time()
        if error:
            self.app.bell()

    def unsay(self) -> None:
        """A complaint is over: what was meant has been understood since."""
        line = self.query_one("#message", Static)
        if line.has_class("error"):
            line.update("")

    def leave(self, sentence: str, result: Seen | None = None) -> None:
        """Close this screen and have the one below say the sentence."""
        self.front.hand_on(sentence)
        self.dismiss(result)

    def go_to(
        self, screen: "Screen[Gift]", then: Callable[["Gift | None"], None] | None = None
    ) -> bool:
        """Open a screen that reads the store; False where that has gone, and it is said here."""
        if self.act(self.front.look) is None:
            return False
        self.query_one("#message", Static).update("")  # it may be true no more, once one is back
        self.app.push_screen(screen, then)
        return True

    # Keys that all screens share

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether the key of an action does anything for whoever is here."""
        theirs = action in ("log", "take_back_draft", "undo", "shift")
        theirs |= action == "go" and parameters[0] in LED
        if not (theirs and self.at_work):
            return True
        from deskapp import requests, rolls

        return self.desk.may(rolls.ROLLING if "certificates" in parameters else requests.LOGGING)

    def action_back(self) -> None:
        self.dismiss()

    def action_help(self) -> None:
        from screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self.title_words(), self.all_hints()))

    def action_log(self) -> None:
        if self.at_work:
            from screens.log import LogScreen

            self.go_to(LogScreen())

    def action_take_back_draft(self) -> None:
        """The draft that was put aside last."""
        if self.at_work:
            from screens.keeping import taken_back

            taken_back(self)

    def action_undo(self) -> None:
        """One's last act, whatever the screen."""
        if self.at_work and self.undoes:
            from screens.undoing import undone

            undone(self)
        elif self.at_work:
            self.say(self.t("form.no_undo"), error=True)

    def action_shift(self) -> None:
        """Opening, coming, leaving, closing."""
        if self.at_work:
            from screens.shift import page

            screen = self.act(page, self.desk)
            if screen is not None:
                self.go_to(screen)

    def action_missing(self, feature: str) -> None:
        """The key of what this version does not have yet."""
        self.say(self.t("keys.missing", feature=self.t(f"feature.{feature}")), error=True)

    def action_go(self, feature: str) -> None:
        """To the screen of a feature, by the name of its key."""
        if self.at_work:
            module, name = SCREENS[feature]
            self.go_to(getattr(import_module(module), name)())
