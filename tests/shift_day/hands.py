"""The hands of a clerk, and the scanner in them: keys and bursts, and what the screen answers.

Keys that a person presses without looking are sent without looking; what a person waits to see is
waited for.
"""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from deskapp.language import Language
from deskapp.readers import masked_name, masked_number
from tests import forks
from tests.front import PIN
from tests.shift_day.crowd import Device, Reader
from tests.terminal import Terminal

PATIENCE = 20.0
"""seconds that a clerk waits for what the screen should say"""
BREATH = 0.15
"""seconds between the last key of a hand and the scanner's first; or for a look at what shorthand
means
"""
LINES = 15
"""of a form at most"""
GLANCE = 0.25
"""seconds in which a line is marked"""


def shown(reader: Reader) -> str:
    """How a screen shows whose turn it is."""
    return f"{masked_name(reader.name)}  {masked_number(reader.number)}"


class Hands:
    """One desk's program on a terminal, in one language; started again after a power cut."""

    def __init__(self, store: Path, folder: Path, language: str, columns: int, rows: int) -> None:
        self.store, self.folder, self.size = store, folder, (columns, rows)
        self.t = Language(language)
        self.front = self._started()

    def _started(self) -> Terminal:
        argv = ["deskapp", "--data", str(self.store), "--lang", self.t.code]
        columns, rows = self.size
        return Terminal(argv, home=self.folder, columns=columns, rows=rows, start=forks.start)

    # Seeing

    def said(self, key: str, **facts: object) -> str:
        """A message as far as it is certain: up to the first fact that is None."""
        gap = "\0"
        words = self.t(key, **{name: gap if v is None else v for name, v in facts.items()})
        return words.partition(gap)[0]

    def see(self, *wanted: str) -> None:
        """One of these is to be seen."""
        self.front.wait(*wanted, seconds=PATIENCE)

    def hear(self, key: str, **facts: object) -> None:
        """The message is to be seen."""
        self.see(self.said(key, **facts))

    def sees(self, words: str) -> bool:
        return words in self.front.text()

    def see_reader(self, reader: Reader) -> None:
        """The screen says whose turn it is."""
        self.see(shown(reader))

    def see_home(self) -> None:
        self.see(f" {self.t('tally.title')} 1")

    # Typing

    def press(self, *keys: str) -> None:
        self.front.keys(*keys)

    def write(self, words: str, *keys: str) -> None:
        """Words, as an input method hands them on: in one piece, and the hand rests."""
        self.front.keys(words, *keys)

    def spell(self, text: str, *keys: str) -> None:
        """Digits and letters, key by key."""
        self.front.keys(*text, *keys)

    def short(self, mark: str, word: str) -> None:
        """Shorthand: a look at what it means, and Space takes that."""
        self.spell(mark + word)
        self.front.pump(BREATH)
        self.press("space")

    def scan(self, device: Device, *codes: str) -> None:
        """Cards, one right behind the other."""
        self.front.pump(BREATH)
        self.front.send(b"".join(device.burst(code) for code in codes))

    # Coming and going

    def sign_in(self, badge: str, name: str) -> None:
        """The badge is scanned, the PIN typed."""
        self.hear("signin.title")
        self.front.pump(BREATH)
        self.front.send(f"{badge}\r")
        self.see(badge)
        self.press(*PIN, "enter")
        self.see(f"{name}*", f"{name}  ")

    def change(self, badge: str, name: str) -> None:
        """Another person takes the keyboard."""
        self.press("ctrl+l")
        self.sign_in(badge, name)

    def cut(self) -> None:
        """The power goes; and comes again."""
        self.front.kill()
        self.front.close()
        self.front = self._started()

    def leave(self) -> int:
        """Out of the program; its exit status."""
        self.press("ctrl+q")
        self.hear("quit.question")
        self.press("right")
        return self.front.leave(b"\r")

    # Screens

    def go_up(self, label: str) -> None:
        """To the line of a form above, by the mark that it gets."""
        for _ in range(LINES):
            self.press("up")
            with suppress(TimeoutError):
                self.front.wait(f"\n>{self.t(label)}", seconds=GLANCE)
                return
        raise TimeoutError(f"no line {label}\n{self.front.text()}")

    def open(self, number: str) -> None:
        """A request by its number, from Home."""
        self.spell(number, "enter")
        self.hear("record.course")

    def take_back(self, words: str) -> None:
        """The draft put aside last, whether more of them wait or none."""
        self.press("ctrl+y")
        self.see(self.said("log.resumed"), self.said("log.resumed_more", count=None))
        self.see(words)

    def back(self) -> None:
        """To Home, from what stands on it."""
        self.press("esc")
        self.see_home()

    def learn(self, device: Device, cards: Iterable[tuple[str, str]]) -> None:
        """Three cards beside their readers' numbers, on the set-up's own screen."""
        self.press("ctrl+p")
        self.hear("textual.palette.search")
        self.write(self.t("command.shapes"), "enter")
        for place, (code, number) in enumerate(cards, 1):
            self.hear("learning.scan_card", place=place, count=3)
            self.scan(device, code)
            self.hear("learning.number", card=None)
            self.spell(number, "enter")
        self.hear("learning.learnt", scanner=device.shapes[0])
        self.back()
