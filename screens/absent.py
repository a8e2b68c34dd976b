"""The matters of those who went without closing their shift (代接班): each taken by name."""

from collections.abc import Iterable

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from deskapp import absences, staff
from deskapp.desk import Role
from deskapp.request_lists import Line, RequestList
from screens.acts import receipt_words
from screens.base import DeskScreen, Hint
from screens.handing import HandingScreen
from screens.longlist import LongList
from screens.matters import columns
from screens.record import RecordScreen


class AbsentScreen(DeskScreen[None]):
    """The open requests of the absent; a digit acts on the one that is chosen, Enter opens it."""

    BINDINGS = [
        Binding("1", "take", show=False),
        Binding("2", "hand_over", show=False),
    ]
    AUTO_FOCUS = "LongList"

    def title_words(self) -> str:
        return self.t("absent.title")

    def hints(self) -> Iterable[Hint]:
        t = self.t
        yield Hint("1", t("record.accept"), t("absent.help.take"))
        if self.desk.may(Role.SHIFT_LEAD):
            yield Hint("2", t("record.hand_over"), t("absent.help.hand_over"))
        yield Hint("Enter", t("key.open"), t("requests.help.enter"))

    def body(self) -> ComposeResult:
        t, desk = self.t, self.desk
        yield Static(id="heading", classes="heading", markup=False)
        yield LongList(
            columns(t, desk, staff.names(desk)),
            RequestList(desk, "absent"),
            empty=t("absent.nothing"),
            id="list",
        )

    @property
    def list(self) -> LongList[Line]:
        return self.query_one("#list", LongList)

    def reread(self) -> None:
        self.list.reload()
        words = self.t("absent.heading", count=self.list.count)
        self.query_one("#heading", Static).update(Text(f" {words}"))

    def action_take(self) -> None:
        line = self.list.row
        taken = self.act(absences.take, self.desk, line.subject) if line else None
        if taken is not None:
            self._said(receipt_words(self.t, self.desk, taken))

    def action_hand_over(self) -> None:
        """To somebody else; that is for a shift lead, for it is not one's own."""
        line = self.list.row
        if line is not None and self.act(self.desk.require, Role.SHIFT_LEAD) is not None:
            self.app.push_screen(HandingScreen(line.subject), self._said)

    def _said(self, sentence: str | None) -> None:
        if sentence:
            self.reread()
            self.say(sentence)

    def on_long_list_chosen(self, event: LongList.Chosen) -> None:
        self.go_to(RecordScreen(event.row.subject))
