"""One's last act on volunteers, results or feedback undone: it is as if it had not been."""

from collections.abc import Sequence
from typing import Any

from db import event_pages, undoing
from db import results as stored_results
from db.events import event_of
from db.facts import Fact
from db.ledger import Act
from deskapp import event_views, readers
from deskapp.desk import Desk, Refusal


def undo(act: Act, _: Desk, facts: Sequence[Fact]) -> str:
    """Undo the facts of an act, and give what people call the thing. Refuses ActFollowed: somebody
    went on from it.
    """
    name = _name(act, facts[0])
    mine = {_thing(fact) for fact in facts}
    for subject in {fact.subject for fact in facts}:
        for fact in undoing.standing(act.raw, subject):
            if fact.id > facts[-1].id and _thing(fact) in mine:
                raise Refusal("ActFollowed", number=name)
    for fact in reversed(facts):
        kind, more = _opposite(act, fact)
        act.record(kind, fact.subject, {"undoes": fact.id, "by": act.actor, **more})
    return name


def _opposite(act: Act, fact: Fact) -> tuple[str, dict[str, Any]]:
    """What makes up for it: what began a subject does not vanish by an undoing."""
    began = undoing.standing(act.raw, fact.subject)[0].id == fact.id
    match fact.kind:
        case "helper.planned":
            return "helper.dropped", {"stint": fact.id}
        case "feedback.taken":
            return "feedback.withdrawn", {}
        case "ranking.confirmed":
            return "ranking.reopened", {}
        case "ranking.ruled" if began:
            return fact.kind, {"lowest": False, "prizes": None}
        case "result.entered" if began:
            return "result.withdrawn", {}
    return f"{fact.book}.undone", {}


def _thing(fact: Fact) -> str:
    """A shift by itself; of all else the subject."""
    if fact.book != "helper":
        return fact.subject
    return str(fact.says().get("stint", fact.id))


def _name(act: Act, fact: Fact) -> str:
    connection = act.connection
    reader = f"reader:{fact.subject.rpartition(':')[2]}"
    if fact.book == "result":
        row = stored_results.result(connection, fact.subject)
        if row is not None and row.patron is None:
            return row.name or ""
    elif fact.book != "helper":
        event = event_pages.event(connection, event_of(fact.subject))
        return event_views.name_of(event) if event else ""
    return readers.who(connection, reader)
