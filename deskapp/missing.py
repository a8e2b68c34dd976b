"""Who has signed up and is still missing (未到), as a long list's source."""

from collections.abc import Sequence
from dataclasses import dataclass

from db import door_pages
from db.door_pages import Guest, Meeting, Place
from deskapp.desk import Desk
from deskapp.readers import masked_number
from deskapp.verdicts import shown


@dataclass(frozen=True, slots=True)
class Missing:
    """Somebody who has not come. The name as the event has it shown, the number masked."""

    subject: str
    place: Place
    name: str
    number: str
    college: str
    places: int


class MissingList:
    """In the order in which they signed up, those of the event as a whole first."""

    def __init__(self, desk: Desk, meeting: Meeting) -> None:
        desk.whoever()
        self.desk, self.meeting = desk, meeting

    def count(self) -> int:
        with self.desk.reading() as connection:
            return door_pages.missing_count(connection, self.meeting.event, self.meeting.session)

    def key(self, row: Missing) -> Place:
        return row.place

    def after(self, key: Place | None, limit: int, skip: int = 0) -> Sequence[Missing]:
        return self._page(key, limit, skip, backwards=False)

    def before(self, key: Place | None, limit: int, skip: int = 0) -> Sequence[Missing]:
        return self._page(key, limit, skip, backwards=True)

    def _page(self, key: Place | None, limit: int, skip: int, *, backwards: bool) -> list[Missing]:
        where = (self.meeting.event, self.meeting.session)
        with self.desk.reading() as connection:
            found = door_pages.missing(connection, *where, key, limit, skip, backwards=backwards)
        return [self._line(each) for each in found]

    def _line(self, guest: Guest) -> Missing:
        return Missing(
            guest.subject,
            (guest.session, guest.asked_at, guest.subject),
            shown(self.meeting, guest.name),
            masked_number(guest.number or ""),
            guest.college or "",
            guest.places,
        )

    def place(self, row: Missing) -> int | None:
        """How many stand before one; None once they have come."""
        where = (self.meeting.event, self.meeting.session)
        with self.desk.reading() as connection:
            if not door_pages.is_missing(connection, *where, row.place):
                return None
            return door_pages.missing_count(connection, *where, row.place)
