"""The doctor: what is wrong with a store, and where. It changes nothing."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from db import tally
from db.centre import linked
from db.clock import stamp
from db.copy import compare
from db.facts import COLUMNS, GENESIS, Fact, chained, digest_of, seal_of
from db.folding import ALTERED
from db.ledger import Ledger, tail
from db.people import ERASED
from db.refusal import Refusal
from db.store import driver, undecodable

MOST = 100
"""Findings of one code that are named one by one; the rest are counted."""
PAGE = 1000

Progress = Callable[[str, int], None]


@dataclass(slots=True)
class Finding:
    """What is wrong (`code`) and where (`facts`): names and places, never what people said."""

    code: str
    facts: dict[str, Any] = field(default_factory=dict)


Findings = Iterator[Finding]


def finding(code: str, **facts: object) -> Finding:
    return Finding(code, facts)


def nothing(what: str, done: int) -> None:
    """Nobody looks on."""


def examine(
    ledger: Ledger, copy: Path | None = None, progress: Progress = nothing
) -> list[Finding]:
    """Everything that is wrong with a store, in one unchanging view of it.

    SQLite's own checks; every fact's digest, seal and place in its chain; the centre's order as far
    as it was pulled; the tables, faults and clashes against the ledger folded anew; what is derived
    from rows, as far as its book has a `check`; the second copy, if its path is given; the clock.

    Not to be known here: the place of a lone fact of another desk between gaps of a later epoch,
    and `skew`, which nobody signs, unless the copy has it.
    """
    found = _Limited()
    with ledger.store.reading() as connection:
        raw = driver(connection)
        checks: list[Callable[[], Findings]] = [
            lambda: _sqlite(raw),
            lambda: _facts(raw, progress),
            lambda: _chains(raw, progress),
            lambda: _acknowledged(raw),
            lambda: _positions(raw),
            lambda: _clock(raw, ledger),
        ]
        try:
            for check in checks:
                found.take(raw, check)
            if "TypeWrong" in found.counts:  # a fold could read nonsense in such a fact, or stop
                found.add(finding("NotCompared"))
            else:
                found.take(raw, lambda: _tables(raw, ledger, progress))
                found.take(raw, lambda: _derived(raw, ledger))
        finally:
            raw.text_factory = str
    if copy is not None:
        found.take(None, lambda: _copy(ledger, copy))
    return found.all()


class _Limited:
    """Findings, of each code the first ones: a store in ruins does not fill the memory."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self._kept: list[Finding] = []

    def add(self, new: Finding) -> None:
        self.counts[new.code] = self.counts.get(new.code, 0) + 1
        if self.counts[new.code] <= MOST:
            self._kept.append(new)

    def take(self, raw: sqlite3.Connection | None, check: Callable[[], Findings]) -> None:
        try:
            counts, kept = dict(self.counts), list(self._kept)
            try:
                for each in check():
                    self.add(each)
            except sqlite3.OperationalError as error:
                if raw is None or not undecodable(error):
                    raise
                raw.text_factory = _text
                self.counts, self._kept = counts, kept
                for each in check():
                    self.add(each)
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_CORRUPT:
                raise
            self.add(finding("StoreDamaged", detail=str(error)))

    def all(self) -> list[Finding]:
        return self._kept + [
            finding("More", of=code, count=count - MOST)
            for code, count in self.counts.items()
            if count > MOST
        ]


def _text(value: bytes) -> str:
    return value.decode("utf-8", "surrogateescape")


def _sqlite(raw: sqlite3.Connection) -> Findings:
    for (line,) in raw.execute(f"PRAGMA integrity_check({MOST})"):
        if line != "ok":
            yield finding("Integrity", detail=line)
    for table, row, parent, _ in raw.execute("PRAGMA foreign_key_check"):
        yield finding("ForeignKey", table=table, row=row, parent=parent)


_WHOLE = {"n", "timeline", "version", "base", "epoch", "seq", "pos", "skew"}
_BYTES = {"salt", "seal", "digest", "chain"}
_MAYBE = {"actor", "person", "private", "salt", "seal", "epoch", "seq", "chain", "pos", "skew"}


@cache
def _mistyped(types: tuple[type, ...]) -> tuple[str, ...]:
    """The columns that hold what they cannot: SQLite itself lets anything in."""
    return tuple(
        name
        for name, type_ in zip(("n", *COLUMNS), types, strict=True)
        if type_ is not (int if name in _WHOLE else bytes if name in _BYTES else str)
        and not (type_ is type(None) and name in _MAYBE)
    )


def _facts(raw: sqlite3.Connection, progress: Progress) -> Findings:
    """Each fact by itself, in the order of arrival."""
    gone = {p for (p,) in raw.execute("SELECT person FROM fact WHERE kind = ?", (ERASED,))}
    known = {i for (i,) in raw.execute("SELECT id FROM fault WHERE reason = ?", (ALTERED,))}
    own: str = raw.execute("SELECT desk FROM place").fetchone()[0]
    before = 0
    for n, *values in raw.execute(f"SELECT n, {', '.join(COLUMNS)} FROM fact ORDER BY n"):
        fact = Fact(*values)
        wrong = _mistyped((type(n), *map(type, values)))
        for column in wrong:
            yield finding("TypeWrong", n=n, id=fact.id, column=column)
        if n != before + 1:
            yield finding("LineMissing", first=before + 1, last=n - 1)
        before = n
        if n % PAGE == 0:
            progress("facts", n)
        if wrong:
            continue
        if fact.id not in known:
            yield from _content(fact)
        yield from _privacy(fact, gone)
        yield from _place(fact, own)


def _content(fact: Fact) -> Findings:
    """What was signed."""
    where = {"id": fact.id, "kind": fact.kind, "subject": fact.subject}
    try:
        if digest_of(fact) != fact.digest:
            yield finding("DigestWrong", **where)
        if fact.private is None:
            if fact.salt is not None:
                yield finding("SealWrong", **where)
        elif fact.salt is None or seal_of(fact.salt, fact.private) != fact.seal:
            yield finding("SealWrong", **where)
    except UnicodeEncodeError:  # text that is no text any more
        yield finding("DigestWrong", **where)


def _privacy(fact: Fact, gone: set[str]) -> Findings:
    """Private parts are there, but those of erased persons."""
    if fact.person in gone:
        if fact.private is not None or fact.salt is not None:
            yield finding("ErasedRemains", id=fact.id, subject=fact.subject)
    elif fact.private is None and fact.seal is not None and not _withheld(fact):
        yield finding("PrivateMissing", id=fact.id, kind=fact.kind, subject=fact.subject)


def _withheld(_fact: Fact) -> bool:
    """Confidential kinds outside their department lack their private part; there are none yet."""
    return False


def _place(fact: Fact, own: str) -> Findings:
    """A fact has its place in a chain whole or not at all."""
    place = (fact.epoch, fact.seq, fact.chain)
    placed = None not in place
    whole = placed or place == (None, None, None)
    # The own unsent facts have one, others' come with the position. Only a position that a clone
    # was given for a fact of ours may stand without.
    if fact.desk == own:
        right = placed or (whole and fact.pos is not None)
    else:
        right = whole and placed == (fact.pos is not None)
    if not right or (fact.pos is None) != (fact.skew is None):
        yield finding("PlaceWrong", id=fact.id, desk=fact.desk, epoch=fact.epoch, seq=fact.seq)


def _chains(raw: sqlite3.Connection, progress: Progress) -> Findings:
    """Every two neighbours in a chain are linked, and where there may be no gap there is none.

    The own epoch and every other desk's first have none. Other epochs may: where one began, what
    the centre already had stayed in the older.
    """
    own, current, acked = raw.execute("SELECT desk, epoch, acked_seq FROM place").fetchone()
    place: tuple[str, int] | None = None
    seq, chain = 0, GENESIS
    lines = raw.execute(
        "SELECT id, desk, epoch, seq, chain, digest, pos FROM fact "
        "WHERE epoch IS NOT NULL ORDER BY desk, epoch, seq"
    )
    for done, (id, desk, epoch, at, link, digest, pos) in enumerate(lines):
        if not (isinstance(epoch, int) and isinstance(at, int) and isinstance(link, bytes)):
            continue  # named before
        where = {"id": id, "desk": desk, "epoch": epoch, "seq": at}
        if (desk, epoch) != place:
            place, seq, chain = (desk, epoch), 0, GENESIS
        if at <= seq or (desk == own and epoch != current and pos is None):
            yield finding("PlaceWrong", **where)
        if at == seq + 1 and not _follows(chain, link, desk, epoch, at, digest):
            yield finding("ChainWrong", **where)
        if at > seq + 1:
            yield from _gap(desk, epoch, seq + 1, at - 1, (own, current, acked))
        seq, chain = at, link
        if done % PAGE == 0:
            progress("chains", done)


def _gap(desk: str, epoch: int, first: int, last: int, own: tuple[str, int, int]) -> Findings:
    if (desk, epoch) == own[:2]:
        yield from _hole(desk, epoch, first, last, own[2])
    elif desk != own[0] and epoch == 1:
        yield finding("PlaceMissing", desk=desk, epoch=epoch, first=first, last=last)


def _follows(before: bytes, link: bytes, desk: str, epoch: int, seq: int, digest: bytes) -> bool:
    try:
        return chained(before, desk, epoch, seq, digest) == link
    except (TypeError, UnicodeEncodeError):
        return False


def _hole(desk: str, epoch: int, first: int, last: int, acked: int) -> Findings:
    """Empty places of the own chain: the centre has those up to `acked`, nobody the rest."""
    for code, low, high in (
        ("AcknowledgedMissing", first, min(last, acked)),
        ("PlaceMissing", max(first, acked + 1), last),
    ):
        if low <= high:
            yield finding(code, desk=desk, epoch=epoch, first=low, last=high)


def _acknowledged(raw: sqlite3.Connection) -> Findings:
    """What the centre has acknowledged is here, and is the same."""
    desk, current, epoch, seq, chain = raw.execute(
        "SELECT desk, epoch, acked_epoch, acked_seq, acked_chain FROM place"
    ).fetchone()
    if not seq or epoch != current:
        return
    ours = raw.execute(
        "SELECT id, chain FROM fact WHERE desk = ? AND epoch = ? AND seq = ?", (desk, epoch, seq)
    ).fetchone()
    last = tail(raw, desk, epoch)[0]
    if last < seq:
        yield from _hole(desk, epoch, last + 1, seq, seq)
    elif ours is not None and ours[1] != chain:
        yield finding("Forked", id=ours[0], desk=desk, epoch=epoch, seq=seq)


def _positions(raw: sqlite3.Connection) -> Findings:
    """The centre's order is whole up to the cursor, and is the order that was pulled."""
    cursor, link = raw.execute("SELECT cursor, cursor_link FROM place").fetchone()
    before, ours = 0, GENESIS
    for pos, id in raw.execute("SELECT pos, id FROM fact WHERE pos <= ? ORDER BY pos", (cursor,)):
        if pos != before + 1:
            yield finding("PositionMissing", first=before + 1, last=pos - 1)
        before, ours = pos, linked(ours, _legible(id))
    if before < cursor:
        yield finding("PositionMissing", first=before + 1, last=cursor)
    elif ours != (link or GENESIS):
        yield finding("OrderWrong", cursor=cursor)


def _legible(damaged: object) -> str:
    """An id that can be hashed, if to no purpose."""
    return str(damaged).encode("utf-8", "replace").decode()


def _clock(raw: sqlite3.Connection, ledger: Ledger) -> Findings:
    """The clock is not before the desk's own last fact."""
    last = raw.execute(
        "SELECT id, at FROM fact WHERE desk = (SELECT desk FROM place) "
        "ORDER BY epoch DESC, seq DESC LIMIT 1"
    ).fetchone()
    now = stamp(ledger.clock.now())
    if last is not None and now < str(last[1]):
        yield finding("ClockBehind", id=last[0], last=last[1], now=now)


def _tables(raw: sqlite3.Connection, ledger: Ledger, progress: Progress) -> Findings:
    """What could not be folded; rows, faults and clashes that the ledger folded anew has not."""
    for id, subject, reason in raw.execute("SELECT id, subject, reason FROM fault ORDER BY id"):
        yield finding("FactFault", id=id, subject=subject, reason=reason)
    for wrong in tally.differences(raw, ledger.books, lambda done: progress("tables", done)):
        yield Finding(wrong.code, {k: v for k, v in wrong._asdict().items() if k != "code"})


def _derived(raw: sqlite3.Connection, ledger: Ledger) -> Findings:
    for name, book in ledger.books.items():
        if book.check is not None:
            for what in book.check(raw):
                yield finding("DerivedWrong", book=name, subject=what)


def _copy(ledger: Ledger, path: Path) -> Findings:
    try:
        for code, facts in compare(ledger.store.path, path):
            yield Finding(code, facts)
    except Refusal as refusal:
        yield Finding("CopyUnreadable", {"reason": refusal.code, **refusal.facts})
