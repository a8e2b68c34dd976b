"""Pages of a short list, and below it what is said of the line under the cursor."""

from typing import Generic, TypeVar

from rich.text import Text
from textual.widgets import Static

from screens.base import DeskScreen
from screens.longlist import LongList
from screens.numbered import BoxedScreen

Row = TypeVar("Row")


class Listing(DeskScreen[None], Generic[Row]):
    """A page with one list, `#list`."""

    @property
    def row(self) -> Row | None:
        """The line under the cursor."""
        found = self.query("#list").results(LongList)
        return next((each.row for each in found), None)

    def done(self, sentence: str | None) -> None:
        """What was done elsewhere is seen and said."""
        if sentence is not None:
            self.reread()
            self.say(sentence)


class Worded(Listing[Row], BoxedScreen[None]):
    """With a line of words below the list."""

    def words(self, row: Row) -> str:
        raise NotImplementedError

    def show(self, row: Row | None) -> None:
        said = self.words(row) if row is not None else ""
        self.query_one("#words", Static).update(Text(f" {said}"))
        self.show_keys()

    def on_long_list_moved(self, event: LongList.Moved) -> None:
        if self.ready:
            self.show(event.row)
