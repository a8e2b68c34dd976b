"""The packs of an event: which laptops have it, making one, bringing one home."""

from collections.abc import Callable, Iterable
from pathlib import Path

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from deskapp import pack_words, packs
from deskapp.events import event
from deskapp.packs import Home, Line, Packed
from screens.at_event import EventPage
from screens.longlist import Column, LongList
from screens.numbered import Act, NumberedScreen
from screens.reasons import ReasonScreen
from screens.shortlist import ShortList


class PacksScreen(EventPage[Line], NumberedScreen[None]):
    """A digit acts. What a new pack is closed with is shown until one leaves."""

    AUTO_FOCUS = "LongList"
    BINDINGS = [*(Binding(str(n), f"digit({n})", show=False) for n in range(1, 10))]

    def title_words(self) -> str:
        return self.of_event(self.t("pack.title"))

    def acts(self) -> Iterable[Act]:
        t = self.t
        if self.desk.may(packs.PACKING):
            yield 1, t("pack.key.pack"), t("pack.help.pack"), self._pack
        yield 2, t("pack.key.home"), t("pack.help.home"), self._home

    def body(self) -> ComposeResult:
        t = self.t
        yield Static(id="heading", classes="heading", markup=False)
        yield Static(id="about", classes="note", markup=False)
        yield LongList[Line](
            [
                Column(t("pack.title"), lambda row: row.code, 9),
                Column(t("pack.people"), lambda row: str(row.people), 7),
                Column(t("pack.made_at"), lambda row: f"{row.made:%m-%d %H:%M}", 12),
                Column(t("pack.back_at"), self._back, share=1, least=12),
                Column(t("pack.facts"), lambda row: str(row.facts or ""), 7),
            ],
            ShortList[Line]((), lambda row: row.code),
            empty=t("pack.none"),
            id="list",
        )

    def _back(self, row: Line) -> str:
        return f"{row.back:%m-%d %H:%M}" if row.back else self.t("pack.out")

    def reread(self) -> None:
        about = self.event = self.act(event, self.desk, self.id_)
        if about is None:
            return
        lines = packs.of_event(self.desk, self.id_)
        self.query_one("#heading", Static).update(f" {about.title}")
        self.query_one("#list", LongList).reload(ShortList(lines, lambda row: row.code))
        self.tick()
        self.show_keys()

    def _pack(self) -> None:
        def done(packed: Packed) -> None:
            self.reread()
            told = pack_words.made(self.t, packed, self.event.title if self.event else "")
            self.query_one("#about", Static).update("\n".join(f" {each}" for each in told))
            self.say(told[0])

        def make(folder: Path) -> None:
            self.act_slowly(lambda: packs.pack(self.desk, self.id_, folder), done)

        self._folder(self.t("pack.key.pack"), make)

    def _home(self) -> None:
        def done(home: Home) -> None:
            self.reread()
            self.say(" ".join(pack_words.home(self.t, home)), error=bool(home.strange))

        def bring(folder: Path) -> None:
            self.act_slowly(lambda: packs.bring_home(self.desk, folder), done)

        self._folder(self.t("pack.key.home"), bring)

    def _folder(self, heading: str, then: Callable[[Path], None]) -> None:
        """Which folder is meant; nothing typed: the usual one."""
        about = self.event
        if about is None:
            return
        usual = f"~/pack-{about.name}"

        def path(words: str) -> Path:
            return Path(words.strip() or usual).expanduser()

        def named(folder: Path | None) -> None:
            if folder is not None:
                then(folder)

        label = self.t("pack.folder")
        asked = ReasonScreen(heading, about.title, usual, path, number=about.name, label=label)
        self.go_to(asked, named)
