"""Numbers that people are told (0231, 2F-7): of a desk and its year, or of a desk. None is given
twice here.
"""

import sqlite3
from contextlib import suppress

from sqlalchemy import Connection

from db.place import setting
from db.store import driver

NUMBERED = ("request", "found_thing")
"""The tables with a desk, a year and a number."""
RUNNING = ("event", "pack", "roll")
"""Those whose numbers run on through the years."""


def next_number(connection: Connection, table: str, desk: str, year: int | None = None) -> int:
    """The next of a desk, or of its year, behind those that a restored store has lost, too."""
    where, values = ("desk = ? AND year = ?", (desk, year)) if year else ("desk = ?", (desk,))
    (top,) = (
        driver(connection)
        .execute(f"SELECT max(number) FROM {table} WHERE {where}", values)
        .fetchone()
    )
    return max(top or 0, int(setting(connection, _name(table, desk, year)) or 0)) + 1


def keep_numbers(raw: sqlite3.Connection, former: sqlite3.Connection) -> None:
    """What the store that is replaced has given is not given again."""
    yearly = dict.fromkeys(NUMBERED, "desk, year")
    for table, of in (yearly | dict.fromkeys(RUNNING, "desk, NULL")).items():
        with suppress(sqlite3.Error):  # damaged, or of a version that did not have it yet
            tops = former.execute(f"SELECT {of}, max(number) FROM {table} GROUP BY 1, 2")
            raw.executemany(
                "INSERT OR REPLACE INTO setting VALUES (?, ?)",
                [(_name(table, desk, year), str(top)) for desk, year, top in tops],
            )


def _name(table: str, desk: str, year: int | None) -> str:
    return " ".join(["top", table, desk, *([str(year)] if year else [])])
