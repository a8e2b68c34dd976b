"""Files kept beside a store: what they still hold of persons who were erased since."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from db.rows import chunks, marks


def remains(raw: sqlite3.Connection, store: Path, copy: Path | None) -> Iterator[Path]:
    """Files set aside by a restore, an upgrade or a new second copy that hold private parts of
    persons erased here, or that nobody can read to know.
    """
    persons = [person for (person,) in raw.execute("SELECT person FROM erased ORDER BY person")]
    if not persons:
        return
    for path in _files(store, copy):
        if _holds(path, persons):
            yield path


def _files(store: Path, copy: Path | None) -> Iterator[Path]:
    for base in (store, copy) if copy is not None else (store,):
        for path in sorted(base.parent.glob(f"{base.name}.*")):
            what = path.name.removeprefix(base.name)
            if what.startswith((".before-", ".aside")) and not what.endswith(("-wal", "-shm")):
                yield path


def _holds(path: Path, persons: list[str]) -> bool:
    if Path(f"{path}-wal").exists():
        return True  # what its log holds cannot be seen without writing beside it
    try:
        uri = f"file:{quote(str(path))}?mode=ro&immutable=1"
        with closing(sqlite3.connect(uri, uri=True)) as kept:
            return any(
                kept.execute(
                    "SELECT 1 FROM fact WHERE private IS NOT NULL AND person IN "
                    f"{marks(len(some))} LIMIT 1",
                    some,
                ).fetchone()
                for some in chunks(persons)
            )
    except sqlite3.Error:
        return True
