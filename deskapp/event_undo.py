"""One's last act on an event undone (撤销): what was announced is off, all else is as if it had not
been, unless somebody has signed up, or was told, since.
"""

from collections.abc import Sequence

from db import event_pages as pages
from db import undoing
from db.facts import Fact
from db.ledger import Act
from deskapp import waiting_list
from deskapp.desk import Desk, Refusal
from deskapp.event_views import name_of, row_of
from deskapp.signup_undo import PROMOTED, put_back

TOLD = ("event.moved", "event.dropped", "event.restored", "event.cancelled")
"""of which those who signed up are told"""


def undo(act: Act, desk: Desk, facts: Sequence[Fact]) -> str:
    """Undo the facts of an act on one event or series, and give what people call it. Refuses
    ActFollowed, CannotUndo (it was about several).
    """
    subject = facts[0].subject
    name = _name(act, subject)
    moved_up = [fact for fact in facts if fact.kind == PROMOTED]
    facts = [fact for fact in facts if fact.kind != PROMOTED]
    if len({fact.subject for fact in facts}) > 1:
        raise Refusal("CannotUndo", what=facts[0].kind)
    if undoing.standing(act.raw, subject)[-1].act != facts[0].act:
        raise Refusal("ActFollowed", number=name)
    for fact in reversed(facts):
        if _followed(act, fact):
            raise Refusal("ActFollowed", number=name)
        said = {"undoes": fact.id, "by": act.actor}
        if fact.kind == "event.announced":  # another desk may have signed somebody up
            act.record("event.cancelled", subject, {**said, "why": None})
        else:
            act.record(f"{fact.book}.undone", subject, said)
    put_back(act, name, moved_up)
    waiting_list.go_on(act, subject)  # of what has fewer places no more
    return name


def _name(act: Act, subject: str) -> str:
    row = pages.series(act.connection, subject)
    return row.title if row is not None else name_of(row_of(act.connection, subject))


def _followed(act: Act, fact: Fact) -> bool:
    """Whether people have gone by it."""
    match fact.kind:
        case "event.announced":
            return pages.signed_up(act.connection, fact.subject)
        case "event.scheduled":
            return pages.signed_up(act.connection, fact.subject, str(fact.says()["session"]))
        case "series.opened":
            return fact.subject in pages.counted(act.connection, [fact.subject])
    return fact.kind in TOLD and pages.told_since(act.connection, fact.subject, fact.at)
