"""Which version a store is of, and the numbered SQL files that bring it up to this one."""

import sqlite3
from collections.abc import Callable, Iterator
from functools import cache
from importlib import resources
from pathlib import Path

from db.files import free
from db.refusal import Refusal

APPLICATION_ID = 0x6465736B  # "desk": tells our file from any other SQLite file


@cache
def migrations() -> tuple[tuple[int, str], ...]:
    """The numbered SQL files, in order; each store that is opened asks for them thrice."""
    folder = resources.files("db") / "migrations"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return tuple((int(name[:4]), (folder / name).read_text("utf-8")) for name in names)


def statements(script: str) -> Iterator[str]:
    """The script's statements one by one: `executescript` would commit between them."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        raise ValueError(f"a statement without an end: {statement}")


def identify(raw: sqlite3.Connection, path: Path) -> int:
    """The store's version, if it is one of ours that this program can read."""
    if raw.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise Refusal("StoreForeign", file=str(path))
    version: int = raw.execute("PRAGMA user_version").fetchone()[0]
    newest = migrations()[-1][0]
    if version > newest:
        raise Refusal("StoreTooNew", file=str(path), version=version, known=newest)
    return version


def migrate(
    raw: sqlite3.Connection, path: Path, keep: Callable[[Path], None] | None = None
) -> None:
    """Bring a store up to this version, whole or not at all, after `keep` made a backup."""
    steps = migrations()
    newest = steps[-1][0]
    if identify(raw, path) == newest:
        return
    kept = None
    raw.execute("BEGIN IMMEDIATE")
    try:
        # Another process may have done it while we waited for the lock. The backup is made behind
        # the lock too: made before, it could show a store that somebody else had already changed.
        version = identify(raw, path)
        if keep is not None and 0 < version < newest:
            kept = free(path.with_name(f"{path.name}.before-{newest:04d}"))
            keep(kept)
        for number, script in steps:
            if number > version:
                for statement in statements(script):
                    raw.execute(statement)
                raw.execute(f"PRAGMA user_version = {number}")
        raw.execute("COMMIT")
    except BaseException:
        if raw.in_transaction:
            raw.execute("ROLLBACK")
        if kept is not None:
            kept.unlink(missing_ok=True)  # nothing was changed, and nobody will look for it
        raise
