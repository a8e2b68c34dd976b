"""One person who signed up twice at one event (重复报名), put before a person: one of the two
stands, or both do.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

from sqlalchemy import Connection

from db import clash_pages as pages
from db.clash_pages import BOTH, Open
from db.clashes import decisions
from db.facts import Book, Draft, Fact, Rows
from db.folding import facts_of, stub
from db.rows import load
from db.signups import WHOLE, draft
from db.store import driver
from deskapp import event_odds
from deskapp.at_odds import Outcome

Books: TypeAlias = Mapping[str, Book]
DOUBLE = "double"
"""what such a clash is called in place of a subject"""
SIGNUP = "signup"
"""of a pair that is such a clash"""


def called(connection: Connection, found: Open) -> str:
    """Who, and at which event."""
    names = [event_odds.called(connection, each) for each in found.subjects]
    return max(names, key=len)


def sides(
    books: Books, connection: Connection, found: Open
) -> dict[str, tuple[Fact, dict[str, str]]]:
    """Both facts, by id, and what is to be known of their sign-ups."""
    facts = facts_of(driver(connection), set(found.subjects))
    known: dict[str, tuple[Fact, dict[str, str]]] = {}
    for id, subject in zip(found.pair, found.subjects, strict=True):
        rows = _rows(books, connection, subject)
        session, row = _made(rows, id)
        said = {"session": event_odds.session_of(connection, session)} if session else {}
        said |= {"name": event_odds.who(connection, subject), "source": row["source"]}
        said |= {SIGNUP: row["status"]}
        said |= {"places": str(row["places"])} if row["places"] > 1 else {}
        for key, came in rows.items():
            if key[0] == "presence" and session in (WHOLE, key[1]) and came["first_at"]:
                said |= {"door": came["first_door"], "came_at": came["first_at"]}
        fact = next(fact for fact in facts[subject] if fact.id == id)
        known[id] = fact, {name: value for name, value in said.items() if value}
    return known


def _rows(books: Books, connection: Connection, subject: str) -> Rows:
    return load(driver(connection), books[SIGNUP], [subject])[subject]


def _made(rows: Rows, id: str) -> tuple[str, Mapping[str, Any]]:
    """The sign-up that a fact made: its session, and its row."""
    return next(
        (key[1], row) for key, row in rows.items() if key[0] == SIGNUP and row["made"] == id
    )


def outcomes(books: Books, connection: Connection, found: Open, by: str) -> tuple[Outcome, ...]:
    """How both stand, and how many came in all, whatever is kept."""
    told = []
    for keep in (*found.pair, BOTH):
        drafts = decided(books, connection, found, keep, by)
        values: dict[str, str] = {}
        came = 0
        names = ("first_signup", "second_signup")
        for name, subject in zip(names, found.subjects, strict=True):
            ours = [each for each in drafts if each.subject == subject]
            rows = pages.supposed(connection, books, subject, ours)[0].rows
            _, row = _made(rows, found.pair[names.index(name)])
            values[name] = row["status"]
            came += max([r["came"] for key, r in rows.items() if key[0] == "presence"], default=0)
        told.append(Outcome(keep, None, {**values, "came": str(came)}))
    return tuple(told)


def decided(
    books: Books, connection: Connection, found: Open, keep: str, by: str | None
) -> list[Draft]:
    """What says that one of the two stands, or both: a fact on the one put aside, and what makes up
    for those that say otherwise.
    """
    facts = facts_of(driver(connection), set(found.subjects))
    drafts, told = [], False
    for fact in (fact for subject in sorted(facts) for fact in _standing(facts[subject])):
        verdict = _verdict(fact, found)
        told |= verdict == keep
        if verdict not in (None, keep):
            said = {"undoes": fact.id, "by": by, "session": fact.says()["session"]}
            drafts.append(draft("signup.undone", fact.subject, said))
    if not told:
        aside = found.first if keep == found.second else found.second
        subject = dict(zip(found.pair, found.subjects, strict=True))[aside]
        session, _ = _made(_rows(books, connection, subject), aside)
        said = {"session": session, "made": aside}
        if keep == BOTH:
            drafts.append(draft("signup.both_right", subject, {**said, "other": found.first}))
        else:
            drafts.append(draft("signup.put_aside", subject, {**said, "for": keep}))
    return drafts


def _standing(facts: list[Fact]) -> list[Fact]:
    aside = decisions([stub(fact) for fact in facts]).aside
    return [fact for fact in facts if fact.id not in aside]


def _verdict(fact: Fact, found: Open) -> str | None:
    """Which of the two stands by this fact, or BOTH; None where it is about something else."""
    if fact.kind not in ("signup.put_aside", "signup.both_right"):
        return None
    said = fact.says()
    other = said.get("for") or said.get("other")
    if {said.get("made"), other} != set(found.pair):
        return None
    return str(other) if fact.kind == "signup.put_aside" else BOTH
