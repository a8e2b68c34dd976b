"""A reader's numbers and cards: lost, found, joined with another number; bindings to verify."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.widgets import Static

from deskapp import cards, numbers, staff
from deskapp.cards import Card, Waiting
from deskapp.desk import Desk
from deskapp.readers import Found, masked_name
from screens.asking import AskScreen
from screens.base import DeskScreen, Hint
from screens.choosing import ask_whose
from screens.longlist import Column, LongList
from screens.matters import reader_words
from screens.scanbox import ScanBox, meant_for, prompted
from screens.shortlist import ShortList


class VerifyScreen(DeskScreen[None]):
    """Cards that were bound at a desk and wait for a librarian, the oldest first."""

    def title_words(self) -> str:
        return self.t("cards.verify_title")

    def hints(self) -> Iterable[Hint]:
        t = self.t
        yield Hint("1", t("cards.key.verify"), t("cards.help.verify"))
        yield Hint("2", t("cards.key.release"), t("cards.help.release"))

    def body(self) -> ComposeResult:
        t, names = self.t, staff.names(self.desk)
        yield LongList[Waiting](
            [
                Column(t("cards.card"), lambda row: row.value, 18),
                Column(
                    t("log.reader"),
                    lambda row: f"{masked_name(row.reader.name)}  {row.reader.number}",
                ),
                Column(t("cards.bound_at"), lambda row: t.moment(row.since), 18),
                Column(t("cards.by"), lambda row: names.get(row.by or "", ""), 8),
            ],
            _waiting(()),
            empty=t("cards.nothing_to_verify"),
            id="waiting",
        )

    def reread(self) -> None:
        self.query_one(LongList).reload(_waiting(cards.to_verify(self.desk)))

    def on_key(self, event: events.Key) -> None:
        row = self.query_one(LongList).row
        if event.key not in ("1", "2") or row is None:
            return
        event.stop()
        t, verified = self.t, event.key == "1"
        if self.act(_done, cards.verify if verified else cards.release, self.desk, row.id):
            self.reread()
            self.say(t("cards.verified") if verified else t("cards.released"))


class ReaderCardsScreen(DeskScreen[None]):
    """The box takes a reader; the list has their numbers and cards, a digit acts on one."""

    AUTO_FOCUS = "ScanBox"

    def __init__(self, reader: Found | None = None) -> None:
        super().__init__()
        self.reader = _of_the_list(reader) if reader else None
        self.joining: Found | None = None
        """whose number is to be joined with the one that comes next"""

    def title_words(self) -> str:
        return self.t("cards.title")

    def hints(self) -> Iterable[Hint]:
        t = self.t
        yield Hint("1", t("cards.key.lose"), t("cards.help.lose"))
        yield Hint("2", t("cards.key.recover"), t("cards.help.recover"))
        yield Hint("3", t("cards.key.merge"), t("cards.help.merge"))
        yield Hint("4", t("cards.key.part"), t("cards.help.part"))

    def body(self) -> ComposeResult:
        t = self.t
        yield from prompted(ScanBox(placeholder=t("cards.box"), id="box"))
        yield Static(id="whose", classes="note", markup=False)
        yield LongList[Card](
            [
                Column(t("cards.card"), lambda row: row.value, 22),
                Column(t("cards.kind"), lambda row: t(f"cards.kind.{row.kind}"), 12),
                Column(t("cards.since"), lambda row: t.day(row.since.date()), 12),
                Column(t("list.state"), self._state),
            ],
            _cards(()),
            empty=t("cards.nobody"),
            id="cards",
        )

    def on_mount(self) -> None:
        if self.reader is not None:
            self.query_one(LongList).focus()

    def _state(self, row: Card) -> str | Text:
        t = self.t
        if row.lost is not None:
            return Text(t("cards.lost", at=t.moment(row.lost)), "bold")
        if row.until is not None:
            return t("cards.ended", at=t.moment(row.until))
        return "" if row.verified else t("card.unverified")

    def reread(self) -> None:
        t, found = self.t, []
        words = ""
        if self.reader is not None:
            found = self.act(cards.of_reader, self.desk, self.reader.id) or []
            words = t("home.reader", reader=reader_words(t, self.desk, self.reader))
        if self.joining is not None:
            words = t("cards.joining", reader=reader_words(t, self.desk, self.joining))
        self.query_one("#whose", Static).update(Text(f" {words}"))
        self.query_one(LongList).reload(_cards(found))

    # The box

    def on_scan_box_entered(self, event: ScanBox.Entered) -> None:
        ask_whose(self, event, self._receive)

    def _receive(self, reader: Found) -> None:
        reader = _of_the_list(reader)
        if self.joining is not None:
            self._ask_merge(self.joining, reader)
            return
        self.reader = reader
        self.reread()
        self.query_one(LongList).focus()

    # Acting on one

    def on_key(self, event: events.Key) -> None:
        """A digit on the list acts; whatever else is typed there means the box."""
        act = self._acts().get(event.key) if isinstance(self.focused, LongList) else None
        if act is not None and self.reader is not None:
            event.stop()
            act(self.reader)
        else:
            meant_for(self, "#box", "LongList", event)

    def _acts(self) -> dict[str, Callable[[Found], None]]:
        return {"1": self._lose, "2": self._recover, "3": self._join, "4": self._part}

    def _lose(self, reader: Found) -> None:
        row: Card | None = self.query_one(LongList).row
        if row is not None and self.act(_done, cards.lose, self.desk, reader.id, row.id):
            self.reread()
            self.say(self.t("cards.is_lost", card=row.value))

    def _recover(self, reader: Found) -> None:
        row: Card | None = self.query_one(LongList).row
        if row is not None and row.lost is None:
            self.say(self.t("record.not_now", digit=2), error=True)
        elif row is not None and self.act(_done, cards.recover, self.desk, reader.id, row.id):
            self.reread()
            self.say(self.t("cards.is_found", card=row.value))

    def _join(self, reader: Found) -> None:
        """The next reader is the number that serves from now on."""
        self.joining = reader
        self.reread()
        self.query_one("#box").focus()

    def _ask_merge(self, old: Found, new: Found) -> None:
        t = self.t

        def answered(yes: bool | None) -> None:
            self.joining = None
            merged = self.act(numbers.merge, self.desk, old.id, new.id) if yes else None
            if merged is not None:
                self.reader = merged.reader
                self.say(t("cards.merged"))
            self.reread()
            self.query_one(LongList).focus()

        self.app.push_screen(
            AskScreen(
                t("cards.ask_merge"),
                f"  {reader_words(t, self.desk, old)}",
                f"  {reader_words(t, self.desk, new)}",
            ),
            answered,
        )

    def _part(self, reader: Found) -> None:
        def answered(yes: bool | None) -> None:
            if yes and self.act(numbers.part, self.desk, reader.id):
                self.reread()
                self.say(self.t("cards.parted"))

        self.app.push_screen(AskScreen(self.t("cards.ask_part")), answered)

    def action_back(self) -> None:
        if self.joining is None:
            self.dismiss()
        else:
            self.joining = None
            self.reread()


def _of_the_list(reader: Found) -> Found:
    """The reader without a word of the card: the list has it."""
    return replace(reader, unverified=False)


def _done(act: Callable[..., None], desk: Desk, *given: str) -> bool:
    act(desk, *given)
    return True


def _cards(rows: Iterable[Card]) -> ShortList[Card]:
    return ShortList(list(rows), lambda row: f"{row.kind} {row.id}")


def _waiting(rows: Iterable[Waiting]) -> ShortList[Waiting]:
    return ShortList(list(rows), lambda row: row.id)
