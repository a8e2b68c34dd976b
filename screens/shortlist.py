"""A short list as a long list's source: all of it is there, one row after the other."""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class ShortList(Generic[T]):
    """Rows in their order; `name` tells which is which after a reading."""

    def __init__(self, rows: Sequence[T], name: Callable[[T], str]) -> None:
        self.rows, self.name = list(rows), name
        self._places = {name(row): place for place, row in enumerate(self.rows)}

    def count(self) -> int:
        return len(self.rows)

    def key(self, row: T) -> int:
        return self._places[self.name(row)]

    def after(self, key: Any, limit: int, skip: int = 0) -> Sequence[T]:
        start = (0 if key is None else key + 1) + skip
        return self.rows[start : start + limit]

    def before(self, key: Any, limit: int, skip: int = 0) -> Sequence[T]:
        end = max(0, (len(self.rows) if key is None else key) - skip)
        return self.rows[max(0, end - limit) : end]

    def place(self, row: T) -> int | None:
        return self._places.get(self.name(row))
