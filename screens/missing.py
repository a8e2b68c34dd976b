"""Who is still missing (未到名单), at a door. A scan leads back to it, and is not lost."""

from collections.abc import Callable

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from deskapp.desk import Desk
from deskapp.doors import Meeting
from deskapp.missing import Missing, MissingList
from screens.base import DeskScreen, Hint
from screens.keys import StrayScan
from screens.longlist import Column, LongList


class MissingScreen(DeskScreen[None], inherit_bindings=False):
    """Pages of those who have signed up and not come; Esc or Enter leads back."""

    BINDINGS = [Binding("escape", "close", show=False)]
    AUTO_FOCUS = "LongList"
    at_work = undoes = False

    def __init__(self, desk: Desk, meeting: Meeting, scanned: Callable[[str], None]) -> None:
        super().__init__()
        self._own_desk, self._meeting, self._scanned = desk, meeting, scanned

    def title_words(self) -> str:
        return self.t("missing.title")

    def whereabouts(self) -> str:
        return f"{self._meeting.title}  {self.title_words()}"

    def all_hints(self) -> list[Hint]:
        t = self.t
        return [
            Hint("Esc", t("key.back"), t("help.back")),
            Hint(t("key.arrows"), "", t("help.list")),
        ]

    def body(self) -> ComposeResult:
        t = self.t
        yield Static(id="heading", classes="heading", markup=False)
        yield LongList(
            [
                Column(t("missing.name"), lambda row: row.name, least=12),
                Column(t("missing.number"), lambda row: row.number, least=10),
                Column(t("missing.college"), lambda row: row.college, shown_from=50),
                Column(t("missing.places"), lambda row: str(row.places), 6, right=True),
            ],
            MissingList(self.desk, self._meeting),
            empty=t("missing.nobody"),
            id="list",
        )

    @property
    def list(self) -> LongList[Missing]:
        return self.query_one("#list", LongList)

    def reread(self) -> None:
        self.list.reload()
        self.query_one("#heading", Static).update(
            Text(f" {self.t('missing.heading', count=self.list.count)}")
        )

    def on_stray_scan(self, event: StrayScan) -> None:
        event.stop()
        event.prevent_default()
        self.dismiss()
        self._scanned(event.text)

    def on_long_list_chosen(self, event: LongList.Chosen) -> None:
        self.dismiss()

    def action_close(self) -> None:
        self.dismiss()
