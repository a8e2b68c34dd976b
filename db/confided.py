"""What was said in confidence (仅承办人可见): who is given it, and whose it was.

Whose it is stands in private parts alone, so erasing asks here.
"""

import json
import sqlite3
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from db import dormant
from db.arrivals import stand
from db.centre import Hello
from db.facts import GENESIS, Book, Fact
from db.folding import refold
from db.ledger import Ledger
from db.requests import WITHDRAWN
from db.rows import marks
from db.store import driver

SCOPES = "scopes"
"""The setting that says whose confidences this desk is given: a JSON list of departments."""


def scopes(raw: sqlite3.Connection) -> set[str]:
    """The departments whose confidences the centre gives this desk."""
    row = raw.execute("SELECT value FROM setting WHERE name = ?", (SCOPES,)).fetchone()
    return set(json.loads(row[0])) if row else set()


def handled_elsewhere(fact: Fact, hello: Hello) -> bool:
    """Whether this was said in confidence to others, who have it: the centre gives its author the
    words again, who is to have dropped them.
    """
    return (
        fact.scope is not None
        and fact.scope not in hello.scopes
        and (fact.pos or 0) <= hello.handled.get(fact.scope, -1)
    )


def confidences(raw: sqlite3.Connection, books: Mapping[str, Book], hello: Hello) -> None:
    """Do as the centre says: pull everything again where more is to be told, and drop what this
    desk wrote in confidence once a desk that handles it has it.
    """
    withdrawn(raw, books, hello)
    if more := sorted(set(hello.scopes) - scopes(raw)):
        stand(raw, 0, GENESIS)
        dormant.call(raw, f"scope IN {marks(len(more))}", more)
        _note_scopes(raw, hello.scopes)
    subjects: list[str] = []
    for department, pos in hello.handled.items():
        if department in hello.scopes:
            continue
        lines = raw.execute(
            "UPDATE fact SET private = NULL, salt = NULL WHERE scope = ? AND pos <= ? "
            "AND private IS NOT NULL RETURNING subject",
            (department, pos),
        )
        subjects += [subject for (subject,) in lines.fetchall()]
        subjects += dormant.silence(raw, "scope = ? AND pos <= ?", (department, pos))
    if subjects:
        _wipe_tonight(raw)
        refold(raw, books, subjects)


def withdrawn(raw: sqlite3.Connection, books: Mapping[str, Book], hello: Hello) -> None:
    """Hear which departments' confidences are this desk's no longer. What rests comes from the
    centre alone, which gives the words of others no more: they leave its rows.
    """
    before = scopes(raw)
    if not (less := sorted(before.difference(hello.scopes))):
        return
    _note_scopes(raw, sorted(before.intersection(hello.scopes)))
    others = f"scope IN {marks(len(less))} AND desk <> (SELECT desk FROM place)"
    if subjects := dormant.silence(raw, others, less):
        _wipe_tonight(raw)
        refold(raw, books, subjects)


def _note_scopes(raw: sqlite3.Connection, departments: Sequence[str]) -> None:
    raw.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (SCOPES, json.dumps(departments)))


def _wipe_tonight(raw: sqlite3.Connection) -> None:
    """What was dropped may still stand in freed pages and the log. To wipe it holds everybody up
    for seconds, and it happens every day: it is for the night.
    """
    raw.execute("INSERT OR IGNORE INTO setting VALUES ('purge', 'tonight')")


_GIVEN_BACK = (
    "DELETE FROM draft WHERE request IN (SELECT subject FROM request JOIN fact USING (subject) "
    f"WHERE outcome = '{WITHDRAWN}' AND fact.scope IS NOT NULL "
    "AND fact.private IS NULL AND (fact.seal IS NOT NULL OR fact.data = ''))"
)


def clear_away(ledger: Ledger) -> None:
    """At night: leave no trace of what this desk has dropped. A draft that an undo gave back is its
    writer's for that day; then it goes where the words of its request went.
    """
    with ledger.store.writing() as connection:
        raw = driver(connection)
        if raw.execute(_GIVEN_BACK).rowcount:
            _wipe_tonight(raw)
    if ledger.purge_due(tonight=True):
        ledger.purge()


_EVER = (
    "(request.scope IS NOT NULL OR EXISTS (SELECT 1 FROM fact "
    "WHERE fact.subject = request.subject AND fact.scope IS NOT NULL))"
)
"""of a request that is confidential, or was: what was said then is held as its own"""


def of_reader(connection: Connection, patron: str) -> list[str]:
    """A reader's confidential requests, as far as this desk may know of them."""
    lines = driver(connection).execute(
        f"SELECT subject FROM request WHERE patron = ? AND {_EVER}", (patron,)
    )
    return [str(subject) for (subject,) in lines]


def of_erased(connection: Connection) -> list[str]:
    """The confidential requests here of readers whom another desk erased."""
    lines = driver(connection).execute(
        "SELECT DISTINCT request.subject FROM erased "
        f"JOIN request ON request.patron = erased.person WHERE {_EVER}"
    )
    return [str(subject) for (subject,) in lines]


def persons(connection: Connection, requests: Sequence[str]) -> list[str]:
    """The persons as whom the words of these requests are held, here or at the centre alone, where
    those are the requests' own.
    """
    lines = driver(connection).execute(
        "SELECT DISTINCT person FROM fact WHERE (private IS NOT NULL OR data = '') "
        f"AND subject IN {marks(len(requests))} AND instr(person, subject) = 1 "
        "AND person NOT IN (SELECT person FROM erased)",
        requests,
    )
    return [str(person) for (person,) in lines]


def of_booking(connection: Connection, subject: str, id: str) -> list[str]:
    """The persons as whom the words of one booking are held that names no reader."""
    lines = driver(connection).execute(
        "SELECT DISTINCT person FROM fact WHERE subject = ?1 AND instr(person, subject) = 1 "
        "AND (id = ?2 OR (data <> '' AND json_extract(data, '$.booking') = ?2)) "
        "AND (private IS NOT NULL OR data = '') AND person NOT IN (SELECT person FROM erased)",
        (subject, id),
    )
    return [str(person) for (person,) in lines]
