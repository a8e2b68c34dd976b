"""F9: how the desk stands to its centre, exchanging now, and what lies before a person."""

from collections.abc import Iterable

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from deskapp import clashes, crowds, sync, sync_words
from deskapp.clashes import Settled
from deskapp.crowds import CROWD
from deskapp.errand import Errand
from deskapp.sync import Standing
from screens.base import DeskScreen, Hint
from screens.clash_words import called
from screens.clashes import ClashScreen, clash_list
from screens.crowds import CrowdScreen
from screens.labels import grid
from screens.longlist import LongList

POLL = 0.2
"""seconds between two looks at how far an exchange is"""
LAST = 4
"""of the last exchanges, where the window is no higher than usual"""


class SyncScreen(DeskScreen[None]):
    """The standing above, then the clashes, the last exchanges below.

    Enter opens a clash; where there is none, it exchanges, as 1 always does. 2 stops.
    """

    AUTO_FOCUS = "LongList"
    BINDINGS = [
        Binding("enter,ctrl+s", "exchange", show=False, priority=True),
        Binding("1", "begin", show=False),
        Binding("2", "stop", show=False),
    ]

    def title_words(self) -> str:
        return self.t("sync.title")

    def hints(self) -> Iterable[Hint]:
        t = self.t
        if self._clashes:
            yield Hint("Enter", t("key.open"), t("clash.help.open"))
            yield Hint("1", t("sync.key.now"), t("sync.help.now"))
        else:
            yield Hint("Enter", t("sync.key.now"), t("sync.help.now"))
        yield Hint("2", t("sync.key.stop"), t("sync.help.stop"))

    def body(self) -> ComposeResult:
        yield Static(id="standing", markup=False)
        yield Static(id="progress", classes="heading", markup=False)
        if self.desk.may(clashes.SEEING):
            yield Static(id="heading", classes="heading", markup=False)
            yield clash_list(self.t, self.desk)
        else:
            yield Static(classes="half")
        yield Static(id="log-heading", classes="heading", markup=False)
        yield Static(id="log", markup=False)

    def on_mount(self) -> None:
        if self.front.errand is not None and self.front.errand.over:
            self.front.errand.told = True  # the last exchanges below tell of it
        self.set_interval(POLL, self._watch)

    @property
    def _clashes(self) -> int:
        return sum(list_.count for list_ in self.query("#clashes").results(LongList))

    def reread(self) -> None:
        t, stands = self.t, sync.standing(self.desk)
        words = sync_words.lines(t, stands, self.front.now())
        self.query_one("#standing", Static).update(grid(words))
        for list_ in self.query("#clashes").results(LongList):
            list_.reload()
            heading = Text(f" {t('clash.heading', count=list_.count)}")
            self.query_one("#heading", Static).update(heading)
        self._show_log(stands)
        self.show_keys()

    def _show_log(self, stands: Standing) -> None:
        most = LAST + max(0, self.app.size.height - 24) // 2
        lines = [
            f"   {sync_words.exchanged(self.t, self.desk, each)}" for each in stands.log[:most]
        ]
        heading = f" {self.t('sync.log')}" if lines else ""
        self.query_one("#log-heading", Static).update(Text(heading))
        self.query_one("#log", Static).update(Text("\n".join(lines)))

    # Exchanging

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "exchange":
            return not self._clashes
        return super().check_action(action, parameters)

    def action_go(self, feature: str) -> None:
        if feature != "sync":  # it is open
            super().action_go(feature)

    def action_exchange(self) -> None:
        self.action_begin()

    def action_begin(self) -> None:
        stands = self.act(sync.standing, self.desk)
        if stands is None:
            return
        if stands.centre is None:
            self.say(self.t("sync.no_centre_how"), error=True)
        elif stands.running:
            self.say(self.t("refusal.SyncRunning"), error=True)
        else:
            self.front.exchange()

    def action_stop(self) -> None:
        errand = self.front.errand
        if errand is None or errand.over:
            self.say(self.t("sync.nothing_runs"), error=True)
        else:
            errand.stop()

    def _watch(self) -> None:
        if not self.ready:  # it is built anew, in another language
            return
        errand, words = self.front.errand, ""
        if errand is not None and not errand.over:
            words = self.t("sync.progress")
            if errand.step:
                words = self.t(f"counting.{errand.step}", done=errand.done)
        self.query_one("#progress", Static).update(Text(f" {words}"))
        if errand is not None and errand.over and not errand.told:
            errand.told = True
            self._tell(errand)
            self.front.resay()
            self.tick()
            self.act(self.reread)

    def _tell(self, errand: Errand) -> None:
        """How an exchange that was begun here has ended."""
        said = dict(errand.said)
        did = said.get("did")
        if isinstance(did, dict):
            self.say(sync_words.summed_up(self.t, did))
        elif (code := said.pop("refused", None)) == "CentreAway":
            self.say(self.t("sync.away"), error=True)  # why, is said above
        elif code:
            self.say(sync_words.why(self.t, str(code), said), error=True)
        else:
            self.say(self.t("sync.stopped" if errand.stopped else "sync.broken"), error=True)

    # Clashes

    def on_long_list_chosen(self, event: LongList.Chosen) -> None:
        if event.row.subject == CROWD:
            crowd = self.act(crowds.crowd, self.desk, *event.row.pair)
            if crowd is not None:
                self.go_to(CrowdScreen(crowd), self._settled)
            return
        clash = self.act(clashes.clash, self.desk, event.row.pair)
        if clash is not None:
            self.go_to(ClashScreen(clash), self._settled)

    def _settled(self, done: Settled | None) -> None:
        if done is None:
            return
        self.reread()
        name = called(self.t, self.desk, done.subject, done.name)
        if done.left:
            self.say(self.t("clash.done_more", name=name, left=done.left))
        else:
            self.say(self.t("clash.done", name=name))
