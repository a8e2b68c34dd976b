"""What clashes of events, sign-ups and doors are about: what each side says, how it stands then.

Nobody's telephone, no answer and no ticket's number is among it; names are masked.
"""

import json
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection

from db import event_pages, signup_lists
from db import signup_pages as pages
from db.events import CANCELLED, PLANNED, event_of
from db.facts import Fact, Rows
from db.ledger import Act
from db.signups import IN, WHOLE
from deskapp import readers, waiting_list
from deskapp.event_views import name_of
from deskapp.readers import masked_name

BOOKS = ("event", "signup")
_EVENT = (
    *("title", "kind", "department", "need", "evidence", "for_", "partners", "audience"),
    *("opens_at", "closes_at", "capacity", "apart", "queues", "walk_ins", "shows", "exits"),
    *("learnt", "why"),
)
_SESSION = {"begins": "begins", "until": "ends", "place": "where", "capacity": "capacity"}
SHOWN = (
    *("session", *_EVENT, *_SESSION.values(), "held", "signup", "places", "door", "heads"),
    *("came", "came_at", "revoked", "source", "first_signup", "second_signup"),
)
"""what is shown of them, by column"""


def called(connection: Connection, subject: str) -> str:
    """An event by its name and title; somebody at one by their name, masked, and the event's."""
    if subject.startswith("event:"):
        row = event_pages.event(connection, subject)
        return f"{name_of(row)} {row.title}" if row else ""
    row = event_pages.event(connection, event_of(subject))
    return f"{who(connection, subject)} {name_of(row) if row else ''}".strip()


def who(connection: Connection, subject: str) -> str:
    """Who has signed up, masked; "" of whom nothing is known but a ticket."""
    return masked_name(signup_lists.name(connection, subject))


def session_of(connection: Connection, session: str) -> str:
    """When a session was to begin as it was announced: what people call it by. A stamp, or ""."""
    row = event_pages.session(connection, session)
    if row is None:
        return ""
    was = json.loads(row.was)["begins"] if row.was else row.begins
    return str(was)


def counts(connection: Connection, fact: Fact) -> bool:
    """Whether this is an admission, and the one that counts as it stands now."""
    return fact.kind == "door.admitted" and fact.id in pages.counting(connection, fact.subject)


def go_on(act: Act, subject: str) -> None:
    """Whoever waits has the place that came free by a settlement."""
    waiting_list.go_on(act, subject if subject.startswith("event:") else event_of(subject))


def sessions(facts: Collection[Fact]) -> set[str]:
    """Which sessions facts are about."""
    return {str(fact.says().get("session", WHOLE)) for fact in facts}


def said(connection: Connection, fact: Fact) -> dict[str, str]:
    """What one of two facts says, by column."""
    told = fact.says()
    found: dict[str, Any] = {"session": session_of(connection, str(told.get("session") or ""))}
    if fact.book == "event":
        found |= _of_event(told, whole="session" not in told)
        return _texts(found)
    waits = {"signup": "waiting"} if told.get("waiting") else {}
    found |= {name: told.get(name) for name in ("places", "door", "heads")} | waits
    if fact.kind == "signup.identified":
        found["patron"] = readers.who(connection, str(told.get("patron")))
    if fact.kind.startswith("door."):
        del found["places"]
        if found["heads"] == 1:
            del found["heads"]
    return _texts(found)


def _of_event(row: Mapping[str, Any], *, whole: bool) -> dict[str, Any]:
    if not whole:
        return {to: row.get(name) for name, to in _SESSION.items()} | {"why": row.get("why")}
    return {name: row.get(name) for name in _EVENT}


def _texts(said: Mapping[str, Any]) -> dict[str, str]:
    """What is said, in texts: lists in one line."""
    found = {}
    for name, given in said.items():
        lists = name in ("partners", "audience") and isinstance(given, str)
        value = json.loads(given) if lists else given
        if value is not None and value != "":
            found[name] = " ".join(map(str, value)) if isinstance(value, list) else str(value)
    return found


def values(connection: Connection, subject: str, rows: Rows, about: Collection[str]) -> Any:
    """How it stands by these rows, by column: of the sessions that it is about."""
    found: dict[str, Any] = {}
    if subject.startswith("event:"):
        event = rows.get(("event",), {})
        found |= _of_event(event, whole=True)
        off = event.get("status") == CANCELLED
        for key, row in rows.items():
            if key[0] == "session" and key[1] in about:
                found |= {k: v for k, v in _of_event(row, whole=False).items() if v is not None}
                off |= row["status"] == CANCELLED
        return _texts({**found, "held": CANCELLED if off else PLANNED})
    for key, row in rows.items():
        if key[0] == "signup" and (key[1] in about or key[1] == WHOLE or about == {WHOLE}):
            found |= {"signup": row["status"], "places": row["places"]}
            found["patron"] = readers.who(connection, row["patron"])
        elif key[0] == "presence" and (key[1] in about or WHOLE in about):
            found |= {"came": row["came"], "came_at": row["first_at"], "door": row["first_door"]}
        elif key[0] == "ticket" and row["revoked_at"]:
            found["revoked"] = row["revoked_at"]
    return _texts({"came": 0, **found} if found.get("signup") == IN else found)
