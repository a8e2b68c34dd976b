"""A command as it was asked for: who acts, on which data, and what is said about it."""

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from getpass import getpass
from pathlib import Path
from typing import Any, Protocol, Self
from zoneinfo import ZoneInfo

from db.books import BOOKS
from db.clock import SystemClock
from db.ledger import Ledger
from db.place import desk_code, is_pack
from db.refusal import Refusal
from db.store import Store
from deskapp import config, copies, staff
from deskapp.desk import STORE, Desk, Operator, open_desk, profile_of
from deskapp.language import Language


class Show(Protocol):
    """Opens the screen of a data folder, with somebody signed in, or a zone's kiosk, or a door of
    an event; above this lies the screen.
    """

    def __call__(
        self, folder: Path, operator: Operator | None, zone: str = "", *, door: bool = False
    ) -> None: ...


DONE, PARTLY, WRONG_USAGE, REFUSED = range(4)


class WrongUsage(Exception):
    """Something that the grammar cannot know is missing; says what, in the user's language."""


@dataclass(slots=True)
class Report:
    """How a command ended: sentences for a person, `facts` for a program."""

    sentences: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    status: int = DONE


class Progress:
    """How far long work is, on a terminal's error stream, once it has taken a second."""

    def __init__(self, t: Language) -> None:
        self.t = t
        self._clock = SystemClock()
        self._begun = self._shown = self._clock.ticks()
        self._width = 0

    def share(self, done: int, total: int) -> None:
        percent = min(100, done * 100 // total) if total else 100
        self._show(self.t("progress.share", done=done, total=total, percent=percent))

    def count(self, what: str, done: int) -> None:
        self._show(self.t(f"counting.{what}", done=done))

    def _show(self, text: str) -> None:
        now = self._clock.ticks()
        if now - self._begun < 1 or now - self._shown < 0.1 or not sys.stderr.isatty():
            return
        self._shown = now
        sys.stderr.write(f"\r{text}\x1b[K")
        sys.stderr.flush()
        self._width = len(text)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.end()

    def end(self) -> None:
        if self._width:
            sys.stderr.write("\r\x1b[K")
            self._width = 0


def answer(ask: Callable[[str], str], words: str) -> str:
    """What somebody types; Ctrl+D leaves as Ctrl+C does."""
    try:
        return ask(words + " ")
    except (EOFError, KeyboardInterrupt):
        sys.stderr.write("\n")  # what is said next stands on a line of its own
        raise KeyboardInterrupt from None


class Command:
    """One command: nothing is done in nobody's name but what keeps the machine's files."""

    def __init__(self, asked: Namespace, t: Language, show: Show) -> None:
        self.asked = asked
        self.t = t
        self.show = show
        self.folder = config.data_folder(asked.data, os.environ)
        self.progress = Progress(t)
        self.typed = ""
        """the PIN of whoever acts, as it was typed"""

    def warn(self, sentence: str) -> None:
        self.progress.end()
        sys.stderr.write(sentence + "\n")

    @cached_property
    def zone(self) -> ZoneInfo | None:
        """The library's; None, which is this machine's, where no store here says it."""
        with suppress(Refusal), self.ledger() as ledger, ledger.store.reading() as connection:
            profile = profile_of(connection)
            return ZoneInfo(profile.zone) if profile else None
        return None

    # who acts

    def pin(self, *, twice: bool = False) -> str:
        """The PIN: a line of standard input, or asked for where nobody sees it."""
        if self.asked.pin_stdin:
            return sys.stdin.readline().rstrip("\r\n")
        if not sys.stdin.isatty():
            raise WrongUsage(self.t("command.pin_how"))
        pin = answer(getpass, self.t("command.pin"))
        if twice and answer(getpass, self.t("command.pin_again")) != pin:
            raise WrongUsage(self.t("command.pins_differ"))
        return pin

    def secret(self, asked: str) -> str:
        """Another secret, such as a shift lead's PIN: the next line of standard input, or asked for
        where nobody sees it.
        """
        if self.asked.pin_stdin:
            return sys.stdin.readline().rstrip("\r\n")
        return answer(getpass, asked)

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """The desk in the hands of whoever acts: nothing is done in nobody's name."""
        desk = open_desk(self.folder)
        try:
            badge = self.asked.badge
            if badge is None:
                if not sys.stdin.isatty():
                    raise WrongUsage(self.t("command.badge_how"))
                badge = answer(input, self.t("command.badge"))
            self.typed = self.pin()
            yield staff.sign_in(desk, badge, self.typed)
        finally:
            desk.close()

    def caught_up(self, desk: Desk, report: Report) -> Report:
        """The second copy follows at the end of whatever wrote."""
        trouble = copies.catch_up(desk)
        if trouble is not None:
            why = self.t.refused(trouble.code, trouble.facts)
            self.warn(self.t("command.copy_behind", why=why))
            report.facts["copy"] = trouble.code
        return report

    # keeping

    @contextmanager
    def ledger(self) -> Iterator[Ledger]:
        """The ledger alone: it is kept by whoever looks after the machine, in nobody's name."""
        store = Store(self.folder / STORE)
        try:
            yield Ledger(store, BOOKS, SystemClock())
        finally:
            store.close()

    def refuse_pack(self) -> None:
        """Refuses PackOnly: of a pack nobody needs a copy, and what is in it is carried whole."""
        with self.ledger() as ledger, ledger.store.reading() as connection:
            if is_pack(connection):
                raise Refusal("PackOnly", pack=desk_code(connection))

    def begin_copy(self, desk: Desk, folder: Path, report: Report) -> None:
        path = copies.begin(desk, folder)
        report.sentences.append(self.t("command.copy_begun", file=path))
        report.facts["copy"] = path
