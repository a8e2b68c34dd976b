"""The one box of a screen: it takes a scan, a search or a sentence, and loses and mixes nothing.

A keyboard-wedge scanner is only a very fast typist. What tells it apart is the time between two
keys as they were read (`event.time`, stamped in the reading thread, so a busy screen cannot make a
person look like a machine). Measured on a pseudo-terminal under Linux: characters of one read
come 0.01 ms apart (99 %: below 3 ms, while the screen draws: 18 ms at most, and 5 ms a key more
with Python's own switch interval); a scanner of 20 ms a key at most 21 ms. Key repeat comes every
30 to 40 ms and is told by its one character; fast typists need 60 ms and more, but roll a pair in
less. So a single short gap says nothing, a whole code of them does.
"""

import re
import unicodedata
from collections.abc import Callable

from textual import events
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input
from textual.widgets.input import Selection

GAP = 0.040  # seconds between two keys of one burst, at most
MACHINE = 0.004  # no hand is this fast: such characters are shown together, not one by one
STEADY = 0.015  # keys that came this fast on average were probably a machine's
STALL = 0.300  # a busy computer, or the line, may hold a burst up this long, once
PAUSE = 1.000  # this long, three times, if no hand can have typed what is there; else it is over
SILENCE = 0.080  # ends a burst that no terminator ended
AFTERSHOCK = 0.300  # an empty Enter this soon after a scan belongs to the scan
TERMINATED, UNTERMINATED = 3, 6  # the least length of a code with, and without, a terminator

ENDS = ("enter", "ctrl+j", "ctrl+s")
SCANNER_ENDS = ("tab", "ctrl+c")  # Tab and ETX end a scan, but are a person's keys otherwise
START = "ctrl+b"  # STX
SEPARATOR = {"ctrl+right_square_bracket", "ctrl+]"}  # GS, between the fields of a GS1 code
GS = "\x1d"
LINE_END = re.compile(r"\r\n|\r|\n")  # not splitlines(): that would split at GS too


_PUNCTUATION = re.compile("([，：；！？（）～…]+)")


def clean(text: str) -> str:
    """What was entered, NFKC, full-width forms folded, blanks at the ends taken off.

    A Chinese sentence keeps its punctuation; in what else is ASCII it came from an input method.
    """
    folded = unicodedata.normalize("NFKC", text)
    if not folded.isascii():
        parts = _PUNCTUATION.split(text)
        parts[::2] = [unicodedata.normalize("NFKC", part) for part in parts[::2]]
        folded = "".join(parts)
    return folded.strip(" \t\r\n\x02\x03")


def now() -> float:
    """Now, by the clock that stamps the events."""
    return Message().time


def code_like(text: str) -> bool:
    """Whether a machine may have read it: ASCII without blanks and with a digit."""
    return (
        text.isascii()
        and any(c.isdigit() for c in text)
        and all(c == GS or (c.isprintable() and c != " ") for c in text)
    )


def garbled(text: str) -> bool:
    """Whether a code went through a Chinese input method: mostly ASCII, some of it turned."""
    plain = sum(c.isascii() for c in text)
    return (
        len(text) >= UNTERMINATED
        and len(text) > plain >= len(text) / 2
        and sum(c.isdigit() for c in text) >= 3
        and not any(c.isspace() for c in text)
        and any(unicodedata.east_asian_width(c) in "WF" for c in text)
        and not unicodedata.normalize("NFKC", text).isascii()
    )


def _as_it_is(code: str) -> str:
    return code


class Scanner:
    """What a desk's scanner was seen to do, and what it puts around a code."""

    terminates = False  # it ends its codes with a key: silence then is only a stall

    def __init__(self) -> None:
        self.bare: Callable[[str], str] = _as_it_is
        """takes off a scan the prefix, suffix and AIM id that were learnt"""

    @property
    def silence(self) -> float:
        """Seconds of silence that end a burst."""
        return PAUSE if self.terminates else SILENCE


class Burst:
    """Characters that follow each other faster than hands: the code that is being read."""

    def __init__(self) -> None:
        self.forget()

    def forget(self, scanned: bool = False) -> None:
        """Nothing that comes belongs to it any more; what comes next may be the next scan."""
        self.text = ""
        self.first = self.last = float("-inf")
        self._stalls, self._quick = 0, 0.0  # gaps that were too long; seconds of all others
        # How long a first character may stay alone: nothing was typed just before it.
        self._alone = PAUSE if scanned else STALL

    def add(self, character: str, time: float) -> bool:
        """Take a character in; a new burst begins (False) where it came too late for this one."""
        joined, gap = self.follows(time), time - self.last
        if not joined:
            if self.text:
                self._alone = STALL if gap > PAUSE else 0.0
            self.text, self.first = "", time
            self._stalls, self._quick = 0, 0.0
        elif gap > GAP:
            self._stalls += 1
        else:
            self._quick += gap
        self.text += character
        self.last = time
        return joined

    def follows(self, time: float) -> bool:
        """Whether something read at `time` still belongs to this burst."""
        return bool(self.text) and time - self.last <= self.patience

    @property
    def patience(self) -> float:
        """Seconds behind its last character in which another one still belongs to it.

        Not by the one gap alone: a code that was held up must not lose its first characters.
        """
        quick = len(self.text) - 1 - self._stalls
        if not self.text.isascii() or " " in self.text:
            return GAP
        if quick > 0 and self._quick / quick <= MACHINE:
            return PAUSE if self._stalls < 3 else GAP
        if self._stalls:
            return GAP
        if quick == 0:
            return max(GAP, self._alone)
        return STALL if self._quick / quick <= STEADY else GAP

    def ends_as_code(self, time: float) -> bool:
        """Whether a terminator read at `time` makes a scan of it."""
        stalled = self._stalls or time - self.last > GAP
        least = TERMINATED + 2 * bool(stalled)
        return self.follows(time) and len(self.text) >= least and code_like(self.text)

    @property
    def stands_alone(self) -> bool:
        """Whether it is a scan without any terminator; a key held down is none."""
        return len(self.text) >= UNTERMINATED and len(set(self.text)) > 1 and code_like(self.text)

    @property
    def ms(self) -> float:
        """Milliseconds from its first to its last character."""
        return max(0.0, self.last - self.first) * 1000


class ScanBox(Input):
    """An input line for scans, searches and sentences; posts `Entered`, never `Submitted`.

    A scan that arrives in a half-typed sentence is entered by itself; the sentence stays.
    """

    class Entered(Message):
        """A line was entered. In order, each once.

        text: normalised by `clean`; "" if Enter came alone. scanned: a machine typed it; `whole`
        is then all that it typed, `text` the code in it. ms: from its first to its last character
        where it was scanned, else 0.
        """

        def __init__(
            self, box: "ScanBox", text: str, scanned: bool, ms: float, whole: str = ""
        ) -> None:
            super().__init__()
            self.box, self.text, self.scanned, self.ms = box, text, scanned, ms
            self.whole = whole or text

        @property
        def control(self) -> "ScanBox":
            return self.box

        @property
        def digit(self) -> int | None:
            """The short form, a lone digit typed by hand; else None."""
            alone = len(self.text) == 1 and self.text.isascii() and self.text.isdigit()
            return int(self.text) if alone and not self.scanned else None

    class InputMethodOn(Message):
        """A scan went through a Chinese input method; what it became stays, selected."""

        def __init__(self, box: "ScanBox", text: str) -> None:
            super().__init__()
            self.box, self.text = box, text

        @property
        def control(self) -> "ScanBox":
            return self.box

    clears = True
    """whether a line that was entered leaves the box empty"""

    _burst_at = 0  # where in the value the burst begins
    _unshown = ""  # its characters that are not yet in the value
    scan_over = float("-inf")  # when the last scan ended, by the events' clock
    _line_over = float("-inf")
    _untouched = False  # since then
    _silence: Timer | None = None
    _showing: Timer | None = None

    def _on_mount(self, event: events.Mount) -> None:
        self._burst = Burst()
        self.select_on_focus = False  # what is half-typed is gone on with, not typed over
        # An application that knows its scanner shares what it knows between its boxes.
        self.scanner: Scanner = getattr(self.app, "scanner", None) or Scanner()

    def _on_focus(self, event: events.Focus) -> None:
        self.lead_cursor()

    def lead_cursor(self) -> None:
        """Have the terminal's cursor here: an input method opens its window there.

        Textual places it before the box has its place on the screen.
        """
        self.call_after_refresh(self._lead_cursor)

    def _lead_cursor(self) -> None:
        if self.has_focus:
            self.app.cursor_position = self.cursor_screen_offset

    async def _on_key(self, event: events.Key) -> None:
        # Everything that matters is done here, in the order read: a binding would run later, in
        # the application's own queue, when the next code's characters are already in the value.
        key = event.key
        if event.is_printable and event.character is not None:
            self._type(event.character, event.time)
        elif key in ENDS or (key in SCANNER_ENDS and self._burst.ends_as_code(event.time)):
            self._end(key, event.time)
        elif key == START:
            self._show()
            self._burst.forget()
        elif key in SEPARATOR:
            if not self._burst.add(GS, event.time):
                self._show()
                self._burst_at = self.cursor_position
        else:
            self._show()
            self._burst.forget()
            return
        event.stop()
        event.prevent_default()

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self._show()
        lines = LINE_END.split(event.text)
        for line in lines[:-1]:
            self._put(line, event.time)
            self._end("paste", event.time)
        if lines[-1]:
            self._put(lines[-1], event.time)

    def _put(self, text: str, time: float) -> None:
        """Put pasted text in at the cursor."""
        self._burst.forget()
        if not text:
            return
        self._untouched = False
        self.replace(text, *self.selection)
        self._burst_at = self.cursor_position - len(text)
        self._burst.add(text, time)

    def _type(self, character: str, time: float) -> None:
        self._untouched = False
        burst, last = self._burst, self._burst.last
        joined = burst.add(character, time)
        if joined and self.selection.is_empty and time - last <= MACHINE and character.isascii():
            self._unshown += character
            if self._showing is None:
                self._showing = self.set_timer(GAP, self._show)
        else:
            self._show()
            self._restart_blink()
            self.replace(character, *self.selection)
            if not joined:
                self._burst_at = self.cursor_position - 1
        if self._silence is None and burst.stands_alone:
            self._silence = self.set_timer(self.scanner.silence, self._listen)

    def _show(self) -> None:
        """Bring the characters that came at a machine's speed into the value."""
        if self._showing is not None:
            self._showing.stop()
            self._showing = None
        if self._unshown:
            text, self._unshown = self._unshown, ""
            self.insert_text_at_cursor(text)

    def _listen(self) -> None:
        """It may be silent: look again behind every key that is already read."""
        last = self._burst.last
        self.app.call_later(self.call_later, self._fall_silent, last)

    def _fall_silent(self, last: float) -> None:
        self._silence = None
        if not self._burst.stands_alone:
            return
        left = self._burst.last + self.scanner.silence - now()
        if self._burst.last > last or left > 0.001:
            self._silence = self.set_timer(max(left, 0.001), self._listen)
        else:
            self.scanner.terminates = False
            self._enter_scan(last)

    def _end(self, key: str, time: float) -> None:
        """The line is complete: enter it, or swallow an Enter that only trails another one."""
        if self._burst.ends_as_code(time):
            self.scanner.terminates |= key != "paste"
            self._enter_scan(time)
            return
        fast = self._burst.follows(time)
        if fast and garbled(self._burst.text):
            self._complain(time)
            return
        self._show()
        self._burst.forget()
        trails = time - self.scan_over <= AFTERSHOCK
        trails |= key == "ctrl+j" and time - self._line_over <= GAP
        if not (trails and self._untouched):
            text = clean(self.value)
            if self.clears:
                self.value = ""
            self._line_over, self._untouched = time, True
            self.post_message(self.Entered(self, text, False, 0.0))

    def _enter_scan(self, time: float) -> None:
        """Enter the burst by itself and leave in the value what was there before it."""
        text, ms = self._burst.text, self._burst.ms
        shown = len(text.replace(GS, "")) - len(self._unshown)
        self._unshown = ""
        self._show()
        self._burst.forget(scanned=True)
        if shown:
            self.replace("", self._burst_at, self._burst_at + shown)
        self.scan(text, ms, time)

    def scan(self, text: str, ms: float, time: float) -> None:
        """Enter a scan read at `time` (an event's) without touching what is in the box."""
        self.scan_over, self._untouched = time, True
        whole = clean(text)
        self.post_message(self.Entered(self, self.scanner.bare(whole), True, ms, whole))

    def _complain(self, time: float) -> None:
        self._show()
        text = self._burst.text
        self._burst.forget()
        self.scan_over, self._untouched = time, True
        self.selection = Selection(self._burst_at, len(self.value))
        self.post_message(self.InputMethodOn(self, text))
