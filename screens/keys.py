"""Keys in order: whatever a key brings about has happened before the next key is given out.

Textual sends a key to what has the focus when the key is *read*. The screen that an Enter opens
gets its focus later, so a fast scanner's next characters, and its next Enter, end up in the old
one. Here the keys behind an Enter (or any key that is not plain text) wait until it has had its
consequences: a burst does exactly what the same keys would do typed slowly.

What is typed while nothing takes text (a list, a button has the focus) is held until it is clear
whether a hand or a scanner typed it. A scan goes as a whole to the screen's ScanBox or, where there
is none, to the screen as a `StrayScan`; its Enter never reaches a button. Digits that a hand typed
go as a whole to a screen with `numbers`, as a `TypedNumber`.
"""

import sys
from collections import deque
from collections.abc import Callable
from typing import Any

from textual import events
from textual.app import App, ScreenStackError
from textual.dom import DOMNode
from textual.driver import Driver
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget

from screens.burst import (
    AFTERSHOCK,
    ENDS,
    GAP,
    GS,
    LINE_END,
    PAUSE,
    SCANNER_ENDS,
    SEPARATOR,
    SILENCE,
    STALL,
    START,
    Burst,
    Scanner,
    clean,
    code_like,
    now,
)
from screens.scanbox import ScanBox

DIGITS = frozenset("0123456789")
HAND = 0.250  # seconds between two digits of a number that a hand types, at most
ROUNDS = 3  # a key, the message it posts, the message that this one's handler posts
LOST = 0.050  # seconds after which a round is started again: its widget was removed
LONGEST_HOLD = 15.0  # seconds: no fault of an act may take the keyboard away for good


class StrayScan(Message):
    """A scan for a screen that has no box: nothing was pressed by it. Text as by `clean`."""

    def __init__(self, text: str, ms: float) -> None:
        super().__init__()
        self.text, self.ms = text, ms


class TypedNumber(Message):
    """Digits typed one soon after the other, where a lone one would be a command."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class Keys(events.Event):
    """Keys that were read together, in their order."""

    def __init__(self, keys: list[events.Key]) -> None:
        super().__init__()
        self.keys = keys


class Settled(Message):
    """Sent round the widget with the focus: back at the application, all before it is done."""

    def __init__(self, serial: int) -> None:
        super().__init__()
        self.serial = serial


class KeyedApp(App[None]):
    """An application that gives out its keys one consequence after the other."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The thread that reads the keys stamps them. It must not wait 5 ms a key for its turn.
        sys.setswitchinterval(0.0005)
        self._keys_waiting: deque[events.Key | events.Paste] = deque()
        self._keys_plain = 0  # so many of them were looked at and are no scan
        self._keys_written = False  # the last one became part of a text
        self._keys_holds = 0
        self._keys_rounds = 0
        self._keys_serial = 0
        self._keys_stand: tuple[Screen[Any] | None, Widget | None] = (None, None)
        self._keys_watch: Timer | None = None
        self.scanner = Scanner()  # shared by the boxes of all screens
        self._loose = Burst(self.scanner.whole)
        self._loose_keys: list[events.Key] = []
        self._loose_digits = False  # they are all digits, and several are a number to the screen
        self._listening = False  # whether a timer will look if they go on
        self._patience = SILENCE
        self._scanned = float("-inf")  # when the last scan ended
        self._stray_over = float("-inf")  # the same of a stray one, while nothing was typed since
        self._ended = float("-inf")  # when an Enter was given out and nothing since
        self._ended_box: ScanBox | None = None  # the box that got it

    def get_driver_class(self) -> type[Driver]:
        driver = super().get_driver_class()
        if driver.__name__ != "LinuxDriver":  # Windows, or what the environment names
            return driver
        from screens.driver import SteadyDriver

        return SteadyDriver

    def hold_keys(self) -> Callable[[], None]:
        """Keep the keys back until what is returned is called, once, from any thread.

        For a handler whose act goes on in a worker. After 15 s they are let go all the same.
        """
        self._keys_holds += 1
        held = [True]

        def release() -> None:
            if held:
                held.clear()
                limit.stop()
                self._keys_holds -= 1
                self._settle()

        limit = self.set_timer(LONGEST_HOLD, release)
        return lambda: (self.call_later(release), None)[1]

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, Keys):
            for key in event.keys:
                await self.on_event(key)
        elif isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            self._keys_waiting.append(event)
            await self._give_keys()
        else:
            await super().on_event(event)

    async def _give_keys(self) -> None:
        while self._keys_waiting and not self._keys_rounds and not self._keys_holds:
            event = self._keys_waiting.popleft()
            if self._keys_plain:
                self._keys_plain -= 1
            elif self._kept(event):
                continue
            harmless = self._harmless(event)
            if not harmless and self._behind(event):
                return
            self._remember(event)
            await super().on_event(event)
            self._keys_written = harmless
            if not harmless:
                self._settle()

    def _behind(self, event: events.Key | events.Paste) -> bool:
        """Whether the event waits until a box has all that was typed, and the screen knows of it:
        it may be a key of the screen's, which the box never sees.
        """
        focus = self._where()[1]
        own = isinstance(event, events.Paste) or event.key in ENDS + SCANNER_ENDS
        if own or not isinstance(focus, ScanBox):
            return False
        if not (self._keys_written or focus.catch_up()):
            return False
        self._keys_written = False
        self._keys_waiting.appendleft(event)
        self._keys_plain += 1
        self._settle()
        return True

    def _harmless(self, event: events.Key | events.Paste) -> bool:
        """Whether it only becomes part of a text: nothing can come of it."""
        if isinstance(event, events.Key) and event.key in SEPARATOR:
            return isinstance(self._where()[1], ScanBox)
        return self._takes_text() and (isinstance(event, events.Paste) or event.is_printable)

    def _remember(self, event: events.Key | events.Paste) -> None:
        self._stray_over = self._ended = float("-inf")
        self._ended_box = None
        if isinstance(event, events.Key) and event.key in ENDS + SCANNER_ENDS:
            focus = self._where()[1]
            self._ended = event.time
            self._ended_box = focus if isinstance(focus, ScanBox) else None

    def _trails(self, event: events.Key) -> bool:
        """Whether an Enter only belongs to the scan or the CR before it, wherever that went."""
        if event.key not in ENDS:
            return False
        scan = self._ended_box.scan_over if self._ended_box else self._stray_over
        return event.time - scan <= AFTERSHOCK or (
            event.key == "ctrl+j" and event.time - self._ended <= GAP
        )

    def _takes_text(self) -> bool:
        focus = self._where()[1]
        return focus is not None and focus.check_consume_key("1", "1")

    def _kept(self, event: events.Key | events.Paste) -> bool:
        """Whether the event is not to be given out (now): split, collected or swallowed."""
        if self._loose_keys:
            return self._collected(event)
        focus = self._where()[1]
        if self._ended_box is not None:
            self._scanned = max(self._scanned, self._ended_box.scan_over)
        if isinstance(event, events.Paste):
            return self._split(event, focus)
        if self._trails(event):
            return True
        if self._takes_text():
            return False
        if event.key == START:
            return True
        if event.is_printable and event.character is not None:
            self._loosen(event, event.character)
            return True
        return False

    def _split(self, event: events.Paste, focus: Widget | None) -> bool:
        """Pasted lines are so many lines typed, but for a widget that wants them whole."""
        lines = LINE_END.split(event.text)
        if self._takes_text() and not isinstance(focus, ScanBox):
            return False
        if len(lines) == 1:
            if focus is None or not self._takes_text():
                if code_like(event.text):
                    self._stray(event.text, 0.0, event.time)
                return True
            return False
        parts: list[events.Key | events.Paste] = []
        for place, line in enumerate(lines):
            if line:
                parts.append(events.Paste(line))
            if place < len(lines) - 1 and (line or isinstance(focus, ScanBox)):
                parts.append(events.Key("enter", "\r"))
        for part in parts:
            part.time = event.time
        self._keys_waiting.extendleft(reversed(parts))
        return True

    def _loosen(self, event: events.Key, character: str) -> None:
        if not self._loose_keys:
            self._loose.forget()
            # Among scans a lone character is rather the first of the next one, held up.
            self._patience = STALL if event.time - self._scanned <= PAUSE else SILENCE
            self._loose_digits = bool(getattr(self.screen, "numbers", False))
            if not self._listening:  # one timer for a whole crowd's cards
                self._listening = True
                self.set_timer(SILENCE, self._loose_silence)
        self._loose_keys.append(event)
        self._loose_digits &= event.key in DIGITS
        self._loose.add(character, event.time)
        if len(self._loose_keys) > 1:
            # What a hand may have pressed is not kept waiting for what could not belong to it.
            self._patience = min(self.scanner.silence(self._loose.text), self._loose.patience)
        if self._loose_digits:
            self._patience = max(self._patience, HAND)

    def _collected(self, event: events.Key | events.Paste) -> bool:
        """One more key while it is open who types: take it in, or let all of them go."""
        burst, time = self._loose, event.time
        goes_on = time - self._loose_keys[-1].time <= HAND and self._loose_digits
        goes_on &= isinstance(event, events.Key) and event.key in DIGITS
        ends = isinstance(event, events.Key) and event.key in ENDS + SCANNER_ENDS
        goes_on |= burst.follows(time) if ends else burst.goes_on(time)
        if isinstance(event, events.Key) and goes_on:
            character = GS if event.key in SEPARATOR else event.character
            if character == GS or (event.is_printable and character is not None):
                self._loosen(event, character or "")
                return True
            if ends and self._read_as_code(time):
                self._loose_keys.clear()
                self.scanner.terminates = True
                self._read(time, ended=True)
                return True
        self._keys_waiting.appendleft(event)
        if burst.stands_alone and len(burst.text) == len(self._loose_keys) and not ends:
            self._loose_keys.clear()  # a whole code, and this is the next person's
            self._read(burst.last, ended=False)
        else:
            self._let_go()
        return True

    def _read_as_code(self, time: float) -> bool:
        return len(self._loose.text) == len(self._loose_keys) and self._loose.ends_as_code(time)

    def _let_go(self) -> None:
        """A hand typed them: a number, or keys like any other, the next in the order."""
        if len(self._loose_keys) > 1 and self._loose_digits:
            self._remember(self._loose_keys[-1])
            self.screen.post_message(TypedNumber("".join(key.key for key in self._loose_keys)))
            self._loose_keys.clear()
            self._settle(self.screen)
            return
        self._keys_waiting.extendleft(reversed(self._loose_keys))
        self._keys_plain += len(self._loose_keys)
        self._loose_keys.clear()

    async def _loose_silence(self) -> None:
        self._listening = False
        if not self._loose_keys:
            return
        wait = self._loose.last + self._patience - now()
        if wait > 0.001:
            self._listening = True
            self.set_timer(wait, self._loose_silence)
        elif self._loose.stands_alone:
            self._loose_keys.clear()
            self._read(self._loose.last, ended=False)
        else:
            self._let_go()
            await self._give_keys()

    def _read(self, time: float, ended: bool) -> None:
        """What was held is a scan, or several: the next waits for what the first one does."""
        first, *others = self.scanner.codes(self._loose)
        for code in (first, *others):
            self.scanner.scanned(code, ended)
        for code in reversed(others):
            paste = events.Paste(f"{code}\r")
            paste.time = time
            self._keys_waiting.appendleft(paste)
        self._stray(first, self._loose.ms, time)

    def _stray(self, text: str, ms: float, time: float) -> None:
        """A scan met no box with the focus: the screen's box takes it, else the screen."""
        self._stray_over = self._scanned = time
        screen = self.screen
        for box in screen.query(ScanBox):
            if box.display and not box.disabled and box.is_running:
                box.scan(text, ms, time)
                self._settle(box)
                return
        screen.post_message(StrayScan(self.scanner.bare(clean(text)), ms))
        self._settle(screen, getattr(screen, "rounds", ROUNDS))

    def _where(self) -> tuple[Screen[Any] | None, Widget | None]:
        try:
            return self.screen, self.focused
        except ScreenStackError:
            return None, None

    def _settle(self, first: DOMNode | None = None, rounds: int = ROUNDS) -> None:
        """Give no key out before the consequences of the last one are there."""
        self._keys_rounds = rounds
        self._keys_stand = self._where()
        self._ask(first)

    def _ask(self, target: DOMNode | None = None) -> None:
        screen, focus = self._where()
        target = target or focus or screen
        self._keys_serial += 1
        if self._keys_watch is None:
            self._keys_watch = self.set_interval(LOST, self._ask_again)
        self._keys_watch.reset()
        self._keys_watch.resume()
        (target or self).post_message(Settled(self._keys_serial))

    def _ask_again(self) -> None:
        if self._keys_rounds:
            self._ask()

    async def on_settled(self, message: Settled) -> None:
        """A round is done; enough of them that changed nothing, and the next key may come."""
        if message.serial != self._keys_serial or not self._keys_rounds:
            return
        stand = self._where()
        if stand != self._keys_stand or not (stand[0] is None or stand[0].is_mounted):
            self._keys_stand, self._keys_rounds = stand, ROUNDS
        else:
            self._keys_rounds -= 1
        if self._keys_rounds:
            self._ask()
        else:
            if self._keys_watch is not None:
                self._keys_watch.pause()
            await self._give_keys()
