"""Numbers that people are told (0231): of a desk and its year, and never given twice here."""

import sqlite3
from contextlib import suppress

from sqlalchemy import Connection

from db.place import setting
from db.store import driver

NUMBERED = ("request", "found_thing")
"""The tables with a desk, a year and a number."""


def next_number(connection: Connection, table: str, desk: str, year: int) -> int:
    """The next number of a desk's year, behind those that a restored store has lost, too."""
    (top,) = (
        driver(connection)
        .execute(f"SELECT max(number) FROM {table} WHERE desk = ? AND year = ?", (desk, year))
        .fetchone()
    )
    return max(top or 0, int(setting(connection, _name(table, desk, year)) or 0)) + 1


def keep_numbers(raw: sqlite3.Connection, former: sqlite3.Connection) -> None:
    """What the store that is replaced has given is not given again."""
    for table in NUMBERED:
        with suppress(sqlite3.Error):  # damaged, or of a version that did not have it yet
            tops = former.execute(f"SELECT desk, year, max(number) FROM {table} GROUP BY 1, 2")
            raw.executemany(
                "INSERT OR REPLACE INTO setting VALUES (?, ?)",
                [(_name(table, desk, year), str(top)) for desk, year, top in tops],
            )


def _name(table: str, desk: str, year: int) -> str:
    return f"top {table} {desk} {year}"
