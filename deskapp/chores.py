"""What the desk does by itself while it is open, in nobody's name."""

from db.copy import Copy
from deskapp import (
    bans,
    bookings,
    calls,
    copies,
    erasures,
    handovers,
    sweeps,
    wall_clock,
)
from deskapp.bookings import Freed
from deskapp.desk import Desk, Refusal
from deskapp.handovers import Returned

BEHIND = 2.0
"""Seconds that the second copy may be behind the desk."""


class Chores:
    """Offers come back, what is over ends, readers are called, bans are drawn, erasures are carried
    on, the second copy follows.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._copy: Copy | None = None
        self._said: str | None = None
        self.freed: list[Freed] = []
        """rooms that came free when this was last done, and who has them now"""

    def do(self) -> list[Returned]:
        """Whatever is due; gives the offers that came back. Quick: the copy follows in a thread.

        A pack has none: what follows from what it did is for those who know more.

        Refuses what the store refuses, and once whatever keeps the second copy from following.
        """
        if self._desk.pack is not None:
            return []
        # A clock that cannot be right decides nothing that holds at every desk.
        trusted = wall_clock.doubt(self._desk) is None
        returned = handovers.lapse(self._desk) if trusted else []
        if trusted:
            sweeps.sweep(self._desk)
            sweeps.settle(self._desk)
            calls.go_on(self._desk)
            self.freed = bookings.sweep(self._desk)
        bans.settle(self._desk)
        erasures.go_on(self._desk)
        self._follow()
        return returned

    def _follow(self) -> None:
        if self._copy is None or self._copy.path != copies.path_of(self._desk):
            self.end()
            self._copy = copies.copy_of(self._desk)
            if self._copy is not None:
                self._copy.follow(BEHIND)
        trouble = self._copy.trouble if self._copy is not None else None
        said, self._said = self._said, str(trouble) if trouble else None
        if trouble is not None and self._said != said:
            if isinstance(trouble, Refusal):
                raise trouble
            raise Refusal("CopyTroubled", why=str(trouble)) from trouble

    def end(self) -> None:
        """The desk closes: the copy catches up once more."""
        if self._copy is not None:
            self._copy.stop()
            self._copy = None
