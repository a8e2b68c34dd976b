"""The application on the screen: opens the desk, says who is there, keeps the time, ends in order.

Nothing here or in what it imports at once may load the store: the first paint comes before that.
"""

import gc
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

from textual import events, work
from textual.message import Message
from textual.widgets import Input

from db.clock import SystemClock
from db.refusal import Refusal
from deskapp import config, keymap, logs
from deskapp.language import Language
from screens.asking import AskScreen
from screens.base import DeskScreen
from screens.bindings import APPLICATION
from screens.chord import Chord
from screens.doorway import DoorwayApp
from screens.exchanging import ExchangingApp
from screens.opening import OpeningScreen
from screens.signs import MeasuredApp
from screens.speaking import DOOR
from screens.themes import DARK, LIGHT, known

if TYPE_CHECKING:
    from deskapp.chores import Chores
    from deskapp.desk import Desk, Operator
    from screens.jobs import Job
    from screens.palette import Command

LOOK = 1.0
"""seconds between two looks whether another process has committed something"""
TICK = 30.0
"""seconds between two looks at the clock and at what the desk does by itself"""


@dataclass(frozen=True)
class Trouble:
    """What nobody had thought of. kept: what stood in the boxes when it happened."""

    language: str
    operator: "Operator | None"
    log: Path | None
    kept: list[str] = field(default_factory=list)
    had_store: bool = True
    again: bool = False  # happened before anybody had seen that the one before had


class Opened(Message):
    """The store is open, or (None) there is none, or it was refused."""

    def __init__(self, desk: "Desk | None", refusal: Refusal | None = None) -> None:
        super().__init__()
        self.desk, self.refusal = desk, refusal


class DeskApp(ExchangingApp, MeasuredApp, DoorwayApp):
    """One desk on one terminal."""

    CSS_PATH = "../assets/desk.tcss"
    packs = False
    """whether it opens a pack too"""
    MODES = {DOOR: OpeningScreen}
    DEFAULT_MODE = DOOR
    badge = zone = ""
    ENABLE_COMMAND_PALETTE = False  # ours speaks the languages of the desk
    BINDINGS = APPLICATION

    def __init__(
        self,
        folder: Path,
        language: Language,
        operator: "Operator | None" = None,
        trouble: Trouble | None = None,
    ) -> None:
        settings, self._complaint = config.heeded(folder)
        super().__init__(folder, Language(language.code, settings.keys, self.now))
        self.set_keymap(keymap.bound(settings.keys))
        self.signs, self.plan = settings.signs, settings.sync
        self.job: Job | None = None
        self.left: dict[tuple[str, str, str], dict[str | None, str | None]] = {}
        self.trouble: Trouble | None = None
        self._before = trouble
        self._operator = operator
        self._opened: Desk | None = None
        self._chores: Chores | None = None
        self._keep_keys: Callable[[], None] | None = None
        self._people: dict[str, Operator] = {}
        self._handed_on = ""
        self._version = 0
        self._unwell = False
        self._chord = Chord()
        self._clock = SystemClock()
        self.register_theme(LIGHT)
        self.register_theme(DARK)
        self.theme = known(config.remembered(folder).theme)

    # Opening

    def on_mount(self) -> None:
        self.title = self.t("opening.title")

    def open(self) -> None:
        """Open the store, in a thread; keys typed meanwhile are kept."""
        self._keep_keys = self.hold_keys()
        self._open()

    @work(thread=True)
    def _open(self) -> None:
        logs.start()
        from deskapp import desk as desks

        try:
            # A store that has gone is not to be replaced by a new one.
            had_one = self._before is not None and self._before.had_store
            if not had_one and not desks.has_store(self.folder):
                import_module("screens.setup")  # in the thread: then it is shown at once
                self.post_message(Opened(None))
                return
            desk = desks.open_desk(self.folder, pack=self.packs)
            for next_one in ("screens.home", "screens.signin"):
                import_module(next_one)
        except Refusal as refusal:
            self.post_message(Opened(None, refusal))
        else:
            self.post_message(Opened(desk))

    def on_opened(self, message: Opened) -> None:
        if message.refusal is not None:
            refusal = message.refusal
            cast(OpeningScreen, self.screen).fail(self.t.refused(refusal.code, refusal.facts))
        elif message.desk is None:
            from screens.setup import SetupScreen

            self.push_screen(SetupScreen(self.folder), self._set_up)
        else:
            self._start(message.desk)
        if self._before is not None:
            from screens.trouble import TroubleScreen

            self.push_screen(TroubleScreen(self._before.log, self._before.kept), self._seen)
        if self._keep_keys is not None:
            self._keep_keys()

    def _set_up(self, desk: "Desk | None") -> None:
        if desk is not None:
            self.hand_on(self.t("setup.done", place=desk.place))
            self._start(desk.signed_in(None))

    def _start(self, desk: "Desk") -> None:
        from deskapp import scanners
        from deskapp.chores import Chores

        self._opened, self._chores = desk, Chores(desk)
        self.scanner.bare = scanners.stripping(scanners.learnt(desk))
        self.restand(desk)
        self.set_interval(LOOK, self._look)
        self.set_interval(TICK, self._tick)
        self.call_later(self._tick)
        self.begin(desk)
        if not self.is_headless:  # a process of its own: tests start many in one
            gc.freeze()  # what is loaded stays: looking at it all again held a key up for 50 ms

    def begin(self, desk: "Desk") -> None:
        """What is seen once the desk is open; nothing, where the machine is a door."""
        from screens.signin import SignInScreen

        if desk.is_door():
            self.become_door()
            return
        self.push_screen(SignInScreen())
        if self._operator is not None:
            self.enter(desk.signed_in(self._operator))

    def _seen(self, _: None) -> None:
        self._before = None

    def on_unmount(self) -> None:
        self.end_exchange()
        if self.job is not None:
            self.job.stop = True  # what is written stays; begun again it goes on
        if self._opened is not None and self._chores is not None:
            self._chores.end()
            self._opened.close()

    # What screens ask of it

    @property
    def desk(self) -> "Desk":
        """The desk in the hands of whoever is signed in."""
        assert self._opened is not None, "no screen that needs it is shown before"
        return self._opened

    def now(self) -> datetime:
        return self._opened.now() if self._opened else self._clock.now().astimezone()

    def hand_on(self, sentence: str) -> None:
        self._handed_on = sentence

    def handed_on(self) -> str:
        sentence, self._handed_on = self._handed_on, ""
        return sentence

    def enter(self, desk: "Desk") -> None:
        """Somebody has signed in: what they left behind, or Home."""
        operator = desk.whoever()
        self._opened = desk
        mode = f"person-{operator.id}"
        if self._people.get(mode) != operator:  # new here, or their role has changed since
            from screens.home import HomeScreen

            if mode in self._people:
                self.remove_mode(mode)
            self.add_mode(mode, HomeScreen)
            self._people[mode] = operator
        self.turn_to(mode)

    def lock(self, badge: str = "") -> None:
        if self._opened is not None and self.current_mode != DOOR:
            self.badge = badge
            self.turn_to(DOOR)

    def speaks_for_all(self) -> bool:
        return self._opened is None

    def say_why(self, refusal: Refusal) -> None:
        self._refuse(refusal)

    def resay(self) -> None:
        if self._opened is not None:
            self.restand(self._opened)

    # Time

    def look(self) -> int:
        return self.desk.ledger.store.version()

    def _look(self) -> None:
        """Show what anybody has committed since."""
        try:
            version, stirs = self.look(), self.stirs(self.desk)
        except Refusal as refusal:
            if not self._unwell:
                self._refuse(refusal)
            self._unwell = True
            return
        self._tell_of_settings()
        self._tell_of_job()
        if version != self._version or self._unwell or stirs:
            screen = self.seen()
            if self._unwell and screen:
                screen.say(self.t("opening.well"))
            self._unwell = False
            self._version = version
            self.restand(self.desk)
            if screen:
                screen.tick()
                screen.act(screen.reread)

    def _tell_of_settings(self) -> None:
        screen = self.seen()
        if screen and self._complaint:
            screen.refuse(self._complaint)
            self._complaint = None

    def _tell_of_job(self) -> None:
        """Say once that an import is over, wherever one has gone meanwhile."""
        screen = self.seen()
        if screen and self.job and self.job.over and not self.job.told:
            self.job.told = True
            sentence, error = self.job.said(self.t)
            screen.say(sentence, error=error)

    def _tick(self) -> None:
        screen = self.seen()
        if screen:
            self.restand(self.desk)
            screen.tick()
        if self._chores is None:
            return
        try:
            self.exchange_if_due(self.desk)
            returned = self._chores.do()
        except Refusal as refusal:
            self._refuse(refusal)
            return
        me = self.desk.operator and self.desk.operator.id
        if screen and (numbers := " ".join(each.number for each in returned if each.giver == me)):
            screen.say(self.t("home.lapsed", numbers=numbers))
        if screen and (freed := [each for each in self._chores.freed if each.promoted]):
            from screens.room_words import freed_words

            screen.say(freed_words(self.t, self.desk, freed))  # they are to be told

    def _refuse(self, refusal: Refusal) -> None:
        if screen := self.seen():
            screen.refuse(refusal)

    # Keys

    async def action_quit(self) -> None:
        if isinstance(self.screen, AskScreen):
            return
        from screens.parked import asked_to_quit

        self.push_screen(asked_to_quit(self.t, self._opened), self._quit)

    def _quit(self, yes: bool | None) -> None:
        if yes:
            self.exit()

    def action_help_quit(self) -> None:
        """Ctrl+C ends nothing here; Textual would say so in English."""
        if screen := self.seen():
            screen.say(self.t("textual.quit.hint"))

    def action_crisis(self) -> None:
        from screens.crisis import CrisisScreen

        if self._opened is not None and not isinstance(self.screen, CrisisScreen):
            locked = self.current_mode == DOOR
            self.push_screen(CrisisScreen(self.desk.signed_in(None) if locked else self.desk))

    def action_lock(self) -> None:
        self.lock()

    def action_palette(self) -> None:
        if isinstance(self.screen, DeskScreen):
            from screens.commands import offered
            from screens.palette import PaletteScreen

            self.push_screen(PaletteScreen(offered(self.screen)), self._run)

    def _run(self, command: "Command | None") -> None:
        if command is not None:
            command.run()

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key) and not event.is_forwarded:
            event = self._chord.turned(event)
        await super().on_event(event)

    # Trouble

    def _handle_exception(self, error: Exception) -> None:
        """What nobody had thought of: into the log, and a new start at the error screen.

        Textual would print the traceback with the values of all variables, readers' data included,
        and whatever raised this is beyond use.
        """
        if self._exception is None:  # what a test's pilot raises
            self._exception = error
            self._exception_event.set()
        logs.note(error)
        if self.trouble is None:
            self.trouble = Trouble(
                self.t.code,
                self._opened.operator if self._opened else None,
                logs.file(),
                self._typed(),
                self._opened is not None,
                again=self._before is not None,
            )
        self._close_messages_no_wait()

    def _typed(self) -> list[str]:
        if not self._screen_stacks.get(self.current_mode):
            return []
        boxes = [box for screen in self.screen_stack for box in screen.query(Input)]
        return [box.value for box in boxes if box.value.strip() and not box.password]


def run(folder: Path, language: Language, *, operator: "Operator | None" = None) -> bool:
    """The desk of a data folder on this terminal; without a store there, its set-up first. Whether
    it is to go on as a door of an event.

    operator: whoever is signed in already (`deskapp demo`).
    """
    trouble: Trouble | None = None
    while True:
        app = DeskApp(folder, language, operator, trouble)
        app.run()
        if app.trouble is None:
            return app.to_door
        if app.trouble.again:
            sys.stderr.write(f"{app.t('trouble.again', file=app.trouble.log or '')}\n")
            raise SystemExit(1)
        trouble, operator = app.trouble, app.trouble.operator
        language = Language(app.trouble.language)
