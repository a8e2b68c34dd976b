"""Putting a backup, or the second copy, in the place of a store."""

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from db import dormant, drafts, twins
from db.arrivals import new_epoch, step_back, take_in
from db.clock import Clock
from db.confided import SCOPES
from db.copy import MARK
from db.disk import explained
from db.doctor import examine
from db.facts import ID, Book, Fact, sound
from db.files import free, name, partial, settle
from db.findings import Finding
from db.folding import FACT, rebuild
from db.ledger import Ledger
from db.numbering import keep_numbers
from db.refusal import Refusal
from db.rows import chunks, marks
from db.store import Store, backup, connect, driver
from db.upgrade import identify, migrate

FATAL = frozenset(
    {
        "Integrity",
        "StoreDamaged",
        "ForeignKey",
        "TypeWrong",
        "DigestWrong",
        "SealWrong",
        "ChainWrong",
        "PlaceWrong",
        "PlaceMissing",
        "LineMissing",
        "PositionMissing",
        "OrderWrong",
    }
)
"""What a backup may not have. Wrong rows it may: they are folded again."""
_FOLDED = ("Row", "Fault", "Clash", "Derived")


@dataclass(slots=True)
class Restored:
    """The store in its place, and what was found and done on the way."""

    path: Path
    aside: Path | None
    """Where the file went that stood there before."""
    epoch: int
    rebuilt: bool
    erasures: int | None
    """Persons erased since the backup and erased here too; None if the former store could not be
    read, so that nobody knows of them until the next exchange."""
    findings: list[Finding] = field(default_factory=list)


def restore(source: Path, target: Path, books: Sequence[Book], clock: Clock) -> Restored:
    """Put a checked backup, or the second copy, in the place of `target`, whole or not at all.

    The former file is kept beside it under a name that says so. A new epoch begins at once, above
    every one that the former store used. What that one knows and the backup does not is taken
    along; whoever was erased stays erased. The second copy has no rows: they are folded from its
    facts. Drafts do not come back.

    Refusals: StoreGone, StoreForeign, StoreTooNew (of the backup); BackupOfAnother (desk or
    library than the store that it would replace); BackupDamaged with what the doctor found;
    DeskOpen while another program has the target open; DiskFull, FileUnwritable.
    """
    _make_ready(source, target)
    with partial(target) as part:
        part.unlink()
        with _held(target) as former:
            _fetch(source, part)
            restored = _prepare(source, part, target, former, books, clock)
            if former is not None and os.name == "nt":
                former.close()  # Windows renames no open file
            restored.aside = _exchange_files(part, target, held=former is not None)
    return restored


def _make_ready(source: Path, target: Path) -> None:
    if not source.is_file():
        raise Refusal("StoreGone", file=str(source))
    if target.exists() and source.samefile(target):
        raise Refusal("FileExists", file=str(target))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)  # a new disk has no folder yet
    except OSError as error:
        raise Refusal("FileUnwritable", file=str(target)) from error


def _fetch(source: Path, part: Path) -> None:
    with explained(source):
        raw = connect(source, read_only=True)
        try:
            identify(raw, source)
            backup(raw, part)
        finally:
            raw.close()
    with explained(source):
        raw = connect(part)
        try:
            migrate(raw, part)
        finally:
            raw.close()


@contextmanager
def _held(target: Path) -> Iterator[sqlite3.Connection | None]:
    """The present store, if it can be read, held so that nobody works in it any more."""
    if not target.exists():
        yield None
        return
    raw = None
    try:
        raw = connect(target, read_only=True)
        identify(raw, target)
        raw.close()
        raw = connect(target)
        # Refused as long as anybody else has it open; leaves one file without a log.
        raw.execute("PRAGMA journal_mode = DELETE")
        raw.execute("BEGIN EXCLUSIVE")
    except (sqlite3.Error, Refusal) as error:
        if raw is not None:
            raw.close()
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise Refusal("DeskOpen", file=str(target)) from error
        yield None  # damaged, or no store at all: which is why there are backups
        return
    try:
        yield raw
    finally:
        with suppress(sqlite3.Error):
            raw.rollback()
        raw.close()


def _prepare(
    source: Path,
    part: Path,
    target: Path,
    former: sqlite3.Connection | None,
    books: Sequence[Book],
    clock: Clock,
) -> Restored:
    store = Store(part)
    try:
        ledger = Ledger(store, books, clock)
        _refuse_another(ledger, source, former)
        copied = _settle_copy(ledger)
        findings = examine(ledger)
        fatal = [each for each in findings if each.code in FATAL]
        if fatal:
            raise Refusal("BackupDamaged", file=str(source), findings=fatal)
        lasting = [each for each in findings if not _mended(each)]
        rebuilt = copied or len(lasting) < len(findings)
        erased = 0 if former is not None or not target.exists() else None
        with store.writing() as connection:
            raw = driver(connection)
            known = _persons(raw)
            epoch = new_epoch(raw, _epoch(former))
            twins.begin(raw, clock.new_id())
            if rebuilt:
                for _ in rebuild(raw, ledger.books):
                    pass
            for facts in _lacking(raw, former) if former is not None else ():
                if facts is None:
                    erased = None
                    break
                take_in(raw, ledger.books, facts)
            if erased is not None:
                erased = len(_persons(raw) - known)
            # What the centre confides to this desk may be missing here: it is to be told again.
            raw.execute("DELETE FROM setting WHERE name IN (?, ?)", (MARK, SCOPES))
            if former is not None:
                keep_numbers(raw, former)
            drafts.remove_all(raw)
        if ledger.purge_due():
            ledger.purge()
    finally:
        store.close()
    return Restored(
        target,
        None,
        epoch,
        rebuilt,
        erased,
        lasting,
    )


def _mended(found: Finding) -> bool:
    """Whether it is gone when the tables are folded anew."""
    return str(found.facts.get("of", found.code)).startswith(_FOLDED)


def _refuse_another(ledger: Ledger, source: Path, former: sqlite3.Connection | None) -> None:
    """Two desks' backups on one stick look alike: none takes the place of the other's store."""
    there = _whose(former)
    with ledger.store.reading() as connection:
        here = _whose(driver(connection))
    if here and there and here != there:
        raise Refusal("BackupOfAnother", file=str(source), desk=here[0], here=there[0])


def _whose(raw: sqlite3.Connection | None) -> tuple[str, bytes] | None:
    """Which desk of which library a store is of, if it can be read."""
    if raw is None:
        return None
    try:
        found: tuple[str, bytes] | None = raw.execute(
            "SELECT desk, library_key FROM place"
        ).fetchone()
    except sqlite3.Error:
        return None
    return found


def _settle_copy(ledger: Ledger) -> bool:
    """Whether it is a second copy; if so, let it stand where its positions are whole."""
    with ledger.store.writing() as connection:
        raw = driver(connection)
        if not raw.execute("SELECT 1 FROM setting WHERE name = ?", (MARK,)).fetchone():
            return False
        raw.execute("UPDATE place SET cursor = (SELECT coalesce(max(pos), 0) FROM fact)")
        step_back(raw)
        dormant.recognise(raw)
        return True


def _lacking(here: sqlite3.Connection, former: sqlite3.Connection) -> Iterator[list[Fact] | None]:
    """What the present store has and the backup lacks, as far as it is sound; None, and no more,
    where the former cannot be read any further.

    A position says that the centre had it once, not that it has it still: it may have been restored
    as well. So whatever is here goes along as it would on a stick, without its place, and nothing
    is lost by a restore. What has its position in its name has lost its own name to a claim.
    """
    try:
        lines = former.execute(
            "SELECT n, id FROM fact WHERE pos IS NULL OR length(id) = ? ORDER BY act, id", (ID,)
        )
        numbers = [n for some in chunks(lines) for n in _unknown(here, dict(some))]
        for some in chunks(numbers):
            where = f"WHERE n IN {marks(len(some))} AND data <> '' ORDER BY act, id"
            facts = [Fact(*line) for line in former.execute(FACT + where, some)]
            for fact in facts:
                if fact.pos is not None:
                    fact.pos = fact.skew = None
            yield [fact for fact in facts if sound(fact)]
    except sqlite3.Error:
        yield None


def _unknown(here: sqlite3.Connection, ids: Mapping[int, str]) -> list[int]:
    where = f"WHERE id IN {marks(len(ids))}"
    known = {id for (id,) in here.execute(f"SELECT id FROM fact {where}", tuple(ids.values()))}
    return [n for n, id in ids.items() if id not in known]


def _persons(raw: sqlite3.Connection) -> set[str]:
    return {person for (person,) in raw.execute("SELECT person FROM erased")}


def _epoch(former: sqlite3.Connection | None) -> int:
    """The greatest epoch that the present store has used."""
    if former is None:
        return 0
    try:
        found = former.execute(
            "SELECT max(epoch, (SELECT coalesce(max(f.epoch), 0) FROM fact f "
            "WHERE f.desk = place.desk)) FROM place"
        ).fetchone()
    except sqlite3.Error:
        return 0
    return int(found[0]) if found else 0


def _exchange_files(part: Path, target: Path, *, held: bool) -> Path | None:
    """Keep the former file aside and put the new one in its place, which is never empty."""
    with explained(part):
        raw = connect(part)
        try:
            raw.execute("PRAGMA journal_mode = DELETE")
        finally:
            raw.close()
    if not target.exists():
        settle(part, target, fresh=True)
        return None
    aside = free(target.with_name(f"{target.name}.before-restore"))
    try:
        if not held:
            # A log left behind would be read into the new store.
            for suffix in ("-wal", "-shm"):
                log = Path(f"{target}{suffix}")
                if log.exists():
                    log.rename(f"{aside}{suffix}")
        try:
            os.link(target, aside)
        except OSError:
            name(target, aside)
    except OSError as error:
        raise Refusal("FileUnwritable", file=str(target)) from error
    settle(part, target)
    return aside
