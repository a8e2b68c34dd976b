"""Stranded facts: what the centre has lost, or never got, and only another desk's store or a stick
still holds. Whoever looks after the centre puts it in, in the name of the desks that wrote it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol

import psycopg

from db.centre import Receipt
from db.clashes import UNREADABLE
from db.facts import GENESIS, Fact, chained, sealed, sound
from db.folding import FACT
from db.ledger import whole_acts
from db.place import library_key
from db.postgres import PostgresCentre, explained
from db.refusal import Refusal
from db.rows import chunks
from db.stick import facts_on, found_in
from db.store import Store, driver


@dataclass(slots=True)
class Adopted:
    """What was put in: facts by desk. unsound: facts that are not what was signed, left out.
    wordless: what was said in confidence and is here without its words, left out too: another
    desk's store may have them. worded: what the centre had without its words, and has whole now.
    broken: files of a stick that are not whole, or another library's.
    """

    facts: dict[str, int] = field(default_factory=dict)
    unsound: int = 0
    wordless: int = 0
    worded: int = 0
    broken: list[str] = field(default_factory=list)


class Taker(Protocol):
    """A centre as whoever looks after it has it: `push` lets them speak for any desk."""

    def key(self) -> bytes | None:
        """The library's; None where there is none yet."""
        ...

    def known(self, desk: str, ids: Sequence[str]) -> set[str]:
        """Which of these facts of a desk the centre has."""
        ...

    def erased(self, persons: Sequence[str]) -> set[str]:
        """Which of these persons are erased."""
        ...

    def confide(self, desk: str, facts: Sequence[Fact]) -> int:
        """Give back the words of confidences that the centre has without, but of erased persons;
        how many those were.
        """
        ...

    def begin(self, desk: str) -> tuple[int, int]:
        """An epoch that the desk has never used, and how far off its clock was when it last spoke:
        nobody knows more of it. A desk that this centre has not let in is out.
        """
        ...

    def push(
        self, desk: str, epoch: int, previous: bytes, facts: Sequence[Fact], skew: int
    ) -> list[Receipt]:
        """As `Centre.push`."""
        ...


class Adoption:
    """Taking in at a centre: a file's (`FileCentral`), or a server's (`ServerTaker`).

    What the centre has already is left alone: it may be cut anywhere, and done again.
    """

    def __init__(self, centre: Taker, *, wordless: bool = False) -> None:
        self._centre = centre
        self._wordless = wordless
        self._stands: dict[str, tuple[int, int, bytes, int]] = {}
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
        for some in whole_acts(
            sorted({f.id: f for f in facts}.values(), key=lambda f: (f.act, f.id))
        ):
            self._take(some)

    def _key(self) -> bytes:
        key = self._centre.key()
        if key is None:
            raise Refusal("CentreEmpty")
        return key

    def _take(self, facts: Sequence[Fact]) -> None:
        """Some whole acts, of whatever desks."""
        for desk in dict.fromkeys(fact.desk for fact in facts):
            ours = [fact for fact in facts if fact.desk == desk]
            known = self._centre.known(desk, [fact.id for fact in ours])
            lacking = [fact for fact in ours if fact.id not in known]
            self._push(desk, self._fit(lacking))
            # Whoever entered them keeps no words, and pushes none again where the centre lost them.
            said = [f for f in ours if f.id in known and f.scope and f.private and sealed(f)]
            self.done.worded += self._centre.confide(desk, said) if said else 0

    def _fit(self, facts: list[Fact]) -> list[Fact]:
        whole = [fact for fact in facts if sound(fact)]
        self.done.unsound += len(facts) - len(whole)
        if self._wordless:
            return whole
        gone = self._centre.erased([fact.person for fact in whole if fact.person])
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
        epoch, seq, previous, skew = self._stands.get(desk) or self._begin(desk)
        chain = previous
        for fact in facts:
            seq += 1
            chain = chained(chain, desk, epoch, seq, fact.digest)
            fact.epoch, fact.seq, fact.chain = epoch, seq, chain
        self._centre.push(desk, epoch, previous, facts, skew)
        self._stands[desk] = epoch, seq, chain, skew
        self.done.facts[desk] = self.done.facts.get(desk, 0) + len(facts)

    def _begin(self, desk: str) -> tuple[int, int, bytes, int]:
        epoch, skew = self._centre.begin(desk)
        return epoch, 0, GENESIS, skew


class ServerTaker:
    """A centre in PostgreSQL, by a connection of its owner."""

    def __init__(self, raw: psycopg.Connection[tuple[Any, ...]]) -> None:
        self._raw = raw
        self.push = PostgresCentre("", connection=raw).push

    def key(self) -> bytes | None:
        rows = self._asked("SELECT key FROM deskapp.library")
        return rows[0][0] if rows else None

    def known(self, desk: str, ids: Sequence[str]) -> set[str]:
        rows = self._asked(
            "SELECT id FROM deskapp.receipt WHERE desk = %s AND id = ANY (%s)", desk, list(ids)
        )
        return {id for (id,) in rows}

    def erased(self, persons: Sequence[str]) -> set[str]:
        rows = self._asked(
            "SELECT person FROM deskapp.erased WHERE person = ANY (%s)", list(persons)
        )
        return {person for (person,) in rows}

    def confide(self, desk: str, facts: Sequence[Fact]) -> int:
        columns = ([getattr(f, name) for f in facts] for name in ("id", "seal", "private", "salt"))
        with explained(), self._raw.transaction():
            # Nobody is erased meanwhile.
            self._raw.execute("SELECT FROM deskapp.counter FOR UPDATE")
            return self._raw.execute(
                "UPDATE deskapp.ledger l SET private = f.private, salt = f.salt "
                "FROM deskapp.receipt r, unnest(%s::text[], %s::bytea[], %s::text[], %s::bytea[]) "
                "AS f (id, seal, private, salt) WHERE r.desk = %s AND r.id = f.id "
                "AND l.pos = r.pos AND l.seal = f.seal AND l.private IS NULL "
                "AND l.person NOT IN (SELECT person FROM deskapp.erased)",
                (*columns, desk),
            ).rowcount

    def begin(self, desk: str) -> tuple[int, int]:
        with explained():
            self._raw.execute(
                "INSERT INTO deskapp.desk (code, role, revoked) VALUES (%s, '', true) "
                "ON CONFLICT DO NOTHING",
                (desk,),
            )
        ((epoch, skew),) = self._asked(
            "SELECT coalesce(max(epoch), 0) + 1, coalesce((SELECT skew FROM deskapp.desk "
            "WHERE code = %s), 0) FROM deskapp.receipt WHERE desk = %s",
            desk,
            desk,
        )
        return epoch, skew

    def _asked(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with explained():
            return self._raw.execute(sql, values).fetchall()


def _pages(facts: Iterable[Fact]) -> Iterator[list[Fact]]:
    """Several acts at a time, never splitting one."""
    acts = (list(act) for _, act in groupby(facts, key=lambda fact: fact.act))
    for some in chunks(acts, 500):
        yield from whole_acts([fact for act in some for fact in act])
