"""A card that is nobody's yet: the number typed next says whose it is, and the act goes on."""

from datetime import datetime, timedelta
from typing import Any

from deskapp import cards, staff
from deskapp.readers import Found
from screens.base import DeskScreen

LONGEST = timedelta(minutes=2)
"""from the scan to the number; later it is probably the next reader's"""


class Unbound:
    """The unknown card of a screen, if there is one."""

    def __init__(self) -> None:
        self._code: str | None = None
        self._at: datetime | None = None

    @property
    def code(self) -> str:
        """The card's last characters while it waits for a number; else empty."""
        return f"****{self._code[-2:]}" if self._code else ""

    def forget(self) -> None:
        self._code = None

    def scanned(self, screen: DeskScreen[Any], code: str) -> None:
        """An unknown card was scanned: ask for the number. A colleague's badge is no card: they
        take over, and their PIN is asked for.
        """
        self.forget()
        if code.upper() in {each.badge for each in screen.act(staff.everybody, screen.desk) or ()}:
            screen.front.lock(code)
            return
        if screen.act(cards.bindable, screen.desk, code):
            screen.say(screen.t("box.unknown_card"), error=True)
            self._code, self._at = code, screen.front.now()

    def whose(self, screen: DeskScreen[Any], reader: Found, scanned: bool = False) -> Found:
        """A number was typed: if a card waits for one, it is this reader's from now on. One that
        was scanned may as well be the next reader's card: it binds nothing, which is said.
        """
        code, at = self._code, self._at
        self.forget()
        if code is None or at is None or not at <= screen.front.now() <= at + LONGEST:
            return reader
        if scanned:
            screen.say(screen.t("box.card_dropped"), error=True)
            return reader
        bound = screen.act(cards.bind, screen.desk, code, reader.id)
        if bound is None:
            return reader
        if bound.reader.unverified:
            screen.say(screen.t("card.bound"))
        return bound.reader
