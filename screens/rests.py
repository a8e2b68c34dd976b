"""What an award rests on, line by line."""

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Static

from deskapp import award_words
from deskapp.awards import Rest
from screens.base import DeskScreen
from screens.longlist import Column, LongList
from screens.shortlist import ShortList

Numbered = tuple[int, str]


class RestsScreen(DeskScreen[None]):
    """`who`: whose award it is, as a list shows them."""

    AUTO_FOCUS = "LongList"

    def __init__(self, who: str, rests: Sequence[Rest]) -> None:
        super().__init__()
        self.who, self.rests = who, rests

    def title_words(self) -> str:
        return self.t("roll.key.rests")

    def body(self) -> ComposeResult:
        t = self.t
        yield Static(id="heading", classes="heading", markup=False)
        yield LongList[Numbered](
            [
                Column(t("rests.line"), lambda row: str(row[0]), 5, right=True),
                Column(t("rests.what"), lambda row: row[1], share=1, least=20),
            ],
            ShortList[Numbered]((), lambda row: str(row[0])),
            empty=t("rests.nothing"),
            id="list",
        )

    def reread(self) -> None:
        words = award_words.lines(self.desk, self.t, self.rests)
        rows = list(enumerate(words, start=1))
        self.query_one("#list", LongList).reload(ShortList(rows, lambda row: str(row[0])))
        count = self.t("rests.count", count=len(rows))
        self.query_one("#heading", Static).update(Text(f" {self.who}  {count}"))
