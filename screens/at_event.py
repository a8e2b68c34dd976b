"""The pages of one event."""

from typing import TypeVar

from deskapp.events import Event
from screens.worded import Listing, Worded

Row = TypeVar("Row")


class EventPage(Listing[Row]):
    """`at`: the id of the session that one came from, if any."""

    def __init__(self, id_: str, session: str = "") -> None:
        super().__init__()
        self.id_, self.at = id_, session
        self.event: Event | None = None

    def of_event(self, words: str) -> str:
        """What the page is called, and the event."""
        return f"{words} {self.event.name if self.event else ''}".rstrip()


class WordedPage(EventPage[Row], Worded[Row]):
    """With a line of words below the list."""
