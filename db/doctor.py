"""The doctor: what is wrong with a store, and where. It changes nothing."""

import sqlite3
from collections.abc import Callable
from functools import cache
from pathlib import Path

from sqlalchemy import Connection

from db import dormant, tally, twins
from db.chains import acknowledged, chains, positions
from db.clock import stamp
from db.comparison import compare
from db.confided import scopes
from db.facts import COLUMNS, Fact, digest_of, seal_of
from db.findings import MOST, Finding, Findings, Gathered, finding
from db.folding import ALTERED
from db.kept import remains
from db.ledger import Ledger
from db.people import ERASED
from db.place import TOP, is_pack
from db.progress import Counting, nothing
from db.refusal import Refusal
from db.store import driver

__all__ = ["Finding", "examine"]

PAGE = 1000


def examine(
    ledger: Ledger, copy: Path | None = None, progress: Counting = nothing
) -> list[Finding]:
    """Everything that is wrong with a store, in one unchanging view of it.

    SQLite's own checks; every fact's digest, seal and place in its chain; the centre's order as far
    as it was pulled; the tables, faults and clashes against the ledger folded anew; what is derived
    from rows, as far as its book has a `check`; the second copy, if its path is given; the clock;
    files kept beside them that still hold what erased persons said.

    Not to be known here: the place of a lone fact of another desk between gaps of a later epoch,
    and `skew`, which nobody signs, unless the copy has it.
    """
    found = Gathered()
    with ledger.store.reading() as connection:
        raw = driver(connection)
        checks: list[Callable[[], Findings]] = [
            lambda: _facts(raw, progress, scopes(raw), pack=is_pack(connection)),
            lambda: chains(raw, progress, pieces=is_pack(connection)),
            lambda: acknowledged(raw),
            lambda: positions(raw),
            lambda: _clock(raw, ledger),
            lambda: _twin(connection, ledger),
            lambda: _tables(raw, ledger, progress),
            lambda: _dormant(raw, ledger),
            lambda: _derived(raw, ledger),
            lambda: _kept(raw, ledger, copy),
        ]
        try:
            found.take(raw, lambda: _sqlite(raw))
            for check in checks:
                # Where a value may be anything, or an index leads astray, the rest is nonsense.
                if found.counts.keys() & {"Integrity", "StoreDamaged", "TypeWrong"}:
                    found.add(finding("NotExamined"))
                    break
                found.take(raw, check)
        finally:
            raw.text_factory = str
    if copy is not None:
        found.take(None, lambda: _copy(ledger, copy))
    return found.all()


def _sqlite(raw: sqlite3.Connection) -> Findings:
    for (line,) in raw.execute(f"PRAGMA integrity_check({MOST})"):
        if line != "ok":
            yield finding("Integrity", detail=line)
    for table, row, parent, _ in raw.execute("PRAGMA foreign_key_check"):
        yield finding("ForeignKey", table=table, row=row, parent=parent)


_WHOLE = {"n", "timeline", "version", "base", "epoch", "seq", "pos", "skew"}
_BYTES = {"salt", "seal", "digest", "chain"}
_UNSAID = {"actor", "person", "scope", "private", "salt", "seal"}
_MAYBE = _UNSAID | {"epoch", "seq", "chain", "pos", "skew"}


@cache
def _mistyped(types: tuple[type, ...]) -> tuple[str, ...]:
    """The columns that hold what they cannot: SQLite itself lets anything in."""
    return tuple(
        name
        for name, type_ in zip(("n", *COLUMNS), types, strict=True)
        if type_ is not (int if name in _WHOLE else bytes if name in _BYTES else str)
        and not (type_ is type(None) and name in _MAYBE)
    )


def _facts(raw: sqlite3.Connection, progress: Counting, ours: set[str], *, pack: bool) -> Findings:
    """Each fact by itself, in the order of arrival."""
    gone = {p for (p,) in raw.execute("SELECT person FROM fact WHERE kind = ?", (ERASED,))}
    known = {i for (i,) in raw.execute("SELECT id FROM fault WHERE reason = ?", (ALTERED,))}
    own, cursor, top = raw.execute(
        "SELECT desk, cursor, coalesce((SELECT value + 0 FROM setting WHERE name = ?), 0) "
        "FROM place",
        (TOP,),
    ).fetchone()
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
        if fact.id not in known and (fact.data or not dormant.among(raw, [fact.subject])):
            yield from _content(fact)
        if not pack or fact.desk == own:  # what others confided, no pack is given
            yield from _privacy(fact, gone, ours, cursor, top)
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


def _privacy(fact: Fact, gone: set[str], ours: set[str], cursor: int, top: int) -> Findings:
    """Private parts are there, but those of erased persons, and of confidential kinds where they
    may be kept from this desk.
    """
    if fact.person in gone:
        if fact.private is not None or fact.salt is not None:
            yield finding("ErasedRemains", id=fact.id, subject=fact.subject)
    elif fact.private is None and fact.seal is not None and not _withheld(fact, ours, cursor, top):
        yield finding("PrivateMissing", id=fact.id, kind=fact.kind, subject=fact.subject)


def _withheld(fact: Fact, ours: set[str], cursor: int, top: int) -> bool:
    """Whether a private part may be missing: a confidence of another department, or not pulled yet;
    and as long as not all is pulled, of somebody whose erasure may be among what comes.
    """
    if fact.pos is not None and cursor < top:
        return True
    pulled = fact.pos is not None and fact.pos <= cursor
    return fact.scope is not None and not (pulled and fact.scope in ours)


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
    # What came home in a pack has its skew before it has a position.
    early = fact.skew is not None and fact.pos is None and fact.desk != own
    if not right or ((fact.pos is None) != (fact.skew is None) and not early):
        yield finding("PlaceWrong", id=fact.id, desk=fact.desk, epoch=fact.epoch, seq=fact.seq)


def _clock(raw: sqlite3.Connection, ledger: Ledger) -> Findings:
    """The clock is not before the desk's own last fact."""
    last = raw.execute(
        "SELECT id, at FROM fact WHERE desk = (SELECT desk FROM place) "
        "ORDER BY epoch DESC, seq DESC LIMIT 1"
    ).fetchone()
    now = stamp(ledger.clock.now())
    if last is not None and now < str(last[1]):
        yield finding("ClockBehind", id=last[0], last=last[1], now=now)


def _twin(connection: Connection, ledger: Ledger) -> Findings:
    """Nobody else writes under this desk's code."""
    if (at := twins.seen(connection, ledger.clock.now())) is not None:
        yield finding("Twin", at=stamp(at), numbers=len(twins.doubled(connection, at.year)))


def _tables(raw: sqlite3.Connection, ledger: Ledger, progress: Counting) -> Findings:
    """What could not be folded; rows, faults and clashes that the ledger folded anew has not."""
    for id, subject, reason in raw.execute("SELECT id, subject, reason FROM fault ORDER BY id"):
        yield finding("FactFault", id=id, subject=subject, reason=reason)
    for wrong in tally.differences(raw, ledger.books, lambda done: progress("tables", done)):
        yield Finding(wrong.code, {k: v for k, v in wrong._asdict().items() if k != "code"})


def _dormant(raw: sqlite3.Connection, ledger: Ledger) -> Findings:
    """What is left of dormant subjects is what was left."""
    where = f"WHERE digest <> x'' AND subject IN {dormant.ELSEWHERE}"
    for subject, digest in raw.cursor().execute(f"SELECT subject, digest FROM dormant {where}"):
        book = ledger.books.get(subject.partition(":")[0])
        if book is None or dormant.digest_of(raw, book, subject) != digest:
            yield finding("DormantWrong", subject=subject)


def _derived(raw: sqlite3.Connection, ledger: Ledger) -> Findings:
    for name, book in ledger.books.items():
        if book.check is not None:
            for what in book.check(raw):
                yield finding("DerivedWrong", book=name, subject=what)


def _kept(raw: sqlite3.Connection, ledger: Ledger, copy: Path | None) -> Findings:
    for path in remains(raw, ledger.store.path, copy):
        yield finding("KeptFile", file=str(path))


def _copy(ledger: Ledger, path: Path) -> Findings:
    try:
        for code, facts in compare(ledger.store.path, path):
            yield Finding(code, facts)
    except Refusal as refusal:
        yield Finding("CopyUnreadable", {"reason": refusal.code, **refusal.facts})
