"""A reader's quarter (在馆时长): one exact number, and the lines that add up to it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from deskapp import quarters
from deskapp.language import Language
from deskapp.readers import Found
from deskapp.visits import Line
from screens.base import DeskScreen, Hint
from screens.longlist import Column, LongList
from screens.matters import reader_words
from screens.shortlist import ShortList

Row = tuple[int, Line]


class QuarterScreen(DeskScreen[None]):
    """This quarter first; a digit goes to the one before. To open it is on record, once."""

    BINDINGS = [
        Binding("1", "turn(-1)", show=False),
        Binding("2", "turn(1)", show=False),
    ]
    AUTO_FOCUS = "LongList"

    def __init__(self, reader: Found) -> None:
        super().__init__()
        self.reader = reader
        self.quarter: quarters.Quarter | None = None

    def title_words(self) -> str:
        return self.t("quarter.title")

    def hints(self) -> Iterable[Hint]:
        t = self.t
        yield Hint("1", t("quarter.before"), t("quarter.help.before"))
        if self.quarter is not None and self.quarter < quarters.of(self.desk.now().date()):
            yield Hint("2", t("quarter.after"), t("quarter.help.after"))

    def body(self) -> ComposeResult:
        t, desk = self.t, self.desk
        yield Static(id="about", classes="one", markup=False)
        yield Static(id="heading", classes="heading", markup=False)
        yield LongList[Row](
            [
                Column(t("presence.begin"), lambda row: _at(t, row[1].begin), 20),
                Column(t("presence.end"), lambda row: _end(row[1]), 11),
                Column(
                    t("presence.counted"), lambda row: quarters.clock(row[1].counted), 9, right=True
                ),
                Column(
                    t("presence.where"),
                    lambda row: quarters.where_words(t, desk, row[1]),
                    least=16,
                    most=30,
                ),
                Column(t("presence.why"), lambda row: quarters.why_words(t, desk, row[1]), share=2),
            ],
            _rows(()),
            empty=t("quarter.nothing"),
            id="list",
        )
        yield Static(id="words", classes="note", markup=False)

    def reread(self) -> None:
        t, desk = self.t, self.desk
        read = quarters.again if self.quarter else quarters.open_page
        quarter = self.quarter or quarters.of(desk.now().date())
        found = self.act(read, desk, self.reader.id, quarter)
        about, heading = (self.query_one(each, Static) for each in ("#about", "#heading"))
        list_ = self.query_one("#list", LongList)
        if found is None:  # erased meanwhile: nothing of them stays
            about.update("")
            heading.update("")
            list_.reload(_rows(()))
            return
        self.quarter = quarter
        about.update(Text(f" {reader_words(t, desk, self.reader)}"))
        which = t("quarter.which", year=quarter.year, number=quarter.number)
        total, lines = quarters.clock(found.total), len(found.lines)
        heading.update(Text(f" {which}  {t('quarter.total', time=total, count=lines)}"))
        list_.reload(_rows(found.lines))
        self._show(list_.row)
        self.show_keys()

    def _show(self, row: Row | None) -> None:
        """The line in full: a column cuts what is long."""
        t, words = self.t, ""
        if row is not None:
            line = row[1]
            parts = (
                f"{_at(t, line.begin)} - {_end(line)}",
                t(f"presence_by.{line.what}"),
                quarters.where_words(t, self.desk, line),
                quarters.why_words(t, self.desk, line) or t("quarter.whole"),
            )
            words = "  ".join(parts)
        self.query_one("#words", Static).update(Text(f" {words}"))

    def on_long_list_moved(self, event: LongList.Moved) -> None:
        if self.ready:
            self._show(event.row)

    def action_turn(self, by: int) -> None:
        if self.quarter is None:
            return
        wanted = self.quarter.moved(by)
        if wanted > quarters.of(self.desk.now().date()):
            self.say(self.t("record.not_now", digit=2), error=True)
            return
        self.quarter = wanted
        self.reread()
        self.query_one("#list", LongList).move(0)


def _rows(lines: Sequence[Line]) -> ShortList[Row]:
    return ShortList(list(enumerate(lines)), lambda row: str(row[0]))


def _at(t: Language, moment: datetime) -> str:
    """To the second: what adds up must be seen to."""
    return f"{t.day(moment.date())} {moment:%H:%M:%S}"


def _end(line: Line) -> str:
    """`11:05:07`; of a night `+1 01:30:00`."""
    nights = (line.end.date() - line.begin.date()).days
    return f"+{nights} {line.end:%H:%M:%S}" if nights else f"{line.end:%H:%M:%S}"
