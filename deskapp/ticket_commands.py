"""`deskapp event ticket`: one person's ticket, given, replaced, revoked or shown."""

from dataclasses import asdict

from deskapp import ticket_words, tickets
from deskapp.command import Command, Report
from deskapp.desk import Desk, Refusal
from deskapp.events import WHOLE, Event
from deskapp.signup_lists import Listed, SignupList
from deskapp.tickets import Ticket


def ticket(command: Command, desk: Desk, event: Event, session: str | None) -> Report:
    """`deskapp event ticket EVENT WHO`. Refuses SignupUnknown, SignupAmbiguous, TicketNone."""
    asked = command.asked
    row = _whose(desk, event, session or WHOLE, asked.who)
    if asked.revoke is not None:
        revoked = tickets.revoke(desk, row.id, row.session, asked.revoke)
        said = command.t("command.ticket_revoked", name=row.name, count=len(revoked.serials))
        return Report([said], {"name": row.name, "revoked": revoked.serials})
    if asked.replace:
        return _shown(command, desk, event, tickets.replace(desk, row.id, row.session))
    if asked.give:
        return _shown(command, desk, event, tickets.issue(desk, row.id, row.session))
    found = tickets.of_signup(desk, row.id, row.session)
    if found is None:
        raise Refusal("TicketNone")
    return _shown(command, desk, event, found)


def _whose(desk: Desk, event: Event, session: str, who: str) -> Listed:
    """The one sign-up that is meant by a name, a number or a telephone."""
    found = SignupList(desk, event.id, session=session, words=who).after(None, 2)
    if not found:
        raise Refusal("SignupUnknown")
    if len(found) > 1:
        raise Refusal("SignupAmbiguous", who=who)
    return found[0]


def _shown(command: Command, desk: Desk, event: Event, found: Ticket) -> Report:
    words = ticket_words.message(desk, command.t, event, found)
    return Report([words, found.text], {**asdict(found), "message": words})
