"""Sign-ups as lists and a reader's page show them: names, numbers and telephones masked."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from db import event_pages
from db import readers as stored_readers
from db import signup_lists as lists
from db import signup_pages as pages
from db.clock import stamp
from db.signup_lists import CAME, MISSING, Line, Wanted
from db.signup_rows import CROWDED, LIVE
from db.signups import CANCELLED, IN, WAITING, WHOLE
from deskapp import cells, event_views, reader_page
from deskapp.desk import Desk, Refusal, Role
from deskapp.readers import masked_name, masked_number
from deskapp.signups import SIGNING_UP

__all__ = ["CAME", "CROWDED", "MISSING", "SignupList", "Wanted"]

STATES = ("", IN, WAITING, CAME, MISSING, CANCELLED)
"""how sign-ups are listed: those that stand, and parts of them; and those that were given up"""
CALLING = Role.LIBRARIAN
"""who may see a telephone number"""


@dataclass(frozen=True, slots=True)
class Listed:
    """A sign-up as a screen shows it. `session`: "" for all of them; `came`: people who were let
    in, to whichever session most came; `listed`: off a sheet, afterwards; `untold`: they moved up,
    and do not know it.
    """

    id: str
    session: str
    event: str
    patron: str | None
    name: str
    number: str
    phone: str
    college: str
    places: int
    status: str
    asked_at: datetime
    source: str
    came: int
    came_at: datetime | None
    listed: bool
    promoted: bool
    untold: bool
    why: str
    answers: Mapping[str, str] = field(default_factory=dict)
    key: tuple[str, str, str] = ("", "", "")
    """its place in a list"""


@dataclass(frozen=True, slots=True)
class Theirs:
    """One of a reader's sign-ups: when and where it begins next."""

    id: str
    session: str
    event: str
    name: str
    title: str
    begin: datetime
    place: str
    status: str
    places: int


def shown(desk: Desk, line: Line) -> Listed:
    """A sign-up as whoever is signed in may see it in a list."""
    promoted = line.promoted_at is not None and line.status == IN
    return Listed(
        line.subject,
        line.session,
        line.event,
        line.patron,
        masked_name(line.name or ""),
        masked_number(line.number or ""),
        masked_number(line.phone or ""),
        line.college or "",
        line.places,
        line.status,
        desk.local(line.asked_at),
        line.source,
        line.came,
        desk.local(line.came_at) if line.came_at else None,
        bool(line.listed),
        promoted,
        promoted and (line.promoted_at or "") > (line.told_place_at or ""),
        line.why or "",
        json.loads(line.answers) if line.answers else {},
        (line.asked_at, line.subject, line.session),
    )


class SignupList:
    """An event's sign-ups in the order asked, as a long list's source. Refuses RoleTooLow."""

    def __init__(
        self, desk: Desk, event: str, state: str = "", session: str = WHOLE, words: str = ""
    ) -> None:
        desk.require(SIGNING_UP)
        self.desk = desk
        self.wanted = Wanted(event, session, state, cells.text(words))
        with desk.reading() as connection:
            self.counts = lists.counts(connection, self.wanted)

    def count(self) -> int:
        return self.counts[self.wanted.state]

    def key(self, row: Listed) -> tuple[str, str, str]:
        return row.key

    def after(
        self, key: tuple[str, str, str] | None, limit: int, skip: int = 0
    ) -> Sequence[Listed]:
        return self._page(key, limit, skip, backwards=False)

    def before(
        self, key: tuple[str, str, str] | None, limit: int, skip: int = 0
    ) -> Sequence[Listed]:
        return self._page(key, limit, skip, backwards=True)

    def _page(
        self, key: tuple[str, str, str] | None, limit: int, skip: int, *, backwards: bool
    ) -> list[Listed]:
        with self.desk.reading() as connection:
            lines = lists.page(connection, self.wanted, key, limit, skip, backwards=backwards)
        return [shown(self.desk, each) for each in lines]

    def place(self, row: Listed) -> int | None:
        with self.desk.reading() as connection:
            return lists.place(connection, self.wanted, row.key)


def of_subject(desk: Desk, id: str, session: str = WHOLE) -> Listed:
    """One sign-up. Refuses RoleTooLow, SignupUnknown."""
    desk.require(SIGNING_UP)
    with desk.reading() as connection:
        line = lists.line(connection, id, session)
    if line is None:
        raise Refusal("SignupUnknown")
    return shown(desk, line)


def at_event(desk: Desk, event: str, reader: str) -> list[Listed]:
    """What a reader has signed up for at an event, or waits for. Refuses RoleTooLow."""
    desk.require(SIGNING_UP)
    with desk.reading() as connection:
        person = stored_readers.one_person(connection, reader)
        rows = pages.of_person_at(connection, event, person)
        lines = [lists.line(connection, r.subject, r.session) for r in rows]
    return [shown(desk, each) for each in lines if each and each.status in LIVE]


def of_reader(desk: Desk, reader: str) -> list[Theirs]:
    """What a reader has or waits for that is not over, by time. Refuses RoleTooLow."""
    desk.require(SIGNING_UP)
    now, found = stamp(desk.now()), []
    with desk.reading() as connection:
        person = stored_readers.one_person(connection, reader)
        rows = pages.of_reader(connection, person, now)
        ids = {row.event for row in rows}
        events = event_pages.by_subjects(connection, ids)
        times = event_pages.sessions(connection, ids)
        for row in rows:
            event = events.get(row.event)
            if event is None:
                continue
            to_come = [
                s for s in times[row.event] if row.session in (WHOLE, s.id) and s.until > now
            ]
            held = [s for s in to_come if s.status == "planned"] or to_come
            name, begin = event_views.name_of(event), desk.local(held[0].begins)
            found.append(
                Theirs(
                    *(row.subject, row.session, row.event, name, event.title, begin),
                    *(held[0].place, row.status, row.places),
                )
            )
    return found


def telephone(desk: Desk, id: str, session: str = WHOLE) -> str:
    """The whole number of whoever signed up, to call them; of a reader that is a look at it, and
    on record. Refuses RoleTooLow, SignupUnknown, PatronUnknown, NoTelephone.
    """
    desk.require(CALLING)
    with desk.reading() as connection:
        line = lists.line(connection, id, session)
    if line is None:
        raise Refusal("SignupUnknown")
    if line.patron is not None:
        return reader_page.telephone(desk, line.patron)
    if not line.phone:
        raise Refusal("NoTelephone")
    return line.phone
