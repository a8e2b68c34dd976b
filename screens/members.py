"""Who is entered in a listed segment (名单): a card enters, a digit takes out."""

from collections.abc import Iterable
from functools import partial

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from deskapp import cells, segments
from deskapp.desk import Desk
from deskapp.readers import Found, masked_name
from deskapp.segments import Member
from screens.base import DeskScreen, Hint
from screens.choosing import ask_whose
from screens.keys import TypedNumber
from screens.labels import flowing
from screens.longlist import Column, LongList
from screens.matters import reader_words
from screens.reasons import ReasonScreen
from screens.scanbox import ScanBox, meant_for, prompted, write_in
from screens.shortlist import ShortList


def _rows(rows: Iterable[Member]) -> ShortList[Member]:
    return ShortList(list(rows), lambda row: row.reader.id)


class MembersScreen(DeskScreen[None]):
    """The members of one list; Tab goes to the next one."""

    BINDINGS = [
        Binding("1", "take_out", show=False),
        Binding("tab", "turn", show=False, priority=True),
    ]
    AUTO_FOCUS = "ScanBox"
    numbers = True

    def __init__(self) -> None:
        super().__init__()
        self.at = 0
        """which of the lists"""

    def title_words(self) -> str:
        return self.t("segments.title")

    def hints(self) -> Iterable[Hint]:
        t = self.t
        yield Hint("Enter", t("segments.key.enter"), t("segments.help.enter"))
        yield Hint("1", t("segments.key.take_out"), t("segments.help.take_out"))
        yield Hint("Tab", t("key.lists"), t("segments.help.turn"))

    def body(self) -> ComposeResult:
        t = self.t
        yield Static(id="heading", classes="note", markup=False)
        yield from prompted(ScanBox(placeholder=t("segments.box"), id="box"))
        yield LongList[Member](
            [
                Column(t("draws.column.name"), lambda row: masked_name(row.reader.name), 10),
                Column(t("draws.column.reader"), lambda row: row.reader.number, 12),
                Column(t("draws.column.college"), lambda row: row.reader.college),
                Column(t("cards.since"), lambda row: t.day(row.since.date()), 12),
                Column(t("segments.until"), lambda row: t.day(row.until) if row.until else "", 14),
            ],
            _rows(()),
            empty=t("segments.nobody"),
            id="list",
        )

    @property
    def _segment(self) -> str:
        return segments.listed(self.desk)[self.at].code

    def reread(self) -> None:
        listed = segments.listed(self.desk)
        if not listed:
            return
        found = self.act(segments.members, self.desk, self._segment) or []
        names = [each.name(self.t.code) for each in listed]
        names[self.at] = f"[{names[self.at]} {len(found)}]"
        width = self.app.size.width - 2
        self.query_one("#heading", Static).update(Text(flowing(names, width)))
        self.query_one("#list", LongList).reload(_rows(found))

    def action_turn(self) -> None:
        self.at = (self.at + 1) % max(1, len(segments.listed(self.desk)))
        self.reread()

    # whose card it is

    def on_key(self, event: events.Key) -> None:
        """Whatever is typed on the list means the box."""
        meant_for(self, "#box", "#list", event, "1")

    def on_typed_number(self, event: TypedNumber) -> None:
        write_in(self, "#box", event.text)

    def on_scan_box_entered(self, event: ScanBox.Entered) -> None:
        ask_whose(self, event, self._enter)

    def _enter(self, reader: Found) -> None:
        """Until when; nothing written means without an end."""
        t, segment = self.t, self._segment
        name = segments.listed(self.desk)[self.at].name(t.code)
        what = reader_words(t, self.desk, reader)
        screen = ReasonScreen(
            f"{name} {t('segments.entered')}",
            what,
            t("segments.until_hint"),
            partial(self._entered, segment, reader.id),
            number=t("log.reader"),
            label=t("segments.until"),
        )
        self.app.push_screen(screen.on(f"{segment} {reader.id}"), self._said)

    def _entered(self, segment: str, reader: str, until: str) -> Member:
        last = cells.day(until, self.t("segments.until"))
        return segments.enter(self.desk, segment, reader, last)

    def _said(self, member: Member | None) -> None:
        if member is not None:
            self.reread()
            found = self.act(segments.members, self.desk, self._segment) or []
            ids = [each.reader.id for each in found]
            if member.reader.id in ids:
                self.query_one("#list", LongList).move(ids.index(member.reader.id))
            self.say(self.t("segments.is_in", name=masked_name(member.reader.name)))

    def action_take_out(self) -> None:
        row: Member | None = self.query_one("#list", LongList).row
        if row is None or not isinstance(self.focused, LongList):
            self.say(self.t("record.not_now", digit=1), error=True)
        elif self.act(_taken_out, self.desk, self._segment, row.reader.id):
            self.reread()
            self.say(self.t("segments.is_out", name=masked_name(row.reader.name)))


def _taken_out(desk: Desk, segment: str, reader: str) -> bool:
    segments.take_out(desk, segment, reader)
    return True
