"""The desk's exchanges with its centre, as the application starts and shows them."""

from pathlib import Path
from typing import TYPE_CHECKING

from deskapp import config
from deskapp.errand import Errand
from deskapp.language import Language
from deskapp.refusal import Refusal
from screens.speaking import SpeakingApp

if TYPE_CHECKING:
    from deskapp.desk import Desk
    from deskapp.wall_clock import Doubt


class ExchangingApp(SpeakingApp):
    """An application that exchanges when it is due, and says how the desk stands.

    Each exchange is a process of its own, so that no key waits for it.
    """

    def __init__(self, folder: Path, language: Language) -> None:
        super().__init__(folder, language)
        self.errand: Errand | None = None
        self.doubt: Doubt | None = None
        self.plan = config.Settings().sync
        self._sync = ""
        self._no_centre = True
        self._busy = False

    def sync_words(self) -> str:
        return self._sync

    def restand(self, desk: "Desk") -> None:
        """Read anew how the desk stands to its centre."""
        from deskapp import sync, sync_words, wall_clock

        try:
            stands = sync.standing(desk)
            self.doubt = wall_clock.doubt(desk)
        except Refusal:
            return  # what is wrong with the store is said by whoever looks at it
        self._no_centre, self._busy = stands.state == "alone", stands.running
        self._sync = sync_words.status(self.t, stands, desk.now())
        if desk.pack is not None and self._no_centre:
            self._sync = self.t("sync.short.pack", pack=desk.code)

    def stirs(self, desk: "Desk") -> bool:
        """Whether an exchange has begun or ended since, in whatever process."""
        from deskapp import sync

        return not self._no_centre and sync.running(desk) != self._busy

    def exchange_if_due(self, desk: "Desk") -> None:
        """Begin what the schedule says. Refuses what the store refuses."""
        from deskapp import sync

        if (last := self.errand) is not None and last.over and not last.minded:
            if last.said.get("refused") != "SyncRunning":
                sync.mind(desk, last.began, stopped=last.stopped)
            last.minded = True
        if not self._no_centre and not self.exchanging and (due := sync.due(desk, self.plan)):
            self.exchange(nightly=due == "nightly")

    @property
    def exchanging(self) -> bool:
        """Whether an exchange that was started here is on its way."""
        return self.errand is not None and not self.errand.over

    def exchange(self, *, nightly: bool = False) -> None:
        """Begin an exchange, unless one is on its way."""
        if not self.exchanging:
            self.errand = Errand(self.folder, nightly=nightly)
            self.run_worker(self.errand.run, thread=True)

    def end_exchange(self) -> None:
        if self.errand is not None and not self.errand.over:
            self.errand.end()
