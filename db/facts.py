"""Facts, the books they are written in, and the folds that turn them into rows.

A fact is past tense, small and versioned; it says what a person meant. A book is what one feature
keeps in the ledger: the kinds of its facts, their folds, the tables that the folds fill, and which
of its facts clash when two desks wrote them without knowing of each other.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from hashlib import sha256
from sqlite3 import Connection
from typing import Any, TypeAlias

from sqlmodel import SQLModel

Row: TypeAlias = dict[str, Any]
Key: TypeAlias = tuple[str, ...]
"""A table's name and the key columns behind `subject`, if it has any."""
Rows: TypeAlias = dict[Key, Row]
"""The rows of one subject."""


_ENCODER = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
)


def canonical(value: object) -> str:
    """JSON with one spelling only, so that every machine hashes the same bytes."""
    return _ENCODER.encode(value)


@dataclass(slots=True)
class Fact:
    """One line of the ledger.

    `data` and `private` are kept as the canonical text that was hashed. The place (`epoch`, `seq`,
    `chain`) is a desk's own chain. `pos` is the centre's order and `skew` the milliseconds that the
    desk's clock was behind the centre's when it pushed: both unknown until pulled, but that a pack
    is asked for its skew when it comes home. `scope` is the department of what is confidential:
    desks of others do without the private part.
    """

    id: str
    act: str
    desk: str
    timeline: int
    kind: str
    version: int
    subject: str
    base: int
    beyond: str
    at: str
    actor: str | None
    data: str
    person: str | None
    scope: str | None
    private: str | None
    salt: bytes | None
    seal: bytes | None
    digest: bytes
    epoch: int | None = None
    seq: int | None = None
    chain: bytes | None = None
    pos: int | None = None
    skew: int | None = None

    @property
    def book(self) -> str:
        return self.subject.partition(":")[0]

    def says(self) -> dict[str, Any]:
        """What the fact says openly."""
        said: dict[str, Any] = json.loads(self.data)
        return said

    def confides(self) -> dict[str, Any]:
        """The private part; empty where it was stripped or withheld."""
        return json.loads(self.private) if self.private is not None else {}

    def wire(self) -> dict[str, Any]:
        """The fact as the centre and sticks carry it: JSON values only."""
        packet = {name: getattr(self, name) for name in COLUMNS}
        for name in BINARY:
            if packet[name] is not None:
                packet[name] = packet[name].hex()
        return packet


COLUMNS = tuple(f.name for f in fields(Fact))
BINARY = ("salt", "seal", "digest", "chain")


def unwire(packet: Mapping[str, Any]) -> Fact:
    """The fact that `Fact.wire` packed; ValueError or KeyError where it was not."""
    values = {name: packet[name] for name in COLUMNS}
    for name in BINARY:
        if values[name] is not None:
            values[name] = bytes.fromhex(values[name])
    return Fact(**values)


def withheld(fact: Fact) -> Fact:
    """The fact for those outside its department: of a confidential kind the digest is enough."""
    return replace(fact, private=None, salt=None) if fact.scope is not None else fact


def seal_of(salt: bytes, private: str) -> bytes:
    """What the digest knows of a private part. Without the salt nothing can be guessed from it."""
    return sha256(salt + private.encode()).digest()


ID = 36
"""characters; what stands behind them, a desk put there (`db.claims`)"""


def digest_of(fact: Fact) -> bytes:
    """SHA-256 of the fact's content; its place, position and private part are not in it.

    Each value stands behind its length, so that no two contents read the same and SQL can do it
    too.
    """
    content = (
        fact.id[:ID],
        fact.act,
        fact.desk,
        fact.timeline,
        fact.kind,
        fact.version,
        fact.subject,
        fact.base,
        fact.beyond,
        fact.at,
        fact.actor,
        fact.data,
        fact.person,
        fact.scope,
        fact.seal.hex() if fact.seal is not None else None,
    )
    sized = ["-" if v is None else f"{len(str(v))}:{v}" for v in content]
    return sha256("".join(sized).encode()).digest()


def sound(fact: Fact) -> bool:
    """Whether the content is what was signed."""
    try:
        return digest_of(fact) == fact.digest
    except UnicodeEncodeError:
        return False


def sealed(fact: Fact) -> bool:
    """Whether the private part, if it is here, is what was sealed."""
    if fact.private is None:
        return True
    return fact.salt is not None and seal_of(fact.salt, fact.private) == fact.seal


GENESIS = bytes(32)


def chained(previous: bytes, desk: str, epoch: int, seq: int, digest: bytes) -> bytes:
    """The chain's next link: H(previous, desk, epoch, seq, digest)."""
    return sha256(previous + f"\x1f{desk}\x1f{epoch}\x1f{seq}\x1f".encode() + digest).digest()


@dataclass(slots=True)
class Draft:
    """A fact before the ledger has signed it: what a rule decided."""

    kind: str
    subject: str
    data: Mapping[str, Any] = field(default_factory=dict)
    person: str | None = None
    private: Mapping[str, Any] | None = None
    scope: str | None = None
    version: int = 1


def drafted(
    kind: str,
    subject: str,
    said: Mapping[str, Any] | None = None,
    private: Mapping[str, Any] | None = None,
    *,
    person: str | None = None,
    scope: str | None = None,
) -> Draft:
    """`person`: whom the private part is about, a reader or, of who is none, the subject itself."""
    return Draft(kind, subject, said or {}, person if private else None, private or None, scope)


def pairs(table: str) -> dict[frozenset[str], str]:
    """What a table of clashes says of every pair of kinds, neither author knowing the other: a line
    a kind, with a mark for each of the kinds down to it.
    """
    lines = [line.split() for line in table.splitlines() if line]
    kinds = [kind for kind, *_ in lines]
    return {
        frozenset((kind, other)): how
        for kind, *marks in lines
        for other, how in zip(kinds, marks, strict=False)
    }


@dataclass(slots=True)
class Change:
    """One row's difference after a fold; `old` or `new` is None where it came or went."""

    subject: str
    key: Key
    old: Row | None
    new: Row | None
    serial: int | None = None
    """of a row that goes: the number that it had in this store"""


Fold: TypeAlias = Callable[[Rows, Fact], Rows]


@dataclass(slots=True)
class Stub:
    """What is needed of a fact to order its subject and to find clashes."""

    id: str
    kind: str
    pos: int | None
    base: int
    beyond: str
    timeline: int
    data: str


StubPair: TypeAlias = tuple[Stub, Stub]


@dataclass(slots=True)
class Book:
    """One feature's part of the ledger.

    `clashes(f, g)` answers whether two facts of one subject, neither of which knew the other, need
    a person; None where nothing of the book can clash. `together(facts, apart)` gives those of the
    pairs apart that clash only beside further facts of the subject. `closed(rows)` answers whether
    nothing more is to be done about a subject; None where its facts stay at every desk for ever.
    `follow` keeps what is derived from rows (search terms, full text) in step with them; `empty`
    throws it away before a rebuild, `purge` leaves no trace of deleted text in it after an erasure,
    `check` names the subjects for which it is not what the rows say. `clocked`: its folds read
    `skew`, and a subject is folded anew when that is learnt. `lasts`: something of a subject always
    stays; a decision that leaves nothing of it is a fault.
    """

    name: str
    tables: tuple[type[SQLModel], ...]
    clashes: Callable[[Stub, Stub], bool] | None = None
    together: Callable[[Sequence[Stub], Sequence[StubPair]], list[StubPair]] | None = None
    closed: Callable[[Rows], bool] | None = None
    follow: Callable[[Connection, list[Change]], None] | None = None
    empty: Callable[[Connection], None] | None = None
    purge: Callable[[Connection], None] | None = None
    check: Callable[[Connection], list[str]] | None = None
    clocked: bool = False
    lasts: bool = False
    folds: dict[tuple[str, int], Fold] = field(default_factory=dict)
    overruled: dict[tuple[str, int], Fold] = field(default_factory=dict)

    def fold(self, kind: str, version: int = 1) -> Callable[[Fold], Fold]:
        """Declare the fold of a kind: pure, never refuses, accepts an absent private part."""

        def declare(function: Fold) -> Fold:
            self.folds[kind, version] = function
            return function

        return declare

    def left(self, kind: str, version: int = 1) -> Callable[[Fold], Fold]:
        """Declare what is left of a fact of a kind that a decision set aside, or that was undone:
        of most kinds nothing is.
        """

        def declare(function: Fold) -> Fold:
            self.overruled[kind, version] = function
            return function

        return declare


def put(rows: Rows, table: str, *key: str, **values: Any) -> Rows:
    """The rows with these values in one of them, which is made if need be."""
    where = (table, *key)
    return {**rows, where: {**rows.get(where, {}), **values}}


def without(rows: Rows, table: str, *key: str) -> Rows:
    """The rows less one."""
    return {where: row for where, row in rows.items() if where != (table, *key)}


def always(rows: Rows) -> bool:
    """Of a `Book`: what such a subject is about is over long before its facts are old."""
    return True


def by_name(books: Iterable[Book]) -> dict[str, Book]:
    return {book.name: book for book in books}
