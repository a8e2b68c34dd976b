"""A stretch of a desk's chain by its columns: whoever has a hundred thousand facts to push makes no
object of each.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from operator import attrgetter
from typing import Any, TypeAlias, overload

from db.facts import COLUMNS, Fact

Columns: TypeAlias = dict[str, list[Any]]
Read: TypeAlias = Callable[[Sequence[str]], Iterable[tuple[Any, ...]]]
"""The lines of a stretch in their order, each with the columns that are asked for."""

AT_ONCE = 100
"""lines"""


class Stretch(Sequence[Fact]):
    """Facts one behind the other, by their columns; one is made where somebody asks for it."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns

    def __len__(self) -> int:
        return len(self.columns["id"])

    @overload
    def __getitem__(self, place: int) -> Fact: ...
    @overload
    def __getitem__(self, place: slice) -> "Stretch": ...
    def __getitem__(self, place: int | slice) -> "Fact | Stretch":
        if isinstance(place, slice):
            return Stretch({name: column[place] for name, column in self.columns.items()})
        return Fact(*[self.columns[name][place] for name in COLUMNS])

    def __iter__(self) -> Iterator[Fact]:
        return map(Fact, *[self.columns[name] for name in COLUMNS])


def columns_of(read: Read, names: Sequence[str]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """The values of a few lines at a time, while the processor still has them near: each name over
    and over, with what comes next of its column.
    """
    lines = iter(read(names))
    while some := [*islice(lines, AT_ONCE)]:
        yield from zip(names, zip(*some, strict=True), strict=True)


def whole(_epoch: int, _last: int, read: Read) -> Stretch:
    """A stretch with all its columns."""
    columns: Columns = {name: [] for name in COLUMNS}
    for name, values in columns_of(read, COLUMNS):
        columns[name].extend(values)
    return Stretch(columns)


def reading(facts: Sequence[Fact]) -> Read:
    """What is read where the facts are here already."""
    return lambda names: map(attrgetter(*names), facts)
