"""The horizon: closed matters that are old keep their rows here, and their facts at the centre.

The horizon is a position of the centre's order: behind it stands the first fact that is younger. A
subject whose facts all stand before it has been at the centre for as long, and in its backups.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from db import dormant
from db.centre import Centre, linked
from db.clock import stamp
from db.confided import handled_elsewhere, scopes, withdrawn
from db.facts import GENESIS, Book, Fact, Rows, sealed, sound
from db.folding import anew, facts_of, forks_of, refold
from db.ledger import Ledger
from db.place import TOP, greeting, set_setting
from db.progress import Counting, nothing
from db.refusal import Refusal
from db.rows import chunks, load, marks
from db.store import driver

PAGE = 1000
"""positions from one milestone to the next"""
SLICE = 10
"""subjects in one transaction: an act at the desk waits some five milliseconds for it"""
FUTURE = timedelta(days=1)
"""what is dated further ahead is dated by a clock that is wrong, and says nothing of age"""
MOST = 200
"""subjects that one exchange fetches"""
NEAR = 50
"""positions that are asked for in one call, as long as no more lie between two"""


def put_to_rest(ledger: Ledger, now: datetime, days: int, progress: Counting = nothing) -> int:
    """Let go of what is closed, and of which all has been at the centre for so many days; gives the
    number of subjects. May be cut anywhere and begun again. `now` by a clock that is right.

    A subject stays as long as a fact of it could not be read, or a clash waits, or a confidence in
    it still waits to be handed to those who handle it.
    """
    with ledger.store.reading() as connection:
        raw = driver(connection)
        pos, link = _milestone(raw, None)
        forks = forks_of(raw)
        woken = raw.execute(
            f"SELECT subject FROM dormant WHERE state = '{dormant.HERE}' ORDER BY subject"
        ).fetchall()
    young, future = stamp(now - timedelta(days)), stamp(now + FUTURE)
    done = _let_go(ledger, [subject for (subject,) in woken], pos)
    while True:
        with ledger.store.reading() as connection:
            lines = _walked(driver(connection), pos, young, future)
        for line in lines:
            pos, link = line[0], linked(link, line[1], line[2])
        done += _let_go(ledger, list(dict.fromkeys(subject for *_, subject in lines)), pos)
        progress("rest", done)
        if lines:
            with ledger.store.writing() as connection:
                raw = driver(connection)
                if forks_of(raw) != forks:
                    return done  # the centre was set back meanwhile: from there, another night
                raw.execute("INSERT OR IGNORE INTO milestone VALUES (?, ?)", (pos, link))
        if len(lines) < PAGE:
            return done


def _milestone(raw: sqlite3.Connection, upto: int | None) -> tuple[int, bytes]:
    """The last position, at most this one, of which the link is known."""
    where = "" if upto is None else "WHERE pos <= ?"
    found: tuple[int, bytes] | None = raw.execute(
        f"SELECT pos, link FROM milestone {where} ORDER BY pos DESC LIMIT 1",
        () if upto is None else (upto,),
    ).fetchone()
    return found or (0, GENESIS)


def _walked(
    raw: sqlite3.Connection, pos: int, young: str, future: str
) -> list[tuple[int, str, bytes, str]]:
    """The next positions, as far as they are whole, were pulled, and are not young.

    By what the writer's clock said: ids follow the one that is furthest ahead in the library.
    """
    found: list[tuple[int, str, bytes, str]] = []
    for at, *line in raw.execute(
        "SELECT at, pos, id, digest, subject FROM fact WHERE pos > ? "
        "AND pos <= (SELECT cursor FROM place) ORDER BY pos LIMIT ?",
        (pos, PAGE),
    ):
        if line[0] != pos + len(found) + 1 or young <= at < future:
            break
        found.append(tuple(line))
    return found


class _Closed(NamedTuple):
    """A subject that may be put to rest, with its rows, and those without private words."""

    subject: str
    book: Book
    rows: Rows
    bare: Rows
    facts: int


def _let_go(ledger: Ledger, subjects: Sequence[str], upto: int) -> int:
    """Put to rest what may be, of which no fact stands behind a position; how many."""
    done = 0
    for some in chunks(subjects, SLICE):
        with ledger.store.reading() as connection:
            closed = list(_closed(driver(connection), ledger.books, some))
        if not closed:
            continue
        with ledger.store.writing() as connection:
            raw = driver(connection)
            for each in closed:
                every, before = raw.execute(
                    "SELECT count(*), count(CASE WHEN pos <= ? THEN 1 END) FROM fact "
                    "WHERE subject = ?",
                    (upto, each.subject),
                ).fetchone()
                if every == before == each.facts:  # nothing came in between
                    dormant.enter(raw, each.book, each.subject, each.rows, each.bare)
                    done += 1
    return done


def _closed(
    raw: sqlite3.Connection, books: Mapping[str, Book], subjects: Sequence[str]
) -> Iterator[_Closed]:
    forks, ours = forks_of(raw), scopes(raw)
    waits = _waiting(raw, subjects)
    for subject, facts in facts_of(raw, subjects).items():
        book = books.get(subject.partition(":")[0])
        if book is None or book.closed is None or subject in waits:
            continue
        if any(not _settled(fact, ours) for fact in facts):
            continue
        rows = load(raw, book, [subject])[subject]
        folded = anew(books, subject, facts, {}, forks)
        silent = [replace(fact, private=None, salt=None) for fact in facts]
        bare = anew(books, subject, silent, {}, forks)
        # What is not what its facts say is for the doctor: nothing may go that would show it.
        if rows == folded.rows and rows and book.closed(rows) and not bare.faults:
            yield _Closed(subject, book, rows, bare.rows, len(facts))


def _settled(fact: Fact, ours: set[str]) -> bool:
    """Whether the centre's word may stand for ours: it is what was signed, and what it says in
    confidence is given back to this desk, or is not here.
    """
    return sound(fact) and (fact.private is None or fact.scope is None or fact.scope in ours)


def _waiting(raw: sqlite3.Connection, subjects: Sequence[str]) -> set[str]:
    """Those with an open clash or crossing, or a fact that could not be read; and the dormant."""
    where = f"subject IN {marks(len(subjects))}"
    lines = raw.execute(
        f"SELECT subject FROM fault WHERE {where} "
        f"UNION SELECT subject FROM clash WHERE {where} AND settled_by IS NULL "
        f"UNION SELECT first_subject FROM crossing WHERE first_{where} AND settled_by IS NULL "
        f"UNION SELECT second_subject FROM crossing WHERE second_{where} AND settled_by IS NULL",
        (*subjects, *subjects, *subjects, *subjects),
    )
    return {subject for (subject,) in lines} | dormant.among(raw, subjects)


def fetch(ledger: Ledger, centre: Centre, subjects: Sequence[str]) -> int:
    """Have the facts of dormant subjects here again, until they are next put to rest; how many
    subjects that were. What the centre does not have as it was is left as it is.

    Refuses as `Centre.pull`.
    """
    done = 0
    with ledger.store.reading() as connection:
        said = greeting(connection)
    for some in chunks(subjects, SLICE):
        with ledger.store.reading() as connection:
            raw = driver(connection)
            wanted = _left(raw, sorted(dormant.among(raw, some)))
            stretches = list(_stretches(raw, sorted(wanted)))
        if not stretches:
            continue
        found: dict[int | None, Fact] = {}
        for pos, link, many in stretches:
            facts, _ = centre.pull(said.desk, pos, link, many)
            found |= {fact.pos: fact for fact in facts}
        # The centre takes what was asked last for how far this desk is. And who was erased there by
        # now, of whom these come without words, stands before its end: until there is pulled, the
        # doctor does not miss them.
        hello = centre.hello(said)
        for fact in found.values():
            if handled_elsewhere(fact, hello):
                fact.private = fact.salt = None
        with ledger.store.writing() as connection:
            set_setting(connection, TOP, str(hello.top))
            withdrawn(driver(connection), ledger.books, hello)
            done += _put_back(driver(connection), ledger.books, some, found)
    return done


def wake(ledger: Ledger, centre: Centre, fork: object) -> None:
    """Fetch all that rests above a fork which was said too low: the centre has it where it was.
    Where it has not, it is left.

    Refuses as `Centre.pull`, but for OrderDiffers.
    """
    with ledger.store.reading() as connection:
        lines = driver(connection).execute(
            "SELECT DISTINCT subject FROM fact WHERE pos > ? AND data = ''", (fork,)
        )
        subjects = [subject for (subject,) in lines]
    try:
        fetch(ledger, centre, subjects)
    except Refusal as refusal:
        if refusal.code != "OrderDiffers":
            raise


def go_on(ledger: Ledger, centre: Centre, most: int = MOST) -> int:
    """Fetch what is due: what late facts wait for, and rows that may be others by now."""
    with ledger.store.reading() as connection:
        due = driver(connection).execute(
            "SELECT subject FROM dormant WHERE state IS NOT NULL AND state <> ? LIMIT ?",
            (dormant.HERE, most),
        )
        subjects = [subject for (subject,) in due]
    return fetch(ledger, centre, subjects)


def _left(raw: sqlite3.Connection, subjects: Sequence[str]) -> dict[int, tuple[str, bytes]]:
    """Id and digest of the facts that are elsewhere, by position."""
    lines = raw.execute(
        f"SELECT pos, id, digest FROM fact WHERE data = '' AND subject IN {marks(len(subjects))}",
        subjects,
    )
    return {pos: (id, digest) for pos, id, digest in lines}


def _stretches(
    raw: sqlite3.Connection, positions: Sequence[int]
) -> Iterator[tuple[int, bytes, int]]:
    """How to ask for facts in these positions: the position before, its link, and how many."""
    first = last = 0
    for pos in [*positions, 0]:
        if last and not last < pos <= last + NEAR:
            yield first - 1, _link(raw, first - 1), last - first + 1
            first = pos
        first, last = first or pos, pos


def _link(raw: sqlite3.Connection, pos: int) -> bytes:
    """The link of the centre's order at a position."""
    begun, link = _milestone(raw, pos)
    for id, digest in raw.execute(
        "SELECT id, digest FROM fact WHERE pos > ? AND pos <= ? ORDER BY pos", (begun, pos)
    ):
        link = linked(link, id, digest)
    return link


def _put_back(
    raw: sqlite3.Connection,
    books: Mapping[str, Book],
    subjects: Sequence[str],
    found: Mapping[int | None, Fact],
) -> int:
    back = []
    gone = {person for (person,) in raw.execute("SELECT person FROM erased")}
    for subject in sorted(dormant.among(raw, subjects)):
        left = _left(raw, [subject])
        facts = [found[pos] for pos in left if pos in found]
        same = [(f.id, f.digest) for f in facts if sound(f)]
        if same != list(left.values()):
            continue
        for fact in facts:
            if fact.person in gone or not sealed(fact):
                fact.private = fact.salt = None
        sets = ", ".join(f"{name} = ?" for name in dormant.LEFT_OUT)
        raw.executemany(
            f"UPDATE fact SET {sets} WHERE id = ?",
            [(*(getattr(f, name) for name in dormant.LEFT_OUT), f.id) for f in facts],
        )
        raw.execute(
            "UPDATE dormant SET state = ?, bare = NULL WHERE subject = ?", (dormant.HERE, subject)
        )
        back.append(subject)
    refold(raw, books, back)
    return len(back)
