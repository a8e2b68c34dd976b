"""What a keyboard-wedge scanner types, told from a hand by the time between two keys.

A scanner is only a very fast typist. What tells it apart is the time between two keys as they were
read (`event.time`, stamped in the reading thread, so a busy screen cannot make a person look like a
machine). Measured on a pseudo-terminal under Linux: characters of one read come 0.01 ms apart
(99 %: below 3 ms, while the screen draws: 18 ms at most, and 5 ms a key more with Python's own
switch interval); a scanner of 20 ms a key at most 21 ms. Key repeat comes every 30 to 40 ms and is
told by its one character; fast typists need 60 ms and more, but roll a pair in less. So a single
short gap says nothing, a whole code of them does.
"""

import re
import unicodedata
from collections.abc import Callable
from itertools import pairwise

from textual.message import Message

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


_UID = re.compile("(?:[0-9A-Fa-f]{2}){4,10}")
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
    """Whether a machine may have read it: ASCII without blanks and with a digit, or a UID without
    one (a card in 2,500 has none).
    """
    return (
        text.isascii()
        and (any(c.isdigit() for c in text) or _UID.fullmatch(text) is not None)
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
        self._ended: set[int] = set()
        self._silent: set[int] = set()

    def scanned(self, code: str, ended: bool) -> None:
        """This was a whole code, ended by a key or by silence; so may be others as long."""
        (self._ended if ended else self._silent).add(len(code))

    def whole(self, text: str) -> bool:
        """Whether it may be all of a code that nothing ends. What a key has ended before says
        nothing of that: a longer code that is held up there would be cut.
        """
        return len(text) in self._silent

    def codes(self, burst: "Burst") -> list[str]:
        """What it consists of: at one desk one scanner ends its codes, another not, and both may
        be read for one. It is several codes only if each of them is as long as one was before.
        """
        ends = [0, *burst.seams, len(burst.text)]
        parts = [burst.text[a:b] for a, b in pairwise(ends)]
        known = self._ended | self._silent
        return parts if all(len(part) in known for part in parts) else [burst.text]

    def silence(self, text: str) -> float:
        """Seconds of silence that end a burst."""
        return PAUSE if self.terminates and not self.whole(text) else SILENCE


class Burst:
    """Characters that follow each other faster than hands: the code that is being read."""

    def __init__(self, whole: Callable[[str], bool] = lambda text: False) -> None:
        self._whole = whole
        """whether a text may be all of a code: then it does not wait for more of it"""
        self.forget()

    def forget(self, scanned: bool = False) -> None:
        """Nothing that comes belongs to it any more; what comes next may be the next scan."""
        self.text = ""
        self.seams: list[int] = []
        """where in the text it was silent"""
        self.first = self.last = float("-inf")
        self._stalls, self._quick = 0, 0.0  # gaps that were too long; seconds of all others
        # How long a first character may stay alone: nothing was typed just before it.
        self._alone = PAUSE if scanned else STALL

    def add(self, character: str, time: float) -> bool:
        """Take a character in; a new burst begins (False) where it came too late for this one."""
        joined, gap = self.goes_on(time), time - self.last
        if not joined:
            if self.text:
                self._alone = STALL if gap > PAUSE else 0.0
            self.text, self.seams, self.first = "", [], time
            self._stalls, self._quick = 0, 0.0
        elif gap > GAP:
            self._stalls += 1
            if gap > SILENCE:
                self.seams.append(len(self.text))
        else:
            self._quick += gap
        self.text += character
        self.last = time
        return joined

    def goes_on(self, time: float) -> bool:
        """Whether a character read at `time` belongs to this burst: behind a whole code only at
        once, or two people's codes would become one.
        """
        return self.follows(time) and not (self._whole(self.text) and time - self.last > SILENCE)

    def follows(self, time: float) -> bool:
        """Whether a terminator read at `time` still belongs to this burst."""
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
