"""The terminal under Linux and macOS: one thread reads it, whatever stops the program meanwhile."""

import asyncio
import re
import signal
import termios
import tty
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from time import monotonic
from typing import Any

from textual import events
from textual._xterm_parser import XTermParser
from textual.drivers import linux_driver
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from screens.keys import Keys

ESC, PRESSED = "\x1b", "\x1b[27u"
"""how a sequence begins, and the Esc key by itself as a sequence"""
TOGETHER = 0.05
"""seconds in which the rest of a sequence follows its Esc"""
_KEY = re.compile(r"\x1b(?![\x1b\[\]P_^X\\]|O(?:[A-Za-z]|\Z))")


class KeyParser(XTermParser):
    """Esc and what is typed or scanned behind it are keys of their own.

    Textual waits 100 ms and takes both for one key with Alt (Esc and 9 are ª, Esc and o4 nothing):
    a scan right behind Esc lost its first characters. Nothing here is bound to Alt.
    """

    _held: float | None = None  # when an Esc came behind which nothing has come yet

    def feed(self, data: str) -> Iterable[Message]:
        whole = ESC + data if self._held is not None and data else data
        self._held = monotonic() if whole.endswith(ESC) else None
        known = _KEY.sub(lambda _: PRESSED, whole.removesuffix(ESC))
        return super().feed(known) if known or not data else ()

    def tick(self) -> Iterable[Message]:
        if self._held is not None and monotonic() - self._held >= TOGETHER:
            self._held = None
            yield from super().feed(PRESSED)
        yield from super().tick()


# The thread that reads the terminal takes its parser from this name, and from nowhere else.
vars(linux_driver)["XTermParser"] = KeyParser


class SteadyDriver(LinuxDriver):
    """Textual's driver, but for a stop that was not announced (SIGSTOP, or SIGCONT alone).

    Textual takes the terminal down at SIGTSTP only, yet sets all of it up at every SIGCONT: a
    second thread then reads beside the first, each takes some of the keys, and they come in
    another order than they were typed in.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._read: deque[Message] = deque()
        self._told = False
        # Started by something that outlives its terminals (nohup) it would go on, reading nothing
        # as fast as it can, when its terminal is gone.
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        # Whoever ends it from outside ends it in order. asyncio would take the loop of messages
        # away at SIGINT and leave a screen that answers nobody; SIGTERM the terminal as it is.
        for number in (signal.SIGINT, signal.SIGTERM):
            self._loop.add_signal_handler(number, self._app.exit)

    def send_message(self, message: Message) -> None:
        """Hand on what was read. Textual takes a task, two futures and a message for each key: here
        all keys that are there when the loop comes to them are one message.
        """
        self._read.append(message)
        if not self._told:
            self._told = True
            self._loop.call_soon_threadsafe(self._hand_on)

    def _hand_on(self) -> None:
        self._told = False  # before anything is taken: what is read from now on is told of again
        keys: list[events.Key] = []
        while self._read:
            message = self._read.popleft()
            if isinstance(message, events.Key):
                keys.append(message)
            else:
                self._hand_keys_on(keys)
                self._app.post_message(message)
        self._hand_keys_on(keys)

    def _hand_keys_on(self, keys: list[events.Key]) -> None:
        if keys:
            self._app.post_message(Keys(keys[:]) if len(keys) > 1 else keys[0])
            keys.clear()

    def _sigcont_application(self, *_: object) -> None:
        if self._must_signal_resume:  # SIGTSTP came before
            super()._sigcont_application()
        elif self._auto_restart and self._key_thread is not None and self._key_thread.is_alive():
            # Not at once: what the signal interrupted may hold the lock of what is written.
            asyncio.get_running_loop().call_soon_threadsafe(self._take_back)

    def _take_back(self) -> None:
        """Set the terminal as it was: a shell may have had it in between. No key is dropped."""
        with suppress(termios.error):
            modes = termios.tcgetattr(self.fileno)
            modes[tty.LFLAG] = self._patch_lflag(modes[tty.LFLAG])
            modes[tty.IFLAG] = self._patch_iflag(modes[tty.IFLAG])
            modes[tty.CC][termios.VMIN] = 1
            termios.tcsetattr(self.fileno, termios.TCSANOW, modes)
        # Alternate screen, no cursor, reports of the focus.
        self.write("\x1b[?1049h\x1b[?25l\x1b[?1004h")
        self._enable_mouse_support()
        self._enable_bracketed_paste()
        self._disable_line_wrap()
        self._app.refresh(layout=True)
