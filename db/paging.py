"""Long lists, a page at a time behind the place of a row: however long they are, one costs the
same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from db.store import driver


@dataclass(frozen=True, slots=True)
class Paged:
    """What is listed: the columns, `FROM …`, and the columns that say where a row stands, which no
    two share. Conditions and their values come with each question.
    """

    columns: str
    source: str
    order: tuple[str, ...]

    def count(self, connection: Connection, where: str, values: Sequence[Any]) -> int:
        sql = f"SELECT count(*) {self.source} WHERE {where}"
        return int(driver(connection).execute(sql, values).fetchone()[0])

    def page(
        self,
        connection: Connection,
        where: str,
        values: Sequence[Any],
        beside: Sequence[str] | None = None,
        limit: int = -1,
        skip: int = 0,
        *,
        backwards: bool = False,
    ) -> list[tuple[Any, ...]]:
        """Rows behind a place, or before it, always in the list's order."""
        if beside is not None:
            where, values = self._than("<" if backwards else ">", where, values, beside)
        order = ", ".join(f"{name}{' DESC' if backwards else ''}" for name in self.order)
        sql = f"SELECT {self.columns} {self.source} WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?"
        found = driver(connection).execute(sql, (*values, limit, skip)).fetchall()
        return found[::-1] if backwards else found

    def place(
        self, connection: Connection, where: str, values: Sequence[Any], at: Sequence[str]
    ) -> int | None:
        """How many rows stand before a place; None if no such row stands there."""
        if not self.count(connection, *self._than("=", where, values, at)):
            return None
        return self.count(connection, *self._than("<", where, values, at))

    def _than(
        self, sign: str, where: str, values: Sequence[Any], at: Sequence[str]
    ) -> tuple[str, tuple[Any, ...]]:
        there = f"({', '.join(self.order)}) {sign} ({', '.join('?' * len(at))})"
        return f"{where} AND {there}", (*values, *at)
