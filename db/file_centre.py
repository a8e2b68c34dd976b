"""The centre in an SQLite file, the default of one machine."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

from db.centre import ASTRAY, FORM, Greeting, Hello, Receipt, linked
from db.clock import Clock, stamp
from db.disk import explained as explained_there
from db.facts import COLUMNS, GENESIS, Fact, chained, digest_of, withheld
from db.people import ERASED
from db.refusal import Refusal
from db.rows import marks
from db.store import connect, emptied
from db.stretch import Read, Stretch, whole

CENTRE_ID = 0x64636E74
"""`dcnt`: tells a centre from a desk's store and from any other SQLite file"""
SCHEMA = f"""
PRAGMA application_id = {CENTRE_ID};
CREATE TABLE IF NOT EXISTS ledger (
    pos INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, act TEXT NOT NULL, desk TEXT NOT NULL,
    timeline INTEGER NOT NULL, kind TEXT NOT NULL, version INTEGER NOT NULL, subject TEXT NOT NULL,
    base INTEGER NOT NULL, beyond TEXT NOT NULL, at TEXT NOT NULL, actor TEXT, data TEXT NOT NULL,
    person TEXT, scope TEXT, private TEXT, salt BLOB, seal BLOB, digest BLOB NOT NULL,
    epoch INTEGER NOT NULL, seq INTEGER NOT NULL, chain BLOB NOT NULL, skew INTEGER NOT NULL,
    link BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS ledger_person ON ledger (person) WHERE private IS NOT NULL;
CREATE TABLE IF NOT EXISTS receipt (
    desk TEXT, epoch INTEGER, seq INTEGER, id TEXT NOT NULL, pos INTEGER NOT NULL,
    chain BLOB NOT NULL, PRIMARY KEY (desk, epoch, seq)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS timeline (number INTEGER PRIMARY KEY, fork INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS erased (person TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS library (mark TEXT PRIMARY KEY, key BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS scope (desk TEXT, department TEXT, PRIMARY KEY (desk, department))
WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS standing (
    desk TEXT PRIMARY KEY, pos INTEGER NOT NULL, faults INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS seen (desk TEXT PRIMARY KEY, at TEXT NOT NULL, skew INTEGER)
WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS due (what TEXT PRIMARY KEY) WITHOUT ROWID;
INSERT OR IGNORE INTO timeline VALUES (1, 0);
"""


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """As of a desk's store, but for what is to be done about a damaged one."""
    try:
        with explained_there(path):
            yield
    except Refusal as refusal:
        if refusal.code != "StoreDamaged":
            raise
        raise Refusal("CentreDamaged", **refusal.facts) from refusal


class FileCentre:
    """The centre in an SQLite file on this machine (never on a network share)."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self.path = path
        self._clock = clock
        with explained(path):
            _refuse_foreign(path)
            self._raw = connect(path, create=True)
            self._raw.executescript(SCHEMA)

    def close(self) -> None:
        self._raw.close()

    @contextmanager
    def _alone(self) -> Iterator[sqlite3.Connection]:
        with explained(self.path):
            self._raw.execute("BEGIN IMMEDIATE")
            try:
                yield self._raw
                self._raw.execute("COMMIT")
            except BaseException:
                if self._raw.in_transaction:
                    self._raw.execute("ROLLBACK")
                raise

    def hello(self, said: Greeting) -> Hello:
        self._clean()
        desk, epoch = said.desk, said.epoch
        with self._alone() as raw:
            known, key = self._library(raw, said)
            forks = [list(row) for row in raw.execute("SELECT * FROM timeline ORDER BY number")]
            place = "SELECT seq, chain FROM receipt WHERE desk = ? AND epoch = ?"
            last = raw.execute(f"{place} ORDER BY seq DESC LIMIT 1", (desk, epoch)).fetchone()
            era = raw.execute("SELECT max(epoch) FROM receipt WHERE desk = ?", (desk,)).fetchone()
            head, chain = last or (0, None)
            fits = _fits(raw, said.cursor, said.link)
            self._stand(raw, desk, said.cursor if fits else ASTRAY)
            raw.execute("UPDATE standing SET faults = ? WHERE desk = ?", (said.faults, desk))
            _clocked(raw, desk, said.skew)
            handled = raw.execute(
                "SELECT department, max(pos) FROM scope JOIN standing USING (desk) "
                "WHERE desk <> ? GROUP BY department",
                (desk,),
            )
            return Hello(
                FORM, self._clock.now(), forks[-1][0], forks[1:], era[0] or 0, head, chain,
                sorted(_scopes(raw, desk)), dict(handled.fetchall()), _others(raw, desk),
                *_end(raw), fits, not known, key,
            )  # fmt: skip

    def _library(self, raw: sqlite3.Connection, said: Greeting) -> tuple[bool, bytes | None]:
        """Whether there is a library now, and its key for whoever joins."""
        known = raw.execute("SELECT mark, key FROM library").fetchone()
        if known is None and not said.mark:
            raise Refusal("CentreEmpty")
        if known is None and said.key is not None:
            raw.execute("INSERT INTO library VALUES (?, ?)", (said.mark, said.key))
            return True, None
        if known is not None and said.mark not in ("", known[0]):
            raise Refusal("CentreOfAnother")
        return known is not None, known[1] if known is not None and not said.mark else None

    def handles(self, desk: str, departments: Sequence[str]) -> None:
        """From now on a desk is given the confidences of these departments, and of no other."""
        with self._alone() as raw:
            raw.execute("DELETE FROM scope WHERE desk = ?", (desk,))
            raw.executemany("INSERT INTO scope VALUES (?, ?)", [(desk, d) for d in departments])

    def push(
        self, desk: str, epoch: int, previous: bytes, facts: Sequence[Fact], skew: int
    ) -> list[Receipt]:
        if not facts:
            return []
        if any(fact.desk != desk for fact in facts):
            raise Refusal("NotYours", desk=desk)
        with self._alone() as raw:
            first = facts[0].seq or 0
            self._refuse_fork(raw, desk, epoch, first - 1, previous)
            _clocked(raw, desk, skew)
            receipts = [self._take(raw, desk, epoch, previous, facts[0], skew)]
            for before, fact in pairwise(facts):
                if fact.seq != (before.seq or 0) + 1:
                    raise Refusal("Gap", seq=before.seq)
                receipts.append(self._take(raw, desk, epoch, receipts[-1].chain, fact, skew))
            if any(fact.kind == ERASED for fact in facts):
                raw.execute("INSERT OR IGNORE INTO due VALUES ('checkpoint')")
        self._clean()
        return receipts

    def packed(self, epoch: int, last: int, read: Read) -> Stretch:
        return whole(epoch, last, read)

    def _clean(self) -> None:
        """Leave nothing erased in the log; where somebody reads an older view, the next time."""
        with explained(self.path):
            if self._raw.execute("SELECT 1 FROM due").fetchone() and emptied(self._raw):
                self._raw.execute("DELETE FROM due")

    def _refuse_fork(
        self, raw: sqlite3.Connection, desk: str, epoch: int, seq: int, chain: bytes
    ) -> None:
        known: bytes | None = GENESIS
        if seq:
            place = "SELECT chain FROM receipt WHERE desk = ? AND epoch = ? AND seq = ?"
            row = raw.execute(place, (desk, epoch, seq)).fetchone()
            known = row[0] if row else None
        if known is None:
            raise Refusal("Gap", seq=seq)
        if known != chain:
            raise Refusal("Fork", seq=seq)

    def _take(
        self, raw: sqlite3.Connection, desk: str, epoch: int, previous: bytes, fact: Fact, skew: int
    ) -> Receipt:
        seq = fact.seq or 0
        chain = chained(previous, desk, epoch, seq, fact.digest)
        if chain != fact.chain:
            raise Refusal("ChainBroken", seq=seq)
        held = raw.execute(
            "SELECT id, pos, chain FROM receipt WHERE desk = ? AND epoch = ? AND seq = ?",
            (desk, epoch, seq),
        ).fetchone()
        if held is not None:
            if held[2] != chain:
                raise Refusal("Fork", seq=seq)
            return Receipt(seq, held[0], held[1], chain)
        known = raw.execute("SELECT pos, digest FROM ledger WHERE id = ?", (fact.id,)).fetchone()
        if known and known[1] != fact.digest:
            raise Refusal("IdTaken", id=fact.id)
        pos = known[0] if known else self._append(raw, epoch, chain, fact, skew)
        raw.execute(
            "INSERT INTO receipt VALUES (?, ?, ?, ?, ?, ?)", (desk, epoch, seq, fact.id, pos, chain)
        )
        return Receipt(seq, fact.id, pos, chain)

    def _append(
        self, raw: sqlite3.Connection, epoch: int, chain: bytes, fact: Fact, skew: int
    ) -> int:
        top, link = _end(raw)
        if fact.kind == ERASED and fact.person is not None and digest_of(fact) == fact.digest:
            raw.execute("INSERT OR IGNORE INTO erased VALUES (?)", (fact.person,))
            raw.execute(
                "UPDATE ledger SET private = NULL, salt = NULL "
                "WHERE person = ? AND private IS NOT NULL",
                (fact.person,),
            )
        gone = raw.execute("SELECT 1 FROM erased WHERE person = ?", (fact.person,)).fetchone()
        values: dict[str, Any] = {name: getattr(fact, name) for name in COLUMNS}
        values |= {"epoch": epoch, "chain": chain, "pos": top + 1, "skew": skew}
        values["link"] = linked(link, fact.id, fact.digest)
        if gone:
            values |= {"private": None, "salt": None}
        raw.execute(
            f"INSERT INTO ledger ({', '.join(values)}) VALUES {marks(len(values))}",
            tuple(values.values()),
        )
        return top + 1

    def pull(self, desk: str, cursor: int, link: bytes, limit: int) -> tuple[list[Fact], int]:
        columns = ", ".join(COLUMNS)
        with self._alone() as raw:
            if not _fits(raw, cursor, link):
                raise Refusal("OrderDiffers", cursor=cursor)
            lines = raw.execute(
                f"SELECT {columns} FROM ledger WHERE pos > ? ORDER BY pos LIMIT ?", (cursor, limit)
            ).fetchall()
            facts = [Fact(*values) for values in lines]
            while facts:
                rest = raw.execute(
                    f"SELECT {columns} FROM ledger WHERE pos = ? AND act = ?",
                    ((facts[-1].pos or 0) + 1, facts[-1].act),
                ).fetchone()
                if rest is None:
                    break
                facts.append(Fact(*rest))
            self._stand(raw, desk, cursor)
            ours = {None, *_scopes(raw, desk)}
            facts = [f if f.desk == desk or f.scope in ours else withheld(f) for f in facts]
            return facts, (facts[-1].pos or cursor) if facts else cursor

    def _stand(self, raw: sqlite3.Connection, desk: str, pos: int) -> None:
        raw.execute(
            "INSERT INTO standing VALUES (?, ?, 0) ON CONFLICT DO UPDATE SET pos = excluded.pos",
            (desk, pos),
        )
        raw.execute(
            "INSERT INTO seen VALUES (?, ?, NULL) ON CONFLICT DO UPDATE SET at = excluded.at",
            (desk, stamp(self._clock.now())),
        )

    def restored(self, fork: int | None = None) -> int:
        """Say that this centre was set back to a backup: a new timeline begins. Gives its number.

        `fork` is the backup's last position, or what a desk's CentreSetBack says is agreed, the
        lowest of several; too low costs only work. Without it the centre must be as the backup is:
        ForkUnsaid where a desk of another order has been there since. Where an earlier restore was
        said late, and this backup is older than that, say the lower fork of both: what desks pulled
        in between has no timeline of its own. A timeline is numbered by its millisecond, so that
        one that began here and was itself lost by a later restore is never taken for another.
        """
        with self._alone() as raw:
            astray = raw.execute("SELECT desk FROM standing WHERE pos = ? ORDER BY 1", (ASTRAY,))
            if fork is None and (desks := [desk for (desk,) in astray]):
                raise Refusal("ForkUnsaid", desks=", ".join(desks))
            top, _ = _end(raw)
            newest = raw.execute("SELECT max(number) FROM timeline").fetchone()[0]
            number = max(newest + 1, int(self._clock.now().timestamp() * 1000))
            kept = top if fork is None else min(fork, top)
            raw.execute("INSERT INTO timeline VALUES (?, ?)", (number, kept))
            raw.execute("UPDATE standing SET pos = 0 WHERE pos = ?", (ASTRAY,))
            return int(number)


def _refuse_foreign(path: Path) -> None:
    """A file that is there must be a centre; one that is not is made for this user alone."""
    if path.is_dir():
        raise Refusal("StoreForeign", file=str(path))
    with suppress(FileExistsError, FileNotFoundError, PermissionError):
        path.touch(0o600, exist_ok=False)
    raw = connect(path, read_only=True)
    try:
        ours = raw.execute("PRAGMA application_id").fetchone() == (CENTRE_ID,)
        if not ours and raw.execute("SELECT 1 FROM sqlite_master").fetchone() is not None:
            raise Refusal("StoreForeign", file=str(path))
    finally:
        raw.close()


def _clocked(raw: sqlite3.Connection, desk: str, skew: int | None) -> None:
    """How far off its clock a desk has measured; nothing where it has not."""
    raw.execute("UPDATE seen SET skew = coalesce(?, skew) WHERE desk = ?", (skew, desk))


def _scopes(raw: sqlite3.Connection, desk: str) -> set[str]:
    lines = raw.execute("SELECT department FROM scope WHERE desk = ?", (desk,))
    return {department for (department,) in lines}


def _fits(raw: sqlite3.Connection, cursor: int, link: bytes) -> bool:
    """Whether the order of whoever has pulled so far is the centre's."""
    ours = raw.execute("SELECT link FROM ledger WHERE pos = ?", (cursor,)).fetchone()
    return cursor == 0 or ours == (link,)


def _others(raw: sqlite3.Connection, desk: str) -> dict[str, int]:
    """How far each desk but one has pulled."""
    return dict(raw.execute("SELECT desk, pos FROM standing WHERE desk <> ?", (desk,)).fetchall())


def _end(raw: sqlite3.Connection) -> tuple[int, bytes]:
    """The last position given, and the link there."""
    last: tuple[int, bytes] | None = raw.execute(
        "SELECT pos, link FROM ledger ORDER BY pos DESC LIMIT 1"
    ).fetchone()
    return last or (0, GENESIS)
