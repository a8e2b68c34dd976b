"""How many places (名额) of an event are free: of each session that is still to come, and so of the
event as a whole.
"""

from dataclasses import dataclass, field

from sqlalchemy import Connection

from db import event_pages
from db.events import PLANNED, Event, Session
from db.signups import WHOLE


@dataclass(slots=True)
class Vacancies:
    """By session, None where there is no limit; a session that is over or dropped has no place.

    Whoever signs up for the event as a whole has a place in each session that is to come.
    """

    free: dict[str, int | None] = field(default_factory=dict)

    def of(self, session: str) -> int | None:
        """Free places; None without a limit."""
        if session != WHOLE:
            return self.free.get(session, 0)
        if not self.free:
            return 0
        return min((each for each in self.free.values() if each is not None), default=None)

    def fit(self, session: str, places: int) -> bool:
        free = self.of(session)
        return free is None or places <= free

    def take(self, session: str, places: int) -> None:
        """So many are taken now; less than none where some are given back."""
        for each, free in self.free.items():
            if free is not None and session in (WHOLE, each):
                self.free[each] = free - places


def capacity(event: Event, session: Session) -> int | None:
    """People that a session may have: its own, else the event's; more where a person has said that
    more may come. None: as many as come.
    """
    most = session.capacity if session.capacity is not None else event.capacity
    return None if most is None else max(most, session.allowed or 0)


def to_come(sessions: list[Session], now: str) -> list[Session]:
    """Those that are held and not over, at a moment (a stamp)."""
    return [each for each in sessions if each.status == PLANNED and each.until > now]


def sessions_of(connection: Connection, event: str) -> list[Session]:
    """The times of an event, dropped ones too, in order."""
    return event_pages.sessions(connection, [event])[event]


def find(connection: Connection, event: Event, now: str) -> Vacancies:
    """Of an event at a moment (a stamp). One that is cancelled has none."""
    found = Vacancies()
    if event.status != PLANNED:
        return found
    heads = event_pages.heads(connection, [event.subject])[event.subject]
    whole = heads[WHOLE].expected if WHOLE in heads else 0
    for session in to_come(sessions_of(connection, event.subject), now):
        most = capacity(event, session)
        here = heads[session.id].expected if session.id in heads else 0
        found.free[session.id] = None if most is None else most - whole - here
    return found
