"""Columns as arrays in PostgreSQL's binary form, made a column at a time.

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


def array(kind: str, values: Sequence[Any]) -> Array:
    """Of bigints none may be missing."""
    nulls, many = None in values, len(values)
    if kind == "bigint":
        content = pack(
            ">" + many * "iq", *chain.from_iterable(zip(repeat(8, many), values, strict=True))
        )
    else:
        raw = values if kind == "bytea" else [v if v is None else v.encode() for v in values]
        content = b"".join([_NULL if v is None else _size(len(v)) + v for v in raw])
    return Array(pack(">5i", 1, nulls, ELEMENTS[kind], many, 1) + content)
