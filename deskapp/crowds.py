"""Sessions for which more signed up than there are places (超员), because desks did so apart: a
shift lead allows it, or somebody's sign-up is cancelled, the latest asked first.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from db import clash_pages, crowds, signup_pages
from db.signup_rows import CROWDED
from deskapp import event_odds, events, signups
from deskapp.at_odds import Settled
from deskapp.desk import Desk, Refusal, Role

CROWD = "crowd"
"""what such a thing is called in place of a subject, and what of a pair is one"""
SETTLING = Role.SHIFT_LEAD
OFFERED = 5
"""sign-ups of which one may be cancelled"""


@dataclass(frozen=True, slots=True)
class Last:
    """A sign-up that could be cancelled. `who` masked; `desk`: where it was made."""

    subject: str
    session: str
    who: str
    places: int
    asked_at: datetime
    desk: str


@dataclass(frozen=True, slots=True)
class Crowd:
    """A session over capacity: `heads` people for `places`; `last` who asked last, of those who
    have not come. `may`: whether the operator may decide.
    """

    event: str
    session: str
    name: str
    begins: datetime
    heads: int
    places: int
    last: tuple[Last, ...]
    may: bool


def crowd(desk: Desk, event: str, session: str) -> Crowd:
    """Refuses RoleTooLow, ClashGone (there are places for all again)."""
    desk.require(Role.LIBRARIAN)
    with desk.reading() as connection:
        row = _row(connection, event, session)
        return Crowd(
            event,
            session,
            event_odds.called(connection, event),
            desk.local(row.at),
            row.heads,
            row.places,
            tuple(
                Last(
                    each.subject,
                    each.session,
                    event_odds.who(connection, each.subject),
                    each.places,
                    desk.local(each.asked_at),
                    each.desk,
                )
                for each in signup_pages.latest(connection, event, session, OFFERED)
            ),
            desk.may(SETTLING),
        )


def _row(connection: Connection, event: str, session: str) -> crowds.Crowd:
    row = crowds.find(connection, event, session)
    if row is None:
        raise Refusal("ClashGone")
    return row


def allow(desk: Desk, event: str, session: str) -> Settled:
    """All who have signed up may come. Refuses RoleTooLow, ClashGone, and as `events.allow`."""
    desk.require(SETTLING)
    with desk.reading() as connection:
        heads = _row(connection, event, session).heads
    events.allow(desk, event, session, heads)
    return settled(desk, event)


def cancel(desk: Desk, event: str, session: str, last: Last) -> Settled:
    """Somebody's place is taken back, and they are to be told. Refuses RoleTooLow, ClashGone, and
    as `signups.cancel`.
    """
    desk.require(SETTLING)
    with desk.reading() as connection:
        _row(connection, event, session)
    signups.cancel(desk, last.subject, last.session, CROWDED)
    return settled(desk, event)


def settled(desk: Desk, event: str) -> Settled:
    with desk.reading() as connection:
        left = sum(line.what == CROWD for line in clash_pages.page(connection, None, 500))
        return Settled(CROWD, event_odds.called(connection, event), left)
