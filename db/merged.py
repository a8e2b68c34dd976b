"""Which numbers are one person's: those that were merged, and the one that serves."""

import sqlite3


def head(raw: sqlite3.Connection, subject: str) -> str:
    """The number that serves now: itself, or what it merged into.

    Two desks may have merged two readers into each other: the smaller subject serves then. A number
    that is not here, or was erased, serves nobody.
    """
    serving, way = subject, [subject]
    sql = "SELECT merged_into, number FROM reader WHERE subject = ?"
    while line := raw.execute(sql, way[-1:]).fetchone():
        into, number = line
        serving = way[-1] if number is not None else serving
        if into is None:
            break
        if into in way:
            return str(min(way[way.index(into) :]))
        way.append(into)
    return serving


def merged_into(raw: sqlite3.Connection, subject: str) -> list[str]:
    """A number and all that were merged into it, straight or by others."""
    found = [subject]
    for each in found:
        sql = "SELECT subject FROM reader WHERE merged_into = ? ORDER BY subject"
        found += [other for (other,) in raw.execute(sql, (each,)) if other not in found]
    return found
