"""From a subject's facts to its rows: extend what is folded, or fold it anew."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple, TypeVar

from db import dormant
from db.clashes import UNREADABLE, Decisions, Forks, decides, decisions, known_ids, pairs
from db.facts import COLUMNS, Book, Change, Fact, Fold, Rows, Stub
from db.rows import NOTHING, chunks, differences, load, marks, shape, whole, write

ALTERED = "altered"
"""The content does not match its digest: kept, never folded."""
UNKNOWN = "unknown"
"""A kind that this version does not know: kept until the upgrade, its subject read-only."""
MALFORMED = "malformed"
"""The fold could not read it: kept, without effect as long as that is so."""

FACT = f"SELECT {', '.join(COLUMNS)} FROM fact "
PAGE = 2000
UNWRITABLE = (*UNREADABLE, OverflowError, sqlite3.IntegrityError, sqlite3.InterfaceError)
NONE: Mapping[str, str] = {}
Known = TypeVar("Known", Fact, Stub)


class Folded(NamedTuple):
    """All that the ledger says of one subject."""

    subject: str
    rows: Rows
    faults: dict[str, str]
    clashes: list[tuple[str, str, str | None]]
    """first, second, the settlement that closes the pair"""


def stub(fact: Fact) -> Stub:
    return Stub(fact.id, fact.kind, fact.pos, fact.base, fact.beyond, fact.timeline, fact.data)


def order(fact: Fact | Stub) -> tuple[bool, int, str]:
    """Facts with a position by position, then the others by id."""
    return (fact.pos is None, fact.pos or 0, fact.id)


def causal(facts: list[Known]) -> list[Known]:
    """Facts in that order, but none before one that its author knew by id.

    Positions follow the order of pushing: a desk that answers what it has from a stick may push
    before the desk that asked.
    """
    if len(facts) < 2:
        return facts
    early: set[str] = set()
    for fact in facts:
        # One without a position stands behind all that its author can have known.
        if fact.pos is not None and fact.beyond != "[]" and known_ids(fact.beyond) - early:
            break
        early.add(fact.id)
    else:
        return facts
    at = {fact.id: place for place, fact in enumerate(facts)}
    found: dict[str, Known] = {}
    begun: set[str] = set()
    for fact in facts:
        way = [] if fact.id in found else [fact]
        while way:
            last = way[-1]
            begun.add(last.id)
            alone = last.pos is None or last.beyond == "[]"
            before = set() if alone else (known_ids(last.beyond) & at.keys()) - begun
            if before:
                way.append(facts[min(at[id] for id in before)])
            else:
                found[last.id] = way.pop()
    return list(found.values())


def forks_of(raw: sqlite3.Connection) -> Forks:
    """The centre's restores that this desk knows of."""
    forks: Forks = json.loads(raw.execute("SELECT forks FROM place").fetchone()[0])
    return forks


def run(
    book: Book,
    rows: Rows,
    facts: Iterable[Fact],
    skip: Mapping[str, str],
    faults: dict[str, str],
    aside: Mapping[str, str] = NONE,
) -> Rows:
    """Fold facts onto rows; of those set aside what is left of them. What cannot be folded is noted
    in `faults` and does not stop the rest.

    A fold is given whole rows, every column there, whether they were loaded or just folded. A fact
    that cannot be read waits for one behind it, which may be what it speaks of: after a centre was
    set back, desks push again in another order.
    """
    waiting: list[tuple[Fold, Fact]] = []
    for fact in facts:
        if fact.id in skip or decides(fact.kind):
            continue
        kind = (fact.kind, fact.version)
        fold = (book.overruled if fact.id in aside else book.folds).get(kind)
        if fold is None:
            if fact.id not in aside:
                faults[fact.id] = UNKNOWN
            continue
        new = _folded(book, rows, fold, fact)
        if new is None:
            waiting.append((fold, fact))
        else:
            rows = _awaited(book, new, waiting) if waiting else new
    faults |= dict.fromkeys((fact.id for _, fact in waiting), MALFORMED)
    return rows


def _folded(book: Book, rows: Rows, fold: Fold, fact: Fact) -> Rows | None:
    """The rows after a fact, or None where its fold cannot read it."""
    try:
        return {
            key: row if rows.get(key) is row else whole(book, key, row, rows.get(key, NOTHING))
            for key, row in fold(rows, fact).items()
        }
    except UNREADABLE:
        return None


def _awaited(book: Book, rows: Rows, waiting: list[tuple[Fold, Fact]]) -> Rows:
    """Fold what has waited and can be read now, the first first, until nothing more can."""
    place = 0
    while place < len(waiting):
        new = _folded(book, rows, *waiting[place])
        if new is None:
            place += 1
        else:
            del waiting[place]
            rows, place = new, 0
    return rows


def anew(
    books: Mapping[str, Book],
    subject: str,
    facts: Sequence[Fact],
    altered: Mapping[str, str],
    forks: Forks,
) -> Folded:
    """A subject folded from nothing. `facts` in the subject's order."""
    faults = {fact.id: ALTERED for fact in facts if fact.id in altered}
    book = books.get(subject.partition(":")[0])
    if book is None:
        return Folded(subject, {}, {**dict.fromkeys((f.id for f in facts), UNKNOWN), **faults}, [])
    stubs = [stub(fact) for fact in facts if fact.id not in altered]
    decided = decisions(stubs)
    rows = run(book, {}, facts, altered, faults, decided.aside)
    # What speaks of a fact that was set aside has no effect either: that is no fault.
    if decided.aside and MALFORMED in faults.values() and (rows or not book.lasts):
        unread: dict[str, str] = {}
        run(book, {}, facts, altered, unread)
        for id in [id for id, why in faults.items() if why == MALFORMED and id not in unread]:
            del faults[id]
    return Folded(subject, rows, faults, _clashes(book, stubs, decided, forks))


def _clashes(
    book: Book, stubs: Sequence[Stub], decided: Decisions, forks: Forks
) -> list[tuple[str, str, str | None]]:
    return [(*pair, decided.settles(pair)) for pair in pairs(book, stubs, forks)]


def every(raw: sqlite3.Connection, books: Mapping[str, Book]) -> Iterator[Folded]:
    """The whole ledger folded anew, a subject at a time; memory does not grow with it.

    A dormant subject is as it stands: only late facts may be told of it.
    """
    forks = forks_of(raw)
    altered = dict(raw.execute("SELECT id, reason FROM fault WHERE reason = ?", (ALTERED,)))
    lines = raw.cursor().execute(FACT + "ORDER BY subject, pos, id")
    facts = (Fact(*line) for line in lines)
    for subject, group in groupby(facts, key=lambda fact: fact.subject):
        some = list(group)
        if all(fact.data for fact in some):
            yield anew(books, subject, causal(sorted(some, key=order)), altered, forks)
        else:
            yield _held(raw, books[subject.partition(":")[0]], subject, some, altered)


def _held(
    raw: sqlite3.Connection,
    book: Book,
    subject: str,
    facts: Sequence[Fact],
    altered: Mapping[str, str],
) -> Folded:
    """A dormant subject as it stands."""
    late = {f.id: altered.get(f.id, dormant.WAITING) for f in facts if f.data}
    clashes = raw.execute(
        "SELECT first, second, settled_by FROM clash WHERE subject = ?", (subject,)
    )
    return Folded(subject, load(raw, book, [subject])[subject], late, clashes.fetchall())


def facts_of(raw: sqlite3.Connection, subjects: Iterable[str]) -> dict[str, list[Fact]]:
    """The facts of each subject, in its order; of a dormant one only what came late."""
    found: dict[str, list[Fact]] = defaultdict(list)
    for chunk in chunks(subjects):
        where = f"WHERE data <> '' AND subject IN {marks(len(chunk))}"
        for line in raw.execute(FACT + where, chunk):
            fact = Fact(*line)
            found[fact.subject].append(fact)
    return {subject: causal(sorted(facts, key=order)) for subject, facts in found.items()}


def faults_of(raw: sqlite3.Connection, subject: str) -> set[str]:
    """The facts of a subject that could not be folded: kept and shown, without effect."""
    lines = raw.execute("SELECT id FROM fault WHERE subject = ?", (subject,))
    return {id for (id,) in lines}


def refold(raw: sqlite3.Connection, books: Mapping[str, Book], subjects: Iterable[str]) -> None:
    """Fold these subjects anew and write what became different."""
    forks = forks_of(raw)
    for some in chunks(sorted(set(subjects))):
        held = dormant.hold(raw, books, some)
        chunk = [subject for subject in some if subject not in held]
        faults = raw.execute(
            f"SELECT id, reason FROM fault WHERE reason = '{ALTERED}' AND subject IN "
            + marks(len(chunk)),
            chunk,
        )
        altered = dict(faults.fetchall())
        facts = facts_of(raw, chunk)
        results = [anew(books, s, facts.get(s, []), altered, forks) for s in chunk]
        record(raw, results)
        for name, group in groupby(results, key=lambda each: each.subject.partition(":")[0]):
            book = books.get(name)
            if book is not None:
                ours = list(group)
                old = load(raw, book, [each.subject for each in ours])
                changes = [
                    change
                    for each in ours
                    for change in differences(each.subject, old[each.subject], each.rows)
                ]
                _written(raw, book, changes, facts)


def record(raw: sqlite3.Connection, results: Sequence[Folded]) -> None:
    """Write the faults and clashes of subjects in place of those that stood."""
    subjects = [(each.subject,) for each in results]
    raw.executemany("DELETE FROM fault WHERE subject = ?", subjects)
    raw.executemany("DELETE FROM clash WHERE subject = ?", subjects)
    raw.executemany(
        "INSERT INTO fault VALUES (?, ?, ?)",
        [(id, each.subject, why) for each in results for id, why in each.faults.items()],
    )
    raw.executemany(
        "INSERT INTO clash VALUES (?, ?, ?, ?)",
        [(each.subject, *clash) for each in results for clash in each.clashes],
    )


class Extension(NamedTuple):
    """What facts make of a book's rows that come after all that is folded of their subjects."""

    facts: Mapping[str, Sequence[Fact]]
    changes: list[Change]
    faults: dict[str, str]


def extended(raw: sqlite3.Connection, book: Book, facts: Mapping[str, Sequence[Fact]]) -> Extension:
    """Fold facts that clash with nothing onto the rows of their subjects; nothing is written."""
    old = load(raw, book, list(facts))
    faults: dict[str, str] = {}
    changes: list[Change] = []
    for subject, new in facts.items():
        rows = run(book, old[subject], new, {}, faults)
        changes.extend(differences(subject, old[subject], rows))
    return Extension(facts, changes, faults)


def keep(raw: sqlite3.Connection, book: Book, extension: Extension) -> list[str]:
    """Write it; the subjects of which something could not be folded or written. The caller knows
    whether that is a fault or a mistake.
    """
    facts, changes, faults = extension
    unwritten = _write(raw, book, changes)
    if faults:
        unwritten += [s for s, some in facts.items() if any(fact.id in faults for fact in some)]
    return unwritten


def _write(raw: sqlite3.Connection, book: Book, changes: list[Change]) -> list[str]:
    """Write what folds made of facts, and give the subjects whose rows no table takes: one bad
    fact must not stop those of others. Folds are checked by `whole`; this is the net below it.
    """
    if _tried(raw, book, changes):
        return []
    by_subject = groupby(sorted(changes, key=lambda each: each.subject), lambda each: each.subject)
    return [subject for subject, some in by_subject if not _tried(raw, book, list(some))]


def _tried(raw: sqlite3.Connection, book: Book, changes: list[Change]) -> bool:
    raw.execute("SAVEPOINT fold")
    try:
        write(raw, book, changes)
    except UNWRITABLE:
        raw.execute("ROLLBACK TO fold")
        return False
    finally:
        raw.execute("RELEASE fold")
    return True


def _written(
    raw: sqlite3.Connection,
    book: Book,
    changes: list[Change],
    facts: Mapping[str, Sequence[Fact]],
) -> None:
    """Write, and note the facts of subjects that cannot be written."""
    raw.executemany(
        f"INSERT OR IGNORE INTO fault VALUES (?, ?, '{MALFORMED}')",
        [(f.id, subject) for subject in _write(raw, book, changes) for f in facts[subject]],
    )


def rebuild(raw: sqlite3.Connection, books: Mapping[str, Book]) -> Iterator[int]:
    """Throw every folded table away and fold the ledger again; yields the subjects done so far.

    The rows of dormant subjects stay: nothing here could make them again.
    """
    held = raw.execute(f"SELECT EXISTS {dormant.ELSEWHERE}").fetchone()[0]
    gone = f" WHERE subject NOT IN {dormant.ELSEWHERE}" if held else ""
    raw.execute(f"DELETE FROM fault WHERE reason <> '{ALTERED}'")
    raw.execute("DELETE FROM clash" + gone)
    for book in books.values():
        if book.empty is not None:
            book.empty(raw)
        for model in reversed(book.tables):
            raw.execute(f"DELETE FROM {shape(model).name}{gone}")
    dormant.derive(raw, books)
    forks = forks_of(raw)
    altered = dict(raw.execute("SELECT id, reason FROM fault"))
    # In the order of arrival, so that rows are numbered as they were.
    born = raw.execute(
        f"SELECT subject FROM fact{gone} GROUP BY subject ORDER BY min(n)"
    ).fetchall()
    done = 0
    for subjects in chunks((subject for (subject,) in born), PAGE):
        facts = facts_of(raw, subjects)
        page = [anew(books, subject, facts[subject], altered, forks) for subject in subjects]
        record(raw, page)
        changes: dict[str, list[Change]] = defaultdict(list)
        for each in page:
            name = each.subject.partition(":")[0]
            if each.rows:
                changes[name].extend(differences(each.subject, {}, each.rows))
        for name, some in changes.items():
            _written(raw, books[name], some, facts)
        done += len(page)
        yield done
