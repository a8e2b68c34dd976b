"""Series of events: all of them, a new one; Enter shows its events."""

from collections.abc import Iterable, Iterator

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widget import Widget

from deskapp import events, moments, series
from deskapp.events import EventList, Held, Wanted
from deskapp.series import Series
from screens.base import Hint
from screens.choice import Field
from screens.event_words import department_words, held_columns, period_words
from screens.longlist import Column, LongList
from screens.numbered import Act, NumberedScreen
from screens.scheduling import WhenForm
from screens.shortlist import ShortList


class SeriesScreen(NumberedScreen[None]):
    """The newest first."""

    BINDINGS = [Binding(str(n), f"digit({n})", show=False) for n in (1, 2)]
    AUTO_FOCUS = "LongList"

    def title_words(self) -> str:
        return self.t("events.key.series")

    def hints(self) -> Iterator[Hint]:
        yield Hint("Enter", self.t("key.open"), self.t("series.help.enter"))
        yield from super().hints()

    def acts(self) -> Iterable[Act]:
        t = self.t
        if self.desk.may(events.ANNOUNCING):
            yield 1, t("series.key.new"), t("series.help.new"), self._new
            yield 2, t("series.key.close"), t("series.help.close"), self._close

    def body(self) -> ComposeResult:
        t = self.t
        yield LongList[Series](
            [
                Column(t("events.column.title"), lambda row: row.title, share=3, least=16),
                Column(t("series.period"), lambda row: period_words(row.first, row.last), 21),
                Column(
                    t("events.line.department"),
                    lambda row: department_words(t, self.desk, row.department),
                    18,
                    shown_from=100,
                ),
                Column(t("series.events"), lambda row: str(row.events), 6),
                Column(t("series.sessions"), lambda row: str(row.sessions), 8),
                Column(
                    t("list.state"),
                    lambda row: t("series.closed") if row.closed else t("series.open"),
                    8,
                ),
            ],
            self._rows(()),
            empty=t("series.none"),
            id="list",
        )

    @staticmethod
    def _rows(rows: Iterable[Series]) -> ShortList[Series]:
        return ShortList(list(rows), lambda row: row.id)

    def reread(self) -> None:
        rows = self.act(series.all_series, self.desk) or []
        self.query_one("#list", LongList).reload(self._rows(rows))

    def on_long_list_chosen(self, event: LongList.Chosen) -> None:
        self.go_to(SeriesEventsScreen(event.row))

    def _new(self) -> None:
        self.go_to(OpeningSeriesScreen())

    def _close(self) -> None:
        row: Series | None = self.query_one("#list", LongList).row
        if row is not None and (closed := self.act(series.close, self.desk, row.id)):
            self.reread()
            self.say(self.t("series.is_closed", title=closed.title))


class OpeningSeriesScreen(WhenForm[str]):
    """Title, first and last day."""

    def title_words(self) -> str:
        return self.t("series.key.new")

    def lines(self) -> Iterable[Widget]:
        t = self.t
        yield Field(t("events.line.title"), id="title")
        yield Field(t("series.first"), hint=t("events.hint.day"), id="first")
        yield Field(t("series.last"), hint=t("events.hint.day"), id="last")

    def action_go_on(self) -> None:
        opened = self.act(self._open)
        if opened is not None:
            self.leave(self.t("series.is_open", title=opened.title), opened.id)

    def _open(self) -> Series:
        first, last = (
            moments.day_to_come(self.desk, self.needed(each)) for each in ("first", "last")
        )
        assert first is not None
        assert last is not None
        return series.open_series(self.desk, self.written("title"), first, last)


class SeriesEventsScreen(NumberedScreen[None]):
    """What is on in one series, by time."""

    AUTO_FOCUS = "LongList"

    def __init__(self, shown: Series) -> None:
        super().__init__()
        self.series = shown

    def title_words(self) -> str:
        return self.series.title

    def hints(self) -> Iterator[Hint]:
        yield Hint("Enter", self.t("key.open"), self.t("events.help.enter"))

    def acts(self) -> Iterable[Act]:
        return ()

    def body(self) -> ComposeResult:
        t, desk = self.t, self.desk
        yield LongList[Held](
            held_columns(t, desk),
            EventList(desk, Wanted(series=self.series.id)),
            empty=t("events.none"),
            id="list",
        )

    def reread(self) -> None:
        self.query_one("#list", LongList).reload()

    def on_long_list_chosen(self, event: LongList.Chosen) -> None:
        from screens.event import EventScreen

        self.go_to(EventScreen(event.row.event, event.row.session))
