"""The ledger (台账): acts are appended to the chain and folded into rows, in one transaction."""

import secrets
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection

from db import dormant
from db.clashes import decides
from db.clock import Clock, after, stamp
from db.drafts import remove_of_persons
from db.facts import (
    COLUMNS,
    GENESIS,
    Book,
    Draft,
    Fact,
    by_name,
    canonical,
    chained,
    digest_of,
    seal_of,
)
from db.folding import UNKNOWN, extended, keep, rebuild, refold
from db.people import ERASED, PERSONS
from db.place import COPY, UNCLEAN, set_setting, setting, unset
from db.refusal import Refusal
from db.rows import chunks, marks
from db.store import Store, driver

ACT_LIMIT = 5000
"""An act is never split, and a push carries no more facts than this."""

INSERT = f"INSERT INTO fact ({', '.join(COLUMNS)}) VALUES {marks(len(COLUMNS))}"


line: Callable[[Fact], tuple[Any, ...]] = attrgetter(*COLUMNS)
"""a fact as a row of its table"""


class Act:
    """One act of one person: facts that stand or fall together, in one BEGIN IMMEDIATE transaction.

    A rule reads through `connection`, decides, and records. What it read cannot change under it.
    """

    def __init__(
        self, connection: Connection, books: Mapping[str, Book], clock: Clock, actor: str | None
    ) -> None:
        self.connection = connection
        self.raw = driver(connection)
        self.at = clock.now()
        self.actor = actor
        self.erased = False
        self._books = books
        self._clock = clock
        place = self.raw.execute(
            "SELECT desk, epoch, timeline, acked_epoch, acked_seq, acked_chain, cursor FROM place"
        ).fetchone()
        self.desk: str = place[0]
        self._epoch: int = place[1]
        self._timeline: int = place[2]
        self._seq, self._chain = tail(self.raw, self.desk, self._epoch)
        if place[3] == self._epoch and place[4] > self._seq:
            # Lines that the centre has acknowledged are missing here. Their places stay theirs: go
            # on behind them; the next pull brings them back, until then doctor names the hole.
            self._seq, self._chain = place[4], place[5]
        self._cursor: int = place[6]
        # An id that is none, or from the end of time, stops nobody: UUIDv7 begin with 0 until 2527.
        self._greatest: str = (
            self.raw.execute("SELECT max(id) FROM fact WHERE id < '1'").fetchone()[0] or ""
        )
        self.id = self._next_id()
        self._recorded = 0

    def _next_id(self) -> str:
        self._greatest = after(self._greatest, self._clock.new_id())
        return self._greatest

    def new_subject(self, book: str) -> str:
        """A name for a subject that did not exist before."""
        return f"{book}:{self._next_id()}"

    def another(self) -> None:
        """What is recorded from now on is another act, in the same transaction."""
        self.id, self._recorded = self._next_id(), 0

    def record(
        self,
        kind: str,
        subject: str,
        data: Mapping[str, Any] | None = None,
        *,
        person: str | None = None,
        private: Mapping[str, Any] | None = None,
        scope: str | None = None,
    ) -> Fact:
        """Append one fact and fold it. See `record_all`."""
        return self.record_all([Draft(kind, subject, data or {}, person, private, scope)])[0]

    def record_all(self, drafts: Sequence[Draft]) -> list[Fact]:
        """Append facts to the chain and fold them into rows.

        Refusals: SubjectTooNew (a newer version wrote something here that this one cannot read),
        CourseAtCentre (a dormant subject: fetch it first), PersonErased. More than ACT_LIMIT facts
        in one act, or a fold that cannot read its own fact, are mistakes of the program and raise
        ValueError.
        """
        self._recorded += len(drafts)
        if self._recorded > ACT_LIMIT:
            raise ValueError(f"an act of {self._recorded} facts")
        subjects = list(dict.fromkeys(draft.subject for draft in drafts))
        faulty = self._faulty(subjects)
        self._refuse_erased(drafts)
        bases, beyonds = self._knowledge(subjects)
        facts = []
        for draft in drafts:
            beyond = beyonds[draft.subject]
            fact = self._sign(draft, bases.get(draft.subject, 0), beyond)
            beyond.append(fact.id)
            facts.append(fact)
        self.raw.executemany(INSERT, [line(fact) for fact in facts])
        self._fold(facts, faulty)
        return facts

    def record_many(self, drafts: Iterable[Draft]) -> None:
        """The same for facts that need not arrive together: they fill as many acts as it takes, in
        this one transaction.
        """
        for some in chunks(drafts, ACT_LIMIT):
            if self._recorded + len(some) > ACT_LIMIT:
                self.another()
            self.record_all(some)

    def _faulty(self, subjects: Sequence[str]) -> set[str]:
        """Subjects with a fact that could not be folded; refuses what a newer version wrote, and
        what is dormant.
        """
        found: set[str] = set()
        for subject in dormant.among(self.raw, subjects):
            raise Refusal("CourseAtCentre", subject=subject)
        for chunk in chunks(subjects):
            for subject, reason in self.raw.execute(
                f"SELECT subject, reason FROM fault WHERE subject IN {marks(len(chunk))}", chunk
            ):
                if reason == UNKNOWN:
                    raise Refusal("SubjectTooNew", subject=subject)
                found.add(subject)
        return found

    def _refuse_erased(self, drafts: Sequence[Draft]) -> None:
        persons = {draft.person for draft in drafts if draft.private is not None}
        if None in persons:
            raise ValueError("a private part of nobody could never be erased")
        for chunk in chunks(persons):
            found = self.raw.execute(
                "SELECT person FROM erased WHERE person IN " + marks(len(chunk)), chunk
            ).fetchone()
            if found:
                raise Refusal("PersonErased")

    def _knowledge(self, subjects: Sequence[str]) -> tuple[dict[str, int], dict[str, list[str]]]:
        """What this desk knows of each subject: the highest position up to which it has pulled all,
        and the facts beyond it.
        """
        bases: dict[str, int] = {}
        beyonds: dict[str, list[str]] = {subject: [] for subject in subjects}
        for chunk in chunks(subjects):
            where = "WHERE subject IN " + marks(len(chunk))
            for subject, base in self.raw.execute(
                f"SELECT subject, max(pos) FROM fact {where} AND pos <= ? GROUP BY subject",
                (*chunk, self._cursor),
            ):
                bases[subject] = base or 0
            for subject, id in self.raw.execute(
                f"SELECT subject, id FROM fact {where} AND (pos IS NULL OR pos > ?) ORDER BY id",
                (*chunk, self._cursor),
            ):
                beyonds[subject].append(id)
        return bases, beyonds

    def _sign(self, draft: Draft, base: int, beyond: Sequence[str]) -> Fact:
        private = canonical(draft.private) if draft.private is not None else None
        salt = secrets.token_bytes(16) if private is not None else None
        fact = Fact(
            id=self._next_id(),
            act=self.id,
            desk=self.desk,
            timeline=self._timeline,
            kind=draft.kind,
            version=draft.version,
            subject=draft.subject,
            base=base,
            beyond=canonical(beyond),
            at=stamp(self.at),
            actor=self.actor,
            data=canonical(draft.data),
            person=draft.person,
            scope=draft.scope,
            private=private,
            salt=salt,
            seal=seal_of(salt, private) if salt is not None and private is not None else None,
            digest=b"",
            epoch=self._epoch,
            seq=self._seq + 1,
        )
        fact.digest = digest_of(fact)
        self._seq += 1
        self._chain = fact.chain = chained(
            self._chain, self.desk, self._epoch, self._seq, fact.digest
        )
        return fact

    def _fold(self, facts: Sequence[Fact], faulty: Collection[str]) -> None:
        ours: dict[str, dict[str, list[Fact]]] = defaultdict(lambda: defaultdict(list))
        anew = []
        for fact in facts:
            if decides(fact.kind):
                anew.append(fact.subject)
            else:
                ours[fact.book][fact.subject].append(fact)
        for name, by_subject in ours.items():
            book = self._books[name]
            unread = keep(self.raw, book, extended(self.raw, book, by_subject))
            if unread:
                raise ValueError(f"folds could not read what was just recorded: {unread}")
        persons = [fact.person for fact in facts if fact.kind == ERASED and fact.person]
        if persons:
            self.erased = True
            anew.extend(strip(self.raw, persons))
        # What waits there for another fact may have waited for one of these.
        anew.extend(faulty)
        if anew:
            refold(self.raw, self._books, anew)


def whole_acts(facts: Iterable[Fact], most: int = ACT_LIMIT) -> Iterator[list[Fact]]:
    """At most so many facts at a time, never splitting an act."""
    some: list[Fact] = []
    for _, act in groupby(facts, key=lambda fact: fact.act):
        whole = list(act)
        if some and len(some) + len(whole) > most:
            yield some
            some = []
        some = some + whole
    if some:
        yield some


def tail(raw: sqlite3.Connection, desk: str, epoch: int) -> tuple[int, bytes]:
    """The last place of a desk's chain in an epoch."""
    last: tuple[int, bytes] | None = raw.execute(
        "SELECT seq, chain FROM fact WHERE desk = ? AND epoch = ? ORDER BY seq DESC LIMIT 1",
        (desk, epoch),
    ).fetchone()
    return last or (0, GENESIS)


def strip(raw: sqlite3.Connection, persons: Sequence[str]) -> list[str]:
    """Take the private parts and salts of persons out of the ledger, and drafts that name them out
    of the store; the subjects to fold anew.
    """
    subjects = []
    raw.execute("INSERT OR REPLACE INTO setting VALUES ('purge', 'due')")
    remove_of_persons(raw, persons)
    for chunk in chunks(persons):
        lines = raw.execute(
            "UPDATE fact SET private = NULL, salt = NULL "
            f"WHERE private IS NOT NULL AND person IN {marks(len(chunk))} RETURNING subject",
            chunk,
        )
        subjects += [subject for (subject,) in lines.fetchall()]
        subjects += dormant.silence(raw, f"person IN {marks(len(chunk))}", chunk)
    return subjects


class Ledger:
    """A store, the books written in it, and the clock that dates them."""

    def __init__(self, store: Store, books: Sequence[Book], clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self.books = by_name((PERSONS, *books))

    @contextmanager
    def act(self, actor: str | None) -> Iterator[Act]:
        """A rule and its facts, alone in the store. Nothing is written where the rule refuses."""
        with self.store.writing() as connection:
            act = Act(connection, self.books, self.clock, actor)
            yield act
        if act.erased:
            with suppress(Refusal):  # what is done is done; the cleaning stays due
                self.purge()

    def purge(self) -> None:
        """After an erasure: leave no trace of it in derived text, freed pages or the log. The
        second copy, if there is one, is then owed the same (see `db.copy`).

        A crash on the way leaves the setting `purge` behind; whoever opens the desk next goes on.
        """
        with self.store.writing() as connection:
            raw = driver(connection)
            for book in self.books.values():
                if book.purge is not None:
                    book.purge(raw)
        # The note goes last: whatever cuts this short, or still reads an older view, it stays due.
        if self.store.scour():
            with self.store.writing() as connection:
                if setting(connection, COPY) is not None:
                    set_setting(connection, UNCLEAN, "due")
                unset(connection, "purge")

    def purge_due(self, *, tonight: bool = False) -> bool:
        """Whether an erasure was cut short before its traces were gone; with `tonight`, also
        whether there are traces that may stay until the night.
        """
        with self.store.reading() as connection:
            due = setting(connection, "purge")
        return due is not None and (tonight or due != "tonight")

    def learn(self, folds: int) -> None:
        """After an upgrade: fold what the version before could only keep, or, where folds are of
        another revision, everything.
        """
        with self.store.reading() as connection:
            known = setting(connection, "folds")
        if known != str(folds):
            with self.store.writing() as connection:
                if known is not None:
                    for _ in rebuild(driver(connection), self.books):
                        pass
                    dormant.call(driver(connection))
                set_setting(connection, "folds", str(folds))
        with self.store.reading() as connection:
            unread = driver(connection).execute(
                "SELECT fact.subject, fact.kind, fact.version FROM fault JOIN fact USING (id) "
                f"WHERE reason = '{UNKNOWN}' ORDER BY fact.n"
            )
            subjects = dict.fromkeys(s for s, *kind in unread if self._known(s, *kind))
        for some in chunks(subjects):
            with self.store.writing() as connection:
                refold(driver(connection), self.books, some)

    def _known(self, subject: str, kind: str, version: int) -> bool:
        book = self.books.get(subject.partition(":")[0])
        return book is not None and (kind, version) in book.folds

    def rebuild(self) -> Iterator[int]:
        """Fold the whole ledger again, in one transaction; yields the subjects done so far."""
        with self.store.writing() as connection:
            yield from rebuild(driver(connection), self.books)


def found(store: Store, desk: str, library_key: bytes) -> None:
    """Make a new store this desk's: its code, and the key of readers' ids."""
    with store.writing() as connection:
        driver(connection).execute(
            "INSERT INTO place (one, desk, library_key, epoch, timeline, forks, cursor, "
            "acked_epoch, acked_seq) VALUES (1, ?, ?, 1, 1, '[]', 0, 1, 0)",
            (desk, library_key),
        )


def between(
    connection: Connection, columns: Sequence[str], since: str, until: str
) -> Iterator[tuple[Any, ...]]:
    """Columns of the facts from one moment to another, in the order of arrival."""
    return driver(connection).execute(
        f"SELECT {', '.join(columns)} FROM fact WHERE at >= ? AND at < ? ORDER BY n", (since, until)
    )
