"""A stretch of a desk's chain by its columns: whoever has a hundred thousand facts to push makes no
object of each.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from operator import attrgetter
from typing import Any, TypeAlias, overload

from db.facts import COLUMNS, Fact

Columns: TypeAlias = dict[str, list[Any]]

AT_ONCE = 100
"""lines turned into columns while the processor still has them near"""
_values = attrgetter(*COLUMNS)


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
        return Fact(*[column[place] for column in self.columns.values()])

    def __iter__(self) -> Iterator[Fact]:
        return map(Fact, *self.columns.values())


def by_columns(lines: Iterable[tuple[Any, ...]]) -> Stretch:
    """What a store says of facts, a line each in the order of COLUMNS."""
    columns: Columns = {name: [] for name in COLUMNS}
    coming = iter(lines)
    while some := [*islice(coming, AT_ONCE)]:
        for column, values in zip(columns.values(), zip(*some, strict=True), strict=True):
            column.extend(values)
    return Stretch(columns)


def stretch(facts: Sequence[Fact]) -> Stretch:
    """The same facts by their columns."""
    return facts if isinstance(facts, Stretch) else by_columns(map(_values, facts))
