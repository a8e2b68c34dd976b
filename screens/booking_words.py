"""What bookings say that name no reader, and erasing it: nobody's erasure reaches it by itself."""

from collections.abc import Iterable
from functools import partial

from textual.app import ComposeResult
from textual.widgets import Static

from deskapp import erasures
from deskapp.rooms import Held
from screens.base import DeskScreen, Hint
from screens.erasing import ask_to_erase
from screens.longlist import Column, LongList
from screens.room_words import called, purpose
from screens.shortlist import ShortList


def _rows(rows: Iterable[Held]) -> ShortList[Held]:
    return ShortList(list(rows), lambda row: row.id)


class BookingWordsScreen(DeskScreen[None]):
    """The last first; Enter asks, and erases the words of the one that is chosen."""

    AUTO_FOCUS = "LongList"

    def title_words(self) -> str:
        return self.t("booking_words.title")

    def hints(self) -> Iterable[Hint]:
        yield Hint("Enter", self.t("found_things.erase"), self.t("booking_words.help.enter"))

    def body(self) -> ComposeResult:
        t, desk = self.t, self.desk
        yield Static(f" {t('booking_words.why')}", classes="note", markup=False)
        yield LongList[Held](
            [
                Column(t("booking_words.when"), self._when, 24),
                Column(t("rooms.room"), lambda row: called(t, desk, row.room), least=10),
                Column(t("booking_words.what"), self._what, share=3, least=10),
                Column(t("list.state"), lambda row: t(f"rooms.state.{row.state.value}"), 10),
            ],
            _rows(()),
            empty=t("booking_words.nothing"),
            id="list",
        )

    def _when(self, row: Held) -> str:
        t = self.t
        return f"{t.day(row.day)} {t.time(row.begin)}-{t.time(row.until)}"

    def _what(self, row: Held) -> str:
        """Of what others handle in confidence nothing but that the room is taken."""
        t = self.t
        if row.secret:
            return t("rooms.secret")
        return "  ".join(filter(None, (purpose(t, self.desk, row.what), row.words)))

    def reread(self) -> None:
        found = self.act(erasures.worded_bookings, self.desk) or []
        self.query_one("#list", LongList).reload(_rows(found))

    def on_long_list_chosen(self, event: LongList.Chosen) -> None:
        row: Held = event.row

        what = f"{self._when(row)}  {called(self.t, self.desk, row.room)}  {self._what(row)}"
        erase = partial(erasures.erase_booking, self.desk, row.id)
        ask_to_erase(self, erase, self.t("booking_words.question"), what)
