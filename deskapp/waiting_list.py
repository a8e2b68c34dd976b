"""The waiting list (候补): it is in the order asked, and moves up by itself.

The first whose people all fit into what is free has it: a group does not hold up those behind it,
and keeps its turn for as many places as it asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from db import event_pages
from db import signup_pages as pages
from db.clock import stamp
from db.facts import Draft
from db.ledger import Act
from db.signup_rows import LIVE, Signup
from db.signups import draft
from deskapp import vacancies
from deskapp.vacancies import Vacancies


@dataclass(frozen=True, slots=True)
class Promoted:
    """Somebody moved up from the waiting list, and is to be told."""

    subject: str
    session: str
    places: int


def go_on(act: Act, event: str) -> tuple[Promoted, ...]:
    """Who waits has what is free now, as far as it goes: to be called in any act by which a place
    may have come free.
    """
    sessions = pages.waited_for(act.connection, event)
    row = event_pages.event(act.connection, event) if sessions else None
    if row is None:
        return ()
    free = vacancies.find(act.connection, row, stamp(act.at))
    found = [each for session in sessions for each in _moving(act, event, session, free)]
    act.record_many([_draft(each) for each in found])
    return tuple(found)


def give_up(act: Act, rows: Sequence[Signup]) -> None:
    """What of these stands and was not used is given up; who waits moves up."""
    for row in rows:
        if row.status in LIVE and not pages.came(act.connection, row.subject, row.session):
            act.record("signup.cancelled", row.subject, {"session": row.session, "why": None})
    for event in sorted({row.event for row in rows}):
        go_on(act, event)


def _draft(moved: Promoted) -> Draft:
    return draft("signup.promoted", moved.subject, {"session": moved.session})


def _moving(act: Act, event: str, session: str, free: Vacancies) -> list[Promoted]:
    found: list[Promoted] = []
    left = free.of(session)
    if left is not None and left <= 0:
        return found
    for waiter in pages.waiting(act.connection, event, session):
        if free.fit(session, waiter.places):
            free.take(session, waiter.places)
            found.append(Promoted(waiter.subject, session, waiter.places))
            left = free.of(session)
            if left is not None and left <= 0:
                break
    return found
