"""What is half-written is kept at the desk: soon, and whenever the screen is left."""

from textual.timer import Timer

from deskapp import drafts
from deskapp.drafts import Draft, Slip
from deskapp.requests import Logged
from screens.base import DeskScreen
from screens.options import results

SOON = 2.0
"""seconds of typing that a power cut may take, at most"""


class KeptScreen(DeskScreen[Logged]):
    """A screen on which a request is written. `writing` is what is there; `write_soon` is called
    when that has changed, `throw_away` when it is on record.
    """

    def __init__(self, writing: Draft) -> None:
        super().__init__()
        self.writing = writing
        self.slip: Slip | None = None
        self.resumed = False
        self.waiting = 0
        """drafts that wait behind the one that is gone on with"""
        self._over = False
        self._soon: Timer | None = None

    def begin(self) -> None:
        """Go on with what was left half-written, unless something else was asked."""
        opened, parked = self.writing, self._parked()
        kept = self.act(drafts.kept, self.desk, parked) or []
        for slip, draft in kept:
            if draft.begun == opened.begun if opened.begun else not parked:
                self.slip, self.writing = slip, draft
                draft.patron = draft.patron or opened.patron
                if draft.result not in {each.value for each in results(self.t, self.desk)}:
                    draft.result = None
                self.resumed, self.waiting = True, len(kept) - 1
                return
        self.slip = Slip(self.desk)

    def _parked(self) -> set[str]:
        """The slips of the screens below this one."""
        below = (each for each in self.app.screen_stack if isinstance(each, KeptScreen))
        return {each.slip.id for each in below if each is not self and each.slip is not None}

    def write_soon(self) -> None:
        """On the disk in a moment, while one goes on typing."""
        if self._soon is None and not self._over:
            self._soon = self.set_timer(SOON, self._write_now)

    def _write_now(self) -> None:
        self._no_more_soon()
        if self.slip is not None and not self._over and self.slip.put(self.writing):
            self.act_aside(self.slip.write)

    def _no_more_soon(self) -> None:
        if self._soon is not None:
            self._soon.stop()
            self._soon = None

    def on_screen_suspend(self) -> None:
        """Another screen comes up: a lock, a second request, a question."""
        self._write_now()

    def throw_away(self) -> None:
        """There is nothing half-written any more."""
        self._over = True
        self._no_more_soon()
        if self.slip is not None and self.slip.put(None):
            self.act(self.slip.write)

    def action_back(self) -> None:
        slip = self.slip
        if slip is None or not self.writing.words.strip():
            self.throw_away()
            self.dismiss()
            return
        self._no_more_soon()
        slip.put(self.writing, last=True)
        parked = self._parked()

        def keep() -> int:
            slip.write()
            return len(drafts.kept(self.desk, parked))

        def left(count: int) -> None:
            self._over = True
            self.leave(self.t("log.kept_more", count=count) if count > 1 else self.t("log.kept"))

        self.act_slowly(keep, left)
