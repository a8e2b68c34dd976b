"""The tickets of an event: who has one, given out to all who have no card, printed."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from deskapp import config, ticket_sheets, ticket_words, tickets
from deskapp.events import Event, event
from deskapp.ticket_sheets import Printed
from deskapp.tickets import Held
from screens.longlist import Column, LongList
from screens.numbered import Act, NumberedScreen
from screens.reasons import ReasonScreen
from screens.shortlist import ShortList
from screens.ticket import TicketScreen


class TicketsScreen(NumberedScreen[None]):
    """A digit acts; Enter shows the ticket of whoever the cursor is on."""

    AUTO_FOCUS = "LongList"
    BINDINGS = [Binding(str(n), f"digit({n})", show=False) for n in range(1, 4)]

    def __init__(self, id_: str, session: str = "") -> None:
        super().__init__()
        self.id_ = id_
        self.event: Event | None = None

    def title_words(self) -> str:
        return f"{self.t('ticket.list')} {self.event.name if self.event else ''}".rstrip()

    def acts(self) -> Iterable[Act]:
        t, one_a_page = self.t, partial(self._to_file, one_a_page=True)
        yield 1, t("tickets.key.issue"), t("tickets.help.issue"), self._issue
        yield 2, t("tickets.key.print"), t("tickets.help.print"), self._to_file
        yield 3, t("tickets.key.print_one"), t("tickets.help.print_one"), one_a_page

    def body(self) -> ComposeResult:
        t = self.t
        yield Static(id="heading", classes="heading", markup=False)
        yield LongList[Held](
            [
                Column(t("log.reader"), lambda row: row.name, share=1, least=12, most=24),
                Column(t("ticket.code_column"), lambda row: ticket_words.spaced(row.code), 14),
                Column(t("ticket.places"), lambda row: str(row.places), 6),
                Column(t("events.column.when"), self._when, share=2, least=20),
            ],
            ShortList[Held]((), lambda row: row.serial),
            id="list",
        )

    def _when(self, row: Held) -> str:
        about = self.event
        if about is None:
            return ""
        return " / ".join(ticket_words.times(self.desk, self.t, about, row.session))

    def reread(self) -> None:
        about = self.event = self.act(event, self.desk, self.id_)
        if about is None:
            return
        held = tickets.held(self.desk, self.id_)
        words = self.t("tickets.given", title=about.title, count=len(held))
        self.query_one("#heading", Static).update(f" {words}")
        self.query_one("#list", LongList).reload(ShortList(held, lambda row: row.serial))
        self.tick()
        self.show_keys()

    def on_long_list_chosen(self, event: LongList.Chosen) -> None:
        row: Held = event.row
        self.go_to(TicketScreen(row.subject, row.session))

    def _issue(self) -> None:
        def done(new: int) -> None:
            self.reread()
            self.say(self.t("tickets.issued", count=new))

        self.act_slowly(lambda: tickets.for_event(self.desk, self.id_), done)

    def _to_file(self, *, one_a_page: bool = False) -> None:
        """Into a file that one names."""
        t, about = self.t, self.event
        if about is None:
            return

        def write(file: Path) -> Printed:
            font = config.settings(self.front.folder).font
            return ticket_sheets.print_out(
                self.desk, t, about, file, one_a_page=one_a_page, font=font
            )

        def done(printed: Printed) -> None:
            self.reread()
            facts = {"count": printed.tickets, "new": printed.new, "file": printed.file}
            self.say(t("command.tickets_written", **facts))

        def named(file: Path | None) -> None:
            if file is not None:
                self.act_slowly(lambda: write(file), done)

        def path(words: str) -> Path:
            return Path(words.strip() or usual).expanduser()

        heading, usual = t("tickets.key.print"), f"{about.name}.pdf"
        self.go_to(
            ReasonScreen(
                heading, about.title, usual, path, number=about.name, label=t("tickets.file")
            ),
            named,
        )
