"""Columns as arrays in PostgreSQL's binary form, made some values of a column at a time.

psycopg makes them a value at a time, which took a push as long as all that the server does with it.
"""

from collections.abc import Sequence
from itertools import chain, repeat
from struct import Struct, pack
from typing import Any

from psycopg.adapt import Dumper
from psycopg.pq import Format

ELEMENTS = {"bytea": 17, "bigint": 20, "text": 25}
"""PostgreSQL's numbers of these types"""
_size = Struct(">i").pack
_NULL = _size(-1)


class Array(bytes):
    """An array as it goes over the wire; the query says its type."""


class ArrayDumper(Dumper):
    """Sends it as it is."""

    format = Format.BINARY

    def dump(self, obj: Array) -> Array:
        return obj


class Growing:
    """An array that is being made. Of bigints none may be missing."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._parts: list[bytes] = []
        self._nulls = False
        self._many = 0

    def add(self, values: Sequence[Any]) -> None:
        many = len(values)
        if self._kind == "bigint":
            each = chain.from_iterable(zip(repeat(8, many), values, strict=True))
            self._parts.append(pack(">" + many * "iq", *each))
        else:
            text = self._kind == "text"
            raw = [v if v is None else v.encode() for v in values] if text else values
            self._parts.append(b"".join([_NULL if v is None else _size(len(v)) + v for v in raw]))
        self._nulls |= None in values
        self._many += many

    def whole(self) -> Array:
        head = pack(">5i", 1, self._nulls, ELEMENTS[self._kind], self._many, 1)
        return Array(b"".join([head, *self._parts]))
