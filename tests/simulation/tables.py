"""What the stores of a simulation say, to be compared."""

import sqlite3
from typing import Any

from db.rows import shape
from tests.simulation.desk import Desk

DERIVED = ("clash", "fault", "crossing", "double", "crowd", "headcount")
"""tables that no fold fills, or that say nothing in confidence"""


def contents(raw: sqlite3.Connection, desk: Desk) -> dict[str, list[tuple[Any, ...]]]:
    """What a store's folded tables say."""
    tables = {}
    for model in (model for book in desk.ledger.books.values() for model in book.tables):
        form = shape(model)
        names = ", ".join(("subject", *form.keys, *form.values))
        tables[form.name] = sorted(raw.execute(f"SELECT {names} FROM {form.name}"), key=repr)
    for name in DERIVED:
        tables[name] = sorted(raw.execute(f"SELECT * FROM {name}"), key=repr)
    return tables


def learnt(want: dict[tuple[str, frozenset[str] | None], Any]) -> int:
    """How many scans were not when their desk's clock said."""
    return sum(
        row[-3] not in (None, 0)
        for (name, _), rows in want.items()
        if name == "admission"
        for row in rows
    )
