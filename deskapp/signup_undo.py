"""One's last act on sign-ups undone: who was signed up by mistake never was, who gave it up has
their place again, and whoever had it meanwhile waits as before, unless they have been told.
"""

from collections.abc import Sequence

from db import event_pages, undoing
from db import readers as stored_readers
from db import signup_pages as pages
from db.clock import stamp
from db.events import event_of
from db.facts import Fact
from db.ledger import Act
from db.signup_rows import IN, Signup
from db.signups import draft
from deskapp import vacancies, waiting_list
from deskapp.desk import Desk, Refusal
from deskapp.readers import masked_name

MADE, PROMOTED = "signup.made", "signup.promoted"
UNDONE = frozenset(
    f"signup.{step}" for step in ("made", "promoted", "cancelled", "changed", "identified", "told")
)
"""kinds of facts that are undone here"""
TICKETS = {"ticket.issued", "ticket.revoked"}


def undo(act: Act, desk: Desk, facts: Sequence[Fact]) -> str:
    """Undo the facts of an act, and give the masked name of whom it was about. Refuses CannotUndo
    (what a door did), ActFollowed (somebody went on from it), EventFull (their place is somebody
    else's by now).
    """
    if {fact.kind for fact in facts} <= TICKETS:
        return _take_ticket_back(act, facts)
    for fact in facts:
        if fact.kind not in UNDONE:
            raise Refusal("CannotUndo", what=fact.kind)
    about = [fact for fact in facts if fact.kind != PROMOTED] or facts
    name = _name(act, about[0])
    if about[0].kind == MADE:
        facts = about  # whoever moved up in the same act has what was free before
    put_back(act, name, facts)
    for event in sorted({event_of(fact.subject) for fact in facts}):
        waiting_list.go_on(act, event)
        _refuse_full(act, event, facts)
    return name


def _take_ticket_back(act: Act, facts: Sequence[Fact]) -> str:
    """A ticket given out by mistake is revoked. Refuses TicketGone (a door may have turned the old
    one away by now, and another may not hear of it), TicketsMany, ActFollowed.
    """
    fact, said = facts[0], facts[0].says()
    if any(each.kind == "ticket.revoked" or each.says().get("replaces") for each in facts):
        raise Refusal("TicketGone")
    if len(facts) > 1:
        raise Refusal("TicketsMany", count=len(facts))
    name = _name(act, fact)
    if undoing.standing(act.raw, fact.subject)[-1].act != fact.act:
        raise Refusal("ActFollowed", number=name)
    undone = {"serial": said["serial"], "why": None, "undoes": fact.id, "by": act.actor}
    act.record_all([draft("ticket.revoked", fact.subject, undone)])
    return name


def put_back(act: Act, name: str, facts: Sequence[Fact]) -> None:
    """As if these facts of one act had not been. Refuses ActFollowed."""
    for subject in {fact.subject for fact in facts}:
        if undoing.standing(act.raw, subject)[-1].act != facts[0].act:
            raise Refusal("ActFollowed", number=name)
    for fact in reversed(facts):
        kind = "signup.withdrawn" if fact.kind == MADE else "signup.undone"
        said = {"session": fact.says()["session"], "undoes": fact.id, "by": act.actor}
        act.record_all([draft(kind, fact.subject, said)])


def _refuse_full(act: Act, event: str, facts: Sequence[Fact]) -> None:
    """Refuses EventFull, where it would be too many by this."""
    row = event_pages.event(act.connection, event)
    if row is None:
        return
    free = vacancies.find(act.connection, row, stamp(act.at))
    for fact in facts:
        session = str(fact.says()["session"])
        back = pages.row(act.connection, fact.subject, session)
        left = free.of(session) if free.free else None
        if back is not None and back.status == IN and left is not None and left < 0:
            raise Refusal("EventFull", free=0)


def _name(act: Act, fact: Fact) -> str:
    row = pages.row(act.connection, fact.subject, str(fact.says()["session"]))
    return masked_name(called(act, row)) if row is not None else ""


def called(act: Act, row: Signup) -> str:
    """The name of whoever signed up; empty once erased."""
    if row.patron is None:
        return row.name or ""
    reader = stored_readers.by_subject(act.connection, row.patron)
    return (reader.name if reader else None) or ""
