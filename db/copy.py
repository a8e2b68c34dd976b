"""The second copy: the ledger once more, on another disk.

A disk that dies before its first push is the one loss that the centre cannot mend. The copy is a
store of the same schema that holds facts and no rows; `db.restore` folds them. It follows a little
behind and never stops the desk. What the desk has put to rest since stays whole in it.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy.exc import DBAPIError

from db.disk import explained
from db.facts import COLUMNS, ID
from db.files import free, settle
from db.folding import ALTERED
from db.ledger import Ledger
from db.people import ERASED
from db.place import COPY, EXCHANGES, UNCLEAN, setting, unset
from db.refusal import Refusal
from db.store import Store, connect, driver, scour
from db.upgrade import identify, migrate

MARK = "copy of"
"""The setting by which a store is known to be a copy, not a desk to work at."""
PAGE = 1000
_LOCAL = f"('{MARK}', '{COPY}', 'purge', '{UNCLEAN}', '{EXCHANGES}')"
"""Settings that are not carried over."""
_NAMES = ", ".join(("n", *COLUMNS))
STANDS = ("epoch", "seq", "chain", "pos", "skew")
"""What may still change of a fact: where it stands. Its private part goes by an erasure; that of
a confidential kind may also come later, or go to those who handle it."""
_STANDING = ", ".join(STANDS)
_CONTENT = ", ".join(name for name in COLUMNS if name not in ("id", *STANDS))


class Copy:
    """The second copy of a ledger, in a file on another disk.

    `trouble` is what the last attempt in the background met, None if it went well.
    """

    def __init__(self, ledger: Ledger, path: Path) -> None:
        self.path = path
        self.trouble: Exception | None = None
        self._ledger = ledger
        self._seen: int | None = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self) -> int:
        """Make the file and copy everything into it.

        A file of its own and a call of its own: a disk that is not there must not be taken for one
        that is new. Refusals: StoreExists, and those of the store.
        """
        Store.create(self.path).close()
        try:
            with self._both() as raw:
                raw.execute("BEGIN IMMEDIATE")
                raw.execute(
                    "INSERT INTO place SELECT one, desk, library_key, epoch, timeline, forks, 0, "
                    "NULL, epoch, 0, NULL FROM desk.place"
                )
                raw.execute("INSERT INTO setting SELECT ?, desk FROM place", (MARK,))
                raw.execute("COMMIT")
        except BaseException:
            self.path.unlink(missing_ok=True)
            raise
        return self.catch_up()

    def begin_anew(self) -> Path:
        """Set the file aside, as it may hold what the store has lost, and begin another."""
        aside = free(self.path.with_name(f"{self.path.name}.aside"))
        with self._both() as raw:
            raw.execute("PRAGMA main.journal_mode = DELETE")
        settle(self.path, aside, fresh=True)
        self._seen = None
        self.begin()
        return aside

    def catch_up(self) -> int:
        """Copy what the store has more, and follow what changed; how many facts that was.

        Cheap where nothing happened. Refusals: CopyGone (its disk is not there), CopyForeign,
        CopyForked (it holds facts that the store lost or never had, or has in another order),
        DiskFull and the others of a store, with the copy's file.
        """
        version = self._ledger.store.version()
        if version == self._seen:
            return 0
        done, met = 0, self._seen is not None
        with self._both() as raw:
            while True:
                raw.execute("BEGIN IMMEDIATE")
                try:
                    count, more = _page(raw, self.path, met)
                    raw.execute("COMMIT")
                finally:
                    if raw.in_transaction:
                        raw.execute("ROLLBACK")
                done, met = done + count, True
                if not more:
                    break
            clean = _purge(raw)
            (top,) = raw.execute("SELECT max(n) FROM fact").fetchone()
        if clean:
            self._settle(top)
        self._seen = version
        return done

    def _settle(self, top: int) -> None:
        """What was wiped in the store is wiped here, unless more has been since."""
        with self._ledger.store.reading() as connection:
            if setting(connection, UNCLEAN) is None:
                return
        with self._ledger.store.writing() as connection:
            if driver(connection).execute("SELECT max(n) FROM fact").fetchone() == (top,):
                unset(connection, UNCLEAN)

    def follow(self, interval: float) -> None:
        """Catch up every so many seconds, in the background, until `stop`."""
        self._stop.clear()
        self._thread = threading.Thread(
            target=self._follow, args=(interval,), name="second copy", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Catch up once more and end the background work."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _follow(self, interval: float) -> None:
        stopping = False
        while not stopping:
            stopping = self._stop.wait(interval)
            try:
                self.catch_up()
            except (Refusal, sqlite3.Error, DBAPIError, OSError) as trouble:
                self.trouble = trouble
            else:
                self.trouble = None

    @contextmanager
    def _both(self) -> Iterator[sqlite3.Connection]:
        with joined(self._ledger.store.path, self.path) as raw:
            yield raw


@contextmanager
def joined(store: Path, copy: Path) -> Iterator[sqlite3.Connection]:
    """The copy, and beside it the store to read as `desk`."""
    if not copy.is_file():
        raise Refusal("CopyGone", file=str(copy))
    with explained(copy):
        raw = connect(copy, read_only=True)
        try:
            identify(raw, copy)
        finally:
            raw.close()
        raw = connect(copy)
        try:
            migrate(raw, copy)
            raw.execute("ATTACH ? AS desk", (f"file:{quote(str(store))}?mode=ro",))
            yield raw
        finally:
            raw.close()


def _page(raw: sqlite3.Connection, path: Path, met: bool) -> tuple[int, bool]:
    """Copy one page of facts in one view of the store; how many, and whether there is more.

    `met`: it was this very store, before.
    """
    refuse_stranger(raw, path)
    top = _refuse_fork(raw, path)
    moved = raw.execute(
        "SELECT 1 FROM place p, desk.place d WHERE (p.epoch, p.timeline, p.forks) "
        "IS NOT (d.epoch, d.timeline, d.forks) OR p.cursor > d.cursor"
    ).fetchone()
    if moved or not met:
        _refuse_another_order(raw, path)
    if moved:
        _stand_anew(raw)
    # What has another name since another's fact has its id (`db.claims`).
    raw.execute(
        "UPDATE fact SET id = (SELECT d.id FROM desk.fact d WHERE d.n = fact.n) WHERE id IN "
        "(SELECT id FROM desk.fact WHERE n > ? ORDER BY n LIMIT ?)",
        (top, PAGE),
    )
    count = raw.execute(
        f"INSERT INTO fact ({_NAMES}) SELECT {_NAMES} FROM desk.fact WHERE n > ? "
        "ORDER BY n LIMIT ?",
        (top, PAGE),
    ).rowcount
    _erase(raw, top)
    _confide(raw)
    if count == PAGE:
        return count, True
    behind = _learn_positions(raw)
    _settings(raw)
    _altered(raw)
    return count, behind


def _erase(raw: sqlite3.Connection, top: int) -> None:
    """Take out the private parts of persons whose erasure has just come, and note the cleaning."""
    for (person,) in raw.execute(
        "SELECT person FROM fact WHERE n > ? AND kind = ?", (top, ERASED)
    ).fetchall():
        stripped = raw.execute(
            "UPDATE fact SET private = NULL, salt = NULL WHERE person = ? AND private IS NOT NULL",
            (person,),
        )
        if stripped.rowcount:
            raw.execute("INSERT OR REPLACE INTO setting VALUES ('purge', 'due')")


def _confide(raw: sqlite3.Connection) -> None:
    """Follow private parts of confidential kinds, which come and go by themselves, and note that
    what went is to be cleaned away when it is in the store.
    """
    lines = raw.execute(
        "UPDATE fact SET (private, salt) = (SELECT d.private, d.salt FROM desk.fact d "
        "WHERE d.n = fact.n) WHERE n IN (SELECT f.n FROM main.fact f JOIN desk.fact d USING (n) "
        "WHERE f.scope IS NOT NULL AND f.salt IS NOT d.salt AND f.id = d.id AND d.data <> '') "
        "RETURNING private"
    )
    if (None,) in lines.fetchall():
        raw.execute("INSERT OR IGNORE INTO setting VALUES ('purge', 'tonight')")


def refuse_stranger(raw: sqlite3.Connection, path: Path) -> None:
    known = raw.execute(
        "SELECT 1 FROM place p, desk.place d, setting s WHERE p.desk = d.desk "
        "AND p.library_key = d.library_key AND s.name = ?",
        (MARK,),
    ).fetchone()
    if not known:
        raise Refusal("CopyForeign", file=str(path))


def _refuse_fork(raw: sqlite3.Connection, path: Path) -> int:
    """How far the copy is; CopyForked where its last fact is not the store's."""
    last = f"SELECT n, substr(id, 1, {ID}) FROM"
    n, id = raw.execute(f"{last} fact ORDER BY n DESC LIMIT 1").fetchone() or (0, None)
    if n and raw.execute(f"{last} desk.fact WHERE n = ?", (n,)).fetchone() != (n, id):
        raise Refusal("CopyForked", file=str(path), id=id)
    return int(n)


def _refuse_another_order(raw: sqlite3.Connection, path: Path) -> None:
    """A store that was restored, or pulled all again, may have the same facts in another order,
    and the same one last: lines are the same only if all of them are. Reads two indexes of ids.
    """
    for n, id in raw.execute(
        "SELECT f.n, f.id FROM main.fact f LEFT JOIN desk.fact d USING (id) WHERE d.n IS NOT f.n"
    ):
        # By another name the store may know it: see `db.claims`.
        there = f"SELECT substr(id, 1, {ID}) FROM desk.fact WHERE n = ?"
        if raw.execute(there, (n,)).fetchone() != (id[:ID],):
            raise Refusal("CopyForked", file=str(path), id=id)


def _stand_anew(raw: sqlite3.Connection) -> None:
    """An epoch began, or the centre was set back: facts stand elsewhere now."""
    raw.execute("CREATE TEMP TABLE IF NOT EXISTS moved (n INTEGER PRIMARY KEY)")
    raw.execute("DELETE FROM temp.moved")
    ours, theirs = (", ".join(f"{side}.{name}" for name in STANDS) for side in "fd")
    raw.execute(
        "INSERT INTO temp.moved SELECT f.n FROM main.fact f JOIN desk.fact d USING (n) "
        f"WHERE ({ours}) IS NOT ({theirs})"
    )
    # All away first: two facts may have changed places.
    nothing = ", ".join(f"{name} = NULL" for name in STANDS)
    nothing += ", id = id || '+' || n"
    raw.execute(f"UPDATE fact SET {nothing} WHERE n IN (SELECT n FROM temp.moved)")
    _stand(raw, "n IN (SELECT n FROM temp.moved)")
    raw.execute(
        "UPDATE place SET (epoch, acked_epoch, timeline, forks) = "
        "(SELECT epoch, epoch, timeline, forks FROM desk.place), "
        "cursor = min(cursor, (SELECT cursor FROM desk.place)), cursor_link = NULL"
    )


def _stand(raw: sqlite3.Connection, where: str, *values: object) -> None:
    """Where facts stand now, and what the centre says where a stick had brought something else."""
    raw.execute(
        f"UPDATE fact SET ({_CONTENT}) = (SELECT {_CONTENT} FROM desk.fact d WHERE d.n = fact.n) "
        f"WHERE {where} AND digest <> (SELECT d.digest FROM desk.fact d WHERE d.n = fact.n)",
        values,
    )
    raw.execute(
        f"UPDATE fact SET (id, {_STANDING}) = (SELECT id, {_STANDING} FROM desk.fact d "
        f"WHERE d.n = fact.n) WHERE {where}",
        values,
    )


def _learn_positions(raw: sqlite3.Connection) -> bool:
    """Follow the cursor by a page; whether it is still behind. All facts are here."""
    cursor, goal = raw.execute("SELECT p.cursor, d.cursor FROM place p, desk.place d").fetchone()
    if cursor == goal:
        return False
    upto = min(cursor + PAGE, goal)
    _stand(
        raw,
        "pos IS NULL AND n IN (SELECT n FROM desk.fact WHERE pos > ? AND pos <= ?)",
        cursor,
        upto,
    )
    # The link is worked out from the positions when the copy is restored.
    raw.execute("UPDATE place SET cursor = ?", (upto,))
    return bool(upto < goal)


def _settings(raw: sqlite3.Connection) -> None:
    differs = raw.execute(
        f"SELECT name, value FROM desk.setting WHERE name NOT IN {_LOCAL} EXCEPT "
        "SELECT name, value FROM setting UNION ALL "
        f"SELECT name, value FROM setting WHERE name NOT IN {_LOCAL} AND name NOT IN "
        "(SELECT name FROM desk.setting)"
    ).fetchone()
    if differs:
        raw.execute(f"DELETE FROM setting WHERE name NOT IN {_LOCAL}")
        raw.execute(
            f"INSERT INTO setting SELECT name, value FROM desk.setting WHERE name NOT IN {_LOCAL}"
        )


def _altered(raw: sqlite3.Connection) -> None:
    """Follow what arrived altered: whoever folds the copy must not take it for a damage of its."""
    here, there = (
        f"SELECT id, subject, reason FROM {side}.fault WHERE reason = '{ALTERED}'"
        for side in ("main", "desk")
    )
    differs = f"SELECT EXISTS ({here} EXCEPT {there}) OR EXISTS ({there} EXCEPT {here})"
    if raw.execute(differs).fetchone() == (1,):
        raw.execute("DELETE FROM fault")
        raw.execute(f"INSERT INTO fault {there}")


def _purge(raw: sqlite3.Connection) -> bool:
    """After an erasure, or when the store was wiped: leave no trace in freed bytes or the log;
    whether there is none. A crash leaves it due.
    """
    due = raw.execute(
        "SELECT 1 FROM setting WHERE name = 'purge' AND (value = 'due' OR EXISTS "
        "(SELECT 1 FROM desk.setting WHERE name = ?))",
        (UNCLEAN,),
    ).fetchone()
    if due is None:
        return True
    if not scour(raw):
        return False
    raw.execute("DELETE FROM setting WHERE name = 'purge'")
    return True
