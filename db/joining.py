"""A desk that joins a library which is there already: all its facts first, folded once at the end.

Nobody works at the desk yet, so there is no act to give way to: whole pages in a transaction, no
index but what the folds look things up by, and every row written once.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from db.arrivals import append, checked, new_epoch, onward, stand, standing
from db.centre import Centre, Greeting, Hello
from db.claims import tell_apart
from db.confided import SCOPES
from db.cycles import unsearched
from db.disk import explained
from db.exchange import refuse_other_form
from db.facts import Book, by_name
from db.folding import rebuild
from db.ledger import found, strip
from db.people import ERASED, PERSONS
from db.progress import nothing
from db.refusal import Refusal
from db.store import Store, connect

PAGE = 5000
"""facts pulled in one transaction"""
MEMORY = 128_000
"""kilobytes for the pages of a store that nobody reads yet"""

Progress = Callable[[str, int, int], None]
"""what is done, how much of it, of how much"""


@dataclass(slots=True)
class Joined:
    """What a desk got. own: facts that this desk's code had written before; it goes on in `epoch`,
    which nobody has used. resumed: facts that an attempt cut short had brought already.
    """

    facts: int
    own: int
    epoch: int
    resumed: int = 0


@unsearched()
def join(
    path: Path, desk: str, books: Sequence[Book], centre: Centre, progress: Progress = nothing
) -> Joined:
    """Make the store of a desk that joins, under a name at which nobody works.

    May be cut anywhere and begun again: what came stays, unless the centre was set back meanwhile
    or gives the desk other confidences. Refuses CentreEmpty, CentreOlder, CentreNewer,
    OrderDiffers (the centre was set back just now: once more), and whatever the store or the
    centre refuses.
    """
    hello = centre.hello(Greeting(desk, 0, ""))
    refuse_other_form(hello)
    if not _taken_up(path, desk, hello):
        _begin(path, desk, hello)
    with explained(path), closing(connect(path)) as raw:
        raw.execute("PRAGMA journal_mode = DELETE")  # new pages need no log, only their file
        raw.execute(f"PRAGMA cache_size = -{MEMORY}")
        resumed, _ = standing(raw)
        _pull(raw, desk, centre, hello, progress)
        with _whole(raw):
            joined = _settle(raw, desk, books, hello, progress)
    joined.resumed = resumed
    return joined


def _taken_up(path: Path, desk: str, hello: Hello) -> bool:
    """Whether an attempt that was cut short goes on from there; another's is thrown away."""
    if not path.exists():
        return False
    try:
        with explained(path):
            connect(path).close()  # rolls back a page cut short, which nobody can who only reads
        Store(path).close()
        with explained(path), closing(connect(path)) as raw:
            known = raw.execute(
                "SELECT desk, library_key, forks, value FROM place, setting WHERE name = ?",
                (SCOPES,),
            ).fetchone()
    except Refusal as refusal:
        if refusal.code not in ("StoreForeign", "StoreDamaged"):
            raise
        known = None
    if known == (desk, hello.key, json.dumps(hello.forks), json.dumps(hello.scopes)):
        return True
    drop(path)
    return False


def drop(path: Path) -> None:
    """Throw away what came."""
    for end in ("", "-wal", "-shm", "-journal"):
        Path(f"{path}{end}").unlink(missing_ok=True)


def _begin(path: Path, desk: str, hello: Hello) -> None:
    with closing(Store.create(path)) as store:
        found(store, desk, hello.key or b"")
    with explained(path), closing(connect(path)) as raw:
        raw.execute("PRAGMA journal_mode = DELETE")
        with _whole(raw):
            now = hello.timeline, json.dumps(hello.forks)
            raw.execute("UPDATE place SET timeline = ?, forks = ?", now)
            raw.execute("INSERT INTO setting VALUES (?, ?)", (SCOPES, json.dumps(hello.scopes)))


def _pull(
    raw: sqlite3.Connection, desk: str, centre: Centre, hello: Hello, progress: Progress
) -> None:
    cursor, link = standing(raw)
    with ThreadPoolExecutor(1) as ahead:  # the next page comes while this one is written
        page = ahead.submit(centre.pull, desk, cursor, link, PAGE)
        while facts := page.result()[0]:
            cursor, link = onward(facts, cursor, link)
            page = ahead.submit(centre.pull, desk, cursor, link, PAGE)
            with _whole(raw):
                tell_apart(raw, facts)
                append(raw, facts, checked(facts))
                stand(raw, cursor, link)
            progress("pull", cursor, max(cursor, hello.top))


def _settle(
    raw: sqlite3.Connection, desk: str, books: Sequence[Book], hello: Hello, progress: Progress
) -> Joined:
    """From facts to a desk: who was erased stays so, rows, an epoch of its own."""
    erased = raw.execute(
        "SELECT DISTINCT person FROM fact WHERE private IS NOT NULL AND person IN (SELECT person "
        "FROM fact WHERE kind = ? AND id NOT IN (SELECT id FROM fault))",
        (ERASED,),
    ).fetchall()
    if erased:
        strip(raw, [person for (person,) in erased])
    # An index is made faster than it is kept.
    indexes = raw.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL "
        "AND tbl_name <> 'fact'"
    ).fetchall()
    for name, _ in indexes:
        raw.execute(f"DROP INDEX {name}")
    (subjects,) = raw.execute("SELECT count(DISTINCT subject) FROM fact").fetchone()
    for done in rebuild(raw, by_name((PERSONS, *books))):
        progress("fold", done, subjects)
    for _, sql in indexes:
        raw.execute(sql)
    ((facts, own),) = raw.execute(
        "SELECT count(*), count(*) FILTER (WHERE desk = ?) FROM fact", (desk,)
    ).fetchall()
    if own or hello.epoch:
        new_epoch(raw, hello.epoch)
    (epoch,) = raw.execute("SELECT epoch FROM place").fetchone()
    return Joined(facts, own, epoch)


@contextmanager
def _whole(raw: sqlite3.Connection) -> Iterator[None]:
    raw.execute("BEGIN IMMEDIATE")
    try:
        yield
        raw.execute("COMMIT")
    finally:
        if raw.in_transaction:
            raw.execute("ROLLBACK")
