"""The relational copy at the centre: what its ledger says as tables, for reports and other tools.

The tables are those of the desks and are made by the same folds; they stand in the schema
`reports`, beside the ledger. The folds are given no private part, as if everybody were erased: no
reader's name, number, telephone or words are here, confidential or not, and the columns that hold
them at a desk are empty. So nothing is left to take out when a person is erased. Staff are named;
readers are ids that tell nobody who they are. Moments are UTC stamps, lists are JSON.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from typing import Any, TypeAlias

import psycopg
from psycopg import errors
from sqlmodel import SQLModel

from db.admission import say
from db.facts import COLUMNS, ID, Book, Fact, by_name, canonical, sound
from db.folding import ALTERED, anew, causal
from db.people import PERSONS
from db.postgres import explained
from db.progress import Sharing, nothing
from db.refusal import Refusal
from db.rows import shape
from db.tables import Clash, Fault

PAGE = 5000
"""facts in one transaction"""
TYPES = {str: "text", bool: "boolean", int: "bigint", float: "double precision", bytes: "bytea"}
HIDDEN = {"private": "NULL::text", "salt": "NULL::bytea"}
FACTS = (
    f"SELECT {', '.join(HIDDEN.get(name, name) for name in COLUMNS)} FROM deskapp.ledger "
    "WHERE subject = ANY(%s) AND pos <= %s ORDER BY subject, pos"
)
FORKS = "SELECT number, fork FROM deskapp.timeline WHERE number > 1 ORDER BY number"
BEGIN = """
CREATE SCHEMA IF NOT EXISTS reports;
CREATE TABLE IF NOT EXISTS reports.standing (
    one integer PRIMARY KEY, pos bigint NOT NULL, link bytea, folds integer NOT NULL,
    known text, forks text NOT NULL, folded_at timestamptz NOT NULL
);
INSERT INTO reports.standing VALUES (1, 0, NULL, 0, NULL, '[]', clock_timestamp())
ON CONFLICT DO NOTHING
"""
UNREAD = """
SELECT min(last) - 1 FROM (
    SELECT max(ledger.pos) AS last FROM reports.fault JOIN deskapp.ledger USING (subject)
    WHERE reason = 'unknown' GROUP BY subject
) AS subjects
"""

Connection: TypeAlias = psycopg.Connection[tuple[Any, ...]]
Line: TypeAlias = tuple[Any, ...]
Table: TypeAlias = type[SQLModel]
ALL: tuple[Table, ...] = (Fault, Clash)
"""what every book fills"""


@dataclass(slots=True)
class Copied:
    """What was folded: how many facts, and up to which position of the centre's order."""

    facts: int = 0
    position: int = 0


class Relations:
    """The relational copy, by a connection of whoever owns the centre's database (see `Central`).

    `folds`: the revision of the books' folds, see db/books.py. Refuses as the centre's other
    commands; CentreTooNew also where a newer version has folded.
    """

    def __init__(self, connection: Connection, books: Sequence[Book], folds: int) -> None:
        self._raw = connection
        self._books = by_name((PERSONS, *books))
        self._tables = (*ALL, *(t for book in self._books.values() for t in book.tables))
        self._folds = folds

    def fold(self, progress: Sharing = nothing) -> Copied:
        """Fold what came since the last time, a page in each transaction, rows and cursor both.

        May be cut anywhere and begun again, and run several times at once.
        """
        with self._whole() as raw:
            self._prepare(raw)
        done = Copied()
        while True:
            with self._whole() as raw:
                # Whoever folds at the same time waits here, and then sees what was folded.
                ((begun,),) = raw.execute("SELECT pos FROM reports.standing FOR UPDATE").fetchall()
                ((top,),) = raw.execute("SELECT pos FROM deskapp.counter").fetchall()
                done.position = min(begun + PAGE, top)
                if done.position <= begun:
                    return done
                self._page(raw, begun, done.position)
            done.facts += done.position - begun
            progress(done.facts, done.facts + top - done.position)

    def let_read(self, role: str) -> None:
        """Let a role that is there already read the copy, and nothing else; RoleMissing."""
        with self._whole() as raw:
            try:
                for words in (
                    "GRANT CONNECT ON DATABASE {database} TO {role}",
                    "GRANT USAGE ON SCHEMA reports TO {role}",
                    "GRANT SELECT ON ALL TABLES IN SCHEMA reports TO {role}",
                    "ALTER DEFAULT PRIVILEGES IN SCHEMA reports GRANT SELECT ON TABLES TO {role}",
                ):
                    say(raw, words, database=raw.info.dbname, role=role)
            except errors.UndefinedObject as error:
                raise Refusal("RoleMissing", role=role) from error

    @contextmanager
    def _whole(self) -> Iterator[Connection]:
        with explained(), self._raw.transaction():
            # Nobody has counted the tables yet, and to look through all of one seems cheap.
            self._raw.execute("SET LOCAL enable_seqscan = off")
            yield self._raw

    def _prepare(self, raw: Connection) -> None:
        """Make the tables where they are not as they should be, and find where to go on."""
        raw.execute("LOCK TABLE deskapp.form IN SHARE ROW EXCLUSIVE MODE")
        raw.execute(BEGIN)
        ((pos, link, folds, had, heard),) = raw.execute(
            "SELECT pos, link, folds, known, forks FROM reports.standing FOR UPDATE"
        ).fetchall()
        if folds > self._folds:
            raise Refusal("CentreTooNew", form=folds, known=self._folds)
        tables = list(self._statements())
        kinds = sorted(kind for book in self._books.values() for kind in book.folds)
        known = sha256(canonical([tables, kinds]).encode()).hexdigest()
        forks = _forks(raw)
        begin = [pos]
        if had != known:
            for statement in tables:
                raw.execute(statement)
            begin += [last for (last,) in raw.execute(UNREAD) if last is not None]
        # What facts behind a restore of the centre knew is read differently from now on.
        apart = {tuple(each) for each in forks} ^ {tuple(each) for each in json.loads(heard)}
        begin += [fork for _, fork in apart]
        if folds != self._folds or link != _link(raw, pos):
            raw.execute(f"TRUNCATE {', '.join(map(_named, self._tables))}")
            begin = [0]
        raw.execute(
            "UPDATE reports.standing SET pos = %s, link = %s, folds = %s, known = %s, forks = %s",
            (min(begin), _link(raw, min(begin)), self._folds, known, canonical(forks)),
        )

    def _statements(self) -> Iterator[str]:
        """The tables, read off the desks' own. A column that went stays: others may look at it."""
        # By hash: one fact with an endless subject must not stop those of others.
        by_subject = "CREATE INDEX IF NOT EXISTS {}_subject ON {} USING hash (subject)"
        yield by_subject.format("ledger", "deskapp.ledger")
        yield "COMMENT ON TABLE reports.standing IS 'How far these tables are, and since when.'"
        for model in self._tables:
            form, table = shape(model), _named(model)
            yield f"CREATE TABLE IF NOT EXISTS {table} (subject text NOT NULL)"
            for name in (*form.keys, *form.values):
                kind = TYPES[form.types[name]]
                yield f'ALTER TABLE {table} ADD COLUMN IF NOT EXISTS "{name}" {kind}'
            yield by_subject.format(form.name, table)
            words = " ".join((model.__doc__ or "").split()).replace("'", "''")
            yield f"COMMENT ON TABLE {table} IS '{words}'"

    def _page(self, raw: Connection, begun: int, until: int) -> None:
        """Fold anew whatever facts behind one position, up to another, are about."""
        lines = raw.execute(
            "SELECT DISTINCT subject FROM deskapp.ledger WHERE pos > %s AND pos <= %s",
            (begun, until),
        )
        subjects = [subject for (subject,) in lines]
        facts = [Fact(*line) for line in raw.execute(FACTS, (subjects, until))]
        claimed: dict[str, Fact] = {}
        for fact in facts:  # as desks name what is under another's id (`db.claims`)
            if claimed.setdefault(fact.id, fact) is not fact:
                fact.id = f"{fact.id[:ID]}+{fact.pos}"
        altered = {fact.id: ALTERED for fact in facts if not sound(fact)}
        forks = _forks(raw)
        results = [
            anew(self._books, subject, causal(list(some)), altered, forks)
            for subject, some in groupby(facts, key=lambda fact: fact.subject)
        ]
        found: dict[str, list[Line]] = defaultdict(list)
        named: dict[str, list[str]] = defaultdict(list)
        for each in results:
            named[each.subject.partition(":")[0]].append(each.subject)
            for (table, *keys), row in each.rows.items():  # whole: its columns stand in order
                found[table].append((each.subject, *keys, *row.values()))
            found["fault"] += [(each.subject, *fault) for fault in each.faults.items()]
            found["clash"] += [(each.subject, *clash) for clash in each.clashes]
        for model in ALL:
            _replace(raw, model, subjects, found)
        for name in named.keys() & self._books.keys():
            for model in self._books[name].tables:
                _replace(raw, model, named[name], found)
        raw.execute(
            "UPDATE reports.standing SET pos = %s, link = %s, folded_at = clock_timestamp()",
            (until, _link(raw, until)),
        )


def _replace(
    raw: Connection,
    model: Table,
    subjects: Sequence[str],
    found: Mapping[str, Sequence[Line]],
) -> None:
    """Write the rows of these subjects in place of those that stood."""
    form, table = shape(model), _named(model)
    raw.execute(f"DELETE FROM {table} WHERE subject = ANY(%s)", (subjects,))
    if lines := found.get(form.name):
        names = ", ".join(f'"{name}"' for name in ("subject", *form.keys, *form.values))
        with raw.cursor().copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for line in lines:
                copy.write_row([_plain(value) for value in line])


def _plain(value: object) -> object:
    """What SQLite takes and PostgreSQL does not: a truth for a number, a text with a NUL in it."""
    if isinstance(value, bool):
        return int(value)
    return value.replace("\0", "\ufffd") if isinstance(value, str) and "\0" in value else value


def _named(model: Table) -> str:
    return f'reports."{shape(model).name}"'


def _forks(raw: Connection) -> list[list[int]]:
    """The centre's restores, as `Hello.forks`."""
    return [list(line) for line in raw.execute(FORKS)]


def _link(raw: Connection, pos: int) -> bytes | None:
    """The link of the centre's order at a position; None where there is none."""
    line = raw.execute("SELECT link FROM deskapp.ledger WHERE pos = %s", (pos,)).fetchone()
    return line[0] if line else None
