"""The terminal under Linux and macOS: one thread reads it, whatever stops the program meanwhile."""

import asyncio
import termios
import tty
from contextlib import suppress

from textual.drivers.linux_driver import LinuxDriver


class SteadyDriver(LinuxDriver):
    """Textual's driver, but for a stop that was not announced (SIGSTOP, or SIGCONT alone).

    Textual takes the terminal down at SIGTSTP only, yet sets all of it up at every SIGCONT: a
    second thread then reads beside the first, each takes some of the keys, and they come in
    another order than they were typed in.
    """

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
