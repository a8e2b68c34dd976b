"""What a store is: which desk's, with which key, told what at set-up, and how far behind."""

from sqlalchemy import Connection

from db.store import driver


def desk_code(connection: Connection) -> str | None:
    """Whose store this is; None before it is anybody's."""
    row = driver(connection).execute("SELECT desk FROM place").fetchone()
    return str(row[0]) if row else None


def library_key(connection: Connection) -> bytes:
    """The key of readers' ids, the same at every desk of a library."""
    key: bytes = driver(connection).execute("SELECT library_key FROM place").fetchone()[0]
    return key


def waiting(connection: Connection) -> int:
    """Facts of this desk that the centre has not acknowledged."""
    row = (
        driver(connection)
        .execute(
            "SELECT (SELECT max(seq) FROM fact WHERE desk = place.desk AND epoch = place.epoch)"
            " - acked_seq FROM place"
        )
        .fetchone()
    )
    return max(0, row[0] or 0)


def setting(connection: Connection, name: str) -> str | None:
    """What this desk was told at set-up."""
    row = driver(connection).execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
    return str(row[0]) if row else None


def set_setting(connection: Connection, name: str, value: str) -> None:
    driver(connection).execute(
        "INSERT INTO setting VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )
