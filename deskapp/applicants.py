"""A draw's applications a page at a time: there may be ten thousand."""

from collections.abc import Sequence

from db import draw_pages as pages
from deskapp import draws
from deskapp.desk import Desk
from deskapp.draws import Applicant


class ApplicantList:
    """A draw's applications as a long list's source: as drawn, then as listed, then as they came;
    `which`: those that stand so. Refuses RoleTooLow, DrawUnknown.
    """

    def __init__(self, desk: Desk, id: str, which: str = "") -> None:
        self.desk, self.id, self.which = desk, id, which
        self.counts = draws.counts(desk, id)
        with desk.reading() as connection:
            self._draw = draws.row_of(connection, id)

    def count(self) -> int:
        return self.counts.get(self.which, 0) if self.which else sum(self.counts.values())

    def key(self, row: Applicant) -> str:
        return row.id

    def after(self, key: str | None, limit: int, skip: int = 0) -> Sequence[Applicant]:
        return self._page(key, limit, skip, backwards=False)

    def before(self, key: str | None, limit: int, skip: int = 0) -> Sequence[Applicant]:
        return self._page(key, limit, skip, backwards=True)

    def _page(self, key: str | None, limit: int, skip: int, *, backwards: bool) -> list[Applicant]:
        with self.desk.reading() as connection:
            of = (connection, self.id, self.which)
            lines = pages.page(*of, key, limit, skip, backwards=backwards)
            return [draws.shown(self.desk, self._draw, each) for each in lines]

    def place(self, row: Applicant) -> int | None:
        with self.desk.reading() as connection:
            return pages.place(connection, self.id, self.which, row.id)
