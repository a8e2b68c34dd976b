"""The one box of a screen: it takes a scan, a search or a sentence; nothing is lost or mixed."""

from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Static
from textual.widgets.input import Selection

from screens.burst import (
    AFTERSHOCK,
    ENDS,
    GAP,
    GS,
    LINE_END,
    MACHINE,
    SCANNER_ENDS,
    SEPARATOR,
    SILENCE,
    START,
    UNTERMINATED,
    Burst,
    Scanner,
    clean,
    garbled,
    now,
)


class ScanBox(Input):
    """An input line for scans, searches and sentences; posts `Entered`, never `Submitted`.

    A scan that arrives in a half-typed sentence is entered by itself; the sentence stays.
    """

    class Entered(Message):
        """A line was entered. In order, each once.

        text: normalised by `clean`; "" if Enter came alone. scanned: a machine typed it; `whole`
        is then all that it typed, `text` the code in it. ms: from its first to its last character
        where it was scanned, else 0. `typed`: the line as it came, full-width forms and all.
        """

        def __init__(
            self,
            box: "ScanBox",
            text: str,
            scanned: bool,
            ms: float,
            whole: str = "",
            typed: str = "",
        ) -> None:
            super().__init__()
            self.box, self.text, self.scanned, self.ms = box, text, scanned, ms
            self.whole, self.typed = whole or text, typed or text

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

    patient = True
    """whether a scan that is held up is waited for: not where a secret is typed behind it"""

    hears_silence = True
    """whether a burst that nothing ended is a scan: not where a new PIN may be pasted"""

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
        self._burst = Burst(self._whole)
        self.select_on_focus = False  # what is half-typed is gone on with, not typed over
        # An application that knows its scanner shares what it knows between its boxes.
        self.scanner: Scanner = getattr(self.app, "scanner", None) or Scanner()

    def _whole(self, text: str) -> bool:
        return self.scanner.whole(text) or (not self.patient and len(text) >= UNTERMINATED)

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

    def empty(self) -> None:
        """What stands here was dealt with: no code goes on from it."""
        self.catch_up()
        self._burst.forget()
        self.value = ""

    async def _on_key(self, event: events.Key) -> None:
        # Everything that matters is done here, in the order read: a binding would run later, in
        # the application's own queue, when the next code's characters are already in the value.
        key = event.key
        if event.is_printable and event.character is not None:
            self._type(event.character, event.time)
        elif key in ENDS or (key in SCANNER_ENDS and self._burst.ends_as_code(event.time)):
            self._end(key, event.time)
        elif key == START:
            self.catch_up()
            self._burst.forget()
        elif key in SEPARATOR:
            if not self._burst.add(GS, event.time):
                self.catch_up()
                self._burst_at = self.cursor_position
        else:
            self.catch_up()
            self._burst.forget()
            return
        event.stop()
        event.prevent_default()

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.catch_up()
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
        burst = self._burst
        alone = self.hears_silence and burst.stands_alone
        if alone and self._whole(burst.text) and not burst.goes_on(time):
            # No silence was heard, and this is the next one's.
            self._enter_scan(burst.last, ended=False)
        self._untouched, last = False, burst.last
        joined = burst.add(character, time)
        if joined and self.selection.is_empty and time - last <= MACHINE and character.isascii():
            self._unshown += character
            if self._showing is None:
                self._showing = self.set_timer(GAP, self.catch_up)
        else:
            self.catch_up()
            self._restart_blink()
            self.replace(character, *self.selection)
            if not joined:
                self._burst_at = self.cursor_position - 1
        if self._silence is None and self.hears_silence and burst.stands_alone:
            self._silence = self.set_timer(SILENCE, self._listen)

    def catch_up(self) -> bool:
        """Bring the characters that came at a machine's speed into the value; whether any did."""
        if self._showing is not None:
            self._showing.stop()
            self._showing = None
        text, self._unshown = self._unshown, ""
        if text:
            self.insert_text_at_cursor(text)
        return bool(text)

    def _listen(self) -> None:
        """It may be silent: look again behind every key that is already read."""
        last = self._burst.last
        self.app.call_later(self.call_later, self._fall_silent, last)

    @property
    def _patience(self) -> float:
        text = self._burst.text
        return SILENCE if self._whole(text) else self.scanner.silence(text)

    def _fall_silent(self, last: float) -> None:
        self._silence = None
        if not self._burst.stands_alone:
            return
        left = self._burst.last + self._patience - now()
        if self._burst.last > last or left > 0.001:
            self._silence = self.set_timer(max(left, 0.001), self._listen)
        else:
            self.scanner.terminates = False
            self._enter_scan(last, ended=False)

    def _end(self, key: str, time: float) -> None:
        """The line is complete: enter it, or swallow an Enter that only trails another one."""
        if self._burst.ends_as_code(time):
            self.scanner.terminates |= key != "paste"
            self._enter_scan(time, ended=True)
            return
        fast = self._burst.follows(time)
        if fast and garbled(self._burst.text):
            self._complain(time)
            return
        self.catch_up()
        self._burst.forget()
        trails = time - self.scan_over <= AFTERSHOCK
        trails |= key == "ctrl+j" and time - self._line_over <= GAP
        if not (trails and self._untouched):
            typed, text = self.value, clean(self.value)
            if self.clears:
                self.value = ""
            self._line_over, self._untouched = time, True
            self.post_message(self.Entered(self, text, False, 0.0, typed=typed))

    def _enter_scan(self, time: float, ended: bool) -> None:
        """Enter the burst by itself and leave in the value what was there before it."""
        text, ms, codes = self._burst.text, self._burst.ms, self.scanner.codes(self._burst)
        shown = len(text.replace(GS, "")) - len(self._unshown)
        self._unshown = ""
        self.catch_up()
        self._burst.forget(scanned=True)
        if shown:
            self.replace("", self._burst_at, self._burst_at + shown)
        for code in codes:
            self.scanner.scanned(code, ended)
            self.scan(code, ms, time)

    def scan(self, text: str, ms: float, time: float) -> None:
        """Enter a scan read at `time` (an event's) without touching what is in the box."""
        self.scan_over, self._untouched = time, True
        whole = clean(text)
        self.post_message(self.Entered(self, self.scanner.bare(whole), True, ms, whole))

    def _complain(self, time: float) -> None:
        self.catch_up()
        text = self._burst.text
        self._burst.forget()
        self.scan_over, self._untouched = time, True
        self.selection = Selection(self._burst_at, len(self.value))
        self.post_message(self.InputMethodOn(self, text))


def prompted(*line: Widget) -> ComposeResult:
    """The line of a screen that takes what is typed, and what stands beside it."""
    with Horizontal(classes="line"):
        yield Static(" > ", classes="prompt", markup=False)
        yield from line


def write_in(screen: Screen[Any], box: str, text: str) -> None:
    """Go on typing in a box, wherever one was."""
    line = screen.query_one(box, ScanBox)
    line.focus()
    line.cursor_position = len(line.value)
    line.insert_text_at_cursor(text)


def meant_for(
    screen: Screen[Any], box: str, list_: str, event: events.Key, digits: str = ""
) -> None:
    """Whatever is typed on the list, but for its own `digits`, means the box; Down leads there."""
    if screen.focused is screen.query_one(box):
        if event.key != "down":
            return
        screen.query_one(list_).focus()
    elif event.character and event.is_printable and event.character not in digits:
        write_in(screen, box, event.character)
    else:
        return
    event.stop()
