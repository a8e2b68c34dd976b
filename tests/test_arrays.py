"""Arrays as PostgreSQL itself reads them."""

import psycopg
from hypothesis import given, settings
from hypothesis import strategies as st

from db.arrays import Array, ArrayDumper, Growing
from tests.postgres import Server

TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)
COLUMNS = {
    "text": st.none() | TEXTS,
    "bytea": st.none() | st.binary(max_size=8),
    "bigint": st.integers(-(2**63), 2**63 - 1),
}


def grown(kind: str, values: list[object]) -> Array:
    """Made two values at a time."""
    array = Growing(kind)
    for begin in range(0, len(values), 2):
        array.add(values[begin : begin + 2])
    return array.whole()


@settings(max_examples=40, deadline=None)
@given(st.tuples(*(st.lists(values, max_size=6) for values in COLUMNS.values())))
def test_an_array_arrives_as_it_was(server: Server, lists: tuple[list[object], ...]) -> None:
    words = ", ".join(f"%b::{kind}[]" for kind in COLUMNS)
    with psycopg.connect(server.address) as raw:
        raw.adapters.register_dumper(Array, ArrayDumper)
        sent = [grown(kind, values) for kind, values in zip(COLUMNS, lists, strict=True)]
        assert raw.execute(f"SELECT {words}".encode(), sent).fetchall() == [lists]
