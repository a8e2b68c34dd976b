"""The clashes that wait in a store, all at once."""

from sqlalchemy import Connection

from db.store import driver


def open_clashes(connection: Connection) -> list[tuple[str, str, str]]:
    """Every clash that waits for a person: subject, first id, second id."""
    lines = driver(connection).execute(
        "SELECT subject, first, second FROM clash WHERE settled_by IS NULL ORDER BY first, second"
    )
    return [(str(s), str(a), str(b)) for s, a, b in lines]
