"""Stranded facts: what the centre has lost, or never got, and only another desk's store or a stick
still holds. Whoever looks after the centre puts it in, in the name of the desks that wrote it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

import psycopg

from db.arrivals import sound
from db.clashes import UNREADABLE
from db.facts import GENESIS, Fact, chained
from db.folding import FACT
from db.place import library_key
from db.postgres import PostgresCentre, explained
from db.refusal import Refusal
from db.rows import chunks
from db.stick import facts_on, files, found_in
from db.store import Store, driver


@dataclass(slots=True)
class Adopted:
    """What was put in: facts by desk. unsound: facts that are not what was signed, left out.
    wordless: what was said in confidence and is here without its words, left out too: another
    desk's store may have them. broken: files of a stick that are not whole, or another library's.
    """

    facts: dict[str, int] = field(default_factory=dict)
    unsound: int = 0
    wordless: int = 0
    broken: list[str] = field(default_factory=list)


class Adoption:
    """Taking in at a centre, by a connection of its owner, whom `push` lets speak for any desk.

    What the centre has already is left alone: it may be cut anywhere, and done again.
    """

    def __init__(self, raw: psycopg.Connection[tuple[Any, ...]], *, wordless: bool = False) -> None:
        self._raw = raw
        self._centre = PostgresCentre("", connection=raw)
        self._wordless = wordless
        self._stands: dict[str, tuple[int, int, bytes]] = {}
        self.done = Adopted()

    def store(self, path: Path) -> None:
        """Take in what a desk's store has. Refuses CentreEmpty, CentreOfAnother, and as `Store`."""
        store = Store(path)
        try:
            with store.reading() as connection:
                if library_key(connection) != self._key():
                    raise Refusal("CentreOfAnother")
                # An id tells when: whoever knew of a fact wrote behind it, at whatever desk.
                lines = driver(connection).execute(FACT + "WHERE data <> '' ORDER BY act, id")
                for some in _pages(Fact(*line) for line in lines):
                    self._take(some)
        finally:
            store.close()

    def stick(self, folder: Path) -> None:
        """Take in what is on a stick. Refuses CentreEmpty, FileUnreadable."""
        key, facts = self._key(), list[Fact]()
        for path in found_in(folder):
            try:
                facts += facts_on(path, key)
            except (OSError, Refusal, *UNREADABLE):
                self.done.broken.append(path.name)
        for some in files(sorted({f.id: f for f in facts}.values(), key=lambda f: (f.act, f.id))):
            self._take(some)

    def _key(self) -> bytes:
        rows = self._asked("SELECT key FROM deskapp.library")
        if not rows:
            raise Refusal("CentreEmpty")
        key: bytes = rows[0][0]
        return key

    def _asked(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with explained():
            return self._raw.execute(sql, values).fetchall()

    def _take(self, facts: Sequence[Fact]) -> None:
        """Some whole acts, of whatever desks."""
        for desk in dict.fromkeys(fact.desk for fact in facts):
            ours = [fact for fact in facts if fact.desk == desk]
            known = {
                id
                for (id,) in self._asked(
                    "SELECT id FROM deskapp.receipt WHERE desk = %s AND id = ANY (%s)",
                    desk,
                    [fact.id for fact in ours],
                )
            }
            lacking = [fact for fact in ours if fact.id not in known]
            self._push(desk, self._fit(lacking))

    def _fit(self, facts: list[Fact]) -> list[Fact]:
        whole = [fact for fact in facts if sound(fact)]
        self.done.unsound += len(facts) - len(whole)
        if self._wordless:
            return whole
        gone = {
            person
            for (person,) in self._asked(
                "SELECT person FROM deskapp.erased WHERE person = ANY (%s)",
                [fact.person for fact in whole if fact.person],
            )
        }
        unfit = {
            fact.act
            for fact in whole
            if fact.private is None
            and fact.seal is not None
            and fact.scope is not None
            and fact.person not in gone
        }
        fit = [fact for fact in whole if fact.act not in unfit]  # an act is never split
        self.done.wordless += len(whole) - len(fit)
        return fit

    def _push(self, desk: str, facts: list[Fact]) -> None:
        if not facts:
            return
        epoch, seq, previous = self._stands.get(desk) or self._begin(desk)
        chain = previous
        for fact in facts:
            seq += 1
            chain = chained(chain, desk, epoch, seq, fact.digest)
            fact.epoch, fact.seq, fact.chain = epoch, seq, chain
        # Nobody knows how far off that desk's clock was: as far as when it last spoke.
        ((skew,),) = self._asked(
            "SELECT coalesce(max(skew), 0) FROM deskapp.desk WHERE code = %s", desk
        )
        self._centre.push(desk, epoch, previous, facts, skew)
        self._stands[desk] = epoch, seq, chain
        self.done.facts[desk] = self.done.facts.get(desk, 0) + len(facts)

    def _begin(self, desk: str) -> tuple[int, int, bytes]:
        """An epoch that the desk has never used; one that this centre has not let in is out."""
        with explained():
            self._raw.execute(
                "INSERT INTO deskapp.desk (code, role, revoked) VALUES (%s, '', true) "
                "ON CONFLICT DO NOTHING",
                (desk,),
            )
        ((top,),) = self._asked("SELECT max(epoch) FROM deskapp.receipt WHERE desk = %s", desk)
        return (top or 0) + 1, 0, GENESIS


def _pages(facts: Iterable[Fact]) -> Iterator[list[Fact]]:
    """Several acts at a time, never splitting one."""
    acts = (list(act) for _, act in groupby(facts, key=lambda fact: fact.act))
    for some in chunks(acts, 500):
        yield from files([fact for act in some for fact in act])
