"""What a ticket says in words: when and where, and the message to whom it belongs."""

from deskapp.desk import Desk
from deskapp.events import WHOLE, Event, Session, place_name
from deskapp.language import Language
from deskapp.tickets import Ticket


def sessions(event: Event, session: str) -> tuple[Session, ...]:
    """Those that a ticket is for and that are held."""
    return tuple(each for each in event.planned if session in (WHOLE, each.id))


def times(desk: Desk, t: Language, event: Event, session: str) -> list[str]:
    """When and where, a line for each session."""
    found = []
    for each in sessions(event, session):
        until = t.time(each.until)
        if each.until.date() != each.begin.date():
            until = f"{t.day(each.until.date())} {until}"
        where = place_name(desk, each.place, t.code)
        found.append(f"{t.day(each.begin.date())} {t.time(each.begin)}–{until} {where}".strip())
    return found


def spaced(code: str) -> str:
    """A short code as it is read out: 7164 868 954."""
    return f"{code[:4]} {code[4:7]} {code[7:]}"


def message(desk: Desk, t: Language, event: Event, ticket: Ticket) -> str:
    """One text for whoever the ticket is of, to be sent by whatever way there is."""
    facts = {
        "library": desk.profile.name(t.code),
        "title": event.title,
        "when": " / ".join(times(desk, t, event, ticket.session)),
        "code": ticket.code,
    }
    if ticket.places > 1:
        return t("tickets.message_many", places=ticket.places, **facts)
    return t("tickets.message", **facts)
