"""What corrections put right (更正): how an entry stood before each, and how after."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from db import readers as stored_readers
from db.facts import Fact, Row
from db.folding import anew
from db.request_undo import REQUESTS
from deskapp.readers import masked

CODES = ("kind", "department", "channel")
LISTS = ("told", "materials")
WORDS = ("question", "contact")
NAMES = ("question", "patron", "contact", *CODES, *LISTS)
CORRECTED = "request.corrected"


@dataclass(frozen=True, slots=True)
class Amendment:
    """One thing that was wrong: words, codes, or a reader masked. None where it may not be told or
    is not known any more.
    """

    name: str
    was: str | None = None
    now: str | None = None


def amendments(
    connection: Connection, facts: Sequence[Fact], *, visible: bool, contactable: bool
) -> dict[str, tuple[Amendment, ...]]:
    """By its id what each correction of a request put right, for whoever may see its words
    (`visible`) and telephone numbers. What was erased under its reader's own name is not told
    under that of a wrong one either, nor once it is open what was said in confidence.
    """
    end, found = _row(facts), {}
    known = {*(NAMES if visible else CODES)} - {*(() if contactable else ("contact",))}
    if end.get("question") is None:
        known -= {*WORDS}
    for place, fact in enumerate(facts):
        if fact.kind != CORRECTED:
            continue
        was, now = _row(facts[:place]), _row(facts[: place + 1])
        changed = fact.says().get("changed", ())
        if "patron" in changed:  # it was the wrong one's
            was["contact"] = None
        confided = (was.get("scope") or now.get("scope")) and not end.get("scope")
        told = known & {*CODES} if confided else known
        found[fact.id] = tuple(
            Amendment(name, *(_told(connection, name, row) for row in (was, now)))
            if name in told
            else Amendment(name)
            for name in NAMES
            if name in changed and _wrong(name, changed, was, now)
        )
    return found


def _row(facts: Sequence[Fact]) -> Row:
    """The request as those who wrote these facts knew it."""
    rows = anew({REQUESTS.name: REQUESTS}, facts[0].subject, facts, {}, ()).rows if facts else {}
    return {**rows.get(("request",), {})}


def _wrong(name: str, changed: Sequence[str], was: Row, now: Row) -> bool:
    """Words are said again as well where only their reader was a wrong one, or who may see them."""
    again = name not in CODES and not {"patron", "scope"}.isdisjoint(changed)
    return not again or was.get(name) != now.get(name)


def _told(connection: Connection, name: str, row: Row) -> str | None:
    value = row.get(name)
    if name in LISTS:
        return " ".join(json.loads(value)) if value else None
    if name == "patron" and value:
        reader = stored_readers.by_subject(connection, value)
        if reader is None or reader.number is None:
            return None
        return masked(reader)
    return str(value) if value else None
