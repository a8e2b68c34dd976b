"""Numbers that are typed digit by digit where a lone digit is a command, as they are read out."""

from screens.burst import now

SLOW = 2.0
"""seconds between two digits of a number that somebody says on the telephone, at most"""


class SlowNumber:
    """The lone digits that came right one after the other; each was a command by itself."""

    def __init__(self) -> None:
        self._digits, self._last = "", 0.0

    def before(self, digits: str) -> str:
        """What there is with these behind it."""
        slow = now() - self._last <= SLOW
        return (self._digits if slow else "") + digits

    def add(self, digit: str) -> str:
        """The digits so far, this one among them."""
        self._digits, self._last = self.before(digit), now()
        return self._digits

    def forget(self) -> None:
        """It was taken for what it is."""
        self._digits = ""
