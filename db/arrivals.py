"""Facts that arrive from elsewhere: from the centre with a position, from a stick without one."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from db import dormant, twins
from db.centre import linked
from db.claims import tell_apart
from db.clashes import decides, pairs
from db.facts import COLUMNS, GENESIS, ID, Book, Fact, Stub, chained, sealed, sound
from db.folding import (
    ALTERED,
    Extension,
    causal,
    extended,
    forks_of,
    keep,
    order,
    refold,
    stub,
)
from db.ledger import INSERT, line, strip, tail
from db.people import ERASED
from db.refusal import Refusal
from db.rows import chunks, marks


def take_in(raw: sqlite3.Connection, books: Mapping[str, Book], facts: Sequence[Fact]) -> int:
    """Append what is new, learn positions, and fold or refold what that touches.

    No fact is refused for breaking a rule: what happened, happened. A fact whose content does not
    match its digest is kept and not folded. Of two contents under one id the centre's stands. How
    many of this desk's own came back is given. Nearly always all is read and folded before anything
    is written: until then nobody else waits (`Store.giving_way`).

    Refuses OrderDiffers, CentreDisagrees.
    """
    desk: str = raw.execute("SELECT desk FROM place").fetchone()[0]
    top = raw.execute("SELECT max(pos) FROM fact").fetchone()[0] or 0
    _refuse_another_order(raw, [fact for fact in facts if fact.pos is not None and fact.pos <= top])
    anew, known = set[str](), dict[str, int | None]()
    if not _unheard_of(raw, facts):
        anew = tell_apart(raw, facts)
        facts, corrected = _corrected(raw, desk, facts)
        anew |= corrected
        known = _known(raw, facts)
    new = {fact.id: fact for fact in facts if fact.id not in known}
    placed = [f for f in facts if f.pos is not None and known.get(f.id, f.pos) is None]
    before = _stubs(raw, {fact.subject for fact in (*new.values(), *placed)})
    gone = _erased(raw, facts)
    altered = checked(new.values(), gone)
    # What this desk had and lost may still show in its rows: fold anew, not once more on top.
    anew |= {f.subject for f in new.values() if f.desk == desk or (f.pos or top) < top}
    anew |= {fact.subject for fact in altered}
    clocked = {name for name, book in books.items() if book.clocked}
    anew |= {f.subject for f in placed if f.skew is not None and f.book in clocked}
    extensions = _extensions(raw, books, new, before, _now(before, new, placed), anew)
    try:
        _insert(raw, desk, list(new.values()), altered)
        _learn(raw, desk, placed)
    except sqlite3.IntegrityError as error:
        raise Refusal("CentreDisagrees") from error
    anew.update(strip(raw, sorted(gone)) if gone else ())
    anew |= _confide(raw, [f for f in facts if f.id in known], gone)
    for name, extension in extensions.items():
        anew.update(keep(raw, books[name], extension))
    refold(raw, books, anew)
    ours = [fact for fact in new.values() if fact.desk == desk]
    twins.notice(raw, ours)
    return len(ours)


def _refuse_another_order(raw: sqlite3.Connection, facts: Sequence[Fact]) -> None:
    """A desk that pulls again what it has finds it as it was, unless the centre was set back."""
    at = {fact.pos: fact for fact in facts}
    for chunk in chunks(at):
        where = "WHERE pos IN " + marks(len(chunk))
        for id, pos in raw.execute(f"SELECT id, pos FROM fact {where} ORDER BY pos", chunk):
            if id[:ID] != at[pos].id:
                raise Refusal("OrderDiffers", cursor=pos - 1)


def _unheard_of(raw: sqlite3.Connection, facts: Sequence[Fact]) -> bool:
    """Whether each of these goes by a name of its own, and none is here yet: as nearly always."""
    ids = {fact.id for fact in facts}
    if len(ids) < len(facts) or max(map(len, ids), default=0) > ID:
        return False
    return not any(
        raw.execute("SELECT 1 FROM fact WHERE id IN " + marks(len(chunk)), chunk).fetchone()
        for chunk in chunks(ids)
    )


def _known(raw: sqlite3.Connection, facts: Sequence[Fact]) -> dict[str, int | None]:
    known: dict[str, int | None] = {}
    for chunk in chunks(fact.id for fact in facts):
        known.update(
            raw.execute("SELECT id, pos FROM fact WHERE id IN " + marks(len(chunk)), chunk)
        )
    return known


def _corrected(
    raw: sqlite3.Connection, desk: str, facts: Sequence[Fact]
) -> tuple[list[Fact], set[str]]:
    """The facts less those that are here with another content, and the subjects that this changed.

    Only a stick that somebody wrote on can have brought another's fact with such a content: what
    the centre has takes its place, what another stick says of it does not.
    """
    arrived = {fact.id: fact for fact in facts}
    differ: list[Fact] = []
    subjects: set[str] = set()
    for chunk in chunks(arrived):
        where = "WHERE id IN " + marks(len(chunk))
        for id, digest, subject, whose, pos in raw.execute(
            f"SELECT id, digest, subject, desk, pos FROM fact {where}", chunk
        ).fetchall():
            fact = arrived[id]
            if fact.digest == digest:
                continue
            differ.append(fact)
            if fact.pos is None:
                continue
            if pos is not None or whose == desk:
                raise Refusal("CentreDisagrees")
            sets = ", ".join(f"{name} = ?" for name in COLUMNS)
            raw.execute(f"UPDATE fact SET {sets} WHERE id = ?", (*line(fact), id))
            subjects |= {subject, fact.subject}
    return [fact for fact in facts if fact not in differ], subjects


def _erased(raw: sqlite3.Connection, facts: Sequence[Fact]) -> set[str]:
    """The persons of these facts who are erased, or are erased by them."""
    gone = {f.person for f in facts if f.kind == ERASED and f.person and sound(f)}
    for chunk in chunks({fact.person for fact in facts if fact.person}):
        where = "WHERE person IN " + marks(len(chunk))
        gone.update(p for (p,) in raw.execute(f"SELECT person FROM erased {where}", chunk))
    return gone


def _stubs(raw: sqlite3.Connection, subjects: set[str]) -> dict[str, list[Stub]]:
    """The facts of each subject in its order, as far as ordering needs them."""
    found: dict[str, list[Stub]] = defaultdict(list)
    for chunk in chunks(sorted(subjects)):
        for subject, *values in raw.execute(
            "SELECT subject, id, kind, pos, base, beyond, timeline, data FROM fact "
            "WHERE subject IN " + marks(len(chunk)),
            chunk,
        ):
            found[subject].append(Stub(*values))
    return {subject: causal(sorted(stubs, key=order)) for subject, stubs in found.items()}


def _now(
    before: Mapping[str, list[Stub]], new: Mapping[str, Fact], placed: Sequence[Fact]
) -> dict[str, list[Stub]]:
    """The same after these facts came, or learnt where they stand."""
    places = {fact.id: fact.pos for fact in placed}
    found: dict[str, list[Stub]] = defaultdict(list)
    for subject, stubs in before.items():
        found[subject] = [
            replace(each, pos=places[each.id]) if each.id in places else each for each in stubs
        ]
    for fact in new.values():
        found[fact.subject].append(stub(fact))
    return {subject: causal(sorted(stubs, key=order)) for subject, stubs in found.items()}


def _insert(raw: sqlite3.Connection, desk: str, new: list[Fact], altered: list[Fact]) -> None:
    for fact in new:
        if fact.pos is None:
            # Only the centre says where a fact stands in a chain; until then it has no place here.
            fact.epoch = fact.seq = fact.chain = None
    ours = [fact for fact in new if fact.desk == desk]
    (epoch,) = raw.execute("SELECT epoch FROM place").fetchone()
    taken = [(f.desk, f.epoch, f.seq) for f in ours if f.pos is not None and _occupied(raw, f)]
    if taken or any(f.epoch == epoch and f.pos is not None for f in ours):
        # A clone of this desk was faster in this one: our own unsent tail moves, and above every
        # one that a clone has begun since.
        new_epoch(raw, max(f.epoch or 0 for f in ours))
        # What still stands there has its position: another clone pushed it from another place.
        raw.executemany(
            "UPDATE fact SET epoch = NULL, seq = NULL, chain = NULL "
            "WHERE desk = ? AND epoch = ? AND seq = ?",
            taken,
        )
    append(raw, new, altered)
    _adopt(raw, desk, [fact for fact in ours if fact.pos is None])


def checked(new: Iterable[Fact], gone: Collection[str] = ()) -> list[Fact]:
    """Those whose content is not what was signed. Words that may not be kept are out of all."""
    altered = []
    for fact in new:
        if fact.person in gone or not sealed(fact):
            # A private part that is not the one that was sealed is nobody's word: folded without,
            # as where it arrives after an erasure. The doctor names it as missing.
            fact.private = fact.salt = None
        if not sound(fact):
            altered.append(fact)
    return altered


def append(raw: sqlite3.Connection, new: Sequence[Fact], altered: Iterable[Fact]) -> None:
    """Write down facts as they came; what is altered is noted, and will not be folded."""
    raw.executemany(INSERT, map(line, new))
    raw.executemany(
        "INSERT INTO fault VALUES (?, ?, ?)", [(f.id, f.subject, ALTERED) for f in altered]
    )


def _occupied(raw: sqlite3.Connection, fact: Fact) -> bool:
    return (
        raw.execute(
            "SELECT 1 FROM fact WHERE desk = ? AND epoch = ? AND seq = ?",
            (fact.desk, fact.epoch, fact.seq),
        ).fetchone()
        is not None
    )


def _adopt(raw: sqlite3.Connection, desk: str, lost: list[Fact]) -> None:
    """This desk's own facts, come back on a stick: append them to its chain, to be pushed again."""
    if not lost:
        return
    epoch, acked, acked_chain = raw.execute(
        "SELECT epoch, acked_seq, acked_chain FROM place"
    ).fetchone()
    seq, chain = tail(raw, desk, epoch)
    if acked > seq:
        seq, chain = acked, acked_chain
    for fact in sorted(lost, key=lambda each: (each.act, each.id)):
        seq += 1
        chain = chained(chain, desk, epoch, seq, fact.digest)
        raw.execute(
            "UPDATE fact SET epoch = ?, seq = ?, chain = ? WHERE id = ?",
            (epoch, seq, chain, fact.id),
        )


def _learn(raw: sqlite3.Connection, desk: str, placed: list[Fact]) -> None:
    """Positions of facts that we had. The own chain is ours; others' places the centre knows."""
    raw.executemany(
        "UPDATE fact SET pos = ?, skew = ? WHERE id = ?",
        [(fact.pos, fact.skew, fact.id) for fact in placed],
    )
    raw.executemany(
        "UPDATE fact SET epoch = ?, seq = ?, chain = ? WHERE id = ?",
        [(fact.epoch, fact.seq, fact.chain, fact.id) for fact in placed if fact.desk != desk],
    )


def _confide(raw: sqlite3.Connection, again: list[Fact], gone: set[str]) -> set[str]:
    """Private parts of facts that came without them, by a stick; the subjects to fold anew."""
    subjects = set()
    for fact in again:
        if fact.scope is None or fact.private is None or fact.person in gone or not sealed(fact):
            continue
        line = raw.execute(
            "UPDATE fact SET private = ?, salt = ? WHERE id = ? AND seal = ? AND private IS NULL",
            (fact.private, fact.salt, fact.id, fact.seal),
        )
        if line.rowcount:
            subjects.add(fact.subject)
    return subjects


def _extensions(
    raw: sqlite3.Connection,
    books: Mapping[str, Book],
    new: Mapping[str, Fact],
    before: Mapping[str, list[Stub]],
    now: Mapping[str, list[Stub]],
    anew: set[str],
) -> dict[str, Extension]:
    """What extends what is folded of its subject, by book; `anew` gets the other subjects."""
    forks = forks_of(raw)
    anew |= dormant.among(raw, now)
    for chunk in chunks(now):
        where = "WHERE subject IN " + marks(len(chunk))
        anew.update(s for (s,) in raw.execute(f"SELECT subject FROM clash {where}", chunk))
        anew.update(s for (s,) in raw.execute(f"SELECT subject FROM fault {where}", chunk))
    added: dict[str, dict[str, list[Fact]]] = defaultdict(dict)
    for subject, stubs in now.items():
        if subject in anew:
            continue
        had = [stub.id for stub in before.get(subject, ())]
        book = books.get(subject.partition(":")[0])
        extends = [stub.id for stub in stubs[: len(had)]] == had
        if (
            book is None
            or not extends
            or any(decides(stub.kind) for stub in stubs)
            or pairs(book, stubs, forks)
        ):
            anew.add(subject)
        elif len(stubs) > len(had):
            added[book.name][subject] = [new[stub.id] for stub in stubs[len(had) :]]
    return {name: extended(raw, books[name], facts) for name, facts in added.items()}


def new_epoch(raw: sqlite3.Connection, above: int = 0) -> int:
    """Begin an epoch: this desk's chain continues in a place that nobody else can have used.

    The facts that the centre is not known to have move into it with the same ids: restamping
    changes their chain alone.
    """
    desk, epoch = raw.execute("SELECT desk, epoch FROM place").fetchone()
    top = raw.execute("SELECT max(epoch) FROM fact WHERE desk = ?", (desk,)).fetchone()[0] or 0
    epoch = max(epoch, top, above) + 1
    chain = GENESIS
    moved = raw.execute(
        "SELECT id, digest FROM fact WHERE desk = ? AND pos IS NULL ORDER BY epoch, seq, id",
        (desk,),
    ).fetchall()
    for seq, (id, digest) in enumerate(moved, 1):
        chain = chained(chain, desk, epoch, seq, digest)
        raw.execute(
            "UPDATE fact SET epoch = ?, seq = ?, chain = ? WHERE id = ?", (epoch, seq, chain, id)
        )
    raw.execute(
        "UPDATE place SET epoch = ?, acked_epoch = ?, acked_seq = 0, acked_chain = NULL",
        (epoch, epoch),
    )
    return int(epoch)


def new_timeline(
    raw: sqlite3.Connection, books: Mapping[str, Book], timeline: int, forks: list[list[int]]
) -> int:
    """The centre was set back: forget every position above the fork, fold again, push again; how
    many positions that were.

    Refuses CentreBeforeHorizon where this desk has kept what is above the fork nowhere but there.
    """
    desk: str = raw.execute("SELECT desk FROM place").fetchone()[0]
    # Both histories agree up to the first restore that only one of them knows.
    apart = {(n, pos) for n, pos in forks} ^ {(n, pos) for n, pos in forks_of(raw)}
    if not apart:
        return 0  # another exchange of this store has heard it already
    fork = min(pos for _, pos in apart)
    lost = raw.execute("SELECT max(pos) FROM fact WHERE pos > ? AND data = ''", (fork,)).fetchone()
    if lost[0] is not None:
        raise Refusal("CentreBeforeHorizon", fork=fork, pos=lost[0])
    raw.execute("DELETE FROM milestone WHERE pos > ?", (fork,))
    subjects = [s for (s,) in raw.execute("SELECT subject FROM fact WHERE pos > ?", (fork,))]
    of = "SELECT subject FROM fact WHERE timeline = ?"  # what they knew is read differently now
    subjects += [s for number, _ in apart for (s,) in raw.execute(of, (number,))]
    raw.execute(
        "UPDATE fact SET epoch = NULL, seq = NULL, chain = NULL WHERE pos > ? AND desk <> ?",
        (fork, desk),
    )
    # What is known by its position loses that name too.
    raw.execute(
        "UPDATE fact SET id = substr(id, 1, ?1) || '+n' || n WHERE pos > ?2 AND length(id) > ?1",
        (ID, fork),
    )
    # Of others it stays: how far off a pack was nobody measures again.
    raw.execute("UPDATE fact SET skew = NULL WHERE pos > ? AND desk = ?", (fork, desk))
    moved = raw.execute("UPDATE fact SET pos = NULL WHERE pos > ?", (fork,)).rowcount
    raw.execute("UPDATE place SET timeline = ?, forks = ?", (timeline, json.dumps(forks)))
    step_back(raw)
    new_epoch(raw)
    refold(raw, books, subjects)
    return moved


def standing(raw: sqlite3.Connection) -> tuple[int, bytes]:
    """How far this desk has pulled: the last position, and the link of the centre's order there."""
    cursor, link = raw.execute("SELECT cursor, cursor_link FROM place").fetchone()
    return cursor, link or GENESIS


def stand(raw: sqlite3.Connection, cursor: int, link: bytes) -> None:
    raw.execute("UPDATE place SET cursor = ?, cursor_link = ?", (cursor, link))


def onward(facts: Sequence[Fact], cursor: int, link: bytes) -> tuple[int, bytes]:
    """Where a desk stands behind these, which must be the next. Refuses CentreDisagrees."""
    for fact in facts:
        if fact.pos != cursor + 1:
            raise Refusal("CentreDisagrees")
        cursor, link = cursor + 1, linked(link, fact.id, fact.digest)
    return cursor, link


def step_back(raw: sqlite3.Connection) -> None:
    """Stand where the positions held here are whole: pull goes on from there."""
    cursor, link = 0, GENESIS
    until: int = raw.execute("SELECT cursor FROM place").fetchone()[0]
    lines = raw.execute("SELECT pos, id, digest FROM fact WHERE pos <= ? ORDER BY pos", (until,))
    for pos, id, digest in lines:
        if pos != cursor + 1:
            break
        cursor, link = pos, linked(link, id, digest)
    stand(raw, cursor, link)
